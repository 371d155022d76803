//! The articles of the law as scenarios: what a fund may do, what it is refused and why, and that the
//! ledger proves itself at the end of each. One module a noun.
//!
//! Only the core is needed: a ledger in memory.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that fails should stop at once and say where"
)]

#[allow(dead_code, reason = "the suite uses the rest")]
#[path = "../suite/given.rs"]
mod given;
mod office;

mod accounts;
mod benefits;
mod budget;
mod dynamic;
mod held;
mod levels;
mod premiums;
mod profiles;
mod reserves;
mod rolls;
mod sequences;
mod table;
mod time;
