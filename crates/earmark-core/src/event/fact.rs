use crate::account::Account;
use crate::event::{Kind, Matter, OtherIncome, PurposeList};
use crate::flow::{self, Direction};
use crate::fund::{FundSpec, Purpose};
use crate::id::{Area, Party};
use crate::money::MAX_MINOR;
use crate::register::BudgetLine;
use crate::rejected::Rule;
use crate::roll::AttestedRoll;
use crate::rules::MAX_BUNDLE_BYTES;
use crate::time::Month;

/// The longest text that can be registered, in bytes of UTF-8.
pub const MAX_TEXT_BYTES: usize = 4096;

/// What an event says happened, without when, why and by whom.
///
/// Every value is lawful in shape: kind, account, purpose and amount fit the fund. Only commands and
/// the decoder make one, and both go through the same check.
///
/// What takes another event back has the purpose of that event: see [`Fact::root_kind`].
///
/// INVARIANT(INV-25): nobody outside this crate makes one; its fields are private.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    pub(crate) kind: Kind,
    pub(crate) account: Option<Account>,
    pub(crate) purpose: u16,
    pub(crate) amount_minor: u64,
    pub(crate) party: Option<Party>,
    pub(crate) detail: Detail,
}

/// What only some kinds of facts say.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Detail {
    /// Nothing further.
    None,
    /// The text and its number ([`Kind::TextRegistered`]).
    Text {
        /// The number, from 1 in each book.
        number: u32,
        /// The text.
        text: Box<str>,
    },
    /// The other area (inter-level flows, portability, cross-province settlement).
    Area(Area),
    /// The use plan's month ([`Kind::Released`]).
    Plan(Month),
    /// The month for which a premium is due (费款所属期; [`Kind::PremiumReceived`]).
    Owed(Month),
    /// The authorisation under which a loan moves, by its sequence number.
    Under(u64),
    /// The rule profile that was adopted, as text ([`Kind::ProfileAdopted`]).
    Profile(Box<str>),
    /// What a matter says.
    Matter(Box<Matter>),
    /// The roll of a closed period ([`Kind::RollAttested`]).
    Roll(Box<AttestedRoll>),
    /// The commitment to personal detail outside the ledger ([`Kind::DetailBound`]).
    Bound(Box<BoundDetail>),
    /// The event that this one takes back in part or whole.
    Original(Original),
    /// The event that this one reverses ([`Kind::Reversed`]).
    Reversal {
        /// What is reversed.
        of: Original,
        /// Where that took back another event itself: that other event.
        first: Option<Original>,
        /// Why, as the number of a registered text.
        reason: u32,
    },
}

/// A salted commitment to personal detail that lies outside the ledger.
///
/// It is SHA-256 over salt and detail. Once the salt is erased, nobody can tell of what it was, and every
/// hash over the event stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BoundDetail {
    pub(crate) event: Option<u64>,
    pub(crate) commitment: [u8; 32],
}

impl BoundDetail {
    /// The event to which the detail belongs, by its sequence number.
    #[must_use]
    pub const fn event(&self) -> Option<u64> {
        self.event
    }

    /// The commitment: a SHA-256 hash.
    #[must_use]
    pub const fn commitment(&self) -> [u8; 32] {
        self.commitment
    }
}

/// An earlier event of the same book, named by one that takes it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Original {
    /// Its sequence number.
    pub seq: u64,
    /// Its kind.
    pub kind: Kind,
}

impl Fact {
    /// The kind.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The account that money left, or, where money came from outside, entered.
    #[must_use]
    pub const fn account(&self) -> Option<Account> {
        self.account
    }

    /// The purpose's code; 0 where the kind has none. For reports, see
    /// [`Recorded::purpose_name`](super::Recorded::purpose_name).
    #[must_use]
    pub const fn purpose_code(&self) -> u16 {
        self.purpose
    }

    /// The amount in minor units; 0 where the event moves no money.
    #[must_use]
    pub const fn amount_minor(&self) -> u64 {
        self.amount_minor
    }

    /// The payer or payee.
    #[must_use]
    pub const fn party(&self) -> Option<Party> {
        self.party
    }

    /// What only some kinds say.
    #[must_use]
    pub const fn detail(&self) -> &Detail {
        &self.detail
    }

    /// Where this fact takes another back: that event.
    #[must_use]
    pub const fn original(&self) -> Option<Original> {
        match self.detail {
            Detail::Original(original) | Detail::Reversal { of: original, .. } => Some(original),
            _ => None,
        }
    }

