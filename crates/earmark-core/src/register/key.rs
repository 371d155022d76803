use crate::id::{Link, Party};
use crate::projection::CellPart;
use crate::time::{Day, Month};

/// What is due: of one payer, for one month and one premium kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DueKey {
    /// The payer.
    pub payer: Party,
    /// The premium kind's code.
    pub kind: u16,
    /// The month for which it is due.
    pub month: Month,
}

/// Under which an entry stands in the registers of a book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum RegisterKey {
    /// A month's premium of a payer.
    Due(DueKey),
    /// A claim, by its business case.
    Claim(Link),
    /// A person's benefit, stopped or not.
    Stop {
        /// The person.
        person: Party,
        /// The benefit kind's code.
        kind: u16,
    },
    /// A provider of services.
    Provider(Party),
    /// A year's budget.
    BudgetYear(i32),
    /// A line of a year's budget.
    BudgetLine {
        /// The year.
        year: i32,
        /// The line's code.
        line: u16,
    },
    /// The use plan of a month.
    Plan(Month),
    /// The closing of a period.
    Closing {
        /// Its first day.
        first: Day,
        /// Its last day.
        last: Day,
    },
    /// What is to be paid back of a payment, by its event.
    Recovery(u64),
    /// An authorised loan, by the event of its authorisation.
    Loan(u64),
    /// The shortfall ladder of a year.
    Ladder(i32),
    /// To which entry a money event was counted, so that what takes it back finds the entry again.
    Counted(u64),
    /// What was granted under an authorisation of the profile, by the text that is its id.
    Authorisation(u32),
    /// The roll that was attested last for a period.
    Roll {
        /// Its first day.
        first: Day,
        /// Its last day.
        last: Day,
    },
}

impl CellPart for DueKey {
    fn put(&self, into: &mut Vec<u8>) {
        (self.payer, self.kind, self.month).put(into);
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        let (payer, kind, month) = CellPart::take(from)?;
        Some(Self { payer, kind, month })
    }
}

impl CellPart for RegisterKey {
    fn put(&self, into: &mut Vec<u8>) {
        match self {
            Self::Due(key) => (1_u8, *key).put(into),
            Self::Claim(case) => (2_u8, *case).put(into),
            Self::Stop { person, kind } => (3_u8, *person, *kind).put(into),
            Self::Provider(provider) => (4_u8, *provider).put(into),
            Self::BudgetYear(year) => (5_u8, *year).put(into),
            Self::BudgetLine { year, line } => (6_u8, *year, *line).put(into),
            Self::Plan(month) => (7_u8, *month).put(into),
            Self::Closing { first, last } => (8_u8, *first, *last).put(into),
            Self::Recovery(seq) => (9_u8, *seq).put(into),
            Self::Loan(seq) => (10_u8, *seq).put(into),
            Self::Ladder(year) => (11_u8, *year).put(into),
            Self::Counted(seq) => (12_u8, *seq).put(into),
            Self::Authorisation(text) => (13_u8, *text).put(into),
            Self::Roll { first, last } => (14_u8, *first, *last).put(into),
        }
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        Some(match u8::take(from)? {
            1 => Self::Due(CellPart::take(from)?),
            2 => Self::Claim(CellPart::take(from)?),
            3 => {
                let (person, kind) = CellPart::take(from)?;
                Self::Stop { person, kind }
            }
            4 => Self::Provider(CellPart::take(from)?),
            5 => Self::BudgetYear(CellPart::take(from)?),
            6 => {
                let (year, line) = CellPart::take(from)?;
                Self::BudgetLine { year, line }
            }
            7 => Self::Plan(CellPart::take(from)?),
            8 => {
                let (first, last) = CellPart::take(from)?;
                Self::Closing { first, last }
            }
            9 => Self::Recovery(CellPart::take(from)?),
            10 => Self::Loan(CellPart::take(from)?),
            11 => Self::Ladder(CellPart::take(from)?),
            12 => Self::Counted(CellPart::take(from)?),
            13 => Self::Authorisation(CellPart::take(from)?),
            14 => {
                let (first, last) = CellPart::take(from)?;
                Self::Roll { first, last }
            }
            _ => return None,
        })
    }
}

impl RegisterKey {
    /// The stored form.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(32);
        self.put(&mut bytes);
        bytes
    }
}
