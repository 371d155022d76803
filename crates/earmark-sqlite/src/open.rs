//! Opening a ledger file: creating it, or checking that it is a sound one of a known format.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use earmark_core::id::{LedgerId, LedgerSecret};
use earmark_core::store::Settings;
use earmark_core::time::UtcOffset;
use earmark_core::{Fault, FaultKind};
use rusqlite::{Connection, OpenFlags};

use crate::books;
use crate::check;
use crate::create::create;
use crate::fault::Faults;
use crate::lock::WriterLock;
use crate::read::Readers;
use crate::schema::{self, APPLICATION_ID, FORMAT, FORMAT_1};
use crate::storage::Storage;
use crate::store::SqliteStore;
use crate::upgrade::upgrade;
use crate::writer::Writer;

/// How a ledger file is opened.
///
/// By default it is opened for writing and made if it does not exist. A file of format 1 or 2 is read as it
/// stands, and becomes one of format 3 when it is opened for writing. That takes one reading of all events, as
/// the hashes that format 3 keeps are made from them.
#[derive(Clone, Debug, Default)]
pub struct OpenOptions {
    read_only: bool,
    existing_only: bool,
    limit_bytes: Option<u64>,
    new: NewLedger,
    storage: Storage,
}

/// What is settled when a ledger is made. It has no effect on one that exists.
#[derive(Clone, Debug, Default)]
pub struct NewLedger {
    /// Its id; random where none is given.
    pub id: Option<LedgerId>,
    /// Its secret; random where none is given. Give one only to make runs repeatable.
    pub secret: Option<LedgerSecret>,
    /// Where its civil day turns; China Standard Time where none is given.
    pub utc_offset: Option<UtcOffset>,
}

impl OpenOptions {
    /// The default: for writing, made if it does not exist.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// For reading only. Works while another process writes.
    #[must_use]
    pub const fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }

    /// Refuses to make a new ledger.
    #[must_use]
    pub const fn existing_only(mut self) -> Self {
        self.existing_only = true;
        self
    }

    /// The size that the file may reach. A commit that would pass it is refused as
    /// [`FaultKind::Full`], as if the disk were full.
    #[must_use]
    pub const fn limit_bytes(mut self, bytes: u64) -> Self {
        self.limit_bytes = Some(bytes);
        self
    }

    /// For tests: on what the ledger lies, in place of the operating system's files.
    #[must_use]
    pub fn storage(mut self, storage: Storage) -> Self {
        self.storage = storage;
        self
    }

    /// What a new ledger settles.
    #[must_use]
    pub const fn new_ledger(mut self, new: NewLedger) -> Self {
        self.new = new;
        self
    }

    /// Opens the ledger.
    ///
    /// # Errors
    /// A [`Fault`] that names the file and what is wrong: [`FaultKind::Missing`],
    /// [`FaultKind::Locked`] by another writer, [`FaultKind::ReadOnly`], [`FaultKind::NotALedger`],
    /// [`FaultKind::Format`] of a newer program, [`FaultKind::Damaged`]. What the file says is unchanged.
    pub fn open(&self, path: impl AsRef<Path>) -> Result<SqliteStore, Fault> {
        // One name for one file, however it was reached: the lock and the log stand beside it.
        let path = &resolved(path.as_ref());
        let faults = Faults::of(path);
        let lock = if self.read_only { None } else { Some(self.make_ready(path, &faults)?) };
        check_whole(path, &faults)?;
        let readers = Arc::new(Readers::new(path, self.storage.clone(), faults.clone())?);
        let settings = readers.with(|connection| settings(connection, &faults))?;
        let writer = match lock {
            // What is sound can be read; `verify` says what is not.
            None => None,
            Some(lock) => {
                readers.with(|connection| check_schema(connection, &faults))?;
                readers.with(|connection| books::check_heads(connection, &faults))?;
                readers.with(|connection| check_standings(connection, &faults))?;
                let connection = writing(path, self.limit_bytes, &self.storage, &faults)?;
                upgrade(&connection, &faults)?;
                Some(Writer::start(connection, settings, faults.clone(), lock)?)
            }
        };
        Ok(SqliteStore { settings, readers, writer, faults, rules: Arc::default() })
    }

    /// Takes the writer's lock and makes the file if it does not exist.
    fn make_ready(&self, path: &Path, faults: &Faults) -> Result<WriterLock, Fault> {
        let exists =
            path.try_exists().map_err(|error| faults.io("it cannot be looked at", &error))?;
        if !exists && self.existing_only {
            return Err(faults.fault(FaultKind::Missing, "there is no such file"));
        }
        let lock = WriterLock::take(path, faults)?;
        // Looked at again under the lock: another process may have made it meanwhile.
        let exists =
            path.try_exists().map_err(|error| faults.io("it cannot be looked at", &error))?;
        if !exists {
            let log = with_suffix(path, "-wal");
            if std::fs::metadata(&log).is_ok_and(|metadata| metadata.len() > 0) {
                let what = "there is no such file, but its write-ahead log is there; put the file \
                            back beside it, or remove the log to begin a new ledger";
                return Err(faults.fault(FaultKind::Missing, what));
            }
            create(path, &self.settings(faults)?, &self.storage, faults)?;
        }
        Ok(lock)
    }

    fn settings(&self, faults: &Faults) -> Result<Settings, Fault> {
        let random = |bytes: &mut [u8]| {
            getrandom::fill(bytes)
                .map_err(|error| faults.fault(FaultKind::Io, format!("no randomness: {error}")))
        };
        let (mut id, mut secret) = ([0; 16], [0; 32]);
        random(&mut id)?;
        random(&mut secret)?;
        Ok(Settings {
            id: self.new.id.unwrap_or(LedgerId(id)),
            secret: self.new.secret.unwrap_or(LedgerSecret::from_bytes(secret)),
            utc_offset: self.new.utc_offset.unwrap_or(UtcOffset::CHINA),
        })
    }
}

