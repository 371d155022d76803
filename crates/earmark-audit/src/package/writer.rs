use earmark_core::codec::{Frame, Record};
use earmark_core::event::Detail;
use earmark_core::id::BookId;
use earmark_core::time::UtcOffset;
use earmark_tlog::checkpoint::Checkpoint;
use earmark_tlog::note::SignedNote;
use earmark_tlog::tile::{Tile, unbundle};
use earmark_tlog::{Hash, leaf_hash};

use super::PackageError;
use super::edge::{Edge, partial_tiles};
use super::folder::Folder;
use super::shelf::{ABOUT_FILE, CHECKPOINT_FILE, LookedUp, Shelf, check_origin, profile_path};
use super::text::{About, Boundaries, Boundary, Writing};

/// The kind of an event that adopts a profile, as records have it.
const PROFILE_ADOPTED: u8 = 5;

/// Extends one book's part of a package, commit by commit, up to a signed checkpoint.
///
/// [`Package::write`](super::Package::write) gives it the commits of a ledger. It is public for programs that hold
/// commits elsewhere. It checks no rule and no signature: whoever reads the package does.
///
/// Files are put in their places whole; what the present checkpoint needs is not touched before the new one stands in
/// its place, which is the last thing written. A writing that ends early is undone when the next one begins.
#[derive(Debug)]
pub struct BookWriter<'f> {
    shelf: Shelf<'f>,
    about: About,
    note: SignedNote,
    checkpoint: Checkpoint,
    /// How many events the present checkpoint has.
    from: u64,
    edge: Edge,
    /// The bytes of the bundle under way, and the commits that begin in it.
    entries: Vec<u8>,
    boundaries: Vec<Boundary>,
    looked_up: LookedUp,
    files: u64,
    bytes: u64,
}

/// What a writing wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Written {
    /// The book.
    pub book: BookId,
    /// How many events the package had of it before.
    pub from: u64,
    /// How many it has now.
    pub to: u64,
    /// How many files were written.
    pub files: u64,
    /// With how many bytes.
    pub bytes: u64,
}

impl<'f> BookWriter<'f> {
    /// Begins to extend a book in the folder of a package, whose checkpoint is to be this one. `vocabulary` is the
    /// text of the fund's closed lists that stands beside the book.
    ///
    /// # Errors
    /// [`PackageError::Damaged`] where the note is no checkpoint of this book, is smaller than the one that stands
    /// there, or what stands there does not come to its own root; [`PackageError::Io`].
    pub fn begin(
        folder: &'f PackageFolder,
        book: BookId,
        utc_offset: UtcOffset,
        vocabulary: &str,
        note: SignedNote,
    ) -> Result<Self, PackageError> {
        let about = About { book, utc_offset, vocabulary: vocabulary.to_owned() };
        Self::extend(&folder.0, about, note)
    }

    pub(crate) fn extend(
        folder: &'f Folder,
        about: About,
        note: SignedNote,
    ) -> Result<Self, PackageError> {
        let book = about.book;
        let shelf = Shelf { folder, book };
        let name = shelf.name(CHECKPOINT_FILE);
        let checkpoint = Checkpoint::parse(note.text_unverified())
            .map_err(|error| PackageError::damaged(&name, error))?;
        check_origin(&name, book, &checkpoint)?;
        shelf.mend()?;
        let old = shelf.checkpoint()?.map(|(_, checkpoint)| checkpoint);
        let from = old.as_ref().map_or(0, Checkpoint::size);
        let to = checkpoint.size();
        if to < from {
            let what =
                format!("it has {from} events, the new checkpoint has {to}; a book never shrinks");
            return Err(PackageError::damaged(name, what));
        }
        let edge = Edge::load(from, |tile| shelf.tile(tile))?;
        if let Some(old) = old
            && edge.root() != old.root()
        {
            let (found, size) = (edge.root(), old.size());
            let what =
                format!("its root at {size} events is {}, the tiles come to {found}", old.root());
            return Err(PackageError::damaged(name, what));
        }
        let (mut entries, mut boundaries) = (Vec::new(), Vec::new());
        if let Some(tile) = partial_tiles(from).find(|tile| tile.level() == 0) {
            entries = shelf.bundle(tile)?;
            unbundle(tile, edge.leaves(), &entries)
                .map_err(|error| PackageError::damaged(shelf.name(&tile.entries_path()), error))?;
            boundaries = shelf.boundaries(tile)?;
        }
        let writing = Writing { from, to };
        folder.put(&shelf.name(Writing::FILE), writing.to_text().as_bytes())?;
        folder.sync()?;
        let (files, bytes) = (0, 0);
        let looked_up = LookedUp::default();
        Ok(Self {
            shelf,
            about,
            note,
            checkpoint,
            from,
            edge,
            entries,
            boundaries,
            looked_up,
            files,
            bytes,
        })
    }

