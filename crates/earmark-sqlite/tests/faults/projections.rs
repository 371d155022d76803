//! Projections that fail, change their version, or whose cells were changed.

use earmark_core::event::Recorded;
use earmark_core::id::{Party, key};
use earmark_core::projection::{CellPart, Cells, Projection, Totals};
use earmark_core::report::AsOf;
use earmark_core::time::Period;
use earmark_core::{Error, FaultKind};

use crate::sample::{
    NANJING, PaidTo, Place, SUZHOU, book, now, open, party, premium, prove, read, ready, today,
    voucher,
};
use crate::tables::tamper;

/// Panics over one party.
struct Fragile;

const FEARED: u64 = 13;

impl Projection for Fragile {
    const NAME: &'static str = "fragile";
    const VERSION: u32 = 1;
    type Key = Party;
    type Value = u64;

    fn apply(&self, recorded: &Recorded, cells: &mut Cells<'_, Party, u64>) {
        let Some(of) = recorded.party() else { return };
        // Changes a cell first, which must not remain.
        cells.update(party(0), |count| *count += 1);
        assert!(of != party(FEARED), "the feared party");
    }
}

#[track_caller]
fn projection_fault(error: &Error, says: &str) {
    let Error::Fault(fault) = error else { panic!("{error}") };
    assert_eq!(fault.kind(), FaultKind::Projection, "{fault}");
    assert!(fault.to_string().contains(says), "{fault}");
}

#[test]
fn a_panicking_projection_fails_its_own_commit_only() {
    let place = Place::new();
    let ledger = open(&place.path);
    ledger.attach(Fragile).unwrap();
    ledger.attach(PaidTo).unwrap();
    let (nanjing, voucher) = ready(&ledger, NANJING);
    let (suzhou, other) = ready(&ledger, SUZHOU);
    // All are handed over before the first is waited for, so that they share transactions.
    let under_way: Vec<_> = (0..40)
        .map(|number| {
            let (book, voucher) =
                if number % 3 == 0 { (&suzhou, &other) } else { (&nanjing, &voucher) };
            let from = if number % 10 == 7 { FEARED } else { 100 + number };
            let premiums = [premium(1, 1), premium(from, 1), premium(2, 1)];
            (from, book.submit(key(&number.to_string()), voucher, premiums))
        })
        .collect();
    for (from, pending) in under_way {
        match pending.wait() {
            Ok(receipt) => assert!(from != FEARED && receipt.count() == 3),
            Err(error) => {
                assert_eq!(from, FEARED, "{error}");
                projection_fault(&error, "`fragile` panicked; nothing of the commit was recorded");
            }
        }
    }
    assert_eq!(nanjing.last_seq().unwrap() + suzhou.last_seq().unwrap(), 8 + 36 * 3);
    let counted = |book: &earmark_core::ledger::AnyBook| book.cell::<Fragile>(&party(0)).unwrap();
    assert_eq!(counted(&nanjing) + counted(&suzhou), 36 * 3);
    // A joint commit fails in all its books.
    let error = ledger
        .joint(key("both"))
        .with(&nanjing, &voucher, premium(1, 1))
        .with(&suzhou, &other, premium(FEARED, 1))
        .record()
        .unwrap_err();
    projection_fault(&error, "panicked");
    assert_eq!(nanjing.last_seq().unwrap() + suzhou.last_seq().unwrap(), 8 + 36 * 3);
    // The ledger goes on, and holds nothing but what was acknowledged.
    nanjing.record(key("on"), &voucher, premium(1, 1)).unwrap();
    let proved = ledger.verify().unwrap();
    assert!(proved.is_sound(), "{:?}", proved.findings());
}

/// What is recorded already cannot be refused: the projection is, and the ledger stays as it is.
#[test]
fn a_projection_that_panics_over_the_past_is_not_attached() {
    let place = Place::new();
    let ledger = open(&place.path);
    let (book, voucher) = ready(&ledger, NANJING);
    book.record(key("feared"), &voucher, [premium(1, 1), premium(FEARED, 1)]).unwrap();
    let fault = ledger.attach(Fragile).unwrap_err();
    assert_eq!(fault.kind(), FaultKind::Projection, "{fault}");
    book.record(key("again"), &voucher, premium(FEARED, 1)).unwrap();
    let proved = ledger.verify().unwrap();
    assert!(proved.is_sound(), "{:?}", proved.findings());
    assert_eq!(book.cell::<Fragile>(&party(0)).unwrap(), 0);
}

/// The same name in several versions: how many events a party has, times the version.
struct Weighed<const VERSION: u32>;

impl<const VERSION: u32> Projection for Weighed<VERSION> {
    const NAME: &'static str = "weighed";
    const VERSION: u32 = VERSION;
    type Key = Party;
    type Value = u64;

