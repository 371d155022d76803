//! A write-ahead log that was damaged or cut short gives a shorter history, never another one.

use std::collections::HashSet;

use crate::sample::{NANJING, Place, SUZHOU, beside, copy, open, premium, ready, try_read};

/// A ledger left by a crash, and the heads it had after each commit of its log.
fn crashed() -> (Place, HashSet<Vec<String>>) {
    let running = Place::new();
    let ledger = open(&running.path);
    let mut histories = HashSet::new();
    let mut note = || {
        let books = ledger.books().unwrap();
        let heads = books.iter().map(|book| format!("{:?}", book.head().unwrap()));
        histories.insert(heads.collect());
    };
    note();
    for code in [NANJING, SUZHOU] {
        crate::sample::book(&ledger, code);
        note();
    }
    for code in [NANJING, SUZHOU] {
        let book = crate::sample::book(&ledger, code);
        crate::sample::voucher(&book);
        note();
        ready(&ledger, code);
        note();
    }
    for number in 0..12 {
        let code = if number % 3 == 0 { NANJING } else { SUZHOU };
        let (book, voucher) = ready(&ledger, code);
        let name = format!("commit {number}");
        let premiums: Vec<_> = (0..=number).map(|unit| premium(unit, 10)).collect();
        book.record(earmark_core::id::key(&name), &voucher, premiums).unwrap();
        note();
    }
    let place = Place::new();
    copy(&running.path, &place.path);
    (place, histories)
}

/// Opens and verifies; where nothing is found, the history is one that was.
fn judge(place: &Place, histories: &HashSet<Vec<String>>, what: &str) -> Option<usize> {
    let _ = std::fs::remove_file(place.beside("-shm"));
    let Ok(ledger) = try_read(&place.path) else { return None };
    let Ok(proved) = ledger.verify() else { return None };
    if !proved.is_sound() {
        return None;
    }
    let books = ledger.books().unwrap();
    let heads: Vec<_> = books.iter().map(|book| format!("{:?}", book.head().unwrap())).collect();
    assert!(histories.contains(&heads), "{what}: {heads:?}");
    Some(books.iter().map(|book| book.last_seq().unwrap() as usize).sum())
}

#[test]
fn a_flipped_log_gives_an_earlier_history() {
    let (place, histories) = crashed();
    let log = std::fs::read(beside(&place.path, "-wal")).unwrap();
    let whole = judge(&place, &histories, "whole").unwrap();
    let mut shorter = 0;
    for at in (0..log.len()).step_by(997).chain(0..64) {
        let mut flipped = log.clone();
        flipped[at] ^= 1;
        std::fs::write(beside(&place.path, "-wal"), &flipped).unwrap();
        shorter +=
            usize::from(judge(&place, &histories, &at.to_string()).is_some_and(|it| it < whole));
    }
    assert!(shorter > 100, "the log is what holds the commits");
}

#[test]
fn a_log_cut_short_gives_an_earlier_history() {
    let (place, histories) = crashed();
    let log = std::fs::read(beside(&place.path, "-wal")).unwrap();
    let mut last = 0;
    for length in (0..=log.len()).step_by(3_001).chain([log.len()]) {
        std::fs::write(beside(&place.path, "-wal"), &log[..length]).unwrap();
        let events = judge(&place, &histories, &length.to_string()).expect("a sound ledger");
        assert!(events >= last, "a longer log has a longer history");
        last = events;
    }
}
