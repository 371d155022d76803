//! Promises about projections that are kept in the transactions of the commits.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use earmark_core::account::Account;
use earmark_core::error::{Error, FaultKind};
use earmark_core::event::{Kind, Recorded};
use earmark_core::id::Party;
use earmark_core::projection::{Cells, Projection, Totals};
use earmark_core::register::Registers;

use super::Place;
use super::desk::{Desk, guarded, key, party, payment, wuxi};
use super::evidence::{Evidence, cells};
use crate::given::rule_of;

/// How often each party was dealt with, by kind.
pub(super) struct Payments;

impl Projection for Payments {
    const NAME: &'static str = "payments";
    const VERSION: u32 = 1;
    type Key = (Party, Kind);
    type Value = u64;

    fn apply(&self, recorded: &Recorded, cells: &mut Cells<'_, (Party, Kind), u64>) {
        if let Some(party) = recorded.party() {
            cells.update((party, recorded.kind()), |count| *count += 1);
        }
    }
}

/// The same in a later version, which counts each of them twice.
pub(super) struct PaymentsTwice;

impl Projection for PaymentsTwice {
    const NAME: &'static str = Payments::NAME;
    const VERSION: u32 = 2;
    type Key = (Party, Kind);
    type Value = u64;

    fn apply(&self, recorded: &Recorded, cells: &mut Cells<'_, (Party, Kind), u64>) {
        Payments.apply(recorded, cells);
        Payments.apply(recorded, cells);
    }
}

/// Which event came last, how many came at all, and how many not in their turn.
pub(super) struct Turns;

/// The cells of [`Turns`].
const LAST: u8 = 0;
const ALL: u8 = 1;
const OUT_OF_TURN: u8 = 2;

impl Projection for Turns {
    const NAME: &'static str = "turns";
    const VERSION: u32 = 1;
    type Key = u8;
    type Value = u64;

    fn apply(&self, recorded: &Recorded, cells: &mut Cells<'_, u8, u64>) {
        let mut in_turn = false;
        cells.update(LAST, |last| {
            in_turn = recorded.seq() == *last + 1;
            *last = recorded.seq();
        });
        cells.update(ALL, |all| *all += 1);
        if !in_turn {
            cells.update(OUT_OF_TURN, |count| *count += 1);
        }
    }
}

impl Turns {
    /// Every event of the book came once, in its turn.
    pub(super) fn assert_in_order(desk: &Desk) {
        let cell = |name| desk.book.cell::<Self>(&name).unwrap();
        let found = (cell(LAST), cell(ALL), cell(OUT_OF_TURN));
        let last = desk.last_seq();
        assert_eq!(found, (last, last, 0), "last event, events, events out of turn");
    }
}

/// Counts events like [`Payments`], and panics at a payment to one party as long as it is armed.
struct Fuse(Arc<AtomicBool>);

const FEARED: u128 = 13;

impl Projection for Fuse {
    const NAME: &'static str = "fuse";
    const VERSION: u32 = 1;
    type Key = (Party, Kind);
    type Value = u64;

    fn apply(&self, recorded: &Recorded, cells: &mut Cells<'_, (Party, Kind), u64>) {
        Payments.apply(recorded, cells);
        let feared = recorded.party() == Some(party(FEARED));
        assert!(!feared || !self.0.load(Ordering::SeqCst), "a projection that panics on purpose");
    }
}

/// The cells of a projection move with the events of each commit, whenever it was attached; what is refused does
/// not count.
pub fn projections_move_with_their_events(place: &dyn Place) {
    let desk = Desk::open(place);
    desk.record("before", payment(7, "1.00")).unwrap();
    desk.ledger.attach(Payments).unwrap();
    desk.record("after", [payment(7, "1.00"); 3]).unwrap();
    assert_eq!(rule_of(desk.record("refused", [payment(7, "999.00"); 2])), "no-overdraft");
    let count = || desk.book.cell::<Payments>(&(party(7), Kind::BenefitPaid)).unwrap();
    assert_eq!(count(), 4);
    assert_eq!(desk.book.projected_to::<Payments>().unwrap(), desk.book.last_seq().ok());
    let kept = desk.book.snapshot::<Payments>().unwrap();
    desk.ledger.rebuild::<Payments>().unwrap();
    assert_eq!(desk.book.snapshot::<Payments>().unwrap(), kept);
    desk.record("later", payment(8, "1.00")).unwrap();
    assert_eq!(count(), 4);
    assert_eq!(desk.book.snapshot::<Payments>().unwrap().cells().count(), 2);
    desk.assert_sound();
}

