//! The premium (保险费): base × rate, the bounds of the base, and what is assessed undeclared.

use rust_decimal::Decimal;

use super::rounding::{RoundingError, checked_rate, half_up, in_range};
use super::schedule::{Dated, Schedule, since};
use super::text::{wide_yuan, yuan};
use crate::money::Figure;

/// The premium of a base in minor units: base × rate, rounded half-up.
///
/// ```
/// use earmark_core::assess::premium::premium;
/// use rust_decimal::Decimal;
///
/// // 8 % of 5,432.19 yuan are 434.5752 yuan.
/// assert_eq!(premium(543_219, Decimal::new(8, 2))?, 43_458);
/// // A rate in percent is taken for what it says, and refused.
/// assert!(premium(543_219, Decimal::new(8, 0)).is_err());
/// # Ok::<(), earmark_core::assess::premium::PremiumError>(())
/// ```
///
/// # Errors
/// [`PremiumError`] where the base is over [`MAX_MINOR`](crate::money::MAX_MINOR), or the rate is not
/// one of 0 to 1 with at most 10 decimal places.
pub fn premium(base: u64, rate: Decimal) -> Result<u64, PremiumError> {
    if rate > Decimal::ONE {
        return Err(PremiumError::RateAboveOne { found: rate });
    }
    Ok(half_up(base, rate)?)
}

/// Whether an amount is the premium of this base at this rate, to the fen.
///
/// False too where base and rate have no premium.
///
/// ```
/// use earmark_core::assess::premium::is_premium_of;
/// use rust_decimal::Decimal;
///
/// assert!(is_premium_of(543_219, Decimal::new(8, 2), 43_458));
/// assert!(!is_premium_of(543_219, Decimal::new(8, 2), 43_457));
/// ```
#[must_use]
pub fn is_premium_of(base: u64, rate: Decimal, amount: u64) -> bool {
    premium(base, rate) == Ok(amount)
}

/// What is assessed for a month that a unit did not declare: last month's amount × the factor.
///
/// Social Insurance Law art 62: 110 % of what the unit paid in the month before. It is settled when
/// the unit declares; see [`undeclared_factors`] for the factor of a day.
///
/// ```
/// use earmark_core::assess::premium::{undeclared, undeclared_factors};
/// use earmark_core::time::day;
///
/// let factor = undeclared_factors().on(day("2024-05-01")?)?.value;
/// assert_eq!(undeclared(1_234_565, factor)?, 1_358_022); // 13,580.215 yuan
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`PremiumError`] where nothing was due last month (征缴条例 art 10: the amount is then assessed by
/// the unit's operations and staff), the factor is below 1 and would remit premiums (Social Insurance
/// Law art 60), or the result is over [`MAX_MINOR`](crate::money::MAX_MINOR).
pub fn undeclared(last_month: u64, factor: Decimal) -> Result<u64, PremiumError> {
    if last_month == 0 {
        return Err(PremiumError::NoLastMonth);
    }
    checked_rate(factor)?;
    if factor < Decimal::ONE {
        return Err(PremiumError::FactorBelowOne { found: factor });
    }
    Ok(half_up(last_month, factor)?)
}

/// The factors for undeclared months: 1.1 from 1999-01-22 (征缴条例 art 10), confirmed from 2011-07-01
/// (Social Insurance Law art 62).
///
/// ```
/// use earmark_core::assess::premium::undeclared_factors;
/// use earmark_core::time::day;
///
/// let factors = undeclared_factors();
/// let factor = factors.on(day("2024-05-01")?)?;
/// assert_eq!((factor.value.to_string().as_str(), factor.basis.as_ref()),
///     ("1.1", "Social Insurance Law art 62"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn undeclared_factors() -> Schedule<Decimal> {
    Schedule::new(vec![
        Dated::new(since(1999, 1, 22), Decimal::new(11, 1), "征缴条例 art 10"),
        Dated::new(since(2011, 7, 1), Decimal::new(11, 1), "Social Insurance Law art 62"),
    ])
    .expect("the later day stands below the earlier")
}

/// Between which sums the base of one person lies, in minor units a month.
///
/// Jiangsu regulation art 52: nobody may lower or raise the base.
///
/// ```
/// use earmark_core::assess::premium::BaseBounds;
///
/// let bounds = BaseBounds::new(450_000, 2_400_000)?;
/// bounds.check(450_000, 1)?;
/// bounds.check(1_000_000, 2)?;
/// assert_eq!(
///     bounds.check(449_999, 1).unwrap_err().to_string(),
///     "expected a base of `4,500.00` to `24,000.00` for `1` person, found `4,499.99`"
/// );
/// # Ok::<(), earmark_core::assess::premium::PremiumError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BaseBounds {
    floor: u64,
    cap: u64,
}

