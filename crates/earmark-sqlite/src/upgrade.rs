//! From an earlier format to format 3: one transaction, before the first write.

use earmark_core::codec::Frame;
use earmark_core::projection::Projection;
use earmark_core::register::Registers;
use earmark_core::tree::CompleteSubtree;
use earmark_core::{Fault, FaultKind};
use earmark_tlog::{Frontier, Hash, leaf_hash};
use rusqlite::{Connection, params};

use crate::fault::Faults;
use crate::schema::{self, FORMAT, FORMAT_1, FORMAT_3, MAX_SEQ, STANDINGS, SUBTREES, position};
use crate::subtrees;

/// Makes a file of an earlier format one of format 3: wholly, or not at all. Nothing that is recorded is touched.
/// Where a record is not what its book's root says, nothing is changed.
pub(crate) fn upgrade(connection: &Connection, faults: &Faults) -> Result<(), Fault> {
    let sql = |error: rusqlite::Error| faults.sql(&error);
    let format = schema::format(connection, faults)?;
    if format >= FORMAT {
        return Ok(());
    }
    let transaction = connection.unchecked_transaction().map_err(sql)?;
    if format == FORMAT_1 {
        add_standings(&transaction).map_err(sql)?;
    }
    if format < FORMAT_3 {
        add_subtrees(&transaction, faults)?;
    }
    transaction
        .pragma_update(None, "user_version", FORMAT)
        .and_then(|()| transaction.commit())
        .map_err(sql)
}

/// No book has a standing yet, and the registers of what there is are empty. That they are kept is noted in
/// the same transaction: a crash right after it must not leave a file that verifies otherwise than before.
fn add_standings(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(STANDINGS)?;
    // A projection of a user's own could have this name in format 1. It is built from the events, and
    // gives way to the built-in one.
    let own = "(SELECT projection FROM projections WHERE name = ?1)";
    for table in ["cells", "projected", "projections"] {
        let delete = format!("DELETE FROM {table} WHERE projection IN {own}");
        connection.execute(&delete, [Registers::NAME])?;
    }
    connection.execute(
        "INSERT INTO projections (name, version) VALUES (?1, ?2)",
        params![Registers::NAME, Registers::VERSION],
    )?;
    connection.execute(
        "INSERT INTO projected (projection, book, seq) SELECT ?1, book, seq FROM books",
        [connection.last_insert_rowid()],
    )?;
    Ok(())
}

/// The hashes of every book's tree, made from its records.
fn add_subtrees(connection: &Connection, faults: &Faults) -> Result<(), Fault> {
    let sql = |error: rusqlite::Error| faults.sql(&error);
    connection.execute_batch(SUBTREES).map_err(sql)?;
    let query = "SELECT book, printf('%06d/%s', area, fund), frontier FROM books ORDER BY book";
    let mut books = connection.prepare(query).map_err(sql)?;
    let books = books
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .and_then(Iterator::collect::<rusqlite::Result<Vec<(i64, String, Vec<u8>)>>>)
        .map_err(sql)?;
    books.into_iter().try_for_each(|(number, name, edge)| {
        Hashing { connection, faults, number, name: &name }.run(&edge)
    })
}

/// How many hashes are made before they are written.
const WAITING_MAX: usize = 4_096;

/// One book, hashed from its first record.
struct Hashing<'a> {
    connection: &'a Connection,
    faults: &'a Faults,
    number: i64,
    name: &'a str,
}

impl Hashing<'_> {
    fn damaged(&self, what: impl std::fmt::Display) -> Fault {
        let what = format!(
            "book {}: {what}; the file stays as it was; open the ledger read-only and verify it",
            self.name
        );
        self.faults.fault(FaultKind::Damaged, what)
    }

    fn run(&self, edge: &[u8]) -> Result<(), Fault> {
        let sql = |error: rusqlite::Error| self.faults.sql(&error);
        let query = "SELECT frame FROM commits WHERE position BETWEEN ?1 AND ?2 ORDER BY position";
        let mut statement = self.connection.prepare(query).map_err(sql)?;
        let range = [position(self.number, 0), position(self.number, MAX_SEQ)];
        let mut rows = statement.query(range).map_err(sql)?;
        let (mut tree, mut waiting) = (Frontier::new(), Vec::new());
        while let Some(row) = rows.next().map_err(sql)? {
            let frame = row.get_ref(0).map_err(sql)?;
            let frame = frame.as_blob().map_err(|error| sql(error.into()))?;
            self.hash(frame, &mut tree, &mut waiting)?;
            if waiting.len() >= WAITING_MAX {
                self.save(std::mem::take(&mut waiting))?;
            }
        }
        if !tree.peaks().iter().flat_map(|hash| &hash.0).eq(edge) {
            return Err(self.damaged("its records give another tree than its head has"));
        }
        self.save(waiting)
    }

    /// Hashes the records of a commit.
    fn hash(
        &self,
        frame: &[u8],
        tree: &mut Frontier,
        completed: &mut Vec<CompleteSubtree>,
    ) -> Result<(), Fault> {
        let next = tree.size() + 1;
        let frame = Frame::parse(frame)
            .map_err(|error| self.damaged(format!("the commit at event {next}: {error}")))?;
        if frame.first_seq() != next {
            return Err(self.damaged(format!("event {next} comes next; events are missing")));
        }
        for (record, seq) in frame.records().zip(next..) {
            let record = record.map_err(|error| self.damaged(format!("event {seq}: {error}")))?;
            let kept = |level, index, hash: Hash| {
                completed.extend(CompleteSubtree::kept(level, index, hash));
            };
            tree.push_with(leaf_hash(record.bytes()), kept).map_err(|error| self.damaged(error))?;
        }
        Ok(())
    }

    fn save(&self, completed: Vec<CompleteSubtree>) -> Result<(), Fault> {
        subtrees::save(self.connection, self.name, self.number, completed, self.faults)
    }
}
