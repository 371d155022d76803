//! The registers of a book as of a day and as known at a moment.

use std::collections::BTreeMap;

use earmark_core::error::{Fault, FaultKind};
use earmark_core::event::Recorded;
use earmark_core::ledger::AnyBook;
use earmark_core::projection::{AnyProjection, Attached, CellPart};
use earmark_core::register::{Entry, RegisterKey, Registers};
use earmark_core::time::Day;

use crate::reading::Knowledge;

/// Entries of the registers, and the last event that is known.
pub(crate) struct Folded {
    pub(crate) entries: BTreeMap<RegisterKey, Entry>,
    pub(crate) through: u64,
}

impl Folded {
    /// Folds the known events that count for a day or an earlier one, and shows each of them.
    pub(crate) fn of(
        book: &AnyBook,
        day: Option<Day>,
        known: Knowledge,
        show: &mut dyn FnMut(&Recorded),
    ) -> Result<Self, Fault> {
        let mut folded = Attached::new(Registers);
        let mut applied = Ok(());
        let through = known.each(book, &mut |recorded| {
            if applied.is_ok() && day.is_none_or(|day| recorded.effective_on() <= day) {
                applied = folded.apply(&recorded, &|_, _| Ok(None));
                show(&recorded);
            }
        })?;
        applied?;
        let mut entries = BTreeMap::new();
        folded.flush(&mut |_, key, value| {
            let cell = RegisterKey::decode(key).zip(value.and_then(Entry::decode));
            let (key, value) = cell.ok_or_else(|| damaged(book))?;
            entries.insert(key, value);
            Ok(())
        })?;
        Ok(Self { entries, through })
    }

    pub(crate) fn entry(&self, key: &RegisterKey) -> Entry {
        self.entries.get(key).copied().unwrap_or_default()
    }
}

fn damaged(book: &AnyBook) -> Fault {
    let at = format!("book {}, projection `registers`", book.id());
    Fault::new(FaultKind::Projection, at, "a cell does not decode")
}
