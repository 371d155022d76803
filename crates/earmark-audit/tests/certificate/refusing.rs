use earmark_audit::certificate::{Certificate, CertificateError, Part};
use earmark_tlog::policy::Policy;

use crate::cases::{NAME, by_hand, forged, tampered};
use crate::sample::{EMPLOYER, Keys, STRANGER, Sample, WORKER, year_of_work_injury};

fn refusal(bytes: &[u8], policy: &Policy) -> Option<CertificateError> {
    let certificate = match Certificate::parse(bytes) {
        Ok(certificate) => certificate,
        Err(error) => return Some(error),
    };
    // One text for each certificate.
    assert_eq!(certificate.to_string().as_bytes(), bytes);
    certificate.verify(policy).err()
}

#[test]
fn whatever_is_tampered_with_is_named() {
    let sample = year_of_work_injury();
    let policy = sample.policy();
    let mut messages = String::new();
    let mut wrong = String::new();
    for case in tampered(&sample) {
        match refusal(&case.bytes, &policy) {
            Some(error) => {
                messages.push_str(&format!("{}\n    {error}\n", case.name));
                if error.part() != case.part {
                    wrong.push_str(&format!(
                        "{}: expected {}, found {error}\n",
                        case.name, case.part
                    ));
                }
            }
            None => wrong.push_str(&format!("{}: verified\n", case.name)),
        }
    }
    println!("{messages}");
    assert_eq!(wrong, "");
}

#[test]
fn a_roll_that_contradicts_its_records_is_not_believed() {
    let (cases, keys) = forged();
    let mut wrong = String::new();
    for case in cases {
        match refusal(&case.bytes, &keys.policy(2)) {
            Some(error) if error.part() == case.part => {}
            other => wrong.push_str(&format!("{}: {other:?}\n", case.name)),
        }
    }
    assert_eq!(wrong, "");
}

#[test]
fn every_byte_counts() {
    let sample = year_of_work_injury();
    let policy = sample.policy();
    for party in [WORKER, STRANGER] {
        let bytes = sample.certificate(party).to_string().into_bytes();
        assert_eq!(refusal(&bytes, &policy), None);
        for place in 0..bytes.len() {
            for change in [0x01, 0x02, 0x20, 0x80] {
                let mut changed = bytes.clone();
                changed[place] ^= change;
                let refused = refusal(&changed, &policy);
                // The two lines of an absence prove it of every id that would stand between them. Who changes
                // the id to such a one has a true certificate of that id.
                if party == STRANGER && refused.is_none() {
                    let certificate = Certificate::parse(&changed).unwrap();
                    assert_ne!(certificate.party(), STRANGER);
                    assert!(sample.roll.lines().all(|line| line.party() != certificate.party()));
                    assert_eq!(certificate, sample.certificate(certificate.party()));
                    continue;
                }
                assert!(refused.is_some(), "byte {place} changed by {change:#x} is accepted");
            }
        }
        for end in 0..bytes.len() {
            assert!(refusal(&bytes[..end], &policy).is_some(), "cut off at {end}");
        }
    }
}

#[test]
fn who_signed_decides() {
    let sample = year_of_work_injury();
    let bytes = sample.certificate(EMPLOYER).to_string().into_bytes();
    let said = |policy: &Policy| refusal(&bytes, policy).map(|error| error.to_string());
    assert_eq!(said(&sample.keys.policy(0)), None);
    assert_eq!(said(&sample.keys.policy(1)), None);
    assert_eq!(said(&sample.keys.policy(2)), None);
    assert_eq!(
        said(&sample.keys.policy(3)).unwrap(),
        "checkpoint: the checkpoint is cosigned by supervision.example, audit.example only: not a quorum"
    );
    let other = Keys::from_seed(sample.book.id(), 7);
    assert_eq!(said(&other.policy(0)).unwrap(), "checkpoint: no trusted key has signed the note");
    let elsewhere = by_hand(false).1;
    assert_eq!(
        said(&elsewhere.policy(0)).unwrap(),
        "checkpoint: the policy knows no log `ledger.funds.example/320100/WORK_INJURY`"
    );
}

