//! What lies on the disk after a crash.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

/// The files of a folder after a crash, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Image {
    files: BTreeMap<String, Vec<u8>>,
}

impl Image {
    pub(super) fn of(files: BTreeMap<String, Vec<u8>>) -> Self {
        Self { files }
    }

    /// The bytes of a file; none, where there is no file of this name.
    #[must_use]
    pub fn file(&self, name: &str) -> Option<&[u8]> {
        self.files.get(name).map(Vec::as_slice)
    }

    /// All files, in the order of their names.
    pub fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
    }

    /// Puts a file there, or changes it: what a test knows that the journal does not.
    pub fn put(&mut self, name: &str, bytes: Vec<u8>) {
        self.files.insert(name.to_owned(), bytes);
    }

    /// Writes the files into a folder, beside whatever lies there.
    ///
    /// # Errors
    /// Where a file cannot be written.
    pub fn write_to(&self, folder: &Path) -> io::Result<()> {
        self.files.iter().try_for_each(|(name, bytes)| std::fs::write(folder.join(name), bytes))
    }
}
