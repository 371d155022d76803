//! Fines (罚款): the bounds between which the department decides.
//!
//! A fine never enters a fund. It belongs to the treasury, so no command records one and no fund has
//! a purpose for it; this module only checks that a decision lies within the law. Some local and older
//! rules have other bounds: give them as a [`Schedule`] of one's own.

use std::fmt;

use super::rounding::{RoundingError, in_range};
use super::schedule::{Dated, Schedule, since};
use super::text::yuan;
use crate::money::MAX_MINOR;

/// How many times the amount a fine is, at least and at most; both ends are lawful.
///
/// ```
/// use earmark_core::assess::fine::Multiples;
///
/// let multiples = Multiples::new(1, 3)?;
/// assert_eq!(multiples.to_string(), "1 to 3 times");
/// assert!(Multiples::new(3, 1).is_err());
/// # Ok::<(), earmark_core::assess::fine::FineError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Multiples {
    least: u32,
    most: u32,
}

impl Multiples {
    /// From so many times to so many times the amount.
    ///
    /// # Errors
    /// [`FineError::Multiples`] where the most is below the least.
    pub const fn new(least: u32, most: u32) -> Result<Self, FineError> {
        if most < least {
            return Err(FineError::Multiples { least, most });
        }
        Ok(Self { least, most })
    }

    /// The bounds of a fine on an amount in minor units: what was not paid, or what was taken.
    ///
    /// ```
    /// use earmark_core::assess::fine::fraud;
    /// use earmark_core::time::day;
    ///
    /// let bounds = fraud().on(day("2024-05-01")?)?.value.of(1_000_000)?;
    /// assert_eq!((bounds.least(), bounds.most()), (2_000_000, 5_000_000));
    /// bounds.check(2_000_000)?;
    /// assert_eq!(
    ///     bounds.check(1_999_999).unwrap_err().to_string(),
    ///     "expected a fine of `20,000.00` to `50,000.00`, found `19,999.99`"
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`FineError::Rounding`] where the amount or the largest fine is over
    /// [`MAX_MINOR`].
    pub fn of(self, amount: u64) -> Result<FineBounds, FineError> {
        let amount = in_range(amount)?;
        let times = |multiple: u32| {
            amount
                .checked_mul(u64::from(multiple))
                .filter(|fine| *fine <= MAX_MINOR)
                .ok_or(RoundingError::OutOfRange)
        };
        Ok(FineBounds { least: times(self.least)?, most: times(self.most)? })
    }
}

/// `1 to 3 times`
impl fmt::Display for Multiples {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to {} times", self.least, self.most)
    }
}

/// For premiums still not paid after the order to pay: 1 to 3 times the arrears, from 2011-07-01
/// (Social Insurance Law art 86; Jiangsu regulation art 56).
///
/// ```
/// use earmark_core::assess::fine::non_payment;
/// use earmark_core::time::day;
///
/// let rule = non_payment();
/// let rule = rule.on(day("2016-07-01")?)?;
/// assert_eq!(rule.value.to_string(), "1 to 3 times");
/// assert_eq!(rule.value.of(10_000)?.most(), 30_000);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn non_payment() -> Schedule<Multiples> {
    let multiples = Multiples { least: 1, most: 3 };
    Schedule::of(Dated::new(since(2011, 7, 1), multiples, "Social Insurance Law art 86"))
}

/// For benefits or fund expenditure taken by fraud: 2 to 5 times what was taken, from 2011-07-01
/// (Social Insurance Law art 87, 88; Jiangsu regulation art 57, 58).
#[must_use]
pub fn fraud() -> Schedule<Multiples> {
    let multiples = Multiples { least: 2, most: 5 };
    Schedule::of(Dated::new(since(2011, 7, 1), multiples, "Social Insurance Law art 87, 88"))
}

/// The least and the largest fine of a case, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FineBounds {
    least: u64,
    most: u64,
}

impl FineBounds {
    /// The least fine.
    #[must_use]
    pub const fn least(self) -> u64 {
        self.least
    }

    /// The largest fine.
    #[must_use]
    pub const fn most(self) -> u64 {
        self.most
    }