    fn apply(&self, recorded: &Recorded, cells: &mut Cells<'_, Party, u64>) {
        if let Some(party) = recorded.party() {
            cells.update(party, |weight| *weight += u64::from(VERSION));
        }
    }
}

#[test]
fn a_higher_version_is_built_anew_and_a_lower_one_refused() {
    let place = Place::new();
    let ledger = open(&place.path);
    let (first, voucher) = ready(&ledger, NANJING);
    first.record(key("one"), &voucher, [premium(1, 1), premium(1, 1)]).unwrap();
    ledger.attach(Weighed::<2>).unwrap();
    assert_eq!(first.cell::<Weighed<2>>(&party(1)).unwrap(), 4);
    for fault in
        [ledger.attach(Weighed::<3>).unwrap_err(), ledger.attach(Weighed::<1>).unwrap_err()]
    {
        assert_eq!(fault.kind(), FaultKind::Projection);
        assert!(fault.to_string().contains("is kept in version 2, version"), "{fault}");
    }
    drop((first, ledger));

    let ledger = open(&place.path);
    let fault = ledger.attach(Weighed::<1>).unwrap_err();
    assert!(fault.to_string().contains("is kept in version 2, version 1 was given"), "{fault}");
    ledger.attach(Weighed::<3>).unwrap();
    let again = book(&ledger, NANJING);
    assert_eq!(again.cell::<Weighed<3>>(&party(1)).unwrap(), 6);
    again.record(key("two"), &crate::sample::voucher(&again), premium(1, 1)).unwrap();
    assert_eq!(again.cell::<Weighed<3>>(&party(1)).unwrap(), 9);
    assert!(ledger.verify().unwrap().is_sound());
    assert_eq!(ledger.rebuild::<PaidTo>().unwrap_err().kind(), FaultKind::Projection);
}

/// A reader does not take the cells of one version for those of another.
#[test]
fn cells_of_another_version_are_not_read() {
    let place = Place::new();
    let ledger = open(&place.path);
    let (first, voucher) = ready(&ledger, NANJING);
    first.record(key("one"), &voucher, premium(1, 1)).unwrap();
    ledger.attach(Weighed::<2>).unwrap();
    drop((first, ledger));
    let reader = read(&place.path);
    let seen = book(&reader, NANJING);
    assert_eq!(seen.cell::<Weighed<2>>(&party(1)).unwrap(), 2);
    for fault in [
        seen.cell::<Weighed<3>>(&party(1)).unwrap_err(),
        seen.each_cell::<Weighed<3>>(|_, _| ()).unwrap_err(),
        seen.snapshot::<Weighed<3>>().unwrap_err(),
        seen.projected_to::<Weighed<3>>().unwrap_err(),
    ] {
        assert_eq!(fault.kind(), FaultKind::Projection);
        assert!(fault.to_string().contains("kept in version 2"), "{fault}");
    }
    reader.watch(Weighed::<3>);
    assert!(!reader.verify().unwrap().is_sound());
}

/// A ledger that nobody writes can be verified with all that it keeps.
#[test]
fn a_watched_projection_is_verified_without_writing() {
    let place = Place::with_sample();
    let reader = read(&place.path);
    reader.watch(PaidTo);
    assert!(reader.verify().unwrap().is_sound());
    drop(reader);
    tamper(&place.path, "UPDATE cells SET value = zeroblob(8) WHERE projection = 3 AND book = 1");
    let reader = read(&place.path);
    assert!(reader.verify().unwrap().is_sound(), "nobody knows the projection");
    reader.watch(PaidTo);
    let proved = reader.verify().unwrap();
    assert!(proved.findings()[0].at.ends_with("projection `paid_to`"), "{:?}", proved.findings());
}

/// A count that cannot be written down from three on.
#[derive(Clone, Default, PartialEq)]
struct Count(u8);

impl CellPart for Count {
    fn put(&self, into: &mut Vec<u8>) {
        assert!(self.0 < 3, "it cannot count further");
        self.0.put(into);
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        u8::take(from).map(Self)
    }
}

/// Panics not over an event but while its cells are written.
struct Counted;

impl Projection for Counted {
    const NAME: &'static str = "counted";
    const VERSION: u32 = 1;
    type Key = Party;
    type Value = Count;

    fn apply(&self, recorded: &Recorded, cells: &mut Cells<'_, Party, Count>) {
        if let Some(party) = recorded.party() {
            cells.update(party, |count| count.0 += 1);
        }
    }
}

