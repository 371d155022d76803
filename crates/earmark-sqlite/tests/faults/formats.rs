//! A file of format 1, as it was written before there were matters: read as it stands, and made a file of
//! format 2 by the first program that opens it for writing.

use std::path::Path;

use earmark_core::FaultKind;
use earmark_core::command::SetReserveAside;
use earmark_core::fund::{EnterprisePension, Maternity};
use earmark_core::id::key;
use earmark_core::ledger::Ledger;
use earmark_core::projection::Projection;
use earmark_core::register::Registers;
use earmark_core::state::Standing;
use earmark_sqlite::FORMAT;
use rusqlite::Connection;

use crate::dump::{answers, rows};
use crate::sample::{
    NANJING, PaidTo, Place, SUZHOU, beside, book, minor, open, options, place as area, premium,
    prove, read, stand, voucher,
};
use crate::tables::tamper;

pub(crate) const FORMAT_1: &[u8] = include_bytes!("../data/format-1.ledger");

/// A copy of the old file.
fn old() -> Place {
    let place = Place::new();
    std::fs::write(&place.path, FORMAT_1).unwrap();
    place
}

pub(crate) fn format(path: &Path) -> i32 {
    let connection = Connection::open(path).unwrap();
    connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
}

#[track_caller]
fn sound(ledger: &Ledger) {
    let proved = prove(ledger).unwrap();
    assert!(proved.is_sound(), "{:?}", proved.findings());
    assert_eq!(proved.books().len(), 4);
}

#[test]
fn a_file_of_format_1_is_read_as_it_stands() {
    let place = old();
    assert_eq!(format(&place.path), 1);
    let before = std::fs::read(&place.path).unwrap();
    let ledger = read(&place.path);
    sound(&ledger);
    for held in ledger.books().unwrap() {
        let head = held.head().unwrap();
        assert_eq!(head.state.standing(), Standing::default());
        assert!(head.rules.is_none());
        let kept = ledger.store().projected_to(held.id(), Registers::NAME).unwrap();
        assert_eq!(kept.map(|kept| kept.seq), Some(head.state.seq()), "empty, and up to date");
        assert_eq!(ledger.store().cell(held.id(), Registers::NAME, &[1]).unwrap(), None);
    }
    assert_eq!(book(&ledger, NANJING).balances().unwrap().total().minor(), 316_207);
    drop(ledger);
    assert_eq!(std::fs::read(&place.path).unwrap(), before);
    assert_eq!(format(&place.path), 1);
}

#[test]
fn a_file_of_format_1_becomes_one_of_format_2_and_records_matters() {
    let place = old();
    let (said, roots) = {
        let ledger = read(&place.path);
        let roots: Vec<_> = prove(&ledger).unwrap().books().iter().map(|it| it.root).collect();
        (answers(&ledger).unwrap(), roots)
    };
    drop(open(&place.path));
    assert_eq!(format(&place.path), FORMAT);
    let ledger = read(&place.path);
    sound(&ledger);
    let now: Vec<_> = prove(&ledger).unwrap().books().iter().map(|it| it.root).collect();
    assert_eq!(now, roots);
    assert_eq!(answers(&ledger).unwrap(), said, "nothing that it says has changed");
    drop(ledger);

    let ledger = open(&place.path);
    ledger.attach(PaidTo).unwrap();
    let nanjing = book(&ledger, NANJING);
    stand(&nanjing, &voucher(&nanjing));
    let standing = nanjing.head().unwrap().state.standing();
    assert_eq!((standing.reserve_minor, standing.stops, standing.agreements), (1_500, 1, 1));
    sound(&ledger);
    drop((nanjing, ledger));
    let ledger = read(&place.path);
    assert_eq!(book(&ledger, NANJING).head().unwrap().state.standing(), standing);
    sound(&ledger);
}

