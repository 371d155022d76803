//! Archives: signed checkpoints, kept where the ledger's file is not.
//!
//! An archive is a folder. It must lie where whoever can put back an older copy of the ledger's file cannot put
//! back an older copy of the archive: on another machine, with another office, on a medium that is written once.
//! What was signed is known from it when the ledger's file has forgotten.
//!
//! ```text
//! lock                     locked by the one process that writes
//! <name of a log>/signed   the last checkpoint that was signed: no later one may contradict it
//! <name of a log>/last     the last one that was given out
//! <name of a log>/past/<n> those given out before, by how many leaves they have (20 digits)
//! ```
//! What was signed is at least as large as what was given out, and that as what was given out before. Where `signed`
//! or `last` is missing or smaller, a file was lost or put back, and nothing more is kept until it is mended.
//!
//! Each file is a signed note, byte for byte. In the name of a log, every byte but letters, digits, `.`, `-` and
//! `_` is written as `%` and two hexadecimal digits.

mod check;

use std::path::{Path, PathBuf};

use earmark_tlog::Hash;
use earmark_tlog::checkpoint::{Checkpoint, CheckpointError};
use earmark_tlog::note::{KeyError, KeyName, MAX_NOTE_BYTES, NoteError, SignedNote};
use earmark_tlog::proof::{ConsistencyProof, ProofError};

pub use check::{Checked, check, fault_of};

use crate::folder::{self, FolderError, Lock};

const SIGNED: &str = "signed";
const LAST: &str = "last";
const PAST: &str = "past";

/// A folder of signed checkpoints.
///
/// ```
/// use earmark_audit::archive::Archive;
///
/// # let elsewhere = tempfile::tempdir()?;
/// let archive = Archive::open(elsewhere.path().join("checkpoints"))?;
/// assert!(archive.origins()?.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Archive {
    folder: PathBuf,
    lock: Option<Lock>,
}

/// A checkpoint as an archive keeps it. Who signed it has not been checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The note, with all its signatures.
    pub note: SignedNote,
    /// What its text says.
    pub checkpoint: Checkpoint,
}

impl Held {
    /// Reads a note as a checkpoint.
    ///
    /// # Errors
    /// [`CheckpointError`] where its text is none.
    pub fn new(note: SignedNote) -> Result<Self, CheckpointError> {
        let checkpoint = Checkpoint::parse(note.text_unverified())?;
        Ok(Self { note, checkpoint })
    }
}

impl Archive {
    /// Opens an archive for writing, and makes it where there is none. What a crash left half-written is taken
    /// away.
    ///
    /// # Errors
    /// [`ArchiveError::Locked`] where another process writes it; [`ArchiveError::Folder`].
    pub fn open(folder: impl AsRef<Path>) -> Result<Self, ArchiveError> {
        let path = folder.as_ref().to_owned();
        folder::make(&path)?;
        let Some(lock) = Lock::take(&path)? else {
            return Err(ArchiveError::Locked { at: path });
        };
        folder::sweep(&path)?;
        let archive = Self { folder: path, lock: Some(lock) };
        for name in archive.logs()? {
            let log = archive.folder.join(name);
            folder::sweep(&log)?;
            if log.join(PAST).is_dir() {
                folder::sweep(&log.join(PAST))?;
            }
        }
        Ok(archive)
    }

    /// Opens an archive for reading. Works while another process writes it.
    ///
    /// # Errors
    /// [`ArchiveError::Missing`] where there is none.
    pub fn open_read_only(folder: impl AsRef<Path>) -> Result<Self, ArchiveError> {
        let folder = folder.as_ref().to_owned();
        if !folder.is_dir() {
            return Err(ArchiveError::Missing { at: folder });
        }
        Ok(Self { folder, lock: None })
    }

    /// Where it is.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The logs of which it keeps checkpoints, sorted by the names of their folders.
    ///
    /// # Errors
    /// [`ArchiveError`] where the archive is not as it was written.
    pub fn origins(&self) -> Result<Vec<KeyName>, ArchiveError> {
        let mut origins = Vec::new();
        for name in self.logs()? {
            let log = self.folder.join(&name);
            let Some(held) = self.read(&log.join(SIGNED))? else {
                // A crash may come between making the folder and its first file.
                if folder::names(&log)?.is_empty() {
                    continue;
                }
                return Err(ArchiveError::Incomplete { at: log.join(SIGNED) });
            };
            let origin = KeyName::new(held.checkpoint.origin())
                .map_err(|reason| ArchiveError::Origin { at: log.clone(), reason })?;
            if folder::name_of(origin.as_str())? != name {
                let found = origin.to_string();
                return Err(ArchiveError::OtherLog { at: log, found });
            }
            origins.push(origin);
        }
        Ok(origins)
    }

