//! The hashes of a tree that stores keep: those of complete subtrees of 16, 256, 4,096 … leaves.

use std::ops::ControlFlow;

use earmark_tlog::{Frontier, Hash, leaf_hash};

use super::{GROUP, LEVELS_KEPT};
use crate::error::{Fault, FaultKind};
use crate::id::BookId;
use crate::store::Store;

/// A complete subtree of a book's tree. Its hash never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CompleteSubtree {
    /// It has `2^level` leaves.
    pub level: u32,
    /// Its number among those of its level, counted from zero: its first leaf is `index * 2^level`.
    pub index: u64,
    /// Its hash.
    pub hash: Hash,
}

impl CompleteSubtree {
    /// What [`Frontier::push_with`] gives, where subtrees of its level are kept.
    #[must_use]
    pub fn kept(level: u32, index: u64, hash: Hash) -> Option<Self> {
        is_kept(level).then_some(Self { level, index, hash })
    }
}

/// Hashes of one group that stand beside each other in it: what a store writes at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The level of the subtrees.
    pub level: u32,
    /// The group that they are in.
    pub group: u64,
    /// The place of the first of them in the group, 0 to 15: how many are in the group before them.
    pub start: usize,
    /// Their hashes, up to sixteen.
    pub hashes: Vec<Hash>,
}

/// Puts subtrees that commits completed together by group, in the order of levels and numbers.
///
/// ```
/// use earmark_core::tree::{CompleteSubtree, runs};
/// use earmark_tlog::{Hash, leaf_hash};
///
/// let hash = leaf_hash(b"");
/// let runs = runs((14..18).map(|index| CompleteSubtree { level: 4, index, hash }).collect());
/// let places: Vec<_> = runs.iter().map(|run| (run.group, run.start, run.hashes.len())).collect();
/// assert_eq!(places, [(0, 14, 2), (1, 0, 2)]);
/// ```
#[must_use]
pub fn runs(mut subtrees: Vec<CompleteSubtree>) -> Vec<Run> {
    subtrees.sort_by_key(|subtree| (subtree.level, subtree.index));
    let mut runs: Vec<Run> = Vec::new();
    for CompleteSubtree { level, index, hash } in subtrees {
        let (group, start) = (index / GROUP, usize::try_from(index % GROUP).unwrap_or(0));
        match runs.last_mut() {
            Some(run)
                if (run.level, run.group) == (level, group)
                    && run.start + run.hashes.len() == start =>
            {
                run.hashes.push(hash);
            }
            _ => runs.push(Run { level, group, start, hashes: vec![hash] }),
        }
    }
    runs
}

/// Whether subtrees of this level are kept.
const fn is_kept(level: u32) -> bool {
    level > 0 && level.is_multiple_of(LEVELS_KEPT)
}

/// Refuses a level of which nothing is kept.
pub(crate) fn check_level(book: BookId, level: u32) -> Result<(), Fault> {
    if is_kept(level) && level < u64::BITS {
        return Ok(());
    }
    let what = format!("hashes of level {level} were asked for; levels 4, 8, 12 to 60 are kept");
    Err(Fault::new(FaultKind::Damaged, format!("book {book}, its tree"), what))
}

/// The hashes of one book's tree, held in memory: those of level 4, of level 8 and so on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Kept(Vec<Vec<Hash>>);

impl Kept {
    /// Adds what a commit completed.
    pub(crate) fn extend(&mut self, subtrees: Vec<CompleteSubtree>) {
        for CompleteSubtree { level, hash, .. } in subtrees {
            let place = Self::place(level);
            if self.0.len() <= place {
                self.0.resize_with(place + 1, Vec::new);
            }
            if let Some(hashes) = self.0.get_mut(place) {
                hashes.push(hash);
            }
        }
    }

    /// A group of a level that is kept.
    pub(crate) fn group(&self, level: u32, group: u64) -> Vec<Hash> {
        let hashes = self.0.get(Self::place(level)).map(Vec::as_slice).unwrap_or_default();
        let first = usize::try_from(group.saturating_mul(GROUP)).unwrap_or(usize::MAX);
        let rest = hashes.get(first..).unwrap_or_default();
        rest.iter().take(usize::try_from(GROUP).unwrap_or(usize::MAX)).copied().collect()
    }

    fn place(level: u32) -> usize {
        usize::try_from(level / LEVELS_KEPT).unwrap_or(usize::MAX).saturating_sub(1)
    }
}

/// What [`Store::subtrees`] gives, hashed from the records again: slow, and for stores that keep no hashes.
///
/// # Errors
/// [`Fault`] where the store cannot be read, or the level is none that is kept.
pub fn subtrees_of_records(
    store: &dyn Store,
    book: BookId,
    level: u32,
    group: u64,
) -> Result<Vec<Hash>, Fault> {
    check_level(book, level)?;
    let wide = 1_u64 << level;
    let Some(first) = group.checked_mul(GROUP).and_then(|first| first.checked_mul(wide)) else {
        return Ok(Vec::new());
    };
    let end = first.saturating_add(GROUP.saturating_mul(wide));
    let mut hashes = Vec::new();
    let mut part = Frontier::new();
    each_record(store, book, first, end, &mut |record| {
        part.push(leaf_hash(record))
            .map_err(|error| Fault::new(FaultKind::Damaged, book, error))?;
        if part.size() == wide {
            hashes.push(std::mem::take(&mut part).root());
        }
        Ok(())
    })?;
    Ok(hashes)
}

/// What [`Store::leaves`] gives, out of whole commits.
pub(crate) fn leaves_of_commits<S: Store + ?Sized>(
    store: &S,
    book: BookId,
    first_seq: u64,
    count: u32,
) -> Result<Vec<Vec<u8>>, Fault> {
    let Some(first) = first_seq.checked_sub(1) else { return Ok(Vec::new()) };
    let mut leaves = Vec::new();
    each_record(store, book, first, first.saturating_add(u64::from(count)), &mut |record| {
        leaves.push(record.to_vec());
        Ok(())
    })?;
    Ok(leaves)
}

/// Gives the stored bytes of the records of leaves `first` (included, from zero) to `end` (excluded).
pub(crate) fn each_record<S: Store + ?Sized>(
    store: &S,
    book: BookId,
    first: u64,
    end: u64,
    each: &mut dyn FnMut(&[u8]) -> Result<(), Fault>,
) -> Result<(), Fault> {
    if first >= end {
        return Ok(());
    }
    store.commits(book, first + 1, &mut |commit| {
        let frame = commit.open(book)?;
        for (record, seq) in frame.records().zip(frame.first_seq()..) {
            if seq > end {
                return Ok(ControlFlow::Break(()));
            }
            let record = record.map_err(|error| {
                Fault::new(FaultKind::Damaged, format!("book {book}, event {seq}"), error)
            })?;
            if seq > first {
                each(record.bytes())?;
            }
        }
        Ok(if frame.last_seq() >= end { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })
}
