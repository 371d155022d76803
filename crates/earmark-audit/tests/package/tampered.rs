//! Whatever is changed in a package is found, and the message names the file.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use earmark_audit::mirror::Mirror;
use earmark_audit::package::PackageReader;
use earmark_core::command::AdoptProfile;
use earmark_core::ledger::Ledger;
use tempfile::{TempDir, tempdir};

use crate::given::{files, ids, open, policy_text, profile, two_areas, write};

/// Two books of over 256 events each, of which the first has two full bundles.
fn town() -> (Ledger, TempDir, BTreeMap<String, Vec<u8>>) {
    let (mut first, mut second) = two_areas();
    first.record("2021-01-01", AdoptProfile { profile: profile("first") });
    first.premiums("2021-01-02", 520);
    first.payment("2021-01-03");
    second.premiums("2021-01-02", 260);
    let folder = tempdir().unwrap();
    write(&first.ledger, folder.path()).unwrap();
    let all = files(folder.path());
    assert!(all.len() > 25, "{:?}", all.keys());
    (first.ledger, folder, all)
}

#[track_caller]
fn refused(ledger: &Ledger, folder: &Path, name: &str, how: &str) {
    let error = open(ledger, folder).map(|_| ()).expect_err(&format!("{name}, {how}")).to_string();
    assert!(error.contains(name), "{name}, {how}: {error}");
}

#[test]
fn every_changed_byte_and_every_cut_is_found() {
    let (ledger, folder, all) = town();
    open(&ledger, folder.path()).unwrap();
    for (name, bytes) in &all {
        let path = folder.path().join(name);
        let length = bytes.len();
        let mut places: Vec<_> = (0..length).step_by(length / 7 + 1).collect();
        places.extend([1.min(length - 1), length - 1]);
        for at in places {
            for flip in [0x01, 0x80] {
                let mut changed = bytes.clone();
                changed[at] ^= flip;
                fs::write(&path, changed).unwrap();
                refused(&ledger, folder.path(), name, &format!("byte {at} flipped by {flip}"));
            }
        }
        for end in [0, 1, length / 2, length - 1] {
            fs::write(&path, &bytes[..end]).unwrap();
            refused(&ledger, folder.path(), name, &format!("cut to {end} bytes"));
        }
        for more in [&b"\n"[..], &[0; 32]] {
            fs::write(&path, [bytes.as_slice(), more].concat()).unwrap();
            refused(&ledger, folder.path(), name, "longer");
        }
        fs::remove_file(&path).unwrap();
        refused(&ledger, folder.path(), name, "missing");
        fs::create_dir(&path).unwrap();
        refused(&ledger, folder.path(), name, "a folder");
        fs::remove_dir(&path).unwrap();
        fs::write(&path, bytes).unwrap();
    }
    open(&ledger, folder.path()).unwrap();
}

#[test]
fn files_of_another_book_or_place_are_found() {
    let (ledger, folder, all) = town();
    let mut tried = 0;
    for (name, bytes) in &all {
        for (other, others) in &all {
            // Of the same length, or of the same place in the other book.
            let twin = name.replace("320100", "320200") == other.replace("320100", "320200");
            if bytes == others || !(twin || bytes.len() == others.len()) {
                continue;
            }
            fs::write(folder.path().join(name), others).unwrap();
            refused(&ledger, folder.path(), name, &format!("replaced by {other}"));
            fs::write(folder.path().join(name), bytes).unwrap();
            tried += 1;
        }
    }
    assert!(tried > 10, "{tried}");
}

#[test]
fn what_is_no_part_of_a_package_is_found() {
    let (ledger, folder, all) = town();
    let book = "320100/WORK_INJURY";
    for name in [
        "ledger.earmark-wal".to_owned(),
        "320100/note".to_owned(),
        "320300/WORK_INJURY/book".to_owned(),
        "320100/RES_PENSION/book".to_owned(),
        format!("{book}/tile/0/002.p/3"),
        format!("{book}/tile/0/003"),
        format!("{book}/tile/0/000.p/255"),
        format!("{book}/tile/00/000"),
        format!("{book}/tile/0/x000/000"),
        format!("{book}/tile/2/000.p/1"),
        format!("{book}/tile/entries/0"),
        format!("{book}/commits/002.p/1"),
        format!("{book}/profiles/3.toml"),
        format!("{book}/checkpoint.old"),
    ] {
        assert!(!all.contains_key(&name), "{name}");
        let path = folder.path().join(&name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, all["README"].clone()).unwrap();
        let error = open(&ledger, folder.path()).map(|_| ()).unwrap_err().to_string();
        assert!(error.contains("it is no part of this package"), "{name}: {error}");
        fs::remove_file(&path).unwrap();
        for parent in path.ancestors().skip(1) {
            if fs::remove_dir(parent).is_err() {
                break;
            }
        }
    }
    // What a writer has not renamed yet has no meaning.
    fs::write(folder.path().join("writing.part"), b"half a ti").unwrap();
    open(&ledger, folder.path()).unwrap();
}

/// A mirror reads less of a package than a reader does. It takes what was recorded or nothing.
#[test]
fn no_changed_file_makes_a_mirror_take_what_was_not_recorded() {
    let (ledger, folder, all) = town();
    let policy = policy_text(ids(&ledger));
    for (name, bytes) in &all {
        let path = folder.path().join(name);
        for at in [0, bytes.len() / 2, bytes.len() - 1] {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            fs::write(&path, changed).unwrap();
            let own = tempdir().unwrap();
            let mut mirror = Mirror::open(own.path(), &policy).unwrap();
            match mirror.update(folder.path()) {
                Ok(_) => {
                    for book in ledger.books().unwrap() {
                        let replay = mirror.replayed(book.id()).unwrap();
                        assert_eq!(replay.head(), &book.head().unwrap(), "{name}");
                    }
                }
                Err(error) => assert!(error.to_string().contains(name), "{name}: {error}"),
            }
        }
        fs::write(&path, bytes).unwrap();
    }
}

#[test]
fn a_policy_that_does_not_know_the_log_refuses() {
    let (ledger, folder, _) = town();
    let policy = earmark_tlog::policy::Policy::parse(&policy_text([])).unwrap();
    let error = PackageReader::open(folder.path(), &policy).map(|_| ()).unwrap_err().to_string();
    assert!(error.contains("checkpoint`: the policy knows no log"), "{error}");
    let missing = folder.path().join("nowhere");
    let error = open(&ledger, &missing).map(|_| ()).unwrap_err().to_string();
    assert_eq!(error, "`contents`: it is missing");
}
