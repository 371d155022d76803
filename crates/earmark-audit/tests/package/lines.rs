//! The signature lines under a mirror's checkpoints: whatever a package brings, the mirror can vouch.

use std::fs;

use earmark_audit::mirror::Mirror;
use earmark_tlog::checkpoint::cosign;
use earmark_tlog::note::{Algorithm, KeyName, MAX_NOTE_BYTES, SignedNote, Signer};
use tempfile::tempdir;

use crate::given::{Desk, of_now, policy_text, signer, write};
use crate::mirrored::keys;

fn witness(number: u8) -> Signer {
    let name = KeyName::new(format!("witness-{number}.example")).unwrap();
    Signer::new(name, Algorithm::Cosignature, [number + 100; 32]).unwrap()
}

/// A note with a line of this key that is not its signature.
fn with_rubbish(mut note: SignedNote, key: &Signer) -> SignedNote {
    cosign(&mut note, key, 5).unwrap();
    let text = note.to_string();
    let line = text.lines().last().unwrap();
    let at = line.len() - 10;
    let other = if &line[at..=at] == "A" { "B" } else { "A" };
    let bad = format!("{}{other}{}", &line[..at], &line[at + 1..]);
    SignedNote::parse(text.replace(line, &bad).as_bytes()).unwrap()
}

fn with_strangers(mut note: SignedNote) -> SignedNote {
    (1..64).for_each(|number| cosign(&mut note, &witness(number), 5).unwrap());
    assert_eq!(note.signatures().len(), 64);
    note
}

fn names(note: &SignedNote) -> Vec<String> {
    note.signatures().iter().map(|line| line.name().to_string()).collect()
}

#[test]
fn lines_that_a_package_brings_do_not_stop_a_mirror_from_vouching() {
    let mut desk = Desk::new();
    desk.premiums("2021-01-02", 9);
    let (package, (cosigner, key)) = (tempdir().unwrap(), keys());
    write(&desk.ledger, package.path()).unwrap();
    let (book, policy) = (desk.id(), policy_text([desk.id()]));
    let place = format!("{book}/checkpoint");
    let log = signer(book).verifier().name().to_string();
    let notes =
        [with_rubbish(of_now(&desk.book), &cosigner), with_strangers(of_now(&desk.book)), {
            // Twice the same line.
            let text = with_rubbish(of_now(&desk.book), &cosigner).to_string();
            let line = text.lines().last().unwrap();
            SignedNote::parse(format!("{text}{line}\n").as_bytes()).unwrap()
        }];
    for note in notes {
        let own = tempdir().unwrap();
        fs::write(package.path().join(&place), note.to_string()).unwrap();
        let mut mirror = Mirror::open(own.path(), &policy).unwrap();
        mirror.update(package.path()).unwrap();
        assert_eq!(names(mirror.checkpoint(book).unwrap().1), std::slice::from_ref(&log));
        let vouched = mirror.vouch(book, &cosigner, &key, 1_700_000_000).unwrap();
        assert_eq!(names(&vouched.checkpoint), [log.as_str(), "supervisor.example"]);
        // Such a note in the mirror's own folder, where a package became one.
        fs::write(own.path().join(&place), note.to_string()).unwrap();
        let mut mirror = Mirror::open(own.path(), &policy).unwrap();
        let vouched = mirror.vouch(book, &cosigner, &key, 1_700_000_000).unwrap();
        assert_eq!(names(&vouched.checkpoint), [log.as_str(), "supervisor.example"]);
        let again = Mirror::open(own.path(), &policy).unwrap();
        assert_eq!(again.checkpoint(book).unwrap().1, &vouched.checkpoint);
    }
}

