use earmark_core::Fault;
use earmark_core::id::BookId;
use earmark_tlog::Hash;

use crate::package::PackageError;

/// Why a mirror does not take a package. It keeps what it had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MirrorError {
    /// The package, or the mirror's own folder, is not as it must be.
    #[error(transparent)]
    Package(#[from] PackageError),
    /// A book that the mirror holds is not in the package.
    #[error("book {book}: the mirror holds {size} events of it, and the package does not have it")]
    Missing {
        /// The book.
        book: BookId,
        /// How many events the mirror holds.
        size: u64,
    },
    /// The package has fewer events of a book than the mirror holds.
    #[error(
        "book {book}: the mirror holds {held} events, the package has {found}; a book never shrinks"
    )]
    Shrunk {
        /// The book.
        book: BookId,
        /// How many events the mirror holds.
        held: u64,
        /// How many the package has.
        found: u64,
    },
    /// The package tells another past than the one the mirror holds.
    #[error(
        "book {book}: a fork: at {size} events the mirror holds the root {held}, the package has {found}{}",
        at_event(*event)
    )]
    Fork {
        /// The book.
        book: BookId,
        /// How many events the mirror holds.
        size: u64,
        /// The root that the mirror holds.
        held: Hash,
        /// The root that the package has there.
        found: Hash,
        /// The first event that differs, where the package's tiles show it.
        event: Option<u64>,
    },
    /// The text beside a book is not what it was: another offset, other lists, another log.
    #[error("book {book}: {what}")]
    Changed {
        /// The book.
        book: BookId,
        /// What changed.
        what: String,
    },
    /// The new events of a book are not lawful: which one, and which rule says so.
    #[error("the events of the package do not replay: {fault}")]
    Unlawful {
        /// The book.
        book: BookId,
        /// The event and the rule.
        fault: Fault,
    },
    /// The mirror does not hold the book.
    #[error("book {book}: the mirror does not hold it")]
    NotHeld {
        /// The book.
        book: BookId,
    },
    /// A key cannot sign.
    #[error(transparent)]
    Key(#[from] earmark_tlog::note::NoteError),
}

fn at_event(event: Option<u64>) -> String {
    event.map_or_else(String::new, |event| format!("; event {event} is the first that differs"))
}
