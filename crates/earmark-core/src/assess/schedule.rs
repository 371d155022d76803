//! Dated rules: which value was in force on which day, and on what basis.

use std::borrow::Cow;

use crate::time::Day;

/// A value that a rule has from a day on, with its legal basis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dated<T> {
    /// The first day on which the value is in force.
    pub from: Day,
    /// The rate, factor or table.
    pub value: T,
    /// The article that lays it down.
    pub basis: Cow<'static, str>,
}

impl<T> Dated<T> {
    /// A value in force from a day on.
    pub fn new(from: Day, value: T, basis: impl Into<Cow<'static, str>>) -> Self {
        Self { from, value, basis: basis.into() }
    }
}

/// The values of one rule over time, each in force until the next begins.
///
/// ```
/// use earmark_core::assess::schedule::{Dated, Schedule};
/// use earmark_core::time::day;
///
/// let percent = Schedule::new(vec![
///     Dated::new(day("2016-05-01")?, 19, "a notice of 2016"),
///     Dated::new(day("2019-05-01")?, 16, "a notice of 2019"),
/// ])?;
/// assert_eq!(percent.on(day("2019-04-30")?)?.value, 19);
/// assert_eq!(percent.on(day("2019-05-01")?)?.basis, "a notice of 2019");
/// assert!(percent.on(day("2016-04-30")?).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule<T> {
    entries: Vec<Dated<T>>,
}

impl<T> Schedule<T> {
    /// A schedule of these values, the oldest first.
    ///
    /// # Errors
    /// [`ScheduleError`] where there is no value, or one does not begin after the one before it.
    pub fn new(entries: Vec<Dated<T>>) -> Result<Self, ScheduleError> {
        if entries.is_empty() {
            return Err(ScheduleError::Empty);
        }
        for (before, after) in entries.iter().zip(entries.iter().skip(1)) {
            if before.from >= after.from {
                return Err(ScheduleError::NotAscending { before: before.from, after: after.from });
            }
        }
        Ok(Self { entries })
    }

    /// A schedule of one value, in force from its day on.
    #[must_use]
    pub fn of(entry: Dated<T>) -> Self {
        Self { entries: vec![entry] }
    }

    /// The value in force on a day.
    ///
    /// # Errors
    /// [`ScheduleError::NotInForce`] before the first value begins.
    pub fn on(&self, day: Day) -> Result<&Dated<T>, ScheduleError> {
        self.entries
            .iter()
            .rev()
            .find(|entry| entry.from <= day)
            .ok_or_else(|| ScheduleError::NotInForce { first: self.first(), found: day })
    }

    /// Every value, the oldest first.
    #[must_use]
    pub fn entries(&self) -> &[Dated<T>] {
        &self.entries
    }

    /// The first day after this one on which another value begins.
    pub(super) fn next_change(&self, after: Day) -> Option<Day> {
        self.entries.iter().map(|entry| entry.from).find(|from| *from > after)
    }

    fn first(&self) -> Day {
        self.entries.first().map_or(Day::MAX, |entry| entry.from)
    }
}

/// A day that stands in a table of this crate.
pub(super) fn since(year: i32, month: u32, day: u32) -> Day {
    Day::new(year, month, day).expect("the days of the built-in tables are in the calendar")
}

/// Why a schedule cannot be made, or has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ScheduleError {
    /// There is no value.
    #[error("expected at least one dated value, found none")]
    Empty,
    /// A value does not begin after the one before it.
    #[error("expected a dated value that begins after `{before}`, found one from `{after}`")]
    NotAscending {
        /// The day on which the value before it begins.
        before: Day,
        /// The day on which it begins.
        after: Day,
    },
    /// No value is in force on the day.
    #[error("expected a day from `{first}` on, when the rule begins, found `{found}`")]
    NotInForce {
        /// The first day of the first value.
        first: Day,
        /// The day asked for.
        found: Day,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::day;

    fn from(text: &str) -> Dated<u8> {
        Dated::new(day(text).unwrap(), 1, "test")
    }

    #[test]
    fn a_schedule_ascends_and_is_not_empty() {
        assert_eq!(Schedule::<u8>::new(vec![]), Err(ScheduleError::Empty));
        for second in ["2021-01-01", "2020-12-31"] {
            let error = Schedule::new(vec![from("2021-01-01"), from(second)]).unwrap_err();
            assert_eq!(
                error.to_string(),
                format!(
                    "expected a dated value that begins after `2021-01-01`, found one from `{second}`"
                )
            );
        }
    }

    #[test]
    fn no_value_is_in_force_before_the_first() {
        let schedule = Schedule::of(from("2021-01-01"));
        assert_eq!(
            schedule.on(day("2020-12-31").unwrap()).unwrap_err().to_string(),
            "expected a day from `2021-01-01` on, when the rule begins, found `2020-12-31`"
        );
        assert!(schedule.on(Day::MAX).is_ok());
        assert_eq!(schedule.next_change(Day::MIN), Some(day("2021-01-01").unwrap()));
        assert_eq!(schedule.next_change(day("2021-01-01").unwrap()), None);
    }
}
