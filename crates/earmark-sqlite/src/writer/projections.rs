use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use earmark_core::codec::Frame;
use earmark_core::event::Recorded;
use earmark_core::fund::FundSpec;
use earmark_core::id::BookId;
use earmark_core::projection::{AnyProjection, Projection, Totals};
use earmark_core::register::Registers;
use earmark_core::{Fault, FaultKind};
use rusqlite::{Connection, OptionalExtension, params};

use super::Work;
use crate::books;
use crate::fault::Faults;
use crate::schema::position;

/// The projections kept in the transactions of the commits.
#[derive(Default)]
pub(super) struct Kept {
    attached: Vec<One>,
}

/// One of them, and up to which event of each book it has been kept.
struct One {
    id: i64,
    projection: Box<dyn AnyProjection>,
    positions: HashMap<i64, u64>,
}

/// Takes each cell of a book: key and value.
type GiveCell<'a> = dyn FnMut(&[u8], &[u8]) -> Result<(), Fault> + 'a;

impl Kept {
    pub(super) fn forget(&mut self) {
        for one in &mut self.attached {
            one.projection.forget();
            one.positions.clear();
        }
    }

    fn find(&self, name: &str) -> Option<&One> {
        self.attached.iter().find(|one| one.projection.name() == name)
    }

    /// Applies the events of one commit, after whatever the projection has not seen before them: a
    /// book of a fund that was not known when the projection was attached.
    pub(super) fn apply(
        &mut self,
        connection: &Connection,
        faults: &Faults,
        book: i64,
        events: &[Recorded],
    ) -> Result<(), Fault> {
        let (Some(first), Some(last)) = (events.first(), events.last()) else { return Ok(()) };
        for One { id, projection, positions } in &mut self.attached {
            let log = Log { connection, faults, id: *id, book: first.book(), number: book };
            let mut seen = match positions.get(&book) {
                Some(seen) => *seen,
                None => log.seen()?,
            };
            while seen + 1 < first.seq() {
                seen = log.apply_chunk(&mut **projection, seen, first.seq() - 1)?;
            }
            apply(connection, faults, *id, &mut **projection, book, events)?;
            positions.insert(book, last.seq());
        }
        Ok(())
    }

    /// Brings the projections that decisions look things up in to a book's last event, `end`. One whose fund
    /// was not known when the ledger was opened is behind.
    pub(super) fn catch_up(
        &mut self,
        connection: &Connection,
        faults: &Faults,
        book: BookId,
        number: i64,
        end: u64,
    ) -> Result<(), Fault> {
        for One { id, projection, positions } in &mut self.attached {
            let looked_up = matches!(projection.name(), Totals::NAME | Registers::NAME);
            if !looked_up || positions.get(&number) == Some(&end) {
                continue;
            }
            let log = Log { connection, faults, id: *id, book, number };
            let mut seen = match positions.get(&number) {
                Some(seen) => *seen,
                None => log.seen()?,
            };
            if seen < end {
                while seen < end {
                    seen = log.apply_chunk(&mut **projection, seen, end)?;
                }
                // Noted at once: its cells are written even where the proposal is then refused.
                mark(connection, *id, number, seen).map_err(|error| faults.sql(&error))?;
            }
            positions.insert(number, seen);
        }
        Ok(())
    }

    /// A cell as it is after what this transaction has applied: held, or else stored.
    pub(super) fn cell(
        &self,
        connection: &Connection,
        faults: &Faults,
        name: &str,
        (book, number): (BookId, i64),
        key: &[u8],
    ) -> Result<Option<Vec<u8>>, Fault> {
        let Some(One { id, projection, .. }) = self.find(name) else { return Ok(None) };
        match projection.held(book, key) {
            Some(held) => Ok(held),
            None => stored_cell(connection, faults, *id, number, key),
        }
    }

