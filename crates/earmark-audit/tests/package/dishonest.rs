//! Packages of an operator who signs what he should not: right hashes and signatures over unlawful events.

use std::ops::ControlFlow;
use std::path::Path;

use earmark_audit::mirror::{Mirror, MirrorError};
use earmark_audit::package::{BookWriter, PackageError, PackageFolder};
use earmark_core::codec::{Frame, frame_of};
use earmark_core::id::{BookId, Key};
use earmark_core::ledger::AnyBook;
use earmark_core::time::UtcOffset;
use earmark_tlog::{Frontier, leaf_hash};
use tempfile::tempdir;

use crate::given::{Desk, files, open, policy_text, signed, write};

/// Commits as an operator has them in hand.
pub(crate) type Commits = Vec<(Key, Vec<Vec<u8>>)>;

pub(crate) fn commits(book: &AnyBook, desk: &Desk) -> Commits {
    let mut all = Vec::new();
    let read = desk.ledger.store().commits(book.id(), 1, &mut |commit| {
        let frame = commit.open(book.id())?;
        let records = frame.records().map(|record| record.unwrap().bytes().to_vec()).collect();
        all.push((commit.key, records));
        Ok(ControlFlow::Continue(()))
    });
    read.unwrap();
    all
}

/// Writes a package of whatever commits he likes, or extends one, with right hashes and his own signature.
pub(crate) fn forge(folder: &Path, book: BookId, commits: &Commits) {
    let mut tree = Frontier::new();
    for record in commits.iter().flat_map(|(_, records)| records) {
        tree.push(leaf_hash(record)).unwrap();
    }
    let note = signed(book, tree.size(), tree.root());
    let place = PackageFolder::new(folder);
    let vocabulary = book.fund().vocabulary();
    let mut writer = BookWriter::begin(&place, book, UtcOffset::CHINA, &vocabulary, note).unwrap();
    let mut seq = 1;
    for (key, records) in commits {
        if seq >= writer.next_seq() {
            let records = records.iter().map(Vec::as_slice);
            let frame = frame_of(book.digest(), seq, *key, records).unwrap();
            writer.commit(&Frame::parse(&frame).unwrap()).unwrap();
        }
        seq += u64::try_from(records.len()).unwrap();
    }
    writer.finish().unwrap();
    place.list(&[book], &policy_text([book])).unwrap();
}

/// The record of an event.
pub(crate) fn record(commits: &mut Commits, seq: u64) -> &mut Vec<u8> {
    let at = usize::try_from(seq - 1).unwrap();
    commits.iter_mut().flat_map(|(_, records)| records).nth(at).unwrap()
}

/// The first event of a kind from some event on.
pub(crate) fn first_of(commits: &Commits, kind: u8, from: u64) -> u64 {
    let records = (1..).zip(commits.iter().flat_map(|(_, records)| records));
    records.into_iter().find(|(seq, record)| *seq >= from && record[2] == kind).unwrap().0
}

/// Places in a record of layout Q: see `docs/format.md`.
const EFFECTIVE_ON: usize = 28;
const AMOUNT: usize = 52;
const ACCOUNT: usize = 60;
const PARTY: usize = 63;
const BENEFIT_PAID: u8 = 48;
const PREMIUM: u8 = 16;

