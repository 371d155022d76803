//! The edges of rules and of the library's own answers: one fen, one day, one byte or one condition further.
//!
//! Each test was written because a planted defect had passed every other test: see `docs/mutants.md`.

mod commits;
mod decisions;
mod figures;
mod forged;
mod frames;
mod loans;
mod originals;
mod other;
mod printed;
mod profiles;
mod projected;
mod readings;
mod reopened;
