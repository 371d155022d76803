//! What the articles start from: an office that keeps one fund's book under a rule profile.

use std::cell::Cell;

use earmark_core::account::{
    Account, ExpenditureAccount, InvestmentAccount, RevenueAccount, SpecialAccount, TreasuryDeposit,
};
use earmark_core::command::{
    AdoptProfile, AnyCommand, ApproveBudget, ApproveUsePlan, BringForward, Commands,
    DraftBudgetLine, OpenAccount, Release,
};
use earmark_core::commit::Receipt;
use earmark_core::error::Error;
use earmark_core::event::{Recorded, Text, Voucher};
use earmark_core::fund::{ExpenditureItem, Fund, IncomeItem, Purpose};
use earmark_core::id::{Area, Key, Link, Party};
use earmark_core::ledger::{Book, Ledger, Papers};
use earmark_core::money::{Amount, yuan as parse};
use earmark_core::register::{
    BudgetLine, ClaimEntry, DueEntry, DueKey, Entry, RecoveryEntry, RegisterKey,
};
use earmark_core::rules::{CN_JIANGSU, CN_NATIONAL_2017, Profile};
use earmark_core::time::{Month, Timestamp, UtcOffset};

pub(crate) use crate::given::{HandClock, nanjing, on, party, wuxi};
use crate::given::{key_of, ledger_in_memory};

pub(crate) const FINANCE: &str = "finance_department";
pub(crate) const AGENCY: &str = "agency";
pub(crate) const CONGRESS: &str = "peoples_congress";
pub(crate) const GOVERNMENT: &str = "government";
pub(crate) const TAX: &str = "tax_authority";

/// An office that keeps one book. Today is 2022-06-30.
pub(crate) struct Office<F: Fund> {
    pub(crate) ledger: Ledger,
    pub(crate) clock: HandClock,
    pub(crate) book: Book<F>,
    keys: Cell<u32>,
}

/// What a rule said when it refused.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) rule: &'static str,
    pub(crate) reason: String,
}

impl Refusal {
    /// The rule is this one, and the reason says all of that.
    #[track_caller]
    pub(crate) fn is(&self, rule: &str, says: &[&str]) {
        assert_eq!(self.rule, rule, "{}", self.reason);
        for part in says {
            assert!(self.reason.contains(part), "`{part}` is not in: {}", self.reason);
        }
    }
}

impl<F: Fund> Office<F> {
    /// An office whose book has adopted nothing and has no account.
    pub(crate) fn bare() -> Self {
        let clock = HandClock::new();
        go_to(&clock, "2022-06-30");
        Self::within(&ledger_in_memory(&clock), &clock, nanjing())
    }

    /// The same, in a ledger that is there.
    pub(crate) fn within(ledger: &Ledger, clock: &HandClock, area: Area) -> Self {
        let book = ledger.book::<F>(area).unwrap();
        Self { ledger: ledger.clone(), clock: clock.clone(), book, keys: Cell::new(0) }
    }

    /// Another office in the same ledger.
    pub(crate) fn beside<G: Fund>(&self, area: Area) -> Office<G> {
        Office::within(&self.ledger, &self.clock, area)
    }

    /// Adopts a profile on 2021-01-01 and opens every account that it lets exist.
    pub(crate) fn under(self, profile: Profile) -> Self {
        self.ok(FINANCE, "2021-01-01", AdoptProfile { profile });
        let rules = self.book.rules().unwrap().unwrap();
        self.ok(FINANCE, "2021-01-01", OpenAccount(TreasuryDeposit));
        if rules.on(on("2021-01-01")).has_account(Account::Revenue) {
            self.ok(FINANCE, "2021-01-01", OpenAccount(RevenueAccount));
        }
        self.ok(FINANCE, "2021-01-01", OpenAccount(SpecialAccount));
        self.ok(FINANCE, "2021-01-01", OpenAccount(ExpenditureAccount));
        if F::SPEC.invests() {
            self.ok(FINANCE, "2021-01-01", OpenAccount(InvestmentAccount));
        }
        self
    }

    /// In Nanjing, where tax collects.
    pub(crate) fn jiangsu() -> Self {
        Self::bare().under(Profile::jiangsu())
    }

    /// In Nanjing, under a layer of the test's own over Jiangsu's.
    pub(crate) fn overlaid(rules: &str) -> Self {
        Self::bare().under(jiangsu_with(rules))
    }

    /// Brings 1,000,000.00 forward into the special account, and has the budget of a year approved.
    pub(crate) fn with_money(self) -> Self {
        let amount = yuan("1000000.00");
        self.ok(AGENCY, "2021-01-01", BringForward { into: SpecialAccount, amount });
        self.with_budget(2021)
    }

    /// Has a year's budget approved, on its first day.
    pub(crate) fn with_budget(self, year: u16) -> Self {
        let first = format!("{year}-01-01");
        let amount = yuan("500000.00");
        let premium = BudgetLine::Income(IncomeItem::Premium);
        let benefit = BudgetLine::Expenditure(ExpenditureItem::Benefit);
        self.ok(AGENCY, &first, DraftBudgetLine { year, line: premium, amount });
        self.ok(AGENCY, &first, DraftBudgetLine { year, line: benefit, amount });
        let approval =
            ApproveBudget { year, income: amount, expenditure: amount, deficit_reason: None };
        self.ok(CONGRESS, &first, approval);
        self
    }

    /// Releases money to the expenditure account by a use plan of its month.
    pub(crate) fn released(self, day: &str, text: &str) -> Self {
        let (month, amount) = (on(day).month(), yuan(text));
        self.ok(FINANCE, day, ApproveUsePlan { month, amount });
        self.ok(AGENCY, day, Release { plan: month, amount });
        self
    }

