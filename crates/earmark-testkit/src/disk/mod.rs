//! A disk that loses power: what a store wrote, synced, renamed and removed goes into a [`Journal`], and
//! for any point of it and any seed there is an [`Image`] of what may lie on the disk after a crash.
//!
//! What was synced is there. Of what was not, each sector is there as it was at some moment since the
//! last sync, whatever became of its neighbours: so writes are lost, kept and reordered, and a page is
//! torn. Lengths run ahead of their bytes or stay behind, what a file grew by holds zeros or garbage, and
//! entries of the folder are undone until the folder is synced. After a *failed* sync no later sync makes
//! good what it was to make good, unless it is written again: so operating systems do it.
//!
//! Nothing here knows a store. This one keeps its word: it answers only once its line is synced.
//!
//! ```
//! use earmark_testkit::disk::Journal;
//!
//! let mut journal = Journal::new();
//! let log = journal.create("log");
//! journal.sync_folder();
//! let mut acknowledged = Vec::new();
//! for line in [b"one\n", b"two\n"] {
//!     let end = journal.length(log);
//!     journal.write(log, end, line);
//!     journal.sync(log);
//!     acknowledged.push((journal.len(), *line));
//! }
//! for at in 0..=journal.len() {
//!     for seed in 0..20 {
//!         let image = journal.crash(at, seed);
//!         let found = image.file("log").unwrap_or_default();
//!         for (place, (since, line)) in acknowledged.iter().enumerate() {
//!             let kept = found.get(place * 4..place * 4 + 4) == Some(line.as_slice());
//!             assert!(kept || at < *since, "crash at {at}, seed {seed}: a line is gone");
//!         }
//!     }
//! }
//! ```
//!
//! The crate `earmark-vfs` writes such a journal for a real SQLite database.

mod chance;
mod image;
mod journal;
mod medium;
mod power;

pub use image::Image;
pub use journal::{FileId, Journal, Step};
pub use power::Disk;

#[cfg(test)]
mod tests;
