//! The tables of format 3, and of formats 1 and 2 before it. A file of another format is refused by name.

use earmark_core::Fault;
use rusqlite::Connection;

use crate::fault::Faults;

/// What the file says it is: `EMK1` in SQLite's application id.
pub const APPLICATION_ID: i32 = 0x454d_4b31;

/// The format written, in SQLite's user version. Earlier ones are read as they stand, and become this one
/// when they are opened for writing.
pub const FORMAT: i32 = 3;

/// The first format, which has no standings: its books follow no rules, have closed nothing and hold
/// no reserve.
pub(crate) const FORMAT_1: i32 = 1;

/// The first format that keeps hashes of the books' trees.
pub(crate) const FORMAT_3: i32 = 3;

/// How many bits of a commit's position are its first sequence number; the book's number is above.
pub(crate) const SEQ_BITS: u32 = 40;

/// The largest sequence number of a book: 2^40 - 1.
pub(crate) const MAX_SEQ: u64 = (1 << SEQ_BITS) - 1;

/// The position of a commit: the book's number and its first sequence number in one integer, so that
/// a book's commits stand together and in order.
pub(crate) fn position(book: i64, seq: u64) -> i64 {
    book << SEQ_BITS | i64::try_from(seq.min(MAX_SEQ)).unwrap_or(i64::MAX)
}

/// Which format a file says it is of.
pub(crate) fn format(connection: &Connection, faults: &Faults) -> Result<i32, Fault> {
    connection
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .map_err(|error| faults.sql(&error))
}

/// The tables that a file of some format has.
pub(crate) fn tables(format: i32) -> &'static [&'static str] {
    match format {
        FORMAT_1 => &[TABLES],
        2 => &[TABLES, STANDINGS],
        _ => &[TABLES, STANDINGS, SUBTREES],
    }
}

/// Every table of format 1, which later formats have too. The checks repeat, on the database's own path, what decisions hold: no account below
/// zero or above the range (INV-04), interest handed over only where held (INV-09), commits in place
/// (INV-13).
pub(crate) const TABLES: &str = "
CREATE TABLE ledger (
  one        INTEGER PRIMARY KEY CHECK (one = 1),
  id         BLOB NOT NULL CHECK (length(id) = 16),
  secret     BLOB NOT NULL CHECK (length(secret) = 32),
  utc_offset INTEGER NOT NULL CHECK (utc_offset BETWEEN -840 AND 840),
  seal       BLOB NOT NULL CHECK (length(seal) = 32)
) STRICT;

CREATE TABLE books (
  book          INTEGER PRIMARY KEY CHECK (book BETWEEN 1 AND 4194303),
  area          INTEGER NOT NULL CHECK (area BETWEEN 0 AND 999999),
  fund          TEXT NOT NULL,
  vocabulary    TEXT NOT NULL,
  seq           INTEGER NOT NULL CHECK (seq BETWEEN 0 AND 1099511627775),
  recorded_at   INTEGER NOT NULL,
  texts         INTEGER NOT NULL CHECK (texts BETWEEN 0 AND 1048576),
  interest_held INTEGER NOT NULL CHECK (interest_held >= 0),
  treasury      INTEGER NOT NULL CHECK (treasury BETWEEN 0 AND 99999999999999999),
  revenue       INTEGER NOT NULL CHECK (revenue BETWEEN 0 AND 99999999999999999),
  special       INTEGER NOT NULL CHECK (special BETWEEN 0 AND 99999999999999999),
  expenditure   INTEGER NOT NULL CHECK (expenditure BETWEEN 0 AND 99999999999999999),
  investment    INTEGER NOT NULL CHECK (investment BETWEEN 0 AND 99999999999999999),
  statuses      BLOB NOT NULL CHECK (length(statuses) = 10),
  frontier      BLOB NOT NULL CHECK (length(frontier) % 32 = 0),
  UNIQUE (area, fund)
) STRICT;