/// The path without symbolic links, as far as it exists.
fn resolved(path: &Path) -> PathBuf {
    let by_folder = || {
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        Some(std::fs::canonicalize(folder).ok()?.join(path.file_name()?))
    };
    std::fs::canonicalize(path).ok().or_else(by_folder).unwrap_or_else(|| path.to_owned())
}

/// The name of a file that stands beside the ledger.
pub(crate) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Refuses what is visibly no ledger, or not a whole one, before SQLite is let near it.
fn check_whole(path: &Path, faults: &Faults) -> Result<(), Fault> {
    let length = match std::fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => {
            return Err(faults.fault(FaultKind::NotALedger, "it is a folder, not a ledger file"));
        }
        Ok(metadata) => metadata.len(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(faults.fault(FaultKind::Missing, "there is no such file"));
        }
        Err(error) => return Err(faults.io("it cannot be looked at", &error)),
    };
    if length == 0 {
        return Err(faults.fault(
            FaultKind::NotALedger,
            "the file is empty: it is not a ledger, or was truncated; restore a copy, or remove it \
             to begin a new ledger",
        ));
    }
    if length < 512 {
        let what = format!("it has {length} bytes: it was truncated, or is not a ledger");
        return Err(faults.fault(FaultKind::NotALedger, what));
    }
    Ok(())
}

fn settings(connection: &Connection, faults: &Faults) -> Result<Settings, Fault> {
    let sql = |error: rusqlite::Error| faults.sql(&error);
    let application: i32 =
        connection.pragma_query_value(None, "application_id", |row| row.get(0)).map_err(sql)?;
    let format = schema::format(connection, faults)?;
    if application != APPLICATION_ID {
        return Err(faults.fault(
            FaultKind::NotALedger,
            "the file is an SQLite database of another program, not a ledger",
        ));
    }
    if !(FORMAT_1..=FORMAT).contains(&format) {
        let what =
            format!("the ledger has format {format}; this program knows formats 1 to {FORMAT}");
        return Err(faults.fault(FaultKind::Format, what));
    }
    check_length(connection, faults)?;
    let row = connection.query_row("SELECT id, secret, utc_offset, seal FROM ledger", [], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get::<_, i16>(2)?, row.get::<_, [u8; 32]>(3)?))
    });
    let (id, secret, minutes, seal) = row.map_err(|error| match error {
        rusqlite::Error::QueryReturnedNoRows => {
            faults.fault(FaultKind::Damaged, "the ledger's own row is missing")
        }
        error => faults.sql(&error),
    })?;
    let utc_offset = UtcOffset::from_minutes(minutes)
        .ok_or_else(|| faults.fault(FaultKind::Damaged, "the ledger's UTC offset is no offset"))?;
    let settings =
        Settings { id: LedgerId(id), secret: LedgerSecret::from_bytes(secret), utc_offset };
    if settings.seal() != seal {
        let what = "the ledger's own row (id, secret, UTC offset) does not fit its seal";
        return Err(faults.fault(FaultKind::Damaged, what));
    }
    Ok(settings)
}

