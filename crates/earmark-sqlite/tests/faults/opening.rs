//! Opening what is not there, is no ledger, or may not be written.

use std::path::Path;
use std::process::Command;

use earmark_core::FaultKind;
use earmark_core::id::key;
use earmark_sqlite::OpenOptions;
use rusqlite::Connection;

use crate::sample::{
    NANJING, Place, book, open, premium, prove, read, try_open, try_read, voucher,
};

/// The fault names the file, is of this kind, and says this.
#[track_caller]
fn refused(path: &Path, options: &OpenOptions, kind: FaultKind, says: &str) {
    let fault = options.open(path).map(drop).unwrap_err();
    assert_eq!(fault.kind(), kind, "{fault}");
    assert_eq!(fault.at(), path.to_str().unwrap());
    assert!(fault.to_string().contains(says), "{fault}");
}

/// The file is refused for writing and for reading, and stays as it is.
#[track_caller]
fn refused_both_ways(path: &Path, kind: FaultKind, says: &str) {
    let before = std::fs::read(path).ok();
    refused(path, &OpenOptions::new(), kind, says);
    refused(path, &OpenOptions::new().existing_only(), kind, says);
    refused(path, &OpenOptions::new().read_only(), kind, says);
    assert_eq!(std::fs::read(path).ok(), before);
}

#[test]
fn a_missing_file_is_not_made_by_readers_nor_by_existing_only() {
    let place = Place::new();
    for options in [OpenOptions::new().read_only(), OpenOptions::new().existing_only()] {
        refused(&place.path, &options, FaultKind::Missing, "no such file");
    }
    let folder = place.path.parent().unwrap();
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), 0, "nothing was left there");
    refused(&folder.join("gone/nanjing.earmark"), &OpenOptions::new(), FaultKind::Missing, "");
}

#[test]
fn an_empty_file_is_no_ledger() {
    let place = Place::new();
    std::fs::write(&place.path, b"").unwrap();
    refused_both_ways(&place.path, FaultKind::NotALedger, "the file is empty");
}

#[test]
fn a_folder_is_no_ledger() {
    let place = Place::new();
    std::fs::create_dir(&place.path).unwrap();
    refused_both_ways(&place.path, FaultKind::NotALedger, "a folder");
}

#[test]
fn a_text_is_no_ledger() {
    let place = Place::new();
    for text in ["short", &"a long text about the fund\n".repeat(1_000)] {
        std::fs::write(&place.path, text).unwrap();
        refused_both_ways(&place.path, FaultKind::NotALedger, "not a ledger");
    }
}

#[test]
fn a_file_of_another_program_is_no_ledger() {
    for mode in ["DELETE", "WAL"] {
        let place = Place::new();
        let other = Connection::open(&place.path).unwrap();
        other.pragma_update(None, "journal_mode", mode).unwrap();
        other.execute_batch("CREATE TABLE commits (position INTEGER PRIMARY KEY)").unwrap();
        other.close().unwrap();
        refused_both_ways(&place.path, FaultKind::NotALedger, "another program");
    }
}

#[test]
fn a_newer_format_is_named() {
    let place = Place::with_sample();
    let newer = Connection::open(&place.path).unwrap();
    newer.pragma_update(None, "user_version", 4).unwrap();
    newer.close().unwrap();
    refused_both_ways(
        &place.path,
        FaultKind::Format,
        "format 4; this program knows formats 1 to 3",
    );
}

#[test]
fn a_ledger_opened_for_reading_refuses_to_record() {
    let place = Place::with_sample();
    let ledger = read(&place.path);
    let book = book(&ledger, NANJING);
    let voucher = voucher(&book);
    let error = book.record(key("new"), &voucher, premium(1, 1)).unwrap_err();
    assert!(
        matches!(&error, earmark_core::Error::Fault(fault)
        if fault.kind() == FaultKind::ReadOnly && fault.to_string().contains("nothing was recorded")),
        "{error}"
    );
    let new = ledger.book::<earmark_core::fund::Unemployment>(book.area()).unwrap_err();
    assert_eq!(new.kind(), FaultKind::ReadOnly);
    assert!(prove(&ledger).unwrap().is_sound());
}

#[test]
fn leftovers_of_a_making_cut_short_are_no_hindrance() {
    let place = Place::with_sample();
    let bytes = std::fs::read(&place.path).unwrap();
    std::fs::remove_file(&place.path).unwrap();
    for ending in ["-new", "-new-journal", "-new-wal", "-new-shm"] {
        std::fs::write(place.beside(ending), &bytes[..bytes.len() / 2]).unwrap();
    }
    let ledger = open(&place.path);
    assert!(ledger.books().unwrap().is_empty());
    assert!(ledger.verify().unwrap().is_sound());
}

