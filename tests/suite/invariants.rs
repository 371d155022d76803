//! What holds after any history, lawful or not.
//!
//! [`histories`] makes histories, [`clerk`] brings them before a ledger, [`model`] says independently
//! what must be accepted and what must be held afterwards, and [`judge`] compares.

mod clerk;
mod coverage;
mod histories;
mod judge;
mod model;
mod properties;
