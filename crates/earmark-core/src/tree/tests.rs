use std::sync::{Arc, Mutex};

use earmark_tlog::proof::{ConsistencyProof, InclusionProof, LeafHashes, Subtrees};
use earmark_tlog::{EMPTY_ROOT, Hash, leaf_hash, node_hash};
use proptest::prelude::*;

use super::*;
use crate::account::TreasuryDeposit;
use crate::command::{Batch, OpenAccount, ReceivePremium};
use crate::event::Voucher;
use crate::fund::{WorkInjury, WorkInjuryPremium};
use crate::id::{LedgerId, LedgerSecret, Party, area, key};
use crate::ledger::{Book, Ledger, Papers};
use crate::store::{MemoryStore, Settings};
use crate::time::{Timestamp, UtcOffset, day};

/// MTH of RFC 6962 section 2.1, word for word.
fn mth(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => EMPTY_ROOT,
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            node_hash(&mth(left), &mth(right))
        }
    }
}

/// A book in memory, which commits of any size can be added to, and its leaves.
struct Desk {
    ledger: Ledger,
    book: Book<WorkInjury>,
    voucher: Voucher,
    leaves: Vec<Hash>,
    documents: u64,
}

impl Desk {
    fn new() -> Self {
        let settings = Settings {
            id: LedgerId([7; 16]),
            secret: LedgerSecret::from_bytes([9; 32]),
            utc_offset: UtcOffset::CHINA,
        };
        let now = Timestamp::start_of(day("2021-07-01").unwrap(), UtcOffset::CHINA);
        let ledger = Ledger::new(MemoryStore::new(settings), now);
        let book = ledger.book::<WorkInjury>(area("320100").unwrap()).unwrap();
        let papers = Papers { register: "r", document: 1, basis: "b", actor: "a" };
        let voucher = book.voucher(day("2021-06-30").unwrap(), papers).unwrap();
        book.record(key("open"), &voucher, OpenAccount(TreasuryDeposit)).unwrap();
        let mut desk = Self { ledger, book, voucher, leaves: Vec::new(), documents: 0 };
        desk.read_on();
        desk
    }

    fn store(&self) -> &dyn Store {
        self.ledger.store()
    }

    /// Hashes what is recorded and not in the leaves yet.
    fn read_on(&mut self) {
        let (first, leaves) = (size(self.leaves.len()), &mut self.leaves);
        each_record(self.ledger.store(), self.book.id(), first, u64::MAX, &mut |record| {
            leaves.push(leaf_hash(record));
            Ok(())
        })
        .unwrap();
    }

    /// Records a commit of so many events.
    fn add(&mut self, events: u64) {
        let mut batch = Batch::new();
        for number in self.documents..self.documents + events {
            let premium = ReceivePremium {
                into: TreasuryDeposit,
                kind: WorkInjuryPremium::Unit,
                from: Party::from_u128(u128::from(number % 97)),
                amount: crate::money::Amount::from_minor(1 + number).unwrap(),
            };
            batch.push(&self.voucher.document(number), premium);
        }
        let name = key(&format!("from {}", self.documents));
        self.book.record_batch(name, batch).unwrap();
        self.documents += events;
        self.read_on();
    }

    fn tree(&self) -> BookTree<'_> {
        self.book.tree().unwrap()
    }
}

fn size(count: usize) -> u64 {
    u64::try_from(count).unwrap()
}

/// Every proof of every size is that of the leaf hashes.
#[test]
fn proofs_of_every_small_tree_are_those_of_its_leaves() {
    let mut desk = Desk::new();
    let mut random = 1_u64;
    while desk.leaves.len() < 600 {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        desk.add(1 + (random >> 60) % 5);
        let (tree, leaves) = (desk.tree(), &desk.leaves);
        let count = size(leaves.len());
        assert_eq!((tree.size(), tree.root()), (count, mth(leaves)));
        let source = LeafHashes(leaves);
        let step = usize::from(leaves.len() > 40) * 12 + 1;
        for index in (0..leaves.len()).step_by(step).chain([leaves.len() - 1]) {
            let proved = tree.prove(size(index) + 1).unwrap().unwrap();
            let expected = InclusionProof::new(&source, size(index), count).unwrap().unwrap();
            assert_eq!(proved.proof, expected, "leaf {index} of {count}");
            assert_eq!(leaf_hash(&proved.record), leaves[index]);
            let extends = tree.prove_extends(size(index)).unwrap().unwrap();
            let expected = ConsistencyProof::new(&source, size(index), count).unwrap().unwrap();
            assert_eq!(extends, expected, "{index} to {count}");
        }
    }
    // Each size that the tree has had, from its last.
    for count in 0..=desk.leaves.len() {
        let before = desk.tree().at(size(count)).unwrap().unwrap();
        let leaves = &desk.leaves[..count];
        assert_eq!((before.size(), before.root()), (size(count), mth(leaves)));
        if let Some(last) = leaves.last() {
            let proved = before.prove(size(count)).unwrap().unwrap();
            proved.proof.verify(*last, before.root()).unwrap();
        }
        assert_eq!(before.prove(size(count) + 1).unwrap(), None);
        let extends = before.prove_extends(size(count) / 2).unwrap().unwrap();
        let source = LeafHashes(&desk.leaves);
        extends.verify(source.root(size(count) / 2).unwrap(), before.root()).unwrap();
    }
}