    /// The kind of the event whose money this is: its own, or, where it takes another back, that of the
    /// first event in the chain. The purpose is one of that kind.
    #[must_use]
    pub const fn root_kind(&self) -> Kind {
        match self.detail {
            Detail::Original(original) => original.kind,
            Detail::Reversal { first: Some(first), .. } => first.kind,
            Detail::Reversal { of, .. } => of.kind,
            _ => self.kind,
        }
    }

    /// The closed list to which the purpose belongs.
    #[must_use]
    pub const fn purpose_list(&self) -> PurposeList {
        self.root_kind().purposes()
    }

    /// INVARIANT(INV-02): a fact fits the closed lists of its fund, or does not exist.
    ///
    /// # Errors
    /// [`FactError`], saying what does not fit and what would.
    pub(crate) fn checked(self, fund: &FundSpec) -> Result<Self, FactError> {
        let kind = self.kind;
        if let Some(Original { kind: original, .. }) = self.original()
            && !can_take_back(kind, original)
        {
            return Err(FactError::CannotTakeBack { kind, original });
        }
        if self.amount_minor > MAX_MINOR {
            return Err(FactError::AmountOutOfRange { amount_minor: self.amount_minor });
        }
        if !kind.is_matter() && kind.moves_money() == (self.amount_minor == 0) {
            return Err(FactError::AmountNotPositive { kind });
        }
        self.check_detail()?;
        self.check_account()?;
        self.check_purpose(fund)?;
        let moved = self.moved_kind();
        if !is_of_law(fund, moved) {
            return Err(FactError::NotForFund { kind: moved, fund: fund.code() });
        }
        let either = moved.is_matter() || matches!(moved, Kind::DetailBound);
        if !either && self.party.is_some() != has_party(moved) {
            return Err(FactError::Field { kind, field: "party" });
        }
        if self.account.is_some_and(|account| !is_open_to(fund, moved, account)) {
            return Err(FactError::NotForFund { kind: moved, fund: fund.code() });
        }
        // Nothing comes back of what the fund can never have paid or received.
        let root = self.root_kind();
        if !is_known_to(fund, root) {
            return Err(FactError::NotForFund { kind: root, fund: fund.code() });
        }
        Ok(self)
    }

    /// The kind whose flow the fact has: its own, or, for a reversal, that of what it reverses.
    pub(crate) const fn moved_kind(&self) -> Kind {
        match self.detail {
            Detail::Reversal { of, .. } => of.kind,
            _ => self.kind,
        }
    }

    fn check_detail(&self) -> Result<(), FactError> {
        let fits = match (&self.detail, self.kind) {
            (Detail::Text { text, number }, Kind::TextRegistered) => {
                if text.is_empty() || text.len() > MAX_TEXT_BYTES {
                    return Err(FactError::TextLength { bytes: text.len() });
                }
                *number > 0
            }
            (Detail::Profile(text), Kind::ProfileAdopted) => {
                if text.is_empty() || text.len() > MAX_BUNDLE_BYTES {
                    return Err(FactError::ProfileLength { bytes: text.len() });
                }
                true
            }
            (Detail::Matter(matter), kind) => {
                return matter.check(kind, self.amount_minor, self.party);
            }
            (Detail::Roll(roll), Kind::RollAttested) => {
                // A roll without lines has the root of no lines; and no event names more than two parties.
                roll.closing > 0
                    && roll.parties <= roll.closing.saturating_mul(2)
                    && (roll.parties == 0) == (roll.root == earmark_tlog::EMPTY_ROOT)
            }
            (Detail::Bound(bound), Kind::DetailBound) => match (self.party, bound.event) {
                (None, None) => return Err(FactError::NothingBound),
                (_, Some(0)) => false,
                _ => true,
            },
            (Detail::Area(_), kind) => has_area(kind),
            (Detail::Plan(_), Kind::Released) => true,
            (Detail::Owed(_), Kind::PremiumReceived) => true,
            (Detail::Under(seq), kind) => *seq > 0 && kind.is_loan(),
            (Detail::Original(original), own) => original.seq > 0 && is_taking_back(own),
            (Detail::Reversal { of, first, reason }, Kind::Reversed) => {
                let chained = first.is_none_or(|first| {
                    first.seq > 0 && first.seq < of.seq && can_take_back(of.kind, first.kind)
                });
                of.seq > 0 && *reason > 0 && chained && first.is_some() == is_taking_back(of.kind)
            }
            (Detail::None, kind) => {
                !has_area(kind)
                    && !is_taking_back(kind)
                    && !kind.is_matter()
                    && !kind.is_loan()
                    && !matches!(
                        kind,
                        Kind::TextRegistered
                            | Kind::ProfileAdopted
                            | Kind::RollAttested
                            | Kind::DetailBound
                            | Kind::Released
                            | Kind::Reversed
                    )
            }
            _ => false,
        };
        if fits { Ok(()) } else { Err(FactError::Field { kind: self.kind, field: "detail" }) }
    }

