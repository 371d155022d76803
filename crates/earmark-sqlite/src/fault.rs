//! What SQLite's errors mean for a ledger.

use std::path::{Path, PathBuf};

use earmark_core::{Fault, FaultKind};
use rusqlite::ErrorCode;

/// Turns errors of one ledger file into faults that name it.
#[derive(Clone, Debug)]
pub(crate) struct Faults {
    path: PathBuf,
}

impl Faults {
    pub(crate) fn of(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }

    /// An error of a statement: nothing was changed by it.
    pub(crate) fn sql(&self, error: &rusqlite::Error) -> Fault {
        let code = error.sqlite_error_code();
        let (kind, what) = match code {
            Some(ErrorCode::DiskFull) => (
                FaultKind::Full,
                "there is no room left for the ledger; nothing of the commit was recorded, all \
                 earlier commits stand; make room and retry with the same key"
                    .to_owned(),
            ),
            Some(ErrorCode::DatabaseCorrupt) => (
                FaultKind::Damaged,
                format!(
                    "the file's structure is damaged ({error}); restore a copy; what can still be \
                     read can be read with the ledger opened read-only"
                ),
            ),
            Some(ErrorCode::NotADatabase) => (
                FaultKind::NotALedger,
                "the file is not a ledger, or its header is damaged".to_owned(),
            ),
            Some(ErrorCode::ReadOnly) => (
                FaultKind::ReadOnly,
                "the file cannot be written; open the ledger read-only, or mend the permissions"
                    .to_owned(),
            ),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => (
                FaultKind::Locked,
                "another process holds the file locked; nothing was recorded; retry".to_owned(),
            ),
            Some(ErrorCode::ConstraintViolation) => (
                FaultKind::Damaged,
                format!(
                    "the database refused what the decision allowed ({error}); nothing was recorded; verify the ledger"
                ),
            ),
            _ => (FaultKind::Io, format!("the file could not be read or written ({error})")),
        };
        Fault::new(kind, self.path.display(), what)
    }

    pub(crate) fn io(&self, doing: &str, error: &std::io::Error) -> Fault {
        let kind = match error.kind() {
            std::io::ErrorKind::StorageFull => FaultKind::Full,
            std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
                FaultKind::ReadOnly
            }
            std::io::ErrorKind::NotFound => FaultKind::Missing,
            _ => FaultKind::Io,
        };
        Fault::new(kind, self.path.display(), format!("{doing}: {error}"))
    }

    pub(crate) fn fault(&self, kind: FaultKind, what: impl std::fmt::Display) -> Fault {
        Fault::new(kind, self.path.display(), what)
    }
}
