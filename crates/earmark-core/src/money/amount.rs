use std::fmt;
use std::marker::PhantomData;
use std::ops::{Add, Sub};
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::figure::{Plain, grouped};
use super::{Currency, Figure};
use crate::fund::{Fund, TakesMoneyOf};

/// INVARIANT(INV-21): money is exact. Integers in minor units, checked, nothing rounded, no float.
///
/// The largest amount, in minor units: 10^17 - 1 (for the yuan, 999,999,999,999,999.99).
///
/// No event moves more and no account holds more. The bound leaves room in every wider sum, so
/// that no total can overflow.
pub const MAX_MINOR: u64 = 99_999_999_999_999_999;

/// A non-negative sum of money of the fund `F`, exact to the minor unit (fen), at most [`MAX_MINOR`].
///
/// Amounts of one fund add and subtract with a checked result; an amount of another fund is another
/// type.
///
/// ```
/// use earmark_core::fund::WorkInjury;
/// use earmark_core::money::Amount;
///
/// let care: Amount<WorkInjury> = "1200.50".parse()?;
/// let grant: Amount<WorkInjury> = "99.50".parse()?;
/// assert_eq!((care + grant)?.to_string(), "1,300.00");
/// assert!((grant - care).is_err());
/// # Ok::<(), earmark_core::money::AmountError>(())
/// ```
///
/// Two funds do not add up:
///
/// ```compile_fail,E0277
/// use earmark_core::fund::{EmployeeMedical, WorkInjury};
/// use earmark_core::money::Amount;
///
/// fn mix(injury: Amount<WorkInjury>, medical: Amount<EmployeeMedical>) {
///     let _ = injury + medical;
/// }
/// ```
///
/// And nobody makes one by its fields:
///
/// ```compile_fail,E0451
/// use earmark_core::fund::WorkInjury;
/// use earmark_core::money::Amount;
///
/// let forged = Amount::<WorkInjury> { minor: 1, fund: std::marker::PhantomData };
/// ```
pub struct Amount<F> {
    minor: u64,
    fund: PhantomData<fn() -> F>,
}

impl<F: Fund> Amount<F> {
    /// No money.
    pub const ZERO: Self = Self { minor: 0, fund: PhantomData };
    /// The largest amount.
    pub const MAX: Self = Self { minor: MAX_MINOR, fund: PhantomData };

    /// An amount of so many minor units (fen, cent).
    ///
    /// # Errors
    /// [`AmountError::OutOfRange`] over [`MAX_MINOR`].
    pub const fn from_minor(minor: u64) -> Result<Self, AmountError> {
        if minor > MAX_MINOR {
            return Err(AmountError::OutOfRange);
        }
        Ok(Self { minor, fund: PhantomData })
    }

    /// An amount of so many major units (yuan, dollar).
    ///
    /// # Errors
    /// [`AmountError`] where the decimal is negative, has more decimal places than the currency, or
    /// is over [`MAX_MINOR`]. Nothing is rounded.
    pub fn from_decimal(major: Decimal) -> Result<Self, AmountError> {
        if major.is_sign_negative() && !major.is_zero() {
            return Err(AmountError::Negative);
        }
        let exponent = u32::from(F::SPEC.currency().exponent());
        let unit = Decimal::from(F::SPEC.currency().minor_per_major());
        let minor = major.normalize();
        if minor.scale() > exponent {
            return Err(AmountError::TooFine { decimals: exponent });
        }
        let minor = minor.checked_mul(unit).ok_or(AmountError::OutOfRange)?;
        Self::from_minor(u64::try_from(minor).map_err(|_| AmountError::OutOfRange)?)
    }

    /// The amount in minor units (fen, cent).
    #[must_use]
    pub const fn minor(self) -> u64 {
        self.minor
    }