/// A file shorter than its pages was truncated. Where a write-ahead log is pending, its pages may be
/// the missing ones.
fn check_length(connection: &Connection, faults: &Faults) -> Result<(), Fault> {
    let sql = |error: rusqlite::Error| faults.sql(&error);
    let Some(path) = connection.path() else { return Ok(()) };
    let wal = std::fs::metadata(format!("{path}-wal")).map_or(0, |metadata| metadata.len());
    if wal > 0 {
        return Ok(());
    }
    let pages = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let expected = pages("page_count").map_err(sql)? * pages("page_size").map_err(sql)?;
    let found =
        std::fs::metadata(path).map_err(|error| faults.io("it cannot be looked at", &error))?.len();
    if i64::try_from(found).is_ok_and(|found| found < expected) {
        return Err(faults.fault(
            FaultKind::Damaged,
            format!("the file was truncated: it has {found} bytes, its header says {expected}"),
        ));
    }
    Ok(())
}

/// Nothing is written through tables, indexes or triggers that are not those of the format.
fn check_schema(connection: &Connection, faults: &Faults) -> Result<(), Fault> {
    match check::schema(connection, faults)?.first() {
        None => Ok(()),
        Some(difference) => {
            let what = format!("{difference}; open the ledger read-only and verify it");
            Err(faults.fault(FaultKind::Damaged, what))
        }
    }
}

/// Nothing is decided on a standing that no book can have.
fn check_standings(connection: &Connection, faults: &Faults) -> Result<(), Fault> {
    match check::standings(connection, faults)?.first() {
        None => Ok(()),
        Some(finding) => {
            let what = format!("{finding}; open the ledger read-only and verify it");
            Err(faults.fault(FaultKind::Damaged, what))
        }
    }
}

/// The writer's connection: every commit is synced before it is acknowledged.
fn writing(
    path: &Path,
    limit_bytes: Option<u64>,
    storage: &Storage,
    faults: &Faults,
) -> Result<Connection, Fault> {
    let open = || -> rusqlite::Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = storage.connect(path, flags)?;
        connection.busy_timeout(Duration::from_secs(10))?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "cache_size", -8_192)?;
        connection.pragma_update(None, "wal_autocheckpoint", 2_000)?;
        connection.pragma_update(None, "cell_size_check", true)?;
        connection.pragma_update(None, "trusted_schema", false)?;
        connection.set_prepared_statement_cache_capacity(64);
        if let Some(bytes) = limit_bytes {
            let page: i64 = connection.pragma_query_value(None, "page_size", |row| row.get(0))?;
            let pages = i64::try_from(bytes).unwrap_or(i64::MAX) / page.max(1);
            connection.pragma_update_and_check(None, "max_page_count", pages.max(1), |_| Ok(()))?;
        }
        // Says at once, and not at the first commit, that the file cannot be written.
        connection.execute_batch("BEGIN IMMEDIATE")?;
        Ok(connection)
    };
    let connection = open().map_err(|error| faults.sql(&error))?;
    settle_log(path, storage, faults)?;
    connection.execute_batch("ROLLBACK").map_err(|error| faults.sql(&error))?;
    Ok(connection)
}

/// Makes the log that another process left durable, before anything rests on it.
///
/// That process may have been killed after a sync had failed. The operating system then shows bytes that
/// are not on the disk, and no later sync brings them there: commits would be acknowledged behind a gap,
/// and be lost with the power. Bytes that are written once more are synced like any others. Called while
/// the database is locked for writing, so that nobody begins the log again meanwhile.
fn settle_log(path: &Path, storage: &Storage, faults: &Faults) -> Result<(), Fault> {
    let log = with_suffix(path, "-wal");
    match std::fs::metadata(&log) {
        Ok(metadata) if metadata.len() == 0 => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        // A log that cannot be looked at may be one that has to be settled.
        found => found
            .and_then(|_| storage.files().rewrite(&log))
            .map_err(|error| faults.io("its log cannot be made durable", &error)),
    }
}
