//! What `verify` finds when a store no longer gives what was written: bytes, columns, heads, texts,
//! corrections, cells. The store here lies on purpose; what it keeps is sound.

use earmark_core::account::{ExpenditureAccount, SpecialAccount};
use earmark_core::codec::{FRAME_HEADER_BYTES, Frame};
use earmark_core::command::{BringForward, PayBenefit, ReceivePremium, ReturnPayment};
use earmark_core::error::FaultKind;
use earmark_core::fund::{WorkInjury, WorkInjuryBenefit, WorkInjuryPremium};
use earmark_core::money::yuan;
use earmark_tlog::{Hash, leaf_hash};

use crate::given::{Desk, HandClock, crc32, nanjing, party};
use crate::liar::{KeptCells, Liar, Lie};

/// A ledger with two payments, one of them returned in part, in a store that tells one lie.
fn findings(lie: Lie) -> Vec<String> {
    let (store, liar) = Liar::new();
    let clock = HandClock::new();
    let ledger = earmark_core::ledger::Ledger::new(store, clock.clone());
    let desk = Desk::<WorkInjury>::new(ledger, clock, nanjing()).with_accounts();
    let forward = BringForward { into: ExpenditureAccount, amount: yuan("100.00").unwrap() };
    desk.record("forward", forward).unwrap();
    let premium = ReceivePremium {
        into: SpecialAccount,
        kind: WorkInjuryPremium::Unit,
        from: party(1),
        amount: yuan("20.00").unwrap(),
    };
    desk.record("premium", premium).unwrap();
    let payment = PayBenefit {
        from: ExpenditureAccount,
        kind: WorkInjuryBenefit::Medical,
        to: party(7),
        amount: yuan("60.00").unwrap(),
    };
    let paid = desk.recorded("payment", payment);
    let returned = ReturnPayment { of: &paid, amount: yuan("4.00").unwrap() };
    desk.record("returned", returned).unwrap();
    assert!(desk.ledger.verify().unwrap().is_sound());
    liar.tell(lie);
    let verification = desk.ledger.verify().unwrap();
    assert_eq!(verification.is_sound(), verification.findings().is_empty());
    verification.findings().iter().map(ToString::to_string).collect()
}

fn one(lie: Lie) -> String {
    let mut findings = findings(lie);
    assert_eq!(findings.len(), 1, "{findings:?}");
    findings.remove(0)
}

/// A frame in which a byte is changed and the checksum mended.
fn forged(frame: &[u8], at: usize, flip: u8) -> Vec<u8> {
    let mut forged = frame[..frame.len() - 4].to_vec();
    forged[at] ^= flip;
    let sum = crc32(&forged);
    forged.extend_from_slice(&sum.to_le_bytes());
    assert_eq!(forged.len(), frame.len());
    forged
}

/// The commit whose event is the payment of 60.00.
const PAYMENT: u64 = 10;

#[test]
fn inv_17_no_forged_byte_of_a_commit_passes() {
    let mut tried = 0;
    for at in 0..600 {
        let found = findings(Lie::Frame(
            PAYMENT,
            Box::new(move |frame| (at < frame.len() - 4).then(|| forged(frame, at, 0x01))),
        ));
        if found.is_empty() {
            break;
        }
        assert_eq!(found.len(), 1, "byte {at}: {found:?}");
        tried += 1;
    }
    // The header, and a record of 81 bytes.
    assert_eq!(tried, FRAME_HEADER_BYTES + 81);
}

#[test]
fn a_larger_payment_in_the_bytes_is_found_by_its_root() {
    let amount_at = FRAME_HEADER_BYTES + 20 + 32;
    let lie = Lie::Frame(
        PAYMENT,
        Box::new(move |frame| {
            let forged = forged(frame, amount_at, 0x01);
            assert!(Frame::parse(&forged).is_ok());
            Some(forged)
        }),
    );
    let found = one(lie);
    let start = "book 320100/WORK_INJURY, commit at event 10: the stored root is ";
    assert!(found.starts_with(start), "{found}");
}

#[test]
fn a_payment_over_the_balance_is_found_by_deciding_again() {
    let amount_at = FRAME_HEADER_BYTES + 20 + 32;
    let lie = Lie::Frame(PAYMENT, Box::new(move |frame| Some(forged(frame, amount_at + 2, 0x01))));
    let found = one(lie);
    let start = "book 320100/WORK_INJURY, event 10: deciding again: refused by rule `no-overdraft`";
    assert!(found.starts_with(start), "{found}");
}

#[test]
fn a_missing_commit_is_found() {
    let found = one(Lie::Skipped(PAYMENT));
    assert_eq!(
        found,
        "book 320100/WORK_INJURY, commit at event 11: event 10 comes next; events are missing"
    );
}

