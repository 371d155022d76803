//! The tree over a book's records, and proofs from it.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::ControlFlow;

use earmark_tlog::proof::{ConsistencyProof, InclusionProof, Subtrees};
use earmark_tlog::{Frontier, Hash, leaf_hash, node_hash};

use crate::error::{Fault, FaultKind};
use crate::id::BookId;
use crate::store::Store;

/// How many binary levels one kept level of hashes stands for: a store keeps the hashes of complete
/// subtrees of 16, 256, 4,096 … leaves.
pub const LEVELS_KEPT: u32 = 4;

/// How many hashes of one kept level stand together: they lie under one subtree of the next.
pub const GROUP: u64 = 1 << LEVELS_KEPT;

/// The RFC 6962 tree over a book's records, as it stood at one size.
///
/// Leaf `n - 1` is the record of event `n`. A tree is read where it is asked: what a proof needs of ten
/// million events is a few hundred bytes.
pub struct BookTree<'s> {
    store: &'s dyn Store,
    book: BookId,
    size: u64,
    root: Hash,
    groups: RefCell<HashMap<(u32, u64), Vec<Hash>>>,
}

/// A record, and the proof that it is in the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvedRecord {
    /// The stored bytes of the event.
    pub record: Vec<u8>,
    /// That their hash is leaf `seq - 1`.
    pub proof: InclusionProof,
}

impl<'s> BookTree<'s> {
    /// The tree of a book as it stands now.
    ///
    /// # Errors
    /// [`Fault`] where the store cannot be read.
    pub fn now(store: &'s dyn Store, book: BookId) -> Result<Self, Fault> {
        let frontier = store.head(book)?.map_or_else(Frontier::new, |head| head.frontier);
        let groups = RefCell::default();
        Ok(Self { store, book, size: frontier.size(), root: frontier.root(), groups })
    }

    /// The same tree when it had `size` leaves; none where it never had so many.
    ///
    /// # Errors
    /// [`Fault`] where the store cannot be read.
    pub fn at(self, size: u64) -> Result<Option<Self>, Fault> {
        if size > self.size {
            return Ok(None);
        }
        let root = Subtrees::root(&self, size)?;
        Ok(Some(Self { size, root, ..self }))
    }

    /// The book.
    #[must_use]
    pub const fn book(&self) -> BookId {
        self.book
    }

    /// How many leaves the tree has.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Its root.
    #[must_use]
    pub const fn root(&self) -> Hash {
        self.root
    }

    /// The record of an event and the proof that it is in the tree; none where the tree has no such
    /// event. The proof has been checked.
    ///
    /// # Errors
    /// [`FaultKind::Damaged`] where what is stored does not come to the root; other [`Fault`]s where the
    /// store cannot be read.
    pub fn prove(&self, seq: u64) -> Result<Option<ProvedRecord>, Fault> {
        let Some(index) = seq.checked_sub(1) else { return Ok(None) };
        let Ok(proof) = InclusionProof::new(self, index, self.size)? else { return Ok(None) };
        let mut record = None;
        self.records(index, index + 1, &mut |bytes| record = Some(bytes.to_vec()))?;
        let record = record.ok_or_else(|| self.damaged(format!("event {seq} is missing")))?;
        proof
            .verify(leaf_hash(&record), self.root)
            .map_err(|error| self.damaged(format!("event {seq}: {error}")))?;
        Ok(Some(ProvedRecord { record, proof }))
    }

    /// The proof that the tree extends the one of its first `old_size` leaves; none where it has fewer.
    /// The proof has been checked.
    ///
    /// # Errors
    /// [`FaultKind::Damaged`] where what is stored does not come to the root; other [`Fault`]s where the
    /// store cannot be read.
    pub fn prove_extends(&self, old_size: u64) -> Result<Option<ConsistencyProof>, Fault> {
        let Ok(proof) = ConsistencyProof::new(self, old_size, self.size)? else { return Ok(None) };
        let old_root = Subtrees::root(self, old_size)?;
        proof.verify(old_root, self.root).map_err(|error| self.damaged(error))?;
        Ok(Some(proof))
    }

    /// The hashes of one group of one kept level.
    fn group(&self, level: u32, group: u64) -> Result<Vec<Hash>, Fault> {
        if let Some(held) = self.groups.borrow().get(&(level, group)) {
            return Ok(held.clone());
        }
        let hashes = match level {
            0 => {
                let first = group * GROUP;
                let mut leaves = Vec::new();
                let end = self.size.min(first + GROUP);
                self.records(first, end, &mut |record| leaves.push(leaf_hash(record)))?;
                leaves
            }
            _ => self.store.subtrees(self.book, level, group)?,
        };
        self.groups.borrow_mut().insert((level, group), hashes.clone());
        Ok(hashes)
    }

    /// Gives the records of the leaves from `first` (included) to `end` (excluded).
    fn records(&self, first: u64, end: u64, each: &mut dyn FnMut(&[u8])) -> Result<(), Fault> {
        each_record(self.store, self.book, first, end, &mut |record| {
            each(record);
            Ok(())
        })
    }

    fn damaged(&self, what: impl std::fmt::Display) -> Fault {
        Fault::new(FaultKind::Damaged, format!("book {}, its tree", self.book), what)
    }
}

/// Hashes of complete subtrees, from those that the store keeps.
impl Subtrees for BookTree<'_> {
    type Error = Fault;

    fn subtree(&self, level: u32, index: u64) -> Result<Hash, Fault> {
        let within = level % LEVELS_KEPT;
        let (first, wide) = (index << within, 1_u64 << within);
        let hashes = self.group(level - within, first / GROUP)?;
        let start = usize::try_from(first % GROUP).unwrap_or(usize::MAX);
        let end = start.saturating_add(usize::try_from(wide).unwrap_or(usize::MAX));
        let mut hashes = hashes
            .get(start..end)
            .ok_or_else(|| self.damaged(format!("subtree {index} of level {level} is missing")))?
            .to_vec();
        while hashes.len() > 1 {
            let (pairs, _) = hashes.as_chunks::<2>();
            hashes = pairs.iter().map(|[left, right]| node_hash(left, right)).collect();
        }
        hashes.first().copied().ok_or_else(|| self.damaged("a subtree is empty"))
    }
}

impl std::fmt::Debug for BookTree<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "BookTree({}, {} leaves, {})", self.book, self.size, self.root)
    }
}

/// Gives the stored bytes of the records of leaves `first` (included, from zero) to `end` (excluded).
pub(crate) fn each_record(
    store: &dyn Store,
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

/// What [`Store::subtrees`] gives, hashed from the records again: slow, and for stores that keep no hashes.
///
/// # Errors
/// [`Fault`] where the store cannot be read, or there is no such level.
pub fn subtrees_of_records(
    store: &dyn Store,
    book: BookId,
    level: u32,
    group: u64,
) -> Result<Vec<Hash>, Fault> {
    let beyond =
        || Fault::new(FaultKind::Damaged, format!("book {book}, its tree"), "no such level");
    let wide = 1_u64.checked_shl(level).ok_or_else(beyond)?;
    let first =
        group.checked_mul(GROUP).and_then(|first| first.checked_mul(wide)).ok_or_else(beyond)?;
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