    /// Every cell of a book as it is after what this transaction has applied, in no order.
    pub(super) fn each_cell(
        &self,
        connection: &Connection,
        faults: &Faults,
        name: &str,
        (book, number): (BookId, i64),
        each: &mut GiveCell<'_>,
    ) -> Result<(), Fault> {
        let Some(One { id, projection, .. }) = self.find(name) else { return Ok(()) };
        let mut held = HashSet::new();
        let mut given = Ok(());
        projection.each_held(book, &mut |key, value| {
            held.insert(key.to_vec());
            if let (Some(value), Ok(())) = (value, &given) {
                given = each(key, value);
            }
        });
        given?;
        let sql = |error: rusqlite::Error| faults.sql(&error);
        let query = "SELECT key, value FROM cells WHERE projection = ?1 AND book = ?2";
        let mut statement = connection.prepare_cached(query).map_err(sql)?;
        let mut rows = statement.query([*id, number]).map_err(sql)?;
        while let Some(row) = rows.next().map_err(sql)? {
            let cell = || -> rusqlite::Result<(&[u8], &[u8])> {
                Ok((row.get_ref(0)?.as_blob()?, row.get_ref(1)?.as_blob()?))
            };
            let (key, value) = cell().map_err(sql)?;
            if !held.contains(key) {
                each(key, value)?;
            }
        }
        Ok(())
    }

    /// Notes up to which event of a book the projections are kept.
    pub(super) fn advance(
        &self,
        connection: &Connection,
        faults: &Faults,
        book: i64,
        seq: u64,
    ) -> Result<(), Fault> {
        let advance = |one: &One| mark(connection, one.id, book, seq);
        self.attached.iter().try_for_each(advance).map_err(|error| faults.sql(&error))
    }

    pub(super) fn flush(&mut self, connection: &Connection, faults: &Faults) -> Result<(), Fault> {
        self.attached
            .iter_mut()
            .try_for_each(|one| flush(connection, faults, one.id, &mut *one.projection))
    }
}

/// Applies events of one book, reading stored cells where the projection does not hold them.
fn apply(
    connection: &Connection,
    faults: &Faults,
    id: i64,
    projection: &mut dyn AnyProjection,
    book: i64,
    events: &[Recorded],
) -> Result<(), Fault> {
    let source = |_: BookId, key: &[u8]| stored_cell(connection, faults, id, book, key);
    let name = projection.name();
    guarded(name, faults, || {
        events.iter().try_for_each(|recorded| projection.apply(recorded, &source))
    })
}

fn stored_cell(
    connection: &Connection,
    faults: &Faults,
    id: i64,
    book: i64,
    key: &[u8],
) -> Result<Option<Vec<u8>>, Fault> {
    connection
        .prepare_cached("SELECT value FROM cells WHERE projection = ?1 AND book = ?2 AND key = ?3")
        .and_then(|mut statement| {
            statement.query_row(params![id, book, key], |row| row.get(0)).optional()
        })
        .map_err(|error| faults.sql(&error))
}

/// Runs a projection's own code. Where it panics, the commit fails and the writer goes on.
fn guarded(
    name: &str,
    faults: &Faults,
    run: impl FnOnce() -> Result<(), Fault>,
) -> Result<(), Fault> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| {
        let what = format!("projection `{name}` panicked; nothing of the commit was recorded");
        Err(faults.fault(FaultKind::Projection, what))
    })
}

fn flush(
    connection: &Connection,
    faults: &Faults,
    id: i64,
    projection: &mut dyn AnyProjection,
) -> Result<(), Fault> {
    let mut placed: Option<(BookId, i64)> = None;
    let name = projection.name();
    let mut write = |book: BookId, key: &[u8], value: Option<&[u8]>| {
        let number = match placed {
            Some((held, number)) if held == book => number,
            _ => {
                let number = books::number(connection, book, faults)?.ok_or_else(|| {
                    faults.fault(FaultKind::Missing, format!("book {book} was never created"))
                })?;
                placed = Some((book, number));
                number
            }
        };
        let written = match value {
            Some(value) => connection
                .prepare_cached(
                    "INSERT INTO cells (projection, book, key, value) VALUES (?1, ?2, ?3, ?4) \
                     ON CONFLICT (projection, book, key) DO UPDATE SET value = excluded.value",
                )
                .and_then(|mut statement| statement.execute(params![id, number, key, value])),
            None => connection
                .prepare_cached(
                    "DELETE FROM cells WHERE projection = ?1 AND book = ?2 AND key = ?3",
                )
                .and_then(|mut statement| statement.execute(params![id, number, key])),
        };
        written.map(drop).map_err(|error| faults.sql(&error))
    };
    guarded(name, faults, || projection.flush(&mut write))
}

