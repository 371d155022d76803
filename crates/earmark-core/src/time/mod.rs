//! The two times of an event: the day it counts for, and the moment it was recorded.

mod day;
mod timestamp;

pub use day::{Day, DayError, Month, Period, day};
pub use timestamp::{Clock, Moment, Timestamp, UtcOffset};