#[test]
fn a_mirror_takes_cosignatures_that_come_later() {
    let mut desk = Desk::new();
    desk.premiums("2021-01-02", 9);
    let (package, own, (cosigner, key)) = (tempdir().unwrap(), tempdir().unwrap(), keys());
    write(&desk.ledger, package.path()).unwrap();
    let book = desk.id();
    let events = desk.book.last_seq().unwrap();
    let (first, second, stranger) = (witness(1), witness(2), witness(3));
    let policy = format!(
        "log {}\nwitness one {}\nwitness two {}\ngroup both any one two\nquorum both\n",
        signer(book).verifier(),
        first.verifier(),
        second.verifier()
    );
    let place = package.path().join(format!("{book}/checkpoint"));
    let mut note = of_now(&desk.book);
    cosign(&mut note, &first, 5).unwrap();
    fs::write(&place, note.to_string()).unwrap();
    let mut mirror = Mirror::open(own.path(), policy.as_bytes()).unwrap();
    mirror.update(package.path()).unwrap();
    mirror.vouch(book, &cosigner, &key, 7).unwrap();
    // Poorer by one and richer by another, and by a stranger's; a line that is held is not replaced.
    let mut other = of_now(&desk.book);
    cosign(&mut other, &stranger, 6).unwrap();
    cosign(&mut other, &second, 6).unwrap();
    fs::write(&place, other.to_string()).unwrap();
    let taken = mirror.update(package.path()).unwrap();
    assert_eq!(
        taken.iter().map(|it| (it.book, it.from, it.to)).collect::<Vec<_>>(),
        [(book, events, events)]
    );
    let log = signer(book).verifier().name().to_string();
    let all = [log.as_str(), "witness-1.example", "supervisor.example", "witness-2.example"];
    assert_eq!(names(mirror.checkpoint(book).unwrap().1), all);
    let mut later = of_now(&desk.book);
    cosign(&mut later, &first, 8).unwrap();
    for note in [&note, &other, &later] {
        fs::write(&place, note.to_string()).unwrap();
        assert!(mirror.update(package.path()).unwrap().is_empty());
    }
    // One that does not fit is refused with its package, and changes nothing.
    fs::write(&place, with_rubbish(note, &second).to_string()).unwrap();
    let error = mirror.update(package.path()).unwrap_err().to_string();
    assert!(error.contains("the signature of `witness-2.example` does not fit"), "{error}");
    assert_eq!(names(mirror.checkpoint(book).unwrap().1), all);
    let again = Mirror::open(own.path(), policy.as_bytes()).unwrap();
    assert_eq!(names(again.checkpoint(book).unwrap().1), all);
}

/// With the mirror's line it could not be read again, and the mirror not be opened.
#[test]
fn a_checkpoint_that_has_no_room_for_a_line_is_not_vouched_for() {
    let desk = Desk::new();
    let (package, own, (cosigner, key)) = (tempdir().unwrap(), tempdir().unwrap(), keys());
    write(&desk.ledger, package.path()).unwrap();
    let (book, policy) = (desk.id(), policy_text([desk.id()]));
    let place = format!("{book}/checkpoint");
    let note = of_now(&desk.book);
    let more = "x".repeat(MAX_NOTE_BYTES - note.to_string().len() - 1);
    let mut long = SignedNote::unsigned(format!("{}{more}\n", note.text_unverified())).unwrap();
    long.sign(&signer(book)).unwrap();
    assert_eq!(long.to_string().len(), MAX_NOTE_BYTES);
    fs::write(package.path().join(&place), long.to_string()).unwrap();
    let mut mirror = Mirror::open(own.path(), &policy).unwrap();
    mirror.update(package.path()).unwrap();
    let error = mirror.vouch(book, &cosigner, &key, 7).unwrap_err().to_string();
    assert!(error.ends_with("bytes; at most 1048576 are read"), "{error}");
    assert_eq!(fs::read(own.path().join(&place)).unwrap(), long.to_string().as_bytes());
    // Another text of the same state is not mixed with it.
    fs::write(package.path().join(&place), note.to_string()).unwrap();
    assert!(mirror.update(package.path()).unwrap().is_empty());
    assert_eq!(Mirror::open(own.path(), &policy).unwrap().checkpoint(book).unwrap().1, &long);
}
