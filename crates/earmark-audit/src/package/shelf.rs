use std::cell::RefCell;

use earmark_core::id::BookId;
use earmark_core::store::StoredBook;
use earmark_tlog::Hash;
use earmark_tlog::checkpoint::Checkpoint;
use earmark_tlog::note::{MAX_NOTE_BYTES, SignedNote};
use earmark_tlog::tile::{Tile, TileError, hashes};

use super::PackageError;
use super::folder::Folder;
use super::text::{ABOUT_BYTES_MAX, About, Boundaries, Boundary, COMMITS_BYTES_MAX, Writing};
use super::writer::entries_in;

/// The longest bundle of entries, in bytes.
const BUNDLE_BYTES_MAX: u64 = 256 * (2 + 65_535);

/// The name of the text about a book, and of its checkpoint.
pub(crate) const ABOUT_FILE: &str = "book";
pub(crate) const CHECKPOINT_FILE: &str = "checkpoint";

/// The place of one book in a package.
#[derive(Debug)]
pub(crate) struct Shelf<'f> {
    pub(crate) folder: &'f Folder,
    pub(crate) book: BookId,
}

impl Shelf<'_> {
    /// The name of a file of this book, below the folder of the package.
    pub(crate) fn name(&self, file: &str) -> String {
        format!("{}/{file}", self.book)
    }

    /// The signed checkpoint; none where there is none yet. Nobody has believed it.
    pub(crate) fn checkpoint(&self) -> Result<Option<(SignedNote, Checkpoint)>, PackageError> {
        let name = self.name(CHECKPOINT_FILE);
        let bytes_max = u64::try_from(MAX_NOTE_BYTES).unwrap_or(u64::MAX);
        let Some(bytes) = self.folder.read_if(&name, bytes_max)? else { return Ok(None) };
        let damaged = |error: &dyn std::fmt::Display| PackageError::damaged(&name, error);
        let note = SignedNote::parse(&bytes).map_err(|error| damaged(&error))?;
        let text = note.text_unverified();
        let checkpoint = Checkpoint::parse(text).map_err(|error| damaged(&error))?;
        check_origin(&name, self.book, &checkpoint)?;
        Ok(Some((note, checkpoint)))
    }

    pub(crate) fn about(&self) -> Result<About, PackageError> {
        let name = self.name(ABOUT_FILE);
        let bytes = self.folder.read(&name, ABOUT_BYTES_MAX)?;
        let about = About::parse(self.book, &name, &bytes)?;
        earmark_core::store::check_vocabulary(self.book, &about.vocabulary)
            .map_err(|fault| PackageError::damaged(&name, fault))?;
        Ok(about)
    }

    pub(crate) fn writing(&self) -> Result<Option<Writing>, PackageError> {
        let name = self.name(Writing::FILE);
        let bytes = self.folder.read_if(&name, ABOUT_BYTES_MAX)?;
        bytes.map(|bytes| Writing::parse(&name, &bytes)).transpose()
    }

    pub(crate) fn tile(&self, tile: Tile) -> Result<Vec<Hash>, PackageError> {
        let name = self.name(&tile.to_string());
        let bytes = self.folder.read(&name, 256 * 32)?;
        hashes(tile, &bytes).map_err(|error| match error {
            TileError::Length { found, .. } => PackageError::damaged(
                &name,
                format!("it has {found} bytes, not {}", tile.width() * 32),
            ),
            other => PackageError::damaged(&name, other),
        })
    }

    /// The bytes of a bundle of entries.
    pub(crate) fn bundle(&self, tile: Tile) -> Result<Vec<u8>, PackageError> {
        self.folder.read(&self.name(&tile.entries_path()), BUNDLE_BYTES_MAX)
    }

    /// Refuses a size whose last files are not there.
    pub(crate) fn check_end(&self, size: u64) -> Result<(), PackageError> {
        let last = size.checked_sub(1).and_then(|index| Tile::of(size, 0, index / 256));
        let Some(tile) = last else { return Ok(()) };
        for own in [tile.entries_path(), Boundaries::path(tile), tile.to_string()] {
            let name = self.name(&own);
            if self.folder.read_if(&name, BUNDLE_BYTES_MAX)?.is_none() {
                let what =
                    format!("it is missing; the checkpoint has {size} events, which end in it");
                return Err(PackageError::damaged(name, what));
            }
        }
        Ok(())
    }

    pub(crate) fn boundaries(&self, tile: Tile) -> Result<Vec<Boundary>, PackageError> {
        let name = self.name(&Boundaries::path(tile));
        let bytes = self.folder.read(&name, COMMITS_BYTES_MAX)?;
        Boundaries::parse(self.book, tile, &name, &bytes)
    }

    /// The sequence numbers of the profiles that are written out.
    pub(crate) fn profiles(&self) -> Result<Vec<u64>, PackageError> {
        let mut found = Vec::new();
        for (name, _) in self.folder.list(&self.name("profiles"))? {
            let seq = name.rsplit('/').next().and_then(|file| file.strip_suffix(".toml"));
            let seq = seq.and_then(super::text::number).filter(|seq| *seq > 0);
            found.push(
                seq.ok_or_else(|| PackageError::damaged(&name, "it is no part of a package"))?,
            );
        }
        found.sort_unstable();
        Ok(found)
    }

    /// Removes what an interrupted writing has left, so that the files of the present checkpoint are alone. The note
    /// that says so stays: the list of the package may not have the book yet.
    ///
    /// It goes by the files that are there. The sizes in the note may be any numbers that somebody signed: nothing
    /// counts up to them.
    pub(crate) fn mend(&self) -> Result<(), PackageError> {
        if self.writing()?.is_none() {
            return Ok(());
        }
        let Some((_, checkpoint)) = self.checkpoint()? else {
            return self.folder.remove_all(&self.book.to_string());
        };
        let size = checkpoint.size();
        let mut rest = vec![self.name("tile"), self.name("commits")];
        while let Some(below) = rest.pop() {
            for (name, folder) in self.folder.list(&below)? {
                let own = name.strip_prefix(&format!("{}/", self.book)).unwrap_or(&name);
                if folder {
                    rest.push(name);
                } else if tile_of(own).is_some_and(|tile| !is_of(tile, size)) {
                    self.folder.remove(&name)?;
                }
            }
        }
        for seq in self.profiles()?.into_iter().filter(|seq| *seq > size) {
            self.folder.remove(&self.name(&profile_path(seq)))?;
        }
        Ok(())
    }

    /// Undoes a writing.
    pub(crate) fn undo(&self) -> Result<(), PackageError> {
        self.mend()?;
        self.folder.remove(&self.name(Writing::FILE))
    }

    /// Removes the files of a tile that a tree of `size` leaves does not have.
    pub(crate) fn remove_stale(&self, tile: Tile, size: u64) -> Result<(), PackageError> {
        if is_of(tile, size) {
            return Ok(());
        }
        self.folder.remove(&self.name(&tile.to_string()))?;
        if tile.level() == 0 {
            self.folder.remove(&self.name(&tile.entries_path()))?;
            self.folder.remove(&self.name(&Boundaries::path(tile)))?;
        }
        Ok(())
    }

    /// Refuses every file that a package of one of these sizes does not have.
    pub(crate) fn refuse_others(
        &self,
        sizes: &[u64],
        profiles: &[u64],
    ) -> Result<(), PackageError> {
        let mut rest = vec![self.book.to_string()];
        while let Some(below) = rest.pop() {
            for (name, folder) in self.folder.list(&below)? {
                let own = name.strip_prefix(&format!("{}/", self.book)).unwrap_or(&name);
                if folder && own.split('/').count() <= 12 {
                    rest.push(name);
                } else if folder
                    || !(matches!(own, ABOUT_FILE | CHECKPOINT_FILE | Writing::FILE)
                        || profiles.iter().any(|seq| own == profile_path(*seq))
                        || sizes.iter().any(|size| is_part(own, *size)))
                {
                    return Err(PackageError::damaged(name, "it is no part of this package"));
                }
            }
        }
        Ok(())
    }
}

