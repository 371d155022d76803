use std::panic::{AssertUnwindSafe, catch_unwind};

use earmark_core::commit::{
    Head, Part, Prepared, Proposal, Receipt, half_repeated, prepare, repeat,
};
use earmark_core::id::BookId;
use earmark_core::store::Settings;
use earmark_core::tree::CompleteSubtree;
use earmark_core::{Error, Fault, FaultKind};
use earmark_tlog::Hash;
use rusqlite::{Connection, OptionalExtension, params};

use super::past::WrittenPast;
use super::projections::Kept;
use crate::books::{self, Placed};
use crate::check;
use crate::fault::Faults;
use crate::schema::{MAX_SEQ, position};
use crate::subtrees;

/// The proposals of one transaction: heads are read once, and written once at the end.
pub(super) struct Group<'w> {
    connection: &'w Connection,
    settings: &'w Settings,
    faults: &'w Faults,
    kept: &'w mut Kept,
    books: &'w mut Vec<(BookId, Placed)>,
    /// The books written to, and what their trees have come to in this transaction.
    touched: Vec<(BookId, Vec<CompleteSubtree>)>,
}

impl<'w> Group<'w> {
    pub(super) fn new(
        connection: &'w Connection,
        settings: &'w Settings,
        faults: &'w Faults,
        kept: &'w mut Kept,
        books: &'w mut Vec<(BookId, Placed)>,
    ) -> Self {
        Self { connection, settings, faults, kept, books, touched: Vec::new() }
    }

    /// INVARIANT(INV-19): all parts are decided before any is written, in one transaction.
    ///
    /// Decides on a proposal and writes it. A refusal leaves no trace.
    pub(super) fn propose(&mut self, proposal: &Proposal) -> Result<Vec<Receipt>, Error> {
        let mut repeated = Vec::new();
        let mut prepared = Vec::new();
        for part in proposal.parts() {
            let Placed { number, head, .. } = self.placed(part.book)?.clone();
            match self.stored(number, part)? {
                Some((frame, root)) => repeated.push(repeat(part, &frame, root)?),
                None => {
                    let commit = self.prepare(number, &head, part, proposal)?;
                    prepared.push((number, commit));
                }
            }
        }
        if let (Some((_, new)), false) = (prepared.first(), repeated.is_empty()) {
            return Err(half_repeated(new.receipt.book()).into());
        }
        if prepared.is_empty() {
            return Ok(repeated);
        }
        let receipts = prepared.iter().map(|(_, commit)| commit.receipt).collect();
        for (number, commit) in prepared {
            self.insert(number, commit)?;
        }
        Ok(receipts)
    }

    fn prepare(
        &mut self,
        number: i64,
        head: &Head,
        part: &Part,
        proposal: &Proposal,
    ) -> Result<Prepared, Error> {
        let now = self.settings.moment(proposal.now(), &head.state);
        let seq = head.state.seq();
        self.kept.catch_up(self.connection, self.faults, part.book, number, seq)?;
        let past = self.past(part.book, number);
        // A decision that panics is a fault of this program. It is answered, and the writer goes on.
        let decide = || prepare(head, part, now, self.settings, &past);
        let commit = catch_unwind(AssertUnwindSafe(decide)).unwrap_or_else(|_| {
            let what = format!("deciding on book {} panicked; nothing was recorded", part.book);
            Err(self.faults.fault(FaultKind::Projection, what).into())
        })?;
        if commit.head.state.seq() > MAX_SEQ {
            let what = format!("book {} would pass its last event, {MAX_SEQ}", part.book);
            return Err(self.faults.fault(FaultKind::Full, what).into());
        }
        Ok(commit)
    }

