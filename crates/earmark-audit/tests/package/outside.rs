//! Sizes that somebody signed and nobody has: refused at once, and nothing counts up to them.

use std::fs;
use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

use earmark_audit::mirror::Mirror;
use earmark_audit::package::{BookWriter, Package, PackageFolder, PackageReader};
use earmark_core::time::UtcOffset;
use earmark_tlog::Hash;
use earmark_tlog::policy::Policy;
use earmark_tlog::tile::Tile;
use tempfile::tempdir;

use crate::given::{Desk, files, of_now, policy_text, signed, write};
use crate::interrupted::writing;

const SIZES: [u64; 3] = [1 << 62, 1 << 63, u64::MAX];
const ROOT: Hash = Hash([9; 32]);

/// What comes out of it, which must be soon: counting to such a size takes years.
#[track_caller]
fn soon<T: Send + 'static>(what: impl FnOnce() -> T + Send + 'static) -> T {
    let (give, take) = mpsc::channel();
    std::thread::spawn(move || give.send(what()));
    take.recv_timeout(Duration::from_secs(30)).expect("it has not ended after 30 s")
}

fn open_soon(folder: &Path, policy: &[u8]) -> Mirror {
    let (folder, policy) = (folder.to_owned(), policy.to_owned());
    soon(move || Mirror::open(folder, &policy).unwrap())
}

/// The mirror after an update, and why it took nothing.
fn refused(mut mirror: Mirror, package: &Path) -> (Mirror, String) {
    let package = package.to_owned();
    soon(move || {
        let error = mirror.update(package).unwrap_err().to_string();
        (mirror, error)
    })
}

fn last_of(size: u64) -> Tile {
    Tile::of(size, 0, (size - 1) / 256).unwrap()
}

#[test]
fn a_mirror_refuses_a_size_that_nobody_has_and_goes_on() {
    let mut desk = Desk::new();
    desk.premiums("2021-01-02", 90);
    let (package, own) = (tempdir().unwrap(), tempdir().unwrap());
    write(&desk.ledger, package.path()).unwrap();
    let policy = policy_text([desk.id()]);
    let mut mirror = open_soon(own.path(), &policy);
    mirror.update(package.path()).unwrap();
    let (held, events) = (files(own.path()), desk.book.last_seq().unwrap());
    let book = desk.id();
    desk.premiums("2021-01-03", 300);
    write(&desk.ledger, package.path()).unwrap();
    let place = package.path().join(book.to_string());
    for size in SIZES {
        fs::write(place.join("checkpoint"), signed(book, size, ROOT).to_string()).unwrap();
        let last = last_of(size);
        let error;
        (mirror, error) = refused(mirror, package.path());
        let entries = last.entries_path();
        let expected = format!(
            "`{book}/{entries}`: it is missing; the checkpoint has {size} events, which end in it"
        );
        assert_eq!(error, expected);
        assert_eq!(files(own.path()), held, "{size}");
        // Files that pretend to be the last ones.
        let ends = [last.to_string(), entries.clone(), entries.replace("tile/entries", "commits")];
        for (own, other) in ends.iter().zip(["tile/0/000", "tile/entries/000", "commits/000"]) {
            fs::create_dir_all(place.join(own).parent().unwrap()).unwrap();
            fs::copy(place.join(other), place.join(own)).unwrap();
        }
        let error = refused(mirror, package.path()).1;
        assert_eq!(error, format!("`{book}/tile/entries/001`: it is missing"));
        for own in ends {
            fs::remove_file(place.join(own)).unwrap();
        }
        assert_eq!(files(own.path()), held, "{size}");
        mirror = open_soon(own.path(), &policy);
        assert_eq!(mirror.checkpoint(book).unwrap().0.size(), events);
    }
    fs::write(place.join("checkpoint"), of_now(&desk.book).to_string()).unwrap();
    mirror.update(package.path()).unwrap();
    assert_eq!(mirror.replayed(book).unwrap().head(), &desk.book.head().unwrap());
    assert_eq!(files(own.path()), files(package.path()));
}

