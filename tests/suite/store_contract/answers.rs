//! Promises about reading.

use std::ops::ControlFlow;

use earmark_core::account::{Account, SpecialAccount};
use earmark_core::command::{Batch, ReceivePremium, ReturnPayment, Reverse};
use earmark_core::event::{Kind, Recorded};
use earmark_core::fund::{EmployeeMedical, Maternity, WorkInjury, WorkInjuryPremium};
use earmark_core::id::Party;
use earmark_core::money::yuan;
use earmark_core::projection::{Cells, Projection};
use earmark_core::report::{AsOf, TrailFilter};
use earmark_core::time::Clock;

use super::{Open, injury, payment};
use crate::given::{MINUTE_MICROS, key_of, nanjing, on, party, rule_of, wuxi};

pub(super) fn texts_have_one_number_each(open: Open) {
    let opened = open();
    let desk = injury(&opened);
    let book = &desk.book;
    let longest = "法".repeat(1365) + "x";
    let numbers: Vec<_> = ["a", "", "b", "a", &longest, "A", "b\0c"]
        .iter()
        .map(|text| book.register(text).ok().map(|it| it.number()))
        .collect();
    assert_eq!(numbers, [Some(4), None, Some(5), Some(4), Some(6), Some(7), Some(8)]);
    assert_eq!(rule_of(book.register(&(longest.clone() + "y"))), "text-fits");
    assert_eq!(book.text(6).unwrap(), Some(longest));
    assert_eq!(book.text(8).unwrap().as_deref(), Some("b\0c"));
    assert_eq!((book.text(0).unwrap(), book.text(9).unwrap()), (None, None));
    assert_eq!(opened.ledger.book::<WorkInjury>(wuxi()).unwrap().text(1).unwrap(), None);
    assert!(opened.ledger.verify().unwrap().is_sound());
}

pub(super) fn corrections_add_up_and_are_given_in_order(open: Open) {
    let opened = open();
    let desk = injury(&opened);
    let reason = desk.book.register("paid twice").unwrap();
    let [first, second] = ["1", "2"].map(|key| desk.recorded(key, payment(7, "100.00")));
    let corrections = || {
        let mut found = Vec::new();
        let store = opened.ledger.store();
        store
            .corrections(desk.book.id(), &mut |seq, taken| {
                found.push((seq, taken));
                Ok(())
            })
            .unwrap();
        found
    };
    let back = |of: &Recorded<WorkInjury>, key: &str, amount: &str| {
        desk.recorded(key, ReturnPayment { of, amount: yuan(amount).unwrap() })
    };
    back(&second, "3", "60.00");
    let returned = back(&first, "4", "25.00");
    back(&second, "5", "40.00");
    assert_eq!(corrections(), [(first.seq(), 2_500), (second.seq(), 10_000)]);
    // A return that is reversed was none.
    desk.record("6", Reverse { of: &returned, reason }).unwrap();
    assert_eq!(corrections(), [(second.seq(), 10_000), (returned.seq(), 2_500)]);
    desk.record("7", Reverse { of: &first, reason }).unwrap();
    let all = [(first.seq(), 10_000), (second.seq(), 10_000), (returned.seq(), 2_500)];
    assert_eq!(corrections(), all);
    for (seq, taken) in all {
        let store = opened.ledger.store();
        assert_eq!(store.corrected_minor(desk.book.id(), seq).unwrap(), taken);
    }
    assert_eq!(rule_of(desk.record("8", Reverse { of: &second, reason })), "corrected-once");
    assert!(opened.ledger.verify().unwrap().is_sound());
}

struct Payments;

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

pub(super) fn projections_move_with_their_events(open: Open) {
    let opened = open();
    let desk = injury(&opened);
    desk.record("before", payment(7, "1.00")).unwrap();
    opened.ledger.attach(Payments).unwrap();
    desk.record("after", [payment(7, "1.00"); 3]).unwrap();
    assert_eq!(rule_of(desk.record("refused", [payment(7, "999.00"); 2])), "no-overdraft");
    let count = || desk.book.cell::<Payments>(&(party(7), Kind::BenefitPaid)).unwrap();
    assert_eq!(count(), 4);
    assert_eq!(desk.book.projected_to::<Payments>().unwrap(), desk.book.last_seq().ok());
    let kept = desk.book.snapshot::<Payments>().unwrap();
    opened.ledger.rebuild::<Payments>().unwrap();
    assert_eq!(desk.book.snapshot::<Payments>().unwrap(), kept);
    desk.record("later", payment(8, "1.00")).unwrap();
    assert_eq!(count(), 4);
    assert_eq!(desk.book.snapshot::<Payments>().unwrap().cells().count(), 2);
    assert!(opened.ledger.verify().unwrap().is_sound());
}

