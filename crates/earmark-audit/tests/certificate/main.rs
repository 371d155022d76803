//! Certificates: that what verifies is a party's whole statement, and that nothing else verifies.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that fails should stop at once and say where"
)]

mod cases;
mod histories;
mod sample;

mod browser;
mod issuing;
mod outside;
mod properties;
mod refusing;
mod sizes;
