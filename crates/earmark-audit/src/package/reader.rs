use std::path::Path;

use earmark_core::codec::{Frame, MAX_FRAME_BYTES, Record, frame_of};
use earmark_core::fund::{BUILT_IN, FundSpec};
use earmark_core::id::{BookId, area};
use earmark_core::replay::Replay;
use earmark_core::time::UtcOffset;
use earmark_core::{Fault, FaultKind};
use earmark_tlog::Hash;
use earmark_tlog::checkpoint::{Checkpoint, Cosignature};
use earmark_tlog::note::SignedNote;
use earmark_tlog::policy::{MAX_POLICY_BYTES, Policy};
use earmark_tlog::tile::{Tile, TileError, unbundle};
use sha2::{Digest, Sha256};

use super::FromRecords;
use super::edge::Edge;
use super::folder::{Folder, UNFINISHED};
use super::shelf::{CHECKPOINT_FILE, LookedUp, Shelf, profile_path};
use super::text::{About, Boundaries, Boundary, Contents, LIST_BYTES_MAX, hexadecimal};
use super::writer::{adopts_profile, entries_in, profile_of};
use super::{CONTENTS_FILE, PackageError};

/// The longest paper, in bytes.
const PAPER_BYTES_MAX: u64 = 1 << 20;

/// What is done with each commit: its frame, and the hashes of its records where they are known.
type EachCommit<'a> = dyn FnMut(&Frame<'_>, &[Hash]) -> Result<(), PackageError> + 'a;

/// A package whose every file was checked: signatures by a policy, tiles against the root, entries against the
/// tiles, commits against the entries, and that nothing else stands in the folder.
///
/// What the events say is checked by [`BookReader::replay`].
#[derive(Debug)]
pub struct PackageReader {
    folder: Folder,
    books: Vec<Listed>,
}

/// A book of a package, with the checkpoint that the policy believes.
#[derive(Debug)]
pub(crate) struct Listed {
    pub(crate) about: About,
    pub(crate) note: SignedNote,
    pub(crate) checkpoint: Checkpoint,
    pub(crate) cosignatures: Vec<Cosignature>,
}

impl PackageReader {
    /// Opens a package of books of the built-in funds and checks all of it.
    ///
    /// # Errors
    /// [`PackageError::Damaged`], naming the file and what is wrong; [`PackageError::Io`].
    pub fn open(folder: impl AsRef<Path>, policy: &Policy) -> Result<Self, PackageError> {
        Self::open_with(folder, policy, &BUILT_IN)
    }

    /// As [`open`](Self::open), of books of these funds.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_with(
        folder: impl AsRef<Path>,
        policy: &Policy,
        funds: &[&'static FundSpec],
    ) -> Result<Self, PackageError> {
        let reader = Self::listed(folder.as_ref(), policy, funds)?;
        reader.refuse_others()?;
        for book in reader.books() {
            book.check()?;
        }
        Ok(reader)
    }