    /// Checks a fine that was decided.
    ///
    /// # Errors
    /// [`FineError::OutOfBounds`] with the bounds.
    pub const fn check(self, fine: u64) -> Result<(), FineError> {
        if fine < self.least || fine > self.most {
            return Err(FineError::OutOfBounds { bounds: self, found: fine });
        }
        Ok(())
    }
}

/// Why a fine is not lawful, or has no bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FineError {
    /// The amount or the largest fine is out of range.
    #[error(transparent)]
    Rounding(#[from] RoundingError),
    /// The most is below the least.
    #[error("expected at most `{least}` times or more, the least, found `{most}`")]
    Multiples {
        /// How many times at least.
        least: u32,
        /// How many times at most.
        most: u32,
    },
    /// The fine is below the least or above the most.
    #[error(
        "expected a fine of `{}` to `{}`, found `{}`",
        yuan(bounds.least), yuan(bounds.most), yuan(*found)
    )]
    OutOfBounds {
        /// The bounds.
        bounds: FineBounds,
        /// The fine, in minor units.
        found: u64,
    },
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::event::OtherIncome;
    use crate::fund::BUILT_IN;
    use crate::time::day;

    fn bounds(schedule: &Schedule<Multiples>, amount: u64) -> FineBounds {
        schedule.on(day("2016-07-01").unwrap()).unwrap().value.of(amount).unwrap()
    }

    // Social Insurance Law art 86; Jiangsu regulation art 56.
    #[test]
    fn non_payment_is_fined_one_to_three_times() {
        let bounds = bounds(&non_payment(), 10_000_000);
        assert_eq!(bounds, FineBounds { least: 10_000_000, most: 30_000_000 });
        assert_eq!(bounds.check(10_000_000), Ok(()));
        assert_eq!(bounds.check(30_000_000), Ok(()));
        for found in [0, 9_999_999, 30_000_001, u64::MAX] {
            assert_eq!(bounds.check(found), Err(FineError::OutOfBounds { bounds, found }));
        }
    }

    // Social Insurance Law art 87, 88; Jiangsu regulation art 57, 58.
    #[test]
    fn fraud_is_fined_two_to_five_times() {
        let bounds = bounds(&fraud(), 333);
        assert_eq!(bounds, FineBounds { least: 666, most: 1_665 });
        assert!(bounds.check(665).is_err() && bounds.check(1_666).is_err());
    }

    // Jiangsu regulation art 56: the late fee joins the fund, the fine does not.
    #[test]
    fn no_income_of_any_fund_is_a_fine() {
        for fund in BUILT_IN {
            for purpose in fund.premiums().iter().chain(OtherIncome::ALL) {
                let words = format!("{} {} {}", purpose.name, purpose.label, purpose.label_zh);
                for word in ["fine", "penalt", "罚"] {
                    assert!(!words.contains(word), "{}: `{words}`", fund.code());
                }
            }
        }
    }

    #[test]
    fn before_the_law_there_are_no_bounds() {
        for schedule in [non_payment(), fraud()] {
            assert!(schedule.on(day("2011-06-30").unwrap()).is_err());
        }
    }

    #[test]
    fn bounds_out_of_range_and_out_of_order_are_refused() {
        let most = Multiples::new(1, 3).unwrap();
        assert_eq!(most.of(MAX_MINOR / 3).unwrap().most(), MAX_MINOR);
        for amount in [MAX_MINOR / 3 + 1, MAX_MINOR + 1, u64::MAX] {
            assert_eq!(most.of(amount), Err(FineError::Rounding(RoundingError::OutOfRange)));
        }
        assert_eq!(
            Multiples::new(3, 1).unwrap_err().to_string(),
            "expected at most `3` times or more, the least, found `1`"
        );
    }

    proptest! {
        #[test]
        fn a_fine_is_lawful_exactly_between_the_bounds(
            amount in 0..=MAX_MINOR / 5, fine in 0..=MAX_MINOR,
        ) {
            let lawful = bounds(&fraud(), amount).check(fine).is_ok();
            prop_assert_eq!(lawful, 2 * amount <= fine && fine <= 5 * amount);
        }
    }
}
