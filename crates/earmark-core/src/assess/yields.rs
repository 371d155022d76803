//! The yearly yield of invested money: gain ÷ average balance (Jiangsu regulation art 21).

use rust_decimal::Decimal;

use super::rounding::{RoundingError, in_range};

/// How many decimal places a yield has: `0.0312` is 3.12 %.
pub const YIELD_DECIMALS: u32 = 4;

/// Gain ÷ average balance of a year, both in minor units, rounded to [`YIELD_DECIMALS`] places.
///
/// A loss is a negative gain. Half of the last place goes away from zero, so that a gain and a loss
/// of the same size have the same digits.
///
/// ```
/// use earmark_core::assess::yields::yearly_yield;
///
/// assert_eq!(yearly_yield(3_125_000, 100_000_000)?.to_string(), "0.0313");
/// assert_eq!(yearly_yield(-3_125_000, 100_000_000)?.to_string(), "-0.0313");
/// assert!(yearly_yield(1, 0).is_err());
/// # Ok::<(), earmark_core::assess::yields::YieldError>(())
/// ```
///
/// # Errors
/// [`YieldError`] where the average balance is zero, or the gain or the balance is over
/// [`MAX_MINOR`](crate::money::MAX_MINOR).
pub fn yearly_yield(gain: i64, average_balance: u64) -> Result<Decimal, YieldError> {
    let size = u128::from(in_range(gain.unsigned_abs())?) * 10_u128.pow(YIELD_DECIMALS);
    let balance = u128::from(in_range(average_balance)?);
    let rounded =
        (2 * size + balance).checked_div(2 * balance).ok_or(YieldError::NoBalance { gain })?;
    let mut result = i128::try_from(rounded)
        .ok()
        .and_then(|parts| Decimal::try_from_i128_with_scale(parts, YIELD_DECIMALS).ok())
        .ok_or(RoundingError::OutOfRange)?;
    result.set_sign_negative(gain < 0 && !result.is_zero());
    Ok(result)
}

/// Why there is no yield.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum YieldError {
    /// The gain or the balance is out of range.
    #[error(transparent)]
    Rounding(#[from] RoundingError),
    /// The average balance is zero.
    #[error("expected an average balance above zero for a gain of `{gain}` minor units, found `0`")]
    NoBalance {
        /// The gain, in minor units.
        gain: i64,
    },
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::money::MAX_MINOR;

    // Jiangsu regulation art 21.
    #[test]
    fn a_yield_has_four_places() {
        for (gain, balance, shown) in [
            (0, 1, "0.0000"),
            (1, 3, "0.3333"),
            (2, 3, "0.6667"),
            (1, 20_000, "0.0001"),
            (1, 20_001, "0.0000"),
            (-1, 20_000, "-0.0001"),
            (-1, 20_001, "0.0000"),
            (99_999_999_999_999_999, 1, "99999999999999999.0000"),
        ] {
            let result = yearly_yield(gain, balance).unwrap();
            assert_eq!(result.to_string(), shown, "{gain} of {balance}");
        }
    }

    #[test]
    fn without_a_balance_there_is_no_yield() {
        assert_eq!(
            yearly_yield(5, 0).unwrap_err().to_string(),
            "expected an average balance above zero for a gain of `5` minor units, found `0`"
        );
        let over = Err(YieldError::Rounding(RoundingError::OutOfRange));
        assert_eq!(yearly_yield(i64::MIN, 1), over);
        assert_eq!(yearly_yield(1, MAX_MINOR + 1), over);
    }

    proptest! {
        #[test]
        fn a_loss_has_the_digits_of_a_gain(gain in 0..10_i64.pow(17), balance in 1..=MAX_MINOR) {
            let (up, down) = (yearly_yield(gain, balance), yearly_yield(-gain, balance));
            prop_assert_eq!(up.unwrap(), -down.unwrap());
        }

        #[test]
        fn a_yield_is_off_by_at_most_half_of_its_last_place(
            gain in 0..10_i64.pow(17), balance in 1..=MAX_MINOR,
        ) {
            let parts = yearly_yield(gain, balance).unwrap().mantissa();
            let balance = i128::from(balance);
            let error = parts * balance - i128::from(gain) * 10_000;
            prop_assert!(-balance < 2 * error && 2 * error <= balance);
        }
    }
}
