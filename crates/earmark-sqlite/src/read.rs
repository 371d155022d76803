//! Reading: connections of their own, so that no reader waits for the writer or for another.

use std::path::{Path, PathBuf};
use std::sync::PoisonError;
use std::time::{Duration, SystemTime};

use earmark_core::{Fault, FaultKind};
use rusqlite::{Connection, OpenFlags};

use crate::fault::Faults;
use crate::storage::Storage;
use crate::sync::Mutex;

/// How many idle connections are kept.
const IDLE_MAX: usize = 8;

/// Read connections, opened as needed and kept for reuse; or the only one that reads one moment.
#[derive(Debug)]
pub(crate) struct Readers {
    path: PathBuf,
    storage: Storage,
    faults: Faults,
    idle: Mutex<Vec<Held>>,
    pinned: Option<Mutex<Held>>,
}

/// A connection, and, where it reads the file as if nobody could change it, what the file was then.
#[derive(Debug)]
struct Held {
    connection: Connection,
    unshared: Option<Stamp>,
}

/// What shows that a file was written: its length and when it was last modified.
type Stamp = (u64, Option<SystemTime>);

impl Readers {
    pub(crate) fn new(path: &Path, storage: Storage, faults: Faults) -> Result<Self, Fault> {
        let (path, idle) = (path.to_owned(), Mutex::new(Vec::new()));
        let readers = Self { path, storage, faults, idle, pinned: None };
        readers.with(|_| Ok(()))?;
        Ok(readers)
    }

    /// Readers that all see the ledger as it is now, whatever is recorded meanwhile. They have one connection,
    /// whose transaction is that moment, and take turns.
    pub(crate) fn pinned(&self) -> Result<Self, Fault> {
        let held = self.connect()?;
        held.connection
            .execute_batch("BEGIN; SELECT count(*) FROM ledger")
            .map_err(|error| self.faults.sql(&error))?;
        Ok(Self {
            path: self.path.clone(),
            storage: self.storage.clone(),
            faults: self.faults.clone(),
            idle: Mutex::default(),
            pinned: Some(Mutex::new(held)),
        })
    }

    /// Whether all that is read is of one moment, and `with` must not be called from within `with`.
    pub(crate) fn is_pinned(&self) -> bool {
        self.pinned.is_some()
    }

    /// Reads with a connection that nobody else uses meanwhile.
    ///
    /// Where the readers are pinned, others wait for it: what is read must not wait for them, nor call code that
    /// is not the store's own.
    pub(crate) fn with<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        if let Some(pinned) = &self.pinned {
            let held = pinned.lock().unwrap_or_else(PoisonError::into_inner);
            let result = read(&held.connection);
            self.check(&held)?;
            // A fault of the disk may end a transaction. What would be read after it is of another moment.
            if result.is_ok() && held.connection.is_autocommit() {
                let what = "a fault has ended the reading at one moment; read again";
                return Err(self.faults.fault(FaultKind::Io, what));
            }
            return result;
        }
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let held = match idle {
            Some(held) if self.is_fresh(&held) => held,
            _ => self.connect()?,
        };
        let result = read(&held.connection);
        self.check(&held)?;
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < IDLE_MAX {
            idle.push(held);
        }
        result
    }

    fn check(&self, held: &Held) -> Result<(), Fault> {
        if self.is_fresh(held) {
            return Ok(());
        }
        let what = "the file was written while it was read; read again";
        Err(self.faults.fault(FaultKind::Io, what))
    }

    /// A connection that shares the file with writers is always fresh; one that cannot is so while the
    /// file is as it was.
    fn is_fresh(&self, held: &Held) -> bool {
        held.unshared.is_none_or(|stamp| stamp == self.stamp() && !self.has_pending_log())
    }

    fn stamp(&self) -> Stamp {
        std::fs::metadata(&self.path)
            .map_or((0, None), |metadata| (metadata.len(), metadata.modified().ok()))
    }

    fn connect(&self) -> Result<Held, Fault> {
        let plain = self.open(self.path.clone(), OpenFlags::empty());
        match plain {
            Ok(connection) => Ok(Held { connection, unshared: None }),
            // A file in a place where no shared-memory file can be made is read as it lies there,
            // which is right only if no write-ahead log is pending.
            Err(error) if cannot_share(&error) && !self.has_pending_log() => {
                let stamp = self.stamp();
                let uri = format!("file:{}?immutable=1", escaped(&self.path));
                let connection = self
                    .open(uri.into(), OpenFlags::SQLITE_OPEN_URI)
                    .map_err(|error| self.faults.sql(&error))?;
                Ok(Held { connection, unshared: Some(stamp) })
            }
            Err(error) if cannot_share(&error) => Err(self.faults.fault(
                FaultKind::ReadOnly,
                "commits are pending in its write-ahead log, which cannot be read where nothing \
                 can be written; open it once where it can, or copy file and log",
            )),
            Err(error) => Err(self.faults.sql(&error)),
        }
    }

    fn open(&self, path: PathBuf, more: OpenFlags) -> rusqlite::Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | more;
        let connection = self.storage.connect(&path, flags)?;
        connection.busy_timeout(Duration::from_secs(10))?;
        connection.pragma_update(None, "query_only", true)?;
        connection.pragma_update(None, "cell_size_check", true)?;
        connection.pragma_update(None, "trusted_schema", false)?;
        connection.pragma_update(None, "cache_size", -2_048)?;
        // The first read tells whether the file can be shared and is a database at all.
        connection.pragma_query_value(None, "schema_version", |row| row.get::<_, i64>(0))?;
        Ok(connection)
    }

    fn has_pending_log(&self) -> bool {
        let mut log = self.path.as_os_str().to_owned();
        log.push("-wal");
        std::fs::metadata(PathBuf::from(log)).is_ok_and(|metadata| metadata.len() > 0)
    }
}

/// Whether SQLite could not make or grow the shared-memory file beside the ledger.
fn cannot_share(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode::{CannotOpen, ReadOnly};
    use rusqlite::ffi::{SQLITE_IOERR_SHMMAP, SQLITE_IOERR_SHMOPEN, SQLITE_IOERR_SHMSIZE};
    let shared_memory = matches!(
        error.sqlite_error().map(|error| error.extended_code),
        Some(SQLITE_IOERR_SHMMAP | SQLITE_IOERR_SHMOPEN | SQLITE_IOERR_SHMSIZE)
    );
    shared_memory || matches!(error.sqlite_error_code(), Some(CannotOpen | ReadOnly))
}

/// A path as the path of a URI.
fn escaped(path: &Path) -> String {
    let mut text = String::new();
    for character in path.to_string_lossy().chars() {
        match character {
            '%' => text.push_str("%25"),
            '?' => text.push_str("%3f"),
            '#' => text.push_str("%23"),
            other => text.push(other),
        }
    }
    text
}
