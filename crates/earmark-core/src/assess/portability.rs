//! Portability (转移接续): what goes along with a person who moves to another pooling area.
//!
//! The balance of the individual account, and of the pooled part 12 % of the bases on which premiums
//! were paid since 1998-01-01, year by year; a year that is not full counts its paid months
//! (国办发〔2009〕66号 art 4). Money and record must match before the receiving side posts.

use std::borrow::Cow;

use rust_decimal::Decimal;

use super::rounding::{Exact, RoundingError, in_range};
use super::schedule::since;
use crate::money::MAX_MINOR;
use crate::time::Month;

/// The base on which the premium of one month was paid, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PaidMonth {
    /// The month.
    pub month: Month,
    /// The base.
    pub base: u64,
}

/// Which share of the bases is transferred from the pooled part, and since which month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PooledRule {
    /// The first month that counts; no month before it has a pooled part.
    pub from: Month,
    /// The share of the base.
    pub rate: Decimal,
    /// The article that lays it down.
    pub basis: Cow<'static, str>,
}

impl PooledRule {
    /// 12 % of the bases of 1998-01 and later (国办发〔2009〕66号 art 4).
    #[must_use]
    pub fn state() -> Self {
        Self {
            from: since(1998, 1, 1).month(),
            rate: Decimal::new(12, 2),
            basis: Cow::Borrowed("国办发〔2009〕66号 art 4"),
        }
    }
}

/// What goes along with a person: individual account balance and pooled part, in minor units.
///
/// The months are given in order, each once; a month without a premium is left out. The pooled parts
/// of all years are added exactly and rounded half-up once, in total.
///
/// ```
/// use earmark_core::assess::portability::{PaidMonth, PooledRule, transferable};
/// use earmark_core::time::Month;
///
/// let paid = [
///     PaidMonth { month: Month::new(1997, 12)?, base: 40_000 }, // before 1998: no pooled part
///     PaidMonth { month: Month::new(1998, 1)?, base: 50_000 },
///     PaidMonth { month: Month::new(1998, 2)?, base: 50_010 },
/// ];
/// let sum = transferable(1_234_567, &paid, &PooledRule::state())?;
/// assert_eq!(sum.years().len(), 1);
/// assert_eq!(sum.pooled(), 12_001); // 12 % of 1,000.10 yuan are 120.012 yuan
/// assert_eq!(sum.total(), 1_246_568);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`PortabilityError`] where a month does not come after the one before it, or an amount, the rate
/// or the total is out of range.
pub fn transferable(
    account_balance: u64,
    paid: &[PaidMonth],
    rule: &PooledRule,
) -> Result<Transferable, PortabilityError> {
    let individual = in_range(account_balance)?;
    for (before, after) in paid.iter().zip(paid.iter().skip(1)) {
        if before.month >= after.month {
            return Err(PortabilityError::NotAscending {
                before: before.month,
                after: after.month,
            });
        }
    }
    let counted = paid.iter().filter(|paid| paid.month >= rule.from);
    let mut years: Vec<PooledYear> = Vec::new();
    for month in counted {
        let part = Exact::product(month.base, rule.rate)?;
        match years.last_mut().filter(|year| year.year == month.month.year()) {
            Some(year) => year.add(month.base, part)?,
            None => years.push(PooledYear {
                year: month.month.year(),
                months: 1,
                base: month.base,
                unrounded: part,
            }),
        }
    }
    let pooled =
        years.iter().try_fold(Exact::ZERO, |sum, year| sum.plus(year.unrounded))?.half_up()?;
    let total = in_range(individual + pooled)?;
    Ok(Transferable { individual, years, pooled, total })
}

/// What goes along with a person, with the years it is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transferable {
    individual: u64,
    years: Vec<PooledYear>,
    pooled: u64,
    total: u64,
}

impl Transferable {
    /// The balance of the individual account, in minor units.
    #[must_use]
    pub const fn individual(&self) -> u64 {
        self.individual
    }

    /// The years that have a pooled part, in order.
    #[must_use]
    pub fn years(&self) -> &[PooledYear] {
        &self.years
    }

    /// The pooled part in minor units, rounded half-up once.
    #[must_use]
    pub const fn pooled(&self) -> u64 {
        self.pooled
    }

    /// Individual account balance and pooled part together, in minor units.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.total
    }
}

/// The pooled part of one calendar year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PooledYear {
    year: i32,
    months: u8,
    base: u64,
    unrounded: Exact,
}

impl PooledYear {
    /// The calendar year.
    #[must_use]
    pub const fn year(&self) -> i32 {
        self.year
    }

    /// How many months were paid in it, 1 to 12.
    #[must_use]
    pub const fn months(&self) -> u8 {
        self.months
    }

    /// The bases of these months together, in minor units.
    #[must_use]
    pub const fn base(&self) -> u64 {
        self.base
    }

