use std::fmt;

use rust_decimal::Decimal;
use serde::{Serialize, Serializer};

use crate::error::StatementError;

/// A percentage, computed from exact figures and rounded once, half up (away from zero).
///
/// It has the decimal places to which it was rounded: `51.59`, `-38.93`, `100.00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Percent(Decimal);

impl Percent {
    /// The percentage as a decimal: 51.59 for 51.59 %.
    #[must_use]
    pub const fn decimal(self) -> Decimal {
        self.0
    }

    /// How many per cent `part` is of `whole`; none where there is no whole.
    pub(crate) fn of(part: i128, whole: i128, places: u32) -> Result<Option<Self>, StatementError> {
        let out_of_range = StatementError::OutOfRange { what: "a percentage" };
        if whole == 0 {
            return Ok(None);
        }
        let shifted = 10_i128.checked_pow(places + 2).and_then(|unit| part.checked_mul(unit));
        let rounded = shifted.and_then(|shifted| half_up(shifted, whole));
        let decimal = rounded.and_then(|it| Decimal::try_from_i128_with_scale(it, places).ok());
        decimal.map(|decimal| Some(Self(decimal))).ok_or(out_of_range)
    }
}

/// The quotient rounded to a whole number, halves away from zero.
fn half_up(dividend: i128, divisor: i128) -> Option<i128> {
    let quotient = dividend.checked_div(divisor)?;
    let rest = dividend.checked_rem(divisor)?.unsigned_abs();
    let away = if (dividend < 0) == (divisor < 0) { 1 } else { -1 };
    // As many halves as `rest >= divisor / 2`, without dividing.
    if rest >= divisor.unsigned_abs() - rest { quotient.checked_add(away) } else { Some(quotient) }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// The plain decimal as a string: `"51.59"`.
impl Serialize for Percent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rust_decimal::RoundingStrategy;

    use super::*;

    fn percent(part: i128, whole: i128, places: u32) -> String {
        Percent::of(part, whole, places).unwrap().unwrap().to_string()
    }

    #[test]
    fn halves_go_away_from_zero() {
        assert_eq!(percent(1, 8_000, 2), "0.01"); // 0.0125
        assert_eq!(percent(1, 20_000, 2), "0.01"); // 0.005
        assert_eq!(percent(-1, 20_000, 2), "-0.01");
        assert_eq!(percent(1, 3, 2), "33.33");
        assert_eq!(percent(2, 3, 2), "66.67");
        assert_eq!(percent(-2, 3, 2), "-66.67");
        assert_eq!(percent(7, 7, 2), "100.00");
        assert_eq!(Percent::of(7, 0, 2), Ok(None));
    }

    #[test]
    fn what_no_decimal_holds_is_refused() {
        assert!(Percent::of(i128::MAX, 1, 2).is_err());
        assert!(Percent::of(i128::MAX / 100_000, 1, 2).is_err());
    }

    proptest! {
        #[test]
        fn rounds_as_a_decimal_does(part in -10_i128.pow(12)..10_i128.pow(12), whole in 1_i128..10_i128.pow(6)) {
            let exact = Decimal::from(part) * Decimal::from(100) / Decimal::from(whole);
            let rounded = exact.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
            prop_assert_eq!(Percent::of(part, whole, 2).unwrap().unwrap().decimal(), rounded);
        }
    }
}
