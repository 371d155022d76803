//! Making a new ledger file: whole, or not at all.

use std::path::Path;

use earmark_core::Fault;
use earmark_core::store::Settings;
use rusqlite::{OpenFlags, params};

use crate::fault::Faults;
use crate::open::with_suffix;
use crate::schema::{self, APPLICATION_ID, FORMAT};
use crate::storage::Storage;

/// Writes an empty ledger beside the path and moves it there once it is durable, so that a crash
/// never leaves a half-made one.
pub(crate) fn create(
    path: &Path,
    settings: &Settings,
    storage: &Storage,
    faults: &Faults,
) -> Result<(), Fault> {
    let draft = with_suffix(path, "-new");
    remove(&draft, storage, faults)?;
    let made = fill(&draft, settings, storage).map_err(|error| faults.sql(&error));
    made.and_then(|()| publish(&draft, path, storage, faults)).inspect_err(|_| {
        let _ = storage.files().remove(&draft);
    })
}

fn remove(draft: &Path, storage: &Storage, faults: &Faults) -> Result<(), Fault> {
    match storage.files().remove(draft) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(faults.io("an unfinished draft of it cannot be removed", &error))
        }
        _ => Ok(()),
    }
}

fn fill(draft: &Path, settings: &Settings, storage: &Storage) -> rusqlite::Result<()> {
    let mut connection = storage.connect(draft, OpenFlags::default())?;
    connection.pragma_update(None, "page_size", 8192)?;
    // Nothing is ever vacuumed. The map of pages that comes with it says where a large commit goes on without
    // reading it, so that a proof out of the middle of one reads two pages and not eighty.
    connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
    connection.pragma_update(None, "journal_mode", "DELETE")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    connection.pragma_update(None, "user_version", FORMAT)?;
    let transaction = connection.transaction()?;
    schema::tables(FORMAT).iter().try_for_each(|tables| transaction.execute_batch(tables))?;
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

fn publish(draft: &Path, path: &Path, storage: &Storage, faults: &Faults) -> Result<(), Fault> {
    let files = storage.files();
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    files
        .sync(draft)
        .and_then(|()| files.rename(draft, path))
        .and_then(|()| files.sync_folder(folder))
        .map_err(|error| faults.io("a new ledger cannot be put in place", &error))
}
