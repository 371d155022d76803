use std::collections::HashMap;

use super::cells::{Hasher, Slot};
use super::{CellPart, Cells, Projection};
use crate::error::Fault;
use crate::event::Recorded;
use crate::id::BookId;

/// Where a projection's stored cells are read from while events are applied.
pub type CellSource<'a> = dyn Fn(BookId, &[u8]) -> Result<Option<Vec<u8>>, Fault> + 'a;

/// Where changed cells go: book, key, and the new value (none to remove the cell).
pub type CellSink<'a> = dyn FnMut(BookId, &[u8], Option<&[u8]>) -> Result<(), Fault> + 'a;

/// What is done with each cell held in memory: key, and the value unless it is the default.
pub type EachHeld<'a> = dyn FnMut(&[u8], Option<&[u8]>) + 'a;

/// A projection whose key and value types are not known: what a store keeps.
pub trait AnyProjection: Send {
    /// The name.
    fn name(&self) -> &'static str;
    /// The version.
    fn version(&self) -> u32;
    /// Takes the next event of a book.
    ///
    /// # Errors
    /// [`Fault`] where a stored cell cannot be read; call [`forget`](Self::forget) then.
    fn apply(&mut self, recorded: &Recorded, source: &CellSource<'_>) -> Result<(), Fault>;
    /// Hands every cell changed since the last flush to the sink, in the order of books and keys.
    ///
    /// # Errors
    /// As the sink says; call [`forget`](Self::forget) then.
    fn flush(&mut self, sink: &mut CellSink<'_>) -> Result<(), Fault>;
    /// The stored form of a cell that is held in memory, changed or not: none where it is not held, and
    /// none within where it has its default value.
    fn held(&self, book: BookId, key: &[u8]) -> Option<Option<Vec<u8>>>;
    /// Gives every cell of a book that is held in memory, in no order: key, and the value unless it is
    /// the default.
    fn each_held(&self, book: BookId, each: &mut EachHeld<'_>);
    /// Drops everything held in memory, changed or not: the transaction did not take place.
    fn forget(&mut self);
    /// A fresh one of the same kind, holding nothing.
    fn fresh(&self) -> Box<dyn AnyProjection>;
}

/// A projection with the cells it holds in memory.
pub struct Attached<P: Projection> {
    projection: std::sync::Arc<P>,
    books: Vec<(BookId, Held<P>)>,
    current: usize,
}

/// The cells of one book that are held in memory.
type Held<P> = HashMap<<P as Projection>::Key, Slot<<P as Projection>::Value>, Hasher>;

/// How many unchanged cells are held at most, to spare reading them again.
const HELD_MAX: usize = 1 << 16;

impl<P: Projection> Attached<P> {
    /// The projection, holding nothing yet.
    #[must_use]
    pub fn new(projection: P) -> Self {
        Self { projection: std::sync::Arc::new(projection), books: Vec::new(), current: 0 }
    }

    /// The value under a key, held or stored; the default value where there is none.
    pub(crate) fn value(
        &mut self,
        book: BookId,
        key: &P::Key,
        source: &CellSource<'_>,
    ) -> Result<P::Value, Fault> {
        let mut fault = None;
        let read = |key: &[u8]| source(book, key);
        let mut cells = Cells { held: self.of_book(book), read: &read, fault: &mut fault };
        let value = cells.value(key);
        fault.map_or(Ok(value), Err)
    }

    fn of_book(&mut self, book: BookId) -> &mut Held<P> {
        if self.books.get(self.current).is_none_or(|(held, _)| *held != book) {
            self.current =
                self.books.iter().position(|(held, _)| *held == book).unwrap_or_else(|| {
                    self.books.push((book, HashMap::default()));
                    self.books.len() - 1
                });
        }
        let current = self.current.min(self.books.len() - 1);
        #[allow(clippy::indexing_slicing)] // found or pushed just above
        &mut self.books[current].1
    }
}

impl<P: Projection> AnyProjection for Attached<P> {
    fn name(&self) -> &'static str {
        P::NAME
    }

    fn version(&self) -> u32 {
        P::VERSION
    }

    fn apply(&mut self, recorded: &Recorded, source: &CellSource<'_>) -> Result<(), Fault> {
        let book = recorded.book();
        let projection = self.projection.clone();
        let mut fault = None;
        let read = |key: &[u8]| source(book, key);
        let mut cells = Cells { held: self.of_book(book), read: &read, fault: &mut fault };
        projection.apply(recorded, &mut cells);
        fault.map_or(Ok(()), Err)
    }

    fn flush(&mut self, sink: &mut CellSink<'_>) -> Result<(), Fault> {
        self.books.sort_by_key(|(book, _)| *book);
        let mut held_total = 0;
        for (book, held) in &mut self.books {
            let mut changed: Vec<_> = held.iter_mut().filter(|(_, slot)| slot.dirty).collect();
            changed.sort_unstable_by_key(|(key, _)| *key);
            let (mut key_bytes, mut value_bytes) = (Vec::new(), Vec::new());
            for (key, slot) in changed {
                key_bytes.clear();
                key.put(&mut key_bytes);
                if slot.value == P::Value::default() {
                    sink(*book, &key_bytes, None)?;
                } else {
                    value_bytes.clear();
                    slot.value.put(&mut value_bytes);
                    sink(*book, &key_bytes, Some(&value_bytes))?;
                }
                slot.dirty = false;
            }
            held_total += held.len();
        }
        if held_total > HELD_MAX {
            self.forget();
        }
        Ok(())
    }

    fn held(&self, book: BookId, key: &[u8]) -> Option<Option<Vec<u8>>> {
        let (_, held) = self.books.iter().find(|(of, _)| *of == book)?;
        let slot = held.get(&P::Key::decode(key)?)?;
        let default = slot.value == P::Value::default();
        Some((!default).then(|| {
            let mut bytes = Vec::new();
            slot.value.put(&mut bytes);
            bytes
        }))
    }

    fn each_held(&self, book: BookId, each: &mut EachHeld<'_>) {
        let Some((_, held)) = self.books.iter().find(|(of, _)| *of == book) else { return };
        let (mut key_bytes, mut value_bytes) = (Vec::new(), Vec::new());
        for (key, slot) in held {
            key_bytes.clear();
            value_bytes.clear();
            key.put(&mut key_bytes);
            slot.value.put(&mut value_bytes);
            let default = slot.value == P::Value::default();
            each(&key_bytes, (!default).then_some(value_bytes.as_slice()));
        }
    }

    fn forget(&mut self) {
        self.books.clear();
        self.current = 0;
    }

    fn fresh(&self) -> Box<dyn AnyProjection> {
        Box::new(Self { projection: self.projection.clone(), books: Vec::new(), current: 0 })
    }
}