    /// Reads what stands beside the trees alone: list, papers, checkpoints.
    pub(crate) fn listed(
        path: &Path,
        policy: &Policy,
        funds: &[&'static FundSpec],
    ) -> Result<Self, PackageError> {
        let folder = Folder::new(path);
        let contents = folder.read(CONTENTS_FILE, LIST_BYTES_MAX)?;
        let contents = Contents::parse(CONTENTS_FILE, &contents)?;
        let mut books = Vec::new();
        let mut unsettled = false;
        for name in &contents.books {
            let unknown = |what: String| PackageError::damaged(CONTENTS_FILE, what);
            let book = name
                .split_once('/')
                .and_then(|(code, fund)| BookId::find(area(code).ok()?, fund, funds))
                .ok_or_else(|| {
                    unknown(format!("this program knows no book `{}`", name.escape_debug()))
                })?;
            let shelf = Shelf { folder: &folder, book };
            unsettled |= shelf.writing()?.is_some();
            let missing = || PackageError::damaged(shelf.name(CHECKPOINT_FILE), "it is missing");
            let (note, _) = shelf.checkpoint()?.ok_or_else(missing)?;
            let believed = policy
                .believe(&note)
                .map_err(|error| PackageError::damaged(shelf.name(CHECKPOINT_FILE), error))?;
            let about = shelf.about()?;
            let (checkpoint, cosignatures) = (believed.checkpoint, believed.cosignatures);
            books.push(Listed { about, note, checkpoint, cosignatures });
        }
        for (name, sum) in &contents.papers {
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'.';
            if !name.bytes().all(plain) || name.starts_with('.') {
                let what = format!("`{}` is not the name of a paper", name.escape_debug());
                return Err(PackageError::damaged(CONTENTS_FILE, what));
            }
            let text = folder.read(name, PAPER_BYTES_MAX.max(MAX_POLICY_BYTES as u64))?;
            // An interrupted writing may have replaced a paper and not the list yet.
            if hexadecimal(&Sha256::digest(text)) != *sum && !unsettled {
                let what = format!("its checksum is not the one in `{CONTENTS_FILE}`");
                return Err(PackageError::damaged(name.as_str(), what));
            }
        }
        Ok(Self { folder, books })
    }

    fn refuse_others(&self) -> Result<(), PackageError> {
        let other = |name: &str| PackageError::damaged(name, "it is no part of this package");
        let contents = self.folder.read(CONTENTS_FILE, LIST_BYTES_MAX)?;
        let papers = Contents::parse(CONTENTS_FILE, &contents)?.papers;
        for (name, is_folder) in self.folder.list("")? {
            if is_folder {
                self.refuse_other_books(&name)?;
            } else if name != UNFINISHED
                && name != CONTENTS_FILE
                && !papers.iter().any(|(paper, _)| *paper == name)
            {
                return Err(other(&name));
            }
        }
        Ok(())
    }

    fn refuse_other_books(&self, area: &str) -> Result<(), PackageError> {
        for (name, is_folder) in self.folder.list(area)? {
            let listed = self.books.iter().any(|it| it.about.book.to_string() == name);
            // A book whose first writing was interrupted is not listed yet.
            let begun = || self.folder.read_if(&format!("{name}/writing"), LIST_BYTES_MAX);
            if !is_folder || !(listed || begun()?.is_some()) {
                return Err(PackageError::damaged(name, "it is no part of this package"));
            }
        }
        Ok(())
    }

    /// The books, in the order of area and fund.
    pub fn books(&self) -> impl Iterator<Item = BookReader<'_>> {
        self.books.iter().map(|listed| BookReader::new(&self.folder, listed))
    }

    /// One book; none where the package does not have it.
    #[must_use]
    pub fn book(&self, book: BookId) -> Option<BookReader<'_>> {
        self.books().find(|it| it.book() == book)
    }
}

/// One book of a package.
#[derive(Debug)]
pub struct BookReader<'p> {
    shelf: Shelf<'p>,
    listed: &'p Listed,
    /// The bundle read last when events were looked up.
    looked_up: LookedUp,
}

impl<'p> BookReader<'p> {
    pub(crate) fn new(folder: &'p Folder, listed: &'p Listed) -> Self {
        let shelf = Shelf { folder, book: listed.about.book };
        Self { shelf, listed, looked_up: LookedUp::default() }
    }

    /// The book.
    #[must_use]
    pub fn book(&self) -> BookId {
        self.listed.about.book
    }