    /// The last checkpoint of a log that was signed, whether witnesses have seen it or not.
    ///
    /// # Errors
    /// [`ArchiveError`] where the archive is not as it was written.
    pub fn signed(&self, origin: &KeyName) -> Result<Option<Held>, ArchiveError> {
        self.of(origin, SIGNED)
    }

    /// The last checkpoint of a log that was given out.
    ///
    /// # Errors
    /// [`ArchiveError`] where the archive is not as it was written.
    pub fn last(&self, origin: &KeyName) -> Result<Option<Held>, ArchiveError> {
        self.of(origin, LAST)
    }

    /// The checkpoint of a log when it had `size` leaves; none where none was kept.
    ///
    /// # Errors
    /// [`ArchiveError`] where the archive is not as it was written.
    pub fn at(&self, origin: &KeyName, size: u64) -> Result<Option<Held>, ArchiveError> {
        for held in [self.last(origin)?, self.signed(origin)?].into_iter().flatten() {
            if held.checkpoint.size() == size {
                return Ok(Some(held));
            }
        }
        self.at_past(origin, size)
    }

    /// Of those given out before the last, the one of a size.
    pub(crate) fn at_past(
        &self,
        origin: &KeyName,
        size: u64,
    ) -> Result<Option<Held>, ArchiveError> {
        match self.of(origin, &past(size))? {
            Some(held) if held.checkpoint.size() != size => Err(ArchiveError::OtherSize {
                at: self.log(origin)?.join(past(size)),
                found: held.checkpoint.size(),
            }),
            held => Ok(held),
        }
    }

    /// How many leaves the log had at the checkpoints that were given out before the last, ascending.
    ///
    /// # Errors
    /// [`ArchiveError`] where the archive is not as it was written.
    pub fn past_sizes(&self, origin: &KeyName) -> Result<Vec<u64>, ArchiveError> {
        let folder = self.log(origin)?.join(PAST);
        if !folder.is_dir() {
            return Ok(Vec::new());
        }
        let number = |name: String| match name.parse() {
            Ok(size) if past_name(size) == name => Ok(size),
            _ => Err(ArchiveError::Stray { at: folder.join(name) }),
        };
        folder::names(&folder)?.into_iter().map(number).collect()
    }

    /// The largest checkpoint that is kept of a log: the one signed last. One was signed before it was given out,
    /// and given out before there was a later one, so the others must be there and may not be larger.
    ///
    /// INVARIANT(INV-44): a file that was lost or put back does not hide what the files beside it say.
    ///
    /// # Errors
    /// [`ArchiveError::Incomplete`] where it is missing beside others; [`ArchiveError::Behind`] and
    /// [`ArchiveError::Contradicts`] where a file is older than, or of another history than, one that was kept before
    /// it. Others where the archive is not as it was written.
    pub fn newest(&self, origin: &KeyName) -> Result<Option<Held>, ArchiveError> {
        let log = self.log(origin)?;
        let (signed, last) = (self.signed(origin)?, self.last(origin)?);
        let past = match self.past_sizes(origin)?.last() {
            Some(size) => self.at_past(origin, *size)?,
            None => None,
        };
        let files = [(SIGNED, &signed), (LAST, &last)];
        for ((file, held), before) in files.into_iter().zip([[&last, &past], [&past, &past]]) {
            for before in before.into_iter().flatten() {
                let at = log.join(file);
                let Some(held) = held else { return Err(ArchiveError::Incomplete { at }) };
                let (found, kept) = (held.checkpoint.size(), before.checkpoint.size());
                if found < kept {
                    return Err(ArchiveError::Behind { at, found, kept });
                }
                if found == kept && held.note.text_unverified() != before.note.text_unverified() {
                    return Err(ArchiveError::Contradicts { at, size: kept });
                }
            }
        }
        Ok(signed)
    }

