//! Mirrors: a third party's copy of the books, which has replayed every event in it.
//!
//! A mirror takes packages into a folder of its own, which is a package again: others can be served from it, and
//! other mirrors can follow it. It takes nothing that it has not replayed, and nothing that does not extend what it holds.
//!
//! Under a checkpoint it keeps the lines of its policy's keys of that log and of its policy's witnesses, and its own. Lines
//! of others, which it cannot judge, it does not pass on: what they sign is taken again under a policy that knows them.
//!
//! When it is opened it replays what it holds from its own records, which proves its own disk too; from then on an update
//! costs what is new.

mod error;
mod lines;
mod statement;

use std::collections::BTreeMap;
use std::path::Path;

use earmark_core::account::Account;
use earmark_core::fund::{BUILT_IN, FundSpec};
use earmark_core::id::BookId;
use earmark_core::replay::Replay;
use earmark_tlog::Hash;
use earmark_tlog::checkpoint::{Checkpoint, cosign};
use earmark_tlog::note::{SignedNote, Signer};
use earmark_tlog::policy::Policy;
use earmark_tlog::proof::Subtrees;
use earmark_tlog::tile::{Tile, TileError, Tiles};

pub use error::MirrorError;
pub use statement::{MirrorStatement, StatementError, StatementNoteError};

use crate::package::folder::Folder;
use crate::package::shelf::{CHECKPOINT_FILE, Shelf};
use crate::package::text::{About, LIST_BYTES_MAX};
use crate::package::{
    BookReader, BookWriter, CONTENTS_FILE, FromRecords, PackageError, PackageReader, settle,
};

/// A third party's copy of a ledger's books. See the [module](self).
#[derive(Debug)]
pub struct Mirror {
    folder: Folder,
    policy: Policy,
    policy_text: Vec<u8>,
    funds: Vec<&'static FundSpec>,
    books: BTreeMap<BookId, Held>,
}

/// A book that was replayed.
#[derive(Debug)]
struct Held {
    about: About,
    note: SignedNote,
    checkpoint: Checkpoint,
    replay: Replay,
}

/// What a mirror took of one book: events, or where both numbers are the same, signatures alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Taken {
    /// The book.
    pub book: BookId,
    /// How many events the mirror held.
    pub from: u64,
    /// How many it holds now.
    pub to: u64,
}

/// What a mirror says of a book.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Vouched {
    /// The checkpoint with the mirror's cosignature.
    pub checkpoint: SignedNote,
    /// The signed [`MirrorStatement`].
    pub statement: SignedNote,
}

impl Mirror {
    /// The mirror in a folder, which is made with the first update; it believes checkpoints by this policy. All that
    /// it holds is replayed.
    ///
    /// # Errors
    /// [`MirrorError::Package`] where the policy cannot be read, or what stands in the folder is not what was put
    /// there; [`MirrorError::Unlawful`].
    pub fn open(folder: impl AsRef<Path>, policy: &[u8]) -> Result<Self, MirrorError> {
        Self::open_with(folder, policy, &BUILT_IN)
    }

    /// As [`open`](Self::open), for books of these funds.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_with(
        folder: impl AsRef<Path>,
        policy: &[u8],
        funds: &[&'static FundSpec],
    ) -> Result<Self, MirrorError> {
        let parsed =
            Policy::parse(policy).map_err(|error| PackageError::damaged("policy", error))?;
        let mut mirror = Self {
            folder: Folder::new(folder.as_ref()),
            policy: parsed,
            policy_text: policy.to_vec(),
            funds: funds.to_vec(),
            books: BTreeMap::new(),
        };
        mirror.mend()?;
        if mirror.folder.read_if(CONTENTS_FILE, LIST_BYTES_MAX)?.is_some() {
            let own = PackageReader::listed(mirror.folder.path(), &mirror.policy, funds)?;
            for book in own.books() {
                mirror.books.insert(book.book(), held(&book)?);
            }
        }
        Ok(mirror)
    }

