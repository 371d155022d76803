//! Commits of several books: wholly there or wholly absent, both sides the same.

use earmark_core::account::SpecialAccount;
use earmark_core::command::{BringForward, OpenAccount, ReceiveLowerRemittance, RemitToSuperior};
use earmark_core::error::Error;
use earmark_core::fund::WorkInjury;
use earmark_core::id::{Area, Key, area, key};
use earmark_core::ledger::{Book, Ledger};
use earmark_core::money::Amount;
use earmark_testkit::clock::HandClock;
use earmark_testkit::given::{PAPERS, Picture, ledger_in_memory};
use proptest::prelude::*;

use super::desk::{Shelf, tried};
use crate::given::nanjing;

fn money(minor: u64) -> Amount<WorkInjury> {
    Amount::from_minor(minor).unwrap()
}

fn province() -> Area {
    area("320000").unwrap()
}

/// A book with so much in its special account.
fn book(ledger: &Ledger, area: Area, minor: u64) -> Book<WorkInjury> {
    let book = ledger.book::<WorkInjury>(area).unwrap();
    let voucher = book.voucher(crate::given::on("2021-06-01"), PAPERS).unwrap();
    let forward = BringForward { into: SpecialAccount, amount: money(minor) };
    book.record(key("open"), &voucher, (OpenAccount(SpecialAccount), forward)).unwrap();
    book
}

proptest! {
    #![proptest_config(tried(32))]

    /// Remittances to the province, each side with an amount of its own, the books in either order.
    #[test]
    fn inv_19_a_joint_commit_is_in_all_its_books_or_in_none(
        held in 1_u64..500,
        asked in prop::collection::vec((1_u64..200, 0_u64..2, any::<bool>()), 1..12),
    ) {
        let clock = HandClock::new();
        let shelf = Shelf::new(&clock);
        for ledger in [ledger_in_memory(&clock), shelf.open()] {
            let (city, above) = (book(&ledger, nanjing(), held), book(&ledger, province(), 1));
            let day = crate::given::on("2021-06-15");
            let here = city.voucher(day, PAPERS).unwrap();
            let there = above.voucher(day, PAPERS).unwrap();
            let (mut left, mut gone) = (held, 0);
            for (number, (sent, more, up_first)) in asked.iter().enumerate() {
                let before = Picture::of_all(&ledger);
                let up = RemitToSuperior { from: SpecialAccount, to: province(), amount: money(*sent) };
                let amount = money(sent + more);
                let into = ReceiveLowerRemittance { into: SpecialAccount, from: nanjing(), amount };
                let joint = ledger.joint(Key::from_parts(&[b"joint", &number.to_be_bytes()]));
                let joint = if *up_first {
                    joint.with(&city, &here, up).with(&above, &there, into)
                } else {
                    joint.with(&above, &there, into).with(&city, &here, up)
                };
                let answer = joint.record();
                if *sent <= left && *more == 0 {
                    prop_assert!(answer.is_ok(), "{:?}", answer);
                    left -= sent;
                    gone += sent;
                } else {
                    let Err(Error::Rejected(rejected)) = &answer else {
                        return Err(TestCaseError::fail(format!("{sent} of {left}: {answer:?}")));
                    };
                    let code = rejected.rule().code();
                    prop_assert!(["no-overdraft", "levels-mirror"].contains(&code), "{}", rejected);
                    prop_assert_eq!(&Picture::of_all(&ledger), &before);
                }
                prop_assert_eq!(city.account(SpecialAccount).unwrap().balance_minor, left);
                prop_assert_eq!(above.account(SpecialAccount).unwrap().balance_minor, 1 + gone);
            }
            prop_assert!(ledger.verify().unwrap().is_sound());
        }
    }

    #[test]
    fn inv_40_both_sides_of_a_remittance_are_equal(sent in 1_u64..1_000, received in 1_u64..1_000) {
        let ledger = ledger_in_memory(&HandClock::new());
        let (city, above) = (book(&ledger, nanjing(), 1_000), book(&ledger, province(), 1));
        let day = crate::given::on("2021-06-15");
        let (here, there) = (city.voucher(day, PAPERS).unwrap(), above.voucher(day, PAPERS).unwrap());
        let side = |key: &str, received: u64| {
            let up = RemitToSuperior { from: SpecialAccount, to: province(), amount: money(sent) };
            let amount = money(received);
            let into = ReceiveLowerRemittance { into: SpecialAccount, from: nanjing(), amount };
            ledger.joint(earmark_core::id::key(key)).with(&city, &here, up).with(&above, &there, into).record()
        };
        match side("one", received) {
            Ok(_) => prop_assert_eq!(sent, received),
            Err(Error::Rejected(rejected)) => {
                prop_assert_eq!(rejected.rule().code(), "levels-mirror");
                prop_assert_ne!(sent, received);
                // What differs by nothing is recorded.
                prop_assert!(side("two", sent).is_ok());
            }
            other => prop_assert!(false, "{:?}", other),
        }
    }
}