pub(super) fn the_past_is_answered_as_it_was_known(open: Open) {
    let opened = open();
    let desk = injury(&opened);
    let mut moments = Vec::new();
    for (key, day) in [("1", "2021-06-01"), ("2", "2021-05-01"), ("3", "2021-06-20")] {
        opened.clock.go(MINUTE_MICROS);
        desk.book.record(key_of(key), &desk.voucher.on(on(day)), payment(7, "1.00")).unwrap();
        moments.push(opened.clock.now());
    }
    let paid = |day: &str, known_at| {
        let filter = TrailFilter::all().of_kind(Kind::BenefitPaid);
        let as_of = AsOf { day: Some(on(day)), known_at };
        let trail = desk.book.trail(&filter.as_of(as_of)).unwrap().len();
        let balances = desk.book.balances_as_of(as_of).unwrap();
        (trail, balances.of(Account::Expenditure).minor())
    };
    // The 1,000.00 were brought forward on 2021-06-15.
    assert_eq!(paid("2021-06-10", Some(moments[0])), (1, -100));
    assert_eq!(paid("2021-06-10", Some(moments[1])), (2, -200));
    assert_eq!(paid("2021-05-31", Some(moments[0])), (0, 0));
    assert_eq!(paid("2021-05-31", Some(moments[2])), (1, -100));
    assert_eq!(paid("2021-06-30", Some(moments[1])), (2, 99_800));
    assert_eq!(paid("2021-06-30", None), (3, 99_700));
    assert_eq!(paid("2021-06-10", None), (2, -200));
}

pub(super) fn commits_are_given_from_the_one_that_holds_an_event(open: Open) {
    let opened = open();
    let desk = injury(&opened);
    let five = desk.record("five", [payment(7, "1.00"); 5]).unwrap();
    let one = desk.record("one", payment(7, "1.00")).unwrap();
    let starts = |from_seq: u64| {
        let mut found = Vec::new();
        opened
            .ledger
            .store()
            .commits(desk.book.id(), from_seq, &mut |commit| {
                commit.open(desk.book.id())?;
                found.push(commit.first_seq);
                Ok(ControlFlow::Continue(()))
            })
            .unwrap();
        found
    };
    for seq in five.first_seq()..=five.last_seq() {
        assert_eq!(starts(seq), [five.first_seq(), one.first_seq()], "from {seq}");
    }
    assert_eq!(starts(one.first_seq()), [one.first_seq()]);
    assert!(starts(one.first_seq() + 1).is_empty());
    assert!(starts(u64::MAX).is_empty());
    assert_eq!(starts(0), starts(1));
    assert_eq!(desk.book.event(five.last_seq()).unwrap().unwrap().seq(), five.last_seq());
    assert_eq!(desk.book.event(one.last_seq() + 1).unwrap(), None);
    assert_eq!(desk.book.event(0).unwrap(), None);
}

pub(super) fn books_are_listed_by_area_and_fund(open: Open) {
    let opened = open();
    opened.ledger.book::<WorkInjury>(wuxi()).unwrap();
    opened.ledger.book::<WorkInjury>(nanjing()).unwrap();
    opened.ledger.book::<Maternity>(nanjing()).unwrap();
    opened.ledger.book::<EmployeeMedical>(wuxi()).unwrap();
    opened.ledger.book::<WorkInjury>(nanjing()).unwrap();
    let names: Vec<_> =
        opened.ledger.books().unwrap().iter().map(|book| book.id().to_string()).collect();
    let expected =
        ["320100/MATERNITY", "320100/WORK_INJURY", "320200/EMP_MEDICAL", "320200/WORK_INJURY"];
    assert_eq!(names, expected);
}

pub(super) fn a_large_commit_is_read_back(open: Open) {
    let opened = open();
    let desk = injury(&opened);
    let mut batch = Batch::with_capacity(20_000);
    for number in 1..=20_000 {
        let premium = ReceivePremium {
            into: SpecialAccount,
            kind: WorkInjuryPremium::Unit,
            from: party(u128::from(number)),
            amount: yuan("0.03").unwrap(),
        };
        batch.push(&desk.voucher.document(number), premium);
    }
    let receipt = desk.book.record_batch(key_of("month"), batch).unwrap();
    assert_eq!(receipt.count(), 20_000);
    assert_eq!(desk.balance(Account::Special), 60_000);
    let last = desk.book.event(receipt.last_seq()).unwrap().unwrap();
    assert_eq!((last.party(), last.event().document()), (Some(party(20_000)), 20_000));
    let of_one = TrailFilter::all().of_party(party(12_345));
    assert_eq!(desk.book.trail(&of_one).unwrap().len(), 1);
    assert!(opened.ledger.verify().unwrap().is_sound());
}
