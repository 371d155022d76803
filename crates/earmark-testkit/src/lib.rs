//! What tests of earmark, and of systems that embed it, are made of.
//!
//! In reading order:
//! - a [`clock`] moved by hand, and the [ledgers](given) that tests start from;
//! - [`strategy`] makes values of every type of the domain, up to a whole [`history`] of several books, some of them
//!   under a [`law`]; the reference [`model`] says what must come of it; the [`clerk`] brings it before the model and
//!   any number of ledgers; the [`judge`] compares;
//! - the [`contract`] is what any store promises, and runs over one of your own by one line;
//! - [`disk`] is storage that loses power; [`acknowledged`] is a record of promises outside the ledger, and who checks
//!   it;
//! - [`outside`] says what every decoder of bytes from outside promises.
//!
//! A test of your own begins as the example of [`clerk`] does.
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
