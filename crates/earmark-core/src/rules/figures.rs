use std::fmt;
use std::sync::Arc;

use super::Rate;
use super::rate::scaled;
use super::rule::ProfileRule;
use super::words::{
    FirstDay, LadderStep, ReorganisationKind, RoundingMode, RoundingUnit, Strength,
};
use crate::money::{Currency, MAX_MINOR};
use crate::time::Day;

/// What a rule says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Figure {
    Exists(bool),
    Open(bool),
    Rate(Rate),
    Band { floor: Rate, cap: Rate },
    Wage(Major),
    LateFee(LateFee),
    Rounding(RoundingRule),
    Months(u32),
    Days(DaysAllowed),
    May(bool),
    Strength(Strength),
    Offices(Arc<[String]>),
    Authorisation(Arc<Authorisation>),
    Reorganisation(Arc<Reorganisation>),
    Steps(Arc<[LadderStep]>),
}

/// As the start of a sentence that goes on with "on 2021-03-05 by rule …".
impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exists(true) | Self::Open(true) | Self::May(true) => f.write_str("allowed"),
            Self::Exists(false) | Self::Open(false) | Self::May(false) => {
                f.write_str("not allowed")
            }
            Self::Rate(rate) => rate.fmt(f),
            Self::Band { floor, cap } => write!(f, "{floor} to {cap} of the average wage"),
            Self::Wage(wage) => write!(f, "{wage} a month"),
            Self::LateFee(fee) => fee.fmt(f),
            Self::Rounding(rule) => rule.fmt(f),
            Self::Months(1) => f.write_str("1 month"),
            Self::Months(months) => write!(f, "{months} months"),
            Self::Days(days) => days.fmt(f),
            Self::Strength(Strength::Refuse) => f.write_str("required"),
            Self::Strength(Strength::Flag) => {
                f.write_str("wanted, and flagged where it is missing")
            }
            Self::Strength(Strength::Off) => f.write_str("not required"),
            Self::Offices(offices) if offices.is_empty() => f.write_str("allowed to nobody"),
            Self::Offices(offices) => write!(f, "allowed to {}", offices.join(", ")),
            Self::Authorisation(authorisation) => authorisation.fmt(f),
            Self::Reorganisation(reorganisation) => reorganisation.fmt(f),
            Self::Steps(steps) => {
                let words: Vec<_> = steps.iter().map(|step| step.word()).collect();
                write!(f, "{} in this order", words.join(", "))
            }
        }
    }
}

/// A sum in major units of a currency that is not known yet, exact to four decimal places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Major(u64);

impl Major {
    pub(super) fn parse(text: &str) -> Option<Self> {
        scaled(text, 4).filter(|sum| *sum <= MAX_MINOR).map(Self)
    }

    pub(super) const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// This multiple of it in minor units, rounded half up once.
    fn times(self, rate: Rate, currency: Currency) -> Option<u64> {
        let exact =
            u128::from(self.0) * u128::from(rate.ppm()) * u128::from(currency.minor_per_major());
        let unit = 10_000 * 1_000_000;
        u64::try_from((exact + unit / 2) / unit).ok().filter(|minor| *minor <= MAX_MINOR)
    }

    fn minor(self, currency: Currency) -> Option<u64> {
        self.times(Rate::ONE, currency)
    }
}

impl fmt::Display for Major {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0 / 10_000, self.0 % 10_000);
        let decimals = format!("{rest:04}");
        let kept = decimals.trim_end_matches('0').len().max(2);
        write!(f, "{whole}.{}", decimals.get(..kept).unwrap_or(&decimals))
    }
}

/// The floor and the cap of a premium base on a day, with the two rules they follow from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BaseBounds<'a> {
    /// The least base of a month, in minor units, rounded half up.
    pub floor_minor: u64,
    /// The largest base of a month, in minor units, rounded half up.
    pub cap_minor: u64,
    /// The rule of the band, in parts of the average wage.
    pub band: &'a ProfileRule,
    /// The rule of the average wage.
    pub wage: &'a ProfileRule,
}

impl<'a> BaseBounds<'a> {
    pub(super) fn new(
        band: &'a ProfileRule,
        wage: &'a ProfileRule,
        currency: Currency,
    ) -> Option<Self> {
        match (band.figure(), wage.figure()) {
            (Figure::Band { floor, cap }, Figure::Wage(monthly)) => Some(Self {
                floor_minor: monthly.times(*floor, currency)?,
                cap_minor: monthly.times(*cap, currency)?,
                band,
                wage,
            }),
            _ => None,
        }
    }
}

/// How a late fee (滞纳金) is charged: simple, by the day, on what is overdue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LateFee {
    pub(super) per_day: Rate,
    pub(super) first_day: FirstDay,
    pub(super) rounding: RoundingMode,
}

impl LateFee {
    /// The part of the overdue amount charged for a day.
    #[must_use]
    pub const fn per_day(self) -> Rate {
        self.per_day
    }

    /// The first day for which it is charged.
    #[must_use]
    pub const fn first_day(self) -> FirstDay {
        self.first_day
    }

