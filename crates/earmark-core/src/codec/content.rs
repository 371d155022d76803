//! What an event says, apart from where it stands: for promises that are given before it is recorded.

use super::record::{RECORD_HEADER_BYTES, Record, RecordError, encode_record};
use crate::command::Draft;
use crate::event::{Event, FactError};
use crate::fund::FundSpec;
use crate::time::Timestamp;

/// Bytes of a body before what the event says: the moment of recording.
const MOMENT_BYTES: usize = 8;

/// The content of an event: the kind (1 byte), the version of the body (1 byte), and the body, in which the moment
/// of recording (its first 8 bytes) is zero.
///
/// It is known before the event is recorded, and follows from the record afterwards. The nonce of the place is not
/// part of it, and neither are book and sequence number.
///
/// ```
/// # use earmark_core::{account::*, codec::{Content, Record}, command::*, fund::*, id::*, ledger::*, money::yuan};
/// # use earmark_core::{store::*, time::*};
/// # let settings = Settings { id: LedgerId([1; 16]), secret: LedgerSecret::from_bytes([2; 32]), utc_offset: UtcOffset::CHINA };
/// # let noon = Timestamp::start_of(day("2021-07-01").unwrap(), UtcOffset::CHINA);
/// # let ledger = Ledger::new(MemoryStore::new(settings), noon);
/// # let book = ledger.book::<WorkInjury>(area("320100").unwrap()).unwrap();
/// # let papers = Papers { register: "register", document: 1, basis: "basis", actor: "actor" };
/// # let voucher = book.voucher(day("2021-06-15").unwrap(), papers).unwrap();
/// let mut batch = Batch::<WorkInjury>::new();
/// batch.push(&voucher, OpenAccount(TreasuryDeposit));
/// let promised = Content::of_draft(WorkInjury::SPEC, &batch.clone().into_any().drafts()[0]).unwrap();
///
/// let receipt = book.record_batch(key("open"), batch).unwrap();
/// let proved = book.tree().unwrap().prove(receipt.last_seq()).unwrap().unwrap();
/// let (record, _) = Record::split(&proved.record).unwrap();
/// assert_eq!(Content::of_record(record).unwrap(), promised);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Content(Vec<u8>);

impl Content {
    /// What a draft will say once it is recorded.
    ///
    /// # Errors
    /// [`FactError`] where the draft is not lawful in shape: it would not be recorded.
    pub fn of_draft(fund: &FundSpec, draft: &Draft) -> Result<Self, FactError> {
        let event = Event {
            seq: 0,
            recorded_at: Timestamp::MIN,
            voucher: draft.voucher,
            fact: draft.fact.clone().checked(fund)?,
        };
        let mut record = Vec::new();
        encode_record(&event, &[0; 16], &mut record);
        Ok(Self::of_bytes(&record))
    }

    /// What a record says.
    ///
    /// # Errors
    /// [`RecordError::Length`] where it is too short for any body.
    pub fn of_record(record: Record<'_>) -> Result<Self, RecordError> {
        moment_of(record)?;
        Ok(Self::of_bytes(record.bytes()))
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    fn of_bytes(record: &[u8]) -> Self {
        let mut bytes = record.get(2..4).unwrap_or_default().to_vec();
        bytes.extend_from_slice(&[0; MOMENT_BYTES]);
        let said = record.get(RECORD_HEADER_BYTES + MOMENT_BYTES..).unwrap_or_default();
        bytes.extend_from_slice(said);
        Self(bytes)
    }
}

/// When a record says that it was recorded: the first 8 bytes of every body.
///
/// # Errors
/// [`RecordError::Length`] where it is too short, [`RecordError::Value`] where there is no such moment.
pub fn moment_of(record: Record<'_>) -> Result<Timestamp, RecordError> {
    let found = record.bytes().len();
    let body = record.bytes().get(RECORD_HEADER_BYTES..).unwrap_or_default();
    let moment = body.first_chunk::<MOMENT_BYTES>().ok_or(RecordError::Length { found })?;
    Timestamp::from_micros(i64::from_le_bytes(*moment))
        .ok_or(RecordError::Value { field: "recorded_at" })
}

#[cfg(test)]
mod tests {
    /// What is cut out of a record is where every body has the moment of recording, today's and tomorrow's.
    #[test]
    fn every_body_begins_with_the_moment() {
        let wire = include_str!("wire.rs");
        let bodies: Vec<_> = wire
            .split("pub(super) struct ")
            .skip(1)
            .filter_map(|rest| rest.split_once(" {\n"))
            .map(|(name, rest)| (name, rest.lines().next().unwrap().trim()))
            .collect();
        assert!(bodies.len() >= 12, "{bodies:?}");
        for (name, first) in bodies {
            let expected = match name {
                "VoucherV1" => "pub(super) recorded_at: i64,",
                "LinksV1" => "pub(super) correlation: Option<[u8; 16]>,",
                _ => "pub(super) voucher: VoucherV1,",
            };
            assert_eq!(first, expected, "{name}");
        }
    }
}
