//! Damage in one book does not reach the others.

use earmark_core::ledger::Ledger;

use crate::sample::{NANJING, Place, SUZHOU, book, open, premium, prove, read, try_open, voucher};
use crate::tables::tamper;

/// The sound books are proved to their end, answer, and hold what they held.
fn others_are_sound(ledger: &Ledger, whole: &Ledger) {
    let (proved, before) = (prove(ledger).unwrap(), prove(whole).unwrap());
    assert!(!proved.is_sound());
    for finding in proved.findings() {
        assert!(finding.to_string().contains("book 320100/WORK_INJURY"), "{finding}");
    }
    for (mine, sound) in ledger.books().unwrap().iter().zip(whole.books().unwrap()) {
        if mine.id() == book(whole, NANJING).id() {
            continue;
        }
        let events = |proved: &earmark_core::verify::Verification| {
            let mut books = proved.books().iter();
            books.find(|proof| proof.book == mine.id()).map(|proof| (proof.events, proof.root))
        };
        assert_eq!(events(&proved), events(&before));
        assert_eq!(mine.balances().unwrap(), sound.balances().unwrap());
        assert_eq!(mine.last_seq().unwrap(), sound.last_seq().unwrap());
        let all = earmark_core::report::TrailFilter::all();
        assert_eq!(mine.trail(&all).unwrap(), sound.trail(&all).unwrap());
    }
}

#[test]
fn a_damaged_commit_stays_in_its_book() {
    let sound = Place::with_sample();
    let whole = read(&sound.path);
    let place = Place::with_sample();
    tamper(
        &place.path,
        "UPDATE commits SET frame = CAST(substr(frame, 1, 100) || x'ff' || substr(frame, 102) AS BLOB) \
         WHERE book = 1 AND first_seq = 10",
    );
    let ledger = read(&place.path);
    others_are_sound(&ledger, &whole);
    let proved = prove(&ledger).unwrap();
    let damaged = &proved.books().iter().find(|proof| proof.book.area().code() == 320_100).unwrap();
    assert_eq!(damaged.events, 9, "proved up to the damage");

    // The damaged book still gives what is sound in it, and names what is not.
    let nanjing = book(&ledger, NANJING);
    assert_eq!(nanjing.event(9).unwrap().unwrap().seq(), 9);
    let fault = nanjing.event(10).unwrap_err();
    assert!(fault.to_string().contains("book 320100/WORK_INJURY"), "{fault}");
    assert_eq!(nanjing.balances().unwrap(), book(&whole, NANJING).balances().unwrap());
    drop((nanjing, ledger));

    // And the others go on.
    let ledger = open(&place.path);
    let suzhou = book(&ledger, SUZHOU);
    suzhou
        .record(earmark_core::id::key("after the damage"), &voucher(&suzhou), premium(1, 1))
        .unwrap();
}

/// Nothing is recorded on a head that does not continue what is recorded; but the rest can be read,
/// and verified, to learn what is damaged.
#[test]
fn a_damaged_head_stays_in_its_book() {
    let sound = Place::with_sample();
    let whole = read(&sound.path);
    for damage in [
        "frontier = zeroblob(length(frontier))",
        "seq = seq + 1",
        "statuses = x'ffffffffffffffffffff'",
    ] {
        let place = Place::with_sample();
        tamper(&place.path, &format!("UPDATE books SET {damage} WHERE book = 1"));
        if let Ok(ledger) = try_open(&place.path) {
            let nanjing = book(&ledger, NANJING);
            let key = earmark_core::id::key("on a damaged head");
            nanjing.voucher(crate::sample::today(), crate::sample::PAPERS).unwrap();
            nanjing.record(key, &voucher(&nanjing), premium(1, 1)).unwrap_err();
        }
        others_are_sound(&read(&place.path), &whole);
    }
}