/// A log without its file holds commits that would be lost, or worse, played into another ledger.
#[test]
fn a_log_whose_file_is_gone_is_not_taken_over_by_a_new_ledger() {
    let place = Place::new();
    let running = open(&place.path);
    let (book, voucher) = crate::sample::ready(&running, NANJING);
    book.record(key("one"), &voucher, premium(1, 1)).unwrap();
    let crashed = Place::new();
    crate::sample::copy(&place.path, &crashed.path);
    std::fs::remove_file(&crashed.path).unwrap();
    let log = std::fs::read(crashed.beside("-wal")).unwrap();
    let fault = try_open(&crashed.path).map(drop).unwrap_err();
    assert!(fault.to_string().contains("log"), "{fault}");
    assert_eq!(std::fs::read(crashed.beside("-wal")).unwrap(), log, "the log is kept");
}

/// A file that may be read and not written: for root, every file may be written, so that this half
/// is left out. (Root could be held off by `chattr +i`, which test machines do not permit either.)
#[cfg(unix)]
#[test]
fn a_file_without_write_permission_is_read_and_not_written() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::with_sample();
    let folder = place.path.parent().unwrap();
    std::fs::set_permissions(&place.path, PermissionsExt::from_mode(0o444)).unwrap();
    std::fs::set_permissions(folder, PermissionsExt::from_mode(0o555)).unwrap();
    let root = std::fs::write(folder.join("probe"), b"").is_ok();
    let ledger = try_read(&place.path).unwrap();
    assert!(prove(&ledger).unwrap().is_sound());
    drop(ledger);
    if root {
        println!("permissions do not bind this user: refusal of writing was not tried");
    } else {
        refused(&place.path, &OpenOptions::new(), FaultKind::ReadOnly, "");
    }
    std::fs::set_permissions(folder, PermissionsExt::from_mode(0o755)).unwrap();
}

/// A medium that nobody can write, root neither: read as it lies there, refused for writing, and
/// refused where commits are pending in a log that cannot be played.
#[cfg(unix)]
#[test]
fn a_read_only_medium_is_read() {
    let place = Place::with_sample();
    let folder = place.path.parent().unwrap();
    let Some(medium) = Medium::read_only(folder) else {
        println!("mounting is not permitted: a read-only medium was not tried");
        return;
    };
    let ledger = read(&place.path);
    assert!(prove(&ledger).unwrap().is_sound());
    drop(ledger);
    refused(&place.path, &OpenOptions::new(), FaultKind::ReadOnly, "lock file");
    drop(medium);

    let running = open(&place.path);
    let book = book(&running, NANJING);
    book.record(key("pending"), &voucher(&book), premium(1, 1)).unwrap();
    let crashed = Place::new();
    crate::sample::copy(&place.path, &crashed.path);
    let medium = Medium::read_only(crashed.path.parent().unwrap()).unwrap();
    let pending = "commits are pending";
    refused(&crashed.path, &OpenOptions::new().read_only(), FaultKind::ReadOnly, pending);
    drop(medium);
    assert!(read(&crashed.path).verify().unwrap().is_sound());
}

/// What cannot be written here may be written elsewhere: a reader whose medium is read-only goes on
/// seeing what is acknowledged, or says that it cannot.
#[cfg(unix)]
#[test]
fn a_read_only_medium_that_is_written_elsewhere_is_not_read_stale() {
    let place = Place::with_sample();
    let view = tempfile::tempdir().unwrap();
    let Some(medium) = Medium::of(place.path.parent().unwrap(), view.path()) else {
        println!("mounting is not permitted: a read-only medium was not tried");
        return;
    };
    let reader = read(&view.path().join(place.path.file_name().unwrap()));
    let seen = book(&reader, NANJING);
    let events = seen.last_seq().unwrap();
    assert!(reader.verify().unwrap().is_sound());
    let ledger = open(&place.path);
    let nanjing = book(&ledger, NANJING);
    for number in 0..60 {
        let premiums: Vec<_> = (0..50).map(|unit| premium(unit, 1)).collect();
        nanjing.record(key(&format!("more {number}")), &voucher(&nanjing), premiums).unwrap();
        let late = || seen.last_seq().is_ok_and(|last| last != nanjing.last_seq().unwrap());
        assert!(!late(), "stale after {number} more commits");
    }
    let last = nanjing.last_seq().unwrap();
    assert_eq!(last, events + 3_000);
    drop((nanjing, ledger));
    assert!(seen.last_seq().is_ok_and(|seen| seen == last), "the writer has closed it");
    let all = seen.trail(&earmark_core::report::TrailFilter::all()).unwrap();
    assert_eq!(all.len() as u64, last);
    assert!(reader.verify().unwrap().is_sound());
    drop((seen, reader, medium));
}

/// A folder seen at a place where nothing in it can be written; undone on drop.
struct Medium<'a>(&'a Path);

impl<'a> Medium<'a> {
    /// The folder itself becomes unwritable.
    fn read_only(folder: &'a Path) -> Option<Self> {
        Self::of(folder, folder)
    }

    fn of(folder: &Path, view: &'a Path) -> Option<Self> {
        let mount = |arguments: &[&str]| {
            let command = Command::new("mount").args(arguments).arg(view).output();
            command.is_ok_and(|done| done.status.success())
        };
        if !mount(&["--bind", folder.to_str()?]) {
            return None;
        }
        let medium = Self(view);
        mount(&["-o", "remount,bind,ro"]).then_some(medium)
    }
}

impl Drop for Medium<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(self.0).status();
    }
}
