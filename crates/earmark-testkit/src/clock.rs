//! A clock that goes only when told to.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use earmark_core::time::{Clock, Day, Timestamp, UtcOffset, day};

/// One minute, in the unit of [`HandClock::go`].
pub const MINUTE_MICROS: i64 = 60_000_000;

/// A clock that goes only when told to. Clones share one time.
///
/// ```
/// use earmark_core::time::Clock;
/// use earmark_testkit::clock::{HandClock, MINUTE_MICROS};
///
/// let clock = HandClock::new();
/// let before = clock.now();
/// clock.go(MINUTE_MICROS);
/// assert_eq!(clock.now().micros() - before.micros(), MINUTE_MICROS);
/// ```
#[derive(Clone, Debug)]
pub struct HandClock(Arc<AtomicI64>);

impl HandClock {
    /// It starts at 08:00 in Nanjing on 2021-06-30.
    #[must_use]
    pub fn new() -> Self {
        let start = Timestamp::start_of(day("2021-06-30").unwrap(), UtcOffset::CHINA);
        Self(Arc::new(AtomicI64::new(start.micros() + 8 * 60 * MINUTE_MICROS)))
    }

    /// Moves it on by so many microseconds; back, where they are negative.
    pub fn go(&self, micros: i64) {
        self.0.fetch_add(micros, Ordering::SeqCst);
    }

    /// Sets it to a moment.
    pub fn set(&self, moment: Timestamp) {
        self.0.store(moment.micros(), Ordering::SeqCst);
    }

    /// The civil day in China.
    #[must_use]
    pub fn today(&self) -> Day {
        self.now().day(UtcOffset::CHINA)
    }
}

impl Default for HandClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for HandClock {
    /// # Panics
    /// Where it was moved out of the range of timestamps.
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst)).unwrap()
    }
}