/// What such an update once left behind: the note of a writing to that size, and files of it.
#[test]
fn a_note_of_a_size_that_nobody_has_is_undone() {
    let mut desk = Desk::new();
    desk.premiums("2021-01-02", 90);
    let folder = tempdir().unwrap();
    write(&desk.ledger, folder.path()).unwrap();
    let policy = policy_text([desk.id()]);
    let (whole, events) = (files(folder.path()), desk.book.last_seq().unwrap());
    let place = folder.path().join(desk.id().to_string());
    for size in SIZES {
        for (from, to) in [(events, size), (size, size), (0, size)] {
            let leave = || {
                fs::write(place.join("writing"), writing(from, to)).unwrap();
                for name in ["tile/0/000", "tile/1/000.p/1", "tile/7/000.p/63", "commits/001.p/7"] {
                    fs::create_dir_all(place.join(name).parent().unwrap()).unwrap();
                    fs::write(place.join(name), [0; 32]).unwrap();
                }
            };
            leave();
            assert_eq!(open_soon(folder.path(), &policy).books().count(), 1);
            assert_eq!(files(folder.path()), whole);
            leave();
            let (ledger, path) = (desk.ledger.clone(), folder.path().to_owned());
            soon(move || write(&ledger, &path).unwrap());
            assert_eq!(files(folder.path()), whole);
        }
    }
}

#[test]
fn a_package_of_a_size_that_the_ledger_has_not_is_not_begun() {
    let mut desk = Desk::new();
    desk.premiums("2021-01-02", 90);
    let (folder, empty) = (tempdir().unwrap(), tempdir().unwrap());
    write(&desk.ledger, folder.path()).unwrap();
    let (whole, book) = (files(folder.path()), desk.id());
    desk.premiums("2021-01-02", 300);
    let events = desk.book.last_seq().unwrap();
    for size in SIZES {
        for at in [folder.path(), empty.path()] {
            let package = Package::new(&policy_text([book])).with(book, signed(book, size, ROOT));
            let (ledger, to) = (desk.ledger.clone(), at.to_owned());
            let error = soon(move || package.write(&ledger, to).unwrap_err().to_string());
            let expected =
                format!("`{book}/checkpoint`: it has {size} events, the ledger has {events}");
            assert_eq!(error, expected);
        }
        assert_eq!(files(folder.path()), whole);
        assert!(files(empty.path()).is_empty());
        // A program that holds commits elsewhere learns it at the end, and undoes what it wrote.
        let path = folder.path().to_owned();
        let (store, vocabulary) = (desk.ledger.clone(), book.fund().vocabulary());
        soon(move || {
            let place = PackageFolder::new(path);
            let note = signed(book, size, ROOT);
            let mut writer =
                BookWriter::begin(&place, book, UtcOffset::CHINA, &vocabulary, note).unwrap();
            let read = store.store().commits(book, writer.next_seq(), &mut |commit| {
                writer.commit(&commit.open(book)?).unwrap();
                Ok(std::ops::ControlFlow::Continue(()))
            });
            read.unwrap();
            writer.abandon().unwrap();
        });
        assert_eq!(files(folder.path()), whole);
    }
}

#[test]
fn a_reader_refuses_a_size_that_the_package_has_not() {
    let mut desk = Desk::new();
    desk.premiums("2021-01-02", 300);
    let folder = tempdir().unwrap();
    write(&desk.ledger, folder.path()).unwrap();
    let book = desk.id();
    let place = folder.path().join(format!("{book}/checkpoint"));
    for size in SIZES {
        fs::write(&place, signed(book, size, ROOT).to_string()).unwrap();
        let path = folder.path().to_owned();
        let policy = Policy::parse(&policy_text([book])).unwrap();
        let opened = soon(move || PackageReader::open(path, &policy).map(|_| ()));
        let expected = format!(
            "`{book}/{}`: it is missing; the checkpoint has {size} events, which end in it",
            last_of(size).entries_path()
        );
        assert_eq!(opened.unwrap_err().to_string(), expected);
    }
}
