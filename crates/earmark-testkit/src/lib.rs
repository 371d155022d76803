//! What tests of earmark, and of systems that embed it, are made of.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

pub mod acknowledged;
pub mod clerk;
pub mod clock;
pub mod contract;
pub mod disk;
pub mod given;
pub mod history;
pub mod judge;
pub mod law;
pub mod model;
pub mod outside;
pub mod strategy;
