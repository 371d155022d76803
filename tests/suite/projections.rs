//! A user's own projection: kept with the events, caught up, rebuilt, handed over, and proved.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use earmark_core::FaultKind;
use earmark_core::account::{ExpenditureAccount, SpecialAccount};
use earmark_core::command::{BringForward, PayBenefit, ReceivePremium, ReturnPayment};
use earmark_core::event::{Kind, Recorded};
use earmark_core::fund::{WorkInjury, WorkInjuryBenefit, WorkInjuryPremium};
use earmark_core::id::Party;
use earmark_core::money::yuan;
use earmark_core::projection::{Cells, Projection, Snapshot, SnapshotError, Totals};

use crate::given::{Desk, nanjing, party, rule_of, wuxi};

/// What each payee has been paid, less what came back.
#[derive(Clone, Copy)]
struct PaidTo;

impl Projection for PaidTo {
    const NAME: &'static str = "paid_to";
    const VERSION: u32 = 1;
    type Key = Party;
    type Value = u64;

    fn apply(&self, recorded: &Recorded, cells: &mut Cells<'_, Party, u64>) {
        let Some(party) = recorded.party() else { return };
        let amount = recorded.event().fact().amount_minor();
        match recorded.kind() {
            Kind::BenefitPaid => cells.update(party, |paid| *paid += amount),
            Kind::PaymentReturned => cells.update(party, |paid| *paid -= amount),
            _ => {}
        }
    }
}

/// The same under a later version.
struct PaidToInCents;

impl Projection for PaidToInCents {
    const NAME: &'static str = PaidTo::NAME;
    const VERSION: u32 = 2;
    type Key = Party;
    type Value = u64;

    fn apply(&self, recorded: &Recorded, cells: &mut Cells<'_, Party, u64>) {
        PaidTo.apply(recorded, cells);
    }
}

/// How often each payee was dealt with, by a counter outside the events: what `apply` must not do.
struct Forgetful(Arc<AtomicU64>);

impl Projection for Forgetful {
    const NAME: &'static str = "forgetful";
    const VERSION: u32 = 1;
    type Key = u8;
    type Value = u64;

    fn apply(&self, _: &Recorded, cells: &mut Cells<'_, u8, u64>) {
        let turn = self.0.fetch_add(1, Ordering::Relaxed);
        cells.update(0, |last| *last = turn + 1);
    }
}

type Injury = Desk<WorkInjury>;

fn desk() -> Injury {
    let desk = Desk::in_memory().with_accounts();
    let forward = BringForward { into: ExpenditureAccount, amount: yuan("1000.00").unwrap() };
    desk.record("forward", forward).unwrap();
    desk
}

fn pay(desk: &Injury, key: &str, to: u128, amount: &str) -> Recorded<WorkInjury> {
    let amount = yuan(amount).unwrap();
    let kind = WorkInjuryBenefit::Medical;
    desk.recorded(key, PayBenefit { from: ExpenditureAccount, kind, to: party(to), amount })
}

fn paid_to(desk: &Injury, number: u128) -> u64 {
    desk.book.cell::<PaidTo>(&party(number)).unwrap()
}

#[test]
fn attached_before_the_events_it_is_kept_with_them() {
    let desk = desk();
    desk.ledger.attach(PaidTo).unwrap();
    let first = pay(&desk, "1", 7, "10.00");
    pay(&desk, "2", 7, "0.50");
    pay(&desk, "3", 8, "3.00");
    assert_eq!((paid_to(&desk, 7), paid_to(&desk, 8), paid_to(&desk, 9)), (1_050, 300, 0));
    let returned = ReturnPayment { of: &first, amount: yuan("4.00").unwrap() };
    desk.record("4", returned).unwrap();
    assert_eq!(paid_to(&desk, 7), 650);
    assert_eq!(desk.book.projected_to::<PaidTo>().unwrap(), Some(desk.book.last_seq().unwrap()));
    assert!(desk.ledger.verify().unwrap().is_sound());
}

