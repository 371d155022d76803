//! What a store asked of the disk, in order.

use std::collections::BTreeMap;

use super::image::Image;
use super::power::Disk;

/// A file, whatever its name is or was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u64);

/// One thing asked of the disk. The crash of [`Journal::crash`] falls between two of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// An empty file gets an entry in the folder.
    Create {
        /// Its name.
        name: String,
        /// The file.
        file: FileId,
    },
    /// Bytes are written, beyond the end too.
    Write {
        /// The file.
        file: FileId,
        /// Where, in bytes from the start.
        at: u64,
        /// What.
        bytes: Vec<u8>,
    },
    /// A file is cut, or drawn out with zeros.
    Truncate {
        /// The file.
        file: FileId,
        /// Its new length in bytes.
        length: u64,
    },
    /// What was asked of a file is made durable: its bytes and its length, not its entry.
    Sync {
        /// The file.
        file: FileId,
    },
    /// A sync was asked for and failed.
    SyncFailed {
        /// The file.
        file: FileId,
    },
    /// An entry is removed.
    Delete {
        /// Its name.
        name: String,
    },
    /// An entry gets another name, in place of what had it.
    Rename {
        /// The name it had.
        from: String,
        /// The name it gets.
        to: String,
    },
    /// The entries of the folder are made durable.
    SyncFolder,
}

/// What was asked of the files of one folder, in order.
#[derive(Clone, Debug, Default)]
pub struct Journal {
    steps: Vec<Step>,
    names: BTreeMap<String, FileId>,
    lengths: BTreeMap<FileId, u64>,
}

impl Journal {
    /// Of an empty folder.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A new, empty file. One of the same name loses its entry.
    pub fn create(&mut self, name: &str) -> FileId {
        let file = FileId(self.lengths.len() as u64);
        self.lengths.insert(file, 0);
        self.names.insert(name.to_owned(), file);
        self.steps.push(Step::Create { name: name.to_owned(), file });
        file
    }

    /// A file that was there before, with all its bytes durable.
    pub fn adopt(&mut self, name: &str, bytes: &[u8]) -> FileId {
        let file = self.create(name);
        self.write(file, 0, bytes);
        self.sync(file);
        self.sync_folder();
        file
    }

    /// The file that has a name.
    #[must_use]
    pub fn file(&self, name: &str) -> Option<FileId> {
        self.names.get(name).copied()
    }

    /// The length of a file as its writer sees it; zero, where there is no such file.
    #[must_use]
    pub fn length(&self, file: FileId) -> u64 {
        self.lengths.get(&file).copied().unwrap_or(0)
    }

    /// Writes bytes.
    pub fn write(&mut self, file: FileId, at: u64, bytes: &[u8]) {
        let length = self.lengths.entry(file).or_default();
        *length = (*length).max(at + bytes.len() as u64);
        self.steps.push(Step::Write { file, at, bytes: bytes.to_vec() });
    }

    /// Cuts a file, or draws it out.
    pub fn truncate(&mut self, file: FileId, length: u64) {
        self.lengths.insert(file, length);
        self.steps.push(Step::Truncate { file, length });
    }

    /// Makes a file durable.
    pub fn sync(&mut self, file: FileId) {
        self.steps.push(Step::Sync { file });
    }

    /// Notes that a file could not be made durable.
    pub fn sync_failed(&mut self, file: FileId) {
        self.steps.push(Step::SyncFailed { file });
    }

    /// Removes an entry.
    pub fn delete(&mut self, name: &str) {
        self.names.remove(name);
        self.steps.push(Step::Delete { name: name.to_owned() });
    }

    /// Gives an entry another name.
    pub fn rename(&mut self, from: &str, to: &str) {
        if let Some(file) = self.names.remove(from) {
            self.names.insert(to.to_owned(), file);
        }
        self.steps.push(Step::Rename { from: from.to_owned(), to: to.to_owned() });
    }

    /// Makes the entries of the folder durable.
    pub fn sync_folder(&mut self) {
        self.steps.push(Step::SyncFolder);
    }

    /// All steps.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// How many steps there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.steps.len()
    }

    /// Whether nothing was asked.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// What may lie on the disk when the power fails after the first `at` steps. To go through many
    /// points, a [`Disk`] that takes one step after the other is faster.
    #[must_use]
    pub fn crash(&self, at: usize, seed: u64) -> Image {
        let mut disk = Disk::new();
        self.steps.iter().take(at).for_each(|step| disk.take(step));
        disk.crash(seed)
    }
}
