//! The rows of a book, given one by one as the connection comes upon them. It is held meanwhile.

use std::ops::ControlFlow;

use earmark_core::id::{BookId, Key};
use earmark_core::store::{EachCell, StoredCommit};
use earmark_core::time::Timestamp;
use earmark_core::{Fault, FaultKind};
use earmark_tlog::Hash;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::schema::{MAX_SEQ, position};
use crate::store::SqliteStore;

/// From which commit on a book is read.
#[derive(Clone, Copy)]
pub(crate) enum Start {
    /// The one that holds this event, or the first after it.
    Holding(u64),
    /// The one after that which begins at this event.
    After(u64),
}

/// A commit copied out of the connection.
pub(crate) struct CopiedCommit {
    pub(crate) first_seq: u64,
    count: u32,
    recorded_at: Timestamp,
    key: Key,
    root: Hash,
    frame: Vec<u8>,
}

impl CopiedCommit {
    pub(crate) fn of(commit: &StoredCommit<'_>) -> Self {
        let StoredCommit { first_seq, count, recorded_at, key, root, frame } = *commit;
        Self { first_seq, count, recorded_at, key, root, frame: frame.to_vec() }
    }

    pub(crate) fn commit(&self) -> StoredCommit<'_> {
        let Self { first_seq, count, recorded_at, key, root, ref frame } = *self;
        StoredCommit { first_seq, count, recorded_at, key, root, frame }
    }
}

/// Reads a commit's columns. The frame stays where SQLite holds it. None where the row is not in its
/// place.
fn stored_commit<'r>(row: &'r Row<'_>, book: i64) -> rusqlite::Result<Option<StoredCommit<'r>>> {
    let frame = row.get_ref(5)?.as_blob()?;
    let in_place =
        row.get::<_, i64>(6)? == position(book, row.get(0)?) && row.get::<_, i64>(7)? == book;
    let Some(recorded_at) = Timestamp::from_micros(row.get(2)?).filter(|_| in_place) else {
        return Ok(None);
    };
    Ok(Some(StoredCommit {
        first_seq: row.get(0)?,
        count: row.get(1)?,
        recorded_at,
        key: Key::from_bytes(row.get(3)?),
        root: Hash(row.get(4)?),
        frame,
    }))
}

impl SqliteStore {
    /// Gives commits as they come.
    pub(crate) fn commits_from(
        &self,
        book: BookId,
        from: Start,
        each: &mut dyn FnMut(StoredCommit<'_>) -> Result<ControlFlow<()>, Fault>,
    ) -> Result<(), Fault> {
        self.with_book(book, |connection, number| {
            let start = match from {
                Start::After(first_seq) => position(number, first_seq) + 1,
                Start::Holding(seq) => self.position_of(connection, number, seq)?,
            };
            let mut statement = self.sql(connection.prepare_cached(
                "SELECT first_seq, count, recorded_at, key, root, frame, position, book FROM commits \
                 WHERE position BETWEEN ?1 AND ?2 ORDER BY position",
            ))?;
            let mut rows = self.sql(statement.query([start, position(number, MAX_SEQ)]))?;
            while let Some(row) = self.sql(rows.next())? {
                let commit = self.sql(stored_commit(row, number))?.ok_or_else(|| {
                    let what = format!(
                        "book {book}: a commit's position, book or recording time is not what it \
                         must be"
                    );
                    self.faults.fault(FaultKind::Damaged, what)
                })?;
                if each(commit)?.is_break() {
                    break;
                }
            }
            Ok(())
        })
        .map(|_| ())
    }

    /// Where the commit is that holds an event: the last one that begins at it or before it.
    fn position_of(&self, connection: &Connection, number: i64, seq: u64) -> Result<i64, Fault> {
        let query = "SELECT position FROM commits WHERE position BETWEEN ?1 AND ?2 \
                     AND first_seq + count > ?3 ORDER BY position DESC LIMIT 1";
        let found: Option<i64> =
            self.sql(connection.prepare_cached(query).and_then(|mut statement| {
                let seq = seq.min(MAX_SEQ);
                let range = params![position(number, 0), position(number, seq), seq];
                statement.query_row(range, |row| row.get(0)).optional()
            }))?;
        Ok(found.unwrap_or_else(|| position(number, seq)))
    }

    /// Gives corrections as they come.
    pub(crate) fn corrections_from(
        &self,
        book: BookId,
        from: i64,
        each: &mut dyn FnMut(u64, u64) -> Result<ControlFlow<()>, Fault>,
    ) -> Result<(), Fault> {
        self.with_book(book, |connection, id| {
            let query =
                "SELECT seq, amount FROM corrections WHERE book = ?1 AND seq >= ?2 ORDER BY seq";
            let mut statement = self.sql(connection.prepare_cached(query))?;
            let mut rows = self.sql(statement.query([id, from]))?;
            while let Some(row) = self.sql(rows.next())? {
                if each(self.sql(row.get(0))?, self.sql(row.get(1))?)?.is_break() {
                    break;
                }
            }
            Ok(())
        })
        .map(|_| ())
    }

    /// Gives cells as they come.
    pub(crate) fn cells_from(
        &self,
        book: BookId,
        projection: &str,
        from: &[u8],
        each: &mut EachCell<'_>,
    ) -> Result<(), Fault> {
        self.with_book(book, |connection, id| {
            let query = "SELECT key, value FROM cells \
                         WHERE projection = (SELECT projection FROM projections WHERE name = ?1) \
                         AND book = ?2 AND key >= ?3 ORDER BY key";
            let mut statement = self.sql(connection.prepare_cached(query))?;
            let mut rows = self.sql(statement.query(params![projection, id, from]))?;
            while let Some(row) = self.sql(rows.next())? {
                let cell = || -> rusqlite::Result<(&[u8], &[u8])> {
                    Ok((row.get_ref(0)?.as_blob()?, row.get_ref(1)?.as_blob()?))
                };
                let (key, value) = self.sql(cell())?;
                if each(key, value)?.is_break() {
                    break;
                }
            }
            Ok(())
        })
        .map(|_| ())
    }
}
