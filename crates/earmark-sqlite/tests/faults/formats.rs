//! Files of formats 1 and 2, as they were written before there were matters, and before hashes of trees were kept:
//! read as they stand, and made files of format 3 by the first program that opens them for writing.

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

/// The sample as the library of format 2 wrote it.
pub(crate) const FORMAT_2: &[u8] = include_bytes!("../data/format-2-sample.ledger");

/// A copy of a file.
fn copy_of(file: &[u8]) -> Place {
    let place = Place::new();
    std::fs::write(&place.path, file).unwrap();
    place
}

/// A copy of the oldest file.
fn old() -> Place {
    copy_of(FORMAT_1)
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
fn a_file_of_format_1_becomes_one_of_todays_format_and_records_matters() {
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
    let (upgraded, second, new) = (old(), copy_of(FORMAT_2), Place::new());
    for place in [&upgraded, &second, &new] {
        drop(open(&place.path));
    }
    let schema = |path: &Path| -> Vec<(String, String)> {
        let connection = Connection::open(path).unwrap();
        let query = "SELECT name, coalesce(sql, '') FROM sqlite_schema ORDER BY name";
        let mut statement = connection.prepare(query).unwrap();
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        rows.map(Result::unwrap).collect()
    };
    assert_eq!(schema(&upgraded.path), schema(&new.path));
    assert_eq!(schema(&second.path), schema(&new.path));
    assert!(rows(&upgraded.path).unwrap().iter().any(|line| line == "user_version Integer(3)"));
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
    for (before, file) in [(1, FORMAT_1), (2, FORMAT_2)] {
        let place = copy_of(file);
        let length = file.len() as u64;
        let fault = options().limit_bytes(length).open(&place.path).map(drop).unwrap_err();
        assert_eq!(fault.kind(), FaultKind::Full, "{fault}");
        assert_eq!(format(&place.path), before);
        sound(&read(&place.path));
        drop(open(&place.path));
        assert_eq!(format(&place.path), FORMAT);
    }
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

/// What a file keeps of the trees, from the table itself: places and hashes.
fn kept(path: &Path) -> Vec<(i64, Vec<u8>)> {
    let connection = Connection::open(path).unwrap();
    let mut statement = connection.prepare("SELECT place, hashes FROM subtrees").unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    rows.map(Result::unwrap).collect()
}

/// Every event of every book has a proof.
#[track_caller]
fn everything_is_proved(ledger: &Ledger) {
    for held in ledger.books().unwrap() {
        let tree = held.tree().unwrap();
        for seq in 1..=tree.size() {
            assert!(tree.prove(seq).unwrap().is_some(), "{}, event {seq}", held.id());
            assert!(tree.prove_extends(seq).unwrap().is_some(), "{}, from {seq}", held.id());
        }
    }
}

/// It keeps no hashes, and gives proofs all the same.
#[test]
fn a_file_of_format_2_is_read_as_it_stands() {
    let place = copy_of(FORMAT_2);
    let ledger = read(&place.path);
    sound(&ledger);
    assert!(!ledger.store().keeps_subtrees().unwrap());
    let nanjing = book(&ledger, NANJING);
    assert_eq!(nanjing.last_seq().unwrap(), 63);
    assert_eq!(ledger.store().subtrees(nanjing.id(), 4, 0).unwrap().len(), 3);
    everything_is_proved(&ledger);
    everything_is_proved(&read(&old().path));
    drop((nanjing, ledger));
    assert_eq!(std::fs::read(&place.path).unwrap(), FORMAT_2);
}

/// What an upgraded file keeps is what a file keeps that was written by the library of today.
#[test]
fn a_file_of_format_2_is_upgraded_to_the_hashes_of_its_records() {
    let place = copy_of(FORMAT_2);
    let said = answers(&read(&place.path)).unwrap();
    drop(open(&place.path));
    assert_eq!(format(&place.path), FORMAT);
    let ledger = read(&place.path);
    assert!(ledger.store().keeps_subtrees().unwrap());
    assert_eq!(answers(&ledger).unwrap(), said, "nothing that it says has changed");
    sound(&ledger);
    everything_is_proved(&ledger);
    drop(ledger);
    let written = Place::with_sample();
    assert_eq!(kept(&place.path), kept(&written.path));
    assert_eq!(kept(&place.path).len(), 2, "of the two books of 16 events or more");
    let upgraded = old();
    drop(open(&upgraded.path));
    everything_is_proved(&read(&upgraded.path));
    assert!(!kept(&upgraded.path).is_empty());

    // What is recorded goes on behind what the upgrade made.
    for number in 0..3 {
        let ledger = open(&place.path);
        ledger.attach(PaidTo).unwrap();
        for code in [NANJING, SUZHOU] {
            let book = book(&ledger, code);
            let premiums: Vec<_> = (0..21).map(|unit| premium(unit, 1 + number)).collect();
            book.record(key(&format!("after {number}")), &voucher(&book), premiums).unwrap();
        }
        sound(&ledger);
        everything_is_proved(&ledger);
    }
}

/// Hashes are made of what the roots say. Where the records say something else, nothing is changed.
#[test]
fn a_damaged_file_of_format_2_is_not_upgraded() {
    for sql in [
        "UPDATE commits SET frame = CAST(substr(frame, 1, length(frame) - 1) AS BLOB) WHERE first_seq = 1",
        "DELETE FROM commits WHERE first_seq = 5 AND book = 1",
        "UPDATE commits SET frame = (SELECT frame FROM commits WHERE book = 2 AND first_seq = 5) \
         WHERE book = 1 AND first_seq = 5",
        "CREATE TABLE subtrees (place INTEGER PRIMARY KEY)",
    ] {
        let place = copy_of(FORMAT_2);
        assert!(tamper(&place.path, sql) > 0 || sql.starts_with("CREATE"));
        let fault = options().open(&place.path).map(drop).unwrap_err();
        assert_eq!(fault.kind(), FaultKind::Damaged, "{sql}: {fault}");
        assert_eq!(format(&place.path), 2, "{sql}");
        assert!(!prove(&read(&place.path)).unwrap().is_sound(), "{sql}");
    }
}
