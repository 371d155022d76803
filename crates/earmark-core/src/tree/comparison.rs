//! What a store keeps of a tree, held against the records.

use super::kept::{CompleteSubtree, runs};
use super::{GROUP, LEVELS_KEPT};
use crate::error::Fault;
use crate::id::BookId;
use crate::store::Store;

/// How many hashes are computed before they are compared. Bounds what verification holds.
const WAITING_MAX: usize = 4_096;

/// INVARIANT(INV-41), from the other side: the kept hashes of a book's tree are those of its records.
///
/// Compares them as the records are hashed. A store that keeps none has nothing to compare.
#[derive(Default)]
pub(crate) struct Comparison {
    keeps: bool,
    waiting: Vec<CompleteSubtree>,
    /// The first difference.
    differs: Option<(String, String)>,
}

impl Comparison {
    pub(crate) fn with(store: &dyn Store) -> Result<Self, Fault> {
        Ok(Self { keeps: store.keeps_subtrees()?, ..Self::default() })
    }

    /// Takes a subtree that the records complete.
    pub(crate) fn complete(&mut self, level: u32, index: u64, hash: earmark_tlog::Hash) {
        if self.keeps {
            self.waiting.extend(CompleteSubtree::kept(level, index, hash));
        }
    }

    /// Compares what has come together, once that is enough to be worth it.
    pub(crate) fn go_on(&mut self, store: &dyn Store, book: BookId) -> Result<(), Fault> {
        if self.waiting.len() >= WAITING_MAX { self.compare(store, book) } else { Ok(()) }
    }

    /// Compares the rest, and that no more is kept than a tree of so many leaves has. Gives the place of the
    /// first difference, and what it is.
    pub(crate) fn finish(
        mut self,
        store: &dyn Store,
        book: BookId,
        size: u64,
    ) -> Result<Option<(String, String)>, Fault> {
        if !self.keeps {
            return Ok(None);
        }
        self.compare(store, book)?;
        for level in (LEVELS_KEPT..u64::BITS).step_by(LEVELS_KEPT as usize) {
            let complete = size >> level;
            let group = complete / GROUP;
            let found = u64::try_from(store.subtrees(book, level, group)?.len());
            if found != Ok(complete % GROUP) {
                let what = format!(
                    "subtrees of level {level}: the {complete} of {size} events are not what is kept"
                );
                self.differs.get_or_insert(("tree".to_owned(), what));
            }
            if complete == 0 {
                break;
            }
        }
        Ok(self.differs)
    }

    fn compare(&mut self, store: &dyn Store, book: BookId) -> Result<(), Fault> {
        for run in runs(std::mem::take(&mut self.waiting)) {
            let kept = store.subtrees(book, run.level, run.group)?;
            let wrong =
                run.hashes.iter().zip(run.start..).find(|(hash, at)| kept.get(*at) != Some(*hash));
            if let Some((hash, at)) = wrong {
                let first = (run.group * GROUP + u64::try_from(at).unwrap_or(0)) << run.level;
                let place = format!("tree, events {} to {}", first + 1, first + (1 << run.level));
                let there = kept.get(at).map_or_else(|| "none".to_owned(), ToString::to_string);
                let what = format!("the kept hash is {there}, the records give {hash}");
                self.differs.get_or_insert((place, what));
            }
        }
        Ok(())
    }
}