#[test]
fn a_projection_that_panics_while_its_cells_are_written_fails_its_own_commit_only() {
    let place = Place::new();
    let ledger = open(&place.path);
    ledger.attach(Counted).unwrap();
    let (nanjing, voucher) = ready(&ledger, NANJING);
    let under_way: Vec<_> = (0..12)
        .map(|number| {
            let from = if number < 5 { 1 } else { number };
            (number, nanjing.submit(key(&number.to_string()), &voucher, premium(from, 1)))
        })
        .collect();
    for (number, pending) in under_way {
        match pending.wait() {
            Ok(_) => assert!(!(2..5).contains(&number)),
            Err(error) => {
                assert!((2..5).contains(&number), "{error}");
                projection_fault(&error, "panicked; nothing of the commit was recorded");
            }
        }
    }
    assert_eq!(nanjing.last_seq().unwrap(), 4 + 9);
    let proved = ledger.verify().unwrap();
    assert!(proved.is_sound(), "{:?}", proved.findings());
}

#[test]
fn changed_cells_are_found_and_built_again() {
    for (sql, name) in [
        ("UPDATE cells SET value = zeroblob(24) WHERE projection = 1 AND book = 1", "totals"),
        ("DELETE FROM cells WHERE projection = 3 AND book = 1", "paid_to"),
        ("UPDATE cells SET value = zeroblob(7) WHERE projection = 3 AND book = 1", "paid_to"),
        ("INSERT INTO cells VALUES (3, 1, zeroblob(16), zeroblob(8))", "paid_to"),
        ("INSERT INTO cells VALUES (3, 4, zeroblob(16), zeroblob(8))", "paid_to"),
        ("UPDATE projected SET seq = seq + 1 WHERE projection = 3 AND book = 2", "paid_to"),
        ("UPDATE projected SET seq = seq - 1 WHERE projection = 1 AND book = 2", "totals"),
    ] {
        let place = Place::with_sample();
        tamper(&place.path, sql);
        let reader = read(&place.path);
        let proved = prove(&reader).unwrap();
        assert!(!proved.findings().is_empty(), "{sql}");
        let wanted = format!("projection `{name}`");
        assert!(proved.findings().iter().all(|finding| finding.at.ends_with(&wanted)), "{sql}");
        drop(reader);
        let ledger = open(&place.path);
        ledger.attach(PaidTo).unwrap();
        ledger.rebuild::<Totals>().unwrap();
        ledger.rebuild::<PaidTo>().unwrap();
        let proved = ledger.verify().unwrap();
        assert!(proved.is_sound(), "{sql}: {:?}", proved.findings());
    }
}

/// A total that no events can come to is refused by every report, and found.
#[test]
fn impossible_totals_are_refused() {
    let huge = "X'7fffffffffffffffffffffffffffffff0000000000000001'";
    for value in [huge, "X'ffffffffffffffffffffffffffffffffffffffffffffffff'"] {
        let place = Place::with_sample();
        tamper(&place.path, &format!("UPDATE cells SET value = {value} WHERE projection = 1"));
        let ledger = read(&place.path);
        let nanjing = book(&ledger, NANJING);
        let year = Period::year(2021).unwrap();
        for fault in [
            nanjing.balances_as_of(AsOf::NOW).unwrap_err(),
            nanjing.balances_as_of(AsOf::day(today())).unwrap_err(),
            nanjing.statement(year, None).unwrap_err(),
        ] {
            assert!(fault.to_string().contains("320100/WORK_INJURY"), "{fault}");
        }
        // What is folded from the events does not need the cells.
        nanjing.balances_as_of(AsOf::NOW.known_at(now())).unwrap();
        assert_eq!(prove(&ledger).unwrap().findings().len(), 3, "one a book with events");
    }
}

/// A cell that cannot be read fails the commit that needs it, says what to do, and doing it helps.
#[test]
fn an_unreadable_cell_fails_the_commit_that_needs_it() {
    let place = Place::with_sample();
    tamper(&place.path, "UPDATE cells SET value = zeroblob(7) WHERE projection = 3 AND book = 1");
    let ledger = open(&place.path);
    ledger.attach(PaidTo).unwrap();
    let (nanjing, suzhou) = (book(&ledger, NANJING), book(&ledger, SUZHOU));
    let last = nanjing.last_seq().unwrap();
    let error = nanjing.record(key("new"), &voucher(&nanjing), premium(1, 1)).unwrap_err();
    projection_fault(&error, "rebuild the projection");
    assert_eq!(nanjing.last_seq().unwrap(), last);
    suzhou.record(key("new"), &voucher(&suzhou), premium(1, 1)).unwrap();
    ledger.rebuild::<PaidTo>().unwrap();
    let receipt = nanjing.record(key("new"), &voucher(&nanjing), premium(1, 1)).unwrap();
    assert_eq!(receipt.first_seq(), last + 1);
    let proved = ledger.verify().unwrap();
    assert!(proved.is_sound(), "{:?}", proved.findings());
}
