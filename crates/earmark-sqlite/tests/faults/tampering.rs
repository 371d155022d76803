//! Rows removed, changed or swapped behind the library's back.

use earmark_core::FaultKind;

use crate::flips::{Said, Verdict};
use crate::sample::{
    NANJING, Place, SUZHOU, book, copy, open, premium, prove, read, try_open, try_read, voucher,
};
use crate::tables::{TABLES, Table, tamper};

/// A copy of the sample after a change; none where the change hits nothing.
fn changed(original: &Place, sql: &str) -> Option<Place> {
    let place = Place::new();
    copy(&original.path, &place.path);
    (tamper(&place.path, sql) > 0).then_some(place)
}

/// The words with which a changed ledger is refused, or all findings.
fn words(place: &Place) -> String {
    match try_read(&place.path) {
        Err(fault) => fault.to_string(),
        Ok(ledger) => {
            let proved = prove(&ledger).unwrap();
            let findings: Vec<_> = proved.findings().iter().map(ToString::to_string).collect();
            findings.join("\n")
        }
    }
}

#[track_caller]
fn found(original: &Place, said: &Said, sql: &str) -> Option<String> {
    let place = changed(original, sql)?;
    let verdict = said.judge(&place.path);
    match verdict {
        Verdict::Refused | Verdict::Found => None,
        verdict => Some(format!("{sql}: {verdict:?}")),
    }
}

/// How many rows of a table say something. The last book is empty: no fact is lost with its row, and
/// none is changed with it.
fn facts(table: &Table, original: &Place) -> usize {
    table.count(&original.path) - usize::from(table.name == "books")
}

#[test]
fn every_row_removed_is_missed() {
    let original = Place::with_sample();
    let said = Said::by(&original.path);
    let mut unnoticed = Vec::new();
    for table in &TABLES {
        for place in 0..facts(table, &original) {
            let sql = format!("DELETE FROM {} WHERE {}", table.name, table.row(place));
            unnoticed.extend(found(&original, &said, &sql));
        }
    }
    assert!(unnoticed.is_empty(), "{}:\n{}", unnoticed.len(), unnoticed.join("\n"));
}

/// Numbers grow by one or by far, bytes and texts lose their end, gain one, or are turned.
const CHANGES: [&str; 6] = [
    "$ + 1",
    "$ + 1000003",
    "CASE typeof($) WHEN 'blob' THEN CAST($ || x'00' AS BLOB) ELSE $ || 'x' END",
    "CASE typeof($) WHEN 'blob' THEN substr($, 1, length($) - 1) ELSE substr($, 1, length($) - 2) END",
    "CASE typeof($) WHEN 'blob' THEN zeroblob(length($)) ELSE '' END",
    "CASE typeof($) WHEN 'blob' THEN x'' ELSE upper($) || lower($) END",
];

#[test]
fn every_column_changed_is_found() {
    let original = Place::with_sample();
    let said = Said::by(&original.path);
    let mut unnoticed = Vec::new();
    for table in &TABLES {
        let count = facts(table, &original);
        for column in table.key.iter().chain(table.others) {
            for place in [0, count / 2, count - 1] {
                for (number, change) in CHANGES.iter().enumerate() {
                    let kind = if number < 2 { "= 'integer'" } else { "<> 'integer'" };
                    let sql = format!(
                        "UPDATE OR IGNORE {} SET {column} = {} WHERE {} AND typeof({column}) {kind}",
                        table.name,
                        change.replace('$', column),
                        table.row(place),
                    );
                    unnoticed.extend(found(&original, &said, &sql));
                }
            }
        }
    }
    assert!(unnoticed.is_empty(), "{}:\n{}", unnoticed.len(), unnoticed.join("\n"));
}

/// Rows that nothing recorded.
#[test]
fn every_row_invented_is_found() {
    let original = Place::with_sample();
    let said = Said::by(&original.path);
    let invented = [
        "INSERT INTO texts VALUES (1, 900, 'never registered')",
        "INSERT INTO texts VALUES (77, 1, 'of no book')",
        "INSERT INTO corrections VALUES (1, 5, 100)",
        "INSERT INTO corrections VALUES (1, 100000, 100)",
        "INSERT INTO corrections VALUES (77, 5, 100)",
        "INSERT INTO cells VALUES (1, 1, x'00', x'00')",
        "INSERT INTO cells VALUES (9, 1, x'00', x'00')",
        "INSERT INTO projected VALUES (1, 77, 5)",
        "INSERT INTO subtrees VALUES ((77 << 40) | (1 << 36), zeroblob(32))",
        "INSERT INTO subtrees VALUES ((1 << 40) | (2 << 36), zeroblob(32))",
        "INSERT INTO subtrees VALUES ((1 << 40) | (1 << 36) | 1, zeroblob(32))",
        "INSERT INTO subtrees VALUES ((3 << 40) | (1 << 36), zeroblob(32))",
        "INSERT INTO subtrees VALUES ((1 << 40) | (10 << 36), zeroblob(32))",
        "INSERT INTO subtrees VALUES (5, zeroblob(32))",
        "INSERT INTO commits SELECT (77 << 40) | first_seq, 77, first_seq, count, recorded_at, key, \
         root, frame FROM commits WHERE book = 1",
        "INSERT INTO commits SELECT (1 << 40) | 900000, 1, 900000, count, recorded_at, \
         zeroblob(16), root, frame FROM commits WHERE book = 1 LIMIT 1",
        "INSERT INTO commits SELECT (1 << 40) | (first_seq + 1), 1, first_seq + 1, count, \
         recorded_at, zeroblob(16), root, frame FROM commits WHERE book = 1 AND count > 2 LIMIT 1",
    ];
    let unnoticed: Vec<_> =
        invented.iter().filter_map(|sql| found(&original, &said, sql)).collect();
    assert!(unnoticed.is_empty(), "{}:\n{}", unnoticed.len(), unnoticed.join("\n"));
}