/// A file that is upgraded has the tables that a new one has.
#[test]
fn an_upgraded_file_is_like_a_new_one() {
    let (upgraded, new) = (old(), Place::new());
    drop(open(&upgraded.path));
    drop(open(&new.path));
    let schema = |path: &Path| -> Vec<(String, String)> {
        let connection = Connection::open(path).unwrap();
        let query = "SELECT name, coalesce(sql, '') FROM sqlite_schema ORDER BY name";
        let mut statement = connection.prepare(query).unwrap();
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        rows.map(Result::unwrap).collect()
    };
    assert_eq!(schema(&upgraded.path), schema(&new.path));
    assert!(rows(&upgraded.path).unwrap().iter().any(|line| line == "user_version Integer(2)"));
}

/// A reader that was there before sees what is recorded after.
#[test]
fn a_reader_goes_on_while_the_file_is_upgraded() {
    let place = old();
    let reader = read(&place.path);
    let seen = book(&reader, NANJING);
    assert_eq!(seen.head().unwrap().state.standing(), Standing::default());
    let ledger = open(&place.path);
    ledger.attach(PaidTo).unwrap();
    let nanjing = book(&ledger, NANJING);
    stand(&nanjing, &voucher(&nanjing));
    let head = seen.head().unwrap();
    assert_eq!(head.state.standing().reserve_minor, 1_500);
    assert!(head.rules.is_some());
    sound(&reader);
}

/// Where there is no room for the new table, the file stays what it was.
#[test]
fn an_upgrade_takes_place_wholly_or_not_at_all() {
    let place = old();
    let length = FORMAT_1.len() as u64;
    let fault = options().limit_bytes(length).open(&place.path).map(drop).unwrap_err();
    assert_eq!(fault.kind(), FaultKind::Full, "{fault}");
    assert_eq!(format(&place.path), 1);
    sound(&read(&place.path));
    drop(open(&place.path));
    assert_eq!(format(&place.path), FORMAT);
}

/// A damaged file of format 1 is refused for writing before anything is done to it.
#[test]
fn a_damaged_file_of_format_1_is_not_upgraded() {
    for sql in [
        "UPDATE commits SET root = zeroblob(32) WHERE book = 1",
        "CREATE TABLE standings (book INTEGER PRIMARY KEY)",
    ] {
        let place = old();
        tamper(&place.path, sql);
        let fault = options().open(&place.path).map(drop).unwrap_err();
        assert_eq!(fault.kind(), FaultKind::Damaged, "{fault}");
        assert_eq!(format(&place.path), 1, "{sql}");
        let proved = prove(&read(&place.path)).unwrap();
        assert!(!proved.is_sound(), "{sql}");
    }
}

/// The name of the built-in projection was free in format 1.
#[test]
fn a_projection_of_the_same_name_gives_way() {
    let place = old();
    tamper(&place.path, "INSERT INTO projections VALUES (9, 'registers', 7)");
    tamper(&place.path, "INSERT INTO projected VALUES (9, 1, 3)");
    tamper(&place.path, "INSERT INTO cells VALUES (9, 1, x'00', x'00')");
    let ledger = open(&place.path);
    ledger.attach(PaidTo).unwrap();
    sound(&ledger);
}

/// Every book goes on as before, those without matters too.
#[test]
fn an_upgraded_file_goes_on() {
    let place = old();
    let ledger = open(&place.path);
    ledger.attach(PaidTo).unwrap();
    for code in [NANJING, SUZHOU] {
        let book = book(&ledger, code);
        book.record(key("after"), &voucher(&book), premium(3, 10)).unwrap();
    }
    let suzhou = book(&ledger, SUZHOU);
    let aside = SetReserveAside { amount: minor(10) };
    suzhou.record(key("reserve"), &voucher(&suzhou), aside).unwrap();
    assert!(ledger.book::<EnterprisePension>(area(NANJING)).unwrap().last_seq().unwrap() > 0);
    assert_eq!(ledger.book::<Maternity>(area(SUZHOU)).unwrap().last_seq().unwrap(), 0);
    sound(&ledger);
    drop((suzhou, ledger));
    assert!(!beside(&place.path, "-wal").exists());
    sound(&read(&place.path));
}
