//! A few records taken out of commits, large ones too, without reading all of them.
//!
//! Neither checksums nor columns are looked at: who asks hashes the records and compares a root.

use earmark_core::codec::{FRAME_HEADER_BYTES, Record};
use earmark_core::id::BookId;
use rusqlite::blob::Blob;
use rusqlite::{Connection, MAIN_DB, params};

use crate::schema::MAX_SEQ;

/// A frame of more bytes is read piece by piece, and only where it must be.
const WHOLE_MAX: usize = 1 << 14;

/// How much of a frame is read at once: more than the longest record has.
const PIECE: usize = 1 << 16;

/// How far a record is looked for on either side of where it stands if all are of the same length; if it is not
/// there, how much farther.
const ASIDE: [usize; 2] = [1 << 10, 1 << 14];

/// How much is read at first from where a record was found.
const FIRST_PIECE: usize = 1 << 12;

/// How many bytes the checksum at the end of a frame has.
const CHECKSUM: usize = 4;

/// Where in a record its nonce stands.
const NONCE_AT: usize = 4;

/// The records of event `first_seq` and those after it, `count` of them or as many as there are. Ends early where
/// a frame is not made of records.
pub(crate) fn read(
    connection: &Connection,
    book: BookId,
    nonce: &dyn Fn(u64) -> [u8; 16],
    first_seq: u64,
    count: u32,
) -> rusqlite::Result<Vec<Vec<u8>>> {
    let end = first_seq.saturating_add(u64::from(count));
    let mut wanted = Wanted { nonce, next: first_seq, end, found: Vec::new() };
    if first_seq == 0 || first_seq > MAX_SEQ || count == 0 {
        return Ok(wanted.found);
    }
    // One statement, as each one by itself locks the file and unlocks it again.
    let query = "SELECT position, first_seq, count, CASE WHEN length(frame) <= ?5 THEN frame END \
                 FROM books AS b CROSS JOIN commits AS c WHERE b.area = ?1 AND b.fund = ?2 \
                 AND c.position BETWEEN coalesce((SELECT position FROM commits \
                 WHERE position BETWEEN b.book << 40 AND b.book << 40 | ?3 \
                 ORDER BY position DESC LIMIT 1), b.book << 40) AND b.book << 40 | ?4 \
                 ORDER BY c.position";
    let mut statement = connection.prepare_cached(query)?;
    let (area, fund) = (book.area().code(), book.fund().code());
    let last = MAX_SEQ.min(end - 1);
    let mut rows = statement.query(params![area, fund, first_seq, last, WHOLE_MAX])?;
    while wanted.next < wanted.end
        && let Some(row) = rows.next()?
    {
        let mut seq: u64 = row.get(1)?;
        match row.get_ref(3)?.as_blob_or_null()? {
            Some(frame) => {
                let records = frame.get(FRAME_HEADER_BYTES..frame.len().saturating_sub(CHECKSUM));
                wanted.take(&mut seq, records.unwrap_or_default());
            }
            None => {
                let frame = connection.blob_open(MAIN_DB, "commits", "frame", row.get(0)?, true)?;
                wanted.take_from(seq, row.get(2)?, &frame)?;
            }
        }
    }
    Ok(wanted.found)
}

/// Records that are looked for, one after the other.
struct Wanted<'a> {
    nonce: &'a dyn Fn(u64) -> [u8; 16],
    next: u64,
    end: u64,
    found: Vec<Vec<u8>>,
}

impl Wanted<'_> {
    /// Goes through records from that of event `seq` on, and takes what is wanted. Gives how many bytes it has
    /// gone through.
    fn take(&mut self, seq: &mut u64, bytes: &[u8]) -> usize {
        let mut rest = bytes;
        while self.next < self.end
            && let Ok((record, behind)) = Record::split(rest)
        {
            if *seq == self.next {
                self.found.push(record.bytes().to_vec());
                self.next += 1;
            }
            *seq += 1;
            rest = behind;
        }
        bytes.len() - rest.len()
    }

    /// The same with a large frame, whose first event is `first_seq`.
    fn take_from(&mut self, first_seq: u64, count: u32, frame: &Blob<'_>) -> rusqlite::Result<()> {
        let end = frame.len().saturating_sub(CHECKSUM);
        let (mut seq, mut at) = match self.look(first_seq, count, frame, end)? {
            Some(at) => (self.next, at),
            None => (first_seq, FRAME_HEADER_BYTES),
        };
        let mut piece = Vec::new();
        // What is wanted is a kilobyte or two; only where it is not found at once is more read.
        let mut most = FIRST_PIECE;
        while self.next < self.end && at < end {
            piece.resize(most.min(end - at), 0);
            frame.read_at_exact(&mut piece, at)?;
            match self.take(&mut seq, &piece) {
                0 if most == PIECE => break,
                through => at += through,
            }
            most = PIECE;
        }
        Ok(())
    }

    /// Looks for the next record wanted where it stands if all are of about the same length. It is known by its
    /// nonce. None where it is not there.
    fn look(
        &self,
        first_seq: u64,
        count: u32,
        frame: &Blob<'_>,
        end: usize,
    ) -> rusqlite::Result<Option<usize>> {
        let Some(before) = self.next.checked_sub(first_seq).filter(|before| *before > 0) else {
            return Ok(None);
        };
        let records = u64::try_from(end.saturating_sub(FRAME_HEADER_BYTES)).unwrap_or(0);
        let along = records.saturating_mul(before) / u64::from(count.max(1));
        let middle = FRAME_HEADER_BYTES + usize::try_from(along).unwrap_or(usize::MAX).min(end);
        let nonce = (self.nonce)(self.next);
        for aside in ASIDE {
            let start = middle.saturating_sub(aside).max(FRAME_HEADER_BYTES);
            let stop = middle.saturating_add(aside).min(end);
            let mut window = vec![0; stop.saturating_sub(start)];
            frame.read_at_exact(&mut window, start)?;
            let found = window.windows(nonce.len()).position(|bytes| bytes == nonce);
            if let Some(found) = found.and_then(|found| found.checked_sub(NONCE_AT)) {
                return Ok(Some(start + found));
            }
        }
        Ok(None)
    }
}
