//! The payment buffer: how many months of payments a balance covers, and how much must stay.
//!
//! 财社〔2017〕144号 art 37: the enterprise pension fund keeps two months of payments in its balance
//! before it invests. How many months a fund or an expenditure account keeps is a parameter.

use std::num::NonZeroU64;

use rust_decimal::Decimal;

use super::rounding::{RoundingError, half_up_ratio, in_range};

/// How many decimal places [`months_covered`] has.
pub const MONTHS_DECIMALS: u32 = 4;

const MONTHS_A_YEAR: NonZeroU64 = NonZeroU64::new(12).expect("a year has months");

/// How many months of payments a balance covers: balance ÷ average monthly payments.
///
/// Rounded **down** to [`MONTHS_DECIMALS`] places, so that the cover is never overstated. The average
/// is that of the months given, a month without payments among them counting as 0.
///
/// ```
/// use earmark_core::assess::reserve::months_covered;
///
/// let payments = [900_000, 1_000_000, 1_100_000];
/// assert_eq!(months_covered(2_500_000, &payments)?.to_string(), "2.5000");
/// assert_eq!(months_covered(1_999_999, &payments)?.to_string(), "1.9999");
/// # Ok::<(), earmark_core::assess::reserve::ReserveError>(())
/// ```
///
/// # Errors
/// [`ReserveError`] where the balance or a payment is over [`MAX_MINOR`](crate::money::MAX_MINOR),
/// or nothing was paid in these months, so that there is no average to cover.
pub fn months_covered(balance: u64, payments: &[u64]) -> Result<Decimal, ReserveError> {
    let balance = u128::from(in_range(balance)?);
    let total = payments
        .iter()
        .try_fold(0_u128, |sum, payment| in_range(*payment).map(|paid| sum + u128::from(paid)))?;
    let months = u128::try_from(payments.len()).map_err(|_| RoundingError::OutOfRange)?;
    // An amount has 57 bits and the number of months 64, so the first product fits 128.
    (balance * months)
        .checked_mul(10_u128.pow(MONTHS_DECIMALS))
        .ok_or(RoundingError::OutOfRange)?
        .checked_div(total)
        .ok_or(ReserveError::NoPayments { months: payments.len() })
        .and_then(|parts| {
            i128::try_from(parts)
                .ok()
                .and_then(|parts| Decimal::try_from_i128_with_scale(parts, MONTHS_DECIMALS).ok())
                .ok_or(ReserveError::Rounding(RoundingError::OutOfRange))
        })
}

/// What must stay in the balance: the payments of the last 12 months × months ÷ 12, half-up.
///
/// ```
/// use earmark_core::assess::reserve::buffer_needed;
///
/// // Two months of 1,000,000.00 yuan a year.
/// assert_eq!(buffer_needed(100_000_000, 2)?, 16_666_667);
/// # Ok::<(), earmark_core::assess::reserve::ReserveError>(())
/// ```
///
/// # Errors
/// [`ReserveError::Rounding`] where the payments or the buffer are over
/// [`MAX_MINOR`](crate::money::MAX_MINOR).
pub fn buffer_needed(paid_in_12_months: u64, months: u32) -> Result<u64, ReserveError> {
    Ok(half_up_ratio(paid_in_12_months, u64::from(months), MONTHS_A_YEAR)?)
}

/// Why there is no cover or buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReserveError {
    /// An amount or the result is out of range.
    #[error(transparent)]
    Rounding(#[from] RoundingError),
    /// Nothing was paid in the months given.
    #[error("expected payments above zero to average, found none in `{months}` months")]
    NoPayments {
        /// How many months were given.
        months: usize,
    },
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::money::MAX_MINOR;

    #[test]
    fn a_cover_is_never_overstated() {
        let cover =
            |balance, payments: &[u64]| months_covered(balance, payments).unwrap().to_string();
        assert_eq!(cover(0, &[1]), "0.0000");
        assert_eq!(cover(2_000, &[1_000; 12]), "2.0000");
        assert_eq!(cover(2_000, &[0, 2_000]), "2.0000");
        assert_eq!(cover(1_999_999_999, &[1_000_000_000; 12]), "1.9999");
        assert_eq!(cover(MAX_MINOR, &[1]), "99999999999999999.0000");
    }

    #[test]
    fn without_payments_there_is_nothing_to_cover() {
        for payments in [&[][..], &[0, 0]] {
            let error = ReserveError::NoPayments { months: payments.len() };
            assert_eq!(months_covered(1, payments), Err(error));
        }
        let over = Err(ReserveError::Rounding(RoundingError::OutOfRange));
        assert_eq!(months_covered(MAX_MINOR + 1, &[1]), over);
        assert_eq!(months_covered(1, &[1, MAX_MINOR + 1]), over);
    }

    // 财社〔2017〕144号 art 37.
    #[test]
    fn the_buffer_is_two_twelfths_of_a_year() {
        assert_eq!(buffer_needed(12_000, 2), Ok(2_000));
        assert_eq!(buffer_needed(3, 2), Ok(1)); // 0.5 fen goes up
        assert_eq!(buffer_needed(2, 2), Ok(0)); // 0.33 fen goes down
        assert_eq!(buffer_needed(MAX_MINOR, 12), Ok(MAX_MINOR));
        assert_eq!(buffer_needed(MAX_MINOR, 0), Ok(0));
        let over = Err(ReserveError::Rounding(RoundingError::OutOfRange));
        assert_eq!(buffer_needed(MAX_MINOR, 13), over);
        assert_eq!(buffer_needed(MAX_MINOR + 1, 1), over);
    }

    proptest! {
        #[test]
        fn the_buffer_of_some_months_covers_them(
            payments in prop::collection::vec(0..10_u64.pow(14), 12), months in 0..=12_u32,
        ) {
            let total = payments.iter().sum();
            prop_assume!(total > 0);
            let buffer = buffer_needed(total, months).unwrap();
            // Half a fen of rounding is the most by which the buffer may fall short.
            let cover = months_covered((buffer + 1).min(MAX_MINOR), &payments).unwrap();
            prop_assert!(cover >= Decimal::from(months));
        }

        #[test]
        fn more_balance_never_covers_less(
            balance in 0..10_u64.pow(16), more in 0..10_u64.pow(16), paid in 1..10_u64.pow(16),
        ) {
            let cover = |balance| months_covered(balance, &[paid, 0, paid]).unwrap();
            prop_assert!(cover(balance) <= cover(balance + more));
        }
    }
}
