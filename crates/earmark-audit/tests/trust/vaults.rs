//! Vaults: what is kept, what is erased, and that the commitment says nothing alone.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use earmark_audit::notary::WhenAway;
use earmark_audit::receipt::{Receipt, of_commit};
use earmark_audit::vault::{
    Commitment, Detail, FolderVault, Kept, MAX_DETAIL_BYTES, Vault, VaultError, open,
};
use earmark_core::command::BindDetail;
use earmark_core::event;
use earmark_core::id::{Party, key};
use earmark_testkit::clock::HandClock;
use earmark_tlog::leaf_hash;
use proptest::prelude::*;

use crate::given::{Desk, each_changed, open_file, witness_key};

#[test]
fn a_detail_is_kept_erased_and_not_kept_again() {
    let folder = tempfile::tempdir().unwrap();
    let vault = FolderVault::open(folder.path()).unwrap();
    let detail = Detail::new(b"Zhang San, 320100199001011234").unwrap();
    let commitment = vault.keep(&detail).unwrap();
    assert_eq!(vault.keep(&detail).unwrap(), commitment);
    assert_eq!(vault.get(commitment).unwrap(), Kept::Detail(detail.clone()));
    drop(vault);
    let vault = FolderVault::open(folder.path()).unwrap();
    assert_eq!(vault.get(commitment).unwrap(), Kept::Detail(detail.clone()));

    vault.erase(commitment).unwrap();
    vault.erase(commitment).unwrap();
    assert_eq!(vault.get(commitment).unwrap(), Kept::Erased);
    assert_eq!(vault.keep(&detail), Err(VaultError::Erased { commitment }));
    drop(vault);
    // Nothing of it is left in any file.
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        assert!(std::fs::read(entry.unwrap().path()).unwrap().is_empty());
    }
    let vault = FolderVault::open(folder.path()).unwrap();
    assert_eq!(vault.get(commitment).unwrap(), Kept::Erased);
    // Whoever still has both can show that the commitment was of them.
    assert!(open(commitment, detail.salt(), detail.bytes()));
    let never = Commitment([7; 32]);
    assert_eq!(vault.get(never).unwrap(), Kept::Nothing);
    assert_eq!(vault.erase(never), Err(VaultError::NotKept { commitment: never }));
}

#[test]
fn the_same_detail_twice_has_two_commitments() {
    let (one, two) = (Detail::new(b"Zhang San").unwrap(), Detail::new(b"Zhang San").unwrap());
    assert_ne!(one.commitment(), two.commitment());
    assert!(!format!("{one:?}").contains("Zhang"));
}

#[test]
fn the_commitment_is_as_it_is_described() {
    let detail = Detail::from_parts([1; 32], b"detail").unwrap();
    let bytes = [&b"earmark/detail/v1\0"[..], &[1; 32], b"detail"].concat();
    // The leaf hash is SHA-256 over a zero byte and the rest; here is SHA-256 alone.
    let expected = <sha2::Sha256 as sha2::Digest>::digest(bytes);
    assert_eq!(detail.commitment().0[..], expected[..]);
}

#[test]
fn every_changed_byte_of_what_is_kept_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let vault = FolderVault::open(folder.path()).unwrap();
    let detail = Detail::new(b"Zhang San").unwrap();
    let commitment = vault.keep(&detail).unwrap();
    let file = folder.path().join(commitment.to_string());
    let bytes = std::fs::read(&file).unwrap();
    each_changed(&bytes, 1, |place, changed| {
        std::fs::write(&file, changed).unwrap();
        assert_eq!(vault.get(commitment), Err(VaultError::Damaged { commitment }), "byte {place}");
    });
    for length in 0..bytes.len() {
        std::fs::write(&file, &bytes[..length]).unwrap();
        assert_eq!(vault.get(commitment), Err(VaultError::Damaged { commitment }));
    }
    // What is damaged can be mended by who has it, and erased by who has not.
    vault.keep(&detail).unwrap();
    assert_eq!(vault.get(commitment).unwrap(), Kept::Detail(detail));
    std::fs::write(&file, "x").unwrap();
    vault.erase(commitment).unwrap();
    assert_eq!(vault.get(commitment).unwrap(), Kept::Erased);
}

#[test]
fn limits_and_strays() {
    let folder = tempfile::tempdir().unwrap();
    Detail::new(vec![0; MAX_DETAIL_BYTES]).unwrap();
    let found = MAX_DETAIL_BYTES + 1;
    assert_eq!(Detail::new(vec![0; found]), Err(VaultError::TooLong { found }));
    let vault = FolderVault::open(folder.path()).unwrap();
    assert!(matches!(FolderVault::open(folder.path()), Err(VaultError::Locked { .. })));
    drop(vault);
    for name in ["notes.txt", "abc.erased", &"A".repeat(64)] {
        std::fs::write(folder.path().join(name), "x").unwrap();
        assert!(
            matches!(FolderVault::open(folder.path()), Err(VaultError::Stray { .. })),
            "{name}"
        );
        std::fs::remove_file(folder.path().join(name)).unwrap();
    }
    for text in ["", "é", &"0".repeat(63), &"0".repeat(65), &"+0".repeat(32)] {
        assert_eq!(text.parse::<Commitment>(), Err(VaultError::Digits));
    }
}

