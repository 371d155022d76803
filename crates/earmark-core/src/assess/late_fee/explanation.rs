use std::borrow::Cow;
use std::fmt;

use rust_decimal::Decimal;

use super::LateFeeError;
use crate::assess::rounding::{Exact, RoundingError};
use crate::assess::schedule::Dated;
use crate::assess::text::yuan;
use crate::time::Day;

/// A late fee with the lines it is made of. Its [`Display`](fmt::Display) is the explanation for the
/// payer, one line for each span of days and the total below.
///
/// ```
/// use earmark_core::assess::late_fee::{Arrears, DayCount, daily_rates, late_fee};
/// use earmark_core::time::day;
///
/// let arrears = Arrears::new(1_000, day("2024-03-01")?)?.paid(day("2024-03-02")?, 400)?;
/// let fee = late_fee(&arrears, day("2024-03-04")?, DayCount::USUAL, &daily_rates())?;
/// assert_eq!(fee.lines().len(), 2);
/// assert_eq!(fee.lines()[0].unrounded().to_string(), "0.005"); // 1 day on 10.00 yuan
/// assert_eq!(fee.lines()[1].unrounded().to_string(), "0.006"); // 2 days on 6.00 yuan
/// assert_eq!((fee.unrounded().to_string().as_str(), fee.total()), ("0.011", 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LateFee {
    lines: Vec<LateFeeLine>,
    unrounded: Exact,
    total: u64,
}

impl LateFee {
    pub(super) fn of(lines: Vec<LateFeeLine>) -> Result<Self, LateFeeError> {
        let unrounded = lines.iter().try_fold(Exact::ZERO, |sum, line| sum.plus(line.unrounded))?;
        Ok(Self { lines, unrounded, total: unrounded.half_up()? })
    }

    /// The lines in the order of the days; none where no day counts.
    #[must_use]
    pub fn lines(&self) -> &[LateFeeLine] {
        &self.lines
    }

    /// The exact sum of the lines. Late fees of spans that follow each other add up exactly here.
    #[must_use]
    pub const fn unrounded(&self) -> Exact {
        self.unrounded
    }

    /// The late fee in minor units, rounded half-up once.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.total
    }

    /// How many days count.
    #[must_use]
    pub fn days(&self) -> u32 {
        self.lines.iter().map(|line| line.days).sum()
    }
}

/// The lines, then `late fee of 30 days: 1,500.00`.
impl fmt::Display for LateFee {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in &self.lines {
            writeln!(f, "{line}")?;
        }
        write!(f, "late fee of {}: {}", Days(self.days()), yuan(self.total))
    }
}

/// A span of days with one principal and one rate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LateFeeLine {
    from: Day,
    until: Day,
    days: u32,
    principal: u64,
    rate: Decimal,
    basis: Cow<'static, str>,
    unrounded: Exact,
}

impl LateFeeLine {
    pub(super) fn new(
        from: Day,
        until: Day,
        principal: u64,
        rate: &Dated<Decimal>,
    ) -> Result<Self, RoundingError> {
        let days = until.days().abs_diff(from.days()) + 1;
        let unrounded = Exact::product(principal, rate.value)?.times(u64::from(days))?;
        let (rate, basis) = (rate.value.normalize(), rate.basis.clone());
        Ok(Self { from, until, days, principal, rate, basis, unrounded })
    }

    /// The first day.
    #[must_use]
    pub const fn from(&self) -> Day {
        self.from
    }

    /// The last day, which counts too.
    #[must_use]
    pub const fn until(&self) -> Day {
        self.until
    }

    /// How many days, both ends included.
    #[must_use]
    pub const fn days(&self) -> u32 {
        self.days
    }

    /// The principal owed on these days, in minor units.
    #[must_use]
    pub const fn principal(&self) -> u64 {
        self.principal
    }

    /// The rate of one day.
    #[must_use]
    pub const fn rate(&self) -> Decimal {
        self.rate
    }

    /// The article that lays the rate down.
    #[must_use]
    pub fn basis(&self) -> &str {
        &self.basis
    }

    /// Days × principal × rate, exact.
    #[must_use]
    pub const fn unrounded(&self) -> Exact {
        self.unrounded
    }
}

/// `2024-03-01 to 2024-03-30: 30 days × 100,000.00 × 0.0005 = 1,500.00 (Social Insurance Law art 86)`
impl fmt::Display for LateFeeLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} to {}: {} × {} × {} = {} ({})",
            self.from,
            self.until,
            Days(self.days),
            yuan(self.principal),
            self.rate,
            self.unrounded,
            self.basis
        )
    }
}

struct Days(u32);

impl fmt::Display for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.0, if self.0 == 1 { "day" } else { "days" })
    }
}
