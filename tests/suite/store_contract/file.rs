//! What only a file has: it is read by others, kept by one writer, and outlives the program that made it.

use std::path::Path;

use earmark_core::FaultKind;
use earmark_core::account::ExpenditureAccount;
use earmark_core::command::{AnyCommand, BringForward};
use earmark_core::fund::WorkInjury;
use earmark_core::ledger::Ledger;
use earmark_core::money::yuan;
use earmark_sqlite::OpenOptions;

use super::new_ledger;
use crate::given::{Desk, HandClock, Picture, key_of, nanjing};

fn ledger_at(path: &Path) -> (Ledger, HandClock) {
    let clock = HandClock::new();
    (Ledger::new(new_ledger().open(path).unwrap(), clock.clone()), clock)
}

#[test]
fn one_writer_and_many_readers() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("book.earmark");
    let (ledger, clock) = ledger_at(&path);
    let desk = Desk::<WorkInjury>::new(ledger.clone(), clock.clone(), nanjing()).with_accounts();
    let fault = OpenOptions::new().open(&path).unwrap_err();
    assert_eq!(fault.kind(), FaultKind::Locked, "{fault}");
    let reader = OpenOptions::new().read_only().open(&path).unwrap();
    let reader = Ledger::new(reader, clock);
    let forward = BringForward { into: ExpenditureAccount, amount: yuan("1000.00").unwrap() };
    desk.record("forward", forward).unwrap();
    assert_eq!(Picture::of_all(&reader), Picture::of_all(&ledger));
    assert!(reader.verify().unwrap().is_sound());
    let book = reader.any_book(nanjing(), "WORK_INJURY").unwrap();
    let voucher = desk.voucher;
    let command = AnyCommand::HandOverInterest { amount: "1.00".to_owned() };
    match book.record_any(key_of("it"), &[(voucher, command)]) {
        Err(earmark_core::Error::Fault(fault)) => assert_eq!(fault.kind(), FaultKind::ReadOnly),
        other => panic!("a reader recorded: {other:?}"),
    }
}

#[test]
fn what_is_not_a_ledger_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    std::fs::write(&path, "not a ledger, and long enough to be looked at twice".repeat(40))
        .unwrap();
    let fault = OpenOptions::new().open(&path).unwrap_err();
    assert_eq!(fault.kind(), FaultKind::NotALedger, "{fault}");
    assert!(std::fs::read_to_string(&path).unwrap().starts_with("not a ledger"));
    let missing = folder.path().join("missing.earmark");
    let fault = OpenOptions::new().read_only().open(&missing).unwrap_err();
    assert_eq!(fault.kind(), FaultKind::Missing, "{fault}");
    assert!(!missing.exists());
}

/// The first program is gone; what it said of its fund is kept in the file.
#[test]
fn another_program_cannot_give_a_funds_code_another_meaning() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("book.earmark");
    ledger_at(&path).0.book::<pilot::Care>(nanjing()).unwrap();
    let (ledger, _) = ledger_at(&path);
    let fault = ledger.book::<impostor::Care>(nanjing()).unwrap_err();
    assert_eq!(fault.kind(), FaultKind::UnknownFund, "{fault}");
    assert_eq!(
        fault.to_string(),
        "book 320100/CARE_PILOT: the ledger was written for `fund CARE_PILOT CNY 2 China invests=false \
         settles_across_provinces=false transfers=false settles_directly=false`, this program's \
         definition is `fund CARE_PILOT CNY 2 Other invests=true settles_across_provinces=false \
         transfers=false settles_directly=false`"
    );
}

mod pilot {
    earmark_core::fund! {
        /// A pilot of one city.
        pub(crate) Care {
            code: "CARE_PILOT", name: "care pilot" "护理试点", currency: CNY, jurisdiction: China,
            invests: no, settles_across_provinces: no, transfers: no, settles_directly: no,
        }
        premiums CarePremium { Unit = 1 "unit premium" "单位缴费" => Premium }
        benefits CareBenefit { HomeCare = 1 "home care" "居家护理" => Benefit }
    }
}

mod impostor {
    earmark_core::fund! {
        /// Another fund under the same code.
        pub(crate) Care {
            code: "CARE_PILOT", name: "care pilot" "护理试点", currency: CNY, jurisdiction: Other,
            invests: yes, settles_across_provinces: no, transfers: no, settles_directly: no,
        }
        premiums CarePremium { Unit = 1 "unit premium" "单位缴费" => Premium }
        benefits CareBenefit { HomeCare = 1 "home care" "居家护理" => Benefit }
    }
}