    /// The first event that is to come.
    #[must_use]
    pub const fn next_seq(&self) -> u64 {
        self.edge.size().saturating_add(1)
    }

    /// Whether it has all events of the checkpoint.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.edge.size() >= self.checkpoint.size()
    }

    /// Takes the next commit.
    ///
    /// # Errors
    /// [`PackageError::Damaged`] where it is not the next one, or ends after the checkpoint; [`PackageError::Io`].
    pub fn commit(&mut self, frame: &Frame<'_>) -> Result<(), PackageError> {
        self.commit_hashed(frame, None)
    }

    /// As `commit`; `leaves` are the hashes of its records where they are known.
    pub(crate) fn commit_hashed(
        &mut self,
        frame: &Frame<'_>,
        leaves: Option<&[Hash]>,
    ) -> Result<(), PackageError> {
        let book = self.shelf.book;
        let at = |what: String| PackageError::damaged(book.to_string(), what);
        let (first_seq, count) = (frame.first_seq(), frame.count());
        if frame.book() != book.digest() || first_seq != self.next_seq() {
            let next = self.next_seq();
            return Err(at(format!(
                "a commit at event {first_seq} is not the next, at event {next}"
            )));
        }
        if frame.last_seq() > self.checkpoint.size() {
            let size = self.checkpoint.size();
            return Err(at(format!(
                "the checkpoint of {size} events ends within the commit at event {first_seq}"
            )));
        }
        self.boundaries.push(Boundary { first_seq, count, key: frame.key() });
        let mut leaves = leaves.unwrap_or_default().iter();
        for (record, seq) in frame.records().zip(first_seq..) {
            let record = record.map_err(|error| at(format!("event {seq}: {error}")))?;
            let leaf = leaves.next().copied().unwrap_or_else(|| leaf_hash(record.bytes()));
            self.record(record, leaf, seq)?;
        }
        Ok(())
    }

    fn record(&mut self, record: Record<'_>, leaf: Hash, seq: u64) -> Result<(), PackageError> {
        let bytes = record.bytes();
        if bytes.get(2) == Some(&PROFILE_ADOPTED) {
            let name = self.shelf.name(&profile_path(seq));
            if let Some(text) = profile_of(self.shelf.book, record, seq) {
                self.put(&name, text.as_bytes())?;
            }
        }
        // A record's length fits two bytes in the record itself.
        let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
        self.entries.extend_from_slice(&length.to_be_bytes());
        self.entries.extend_from_slice(bytes);
        let mut full = Vec::new();
        self.edge.push(leaf, |tile, hashes| {
            full.push((tile, flat(hashes)));
            Ok::<(), PackageError>(())
        })?;
        for (tile, hashes) in full {
            self.put_tile(tile, &hashes)?;
        }
        Ok(())
    }

    /// Puts a tile in its place; with a tile of leaves its entries and its commits, which are then done with.
    fn put_tile(&mut self, tile: Tile, hashes: &[u8]) -> Result<(), PackageError> {
        self.put(&self.shelf.name(&tile.to_string()), hashes)?;
        if tile.level() == 0 {
            let entries = std::mem::take(&mut self.entries);
            self.put(&self.shelf.name(&tile.entries_path()), &entries)?;
            let boundaries = std::mem::take(&mut self.boundaries);
            let text = Boundaries::to_text(self.shelf.book, tile, &boundaries);
            self.put(&self.shelf.name(&Boundaries::path(tile)), text.as_bytes())?;
        }
        Ok(())
    }

    fn put(&mut self, name: &str, bytes: &[u8]) -> Result<(), PackageError> {
        self.files += 1;
        self.bytes += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.shelf.folder.put(name, bytes)
    }

    /// The stored bytes of an event that it has taken, or that stood there before.
    pub(crate) fn stored(&self, seq: u64) -> Result<Option<Vec<u8>>, PackageError> {
        let Some(index) = seq.checked_sub(1).filter(|index| *index < self.edge.size()) else {
            return Ok(None);
        };
        if index / 256 == self.edge.size() / 256 {
            let within = usize::try_from(index % 256).unwrap_or(usize::MAX);
            return Ok(entries_in(&self.entries).nth(within).map(<[u8]>::to_vec));
        }
        // A bundle before the one under way is full, and never changes.
        self.looked_up.record(&self.shelf, self.edge.size(), index)
    }

    /// Puts the last tiles and then the checkpoint in their places, and removes what the one before it had alone.
    ///
    /// # Errors
    /// [`PackageError::Damaged`] where commits are missing, or come to another root than the checkpoint has: then
    /// nothing changes but that the folder holds an unfinished writing. [`PackageError::Io`].
    pub fn finish(mut self) -> Result<Written, PackageError> {
        let name = self.shelf.name(CHECKPOINT_FILE);
        let (size, root) = (self.checkpoint.size(), self.checkpoint.root());
        let (found, came_to) = (self.edge.size(), self.edge.root());
        if found != size {
            let what = format!("it has {size} events, {found} were given");
            return Err(PackageError::damaged(name, what));
        }
        if came_to != root {
            let what = format!("its root at {size} events is {root}, the events come to {came_to}");
            return Err(PackageError::damaged(name, what));
        }
        let mut last: Vec<_> = self.edge.partial().map(|(tile, it)| (tile, flat(it))).collect();
        // The same width as before is the same tile as before.
        let before: Vec<_> = partial_tiles(self.from).collect();
        last.retain(|(tile, _)| !before.contains(tile));
        for (tile, hashes) in last {
            self.put_tile(tile, &hashes)?;
        }
        self.put_changed(ABOUT_FILE, &self.about.to_text())?;
        self.shelf.folder.sync()?;
        self.put_changed(CHECKPOINT_FILE, &self.note.to_string())?;
        self.shelf.folder.sync()?;
        for tile in before {
            self.shelf.remove_stale(tile, size)?;
        }
        let (book, from) = (self.shelf.book, self.from);
        Ok(Written { book, from, to: size, files: self.files, bytes: self.bytes })
    }

    fn put_changed(&mut self, file: &str, text: &str) -> Result<(), PackageError> {
        let name = self.shelf.name(file);
        let held = self.shelf.folder.read_if(&name, 1 << 24)?;
        if held.as_deref() == Some(text.as_bytes()) {
            Ok(())
        } else {
            self.put(&name, text.as_bytes())
        }
    }

    /// Undoes what was written since the beginning.
    ///
    /// # Errors
    /// [`PackageError::Io`].
    pub fn abandon(self) -> Result<(), PackageError> {
        self.shelf.undo()
    }

    /// Says that nothing of the writing is left to do.
    pub(crate) fn settle(folder: &Folder, book: BookId) -> Result<(), PackageError> {
        let shelf = Shelf { folder, book };
        folder.remove(&shelf.name(Writing::FILE))
    }
}

