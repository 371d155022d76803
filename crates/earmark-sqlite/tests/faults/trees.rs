//! The hashes of the books' trees that a file keeps: written with their records, and never believed without them.

use earmark_core::fund::WorkInjury;
use earmark_core::id::key;
use earmark_core::ledger::{Book, Ledger};
use earmark_core::tree::subtrees_of_records;
use earmark_core::{Error, FaultKind};
use earmark_tlog::proof::InclusionProof;
use rusqlite::Connection;

use crate::sample::{
    NANJING, PaidTo, Place, book, copy, now, open, options, premium, prove, read, ready, voucher,
};
use crate::tables::tamper;

/// A ledger with commits of every size: one event, some, a frame that is read piece by piece.
fn with_commits(sizes: &[u64]) -> Place {
    let place = Place::new();
    let ledger = open(&place.path);
    ledger.attach(PaidTo).unwrap();
    let (book, voucher) = ready(&ledger, NANJING);
    for (number, size) in (0..).zip(sizes) {
        record(&book, &voucher, number, *size);
    }
    drop((book, ledger));
    place
}

fn record(book: &Book<WorkInjury>, voucher: &earmark_core::event::Voucher, number: u64, size: u64) {
    let premiums: Vec<_> = (0..size).map(|unit| premium(unit % 97, 1 + number)).collect();
    book.record(key(&format!("commit {number}")), voucher, premiums).unwrap();
}

const SIZES: [u64; 14] = [1, 1, 1, 15, 16, 17, 200, 255, 256, 257, 1_000, 1, 5_000, 3];

fn proofs(ledger: &Ledger, step: usize) -> Vec<(Vec<u8>, InclusionProof)> {
    let book = book(ledger, NANJING);
    let tree = book.tree().unwrap();
    let proved = (1..=tree.size()).step_by(step).map(|seq| tree.prove(seq).unwrap().unwrap());
    proved.map(|proved| (proved.record, proved.proof)).collect()
}

/// Hashes that are kept, at sizes around those at which subtrees are complete, are those of the records, and every
/// event has a proof, whatever commit it is in.
#[test]
fn what_is_kept_is_what_is_recorded() {
    let place = with_commits(&SIZES);
    let ledger = read(&place.path);
    let nanjing = book(&ledger, NANJING);
    let store = ledger.store();
    for level in [4, 8, 12, 16] {
        for group in 0..=(nanjing.last_seq().unwrap() >> level) / 16 + 1 {
            let kept = store.subtrees(nanjing.id(), level, group).unwrap();
            assert_eq!(kept, subtrees_of_records(store, nanjing.id(), level, group).unwrap());
        }
    }
    assert_eq!(proofs(&ledger, 1).len() as u64, nanjing.last_seq().unwrap());
    // Asked for at one moment, the same is said.
    store
        .at_one_moment(&mut |moment| {
            assert!(moment.keeps_subtrees()?);
            for first in [1, 2, 16, 17, 700, 2_000, 5_000, 7_000] {
                let leaves = moment.leaves(nanjing.id(), first, 16)?;
                assert_eq!(leaves.len(), 16, "from {first}");
                assert_eq!(leaves, store.leaves(nanjing.id(), first, 16)?);
            }
            Ok(())
        })
        .unwrap();
    assert!(prove(&ledger).unwrap().is_sound());
}

/// Where records of one commit are of very different lengths, each is found all the same.
#[test]
fn records_of_any_length_are_found_in_a_large_commit() {
    let place = Place::new();
    let ledger = open(&place.path);
    let (nanjing, voucher) = ready(&ledger, NANJING);
    let mut batch = earmark_core::command::Batch::new();
    for number in 0..3_000_u64 {
        let linked = voucher.document(number);
        // The first third of them has links, which makes them longer.
        let linked = if number < 1_000 {
            linked.correlated(earmark_core::id::Link::from_u128(u128::from(number)))
        } else {
            linked
        };
        batch.push(&linked, premium(number % 97, 1 + number));
    }
    nanjing.record_batch(key("uneven"), batch).unwrap();
    let store = ledger.store();
    let mut expected = Vec::new();
    store
        .commits(nanjing.id(), 1, &mut |commit| {
            let frame = commit.open(nanjing.id())?;
            expected.extend(frame.records().map(|record| record.unwrap().bytes().to_vec()));
            Ok(std::ops::ControlFlow::Continue(()))
        })
        .unwrap();
    for first in (0..expected.len()).step_by(37) {
        let leaves = store.leaves(nanjing.id(), first as u64 + 1, 16).unwrap();
        assert_eq!(leaves, expected[first..(first + 16).min(expected.len())], "from {first}");
    }
    for (first, count) in [(0, 16), (1, 0), (expected.len() as u64 + 1, 16), (u64::MAX, 16)] {
        assert_eq!(store.leaves(nanjing.id(), first, count).unwrap(), Vec::<Vec<u8>>::new());
    }
    assert_eq!(proofs(&ledger, 29).len(), expected.len().div_ceil(29));
}