#[test]
fn commits_missing_at_the_end_are_found_by_the_head() {
    let found = findings(Lie::Skipped(11));
    assert_eq!(
        found[0],
        "book 320100/WORK_INJURY, head: the book's head stands at event 11, the events end at 10"
    );
}

#[test]
fn a_column_that_is_not_its_frames_is_found() {
    let found = one(Lie::RecordedAt(PAYMENT));
    assert_eq!(
        found,
        "book 320100/WORK_INJURY, commit at event 10: the column `recorded_at` is not what the frame \
         states"
    );
}

#[test]
fn a_head_of_another_balance_is_found() {
    let found = one(Lie::Head);
    assert_eq!(
        found,
        "book 320100/WORK_INJURY, head: the stored state is not what the events give"
    );
}

#[test]
fn a_changed_text_is_found() {
    let found = one(Lie::Text(2, "no law at all".to_owned()));
    assert_eq!(found, "book 320100/WORK_INJURY, text 2: the stored text is not the registered one");
}

#[test]
fn a_correction_forgotten_or_made_up_is_found() {
    for taken in [0, 399, 401] {
        let found = one(Lie::Corrected(PAYMENT, taken));
        assert_eq!(
            found,
            "book 320100/WORK_INJURY, event 10: what was taken back of it is not what is stored",
            "{taken}"
        );
    }
}

#[test]
fn a_changed_added_or_missing_cell_is_found() {
    let changes: [fn(&mut KeptCells); 3] = [
        |cells| cells[0].1[20] ^= 1,
        |cells| {
            cells.pop();
        },
        |cells| cells.push((vec![0xff; 12], vec![0; 24])),
    ];
    for change in changes {
        let found = one(Lie::Cells(change));
        assert_eq!(
            found,
            "book 320100/WORK_INJURY, projection `totals`: its stored cells are not what the events \
             give; rebuild it"
        );
    }
}

#[test]
fn a_projection_kept_otherwise_than_its_events_is_found() {
    for change in [
        |kept: &mut earmark_core::store::Projected| kept.seq -= 1,
        |kept: &mut earmark_core::store::Projected| kept.version += 1,
    ] {
        let found = one(Lie::Projected(change));
        assert!(found.starts_with("book 320100/WORK_INJURY, projection `totals`: "), "{found}");
    }
}

type ChangeHashes = fn(&mut Vec<Hash>);

/// Verification finds it in whatever a store keeps, and a proof that needs it is not given.
#[test]
fn inv_41_a_kept_hash_that_is_not_of_the_records_is_found() {
    let changes: [(ChangeHashes, &str); 4] = [
        (|hashes| hashes[2].0[7] ^= 1, "tree, events 33 to 48: the kept hash is "),
        (|hashes| hashes.swap(0, 1), "tree, events 1 to 16: the kept hash is "),
        (|hashes| hashes.truncate(3), "tree, events 49 to 64: the kept hash is none, "),
        (
            |hashes| hashes.push(Hash([0; 32])),
            "tree: subtrees of level 4: the 4 of 70 events are not ",
        ),
    ];
    for (change, expected) in changes {
        let (store, liar) = Liar::new();
        let clock = HandClock::new();
        let ledger = earmark_core::ledger::Ledger::new(store, clock.clone());
        let desk = Desk::<WorkInjury>::new(ledger, clock, nanjing()).with_accounts();
        let premium = ReceivePremium {
            into: SpecialAccount,
            kind: WorkInjuryPremium::Unit,
            from: party(1),
            amount: yuan("20.00").unwrap(),
        };
        let before = desk.book.last_seq().unwrap();
        desk.record("premiums", vec![premium; usize::try_from(70 - before).unwrap()]).unwrap();
        assert!(desk.ledger.verify().unwrap().is_sound());
        let root = desk.book.tree().unwrap().root();
        liar.tell(Lie::Subtrees(change));
        let verification = desk.ledger.verify().unwrap();
        let found: Vec<_> = verification.findings().iter().map(ToString::to_string).collect();
        assert_eq!(found.len(), 1, "{found:?}");
        let start = format!("book 320100/WORK_INJURY, {expected}");
        assert!(found[0].starts_with(&start), "{}", found[0]);
        let mut refused = 0;
        for seq in 1..=70 {
            match desk.book.tree().unwrap().prove(seq) {
                Ok(proved) => {
                    let proved = proved.unwrap();
                    proved.proof.verify(leaf_hash(&proved.record), root).unwrap();
                }
                Err(fault) => {
                    assert_eq!(fault.kind(), FaultKind::Damaged, "{fault}");
                    refused += 1;
                }
            }
        }
        // One hash too many is asked for by nobody.
        assert_eq!(refused > 0, !expected.contains("of 70 events"), "{refused} refused");
    }
}

#[test]
fn a_store_that_says_its_file_is_broken_is_believed() {
    assert_eq!(
        one(Lie::Storage("page 7 is never used".to_owned())),
        "storage: page 7 is never used"
    );
}
