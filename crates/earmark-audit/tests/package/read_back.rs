//! What is read back is what was recorded.

use std::collections::BTreeSet;

use earmark_audit::package::PackageReader;
use earmark_core::ledger::Ledger;
use earmark_core::report::TrailFilter;
use earmark_core::time::{Period, day};
use earmark_testkit::clerk::Clerk;
use earmark_testkit::clock::HandClock;
use earmark_testkit::given::{ledger_in_memory, settings};
use earmark_testkit::strategy::history::histories;
use earmark_tlog::policy::Policy;
use proptest::prelude::*;
use tempfile::tempdir;

use crate::given::{Desk, files, of_now, open, policy_text, two_areas, write};

/// Every book of a package is the ledger's: head, balances, statement.
fn the_same(ledger: &Ledger, read: &PackageReader) {
    let books = ledger.books().unwrap();
    assert_eq!(read.books().count(), books.len());
    let year = Period::new(day("2021-01-01").unwrap(), day("2021-12-31").unwrap()).unwrap();
    for book in books {
        let replay = read.book(book.id()).unwrap().replay().unwrap();
        assert_eq!(replay.head(), &book.head().unwrap());
        assert_eq!(replay.balances(), book.balances().unwrap());
        assert_eq!(replay.statement(year).unwrap(), book.statement(year, None).unwrap());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    /// Histories of several books and funds, written in two steps.
    #[test]
    fn inv_46_a_replay_gives_the_balances_of_the_ledger(history in histories(24)) {
        let clock = HandClock::new();
        let mut clerk = Clerk::new(&clock, [ledger_in_memory(&clock)]);
        let _ = clerk.open(&history);
        let ledger = clerk.ledgers().next().unwrap().clone();
        let folder = tempdir().unwrap();
        write(&ledger, folder.path()).unwrap();
        for step in &history.steps {
            let _ = clerk.take(step);
        }
        write(&ledger, folder.path()).unwrap();
        the_same(&ledger, &open(&ledger, folder.path()).unwrap());
    }
}

#[test]
fn inv_46_a_year_with_profiles_and_closings_reads_back() {
    let desk = Desk::new().year();
    let folder = tempdir().unwrap();
    let written = write(&desk.ledger, folder.path()).unwrap();
    assert_eq!(written[0].to, desk.book.last_seq().unwrap());
    let read = open(&desk.ledger, folder.path()).unwrap();
    the_same(&desk.ledger, &read);
    let texts: Vec<_> = files(folder.path())
        .into_iter()
        .filter(|(name, _)| name.contains("/profiles/"))
        .map(|(_, text)| String::from_utf8(text).unwrap())
        .collect();
    assert_eq!(texts.len(), 2);
    assert!(texts.iter().any(|text| text.contains("second")), "{texts:?}");
    let book = read.book(desk.id()).unwrap();
    let count = u64::try_from(desk.book.trail(&TrailFilter::all()).unwrap().len()).unwrap();
    assert!(book.record(count).unwrap().is_some());
    assert_eq!(book.record(count + 1).unwrap(), None);
    assert_eq!(book.record(0).unwrap(), None);
}

#[test]
fn writing_again_adds_and_never_changes_what_was_full() {
    let (mut desk, _) = two_areas();
    let folder = tempdir().unwrap();
    let mut last = files(folder.path());
    let mut sizes = BTreeSet::new();
    for step in 0..9 {
        desk.premiums("2021-01-02", [0, 1, 100, 137, 3, 255, 256, 0, 700][step]);
        desk.payment("2021-01-03");
        write(&desk.ledger, folder.path()).unwrap();
        let now = files(folder.path());
        for (name, bytes) in &last {
            let partial = name.contains(".p/");
            let about = !name.contains("/tile/") && !name.contains("/commits/");
            assert!(partial || about || now.get(name) == Some(bytes), "{name}");
        }
        assert!(!now.keys().any(|name| name.contains("writing")), "{:?}", now.keys());
        sizes.insert(desk.book.last_seq().unwrap());
        the_same(&desk.ledger, &open(&desk.ledger, folder.path()).unwrap());
        last = now;
    }
    assert!(sizes.iter().any(|size| *size > 1_024), "{sizes:?}");
    // Written at once, it is the same folder.
    let at_once = tempdir().unwrap();
    write(&desk.ledger, at_once.path()).unwrap();
    assert_eq!(files(at_once.path()), last);
    // Written again without news, nothing is written.
    let again = write(&desk.ledger, folder.path()).unwrap();
    assert!(again.iter().all(|it| it.files == 0 && it.from == it.to), "{again:?}");
    assert_eq!(files(folder.path()), last);
}

#[test]
fn a_package_ends_at_its_checkpoint_and_a_book_without_events_has_one() {
    let mut desk = Desk::new();
    let note = of_now(&desk.book);
    let size = desk.book.last_seq().unwrap();
    desk.premiums("2021-01-02", 300);
    let empty = desk.ledger.any_book(desk.book.area(), "RES_PENSION").unwrap();
    let folder = tempdir().unwrap();
    let policy = policy_text([desk.id(), empty.id()]);
    let package = earmark_audit::package::Package::new(&policy)
        .with(desk.id(), note)
        .with(empty.id(), of_now(&empty));
    package.write(&desk.ledger, folder.path()).unwrap();
    let policy = Policy::parse(&policy).unwrap();
    let read = PackageReader::open(folder.path(), &policy).unwrap();
    assert_eq!(read.book(desk.id()).unwrap().replay().unwrap().head().state.seq(), size);
    assert_eq!(read.book(empty.id()).unwrap().replay().unwrap().head().state.seq(), 0);
    // The next checkpoint may be smaller than the ledger too, but not end within a commit.
    let tree = desk.book.tree().unwrap().at(size + 100).unwrap().unwrap();
    let note = crate::given::signed(desk.id(), tree.size(), tree.root());
    let text = policy_text([desk.id(), empty.id()]);
    let package = earmark_audit::package::Package::new(&text).with(desk.id(), note);
    package.write(&desk.ledger, folder.path()).unwrap();
    let tree = desk.book.tree().unwrap().at(5).unwrap().unwrap();
    let note = crate::given::signed(desk.id(), tree.size(), tree.root());
    let other = tempdir().unwrap();
    let package = earmark_audit::package::Package::new(&text).with(desk.id(), note);
    let error = package.write(&desk.ledger, other.path()).unwrap_err();
    assert!(error.to_string().contains("ends within the commit at event"), "{error}");
}

#[test]
fn the_secret_never_leaves() {
    let desk = Desk::new().year();
    let folder = tempdir().unwrap();
    write(&desk.ledger, folder.path()).unwrap();
    let secret = *settings().secret.expose();
    let hexadecimal: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
    for (name, bytes) in files(folder.path()) {
        let holds = |needle: &[u8]| bytes.windows(needle.len()).any(|it| it == needle);
        assert!(!holds(&secret) && !holds(hexadecimal.as_bytes()), "{name}");
        assert!(!name.contains("-wal") && !name.contains(".earmark"), "{name}");
    }
}