CREATE TABLE commits (
  position    INTEGER PRIMARY KEY CHECK (position = (book << 40 | first_seq)),
  book        INTEGER NOT NULL REFERENCES books (book),
  first_seq   INTEGER NOT NULL CHECK (first_seq BETWEEN 1 AND 1099511627775),
  count       INTEGER NOT NULL CHECK (count BETWEEN 1 AND 65536),
  recorded_at INTEGER NOT NULL,
  key         BLOB NOT NULL CHECK (length(key) = 16),
  root        BLOB NOT NULL CHECK (length(root) = 32),
  frame       BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX commit_keys ON commits (book, key);

CREATE TABLE texts (
  book   INTEGER NOT NULL REFERENCES books (book),
  number INTEGER NOT NULL CHECK (number BETWEEN 1 AND 1048576),
  text   TEXT NOT NULL,
  PRIMARY KEY (book, number),
  UNIQUE (book, text)
) STRICT, WITHOUT ROWID;

CREATE TABLE corrections (
  book   INTEGER NOT NULL REFERENCES books (book),
  seq    INTEGER NOT NULL,
  amount INTEGER NOT NULL CHECK (amount BETWEEN 1 AND 99999999999999999),
  PRIMARY KEY (book, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE projections (
  projection INTEGER PRIMARY KEY,
  name       TEXT NOT NULL UNIQUE,
  version    INTEGER NOT NULL
) STRICT;

CREATE TABLE projected (
  projection INTEGER NOT NULL REFERENCES projections (projection),
  book       INTEGER NOT NULL REFERENCES books (book),
  seq        INTEGER NOT NULL,
  PRIMARY KEY (projection, book)
) STRICT, WITHOUT ROWID;

CREATE TABLE cells (
  projection INTEGER NOT NULL REFERENCES projections (projection),
  book       INTEGER NOT NULL REFERENCES books (book),
  key        BLOB NOT NULL,
  value      BLOB NOT NULL,
  PRIMARY KEY (projection, book, key)
) STRICT, WITHOUT ROWID;
";

/// The table that format 2 adds: what a book stands under beside its money. A book has a row exactly where
/// that is anything at all, so that a file without matters is the same in both formats but for this empty
/// table, and a book that uses none costs nothing. The checks repeat that a reopened period is closed
/// (INV-28) and that the reserve is inside what five accounts can hold (INV-30).
pub(crate) const STANDINGS: &str = "
CREATE TABLE standings (
  book           INTEGER PRIMARY KEY REFERENCES books (book),
  rules_seq      INTEGER NOT NULL CHECK (rules_seq BETWEEN 0 AND 1099511627775),
  closed_until   INTEGER NOT NULL
    CHECK (closed_until = -2147483648 OR closed_until BETWEEN -25567 AND 2932896),
  reopened_first INTEGER NOT NULL
    CHECK (reopened_first = -2147483648 OR reopened_first BETWEEN -25567 AND 2932896),
  reopened_last  INTEGER NOT NULL,
  reserve        INTEGER NOT NULL CHECK (reserve BETWEEN 0 AND 499999999999999995),
  stops          INTEGER NOT NULL CHECK (stops BETWEEN 0 AND 4294967295),
  agreements     INTEGER NOT NULL CHECK (agreements BETWEEN 0 AND 4294967295),
  CHECK ((reopened_first = -2147483648) = (reopened_last = -2147483648)),
  CHECK (reopened_first <= reopened_last AND reopened_last <= closed_until),
  CHECK (rules_seq + reserve + stops + agreements > 0 OR closed_until <> -2147483648)
) STRICT;
";

/// The table that format 3 adds: hashes of the complete subtrees of 16, 256, 4,096 … leaves of each book's tree,
/// sixteen to a row. `place` is the book's number, the level (1 for 16 leaves, 2 for 256 …) and which sixteen they
/// are, in one integer. All of it follows from the records. It has no column for the book and no index: a row
/// should be little more than its hashes.
pub(crate) const SUBTREES: &str = "
CREATE TABLE subtrees (
  place  INTEGER PRIMARY KEY
    CHECK (place >> 40 BETWEEN 1 AND 4194303 AND place >> 36 & 15 BETWEEN 1 AND 9),
  hashes BLOB NOT NULL CHECK (length(hashes) BETWEEN 32 AND 512 AND length(hashes) % 32 = 0)
) STRICT;
";

#[cfg(test)]
mod tests {
    /// The page from which others write readers shows these very tables.
    #[test]
    fn the_format_page_draws_these_tables() {
        let page = include_str!("../../../docs/format.md");
        for tables in super::tables(super::FORMAT) {
            assert!(page.contains(tables.trim()), "docs/format.md draws other tables");
        }
    }
}
