//! How long unemployment pay (失业保险金) is drawn, by how long premiums were paid.

use super::schedule::{Dated, Schedule, since};

/// The longest time of unemployment pay for each length of payment, the shortest first.
///
/// ```
/// use earmark_core::assess::unemployment::longest_draws;
/// use earmark_core::time::day;
///
/// let table = longest_draws();
/// let table = table.on(day("2021-04-01")?)?;
/// assert_eq!(table.basis, "Social Insurance Law art 46");
/// assert_eq!(table.value.months(5 * 12 - 1)?, 12);
/// assert_eq!(table.value.months(5 * 12)?, 18);
/// assert!(table.value.months(11).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draws {
    bands: Vec<Band>,
}

/// From so many months of payment on, so many months of unemployment pay at the longest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Band {
    /// The least number of months for which premiums were paid.
    pub paid_months: u32,
    /// How many months unemployment pay is drawn at the longest.
    pub longest_months: u32,
}

/// The table of the State: 12 months from 1 year of payment, 18 from 5, 24 from 10 (失业保险条例 art
/// 17 from 1999-01-22; Social Insurance Law art 46 from 2011-07-01).
#[must_use]
pub fn longest_draws() -> Schedule<Draws> {
    let bands = [(12, 12), (60, 18), (120, 24)]
        .map(|(paid_months, longest_months)| Band { paid_months, longest_months });
    let draws = Draws { bands: bands.to_vec() };
    Schedule::new(vec![
        Dated::new(since(1999, 1, 22), draws.clone(), "失业保险条例 art 17"),
        Dated::new(since(2011, 7, 1), draws, "Social Insurance Law art 46"),
    ])
    .expect("the later day stands below the earlier")
}

impl Draws {
    /// A table of these bands, the shortest time of payment first.
    ///
    /// # Errors
    /// [`UnemploymentError`] where there is no band, or one does not ask for more months of payment
    /// than the one before it.
    pub fn new(bands: Vec<Band>) -> Result<Self, UnemploymentError> {
        if bands.is_empty() {
            return Err(UnemploymentError::NoBand);
        }
        for (before, after) in bands.iter().zip(bands.iter().skip(1)) {
            if before.paid_months >= after.paid_months {
                return Err(UnemploymentError::NotAscending {
                    before: before.paid_months,
                    after: after.paid_months,
                });
            }
        }
        Ok(Self { bands })
    }

    /// The bands, the shortest time of payment first.
    #[must_use]
    pub fn bands(&self) -> &[Band] {
        &self.bands
    }

    /// How many months unemployment pay is drawn at the longest, where premiums were paid for so many
    /// months together.
    ///
    /// # Errors
    /// [`UnemploymentError::TooShort`] where premiums were not paid for long enough.
    pub fn months(&self, paid_months: u32) -> Result<u32, UnemploymentError> {
        self.bands
            .iter()
            .rev()
            .find(|band| band.paid_months <= paid_months)
            .map(|band| band.longest_months)
            .ok_or_else(|| UnemploymentError::TooShort {
                least: self.bands.first().map_or(u32::MAX, |band| band.paid_months),
                found: paid_months,
            })
    }
}

/// Why there is no unemployment pay, or no table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnemploymentError {
    /// Premiums were not paid for long enough.
    #[error("expected premiums paid for at least `{least}` months, found `{found}`")]
    TooShort {
        /// The least number of months.
        least: u32,
        /// For how many months premiums were paid.
        found: u32,
    },
    /// The table has no band.
    #[error("expected at least one band, found none")]
    NoBand,
    /// A band does not ask for more than the one before it.
    #[error(
        "expected a band from more than `{before}` months of payment, found one from `{after}`"
    )]
    NotAscending {
        /// The months of payment of the band before it.
        before: u32,
        /// Its months of payment.
        after: u32,
    },
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::time::day;

    fn table(on: &str) -> Draws {
        longest_draws().on(day(on).unwrap()).unwrap().value.clone()
    }

    // 失业保险条例 art 17, Social Insurance Law art 46.
    #[test]
    fn pay_is_drawn_for_12_18_or_24_months() {
        for on in ["1999-01-22", "2011-06-30", "2011-07-01", "2024-01-01"] {
            let table = table(on);
            for (paid, longest) in
                [(12, 12), (59, 12), (60, 18), (119, 18), (120, 24), (u32::MAX, 24)]
            {
                assert_eq!(table.months(paid), Ok(longest), "{paid} months on {on}");
            }
        }
        assert!(longest_draws().on(day("1999-01-21").unwrap()).is_err());
    }

    #[test]
    fn under_a_year_of_payment_there_is_none() {
        for paid in [0, 11] {
            assert_eq!(
                table("2021-01-01").months(paid).unwrap_err().to_string(),
                format!("expected premiums paid for at least `12` months, found `{paid}`")
            );
        }
    }

    #[test]
    fn the_state_table_and_one_of_ones_own_stand_in_order() {
        let bands = table("2021-01-01").bands().to_vec();
        assert_eq!(Draws::new(bands.clone()), Ok(table("2021-01-01")));
        let reversed: Vec<_> = bands.into_iter().rev().collect();
        assert_eq!(
            Draws::new(reversed).unwrap_err().to_string(),
            "expected a band from more than `120` months of payment, found one from `60`"
        );
        assert_eq!(Draws::new(vec![]), Err(UnemploymentError::NoBand));
    }

    proptest! {
        #[test]
        fn paying_longer_never_shortens_the_draw(paid in 12..600_u32, more in 0..600_u32) {
            let table = table("2021-01-01");
            prop_assert!(table.months(paid).unwrap() <= table.months(paid + more).unwrap());
        }
    }
}
