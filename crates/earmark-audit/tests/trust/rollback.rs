//! Older copies of the ledger's file, and other histories: found when the ledger is opened with its checkpoints.

use std::path::Path;
use std::sync::Arc;

use earmark_audit::archive::{Archive, check};
use earmark_audit::notary::{Notary, WhenAway};
use earmark_core::fund::{EnterprisePension, Maternity};
use earmark_core::id::area;
use earmark_core::ledger::Ledger;
use earmark_core::{Fault, FaultKind};
use earmark_testkit::clock::HandClock;
use earmark_testkit::given::PAPERS;
use earmark_tlog::note::VerifierKey;
use earmark_tlog::policy::Policy;
use proptest::prelude::*;

use crate::given::{Desk, office, office_key, open_file};

fn folder() -> Arc<tempfile::TempDir> {
    Arc::new(tempfile::tempdir().unwrap())
}

/// Copies a closed ledger's file.
fn copy(from: &Path, to: &Path) {
    for end in ["-wal", "-shm"] {
        let mut side = from.as_os_str().to_owned();
        side.push(end);
        assert!(!Path::new(&side).exists(), "the ledger is closed");
    }
    std::fs::copy(from, to).unwrap();
}

/// Opens the file with its checkpoints, as the facade does.
fn open(folder: &tempfile::TempDir, keys: &[VerifierKey]) -> Result<Ledger, Fault> {
    let ledger = open_file(&folder.path().join("ledger.earmark"), &HandClock::new());
    let archive = Archive::open_read_only(folder.path().join("archive")).unwrap();
    check(&archive, &ledger, keys).map(|_| ledger)
}

fn sign(desk: &Desk) {
    desk.notary(desk.policy(&[], 0), WhenAway::Refuse).checkpoint(&desk.book, desk.now()).unwrap();
}

#[test]
fn inv_44_an_older_copy_of_the_file_is_found() {
    let folder = folder();
    let (file, aside) = (folder.path().join("ledger.earmark"), folder.path().join("aside"));
    let desk = Desk::in_file(folder.clone());
    let keys = desk.logs();
    desk.record(20);
    sign(&desk);
    drop(desk);
    copy(&file, &aside);

    let desk = Desk::in_file(folder.clone());
    desk.record(30);
    sign(&desk);
    let root = desk.book.tree().unwrap().root();
    drop(desk);
    open(&folder, &keys).unwrap();

    copy(&aside, &file);
    let before = std::fs::read(&file).unwrap();
    let found = open(&folder, &keys).unwrap_err();
    assert_eq!(found.kind(), FaultKind::RolledBack);
    assert_eq!(
        found.to_string(),
        format!(
            "book 320100/WORK_INJURY: it has 24 events, and a checkpoint of 54 events with the root {root} was \
             signed: an older copy, or a shortened one; nothing was changed; find the file that goes on from the \
             checkpoint, or ask those who hold it"
        )
    );
    assert_eq!(std::fs::read(&file).unwrap(), before);
    // Without the checkpoints nothing would show: the copy fits together.
    let ledger = open_file(&file, &HandClock::new());
    assert!(ledger.verify().unwrap().is_sound());
}

#[test]
fn inv_44_another_history_of_the_same_length_is_found() {
    let folder = folder();
    let (file, aside) = (folder.path().join("ledger.earmark"), folder.path().join("aside"));
    let desk = Desk::in_file(folder.clone());
    let keys = desk.logs();
    desk.record(20);
    drop(desk);
    copy(&file, &aside);
    let desk = Desk::in_file(folder.clone());
    desk.record(7);
    sign(&desk);
    drop(desk);
    copy(&aside, &file);
    // The same number of events, one amount of them changed by its place in another commit.
    let desk = Desk::in_file(folder.clone());
    desk.record(3);
    desk.record(4);
    drop(desk);
    let found = open(&folder, &keys).unwrap_err();
    assert_eq!(found.kind(), FaultKind::RolledBack);
    assert!(found.to_string().contains("another history"), "{found}");
    // Longer does not hide it.
    let desk = Desk::in_file(folder.clone());
    desk.record(50);
    drop(desk);
    assert!(open(&folder, &keys).unwrap_err().to_string().contains("another history"));
}