    /// Undoes updates that were interrupted, and lists what they had finished.
    fn mend(&self) -> Result<(), MirrorError> {
        let mut whole = Vec::new();
        for (area, _) in self.folder.list("")?.into_iter().filter(|(_, folder)| *folder) {
            for (name, _) in self.folder.list(&area)?.into_iter().filter(|(_, folder)| *folder) {
                let known = name.split_once('/').and_then(|(code, fund)| {
                    BookId::find(earmark_core::id::area(code).ok()?, fund, &self.funds)
                });
                let Some(book) = known else { continue };
                let shelf = Shelf { folder: &self.folder, book };
                if shelf.writing()?.is_some() {
                    shelf.mend()?;
                    whole.extend(shelf.checkpoint()?.map(|_| book));
                }
            }
        }
        if whole.is_empty() && self.folder.read_if(CONTENTS_FILE, LIST_BYTES_MAX)?.is_none() {
            return Ok(());
        }
        settle(&self.folder, &whole, &self.policy_text).map_err(MirrorError::Package)
    }

    /// The books that it holds, in the order of area and fund.
    pub fn books(&self) -> impl Iterator<Item = BookId> {
        self.books.keys().copied()
    }

    /// The replay of a book to its last event: balances, totals, statements. None where it does not hold the book.
    #[must_use]
    pub fn replayed(&self, book: BookId) -> Option<&Replay> {
        self.books.get(&book).map(|held| &held.replay)
    }

    /// The checkpoint up to which it holds a book, with its signatures; none where it does not hold the book.
    #[must_use]
    pub fn checkpoint(&self, book: BookId) -> Option<(&Checkpoint, &SignedNote)> {
        self.books.get(&book).map(|held| (&held.checkpoint, &held.note))
    }

    /// Takes what a package has more than the mirror: checks its checkpoints by the policy, that every book extends
    /// what is held, and replays the new events. What was taken is durable when this returns.
    ///
    /// Of a checkpoint that it holds it takes the signatures that it lacks, of keys in its policy.
    ///
    /// Every book is compared before any is taken, and none is where the last events of one are not there. Each is a
    /// log of its own: where one is refused, those before it have been taken, and of the one refused and those after it
    /// the mirror keeps what it had.
    ///
    /// # Errors
    /// [`MirrorError`], naming the book, and the event or the file.
    pub fn update(&mut self, package: impl AsRef<Path>) -> Result<Vec<Taken>, MirrorError> {
        let reader = PackageReader::listed(package.as_ref(), &self.policy, &self.funds)?;
        for (book, held) in &self.books {
            if reader.book(*book).is_none() {
                return Err(MirrorError::Missing { book: *book, size: held.checkpoint.size() });
            }
        }
        for offered in reader.books() {
            if let Some(held) = self.books.get(&offered.book()) {
                self.compare(held, &offered)?;
            }
        }
        for offered in reader.books() {
            if self.lacks_events_of(&offered) {
                offered.check_end()?;
            }
        }
        let mut taken = Vec::new();
        for offered in reader.books() {
            let book = offered.book();
            let from = self.books.get(&book).map_or(0, |held| held.checkpoint.size());
            let to = offered.checkpoint().size();
            let more = if self.lacks_events_of(&offered) {
                self.take(&offered)?;
                true
            } else {
                self.take_lines(&offered)?
            };
            if more {
                taken.push(Taken { book, from, to });
            }
        }
        Ok(taken)
    }

    fn lacks_events_of(&self, offered: &BookReader<'_>) -> bool {
        let held = self.books.get(&offered.book());
        held.is_none_or(|held| held.checkpoint.size() < offered.checkpoint().size())
    }

    /// Puts signatures that the mirror lacks under the checkpoint that it holds, and says whether there were any.
    fn take_lines(&mut self, offered: &BookReader<'_>) -> Result<bool, MirrorError> {
        let Some(held) = self.books.get_mut(&offered.book()) else { return Ok(false) };
        let Some(note) = lines::joined(&held.note, offered.note(), &self.policy) else {
            return Ok(false);
        };
        put_note(&self.folder, offered.book(), &note)?;
        held.note = note;
        Ok(true)
    }

