//! What a store must do, and the one that keeps everything in memory.

mod memory;
mod past;

pub use memory::MemoryStore;
pub use past::{StorePast, decode_total, find_event};

use std::ops::ControlFlow;

use earmark_tlog::Hash;
use sha2::{Digest, Sha256};

use crate::codec::{Frame, FrameError};
use crate::commit::{Head, Proposal};
use crate::error::{Fault, FaultKind};
use crate::fund::FundSpec;
use crate::id::{Area, BookId, Key, LedgerId, LedgerSecret};
use crate::projection::AnyProjection;
use crate::state::State;
use crate::submission::Submission;
use crate::time::{Moment, Timestamp, UtcOffset};

/// What is settled when a ledger is made, and never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Which ledger it is.
    pub id: LedgerId,
    /// From which the nonces of all leaves follow.
    pub secret: LedgerSecret,
    /// Where its civil day turns.
    pub utc_offset: UtcOffset,
}

impl Settings {
    /// A checksum of the settings for a store to keep beside them: SHA-256 over `earmark/ledger/v1`, a
    /// zero byte, the id, the secret and the offset in minutes (2 bytes, most significant first).
    #[must_use]
    pub fn seal(&self) -> [u8; 32] {
        let mut hasher = Sha256::new();
        hasher.update(b"earmark/ledger/v1\0");
        hasher.update(self.id.0);
        hasher.update(self.secret.expose());
        hasher.update(self.utc_offset.minutes().to_be_bytes());
        hasher.finalize().into()
    }

    /// The nonce of an event of a book: bytes 4 to 19 of its record. A store may look for a record by it.
    #[must_use]
    pub fn nonce(&self, book: BookId, seq: u64) -> [u8; 16] {
        self.secret.nonces(book).nonce(seq)
    }

    /// The moment at which a proposal is decided. It is recorded at the caller's moment, or, where the
    /// clock went back, at that of the book's last event; today is always the caller's day.
    #[must_use]
    pub fn moment(&self, now: Timestamp, state: &State) -> Moment {
        let at = now.max(state.recorded_at());
        Moment { today: now.day(self.utc_offset), ..Moment::new(at, self.utc_offset) }
    }
}

/// A book as a store lists it. The fund may be one that this program does not know.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StoredBook {
    /// The pooling area.
    pub area: Area,
    /// The fund's code.
    pub fund: String,
    /// The fund's closed lists as they were when the book was made or last extended.
    pub vocabulary: String,
}

/// A commit as a store keeps it: its bytes, and the columns that stand beside them.
#[derive(Clone, Copy, Debug)]
pub struct StoredCommit<'a> {
    /// The sequence number of its first event.
    pub first_seq: u64,
    /// How many events it has.
    pub count: u32,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// Its idempotency key.
    pub key: Key,
    /// The root of the book's tree after it.
    pub root: Hash,
    /// Its bytes.
    pub frame: &'a [u8],
}

impl<'a> StoredCommit<'a> {
    /// Reads the frame and compares it with the columns beside it.
    ///
    /// # Errors
    /// [`Fault`] of kind [`FaultKind::Damaged`] (or [`FaultKind::Format`] for a newer frame) where the
    /// bytes are not those of this commit of this book.
    pub fn open(&self, book: BookId) -> Result<Frame<'a>, Fault> {
        let at = || format!("book {book}, commit at event {}", self.first_seq);
        let frame = Frame::parse(self.frame).map_err(|error| {
            let kind = match error {
                FrameError::Version { .. } => FaultKind::Format,
                _ => FaultKind::Damaged,
            };
            Fault::new(kind, at(), error)
        })?;
        let differs = if frame.book() != book.digest() {
            Some("book")
        } else if frame.first_seq() != self.first_seq {
            Some("first_seq")
        } else if frame.count() != self.count {
            Some("count")
        } else if frame.recorded_at() != self.recorded_at {
            Some("recorded_at")
        } else if frame.key() != self.key {
            Some("key")
        } else {
            None
        };
        match differs {
            None => Ok(frame),
            Some(field) => Err(Fault::new(
                FaultKind::Damaged,
                at(),
                format!("the column `{field}` is not what the frame states"),
            )),
        }
    }
}

/// How far a projection has been kept for a book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Projected {
    /// The version of the projection.
    pub version: u32,
    /// The last event that its cells count.
    pub seq: u64,
}

