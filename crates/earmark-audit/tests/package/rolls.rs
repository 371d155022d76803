//! Packages of books that close, attest rolls and bind detail, from memory and from a file; and rolls that are false.

use std::ops::ControlFlow;
use std::path::Path;

use earmark_audit::mirror::{Mirror, MirrorError};
use earmark_audit::package::{Package, PackageError};
use earmark_audit::vault::Detail;
use earmark_core::command::{AttestRoll, BindDetail, ClosePeriod, ReopenPeriod};
use earmark_core::event::Kind;
use earmark_core::id::Party;
use earmark_core::ledger::Ledger;
use earmark_core::report::TrailFilter;
use earmark_core::time::{Month, Period};
use earmark_sqlite::{NewLedger, OpenOptions};
use earmark_testkit::clock::HandClock;
use earmark_testkit::given::settings;
use earmark_tlog::{EMPTY_ROOT, Hash};
use tempfile::tempdir;

use crate::dishonest::{commits, first_of, forge, record};
use crate::given::{Desk, files, open, policy_text, premium, signed, write};

/// The kind of an event that attests a roll, as records have it.
pub(crate) const ROLL_ATTESTED: u8 = 9;

/// Places in a record of layout N: see `docs/format.md`.
const PARTIES: usize = 52 + 16;
pub(crate) const ROOT: usize = 52 + 40;

fn month(number: u32) -> Period {
    Period::month(Month::new(2021, number).unwrap())
}

/// Attests the roll of a period that stands closed.
fn attest(desk: &mut Desk, period: Period) -> u64 {
    let roll = desk.book.roll(period).unwrap().unwrap();
    desk.record("2022-01-01", AttestRoll::of(&roll))
}

/// A year of which every month, a quarter and the whole are attested, December and the whole again after a
/// reopening, with detail bound to a party, to an event, and to both.
pub(crate) fn attested(desk: Desk) -> Desk {
    let mut desk = desk.year();
    let quarter = Period::new(month(4).first(), month(6).last()).unwrap();
    let year = Period::year(2021).unwrap();
    for number in 1..=12 {
        attest(&mut desk, month(number));
    }
    for period in [quarter, year] {
        desk.record("2022-01-01", ClosePeriod { period });
        attest(&mut desk, period);
    }
    let reason = desk.book.register("a bank advice came late").unwrap();
    desk.record("2022-01-01", ReopenPeriod { period: month(12), reason });
    let late = desk.record("2021-12-30", premium(99));
    for period in [month(12), year] {
        desk.record("2022-01-01", ClosePeriod { period });
        attest(&mut desk, period);
    }
    let payer = desk.book.event(late).unwrap().unwrap().party().unwrap();
    let bind = |party, event| {
        let detail = Detail::from_parts([9; 32], b"Zhang San, 12 Example Road").unwrap();
        BindDetail { party, event, commitment: detail.commitment().0 }
    };
    for (party, event) in [(Some(payer), None), (None, Some(late)), (Some(payer), Some(late))] {
        desk.record("2022-01-01", bind(party, event));
    }
    desk
}

/// Where a commit of a book ends, for every one.
fn ends(desk: &Desk) -> Vec<u64> {
    let mut ends = Vec::new();
    let read = desk.ledger.store().commits(desk.id(), 1, &mut |commit| {
        ends.push(commit.first_seq + u64::from(commit.count) - 1);
        Ok(ControlFlow::Continue(()))
    });
    read.unwrap();
    ends
}

/// Writes a package up to the end of a commit.
fn write_to(desk: &Desk, size: u64, folder: &Path) {
    let tree = desk.book.tree().unwrap().at(size).unwrap().unwrap();
    let note = signed(desk.id(), tree.size(), tree.root());
    let package = Package::new(&policy_text([desk.id()])).with(desk.id(), note);
    package.write(&desk.ledger, folder).unwrap();
}