    fn check_account(&self) -> Result<(), FactError> {
        let kind = self.kind;
        let Some(account) = self.account else {
            return if has_no_account(kind) {
                Ok(())
            } else {
                Err(FactError::Field { kind, field: "account" })
            };
        };
        let moved = self.moved_kind();
        let direction = match moved {
            moved if has_no_account(moved) => {
                return Err(FactError::Field { kind, field: "account" });
            }
            Kind::AccountOpened | Kind::AccountClosed | Kind::BalanceBroughtForward => {
                return Ok(());
            }
            moved => own_direction(moved),
        };
        if flow::is_lawful(moved, direction, account) {
            Ok(())
        } else {
            Err(FactError::Flow {
                kind: moved,
                account,
                lawful: flow::lawful_accounts(moved, direction),
            })
        }
    }

    fn check_purpose(&self, fund: &FundSpec) -> Result<(), FactError> {
        let code = self.purpose;
        let list = self.purpose_list();
        let listed = match list {
            PurposeList::None => code == 0,
            PurposeList::Premium => fund.has_premium(code),
            PurposeList::Benefit => fund.has_benefit(code),
            PurposeList::StateUse => fund.has_state_use(code),
            PurposeList::OtherIncome => OtherIncome::from_code(code).is_some(),
            PurposeList::BudgetLine => BudgetLine::from_code(code).is_some(),
        };
        if listed { Ok(()) } else { Err(FactError::Purpose { list, code, fund: fund.code() }) }
    }
}

/// The side of the flow on which [`Fact::account`] stands: out for what leaves it (routes included),
/// in for what enters from outside.
pub(crate) const fn own_direction(kind: Kind) -> Direction {
    match kind {
        Kind::PremiumRefunded
        | Kind::TransferInReturned
        | Kind::CollectionsTransferred
        | Kind::Released
        | Kind::InterestHandedOver
        | Kind::InvestmentPlaced
        | Kind::InvestmentRedeemed
        | Kind::BenefitPaid
        | Kind::CrossProvinceSettled
        | Kind::StateUsePaid
        | Kind::TransferOutPaid
        | Kind::SuperiorRemitted
        | Kind::LowerSubsidised
        | Kind::ReorganisedOut
        | Kind::LoanMade
        | Kind::LoanRepaid
        | Kind::InvestmentLost
        | Kind::InvestmentFeeCharged => Direction::Out,
        _ => Direction::In,
    }
}

/// What concerns no account: texts, profiles, rolls, bound detail and matters.
const fn has_no_account(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::TextRegistered | Kind::ProfileAdopted | Kind::RollAttested | Kind::DetailBound
    ) || kind.is_matter()
}

const fn has_area(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::TransferInReceived
            | Kind::TransferOutPaid
            | Kind::SuperiorSubsidyReceived
            | Kind::LowerRemittanceReceived
            | Kind::SuperiorRemitted
            | Kind::LowerSubsidised
            | Kind::CrossProvinceSettled
            | Kind::ReorganisedIn
            | Kind::ReorganisedOut
    )
}

const fn has_party(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::PremiumReceived
            | Kind::PremiumRefunded
            | Kind::OtherIncomeReceived
            | Kind::TransferInReceived
            | Kind::TransferInReturned
            | Kind::BenefitPaid
            | Kind::CrossProvinceSettled
            | Kind::StateUsePaid
            | Kind::TransferOutPaid
            | Kind::PaymentReturned
            | Kind::BenefitRecovered
            | Kind::LatePaymentReturned
            | Kind::LateBenefitRecovered
    )
}

/// Whether the kind takes back an earlier event in whole or part, other than by reversing it.
pub(crate) const fn is_taking_back(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::PremiumRefunded
            | Kind::TransferInReturned
            | Kind::PaymentReturned
            | Kind::BenefitRecovered
            | Kind::LatePaymentReturned
            | Kind::LateBenefitRecovered
    )
}

/// Whether an event of `kind` may take back one of `original`.
pub(crate) const fn can_take_back(kind: Kind, original: Kind) -> bool {
    match kind {
        Kind::PremiumRefunded => matches!(original, Kind::PremiumReceived),
        Kind::TransferInReturned => matches!(original, Kind::TransferInReceived),
        Kind::PaymentReturned | Kind::LatePaymentReturned => matches!(
            original,
            Kind::BenefitPaid
                | Kind::CrossProvinceSettled
                | Kind::StateUsePaid
                | Kind::TransferOutPaid
        ),
        Kind::BenefitRecovered | Kind::LateBenefitRecovered => {
            matches!(original, Kind::BenefitPaid | Kind::CrossProvinceSettled)
        }
        Kind::Reversed => original.moves_money() && !matches!(original, Kind::Reversed),
        _ => false,
    }
}