    /// Keeps a checkpoint that was just signed, before anybody is given it. From now on no checkpoint that
    /// contradicts it is kept.
    ///
    /// # Errors
    /// As [`newest`](Self::newest);
    /// [`ArchiveError::Smaller`] and [`ArchiveError::Forked`] where it does not extend the one signed last, as the
    /// proof must show; nothing is changed. Others where the archive cannot be read or written.
    pub fn keep_signed(
        &self,
        note: &SignedNote,
        extends: &ConsistencyProof,
    ) -> Result<(), ArchiveError> {
        self.writes()?;
        let (origin, log, new) = self.place(note)?;
        if let Some(held) = self.newest(&origin)? {
            let held = held.checkpoint;
            if new.checkpoint.size() < held.size() {
                let (signed, found) = (held.size(), new.checkpoint.size());
                return Err(ArchiveError::Smaller { origin, signed, found });
            }
            let (size, root) = (held.size(), held.root());
            let fits = (extends.old_size(), extends.new_size()) == (size, new.checkpoint.size());
            let proved = extends.verify(root, new.checkpoint.root());
            if !fits || proved.is_err() {
                return Err(ArchiveError::Forked {
                    origin,
                    size,
                    root,
                    reason: proved.err().map(Box::new),
                });
            }
        }
        folder::make(&log)?;
        Ok(folder::put(&log.join(SIGNED), note.to_string().as_bytes())?)
    }

    /// Keeps the checkpoint that was signed last as the one given out last.
    ///
    /// # Errors
    /// [`ArchiveError::NotSigned`] where its text is not that of the one signed last;
    /// [`ArchiveError::Contradicts`] where another one is kept in the place of the one given out before it; as
    /// [`newest`](Self::newest). Nothing is changed then. Others where the archive cannot be read or written.
    pub fn keep_given_out(&self, note: &SignedNote) -> Result<(), ArchiveError> {
        self.writes()?;
        let (origin, log, new) = self.place(note)?;
        let signed = self.newest(&origin)?;
        if signed.is_none_or(|held| held.note.text_unverified() != note.text_unverified()) {
            return Err(ArchiveError::NotSigned { origin, size: new.checkpoint.size() });
        }
        if let Some(last) = self.last(&origin)?
            && last.checkpoint.size() < new.checkpoint.size()
        {
            let size = last.checkpoint.size();
            let to = log.join(past(size));
            if let Some(held) = self.at_past(&origin, size)?
                && held.note.text_unverified() != last.note.text_unverified()
            {
                return Err(ArchiveError::Contradicts { at: to, size });
            }
            folder::make(&log.join(PAST))?;
            folder::put(&to, last.note.to_string().as_bytes())?;
        }
        folder::put(&log.join(SIGNED), note.to_string().as_bytes())?;
        Ok(folder::put(&log.join(LAST), note.to_string().as_bytes())?)
    }

    /// Puts a note with more signatures in the place of the one kept of the same text. Where both the one signed
    /// last and the one given out last have this text, both are replaced.
    ///
    /// # Errors
    /// [`ArchiveError::NotSigned`] where none of its text is kept. Others where the archive cannot be read or
    /// written.
    pub fn keep_joined(&self, note: &SignedNote) -> Result<(), ArchiveError> {
        self.writes()?;
        let (origin, log, new) = self.place(note)?;
        let size = new.checkpoint.size();
        let mut found = false;
        for file in [past(size).as_str(), SIGNED, LAST] {
            let held = self.of(&origin, file)?;
            if held.is_some_and(|held| held.note.text_unverified() == note.text_unverified()) {
                folder::put(&log.join(file), note.to_string().as_bytes())?;
                found = true;
            }
        }
        if found { Ok(()) } else { Err(ArchiveError::NotSigned { origin, size }) }
    }

    fn writes(&self) -> Result<(), ArchiveError> {
        match self.lock {
            Some(_) => Ok(()),
            None => Err(ArchiveError::ReadOnly { at: self.folder.clone() }),
        }
    }

    /// The folders of logs.
    fn logs(&self) -> Result<Vec<String>, ArchiveError> {
        let mut logs = Vec::new();
        for name in folder::names(&self.folder)? {
            let at = self.folder.join(&name);
            if name == folder::LOCK {
                continue;
            }
            if !at.is_dir() {
                return Err(ArchiveError::Stray { at });
            }
            for file in folder::names(&at)? {
                if ![SIGNED, LAST, PAST].contains(&file.as_str()) {
                    return Err(ArchiveError::Stray { at: at.join(file) });
                }
            }
            logs.push(name);
        }
        Ok(logs)
    }

    fn log(&self, origin: &KeyName) -> Result<PathBuf, ArchiveError> {
        Ok(self.folder.join(folder::name_of(origin.as_str())?))
    }

    fn place(&self, note: &SignedNote) -> Result<(KeyName, PathBuf, Held), ArchiveError> {
        let bad = |reason| ArchiveError::Checkpoint { at: self.folder.clone(), reason };
        let held = Held::new(note.clone()).map_err(bad)?;
        let origin = KeyName::new(held.checkpoint.origin())
            .map_err(|reason| ArchiveError::Origin { at: self.folder.clone(), reason })?;
        let log = self.log(&origin)?;
        Ok((origin, log, held))
    }