    /// A voucher for a day, by an office.
    pub(crate) fn voucher(&self, actor: &str, day: &str) -> Voucher {
        let papers =
            Papers { register: "documents", document: 1, basis: "Social Insurance Law", actor };
        self.book.voucher(on(day), papers).unwrap()
    }

    pub(crate) fn key(&self) -> Key {
        self.keys.set(self.keys.get() + 1);
        key_of(&format!("{} {}", self.book.id(), self.keys.get()))
    }

    /// Records commands, or says what went wrong.
    pub(crate) fn attempt(
        &self,
        actor: &str,
        day: &str,
        what: impl Commands<F>,
    ) -> Result<Receipt, Error> {
        self.book.record(self.key(), &self.voucher(actor, day), what)
    }

    /// Records commands and gives back the last event.
    #[track_caller]
    pub(crate) fn ok(&self, actor: &str, day: &str, what: impl Commands<F>) -> Recorded<F> {
        let receipt = self.attempt(actor, day, what).unwrap_or_else(|error| panic!("{error}"));
        self.book.event(receipt.last_seq()).unwrap().unwrap()
    }

    /// Has commands refused.
    #[track_caller]
    pub(crate) fn no(&self, actor: &str, day: &str, what: impl Commands<F>) -> Refusal {
        let before = self.book.last_seq().unwrap();
        let voucher = self.voucher(actor, day);
        let texts = self.book.last_seq().unwrap() - before;
        let refusal = refused(self.book.record(self.key(), &voucher, what));
        assert_eq!(self.book.last_seq().unwrap(), before + texts, "a refusal leaves nothing");
        refusal
    }

    /// As [`ok`](Self::ok), on a business case.
    #[track_caller]
    pub(crate) fn ok_on(
        &self,
        case: Link,
        actor: &str,
        day: &str,
        what: impl Commands<F>,
    ) -> Recorded<F> {
        let voucher = self.voucher(actor, day).correlated(case);
        let receipt = self.book.record(self.key(), &voucher, what);
        let receipt = receipt.unwrap_or_else(|error| panic!("{error}"));
        self.book.event(receipt.last_seq()).unwrap().unwrap()
    }

    /// As [`no`](Self::no), on a business case.
    #[track_caller]
    pub(crate) fn no_on(
        &self,
        case: Link,
        actor: &str,
        day: &str,
        what: impl Commands<F>,
    ) -> Refusal {
        let voucher = self.voucher(actor, day).correlated(case);
        refused(self.book.record(self.key(), &voucher, what))
    }

    /// Records a command of the dynamic door.
    pub(crate) fn any(&self, actor: &str, day: &str, json: &str) -> Result<Receipt, Error> {
        let command: AnyCommand = serde_json::from_str(json).unwrap();
        self.book.record_any(self.key(), &[(self.voucher(actor, day), command)])
    }

    pub(crate) fn text(&self, text: &str) -> Text {
        self.book.register(text).unwrap()
    }

    pub(crate) fn holds(&self, account: Account) -> u64 {
        self.book.account(account).unwrap().balance_minor
    }

    pub(crate) fn entry(&self, key: RegisterKey) -> Entry {
        self.book.entry(&key).unwrap()
    }

    pub(crate) fn due(&self, payer: Party, kind: F::Premium, month: Month) -> DueEntry {
        self.entry(RegisterKey::Due(DueKey { payer, kind: kind.code(), month })).due()
    }

    pub(crate) fn claim(&self, case: Link) -> ClaimEntry {
        self.entry(RegisterKey::Claim(case)).claim()
    }

    pub(crate) fn recovery(&self, of: &Recorded<F>) -> RecoveryEntry {
        self.entry(RegisterKey::Recovery(of.seq())).recovery()
    }

    /// The whole ledger proves itself.
    #[track_caller]
    pub(crate) fn is_sound(&self) {
        let verified = self.ledger.verify().unwrap();
        assert!(verified.is_sound(), "{:?}", verified.findings());
        assert!(verified.events() > 0);
    }
}

/// The refusal in an outcome.
#[track_caller]
pub(crate) fn refused<T: std::fmt::Debug>(outcome: Result<T, Error>) -> Refusal {
    match outcome {
        Err(Error::Rejected(rejected)) => {
            Refusal { rule: rejected.rule().code(), reason: rejected.reason().to_owned() }
        }
        other => panic!("expected a refusal, found {other:?}"),
    }
}

/// Sets the clock to 08:00 of a day.
pub(crate) fn go_to(clock: &HandClock, day: &str) {
    let start = Timestamp::start_of(on(day), UtcOffset::CHINA).micros();
    clock.set(Timestamp::from_micros(start + 8 * 60 * crate::given::MINUTE_MICROS).unwrap());
}

pub(crate) fn yuan<F: Fund>(text: &str) -> Amount<F> {
    parse(text).unwrap()
}

pub(crate) fn month(text: &str) -> Month {
    on(&format!("{text}-01")).month()
}

pub(crate) fn case(number: u128) -> Link {
    Link::from_u128(number)
}

/// A layer of the test's own over Jiangsu's.
pub(crate) fn jiangsu_with(rules: &str) -> Profile {
    let layer = layer("cn-jiangsu", rules);
    Profile::of_layers([CN_NATIONAL_2017, CN_JIANGSU, &layer]).unwrap()
}

/// A layer of the test's own over the nation's.
pub(crate) fn national_with(rules: &str) -> Profile {
    Profile::of_layers([CN_NATIONAL_2017, &layer("cn-national-2017", rules)]).unwrap()
}

fn layer(over: &str, rules: &str) -> String {
    format!(
        "[profile]\nid = \"town\"\nname = \"a town\"\njurisdiction = \"China\"\nedition = \"1\"\n\
         over = \"{over}\"\n\n{rules}"
    )
}
