//! The table of hashes of the books' trees, from which proofs are made without reading all records.

use std::fmt::Display;

use earmark_core::id::BookId;
use earmark_core::tree::{CompleteSubtree, GROUP, LEVELS_KEPT, Run, runs};
use earmark_core::{Fault, FaultKind};
use earmark_tlog::Hash;
use rusqlite::{Connection, OptionalExtension, params};

use crate::books::is_of_the_statement;
use crate::fault::Faults;
use crate::schema::{self, FORMAT_3, SEQ_BITS};

/// How many bits of a row's place say which group it is; its level is above.
const GROUP_BITS: u32 = 36;

/// The level of the last rows that there can be: subtrees of 2^36 leaves.
const LEVEL_MAX: u32 = 36;

/// What a row's place is beside its book; none where no book can have such a row.
fn within(level: u32, group: u64) -> Option<i64> {
    let group = i64::try_from(group).ok().filter(|group| group >> GROUP_BITS == 0)?;
    (level <= LEVEL_MAX).then(|| i64::from(level / LEVELS_KEPT) << GROUP_BITS | group)
}

/// INVARIANT(INV-41): written in the transaction of the records that they are of, behind those that are there.
///
/// Writes what commits of one transaction have completed: a row, or the rest of one, at a time.
pub(crate) fn save(
    connection: &Connection,
    book: impl Display,
    number: i64,
    completed: Vec<CompleteSubtree>,
    faults: &Faults,
) -> Result<(), Fault> {
    for run in runs(completed) {
        let written = append(connection, number, &run).map_err(|error| faults.sql(&error))?;
        if !written {
            let what = format!(
                "book {book}: the hashes of its tree do not go on where they ended; nothing was \
                 recorded; open the ledger read-only and verify it"
            );
            return Err(faults.fault(FaultKind::Damaged, what));
        }
    }
    Ok(())
}

/// Whether the row was as it must be before.
fn append(connection: &Connection, number: i64, run: &Run) -> rusqlite::Result<bool> {
    let Some(within) = within(run.level, run.group) else { return Ok(false) };
    let place = number << SEQ_BITS | within;
    let hashes: Vec<u8> = run.hashes.iter().flat_map(|hash| hash.0).collect();
    let written = if run.start == 0 {
        let insert = "INSERT INTO subtrees (place, hashes) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
        connection.prepare_cached(insert)?.execute(params![place, hashes])?
    } else {
        // What is put together by `||` is text, whatever it was.
        let update = "UPDATE subtrees SET hashes = CAST(hashes || ?2 AS BLOB) \
                      WHERE place = ?1 AND length(hashes) = 32 * ?3";
        connection.prepare_cached(update)?.execute(params![place, hashes, run.start])?
    };
    Ok(written == 1)
}

/// The hashes of a group as they are kept; none where the file is of a format that keeps none.
pub(crate) fn load(
    connection: &Connection,
    book: BookId,
    level: u32,
    group: u64,
    faults: &Faults,
) -> Result<Option<Vec<Hash>>, Fault> {
    if level == 0 || !level.is_multiple_of(LEVELS_KEPT) {
        let what =
            format!("book {book}: no hashes of level {level} are kept; levels 4, 8, 12 … are");
        return Err(faults.fault(FaultKind::Damaged, what));
    }
    let place = within(level, group);
    let row = match read(connection, book, place) {
        // As for the standings: the format is asked after the table was not there.
        Err(error) if is_of_the_statement(&error) => {
            if schema::format(connection, faults)? < FORMAT_3 {
                return Ok(None);
            }
            read(connection, book, place)
        }
        read => read,
    };
    let bytes = row.map_err(|error| faults.sql(&error))?.unwrap_or_default();
    let (hashes, rest) = bytes.as_chunks::<32>();
    let most = usize::try_from(GROUP).unwrap_or(usize::MAX);
    if !rest.is_empty() || hashes.len() > most {
        let what = format!(
            "book {book}: group {group} of level {level} of its tree has {} bytes, not up to {most} hashes",
            bytes.len()
        );
        return Err(faults.fault(FaultKind::Damaged, what));
    }
    Ok(Some(hashes.iter().map(|hash| Hash(*hash)).collect()))
}

fn read(
    connection: &Connection,
    book: BookId,
    within: Option<i64>,
) -> rusqlite::Result<Option<Vec<u8>>> {
    let query = "SELECT hashes FROM subtrees \
                 WHERE place = (SELECT book FROM books WHERE area = ?1 AND fund = ?2) << 40 | ?3";
    // Where there can be no such row, a place that no row has.
    let row = params![book.area().code(), book.fund().code(), within.unwrap_or(0)];
    connection.prepare_cached(query)?.query_row(row, |row| row.get(0)).optional()
}
