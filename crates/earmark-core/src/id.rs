//! Names of things: areas, books, parties, keys and ledgers.

mod area;
mod book;
mod key;
mod ledger;
mod party;

pub use area::{Area, AreaError, area};
pub use book::BookId;
pub use key::{Key, key};
pub(crate) use ledger::LeafNonces;
pub use ledger::{LedgerId, LedgerSecret};
pub use party::{Link, Party};
