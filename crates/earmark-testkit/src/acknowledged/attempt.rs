//! Attempts to record, as plain data.

use std::fmt;

use earmark_core::commit::Receipt;
use earmark_core::error::{Error, FaultKind};
use earmark_core::id::{BookId, Key};
use earmark_tlog::Hash;

/// What is asked of one book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The book.
    pub book: BookId,
    /// The idempotency key.
    pub key: Key,
    /// A digest of what is to be recorded; for [`Kept::of`](super::Kept::of) that of its
    /// [amounts](super::amounts).
    pub content: u64,
}

/// What was asked of one book, as the record has it. Books are known by their names, such as
/// `320100/WORK_INJURY`, so that a record is read without the funds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part {
    /// The name of the book.
    pub book: String,
    /// The idempotency key.
    pub key: Key,
    /// The digest of what was to be recorded.
    pub content: u64,
}

impl From<&Asked> for Part {
    fn from(asked: &Asked) -> Self {
        Self { book: asked.book.to_string(), key: asked.key, content: asked.content }
    }
}

/// One attempt to record: what was asked, by whom, and what was answered. Times are logical: of two of
/// them the lower came first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Who asked; one after the other, so that its attempts are handed over in their order.
    pub who: String,
    /// A time before it was handed over.
    pub submitted: u64,
    /// What was asked; several parts where one commit has several books.
    pub parts: Vec<Part>,
    /// The answer; none where none was heard.
    pub answer: Option<Answer>,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// A time after it was given.
    pub at: u64,
    /// What it said.
    pub outcome: Outcome,
}

/// What an answer said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The commit is durable.
    Recorded(Vec<Promise>),
    /// Nothing of it was recorded, and why.
    Refused(String),
    /// Whether it is recorded is not known.
    Unknown,
}

impl From<&Result<Vec<Receipt>, Error>> for Outcome {
    fn from(outcome: &Result<Vec<Receipt>, Error>) -> Self {
        match outcome {
            Ok(receipts) => Self::Recorded(receipts.iter().map(Promise::from).collect()),
            Err(Error::Fault(fault)) if fault.kind() == FaultKind::Unknown => Self::Unknown,
            Err(Error::Rejected(rejected)) => Self::Refused(rejected.rule().code().to_owned()),
            Err(Error::Conflict(_)) => Self::Refused("conflict".to_owned()),
            Err(Error::Fault(fault)) => Self::Refused(format!("fault-{:?}", fault.kind())),
        }
    }
}

/// What a receipt says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promise {
    /// The name of the book.
    pub book: String,
    /// The sequence number of the first event.
    pub first_seq: u64,
    /// How many events there are.
    pub count: u32,
    /// The root of the book's tree after the commit.
    pub root: [u8; 32],
    /// Whether the commit was recorded by an earlier call.
    pub repeated: bool,
}

impl Answer {
    /// What it promised, book by book; nothing where it refused or did not know.
    pub fn promises(&self) -> impl Iterator<Item = &Promise> {
        let promises: &[Promise] = match &self.outcome {
            Outcome::Recorded(promises) => promises,
            _ => &[],
        };
        promises.iter()
    }
}

impl fmt::Display for Promise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { book, first_seq, count, root, .. } = self;
        write!(f, "event {first_seq} of {book} and on, {count} in all, root {}", Hash(*root))
    }
}

impl From<&Receipt> for Promise {
    fn from(receipt: &Receipt) -> Self {
        Self {
            book: receipt.book().to_string(),
            first_seq: receipt.first_seq(),
            count: receipt.count(),
            root: receipt.root().0,
            repeated: receipt.repeated(),
        }
    }
}

impl Attempt {
    /// The promise made for one of its books; none where none was made.
    #[must_use]
    pub fn promise(&self, book: &str) -> Option<&Promise> {
        match self.answer.as_ref().map(|answer| &answer.outcome) {
            Some(Outcome::Recorded(promises)) => promises.iter().find(|it| it.book == book),
            _ => None,
        }
    }

    /// Whether the answer said that nothing was recorded.
    #[must_use]
    pub fn was_refused(&self) -> bool {
        matches!(self.answer, Some(Answer { outcome: Outcome::Refused(_), .. }))
    }

    /// When it was answered with a promise; never, where none was heard.
    #[must_use]
    pub fn promised_at(&self) -> Option<u64> {
        let answer = self.answer.as_ref()?;
        matches!(answer.outcome, Outcome::Recorded(_)).then_some(answer.at)
    }
}
