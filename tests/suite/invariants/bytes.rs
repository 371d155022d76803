//! Bytes of old layouts mean what bytes of new ones mean, and no byte of a history means anything else.

use std::ops::ControlFlow;

use earmark_core::codec::{FRAME_HEADER_BYTES, RECORD_HEADER_BYTES, Record};
use earmark_core::event::{Detail, Event, Kind};
use earmark_core::fund::FundSpec;
use earmark_core::report::TrailFilter;
use earmark_core::time::Month;
use earmark_testkit::clerk::Clerk;
use earmark_testkit::strategy::history::histories;
use earmark_tlog::{EMPTY_ROOT, Hash, leaf_hash, node_hash};
use proptest::prelude::*;

use super::desk::{after, tried};
use super::tale::must;

/// Where the month stands in the second layout of a premium: after the voucher, the amount, the account,
/// the purpose and the party.
const MONTH: usize = RECORD_HEADER_BYTES + 32 + 8 + 1 + 2 + 16;

/// Every record of a book, as it is stored, and the frame that carried it.
fn records(clerk: &Clerk, book: usize) -> Vec<Vec<u8>> {
    let mut records = Vec::new();
    let store = clerk.ledgers().next().unwrap().store();
    store
        .commits(clerk.book(book).id(), 1, &mut |commit| {
            // A frame is a header, its records, and a checksum.
            let mut rest = &commit.frame[FRAME_HEADER_BYTES..];
            for _ in 0..commit.count {
                let (_, after) = Record::split(rest).unwrap();
                records.push(rest[..rest.len() - after.len()].to_vec());
                rest = after;
            }
            assert_eq!(rest.len(), 4, "nothing but a checksum is left");
            Ok(ControlFlow::Continue(()))
        })
        .unwrap();
    records
}

/// MTH of RFC 6962 section 2.1.
fn tree_hash(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => EMPTY_ROOT,
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            node_hash(&tree_hash(left), &tree_hash(right))
        }
    }
}

fn read(bytes: &[u8], fund: &FundSpec, seq: u64) -> Option<Event> {
    let (record, rest) = Record::split(bytes).ok()?;
    rest.is_empty().then(|| record.decode(fund, seq).ok()).flatten()
}

/// The same premium in the other layout: with the month for which it is owed, or without one.
fn in_other_layout(bytes: &[u8], month: Option<Month>) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    match month {
        None => drop(bytes.drain(MONTH..MONTH + 4)),
        Some(month) => drop(bytes.splice(MONTH..MONTH, month.yyyymm().to_le_bytes())),
    }
    let length = u16::try_from(bytes.len()).unwrap();
    bytes[..2].copy_from_slice(&length.to_le_bytes());
    bytes[3] = if month.is_some() { 2 } else { 1 };
    bytes
}

/// What an event says, but for the month that it is owed for.
fn without_month(event: &Event) -> impl PartialEq + std::fmt::Debug + use<> {
    let fact = event.fact();
    (
        (event.seq(), event.kind(), event.recorded_at(), event.effective_on()),
        (event.register(), event.document(), event.basis(), event.actor()),
        (event.correlation(), event.causation()),
        (fact.account(), fact.purpose_code(), fact.amount_minor(), fact.party(), fact.movement()),
    )
}

proptest! {
    #![proptest_config(tried(32))]

    #[test]
    fn inv_16_old_bytes_are_read_as_new_ones(history in histories(40)) {
        let clerk = after(&history);
        for book in 0..clerk.books() {
            let fund = clerk.book(book).fund();
            let trail = clerk.book(book).trail(&TrailFilter::all()).unwrap();
            for (bytes, recorded) in records(&clerk, book).iter().zip(&trail) {
                let live = recorded.event();
                let event = read(bytes, fund, live.seq());
                must(event.as_ref() == Some(live), &clerk, || format!("{event:?} is not {live:?}"))?;
                if live.kind() != Kind::PremiumReceived {
                    continue;
                }
                let owed = match live.fact().detail() {
                    Detail::Owed(month) => Some(*month),
                    _ => None,
                };
                // Written in the other layout it is the same event, with or without its month.
                let month = Month::new(2021, 3).unwrap();
                let other = owed.is_none().then_some(month);
                let there = in_other_layout(bytes, other);
                let event = read(&there, fund, live.seq());
                let Some(event) = event else {
                    return must(false, &clerk, || format!("{live:?} is not read: {there:?}"));
                };
                must(without_month(&event) == without_month(live), &clerk, || {
                    format!("{event:?} is not {live:?}")
                })?;
                let found = match event.fact().detail() {
                    Detail::Owed(month) => Some(*month),
                    _ => None,
                };
                must(found == other, &clerk, || format!("owed for {found:?}, not {other:?}"))?;
                // And back again it is the same bytes.
                let back = in_other_layout(&there, owed);
                must(&back == bytes, &clerk, || format!("{back:?} is not {bytes:?}"))?;
            }
        }
    }

    #[test]
    fn inv_16_no_other_bytes_are_read_as_the_same_event(
        history in histories(6),
        flips in prop::collection::vec((any::<prop::sample::Index>(), 0_u8..8), 40),
    ) {
        let clerk = after(&history);
        for book in 0..clerk.books() {
            let fund = clerk.book(book).fund();
            for (seq, bytes) in (1_u64..).zip(records(&clerk, book)) {
                let event = read(&bytes, fund, seq);
                for (at, bit) in &flips {
                    let mut other = bytes.clone();
                    let at = at.index(other.len());
                    // The nonce is no part of the event; the leaf of the tree has it.
                    if (4..RECORD_HEADER_BYTES).contains(&at) {
                        continue;
                    }
                    other[at] ^= 1 << bit;
                    let read = read(&other, fund, seq);
                    must(read.is_none() || read != event, &clerk, || {
                        format!("byte {at} of {event:?} says nothing: {bytes:?}")
                    })?;
                }
            }
        }
    }

    /// Each record of each book, byte for byte, with the proof that it is under the root that the definition of
    /// the tree gives of all of them, and under no other place.
    #[test]
    fn inv_41_every_event_of_a_history_has_a_proof(history in histories(40)) {
        let clerk = after(&history);
        for book in 0..clerk.books() {
            let records = records(&clerk, book);
            let leaves: Vec<Hash> = records.iter().map(|record| leaf_hash(record)).collect();
            let held = clerk.book(book);
            let tree = held.tree().unwrap();
            let root = tree_hash(&leaves);
            must(tree.root() == root, &clerk, || format!("{tree:?} has not the root {root}"))?;
            for (seq, record) in (1_u64..).zip(&records) {
                let proved = tree.prove(seq).unwrap().expect("it is in the tree");
                must(proved.record == *record, &clerk, || format!("another record for {seq}"))?;
                let proof = &proved.proof;
                let holds = proof.verify(leaf_hash(record), root).is_ok();
                must(holds && proof.index() == seq - 1, &clerk, || format!("event {seq}: {proof:?}"))?;
                let other = leaf_hash(&records[usize::try_from(seq).unwrap() % records.len()]);
                let wrong = records.len() > 1 && proof.verify(other, root).is_ok();
                must(!wrong, &clerk, || format!("the proof of event {seq} proves another"))?;
            }
            must(tree.prove(tree.size() + 1).unwrap().is_none(), &clerk, || "one too many".to_owned())?;
        }
    }
}
