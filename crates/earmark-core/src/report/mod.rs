//! What readers ask of a book: balances, statements, trails; as of a day and as known at a moment.

mod balances;
mod statement;
mod trail;

pub use balances::Balances;
pub use statement::{Line, Statement, StatementItem};
pub use trail::TrailFilter;

use serde::{Deserialize, Serialize};

use crate::time::{Day, Timestamp};

/// As of which day, and as known at which moment.
///
/// "March as we published it in April" is the last day of March as known at the end of April; "March
/// as we know it today" leaves the second out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AsOf {
    /// Counts events effective on this day or before; every event where none is given.
    pub day: Option<Day>,
    /// Counts events recorded at this moment or before; every event where none is given.
    pub known_at: Option<Timestamp>,
}

impl AsOf {
    /// Everything known now.
    pub const NOW: Self = Self { day: None, known_at: None };

    /// The end of a day, as known now.
    #[must_use]
    pub const fn day(day: Day) -> Self {
        Self { day: Some(day), known_at: None }
    }

    /// The same, but as it was known at a moment.
    #[must_use]
    pub const fn known_at(mut self, moment: Timestamp) -> Self {
        self.known_at = Some(moment);
        self
    }
}
