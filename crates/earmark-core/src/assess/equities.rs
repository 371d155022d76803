//! The share of equities in entrusted pension assets: at most 30 % of net value.
//!
//! Source: 国发〔2015〕48号.

use rust_decimal::Decimal;

use super::rounding::{Exact, RoundingError};
use super::schedule::{Dated, Schedule, since};
use super::text::yuan;

/// The largest share of equities: 0.3 of net value from 2015-08-17 (国发〔2015〕48号).
#[must_use]
pub fn largest_share() -> Schedule<Decimal> {
    Schedule::of(Dated::new(since(2015, 8, 17), Decimal::new(3, 1), "国发〔2015〕48号"))
}

/// Checks that equities are at most this share of net value, without rounding; the share itself is
/// lawful. Both amounts are in minor units.
///
/// ```
/// use earmark_core::assess::equities::{check_equities, largest_share};
/// use earmark_core::time::day;
///
/// let most = largest_share().on(day("2024-12-31")?)?.value;
/// check_equities(30_000, 100_000, most)?;
/// assert_eq!(
///     check_equities(30_001, 100_000, most).unwrap_err().to_string(),
///     "expected equities of at most `300.00`, which is `0.3` of the net value `1,000.00`, \
///      found `300.01`"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`EquitiesError`] where there are more, an amount is over
/// [`MAX_MINOR`](crate::money::MAX_MINOR), or the share is not a rate.
pub fn check_equities(equities: u64, net_value: u64, most: Decimal) -> Result<(), EquitiesError> {
    let limit = Exact::product(net_value, most)?;
    if Exact::product(equities, Decimal::ONE)? > limit {
        return Err(EquitiesError::TooMany(TooManyEquities {
            equities,
            net_value,
            most: most.normalize(),
            limit,
        }));
    }
    Ok(())
}

/// Equities over their largest share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected equities of at most `{limit}`, which is `{most}` of the net value `{}`, found `{}`",
    yuan(*net_value), yuan(*equities)
)]
pub struct TooManyEquities {
    equities: u64,
    net_value: u64,
    most: Decimal,
    limit: Exact,
}

impl TooManyEquities {
    /// The equities, in minor units.
    #[must_use]
    pub const fn equities(&self) -> u64 {
        self.equities
    }

    /// The net value, in minor units.
    #[must_use]
    pub const fn net_value(&self) -> u64 {
        self.net_value
    }

    /// The exact limit.
    #[must_use]
    pub const fn limit(&self) -> Exact {
        self.limit
    }
}

/// Why the share of equities is not lawful, or cannot be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EquitiesError {
    /// An amount or the share is out of range.
    #[error(transparent)]
    Rounding(#[from] RoundingError),
    /// There are too many equities.
    #[error(transparent)]
    TooMany(#[from] TooManyEquities),
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::money::MAX_MINOR;

    fn check(equities: u64, net_value: u64) -> Result<(), EquitiesError> {
        check_equities(equities, net_value, Decimal::new(30, 2))
    }

    // 国发〔2015〕48号.
    #[test]
    fn equities_are_at_most_thirty_percent() {
        assert_eq!(check(0, 0), Ok(()));
        assert_eq!(check(30, 100), Ok(()));
        assert_eq!(check(MAX_MINOR / 10 * 3, MAX_MINOR), Ok(()));
        // 30 % of 1.01 yuan are 30.3 fen: 30 fen are lawful and 31 are not.
        assert_eq!(check(30, 101), Ok(()));
        let Err(EquitiesError::TooMany(refused)) = check(31, 101) else {
            panic!("31 of 101 were not refused")
        };
        assert_eq!((refused.equities(), refused.net_value()), (31, 101));
        assert_eq!(refused.limit().to_string(), "0.303");
        assert!(check(1, 0).is_err());
    }

    #[test]
    fn what_is_out_of_range_is_refused() {
        let over = Err(EquitiesError::Rounding(RoundingError::OutOfRange));
        assert_eq!(check(MAX_MINOR + 1, MAX_MINOR), over);
        assert_eq!(check(1, MAX_MINOR + 1), over);
        assert!(check_equities(1, 1, Decimal::NEGATIVE_ONE).is_err());
    }

    proptest! {
        #[test]
        fn the_share_is_compared_without_rounding(
            equities in 0..=MAX_MINOR, net_value in 0..=MAX_MINOR,
        ) {
            let lawful = u128::from(equities) * 10 <= u128::from(net_value) * 3;
            prop_assert_eq!(check(equities, net_value).is_ok(), lawful);
        }
    }
}