/// A projection is given every event of every book once and in its turn, those before it was attached included.
pub fn a_projection_sees_every_event_once(place: &dyn Place) {
    let here = Desk::open(place);
    let there = here.elsewhere(wuxi());
    here.record("before", [payment(7, "1.00"); 3]).unwrap();
    here.ledger.attach(Turns).unwrap();
    [&here, &there].into_iter().for_each(Turns::assert_in_order);
    let pending: Vec<_> = (0..40)
        .map(|number| {
            let desk = if number % 3 == 0 { &there } else { &here };
            let name = key(&format!("{number}"));
            desk.book.submit(name, &desk.voucher, [payment(7, "0.01"); 2])
        })
        .collect();
    for pending in pending {
        pending.wait().unwrap();
    }
    // Refused, repeated, and joint commits.
    assert!(here.record("too much", payment(7, "5000.00")).is_err());
    assert!(here.record("before", [payment(7, "1.00"); 3]).unwrap().repeated());
    let joint = |amount| {
        let joint = here.ledger.joint(key("both"));
        let joint = joint.with(&here.book, &here.voucher, payment(7, "0.01"));
        joint.with(&there.book, &there.voucher, payment(7, amount)).record()
    };
    assert!(joint("5000.00").is_err());
    joint("0.01").unwrap();
    [&here, &there].into_iter().for_each(Turns::assert_in_order);
    // A book made after it was attached.
    let later = here.elsewhere(earmark_core::id::area("320300").unwrap());
    Turns::assert_in_order(&later);
    here.ledger.rebuild::<Turns>().unwrap();
    here.record("after", payment(7, "0.01")).unwrap();
    [&here, &there, &later].into_iter().for_each(Turns::assert_in_order);
    here.assert_sound();
}

/// A projection attached twice counts each event once; another version of an attached one is refused.
pub fn a_projection_is_attached_once(place: &dyn Place) {
    let desk = Desk::open(place);
    desk.ledger.attach(Payments).unwrap();
    desk.record("1", payment(7, "1.00")).unwrap();
    desk.ledger.attach(Payments).unwrap();
    desk.record("2", payment(7, "1.00")).unwrap();
    let fault = desk.ledger.attach(PaymentsTwice).unwrap_err();
    assert_eq!(fault.kind(), FaultKind::Projection, "{fault}");
    desk.record("3", payment(7, "1.00")).unwrap();
    assert_eq!(desk.book.cell::<Payments>(&(party(7), Kind::BenefitPaid)).unwrap(), 3);
    desk.assert_sound();
}

/// What is not attached is not kept: it has no position, no cells, and is not rebuilt.
pub fn a_projection_that_is_not_attached_is_not_kept(place: &dyn Place) {
    let desk = Desk::open(place);
    desk.record("1", payment(7, "1.00")).unwrap();
    let (store, book) = (desk.store(), desk.book.id());
    assert_eq!(store.projected_to(book, Payments::NAME).unwrap(), None);
    assert!(cells(store, book, Payments::NAME).is_empty());
    let fault = desk.ledger.rebuild::<Payments>().unwrap_err();
    assert_eq!(fault.kind(), FaultKind::Projection, "{fault}");
    desk.assert_sound();
}

/// Built-in projections are kept from the first event, and rebuilt they are the same.
pub fn rebuilt_cells_are_the_same(place: &dyn Place) {
    let desk = Desk::open(place);
    desk.record("1", [payment(7, "1.00"); 3]).unwrap();
    let before = Evidence::of(&desk.ledger);
    desk.ledger.rebuild::<Totals>().unwrap();
    desk.ledger.rebuild::<Registers>().unwrap();
    Evidence::of(&desk.ledger).assert_same(&before, "after building the projections again");
    desk.record("2", payment(7, "1.00")).unwrap();
    let statement = desk.book.balances_as_of(earmark_core::report::AsOf::NOW).unwrap();
    assert_eq!(statement.of(Account::Expenditure).minor(), 99_600);
    desk.assert_sound();
}

/// Cells are given in the order of their keys, from any key on, book by book.
pub fn cells_are_given_in_the_order_of_their_keys(place: &dyn Place) {
    let here = Desk::open(place);
    here.ledger.attach(Payments).unwrap();
    let there = here.elsewhere(wuxi());
    for to in [300, 2, 41, 70_000, 5] {
        here.record(&format!("{to}"), payment(to, "1.00")).unwrap();
    }
    let mut found = Vec::new();
    here.book.each_cell::<Payments>(|(party, _), _| found.push(party)).unwrap();
    assert_eq!(found, [2, 5, 41, 300, 70_000].map(party));
    let (store, book) = (here.store(), here.book.id());
    let all = cells(store, book, Payments::NAME);
    for (index, (key, value)) in all.iter().enumerate() {
        let mut from = Vec::new();
        store
            .cells(book, Payments::NAME, key, &mut |key, value| {
                from.push((key.to_vec(), value.to_vec()));
                Ok(std::ops::ControlFlow::Continue(()))
            })
            .unwrap();
        assert_eq!(from, all[index..], "from cell {index} on");
        assert_eq!(store.cell(book, Payments::NAME, key).unwrap().as_ref(), Some(value));
        assert_eq!(store.cell(there.book.id(), Payments::NAME, key).unwrap(), None);
    }
    assert!(cells(store, there.book.id(), Payments::NAME).is_empty());
}