    /// How the sum over all days is rounded, once, to the minor unit.
    #[must_use]
    pub const fn rounding(self) -> RoundingMode {
        self.rounding
    }

    /// The fee on an overdue amount for so many days, in minor units; none where it is beyond 64
    /// bits.
    ///
    /// ```
    /// use earmark_core::fund::{Fund, WorkInjury};
    /// use earmark_core::rules::Profile;
    /// use earmark_core::time::day;
    ///
    /// let rules = Profile::jiangsu().for_fund(WorkInjury::SPEC);
    /// let fee = rules.late_fee(day("2021-03-05")?).expect("the profile has such a rule").value;
    /// assert_eq!(fee.of_minor(100_000_00, 30), Some(1_500_00));
    /// # Ok::<(), earmark_core::time::DayError>(())
    /// ```
    #[must_use]
    pub fn of_minor(self, overdue_minor: u64, days: u32) -> Option<u64> {
        let exact = u128::from(overdue_minor) * u128::from(self.per_day.ppm()) * u128::from(days);
        let up = match self.rounding {
            RoundingMode::HalfUp => 500_000,
            RoundingMode::Down => 0,
            RoundingMode::Up => 999_999,
        };
        u64::try_from((exact + up) / 1_000_000).ok()
    }
}

impl fmt::Display for LateFee {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} a day from the {}", self.per_day, self.first_day.word().replace('_', " "))
    }
}

/// How a computed amount is rounded, and to what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoundingRule {
    pub(super) mode: RoundingMode,
    pub(super) to: RoundingUnit,
}

impl RoundingRule {
    /// How.
    #[must_use]
    pub const fn mode(self) -> RoundingMode {
        self.mode
    }

    /// To which unit.
    #[must_use]
    pub const fn to(self) -> RoundingUnit {
        self.to
    }
}

impl fmt::Display for RoundingRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to the {}", self.mode, self.to.word().replace('_', " "))
    }
}

/// A time limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DaysAllowed {
    pub(super) days: u32,
    pub(super) working: bool,
}

impl DaysAllowed {
    /// How many days.
    #[must_use]
    pub const fn days(self) -> u32 {
        self.days
    }

    /// Whether only working days count.
    #[must_use]
    pub const fn working_days(self) -> bool {
        self.working
    }
}

impl fmt::Display for DaysAllowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}days", self.days, if self.working { "working " } else { "" })
    }
}

/// A flow between funds that the law allowed for a time, such as the one interfund loan of 1982.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authorisation {
    pub(super) id: String,
    pub(super) lenders: Vec<String>,
    pub(super) borrowers: Vec<String>,
    pub(super) limit: Option<Major>,
    pub(super) repay_by: Option<Day>,
}

impl Authorisation {
    /// The id by which the profile names it.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The codes of the funds that may lend.
    #[must_use]
    pub fn lenders(&self) -> &[String] {
        &self.lenders
    }

    /// The codes of the funds that may borrow.
    #[must_use]
    pub fn borrowers(&self) -> &[String] {
        &self.borrowers
    }

    /// Whether it lets one fund lend to the other.
    #[must_use]
    pub fn allows(&self, lender: &str, borrower: &str) -> bool {
        self.lenders.iter().any(|code| code == lender)
            && self.borrowers.iter().any(|code| code == borrower)
    }

    /// The most that may be lent in all, in minor units of the currency; none where there is no limit.
    #[must_use]
    pub fn limit_minor(&self, currency: Currency) -> Option<u64> {
        // A limit beyond the range of amounts is as good as the largest amount.
        self.limit.map(|limit| limit.minor(currency).unwrap_or(MAX_MINOR))
    }

    /// The last day on which everything has to be paid back; none where the law names none.
    #[must_use]
    pub const fn repay_by(&self) -> Option<Day> {
        self.repay_by
    }
}

impl fmt::Display for Authorisation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} may lend to {}", self.lenders.join(", "), self.borrowers.join(", "))?;
        if let Some(limit) = self.limit {
            write!(f, ", up to {limit}")?;
        }
        match self.repay_by {
            Some(day) => write!(f, ", to be repaid by {day}, as"),
            None => f.write_str(", as"),
        }
    }
}

/// A change of structure by which whole balances move once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reorganisation {
    pub(super) id: String,
    pub(super) what: ReorganisationKind,
    pub(super) out_of: Vec<String>,
    pub(super) into: String,
}

impl Reorganisation {
    /// The id by which the profile names it.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What changes.
    #[must_use]
    pub const fn what(&self) -> ReorganisationKind {
        self.what
    }

    /// The codes of the funds whose balances move.
    #[must_use]
    pub fn out_of(&self) -> &[String] {
        &self.out_of
    }

    /// The code of the fund that takes them over.
    #[must_use]
    pub fn into_fund(&self) -> &str {
        &self.into
    }
}

impl fmt::Display for Reorganisation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} into {}", self.what, self.out_of.join(", "), self.into)
    }
}
