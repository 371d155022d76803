use std::fmt;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::Day;

/// A moment in UTC, in microseconds since 1970-01-01T00:00:00Z; years 1900 to 9999.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

const MICROS_PER_DAY: i64 = 86_400_000_000;

impl Timestamp {
    /// The earliest moment.
    pub const MIN: Self = Self(Day::MIN.days() as i64 * MICROS_PER_DAY);
    /// The latest moment.
    pub const MAX: Self = Self((Day::MAX.days() as i64 + 1) * MICROS_PER_DAY - 1);

    /// The moment so many microseconds after 1970-01-01T00:00:00Z; none outside the years 1900 to
    /// 9999.
    #[must_use]
    pub fn from_micros(micros: i64) -> Option<Self> {
        (Self::MIN.0..=Self::MAX.0).contains(&micros).then_some(Self(micros))
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// The first moment of a day at this offset from UTC, no earlier than [`Timestamp::MIN`].
    #[must_use]
    pub fn start_of(day: Day, offset: UtcOffset) -> Self {
        let local = i64::from(day.days()) * MICROS_PER_DAY;
        Self((local - offset.micros()).clamp(Self::MIN.0, Self::MAX.0))
    }

    /// The civil day at this offset from UTC.
    #[must_use]
    pub fn day(self, offset: UtcOffset) -> Day {
        let days = (self.0 + offset.micros()).div_euclid(MICROS_PER_DAY);
        let days = days.clamp(Day::MIN.days().into(), Day::MAX.days().into());
        i32::try_from(days).ok().and_then(|days| Day::from_days(days).ok()).unwrap_or(Day::MAX)
    }
}

/// A moment of chrono, to the microsecond; refused outside the years 1900 to 9999.
impl TryFrom<DateTime<Utc>> for Timestamp {
    type Error = super::DayError;

    fn try_from(moment: DateTime<Utc>) -> Result<Self, super::DayError> {
        Self::from_micros(moment.timestamp_micros()).ok_or(super::DayError::OutOfRange)
    }
}

impl From<Timestamp> for DateTime<Utc> {
    fn from(timestamp: Timestamp) -> Self {
        Self::from_timestamp_micros(timestamp.0)
            .expect("a timestamp is checked to lie in chrono's range when it is made")
    }
}

/// RFC 3339 in UTC with microseconds: `2021-01-31T08:15:00.000000Z`.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let moment = DateTime::<Utc>::from(*self);
        f.write_str(&moment.to_rfc3339_opts(SecondsFormat::Micros, true))
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The string `"2021-01-31T08:15:00.000000Z"`.
impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        let moment = DateTime::parse_from_rfc3339(&text).map_err(de::Error::custom)?;
        Self::try_from(moment.with_timezone(&Utc)).map_err(de::Error::custom)
    }
}

/// How far a ledger's civil day is from UTC, in whole minutes, -14 h to +14 h.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UtcOffset(i16);

impl UtcOffset {
    /// China Standard Time, UTC+08:00.
    pub const CHINA: Self = Self(480);
    /// UTC itself.
    pub const UTC: Self = Self(0);

    /// An offset of so many minutes east of UTC; none beyond 14 hours.
    #[must_use]
    pub fn from_minutes(minutes: i16) -> Option<Self> {
        (minutes.unsigned_abs() <= 14 * 60).then_some(Self(minutes))
    }

    /// Minutes east of UTC.
    #[must_use]
    pub const fn minutes(self) -> i16 {
        self.0
    }

    const fn micros(self) -> i64 {
        self.0 as i64 * 60_000_000
    }
}

/// A moment together with the civil day it falls on where the ledger is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The moment in UTC.
    pub at: Timestamp,
    /// The civil day where the ledger is kept, by the caller's clock.
    pub today: Day,
    /// The civil day on which it is recorded: later than today where the clock went back.
    pub recorded_on: Day,
}

impl Moment {
    /// The moment, with its day at this offset.
    #[must_use]
    pub fn new(at: Timestamp, offset: UtcOffset) -> Self {
        Self { at, today: at.day(offset), recorded_on: at.day(offset) }
    }
}

/// Where a ledger learns what time it is. The core has no clock of its own.
pub trait Clock: Send + Sync + 'static {
    /// The present moment.
    fn now(&self) -> Timestamp;
}

impl<T: Clock + ?Sized> Clock for std::sync::Arc<T> {
    fn now(&self) -> Timestamp {
        (**self).now()
    }
}

impl<T: Clock + ?Sized> Clock for Box<T> {
    fn now(&self) -> Timestamp {
        (**self).now()
    }
}

/// A clock that stands still: every call answers this moment. For imports and tests.
impl Clock for Timestamp {
    fn now(&self) -> Timestamp {
        *self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::day;

    #[test]
    fn the_day_turns_at_local_midnight() {
        let new_year = Timestamp::start_of(day("2021-01-01").unwrap(), UtcOffset::CHINA);
        assert_eq!(new_year.to_string(), "2020-12-31T16:00:00.000000Z");
        assert_eq!(new_year.day(UtcOffset::CHINA), day("2021-01-01").unwrap());
        let just_before = Timestamp::from_micros(new_year.micros() - 1).unwrap();
        assert_eq!(just_before.day(UtcOffset::CHINA), day("2020-12-31").unwrap());
        assert_eq!(Timestamp::MAX.to_string(), "9999-12-31T23:59:59.999999Z");
        assert_eq!(Timestamp::MAX.day(UtcOffset::CHINA), Day::MAX);
    }
}
