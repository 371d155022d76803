//! The tables of a ledger, for changing them behind the library's back.

use std::path::Path;

use rusqlite::Connection;

/// A table: the columns by which a row is found, and those beside them.
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) key: &'static [&'static str],
    pub(crate) others: &'static [&'static str],
}

pub(crate) const TABLES: [Table; 10] = [
    Table { name: "ledger", key: &["one"], others: &["id", "secret", "utc_offset"] },
    Table {
        name: "books",
        key: &["book"],
        others: &[
            "area",
            "fund",
            "vocabulary",
            "seq",
            "recorded_at",
            "texts",
            "interest_held",
            "treasury",
            "revenue",
            "special",
            "expenditure",
            "investment",
            "statuses",
            "frontier",
        ],
    },
    Table {
        name: "standings",
        key: &["book"],
        others: &[
            "rules_seq",
            "closed_until",
            "reopened_first",
            "reopened_last",
            "reserve",
            "stops",
            "agreements",
        ],
    },
    Table {
        name: "commits",
        key: &["position"],
        others: &["book", "first_seq", "count", "recorded_at", "key", "root", "frame"],
    },
    Table { name: "subtrees", key: &["place"], others: &["hashes"] },
    Table { name: "texts", key: &["book", "number"], others: &["text"] },
    Table { name: "corrections", key: &["book", "seq"], others: &["amount"] },
    Table { name: "projections", key: &["projection"], others: &["name", "version"] },
    Table { name: "projected", key: &["projection", "book"], others: &["seq"] },
    Table { name: "cells", key: &["projection", "book", "key"], others: &["value"] },
];

impl Table {
    /// A condition that holds for one row, by its place in the order of keys.
    pub(crate) fn row(&self, place: usize) -> String {
        let key = self.key.join(", ");
        let name = self.name;
        format!("({key}) = (SELECT {key} FROM {name} ORDER BY {key} LIMIT 1 OFFSET {place})")
    }

    pub(crate) fn count(&self, path: &Path) -> usize {
        let connection = Connection::open(path).unwrap();
        let query = format!("SELECT count(*) FROM {}", self.name);
        connection.query_row(&query, [], |row| row.get(0)).unwrap()
    }
}

/// Changes a closed ledger as a careless or hostile hand with full access would: without checks and
/// without foreign keys. All of it lies in the one file afterwards. Returns how many rows changed.
pub(crate) fn tamper(path: &Path, sql: &str) -> usize {
    let connection = Connection::open(path).unwrap();
    connection
        .execute_batch("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON;")
        .unwrap();
    let changed = connection.execute(sql, []).unwrap_or_else(|error| panic!("{sql}: {error}"));
    connection.close().unwrap();
    changed
}
