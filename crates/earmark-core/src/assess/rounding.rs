//! Exact products and the one rounding: half-up to the minor unit (四舍五入).
//!
//! Source: the accounting rules of the central bank for pension funds (yuan with fen, half-up).

use std::fmt;
use std::num::NonZeroU64;

use rust_decimal::Decimal;

use super::text::yuan;
use crate::money::MAX_MINOR;

/// How many decimal places a rate may have.
pub const RATE_DECIMALS_MAX: u32 = 10;

/// How many parts of an [`Exact`] make one minor unit: 10^[`RATE_DECIMALS_MAX`].
const PARTS_PER_MINOR: u128 = 10_u128.pow(RATE_DECIMALS_MAX);

/// The largest [`Exact`], in parts: just below one minor unit over [`MAX_MINOR`].
const PARTS_MAX: u128 = (MAX_MINOR as u128 + 1) * PARTS_PER_MINOR - 1;

/// A sum that is not rounded yet: whole minor units and ten decimal places of one.
///
/// It holds every product of an amount and a rate without loss, and every sum of such products.
///
/// ```
/// use earmark_core::assess::rounding::Exact;
/// use rust_decimal::Decimal;
///
/// // Two halves of a fen make a fen; rounded one by one they would make two.
/// let half = Exact::product(1_000, "0.0005".parse()?)?;
/// assert_eq!(half.to_string(), "0.005");
/// assert_eq!(half.half_up()?, 1);
/// assert_eq!(half.plus(half)?.half_up()?, 1);
/// assert_eq!(half.to_decimal(), Decimal::new(5, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Exact(u128);

impl Exact {
    /// No money.
    pub const ZERO: Self = Self(0);

    /// The exact product of an amount in minor units and a rate.
    ///
    /// # Errors
    /// [`RoundingError`] where the amount or the product is over [`MAX_MINOR`], or the rate is
    /// negative or has more than [`RATE_DECIMALS_MAX`] decimal places.
    pub fn product(amount: u64, rate: Decimal) -> Result<Self, RoundingError> {
        in_range(amount)?;
        let rate = checked_rate(rate)?;
        u128::from(amount)
            .checked_mul(rate.mantissa().unsigned_abs())
            .and_then(|product| {
                product.checked_mul(10_u128.pow(RATE_DECIMALS_MAX.saturating_sub(rate.scale())))
            })
            .ok_or(RoundingError::OutOfRange)
            .and_then(Self::from_parts)
    }

    /// So many times this sum.
    ///
    /// # Errors
    /// [`RoundingError::OutOfRange`] over [`MAX_MINOR`].
    pub fn times(self, count: u64) -> Result<Self, RoundingError> {
        let product = self.0.checked_mul(u128::from(count)).ok_or(RoundingError::OutOfRange)?;
        Self::from_parts(product)
    }

    /// This sum and another.
    ///
    /// # Errors
    /// [`RoundingError::OutOfRange`] over [`MAX_MINOR`].
    pub const fn plus(self, other: Self) -> Result<Self, RoundingError> {
        // Neither is over PARTS_MAX, so the sum fits 128 bits by far.
        Self::from_parts(self.0 + other.0)
    }

    /// The sum in whole minor units: half a unit and more goes up, less goes down.
    ///
    /// # Errors
    /// [`RoundingError::OutOfRange`] where the rounded sum is over [`MAX_MINOR`].
    pub fn half_up(self) -> Result<u64, RoundingError> {
        u64::try_from((self.0 + PARTS_PER_MINOR / 2) / PARTS_PER_MINOR)
            .map_err(|_| RoundingError::OutOfRange)
            .and_then(in_range)
    }

    /// The sum in minor units, without trailing zeros.
    #[must_use]
    pub fn to_decimal(self) -> Decimal {
        i128::try_from(self.0)
            .ok()
            .and_then(|parts| Decimal::try_from_i128_with_scale(parts, RATE_DECIMALS_MAX).ok())
            .expect("an exact sum has at most 27 digits, and a decimal holds 28")
            .normalize()
    }

