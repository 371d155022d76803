use std::path::Path;

use earmark_sqlite::{NewLedger, OpenOptions};

use crate::Fault;
use crate::clock::SystemClock;
use crate::id::{LedgerId, LedgerSecret};
use crate::ledger::Ledger;
use crate::time::{Clock, UtcOffset};

/// Opens the ledger in a file for writing, and makes the file if it does not exist.
///
/// # Errors
/// A [`Fault`] that names the file and what is wrong with it; the file is then unchanged.
pub fn open(path: impl AsRef<Path>) -> Result<Ledger, Fault> {
    Options::new().open(path)
}

/// Opens the ledger in a file for reading only. Works while another process writes.
///
/// # Errors
/// As [`open`]; and [`FaultKind::Missing`](crate::FaultKind::Missing) where there is no such file.
pub fn open_read_only(path: impl AsRef<Path>) -> Result<Ledger, Fault> {
    Options::new().read_only().open(path)
}

/// How a ledger file is opened.
///
/// ```
/// use earmark::time::{Timestamp, UtcOffset};
///
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("import.earmark");
/// let end_of_2021 = Timestamp::start_of(earmark::time::day("2022-01-01")?, UtcOffset::CHINA);
/// let ledger = earmark::Options::new().clock(end_of_2021).open(path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Options {
    clock: Box<dyn Clock>,
    open: OpenOptions,
    new: NewLedger,
}

impl Options {
    /// The default: for writing, made if it does not exist, timed by the system's clock.
    #[must_use]
    pub fn new() -> Self {
        Self { clock: Box::new(SystemClock), open: OpenOptions::new(), new: NewLedger::default() }
    }

    /// Times the ledger by another clock, such as one that an import sets.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Box::new(clock);
        self
    }

    /// For reading only.
    #[must_use]
    pub fn read_only(mut self) -> Self {
        self.open = self.open.read_only();
        self
    }

    /// Refuses to make a new ledger.
    #[must_use]
    pub fn existing_only(mut self) -> Self {
        self.open = self.open.existing_only();
        self
    }

    /// The size that the file may reach. A commit that would pass it is refused as
    /// [`FaultKind::Full`](crate::FaultKind::Full), as if the disk were full.
    #[must_use]
    pub fn limit_bytes(mut self, bytes: u64) -> Self {
        self.open = self.open.limit_bytes(bytes);
        self
    }

    /// The id of a new ledger; random by default. No effect on one that exists.
    #[must_use]
    pub fn id(mut self, id: [u8; 16]) -> Self {
        self.new.id = Some(LedgerId(id));
        self
    }

    /// The secret of a new ledger; random by default. No effect on one that exists. Give one only to
    /// make a run repeatable: who can guess it can guess leaves.
    #[must_use]
    pub fn secret(mut self, secret: [u8; 32]) -> Self {
        self.new.secret = Some(LedgerSecret::from_bytes(secret));
        self
    }

    /// Where the civil day of a new ledger turns; China Standard Time by default. No effect on one
    /// that exists.
    #[must_use]
    pub fn utc_offset(mut self, offset: UtcOffset) -> Self {
        self.new.utc_offset = Some(offset);
        self
    }

    /// Opens the ledger.
    ///
    /// # Errors
    /// A [`Fault`] that names the file and what is wrong with it; the file is then unchanged.
    pub fn open(self, path: impl AsRef<Path>) -> Result<Ledger, Fault> {
        Ok(Ledger::new(self.open.new_ledger(self.new).open(path)?, self.clock))
    }
}

impl Default for Options {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for Options {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Options").field("open", &self.open).finish_non_exhaustive()
    }
}
