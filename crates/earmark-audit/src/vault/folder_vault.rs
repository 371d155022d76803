use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::{Commitment, Detail, Kept, MAX_DETAIL_BYTES, Vault, VaultError};
use crate::folder::{self, FolderError, Lock};

/// What the name of the mark of an erased detail ends with.
const ERASED: &str = ".erased";

const SALT_BYTES: usize = 32;

/// A vault in a folder: one file for each detail, named by its commitment, with the salt and then the detail; and
/// an empty file `<commitment>.erased` for each that was erased.
///
/// Erasing writes the mark first, then overwrites the file and removes it. A crash in between is made good when
/// the vault is opened: what is marked is erased, what was half-written is erased too.
///
/// ```
/// use earmark_audit::vault::{Detail, FolderVault, Kept, Vault};
///
/// # let folder = tempfile::tempdir()?;
/// let vault = FolderVault::open(folder.path())?;
/// let commitment = vault.keep(&Detail::new(b"Zhang San")?)?;
/// vault.erase(commitment)?;
/// assert_eq!(vault.get(commitment)?, Kept::Erased);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct FolderVault {
    folder: PathBuf,
    one_at_a_time: Mutex<()>,
    _lock: Lock,
}

impl FolderVault {
    /// Opens a vault, and makes its folder where there is none.
    ///
    /// # Errors
    /// [`VaultError::Locked`] where another process has it open; [`VaultError::Stray`] where the folder holds
    /// something else; [`VaultError::Folder`].
    pub fn open(folder: impl AsRef<Path>) -> Result<Self, VaultError> {
        let folder = folder.as_ref().to_owned();
        folder::make(&folder)?;
        let Some(lock) = Lock::take(&folder)? else {
            return Err(VaultError::Locked { at: folder.display().to_string() });
        };
        for name in folder::all_names(&folder)? {
            let at = folder.join(&name);
            if folder::is_part(&name) {
                shred(&at)?;
            } else if let Some(marked) = name.strip_suffix(ERASED) {
                let _: Commitment = marked.parse().map_err(|_| stray(&at))?;
                shred(&folder.join(marked))?;
            } else if name != folder::LOCK {
                let _: Commitment = name.parse().map_err(|_| stray(&at))?;
            }
        }
        Ok(Self { folder, one_at_a_time: Mutex::default(), _lock: lock })
    }

    fn file(&self, commitment: Commitment) -> PathBuf {
        self.folder.join(commitment.to_string())
    }

    fn mark(&self, commitment: Commitment) -> PathBuf {
        self.folder.join(format!("{commitment}{ERASED}"))
    }

    fn find(&self, commitment: Commitment) -> Result<Kept, VaultError> {
        // The mark counts for more than the file: a crash may have left both.
        if folder::read(&self.mark(commitment), 0)?.is_some() {
            return Ok(Kept::Erased);
        }
        let Some(bytes) = folder::read(&self.file(commitment), SALT_BYTES + MAX_DETAIL_BYTES)?
        else {
            return Ok(Kept::Nothing);
        };
        let damaged = VaultError::Damaged { commitment };
        let (salt, bytes) = bytes.split_first_chunk::<SALT_BYTES>().ok_or(damaged.clone())?;
        let detail = Detail::from_parts(*salt, bytes)?;
        if detail.commitment() == commitment { Ok(Kept::Detail(detail)) } else { Err(damaged) }
    }
}

impl Vault for FolderVault {
    fn keep(&self, detail: &Detail) -> Result<Commitment, VaultError> {
        let _one = self.one_at_a_time.lock().unwrap_or_else(PoisonError::into_inner);
        let commitment = detail.commitment();
        match self.find(commitment) {
            Ok(Kept::Detail(_)) => return Ok(commitment),
            Ok(Kept::Erased) => return Err(VaultError::Erased { commitment }),
            // A damaged file is mended by keeping the detail again.
            Ok(Kept::Nothing) | Err(VaultError::Damaged { .. }) => {}
            Err(error) => return Err(error),
        }
        folder::put(&self.file(commitment), &[&detail.salt()[..], detail.bytes()].concat())?;
        Ok(commitment)
    }

    fn get(&self, commitment: Commitment) -> Result<Kept, VaultError> {
        let _one = self.one_at_a_time.lock().unwrap_or_else(PoisonError::into_inner);
        self.find(commitment)
    }

    fn erase(&self, commitment: Commitment) -> Result<(), VaultError> {
        let _one = self.one_at_a_time.lock().unwrap_or_else(PoisonError::into_inner);
        match self.find(commitment) {
            Ok(Kept::Nothing) => return Err(VaultError::NotKept { commitment }),
            Ok(_) | Err(VaultError::Damaged { .. }) => {}
            Err(error) => return Err(error),
        }
        folder::put(&self.mark(commitment), &[])?;
        Ok(shred(&self.file(commitment))?)
    }
}

/// Overwrites a file with zeros, where there is one, and removes it, durably.
fn shred(path: &Path) -> Result<(), FolderError> {
    let failed = |error| FolderError::new(path, "cannot be erased", error);
    let mut file = match File::options().write(true).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed(error)),
    };
    let length = file.metadata().map_err(failed)?.len();
    let zeros = vec![0; usize::try_from(length).unwrap_or_default()];
    file.write_all(&zeros).and_then(|()| file.sync_all()).map_err(failed)?;
    drop(file);
    folder::remove(path)?;
    path.parent().map_or(Ok(()), folder::sync)
}

fn stray(at: &Path) -> VaultError {
    VaultError::Stray { at: at.display().to_string() }
}
