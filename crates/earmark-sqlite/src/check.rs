//! What only this store can check: its tables, and rows that no writer makes.

use std::collections::BTreeSet;

use earmark_core::id::BookId;
use earmark_core::{Fault, FaultKind};
use rusqlite::{Connection, OptionalExtension};

use crate::fault::Faults;
use crate::schema::{self, FORMAT_1, FORMAT_3, MAX_SEQ, position};

/// Queries that find a row no writer makes, with what is wrong with it. SQLite checks constraints
/// when it writes; a file that something else wrote to is checked by these.
const ROWS: [(&str, &str); 5] = [
    (
        "SELECT printf('position %d, book %d, event %d', position, book, first_seq) FROM commits \
         WHERE position <> (book << 40 | first_seq) LIMIT 1",
        "a commit is not in its place",
    ),
    (
        "SELECT 'commit at position ' || position FROM commits WHERE book NOT IN (SELECT book FROM books) \
         LIMIT 1",
        "a commit belongs to no book",
    ),
    (
        "SELECT printf('book %06d/%s', area, fund) FROM books WHERE texts <> (SELECT count(*) \
         FROM texts WHERE texts.book = books.book) LIMIT 1",
        "the number of registered texts is not that of the stored ones",
    ),
    (
        "SELECT 'row ' || one FROM ledger WHERE one <> 1 OR (SELECT count(*) FROM ledger) <> 1 LIMIT 1",
        "the ledger's own row is not alone",
    ),
    (
        "SELECT printf('book %06d/%s, event %d', area, fund, corrections.seq) FROM corrections \
         JOIN books USING (book) WHERE amount NOT BETWEEN 1 AND 99999999999999999 LIMIT 1",
        "an amount taken back is out of range",
    ),
];

/// The same for the standings, which format 1 has not.
const STANDING_ROWS: [(&str, &str); 4] = [
    (
        "SELECT 'book ' || book FROM standings WHERE book NOT IN (SELECT book FROM books) LIMIT 1",
        "a standing belongs to no book",
    ),
    (
        "SELECT printf('book %06d/%s', area, fund) FROM standings JOIN books USING (book) \
         WHERE rules_seq NOT BETWEEN 0 AND seq LIMIT 1",
        "the rules were adopted by no event of the book",
    ),
    (
        "SELECT printf('book %06d/%s', area, fund) FROM standings JOIN books USING (book) \
         WHERE reserve NOT BETWEEN 0 \
         AND treasury + revenue + special + expenditure + investment LIMIT 1",
        "the reserve is more than the book holds",
    ),
    (
        "SELECT printf('book %06d/%s', area, fund) FROM standings JOIN books USING (book) \
         WHERE (closed_until <> -2147483648 AND closed_until NOT BETWEEN -25567 AND 2932896) \
         OR (reopened_first <> -2147483648 AND reopened_first NOT BETWEEN -25567 AND 2932896) \
         OR (reopened_first = -2147483648) <> (reopened_last = -2147483648) \
         OR reopened_first > reopened_last OR reopened_last > closed_until \
         OR stops NOT BETWEEN 0 AND 4294967295 OR agreements NOT BETWEEN 0 AND 4294967295 \
         OR (rules_seq + reserve + stops + agreements = 0 AND closed_until = -2147483648) LIMIT 1",
        "the standing is none that a book can have",
    ),
];

/// The same for the hashes of trees, which formats 1 and 2 have not. A row has as many hashes as the book's
/// events complete subtrees of its level in its group.
const SUBTREE_ROWS: [(&str, &str); 3] = [
    (
        "SELECT 'place ' || place FROM subtrees WHERE place >> 40 NOT IN (SELECT book FROM books) LIMIT 1",
        "hashes of a tree belong to no book",
    ),
    (
        "SELECT 'place ' || place FROM subtrees WHERE place >> 36 & 15 NOT BETWEEN 1 AND 9 LIMIT 1",
        "hashes of a tree are of no level",
    ),
    (
        "SELECT printf('book %06d/%s, place %d', area, fund, place) FROM subtrees \
         JOIN books ON book = place >> 40 WHERE length(hashes) <> 32 * \
         min(16, (seq >> 4 * (place >> 36 & 15)) - 16 * (place & 68719476735)) \
         OR typeof(hashes) <> 'blob' OR length(hashes) = 0 LIMIT 1",
        "the hashes of a tree are not as many as the book's events make",
    ),
];

