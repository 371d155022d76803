use std::time::{SystemTime, UNIX_EPOCH};

use crate::time::{Clock, Timestamp};

/// The operating system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let micros = match since {
            Ok(after) => i64::try_from(after.as_micros()).unwrap_or(i64::MAX),
            Err(before) => i64::try_from(before.duration().as_micros()).map_or(i64::MIN, |it| -it),
        };
        let nearest = micros.clamp(Timestamp::MIN.micros(), Timestamp::MAX.micros());
        Timestamp::from_micros(nearest).unwrap_or(Timestamp::MAX)
    }
}
