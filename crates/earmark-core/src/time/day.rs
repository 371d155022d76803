use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A civil day, 1900-01-01 to 9999-12-31. Stored as days since 1970-01-01.
///
/// ```
/// use earmark_core::time::{Day, day};
///
/// let closing = day("2021-12-31")?;
/// assert_eq!(closing.next().map(|d| d.to_string()).as_deref(), Some("2022-01-01"));
/// assert!(day("2021-02-29").is_err());
/// # Ok::<(), earmark_core::time::DayError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i32);

/// Reads a day written as `2021-01-31`.
///
/// # Errors
/// [`DayError`] where the text is not a day in that form, or is outside 1900 to 9999.
pub fn day(text: &str) -> Result<Day, DayError> {
    text.parse()
}

impl Day {
    /// 1900-01-01.
    pub const MIN: Self = Self(-25_567);
    /// 9999-12-31.
    pub const MAX: Self = Self(2_932_896);

    /// The day of a year, month and day of the month.
    ///
    /// # Errors
    /// [`DayError`] where there is no such day, or it is outside 1900 to 9999.
    pub fn new(year: i32, month: u32, day: u32) -> Result<Self, DayError> {
        NaiveDate::from_ymd_opt(year, month, day).ok_or(DayError::NoSuchDay)?.try_into()
    }

    /// The day so many days after 1970-01-01.
    ///
    /// # Errors
    /// [`DayError::OutOfRange`] outside 1900 to 9999.
    pub fn from_days(days: i32) -> Result<Self, DayError> {
        let day = Self(days);
        if day < Self::MIN || day > Self::MAX { Err(DayError::OutOfRange) } else { Ok(day) }
    }

    /// Days since 1970-01-01.
    #[must_use]
    pub const fn days(self) -> i32 {
        self.0
    }

    /// The next day; none after 9999-12-31.
    #[must_use]
    pub fn next(self) -> Option<Self> {
        Self::from_days(self.0 + 1).ok()
    }

    /// The day before; none before 1900-01-01.
    #[must_use]
    pub fn previous(self) -> Option<Self> {
        Self::from_days(self.0 - 1).ok()
    }

    /// The calendar year.
    #[must_use]
    pub fn year(self) -> i32 {
        self.date().year()
    }

    /// The month it lies in.
    #[must_use]
    pub fn month(self) -> Month {
        let date = self.date();
        Month { year: date.year(), month: date.month() }
    }

    fn date(self) -> NaiveDate {
        NaiveDate::from_num_days_from_ce_opt(self.0 + EPOCH_FROM_CE)
            .expect("a day is checked to lie in chrono's range when it is made")
    }
}

/// Days from chrono's day 1 (0001-01-01) to 1970-01-01.
const EPOCH_FROM_CE: i32 = 719_163;

impl TryFrom<NaiveDate> for Day {
    type Error = DayError;

    fn try_from(date: NaiveDate) -> Result<Self, DayError> {
        Self::from_days(date.num_days_from_ce() - EPOCH_FROM_CE)
    }
}

impl From<Day> for NaiveDate {
    fn from(day: Day) -> Self {
        day.date()
    }
}

/// `2021-01-31`, all digits written.
impl FromStr for Day {
    type Err = DayError;

    fn from_str(text: &str) -> Result<Self, DayError> {
        let digits = |range: std::ops::Range<usize>| -> Option<u32> {
            let part = text.get(range)?;
            part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse().ok())?
        };
        let shape = text.len() == 10 && text.get(4..5) == Some("-") && text.get(7..8) == Some("-");
        let parts = (digits(0..4), digits(5..7), digits(8..10));
        match parts {
            (Some(year), Some(month), Some(day)) if shape => {
                Self::new(i32::try_from(year).map_err(|_| DayError::OutOfRange)?, month, day)
            }
            _ => Err(DayError::Form),
        }
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let date = self.date();
        write!(f, "{:04}-{:02}-{:02}", date.year(), date.month(), date.day())
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The string `"2021-01-31"`.
impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <std::borrow::Cow<'de, str>>::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// Why something is not a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DayError {
    /// The text is not written as `2021-01-31`.
    #[error("not a day: expected the form `2021-01-31`")]
    Form,
    /// The calendar has no such day.
    #[error("the calendar has no such day")]
    NoSuchDay,
    /// The day is outside the range kept.
    #[error("a day lies between 1900-01-01 and 9999-12-31")]
    OutOfRange,
}

/// A calendar month, such as the month of a use plan (用款计划). Stored as `yyyymm`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    year: i32,
    month: u32,
}

impl Month {
    /// The month of a year, 1 to 12.
    ///
    /// # Errors
    /// [`DayError`] where there is no such month, or it is outside 1900 to 9999.
    pub fn new(year: i32, month: u32) -> Result<Self, DayError> {
        Day::new(year, month, 1).map(Day::month)
    }

    /// The calendar year.
    #[must_use]
    pub const fn year(self) -> i32 {
        self.year
    }

