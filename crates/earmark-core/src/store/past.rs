use std::ops::ControlFlow;

use super::Store;
use crate::decide::Past;
use crate::error::{Fault, FaultKind};
use crate::event::Event;
use crate::id::BookId;
use crate::projection::{CellPart, Projection, TotalKey, Totals};
use crate::register::Registers;
use crate::replay::Earlier;
use crate::roll::Roll;
use crate::tree::each_record;

/// The committed past of a book in a store.
#[derive(Clone, Copy)]
pub struct StorePast<'a> {
    store: &'a dyn Store,
    book: BookId,
}

impl<'a> StorePast<'a> {
    /// The past of a book.
    #[must_use]
    pub fn new(store: &'a dyn Store, book: BookId) -> Self {
        Self { store, book }
    }
}

impl Past for StorePast<'_> {
    fn event(&self, seq: u64) -> Result<Option<Event>, Fault> {
        let mut found = None;
        if seq == 0 {
            return Ok(None);
        }
        self.store.commits(self.book, seq, &mut |commit| {
            let frame = commit.open(self.book)?;
            found = find_event(self.book, &frame, seq)?;
            Ok(ControlFlow::Break(()))
        })?;
        Ok(found)
    }

    fn corrected_minor(&self, seq: u64) -> Result<u64, Fault> {
        self.store.corrected_minor(self.book, seq)
    }

    fn text_number(&self, text: &str) -> Result<Option<u32>, Fault> {
        self.store.text_number(self.book, text)
    }

    fn text(&self, number: u32) -> Result<Option<String>, Fault> {
        self.store.text(self.book, number)
    }

    fn register(&self, key: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
        self.store.cell(self.book, Registers::NAME, key)
    }

    fn totals(&self, each: &mut dyn FnMut(TotalKey, u128)) -> Result<(), Fault> {
        self.store.cells(self.book, Totals::NAME, &[], &mut |key, value| {
            let (key, sum) = decode_total(self.book, key, value)?;
            each(key, sum);
            Ok(ControlFlow::Continue(()))
        })
    }

    fn roll(&self, closing: u64) -> Result<Option<Roll>, Fault> {
        Roll::of_closing(self.store, self.book, closing)
    }
}

/// What a replay of this book looks up.
impl Earlier for StorePast<'_> {
    fn event(&self, seq: u64) -> Result<Option<Event>, Fault> {
        Past::event(self, seq)
    }

    fn records(
        &self,
        first: u64,
        last: u64,
        each: &mut dyn FnMut(&[u8]) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        each_record(self.store, self.book, first.saturating_sub(1), last, each)
    }
}

/// A cell of the projection of totals: its key and the sum.
///
/// # Errors
/// [`FaultKind::Projection`] where it does not decode.
pub fn decode_total(book: BookId, key: &[u8], value: &[u8]) -> Result<(TotalKey, u128), Fault> {
    let cell = TotalKey::decode(key).zip(<(u128, u64)>::decode(value));
    let (key, (sum, _)) = cell.ok_or_else(|| {
        let at = format!("book {book}, projection `{}`", Totals::NAME);
        Fault::new(FaultKind::Projection, at, "a stored cell does not decode; rebuild it")
    })?;
    Ok((key, sum))
}

/// The event with a sequence number in the frame of a commit; none where the commit does not hold it.
///
/// # Errors
/// [`FaultKind::Damaged`] where its record cannot be read.
pub fn find_event(
    book: BookId,
    frame: &crate::codec::Frame<'_>,
    seq: u64,
) -> Result<Option<Event>, Fault> {
    let damaged =
        |error| Fault::new(FaultKind::Damaged, format!("book {book}, event {seq}"), error);
    let Some(index) = seq.checked_sub(frame.first_seq()) else { return Ok(None) };
    let Ok(index) = usize::try_from(index) else { return Ok(None) };
    match frame.records().nth(index) {
        None => Ok(None),
        Some(record) => {
            let record = record.map_err(damaged)?;
            record.decode(book.fund(), seq).map(Some).map_err(damaged)
        }
    }
}
