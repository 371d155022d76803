//! The archive: what it keeps, what it refuses, and every byte of it.

use earmark_audit::archive::{Archive, ArchiveError, check};
use earmark_audit::notary::{NotaryError, WhenAway};
use earmark_core::FaultKind;
use earmark_tlog::EMPTY_ROOT;
use earmark_tlog::note::SignedNote;
use earmark_tlog::proof::ConsistencyProof;

use crate::given::{Desk, each_changed};

const LOG: &str = "archive/ledger.funds.example%2F320100%2FWORK_INJURY";

#[test]
fn two_notaries_do_not_share_an_archive() {
    let desk = Desk::in_memory();
    let notary = desk.notary(desk.policy(&[], 0), WhenAway::Refuse);
    let second = Archive::open(desk.path("archive")).unwrap_err();
    assert!(matches!(second, ArchiveError::Locked { .. }));
    assert!(second.to_string().ends_with("an archive has one writer at a time"), "{second}");
    // Reading works meanwhile, and writes nothing.
    let given = notary.checkpoint(&desk.book, desk.now()).unwrap();
    let reader = Archive::open_read_only(desk.path("archive")).unwrap();
    assert_eq!(reader.origins().unwrap().len(), 1);
    assert!(matches!(reader.keep_given_out(&given.note), Err(ArchiveError::ReadOnly { .. })));
    assert!(matches!(reader.keep_joined(&given.note), Err(ArchiveError::ReadOnly { .. })));
    drop(notary);
    Archive::open(desk.path("archive")).unwrap();
}

#[test]
fn a_smaller_and_a_forked_checkpoint_are_not_kept() {
    let desk = Desk::in_memory();
    desk.record(4);
    let notary = desk.notary(desk.policy(&[], 0), WhenAway::Refuse);
    let first = notary.checkpoint(&desk.book, desk.now()).unwrap();
    drop(notary);
    let other = Desk::in_memory();
    other.record(2);
    let elsewhere = other.notary(other.policy(&[], 0), WhenAway::Refuse);
    let smaller = elsewhere.checkpoint(&other.book, other.now()).unwrap();
    other.record(2);
    other.record(3);
    let forked = elsewhere.checkpoint(&other.book, other.now()).unwrap();

    let archive = Archive::open(desk.path("archive")).unwrap();
    let size = first.checkpoint.size();
    let none = ConsistencyProof::from_parts(0, smaller.checkpoint.size(), Vec::new()).unwrap();
    assert!(matches!(
        archive.keep_signed(&smaller.note, &none),
        Err(ArchiveError::Smaller { signed, .. }) if signed == size
    ));
    let proof = other.book.tree().unwrap().prove_extends(size).unwrap().unwrap();
    assert!(matches!(archive.keep_signed(&forked.note, &proof), Err(ArchiveError::Forked { .. })));
    // A proof from nothing proves nothing.
    let none = ConsistencyProof::from_parts(0, forked.checkpoint.size(), Vec::new()).unwrap();
    none.verify(EMPTY_ROOT, forked.checkpoint.root()).unwrap();
    assert!(matches!(archive.keep_signed(&forked.note, &none), Err(ArchiveError::Forked { .. })));
    assert!(matches!(archive.keep_given_out(&forked.note), Err(ArchiveError::NotSigned { .. })));
    assert!(matches!(archive.keep_joined(&forked.note), Err(ArchiveError::NotSigned { .. })));
    let origin = &archive.origins().unwrap()[0];
    assert_eq!(archive.last(origin).unwrap().unwrap().note, first.note);
    assert_eq!(archive.signed(origin).unwrap().unwrap().note, first.note);
}

#[test]
fn a_book_of_another_history_is_not_signed() {
    let desk = Desk::in_memory();
    desk.record(4);
    desk.notary(desk.policy(&[], 0), WhenAway::Refuse).checkpoint(&desk.book, desk.now()).unwrap();
    for events in [1, 9] {
        let other = Desk::in_memory();
        other.record(1);
        other.record(events);
        let notary = desk.notary(desk.policy(&[], 0), WhenAway::GoOn);
        let refused = notary.checkpoint(&other.book, other.now()).unwrap_err();
        assert!(matches!(refused, NotaryError::RolledBack { .. }), "{refused}");
        assert!(
            refused.to_string().ends_with("does not extend it; nothing was signed"),
            "{refused}"
        );
    }
}