    const fn from_parts(parts: u128) -> Result<Self, RoundingError> {
        if parts > PARTS_MAX { Err(RoundingError::OutOfRange) } else { Ok(Self(parts)) }
    }
}

/// Major units with two decimal places, and as many more as the sum has: `1,500.00`, `0.005`.
impl fmt::Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = u64::try_from(self.0 / PARTS_PER_MINOR).unwrap_or(MAX_MINOR);
        let parts = self.0 % PARTS_PER_MINOR;
        write!(f, "{}", yuan(whole))?;
        if parts > 0 {
            let digits = format!("{parts:0width$}", width = RATE_DECIMALS_MAX as usize);
            f.write_str(digits.trim_end_matches('0'))?;
        }
        Ok(())
    }
}

/// Amount × rate, rounded half-up to the minor unit.
///
/// ```
/// use earmark_core::assess::rounding::half_up;
///
/// assert_eq!(half_up(1_249, "0.02".parse()?)?, 25); // 24.98 fen
/// assert_eq!(half_up(1_225, "0.02".parse()?)?, 25); // 24.5 fen
/// assert_eq!(half_up(1_224, "0.02".parse()?)?, 24); // 24.48 fen
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// As [`Exact::product`] and [`Exact::half_up`].
pub fn half_up(amount: u64, rate: Decimal) -> Result<u64, RoundingError> {
    Exact::product(amount, rate)?.half_up()
}

/// Amount × numerator ÷ denominator, rounded half-up to the minor unit.
///
/// ```
/// use std::num::NonZeroU64;
///
/// use earmark_core::assess::rounding::half_up_ratio;
///
/// let twelve = NonZeroU64::new(12).ok_or("zero")?;
/// assert_eq!(half_up_ratio(100, 2, twelve)?, 17); // 16.67 fen
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`RoundingError::OutOfRange`] where the amount or the result is over [`MAX_MINOR`].
pub fn half_up_ratio(
    amount: u64,
    numerator: u64,
    denominator: NonZeroU64,
) -> Result<u64, RoundingError> {
    let product = u128::from(in_range(amount)?) * u128::from(numerator);
    let denominator = u128::from(denominator.get());
    // An amount of 57 bits times 64 bits, doubled, fits 128 bits.
    u64::try_from((2 * product + denominator) / (2 * denominator))
        .map_err(|_| RoundingError::OutOfRange)
        .and_then(in_range)
}

/// The amount, where it is one.
pub(super) const fn in_range(amount: u64) -> Result<u64, RoundingError> {
    if amount > MAX_MINOR { Err(RoundingError::OutOfRange) } else { Ok(amount) }
}

/// The rate without trailing zeros, where it is one.
pub(super) fn checked_rate(rate: Decimal) -> Result<Decimal, RoundingError> {
    if rate.is_sign_negative() && !rate.is_zero() {
        return Err(RoundingError::NegativeRate { found: rate });
    }
    let normal = rate.normalize();
    if normal.scale() > RATE_DECIMALS_MAX {
        return Err(RoundingError::TooFineRate { found: rate });
    }
    Ok(normal)
}

