//! One writer a ledger: a lock file beside it, held by the operating system for as long as the
//! writing process lives.

use std::fs::{File, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

use earmark_core::{Fault, FaultKind};

use crate::fault::Faults;
use crate::open::with_suffix;

/// Held while the ledger is open for writing. The file stays; the lock goes with the process.
#[derive(Debug)]
pub(crate) struct WriterLock(File);

/// Given back in so many words: a child process that is just being started may hold a copy of the file.
impl Drop for WriterLock {
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}

impl WriterLock {
    pub(crate) fn take(ledger: &Path, faults: &Faults) -> Result<Self, Fault> {
        let path = with_suffix(ledger, "-lock");
        let mut file = File::options()
            .create(true)
            .read(true)
            .write(true)
            .truncate(false)
            .open(&path)
            .map_err(|error| {
                let doing = "the ledger cannot be opened for writing here (its lock file is beside \
                             it); open it read-only";
                faults.io(doing, &error)
            })?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let _ = file.read_to_string(&mut holder);
                let holder = match holder.trim() {
                    "" => "another process".to_owned(),
                    pid => format!("process {pid}"),
                };
                return Err(faults.fault(
                    FaultKind::Locked,
                    format!(
                        "{holder} has the ledger open for writing; a ledger has one writer at a \
                         time; open it read-only, or wait until the writer has closed it"
                    ),
                ));
            }
            Err(TryLockError::Error(error)) => {
                return Err(faults.io("its lock file cannot be locked", &error));
            }
        }
        // For the message above only; the lock itself is the operating system's.
        let written = file
            .set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| write!(file, "{}", std::process::id()));
        written.map_err(|error| faults.io("its lock file cannot be written", &error))?;
        Ok(Self(file))
    }
}
