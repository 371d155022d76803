//! A drive under a database of SQLite: it notes everything, and makes the trouble that was planned.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "a test fails by panicking")]

use std::path::PathBuf;

use earmark_testkit::disk::{Disk, Image};
use earmark_vfs::{Drive, Kind, Trouble};
use rusqlite::ffi;
use rusqlite::{Connection, OpenFlags};
use tempfile::TempDir;

struct Place {
    folder: TempDir,
    drive: Drive,
}

impl Place {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), drive: Drive::new() }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("data.db")
    }

    /// A database of one table, in this mode.
    fn database(&self, journal_mode: &str) -> Connection {
        let name = self.drive.name();
        let flags = OpenFlags::default();
        let database = Connection::open_with_flags_and_vfs(self.path(), flags, name).unwrap();
        database.pragma_update(None, "journal_mode", journal_mode).unwrap();
        database.pragma_update(None, "synchronous", "FULL").unwrap();
        database.execute_batch("CREATE TABLE IF NOT EXISTS t (a)").unwrap();
        database
    }

    /// The files as they lie there, without locks and shared memory.
    fn files(&self) -> Image {
        let mut image = Image::default();
        for file in std::fs::read_dir(self.folder.path()).unwrap() {
            let path = file.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            if !name.ends_with("-shm") {
                image.put(&name, std::fs::read(path).unwrap());
            }
        }
        image
    }

    fn as_noted(&self) -> Image {
        let mut disk = Disk::new();
        self.drive.journal().steps().iter().for_each(|step| disk.take(step));
        disk.as_seen()
    }
}

fn insert(database: &Connection, number: i64) -> Result<(), i32> {
    let done = database.execute("INSERT INTO t VALUES (?1), (randomblob(9000))", [number]);
    done.map(drop).map_err(|error| error.sqlite_error().unwrap().extended_code)
}

#[test]
fn all_that_happens_is_noted() {
    for mode in ["WAL", "DELETE", "TRUNCATE", "PERSIST"] {
        let place = Place::new();
        let database = place.database(mode);
        for number in 0..20 {
            insert(&database, number).unwrap();
            assert_eq!(place.as_noted(), place.files(), "{mode}, after {number}");
        }
        database.execute_batch("DELETE FROM t; VACUUM").unwrap();
        assert_eq!(place.as_noted(), place.files(), "{mode}, made smaller");
        database.close().unwrap();
        assert_eq!(place.as_noted(), place.files(), "{mode}, closed");
    }
}

#[test]
fn a_file_that_was_there_before_is_taken_as_it_lies() {
    let first = Place::new();
    insert(&first.database("WAL"), 1).unwrap();
    let second = Place { folder: first.folder, drive: Drive::new() };
    let database = second.database("WAL");
    insert(&database, 2).unwrap();
    assert_eq!(second.as_noted(), second.files());
}

#[test]
fn trouble_comes_with_the_operation_that_was_planned() {
    let codes = [
        (Kind::SyncFails, Some(ffi::SQLITE_IOERR_FSYNC)),
        (Kind::WriteFails, Some(ffi::SQLITE_IOERR_WRITE)),
        (Kind::WriteShort, Some(ffi::SQLITE_IOERR_WRITE)),
        (Kind::DiskFull, Some(ffi::SQLITE_FULL)),
        (Kind::SyncLies, None),
    ];
    for (kind, code) in codes {
        let place = Place::new();
        let database = place.database("WAL");
        insert(&database, 1).unwrap();
        let counts = place.drive.counts();
        let first = match kind {
            Kind::SyncFails | Kind::SyncLies => counts.syncs,
            _ => counts.writes,
        };
        place.drive.plan(Trouble { kind, first, times: 1 });
        assert_eq!(insert(&database, 2).err(), code, "{kind:?}");
        assert_eq!(place.drive.counts().struck, 1, "{kind:?}");
        assert_eq!(place.as_noted(), place.files(), "{kind:?}");
        insert(&database, 3).unwrap();
        assert_eq!(place.drive.counts().struck, 1, "{kind:?}: once only");
    }
}

#[test]
fn reads_fail_and_flip_by_plan() {
    let place = Place::new();
    insert(&place.database("DELETE"), 1).unwrap();
    let path = place.path();
    let read = || {
        let name = place.drive.name();
        let flags = OpenFlags::default();
        let database = Connection::open_with_flags_and_vfs(&path, flags, name)?;
        let query = "SELECT group_concat(hex(a)) FROM t";
        database.query_row(query, [], |row| row.get::<_, String>(0))
    };
    let right = read().unwrap();
    let reads = place.drive.counts().reads;
    read().unwrap();
    let each = place.drive.counts().reads - reads;
    let plan = |kind, place_in_turn| {
        let first = place.drive.counts().reads + place_in_turn;
        place.drive.plan(Trouble { kind, first, times: 1 });
    };
    plan(Kind::ReadFails, 1);
    assert_eq!(read().unwrap_err().sqlite_error().unwrap().extended_code, ffi::SQLITE_IOERR_READ);
    let mut other = 0;
    for turn in 0..each {
        for seed in 0..20 {
            plan(Kind::ReadFlips(seed), turn);
            other += usize::from(read().is_ok_and(|found| found != right));
        }
    }
    assert!(other > 0, "a flip of what is read is read");
    place.drive.mend();
    assert_eq!(read().unwrap(), right, "the file itself is as it was");
}

#[test]
fn a_lie_about_a_sync_loses_what_was_answered() {
    let place = Place::new();
    let database = place.database("WAL");
    let lies = Trouble { kind: Kind::SyncLies, first: 0, times: u64::MAX };
    for (number, honest) in [(1, true), (2, false)] {
        if !honest {
            place.drive.plan(lies);
        }
        insert(&database, number).unwrap();
    }
    let journal = place.drive.journal();
    let mut rows = std::collections::BTreeSet::new();
    for seed in 0..40 {
        let folder = tempfile::tempdir().unwrap();
        journal.crash(journal.len(), seed).write_to(folder.path()).unwrap();
        let database = Connection::open(folder.path().join("data.db")).unwrap();
        rows.insert(database.query_row("SELECT count(*) FROM t", [], |row| row.get(0)).unwrap());
    }
    assert_eq!(rows, std::collections::BTreeSet::from([2_i64, 4]));
}
