//! Witnesses that lie.

use std::sync::Mutex;

use earmark_audit::notary::{Away, NotaryError, WhenAway, Why, Witness};
use earmark_tlog::checkpoint::{Checkpoint, cosign};
use earmark_tlog::leaf_hash;
use earmark_tlog::note::{SignedNote, Signer, VerifierKey};
use earmark_tlog::witness::Request;

use crate::given::{Desk, witness_key, witness_signer};

type Lie = dyn FnMut(&Request) -> Result<Vec<u8>, Away> + Send;

/// Answers as the lie says.
struct Liar {
    key: VerifierKey,
    lie: Mutex<Box<Lie>>,
}

impl Liar {
    fn new(
        number: u8,
        lie: impl FnMut(&Request) -> Result<Vec<u8>, Away> + Send + 'static,
    ) -> Self {
        Self { key: witness_key(number), lie: Mutex::new(Box::new(lie)) }
    }
}

impl Witness for Liar {
    fn key(&self) -> &VerifierKey {
        &self.key
    }

    fn cosign(&self, request: &[u8]) -> Result<Vec<u8>, Away> {
        (self.lie.lock().unwrap())(&Request::parse(request).unwrap())
    }
}

/// A cosignature line over a text.
fn line(signer: &Signer, text: &str, at_seconds: u64) -> Vec<u8> {
    let mut note = SignedNote::unsigned(text).unwrap();
    cosign(&mut note, signer, at_seconds).unwrap();
    format!("{}\n", note.signatures()[0]).into_bytes()
}

fn why(lie: impl FnMut(&Request) -> Result<Vec<u8>, Away> + Send + 'static) -> Why {
    let desk = Desk::in_memory();
    let policy = desk.policy(&[witness_key(1)], 1);
    let notary = desk.notary(policy, WhenAway::GoOn).witness(Liar::new(1, lie));
    let missing = match notary.checkpoint(&desk.book, desk.now()) {
        Ok(given) => {
            assert!(!given.quorum);
            assert_eq!(given.note.signatures().len(), 1, "what is refused is not kept");
            given.missing
        }
        // Whoever knows another history is not away.
        Err(NotaryError::Contradicted { missing, .. }) => {
            assert!(missing[0].why.contradicts(), "{}", missing[0]);
            missing
        }
        Err(error) => panic!("{error}"),
    };
    missing.into_iter().next().unwrap().why
}

#[test]
fn a_witness_that_knows_another_history_is_not_away_unless_others_are_a_quorum() {
    for (status, body) in [(409, b"1000\n".to_vec()), (422, b"another history\n".to_vec())] {
        let desk = Desk::in_memory();
        let lie = move |_: &Request| Err(Away::Refused { status, body: body.clone() });
        let policy = desk.policy(&[witness_key(1), witness_key(2)], 1);
        let notary = desk.notary(policy, WhenAway::GoOn).witness(Liar::new(1, lie.clone()));
        let error = notary.checkpoint(&desk.book, desk.now()).unwrap_err();
        assert!(matches!(error, NotaryError::Contradicted { .. }), "{error}");
        assert!(error.to_string().contains("not given out, whatever the setting"), "{error}");
        drop(notary);
        // One that lies does not hold up those who have a quorum without it.
        let policy = desk.policy(&[witness_key(1), witness_key(2)], 1);
        let notary = desk.notary(policy, WhenAway::Refuse).witness(Liar::new(1, lie));
        let notary = notary.witness(desk.witness(2));
        let given = notary.checkpoint(&desk.book, desk.now()).unwrap();
        assert!(given.quorum && given.missing[0].why.contradicts());
    }
}

fn now() -> u64 {
    let micros = Desk::in_memory().now().micros();
    u64::try_from(micros).unwrap() / 1_000_000
}

