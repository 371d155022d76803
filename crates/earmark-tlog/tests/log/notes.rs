//! Notes, checkpoints and cosignatures: what is read, and that anything changed is refused.

use earmark_tlog::checkpoint::{Checkpoint, CheckpointError, cosign, cosignatures};
use earmark_tlog::note::{Algorithm, KeyError, KeyName, NoteError, SignedNote, VerifierKey};
use proptest::prelude::*;

use super::{log, signer, witness};

/// The example of the signed-note specification.
const EXAMPLE_KEY: &str = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
const EXAMPLE: &str = "This is an example message.\n\n\
    \u{2014} example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";

/// The example of the tlog-cosignature specification; its keys are not given there.
const COSIGNED: &str = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\
    \u{2014} example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n\
    \u{2014} witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n";

fn signed() -> SignedNote {
    super::signed(&super::leaves(7))
}

#[test]
fn the_example_of_the_specification_is_opened_and_written_again() {
    let key: VerifierKey = EXAMPLE_KEY.parse().unwrap();
    assert_eq!(key.to_string(), EXAMPLE_KEY);
    let note = SignedNote::parse(EXAMPLE.as_bytes()).unwrap();
    assert_eq!(note.open(std::slice::from_ref(&key)).unwrap().by(), [key]);
    assert_eq!(note.to_string(), EXAMPLE);
}

#[test]
fn the_cosigned_example_is_read_and_written_again() {
    let note = SignedNote::parse(COSIGNED.as_bytes()).unwrap();
    let checkpoint = Checkpoint::parse(note.text_unverified()).unwrap();
    assert_eq!(
        (checkpoint.origin(), checkpoint.size()),
        ("example.com/behind-the-sofa", 20_852_163)
    );
    assert_eq!(note.to_string(), COSIGNED);
    let time = note.signatures()[1].bytes().first_chunk::<8>().unwrap();
    assert_eq!(u64::from_be_bytes(*time), 1_679_315_147);
}

#[test]
fn a_log_and_two_witnesses_sign_one_checkpoint() {
    let mut note = signed();
    cosign(&mut note, &witness(1), 1_700_000_000).unwrap();
    cosign(&mut note, &witness(2), 1_700_000_060).unwrap();
    let read = SignedNote::parse(note.to_string().as_bytes()).unwrap();
    assert_eq!(read, note);
    let opened = read.open(&[log().verifier().clone()]).unwrap();
    assert_eq!(Checkpoint::parse(opened.text()).unwrap().size(), 7);
    let keys: Vec<_> = [3, 2, 1].map(|it| witness(it).verifier().clone()).into();
    let times: Vec<_> =
        cosignatures(&read, &keys).unwrap().iter().map(|it| it.at_seconds).collect();
    assert_eq!(times, [1_700_000_060, 1_700_000_000]);
    assert_eq!(
        cosign(&mut note, &witness(1), 1_700_000_001),
        Err(NoteError::SignedTwice { name: KeyName::new("audit.example/1").unwrap() })
    );
}

#[test]
fn who_is_not_known_is_ignored_and_who_is_must_be_right() {
    let note = signed();
    let stranger = signer("funds.example/320100", Algorithm::Ed25519, 2);
    assert_eq!(note.open(&[stranger.verifier().clone()]).unwrap_err(), NoteError::Untrusted);
    let both = [stranger.verifier().clone(), log().verifier().clone()];
    assert_eq!(note.open(&both).unwrap().by(), &both[1..]);
    let forged = note.to_string().replace("\n7\n", "\n8\n");
    let forged = SignedNote::parse(forged.as_bytes()).unwrap();
    let name = KeyName::new("funds.example/320100").unwrap();
    assert_eq!(forged.open(&both).unwrap_err(), NoteError::Forged { name });
    // A witness's key opens no note, and a log's key is no witness.
    let witness = witness(1);
    assert_eq!(note.open(&[witness.verifier().clone()]).unwrap_err(), NoteError::Untrusted);
    assert!(cosign(&mut note.clone(), &log(), 1).is_err());
    assert!(note.clone().sign(&witness).is_err());
}

#[test]
fn a_cosignature_of_another_time_or_text_is_refused() {
    let mut note = signed();
    cosign(&mut note, &witness(1), 1_700_000_000).unwrap();
    let keys = [witness(1).verifier().clone()];
    let name = KeyName::new("audit.example/1").unwrap();
    let forged = Err(NoteError::Forged { name });
    let elsewhere = note.to_string().replace("\n7\n", "\n6\n");
    let elsewhere = SignedNote::parse(elsewhere.as_bytes()).unwrap();
    assert_eq!(cosignatures(&elsewhere, &keys), forged);
    let mut late = note.clone();
    let mut again = signed();
    cosign(&mut again, &witness(1), 1_700_000_001).unwrap();
    assert_ne!(late.signatures()[1], again.signatures()[1]);
    late = SignedNote::parse(late.to_string().as_bytes()).unwrap();
    assert_eq!(cosignatures(&late, &keys).unwrap().len(), 1);
}

