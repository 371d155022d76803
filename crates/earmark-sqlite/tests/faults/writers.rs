//! One writer a ledger, among processes too; readers beside it.

use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use earmark_core::FaultKind;
use earmark_core::id::key;

use crate::child::{Role, say, wait};
use crate::sample::{NANJING, Place, book, open, premium, prove, read, ready, try_open, voucher};

/// The role of a writer that records a premium at each nudge, and holds the ledger between.
pub(crate) fn hold(path: &Path) {
    let ledger = open(path);
    let (book, voucher) = ready(&ledger, NANJING);
    for number in 0.. {
        let name = format!("nudge {number}");
        let receipt = book.record(key(&name), &voucher, premium(number, 100)).unwrap();
        say(&receipt.last_seq().to_string());
        wait();
    }
}

fn last_seq(role: &mut Role) -> u64 {
    role.hear().unwrap().parse().unwrap()
}

#[test]
fn a_second_writing_process_is_refused_and_told_who_writes() {
    let place = Place::new();
    let mut writer = Role::start("hold", &place.path, 0);
    let first = last_seq(&mut writer);

    let fault = try_open(&place.path).map(drop).unwrap_err();
    assert_eq!(fault.kind(), FaultKind::Locked);
    assert!(fault.to_string().contains(&format!("process {} has", writer.id())), "{fault}");
    assert_eq!(fault.at(), place.path.to_str().unwrap());

    let reader = read(&place.path);
    let seen = book(&reader, NANJING);
    assert_eq!(seen.last_seq().unwrap(), first);
    for _ in 0..3 {
        writer.nudge();
        let last = last_seq(&mut writer);
        assert_eq!(seen.last_seq().unwrap(), last, "a reader sees what was acknowledged");
        assert_eq!(seen.event(last).unwrap().unwrap().seq(), last);
        assert!(prove(&reader).unwrap().books()[0].events == last);
    }

    writer.kill();
    let ledger = open(&place.path);
    assert_eq!(seen.last_seq().unwrap(), book(&ledger, NANJING).last_seq().unwrap());
    assert!(ledger.verify().unwrap().is_sound());
    let again = book(&ledger, NANJING);
    again.record(key("after"), &voucher(&again), premium(1, 1)).unwrap();
    assert_eq!(seen.last_seq().unwrap(), again.last_seq().unwrap(), "the old reader goes on");
}

#[test]
fn a_second_writer_in_the_same_process_is_refused() {
    let place = Place::with_sample();
    let ledger = open(&place.path);
    let fault = try_open(&place.path).map(drop).unwrap_err();
    assert_eq!(fault.kind(), FaultKind::Locked);
    assert!(fault.to_string().contains(&std::process::id().to_string()), "{fault}");
    drop(ledger);
    assert!(open(&place.path).verify().unwrap().is_sound());
}

/// A process that is just being started holds copies of whatever its parent has open. The lock must
/// not live on in them.
#[test]
fn a_closed_ledger_is_free_at_once() {
    let place = Place::with_sample();
    let done = AtomicBool::new(false);
    std::thread::scope(|threads| {
        for _ in 0..2 {
            threads.spawn(|| {
                let program = std::env::current_exe().unwrap();
                while !done.load(Ordering::Relaxed) {
                    let _ = Command::new(&program).arg("--help").output();
                }
            });
        }
        let outcomes: Vec<_> = (0..100).map(|_| try_open(&place.path).map(drop)).collect();
        done.store(true, Ordering::Relaxed);
        assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    });
}

#[cfg(unix)]
#[test]
fn a_second_writer_by_another_name_of_the_file_is_refused() {
    let place = Place::with_sample();
    let _ledger = open(&place.path);
    let other = place.path.with_file_name("other name.earmark");
    std::os::unix::fs::symlink(&place.path, &other).unwrap();
    assert_eq!(try_open(&other).map(drop).unwrap_err().kind(), FaultKind::Locked);
    let folder = place.path.parent().unwrap();
    let winding = folder.join(".").join("..").join(folder.file_name().unwrap());
    let winding = winding.join(place.path.file_name().unwrap());
    assert_eq!(try_open(&winding).map(drop).unwrap_err().kind(), FaultKind::Locked);
}

/// What a crash leaves beside the file: a log to be played. Readers may come first.
#[test]
fn a_ledger_left_by_a_killed_writer_opens_for_reading_first() {
    let place = Place::new();
    let mut writer = Role::start("hold", &place.path, 0);
    let last = last_seq(&mut writer);
    writer.kill();
    assert!(place.beside("-wal").exists());
    let reader = read(&place.path);
    assert_eq!(book(&reader, NANJING).last_seq().unwrap(), last);
    assert!(reader.verify().unwrap().is_sound());
    drop(reader);
    assert_eq!(book(&open(&place.path), NANJING).last_seq().unwrap(), last);
}
