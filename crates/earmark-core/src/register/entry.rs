use super::RegisterKey;
use crate::id::Party;
use crate::projection::CellPart;
use crate::time::{Day, Month, Timestamp};

/// Writes a plain struct as a cell: its fields one after the other.
macro_rules! entries {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
        #[non_exhaustive]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $type,)*
        }

        impl CellPart for $name {
            fn put(&self, into: &mut Vec<u8>) {
                $(self.$field.put(into);)*
            }

            fn take(from: &mut &[u8]) -> Option<Self> {
                Some(Self { $($field: CellPart::take(from)?,)* })
            }
        }
    )*};
}

/// An enum of codes that is stored as one byte, 0 being its default.
macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $code:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
        #[repr(u8)]
        pub enum $name {
            #[default]
            $($(#[$variant_doc])* $variant = $code,)*
        }

        impl CellPart for $name {
            fn put(&self, into: &mut Vec<u8>) {
                (*self as u8).put(into);
            }

            fn take(from: &mut &[u8]) -> Option<Self> {
                match u8::take(from)? {
                    $($code => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }
    )*};
}

codes! {
    /// How what is due for a month came to be known.
    DueStatus {
        /// Nothing is known.
        Unknown = 0,
        /// Declared, not yet verified: nothing is due.
        Declared = 1,
        /// Verified: the amount is due.
        Verified = 2,
        /// Assessed on the month before, because nothing was declared.
        Assessed = 3,
    }

    /// Where a claim stands.
    ClaimStatus {
        /// There is no such claim.
        Unknown = 0,
        /// Filed.
        Filed = 1,
        /// Verified: the approved amount can be paid.
        Verified = 2,
        /// Refused.
        Refused = 3,
    }

    /// Where a year's budget stands.
    BudgetStatus {
        /// There is none.
        Unknown = 0,
        /// Lines are drafted.
        Drafted = 1,
        /// It is approved and in force.
        Approved = 2,
    }
}

entries! {
    /// A month's premium of a payer. Always: due = received + arrears.
    DueEntry {
        /// How it is known.
        status: DueStatus,
        /// The base on which it is computed, in minor units; 0 where none was given.
        base_minor: u64,
        /// For how many persons; 0 where assessed.
        persons: u64,
        /// The premium as declared, in minor units.
        declared_minor: u64,
        /// What is due, in minor units.
        due_minor: u64,
        /// What was received for it, less refunds, in minor units.
        received_minor: u64,
        /// The last day on which money was received for it or went back.
        moved_on: Option<Day>,
        /// What was in arrears until that day, in minor units.
        before_minor: u64,
        /// The day on which money moved before that; until then other arrears stood.
        before_from: Option<Day>,
        /// The last day on which what is due or what was received changed. Changes count for their days in
        /// order, so that due = received + arrears on every day.
        changed_on: Option<Day>,
        /// Late fees charged on it, in minor units.
        fee_minor: u64,
        /// The last day for which a late fee was charged.
        fee_until: Option<Day>,
    }

    /// A claim.
    ClaimEntry {
        /// Where it stands.
        status: ClaimStatus,
        /// The person entitled.
        person: Option<Party>,
        /// Who is liable for what is paid in advance.
        liable: Option<Party>,
        /// The benefit kind's code.
        kind: u16,
        /// What was claimed, in minor units.
        claimed_minor: u64,
        /// What was approved, in minor units.
        approved_minor: u64,
        /// From when it is paid.
        payable_from: Option<Day>,
        /// In how many instalments.
        instalments: u64,
        /// What was paid, less what came back, in minor units.
        paid_minor: u64,
        /// How many instalments are paid.
        payments: u64,
        /// What the bank returned and was not paid again, in minor units.
        returned_minor: u64,
        /// The day on which it was filed.
        filed_on: Option<Day>,
        /// The day of the last verification.
        verified_on: Option<Day>,
    }

    /// A person's benefit: from which day it is stopped.
    StopEntry {
        /// From which day on nothing is paid; none where it is paid.
        stopped_from: Option<Day>,
        /// From which day on it is paid again.
        resumed_from: Option<Day>,
        /// Nothing is paid for a day before this: the first day of the last resumption.
        not_before: Option<Day>,
    }

    /// A provider of services.
    ProviderEntry {
        /// From when an agreement holds.
        agreed_from: Option<Day>,
        /// Until when, where that was agreed.
        agreed_until: Option<Day>,
        /// From when it is ended.
        ended_from: Option<Day>,
        /// Nothing is paid for a day before this: the first day of the last agreement that took the place
        /// of another.
        not_before: Option<Day>,
    }

    /// A year's budget.
    BudgetYearEntry {
        /// Where it stands.
        status: BudgetStatus,
        /// Income in all drafted lines, in minor units.
        income_minor: u64,
        /// Expenditure in all drafted lines, in minor units.
        expenditure_minor: u64,
        /// How many adjustments were approved.
        adjustments: u64,
        /// How many lines wait for the approval of their adjustment.
        pending: u64,
        /// The last day for which a line was drafted.
        drafted_on: Option<Day>,
        /// From which day it is in force.
        approved_on: Option<Day>,
    }

    /// A line of a year's budget.
    BudgetLineEntry {
        /// The amount drafted, in minor units.
        budget_minor: u64,
        /// The amount after the last approved adjustment, in minor units.
        adjusted_minor: u64,
        /// An adjustment that waits for approval, in minor units.
        pending_minor: u64,
        /// How many adjustments were approved when that was written; it is in force once there are more.
        pending_round: Option<u64>,
    }

    /// The use plan of a month.
    PlanEntry {
        /// What was approved, in minor units.
        approved_minor: u64,
        /// What was released by it, less what was reversed, in minor units.
        released_minor: u64,
        /// The day of its first approval.
        approved_on: Option<Day>,
    }

    /// The closing of a period.
    ClosingEntry {
        /// How often it was closed.
        revision: u64,
        /// The event of the last closing.
        seq: u64,
        /// When that was recorded.
        recorded_at: Option<Timestamp>,
        /// The event of the first closing.
        first_seq: u64,
        /// Whether a month of it was opened again since.
        reopened: bool,
    }

    /// The roll attested last for a period.
    RollEntry {
        /// The closing of which it is, by its event.
        closing: u64,
        /// The event that attests it.
        seq: u64,
    }

    /// What is to be paid back of a payment.
    RecoveryEntry {
        /// What was demanded, in minor units.
        demanded_minor: u64,
        /// In how many instalments.
        instalments: u64,
        /// What came back, in minor units.
        recovered_minor: u64,
        /// What was written off, in minor units.
        waived_minor: u64,
        /// Who has to pay.
        liable: Option<Party>,
    }

    /// An authorised loan between funds, as one of the two books sees it.
    LoanEntry {
        /// The most that may be lent or borrowed, in minor units.
        limit_minor: u64,
        /// From which day it may be drawn.
        from: Option<Day>,
        /// Until which day it may be drawn.
        until: Option<Day>,
        /// By which day it is repaid.
        repay_by: Option<Day>,
        /// What this book received, in minor units.
        received_minor: u64,
        /// What this book repaid, in minor units.
        repaid_minor: u64,
        /// What this book lent, in minor units.
        lent_minor: u64,
        /// What came back to it, in minor units.
        returned_minor: u64,
    }

    /// How far a year's shortfall ladder was climbed.
    StepEntry {
        /// The last step taken or found to give nothing.
        step: u64,
        /// What all steps gave, in minor units.
        gave_minor: u64,
    }
}

impl DueEntry {
    /// What is due and not received, in minor units.
    #[must_use]
    pub const fn arrears_minor(&self) -> u64 {
        self.due_minor.saturating_sub(self.received_minor)
    }
}

impl RecoveryEntry {
    /// What is still to come back, in minor units.
    #[must_use]
    pub const fn outstanding_minor(&self) -> u64 {
        self.demanded_minor.saturating_sub(self.recovered_minor).saturating_sub(self.waived_minor)
    }
}

impl BudgetLineEntry {
    /// The amount in force, given how many adjustments of the year were approved.
    #[must_use]
    pub fn in_force_minor(&self, adjustments: u64) -> u64 {
        match self.pending_round {
            Some(round) if round < adjustments => self.pending_minor,
            _ => self.adjusted_minor,
        }
    }
}

impl ProviderEntry {
    /// Whether an agreement holds on a day.
    #[must_use]
    pub fn holds_on(&self, day: Day) -> bool {
        self.agreed_from.is_some_and(|from| from <= day)
            && self.agreed_until.is_none_or(|until| day <= until)
            && !self.is_ended_on(day)
    }

    /// Whether an agreement was made and is over on a day, by its term or before.
    #[must_use]
    pub fn is_ended_on(&self, day: Day) -> bool {
        self.ended_from.is_some_and(|ended| ended <= day)
            || self.agreed_until.is_some_and(|until| until < day)
            || self.not_before.is_some_and(|first| day < first)
    }
}

impl StopEntry {
    /// Whether nothing may be paid on a day.
    #[must_use]
    pub fn is_stopped_on(&self, day: Day) -> bool {
        self.not_before.is_some_and(|first| day < first)
            || self.stopped_from.is_some_and(|from| from <= day)
                && self.resumed_from.is_none_or(|resumed| day < resumed)
    }
}

impl LoanEntry {
    /// What this book borrowed and has not repaid, in minor units.
    #[must_use]
    pub const fn owed_minor(&self) -> u64 {
        self.received_minor.saturating_sub(self.repaid_minor)
    }

    /// What this book lent and did not get back, in minor units.
    #[must_use]
    pub const fn owing_minor(&self) -> u64 {
        self.lent_minor.saturating_sub(self.returned_minor)
    }
}

macro_rules! entry {
    ($($variant:ident($type:ty) = $tag:literal, $read:ident, $change:ident;)*) => {
        /// One entry of the registers. The form is that of its key.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
        #[non_exhaustive]
        pub enum Entry {
            /// Nothing is known under the key.
            #[default]
            None,
            $(
                #[doc = concat!("See [`", stringify!($type), "`].")]
                $variant($type),
            )*
            /// To which entry a money event was counted.
            Counted(RegisterKey),
        }

        impl CellPart for Entry {
            fn put(&self, into: &mut Vec<u8>) {
                match self {
                    Self::None => 0_u8.put(into),
                    $(Self::$variant(entry) => ($tag as u8, *entry).put(into),)*
                    Self::Counted(key) => (100_u8, *key).put(into),
                }
            }

            fn take(from: &mut &[u8]) -> Option<Self> {
                Some(match u8::take(from)? {
                    $($tag => Self::$variant(CellPart::take(from)?),)*
                    100 => Self::Counted(CellPart::take(from)?),
                    _ => return None,
                })
            }
        }

        impl Entry {
            $(
                #[doc = concat!("The entry as a [`", stringify!($type), "`]; its default where nothing is known.")]
                #[must_use]
                pub fn $read(self) -> $type {
                    match self {
                        Self::$variant(entry) => entry,
                        _ => <$type>::default(),
                    }
                }

                pub(super) fn $change(&mut self) -> &mut $type {
                    if !matches!(self, Self::$variant(_)) {
                        *self = Self::$variant(<$type>::default());
                    }
                    match self {
                        Self::$variant(entry) => entry,
                        _ => unreachable!("the entry was set just above"),
                    }
                }
            )*
        }
    };
}

entry! {
    Due(DueEntry) = 1, due, due_mut;
    Claim(ClaimEntry) = 2, claim, claim_mut;
    Stop(StopEntry) = 3, stop, stop_mut;
    Provider(ProviderEntry) = 4, provider, provider_mut;
    BudgetYear(BudgetYearEntry) = 5, budget_year, budget_year_mut;
    BudgetLine(BudgetLineEntry) = 6, budget_line, budget_line_mut;
    Plan(PlanEntry) = 7, plan, plan_mut;
    Closing(ClosingEntry) = 8, closing, closing_mut;
    Recovery(RecoveryEntry) = 9, recovery, recovery_mut;
    Loan(LoanEntry) = 10, loan, loan_mut;
    Step(StepEntry) = 11, step, step_mut;
    Roll(RollEntry) = 14, roll, roll_mut;
}

/// The month that a matter's first day names.
pub(super) fn month_of(day: Option<Day>) -> Option<Month> {
    day.map(Day::month)
}