/// Whether the fund's law knows such a thing at all: no Chinese fund lends or borrows
/// (Social Insurance Law art 64), and what is never invested has no value to report (工伤保险条例 art 12).
const fn is_of_law(fund: &FundSpec, kind: Kind) -> bool {
    match kind {
        Kind::LoanAuthorised => fund.borrows(),
        Kind::InvestmentReported => fund.invests(),
        kind => fund.borrows() || !kind.is_loan(),
    }
}

/// Whether the fund may have such a kind at all: some funds do not invest, transfer, or settle.
const fn is_known_to(fund: &FundSpec, kind: Kind) -> bool {
    match kind {
        Kind::InvestmentPlaced | Kind::InvestmentReturnReceived => fund.invests(),
        // Order 765 art 15: work injury and maternity insurance are not transferred.
        Kind::TransferInReceived | Kind::TransferInReturned | Kind::TransferOutPaid => {
            fund.transfers()
        }
        Kind::CrossProvinceSettled => fund.settles_across_provinces(),
        _ => true,
    }
}

/// Whether the fund may have such a flow at an account.
const fn is_open_to(fund: &FundSpec, kind: Kind, account: Account) -> bool {
    is_known_to(fund, kind)
        && match (kind, account) {
            (_, Account::Investment) => fund.invests(),
            (Kind::BenefitPaid, Account::Special) => fund.settles_directly(),
            _ => true,
        }
}

impl FactError {
    /// The rule that such a fact breaks.
    #[must_use]
    pub const fn rule(&self) -> Rule {
        match self {
            Self::AmountNotPositive { .. } | Self::AmountOutOfRange { .. } => Rule::Range,
            Self::TextLength { .. } | Self::ProfileLength { .. } => Rule::TextFits,
            Self::CannotTakeBack { .. } => Rule::OriginalFits,
            Self::NothingBound => Rule::DetailFits,
            _ => Rule::ClosedList,
        }
    }
}

/// What does not fit in a fact.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FactError {
    /// Money moves in a positive amount.
    #[error("the amount of `{kind}` is not positive; an event moves money or states none")]
    AmountNotPositive {
        /// The kind of fact.
        kind: Kind,
    },
    /// An event of this kind does not take back one of that kind.
    #[error("the original is `{original}`, which `{kind}` does not take back")]
    CannotTakeBack {
        /// The kind of fact.
        kind: Kind,
        /// The kind of its original.
        original: Kind,
    },
    /// The amount is over [`MAX_MINOR`].
    #[error("the amount of {amount_minor} minor units is over {MAX_MINOR}")]
    AmountOutOfRange {
        /// The amount found.
        amount_minor: u64,
    },
    /// The account flow matrix has no such row.
    #[error("`{kind}` has no lawful flow at the {account}; it is lawful at: {lawful}")]
    Flow {
        /// The kind of fact.
        kind: Kind,
        /// The account found.
        account: Account,
        /// The accounts at which it is lawful.
        lawful: String,
    },
    /// The purpose is not in the fund's closed list.
    #[error("purpose {code} is not in the list `{list:?}` of the fund `{fund}`")]
    Purpose {
        /// The list looked in.
        list: PurposeList,
        /// The code found.
        code: u16,
        /// The fund.
        fund: &'static str,
    },
    /// The fund may not do this at all.
    #[error("`{kind}` is not open to the fund `{fund}`")]
    NotForFund {
        /// The kind of fact.
        kind: Kind,
        /// The fund.
        fund: &'static str,
    },
    /// A field is missing, or is there and should not be.
    #[error("the field `{field}` does not fit an event of kind `{kind}`")]
    Field {
        /// The kind of fact.
        kind: Kind,
        /// The field.
        field: &'static str,
    },
    /// Bound detail belongs to nothing.
    #[error("bound detail names neither a party nor an event; it belongs to at least one")]
    NothingBound,
    /// A profile is empty or too long.
    #[error("a rule profile has 1 to {MAX_BUNDLE_BYTES} bytes, this one has {bytes}")]
    ProfileLength {
        /// Its length in bytes.
        bytes: usize,
    },
    /// A text is empty or too long.
    #[error("a registered text has 1 to {MAX_TEXT_BYTES} bytes, this one has {bytes}")]
    TextLength {
        /// Its length in bytes.
        bytes: usize,
    },
}

#[cfg(test)]
mod tests;
