//! The tree over a book's records, and proofs from it.

mod comparison;
mod kept;
#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt::Display;

use earmark_tlog::proof::{ConsistencyProof, InclusionProof, Subtrees};
use earmark_tlog::{Frontier, Hash, leaf_hash, node_hash};

use crate::error::{Fault, FaultKind};
use crate::id::BookId;
use crate::store::Store;

pub(crate) use comparison::Comparison;
#[allow(unused_imports, reason = "for what goes through the records of a book")]
pub(crate) use kept::each_record;
pub use kept::{CompleteSubtree, Run, runs, subtrees_of_records};
pub(crate) use kept::{Kept, check_level, leaves_of_commits};

/// How many binary levels one kept level of hashes stands for: a store keeps the hashes of complete
/// subtrees of 16, 256, 4,096 … leaves.
pub const LEVELS_KEPT: u32 = 4;

/// How many hashes of one kept level stand together: they lie under one subtree of the next.
pub const GROUP: u64 = 1 << LEVELS_KEPT;

/// How many groups of hashes a tree holds at most, each of about a kilobyte. Those high up in the tree, which
/// every proof needs, are few: with ten million events, 2,600 of them are above the lowest two levels.
const HELD_MAX: usize = 4_096;

/// The RFC 6962 tree over a book's records, as it stood at one size.
///
/// Leaf `n - 1` is the record of event `n`. A tree is read where it is asked: what a proof needs of ten
/// million events is sixteen records and a few hundred hashes. Some of the hashes are held for the next proof,
/// four megabytes of them at most, so that one tree for many proofs is quicker than one for each.
///
/// INVARIANT(INV-41): hashes that are kept are believed for as long as it takes to make a proof of them. No
/// root, record or proof is given that does not come to the root of the book's head.
pub struct BookTree<'s> {
    store: &'s dyn Store,
    book: BookId,
    size: u64,
    root: Hash,
    /// The edge of the tree as it stands now, which may have more leaves. Its hashes are on the way of most
    /// proofs and need not be read.
    edge: Frontier,
    groups: RefCell<HashMap<(u32, u64), Nodes>>,
}

