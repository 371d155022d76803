//! All that a store keeps, byte by byte, and what its events alone give.

use std::ops::ControlFlow;

use earmark_core::codec::Frame;
use earmark_core::commit::Head;
use earmark_core::fund::FundSpec;
use earmark_core::id::{BookId, Key};
use earmark_core::ledger::Ledger;
use earmark_core::projection::{Projection, Totals};
use earmark_core::register::Registers;
use earmark_core::state::State;
use earmark_core::store::{Projected, Store, StoredBook};
use earmark_core::time::Timestamp;
use earmark_tlog::{Frontier, Hash, leaf_hash, node_hash};

use super::desk::{Desk, payment};

/// A commit as it is kept: its columns and its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct KeptCommit {
    pub(super) first_seq: u64,
    pub(super) count: u32,
    pub(super) recorded_at: Timestamp,
    pub(super) key: Key,
    pub(super) root: Hash,
    pub(super) frame: Vec<u8>,
}

/// All that a store keeps of one book.
#[derive(Clone, Debug, PartialEq)]
struct KeptBook {
    listed: StoredBook,
    head: Option<Head>,
    commits: Vec<KeptCommit>,
    texts: Vec<Option<String>>,
    corrections: Vec<(u64, u64)>,
    projected: Vec<Option<Projected>>,
    cells: Vec<Vec<(Vec<u8>, Vec<u8>)>>,
}

/// All that a store keeps of the books of the funds that a ledger knows. Two of them are equal where nobody
/// could tell the stores apart.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Evidence(Vec<KeptBook>);

impl Evidence {
    pub(super) fn of(ledger: &Ledger) -> Self {
        let (store, funds) = (ledger.store(), ledger.funds());
        let listed = store.books().unwrap();
        Self(listed.into_iter().map(|listed| KeptBook::of(store, listed, &funds)).collect())
    }

    /// Says where the first difference is.
    pub(super) fn assert_same(&self, other: &Self, when: &str) {
        let names = |it: &Self| it.0.iter().map(|book| book.listed.clone()).collect::<Vec<_>>();
        assert_eq!(names(self), names(other), "{when}: the books are not the same");
        for (one, two) in self.0.iter().zip(&other.0) {
            let book = format!("{when}: book {}/{}", one.listed.area, one.listed.fund);
            assert_eq!(one.commits.len(), two.commits.len(), "{book}: commits");
            for (one, two) in one.commits.iter().zip(&two.commits) {
                assert_eq!(one, two, "{book}: commit");
            }
            assert_eq!(one.head, two.head, "{book}: head");
            assert_eq!(one.texts, two.texts, "{book}: texts");
            assert_eq!(one.corrections, two.corrections, "{book}: what was taken back");
            assert_eq!(one.projected, two.projected, "{book}: how far projections are kept");
            assert_eq!(one.cells, two.cells, "{book}: cells");
        }
    }
}

impl KeptBook {
    fn of(store: &dyn Store, listed: StoredBook, funds: &[&'static FundSpec]) -> Self {
        let book = BookId::find(listed.area, &listed.fund, funds).unwrap();
        let head = store.head(book).unwrap();
        let known = head.as_ref().map_or(0, |head| head.state.texts());
        // One number on either side of the known ones too: nothing is there.
        let texts = (0..=known + 1).map(|number| store.text(book, number).unwrap()).collect();
        let mut corrections = Vec::new();
        store
            .corrections(book, &mut |seq, taken| {
                corrections.push((seq, taken));
                Ok(())
            })
            .unwrap();
        let names = [Totals::NAME, Registers::NAME];
        let projected = names.map(|name| store.projected_to(book, name).unwrap()).to_vec();
        let cells = names.map(|name| cells(store, book, name)).to_vec();
        Self { commits: commits(store, book), listed, head, texts, corrections, projected, cells }
    }
}

/// The cells of a projection in their order.
pub(super) fn cells(store: &dyn Store, book: BookId, name: &str) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut cells = Vec::new();
    store
        .cells(book, name, &[], &mut |key, value| {
            cells.push((key.to_vec(), value.to_vec()));
            Ok(ControlFlow::Continue(()))
        })
        .unwrap();
    cells
}

/// The commits of a book in their order. Columns are not compared with the frame.
pub(super) fn commits(store: &dyn Store, book: BookId) -> Vec<KeptCommit> {
    let mut commits = Vec::new();
    store
        .commits(book, 1, &mut |commit| {
            commits.push(KeptCommit {
                first_seq: commit.first_seq,
                count: commit.count,
                recorded_at: commit.recorded_at,
                key: commit.key,
                root: commit.root,
                frame: commit.frame.to_vec(),
            });
            Ok(ControlFlow::Continue(()))
        })
        .unwrap();
    commits
}

/// What the bytes of a book's commits alone give: the state, and the edge of the tree.
pub(super) fn replayed(store: &dyn Store, book: BookId) -> (State, Frontier) {
    let (mut state, mut frontier) = (State::empty(book), Frontier::new());
    for commit in commits(store, book) {
        let frame = Frame::parse(&commit.frame).unwrap();
        for (record, seq) in frame.records().zip(frame.first_seq()..) {
            let record = record.unwrap();
            frontier.push(leaf_hash(record.bytes())).unwrap();
            state.evolve(&record.decode(book.fund(), seq).unwrap()).unwrap();
        }
        assert_eq!(frontier.root(), commit.root, "the root beside commit {}", commit.first_seq);
    }
    (state, frontier)
}

/// The hashes of a book's records, in order.
pub(super) fn leaves(store: &dyn Store, book: BookId) -> Vec<Hash> {
    let mut leaves = Vec::new();
    for commit in commits(store, book) {
        let frame = Frame::parse(&commit.frame).unwrap();
        leaves.extend(frame.records().map(|record| leaf_hash(record.unwrap().bytes())));
    }
    leaves
}

/// Records payments until the book has so many events.
pub(super) fn grow_to(desk: &Desk, size: u64) {
    let before = desk.last_seq();
    let count = usize::try_from(size.saturating_sub(before)).unwrap();
    let payments = vec![payment(7, "0.01"); count];
    desk.record(&format!("from {before} to {size}"), payments).unwrap();
    assert_eq!(desk.last_seq(), size);
}

/// What the store gives of complete subtrees is what the bytes of the book's commits give, pair by pair.
pub(super) fn assert_subtrees(store: &dyn Store, book: BookId) {
    let mut hashes = leaves(store, book);
    for level in 1..=16_u32 {
        let (pairs, _) = hashes.as_chunks::<2>();
        hashes = pairs.iter().map(|[left, right]| node_hash(left, right)).collect();
        if level % 4 != 0 {
            continue;
        }
        let groups: Vec<&[Hash]> = hashes.chunks(16).collect();
        for (number, expected) in groups.iter().copied().chain([&[] as &[Hash]; 2]).enumerate() {
            let given = store.subtrees(book, level, number as u64).unwrap();
            assert_eq!(given, expected, "the subtrees of level {level}, group {number}");
        }
    }
}