    /// The exact pooled part.
    #[must_use]
    pub const fn unrounded(&self) -> Exact {
        self.unrounded
    }

    fn add(&mut self, base: u64, part: Exact) -> Result<(), RoundingError> {
        // A year has 12 months, and 12 amounts fit 64 bits.
        self.base = self.base.checked_add(base).ok_or(RoundingError::OutOfRange)?;
        if self.base > MAX_MINOR {
            return Err(RoundingError::OutOfRange);
        }
        self.unrounded = self.unrounded.plus(part)?;
        self.months += 1;
        Ok(())
    }
}

/// Why there is no transferable sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PortabilityError {
    /// An amount, the rate or the total is out of range.
    #[error(transparent)]
    Rounding(#[from] RoundingError),
    /// A month comes twice, or before an earlier one.
    #[error("expected a month after `{before}`, found `{after}`; each month counts once")]
    NotAscending {
        /// The month before it.
        before: Month,
        /// The month.
        after: Month,
    },
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// So many months from 1997-01 on, each with this base.
    fn months(first: u32, bases: &[u64]) -> Vec<PaidMonth> {
        (first..)
            .zip(bases)
            .map(|(index, base)| {
                let year = 1997 + i32::try_from(index / 12).unwrap();
                PaidMonth { month: Month::new(year, index % 12 + 1).unwrap(), base: *base }
            })
            .collect()
    }

    fn state(balance: u64, paid: &[PaidMonth]) -> Result<Transferable, PortabilityError> {
        transferable(balance, paid, &PooledRule::state())
    }

    // 国办发〔2009〕66号 art 4.
    #[test]
    fn twelve_percent_of_the_bases_since_1998_go_along() {
        // The whole of 1997 and 1998 and the first two months of 1999.
        let sum = state(500_000, &months(0, &[100_000; 26])).unwrap();
        let years: Vec<_> =
            sum.years().iter().map(|year| (year.year(), year.months(), year.base())).collect();
        assert_eq!(years, [(1998, 12, 1_200_000), (1999, 2, 200_000)]);
        assert_eq!(sum.years()[0].unrounded().to_string(), "1,440.00");
        assert_eq!((sum.individual(), sum.pooled(), sum.total()), (500_000, 168_000, 668_000));
    }

    #[test]
    fn before_1998_there_is_no_pooled_part() {
        let sum = state(7, &months(0, &[100_000; 12])).unwrap();
        assert_eq!((sum.years(), sum.pooled(), sum.total()), (&[][..], 0, 7));
        assert_eq!(state(0, &[]).unwrap().total(), 0);
    }

    #[test]
    fn the_pooled_part_is_rounded_once() {
        // 12 % of 3 fen are 0.36 fen: nothing by itself, 1.08 fen in three years.
        let paid: Vec<_> = [1998, 1999, 2000]
            .map(|year| PaidMonth { month: Month::new(year, 1).unwrap(), base: 3 })
            .to_vec();
        assert_eq!(state(0, &paid[..1]).unwrap().pooled(), 0);
        assert_eq!(state(0, &paid).unwrap().pooled(), 1);
    }

    #[test]
    fn a_month_counts_once_and_sums_stay_in_range() {
        let mut paid = months(12, &[1, 1]);
        paid[1] = paid[0];
        assert_eq!(
            state(0, &paid).unwrap_err().to_string(),
            "expected a month after `1998-01`, found `1998-01`; each month counts once"
        );
        let over = Err(PortabilityError::Rounding(RoundingError::OutOfRange));
        assert_eq!(state(MAX_MINOR + 1, &[]), over);
        assert_eq!(state(MAX_MINOR, &months(12, &[100])), over);
        assert_eq!(state(0, &months(12, &[MAX_MINOR, 1])), over);
        assert_eq!(state(0, &months(12, &[u64::MAX])), over);
        assert_eq!(state(MAX_MINOR, &months(12, &[4])).unwrap().total(), MAX_MINOR);
    }

    proptest! {
        #[test]
        fn the_pooled_part_is_the_rate_of_all_bases_together(
            bases in prop::collection::vec(0..10_000_000_u64, 0..300), balance in 0..10_u64.pow(12),
        ) {
            let sum = state(balance, &months(12, &bases)).unwrap();
            let whole: u64 = bases.iter().sum();
            prop_assert_eq!(sum.pooled(), (whole * 12 + 50) / 100);
            prop_assert_eq!(sum.years().iter().map(PooledYear::base).sum::<u64>(), whole);
            prop_assert_eq!(sum.total(), balance + sum.pooled());
        }

        #[test]
        fn a_month_before_1998_changes_nothing(
            before in prop::collection::vec(0..10_000_000_u64, 12), balance in 0..10_u64.pow(12),
        ) {
            let mut paid = months(0, &before);
            paid.extend(months(12, &[500_000; 30]));
            prop_assert_eq!(state(balance, &paid), state(balance, &paid[12..]));
        }
    }
}
