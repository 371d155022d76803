//! What every store promises, tried over each of ours, and over one that is not: in memory, in an SQLite file, and in
//! a journal as somebody else might write one. Stores that break a promise are found out by name.

mod file;
mod found_out;
mod journal;
mod liars;

use std::path::{Path, PathBuf};

use earmark_core::ledger::Ledger;
use earmark_core::store::MemoryStore;
use earmark_sqlite::{NewLedger, OpenOptions};
use earmark_testkit::clock::HandClock;
use earmark_testkit::contract::Place;
use earmark_testkit::store_contract;
use tempfile::TempDir;

store_contract!(volatile memory: || Memory);
store_contract!(sqlite: File::new);
store_contract!(journaled: journal::Folder::new);

/// A ledger in memory.
struct Memory;

impl Place for Memory {
    fn open(&self, clock: HandClock) -> Ledger {
        Ledger::new(MemoryStore::new(earmark_testkit::given::settings()), clock)
    }
}

/// A ledger in an SQLite file.
struct File {
    folder: TempDir,
}

impl File {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("book.earmark")
    }
}

impl Place for File {
    fn open(&self, clock: HandClock) -> Ledger {
        Ledger::new(new_ledger().open(self.path()).unwrap(), clock)
    }

    /// What a killed program leaves: the file and its write-ahead log as they are while the ledger is still open.
    fn crash(&self, ledger: Ledger) {
        let kept: Vec<_> = ["", "-wal"].map(|suffix| read(&beside(&self.path(), suffix))).into();
        drop(ledger);
        for (suffix, kept) in ["", "-wal"].into_iter().zip(kept) {
            let path = beside(&self.path(), suffix);
            match kept {
                Some(bytes) => std::fs::write(path, bytes).unwrap(),
                None => drop(std::fs::remove_file(path)),
            }
        }
        drop(std::fs::remove_file(beside(&self.path(), "-shm")));
    }
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn read(path: &Path) -> Option<Vec<u8>> {
    std::fs::read(path).ok()
}

/// The settings of the tests, for a new file.
fn new_ledger() -> OpenOptions {
    let settings = earmark_testkit::given::settings();
    OpenOptions::new().new_ledger(NewLedger {
        id: Some(settings.id),
        secret: Some(settings.secret),
        utc_offset: Some(settings.utc_offset),
    })
}
