//! A rule said no: which rule, on what legal basis, with what figures.

use std::fmt;

use serde::Serialize;

use crate::id::BookId;

macro_rules! rules {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $source:literal, $remedy:literal;)*) => {
        /// A rule that can refuse a commit. Its code is stable.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Rule {
            $($(#[$doc])* $name,)*
        }

        impl Rule {
            /// Every rule.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The stable code, such as `no-overdraft`.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// The article or practice from which the rule is taken.
            #[must_use]
            pub const fn source(self) -> &'static str {
                match self { $(Self::$name => $source,)* }
            }

            /// What the caller can do.
            #[must_use]
            pub const fn remedy(self) -> &'static str {
                match self { $(Self::$name => $remedy,)* }
            }
        }
    };
}

rules! {
    /// The event is not in the closed lists of the fund and its accounts.
    ClosedList = "closed-list", "财社〔2017〕144号 arts 39-42; Jiangsu regulation art 3",
        "record the lawful flow that took place, in the book of the fund it belongs to";
    /// No account goes below zero.
    NoOverdraft = "no-overdraft", "follows from Social Insurance Law art 64, 69 (earmarked, not taken from others); Jiangsu regulation art 3",
        "release or receive money first, or pay less";
    /// The account is open.
    AccountOpen = "account-open", "Jiangsu regulation art 19, 28",
        "open the account first, on its approval document";
    /// An account is opened once, and opened again only after it was closed.
    OpenOnce = "open-once", "Jiangsu regulation art 19; 财社字〔1999〕60号 art 29 (the older system)",
        "use the account that is open";
    /// An account is closed empty.
    CloseEmpty = "close-empty", "Jiangsu regulation art 19, 54(7)",
        "move its balance by a lawful route first";
    /// An opening balance is the first money in its account.
    ForwardFirst = "forward-first", "Jiangsu regulation art 54(6)",
        "record what came in as the income it is; a wrong opening balance is reversed first";
    /// An amount is positive, and every sum stays in the range.
    Range = "range", "earmark docs/invariants.md INV-04",
        "check the amount: it is above zero, and nothing over 10^17 - 1 minor units exists in one account";
    /// Only the expenditure account's own interest is handed over.
    OwnInterest = "own-interest", "财社〔2017〕144号 art 41",
        "record the interest received first, or hand over less";
    /// The effective day is not in the future.
    NotInFuture = "not-in-future", "earmark docs/invariants.md INV-06",
        "record the event on its day";
    /// Every event names its day, document, legal basis and actor.
    VoucherComplete = "voucher-complete", "Social Insurance Law art 74; Order 765 art 37, 38",
        "make the voucher with `Book::voucher` of the same book";
    /// Texts and originals are of the same book.
    SameBook = "same-book", "Social Insurance Law art 64; Jiangsu regulation art 3",
        "take vouchers, texts and originals from the book recorded in";
    /// The event that is taken back exists, and is of a kind that can be.
    OriginalFits = "original-fits", "财社〔2017〕144号 arts 40, 41",
        "name the event that is taken back";
    /// No more is taken back than there was, and a reversal corrects an event once.
    CorrectedOnce = "corrected-once", "财社〔2017〕144号 art 41; Jiangsu regulation art 54(6)",
        "look at the trail of the original: it has been taken back already, in part or whole";
    /// Nothing is taken back before it took place.
    AfterOriginal = "after-original", "earmark docs/invariants.md INV-10",
        "give the day on which the money came back";
    /// A flow between levels names another area.
    OtherArea = "other-area", "财社〔2017〕144号 arts 40-42",
        "name the superior or lower area";
    /// What comes back in its own year goes where it came from and reduces the expenditure; later it is
    /// other income.
    RecoveryYear = "recovery-year", "财社〔2017〕144号 art 41; budget classification 1020399; Order 765 art 46",
        "within the year recover into the account that paid, later into the revenue or special account";
    /// A text has a length the book takes, and is registered once.
    TextFits = "text-fits", "earmark docs/invariants.md INV-11",
        "use the number under which it is registered, or shorten it";
    /// The day lies in no closed period.
    PeriodOpen = "period-open", "会计基础工作规范; 财会〔2017〕28号 (year end); Jiangsu regulation art 54(6)",
        "record it for a day of an open period, or reopen the period on the authority of the finance department";
    /// Periods are closed in their order, over, and as a whole; a reopening names what is closed.
    PeriodOrder = "period-order", "财会〔2017〕28号; 预算法实施条例 (accounting year)",
        "close the months in their order once they are over; close what was reopened first";
    /// The reserve stays inside the balance until it is drawn.
    ReserveKept = "reserve-kept", "工伤保险条例 art 13; 工伤保险经办规程 art 98",
        "draw on the reserve first, with the approval of the finance department";
    /// A rule profile can be read, and is one for this fund and this area.
    ProfileFits = "profile-fits", "Jiangsu regulation art 52, 63, 65",
        "mend the profile where the message says, or adopt one for this fund and area";
    /// The account exists by the rules of the day.
    AccountExists = "account-exists", "财社〔2017〕144号 arts 39-42 (a tax-collecting area has no revenue account)",
        "use an account that exists on that day";
    /// The purpose is open by the rules of the day.
    PurposeInForce = "purpose-in-force", "Jiangsu regulation art 24 (items, standards and scope)",
        "use a purpose that is open on that day";
    /// Who acts may.
    Authority = "authority", "Jiangsu regulation art 9, 39, 55(5)",
        "have the office act that the profile names";
    /// A premium is declared, verified and then due; no more is received than is due.
    DueFits = "due-fits", "Social Insurance Law art 60; Jiangsu regulation art 26, 55(2)",
        "declare and verify the month first, or correct what is due";
    /// A premium is its base times the rate, and the base lies between floor and cap.
    PremiumFits = "premium-fits", "Jiangsu regulation art 52, 55(1); 征缴暂行条例 art 3",
        "correct base, persons or amount; bases and rates change only by a profile";
    /// An undeclared month is assessed on the month before.
    AssessedOnLastMonth = "assessed-on-last-month", "Social Insurance Law art 62 (110 % of last month)",
        "assess the month at the factor of the profile times what was due the month before";
    /// A late fee is exact.
    LateFeeExact = "late-fee-exact", "Social Insurance Law art 86; Jiangsu regulation art 56 (0.05 % a day)",
        "charge arrears times days times the rate of the profile, each day once";
    /// A benefit is paid on a verified claim, within what was verified.
    ClaimFits = "claim-fits", "Order 765 art 39-41; Jiangsu regulation art 24, 54(4)",
        "file and verify the claim, or verify it again with the right amount";
    /// A stopped benefit is not paid, and its stop is not put off.
    BenefitNotStopped = "benefit-not-stopped", "Jiangsu regulation art 25(6); Order 765 art 42",
        "resume the benefit on the document that says so";
    /// An ended provider is not paid.
    ProviderInForce = "provider-in-force", "Jiangsu regulation art 57, 58; Social Insurance Law art 87",
        "settle with a provider whose agreement is in force";
    /// No more is demanded back than was paid, and no more written off than is outstanding.
    RecoveryFits = "recovery-fits", "Order 765 art 46; Social Insurance Law arts 30, 41, 42",
        "look at the payment and what has come back of it";
    /// Nothing is paid before the year's budget is approved.
    BudgetApproved = "budget-approved", "预算法 art 13; Jiangsu regulation art 16",
        "have the year's budget approved first";
    /// A budget is drafted, approved as drafted, then adjusted; a deficit has a reason.
    BudgetFits = "budget-fits", "Social Insurance Law art 66; Jiangsu regulation art 11; 工伤保险经办规程 art 111",
        "draft the lines, approve their totals, give a reason for a deficit, adjust what is in force";
    /// No more is released than the month's use plan has.
    UsePlan = "use-plan", "财社〔2017〕144号 art 42; 工伤保险经办规程 art 95",
        "have the month's use plan approved, with the amount";
    /// The steps of the shortfall ladder are taken in their order.
    LadderOrder = "ladder-order", "财社〔2017〕144号 art 38; Jiangsu regulation art 53",
        "take the next step, or record that it gives nothing";
    /// Only a fund that may invest does, and payments are covered first.
    BufferFirst = "buffer-first", "财社〔2017〕144号 art 37; 国发〔2015〕48号; 工伤保险条例 art 12",
        "keep the months of payments that the profile names, and place less";
    /// Equities stay within their share.
    EquityLimit = "equity-limit", "国发〔2015〕48号 (at most 30 % of net value)",
        "bring the share of equities down";
    /// A loan between funds moves only under an authorisation, within its limit and dates.
    LoanAuthorised = "loan-authorised", "Social Insurance Law art 64 (no Chinese fund); 42 U.S.C. 401(l) (1981-1987)",
        "no Chinese fund lends or borrows; elsewhere stay within what the profile authorises";
    /// A reorganisation is one that the law lays down, and takes a balance over as a whole.
    ReorganisationLawful = "reorganisation-lawful", "Social Insurance Law art 64; rules X4",
        "name a reorganisation of the profile, on its days, with the whole balance of the account";
    /// What one level sends the other receives.
    LevelsMirror = "levels-mirror", "财社〔2017〕144号 arts 40-42",
        "record the same amount on both sides";
    /// The roll attested is that of a closed period's last closing, as the book's events give it.
    RollFits = "roll-fits", "Social Insurance Law art 74 (records of rights, complete and exact); Jiangsu regulation art 47",
        "read the roll of the closed period from the book again, and attest each closing once";
    /// Bound detail belongs to a party, to a recorded event, or to an event of that party.
    DetailFits = "detail-fits", "Social Insurance Law art 81, 92; 个人信息保护法 art 47, 51",
        "name the party, or a recorded event of this book and its own party";
    /// A commit records something, and not too much at once.
    CommitSize = "commit-size", "earmark docs/format.md",
        "record at least one event, and split a larger batch, each part under a key of its own";
    /// The idempotency key is new, or its content is the same as recorded.
    KeyFresh = "key-fresh", "earmark docs/invariants.md INV-07",
        "use a new key for new content; the first commit under this key stands";
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

impl Serialize for Rule {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

/// A refused commit. Nothing of it was recorded, in any book.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rejected {
    rule: Rule,
    book: BookId,
    event: Option<usize>,
    reason: String,
}

impl Rejected {
    pub(crate) fn new(rule: Rule, book: BookId, reason: impl Into<String>) -> Self {
        Self { rule, book, event: None, reason: reason.into() }
    }

    pub(crate) const fn at(mut self, index: usize) -> Self {
        self.event = Some(index);
        self
    }

    /// The rule that refused.
    #[must_use]
    pub const fn rule(&self) -> Rule {
        self.rule
    }

    /// The book that refused.
    #[must_use]
    pub const fn book(&self) -> BookId {
        self.book
    }

    /// Which event of the commit, counted from 0; none where the commit as a whole was refused.
    #[must_use]
    pub const fn event(&self) -> Option<usize> {
        self.event
    }

    /// What was found and what was expected, with the figures.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "refused by rule `{}` in book {}", self.rule, self.book)?;
        if let Some(index) = self.event {
            write!(f, ", event {} of the commit", index + 1)?;
        }
        write!(
            f,
            ": {} ({}); nothing was recorded; {}",
            self.reason,
            self.rule.source(),
            self.rule.remedy()
        )
    }
}

impl std::error::Error for Rejected {}
