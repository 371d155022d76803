//! Statements of small books written by hand, of random histories, and their renderings.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that fails should stop at once and say where"
)]

#[path = "../given/mod.rs"]
mod given;

mod budget;
mod closing;
mod dues;
mod findings;
mod histories;
mod knowledge;
mod month;
mod properties;
mod renderings;