#[test]
fn what_is_not_in_the_tree_has_no_proof() {
    let mut desk = Desk::new();
    desk.add(20);
    let tree = desk.tree();
    let count = tree.size();
    assert_eq!(tree.prove(0).unwrap(), None);
    assert_eq!(tree.prove(count + 1).unwrap(), None);
    assert_eq!(tree.prove(u64::MAX).unwrap(), None);
    assert_eq!(tree.prove_extends(count + 1).unwrap(), None);
    assert_eq!(tree.prove_extends(count).unwrap().unwrap().hashes(), []);
    assert_eq!(tree.prove_extends(0).unwrap().unwrap().hashes(), []);
    assert!(desk.tree().at(count + 1).unwrap().is_none());
    // A book that was never made.
    let absent = BookId::new(area("320500").unwrap(), desk.book.fund());
    let tree = BookTree::now(desk.store(), absent).unwrap();
    assert_eq!((tree.size(), tree.root()), (0, EMPTY_ROOT));
    assert_eq!(tree.prove(1).unwrap(), None);
}

/// A tree that was asked for before goes on giving proofs of its size while the book grows.
#[test]
fn a_tree_stays_what_it_was_while_the_book_grows() {
    let mut desk = Desk::new();
    desk.add(250);
    let store = desk.ledger.clone();
    let before = BookTree::now(store.store(), desk.book.id()).unwrap();
    let leaves = desk.leaves.clone();
    desk.add(300);
    for seq in [1, 16, 17, 128, 240, 241, before.size()] {
        let proved = before.prove(seq).unwrap().unwrap();
        let source = LeafHashes(&leaves);
        let expected = InclusionProof::new(&source, seq - 1, before.size()).unwrap().unwrap();
        assert_eq!(proved.proof, expected);
    }
    assert_eq!(before.prove(before.size() + 1).unwrap(), None);
}

/// What is kept is what is hashed from the records, group by group, and levels that are not kept are refused.
#[test]
fn kept_hashes_are_those_of_the_records() {
    let mut desk = Desk::new();
    for events in [10, 1, 1, 200, 40, 1, 1, 1, 3_900] {
        desk.add(events);
        for level in [4, 8, 12, 16] {
            for group in 0..=size(desk.leaves.len()) / (GROUP << level) + 1 {
                let kept = desk.store().subtrees(desk.book.id(), level, group).unwrap();
                let hashed = subtrees_of_records(desk.store(), desk.book.id(), level, group);
                assert_eq!(kept, hashed.unwrap(), "level {level}, group {group}");
                let wide = 1_usize << level;
                let all = desk.leaves.chunks_exact(wide).map(mth);
                let first = usize::try_from(group * GROUP).unwrap();
                let expected: Vec<_> = all.skip(first).take(16).collect();
                assert_eq!(kept, expected, "level {level}, group {group}");
            }
        }
    }
    for level in [0, 1, 5, 64, 68] {
        assert!(desk.store().subtrees(desk.book.id(), level, 0).is_err());
        assert!(subtrees_of_records(desk.store(), desk.book.id(), level, 0).is_err());
    }
    for group in [u64::MAX, u64::MAX / GROUP, 1 << 36] {
        assert_eq!(desk.store().subtrees(desk.book.id(), 60, group).unwrap(), []);
        assert_eq!(subtrees_of_records(desk.store(), desk.book.id(), 60, group).unwrap(), []);
    }
}

/// More than a tree may hold goes through it, and what it holds stays bounded.
#[test]
fn what_a_tree_holds_is_bounded() {
    let mut desk = Desk::new();
    while desk.leaves.len() < 70_000 {
        desk.add(16_384);
    }
    let tree = desk.tree();
    let mut most = 0;
    for seq in (1..=tree.size()).step_by(16) {
        assert!(tree.prove(seq).unwrap().is_some());
        most = most.max(tree.groups.borrow().len());
    }
    assert_eq!(most, HELD_MAX, "as many as it may, and no more");
    assert!(tree.prove(1).unwrap().is_some());
}