    /// The amount in major units (yuan, dollar).
    #[must_use]
    pub fn to_decimal(self) -> Decimal {
        Decimal::from_i128_with_scale(
            i128::from(self.minor),
            u32::from(Self::currency().exponent()),
        )
    }

    /// The currency of the fund.
    #[must_use]
    pub fn currency() -> Currency {
        F::SPEC.currency()
    }

    /// Whether this is no money.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.minor == 0
    }

    /// The same sum as a [`Figure`] for reports that add across funds.
    #[must_use]
    pub fn figure(self) -> Figure {
        Figure::from_minor(u128::from(self.minor), Self::currency())
    }
}

/// Reads an amount in yuan (or the fund's own major unit): `yuan("1200.50")?`.
///
/// The fund follows from where the amount goes.
///
/// # Errors
/// As [`Amount::from_str`].
pub fn yuan<F: Fund>(text: &str) -> Result<Amount<F>, AmountError> {
    text.parse()
}

/// Plain decimal digits in major units: `1200`, `1200.5`, `1200.50`. No sign, no grouping.
impl<F: Fund> FromStr for Amount<F> {
    type Err = AmountError;

    fn from_str(text: &str) -> Result<Self, AmountError> {
        Self::from_minor(parse_minor(text, Self::currency())?)
    }
}

/// The one reading of an amount, for both doors: minor units of plain digits in major units.
pub(crate) fn parse_minor(text: &str, currency: Currency) -> Result<u64, AmountError> {
    let (whole, decimals) = match text.split_once('.') {
        Some((_, "")) => return Err(AmountError::NotANumber),
        Some((whole, decimals)) => (whole, decimals),
        None => (text, ""),
    };
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    // One sign: a text of nothing but signs must not be taken apart sign by sign.
    if let Some(number) = text.strip_prefix('-').filter(|number| !number.starts_with('-'))
        && parse_minor(number, currency).is_ok_and(|minor| minor > 0)
    {
        return Err(AmountError::Negative);
    }
    if whole.is_empty() || !digits(whole) || !digits(decimals) {
        return Err(AmountError::NotANumber);
    }
    let exponent = usize::from(currency.exponent());
    if decimals.len() > exponent {
        return Err(AmountError::TooFine { decimals: u32::from(currency.exponent()) });
    }
    let number = |digits: &str| digits.parse::<u64>().map_err(|_| AmountError::OutOfRange);
    let decimals = number(&format!("0{decimals:0<exponent$}"))?;
    number(whole)?
        .checked_mul(currency.minor_per_major())
        .and_then(|minor| minor.checked_add(decimals))
        .filter(|minor| *minor <= MAX_MINOR)
        .ok_or(AmountError::OutOfRange)
}

/// A checked sum: amounts of the same fund, or it does not compile.
impl<F: TakesMoneyOf<G>, G: Fund> Add<Amount<G>> for Amount<F> {
    type Output = Result<Self, AmountError>;

    fn add(self, other: Amount<G>) -> Self::Output {
        self.minor
            .checked_add(other.minor)
            .ok_or(AmountError::OutOfRange)
            .and_then(Self::from_minor)
    }
}

/// A checked difference, never below zero.
impl<F: TakesMoneyOf<G>, G: Fund> Sub<Amount<G>> for Amount<F> {
    type Output = Result<Self, AmountError>;

    fn sub(self, other: Amount<G>) -> Self::Output {
        self.minor.checked_sub(other.minor).ok_or(AmountError::Negative).and_then(Self::from_minor)
    }
}

impl<F> Clone for Amount<F> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<F> Copy for Amount<F> {}

impl<F> PartialEq for Amount<F> {
    fn eq(&self, other: &Self) -> bool {
        self.minor == other.minor
    }
}

impl<F> Eq for Amount<F> {}

impl<F> PartialOrd for Amount<F> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<F> Ord for Amount<F> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.minor.cmp(&other.minor)
    }
}

impl<F> std::hash::Hash for Amount<F> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.minor.hash(state);
    }
}