    /// The checkpoint that the policy believes.
    #[must_use]
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.listed.checkpoint
    }

    /// The signed note of the checkpoint.
    #[must_use]
    pub fn note(&self) -> &SignedNote {
        &self.listed.note
    }

    /// The cosignatures of the policy's witnesses under it.
    #[must_use]
    pub fn cosignatures(&self) -> &[Cosignature] {
        &self.listed.cosignatures
    }

    /// How far the book's civil day is from UTC.
    #[must_use]
    pub fn utc_offset(&self) -> UtcOffset {
        self.listed.about.utc_offset
    }

    /// The closed lists of the book's fund, as the ledger kept them.
    #[must_use]
    pub fn vocabulary(&self) -> &str {
        &self.listed.about.vocabulary
    }

    /// Replays the book from its first event: every record is decoded and hashed, every event decided again. The
    /// replay has balances, totals and statements.
    ///
    /// INVARIANT(INV-46): whoever replays a package gets the balances of the ledger, or learns at which event
    /// not: the events are those of the signed root, and each is decided again.
    ///
    /// # Errors
    /// [`PackageError::Unlawful`] with the event and the rule; [`PackageError::Damaged`] where the events do not come
    /// to the checkpoint's root, or use a purpose that is not in the fund's lists.
    pub fn replay(&self) -> Result<Replay, PackageError> {
        let mut replay = Replay::new(self.book(), self.utc_offset());
        let earlier = FromRecords::new(self.book(), |seq| self.record(seq));
        self.each_commit(1, false, &mut |frame, _| {
            replay.take(frame, &earlier).map_err(PackageError::Unlawful)
        })?;
        let (root, expected) = (replay.head().frontier.root(), self.checkpoint().root());
        if root != expected {
            let what = format!("its root is {expected}, the events come to {root}");
            return Err(PackageError::damaged(self.shelf.name(CHECKPOINT_FILE), what));
        }
        self.check_purposes(&replay)?;
        Ok(replay)
    }

    pub(crate) fn check_purposes(&self, replay: &Replay) -> Result<(), PackageError> {
        match replay.missing_from(self.vocabulary()) {
            None => Ok(()),
            Some(purpose) => {
                let what = format!("the purpose `{purpose}` is used and not in it");
                Err(PackageError::damaged(self.shelf.name("book"), what))
            }
        }
    }

    /// The stored bytes of an event; none where the checkpoint does not have it.
    ///
    /// # Errors
    /// [`PackageError`] where its bundle cannot be read.
    pub fn record(&self, seq: u64) -> Result<Option<Vec<u8>>, PackageError> {
        let size = self.checkpoint().size();
        let Some(index) = seq.checked_sub(1).filter(|index| *index < size) else { return Ok(None) };
        self.looked_up.record(&self.shelf, size, index)
    }

    pub(crate) fn tile(&self, tile: Tile) -> Result<Vec<Hash>, PackageError> {
        self.shelf.tile(tile)
    }

    /// Gives every commit from the one at event `first` on, with the hashes of its records where `hashed` says
    /// that entries are to be compared with the tiles.
    pub(crate) fn each_commit(
        &self,
        first: u64,
        hashed: bool,
        each: &mut EachCommit<'_>,
    ) -> Result<(), PackageError> {
        let size = self.checkpoint().size();
        let mut under_way = UnderWay::new(self.book(), first);
        let mut bundle = (first.saturating_sub(1)) / 256;
        while let Some(tile) = Tile::of(size, 0, bundle) {
            let bytes = self.shelf.bundle(tile)?;
            let leaves = if hashed { self.shelf.tile(tile)? } else { Vec::new() };
            let entries = self.entries(tile, &leaves, &bytes, hashed)?;
            let mut boundaries = self.shelf.boundaries(tile)?.into_iter().peekable();
            while boundaries.next_if(|it| it.first_seq < first).is_some() {}
            let mut leaves = leaves.iter();
            for (entry, seq) in entries.zip(bundle * 256 + 1..) {
                let leaf = leaves.next();
                if seq < first {
                    continue;
                }
                if !Record::split(entry).is_ok_and(|(_, rest)| rest.is_empty()) {
                    let what = format!("event {seq} is not one whole record");
                    return Err(PackageError::damaged(self.shelf.name(&tile.entries_path()), what));
                }
                if under_way.boundary.is_none() {
                    let name = || self.shelf.name(&Boundaries::path(tile));
                    let Some(boundary) = boundaries.next_if(|it| it.first_seq == seq) else {
                        let what = format!(
                            "no commit begins at event {seq}, where the one before it ends"
                        );
                        return Err(PackageError::damaged(name(), what));
                    };
                    let last = seq.checked_add(u64::from(boundary.count) - 1);
                    if last.is_none_or(|last| last > size) {
                        let what = format!(
                            "the commit at event {seq} does not end by the last event, {size}"
                        );
                        return Err(PackageError::damaged(name(), what));
                    }
                    under_way.boundary = Some(boundary);
                }
                under_way.push(entry, leaf.copied());
                // A commit is held as a whole: no more of it than a commit can have.
                if under_way.bytes.len() > MAX_FRAME_BYTES {
                    let name = self.shelf.name(&Boundaries::path(tile));
                    let what = format!(
                        "its commits have at most {MAX_FRAME_BYTES} bytes, the one with event {seq} has more"
                    );
                    return Err(PackageError::damaged(name, what));
                }
                under_way.done(each)?;
            }
            if let Some(boundary) = boundaries.next() {
                let what =
                    format!("a commit begins at event {}, within another", boundary.first_seq);
                return Err(PackageError::damaged(self.shelf.name(&Boundaries::path(tile)), what));
            }
            bundle += 1;
        }
        Ok(())
    }

    /// The entries of a bundle; each the one of its leaf, where they are compared.
    fn entries<'b>(
        &self,
        tile: Tile,
        leaves: &[Hash],
        bytes: &'b [u8],
        hashed: bool,
    ) -> Result<impl Iterator<Item = &'b [u8]> + use<'b>, PackageError> {
        let damaged = |error: TileError| {
            let what = match &error {
                TileError::Leaf { .. } => {
                    format!("{error} in `{}`", self.shelf.name(&tile.to_string()))
                }
                _ => format!("it is not a bundle of {} entries", tile.width()),
            };
            PackageError::damaged(self.shelf.name(&tile.entries_path()), what)
        };
        if hashed {
            unbundle(tile, leaves, bytes).map_err(damaged)?;
        } else {
            let (count, length) = entries_in(bytes)
                .fold((0_u64, 0), |(count, length), entry| (count + 1, length + 2 + entry.len()));
            if count != tile.width() || length != bytes.len() {
                return Err(damaged(TileError::Bundle { tile }));
            }
        }
        Ok(entries_in(bytes))
    }

    /// Refuses a checkpoint of a size whose last files are not there.
    pub(crate) fn check_end(&self) -> Result<(), PackageError> {
        self.shelf.check_end(self.checkpoint().size())
    }

    /// Checks every file of the book.
    fn check(&self) -> Result<(), PackageError> {
        let (size, root) = (self.checkpoint().size(), self.checkpoint().root());
        self.check_end()?;
        let mut edge = Edge::default();
        let mut profiles = Vec::new();
        self.each_commit(1, true, &mut |frame, leaves| {
            for ((record, leaf), seq) in frame.records().zip(leaves).zip(frame.first_seq()..) {
                edge.push(*leaf, |tile, hashes| self.compare(tile, hashes))?;
                // Records that cannot be split off are found by the replay.
                if let Ok(record) = record
                    && adopts_profile(record.bytes())
                {
                    self.check_profile(record, seq)?;
                    profiles.push(seq);
                }
            }
            Ok(())
        })?;
        for (tile, hashes) in edge.partial() {
            self.compare(tile, hashes)?;
        }
        if edge.root() != root {
            let what =
                format!("its root at {size} events is {root}, the tiles come to {}", edge.root());
            return Err(PackageError::damaged(self.shelf.name(CHECKPOINT_FILE), what));
        }
        let written = self.shelf.writing()?;
        let sizes: Vec<_> =
            written.into_iter().flat_map(|it| [it.from, it.to]).chain([size]).collect();
        if written.is_some() {
            profiles.extend(self.shelf.profiles()?.into_iter().filter(|seq| *seq > size));
        }
        self.shelf.refuse_others(&sizes, &profiles)
    }

    /// A tile is what the entries give.
    fn compare(&self, tile: Tile, hashes: &[Hash]) -> Result<(), PackageError> {
        if tile.level() > 0 && self.shelf.tile(tile)? != hashes {
            let what = "it is not what the tiles below it come to";
            return Err(PackageError::damaged(self.shelf.name(&tile.to_string()), what));
        }
        Ok(())
    }

    fn check_profile(&self, record: Record<'_>, seq: u64) -> Result<(), PackageError> {
        let name = self.shelf.name(&profile_path(seq));
        // A record that does not decode is found by the replay.
        let Some(text) = profile_of(self.book(), record, seq) else { return Ok(()) };
        if self.shelf.folder.read(&name, PAPER_BYTES_MAX)? == text.as_bytes() {
            return Ok(());
        }
        Err(PackageError::damaged(name, format!("it is not the text of event {seq}")))
    }
}