/// A projection that panics takes its commit with it and nothing else: the commit is answered with a fault, nothing
/// of it is kept anywhere, and the store goes on.
pub fn a_projection_that_panics_takes_only_its_commit(place: &dyn Place) {
    let desk = Desk::open(place);
    let armed = Arc::new(AtomicBool::new(true));
    desk.ledger.attach(Turns).unwrap();
    desk.ledger.attach(Fuse(armed.clone())).unwrap();
    desk.record("before", payment(7, "1.00")).unwrap();
    let before = Evidence::of(&desk.ledger);
    // The commit begins harmlessly, so that projections have counted some of it.
    let bad = || desk.record("bad", (payment(8, "2.00"), payment(FEARED, "2.00")));
    match guarded(bad) {
        Err(Error::Fault(_)) => {}
        other => panic!("expected a fault, found {other:?}"),
    }
    Evidence::of(&desk.ledger).assert_same(&before, "after a projection panicked");
    // Beside it and after it others are recorded.
    desk.record("after", payment(8, "1.00")).unwrap();
    Turns::assert_in_order(&desk);
    let dealt = |to| desk.book.cell::<Fuse>(&(party(to), Kind::BenefitPaid)).unwrap();
    assert_eq!((dealt(7), dealt(8), dealt(FEARED)), (1, 1, 0));
    assert_eq!(desk.balance(Account::Expenditure), 99_800);
    armed.store(false, Ordering::SeqCst);
    assert!(!bad().unwrap().repeated());
    assert_eq!((dealt(7), dealt(8), dealt(FEARED)), (1, 2, 1));
    desk.assert_sound();
}

/// Where a projection panics over one commit of many, those beside it are recorded, in their order and once.
pub fn a_projection_that_panics_spares_the_neighbours(place: &dyn Place) {
    let desk = Desk::open(place);
    let armed = Arc::new(AtomicBool::new(true));
    desk.ledger.attach(Turns).unwrap();
    desk.ledger.attach(Fuse(armed.clone())).unwrap();
    let mut next = desk.last_seq() + 1;
    let feared = |number: u64| number % 40 == 20;
    let pending: Vec<_> = (0..200)
        .map(|number| {
            let to = if feared(number) { FEARED } else { 7 };
            desk.book.submit(key(&format!("{number}")), &desk.voucher, payment(to, "0.01"))
        })
        .collect();
    for (number, pending) in (0..).zip(pending) {
        match pending.wait() {
            Ok(receipt) if !feared(number) => {
                assert_eq!(receipt.first_seq(), next, "commit {number}");
                next += 1;
            }
            Err(Error::Fault(_)) if feared(number) => {}
            other => panic!("commit {number}: {other:?}"),
        }
    }
    assert_eq!(desk.last_seq(), next - 1);
    Turns::assert_in_order(&desk);
    assert_eq!(desk.balance(Account::Expenditure), 100_000 - 195);
    armed.store(false, Ordering::SeqCst);
    desk.assert_sound();
}

/// A projection that panics while it catches up or is rebuilt is a fault; its cells are then whole or not there.
pub fn a_catching_up_that_panics_leaves_no_half_count(place: &dyn Place) {
    let desk = Desk::open(place);
    let armed = Arc::new(AtomicBool::new(true));
    desk.record("1", [payment(7, "1.00"); 3]).unwrap();
    desk.record("2", [payment(FEARED, "1.00"); 2]).unwrap();
    let fault = guarded(|| desk.ledger.attach(Fuse(armed.clone()))).unwrap_err();
    assert_eq!(fault.kind(), FaultKind::Projection, "{fault}");
    desk.record("3", payment(7, "1.00")).unwrap();
    armed.store(false, Ordering::SeqCst);
    desk.ledger.attach(Fuse(armed.clone())).unwrap();
    desk.record("4", payment(7, "1.00")).unwrap();
    let dealt = |to| desk.book.cell::<Fuse>(&(party(to), Kind::BenefitPaid)).unwrap();
    assert_eq!((dealt(7), dealt(FEARED)), (5, 2));
    let kept = desk.book.snapshot::<Fuse>().unwrap();
    armed.store(true, Ordering::SeqCst);
    let fault = guarded(|| desk.ledger.rebuild::<Fuse>()).unwrap_err();
    assert_eq!(fault.kind(), FaultKind::Projection, "{fault}");
    armed.store(false, Ordering::SeqCst);
    assert_eq!(desk.book.snapshot::<Fuse>().unwrap(), kept, "after a rebuild that panicked");
    desk.record("5", payment(7, "1.00")).unwrap();
    assert_eq!((dealt(7), dealt(FEARED)), (6, 2));
    desk.assert_sound();
}