/// A file of the archive, lost or put back, does not make the notary forget what the files beside it say.
#[test]
fn inv_44_one_lost_or_older_file_does_not_let_a_fork_be_signed() {
    for (name, gone) in
        [("signed", true), ("signed", false), ("last", true), ("last", false), ("both", false)]
    {
        let desk = Desk::in_memory();
        let log = desk.path(LOG);
        let notary = desk.notary(desk.policy(&[], 0), WhenAway::Refuse);
        for count in [2, 3, 4] {
            desk.record(count);
            notary.checkpoint(&desk.book, desk.now()).unwrap();
        }
        let kept = std::fs::read(log.join("last")).unwrap();
        drop(notary);
        let files: &[&str] = if name == "both" { &["signed", "last"] } else { &[name] };
        for file in files {
            match gone {
                true => std::fs::remove_file(log.join(file)).unwrap(),
                false => {
                    std::fs::copy(log.join("past/00000000000000000006"), log.join(file))
                        .map(drop)
                        .unwrap();
                }
            }
        }
        let whole = folder_of(&log);
        // Another history, which goes on from nothing that is kept.
        let other = Desk::in_memory();
        other.record(2);
        other.record(2);
        let notary = desk.notary(desk.policy(&[], 0), WhenAway::GoOn);
        let refused = notary.checkpoint(&other.book, other.now()).unwrap_err();
        let file = log.join(files[0]);
        let expected = match gone {
            true => format!(
                "{}: this checkpoint is missing, and others of its log are kept; nothing was changed",
                file.display()
            ),
            false if name == "last" => {
                assert!(matches!(
                    refused,
                    NotaryError::Archive(ArchiveError::Behind { found: 6, kept: 9, .. })
                ));
                refused.to_string()
            }
            false => format!(
                "{}: the checkpoint is of 6 leaves, and one of {} leaves was kept before it: an older file was put \
                 back; nothing was changed",
                file.display(),
                if name == "both" { 9 } else { 13 }
            ),
        };
        assert_eq!(refused.to_string(), expected);
        assert!(notary.checkpoint(&desk.book, desk.now()).is_err(), "until it is mended");
        let note = SignedNote::parse(&kept).unwrap();
        let proof = ConsistencyProof::from_parts(13, 13, Vec::new()).unwrap();
        let archive = notary.archive();
        assert!(archive.keep_signed(&note, &proof).is_err());
        assert!(archive.keep_given_out(&note).is_err());
        let found = check(archive, &desk.ledger, &desk.logs()).unwrap_err();
        assert_eq!(found.kind(), FaultKind::Damaged, "{found}");
        assert_eq!(folder_of(&log), whole, "{name}: nothing was changed");
        // Mended by hand, it goes on.
        files.iter().for_each(|file| std::fs::write(log.join(file), &kept).unwrap());
        desk.record(1);
        assert!(notary.checkpoint(&desk.book, desk.now()).unwrap().quorum);
    }
}

/// Two notes of the office over two histories: neither takes the other's place, and nothing is signed after them.
#[test]
fn inv_44_nothing_is_signed_that_contradicts_any_note_that_is_kept() {
    let other = Desk::in_memory();
    other.record(1);
    other.record(1);
    let forked = other.notary(other.policy(&[], 0), WhenAway::Refuse);
    let forked = forked.checkpoint(&other.book, other.now()).unwrap().note.to_string();
    for file in ["signed", "last", "past/00000000000000000006"] {
        let desk = Desk::in_memory();
        desk.record(2);
        let notary = desk.notary(desk.policy(&[], 0), WhenAway::Refuse);
        notary.checkpoint(&desk.book, desk.now()).unwrap();
        if file.starts_with("past") {
            desk.record(3);
            notary.checkpoint(&desk.book, desk.now()).unwrap();
            std::fs::create_dir_all(desk.path(LOG).join("past")).unwrap();
        }
        drop(notary);
        let path = desk.path(LOG).join(file);
        std::fs::write(&path, &forked).unwrap();
        let whole = folder_of(&desk.path(LOG));
        let notary = desk.notary(desk.policy(&[], 0), WhenAway::GoOn);
        desk.record(1);
        let refused = notary.checkpoint(&desk.book, desk.now()).unwrap_err();
        if file.starts_with("past") {
            assert!(matches!(refused, NotaryError::RolledBack { signed: (6, _), .. }), "{refused}");
        } else {
            let expected = format!(
                "{}: the checkpoint is not the one of 6 leaves that is kept beside it: a file was replaced; nothing \
                 was changed",
                desk.path(LOG).join("signed").display()
            );
            assert_eq!(refused.to_string(), expected);
        }
        assert_eq!(folder_of(&desk.path(LOG)), whole, "{file}: nothing was changed");
    }
}

