//! What the properties start from: how often they are tried, ledgers in memory and in files.

use std::path::{Path, PathBuf};

use earmark_core::ledger::Ledger;
use earmark_core::store::MemoryStore;
use earmark_sqlite::{NewLedger, OpenOptions};
use earmark_testkit::clerk::Clerk;
use earmark_testkit::clock::HandClock;
use earmark_testkit::given::{ledger_in_memory, settings};
use earmark_testkit::history::History;
use earmark_testkit::strategy::fund::know_town;
use proptest::test_runner::Config;
use tempfile::TempDir;

/// On how many histories a property is tried: so many, or what `PROPTEST_CASES` says.
pub(super) fn tried(times: u32) -> Config {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|it| it.parse().ok());
    Config { cases: asked.unwrap_or(times), max_shrink_iters: 4_000, ..Config::default() }
}

/// A clerk before one ledger in memory.
pub(super) fn in_memory() -> Clerk {
    let clock = HandClock::new();
    Clerk::new(&clock, [ledger_in_memory(&clock)])
}

/// The same after a whole history, unjudged.
pub(super) fn after(history: &History) -> Clerk {
    played(in_memory(), history)
}

/// A clerk who has brought a whole history before its ledgers.
pub(super) fn played(mut clerk: Clerk, history: &History) -> Clerk {
    let _ = clerk.open(history);
    for step in &history.steps {
        let _ = clerk.take(step);
    }
    clerk
}

/// A ledger in memory with another secret.
pub(super) fn of_another_secret(clock: &HandClock) -> Ledger {
    let secret = earmark_core::id::LedgerSecret::from_bytes(*b"other nonces than everyone else!");
    let settings = earmark_core::store::Settings { secret, ..settings() };
    Ledger::new(MemoryStore::new(settings), clock.clone())
}

/// A folder for a ledger file: in memory where the system has such a place, since these tests are about
/// answers and `faults` about disks.
pub(super) struct Shelf {
    folder: TempDir,
    clock: HandClock,
}

impl Shelf {
    pub(super) fn new(clock: &HandClock) -> Self {
        let fast = Path::new("/dev/shm");
        let folder = if fast.is_dir() { tempfile::tempdir_in(fast) } else { tempfile::tempdir() };
        Self { folder: folder.unwrap(), clock: clock.clone() }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("book.earmark")
    }

    /// The ledger in the file, made if it is not there.
    pub(super) fn open(&self) -> Ledger {
        let settings = settings();
        let new = NewLedger {
            id: Some(settings.id),
            secret: Some(settings.secret),
            utc_offset: Some(settings.utc_offset),
        };
        let store = OpenOptions::new().new_ledger(new).open(self.path()).unwrap();
        Ledger::new(store, self.clock.clone())
    }

    /// The same for a reader.
    pub(super) fn read(&self) -> Ledger {
        let store = OpenOptions::new().read_only().open(self.path()).unwrap();
        let ledger = Ledger::new(store, self.clock.clone());
        // A reader lists the books of the funds that it knows.
        know_town(&ledger).unwrap();
        ledger
    }
}
