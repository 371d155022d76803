//! On what a ledger lies: the operating system's files, or, in tests, a disk that loses power.

use std::fmt::Debug;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Arc;

use rusqlite::{Connection, OpenFlags};

/// What the store does to files beside SQLite: it puts a new ledger in its place, and writes a log that
/// another process left once more.
pub trait Files: Debug + Send + Sync {
    /// Makes a file durable.
    ///
    /// # Errors
    /// Where it cannot be known to be.
    fn sync(&self, path: &Path) -> io::Result<()>;

    /// Makes the entries of a folder durable.
    ///
    /// # Errors
    /// Where they cannot be known to be.
    fn sync_folder(&self, folder: &Path) -> io::Result<()>;

    /// Writes every byte of a file once more in its place, and makes the file durable.
    ///
    /// # Errors
    /// Where it cannot be known to be. Its bytes are what they were.
    fn rewrite(&self, path: &Path) -> io::Result<()>;

    /// Gives a file another name in the same folder, in place of what had it.
    ///
    /// # Errors
    /// Where the file keeps its name.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Removes a file.
    ///
    /// # Errors
    /// Where it is still there, or never was.
    fn remove(&self, path: &Path) -> io::Result<()>;
}

/// The operating system's.
#[derive(Debug)]
struct Plain;

impl Files for Plain {
    fn sync(&self, path: &Path) -> io::Result<()> {
        File::open(path)?.sync_all()
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        File::open(folder)?.sync_all()
    }

    fn rewrite(&self, path: &Path) -> io::Result<()> {
        let mut file = File::options().read(true).write(true).open(path)?;
        let mut chunk = vec![0; 1 << 16];
        let mut at = 0;
        loop {
            file.seek(SeekFrom::Start(at))?;
            let length = file.read(&mut chunk)?;
            let Some(bytes) = chunk.get(..length).filter(|bytes| !bytes.is_empty()) else { break };
            file.seek(SeekFrom::Start(at))?;
            file.write_all(bytes)?;
            at += length as u64;
        }
        file.sync_all()
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        std::fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        std::fs::remove_file(path)
    }
}

/// On what a ledger lies. Only tests choose it, to try the store on a disk that fails; the writer's lock
/// is the operating system's all the same.
#[derive(Clone, Debug)]
pub struct Storage {
    vfs: Option<String>,
    files: Arc<dyn Files>,
}

impl Storage {
    /// A file system that SQLite knows by this name (a VFS), and what is done beside it.
    #[must_use]
    pub fn of_tests(vfs: &str, files: Arc<dyn Files>) -> Self {
        Self { vfs: Some(vfs.to_owned()), files }
    }

    pub(crate) fn files(&self) -> &dyn Files {
        &*self.files
    }

    /// Opens a connection. All connections of a ledger are opened here.
    pub(crate) fn connect(&self, path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
        match &self.vfs {
            None => Connection::open_with_flags(path, flags),
            Some(vfs) => Connection::open_with_flags_and_vfs(path, flags, vfs.as_str()),
        }
    }
}

impl Default for Storage {
    fn default() -> Self {
        Self { vfs: None, files: Arc::new(Plain) }
    }
}