    fn past(&self, book: BookId, number: i64) -> WrittenPast<'_> {
        let (connection, faults) = (self.connection, self.faults);
        WrittenPast { connection, faults, kept: &*self.kept, book, number }
    }

    fn placed(&mut self, book: BookId) -> Result<&mut Placed, Fault> {
        let index = match self.books.iter().position(|(held, _)| *held == book) {
            Some(index) => index,
            None => {
                let stored = books::load(self.connection, book, self.faults)?;
                let stored = stored.ok_or_else(|| {
                    self.faults.fault(FaultKind::Missing, format!("book {book} was never created"))
                })?;
                check::lookups(self.connection, book, stored.number, self.faults)?;
                let past = self.past(book, stored.number);
                let placed = stored.placed(&past)?;
                self.books.push((book, placed));
                self.books.len() - 1
            }
        };
        match self.books.get_mut(index) {
            Some((_, placed)) => Ok(placed),
            None => Err(self.faults.fault(FaultKind::Missing, format!("book {book} is gone"))),
        }
    }

    /// The commit recorded under the part's key, if there is one.
    fn stored(&self, number: i64, part: &Part) -> Result<Option<(Vec<u8>, Hash)>, Fault> {
        self.connection
            .prepare_cached("SELECT frame, root FROM commits WHERE book = ?1 AND key = ?2")
            .and_then(|mut statement| {
                statement
                    .query_row(params![number, part.key.bytes()], |row| {
                        Ok((row.get(0)?, Hash(row.get(1)?)))
                    })
                    .optional()
            })
            .map_err(|error| self.faults.sql(&error))
    }

    fn insert(&mut self, number: i64, commit: Prepared) -> Result<(), Fault> {
        self.check_in_transaction()?;
        let receipt = commit.receipt;
        self.write(number, &commit).map_err(|error| self.faults.sql(&error))?;
        self.kept.apply(self.connection, self.faults, number, &commit.events)?;
        self.placed(receipt.book())?.head = commit.head;
        match self.touched.iter_mut().find(|(book, _)| *book == receipt.book()) {
            Some((_, completed)) => completed.extend(commit.subtrees),
            None => self.touched.push((receipt.book(), commit.subtrees)),
        }
        Ok(())
    }

    /// A read that failed may have ended the transaction. What is written outside it would stand by itself,
    /// so nothing is.
    fn check_in_transaction(&self) -> Result<(), Fault> {
        if self.connection.is_autocommit() {
            let what = "a read failed and ended the transaction; nothing of it was recorded; retry";
            return Err(self.faults.fault(FaultKind::Io, what));
        }
        Ok(())
    }

    fn write(&self, number: i64, commit: &Prepared) -> rusqlite::Result<()> {
        let receipt = &commit.receipt;
        self.connection
            .prepare_cached(
                "INSERT INTO commits (position, book, first_seq, count, recorded_at, key, root, \
                 frame) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![
                position(number, receipt.first_seq()),
                number,
                receipt.first_seq(),
                receipt.count(),
                receipt.recorded_at().micros(),
                commit.key.bytes(),
                receipt.root().0,
                commit.frame,
            ])?;
        for (text_number, text) in &commit.texts {
            self.connection
                .prepare_cached("INSERT INTO texts (book, number, text) VALUES (?1, ?2, ?3)")?
                .execute(params![number, text_number, text])?;
        }
        for (seq, amount) in &commit.corrected {
            self.correct(number, *seq, *amount)?;
        }
        Ok(())
    }

    /// Adds to what was taken back of an event; a row that comes to nothing is removed.
    fn correct(&self, number: i64, seq: u64, amount: i64) -> rusqlite::Result<()> {
        let taken: i64 = self
            .connection
            .prepare_cached("SELECT amount FROM corrections WHERE book = ?1 AND seq = ?2")?
            .query_row(params![number, seq], |row| row.get(0))
            .optional()?
            .unwrap_or(0);
        let taken = taken.saturating_add(amount);
        if taken == 0 {
            self.connection
                .prepare_cached("DELETE FROM corrections WHERE book = ?1 AND seq = ?2")?
                .execute(params![number, seq])?;
        } else {
            self.connection
                .prepare_cached(
                    "INSERT INTO corrections (book, seq, amount) VALUES (?1, ?2, ?3) \
                     ON CONFLICT (book, seq) DO UPDATE SET amount = excluded.amount",
                )?
                .execute(params![number, seq, taken])?;
        }
        Ok(())
    }

    /// INVARIANT(INV-20): cells are written in the transaction of their events.
    ///
    /// Writes heads, hashes of trees and cells; what is left is to sync.
    pub(super) fn finish(mut self) -> Result<(), Fault> {
        self.check_in_transaction()?;
        for (book, completed) in std::mem::take(&mut self.touched) {
            let (connection, faults) = (self.connection, self.faults);
            let placed = self.placed(book)?;
            books::save(connection, placed, faults)?;
            let (number, seq) = (placed.number, placed.head.state.seq());
            subtrees::save(connection, book, number, completed, faults)?;
            self.kept.advance(connection, faults, number, seq)?;
        }
        self.kept.flush(self.connection, self.faults)
    }
}
