//! When witnesses are away: to go on or to refuse is a setting, and both say what is true.

use earmark_audit::notary::{Away, NotaryError, WhenAway, Witness};
use earmark_tlog::note::VerifierKey;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::given::{Desk, witness_key};

/// A witness behind a line that may be cut.
struct Line<W> {
    cut: Arc<AtomicBool>,
    witness: W,
}

impl<W: Witness> Witness for Line<W> {
    fn key(&self) -> &VerifierKey {
        self.witness.key()
    }

    fn cosign(&self, request: &[u8]) -> Result<Vec<u8>, Away> {
        if self.cut.load(Ordering::Relaxed) {
            return Err(Away::NoAnswer { reason: "the line is cut".to_owned() });
        }
        self.witness.cosign(request)
    }
}

#[test]
fn going_on_gives_out_and_says_who_is_missing() {
    let desk = Desk::in_memory();
    let policy = desk.policy(&[witness_key(1), witness_key(2)], 2);
    let cut = Arc::new(AtomicBool::new(true));
    let line = Line { cut: cut.clone(), witness: desk.witness(2) };
    let notary = desk.notary(policy.clone(), WhenAway::GoOn).witness(desk.witness(1)).witness(line);
    let given = notary.checkpoint(&desk.book, desk.now()).unwrap();
    assert!(!given.quorum);
    assert_eq!(given.missing[0].to_string(), "`witness-2.example`: no answer: the line is cut");
    assert!(policy.believe(&given.note).is_err(), "who has a policy is not deceived");
    cut.store(false, Ordering::Relaxed);
    assert!(notary.checkpoint(&desk.book, desk.now()).unwrap().quorum);
}

#[test]
fn refusing_gives_nothing_out_and_keeps_what_was_signed() {
    let desk = Desk::in_memory();
    let policy = desk.policy(&[witness_key(1), witness_key(2)], 2);
    let cut = Arc::new(AtomicBool::new(false));
    let line = Line { cut: cut.clone(), witness: desk.witness(2) };
    let notary = desk.notary(policy, WhenAway::Refuse).witness(desk.witness(1)).witness(line);
    let before = notary.checkpoint(&desk.book, desk.now()).unwrap();
    desk.record(4);
    cut.store(true, Ordering::Relaxed);
    let refused = notary.checkpoint(&desk.book, desk.now()).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "log `ledger.funds.example/320100/WORK_INJURY`: the checkpoint of 8 events is signed and not given \
         out, its quorum is not reached; missing: `witness-2.example`: no answer: the line is cut; it is kept \
         in the archive and is given out once enough have cosigned"
    );
    let NotaryError::NoQuorum { size, .. } = refused else { panic!("{refused}") };
    assert_eq!(size, desk.book.last_seq().unwrap());
    let origin = notary.origin(desk.book.id()).unwrap();
    assert_eq!(notary.archive().last(&origin).unwrap().unwrap().note, before.note);
    let signed = notary.archive().signed(&origin).unwrap().unwrap();
    assert_eq!(signed.checkpoint.size(), size);
    // The cosignature of the one who was there is not lost, and the rest is asked for again.
    assert_eq!(signed.note.signatures().len(), 2);
    cut.store(false, Ordering::Relaxed);
    let given = notary.checkpoint(&desk.book, desk.now()).unwrap();
    assert!(given.quorum && given.checkpoint.size() == size);
    assert_eq!(notary.archive().last(&origin).unwrap().unwrap().note, given.note);
}

#[test]
fn a_cosignature_that_comes_later_gives_the_checkpoint_out() {
    let desk = Desk::in_memory();
    let policy = desk.policy(&[witness_key(1)], 1);
    let notary = desk.notary(policy, WhenAway::Refuse);
    let Err(NotaryError::NoQuorum { origin, size, missing }) =
        notary.checkpoint(&desk.book, desk.now())
    else {
        panic!("nobody has cosigned");
    };
    assert!(missing.is_empty());
    let signed = notary.archive().signed(&origin).unwrap().unwrap();
    let lines = desk.witness(1).cosign(format!("old 0\n\n{}", signed.note).as_bytes()).unwrap();
    for wrong in [&b""[..], b"\n", b"nothing\n", &lines[1..], &lines[..lines.len() - 1]] {
        assert!(notary.join(&origin, size, wrong, desk.now()).is_err());
    }
    assert!(notary.join(&origin, size + 1, &lines, desk.now()).is_err());
    let smuggled = [b"more text\n\n", &lines[..]].concat();
    assert!(notary.join(&origin, size, &smuggled, desk.now()).is_err());
    assert!(notary.archive().last(&origin).unwrap().is_none());
    assert!(notary.join(&origin, size, &lines, desk.now()).unwrap().quorum);
    assert_eq!(notary.archive().last(&origin).unwrap().unwrap().checkpoint.size(), size);
}
