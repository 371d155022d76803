//! The ledger file of a replay: its name, its clock, and whether a file is one.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use earmark::prelude::*;

use crate::seed::digest;

use super::RecordError;

/// The name of a replay: what the first text of each of its books says. The leading number changes
/// when another version of this program would record something else.
pub(crate) fn name_of(seed: u64, events: u64) -> String {
    format!("replay_year/2 --seed {seed} --events {events}")
}

/// The clock of the replay. It stands at six in the evening of the day whose events are recorded, so
/// that what is recorded does not depend on when.
#[derive(Debug, Default)]
pub(crate) struct ReplayClock(AtomicI64);

impl ReplayClock {
    pub(super) fn set(&self, day: Day) {
        const SIX_IN_THE_EVENING: i64 = 18 * 3_600_000_000;
        let midnight = Timestamp::start_of(day, UtcOffset::CHINA).micros();
        self.0.store(midnight + SIX_IN_THE_EVENING, Ordering::SeqCst);
    }
}

impl Clock for ReplayClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst)).unwrap_or(Timestamp::MIN)
    }
}

/// Opens the ledger file of a replay, or makes it. Id and secret of a new one follow from the
/// replay's name, so that two runs have the same hashes.
pub(crate) fn open(path: &Path, name: &str, clock: &Arc<ReplayClock>) -> Result<Ledger, Fault> {
    let secret = digest([b"secret".as_slice(), name.as_bytes()]);
    let mut id = [0; 16];
    let named = digest([b"id".as_slice(), name.as_bytes()]);
    id.iter_mut().zip(named).for_each(|(byte, named)| *byte = named);
    earmark::Options::new().secret(secret).id(id).clock(clock.clone()).open(path)
}

/// How many events of this replay the ledger has already.
///
/// # Errors
/// [`RecordError::Foreign`] where it has anything else.
pub(crate) fn recorded_before(ledger: &Ledger, name: &str) -> Result<u64, RecordError> {
    let stored = ledger.store().books()?.len();
    let books = ledger.books()?;
    if books.len() != stored {
        return Err(RecordError::Foreign("books of funds that this program does not know".into()));
    }
    let mut events = 0;
    for book in books {
        let last = book.last_seq()?;
        match book.text(1)? {
            Some(text) if text == name => events += last,
            None if last == 0 => {}
            Some(text) if text.starts_with("replay_year/") => {
                return Err(RecordError::Foreign(format!("the ledger of `{text}`")));
            }
            _ => {
                let what = format!("book {} was not written by replay_year", book.id());
                return Err(RecordError::Foreign(what));
            }
        }
    }
    Ok(events)
}
