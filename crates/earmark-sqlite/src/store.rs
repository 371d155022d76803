use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::{Arc, PoisonError};

use earmark_core::commit::{Head, Proposal};
use earmark_core::fund::FundSpec;
use earmark_core::id::BookId;
use earmark_core::projection::{AnyProjection, Projection};
use earmark_core::register::Registers;
use earmark_core::rules::FundRules;
use earmark_core::store::{
    EachCell, Projected, Settings, Store, StorePast, StoredBook, StoredCommit, check_definition,
    check_vocabulary,
};
use earmark_core::submission::{Submission, submission};
use earmark_core::tree::subtrees_of_records;
use earmark_core::{Fault, FaultKind};
use earmark_tlog::Hash;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::books::{self, Stored};
use crate::check;
use crate::fault::Faults;
use crate::job::Task;
use crate::leaves;
use crate::portion::in_portions;
use crate::read::Readers;
use crate::rows::{CopiedCommit, Start};
use crate::schema::{self, FORMAT_1, FORMAT_3, MAX_SEQ};
use crate::subtrees;
use crate::sync::Mutex;
use crate::writer::Writer;

/// A ledger in one SQLite file. Made by [`OpenOptions`](crate::OpenOptions).
///
/// Dropping it finishes what is queued, syncs and closes the file.
pub struct SqliteStore {
    pub(crate) settings: Settings,
    pub(crate) readers: Arc<Readers>,
    pub(crate) writer: Option<Writer>,
    pub(crate) faults: Faults,
    pub(crate) rules: Arc<RulesHeld>,
}

impl std::fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SqliteStore({})", self.settings.id)
    }
}

impl SqliteStore {
    fn writer(&self) -> Result<&Writer, Fault> {
        self.writer.as_ref().ok_or_else(|| {
            let what = "the ledger is open read-only; nothing was recorded; open it for writing";
            self.faults.fault(FaultKind::ReadOnly, what)
        })
    }

    pub(crate) fn with_book<T>(
        &self,
        book: BookId,
        read: impl FnOnce(&Connection, i64) -> Result<T, Fault>,
    ) -> Result<Option<T>, Fault> {
        self.readers.with(|connection| {
            let number = books::number(connection, book, &self.faults)?;
            number.map(|number| read(connection, number)).transpose()
        })
    }

    /// How far the registers are kept in a file in which they never were. A file of format 1 has no matters,
    /// so that its registers are empty, and are so up to its last event.
    fn projected_before(
        &self,
        connection: &Connection,
        number: i64,
    ) -> Result<Option<Projected>, Fault> {
        let query = "SELECT seq FROM books WHERE book = ?1";
        let seq = self.sql(connection.query_row(query, [number], |row| row.get(0)))?;
        // Asked last: a format never goes down, so that it was 1 when the rest was read.
        let before = schema::format(connection, &self.faults)? == FORMAT_1;
        Ok(before.then_some(Projected { version: Registers::VERSION, seq }))
    }

    pub(crate) fn sql<T>(&self, result: rusqlite::Result<T>) -> Result<T, Fault> {
        result.map_err(|error| self.faults.sql(&error))
    }
}

/// The rules last read of books, so that a reader does not parse a profile at each look at a head. What
/// an event adopted never changes.
#[derive(Default)]
pub(crate) struct RulesHeld(Mutex<HashMap<BookId, (u64, Arc<FundRules>)>>);

/// Of how many books rules are held at most.
const RULES_HELD_MAX: usize = 256;

impl RulesHeld {
    fn of(&self, book: BookId, seq: u64) -> Option<Arc<FundRules>> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.get(&book).filter(|(of, _)| *of == seq).map(|(_, rules)| rules.clone())
    }

    fn hold(&self, book: BookId, seq: u64, rules: Arc<FundRules>) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if held.len() >= RULES_HELD_MAX {
            held.clear();
        }
        held.insert(book, (seq, rules));
    }
}

impl Store for SqliteStore {
    fn settings(&self) -> Settings {
        self.settings
    }

    fn books(&self) -> Result<Vec<StoredBook>, Fault> {
        self.readers.with(|connection| books::list(connection, &self.faults))
    }

    fn create_book(&self, book: BookId) -> Result<(), Fault> {
        check_definition(book)?;
        let stored: Option<String> = self.readers.with(|connection| {
            let query = "SELECT vocabulary FROM books WHERE area = ?1 AND fund = ?2";
            let key = params![book.area().code(), book.fund().code()];
            self.sql(connection.query_row(query, key, |row| row.get(0)).optional())
        })?;
        match stored {
            Some(stored) if stored == book.fund().vocabulary() => Ok(()),
            // A reader does not extend the lists; what is stored must still mean the same.
            Some(stored) if self.writer.is_none() => check_vocabulary(book, &stored),
            _ => self.writer()?.execute(Task::CreateBook(book)),
        }
    }