#[test]
fn what_is_not_a_note_is_refused_with_its_reason() {
    let parse = |text: &str| SignedNote::parse(text.as_bytes()).unwrap_err();
    let name = "\u{2014} a AAAAAQE=\n";
    assert_eq!(parse(""), NoteError::Text);
    assert_eq!(parse("text"), NoteError::Text);
    assert_eq!(parse("text\n"), NoteError::Unsigned);
    assert_eq!(parse("text\n\n"), NoteError::Unsigned);
    assert_eq!(parse(&format!("\n{name}")), NoteError::Unsigned);
    assert_eq!(parse(&format!("te\txt\n\n{name}")), NoteError::Text);
    assert_eq!(parse("text\n\n- a AAAAAQE=\n"), NoteError::Signature { line: 3 });
    assert_eq!(parse("text\n\n\u{2014} a\n"), NoteError::Signature { line: 3 });
    assert_eq!(parse("text\n\n\u{2014}  AAAAAQE=\n"), NoteError::Signature { line: 3 });
    assert_eq!(parse("text\n\n\u{2014} a+b AAAAAQE=\n"), NoteError::Signature { line: 3 });
    // Nothing after the key id; no canonical base64; no padding.
    assert_eq!(parse("text\n\n\u{2014} a AAAAAQ==\n"), NoteError::Signature { line: 3 });
    assert_eq!(parse("text\n\n\u{2014} a AAAAAQF=\n"), NoteError::Signature { line: 3 });
    assert_eq!(parse("text\n\n\u{2014} a AAAAAQE\n"), NoteError::Signature { line: 3 });
    assert_eq!(parse(&format!("text\n\n{name}b\n")), NoteError::Signature { line: 4 });
    assert_eq!(parse(&format!("text\n\n{}", name.repeat(65))), NoteError::TooManySignatures);
    assert!(SignedNote::parse(format!("text\n\n{}", name.repeat(64)).as_bytes()).is_ok());
    assert_eq!(SignedNote::parse(b"te\xffxt\n\n").unwrap_err(), NoteError::Text);
    let long = vec![b'a'; (1 << 20) + 1];
    assert_eq!(SignedNote::parse(&long).unwrap_err(), NoteError::TooLong { found: long.len() });
    // A text may hold empty lines itself.
    let note = SignedNote::parse(format!("one\n\ntwo\n\n{name}").as_bytes()).unwrap();
    assert_eq!(note.text_unverified(), "one\n\ntwo\n");
}

#[test]
fn what_is_not_a_key_is_refused_with_its_reason() {
    let parse = |text: &str| text.parse::<VerifierKey>().unwrap_err();
    assert_eq!(parse("example.com/foo"), KeyError::Form);
    assert!(matches!(
        parse("+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"),
        KeyError::Name { .. }
    ));
    assert!(matches!(parse(&EXAMPLE_KEY.replace("530d", "530D")), KeyError::Id { .. }));
    assert_eq!(parse("a+00000000+AgAA"), KeyError::Algorithm { code: 2 });
    let algorithm = Algorithm::Ed25519;
    let short = KeyError::Length { algorithm, expected: 32, found: 2 };
    assert_eq!(parse("a+00000000+AQAA"), short);
    assert_eq!(parse("a+00000000+"), KeyError::Form);
    let weak = KeyName::new("a").unwrap();
    assert_eq!(VerifierKey::new(weak, algorithm, [0; 32]), Err(KeyError::Public { algorithm }));
}

#[test]
fn what_is_not_a_checkpoint_is_refused_with_its_line() {
    let root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
    let parse = |text: String| Checkpoint::parse(&text).unwrap_err();
    assert_eq!(parse(String::new()), CheckpointError::Lines);
    assert_eq!(parse("a\n1\n".to_owned()), CheckpointError::Lines);
    assert_eq!(parse(format!("a\n1\n{root}")), CheckpointError::Lines);
    assert_eq!(parse(format!("\n1\n{root}\n")), CheckpointError::Origin);
    for size in ["", "01", "+1", "-1", " 1", "1 ", "1a", "18446744073709551616"] {
        assert_eq!(parse(format!("a\n{size}\n{root}\n")), CheckpointError::Size, "{size}");
    }
    for root in ["", "AA==", &root[1..], &root.replace("I=", "J=")] {
        assert_eq!(parse(format!("a\n1\n{root}\n")), CheckpointError::Root, "{root}");
    }
    assert_eq!(parse(format!("a\n1\n{root}\n\nx\n")), CheckpointError::Extension);
    let with = format!("a\n0\n{root}\nextension\n");
    assert_eq!(Checkpoint::parse(&with).unwrap().to_string(), with);
}

proptest! {
    #[test]
    fn a_flipped_bit_anywhere_is_refused_or_changes_nothing(at in any::<prop::sample::Index>(), bit in 0..8_u8) {
        let mut note = signed();
        cosign(&mut note, &witness(1), 1_700_000_000).unwrap();
        let mut bytes = note.to_string().into_bytes();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        let keys = [log().verifier().clone()];
        let witnesses = [witness(1).verifier().clone()];
        if let Ok(read) = SignedNote::parse(&bytes) {
            let by_log = read.open(&keys).is_ok();
            let by_witness = cosignatures(&read, &witnesses).is_ok_and(|found| !found.is_empty());
            // A flip in one signature line leaves the other right.
            prop_assert!(!(by_log && by_witness), "flip of bit {bit} at {at}");
            if by_log || by_witness {
                prop_assert_eq!(read.text_unverified(), note.text_unverified());
            }
        }
    }

    #[test]
    fn no_bytes_make_the_parsers_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400), text in "\\PC{0,200}\n") {
        for bytes in [&bytes[..], text.as_bytes()] {
            if let Ok(note) = SignedNote::parse(bytes) {
                prop_assert_eq!(note.to_string().into_bytes(), bytes);
            }
        }
        if let Ok(checkpoint) = Checkpoint::parse(&text) {
            prop_assert_eq!(checkpoint.to_string(), text.clone());
        }
        if let Ok(key) = text.trim_end().parse::<VerifierKey>() {
            prop_assert_eq!(key.to_string(), text.trim_end());
        }
    }
}