/// A group of hashes of one kept level, then of the levels above it that are not kept: one in two, one in four,
/// one in eight. Each as far as it is complete.
type Nodes = [Vec<Hash>; LEVELS_KEPT as usize];

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
        let edge = store.head(book)?.map_or_else(Frontier::new, |head| head.frontier);
        let groups = RefCell::default();
        Ok(Self { store, book, size: edge.size(), root: edge.root(), edge, groups })
    }

    /// The same tree when it had `size` leaves; none where it never had so many. That the tree extends it has
    /// been checked.
    ///
    /// # Errors
    /// [`FaultKind::Damaged`] where what is stored does not come to the root; other [`Fault`]s where the
    /// store cannot be read.
    pub fn at(self, size: u64) -> Result<Option<Self>, Fault> {
        let Some((_, root)) = self.extends(size)? else { return Ok(None) };
        Ok(Some(Self { size, root, ..self }))
    }

    /// The book.
    #[must_use]
    pub const fn book(&self) -> BookId {
        self.book
    }

    /// Where its records are.
    pub(crate) const fn store(&self) -> &'s dyn Store {
        self.store
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
        let Some(index) = seq.checked_sub(1).filter(|index| *index < self.size) else {
            return Ok(None);
        };
        let record = self.record(index)?;
        let damaged = |error: &dyn Display| self.damaged(format!("event {seq}: {error}"));
        let proof =
            InclusionProof::new(self, index, self.size)?.map_err(|error| damaged(&error))?;
        proof.verify(leaf_hash(&record), self.root).map_err(|error| damaged(&error))?;
        Ok(Some(ProvedRecord { record, proof }))
    }

    /// The proof that the tree extends the one of its first `old_size` leaves; none where it has fewer.
    /// The proof has been checked.
    ///
    /// # Errors
    /// [`FaultKind::Damaged`] where what is stored does not come to the root; other [`Fault`]s where the
    /// store cannot be read.
    pub fn prove_extends(&self, old_size: u64) -> Result<Option<ConsistencyProof>, Fault> {
        Ok(self.extends(old_size)?.map(|(proof, _)| proof))
    }

    /// The proof that the tree extends an earlier one, and the root of that.
    fn extends(&self, old_size: u64) -> Result<Option<(ConsistencyProof, Hash)>, Fault> {
        if old_size > self.size {
            return Ok(None);
        }
        let proof = ConsistencyProof::new(self, old_size, self.size)?;
        let proof = proof.map_err(|error| self.damaged(error))?;
        let old_root = Subtrees::root(self, old_size)?;
        proof.verify(old_root, self.root).map_err(|error| self.damaged(error))?;
        Ok(Some((proof, old_root)))
    }

    /// The hash of a subtree that is one of the edge's.
    fn at_the_edge(&self, level: u32, index: u64) -> Option<Hash> {
        let there = self.edge.size().checked_shr(level)?;
        if there % 2 == 0 || index != there - 1 {
            return None;
        }
        let larger = usize::try_from((there >> 1).count_ones()).ok()?;
        self.edge.peaks().get(larger).copied()
    }

    /// The record of a leaf. The leaves beside it, which its proof needs, are read with it.
    fn record(&self, index: u64) -> Result<Vec<u8>, Fault> {
        let group = index / GROUP;
        let held = self.groups.borrow().contains_key(&(0, group));
        let (first, end) =
            if held { (index, index + 1) } else { (group * GROUP, self.group_end(group)) };
        let mut records = self.leaves(first, end)?;
        if !held {
            self.hold((0, group), nodes(records.iter().map(|it| leaf_hash(it)).collect()));
        }
        let place = usize::try_from(index - first).unwrap_or(usize::MAX);
        match records.get_mut(place) {
            Some(record) => Ok(std::mem::take(record)),
            None => Err(self.damaged(format!("event {} is missing", index + 1))),
        }
    }

    /// The records of the leaves from `first` (included) to `end` (excluded), which are in one group.
    fn leaves(&self, first: u64, end: u64) -> Result<Vec<Vec<u8>>, Fault> {
        let count = u32::try_from(end.saturating_sub(first)).unwrap_or(u32::MAX);
        let records = self.store.leaves(self.book, first + 1, count)?;
        if u32::try_from(records.len()) != Ok(count) {
            let missing = first + 1 + u64::try_from(records.len()).unwrap_or(u64::MAX);
            return Err(self.damaged(format!("event {missing} is missing")));
        }
        Ok(records)
    }

    /// Where the leaves of a group end.
    fn group_end(&self, group: u64) -> u64 {
        self.size.min(group * GROUP + GROUP)
    }

    /// The hashes of one group of one kept level, and those above them.
    fn read(&self, level: u32, group: u64) -> Result<Nodes, Fault> {
        let hashes = match level {
            0 => {
                let records = self.leaves(group * GROUP, self.group_end(group))?;
                records.iter().map(|record| leaf_hash(record)).collect()
            }
            _ => self.store.subtrees(self.book, level, group)?,
        };
        Ok(nodes(hashes))
    }

    fn hold(&self, place: (u32, u64), nodes: Nodes) {
        let mut groups = self.groups.borrow_mut();
        if groups.len() >= HELD_MAX {
            groups.retain(|(level, _), _| *level > LEVELS_KEPT);
        }
        if groups.len() >= HELD_MAX {
            groups.clear();
        }
        groups.insert(place, nodes);
    }

    fn damaged(&self, what: impl Display) -> Fault {
        Fault::new(FaultKind::Damaged, format!("book {}, its tree", self.book), what)
    }
}

/// Hashes of complete subtrees, from those that the store keeps.
impl Subtrees for BookTree<'_> {
    type Error = Fault;

    fn subtree(&self, level: u32, index: u64) -> Result<Hash, Fault> {
        if let Some(hash) = self.at_the_edge(level, index) {
            return Ok(hash);
        }
        let above = level % LEVELS_KEPT;
        let first = index << above;
        let place = (level - above, first / GROUP);
        let find = |nodes: &Nodes| {
            let within = usize::try_from((first % GROUP) >> above).ok()?;
            nodes.get(usize::try_from(above).ok()?)?.get(within).copied()
        };
        let held = self.groups.borrow().get(&place).map(find);
        let found = match held {
            Some(found) => found,
            None => {
                let nodes = self.read(place.0, place.1)?;
                let found = find(&nodes);
                self.hold(place, nodes);
                found
            }
        };
        found.ok_or_else(|| self.damaged(format!("subtree {index} of level {level} is missing")))
    }
}

impl std::fmt::Debug for BookTree<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "BookTree({}, {} leaves, {})", self.book, self.size, self.root)
    }
}

/// A group with the hashes above its own.
fn nodes(hashes: Vec<Hash>) -> Nodes {
    let above = |below: &[Hash]| -> Vec<Hash> {
        let (pairs, _) = below.as_chunks::<2>();
        pairs.iter().map(|[left, right]| node_hash(left, right)).collect()
    };
    let twos = above(&hashes);
    let fours = above(&twos);
    let eights = above(&fours);
    [hashes, twos, fours, eights]
}
