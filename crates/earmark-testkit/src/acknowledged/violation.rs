//! What is wrong between what was promised and what is kept.

use std::fmt;

use earmark_core::id::Key;

use super::attempt::{Answer, Attempt, Promise};
use super::kept::KeptCommit;

/// A broken promise, or a commit that nobody asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Violation {
    /// It was promised and is not there.
    Lost {
        /// What was asked and answered.
        attempt: Attempt,
        /// The name of the book.
        book: String,
    },
    /// It was there before and is not there any more, or not as it was.
    Forgotten {
        /// The name of the book.
        book: String,
        /// What was there.
        was: KeptCommit,
    },
    /// It was promised in another place, of another size or under another root than it is kept, or has
    /// another content than was asked for.
    Changed {
        /// What was asked and answered.
        attempt: Attempt,
        /// What is kept under its key.
        kept: KeptCommit,
    },
    /// One key was recorded twice: two commits are kept under it, or two answers say that each of them was
    /// the one that recorded it.
    Doubled {
        /// The name of the book.
        book: String,
        /// The key.
        key: Key,
    },
    /// Two promises for different keys share an event.
    Shared {
        /// The name of the book.
        book: String,
        /// One of the keys, and what was promised for it.
        one: (Key, Promise),
        /// The other.
        other: (Key, Promise),
    },
    /// An answer said that the commit was recorded by an earlier call, and there was none.
    NotRepeated {
        /// What was asked and answered.
        attempt: Attempt,
    },
    /// One commit was answered before the other was handed over, or was handed over before it by the same
    /// submitter, and yet stands after it.
    Reordered {
        /// The name of the book.
        book: String,
        /// The key of the one that came first.
        first: Key,
        /// The key of the one that came later and stands before it.
        second: Key,
    },
    /// The answer was that nothing was recorded, and it is there.
    Refused {
        /// What was asked and answered.
        attempt: Attempt,
        /// What is kept.
        kept: KeptCommit,
    },
    /// Nobody asked for it.
    Invented {
        /// The name of the book.
        book: String,
        /// What is kept.
        kept: KeptCommit,
    },
    /// Of a commit of several books some have their part and others have not.
    Halved {
        /// What was asked and answered.
        attempt: Attempt,
    },
    /// The sequence numbers of a book do not follow each other.
    Gap {
        /// The name of the book.
        book: String,
        /// The number that should come next.
        expected: u64,
        /// The number that comes.
        found: u64,
    },
    /// The answer does not speak of the books that it was asked about, each once.
    Misaddressed {
        /// What was asked and answered.
        attempt: Attempt,
    },
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lost { attempt, book } => {
                write!(f, "lost in {book}: what {} was promised is not there", attempt.who)
            }
            Self::Forgotten { book, was } => {
                write!(f, "forgotten in {book}: key {} at event {}", was.key, was.first_seq)
            }
            Self::Changed { attempt, kept } => {
                write!(f, "changed: key {} of {} is kept as {kept}", kept.key, attempt.who)?;
                for promise in attempt.answer.iter().flat_map(Answer::promises) {
                    write!(f, "; promised was {promise}")?;
                }
                let asked = attempt.parts.iter().filter(|part| part.key == kept.key);
                asked
                    .into_iter()
                    .try_for_each(|part| write!(f, "; asked for was content {:016x}", part.content))
            }
            Self::Doubled { book, key } => write!(f, "doubled in {book}: key {key}"),
            Self::Shared { book, one, other } => {
                write!(f, "shared in {book}: keys {} and {} have one place", one.0, other.0)
            }
            Self::NotRepeated { attempt } => {
                write!(f, "{} was told of an earlier call, and there was none", attempt.who)
            }
            Self::Reordered { book, first, second } => {
                write!(f, "reordered in {book}: key {first} came first and stands after {second}")
            }
            Self::Refused { attempt, kept } => {
                write!(f, "key {} of {} was refused and is there", kept.key, attempt.who)
            }
            Self::Invented { book, kept } => {
                write!(f, "invented in {book}: nobody asked for key {}", kept.key)
            }
            Self::Halved { attempt } => {
                write!(f, "halved: a commit of {} is in some of its books", attempt.who)
            }
            Self::Gap { book, expected, found } => {
                write!(f, "gap in {book}: event {expected} should be next, and {found} is")
            }
            Self::Misaddressed { attempt } => {
                write!(f, "{} was answered about other books than it asked", attempt.who)
            }
        }
    }
}