#[test]
fn a_certificate_written_by_hand_verifies_with_its_detail_and_without() {
    let (text, keys) = by_hand(true);
    let certificate = Certificate::parse(text.as_bytes()).unwrap();
    assert_eq!(certificate.to_string(), text);
    let statement = certificate.verify(&keys.policy(2)).unwrap();
    assert_eq!(statement.entries()[0].detail.as_deref(), Some(NAME.as_bytes()));
    assert_eq!((statement.entered().minor(), statement.left().minor()), (0, 20_305));

    // The detail is erased; the certificate proves the same.
    let (erased, _) = by_hand(false);
    let mut certificate = Certificate::parse(erased.as_bytes()).unwrap();
    let bare = certificate.verify(&keys.policy(2)).unwrap();
    assert_eq!(bare.entries()[0].detail, None);
    assert_eq!(bare.entries()[1..], statement.entries()[1..]);

    // Who still has it can open it again, and nothing else.
    let said = |result: Result<(), CertificateError>| result.unwrap_err().to_string();
    assert_eq!(
        said(certificate.open_detail(3, [0x5A; 32], b"somebody else")),
        "detail: the detail under event 3 is not the one that was bound"
    );
    assert_eq!(
        said(certificate.open_detail(3, [0x5B; 32], NAME.as_bytes())),
        "detail: the detail under event 3 is not the one that was bound"
    );
    let binds_none = "detail: a detail stands under event 5, which binds none";
    assert_eq!(said(certificate.open_detail(5, [0x5A; 32], NAME.as_bytes())), binds_none);
    assert_eq!(
        said(certificate.open_detail(4, [0x5A; 32], NAME.as_bytes())),
        "detail: a detail stands under event 4, which binds none"
    );
    certificate.open_detail(3, [0x5A; 32], NAME.as_bytes()).unwrap();
    assert_eq!(certificate.to_string(), text);
}

#[test]
fn every_byte_of_a_detail_counts() {
    let (text, keys) = by_hand(true);
    let policy = keys.policy(2);
    let bytes = text.into_bytes();
    for place in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[place] ^= 0x02;
        assert!(refusal(&changed, &policy).is_some(), "byte {place}");
    }
}

#[test]
fn no_certificate_is_issued_for_another_checkpoint_or_roll() {
    let sample = year_of_work_injury();
    let issue = |roll, seq, note| {
        Certificate::issue(&sample.book, EMPLOYER, roll, seq, note).unwrap_err().to_string()
    };
    let Sample { roll, seq, note, keys, .. } = &sample;
    assert_eq!(
        issue(roll, 56, note),
        format!(
            "event 56 does not attest the roll of 2021-01-01 to 2021-12-31 with the root {}",
            roll.attested().root()
        )
    );
    assert_eq!(issue(roll, 59, note), "there is no event 59 among the 58 of the checkpoint");
    let other = keys.sign(58, earmark_tlog::EMPTY_ROOT, &[]);
    assert!(issue(roll, *seq, &other).starts_with(
        "the checkpoint claims the root e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 for 58 events; the book's is "
    ));
    let larger = keys.sign(59, earmark_tlog::EMPTY_ROOT, &[]);
    assert_eq!(issue(roll, *seq, &larger), "the checkpoint is of 59 events; the book has fewer");
    let elsewhere = by_hand(false).1.sign(58, earmark_tlog::EMPTY_ROOT, &[]);
    assert_eq!(
        issue(roll, *seq, &elsewhere),
        "the checkpoint is of the log `ledger.funds.example/110000/RES_PENSION`, not of the book 320100/WORK_INJURY"
    );
    let smaller = sample.book.tree().unwrap().at(57).unwrap().unwrap().root();
    let smaller = keys.sign(57, smaller, &[]);
    assert_eq!(issue(roll, *seq, &smaller), "there is no event 58 among the 57 of the checkpoint");
}

#[test]
fn each_part_has_a_name_of_its_own() {
    let names: std::collections::BTreeSet<_> = Part::ALL.iter().map(|part| part.name()).collect();
    assert_eq!(names.len(), Part::ALL.len());
}
