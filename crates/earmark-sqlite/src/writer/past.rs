use earmark_core::codec::Frame;
use earmark_core::decide::Past;
use earmark_core::event::Event;
use earmark_core::id::BookId;
use earmark_core::projection::{Projection, TotalKey, Totals};
use earmark_core::register::Registers;
use earmark_core::store::{decode_total, find_event};
use earmark_core::{Fault, FaultKind};
use rusqlite::{Connection, OptionalExtension, params};

use super::projections::Kept;
use crate::fault::Faults;
use crate::schema::position;

/// The past of a book as the writer's connection sees it, commits of the present transaction
/// included.
pub(crate) struct WrittenPast<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) faults: &'a Faults,
    pub(super) kept: &'a Kept,
    pub(crate) book: BookId,
    pub(crate) number: i64,
}

impl Past for WrittenPast<'_> {
    fn event(&self, seq: u64) -> Result<Option<Event>, Fault> {
        let sql = |error: rusqlite::Error| self.faults.sql(&error);
        let mut statement = self
            .connection
            .prepare_cached(
                "SELECT frame FROM commits WHERE position BETWEEN ?1 AND ?2 \
                 ORDER BY position DESC LIMIT 1",
            )
            .map_err(sql)?;
        let mut rows =
            statement.query([position(self.number, 0), position(self.number, seq)]).map_err(sql)?;
        let Some(row) = rows.next().map_err(sql)? else { return Ok(None) };
        let bytes = row.get_ref(0).map_err(sql)?;
        let bytes = bytes.as_blob().map_err(|error| sql(error.into()))?;
        let frame = Frame::parse(bytes).map_err(|error| {
            Fault::new(FaultKind::Damaged, format!("book {}, event {seq}", self.book), error)
        })?;
        find_event(self.book, &frame, seq)
    }

    fn corrected_minor(&self, seq: u64) -> Result<u64, Fault> {
        self.connection
            .prepare_cached("SELECT amount FROM corrections WHERE book = ?1 AND seq = ?2")
            .and_then(|mut statement| {
                statement.query_row(params![self.number, seq], |row| row.get(0)).optional()
            })
            .map(Option::unwrap_or_default)
            .map_err(|error| self.faults.sql(&error))
    }

    fn text_number(&self, text: &str) -> Result<Option<u32>, Fault> {
        self.connection
            .prepare_cached("SELECT number FROM texts WHERE book = ?1 AND text = ?2")
            .and_then(|mut statement| {
                statement.query_row(params![self.number, text], |row| row.get(0)).optional()
            })
            .map_err(|error| self.faults.sql(&error))
    }

    fn text(&self, number: u32) -> Result<Option<String>, Fault> {
        self.connection
            .prepare_cached("SELECT text FROM texts WHERE book = ?1 AND number = ?2")
            .and_then(|mut statement| {
                statement.query_row(params![self.number, number], |row| row.get(0)).optional()
            })
            .map_err(|error| self.faults.sql(&error))
    }

    fn register(&self, key: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
        self.kept.cell(self.connection, self.faults, Registers::NAME, (self.book, self.number), key)
    }

    fn totals(&self, each: &mut dyn FnMut(TotalKey, u128)) -> Result<(), Fault> {
        let place = (self.book, self.number);
        self.kept.each_cell(self.connection, self.faults, Totals::NAME, place, &mut |key, value| {
            let (key, sum) = decode_total(self.book, key, value)?;
            each(key, sum);
            Ok(())
        })
    }
}
