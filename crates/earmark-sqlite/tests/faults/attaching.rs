//! Projections attached after the fact, and again after a crash.

use std::path::Path;
use std::time::Duration;

use earmark_core::fund;
use earmark_core::fund::Fund;
use earmark_core::id::{Key, key};
use earmark_core::ledger::{Book, Ledger};
use earmark_core::projection::Totals;
use earmark_core::report::TrailFilter;

use crate::child::{Role, say};
use crate::random::Random;
use crate::sample::{
    NANJING, PAPERS, PaidTo, Place, open, party, place as area, premium, ready, today,
};

fund! {
    /// A fund of this program's own, which no other program knows.
    Care {
        code: "CARE", name: "care fund" "护理", currency: CNY, jurisdiction: China,
        invests: no, settles_across_provinces: no, transfers: no,
        settles_directly: no,
    }
    premiums CarePremium { Unit = 1 "unit premium" "单位缴费" => Premium, }
    benefits CareBenefit { Home = 1 "care at home" "居家护理" => Benefit, }
}

/// A ledger of many commits, closed, that has never kept the projection.
fn grown(commits: u64) -> Place {
    let place = Place::new();
    let ledger = open(&place.path);
    let (book, voucher) = ready(&ledger, NANJING);
    for number in 0..commits {
        let premiums: Vec<_> = (0..5).map(|unit| premium(unit, number + 1)).collect();
        drop(book.submit(key(&number.to_string()), &voucher, premiums));
    }
    drop((book, ledger));
    place
}

/// The cells are what the events give, each counted once.
#[track_caller]
fn exact<F: Fund>(ledger: &Ledger, book: &Book<F>) {
    let proved = ledger.verify().unwrap();
    assert!(proved.is_sound(), "{:?}", proved.findings());
    assert_eq!(book.projected_to::<PaidTo>().unwrap(), Some(book.last_seq().unwrap()));
    for unit in 0..5 {
        let events = book.trail(&TrailFilter::all().of_party(party(unit))).unwrap();
        let sum: u64 = events.iter().map(|event| event.amount().minor()).sum();
        assert_eq!(book.cell::<PaidTo>(&party(unit)).unwrap(), sum);
    }
}

#[test]
fn a_projection_attached_late_catches_up() {
    let place = grown(300);
    let ledger = open(&place.path);
    let book = crate::sample::book(&ledger, NANJING);
    assert_eq!(book.projected_to::<PaidTo>().unwrap(), None);
    assert_eq!(book.projected_to::<Totals>().unwrap(), Some(book.last_seq().unwrap()));
    ledger.attach(PaidTo).unwrap();
    exact(&ledger, &book);
    ledger.attach(PaidTo).unwrap();
    let (_, voucher) = ready(&ledger, NANJING);
    book.record(key("on"), &voucher, premium(1, 1)).unwrap();
    exact(&ledger, &book);
    ledger.rebuild::<PaidTo>().unwrap();
    exact(&ledger, &book);
}

/// What is recorded while it is not attached is not lost to it.
#[test]
fn a_projection_left_out_for_a_while_catches_up() {
    let place = grown(20);
    open(&place.path).attach(PaidTo).unwrap();
    let ledger = open(&place.path);
    let (book, voucher) = ready(&ledger, NANJING);
    book.record(key("without it"), &voucher, premium(2, 5)).unwrap();
    drop((book, ledger));
    let ledger = open(&place.path);
    ledger.attach(PaidTo).unwrap();
    exact(&ledger, &crate::sample::book(&ledger, NANJING));
}

/// The role: attaches, and says so.
pub(crate) fn attach(path: &Path) {
    let ledger = open(path);
    say("open");
    ledger.attach(PaidTo).unwrap();
    say("attached");
}

#[test]
fn a_projection_whose_catching_up_is_killed_counts_each_event_once() {
    let place = grown(2_000);
    let mut random = Random::new(u64::from(std::process::id()));
    let mut between = 0;
    for _ in 0..12 {
        let mut role = Role::start("attach", &place.path, 0);
        role.hear().unwrap();
        std::thread::sleep(Duration::from_millis(random.below(25)));
        role.kill();
        if role.hear().is_some() {
            break;
        }
        let reader = crate::sample::read(&place.path);
        let book = crate::sample::book(&reader, NANJING);
        let reached = book.projected_to::<PaidTo>().unwrap().unwrap_or(0);
        between += usize::from((1..book.last_seq().unwrap()).contains(&reached));
    }
    println!("{between} times killed half-way");
    let ledger = open(&place.path);
    ledger.attach(PaidTo).unwrap();
    exact(&ledger, &crate::sample::book(&ledger, NANJING));
}

fn care(ledger: &Ledger, name: Key) -> Book<Care> {
    use earmark_core::account::TreasuryDeposit;
    use earmark_core::command::{OpenAccount, ReceivePremium};
    let book = ledger.book::<Care>(area(NANJING)).unwrap();
    let voucher = book.voucher(today(), PAPERS).unwrap();
    book.record(key("open"), &voucher, OpenAccount(TreasuryDeposit)).unwrap();
    let premium = |unit| ReceivePremium {
        into: TreasuryDeposit,
        kind: CarePremium::Unit,
        from: party(unit),
        amount: earmark_core::money::yuan("1.00").unwrap(),
    };
    book.record(name, &voucher, [premium(1), premium(2)]).unwrap();
    book
}

/// A book whose fund becomes known after attaching is behind by all its events; they still count.
#[test]
fn a_projection_attached_before_a_fund_is_known_misses_nothing() {
    let place = Place::new();
    drop(care(&open(&place.path), key("first")));
    let ledger = open(&place.path);
    ledger.attach(PaidTo).unwrap();
    let book = care(&ledger, key("second"));
    exact(&ledger, &book);
}

/// The same for a projection that is built again before the fund is known.
#[test]
fn a_projection_rebuilt_before_a_fund_is_known_misses_nothing() {
    let place = Place::new();
    let ledger = open(&place.path);
    ledger.attach(PaidTo).unwrap();
    drop(care(&ledger, key("first")));
    drop(ledger);
    let ledger = open(&place.path);
    ledger.attach(PaidTo).unwrap();
    ledger.rebuild::<PaidTo>().unwrap();
    ledger.rebuild::<Totals>().unwrap();
    let book = care(&ledger, key("second"));
    exact(&ledger, &book);
}