/// Objects of the database that no ledger has, or that every ledger has.
#[test]
fn another_schema_is_found() {
    let said = Said::by(&Place::with_sample().path);
    for sql in [
        "DROP INDEX commit_keys",
        "CREATE INDEX another ON texts (text)",
        "CREATE TABLE another (number INTEGER)",
        "CREATE VIEW another AS SELECT * FROM texts",
        "CREATE TRIGGER another AFTER INSERT ON commits BEGIN DELETE FROM corrections; END",
        "ALTER TABLE texts ADD COLUMN another INTEGER",
        "DROP TABLE corrections",
        "DROP TABLE subtrees",
    ] {
        let place = Place::with_sample();
        tamper(&place.path, sql);
        let verdict = said.judge(&place.path);
        assert!(matches!(verdict, Verdict::Refused | Verdict::Found), "{sql}: {verdict:?}");
        assert_eq!(try_open(&place.path).map(drop).unwrap_err().kind(), FaultKind::Damaged);
    }
}

#[test]
fn a_finding_says_where() {
    let original = Place::with_sample();
    let nanjing = "book 320100/WORK_INJURY";
    let cases = [
        ("UPDATE commits SET root = zeroblob(32) WHERE first_seq = 5 AND book = 1", "event 5"),
        ("UPDATE commits SET key = zeroblob(16) WHERE first_seq = 5 AND book = 1", "event 5"),
        ("DELETE FROM commits WHERE first_seq = 5 AND book = 1", "event 5"),
        ("UPDATE commits SET book = 3 WHERE first_seq = 5 AND book = 1", "position 1099511627781"),
        ("INSERT INTO texts VALUES (1, 900, 'never registered')", "text"),
        ("UPDATE texts SET text = 'another' WHERE number = 2 AND book = 1", "text 2"),
        ("UPDATE corrections SET amount = amount - 1 WHERE book = 1", "event "),
        ("UPDATE books SET special = special - 1 WHERE book = 1", "head"),
        ("UPDATE cells SET value = x'01' WHERE projection = 1 AND book = 1", "projection `totals`"),
        ("UPDATE projected SET seq = 3 WHERE projection = 3 AND book = 1", "projection `paid_to`"),
        ("UPDATE books SET seq = seq - 1 WHERE book = 1", "head"),
        (
            "UPDATE subtrees SET hashes = zeroblob(length(hashes)) WHERE place >> 40 = 1",
            "tree, events 1 to 16",
        ),
        ("DELETE FROM subtrees WHERE place >> 40 = 1", "tree, events 1 to 16"),
        ("UPDATE books SET frontier = zeroblob(length(frontier)) WHERE book = 1", "head"),
    ];
    for (sql, place) in cases {
        let words = words(&changed(&original, sql).unwrap());
        assert!(words.contains(nanjing), "{sql}: {words}");
        assert!(words.contains(place), "{sql}: {words}");
    }
}

#[test]
fn commits_of_two_books_swapped_are_found() {
    let original = Place::with_sample();
    let said = Said::by(&original.path);
    let swap = |columns: &str| {
        format!(
            "UPDATE commits SET ({columns}) = (SELECT {columns} FROM commits AS other \
             WHERE other.first_seq = commits.first_seq AND other.book = 3 - commits.book) \
             WHERE book IN (1, 2) AND first_seq BETWEEN 5 AND 20"
        )
    };
    for columns in ["frame", "root", "frame, root", "key, root, frame", "root, frame, recorded_at"]
    {
        assert_eq!(found(&original, &said, &swap(columns)), None);
    }
    // The books change places with all that belongs to them.
    let place = changed(&original, "UPDATE books SET area = area + 1 WHERE book = 1").unwrap();
    tamper(&place.path, "UPDATE books SET area = 320100 WHERE book = 2");
    tamper(&place.path, "UPDATE books SET area = 320500 WHERE book = 1");
    assert_ne!(said.judge(&place.path), Verdict::Harmless);
    assert!(matches!(said.judge(&place.path), Verdict::Refused | Verdict::Found));
    let ledger = read(&place.path);
    for code in [NANJING, SUZHOU] {
        let mistaken = book(&ledger, code).event(1).unwrap_err();
        assert!(mistaken.to_string().contains("`book`"), "{mistaken}");
    }
}

/// An older copy is a sound ledger. That it is old shows only against a root, or a receipt, that was
/// kept elsewhere: that is what checkpoints are for.
#[test]
fn an_older_copy_opens_and_verifies() {
    let place = Place::with_sample();
    let older = Place::new();
    copy(&place.path, &older.path);
    let ledger = open(&place.path);
    let nanjing = book(&ledger, NANJING);
    let key = earmark_core::id::key("later");
    let receipt = nanjing.record(key, &voucher(&nanjing), premium(1, 1)).unwrap();
    drop((nanjing, ledger));
    copy(&older.path, &place.path);
    let ledger = read(&place.path);
    assert!(prove(&ledger).unwrap().is_sound());
    assert!(book(&ledger, NANJING).last_seq().unwrap() < receipt.last_seq());
}