/// What is done with each cell: key and value.
pub type EachCell<'a> = dyn FnMut(&[u8], &[u8]) -> Result<ControlFlow<()>, Fault> + 'a;

/// A place that keeps books durably.
///
/// A store decides, encodes and hashes through [`prepare`](crate::commit::prepare) and answers a key
/// it has seen through [`repeat`](crate::commit::repeat); what is left to it is to write the result
/// in one transaction: frames, heads, texts, corrections and the cells of attached projections, of
/// all parts of the proposal or of none.
///
/// Reading sees committed data only. All methods may be called from many threads at once.
pub trait Store: Send + Sync + 'static {
    /// What was settled when the ledger was made.
    fn settings(&self) -> Settings;

    /// Every book, in the order of area and fund code.
    ///
    /// # Errors
    /// [`Fault`] where the store cannot be read.
    fn books(&self) -> Result<Vec<StoredBook>, Fault>;

    /// Makes sure that the book exists and that its fund's closed lists extend those stored.
    ///
    /// # Errors
    /// [`FaultKind::UnknownFund`] where a stored purpose is missing from `book.fund()` or has another
    /// name there; nothing is changed. Other [`Fault`]s where the store cannot be written.
    fn create_book(&self, book: BookId) -> Result<(), Fault>;

    /// Where the book stands; none where it does not exist.
    ///
    /// # Errors
    /// [`Fault`] where the store cannot be read, or the head does not fit the last commit.
    fn head(&self, book: BookId) -> Result<Option<Head>, Fault>;

    /// Hands over a proposal. The submission answers once the commit is durable or refused:
    /// rejected, in conflict, or at fault. Proposals for one book are decided in the order in which
    /// they were handed over. Waits where the store is busy; never queues without bound.
    fn submit(&self, proposal: Proposal) -> Submission;

    /// Gives the commits of a book in order, from the one that holds event `from_seq` (or the first
    /// after it) on.
    ///
    /// # Errors
    /// [`Fault`] where the store cannot be read, or as `each` says.
    fn commits(
        &self,
        book: BookId,
        from_seq: u64,
        each: &mut dyn FnMut(StoredCommit<'_>) -> Result<ControlFlow<()>, Fault>,
    ) -> Result<(), Fault>;

    /// Hashes of complete subtrees of a book's tree: those of `2^level` leaves, `level` being 4, 8, 12 …,
    /// numbered `16 * group` to `16 * group + 15`, as many of them as are complete; none for a book that does
    /// not exist. Once given, a hash never changes.
    ///
    /// A store that keeps none hashes them again from its records, which takes as long as reading them: see
    /// [`subtrees_of_records`](crate::tree::subtrees_of_records).
    ///
    /// # Errors
    /// [`Fault`] where the store cannot be read, or the level is none that is kept.
    fn subtrees(&self, book: BookId, level: u32, group: u64) -> Result<Vec<Hash>, Fault>;

    /// Whether [`subtrees`](Self::subtrees) gives what is kept, which verification then compares with the
    /// records. By default nothing is kept.
    ///
    /// # Errors
    /// [`Fault`] where the store cannot be read.
    fn keeps_subtrees(&self) -> Result<bool, Fault> {
        Ok(false)
    }

    /// The stored bytes of a few events for a proof: of event `first_seq` and those after it, `count` of them,
    /// at most sixteen, or as many as there are.
    ///
    /// A store may take them out of a large commit without reading all of it, and then says nothing of
    /// whether they are what was written: who asks hashes them and compares the root. By default it reads the
    /// [`commits`](Self::commits).
    ///
    /// # Errors
    /// [`Fault`] where the store cannot be read.
    fn leaves(&self, book: BookId, first_seq: u64, count: u32) -> Result<Vec<Vec<u8>>, Fault> {
        crate::tree::leaves_of_commits(self, book, first_seq, count)
    }

    /// The text with this number; none where there is none.
    ///
    /// # Errors
    /// [`Fault`] where the store cannot be read.
    fn text(&self, book: BookId, number: u32) -> Result<Option<String>, Fault>;

    /// The number of a registered text; none where it is not registered.
    ///
    /// # Errors
    /// [`Fault`] where the store cannot be read.
    fn text_number(&self, book: BookId, text: &str) -> Result<Option<u32>, Fault>;

    /// How much of each event has been taken back, in the order of events.
    ///
    /// # Errors
    /// [`Fault`] where the store cannot be read, or as `each` says.
    fn corrections(
        &self,
        book: BookId,
        each: &mut dyn FnMut(u64, u64) -> Result<(), Fault>,
    ) -> Result<(), Fault>;

    /// How much of one event has been taken back, in minor units.
    ///
    /// # Errors
    /// [`Fault`] where the store cannot be read.
    fn corrected_minor(&self, book: BookId, seq: u64) -> Result<u64, Fault>;

    /// Keeps a projection from now on in the transactions of the commits, after bringing it up to
    /// date with what is recorded. Attaching one again, of the same name and version, changes
    /// nothing. `funds` are the funds whose books the program knows.
    ///
    /// # Errors
    /// [`FaultKind::Projection`] where one of the same name and another version is attached; other
    /// [`Fault`]s where the store cannot be read or written.
    fn attach(
        &self,
        projection: Box<dyn AnyProjection>,
        funds: &[&'static FundSpec],
    ) -> Result<(), Fault>;

    /// Throws a projection's cells away and builds them again from the events, in one transaction.
    ///
    /// # Errors
    /// [`FaultKind::Projection`] where it is not attached; other [`Fault`]s where the store cannot be
    /// read or written.
    fn rebuild(&self, projection: &str, funds: &[&'static FundSpec]) -> Result<(), Fault>;

    /// In which version and up to which event of a book a projection has been kept; none where it never
    /// was.
    ///
    /// # Errors
    /// [`Fault`] where the store cannot be read.
    fn projected_to(&self, book: BookId, projection: &str) -> Result<Option<Projected>, Fault>;

    /// One cell of a projection; none where it has its default value.
    ///
    /// # Errors
    /// [`Fault`] where the store cannot be read.
    fn cell(&self, book: BookId, projection: &str, key: &[u8]) -> Result<Option<Vec<u8>>, Fault>;

    /// The cells of a projection in the order of their keys, from `from` (included) on.
    ///
    /// # Errors
    /// [`Fault`] where the store cannot be read, or as `each` says.
    fn cells(
        &self,
        book: BookId,
        projection: &str,
        from: &[u8],
        each: &mut EachCell<'_>,
    ) -> Result<(), Fault>;

    /// Reads the store as it is at one moment, whatever is recorded meanwhile. The store given to `read`
    /// does not record.
    ///
    /// # Errors
    /// [`Fault`] where the store cannot be read, or as `read` says.
    fn at_one_moment(
        &self,
        read: &mut dyn FnMut(&dyn Store) -> Result<(), Fault>,
    ) -> Result<(), Fault>;

    /// Checks what only the store knows: its file structure, its indexes. Findings in plain words.
    ///
    /// # Errors
    /// [`Fault`] where the check itself cannot run.
    fn check_storage(&self) -> Result<Vec<String>, Fault>;
}

/// Refuses a fund that takes the code of a built-in one. Every store asks before it makes a book.
///
/// INVARIANT(INV-14): from the other side.
///
/// # Errors
/// [`FaultKind::UnknownFund`] where the definition is not the built-in one.
pub fn check_definition(book: BookId) -> Result<(), Fault> {
    let fund = book.fund();
    match crate::fund::BUILT_IN.iter().find(|known| known.code() == fund.code()) {
        Some(known) if *known != fund => Err(Fault::new(
            FaultKind::UnknownFund,
            format!("book {book}"),
            "its fund is not the built-in one of this code",
        )),
        _ => Ok(()),
    }
}

/// Compares a stored vocabulary with a fund's present one.
///
/// INVARIANT(INV-12): a stored purpose code never changes its meaning.
///
/// # Errors
/// [`FaultKind::UnknownFund`] where a stored line is missing.
pub fn check_vocabulary(book: BookId, stored: &str) -> Result<(), Fault> {
    let present = book.fund().vocabulary();
    if stored.lines().next() != present.lines().next() {
        return Err(Fault::new(
            FaultKind::UnknownFund,
            format!("book {book}"),
            format!(
                "the ledger was written for `{}`, this program's definition is `{}`",
                stored.lines().next().unwrap_or_default(),
                present.lines().next().unwrap_or_default()
            ),
        ));
    }
    for line in stored.lines() {
        if !present.lines().any(|known| known == line) {
            return Err(Fault::new(
                FaultKind::UnknownFund,
                format!("book {book}"),
                format!(
                    "the ledger was written with `{line}`, which this program's definition of the \
                     fund does not have; a purpose is never renamed or removed"
                ),
            ));
        }
    }
    Ok(())
}