/// Where a profile is written out as text.
/// The bundle that was looked into last: who reads events one after the other reads each file once.
#[derive(Debug, Default)]
pub(crate) struct LookedUp(RefCell<Option<(u64, Vec<u8>)>>);

impl LookedUp {
    /// The record of leaf `index` in a bundle that has all that it has at `size` leaves; none beyond.
    pub(crate) fn record(
        &self,
        shelf: &Shelf<'_>,
        size: u64,
        index: u64,
    ) -> Result<Option<Vec<u8>>, PackageError> {
        let bundle = index / 256;
        let mut held = self.0.borrow_mut();
        if held.as_ref().is_none_or(|(number, _)| *number != bundle) {
            let Some(tile) = Tile::of(size, 0, bundle) else { return Ok(None) };
            *held = Some((bundle, shelf.bundle(tile)?));
        }
        let within = usize::try_from(index % 256).unwrap_or(usize::MAX);
        let bytes = held.as_ref().and_then(|(_, bytes)| entries_in(bytes).nth(within));
        Ok(bytes.map(<[u8]>::to_vec))
    }
}

pub(crate) fn profile_path(seq: u64) -> String {
    format!("profiles/{seq}.toml")
}

/// A checkpoint is of the log of its book alone: its origin ends with area and fund.
pub(crate) fn check_origin(
    name: &str,
    book: BookId,
    checkpoint: &Checkpoint,
) -> Result<(), PackageError> {
    let origin = checkpoint.origin();
    let office = origin.strip_suffix(&book.to_string()).and_then(|it| it.strip_suffix('/'));
    if office.is_some_and(|office| !office.is_empty()) {
        return Ok(());
    }
    let what = format!(
        "its origin is `{}`; one that ends with `/{book}` is expected",
        origin.escape_debug()
    );
    Err(PackageError::damaged(name, what))
}

