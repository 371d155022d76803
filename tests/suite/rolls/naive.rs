//! A roll once more, from all records of the book and by the words of the format page: no search for where
//! its events begin, no movement of the library's.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use earmark_core::event::{Detail, Event, Kind};
use earmark_core::id::Party;
use earmark_core::ledger::{AnyBook, Ledger};
use earmark_core::roll::{LineKey, Roll, RollLine};
use earmark_core::time::Period;
use earmark_tlog::{EMPTY_ROOT, Frontier, Hash, leaf_hash};
use sha2::{Digest, Sha256};

/// The lines and the root of a period's roll up to a closing.
#[derive(Debug, PartialEq)]
pub(crate) struct Naive {
    pub(crate) lines: BTreeMap<Party, RollLine>,
    pub(crate) root: Hash,
}

impl PartialEq<Roll> for Naive {
    fn eq(&self, roll: &Roll) -> bool {
        let lines: BTreeMap<_, _> = roll.lines().map(|line| (line.party, *line)).collect();
        lines == self.lines
            && roll.lines().len() == self.lines.len()
            && roll.attested().parties() == self.lines.len() as u64
            && roll.attested().root() == self.root
    }
}

/// Folds every event of a book.
pub(crate) fn naive(
    ledger: &Ledger,
    book: &AnyBook,
    period: Period,
    closing: u64,
    salt: &[u8; 16],
) -> Naive {
    let mut lines: BTreeMap<Party, RollLine> = BTreeMap::new();
    let each = &mut |commit: earmark_core::store::StoredCommit<'_>| {
        let frame = commit.open(book.id())?;
        for (record, seq) in frame.records().zip(frame.first_seq()..) {
            let record = record.unwrap();
            let event = record.decode(book.fund(), seq).unwrap();
            let on = event.effective_on();
            if seq > closing || on < period.first() || on > period.last() {
                continue;
            }
            for party in named(&event) {
                let line = lines.entry(party).or_insert(RollLine {
                    party,
                    events: 0,
                    last_seq: 0,
                    entered_minor: 0,
                    left_minor: 0,
                    trail: Hash([0; 32]),
                });
                let amount = u128::from(event.fact().amount_minor());
                match way(&event) {
                    1 => line.entered_minor += amount,
                    -1 => line.left_minor += amount,
                    _ => {}
                }
                line.events += 1;
                line.last_seq = seq;
                let mut hasher = Sha256::new();
                hasher.update(b"earmark/roll-trail/v1\0");
                hasher.update(line.trail.0);
                hasher.update(seq.to_be_bytes());
                hasher.update(leaf_hash(record.bytes()).0);
                line.trail = Hash(hasher.finalize().into());
            }
        }
        Ok(ControlFlow::Continue(()))
    };
    ledger.store().commits(book.id(), 1, each).unwrap();
    let sorted: BTreeMap<[u8; 32], &RollLine> =
        lines.values().map(|line| (LineKey::of(salt, line.party).0, line)).collect();
    let mut tree = Frontier::new();
    for (key, line) in &sorted {
        tree.push(leaf_hash(&[*key, line.sealed()].concat())).unwrap();
    }
    let root = if sorted.is_empty() { EMPTY_ROOT } else { tree.root() };
    Naive { lines, root }
}

fn named(event: &Event) -> Vec<Party> {
    let mut parties: Vec<Party> = event.fact().party().into_iter().collect();
    if let Detail::Matter(matter) = event.fact().detail()
        && let Some(other) = matter.other()
        && !parties.contains(&other)
    {
        parties.push(other);
    }
    parties
}

/// Whether money of a party comes in (1), goes out (-1), or none moves, by the codes of the format page.
fn way(event: &Event) -> i8 {
    let of = |kind: Kind| match kind.code() {
        16 | 21 | 25 | 64 | 65 | 67 | 68 => 1,
        17 | 22 | 48..=51 => -1,
        _ => 0,
    };
    match event.fact().detail() {
        Detail::Reversal { of: original, .. } => -of(original.kind),
        _ => of(event.kind()),
    }
}
