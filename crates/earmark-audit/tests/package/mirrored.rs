//! Mirrors: they keep up, hold what was recorded, say so under their keys, and serve others.

use std::fs;

use earmark_audit::mirror::{Mirror, MirrorError, MirrorStatement};
use earmark_audit::package::{Package, PackageReader};
use earmark_core::account::Account;
use earmark_core::ledger::Ledger;
use earmark_tlog::note::{Algorithm, KeyName, SignedNote, Signer};
use earmark_tlog::policy::Policy;
use tempfile::tempdir;

use crate::given::{Desk, files, ids, of_now, open, policy_text, signed, two_areas, write};

fn holds_all(mirror: &Mirror, ledger: &Ledger) {
    for book in ledger.books().unwrap() {
        let replay = mirror.replayed(book.id()).unwrap();
        assert_eq!(replay.head(), &book.head().unwrap());
        assert_eq!(replay.balances(), book.balances().unwrap());
    }
}

pub(crate) fn keys() -> (Signer, Signer) {
    let name = KeyName::new("supervisor.example").unwrap();
    let cosigner = Signer::new(name.clone(), Algorithm::Cosignature, [3; 32]).unwrap();
    (cosigner, Signer::new(name, Algorithm::Ed25519, [4; 32]).unwrap())
}

#[test]
fn a_mirror_keeps_up_and_goes_on_after_a_restart() {
    let (mut first, mut second) = two_areas();
    let ledger = first.ledger.clone();
    let (package, own) = (tempdir().unwrap(), tempdir().unwrap());
    let policy = policy_text(ids(&ledger));
    let mut mirror = Mirror::open(own.path(), &policy).unwrap();
    for step in 0..5 {
        first.premiums("2021-01-02", [3, 0, 260, 10, 500][step]);
        second.premiums("2021-01-02", [0, 1, 0, 300, 2][step]);
        first.payment("2021-01-03");
        write(&ledger, package.path()).unwrap();
        let taken = mirror.update(package.path()).unwrap();
        assert!(taken.iter().any(|it| it.book == first.id()), "{taken:?}");
        assert!(mirror.update(package.path()).unwrap().is_empty());
        holds_all(&mirror, &ledger);
        // The mirror's folder is the package.
        assert_eq!(files(own.path()), files(package.path()));
        if step % 2 == 0 {
            mirror = Mirror::open(own.path(), &policy).unwrap();
            holds_all(&mirror, &ledger);
        }
    }
}

#[test]
fn a_mirror_takes_a_year_with_profiles_and_closings_in_steps() {
    let desk = Desk::new().year();
    let (package, own) = (tempdir().unwrap(), tempdir().unwrap());
    let policy = policy_text([desk.id()]);
    let mut mirror = Mirror::open(own.path(), &policy).unwrap();
    let mut ends = Vec::new();
    let read = desk.ledger.store().commits(desk.id(), 1, &mut |commit| {
        ends.push(commit.first_seq + u64::from(commit.count) - 1);
        Ok(std::ops::ControlFlow::Continue(()))
    });
    read.unwrap();
    for size in ends.iter().skip(3).step_by(37).chain(ends.last()) {
        let tree = desk.book.tree().unwrap().at(*size).unwrap().unwrap();
        let note = signed(desk.id(), tree.size(), tree.root());
        Package::new(&policy).with(desk.id(), note).write(&desk.ledger, package.path()).unwrap();
        mirror.update(package.path()).unwrap();
        assert_eq!(mirror.replayed(desk.id()).unwrap().head().state.seq(), *size);
    }
    holds_all(&mirror, &desk.ledger);
}

#[test]
fn what_does_not_extend_a_mirror_is_refused() {
    let (mut desk, second) = two_areas();
    let ledger = desk.ledger.clone();
    let (package, own) = (tempdir().unwrap(), tempdir().unwrap());
    let policy = policy_text(ids(&ledger));
    let older = tempdir().unwrap();
    write(&ledger, older.path()).unwrap();
    desk.premiums("2021-01-02", 300);
    write(&ledger, package.path()).unwrap();
    let mut mirror = Mirror::open(own.path(), &policy).unwrap();
    mirror.update(package.path()).unwrap();
    let held = files(own.path());
    let mut refuses = |folder: &std::path::Path| {
        let error = mirror.update(folder).map(|_| ()).unwrap_err();
        assert_eq!(files(own.path()), held);
        holds_all(&mirror, &ledger);
        error
    };
    let error = refuses(older.path());
    assert!(matches!(error, MirrorError::Shrunk { .. }), "{error}");
    let one = tempdir().unwrap();
    Package::new(&policy).with(desk.id(), of_now(&desk.book)).write(&ledger, one.path()).unwrap();
    let error = refuses(one.path());
    assert!(matches!(error, MirrorError::Missing { book, .. } if book == second.id()), "{error}");
    // The operator signs a root that is none, of the same size and of a larger one.
    let size = desk.book.last_seq().unwrap();
    let place = package.path().join(format!("{}/checkpoint", desk.id()));
    let false_root = signed(desk.id(), size, earmark_tlog::leaf_hash(b"none"));
    fs::write(&place, false_root.to_string()).unwrap();
    let error = refuses(package.path());
    assert!(matches!(error, MirrorError::Fork { event: None, .. }), "{error}");
    let error = open(&ledger, package.path()).map(|_| ()).unwrap_err().to_string();
    assert!(error.contains("checkpoint`: its root at"), "{error}");
    fs::write(&place, of_now(&desk.book).to_string()).unwrap();
    desk.premiums("2021-01-02", 100);
    write(&ledger, package.path()).unwrap();
    let more = desk.book.last_seq().unwrap();
    fs::write(&place, signed(desk.id(), more, earmark_tlog::leaf_hash(b"none")).to_string())
        .unwrap();
    let error = mirror.update(package.path()).map(|_| ()).unwrap_err().to_string();
    assert!(error.contains("checkpoint`: its root is"), "{error}");
    assert_eq!(files(own.path()), held);
    fs::write(&place, of_now(&desk.book).to_string()).unwrap();
    mirror.update(package.path()).unwrap();
    holds_all(&mirror, &ledger);
}