/// A commit whose records are being gathered.
struct UnderWay {
    digest: [u8; 16],
    next: u64,
    boundary: Option<Boundary>,
    bytes: Vec<u8>,
    /// Where each record ends.
    ends: Vec<usize>,
    leaves: Vec<Hash>,
}

impl UnderWay {
    fn new(book: BookId, first: u64) -> Self {
        let (bytes, ends, leaves) = (Vec::new(), Vec::new(), Vec::new());
        Self { digest: book.digest(), next: first, boundary: None, bytes, ends, leaves }
    }

    fn push(&mut self, entry: &[u8], leaf: Option<Hash>) {
        self.bytes.extend_from_slice(entry);
        self.ends.push(self.bytes.len());
        self.leaves.extend(leaf);
        self.next += 1;
    }

    /// Gives the commit where it is whole.
    fn done(&mut self, each: &mut EachCommit<'_>) -> Result<(), PackageError> {
        let Some(Boundary { first_seq, count, key }) = self.boundary else { return Ok(()) };
        if self.ends.len() < usize::try_from(count).unwrap_or(usize::MAX) {
            return Ok(());
        }
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let records =
            starts.zip(&self.ends).map(|(from, to)| self.bytes.get(from..*to).unwrap_or_default());
        let unlawful = |error: earmark_core::codec::FrameError| {
            let at = format!("commit at event {first_seq}");
            PackageError::Unlawful(Fault::new(FaultKind::Damaged, at, error))
        };
        let frame = frame_of(self.digest, first_seq, key, records).map_err(unlawful)?;
        each(&Frame::parse(&frame).map_err(unlawful)?, &self.leaves)?;
        self.boundary = None;
        self.bytes.clear();
        self.ends.clear();
        self.leaves.clear();
        Ok(())
    }
}
