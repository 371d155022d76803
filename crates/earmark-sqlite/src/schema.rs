//! The tables of format 1. A file of another format is refused by name.

/// What the file says it is: `EMK1` in SQLite's application id.
pub const APPLICATION_ID: i32 = 0x454d_4b31;

/// The format written and read, in SQLite's user version.
pub const FORMAT: i32 = 1;

/// How many bits of a commit's position are its first sequence number; the book's number is above.
pub(crate) const SEQ_BITS: u32 = 40;

/// The largest sequence number of a book: 2^40 - 1.
pub(crate) const MAX_SEQ: u64 = (1 << SEQ_BITS) - 1;

/// The position of a commit: the book's number and its first sequence number in one integer, so that
/// a book's commits stand together and in order.
pub(crate) fn position(book: i64, seq: u64) -> i64 {
    book << SEQ_BITS | i64::try_from(seq.min(MAX_SEQ)).unwrap_or(i64::MAX)
}

/// Every table. The checks repeat, on the database's own path, what decisions hold: no account below
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

#[cfg(test)]
mod tests {
    /// The page from which others write readers shows these very tables.
    #[test]
    fn the_format_page_draws_these_tables() {
        let page = include_str!("../../../docs/format.md");
        assert!(page.contains(super::TABLES.trim()), "docs/format.md draws other tables");
    }
}