#[test]
fn attached_after_the_events_it_catches_up_to_the_same_cells() {
    let (early, late) = (desk(), desk());
    early.ledger.attach(PaidTo).unwrap();
    for desk in [&early, &late] {
        pay(desk, "1", 7, "10.00");
        pay(desk, "2", 8, "3.00");
    }
    assert_eq!(late.book.projected_to::<PaidTo>().unwrap(), None);
    late.ledger.attach(PaidTo).unwrap();
    let both = [&early, &late].map(|desk| desk.book.snapshot::<PaidTo>().unwrap());
    assert_eq!(both[0].fingerprint(), both[1].fingerprint());
    assert_eq!(both[0].to_bytes(), both[1].to_bytes());
}

#[test]
fn a_refused_or_repeated_commit_does_not_count() {
    let desk = desk();
    desk.ledger.attach(PaidTo).unwrap();
    pay(&desk, "1", 7, "10.00");
    let before = desk.book.snapshot::<PaidTo>().unwrap();
    let payment = |amount| PayBenefit {
        from: ExpenditureAccount,
        kind: WorkInjuryBenefit::Medical,
        to: party(7),
        amount: yuan(amount).unwrap(),
    };
    // The first of the two would be fine; together they are refused.
    assert_eq!(rule_of(desk.record("2", (payment("900.00"), payment("90.01")))), "no-overdraft");
    assert!(desk.record("1", payment("10.00")).unwrap().repeated());
    assert_eq!(desk.book.snapshot::<PaidTo>().unwrap(), before);
    pay(&desk, "2", 7, "1.00");
    assert_eq!(paid_to(&desk, 7), 1_100);
}

#[test]
fn a_joint_commit_that_one_book_refuses_does_not_count_in_the_other() {
    let here = desk();
    let there = Injury::new(here.ledger.clone(), here.clock.clone(), wuxi()).with_accounts();
    here.ledger.attach(PaidTo).unwrap();
    let payment = |to| PayBenefit {
        from: ExpenditureAccount,
        kind: WorkInjuryBenefit::Medical,
        to: party(to),
        amount: yuan("5.00").unwrap(),
    };
    let joint = here
        .ledger
        .joint(crate::given::key_of("both"))
        .with(&here.book, &here.voucher, payment(7))
        .with(&there.book, &there.voucher, payment(8))
        .record();
    assert_eq!(rule_of(joint), "no-overdraft");
    assert_eq!((paid_to(&here, 7), paid_to(&there, 8)), (0, 0));
    pay(&here, "alone", 7, "5.00");
    assert_eq!(paid_to(&here, 7), 500);
    assert!(here.ledger.verify().unwrap().is_sound());
}

#[test]
fn a_cell_that_comes_back_to_nothing_is_not_kept() {
    let desk = desk();
    desk.ledger.attach(PaidTo).unwrap();
    let paid = pay(&desk, "1", 7, "10.00");
    let whole = ReturnPayment { of: &paid, amount: yuan("10.00").unwrap() };
    desk.record("2", whole).unwrap();
    assert_eq!(desk.book.snapshot::<PaidTo>().unwrap().cells().count(), 0);
    assert!(desk.ledger.verify().unwrap().is_sound());
}

#[test]
fn cells_are_given_in_the_order_of_their_keys_and_book_by_book() {
    let here = desk();
    here.ledger.attach(PaidTo).unwrap();
    for (key, to) in [("1", 300), ("2", 2), ("3", 41)] {
        pay(&here, key, to, "1.00");
    }
    let there = Injury::new(here.ledger.clone(), here.clock.clone(), wuxi()).with_accounts();
    assert_eq!(there.book.projected_to::<PaidTo>().unwrap(), Some(there.book.last_seq().unwrap()));
    let mut found = Vec::new();
    here.book.each_cell::<PaidTo>(|party, paid| found.push((party, paid))).unwrap();
    assert_eq!(found, [2, 41, 300].map(|number| (party(number), 100)));
    there.book.each_cell::<PaidTo>(|party, _| panic!("{party} was paid in Nanjing")).unwrap();
}

