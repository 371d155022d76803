use std::collections::{BTreeMap, BTreeSet};

use super::{decode, first_recorded_since, parties_of};
use crate::error::Fault;
use crate::id::Party;
use crate::time::{Period, Timestamp};
use crate::tree::{BookTree, each_record};

/// A record that names a party.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartyRecord {
    /// The event's sequence number.
    pub seq: u64,
    /// Its stored bytes.
    pub record: Vec<u8>,
}

/// The records of a book that a roll counts to the lines of these parties: for each its own, in the order of
/// the book, up to the event that closed the period. A party without any has no entry.
///
/// Reads the period once, however many parties are asked for; who needs the records of many asks for
/// as many at once as memory holds (about 110 bytes an event).
///
/// # Errors
/// [`Fault`] where the store cannot be read, or bytes are damaged.
pub fn party_records(
    tree: &BookTree<'_>,
    period: Period,
    closing: u64,
    parties: &BTreeSet<Party>,
) -> Result<BTreeMap<Party, Vec<PartyRecord>>, Fault> {
    let (store, book) = (tree.store(), tree.book());
    let moment = Timestamp::start_of(period.first(), store.settings().utc_offset);
    let mut seq = first_recorded_since(store, book, moment, closing)?;
    let mut found = BTreeMap::<_, Vec<_>>::new();
    let mut buffer = Vec::new();
    each_record(store, book, seq.saturating_sub(1), closing, &mut |bytes| {
        let event = decode(book, seq, bytes, &mut buffer)?;
        seq += 1;
        if period.contains(event.effective_on()) {
            for party in parties_of(&event).filter(|party| parties.contains(party)) {
                let record = PartyRecord { seq: event.seq(), record: bytes.to_vec() };
                found.entry(party).or_default().push(record);
            }
        }
        Ok(())
    })?;
    Ok(found)
}
