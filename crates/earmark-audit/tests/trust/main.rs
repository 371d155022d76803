//! Whom one has to trust, and for what: the notary, its archive, its witnesses, promises and receipts.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that fails should stop at once and say where"
)]

mod given;

mod acceptances;
mod archives;
mod away;
mod carried;
mod crashes;
mod liars;
mod offices;
mod receipts;
mod rollback;
mod vaults;
