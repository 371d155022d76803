//! Work injury grants (伤残待遇) by grade, as multiples of one's own wage.
//!
//! One's own wage (本人工资) is the average monthly base of the 12 months before the injury, and lies
//! between 60 and 300 % of the average wage (工伤保险条例 art 64); see
//! [`BaseBounds`](super::premium::BaseBounds). The monthly allowance of grades 5 and 6 is paid by the
//! employer and not by the fund, so it has no place here.

use std::fmt;

use rust_decimal::Decimal;

use super::rounding::{RoundingError, half_up};
use super::schedule::{Dated, Schedule, since};

/// A grade of disability (伤残等级), 1 the gravest to 10.
///
/// ```
/// use earmark_core::assess::work_injury::Grade;
///
/// assert!(Grade::new(1)? < Grade::new(10)?);
/// assert!(Grade::new(0).is_err());
/// # Ok::<(), earmark_core::assess::work_injury::WorkInjuryError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Grade(u8);

impl Grade {
    /// The grade of a number from 1 to 10.
    ///
    /// # Errors
    /// [`WorkInjuryError::Grade`] for any other number.
    pub const fn new(number: u8) -> Result<Self, WorkInjuryError> {
        match number {
            1..=10 => Ok(Self(number)),
            _ => Err(WorkInjuryError::Grade { found: number }),
        }
    }

    /// The number, 1 to 10.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }
}

impl fmt::Display for Grade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// What the fund grants for each grade.
///
/// ```
/// use earmark_core::assess::work_injury::{Grade, grants};
/// use earmark_core::time::day;
///
/// let table = grants();
/// let table = table.on(day("2021-04-01")?)?;
/// assert_eq!(table.basis, "工伤保险条例 art 35, 36, 37");
/// let (gravest, lightest) = (Grade::new(1)?, Grade::new(10)?);
/// assert_eq!(table.value.one_off(gravest, 600_000)?, 16_200_000); // 27 months
/// assert_eq!(table.value.monthly(gravest, 600_000)?, 540_000); // 90 %
/// assert_eq!(table.value.one_off_months(lightest), 7);
/// assert!(table.value.monthly(lightest, 600_000).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grants {
    one_off_months: [u8; 10],
    monthly_percent: [u8; 4],
}

/// The grants of the State: 27, 25, 23, 21, 18, 16, 13, 11, 9 and 7 months once, and 90, 85, 80 and
/// 75 % monthly for grades 1 to 4, from 2011-01-01 (工伤保险条例 art 35 to 37, as revised in 2010).
///
/// The older table is not built in; an injury before that day needs a schedule of one's own.
#[must_use]
pub fn grants() -> Schedule<Grants> {
    let table = Grants::new([27, 25, 23, 21, 18, 16, 13, 11, 9, 7], [90, 85, 80, 75]);
    Schedule::of(Dated::new(since(2011, 1, 1), table, "工伤保险条例 art 35, 36, 37"))
}

impl Grants {
    /// A table: months of wage paid once for grades 1 to 10, and percent of wage paid monthly for
    /// grades 1 to 4.
    #[must_use]
    pub const fn new(one_off_months: [u8; 10], monthly_percent: [u8; 4]) -> Self {
        Self { one_off_months, monthly_percent }
    }

    /// How many months of one's own wage are paid once (一次性伤残补助金).
    #[must_use]
    pub fn one_off_months(&self, grade: Grade) -> u8 {
        of_grade(&self.one_off_months, grade).expect("the table has all ten grades")
    }

    /// Which share of one's own wage is paid every month (伤残津贴).
    ///
    /// # Errors
    /// [`WorkInjuryError::NoMonthly`] for grades 5 to 10.
    pub fn monthly_rate(&self, grade: Grade) -> Result<Decimal, WorkInjuryError> {
        of_grade(&self.monthly_percent, grade)
            .map(|percent| Decimal::new(i64::from(percent), 2))
            .ok_or(WorkInjuryError::NoMonthly { grade })
    }