impl BaseBounds {
    /// Bounds from the floor to the cap, both lawful bases themselves.
    ///
    /// # Errors
    /// [`PremiumError`] where the cap is below the floor or over
    /// [`MAX_MINOR`](crate::money::MAX_MINOR).
    pub fn new(floor: u64, cap: u64) -> Result<Self, PremiumError> {
        if floor > in_range(cap)? {
            return Err(PremiumError::CapBelowFloor { floor, cap });
        }
        Ok(Self { floor, cap })
    }

    /// Bounds as shares of the average wage of a month, each rounded half-up: 0.6 and 3 where the
    /// base is 60 to 300 % of it.
    ///
    /// ```
    /// use earmark_core::assess::premium::BaseBounds;
    /// use rust_decimal::Decimal;
    ///
    /// let bounds = BaseBounds::of_average_wage(812_345, Decimal::new(6, 1), Decimal::new(3, 0))?;
    /// assert_eq!((bounds.floor(), bounds.cap()), (487_407, 2_437_035));
    /// # Ok::<(), earmark_core::assess::premium::PremiumError>(())
    /// ```
    ///
    /// # Errors
    /// [`PremiumError`] where a share is not a rate, or as [`BaseBounds::new`].
    pub fn of_average_wage(wage: u64, floor: Decimal, cap: Decimal) -> Result<Self, PremiumError> {
        Self::new(half_up(wage, floor)?, half_up(wage, cap)?)
    }

    /// The least base of one person.
    #[must_use]
    pub const fn floor(self) -> u64 {
        self.floor
    }

    /// The largest base of one person.
    #[must_use]
    pub const fn cap(self) -> u64 {
        self.cap
    }

    /// Checks a base that so many persons have together: floor × persons to cap × persons.
    ///
    /// A sum within the bounds does not prove each person's base; where they are known, check them
    /// one by one.
    ///
    /// # Errors
    /// [`PremiumError::Base`] with the bounds. Nobody has no base: 0 persons allow 0 only.
    pub fn check(self, base: u64, persons: u32) -> Result<(), PremiumError> {
        let of_all = |bound: u64| u128::from(bound) * u128::from(persons);
        let bounds = of_all(self.floor)..=of_all(self.cap);
        if bounds.contains(&u128::from(base)) {
            return Ok(());
        }
        let (least, most) = bounds.into_inner();
        Err(PremiumError::Base(BaseOutOfBounds { base, persons, least, most }))
    }
}

/// A base below the floor or above the cap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected a base of `{}` to `{}` for `{persons}` {}, found `{}`",
    wide_yuan(*least), wide_yuan(*most),
    if *persons == 1 { "person" } else { "persons" },
    yuan(*base)
)]
pub struct BaseOutOfBounds {
    base: u64,
    persons: u32,
    least: u128,
    most: u128,
}

impl BaseOutOfBounds {
    /// The base, in minor units.
    #[must_use]
    pub const fn base(&self) -> u64 {
        self.base
    }

    /// How many persons have it together.
    #[must_use]
    pub const fn persons(&self) -> u32 {
        self.persons
    }

    /// The least base of so many persons.
    #[must_use]
    pub const fn least(&self) -> Figure {
        wide_yuan(self.least)
    }

    /// The largest base of so many persons.
    #[must_use]
    pub const fn most(&self) -> Figure {
        wide_yuan(self.most)
    }
}