/// Whether a tree of `size` leaves has this tile.
fn is_of(tile: Tile, size: u64) -> bool {
    Tile::of(size, tile.level(), tile.index()) == Some(tile)
}

/// The tile whose file this is: hashes, entries or commits; none where it is a file of no tile.
fn tile_of(own: &str) -> Option<Tile> {
    match own.strip_prefix("commits/") {
        Some(place) => Tile::of_entries(&format!("tile/entries/{place}")).ok(),
        None => own.parse().or_else(|_| Tile::of_entries(own)).ok(),
    }
}

/// Whether a tree of `size` leaves has this file.
fn is_part(own: &str, size: u64) -> bool {
    let parsed = own.strip_prefix("tile/").and_then(|rest| rest.split_once('/'));
    match (parsed, own.strip_prefix("commits/")) {
        (Some(("entries", place)), _) => {
            tile_at(size, 0, place).is_some_and(|tile| tile.entries_path() == own)
        }
        (Some((level, place)), _) => level
            .parse()
            .ok()
            .and_then(|level| tile_at(size, level, place))
            .is_some_and(|tile| tile.to_string() == own),
        (None, Some(place)) => {
            tile_at(size, 0, place).is_some_and(|tile| Boundaries::path(tile) == own)
        }
        (None, None) => false,
    }
}

/// The tile whose place begins like this, without its width; the caller compares the whole name.
fn tile_at(size: u64, level: u32, place: &str) -> Option<Tile> {
    let index = place.split('/').map_while(|part| {
        let digits = part.strip_prefix('x').unwrap_or(part);
        let last = !part.starts_with('x');
        digits.get(..3).and_then(|digits| digits.parse::<u64>().ok()).map(|it| (it, last))
    });
    let mut number = 0_u64;
    for (part, last) in index {
        number = number.checked_mul(1_000)?.checked_add(part)?;
        if last {
            break;
        }
    }
    Tile::of(size, level, number)
}

/// What a ledger keeps beside a book.
pub(crate) fn about_of(
    book: BookId,
    utc_offset: earmark_core::time::UtcOffset,
    stored: &[StoredBook],
) -> About {
    let kept = stored.iter().find(|it| it.area == book.area() && it.fund == book.fund().code());
    let vocabulary = kept.map_or_else(|| book.fund().vocabulary(), |kept| kept.vocabulary.clone());
    About { book, utc_offset, vocabulary }
}