#[test]
fn rebuilt_it_has_the_same_fingerprint() {
    let desk = desk();
    desk.ledger.attach(PaidTo).unwrap();
    pay(&desk, "1", 7, "10.00");
    let before = desk.book.snapshot::<PaidTo>().unwrap();
    desk.ledger.rebuild::<PaidTo>().unwrap();
    assert_eq!(desk.book.snapshot::<PaidTo>().unwrap(), before);
    desk.ledger.rebuild::<Totals>().unwrap();
    assert!(desk.ledger.verify().unwrap().is_sound());
    pay(&desk, "2", 7, "1.00");
    assert_eq!(paid_to(&desk, 7), 1_100);
}

#[test]
fn attached_twice_is_attached_once_and_another_version_is_refused() {
    let desk = desk();
    desk.ledger.attach(PaidTo).unwrap();
    pay(&desk, "1", 7, "10.00");
    desk.ledger.attach(PaidTo).unwrap();
    pay(&desk, "2", 7, "10.00");
    assert_eq!(paid_to(&desk, 7), 2_000);
    let fault = desk.ledger.attach(PaidToInCents).unwrap_err();
    assert_eq!(fault.kind(), FaultKind::Projection);
    assert_eq!(
        fault.to_string(),
        "projection `paid_to`: version 1 is attached, version 2 was given"
    );
}

#[test]
fn what_is_not_attached_has_no_cells_no_snapshot_and_is_not_rebuilt() {
    let desk = desk();
    for fault in [
        desk.book.snapshot::<PaidTo>().unwrap_err(),
        desk.ledger.rebuild::<PaidTo>().unwrap_err(),
        desk.book.cell::<PaidTo>(&party(7)).unwrap_err(),
    ] {
        assert_eq!(fault.kind(), FaultKind::Projection, "{fault}");
    }
}

#[test]
fn a_snapshot_survives_its_bytes_and_no_change_of_them() {
    let desk = desk();
    desk.ledger.attach(PaidTo).unwrap();
    pay(&desk, "1", 7, "10.00");
    pay(&desk, "2", 8, "20.00");
    let snapshot = desk.book.snapshot::<PaidTo>().unwrap();
    assert_eq!((snapshot.name(), snapshot.version()), ("paid_to", 1));
    assert_eq!(snapshot.position(), desk.book.last_seq().unwrap());
    let bytes = snapshot.to_bytes();
    assert_eq!(Snapshot::from_bytes(desk.book.id(), &bytes), Ok(snapshot));
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        assert!(Snapshot::from_bytes(desk.book.id(), &changed).is_err(), "byte {at}");
        assert!(Snapshot::from_bytes(desk.book.id(), &bytes[..at]).is_err(), "cut to {at}");
    }
    let wuxi = desk.ledger.book::<WorkInjury>(wuxi()).unwrap();
    assert_eq!(Snapshot::from_bytes(wuxi.id(), &bytes), Err(SnapshotError::Book));
    assert_eq!(desk.book.area(), nanjing());
}

#[test]
fn a_projection_that_depends_on_more_than_the_events_is_found_out() {
    let desk = desk();
    desk.ledger.attach(Forgetful(Arc::default())).unwrap();
    let premium = ReceivePremium {
        into: SpecialAccount,
        kind: WorkInjuryPremium::Unit,
        from: party(1),
        amount: yuan("1.00").unwrap(),
    };
    desk.record("premium", premium).unwrap();
    let verification = desk.ledger.verify().unwrap();
    let findings: Vec<_> = verification.findings().iter().map(ToString::to_string).collect();
    assert_eq!(
        findings,
        [
            "book 320100/WORK_INJURY, projection `forgetful`: its stored cells are not what the events \
          give; rebuild it"
        ]
    );
}