    /// The grant paid once, in minor units: months × one's own wage.
    ///
    /// # Errors
    /// [`WorkInjuryError::Rounding`] where the wage or the grant is over
    /// [`MAX_MINOR`](crate::money::MAX_MINOR).
    pub fn one_off(&self, grade: Grade, wage: u64) -> Result<u64, WorkInjuryError> {
        Ok(half_up(wage, Decimal::from(self.one_off_months(grade)))?)
    }

    /// The monthly allowance in minor units: share × one's own wage, rounded half-up.
    ///
    /// Where it is below the local minimum wage, the fund pays the difference too (工伤保险条例 art
    /// 35); that is not computed here.
    ///
    /// # Errors
    /// As [`Grants::monthly_rate`] and [`Grants::one_off`].
    pub fn monthly(&self, grade: Grade, wage: u64) -> Result<u64, WorkInjuryError> {
        Ok(half_up(wage, self.monthly_rate(grade)?)?)
    }
}

fn of_grade(table: &[u8], grade: Grade) -> Option<u8> {
    table.get(usize::from(grade.0) - 1).copied()
}

/// Why there is no grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WorkInjuryError {
    /// The wage or the grant is out of range.
    #[error(transparent)]
    Rounding(#[from] RoundingError),
    /// There is no such grade.
    #[error("expected a grade of `1` to `10`, found `{found}`")]
    Grade {
        /// The number.
        found: u8,
    },
    /// The fund pays no monthly allowance for the grade.
    #[error("expected a grade of `1` to `4` for a monthly allowance of the fund, found `{grade}`")]
    NoMonthly {
        /// The grade.
        grade: Grade,
    },
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::money::MAX_MINOR;
    use crate::time::day;

    fn table() -> Grants {
        grants().on(day("2011-01-01").unwrap()).unwrap().value.clone()
    }

    fn all() -> impl Iterator<Item = Grade> {
        (1..=10).map(|number| Grade::new(number).unwrap())
    }

    // 工伤保险条例 art 35 (1), 36 (1), 37 (1).
    #[test]
    fn one_off_grants_by_grade() {
        let months: Vec<_> = all().map(|grade| table().one_off_months(grade)).collect();
        assert_eq!(months, [27, 25, 23, 21, 18, 16, 13, 11, 9, 7]);
        assert_eq!(table().one_off(Grade(6), 512_345), Ok(8_197_520));
        assert_eq!(
            table().one_off(Grade(1), MAX_MINOR),
            Err(WorkInjuryError::Rounding(RoundingError::OutOfRange))
        );
    }

    // 工伤保险条例 art 35 (2).
    #[test]
    fn monthly_allowances_of_grades_1_to_4() {
        let rates: Vec<_> = all()
            .filter_map(|grade| table().monthly_rate(grade).ok())
            .map(|rate| rate.to_string())
            .collect();
        assert_eq!(rates, ["0.90", "0.85", "0.80", "0.75"]);
        assert_eq!(table().monthly(Grade(4), 512_345), Ok(384_259)); // 384,258.75 fen
        assert_eq!(
            table().monthly(Grade(5), 512_345).unwrap_err().to_string(),
            "expected a grade of `1` to `4` for a monthly allowance of the fund, found `5`"
        );
    }

    #[test]
    fn there_are_ten_grades_and_a_first_day() {
        for number in [0, 11, u8::MAX] {
            assert_eq!(Grade::new(number), Err(WorkInjuryError::Grade { found: number }));
        }
        assert_eq!(
            Grade::new(11).unwrap_err().to_string(),
            "expected a grade of `1` to `10`, found `11`"
        );
        assert!(grants().on(day("2010-12-31").unwrap()).is_err());
    }

    proptest! {
        #[test]
        fn a_graver_grade_never_gets_less(wage in 0..10_u64.pow(15), number in 1..10_u8) {
            let (graver, lighter) = (Grade(number), Grade(number + 1));
            let table = table();
            let one_off = |grade| table.one_off(grade, wage).unwrap();
            prop_assert!(one_off(graver) >= one_off(lighter));
            if let Ok(monthly) = table.monthly(lighter, wage) {
                prop_assert!(table.monthly(graver, wage).unwrap() >= monthly);
            }
        }
    }
}
