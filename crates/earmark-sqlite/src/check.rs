//! What only this store can check: its tables, and rows that no writer makes.

use std::collections::BTreeSet;

use earmark_core::id::BookId;
use earmark_core::{Fault, FaultKind};
use rusqlite::{Connection, OptionalExtension};

use crate::fault::Faults;
use crate::schema::{MAX_SEQ, TABLES, position};

/// Queries that find a row no writer makes, with what is wrong with it. SQLite checks constraints
/// when it writes; a file that something else wrote to is checked by these.
pub(crate) const ROWS: [(&str, &str); 5] = [
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

/// What the file's tables, indexes, triggers and views have other than those of this format.
pub(crate) fn schema(connection: &Connection, faults: &Faults) -> Result<Vec<String>, Fault> {
    let listed = |connection: &Connection| -> rusqlite::Result<BTreeSet<Object>> {
        let query = "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema \
                     WHERE name NOT LIKE 'sqlite_stat%'";
        let mut statement = connection.prepare(query)?;
        let rows = statement
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
        rows.collect()
    };
    let expected = Connection::open_in_memory().and_then(|memory| {
        memory.execute_batch(TABLES)?;
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