#[test]
fn a_mirror_vouches_and_another_follows_it() {
    let mut desk = Desk::new();
    desk.premiums("2021-01-02", 300);
    let (package, own, far) = (tempdir().unwrap(), tempdir().unwrap(), tempdir().unwrap());
    write(&desk.ledger, package.path()).unwrap();
    let policy = policy_text([desk.id()]);
    let mut mirror = Mirror::open(own.path(), &policy).unwrap();
    let (cosigner, signer) = keys();
    let error = mirror.vouch(desk.id(), &cosigner, &signer, 1).unwrap_err();
    assert!(matches!(error, MirrorError::NotHeld { .. }), "{error}");
    mirror.update(package.path()).unwrap();
    assert!(mirror.vouch(desk.id(), &signer, &signer, 1).is_err());
    assert!(mirror.vouch(desk.id(), &cosigner, &cosigner, 1).is_err());
    let at = 1_700_000_000;
    let vouched = mirror.vouch(desk.id(), &cosigner, &signer, at).unwrap();
    // What somebody else reads of it.
    let note = SignedNote::parse(vouched.statement.to_string().as_bytes()).unwrap();
    let (said, by) = MirrorStatement::open(&note, &[signer.verifier().clone()]).unwrap();
    assert_eq!(by, [signer.verifier().clone()]);
    let head = desk.book.head().unwrap();
    let balances = Account::ALL.map(|account| head.state.balance_minor(account));
    assert_eq!(
        (said.size, said.root, said.at_seconds),
        (head.state.seq(), head.frontier.root(), at)
    );
    assert_eq!(
        (said.balances_minor, said.origin),
        (balances, format!("funds.example/{}", desk.id()))
    );
    for (from, to) in [("special ", "special 1"), ("time 17", "time 18"), ("\n320100", "\n320200")]
    {
        let changed = vouched.statement.to_string().replacen(from, to, 1);
        let Ok(note) = SignedNote::parse(changed.as_bytes()) else { continue };
        let opened = MirrorStatement::open(&note, &[signer.verifier().clone()]);
        assert!(opened.is_err() || changed == vouched.statement.to_string(), "{from}");
    }
    assert!(MirrorStatement::open(&vouched.statement, &[desk_key(&desk)]).is_err());
    // Said again, the cosignature stays and the statement is new.
    let again = mirror.vouch(desk.id(), &cosigner, &signer, at + 1).unwrap();
    assert_eq!(again.checkpoint, vouched.checkpoint);
    assert_ne!(again.statement, vouched.statement);
    // Who asks for the supervisor's cosignature believes the mirror and not the package.
    let strict = format!(
        "log {}\nwitness supervisor {}\nquorum supervisor\n",
        desk_key(&desk),
        cosigner.verifier()
    );
    let parsed = Policy::parse(strict.as_bytes()).unwrap();
    assert!(PackageReader::open(package.path(), &parsed).is_err());
    let read = PackageReader::open(own.path(), &parsed).unwrap();
    assert_eq!(read.book(desk.id()).unwrap().cosignatures().len(), 1);
    let mut other = Mirror::open(far.path(), strict.as_bytes()).unwrap();
    assert!(other.update(package.path()).is_err());
    other.update(own.path()).unwrap();
    holds_all(&other, &desk.ledger);
    // The mirror follows the ledger, and the other follows the mirror.
    desk.premiums("2021-01-02", 300);
    write(&desk.ledger, package.path()).unwrap();
    mirror.update(package.path()).unwrap();
    assert!(other.update(own.path()).is_err(), "nobody has cosigned the new checkpoint");
    mirror.vouch(desk.id(), &cosigner, &signer, at + 2).unwrap();
    other.update(own.path()).unwrap();
    holds_all(&other, &desk.ledger);
}

fn desk_key(desk: &Desk) -> earmark_tlog::note::VerifierKey {
    crate::given::signer(desk.id()).verifier().clone()
}

#[test]
fn a_mirror_finds_its_own_disk_changed() {
    let mut desk = Desk::new();
    desk.premiums("2021-01-02", 300);
    let (package, own) = (tempdir().unwrap(), tempdir().unwrap());
    write(&desk.ledger, package.path()).unwrap();
    let policy = policy_text([desk.id()]);
    Mirror::open(own.path(), &policy).unwrap().update(package.path()).unwrap();
    let name = format!("{}/tile/entries/000", desk.id());
    let mut bytes = fs::read(own.path().join(&name)).unwrap();
    let at = bytes.len() - 30;
    bytes[at] ^= 1;
    fs::write(own.path().join(&name), bytes).unwrap();
    assert!(Mirror::open(own.path(), &policy).is_err());
}
