//! A writing that ends early leaves a package that verifies, and the next one makes it whole.

use std::collections::BTreeMap;
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

use earmark_audit::mirror::Mirror;
use earmark_audit::package::{BookWriter, PackageFolder};
use earmark_core::time::UtcOffset;
use sha2::{Digest, Sha256};
use tempfile::tempdir;

use crate::given::{Desk, files, ids, of_now, open, policy_text, write};

fn put(folder: &Path, files: &BTreeMap<String, Vec<u8>>) {
    for (name, bytes) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

/// The same tosses at every run (a linear congruential generator, its high bit).
struct Coins(u64);

impl Coins {
    fn toss(&mut self) -> bool {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        self.0 >> 63 == 1
    }
}

/// The note that a writing is under way.
pub(crate) fn writing(from: u64, to: u64) -> Vec<u8> {
    let lines = format!("earmark.writing/v1\n{from} {to}\n");
    let sum: String = Sha256::digest(&lines).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{lines}sha256 {sum}\n").into_bytes()
}

/// Every mixture of an older and a newer package that an interrupted writing leaves: any of the new files before the
/// checkpoint; after it, any of the old ones that are not removed yet.
#[test]
fn any_mixture_of_two_sizes_verifies_and_is_made_whole() {
    let mut desk = Desk::new();
    desk.premiums("2021-01-02", 300);
    let folder = tempdir().unwrap();
    write(&desk.ledger, folder.path()).unwrap();
    let old_size = desk.book.last_seq().unwrap();
    let old = files(folder.path());
    desk.premiums("2021-01-02", 400);
    write(&desk.ledger, folder.path()).unwrap();
    let size = desk.book.last_seq().unwrap();
    let new = files(folder.path());
    let policy = policy_text(ids(&desk.ledger));
    let book = desk.id();
    let (note, checkpoint) = (format!("{book}/writing"), format!("{book}/checkpoint"));
    let mut chance = Coins(46);
    for round in 0..24_u32 {
        let after = round % 2 == 1;
        let mut mixed = old.clone();
        for (name, bytes) in &new {
            // All new files are there before the checkpoint is.
            if after || chance.toss() && *name != checkpoint {
                mixed.insert(name.clone(), bytes.clone());
            }
        }
        if after {
            mixed.retain(|name, _| new.contains_key(name) || chance.toss());
        }
        mixed.insert(note.clone(), writing(old_size, size));
        let folder = tempdir().unwrap();
        put(folder.path(), &mixed);
        let read = open(&desk.ledger, folder.path()).unwrap();
        let held = read.book(book).unwrap().replay().unwrap().head().state.seq();
        assert_eq!(held, if after { size } else { old_size }, "round {round}");
        // A mirror that was interrupted like this goes on.
        let mirrored = tempdir().unwrap();
        put(mirrored.path(), &mixed);
        let mut mirror = Mirror::open(mirrored.path(), &policy).unwrap();
        assert_eq!(mirror.replayed(book).unwrap().head().state.seq(), held);
        open(&desk.ledger, mirrored.path()).unwrap();
        write(&desk.ledger, folder.path()).unwrap();
        assert_eq!(files(folder.path()), new, "round {round}");
        mirror.update(folder.path()).unwrap();
        assert_eq!(files(mirrored.path()), new, "round {round}");
    }
}

#[test]
fn a_writer_that_vanishes_leaves_nothing_for_ever() {
    let mut desk = Desk::new();
    desk.premiums("2021-01-02", 300);
    let (folder, book) = (tempdir().unwrap(), desk.id());
    for first in [true, false] {
        for commits in [0, 1, 200, 299] {
            let place = PackageFolder::new(folder.path());
            let vocabulary = book.fund().vocabulary();
            let note = of_now(&desk.book);
            let mut writer =
                BookWriter::begin(&place, book, UtcOffset::CHINA, &vocabulary, note).unwrap();
            let mut left = commits;
            let from = writer.next_seq();
            let read = desk.ledger.store().commits(book, from, &mut |commit| {
                if left == 0 || writer.is_whole() {
                    return Ok(ControlFlow::Break(()));
                }
                left -= 1;
                writer.commit(&commit.open(book)?).unwrap();
                Ok(ControlFlow::Continue(()))
            });
            read.unwrap();
            drop(writer);
            if first {
                // Nothing was listed yet.
                assert!(!folder.path().join("contents").exists());
                let policy = policy_text(ids(&desk.ledger));
                let empty = Mirror::open(folder.path(), &policy).unwrap();
                assert_eq!(empty.books().count(), 0);
            } else {
                let read = open(&desk.ledger, folder.path()).unwrap();
                read.book(book).unwrap().replay().unwrap();
            }
        }
        write(&desk.ledger, folder.path()).unwrap();
        let at_once = tempdir().unwrap();
        write(&desk.ledger, at_once.path()).unwrap();
        assert_eq!(files(folder.path()), files(at_once.path()));
        desk.premiums("2021-01-02", 300);
    }
}

/// The first writing of a second book, interrupted between its checkpoint and the list.
#[test]
fn a_book_that_is_not_listed_yet_is_passed_over_and_then_taken() {
    let (desk, second) = crate::given::two_areas();
    let folder = tempdir().unwrap();
    write(&desk.ledger, folder.path()).unwrap();
    let whole = files(folder.path());
    let one = tempdir().unwrap();
    let policy = policy_text(ids(&desk.ledger));
    let package = earmark_audit::package::Package::new(&policy).with(desk.id(), of_now(&desk.book));
    package.write(&desk.ledger, one.path()).unwrap();
    let mut mixed = files(one.path());
    for (name, bytes) in whole.iter().filter(|(name, _)| name.starts_with("320200/")) {
        mixed.insert(name.clone(), bytes.clone());
    }
    mixed.insert(format!("{}/writing", second.id()), writing(0, second.book.last_seq().unwrap()));
    let folder = tempdir().unwrap();
    put(folder.path(), &mixed);
    assert_eq!(open(&desk.ledger, folder.path()).unwrap().books().count(), 1);
    let mirror = Mirror::open(folder.path(), &policy).unwrap();
    assert_eq!(mirror.books().count(), 2);
    assert_eq!(files(folder.path()), whole);
}