/// A mirror that holds the honest beginning refuses what follows, and keeps what it had.
#[track_caller]
fn refused_at(change: impl Fn(&mut Vec<u8>), what: &str) {
    let mut desk = Desk::new();
    desk.premiums("2021-01-02", 300);
    let honest = tempdir().unwrap();
    write(&desk.ledger, honest.path()).unwrap();
    let policy = policy_text([desk.id()]);
    let own = tempdir().unwrap();
    let mut mirror = Mirror::open(own.path(), &policy).unwrap();
    mirror.update(honest.path()).unwrap();
    let (kept, held) = (files(own.path()), mirror.replayed(desk.id()).unwrap().head().clone());

    desk.premiums("2021-01-02", 5);
    desk.payment("2021-01-03");
    desk.premiums("2021-01-03", 400);
    let mut events = commits(&desk.book, &desk);
    let seq = first_of(&events, BENEFIT_PAID, 1);
    change(record(&mut events, seq));
    let package = tempdir().unwrap();
    forge(package.path(), desk.id(), &events);

    // All hashes and signatures are right: what is wrong is what the event says.
    let read = open(&desk.ledger, package.path()).unwrap();
    let error = read.book(desk.id()).unwrap().replay().map(|_| ()).unwrap_err();
    assert!(matches!(error, PackageError::Unlawful(_)), "{error}");
    let text = error.to_string();
    assert!(text.contains(&format!("event {seq}: ")) && text.contains(what), "{text}");

    let error = mirror.update(package.path()).map(|_| ()).unwrap_err();
    assert!(matches!(error, MirrorError::Unlawful { .. }), "{error}");
    let text = error.to_string();
    assert!(text.contains(&format!("event {seq}: ")) && text.contains(what), "{text}");
    assert_eq!(files(own.path()), kept);
    assert_eq!(mirror.replayed(desk.id()).unwrap().head(), &held);
    // It goes on with the truth.
    write(&desk.ledger, honest.path()).unwrap();
    mirror.update(honest.path()).unwrap();
    assert_eq!(mirror.replayed(desk.id()).unwrap().head(), &desk.book.head().unwrap());
}

#[test]
fn inv_46_an_overdraft_is_refused_at_its_event() {
    let large = 99_000_000_u64.to_le_bytes();
    refused_at(|record| record[AMOUNT..AMOUNT + 8].copy_from_slice(&large), "refused by rule `");
}

#[test]
fn inv_46_a_payment_out_of_the_revenue_account_is_refused_at_its_event() {
    refused_at(|record| record[ACCOUNT] = 2, "revenue");
}

#[test]
fn inv_46_an_event_of_tomorrow_is_refused_at_its_event() {
    refused_at(|record| record[EFFECTIVE_ON] += 30, "refused by rule `not-in-future`");
}

#[test]
fn a_fork_is_refused_with_the_event_that_differs() {
    let mut desk = Desk::new();
    desk.premiums("2021-01-02", 600);
    let honest = tempdir().unwrap();
    write(&desk.ledger, honest.path()).unwrap();
    let policy = policy_text([desk.id()]);
    let own = tempdir().unwrap();
    let mut mirror = Mirror::open(own.path(), &policy).unwrap();
    mirror.update(honest.path()).unwrap();
    let held = files(own.path());
    for (from, more) in [(1, 0), (1, 10), (250, 300), (257, 0), (513, 3), (600, 0)] {
        desk.premiums("2021-01-03", more);
        let mut events = commits(&desk.book, &desk);
        let seq = first_of(&events, PREMIUM, from);
        record(&mut events, seq)[PARTY] ^= 1;
        let package = tempdir().unwrap();
        forge(package.path(), desk.id(), &events);
        // By itself it is a lawful book.
        open(&desk.ledger, package.path()).unwrap().book(desk.id()).unwrap().replay().unwrap();
        let error = mirror.update(package.path()).map(|_| ()).unwrap_err();
        assert!(
            matches!(error, MirrorError::Fork { event: Some(event), .. } if event == seq),
            "{seq}: {error}"
        );
        assert!(error.to_string().ends_with(&format!("; event {seq} is the first that differs")));
        assert_eq!(files(own.path()), held);
    }
}

/// Boundaries and keys are not in the tree. Those of events that a mirror holds are not read again.
#[test]
fn a_commit_that_is_not_one_is_refused() {
    let mut desk = Desk::new();
    desk.premiums("2021-01-02", 10);
    desk.payment("2021-01-03");
    // A payment and what takes it back, as one commit: an original is of an earlier one.
    let mut events = commits(&desk.book, &desk);
    let (key, last) = events.pop().unwrap();
    let (_, before) = events.last_mut().unwrap();
    before.extend(last);
    let seq: usize = events.iter().map(|(_, records)| records.len()).sum();
    let package = tempdir().unwrap();
    forge(package.path(), desk.id(), &events);
    let read = open(&desk.ledger, package.path()).unwrap();
    let error = read.book(desk.id()).unwrap().replay().map(|_| ()).unwrap_err().to_string();
    assert!(error.contains(&format!("event {seq}: deciding again: refused by rule `")), "{error}");
    let _ = key;
}