/// Why a product has no exact result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RoundingError {
    /// The rate is below zero.
    #[error("expected a rate of zero or more, found `{found}`")]
    NegativeRate {
        /// The rate.
        found: Decimal,
    },
    /// The rate has more than [`RATE_DECIMALS_MAX`] decimal places.
    #[error("expected a rate of at most {RATE_DECIMALS_MAX} decimal places, found `{found}`")]
    TooFineRate {
        /// The rate.
        found: Decimal,
    },
    /// An amount, or the result, is over [`MAX_MINOR`].
    #[error("expected an amount of at most {MAX_MINOR} minor units, found more")]
    OutOfRange,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rate(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn half_goes_up_and_less_goes_down() {
        for (amount, by, rounded) in [
            (0, "0.5", 0),
            (1, "0.5", 1),
            (1, "0.4999999999", 0),
            (3, "0.5", 2),
            (MAX_MINOR, "1", MAX_MINOR),
            (MAX_MINOR, "1.0000000000000000000000", MAX_MINOR),
            (MAX_MINOR, "0.0000000001", 10_000_000),
            (MAX_MINOR, "0.9999999999", 99_999_999_989_999_999),
            (1, "99999999999999999.4999999999", MAX_MINOR),
        ] {
            assert_eq!(half_up(amount, rate(by)), Ok(rounded), "{amount} × {by}");
        }
    }

    #[test]
    fn what_does_not_fit_is_refused_and_not_cut_off() {
        let over = Err(RoundingError::OutOfRange);
        assert_eq!(half_up(MAX_MINOR, rate("1.0000000001")), over);
        assert_eq!(half_up(MAX_MINOR + 1, rate("0.1")), over);
        assert_eq!(half_up(MAX_MINOR, Decimal::MAX), over);
        assert_eq!(half_up(1, rate("99999999999999999.5")), over);
        assert_eq!(half_up_ratio(MAX_MINOR, u64::MAX, NonZeroU64::MIN), over);
        assert_eq!(half_up_ratio(MAX_MINOR, u64::MAX, NonZeroU64::MAX), Ok(MAX_MINOR));
        let most = Exact::product(MAX_MINOR, Decimal::ONE).unwrap();
        assert_eq!(most.plus(most), Err(RoundingError::OutOfRange));
        assert_eq!(most.times(2), Err(RoundingError::OutOfRange));
        assert_eq!(most.times(u64::MAX), Err(RoundingError::OutOfRange));
        assert_eq!(Exact(PARTS_MAX).half_up(), over);
        assert_eq!(Exact(PARTS_MAX).to_decimal().to_string(), "99999999999999999.9999999999");
    }

    #[test]
    fn a_rate_is_not_negative_and_not_finer_than_ten_places() {
        let negative = RoundingError::NegativeRate { found: rate("-0.0005") };
        assert_eq!(half_up(1, rate("-0.0005")), Err(negative));
        assert_eq!(negative.to_string(), "expected a rate of zero or more, found `-0.0005`");
        let fine = RoundingError::TooFineRate { found: rate("0.00000000001") };
        assert_eq!(half_up(1, rate("0.00000000001")), Err(fine));
        assert_eq!(half_up(1, rate("-0")), Ok(0));
    }

    #[test]
    fn an_exact_sum_shows_every_decimal_it_has() {
        let show = |amount, by| Exact::product(amount, rate(by)).unwrap().to_string();
        assert_eq!(show(10_000_000, "0.015"), "1,500.00");
        assert_eq!(show(1, "0.0000000001"), "0.000000000001");
        assert_eq!(show(123_456_789, "1.05"), "1,296,296.2845");
        assert_eq!(show(MAX_MINOR, "1"), "999,999,999,999,999.99");
    }

    proptest! {
        #[test]
        fn rounding_is_off_by_at_most_half(amount in 0..=MAX_MINOR, mantissa in 0..=10_i64.pow(10)) {
            let rounded = half_up(amount, Decimal::new(mantissa, 10)).unwrap();
            let exact = i128::from(amount) * i128::from(mantissa);
            let error = i128::from(rounded) * 10_i128.pow(10) - exact;
            prop_assert!(-5 * 10_i128.pow(9) < error && error <= 5 * 10_i128.pow(9));
        }

        #[test]
        fn a_ratio_and_a_rate_agree(amount in 0..=MAX_MINOR, mantissa in 0..=10_u64.pow(10)) {
            let rate = Decimal::from_i128_with_scale(i128::from(mantissa), 10);
            let parts = NonZeroU64::new(10_u64.pow(10)).unwrap();
            prop_assert_eq!(half_up(amount, rate), half_up_ratio(amount, mantissa, parts));
        }

        #[test]
        fn no_input_panics(amount: u64, low: u32, mid: u32, high: u32, minus: bool, scale in 0..=28_u32) {
            let rate = Decimal::from_parts(low, mid, high, minus, scale);
            if let Ok(exact) = Exact::product(amount, rate) {
                let _ = (exact.half_up(), exact.to_string(), exact.to_decimal());
            }
        }
    }
}
