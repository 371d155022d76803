//! SQLite on a disk that loses power and fails, for tests.
//!
//! A [`Drive`] is a file system of SQLite with a name of its own. It hands everything on to the operating
//! system's, locks and shared memory too, and notes each write, truncation, sync and removal in a
//! [`Journal`](earmark_testkit::disk::Journal), from which every crash can be built. By plan it also makes
//! [trouble](Trouble): writes and syncs that fail, a full disk, syncs that lie, bits that flip.
//!
//! ```
//! use earmark_vfs::Drive;
//! use rusqlite::{Connection, OpenFlags};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let folder = tempfile::tempdir()?;
//! let drive = Drive::new();
//! let path = folder.path().join("data.db");
//! let database = Connection::open_with_flags_and_vfs(path, OpenFlags::default(), drive.name())?;
//! database.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE t (a)")?;
//! let mut acknowledged = vec![];
//! for number in 1..=3 {
//!     database.execute("INSERT INTO t VALUES (?1)", [number])?;
//!     acknowledged.push(drive.position());
//! }
//!
//! // The power fails: at any point, with anything that was not synced there or not.
//! let journal = drive.journal();
//! for seed in 0..50 {
//!     let at = acknowledged[0] + seed % (journal.len() - acknowledged[0]);
//!     let crashed = tempfile::tempdir()?;
//!     journal.crash(at, seed as u64).write_to(crashed.path())?;
//!     let database = Connection::open(crashed.path().join("data.db"))?;
//!     let rows: usize = database.query_row("SELECT count(*) FROM t", [], |row| row.get(0))?;
//!     let least = acknowledged.iter().filter(|position| **position <= at).count();
//!     assert!(rows >= least, "seed {seed}: {rows} rows after a crash at {at}");
//! }
//! # Ok(())
//! # }
//! ```
//!
//! One drive is for the files of one folder, which it knows by their names. What other code does to these
//! files beside SQLite is noted where it is done through [`Drive::sync`], [`Drive::rename`],
//! [`Drive::remove`] and [`Drive::sync_folder`].

mod drive;
#[allow(
    unsafe_code,
    reason = "a file system of SQLite is a table of C functions; see docs/adr/0015"
)]
mod shim;
mod trouble;

pub use drive::Drive;
pub use shim::seed_sqlite;
pub use trouble::{Counts, Kind, Trouble};
