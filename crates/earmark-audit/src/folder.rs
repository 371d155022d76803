//! Folders: files that are whole or not there, also after a crash.

use std::fmt;
use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// A folder that cannot be read or written: where, at what, and the system's words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {doing}: {reason}", at.display())]
pub struct FolderError {
    at: PathBuf,
    doing: &'static str,
    reason: String,
}

impl FolderError {
    /// The file or folder.
    #[must_use]
    pub fn at(&self) -> &Path {
        &self.at
    }

    pub(crate) fn new(at: &Path, doing: &'static str, reason: impl fmt::Display) -> Self {
        Self { at: at.to_owned(), doing, reason: reason.to_string() }
    }
}

/// What the name of a file that is not whole yet ends with; it begins with a dot.
const PART: &str = ".part";

/// The longest name that is made of an origin, in bytes: file systems take 255, and something follows.
const MAX_NAME_BYTES: usize = 180;

/// Puts a file in its place, whole or not at all. On return it is durable under its name.
pub(crate) fn put(path: &Path, bytes: &[u8]) -> Result<(), FolderError> {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return Err(FolderError::new(path, "cannot be written", "it has no name"));
    };
    let part = folder.join(format!(".{}{PART}", name.to_string_lossy()));
    let written = File::create(&part).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    written.map_err(|error| FolderError::new(&part, "cannot be written", error))?;
    fs::rename(&part, path).map_err(|error| FolderError::new(path, "cannot be replaced", error))?;
    sync(folder)
}

/// Makes names durable that were put into a folder or taken out of it.
pub(crate) fn sync(folder: &Path) -> Result<(), FolderError> {
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(|error| FolderError::new(folder, "cannot be synced", error))
}

/// Makes a folder and those above it, where they are missing.
pub(crate) fn make(folder: &Path) -> Result<(), FolderError> {
    if folder.is_dir() {
        return Ok(());
    }
    fs::create_dir_all(folder)
        .map_err(|error| FolderError::new(folder, "cannot be made", error))?;
    folder.parent().filter(|above| !above.as_os_str().is_empty()).map_or(Ok(()), sync)
}

/// A whole file of at most `max` bytes; none where there is none.
pub(crate) fn read(path: &Path, max: usize) -> Result<Option<Vec<u8>>, FolderError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(FolderError::new(path, "cannot be read", error)),
    };
    let limit = u64::try_from(max).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Vec::new();
    file.take(limit)
        .read_to_end(&mut bytes)
        .map_err(|error| FolderError::new(path, "cannot be read", error))?;
    if bytes.len() > max {
        let reason = format!("it has more than {max} bytes");
        return Err(FolderError::new(path, "cannot be read", reason));
    }
    Ok(Some(bytes))
}

/// The names in a folder, sorted, without those of files that are not whole yet.
pub(crate) fn names(folder: &Path) -> Result<Vec<String>, FolderError> {
    Ok(all_names(folder)?.into_iter().filter(|name| !is_part(name)).collect())
}

/// Takes away what a crash left half-written. For the one writer of a folder alone.
pub(crate) fn sweep(folder: &Path) -> Result<(), FolderError> {
    for name in all_names(folder)?.into_iter().filter(|name| is_part(name)) {
        remove(&folder.join(name))?;
    }
    Ok(())
}

/// Takes a file away, where there is one.
pub(crate) fn remove(path: &Path) -> Result<(), FolderError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(FolderError::new(path, "cannot be removed", error))
        }
        _ => Ok(()),
    }
}

pub(crate) fn all_names(folder: &Path) -> Result<Vec<String>, FolderError> {
    let unreadable = |error| FolderError::new(folder, "cannot be listed", error);
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let name = entry.map_err(unreadable)?.file_name();
        let name = name.into_string().map_err(|name| {
            FolderError::new(&folder.join(name), "cannot be listed", "its name is not UTF-8")
        })?;
        names.push(name);
    }
    names.sort();
    Ok(names)
}

pub(crate) fn is_part(name: &str) -> bool {
    name.starts_with('.') && name.ends_with(PART)
}

/// The name of a file or folder for an origin: letters, digits, `.`, `-` and `_` stay, every other byte
/// becomes `%` and two hexadecimal digits.
pub(crate) fn name_of(origin: &str) -> Result<String, FolderError> {
    let mut name = String::new();
    for byte in origin.bytes() {
        match byte {
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'.' | b'-' | b'_' => {
                name.push(char::from(byte));
            }
            _ => name.push_str(&format!("%{byte:02X}")),
        }
    }
    if name.len() > MAX_NAME_BYTES || name.starts_with('.') {
        let reason = format!(
            "the name of a log comes to {} bytes; at most {MAX_NAME_BYTES} are written, not beginning \
             with a dot",
            name.len()
        );
        return Err(FolderError::new(Path::new(&name), "cannot be named", reason));
    }
    Ok(name)
}

/// The right to write to a folder, for one process at a time. The file `lock` stays; the lock goes with the
/// process.
#[derive(Debug)]
pub(crate) struct Lock(File);

/// The name of the file that is locked.
pub(crate) const LOCK: &str = "lock";

impl Lock {
    /// Takes the lock; none where somebody else holds it.
    pub(crate) fn take(folder: &Path) -> Result<Option<Self>, FolderError> {
        let path = folder.join(LOCK);
        let failed = |error| FolderError::new(&path, "cannot be locked", error);
        let mut options = File::options();
        options.create(true).read(true).write(true).truncate(false);
        let file = options.open(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }
}

/// Given back in so many words: a child process that is just being started may hold a copy of the file.
impl Drop for Lock {
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}
