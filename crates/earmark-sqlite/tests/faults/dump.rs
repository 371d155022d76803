//! Everything that a ledger file says, in lines of text: what a reader of the tables sees, and what a
//! reader through the library sees.

use std::ops::ControlFlow;
use std::path::Path;

use earmark_core::ledger::Ledger;
use earmark_core::projection::{Projection, Totals};
use earmark_core::register::Registers;
use earmark_core::report::{AsOf, TrailFilter};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};

use crate::sample::{PaidTo, beside};
use crate::tables::TABLES;

/// Every row of every table, the schema's too; or why it cannot be read.
pub(crate) fn rows(path: &Path) -> Result<Vec<String>, rusqlite::Error> {
    let logged = std::fs::metadata(beside(path, "-wal")).is_ok_and(|log| log.len() > 0);
    // A log is part of what is read.
    let how = if logged { "ro" } else { "ro&immutable=1" };
    let uri = format!("file:{}?mode={how}", path.display());
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    let connection = Connection::open_with_flags(uri, flags)?;
    let mut lines = Vec::new();
    for pragma in ["application_id", "user_version", "page_size", "encoding"] {
        let value: rusqlite::types::Value =
            connection.pragma_query_value(None, pragma, |row| row.get(0))?;
        lines.push(format!("{pragma} {value:?}"));
    }
    for table in TABLES.iter().map(|table| table.name).chain(["sqlite_schema"]) {
        // An old file has not all tables; a file that has lost a table says so by its schema.
        if ["standings", "subtrees"].contains(&table) && !connection.table_exists(None, table)? {
            continue;
        }
        let mut statement = connection.prepare(&format!("SELECT * FROM {table}"))?;
        let columns = statement.column_count();
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let mut line = table.to_owned();
            for column in 0..columns {
                if (table, column) != ("sqlite_schema", 3) {
                    line.push_str(&format!(" {}", words(row.get_ref(column)?)));
                }
            }
            lines.push(line);
        }
    }
    Ok(lines)
}

fn words(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Text(bytes) => format!("text {:?}", String::from_utf8_lossy(bytes)),
        ValueRef::Blob(bytes) => {
            let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("x'{hex}'")
        }
        other => format!("{other:?}"),
    }
}

/// Everything the library shows of the sample: settings, heads, events, texts both ways, corrections,
/// hashes of trees, cells, balances.
pub(crate) fn answers(ledger: &Ledger) -> Result<Vec<String>, earmark_core::Fault> {
    let store = ledger.store();
    let settings = store.settings();
    let mut lines = vec![format!("{settings:?} {:?}", settings.secret.expose())];
    lines.extend(store.books()?.into_iter().map(|book| format!("{book:?}")));
    for book in ledger.books()? {
        lines.push(format!("{:?}", book.head()?));
        lines.extend(book.trail(&TrailFilter::all())?.iter().map(|event| format!("{event:?}")));
        for number in 0.. {
            let text = book.text(number)?;
            if let Some(text) = &text {
                lines.push(format!("{number} {text:?} {:?}", store.text_number(book.id(), text)?));
            } else if number > 0 {
                break;
            }
        }
        store.corrections(book.id(), &mut |seq, amount| {
            lines.push(format!("of {seq} {amount}"));
            Ok(())
        })?;
        for name in [Totals::NAME, Registers::NAME, PaidTo::NAME] {
            lines.push(format!("{name} {:?}", store.projected_to(book.id(), name)?));
            store.cells(book.id(), name, &[], &mut |key, value| {
                lines.push(format!("{key:?} {value:?}"));
                Ok(ControlFlow::Continue(()))
            })?;
        }
        for (level, group) in [(4, 0), (4, 1), (8, 0), (12, 0)] {
            lines.push(format!("{level} {group} {:?}", store.subtrees(book.id(), level, group)?));
        }
        lines.push(format!("{:?} {:?}", book.balances()?, book.balances_as_of(AsOf::NOW)?));
    }
    Ok(lines)
}

/// The lines in which two dumps differ.
pub(crate) fn differences(before: &[String], after: &[String]) -> Vec<String> {
    let gone = before.iter().filter(|line| !after.contains(line)).map(|line| format!("- {line}"));
    let new = after.iter().filter(|line| !before.contains(line)).map(|line| format!("+ {line}"));
    let mut lines: Vec<String> = gone.chain(new).collect();
    if lines.is_empty() && before != after {
        lines.push("the order of lines".to_owned());
    }
    lines
}
