//! From format 1 to format 2: one transaction, before the first write.

use earmark_core::Fault;
use earmark_core::projection::Projection;
use earmark_core::register::Registers;
use rusqlite::{Connection, params};

use crate::fault::Faults;
use crate::schema::{self, FORMAT, FORMAT_1, STANDINGS};

/// Makes a file of format 1 one of format 2: wholly, or not at all. Nothing that is recorded is touched;
/// no book has a standing yet, and the registers of what there is are empty. That they are kept is noted in
/// the same transaction: a crash right after it must not leave a file that verifies otherwise than before.
pub(crate) fn upgrade(connection: &Connection, faults: &Faults) -> Result<(), Fault> {
    if schema::format(connection, faults)? != FORMAT_1 {
        return Ok(());
    }
    let upgraded = connection.unchecked_transaction().and_then(|transaction| {
        transaction.execute_batch(STANDINGS)?;
        // A projection of a user's own could have this name in format 1. It is built from the events, and
        // gives way to the built-in one.
        let own = "(SELECT projection FROM projections WHERE name = ?1)";
        for table in ["cells", "projected", "projections"] {
            let delete = format!("DELETE FROM {table} WHERE projection IN {own}");
            transaction.execute(&delete, [Registers::NAME])?;
        }
        transaction.execute(
            "INSERT INTO projections (name, version) VALUES (?1, ?2)",
            params![Registers::NAME, Registers::VERSION],
        )?;
        transaction.execute(
            "INSERT INTO projected (projection, book, seq) SELECT ?1, book, seq FROM books",
            [transaction.last_insert_rowid()],
        )?;
        transaction.pragma_update(None, "user_version", FORMAT)?;
        transaction.commit()
    });
    upgraded.map_err(|error| faults.sql(&error))
}
