//! The judge: says whether ledgers and model agree, and whether what a ledger says can be true.
//!
//! Who generates (`strategy`), who brings things about ([`clerk`](crate::clerk)) and who judges are kept
//! apart. Every verdict that is not good carries the program of the history that led to it: a
//! [`Difference`] converts into proptest's error, so that `?` in a property is enough.

mod answers;
mod books;
mod difference;
mod past;
mod trail;

pub use answers::answers_agree;
pub use books::{all_agrees, book_agrees, pictures, sound};
pub use difference::{Difference, Verdict};
pub use past::{Remembered, kept_equals_folded, past_agrees, statement_closes, statements_agree};
pub use trail::trail_adds_up;

use crate::clerk::Clerk;

/// A verdict: good where the condition holds.
pub(crate) fn claim(clerk: &Clerk, holds: bool, what: impl FnOnce() -> String) -> Verdict {
    if holds { Ok(()) } else { Err(Difference::new(what(), clerk.program())) }
}

/// A verdict: good where two answers are the same.
pub(crate) fn same<T: PartialEq + std::fmt::Debug>(
    clerk: &Clerk,
    what: &str,
    found: &T,
    expected: &T,
) -> Verdict {
    claim(clerk, found == expected, || {
        format!("{what}: found\n  {found:?}\nexpected\n  {expected:?}")
    })
}