    fn of(&self, origin: &KeyName, file: &str) -> Result<Option<Held>, ArchiveError> {
        let at = self.log(origin)?.join(file);
        let held = self.read(&at)?;
        match held {
            Some(held) if held.checkpoint.origin() != origin.as_str() => {
                let found = held.checkpoint.origin().to_owned();
                Err(ArchiveError::OtherLog { at, found })
            }
            held => Ok(held),
        }
    }

    fn read(&self, at: &Path) -> Result<Option<Held>, ArchiveError> {
        let Some(bytes) = folder::read(at, MAX_NOTE_BYTES)? else { return Ok(None) };
        let note = SignedNote::parse(&bytes)
            .map_err(|reason| ArchiveError::Note { at: at.to_owned(), reason })?;
        // One text for each note: what is read is what was written.
        if note.to_string().as_bytes() != bytes {
            return Err(ArchiveError::Note { at: at.to_owned(), reason: NoteError::Text });
        }
        Held::new(note)
            .map(Some)
            .map_err(|reason| ArchiveError::Checkpoint { at: at.to_owned(), reason })
    }
}

fn past(size: u64) -> String {
    format!("{PAST}/{}", past_name(size))
}

fn past_name(size: u64) -> String {
    format!("{size:020}")
}

/// Why an archive cannot be used, or does not keep a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[allow(missing_docs)] // the fields are what the message names
pub enum ArchiveError {
    /// There is no folder.
    #[error("{}: there is no archive of checkpoints here", at.display())]
    Missing { at: PathBuf },
    /// Another process writes it.
    #[error("{}: another process writes this archive; an archive has one writer at a time", at.display())]
    Locked { at: PathBuf },
    /// It was opened for reading.
    #[error("{}: the archive was opened for reading; nothing was changed", at.display())]
    ReadOnly { at: PathBuf },
    /// The folder cannot be read or written.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// Something that no archive has.
    #[error("{}: this is nothing that an archive of checkpoints has", at.display())]
    Stray { at: PathBuf },
    /// The folder of a log without the checkpoint signed last, or with past ones and without the one given out last.
    #[error("{}: this checkpoint is missing, and others of its log are kept; nothing was changed", at.display())]
    Incomplete { at: PathBuf },
    /// A checkpoint smaller than one that was kept before it: a file was put back.
    #[error(
        "{}: the checkpoint is of {found} leaves, and one of {kept} leaves was kept before it: an older file was put \
         back; nothing was changed",
        at.display()
    )]
    Behind { at: PathBuf, found: u64, kept: u64 },
    /// Two checkpoints of one size and two texts.
    #[error(
        "{}: the checkpoint is not the one of {size} leaves that is kept beside it: a file was replaced; nothing was \
         changed",
        at.display()
    )]
    Contradicts { at: PathBuf, size: u64 },
    /// A file that is not a note.
    #[error("{}: {reason}", at.display())]
    Note { at: PathBuf, reason: NoteError },
    /// A note that is not a checkpoint.
    #[error("{}: {reason}", at.display())]
    Checkpoint { at: PathBuf, reason: CheckpointError },
    /// An origin that is not the name of a key.
    #[error("{}: {reason}", at.display())]
    Origin { at: PathBuf, reason: KeyError },
    /// A checkpoint in the place of another log's.
    #[error("{}: the checkpoint is of the log `{found}`", at.display())]
    OtherLog { at: PathBuf, found: String },
    /// A checkpoint in the place of one of another size.
    #[error("{}: the checkpoint is of {found} leaves", at.display())]
    OtherSize { at: PathBuf, found: u64 },
    /// A checkpoint smaller than one that was signed.
    #[error(
        "log `{origin}`: a checkpoint of {signed} leaves was signed before, this one has {found}; \
         nothing was changed"
    )]
    Smaller { origin: KeyName, signed: u64, found: u64 },
    /// A checkpoint of another history than one that was signed.
    #[error(
        "log `{origin}`: the checkpoint does not extend the one signed at {size} leaves with the root \
         {root}; nothing was changed"
    )]
    Forked { origin: KeyName, size: u64, root: Hash, reason: Option<Box<ProofError>> },
    /// A checkpoint that was not kept before it was to be given out.
    #[error("log `{origin}`: the checkpoint of {size} leaves was not kept as signed")]
    NotSigned { origin: KeyName, size: u64 },
}