/// A store that changes one hash of those that it keeps, or one byte of a record.
struct Forger {
    honest: Ledger,
    forged: Arc<Mutex<Option<Forged>>>,
}

#[derive(Clone, Copy, Debug)]
enum Forged {
    Hash(u32, u64, usize),
    Shortened(u32, u64),
    Record(u64, usize),
    Missing(u64),
}

impl Store for Forger {
    fn subtrees(&self, book: BookId, level: u32, group: u64) -> Result<Vec<Hash>, Fault> {
        let mut hashes = self.honest.store().subtrees(book, level, group)?;
        match *self.forged.lock().unwrap() {
            Some(Forged::Hash(l, g, at)) if (l, g) == (level, group) => hashes[at].0[31] ^= 1,
            Some(Forged::Shortened(l, g)) if (l, g) == (level, group) => {
                hashes.truncate(hashes.len().saturating_sub(1))
            }
            _ => {}
        }
        Ok(hashes)
    }

    fn leaves(&self, book: BookId, first_seq: u64, count: u32) -> Result<Vec<Vec<u8>>, Fault> {
        let mut leaves = self.honest.store().leaves(book, first_seq, count)?;
        match *self.forged.lock().unwrap() {
            Some(Forged::Record(seq, byte)) => {
                let at = seq.checked_sub(first_seq).and_then(|at| usize::try_from(at).ok());
                if let Some(record) = at.and_then(|at| leaves.get_mut(at)) {
                    record[byte] ^= 0x80;
                }
            }
            Some(Forged::Missing(seq))
                if (first_seq..first_seq + u64::from(count)).contains(&seq) =>
            {
                drop(leaves.pop());
            }
            _ => {}
        }
        Ok(leaves)
    }

    fn head(&self, book: BookId) -> Result<Option<crate::commit::Head>, Fault> {
        self.honest.store().head(book)
    }

    fn settings(&self) -> Settings {
        self.honest.store().settings()
    }

    fn books(&self) -> Result<Vec<crate::store::StoredBook>, Fault> {
        unreachable!("a tree asks for nothing else")
    }

    fn create_book(&self, _: BookId) -> Result<(), Fault> {
        unreachable!("a tree asks for nothing else")
    }

    fn submit(&self, _: crate::commit::Proposal) -> crate::submission::Submission {
        unreachable!("a tree asks for nothing else")
    }

    fn commits(
        &self,
        _: BookId,
        _: u64,
        _: &mut dyn FnMut(
            crate::store::StoredCommit<'_>,
        ) -> Result<std::ops::ControlFlow<()>, Fault>,
    ) -> Result<(), Fault> {
        unreachable!("a tree asks for nothing else")
    }

    fn text(&self, _: BookId, _: u32) -> Result<Option<String>, Fault> {
        unreachable!("a tree asks for nothing else")
    }

    fn text_number(&self, _: BookId, _: &str) -> Result<Option<u32>, Fault> {
        unreachable!("a tree asks for nothing else")
    }

    fn corrections(
        &self,
        _: BookId,
        _: &mut dyn FnMut(u64, u64) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        unreachable!("a tree asks for nothing else")
    }

    fn corrected_minor(&self, _: BookId, _: u64) -> Result<u64, Fault> {
        unreachable!("a tree asks for nothing else")
    }