fn mark(connection: &Connection, id: i64, book: i64, seq: u64) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO projected (projection, book, seq) VALUES (?1, ?2, ?3) \
             ON CONFLICT (projection, book) DO UPDATE SET seq = excluded.seq",
        )?
        .execute(params![id, book, seq])
        .map(drop)
}

/// The log of one book, as one projection catches up with it.
struct Log<'a> {
    connection: &'a Connection,
    faults: &'a Faults,
    id: i64,
    book: BookId,
    number: i64,
}

impl Log<'_> {
    /// Up to which event the projection has been kept.
    fn seen(&self) -> Result<u64, Fault> {
        let query = "SELECT seq FROM projected WHERE projection = ?1 AND book = ?2";
        self.connection
            .query_row(query, [self.id, self.number], |row| row.get(0))
            .optional()
            .map(Option::unwrap_or_default)
            .map_err(|error| self.faults.sql(&error))
    }

    /// Applies the next commits after `seen`, none that begins after `until`. Gives the last event
    /// applied.
    fn apply_chunk(
        &self,
        projection: &mut dyn AnyProjection,
        seen: u64,
        until: u64,
    ) -> Result<u64, Fault> {
        let sql = |error: rusqlite::Error| self.faults.sql(&error);
        let (book, number) = (self.book, self.number);
        let mut statement = self
            .connection
            .prepare_cached(
                "SELECT frame FROM commits WHERE position BETWEEN ?1 AND ?2 ORDER BY position",
            )
            .map_err(sql)?;
        let mut rows =
            statement.query([position(number, seen + 1), position(number, until)]).map_err(sql)?;
        let mut last = seen;
        for _ in 0..CATCH_UP_COMMITS {
            let Some(row) = rows.next().map_err(sql)? else { break };
            let damaged = |error: &dyn std::fmt::Display| {
                let at = format!("book {book}, after event {last}");
                Fault::new(FaultKind::Damaged, at, error)
            };
            let bytes = row.get_ref(0).map_err(sql)?;
            let bytes = bytes.as_blob().map_err(|error| sql(error.into()))?;
            let frame = Frame::parse(bytes).map_err(|error| damaged(&error))?;
            if frame.first_seq() != last + 1 {
                return Err(damaged(&"commits are missing; verify the ledger"));
            }
            let mut events = Vec::new();
            let mut buffer = Vec::new();
            for (record, seq) in frame.records().zip(frame.first_seq()..) {
                let recorded = record
                    .and_then(|record| record.decode_with(book.fund(), seq, &mut buffer))
                    .map_err(|error| damaged(&error))?;
                events.push(Recorded::from_log(book, recorded));
            }
            apply(self.connection, self.faults, self.id, projection, number, &events)?;
            last = frame.last_seq();
        }
        if last == seen {
            let what = format!("book {book}: commits after event {seen} are missing; verify it");
            return Err(self.faults.fault(FaultKind::Damaged, what));
        }
        Ok(last)
    }
}

/// How many commits are caught up with in one transaction.
const CATCH_UP_COMMITS: usize = 64;

