use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use super::PackageError;

/// The one file that may stand in a package without a meaning: what is not renamed into its place yet.
pub(crate) const UNFINISHED: &str = "writing.part";

/// How many written files wait to be synced at most.
const WAITING_MAX: usize = 4_096;

/// How many files are synced at the same time.
const SYNCING: usize = 16;

/// A folder of files with names below it, parts divided by `/`.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    /// Written and not synced yet.
    waiting: RefCell<Vec<String>>,
    /// Folders in which names were made, and not synced yet.
    named: RefCell<BTreeSet<PathBuf>>,
}

impl Folder {
    pub(crate) fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), waiting: RefCell::default(), named: RefCell::default() }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    fn place(&self, name: &str) -> PathBuf {
        place(&self.path, name)
    }

    /// The bytes of a file of at most so many.
    pub(crate) fn read(&self, name: &str, bytes_max: u64) -> Result<Vec<u8>, PackageError> {
        self.read_if(name, bytes_max)?.ok_or_else(|| PackageError::damaged(name, "it is missing"))
    }

    /// As `read`; none where the file is missing.
    pub(crate) fn read_if(
        &self,
        name: &str,
        bytes_max: u64,
    ) -> Result<Option<Vec<u8>>, PackageError> {
        let path = self.place(name);
        match fs::symlink_metadata(&path) {
            Ok(found) if found.is_file() => {}
            Ok(_) => return Err(PackageError::damaged(name, "it is not a plain file")),
            Err(error)
                if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) =>
            {
                return Ok(None);
            }
            Err(error) => return Err(io(name, error)),
        }
        let mut bytes = Vec::new();
        let file = File::open(&path).map_err(|error| io(name, error))?;
        file.take(bytes_max + 1).read_to_end(&mut bytes).map_err(|error| io(name, error))?;
        if u64::try_from(bytes.len()).is_ok_and(|found| found > bytes_max) {
            return Err(PackageError::damaged(name, format!("it has over {bytes_max} bytes")));
        }
        Ok(Some(bytes))
    }

    /// Puts a file in its place, whole or not at all. [`sync`](Self::sync) makes it durable.
    pub(crate) fn put(&self, name: &str, bytes: &[u8]) -> Result<(), PackageError> {
        let path = self.place(name);
        if let Some(parent) = path.parent()
            && !self.named.borrow().contains(parent)
        {
            self.make(parent).map_err(|error| io(name, error))?;
        }
        let unfinished = self.path.join(UNFINISHED);
        let written = File::create(&unfinished).and_then(|mut file| file.write_all(bytes));
        written.and_then(|()| fs::rename(&unfinished, &path)).map_err(|error| io(name, error))?;
        self.waiting.borrow_mut().push(name.to_owned());
        if self.waiting.borrow().len() > WAITING_MAX { self.sync() } else { Ok(()) }
    }

    /// Makes a folder and notes it and all above it as folders with new names.
    fn make(&self, parent: &Path) -> std::io::Result<()> {
        fs::create_dir_all(parent)?;
        let mut named = self.named.borrow_mut();
        for folder in parent.ancestors().take_while(|folder| folder.starts_with(&self.path)) {
            named.insert(folder.to_owned());
        }
        Ok(())
    }

    /// Makes all that was put durable.
    pub(crate) fn sync(&self) -> Result<(), PackageError> {
        let waiting = std::mem::take(&mut *self.waiting.borrow_mut());
        let root = &self.path;
        // Syncs that are asked for at the same time share the disk's own commits.
        let each = waiting.len().div_ceil(SYNCING).max(1);
        std::thread::scope(|scope| {
            let sync = |names: &[String]| names.iter().try_for_each(|name| sync_file(root, name));
            let threads: Vec<_> =
                waiting.chunks(each).map(|names| scope.spawn(move || sync(names))).collect();
            threads.into_iter().try_for_each(|thread| {
                let ended = || io("", std::io::Error::other("a thread that syncs files ended"));
                thread.join().unwrap_or_else(|_| Err(ended()))
            })
        })?;
        for folder in std::mem::take(&mut *self.named.borrow_mut()) {
            let name = folder.display().to_string();
            let file = File::open(&folder);
            file.and_then(|file| file.sync_all()).map_err(|error| io(&name, error))?;
        }
        Ok(())
    }

    /// Removes a file, and the folder of a partial tile where it was the last in it.
    pub(crate) fn remove(&self, name: &str) -> Result<(), PackageError> {
        let path = self.place(name);
        match fs::remove_file(&path) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(io(name, error)),
        }
        if let Some(parent) = path.parent()
            && parent.extension().is_some_and(|it| it == "p")
        {
            // Where it holds another file it stays.
            let _ = fs::remove_dir(parent);
        }
        Ok(())
    }

    /// Removes a folder below with all that is in it, and the one it stood in where it was the last there.
    pub(crate) fn remove_all(&self, below: &str) -> Result<(), PackageError> {
        let path = self.place(below);
        match fs::remove_dir_all(&path) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(io(below, error)),
        }
        if let Some(parent) = path.parent()
            && parent != self.path
        {
            // Where it holds something else it stays.
            let _ = fs::remove_dir(parent);
        }
        // Names are made anew in folders that are gone.
        self.named.borrow_mut().clear();
        self.waiting.borrow_mut().retain(|name| !name.starts_with(&format!("{below}/")));
        Ok(())
    }

    /// What stands directly in a folder below, `""` for this one: names, and whether they are folders.
    pub(crate) fn list(&self, below: &str) -> Result<Vec<(String, bool)>, PackageError> {
        let path = if below.is_empty() { self.path.clone() } else { self.place(below) };
        let mut found = Vec::new();
        let entries = match fs::read_dir(&path) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(found),
            Err(error) => return Err(io(below, error)),
        };
        for entry in entries {
            let entry = entry.map_err(|error| io(below, error))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let kind = entry.file_type().map_err(|error| io(below, error))?;
            let name = if below.is_empty() { name } else { format!("{below}/{name}") };
            if !kind.is_dir() && !kind.is_file() {
                return Err(PackageError::damaged(name, "it is neither a file nor a folder"));
            }
            found.push((name, kind.is_dir()));
        }
        found.sort();
        Ok(found)
    }
}

fn place(root: &Path, name: &str) -> PathBuf {
    name.split('/').fold(root.to_owned(), |path, part| path.join(part))
}

fn sync_file(root: &Path, name: &str) -> Result<(), PackageError> {
    match File::open(place(root, name)).and_then(|file| file.sync_all()) {
        Ok(()) => Ok(()),
        // Put and removed again.
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(io(name, error)),
    }
}

fn io(file: &str, error: std::io::Error) -> PackageError {
    PackageError::Io { file: file.to_owned(), error }
}
