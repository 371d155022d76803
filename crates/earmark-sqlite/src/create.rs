//! Making a new ledger file: whole, or not at all.

use std::fs::File;
use std::path::Path;

use earmark_core::Fault;
use earmark_core::store::Settings;
use rusqlite::{Connection, params};

use crate::fault::Faults;
use crate::open::with_suffix;
use crate::schema::{APPLICATION_ID, FORMAT, STANDINGS, TABLES};

/// Writes an empty ledger beside the path and moves it there once it is durable, so that a crash
/// never leaves a half-made one.
pub(crate) fn create(path: &Path, settings: &Settings, faults: &Faults) -> Result<(), Fault> {
    let draft = with_suffix(path, "-new");
    remove(&draft, faults)?;
    let made = fill(&draft, settings).map_err(|error| faults.sql(&error));
    made.and_then(|()| publish(&draft, path, faults)).inspect_err(|_| {
        let _ = std::fs::remove_file(&draft);
    })
}

fn remove(draft: &Path, faults: &Faults) -> Result<(), Fault> {
    match std::fs::remove_file(draft) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(faults.io("an unfinished draft of it cannot be removed", &error))
        }
        _ => Ok(()),
    }
}

fn fill(draft: &Path, settings: &Settings) -> rusqlite::Result<()> {
    let mut connection = Connection::open(draft)?;
    connection.pragma_update(None, "page_size", 8192)?;
    connection.pragma_update(None, "journal_mode", "DELETE")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    connection.pragma_update(None, "user_version", FORMAT)?;
    let transaction = connection.transaction()?;
    transaction.execute_batch(TABLES)?;
    transaction.execute_batch(STANDINGS)?;
    transaction.execute(
        "INSERT INTO ledger (one, id, secret, utc_offset, seal) VALUES (1, ?1, ?2, ?3, ?4)",
        params![
            settings.id.0,
            settings.secret.expose(),
            settings.utc_offset.minutes(),
            settings.seal()
        ],
    )?;
    transaction.commit()?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.close().map_err(|(_, error)| error)
}

fn publish(draft: &Path, path: &Path, faults: &Faults) -> Result<(), Fault> {
    let sync = |path: &Path| File::open(path).and_then(|file| file.sync_all());
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    sync(draft)
        .and_then(|()| std::fs::rename(draft, path))
        .and_then(|()| sync(folder))
        .map_err(|error| faults.io("a new ledger cannot be put in place", &error))
}