impl Work {
    /// Brings a projection up to date and keeps it from then on.
    pub(super) fn attach(
        &mut self,
        mut projection: Box<dyn AnyProjection>,
        funds: &[&'static FundSpec],
    ) -> Result<(), Fault> {
        let (name, version) = (projection.name(), projection.version());
        if let Some(One { projection: held, .. }) = self.kept.find(name) {
            return if held.version() == version {
                Ok(())
            } else {
                Err(self.version_fault(name, held.version(), version))
            };
        }
        let stored: Option<(i64, u32)> = self
            .connection
            .query_row(
                "SELECT projection, version FROM projections WHERE name = ?1",
                [name],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .optional()
            .map_err(|error| self.faults.sql(&error))?;
        let id = match stored {
            Some((id, stored)) if stored == version => id,
            Some((_, stored)) if stored > version => {
                return Err(self.version_fault(name, stored, version));
            }
            Some((id, _)) => {
                self.in_transaction(|connection| clear(connection, id, version, id))?
            }
            None => self.in_transaction(|connection| {
                connection.execute(
                    "INSERT INTO projections (name, version) VALUES (?1, ?2)",
                    params![name, version],
                )?;
                Ok(connection.last_insert_rowid())
            })?,
        };
        self.catch_up(id, &mut *projection, funds, true)?;
        self.kept.attached.push(One { id, projection, positions: HashMap::new() });
        Ok(())
    }

    /// Builds a projection again, in one transaction: readers see the old cells or the new ones.
    pub(super) fn rebuild(&mut self, name: &str, funds: &[&'static FundSpec]) -> Result<(), Fault> {
        let held = self.kept.find(name).map(|one| (one.id, one.projection.fresh()));
        let Some((id, mut fresh)) = held else {
            let what = format!("projection `{name}` is not attached");
            return Err(self.faults.fault(FaultKind::Projection, what));
        };
        let version = fresh.version();
        let begin = self.connection.execute_batch("BEGIN IMMEDIATE");
        begin.map_err(|error| self.faults.sql(&error))?;
        let built = clear(&self.connection, id, version, ())
            .map_err(|error| self.faults.sql(&error))
            .and_then(|()| self.catch_up(id, &mut *fresh, funds, false))
            .and_then(|()| {
                self.connection.execute_batch("COMMIT").map_err(|error| self.faults.sql(&error))
            });
        self.kept.forget();
        if built.is_err() && !self.connection.is_autocommit() {
            let _ = self.connection.execute_batch("ROLLBACK");
        }
        built
    }

    /// Applies what a projection has not seen, in chunks, each in a transaction of its own if asked.
    fn catch_up(
        &self,
        id: i64,
        projection: &mut dyn AnyProjection,
        funds: &[&'static FundSpec],
        chunked: bool,
    ) -> Result<(), Fault> {
        let sql = |error: rusqlite::Error| self.faults.sql(&error);
        for listed in books::list(&self.connection, &self.faults)? {
            // Books of unknown funds stay behind, and are caught up with by a program that knows them.
            let Some(book) = BookId::find(listed.area, &listed.fund, funds) else { continue };
            let Some(stored) = books::load(&self.connection, book, &self.faults)? else { continue };
            let log = Log {
                connection: &self.connection,
                faults: &self.faults,
                id,
                book,
                number: stored.number,
            };
            let end = stored.state.seq();
            let mut seen = log.seen()?;
            if end == 0 {
                mark(&self.connection, id, stored.number, 0).map_err(sql)?;
            }
            while seen < end {
                if chunked {
                    self.connection.execute_batch("BEGIN IMMEDIATE").map_err(sql)?;
                }
                let applied = log.apply_chunk(projection, seen, end).and_then(|last| {
                    flush(&self.connection, &self.faults, id, projection)?;
                    mark(&self.connection, id, stored.number, last).map_err(sql)?;
                    Ok(last)
                });
                if chunked {
                    let end = if applied.is_ok() { "COMMIT" } else { "ROLLBACK" };
                    self.connection.execute_batch(end).map_err(sql)?;
                }
                seen = applied?;
            }
        }
        Ok(())
    }

    fn in_transaction<T>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, Fault> {
        let transaction = self.connection.unchecked_transaction();
        transaction
            .and_then(|transaction| {
                let result = work(&transaction)?;
                transaction.commit()?;
                Ok(result)
            })
            .map_err(|error| self.faults.sql(&error))
    }

    fn version_fault(&self, name: &str, held: u32, given: u32) -> Fault {
        self.faults.fault(
            FaultKind::Projection,
            format!("projection `{name}` is kept in version {held}, version {given} was given"),
        )
    }
}

/// Removes a projection's cells and sets its version.
fn clear<T>(connection: &Connection, id: i64, version: u32, result: T) -> rusqlite::Result<T> {
    connection.execute("DELETE FROM cells WHERE projection = ?1", [id])?;
    connection.execute("DELETE FROM projected WHERE projection = ?1", [id])?;
    connection.execute(
        "UPDATE projections SET version = ?2 WHERE projection = ?1",
        params![id, version],
    )?;
    Ok(result)
}
