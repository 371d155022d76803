//! What only this store can check: its tables, and rows that no writer makes.

use std::collections::BTreeSet;

use earmark_core::Fault;
use rusqlite::Connection;

use crate::fault::Faults;
use crate::schema::TABLES;

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

/// An object of a schema: type, name, table, and the statement that made it.
type Object = (String, String, String, String);