/// Why there is no premium, or no such base.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PremiumError {
    /// An amount, a rate or the result is out of range.
    #[error(transparent)]
    Rounding(#[from] RoundingError),
    /// The rate is above 1, perhaps a percentage.
    #[error("expected a premium rate of 0 to 1 (16 % is `0.16`), found `{found}`")]
    RateAboveOne {
        /// The rate.
        found: Decimal,
    },
    /// The base is below the floor or above the cap.
    #[error(transparent)]
    Base(#[from] BaseOutOfBounds),
    /// The cap is below the floor.
    #[error("expected a cap of at least the floor `{}`, found `{}`", yuan(*floor), yuan(*cap))]
    CapBelowFloor {
        /// The floor, in minor units.
        floor: u64,
        /// The cap, in minor units.
        cap: u64,
    },
    /// The factor for an undeclared month is below 1.
    #[error("expected a factor of at least `1` for an undeclared month, found `{found}`")]
    FactorBelowOne {
        /// The factor.
        found: Decimal,
    },
    /// Nothing was due in the month before.
    #[error("expected an amount above zero for the month before, found `{}`", yuan(0))]
    NoLastMonth,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::money::MAX_MINOR;

    fn rate(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn a_premium_is_rounded_half_up() {
        assert_eq!(premium(625, rate("0.16")), Ok(100));
        assert_eq!(premium(50, rate("0.01")), Ok(1));
        assert_eq!(premium(49, rate("0.01")), Ok(0));
        assert_eq!(premium(MAX_MINOR, rate("1")), Ok(MAX_MINOR));
        assert_eq!(
            premium(1, rate("16")).unwrap_err().to_string(),
            "expected a premium rate of 0 to 1 (16 % is `0.16`), found `16`"
        );
        assert!(matches!(premium(1, rate("-0.16")), Err(PremiumError::Rounding(_))));
        assert!(matches!(premium(MAX_MINOR + 1, rate("0")), Err(PremiumError::Rounding(_))));
        assert!(!is_premium_of(1, rate("16"), 16));
    }

    // Social Insurance Law art 62, 征缴条例 art 10.
    #[test]
    fn an_undeclared_month_is_assessed_at_110_percent() {
        for entry in undeclared_factors().entries() {
            assert_eq!(undeclared(100_000, entry.value), Ok(110_000));
            assert_eq!(undeclared(5, entry.value), Ok(6));
        }
        assert_eq!(undeclared(0, rate("1.1")), Err(PremiumError::NoLastMonth));
        let over = PremiumError::Rounding(RoundingError::OutOfRange);
        assert_eq!(undeclared(MAX_MINOR, rate("1.1")), Err(over));
    }

    // Social Insurance Law art 60: no remission.
    #[test]
    fn an_undeclared_month_is_never_cheaper() {
        assert_eq!(undeclared(1, rate("1")), Ok(1));
        assert_eq!(
            undeclared(1, rate("0.9")).unwrap_err().to_string(),
            "expected a factor of at least `1` for an undeclared month, found `0.9`"
        );
        let negative = RoundingError::NegativeRate { found: rate("-1") };
        assert_eq!(undeclared(1, rate("-1")), Err(PremiumError::Rounding(negative)));
    }

    // Jiangsu regulation art 52.
    #[test]
    fn a_base_outside_its_bounds_is_refused_with_the_bounds() {
        let bounds = BaseBounds::new(450_000, 2_400_000).unwrap();
        for (base, persons) in
            [(450_000, 1), (2_400_000, 1), (1_350_000, 3), (7_200_000, 3), (0, 0)]
        {
            assert_eq!(bounds.check(base, persons), Ok(()), "{base} for {persons}");
        }
        for (base, persons) in
            [(449_999, 1), (2_400_001, 1), (1_349_999, 3), (7_200_001, 3), (1, 0)]
        {
            let Err(PremiumError::Base(refused)) = bounds.check(base, persons) else {
                panic!("{base} for {persons} was not refused")
            };
            assert_eq!((refused.base(), refused.persons()), (base, persons));
            assert_eq!(refused.least().minor(), 450_000 * u128::from(persons));
            assert_eq!(refused.most().minor(), 2_400_000 * u128::from(persons));
        }
        assert_eq!(
            bounds.check(7_200_001, 3).unwrap_err().to_string(),
            "expected a base of `13,500.00` to `72,000.00` for `3` persons, found `72,000.01`"
        );
    }

    #[test]
    fn bounds_stand_in_order_and_in_range() {
        assert_eq!(
            BaseBounds::new(2, 1).unwrap_err().to_string(),
            "expected a cap of at least the floor `0.02`, found `0.01`"
        );
        assert!(matches!(BaseBounds::new(0, MAX_MINOR + 1), Err(PremiumError::Rounding(_))));
        let widest = BaseBounds::new(0, MAX_MINOR).unwrap();
        assert_eq!(widest.check(u64::MAX, u32::MAX), Ok(()));
        let reversed = BaseBounds::of_average_wage(100, rate("3"), rate("0.6"));
        assert_eq!(reversed, Err(PremiumError::CapBelowFloor { floor: 300, cap: 60 }));
    }

    proptest! {
        #[test]
        fn a_larger_base_never_has_a_smaller_premium(
            base in 0..MAX_MINOR, more in 0..1_000_u64, ppm in 0..=1_000_000_i64,
        ) {
            let rate = Decimal::new(ppm, 6);
            let (less, more) = (premium(base, rate), premium((base + more).min(MAX_MINOR), rate));
            prop_assert!(less.unwrap() <= more.unwrap());
        }

        #[test]
        fn only_the_premium_is_the_premium(
            base in 0..=MAX_MINOR, ppm in 0..=1_000_000_i64, off in 1..1_000_u64,
        ) {
            let rate = Decimal::new(ppm, 6);
            let due = premium(base, rate).unwrap();
            prop_assert!(is_premium_of(base, rate, due));
            prop_assert!(!is_premium_of(base, rate, due + off));
        }

        #[test]
        fn bases_in_bounds_one_by_one_are_in_bounds_together(
            bases in prop::collection::vec(450_000..=2_400_000_u64, 0..50),
        ) {
            let bounds = BaseBounds::new(450_000, 2_400_000).unwrap();
            let persons = u32::try_from(bases.len()).unwrap();
            prop_assert_eq!(bounds.check(bases.iter().sum(), persons), Ok(()));
        }
    }
}
