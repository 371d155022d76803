//! What a ledger file does when something goes wrong: another writer, a foreign file, damage, a full
//! disk, a killed process, a failing projection. Nothing acknowledged is lost, nothing wrong is silent.
//!
//! Longer runs: `EARMARK_EXHAUSTIVE=1` or `=8` flips a bit of every byte or every bit of the sample ledger, of those
//! of formats 1 and 2, and of one beside its log (`EARMARK_LONG` too, one of every byte),
//! `EARMARK_KILLS=300` kills that many writers. `EARMARK_LONG=1` lets the power fail at every write, and every
//! write, sync and read fail in turn; `EARMARK_LONG=20` also races twenty times as long. `EARMARK_SEED` repeats a
//! run.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test fails by panicking, and documents itself by its name"
)]

mod sample;

mod child;
mod dump;
mod random;
mod tables;

mod formats;
mod opening;
mod writers;

mod anatomy;
mod flips;
mod locality;
mod log;
mod lookups;
mod tampering;
mod trees;
mod truncation;

mod room;

mod power;

mod kills;

mod concurrency;
mod memory;
mod two_processes;

mod attaching;
mod projections;
mod registers;
mod standings;