/// The files of a folder, of its folders too, that hold some bytes.
fn holding(folder: &Path, bytes: &[u8]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(holding(&path, bytes));
        } else if std::fs::read(&path).unwrap().windows(bytes.len()).any(|it| it == bytes) {
            found.push(path);
        }
    }
    found
}

/// A detail is kept, bound, put under a checkpoint, proved by a receipt, and erased: it is gone, and every proof
/// stands.
#[test]
fn inv_43_what_a_book_binds_can_be_erased_and_its_receipt_stands() {
    let desk = Desk::in_file(Arc::new(tempfile::tempdir().unwrap()));
    let everything = desk.folder.clone();
    let policy = desk.policy(&[witness_key(1)], 1);
    let notary = desk.notary(policy.clone(), WhenAway::Refuse).witness(desk.witness(1));
    let premiums = desk.record(3);
    let vault = FolderVault::open(desk.path("vault")).unwrap();
    let text = "张三, 320100199001011234, 12 Elm Road".as_bytes();
    let detail = Detail::new(text).unwrap();
    let commitment = vault.keep(&detail).unwrap();
    let payer = desk.book.event(premiums.last_seq()).unwrap().unwrap().party().unwrap();
    let (party, of) = (Some(payer), Some(premiums.last_seq()));
    let bind = BindDetail { party, event: of, commitment: commitment.0 };
    let commit = desk.book.record(key("bind"), &desk.voucher, bind).unwrap();
    let early = notary.checkpoint(&desk.book, desk.now()).unwrap();
    let [receipt] = of_commit(&desk.book, &commit, &early.note).unwrap().try_into().unwrap();
    receipt.write(desk.path("receipts")).unwrap();
    let kept = vec![desk.path("vault").join(commitment.to_string())];
    assert_eq!(
        (holding(everything.path(), text), holding(everything.path(), detail.salt())),
        (kept.clone(), kept)
    );

    vault.erase(commitment).unwrap();
    assert_eq!(vault.get(commitment).unwrap(), Kept::Erased);
    drop(vault);
    // Neither the vault nor the ledger, its archive or a receipt has any of it; of the vault's files none has a byte.
    for part in text.chunks_exact(8).chain(detail.salt().chunks_exact(8)) {
        assert_eq!(holding(everything.path(), part), Vec::<PathBuf>::new());
    }
    for entry in std::fs::read_dir(desk.path("vault")).unwrap() {
        assert!(std::fs::read(entry.unwrap().path()).unwrap().is_empty());
    }
    let vault = FolderVault::open(desk.path("vault")).unwrap();
    assert_eq!(vault.get(commitment).unwrap(), Kept::Erased);

    // The receipt proves that it was bound, to whom, and to which event.
    let held = Receipt::read(desk.path("receipts"), commit.last_seq()).unwrap().unwrap();
    assert_eq!(held, receipt);
    assert_eq!(held.verify(&policy).unwrap().cosignatures.len(), 1);
    let bound = desk.book.event(commit.last_seq()).unwrap().unwrap();
    let event::Detail::Bound(recorded) = bound.event().fact().detail() else {
        panic!("{bound:?} binds nothing")
    };
    assert_eq!((bound.party(), recorded.event()), (party, of));
    assert_eq!(recorded.commitment(), commitment.0);
    // Whoever kept both can show what it was, and nobody can show anything else.
    assert!(open(Commitment(recorded.commitment()), detail.salt(), text));
    assert!(!open(Commitment(recorded.commitment()), detail.salt(), &text[1..]));

    // The book goes on, and the ledger is sound without it.
    desk.record(4);
    let other = BindDetail { party: Some(Party::from_u128(9)), ..bind };
    let refused = desk.book.record(key("another's"), &desk.voucher, other).unwrap_err();
    assert!(refused.to_string().contains("names another party"), "{refused}");
    let late = notary.checkpoint(&desk.book, desk.now()).unwrap();
    let (before, after) = (early.checkpoint, late.checkpoint);
    assert!(after.size() > before.size());
    let tree = desk.book.tree().unwrap();
    let extends = tree.prove_extends(before.size()).unwrap().unwrap();
    extends.verify(before.root(), after.root()).unwrap();
    let proved = tree.prove(commit.last_seq()).unwrap().unwrap();
    proved.proof.verify(leaf_hash(held.record()), after.root()).unwrap();
    drop(tree);
    let sound = desk.ledger.verify().unwrap();
    assert!(sound.is_sound(), "{:?}", sound.findings());
    let file = desk.path("ledger.earmark");
    drop((notary, desk));
    let reopened = open_file(&file, &HandClock::new()).verify().unwrap();
    assert!(reopened.is_sound(), "{:?}", reopened.findings());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn whatever_is_kept_comes_back(salt in any::<[u8; 32]>(), bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let folder = tempfile::tempdir().unwrap();
        let vault = FolderVault::open(folder.path()).unwrap();
        let detail = Detail::from_parts(salt, bytes).unwrap();
        let commitment = vault.keep(&detail).unwrap();
        prop_assert_eq!(commitment.to_string().parse::<Commitment>().unwrap(), commitment);
        prop_assert_eq!(vault.get(commitment).unwrap(), Kept::Detail(detail));
    }
}