/// All files of a log's folder.
fn folder_of(log: &std::path::Path) -> std::collections::BTreeMap<std::path::PathBuf, Vec<u8>> {
    let mut found = std::collections::BTreeMap::new();
    for entry in std::fs::read_dir(log).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(folder_of(&path));
        } else {
            found.insert(path.clone(), std::fs::read(&path).unwrap());
        }
    }
    found
}

#[test]
fn every_changed_byte_is_found() {
    let desk = Desk::in_memory();
    let notary = desk.notary(desk.policy(&[], 0), WhenAway::Refuse);
    notary.checkpoint(&desk.book, desk.now()).unwrap();
    drop(notary);
    let reader = Archive::open_read_only(desk.path("archive")).unwrap();
    check(&reader, &desk.ledger, &desk.logs()).unwrap();
    for file in ["signed", "last"] {
        let path = desk.path("archive/ledger.funds.example%2F320100%2FWORK_INJURY").join(file);
        let bytes = std::fs::read(&path).unwrap();
        each_changed(&bytes, 1, |place, changed| {
            std::fs::write(&path, changed).unwrap();
            let found = check(&reader, &desk.ledger, &desk.logs()).unwrap_err();
            assert_eq!(found.kind(), FaultKind::Damaged, "byte {place} of {file}: {found}");
        });
        for length in 0..bytes.len() {
            std::fs::write(&path, &bytes[..length]).unwrap();
            assert!(
                check(&reader, &desk.ledger, &desk.logs()).is_err(),
                "{length} bytes of {file}"
            );
        }
        std::fs::write(&path, [&bytes[..], b"\n"].concat()).unwrap();
        assert!(check(&reader, &desk.ledger, &desk.logs()).is_err());
        std::fs::write(&path, &bytes).unwrap();
    }
    check(&reader, &desk.ledger, &desk.logs()).unwrap();
}

#[test]
fn what_no_archive_has_is_refused() {
    let desk = Desk::in_memory();
    let notary = desk.notary(desk.policy(&[], 0), WhenAway::Refuse);
    notary.checkpoint(&desk.book, desk.now()).unwrap();
    desk.record(1);
    notary.checkpoint(&desk.book, desk.now()).unwrap();
    let log = desk.path("archive/ledger.funds.example%2F320100%2FWORK_INJURY");
    let archive = notary.archive();
    let origin = archive.origins().unwrap().remove(0);
    let stray = |path: std::path::PathBuf| {
        std::fs::write(&path, "x").unwrap();
        let found = archive.origins().map(drop).and(archive.past_sizes(&origin).map(drop));
        assert!(matches!(found, Err(ArchiveError::Stray { .. })), "{found:?}");
        std::fs::remove_file(path).unwrap();
    };
    stray(desk.path("archive/notes.txt"));
    stray(log.join("next"));
    stray(log.join("past/4"));
    stray(log.join("past/0000000000000000000x"));
    archive.origins().unwrap();
    // A checkpoint under another log's name, or another size.
    let copy = desk.path("archive/another");
    std::fs::create_dir(&copy).unwrap();
    std::fs::copy(log.join("signed"), copy.join("signed")).unwrap();
    assert!(matches!(archive.origins(), Err(ArchiveError::OtherLog { .. })));
    std::fs::remove_dir_all(&copy).unwrap();
    std::fs::copy(log.join("last"), log.join("past/00000000000000000009")).unwrap();
    assert!(matches!(archive.at(&origin, 9), Err(ArchiveError::OtherSize { .. })));
    // The one signed last taken away.
    std::fs::remove_file(log.join("signed")).unwrap();
    assert!(matches!(archive.origins(), Err(ArchiveError::Incomplete { .. })));
    assert!(matches!(
        Archive::open_read_only(desk.path("no archive")),
        Err(ArchiveError::Missing { .. })
    ));
}