/// INV-41: a byte that is changed in the table is a finding, and no proof that is given is another for it.
#[test]
fn inv_41_no_changed_byte_of_the_table_gives_a_wrong_proof() {
    let original = with_commits(&[1, 15, 16, 300, 5_000]);
    let expected = proofs(&read(&original.path), 61);
    let count: usize = {
        let connection = Connection::open(&original.path).unwrap();
        connection.query_row("SELECT count(*) FROM subtrees", [], |row| row.get(0)).unwrap()
    };
    assert!(count > 20);
    let mut refused = 0;
    for row in 0..count {
        for at in [1, 13, 32] {
            let place = Place::new();
            copy(&original.path, &place.path);
            // The low bit of one byte, by its digits: SQLite knows no exclusive or.
            let sql = format!(
                "UPDATE subtrees SET hashes = CAST(substr(hashes, 1, {at} - 1) || \
                 iif(substr(hashes, {at}, 1) = x'00', x'01', x'00') || substr(hashes, {at} + 1) AS BLOB) \
                 WHERE place = (SELECT place FROM subtrees ORDER BY place LIMIT 1 OFFSET {row})"
            );
            assert_eq!(tamper(&place.path, &sql), 1);
            let ledger = read(&place.path);
            if at == 13 || row % 8 == 0 {
                let findings = prove(&ledger).unwrap();
                let words: Vec<_> = findings.findings().iter().map(ToString::to_string).collect();
                assert_eq!(words.len(), 1, "row {row}, byte {at}: {words:?}");
                assert!(words[0].contains("tree, events "), "{}", words[0]);
            }
            let nanjing = book(&ledger, NANJING);
            for (record, proof) in &expected {
                let tree = nanjing.tree().unwrap();
                match tree.prove(proof.index() + 1) {
                    Ok(proved) => {
                        let proved = proved.unwrap();
                        assert_eq!((&proved.record, &proved.proof), (record, proof));
                    }
                    Err(fault) => {
                        assert_eq!(fault.kind(), FaultKind::Damaged, "{fault}");
                        assert!(fault.to_string().contains("its tree"), "{fault}");
                        refused += 1;
                    }
                }
            }
        }
    }
    assert!(refused > count, "{refused} proofs were refused");
}

/// Nothing is written behind hashes that end elsewhere than the records.
#[test]
fn nothing_is_recorded_behind_hashes_that_end_elsewhere() {
    for sql in [
        "DELETE FROM subtrees",
        "UPDATE subtrees SET hashes = CAST(substr(hashes, 1, length(hashes) - 32) AS BLOB) \
         WHERE place & 68719476735 = 1 AND place >> 36 & 15 = 1",
        "UPDATE subtrees SET hashes = CAST(hashes || zeroblob(32) AS BLOB) \
         WHERE place & 68719476735 = 1 AND place >> 36 & 15 = 1",
    ] {
        let place = with_commits(&[300]);
        assert!(tamper(&place.path, sql) > 0, "{sql}");
        let ledger = Ledger::new(options().open(&place.path).unwrap(), now());
        ledger.attach(PaidTo).unwrap();
        let nanjing = book(&ledger, NANJING);
        let before = nanjing.last_seq().unwrap();
        let premiums: Vec<_> = (0..20).map(|unit| premium(unit, 7)).collect();
        match nanjing.record(key("more"), &voucher(&nanjing), premiums) {
            Err(Error::Fault(fault)) => {
                assert_eq!(fault.kind(), FaultKind::Damaged, "{fault}");
                assert!(fault.to_string().contains("nothing was recorded"), "{fault}");
            }
            other => panic!("{sql}: {other:?}"),
        }
        assert_eq!(nanjing.last_seq().unwrap(), before, "{sql}");
        let found = prove(&ledger).unwrap();
        let words: Vec<_> = found.findings().iter().map(ToString::to_string).collect();
        let of_the_tree = |words: &String| words.contains("tree");
        assert!(!words.is_empty() && words.iter().all(of_the_tree), "{sql}: {words:?}");
    }
}