/// Major units with grouped thousands: `1,200.50`.
impl<F: Fund> fmt::Display for Amount<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad_integral(true, "", &grouped(u128::from(self.minor), Self::currency()))
    }
}

impl<F: Fund> fmt::Debug for Amount<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self} {} of {}", Self::currency().code(), F::SPEC.code())
    }
}

/// The plain decimal as a string: `"1200.50"`.
impl<F: Fund> Serialize for Amount<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&Plain(u128::from(self.minor), Self::currency()))
    }
}

impl<'de, F: Fund> Deserialize<'de> for Amount<F> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

/// Why a number is not an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AmountError {
    /// The text is not a plain decimal number.
    #[error("not an amount: expected plain digits such as `1200.50`, without sign or grouping")]
    NotANumber,
    /// The number, or the difference, is below zero.
    #[error("an amount is never below zero")]
    Negative,
    /// The number has more decimal places than the currency.
    #[error("an amount of this currency has at most {decimals} decimal places; nothing is rounded")]
    TooFine {
        /// How many decimal places the currency has.
        decimals: u32,
    },
    /// The number, or the sum, is over [`MAX_MINOR`].
    #[error("an amount is at most {MAX_MINOR} minor units")]
    OutOfRange,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::fund::WorkInjury;

    type Injury = Amount<WorkInjury>;

    #[test]
    fn what_is_not_an_amount_is_refused_with_its_reason() {
        for (text, error) in [
            ("", AmountError::NotANumber),
            ("1,200", AmountError::NotANumber),
            ("+1", AmountError::NotANumber),
            ("1e3", AmountError::NotANumber),
            (".", AmountError::NotANumber),
            (".5", AmountError::NotANumber),
            ("15.", AmountError::NotANumber),
            ("1.000", AmountError::TooFine { decimals: 2 }),
            ("-1", AmountError::Negative),
            ("0.001", AmountError::TooFine { decimals: 2 }),
            ("1000000000000000", AmountError::OutOfRange),
            ("79228162514264337593543950335", AmountError::OutOfRange),
        ] {
            assert_eq!(text.parse::<Injury>(), Err(error), "{text}");
        }
        assert_eq!("0.01".parse::<Injury>().unwrap().minor(), 1);
        assert_eq!("15.5".parse::<Injury>().unwrap().minor(), 1_550);
        assert_eq!("999999999999999.99".parse::<Injury>().unwrap(), Injury::MAX);
    }

    /// As many calls as signs would exhaust the stack of a service that reads amounts from outside.
    #[test]
    fn a_long_row_of_signs_is_refused_at_once() {
        let signs = "-".repeat(1 << 20);
        assert_eq!(signs.parse::<Injury>(), Err(AmountError::NotANumber));
        assert_eq!(format!("{signs}1").parse::<Injury>(), Err(AmountError::NotANumber));
    }

    proptest! {
        #[test]
        fn text_and_amount_are_inverse(minor in 0..=MAX_MINOR) {
            let amount = Injury::from_minor(minor).unwrap();
            prop_assert_eq!(Injury::from_decimal(amount.to_decimal()), Ok(amount));
            let json = serde_json::to_string(&amount).unwrap();
            prop_assert_eq!(serde_json::from_str::<Injury>(&json).unwrap(), amount);
        }

        #[test]
        fn sums_are_exact_or_refused(a in 0..=MAX_MINOR, b in 0..=MAX_MINOR) {
            let (x, y) = (Injury::from_minor(a).unwrap(), Injury::from_minor(b).unwrap());
            prop_assert_eq!((x + y).ok().map(Injury::minor), (a + b <= MAX_MINOR).then_some(a + b));
            prop_assert_eq!((x - y).ok().map(Injury::minor), a.checked_sub(b));
        }

        #[test]
        fn no_text_panics(text in ".{0,40}") {
            let _ = text.parse::<Injury>();
        }
    }
}