#[test]
fn inv_44_one_book_alone_that_is_missing_is_found() {
    let folder = folder();
    let (file, aside) = (folder.path().join("ledger.earmark"), folder.path().join("aside"));
    let desk = Desk::in_file(folder.clone());
    desk.record(2);
    drop(desk);
    copy(&file, &aside);
    let desk = Desk::in_file(folder.clone());
    let maternity = desk.ledger.book::<Maternity>(area("320100").unwrap()).unwrap();
    maternity.voucher(earmark_core::time::day("2021-06-15").unwrap(), PAPERS).unwrap();
    let keys =
        [desk.book.id(), maternity.id()].map(|id| office_key().verifier(&office(), id).unwrap());
    let text = earmark_audit::notary::policy_text(&keys, &[], 0).unwrap();
    let notary = desk.notary(Policy::parse(text.as_bytes()).unwrap(), WhenAway::Refuse);
    notary.checkpoint(&desk.book, desk.now()).unwrap();
    notary.checkpoint(&maternity, desk.now()).unwrap();
    drop((notary, maternity, desk));
    open(&folder, &keys).unwrap();
    // A key that is not trusted makes its book's checkpoint one of nobody.
    let found = open(&folder, &keys[..1]).unwrap_err();
    assert_eq!(found.kind(), FaultKind::Damaged);
    assert!(found.to_string().ends_with("no trusted key has signed the note"), "{found}");

    copy(&aside, &file);
    let found = open(&folder, &keys).unwrap_err();
    assert_eq!(found.kind(), FaultKind::RolledBack);
    assert!(found.to_string().contains("the ledger does not have this book"), "{found}");
    assert_eq!(found.at(), "book 320100/MATERNITY");
    // The book made again, and empty.
    let ledger = open_file(&file, &HandClock::new());
    ledger.book::<Maternity>(area("320100").unwrap()).unwrap();
    drop(ledger);
    let found = open(&folder, &keys).unwrap_err();
    assert!(found.to_string().starts_with("book 320100/MATERNITY: it has 0 events"), "{found}");
}

#[test]
fn a_signature_that_was_never_given_out_counts_too() {
    let folder = folder();
    let (file, aside) = (folder.path().join("ledger.earmark"), folder.path().join("aside"));
    let desk = Desk::in_file(folder.clone());
    let keys = desk.logs();
    sign(&desk);
    drop(desk);
    copy(&file, &aside);
    let desk = Desk::in_file(folder.clone());
    desk.record(1);
    let notary = desk.notary(desk.policy(&[crate::given::witness_key(1)], 1), WhenAway::Refuse);
    assert!(notary.checkpoint(&desk.book, desk.now()).is_err());
    drop((notary, desk));
    open(&folder, &keys).unwrap();
    copy(&aside, &file);
    assert_eq!(open(&folder, &keys).unwrap_err().kind(), FaultKind::RolledBack);
}

#[test]
fn a_ledger_with_many_books_is_opened_with_their_checkpoints() {
    let folder = folder();
    let file = folder.path().join("ledger.earmark");
    let clock = HandClock::new();
    let ledger = open_file(&file, &clock);
    let mut books = Vec::new();
    for number in 0..219 {
        let area = area(&format!("{:06}", 320_000 + number)).unwrap();
        let book = ledger.book::<EnterprisePension>(area).unwrap();
        book.voucher(earmark_core::time::day("2021-06-15").unwrap(), PAPERS).unwrap();
        books.push(book);
    }
    let keys: Vec<_> =
        books.iter().map(|book| office_key().verifier(&office(), book.id()).unwrap()).collect();
    let text = earmark_audit::notary::policy_text(&keys, &[], 0).unwrap();
    let policy = Policy::parse(text.as_bytes()).unwrap();
    let archive = Archive::open(folder.path().join("archive")).unwrap();
    let notary = Notary::new(office(), vec![office_key()], policy, archive, WhenAway::Refuse);
    for book in &books {
        notary.checkpoint(book, earmark_core::time::Clock::now(&clock)).unwrap();
    }
    let archive = Archive::open_read_only(folder.path().join("archive")).unwrap();
    let begun = std::time::Instant::now();
    let checked = check(&archive, &ledger, &keys).unwrap();
    eprintln!("checking {} books took {:?}", checked.books, begun.elapsed());
    assert_eq!(checked.books, 219);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever is recorded and signed when, a ledger that goes on passes, and one cut back to before the last
    /// checkpoint does not.
    #[test]
    fn inv_44_exactly_what_extends_the_last_checkpoint_is_opened(
        steps in proptest::collection::vec((1..6_u64, any::<bool>()), 1..8),
        kept in any::<prop::sample::Index>(),
    ) {
        let desk = Desk::in_memory();
        let notary = desk.notary(desk.policy(&[], 0), WhenAway::Refuse);
        let mut signed = 0;
        for (events, sign) in &steps {
            desk.record(*events);
            if *sign {
                signed = notary.checkpoint(&desk.book, desk.now()).unwrap().checkpoint.size();
            }
        }
        let archive = Archive::open_read_only(desk.path("archive")).unwrap();
        check(&archive, &desk.ledger, &desk.logs()).unwrap();
        let shorter = Desk::in_memory();
        for (events, _) in &steps[..kept.index(steps.len() + 1)] {
            shorter.record(*events);
        }
        let fits = shorter.book.last_seq().unwrap() >= signed;
        let found = check(&archive, &shorter.ledger, &desk.logs());
        prop_assert_eq!(found.is_ok(), fits, "{:?}", found);
    }
}
