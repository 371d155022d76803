//! A disk under SQLite, and what happens on it.

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use earmark_testkit::disk::{FileId, Journal};

use crate::shim;
use crate::trouble::{Counts, Kind, Trouble};

/// A file system of SQLite that writes down what happens, and fails by plan. Clones are one drive.
#[derive(Clone, Debug)]
pub struct Drive {
    name: String,
    state: Arc<Mutex<State>>,
}

/// What a drive knows.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) journal: Journal,
    trouble: Option<Trouble>,
    counts: Counts,
}

/// What becomes of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Done,
    Struck(Kind),
}

impl State {
    fn fate(&mut self, number: u64, of: impl Fn(Kind) -> bool) -> Fate {
        match self.trouble {
            Some(trouble) if of(trouble.kind) && trouble.strikes(number) => {
                self.counts.struck += 1;
                Fate::Struck(trouble.kind)
            }
            _ => Fate::Done,
        }
    }

    pub(crate) fn next_read(&mut self) -> Fate {
        let number = self.counts.reads;
        self.counts.reads += 1;
        self.fate(number, Kind::is_of_reads)
    }

    pub(crate) fn next_write(&mut self) -> Fate {
        let number = self.counts.writes;
        self.counts.writes += 1;
        self.fate(number, Kind::is_of_writes)
    }

    pub(crate) fn next_sync(&mut self) -> Fate {
        let number = self.counts.syncs;
        self.counts.syncs += 1;
        self.fate(number, Kind::is_of_syncs)
    }

    /// The file at a path. One that nobody wrote through the drive is taken as it lies there, and durable.
    pub(crate) fn file(&mut self, path: &Path) -> Option<FileId> {
        let name = name(path);
        self.journal.file(&name).or_else(|| {
            let bytes = std::fs::read(path).ok()?;
            Some(self.journal.adopt(&name, &bytes))
        })
    }
}

/// A file is known by its name alone.
pub(crate) fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

impl Drive {
    /// A new one, which SQLite knows from now on. SQLite's table of it (some 200 bytes) is never freed,
    /// as it cannot be known when the last connection has let go of it.
    ///
    /// # Panics
    /// Where SQLite does not take it, which happens only where it has no file system at all.
    #[must_use]
    pub fn new() -> Self {
        let state = Arc::default();
        let name = shim::register(&state);
        Self { name, state }
    }

    /// A new one on which all this has happened before: what a process finds that comes after another. The
    /// files themselves must lie where they are opened.
    ///
    /// # Panics
    /// As [`Drive::new`].
    #[must_use]
    pub fn after(journal: Journal) -> Self {
        let drive = Self::new();
        drive.state().journal = journal;
        drive
    }

    /// The name under which SQLite knows it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many steps its journal has by now. What was acknowledged before this moment must survive a
    /// crash at this step, and at every later one.
    #[must_use]
    pub fn position(&self) -> usize {
        self.state().journal.len()
    }

    /// All that has happened on it.
    #[must_use]
    pub fn journal(&self) -> Journal {
        self.state().journal.clone()
    }

    /// How many operations there were.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.state().counts
    }

    /// Plans trouble, in place of what was planned before.
    pub fn plan(&self, trouble: Trouble) {
        self.state().trouble = Some(trouble);
    }

    /// Plans no more trouble.
    pub fn mend(&self) {
        self.state().trouble = None;
    }

    /// Syncs a file that is not open in SQLite.
    ///
    /// # Errors
    /// Where that fails, by plan or in truth.
    pub fn sync(&self, path: &Path) -> io::Result<()> {
        let mut state = self.state();
        let file = state.file(path);
        let fate = state.next_sync();
        match (fate, file) {
            (Fate::Struck(Kind::SyncLies), _) => Ok(()),
            (Fate::Struck(_), file) => {
                file.into_iter().for_each(|file| state.journal.sync_failed(file));
                Err(io::Error::other("the disk could not be synced"))
            }
            (Fate::Done, file) => {
                std::fs::File::open(path)?.sync_all()?;
                file.into_iter().for_each(|file| state.journal.sync(file));
                Ok(())
            }
        }
    }

    /// Syncs the entries of the folder.
    ///
    /// # Errors
    /// Where that fails, by plan or in truth.
    pub fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        let mut state = self.state();
        match state.next_sync() {
            Fate::Struck(Kind::SyncLies) => Ok(()),
            Fate::Struck(_) => Err(io::Error::other("the folder could not be synced")),
            Fate::Done => {
                std::fs::File::open(folder)?.sync_all()?;
                state.journal.sync_folder();
                Ok(())
            }
        }
    }

    /// Writes every byte of a file once more in its place, and syncs it.
    ///
    /// # Errors
    /// Where that fails, by plan or in truth.
    pub fn rewrite(&self, path: &Path) -> io::Result<()> {
        {
            let mut state = self.state();
            let file = state.file(path);
            let bytes = std::fs::read(path)?;
            match state.next_write() {
                Fate::Struck(Kind::DiskFull) => return Err(io::ErrorKind::StorageFull.into()),
                Fate::Struck(_) => return Err(io::Error::other("the disk could not be written")),
                Fate::Done => {
                    file.into_iter().for_each(|file| state.journal.write(file, 0, &bytes))
                }
            }
        }
        self.sync(path)
    }

    /// Gives a file another name.
    ///
    /// # Errors
    /// Where the operating system does not.
    pub fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut state = self.state();
        state.file(from);
        std::fs::rename(from, to)?;
        state.journal.rename(&name(from), &name(to));
        Ok(())
    }

    /// Removes a file.
    ///
    /// # Errors
    /// Where the operating system does not.
    pub fn remove(&self, path: &Path) -> io::Result<()> {
        let mut state = self.state();
        state.file(path);
        std::fs::remove_file(path)?;
        state.journal.delete(&name(path));
        Ok(())
    }
}

impl Default for Drive {
    fn default() -> Self {
        Self::new()
    }
}
