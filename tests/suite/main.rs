//! What earmark promises, tested across its crates. One module a subject.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that fails should stop at once and say where"
)]

mod given;
mod law;
mod liar;

mod codec;
mod compile_fail;
mod corrections;
mod flow_matrix;
mod held;
mod invariants;
mod no_administration;
mod outside;
mod overtaken;
mod portability;
mod projections;
mod refusals;
mod rolls;
mod store_contract;
mod tampering;