    fn attach(
        &self,
        _: Box<dyn crate::projection::AnyProjection>,
        _: &[&'static crate::fund::FundSpec],
    ) -> Result<(), Fault> {
        unreachable!("a tree asks for nothing else")
    }

    fn rebuild(&self, _: &str, _: &[&'static crate::fund::FundSpec]) -> Result<(), Fault> {
        unreachable!("a tree asks for nothing else")
    }

    fn projected_to(&self, _: BookId, _: &str) -> Result<Option<crate::store::Projected>, Fault> {
        unreachable!("a tree asks for nothing else")
    }

    fn cell(&self, _: BookId, _: &str, _: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
        unreachable!("a tree asks for nothing else")
    }

    fn cells(
        &self,
        _: BookId,
        _: &str,
        _: &[u8],
        _: &mut crate::store::EachCell<'_>,
    ) -> Result<(), Fault> {
        unreachable!("a tree asks for nothing else")
    }

    fn at_one_moment(
        &self,
        _: &mut dyn FnMut(&dyn Store) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        unreachable!("a tree asks for nothing else")
    }

    fn check_storage(&self) -> Result<Vec<String>, Fault> {
        unreachable!("a tree asks for nothing else")
    }
}

/// Whatever is wrong in what is kept: a proof is refused or right, never wrong, and somewhere it is refused.
#[test]
fn no_wrong_proof_is_given_of_what_is_damaged() {
    let mut desk = Desk::new();
    desk.add(4_300);
    let forged = Arc::default();
    let forger = Forger { honest: desk.ledger.clone(), forged: Arc::clone(&forged) };
    let source = LeafHashes(&desk.leaves);
    let count = size(desk.leaves.len());
    let damages = [
        Forged::Hash(4, 0, 0),
        Forged::Hash(4, 3, 7),
        Forged::Hash(4, 15, 15),
        Forged::Hash(8, 0, 2),
        Forged::Shortened(4, 2),
        Forged::Shortened(8, 0),
        Forged::Record(1, 0),
        Forged::Record(100, 30),
        Forged::Record(4_000, 80),
        Forged::Missing(1_000),
        Forged::Missing(count),
    ];
    for damage in damages {
        *forged.lock().unwrap() = Some(damage);
        let (mut refused, mut given) = (0, 0);
        for seq in (1..=count).step_by(37).chain([1, 100, 1_000, 4_000, count]) {
            let tree = BookTree::now(&forger, desk.book.id()).unwrap();
            match tree.prove(seq) {
                Err(fault) => {
                    assert_eq!(fault.kind(), FaultKind::Damaged, "{fault}");
                    refused += 1;
                }
                Ok(proved) => {
                    let proved = proved.unwrap();
                    let expected = InclusionProof::new(&source, seq - 1, count).unwrap().unwrap();
                    assert_eq!(proved.proof, expected, "{damage:?}, event {seq}");
                    assert_eq!(
                        leaf_hash(&proved.record),
                        desk.leaves[usize::try_from(seq).unwrap() - 1]
                    );
                    given += 1;
                }
            }
        }
        assert!(refused > 0 && given > 0, "{damage:?}: {refused} refused, {given} given");
        // An earlier size is none that the tree never had, and what extends it is right or refused.
        for old in (0..=count).step_by(131) {
            match BookTree::now(&forger, desk.book.id()).unwrap().at(old) {
                Ok(earlier) => {
                    assert_eq!(
                        earlier.unwrap().root(),
                        source.root(old).unwrap(),
                        "{damage:?}, size {old}"
                    );
                }
                Err(fault) => assert_eq!(fault.kind(), FaultKind::Damaged, "{fault}"),
            }
            let tree = BookTree::now(&forger, desk.book.id()).unwrap();
            if let Ok(proof) = tree.prove_extends(old) {
                let expected = ConsistencyProof::new(&source, old, count).unwrap().unwrap();
                assert_eq!(proof.unwrap(), expected, "{damage:?}, size {old}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Large trees, made of commits of any size: proofs of leaves and of earlier sizes.
    #[test]
    fn proofs_of_large_trees_are_those_of_their_leaves(
        commits in proptest::collection::vec(prop_oneof![1..4_u64, 1..400_u64, 1..6_000_u64], 1..8),
        picked in proptest::collection::vec(any::<u64>(), 12),
    ) {
        let mut desk = Desk::new();
        commits.iter().for_each(|events| desk.add(*events));
        let tree = desk.tree();
        let source = LeafHashes(&desk.leaves);
        prop_assert_eq!(tree.root(), mth(&desk.leaves));
        for pair in picked.chunks(2) {
            let index = pair[0] % tree.size();
            let proved = tree.prove(index + 1).unwrap().unwrap();
            prop_assert_eq!(&proved.proof, &InclusionProof::new(&source, index, tree.size()).unwrap().unwrap());
            prop_assert_eq!(leaf_hash(&proved.record), desk.leaves[usize::try_from(index).unwrap()]);
            let old = pair[1] % (tree.size() + 1);
            let extends = tree.prove_extends(old).unwrap().unwrap();
            prop_assert_eq!(&extends, &ConsistencyProof::new(&source, old, tree.size()).unwrap().unwrap());
            let earlier = desk.tree().at(old).unwrap().unwrap();
            prop_assert_eq!(earlier.root(), source.root(old).unwrap());
            if old > 0 {
                let index = pair[0] % old;
                let proved = earlier.prove(index + 1).unwrap().unwrap();
                prop_assert_eq!(&proved.proof, &InclusionProof::new(&source, index, old).unwrap().unwrap());
            }
        }
    }
}