    fn head(&self, book: BookId) -> Result<Option<Head>, Fault> {
        let stored = self.readers.with(|connection| books::load(connection, book, &self.faults))?;
        let Some(Stored { state, frontier, .. }) = stored else { return Ok(None) };
        let seq = state.standing().rules_seq;
        if let Some(rules) = self.rules.of(book, seq) {
            return Ok(Some(Head { state, frontier, rules: Some(rules) }));
        }
        let head = Head::load(state, frontier, &StorePast::new(self, book))?;
        if let Some(rules) = &head.rules {
            self.rules.hold(book, seq, rules.clone());
        }
        Ok(Some(head))
    }

    fn submit(&self, proposal: Proposal) -> Submission {
        match self.writer() {
            Ok(writer) => writer.submit(proposal),
            Err(fault) => {
                let (ticket, submission) = submission();
                ticket.resolve(Err(fault.into()));
                submission
            }
        }
    }

    fn commits(
        &self,
        book: BookId,
        from_seq: u64,
        each: &mut dyn FnMut(StoredCommit<'_>) -> Result<ControlFlow<()>, Fault>,
    ) -> Result<(), Fault> {
        if !self.readers.is_pinned() {
            return self.commits_from(book, Start::Holding(from_seq), each);
        }
        in_portions(
            |last: Option<&CopiedCommit>, portion| {
                let from = last.map_or(Start::Holding(from_seq), |it| Start::After(it.first_seq));
                self.commits_from(book, from, &mut |commit| {
                    Ok(portion.take(CopiedCommit::of(&commit), commit.frame.len()))
                })
            },
            |copied| each(copied.commit()),
        )
    }

    fn subtrees(&self, book: BookId, level: u32, group: u64) -> Result<Vec<Hash>, Fault> {
        let kept = self
            .readers
            .with(|connection| subtrees::load(connection, book, level, group, &self.faults))?;
        match kept {
            Some(hashes) => Ok(hashes),
            None => subtrees_of_records(self, book, level, group),
        }
    }

    fn keeps_subtrees(&self) -> Result<bool, Fault> {
        self.readers.with(|connection| Ok(schema::format(connection, &self.faults)? >= FORMAT_3))
    }

    fn leaves(&self, book: BookId, first_seq: u64, count: u32) -> Result<Vec<Vec<u8>>, Fault> {
        self.readers.with(|connection| {
            let nonce = |seq| self.settings.nonce(book, seq);
            self.sql(leaves::read(connection, book, &nonce, first_seq, count))
        })
    }

    fn text(&self, book: BookId, number: u32) -> Result<Option<String>, Fault> {
        let text = self.with_book(book, |connection, id| {
            let query = "SELECT text FROM texts WHERE book = ?1 AND number = ?2";
            self.sql(connection.query_row(query, params![id, number], |row| row.get(0)).optional())
        })?;
        Ok(text.flatten())
    }

    fn text_number(&self, book: BookId, text: &str) -> Result<Option<u32>, Fault> {
        let number = self.with_book(book, |connection, id| {
            let query = "SELECT number FROM texts WHERE book = ?1 AND text = ?2";
            self.sql(connection.query_row(query, params![id, text], |row| row.get(0)).optional())
        })?;
        Ok(number.flatten())
    }

    fn corrections(
        &self,
        book: BookId,
        each: &mut dyn FnMut(u64, u64) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let mut given = |seq, amount| each(seq, amount).map(ControlFlow::Continue);
        if !self.readers.is_pinned() {
            return self.corrections_from(book, i64::MIN, &mut given);
        }
        in_portions(
            |last: Option<&(u64, u64)>, portion| {
                let next = last.map_or(Ok(i64::MIN), |(seq, _)| i64::try_from(seq + 1));
                // No number is larger in SQLite.
                let Ok(from) = next else { return Ok(()) };
                self.corrections_from(book, from, &mut |seq, amount| {
                    Ok(portion.take((seq, amount), size_of::<(u64, u64)>()))
                })
            },
            |(seq, amount)| given(*seq, *amount),
        )
    }

    fn corrected_minor(&self, book: BookId, seq: u64) -> Result<u64, Fault> {
        // No event has a larger number, and SQLite has no such integers.
        if seq > MAX_SEQ {
            return Ok(0);
        }
        let taken = self.with_book(book, |connection, id| {
            let query = "SELECT amount FROM corrections WHERE book = ?1 AND seq = ?2";
            self.sql(connection.query_row(query, params![id, seq], |row| row.get(0)).optional())
        })?;
        Ok(taken.flatten().unwrap_or(0))
    }

    fn attach(
        &self,
        projection: Box<dyn AnyProjection>,
        funds: &[&'static FundSpec],
    ) -> Result<(), Fault> {
        self.writer()?.execute(Task::Attach(projection, funds.to_vec()))
    }

    fn rebuild(&self, projection: &str, funds: &[&'static FundSpec]) -> Result<(), Fault> {
        self.writer()?.execute(Task::Rebuild(projection.to_owned(), funds.to_vec()))
    }

    fn projected_to(&self, book: BookId, projection: &str) -> Result<Option<Projected>, Fault> {
        let projected = self.with_book(book, |connection, id| {
            let query = "SELECT version, coalesce(projected.seq, 0) FROM projections \
                         LEFT JOIN projected ON projected.projection = projections.projection \
                         AND projected.book = ?2 WHERE name = ?1";
            let row = connection.prepare_cached(query).and_then(|mut statement| {
                let columns =
                    |row: &Row<'_>| Ok(Projected { version: row.get(0)?, seq: row.get(1)? });
                statement.query_row(params![projection, id], columns).optional()
            });
            match self.sql(row)? {
                None if projection == Registers::NAME => self.projected_before(connection, id),
                projected => Ok(projected),
            }
        })?;
        Ok(projected.flatten())
    }

    fn cell(&self, book: BookId, projection: &str, key: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
        let value = self.with_book(book, |connection, id| {
            let query = "SELECT value FROM cells JOIN projections USING (projection) \
                         WHERE name = ?1 AND book = ?2 AND key = ?3";
            let row = connection.prepare_cached(query).and_then(|mut statement| {
                statement.query_row(params![projection, id, key], |row| row.get(0)).optional()
            });
            self.sql(row)
        })?;
        Ok(value.flatten())
    }

    fn cells(
        &self,
        book: BookId,
        projection: &str,
        from: &[u8],
        each: &mut EachCell<'_>,
    ) -> Result<(), Fault> {
        if !self.readers.is_pinned() {
            return self.cells_from(book, projection, from, each);
        }
        in_portions(
            |last: Option<&(Vec<u8>, Vec<u8>)>, portion| {
                // The next key in order is the last one with a zero behind it.
                let next = last.map(|(key, _)| [key.as_slice(), &[0]].concat());
                let from = next.as_deref().unwrap_or(from);
                self.cells_from(book, projection, from, &mut |key, value| {
                    let bytes = key.len() + value.len();
                    Ok(portion.take((key.to_vec(), value.to_vec()), bytes))
                })
            },
            |(key, value)| each(key, value),
        )
    }

    fn check_storage(&self) -> Result<Vec<String>, Fault> {
        self.readers.with(|connection| {
            let mut findings = Vec::new();
            let mut statement = self.sql(connection.prepare("PRAGMA integrity_check(20)"))?;
            let rows = self.sql(statement.query_map([], |row| row.get::<_, String>(0)))?;
            for row in rows {
                match self.sql(row) {
                    Ok(finding) if finding == "ok" => {}
                    Ok(finding) => findings.push(finding),
                    Err(fault) => findings.push(fault.to_string()),
                }
            }
            let mut statement = self.sql(connection.prepare("PRAGMA foreign_key_check"))?;
            let mut rows = self.sql(statement.query([]))?;
            while let Some(row) = self.sql(rows.next())? {
                let pair =
                    || -> rusqlite::Result<(String, String)> { Ok((row.get(0)?, row.get(2)?)) };
                let (table, gone) = self.sql(pair())?;
                findings
                    .push(format!("a row of `{table}` belongs to a row of `{gone}` that is gone"));
            }
            findings.append(&mut check::schema(connection, &self.faults)?);
            findings.append(&mut check::rows(connection, &self.faults)?);
            Ok(findings)
        })
    }

    fn at_one_moment(
        &self,
        read: &mut dyn FnMut(&dyn Store) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        // A moment within a moment is the same one.
        if self.readers.is_pinned() {
            return read(self);
        }
        let pinned = Self {
            settings: self.settings,
            readers: Arc::new(self.readers.pinned()?),
            writer: None,
            faults: self.faults.clone(),
            rules: self.rules.clone(),
        };
        read(&pinned)
    }
}
