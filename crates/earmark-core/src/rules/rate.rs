use std::fmt;
use std::str::FromStr;

/// A rate or factor, exact to a millionth: `0.16`, `0.0005`, `3`.
///
/// ```
/// use earmark_core::rules::Rate;
///
/// let rate: Rate = "0.16".parse()?;
/// assert_eq!(rate.ppm(), 160_000);
/// assert_eq!(rate.of_minor(12_345), Some(1_975)); // 19.752 rounded half up
/// assert_eq!(rate.to_string(), "0.16");
/// # Ok::<(), earmark_core::rules::RateError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rate(u32);

impl Rate {
    /// Nothing: 0.
    pub const ZERO: Self = Self(0);
    /// The whole: 1.
    pub const ONE: Self = Self(1_000_000);
    /// The largest: 1000.
    pub const MAX: Self = Self(1_000_000_000);

    /// The rate in millionths.
    #[must_use]
    pub const fn ppm(self) -> u32 {
        self.0
    }

    /// This part of an amount in minor units, rounded half up; none where it is beyond 64 bits.
    #[must_use]
    pub fn of_minor(self, minor: u64) -> Option<u64> {
        let exact = u128::from(minor) * u128::from(self.0);
        u64::try_from((exact + 500_000) / 1_000_000).ok()
    }
}

/// Plain digits with at most six decimal places: `0.16`. No sign, no percent, no exponent.
impl FromStr for Rate {
    type Err = RateError;

    fn from_str(text: &str) -> Result<Self, RateError> {
        let ppm = scaled(text, 6).ok_or(RateError)?;
        u32::try_from(ppm).ok().filter(|ppm| *ppm <= Self::MAX.0).map(Self).ok_or(RateError)
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{}.{:06}", self.0 / 1_000_000, self.0 % 1_000_000);
        f.pad(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

/// A text that is not a rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a rate: expected plain digits such as `0.16`, at most 1000, at most six decimal places"
)]
pub struct RateError;

/// Plain digits as a number of units of which `places` decimals make one.
pub(super) fn scaled(text: &str, places: usize) -> Option<u64> {
    let (whole, decimals) = match text.split_once('.') {
        Some((_, "")) => return None,
        Some(parts) => parts,
        None => (text, ""),
    };
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(decimals) || decimals.len() > places {
        return None;
    }
    format!("{whole}{decimals:0<places$}").parse().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_not_a_rate_is_refused() {
        for text in [
            "",
            ".",
            "16%",
            "-0.1",
            "+1",
            "1e-3",
            ".5",
            "5.",
            "0.1234567",
            "1000.000001",
            "0,16",
            "99999999999999999999",
            " 1",
            "１",
        ] {
            assert_eq!(text.parse::<Rate>(), Err(RateError), "{text}");
        }
        assert_eq!("1000".parse(), Ok(Rate::MAX));
        assert_eq!("1.10".parse::<Rate>().unwrap().to_string(), "1.1");
        assert_eq!("007".parse::<Rate>().unwrap().to_string(), "7");
        assert_eq!("0".parse::<Rate>().unwrap().to_string(), "0");
    }

    #[test]
    fn a_half_is_rounded_up() {
        let half: Rate = "0.5".parse().unwrap();
        assert_eq!(
            (half.of_minor(1), half.of_minor(2), half.of_minor(0)),
            (Some(1), Some(1), Some(0))
        );
        assert_eq!("0.499999".parse::<Rate>().unwrap().of_minor(1), Some(0));
        assert_eq!(Rate::MAX.of_minor(u64::MAX), None);
    }

    proptest! {
        #[test]
        fn text_and_rate_are_inverse(ppm in 0..=Rate::MAX.0) {
            let rate = Rate(ppm);
            prop_assert_eq!(rate.to_string().parse(), Ok(rate));
        }

        #[test]
        fn no_text_panics(text in ".{0,40}") {
            let _ = text.parse::<Rate>();
        }
    }
}
