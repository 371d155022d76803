use earmark_tlog::checkpoint::{Checkpoint, cosignatures};
use earmark_tlog::note::{Algorithm, NoteError, SignedNote};
use earmark_tlog::proof::{ConsistencyProof, LeafHashes};
use earmark_tlog::witness::{Refused, Request, witness};
use earmark_tlog::{Hash, leaf_hash};

use super::{leaves, log, signed, signer};

fn request(all: &[Hash], old_size: u64) -> Request {
    let size = u64::try_from(all.len()).unwrap();
    let proof = ConsistencyProof::new(&LeafHashes(all), old_size, size).unwrap().unwrap();
    Request { old_size, hashes: proof.hashes().to_vec(), note: signed(all) }
}

fn checkpoint(all: &[Hash]) -> Checkpoint {
    Checkpoint::parse(signed(all).text_unverified()).unwrap()
}

fn ask(last: Option<&Checkpoint>, request: &Request) -> Result<Checkpoint, Refused> {
    let (own, logs) = (super::witness(1), [log().verifier().clone()]);
    // As it travels.
    let read = Request::parse(request.to_string().as_bytes()).unwrap();
    assert_eq!(read, *request);
    let (checkpoint, signature) = witness(&own, &logs, last, &read, 1_700_000_000)?;
    let note = format!("{}{signature}\n", request.note);
    let note = SignedNote::parse(note.as_bytes()).unwrap();
    let found = cosignatures(&note, &[own.verifier().clone()]).unwrap();
    assert_eq!(found.len(), 1);
    Ok(checkpoint)
}

#[test]
fn a_witness_follows_a_log_as_it_grows() {
    let all = leaves(40);
    let mut last: Option<Checkpoint> = None;
    for size in [0, 1, 1, 2, 7, 8, 31, 40, 40] {
        let old = last.as_ref().map_or(0, Checkpoint::size);
        let seen = ask(last.as_ref(), &request(&all[..size], old)).unwrap();
        assert_eq!(seen.size(), u64::try_from(size).unwrap());
        last = Some(seen);
    }
}

#[test]
fn a_log_that_changed_its_past_is_refused() {
    let all = leaves(20);
    let last = checkpoint(&all[..12]);
    let mut other = all.clone();
    other[5] = leaf_hash(b"changed");
    let refused = ask(Some(&last), &request(&other, 12)).unwrap_err();
    assert!(matches!(refused, Refused::Inconsistent(_)), "{refused}");
    assert_eq!(refused.status(), 422);
    // The same size and another root.
    let refused = ask(Some(&last), &request(&other[..12], 12)).unwrap_err();
    assert_eq!(refused.status(), 422);
}

#[test]
fn a_log_that_was_rolled_back_is_refused() {
    let all = leaves(20);
    let last = checkpoint(&all[..12]);
    assert_eq!(ask(Some(&last), &request(&all[..9], 9)), Err(Refused::Conflict { size: 12 }));
    let mut back = request(&all[..9], 9);
    back.old_size = 12;
    assert_eq!(ask(Some(&last), &back), Err(Refused::Sizes { old: 12, new: 9 }));
    assert_eq!(ask(None, &request(&all, 9)), Err(Refused::Conflict { size: 0 }));
    assert_eq!(Refused::Conflict { size: 0 }.status(), 409);
}

#[test]
fn who_is_not_the_log_is_refused() {
    let all = leaves(3);
    let mut foreign = request(&all, 0);
    foreign.note = SignedNote::unsigned(foreign.note.text_unverified()).unwrap();
    foreign.note.sign(&signer("funds.example/320100", Algorithm::Ed25519, 9)).unwrap();
    assert_eq!(ask(None, &foreign), Err(Refused::Note(NoteError::Untrusted)));
    let text = foreign.note.text_unverified().replace("320100", "320200");
    foreign.note = SignedNote::unsigned(text).unwrap();
    foreign.note.sign(&log()).unwrap();
    assert_eq!(ask(None, &foreign), Err(Refused::UnknownLog));
    let mut no_checkpoint = request(&all, 0);
    no_checkpoint.note = SignedNote::unsigned("hello\n").unwrap();
    no_checkpoint.note.sign(&log()).unwrap();
    assert_eq!(ask(None, &no_checkpoint).unwrap_err().status(), 400);
}

#[test]
fn an_empty_log_has_the_root_of_the_empty_tree() {
    let mut lying = request(&[], 0);
    let text = Checkpoint::new("funds.example/320100", 0, leaf_hash(b"")).unwrap().to_string();
    lying.note = SignedNote::unsigned(text).unwrap();
    lying.note.sign(&log()).unwrap();
    assert_eq!(ask(None, &lying).unwrap_err().status(), 422);
    // Something to prove where there is nothing.
    let mut more = request(&leaves(3), 0);
    more.hashes.push(leaf_hash(b""));
    assert_eq!(ask(None, &more).unwrap_err().status(), 422);
}

#[test]
fn a_cosignature_brought_along_is_made_again() {
    let mut again = request(&leaves(3), 0);
    earmark_tlog::checkpoint::cosign(&mut again.note, &super::witness(1), 5).unwrap();
    let (own, logs) = (super::witness(1), [log().verifier().clone()]);
    let (_, signature) = witness(&own, &logs, None, &again, 1_700_000_000).unwrap();
    assert_eq!(signature.bytes()[..8], 1_700_000_000_u64.to_be_bytes());
}

#[test]
fn what_is_not_a_request_is_refused() {
    let good = request(&leaves(9), 3).to_string();
    assert!(Request::parse(good.as_bytes()).is_ok());
    for (what, with) in [("old 3", "old 03"), ("old 3", "old"), ("old 3", "new 3"), ("\n\n", "\n")]
    {
        let bad = good.replacen(what, with, 1);
        assert!(Request::parse(bad.as_bytes()).is_err(), "{bad}");
    }
    let line = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    let long = good.replacen("old 3\n", &format!("old 3\n{}", line.repeat(64)), 1);
    assert!(Request::parse(long.as_bytes()).is_err());
    assert!(Request::parse(b"").is_err());
}
