//! The edges of rules: what is refused one fen, one day or one condition further, and what is just allowed.
//!
//! Each test was written because a planted defect in its rule had passed every other test: see
//! `docs/mutants.md`.

mod benefits;
mod budget;
mod dues;
mod investment;
mod law;
mod levels;
mod periods;
