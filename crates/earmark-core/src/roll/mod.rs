//! Rolls: for a closed period, one line for each party that its events name (名册).
//!
//! A book's tree proves that an event is in it; it does not prove that there are no others. A roll does:
//! every party has one line, the line counts and sums the party's events and hashes them in their order, the
//! lines are sorted, and the root over them is recorded in the book
//! ([`RollAttested`](crate::event::Kind)). So a person's statement is complete or does not fit its
//! line, and a person without a line is proved to have none.

mod attestation;
mod attested;
mod levels;
mod line;
mod proof;
mod records;

pub use attestation::{AttestedError, AttestedRoll};
pub use attested::FundRoll;
pub(crate) use attested::closed_by;
pub use line::{LineKey, RollLine};
pub use proof::{Neighbour, RollError, RollProof};
pub use records::{PartyRecord, party_records};

use std::collections::BTreeMap;

use earmark_tlog::leaf_hash;
use earmark_tlog::proof::InclusionProof;

use self::levels::Levels;
use crate::codec::Record;
use crate::command::Origin;
use crate::error::{Fault, FaultKind};
use crate::event::{Detail, Event};
use crate::fund::FundSpec;
use crate::id::{BookId, Party};
use crate::store::Store;
use crate::time::{Period, Timestamp};
use crate::tree::each_record;

/// A roll with all its lines, as the book's events give it.
///
/// Takes about 210 bytes of memory a party: its line, and two hashes of the tree. A proof is looked up in
/// them and hashes nothing but the two lines of an absence.
#[derive(Clone, Debug)]
pub struct Roll {
    /// Of which book it was read, and in which ledger. No book attests a roll that was folded from events
    /// beside the book.
    origin: Origin,
    attested: AttestedRoll,
    lines: Vec<(LineKey, RollLine)>,
    levels: Levels,
}

/// Folds the events of a period into lines.
#[derive(Clone, Debug)]
pub struct RollFold {
    period: Period,
    lines: BTreeMap<Party, RollLine>,
}

/// The same lines under the same salt are the same roll, wherever it was made.
impl PartialEq for Roll {
    fn eq(&self, other: &Self) -> bool {
        self.attested == other.attested && self.lines == other.lines
    }
}

impl Eq for Roll {}

impl RollFold {
    /// No events yet.
    #[must_use]
    pub const fn new(period: Period) -> Self {
        Self { period, lines: BTreeMap::new() }
    }

    /// Counts an event: to the line of each party that it names, where it counts for a day of the period.
    /// Events come in the order of the book.
    ///
    /// # Errors
    /// [`FaultKind::Damaged`] where a sum does not fit 128 bits.
    pub fn count(&mut self, event: &Event, record: &[u8]) -> Result<(), Fault> {
        if !self.period.contains(event.effective_on()) {
            return Ok(());
        }
        let mut leaf = None;
        for party in parties_of(event) {
            let leaf = *leaf.get_or_insert_with(|| leaf_hash(record));
            let line = self.lines.entry(party).or_insert_with(|| RollLine::empty(party));
            line.count(event, leaf).ok_or_else(|| {
                let at = format!("event {}", event.seq());
                Fault::new(FaultKind::Damaged, at, "the sums of its party are beyond 128 bits")
            })?;
        }
        Ok(())
    }

    /// The roll of a book's events up to the closing.
    #[must_use]
    pub fn finish(self, closing: u64, salt: [u8; 16]) -> Roll {
        Roll::of_lines(self.period, self.lines.into_values(), closing, salt)
    }
}

impl Roll {
    /// Reads the roll of a closed period from a book's records, up to the event that closed it.
    ///
    /// Reads no further back than the first day of the period: nothing is recorded before the day for which it
    /// counts.
    ///
    /// # Errors
    /// [`Fault`] where the store cannot be read, or bytes are damaged.
    pub fn read(
        store: &dyn Store,
        book: BookId,
        period: Period,
        closing: u64,
        salt: [u8; 16],
    ) -> Result<Self, Fault> {
        let offset = store.settings().utc_offset;
        let start = first_recorded_since(
            store,
            book,
            Timestamp::start_of(period.first(), offset),
            closing,
        )?;
        let mut fold = RollFold::new(period);
        let mut seq = start;
        let mut buffer = Vec::new();
        each_record(store, book, start.saturating_sub(1), closing, &mut |bytes| {
            let event = decode(book, seq, bytes, &mut buffer)?;
            seq += 1;
            fold.count(&event, bytes)
        })?;
        let origin = Origin::new(book, store.settings().id);
        Ok(Self { origin, ..fold.finish(closing, salt) })
    }

