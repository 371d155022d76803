//! The embedded store of earmark: one SQLite file.
//!
//! A single writer with group commit, many readers, also from other processes. Every acknowledged
//! commit is synced to disk (WAL, `synchronous=FULL`). `docs/format.md` of the project draws the
//! tables and every stored byte.
//!
//! Most programs open a ledger through the facade crate: `earmark::open("nanjing.earmark")`.

mod books;
mod check;
mod create;
mod fault;
mod job;
mod leaves;
mod lock;
mod open;
mod portion;
mod read;
mod rows;
#[cfg(earmark_schedule)]
#[doc(hidden)]
pub mod schedule;
mod schema;
mod standing;
mod storage;
mod store;
mod subtrees;
mod sync;
mod upgrade;
mod writer;

pub use open::{NewLedger, OpenOptions};
pub use schema::{APPLICATION_ID, FORMAT};
pub use storage::{Files, Storage};
pub use store::SqliteStore;