/// The folder of a package, for [`BookWriter`].
#[derive(Debug)]
pub struct PackageFolder(pub(crate) Folder);

impl PackageFolder {
    /// The folder at this path; it need not exist.
    #[must_use]
    pub fn new(path: impl AsRef<std::path::Path>) -> Self {
        Self(Folder::new(path.as_ref()))
    }

    /// Puts books that writers have finished on the list of the package, beside those that are on it, and the papers
    /// with the text of a policy beside them.
    ///
    /// # Errors
    /// [`PackageError`] where the folder cannot be written, or its list cannot be read.
    pub fn list(&self, books: &[BookId], policy: &[u8]) -> Result<(), PackageError> {
        super::settle(&self.0, books, policy)
    }
}

/// The text of a profile that a record adopts.
pub(crate) fn profile_of(book: BookId, record: Record<'_>, seq: u64) -> Option<String> {
    let event = record.decode(book.fund(), seq).ok()?;
    match event.fact().detail() {
        Detail::Profile(text) => Some(text.to_string()),
        _ => None,
    }
}

/// Whether an entry may be an event that adopts a profile.
pub(crate) fn adopts_profile(entry: &[u8]) -> bool {
    entry.get(2) == Some(&PROFILE_ADOPTED)
}

fn flat(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.0).collect()
}

/// The entries of a bundle, as far as they are whole.
pub(crate) fn entries_in(bundle: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = bundle;
    std::iter::from_fn(move || {
        let (length, after) = rest.split_first_chunk::<2>()?;
        let (entry, after) = after.split_at_checked(u16::from_be_bytes(*length).into())?;
        rest = after;
        Some(entry)
    })
}