    /// Refuses a book that does not extend the one held.
    fn compare(&self, held: &Held, offered: &BookReader<'_>) -> Result<(), MirrorError> {
        let book = offered.book();
        let changed = |what: String| MirrorError::Changed { book, what };
        let (old, new) = (&held.checkpoint, offered.checkpoint());
        if old.origin() != new.origin() {
            return Err(changed(format!(
                "its log was `{}` and is `{}`",
                old.origin(),
                new.origin()
            )));
        }
        if held.about.utc_offset != offered.utc_offset() {
            let (was, is) = (held.about.utc_offset.minutes(), offered.utc_offset().minutes());
            return Err(changed(format!("its offset was {was} minutes and is {is}")));
        }
        let lost = |line: &&str| !offered.vocabulary().lines().any(|it| it == *line);
        if let Some(line) = held.about.vocabulary.lines().find(lost) {
            return Err(changed(format!("its fund's lists no longer have `{line}`")));
        }
        if new.size() < old.size() {
            return Err(MirrorError::Shrunk { book, held: old.size(), found: new.size() });
        }
        let size = old.size();
        let found = if new.size() == size {
            new.root()
        } else {
            Tiles::new(new.size(), tiles_of(offered)).root(size).map_err(Unread::into_package)?
        };
        if found == old.root() {
            return Ok(());
        }
        let event = self.first_other(held, offered);
        Err(MirrorError::Fork { book, size, held: old.root(), found, event })
    }

    /// The first event in which a package differs from what is held, as the tiles have it.
    fn first_other(&self, held: &Held, offered: &BookReader<'_>) -> Option<u64> {
        let (size, book) = (held.checkpoint.size(), offered.book());
        let own = Shelf { folder: &self.folder, book };
        let own = Tiles::new(size, move |tile: Tile| Ok::<_, Unread>(flat(&own.tile(tile)?)));
        let other = Tiles::new(offered.checkpoint().size(), tiles_of(offered));
        let differs = |level: u32, index: u64| {
            Some(own.subtree(level, index).ok()? != other.subtree(level, index).ok()?)
        };
        // The complete subtrees, largest first; then down within the first that differs.
        let mut start = 0_u64;
        for level in (0..64_u32).rev().filter(|level| size >> level & 1 == 1) {
            let mut index = start >> level;
            if differs(level, index)? {
                for below in (0..level).rev() {
                    index *= 2;
                    if !differs(below, index)? {
                        index += 1;
                    }
                }
                return Some(index + 1);
            }
            start += 1 << level;
        }
        None
    }

    /// Replays the new events of a book and keeps them.
    fn take(&mut self, offered: &BookReader<'_>) -> Result<(), MirrorError> {
        let book = offered.book();
        let about = About {
            book,
            utc_offset: offered.utc_offset(),
            vocabulary: offered.vocabulary().to_owned(),
        };
        let mut replay = match self.books.remove(&book) {
            Some(held) => held.replay,
            None => Replay::new(book, about.utc_offset),
        };
        let note = lines::known(offered.note(), &self.policy);
        let outcome = note
            .map_err(MirrorError::Key)
            .and_then(|note| self.extend(&mut replay, &about, offered, &note).map(|()| note));
        let note = match outcome {
            Ok(note) => note,
            Err(error) => {
                // The replay has gone on with what was refused: the one of what is held begins again.
                Shelf { folder: &self.folder, book }.undo()?;
                self.restore(book)?;
                return Err(error);
            }
        };
        let checkpoint = offered.checkpoint().clone();
        self.books.insert(book, Held { about, note, checkpoint, replay });
        settle(&self.folder, &[book], &self.policy_text)?;
        Ok(())
    }

    fn extend(
        &self,
        replay: &mut Replay,
        about: &About,
        offered: &BookReader<'_>,
        note: &SignedNote,
    ) -> Result<(), MirrorError> {
        let book = offered.book();
        let mut writer = BookWriter::extend(&self.folder, about.clone(), note.clone())?;
        let first = writer.next_seq();
        // INVARIANT(INV-46): nothing is kept that was not decided again, and nothing under a root that is not that
        // of the events.
        let taken = offered.each_commit(first, true, &mut |frame, leaves| {
            let earlier = FromRecords::new(book, |seq| writer.stored(seq));
            replay.take(frame, &earlier).map_err(PackageError::Unlawful)?;
            writer.commit_hashed(frame, Some(leaves))
        });
        taken.map_err(|error| match error {
            PackageError::Unlawful(fault) => MirrorError::Unlawful { book, fault },
            other => other.into(),
        })?;
        offered.check_purposes(replay)?;
        if replay.head().frontier.root() != offered.checkpoint().root() {
            let name = format!("{book}/{CHECKPOINT_FILE}");
            let (expected, found) = (offered.checkpoint().root(), replay.head().frontier.root());
            let what = format!("its root is {expected}, the events come to {found}");
            return Err(PackageError::damaged(name, what).into());
        }
        writer.finish()?;
        Ok(())
    }