#[test]
fn a_cosignature_of_another_root_is_refused() {
    let found = why(|request| {
        let of = Checkpoint::parse(request.note.text_unverified()).unwrap();
        let other = Checkpoint::new(of.origin(), of.size(), leaf_hash(b"another")).unwrap();
        Ok(line(&witness_signer(1), &other.to_string(), now()))
    });
    assert!(matches!(found, Why::Answer(_)), "{found}");
}

#[test]
fn a_cosignature_of_another_key_is_no_cosignature() {
    let found = why(|request| Ok(line(&witness_signer(2), request.note.text_unverified(), now())));
    assert_eq!(found, Why::Silent);
}

#[test]
fn a_time_that_cannot_be_is_refused() {
    for at in [1, now() - 86_400, now() + 86_400, i64::MAX as u64] {
        let found =
            why(move |request| Ok(line(&witness_signer(1), request.note.text_unverified(), at)));
        assert!(matches!(found, Why::Untimely { at: found, .. } if found == at), "{found}");
    }
}

#[test]
fn a_time_before_the_witnesss_last_cosignature_is_refused() {
    let desk = Desk::in_memory();
    let policy = desk.policy(&[witness_key(1)], 1);
    let mut times = [now() + 600, now() + 300].into_iter();
    let liar = Liar::new(1, move |request| {
        Ok(line(&witness_signer(1), request.note.text_unverified(), times.next().unwrap()))
    });
    let notary = desk.notary(policy, WhenAway::GoOn).witness(liar);
    assert!(notary.checkpoint(&desk.book, desk.now()).unwrap().quorum);
    desk.record(1);
    let given = notary.checkpoint(&desk.book, desk.now()).unwrap();
    assert!(matches!(given.missing[0].why, Why::Untimely { .. }), "{}", given.missing[0]);
}

#[test]
fn what_is_no_answer_is_refused() {
    let answers: [&[u8]; 6] = [
        b"",
        b"\n",
        b"yes\n",
        b"\xff\xfe\n",
        "\u{2014} witness-1.example AAAA\n".as_bytes(),
        "\u{2014} witness-1.example AAAAAAAAAAAA\n\n\n".as_bytes(),
    ];
    for answer in answers {
        let found = why(move |_| Ok(answer.to_vec()));
        assert!(matches!(found, Why::Answer(_) | Why::Silent), "{found}");
    }
    let found = why(|_| Ok(vec![b'x'; 2 << 20]));
    assert!(matches!(found, Why::Answer(_)), "{found}");
}

#[test]
fn one_that_always_says_it_is_elsewhere_is_asked_twice() {
    let mut asked = Vec::new();
    let found = why(move |request| {
        asked.push(request.old_size);
        assert!(asked.len() <= 2, "{asked:?}");
        let size = if asked.len() == 1 { 2 } else { 1 };
        Err(Away::Refused { status: 409, body: format!("{size}\n").into_bytes() })
    });
    assert!(matches!(found, Why::Away(Away::Refused { status: 409, .. })), "{found}");
    for body in ["", "02\n", "2", "-1\n", "99999999999999999999\n", "two\n"] {
        let found = why(move |_| Err(Away::Refused { status: 409, body: body.into() }));
        assert!(matches!(found, Why::Away(Away::Refused { status: 409, .. })), "{found}");
    }
    let found = why(|_| Err(Away::Refused { status: 409, body: b"1000\n".to_vec() }));
    assert_eq!(found, Why::Ahead { size: 1_000 });
}

#[test]
fn a_liar_does_not_spoil_the_others() {
    let desk = Desk::in_memory();
    let policy = desk.policy(&[witness_key(1), witness_key(2), witness_key(3)], 2);
    let notary = desk
        .notary(policy, WhenAway::Refuse)
        .witness(Liar::new(1, |_| Ok(b"\xe2\x80\x94 witness-2.example AAAAAAAAAAAA\n".to_vec())))
        .witness(desk.witness(2))
        .witness(desk.witness(3));
    let given = notary.checkpoint(&desk.book, desk.now()).unwrap();
    assert!(given.quorum);
    assert_eq!(given.missing.len(), 1);
}
