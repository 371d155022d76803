use super::record::{RECORD_HEADER_BYTES, Record, RecordError, encode_record};
use crate::event::Event;
use crate::id::Key;
use crate::time::Timestamp;

/// The version of every frame written today.
pub const FRAME_VERSION: u8 = 1;

/// Bytes of a frame before its records.
pub const FRAME_HEADER_BYTES: usize = 64;

/// The largest number of events in a commit.
pub const MAX_COMMIT_EVENTS: usize = 65_536;

/// The largest frame, in bytes (16 MiB).
pub const MAX_FRAME_BYTES: usize = 1 << 24;

const MAGIC: [u8; 4] = *b"EMKC";
const CHECKSUM_BYTES: usize = 4;

/// The stored bytes of one commit: a header, the records of its events, a checksum.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    book: [u8; 16],
    first_seq: u64,
    count: u32,
    recorded_at: Timestamp,
    key: Key,
    records: &'a [u8],
}

impl<'a> Frame<'a> {
    /// Reads a frame: its header, its length and its checksum. Records are read as they are asked
    /// for.
    ///
    /// # Errors
    /// [`FrameError`], saying what is not as it was written.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, FrameError> {
        let found = bytes.len();
        if !(FRAME_HEADER_BYTES + CHECKSUM_BYTES..=MAX_FRAME_BYTES).contains(&found) {
            return Err(FrameError::Length { found });
        }
        let mut fields = Fields(bytes);
        let magic: [u8; 4] = fields.take()?;
        if magic != MAGIC {
            return Err(FrameError::Magic);
        }
        let [version, reserved @ ..]: [u8; 4] = fields.take()?;
        if version != FRAME_VERSION || reserved != [0; 3] {
            return Err(FrameError::Version { version });
        }
        let (body, checksum) =
            bytes.split_last_chunk::<CHECKSUM_BYTES>().ok_or(FrameError::Length { found })?;
        if crc32fast::hash(body) != u32::from_le_bytes(*checksum) {
            return Err(FrameError::Checksum);
        }
        let book = fields.take()?;
        let first_seq = u64::from_le_bytes(fields.take()?);
        let recorded_at = i64::from_le_bytes(fields.take()?);
        let key = Key::from_bytes(fields.take()?);
        let count = u32::from_le_bytes(fields.take()?);
        let length = u32::from_le_bytes(fields.take()?);
        let records = body.get(FRAME_HEADER_BYTES..).ok_or(FrameError::Length { found })?;
        if usize::try_from(length) != Ok(records.len()) {
            return Err(FrameError::Length { found });
        }
        let counts = 1..=u32::try_from(MAX_COMMIT_EVENTS).unwrap_or(u32::MAX);
        if first_seq == 0
            || !counts.contains(&count)
            || first_seq.checked_add(u64::from(count)).is_none()
        {
            return Err(FrameError::Header);
        }
        let recorded_at = Timestamp::from_micros(recorded_at).ok_or(FrameError::Header)?;
        Ok(Self { book, first_seq, count, recorded_at, key, records })
    }

    /// The digest of the book.
    #[must_use]
    pub const fn book(&self) -> [u8; 16] {
        self.book
    }

    /// The sequence number of its first event.
    #[must_use]
    pub const fn first_seq(&self) -> u64 {
        self.first_seq
    }

    /// How many events it has.
    #[must_use]
    pub const fn count(&self) -> u32 {
        self.count
    }

    /// The sequence number of its last event.
    #[must_use]
    pub fn last_seq(&self) -> u64 {
        self.first_seq + u64::from(self.count) - 1
    }

    /// When it was recorded.
    #[must_use]
    pub const fn recorded_at(&self) -> Timestamp {
        self.recorded_at
    }

    /// Its idempotency key.
    #[must_use]
    pub const fn key(&self) -> Key {
        self.key
    }

    /// Its records in order. Ends after the first that cannot be split off, or where their number is
    /// not that of the header.
    pub fn records(&self) -> impl Iterator<Item = Result<Record<'a>, RecordError>> + use<'a> {
        Records { rest: self.records, left: self.count }
    }
}

struct Records<'a> {
    rest: &'a [u8],
    left: u32,
}

impl<'a> Iterator for Records<'a> {
    type Item = Result<Record<'a>, RecordError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.left == 0 {
            let found = self.rest.len();
            self.rest = &[];
            return (found > 0).then_some(Err(RecordError::Length { found }));
        }
        self.left -= 1;
        match Record::split(self.rest) {
            Ok((record, rest)) => {
                self.rest = rest;
                Some(Ok(record))
            }
            Err(error) => {
                (self.left, self.rest) = (0, &[]);
                Some(Err(error))
            }
        }
    }
}

struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], FrameError> {
        let found = self.0.len();
        let (field, rest) = self.0.split_first_chunk().ok_or(FrameError::Length { found })?;
        self.0 = rest;
        Ok(*field)
    }
}

/// The frame of a commit whose records somebody else kept: the bytes that were stored, from the records, their
/// place and the key. The recording time is that of the first record. Read it with [`Frame::parse`], and replay it:
/// nothing of the records is checked here.
///
/// # Errors
/// [`FrameError::Header`] where there are no records, or more than a commit has; [`FrameError::Length`] where they
/// are longer than a commit's, or the first is too short to be one.
pub fn frame_of<'r>(
    book: [u8; 16],
    first_seq: u64,
    key: Key,
    records: impl IntoIterator<Item = &'r [u8]>,
) -> Result<Vec<u8>, FrameError> {
    let mut records = records.into_iter().peekable();
    let first = records.peek().ok_or(FrameError::Header)?;
    let recorded_at = first
        .get(RECORD_HEADER_BYTES..)
        .and_then(|body| body.first_chunk::<8>())
        .ok_or(FrameError::Length { found: first.len() })?;
    let recorded_at = i64::from_le_bytes(*recorded_at);
    let recorded_at = Timestamp::from_micros(recorded_at).ok_or(FrameError::Header)?;
    let mut frame = FrameWriter::new(book, first_seq, recorded_at, key, 0);
    for record in records {
        frame.bytes.extend_from_slice(record);
        frame.count = frame.count.saturating_add(1);
        if frame.len() > MAX_FRAME_BYTES {
            return Err(FrameError::Length { found: frame.len() });
        }
    }
    Ok(frame.finish())
}

/// Builds a frame record by record.
pub(crate) struct FrameWriter {
    bytes: Vec<u8>,
    count: u32,
}

impl FrameWriter {
    pub(crate) fn new(
        book: [u8; 16],
        first_seq: u64,
        recorded_at: Timestamp,
        key: Key,
        events: usize,
    ) -> Self {
        let mut bytes = Vec::with_capacity(FRAME_HEADER_BYTES + CHECKSUM_BYTES + events * 96);
        bytes.extend_from_slice(&MAGIC);
        bytes.extend_from_slice(&[FRAME_VERSION, 0, 0, 0]);
        bytes.extend_from_slice(&book);
        bytes.extend_from_slice(&first_seq.to_le_bytes());
        bytes.extend_from_slice(&recorded_at.micros().to_le_bytes());
        bytes.extend_from_slice(&key.bytes());
        bytes.extend_from_slice(&[0; 8]); // count and length, known at the end
        Self { bytes, count: 0 }
    }

    /// Appends an event and gives the bytes of its record.
    pub(crate) fn push(&mut self, event: &Event, nonce: &[u8; 16]) -> &[u8] {
        let start = self.bytes.len();
        encode_record(event, nonce, &mut self.bytes);
        self.count += 1;
        self.bytes.get(start..).unwrap_or_default()
    }

    /// How many bytes the frame will have.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len() + CHECKSUM_BYTES
    }

    /// Completes the header and adds the checksum.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        let length = u32::try_from(self.bytes.len() - FRAME_HEADER_BYTES).unwrap_or(u32::MAX);
        if let Some(field) = self.bytes.get_mut(FRAME_HEADER_BYTES - 8..FRAME_HEADER_BYTES) {
            let (count, bytes) = field.split_at_mut(4);
            count.copy_from_slice(&self.count.to_le_bytes());
            bytes.copy_from_slice(&length.to_le_bytes());
        }
        let checksum = crc32fast::hash(&self.bytes);
        self.bytes.extend_from_slice(&checksum.to_le_bytes());
        self.bytes
    }
}

/// Why bytes are not the frame of a commit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FrameError {
    /// The length is not that of a frame, or not the one its header states.
    #[error("the frame's length is not the one it states, {found} bytes were found")]
    Length {
        /// The length found.
        found: usize,
    },
    /// The first four bytes are not a frame's.
    #[error("the bytes do not begin like a frame (expected `EMKC`)")]
    Magic,
    /// The frame's version is unknown. A newer program may know it.
    #[error("frame version {version} is unknown to this program, which knows {FRAME_VERSION}")]
    Version {
        /// The version found.
        version: u8,
    },
    /// The checksum does not fit the bytes.
    #[error("the frame's checksum does not fit its bytes")]
    Checksum,
    /// The header states what no commit has.
    #[error("the frame's header states what no commit has")]
    Header,
}
