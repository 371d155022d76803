//! Receipts: what the holder keeps, checked without a ledger.

use earmark_audit::notary::WhenAway;
use earmark_audit::receipt::{Receipt, ReceiptError, of_commit, of_event};
use earmark_core::fund::{Maternity, WorkInjury};
use earmark_core::id::area;

use crate::given::{Desk, each_changed, witness_key};

#[test]
fn every_event_of_a_commit_has_a_receipt_that_stands_alone() {
    let desk = Desk::in_memory();
    let policy = desk.policy(&[witness_key(1)], 1);
    let notary = desk.notary(policy.clone(), WhenAway::Refuse).witness(desk.witness(1));
    desk.record(5);
    let commit = desk.record(21);
    let given = notary.checkpoint(&desk.book, desk.now()).unwrap();
    desk.record(8);
    let receipts = of_commit(&desk.book, &commit, &given.note).unwrap();
    assert_eq!(receipts.len(), 21);
    for (receipt, seq) in receipts.iter().zip(commit.first_seq()..) {
        receipt.write(desk.path("receipts")).unwrap();
        let held = Receipt::read(desk.path("receipts"), seq).unwrap().unwrap();
        assert_eq!(held, *receipt);
        let believed = held.verify(&policy).unwrap();
        assert_eq!((held.seq(), believed.cosignatures.len()), (seq, 1));
    }
    assert_eq!(Receipt::read(desk.path("receipts"), 1), Ok(None));
    // The files of one event under the number of another.
    let first = commit.first_seq();
    for end in ["record", "tlog-proof"] {
        let [from, to] = [first, 999].map(|seq| desk.path(&format!("receipts/{seq}.{end}")));
        std::fs::copy(from, to).unwrap();
    }
    let other = Receipt::read(desk.path("receipts"), 999);
    assert_eq!(other, Err(ReceiptError::OtherEvent { seq: 999, found: first }));
}

#[test]
fn every_changed_byte_is_refused() {
    let desk = Desk::in_memory();
    let policy = desk.policy(&[witness_key(1)], 1);
    let notary = desk.notary(policy.clone(), WhenAway::Refuse).witness(desk.witness(1));
    let commit = desk.record(6);
    let given = notary.checkpoint(&desk.book, desk.now()).unwrap();
    let receipt = of_event(&desk.book, commit.first_seq(), &given.note).unwrap();
    let proof = receipt.proof_file();
    each_changed(receipt.record(), 1, |place, changed| {
        let held = Receipt::parse(changed, proof.as_bytes());
        assert!(held.and_then(|held| held.verify(&policy)).is_err(), "byte {place} of the record");
    });
    each_changed(proof.as_bytes(), 1, |place, changed| {
        let held = Receipt::parse(receipt.record(), changed);
        assert!(held.and_then(|held| held.verify(&policy)).is_err(), "byte {place} of the proof");
    });
    let longer = [receipt.record(), b"x"].concat();
    assert!(matches!(Receipt::parse(&longer, proof.as_bytes()), Err(ReceiptError::Record { .. })));
    let other = desk.policy(&[witness_key(2)], 1);
    assert!(receipt.verify(&other).is_err(), "whom one trusts is one's own matter");
}

#[test]
fn what_is_not_under_the_checkpoint_has_no_receipt() {
    let desk = Desk::in_memory();
    let notary = desk.notary(desk.policy(&[], 0), WhenAway::Refuse);
    let given = notary.checkpoint(&desk.book, desk.now()).unwrap();
    let commit = desk.record(1);
    let size = given.checkpoint.size();
    let early = of_commit(&desk.book, &commit, &given.note);
    assert_eq!(early, Err(ReceiptError::NotYet { seq: size + 1, size }));
    assert_eq!(of_event(&desk.book, 0, &given.note), Err(ReceiptError::NotYet { seq: 0, size }));
    let maternity = desk.ledger.book::<Maternity>(area("320100").unwrap()).unwrap();
    let wuxi = desk.ledger.book::<WorkInjury>(area("320200").unwrap()).unwrap();
    for result in [of_event(&maternity, 1, &given.note), of_event(&wuxi, 1, &given.note)] {
        assert!(matches!(result, Err(ReceiptError::OtherBook { .. })), "{result:?}");
    }
    assert!(matches!(of_commit(&wuxi, &commit, &given.note), Err(ReceiptError::OtherBook { .. })));
    let other = Desk::in_memory();
    other.record(2);
    let forked = other.notary(other.policy(&[], 0), WhenAway::Refuse);
    let forked = forked.checkpoint(&other.book, other.now()).unwrap();
    desk.record(5);
    assert!(matches!(
        of_event(&desk.book, 1, &forked.note),
        Err(ReceiptError::OtherHistory { .. })
    ));
}