#[test]
fn inv_46_a_year_with_rolls_and_bound_detail_reads_back_and_is_mirrored() {
    let desk = attested(Desk::new());
    let count = |kind| desk.book.trail(&TrailFilter::all().of_kind(kind)).unwrap().len();
    assert_eq!((count(Kind::RollAttested), count(Kind::DetailBound)), (16, 3));
    let (head, balances) = (desk.book.head().unwrap(), desk.book.balances().unwrap());
    let folder = tempdir().unwrap();
    write(&desk.ledger, folder.path()).unwrap();
    let read = open(&desk.ledger, folder.path()).unwrap();
    let replay = read.book(desk.id()).unwrap().replay().unwrap();
    assert_eq!((replay.head(), replay.balances()), (&head, balances));

    // A mirror takes it in steps, so that a roll is of events that it took long before: each event from the first roll
    // on, and a few before.
    let policy = policy_text([desk.id()]);
    let (package, own) = (tempdir().unwrap(), tempdir().unwrap());
    let mut mirror = Mirror::open(own.path(), &policy).unwrap();
    let ends = ends(&desk);
    let rolls = ends.len() - 25;
    for size in ends[..rolls].iter().skip(50).step_by(111).chain(&ends[rolls..]) {
        write_to(&desk, *size, package.path());
        mirror.update(package.path()).unwrap();
        // It can stop at any of them.
        mirror = Mirror::open(own.path(), &policy).unwrap();
    }
    let replay = mirror.replayed(desk.id()).unwrap();
    assert_eq!((replay.head(), replay.balances()), (&head, balances));
}

#[test]
fn inv_46_a_package_of_a_file_is_that_of_the_same_ledger_in_memory() {
    let memory = attested(Desk::new());
    let folder = tempdir().unwrap();
    let path = folder.path().join("year.earmark");
    let given = settings();
    let new = NewLedger {
        id: Some(given.id),
        secret: Some(given.secret),
        utc_offset: Some(given.utc_offset),
    };
    let clock = HandClock::new();
    let store = OpenOptions::new().new_ledger(new).open(&path).unwrap();
    let file = Desk::of(Ledger::new(store, clock.clone()), clock.clone(), "320100");
    // The package grows while the ledger does, and once more from the file as a reader opens it.
    let (of_file, of_memory) = (tempdir().unwrap(), tempdir().unwrap());
    write(&file.ledger, of_file.path()).unwrap();
    let file = attested(file);
    let size = ends(&file)[200];
    write_to(&file, size, of_file.path());
    let id = file.id();
    drop(file);
    let reopened = Ledger::new(OpenOptions::new().read_only().open(&path).unwrap(), clock);
    write(&reopened, of_file.path()).unwrap();
    write(&memory.ledger, of_memory.path()).unwrap();
    let (found, expected) = (files(of_file.path()), files(of_memory.path()));
    let differ = |(name, bytes): &(&String, &Vec<u8>)| found.get(*name) != Some(*bytes);
    let other: Vec<_> = expected.iter().filter(differ).map(|(name, _)| name).collect();
    assert!(other.is_empty() && found.len() == expected.len(), "{other:?}, {:?}", found.keys());
    let replay = open(&reopened, of_file.path()).unwrap().book(id).unwrap().replay().unwrap();
    let book = &reopened.books().unwrap()[0];
    assert_eq!(
        (replay.head(), replay.balances()),
        (&book.head().unwrap(), book.balances().unwrap())
    );
}

/// May of a book with a few payers, closed; then some events of June.
fn may(payers: impl IntoIterator<Item = u32>) -> Desk {
    let mut desk = Desk::new();
    desk.at("2021-05-20");
    for number in payers {
        desk.record("2021-05-20", premium(number));
    }
    desk.at("2021-06-01");
    desk.record("2021-06-01", ClosePeriod { period: month(5) });
    desk
}

/// Reader and mirror refuse a package at an event, with these words, and the mirror keeps what it had.
#[track_caller]
fn refused_at(desk: &Desk, package: &Path, mirror: &mut Mirror, own: &Path, seq: u64, what: &str) {
    let expected = format!("event {seq}: {what}");
    let kept = (files(own), mirror.replayed(desk.id()).unwrap().head().clone());
    // Every hash and signature is right, and the event by itself is lawful.
    let read = open(&desk.ledger, package).unwrap();
    let error = read.book(desk.id()).unwrap().replay().map(|_| ()).unwrap_err();
    assert!(matches!(error, PackageError::Unlawful(_)), "{error}");
    assert!(error.to_string().ends_with(&expected), "{error}, not {expected}");
    let error = mirror.update(package).map(|_| ()).unwrap_err();
    assert!(matches!(error, MirrorError::Unlawful { .. }), "{error}");
    assert!(error.to_string().ends_with(&expected), "{error}, not {expected}");
    assert_eq!((files(own), mirror.replayed(desk.id()).unwrap().head().clone()), kept);
}