/// Rows that no writer makes, with what is wrong with them.
pub(crate) fn rows(connection: &Connection, faults: &Faults) -> Result<Vec<String>, Fault> {
    let mut findings = find(connection, &ROWS, faults)?;
    findings.append(&mut standings(connection, faults)?);
    if schema::format(connection, faults)? >= FORMAT_3 {
        findings.append(&mut find(connection, &SUBTREE_ROWS, faults)?);
    }
    Ok(findings)
}

/// The same for the standings alone: few rows, looked at whenever a ledger is opened for writing.
pub(crate) fn standings(connection: &Connection, faults: &Faults) -> Result<Vec<String>, Fault> {
    if schema::format(connection, faults)? == FORMAT_1 {
        return Ok(Vec::new());
    }
    find(connection, &STANDING_ROWS, faults)
}

fn find(
    connection: &Connection,
    queries: &[(&str, &str)],
    faults: &Faults,
) -> Result<Vec<String>, Fault> {
    let mut findings = Vec::new();
    for (query, what) in queries {
        let found: rusqlite::Result<Option<String>> =
            connection.query_row(query, [], |row| row.get(0)).optional();
        let found = found.map_err(|error| faults.sql(&error))?;
        findings.extend(found.map(|place| format!("{what}: {place}")));
    }
    Ok(findings)
}

/// What the file's tables, indexes, triggers and views have other than those of its format.
pub(crate) fn schema(connection: &Connection, faults: &Faults) -> Result<Vec<String>, Fault> {
    let listed = |connection: &Connection| -> rusqlite::Result<BTreeSet<Object>> {
        let query = "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema \
                     WHERE name NOT LIKE 'sqlite_stat%'";
        let mut statement = connection.prepare(query)?;
        let rows = statement
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
        rows.collect()
    };
    let format = schema::format(connection, faults)?;
    let expected = Connection::open_in_memory().and_then(|memory| {
        schema::tables(format).iter().try_for_each(|tables| memory.execute_batch(tables))?;
        listed(&memory)
    });
    let expected = expected.map_err(|error| faults.sql(&error))?;
    let found = listed(connection).map_err(|error| faults.sql(&error))?;
    let differs = |object: &Object, how: &str| {
        let (kind, name, ..) = object;
        format!("the {kind} `{name}` {how}")
    };
    let missing = expected.difference(&found).map(|it| differs(it, "is missing or was changed"));
    let added = found.difference(&expected).map(|it| differs(it, "is not one of this format"));
    Ok(missing.chain(added).collect())
}

/// How many commits of a book, counted from its last, are looked up before the book is written to.
const LOOKED_UP: i64 = 10_000;

/// Whether texts and keys of a book are found through the indexes that decisions use. A damaged index
/// would let a text or a commit be recorded twice, for ever; so it is asked before the first write to
/// the book. All texts are looked up, and the last commits; `verify` looks at the rest.
pub(crate) fn lookups(
    connection: &Connection,
    book: BookId,
    number: i64,
    faults: &Faults,
) -> Result<(), Fault> {
    let texts = "SELECT number FROM texts AS t WHERE book = ?1 AND NOT EXISTS (SELECT 1 FROM texts \
                 AS u INDEXED BY sqlite_autoindex_texts_2 WHERE u.book = t.book AND u.text = t.text \
                 AND u.number = t.number) LIMIT 1";
    let keys = "SELECT first_seq FROM (SELECT book, key, first_seq FROM commits \
                WHERE position BETWEEN ?1 AND ?2 ORDER BY position DESC LIMIT ?3) AS c \
                WHERE NOT EXISTS (SELECT 1 FROM commits AS k INDEXED BY commit_keys \
                WHERE k.book = c.book AND k.key = c.key) LIMIT 1";
    let found = || -> rusqlite::Result<Option<String>> {
        let text: Option<i64> =
            connection.query_row(texts, [number], |row| row.get(0)).optional()?;
        if let Some(text) = text {
            return Ok(Some(format!("text {text} is not found by its words")));
        }
        let range = [position(number, 0), position(number, MAX_SEQ), LOOKED_UP];
        let commit: Option<i64> = connection.query_row(keys, range, |row| row.get(0)).optional()?;
        Ok(commit.map(|seq| format!("the commit at event {seq} is not found by its key")))
    };
    match found().map_err(|error| faults.sql(&error))? {
        None => Ok(()),
        Some(what) => {
            let what = format!(
                "book {book}: {what}, an index is damaged; nothing was recorded; open the ledger \
                 read-only and verify it"
            );
            Err(faults.fault(FaultKind::Damaged, what))
        }
    }
}

/// An object of a schema: type, name, table, and the statement that made it.
type Object = (String, String, String, String);
