//! A full disk: the commit that finds no room leaves nothing, all others stand.

use std::path::{Path, PathBuf};
use std::process::Command;

use earmark_core::id::key;
use earmark_core::ledger::Ledger;
use earmark_core::{Error, FaultKind};

use crate::sample::{
    NANJING, Place, beside, book, copy, now, open, options, premium, read, ready, try_open,
    try_read, voucher,
};

/// Records premiums of 200 events until there is no room. Gives the number of the refused commit, and
/// the book's last event.
fn fill(ledger: &Ledger) -> (u64, u64) {
    let (book, voucher) = ready(ledger, NANJING);
    for number in 0..100_000 {
        let before = book.head().unwrap();
        let premiums: Vec<_> = (0..200).map(|unit| premium(unit, number + 1)).collect();
        match book.record(key(&number.to_string()), &voucher, premiums) {
            Ok(_) => {}
            Err(Error::Fault(fault)) => {
                assert_eq!(fault.kind(), FaultKind::Full, "{fault}");
                assert!(fault.to_string().contains("no room"), "{fault}");
                assert_eq!(
                    book.last_seq().unwrap(),
                    before.state.seq(),
                    "nothing of commit {number} was recorded"
                );
                assert_eq!(book.head().unwrap(), before);
                return (number, before.state.seq());
            }
            Err(other) => panic!("{other}"),
        }
    }
    panic!("there was always room");
}

/// The refused commit, again, under its key.
fn again(ledger: &Ledger, number: u64, last: u64) {
    let book = book(ledger, NANJING);
    assert_eq!(book.last_seq().unwrap(), last, "earlier commits stand, and nothing else");
    assert!(ledger.verify().unwrap().is_sound());
    let premiums: Vec<_> = (0..200).map(|unit| premium(unit, number + 1)).collect();
    let receipt = book.record(key(&number.to_string()), &voucher(&book), premiums).unwrap();
    assert!(!receipt.repeated());
    assert_eq!((receipt.first_seq(), receipt.count()), (last + 1, 200));
    assert!(ledger.verify().unwrap().is_sound());
}

#[test]
fn a_limit_is_a_full_disk() {
    let place = Place::new();
    let limited = options().limit_bytes(600_000);
    let ledger = Ledger::new(limited.open(&place.path).unwrap(), now());
    let (number, last) = fill(&ledger);
    assert!(number > 2);
    assert!(ledger.verify().unwrap().is_sound());
    // What is small enough may still fit; either way the ledger goes on answering.
    let nanjing = book(&ledger, NANJING);
    let outcome = nanjing.record(key("small"), &voucher(&nanjing), premium(1, 1));
    let last = last + u64::from(outcome.is_ok());
    drop((nanjing, ledger));
    assert!(std::fs::metadata(&place.path).unwrap().len() <= 600_000);
    let larger = options().limit_bytes(2_000_000);
    let ledger = Ledger::new(larger.open(&place.path).unwrap(), now());
    again(&ledger, number, last);
}

/// A limit below what the ledger has already takes nothing away.
#[test]
fn a_limit_below_the_present_size_refuses_and_keeps() {
    let place = Place::with_sample();
    let events = read(&place.path).verify().unwrap().events();
    let ledger = Ledger::new(options().limit_bytes(1).open(&place.path).unwrap(), now());
    let (number, last) = fill(&ledger);
    drop(ledger);
    assert!(read(&place.path).verify().unwrap().events() >= events);
    again(&open(&place.path), number, last);
}

#[test]
fn a_full_file_system_loses_nothing() {
    let Some(disk) = Disk::mounted() else {
        println!("mounting is not permitted: a full file system was not tried");
        return;
    };
    let path = disk.path("nanjing.earmark");
    let filler = disk.path("filler");
    std::fs::write(&filler, vec![1; 1 << 20]).unwrap();
    let ledger = open(&path);
    let (number, last) = fill(&ledger);
    let reader = read(&path);
    assert_eq!(book(&reader, NANJING).last_seq().unwrap(), last, "it reads beside the writer");
    drop(reader);
    std::fs::remove_file(&filler).unwrap();
    // The same writer goes on as soon as there is room.
    again(&ledger, number, last);
    drop(ledger);
    assert!(read(&path).verify().unwrap().is_sound());
}

#[test]
fn a_ledger_on_a_full_file_system_opens_for_reading() {
    let Some(disk) = Disk::mounted() else {
        println!("mounting is not permitted: a full file system was not tried");
        return;
    };
    let path = disk.path("nanjing.earmark");
    let ledger = open(&path);
    let (book, voucher) = ready(&ledger, NANJING);
    book.record(key("one"), &voucher, premium(1, 1)).unwrap();
    let last = book.last_seq().unwrap();
    drop((book, ledger));
    for ending in ["-lock", "-shm", "-wal"] {
        let _ = std::fs::remove_file(beside(&path, ending));
    }
    disk.fill();
    let reader = read(&path);
    assert_eq!(crate::sample::book(&reader, NANJING).last_seq().unwrap(), last);
    assert!(reader.verify().unwrap().is_sound());
    drop(reader);
    let fault = try_open(&path).map(drop).unwrap_err();
    assert_eq!(fault.kind(), FaultKind::Full, "{fault}");
    std::fs::remove_file(disk.path("rest")).unwrap();
    assert!(open(&path).verify().unwrap().is_sound());
}

/// A log that a crash left is not to be read where no room is left to read it in, and is not lost.
#[test]
fn a_log_on_a_full_file_system_is_kept() {
    let Some(disk) = Disk::mounted() else {
        println!("mounting is not permitted: a full file system was not tried");
        return;
    };
    let running = Place::new();
    let ledger = open(&running.path);
    let (book, voucher) = ready(&ledger, NANJING);
    book.record(key("one"), &voucher, premium(1, 1)).unwrap();
    let path = disk.path("nanjing.earmark");
    copy(&running.path, &path);
    disk.fill();
    let fault = try_read(&path).map(drop).unwrap_err();
    assert!(fault.to_string().contains("log"), "{fault}");
    assert_eq!(try_open(&path).map(drop).unwrap_err().kind(), FaultKind::Full);
    std::fs::remove_file(disk.path("rest")).unwrap();
    let last = crate::sample::book(&open(&path), NANJING).last_seq().unwrap();
    assert_eq!(last, book.last_seq().unwrap());
}

#[test]
fn a_new_ledger_without_room_leaves_nothing_behind() {
    let Some(disk) = Disk::mounted() else {
        println!("mounting is not permitted: a full file system was not tried");
        return;
    };
    disk.fill();
    let path = disk.path("nanjing.earmark");
    let fault = try_open(&path).map(drop).unwrap_err();
    assert_eq!(fault.kind(), FaultKind::Full, "{fault}");
    assert!(!path.exists());
    assert!(!disk.path("nanjing.earmark-new").exists());
    std::fs::remove_file(disk.path("rest")).unwrap();
    assert!(open(&path).verify().unwrap().is_sound());
}

/// A file system of 4 MiB in memory; gone on drop.
struct Disk(tempfile::TempDir);

impl Disk {
    fn mounted() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=4m", "tmpfs"])
            .arg(folder.path())
            .output();
        mount.is_ok_and(|done| done.status.success()).then_some(Self(folder))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file until nothing fits any more.
    fn fill(&self) {
        use std::io::Write;
        let rest: &Path = &self.path("rest");
        let mut file = std::fs::File::create(rest).unwrap();
        while file.write_all(&[1; 4096]).is_ok() {}
        while file.write_all(&[1]).is_ok() {}
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(self.0.path()).status();
    }
}