    /// The month of the year, 1 to 12.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.month
    }

    /// The first day.
    #[must_use]
    pub fn first_day(self) -> Day {
        Day::new(self.year, self.month, 1).expect("a month is checked when it is made")
    }

    /// The last day.
    #[must_use]
    pub fn last_day(self) -> Day {
        let next = if self.month == 12 { (self.year + 1, 1) } else { (self.year, self.month + 1) };
        NaiveDate::from_ymd_opt(next.0, next.1, 1)
            .and_then(|date| date.pred_opt())
            .and_then(|date| Day::try_from(date).ok())
            .expect("the day before the first of a month lies in that month")
    }

    /// The month before; none before January 1900.
    #[must_use]
    pub fn previous(self) -> Option<Self> {
        self.first_day().previous().map(Day::month)
    }

    /// The month after; none after December 9999.
    #[must_use]
    pub fn next(self) -> Option<Self> {
        self.last_day().next().map(Day::month)
    }

    /// The number `yyyymm`.
    #[must_use]
    pub fn yyyymm(self) -> u32 {
        self.year.unsigned_abs() * 100 + self.month
    }

    /// The month of a number `yyyymm`.
    ///
    /// # Errors
    /// As [`Month::new`].
    pub fn from_yyyymm(number: u32) -> Result<Self, DayError> {
        let year = i32::try_from(number / 100).map_err(|_| DayError::OutOfRange)?;
        Self::new(year, number % 100)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl fmt::Debug for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The string `"2021-01"`.
impl Serialize for Month {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Month {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        format!("{text}-01").parse::<Day>().map(Day::month).map_err(|_| {
            de::Error::custom(format_args!("`{text}` is not a month: expected the form `2021-01`"))
        })
    }
}

/// A span of days, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Period {
    first: Day,
    last: Day,
}

impl Period {
    /// From the first to the last day, both included; none where the last is before the first.
    #[must_use]
    pub fn new(first: Day, last: Day) -> Option<Self> {
        (first <= last).then_some(Self { first, last })
    }

    /// A calendar month.
    #[must_use]
    pub fn month(month: Month) -> Self {
        Self { first: month.first_day(), last: month.last_day() }
    }

    /// A calendar year, which is the accounting year.
    ///
    /// # Errors
    /// [`DayError::OutOfRange`] outside 1900 to 9999.
    pub fn year(year: i32) -> Result<Self, DayError> {
        Ok(Self { first: Day::new(year, 1, 1)?, last: Day::new(year, 12, 31)? })
    }

    /// A calendar quarter, 1 to 4.
    ///
    /// # Errors
    /// [`DayError`] where there is no such quarter, or it is outside 1900 to 9999.
    pub fn quarter(year: i32, quarter: u32) -> Result<Self, DayError> {
        if !(1..=4).contains(&quarter) {
            return Err(DayError::NoSuchDay);
        }
        let first = Month::new(year, quarter * 3 - 2)?;
        Ok(Self { first: first.first_day(), last: Month::new(year, quarter * 3)?.last_day() })
    }

    /// Of how many whole calendar months it is made; none where it is not.
    #[must_use]
    pub fn whole_months(self) -> Option<u32> {
        let (first, last) = (self.first.month(), self.last.month());
        if first.first_day() != self.first || last.last_day() != self.last {
            return None;
        }
        let index = |month: Month| month.year() * 12 + i32::try_from(month.number()).unwrap_or(0);
        u32::try_from(index(last) - index(first) + 1).ok()
    }

    /// The first day.
    #[must_use]
    pub const fn first(self) -> Day {
        self.first
    }

    /// The last day.
    #[must_use]
    pub const fn last(self) -> Day {
        self.last
    }

    /// Whether the day lies in it.
    #[must_use]
    pub fn contains(self, day: Day) -> bool {
        self.first <= day && day <= self.last
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ends_of_the_range_and_of_months() {
        assert_eq!(Day::MIN.to_string(), "1900-01-01");
        assert_eq!(Day::MAX.to_string(), "9999-12-31");
        assert_eq!(Day::MAX.next(), None);
        assert_eq!(Day::MIN.previous(), None);
        assert_eq!(Month::new(2024, 2).unwrap().last_day().to_string(), "2024-02-29");
        assert_eq!(Month::new(9999, 12).unwrap().last_day(), Day::MAX);
        assert_eq!(Month::from_yyyymm(202_113), Err(DayError::NoSuchDay));
        for text in
            ["2021-1-1", "2021/01/01", "21-01-01", "2021-01-01 ", "２０２１-01-01", "+021-01-01"]
        {
            assert_eq!(day(text), Err(DayError::Form), "{text}");
        }
        assert_eq!(day("2021-02-29"), Err(DayError::NoSuchDay));
        assert_eq!(day("1899-12-31"), Err(DayError::OutOfRange));
    }

    proptest! {
        #[test]
        fn text_and_day_are_inverse(days in Day::MIN.0..=Day::MAX.0) {
            let day = Day::from_days(days).unwrap();
            prop_assert_eq!(day.to_string().parse::<Day>(), Ok(day));
            prop_assert!(Period::month(day.month()).contains(day));
        }
    }
}