/// The root in a record, and the one that is put there.
fn with_root(events: &mut [u8], root: Hash) -> Hash {
    let place = &mut events[ROOT..ROOT + 32];
    let before = Hash(place.try_into().unwrap());
    place.copy_from_slice(&root.0);
    before
}

#[test]
fn inv_42_a_false_roll_in_a_package_is_refused_at_its_event() {
    let mut desk = may(0..12);
    let policy = policy_text([desk.id()]);
    let (honest, package, own) = (tempdir().unwrap(), tempdir().unwrap(), tempdir().unwrap());
    let mut mirror = Mirror::open(own.path(), &policy).unwrap();
    write(&desk.ledger, honest.path()).unwrap();
    mirror.update(honest.path()).unwrap();
    let roll = desk.book.roll(month(5)).unwrap().unwrap();
    desk.record("2021-06-01", AttestRoll::of(&roll));
    desk.record("2021-06-01", premium(3));
    let lawful = commits(&desk.book, &desk);
    let seq = first_of(&lawful, ROLL_ATTESTED, 1);
    let true_root = roll.attested().root();
    for flip in [0x01, 0x80] {
        let mut events = lawful.clone();
        let mut false_root = true_root;
        false_root.0[17] ^= flip;
        assert_eq!(with_root(record(&mut events, seq), false_root), true_root);
        let folder = tempdir().unwrap();
        forge(folder.path(), desk.id(), &events);
        let what = format!("it attests the root {false_root}, the events give {true_root}");
        refused_at(&desk, folder.path(), &mut mirror, own.path(), seq, &what);
    }
    // A roll of fewer parties, and one of none, which leaves all of them out.
    let mut events = lawful.clone();
    record(&mut events, seq)[PARTIES] -= 1;
    forge(package.path(), desk.id(), &events);
    let what = "it attests a roll of 11 parties, the events give 12";
    refused_at(&desk, package.path(), &mut mirror, own.path(), seq, what);
    let mut events = lawful.clone();
    record(&mut events, seq)[PARTIES] = 0;
    with_root(record(&mut events, seq), EMPTY_ROOT);
    let package = tempdir().unwrap();
    forge(package.path(), desk.id(), &events);
    let what = "it attests a roll of 0 parties, the events give 12";
    refused_at(&desk, package.path(), &mut mirror, own.path(), seq, what);

    // With the same tools and nothing changed it is taken.
    let package = tempdir().unwrap();
    forge(package.path(), desk.id(), &lawful);
    mirror.update(package.path()).unwrap();
    assert_eq!(mirror.replayed(desk.id()).unwrap().head(), &desk.book.head().unwrap());
}

/// Whoever has the secret needs no tools: another history under it gives a roll that the ledger itself records, here
/// without a payer and with somebody who never paid.
#[test]
fn inv_42_a_roll_of_another_history_is_refused_by_whoever_has_no_secret() {
    let (mut desk, other) = (may(0..12), may((0..7).chain(8..12).chain([500])));
    let given = desk.book.roll(month(5)).unwrap().unwrap();
    let false_one = other.book.roll(month(5)).unwrap().unwrap();
    let (left_out, invented) = (payer(7), payer(500));
    let names = |roll: &earmark_core::roll::Roll, party| roll.lines().any(|it| it.party() == party);
    assert!(names(&given, left_out) && !names(&given, invented));
    assert!(!names(&false_one, left_out) && names(&false_one, invented));

    let (package, own) = (tempdir().unwrap(), tempdir().unwrap());
    let mut mirror = Mirror::open(own.path(), &policy_text([desk.id()])).unwrap();
    write(&desk.ledger, package.path()).unwrap();
    mirror.update(package.path()).unwrap();
    let seq = desk.record("2021-06-01", AttestRoll::of(&false_one));
    write(&desk.ledger, package.path()).unwrap();
    let [false_root, true_root] = [&false_one, &given].map(|roll| roll.attested().root());
    let what = format!("it attests the root {false_root}, the events give {true_root}");
    refused_at(&desk, package.path(), &mut mirror, own.path(), seq, &what);
    // What follows does not cover it.
    desk.premiums("2021-06-01", 300);
    write(&desk.ledger, package.path()).unwrap();
    refused_at(&desk, package.path(), &mut mirror, own.path(), seq, &what);
}

fn payer(number: u32) -> Party {
    premium(number).from
}
