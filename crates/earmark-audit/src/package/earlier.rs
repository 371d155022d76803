use earmark_core::codec::Record;
use earmark_core::event::Event;
use earmark_core::id::BookId;
use earmark_core::replay::Earlier;
use earmark_core::{Fault, FaultKind};

use super::PackageError;

/// What a replay looks up, from the stored bytes of events by their numbers.
pub(crate) struct FromRecords<F> {
    book: BookId,
    record: F,
}

impl<F: Fn(u64) -> Result<Option<Vec<u8>>, PackageError>> FromRecords<F> {
    pub(crate) const fn new(book: BookId, record: F) -> Self {
        Self { book, record }
    }

    fn damaged(&self, seq: u64, what: impl std::fmt::Display) -> Fault {
        Fault::new(FaultKind::Damaged, format!("book {}, event {seq}", self.book), what)
    }
}

impl<F: Fn(u64) -> Result<Option<Vec<u8>>, PackageError>> Earlier for FromRecords<F> {
    fn event(&self, seq: u64) -> Result<Option<Event>, Fault> {
        let bytes = (self.record)(seq).map_err(|error| self.damaged(seq, error))?;
        let Some(bytes) = bytes else { return Ok(None) };
        let (record, rest) = Record::split(&bytes).map_err(|error| self.damaged(seq, error))?;
        if !rest.is_empty() {
            return Err(self.damaged(seq, "bytes follow its record"));
        }
        record.decode(self.book.fund(), seq).map(Some).map_err(|error| self.damaged(seq, error))
    }

    fn records(
        &self,
        first: u64,
        last: u64,
        each: &mut dyn FnMut(&[u8]) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        for seq in first..=last {
            let bytes = (self.record)(seq).map_err(|error| self.damaged(seq, error))?;
            each(&bytes.ok_or_else(|| self.damaged(seq, "it is not there"))?)?;
        }
        Ok(())
    }
}
