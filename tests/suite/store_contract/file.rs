//! What only a file has: it is closed and opened again, read by others, and kept by one writer.

use std::ops::ControlFlow;
use std::path::Path;

use earmark_core::FaultKind;
use earmark_core::account::Account;
use earmark_core::fund::WorkInjury;
use earmark_core::ledger::Ledger;
use earmark_core::projection::Totals;
use earmark_sqlite::OpenOptions;

use super::{Opened, in_memory, injury, new_ledger, payment};
use crate::given::{HandClock, Picture, nanjing};

pub(super) fn ledger_at(path: &Path, clock: &HandClock) -> Ledger {
    Ledger::new(new_ledger().open(path).unwrap(), clock.clone())
}

fn opened_at(path: &Path) -> Opened {
    let clock = HandClock::new();
    Opened { ledger: ledger_at(path, &clock), clock, _folder: None }
}

/// Every frame of the Nanjing injury book.
fn frames(ledger: &Ledger) -> Vec<Vec<u8>> {
    let book = ledger.book::<WorkInjury>(nanjing()).unwrap();
    let mut frames = Vec::new();
    ledger
        .store()
        .commits(book.id(), 1, &mut |commit| {
            frames.push(commit.frame.to_vec());
            Ok(ControlFlow::Continue(()))
        })
        .unwrap();
    frames
}

#[test]
fn what_was_recorded_is_there_when_the_file_is_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("book.earmark");
    let before = {
        let opened = opened_at(&path);
        let desk = injury(&opened);
        desk.record("1", payment(7, "1.00")).unwrap();
        Picture::of_all(&opened.ledger)
    };
    let opened = opened_at(&path);
    assert_eq!(Picture::of_all(&opened.ledger), before);
    assert!(opened.ledger.verify().unwrap().is_sound());
    let desk = injury(&opened);
    assert!(desk.record("1", payment(7, "1.00")).unwrap().repeated());
    desk.record("2", payment(7, "1.00")).unwrap();
    assert_eq!(desk.balance(Account::Expenditure), 99_800);
    assert!(opened.ledger.verify().unwrap().is_sound());
}

#[test]
fn one_writer_and_many_readers() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("book.earmark");
    let opened = opened_at(&path);
    let desk = injury(&opened);
    let fault = OpenOptions::new().open(&path).unwrap_err();
    assert_eq!(fault.kind(), FaultKind::Locked, "{fault}");
    let reader = OpenOptions::new().read_only().open(&path).unwrap();
    let reader = Ledger::new(reader, opened.clock.clone());
    desk.record("1", payment(7, "1.00")).unwrap();
    assert_eq!(Picture::of_all(&reader), Picture::of_all(&opened.ledger));
    assert!(reader.verify().unwrap().is_sound());
    let book = reader.any_book(nanjing(), "WORK_INJURY").unwrap();
    let voucher = desk.voucher;
    let command = earmark_core::command::AnyCommand::HandOverInterest { amount: "1.00".to_owned() };
    match book.record_any(crate::given::key_of("it"), &[(voucher, command)]) {
        Err(earmark_core::Error::Fault(fault)) => assert_eq!(fault.kind(), FaultKind::ReadOnly),
        other => panic!("a reader recorded: {other:?}"),
    }
}

#[test]
fn a_file_has_the_same_bytes_as_memory() {
    let folder = tempfile::tempdir().unwrap();
    let in_file = opened_at(&folder.path().join("book.earmark"));
    let in_memory = in_memory();
    for opened in [&in_file, &in_memory] {
        let desk = injury(opened);
        desk.record("1", [payment(7, "1.00"); 3]).unwrap();
        desk.record("2", payment(8, "2.00")).unwrap();
    }
    assert_eq!(frames(&in_file.ledger), frames(&in_memory.ledger));
    assert_eq!(Picture::of_all(&in_file.ledger), Picture::of_all(&in_memory.ledger));
    let cells = [&in_file, &in_memory].map(|opened| {
        let book = opened.ledger.book::<WorkInjury>(nanjing()).unwrap();
        book.snapshot::<Totals>().unwrap().to_bytes()
    });
    assert_eq!(cells[0], cells[1]);
}

#[test]
fn what_is_not_a_ledger_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    std::fs::write(&path, "not a ledger, and long enough to be looked at twice".repeat(40))
        .unwrap();
    let fault = OpenOptions::new().open(&path).unwrap_err();
    assert_eq!(fault.kind(), FaultKind::NotALedger, "{fault}");
    assert!(std::fs::read_to_string(&path).unwrap().starts_with("not a ledger"));
    let missing = folder.path().join("missing.earmark");
    let fault = OpenOptions::new().read_only().open(&missing).unwrap_err();
    assert_eq!(fault.kind(), FaultKind::Missing, "{fault}");
    assert!(!missing.exists());
}

/// The first program is gone; what it said of its fund is kept in the file.
#[test]
fn another_program_cannot_give_a_funds_code_another_meaning() {
    use super::writing::{impostor, pilot};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("book.earmark");
    opened_at(&path).ledger.book::<pilot::Care>(nanjing()).unwrap();
    let opened = opened_at(&path);
    let fault = opened.ledger.book::<impostor::Care>(nanjing()).unwrap_err();
    assert_eq!(fault.kind(), FaultKind::UnknownFund, "{fault}");
    assert_eq!(
        fault.to_string(),
        "book 320100/CARE_PILOT: the ledger was written for `fund CARE_PILOT CNY 2 China invests=false \
         settles_across_provinces=false transfers=false settles_directly=false`, this program's \
         definition is `fund CARE_PILOT CNY 2 Other invests=true settles_across_provinces=false \
         transfers=false settles_directly=false`"
    );
}