    /// The roll of these lines, of which no two are of one party.
    fn of_lines(
        period: Period,
        lines: impl Iterator<Item = RollLine>,
        closing: u64,
        salt: [u8; 16],
    ) -> Self {
        let mut lines: Vec<_> =
            lines.map(|line| (LineKey::of(&salt, line.party()), line)).collect();
        lines.sort_unstable_by_key(|(key, _)| *key);
        let levels = Levels::of(lines.iter().map(|(key, line)| line.leaf_hash(*key)).collect());
        let (parties, root) = (levels.size(), levels.root());
        let attested = AttestedRoll { period, closing, parties, salt, root };
        Self { origin: Origin::NOWHERE, attested, lines, levels }
    }

    /// What the book records of it.
    #[must_use]
    pub const fn attested(&self) -> &AttestedRoll {
        &self.attested
    }

    /// The lines, in the order of their keys.
    pub fn lines(&self) -> impl ExactSizeIterator<Item = &RollLine> {
        self.lines.iter().map(|(_, line)| line)
    }

    /// The proof of a party's line, or that it has none. Takes as long as the tree is high.
    #[must_use]
    pub fn prove(&self, party: Party) -> RollProof {
        let key = LineKey::of(&self.attested.salt, party);
        let place = self.lines.partition_point(|(other, _)| *other < key);
        let at = self.standing(place);
        match at {
            Some((found, line, path)) if found == key => RollProof::Present { line: *line, path },
            at => RollProof::Absent {
                before: place.checked_sub(1).and_then(|place| self.standing(place)).map(neighbour),
                after: at.map(neighbour),
            },
        }
    }

    /// The line at a place, and its path; none at the roll's end.
    fn standing(&self, place: usize) -> Option<(LineKey, &RollLine, InclusionProof)> {
        let (key, line) = self.lines.get(place)?;
        Some((*key, line, self.levels.path(place)?))
    }
}

fn neighbour((key, line, path): (LineKey, &RollLine, InclusionProof)) -> Neighbour {
    Neighbour { key, sealed: line.sealed(), path }
}

/// The parties that an event names, each once: its own, and the other one of a matter.
pub(crate) fn parties_of(event: &Event) -> impl Iterator<Item = Party> + use<> {
    let fact = event.fact();
    let other = match fact.detail() {
        Detail::Matter(matter) => matter.other(),
        _ => None,
    };
    let other = other.filter(|other| Some(*other) != fact.party());
    [fact.party(), other].into_iter().flatten()
}

/// The first event of the first commit recorded at or after a moment, and not after event `last`; `last + 1` where
/// there is none.
fn first_recorded_since(
    store: &dyn Store,
    book: BookId,
    moment: Timestamp,
    last: u64,
) -> Result<u64, Fault> {
    let (mut low, mut high) = (1, last.saturating_add(1));
    while low < high {
        let middle = low + (high - low) / 2;
        let mut commit = None;
        store.commits(book, middle, &mut |stored| {
            commit = Some((stored.first_seq, stored.count, stored.recorded_at));
            Ok(std::ops::ControlFlow::Break(()))
        })?;
        match commit {
            Some((first, count, at)) if at < moment => {
                low = high.min(first.saturating_add(u64::from(count)).max(low + 1))
            }
            Some((first, _, _)) => high = first.max(low).min(middle),
            None => high = middle,
        }
    }
    Ok(low)
}

/// Decodes the record of an event.
fn decode(book: BookId, seq: u64, bytes: &[u8], buffer: &mut Vec<u8>) -> Result<Event, Fault> {
    let fund: &FundSpec = book.fund();
    let event = Record::split(bytes).and_then(|(record, _)| record.decode_with(fund, seq, buffer));
    event
        .map_err(|error| Fault::new(FaultKind::Damaged, format!("book {book}, event {seq}"), error))
}

#[cfg(test)]
mod tests;
