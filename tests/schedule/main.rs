//! The group commit under a scheduler: who submits, waits, closes and drops in every order, with the
//! library's own code on a real file. Locks, condition variables, channels and threads of the library are the
//! scheduler's here, and nothing runs side by side: at each of their steps the scheduler chooses who goes on.
//! A wake-up that is lost, or a circle of waiting, is a schedule that cannot go on, and fails.
//!
//! Small scenarios are tried in every order that there is; the others in random orders and in orders with few
//! interruptions. `EARMARK_SEED` repeats a run, `EARMARK_LONG=20` tries twenty times as many orders, and
//! `EARMARK_SCHEDULE` the one order that a failing test has printed.
#![cfg(earmark_schedule)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test fails by panicking, and documents itself by its name"
)]

mod orders;
mod place;

mod queue;
mod submission;

mod closing;
mod failing;
mod reading;
mod recording;
mod tasks;
