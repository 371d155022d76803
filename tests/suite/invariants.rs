//! Whatever happens, in whatever order: what must hold of every history, from outside the ledger.
//!
//! The testkit generates histories, brings them before ledgers in memory and in a file with the reference
//! model beside them, and judges. Each property here is named after its id in `docs/invariants.md`;
//! `table` has every id of the page named by one.

mod desk;
mod tale;

mod benefits;
mod bytes;
mod correcting;
mod coverage;
mod definitions;
mod joint;
mod law;
mod money;
mod pasted;
mod planning;
mod properties;
mod rebuild;
mod rolls;
mod state_machine;
mod table;
mod time;