    /// Replays a book from the mirror's own records, where it holds any.
    fn restore(&mut self, book: BookId) -> Result<(), MirrorError> {
        if self.folder.read_if(CONTENTS_FILE, LIST_BYTES_MAX)?.is_none() {
            return Ok(());
        }
        let own = PackageReader::listed(self.folder.path(), &self.policy, &self.funds)?;
        if let Some(kept) = own.book(book) {
            self.books.insert(book, held(&kept)?);
        }
        Ok(())
    }

    /// Cosigns the checkpoint up to which the mirror holds a book, and states that it holds and has replayed all
    /// of it. The cosigned checkpoint takes the place of the one in the mirror's folder.
    ///
    /// `cosigner` is a key for cosignatures, `signer` one for texts; `at_seconds` counts from 1970-01-01 00:00 UTC.
    /// A checkpoint that the key has cosigned before stays as it is. A line that bears the key's name and is none of its
    /// signatures goes, and where there is no room for another line those of keys that the policy does not know.
    ///
    /// # Errors
    /// [`MirrorError::NotHeld`]; [`MirrorError::Key`] where a key is not for this, or the checkpoint with its line is
    /// longer than a note may be; [`MirrorError::Package`] where the folder cannot be written.
    pub fn vouch(
        &mut self,
        book: BookId,
        cosigner: &Signer,
        signer: &Signer,
        at_seconds: u64,
    ) -> Result<Vouched, MirrorError> {
        let held = self.books.get_mut(&book).ok_or(MirrorError::NotHeld { book })?;
        let state = &held.replay.head().state;
        let statement = MirrorStatement {
            origin: held.checkpoint.origin().to_owned(),
            size: held.checkpoint.size(),
            root: held.checkpoint.root(),
            balances_minor: Account::ALL.map(|account| state.balance_minor(account)),
            at_seconds,
        };
        let statement = statement.signed(signer)?;
        if let Some(mut note) = lines::to_cosign(&held.note, cosigner.verifier(), &self.policy)? {
            cosign(&mut note, cosigner, at_seconds)?;
            // As the next reader will: what is too long to be read is not written.
            let note = SignedNote::parse(note.to_string().as_bytes())?;
            put_note(&self.folder, book, &note)?;
            held.note = note;
        }
        Ok(Vouched { checkpoint: held.note.clone(), statement })
    }
}

/// Puts a checkpoint in the place of the same one with other signatures.
fn put_note(folder: &Folder, book: BookId, note: &SignedNote) -> Result<(), PackageError> {
    let name = Shelf { folder, book }.name(CHECKPOINT_FILE);
    folder.put(&name, note.to_string().as_bytes())?;
    folder.sync()
}

/// A book of the mirror's own folder, replayed.
fn held(own: &BookReader<'_>) -> Result<Held, MirrorError> {
    let book = own.book();
    let replay = own.replay().map_err(|error| match error {
        PackageError::Unlawful(fault) => MirrorError::Unlawful { book, fault },
        other => other.into(),
    })?;
    let about =
        About { book, utc_offset: own.utc_offset(), vocabulary: own.vocabulary().to_owned() };
    Ok(Held { about, note: own.note().clone(), checkpoint: own.checkpoint().clone(), replay })
}

/// A tile that could not be read.
enum Unread {
    Package(PackageError),
    Tile(TileError),
}

impl Unread {
    fn into_package(self) -> PackageError {
        match self {
            Self::Package(error) => error,
            Self::Tile(error) => PackageError::damaged("tile", error),
        }
    }
}

impl From<PackageError> for Unread {
    fn from(error: PackageError) -> Self {
        Self::Package(error)
    }
}

impl From<TileError> for Unread {
    fn from(error: TileError) -> Self {
        Self::Tile(error)
    }
}

fn tiles_of<'b>(book: &'b BookReader<'b>) -> impl Fn(Tile) -> Result<Vec<u8>, Unread> + use<'b> {
    |tile| Ok(flat(&book.tile(tile)?))
}

fn flat(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.0).collect()
}
