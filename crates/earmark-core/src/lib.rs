//! The pure core of earmark, an event-sourced ledger for funds that must never mix.
//!
//! Most programs depend on the facade crate `earmark`, which adds the embedded store. This crate has
//! no I/O, no clock, no randomness, no async runtime and no SQL: they arrive as arguments.
//!
//! In reading order: [`fund`](mod@fund)s and their [`money`]; [`account`]s and the [`flow`]s between them;
//! [`command`]s, which [`decide`] turns into [`event`]s that evolve a [`state`]; the bytes
//! of events and [`commit`]s in [`codec`]; [`projection`]s over them; a [`store`] that keeps them;
//! the [`ledger`] handle; and [`verify`], which proves everything again by a [`replay`].

pub mod account;
pub mod assess;
pub mod codec;
pub mod command;
pub mod commit;
pub mod decide;
pub mod error;
pub mod event;
pub mod flow;
pub mod fund;
pub mod id;
pub mod ledger;
pub mod money;
pub mod projection;
pub mod register;
pub mod rejected;
pub mod replay;
pub mod report;
pub mod roll;
pub mod rules;
pub mod state;
pub mod store;
pub mod submission;
mod sync;
pub mod time;
pub mod tree;
pub mod verify;

pub use error::{Conflict, Error, Fault, FaultKind};
pub use rejected::{Rejected, Rule};

/// What the [`fund!`] macro uses. Not part of the API.
#[doc(hidden)]
pub mod __private {
    pub use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub use crate::fund::{deserialize_name, serialize_name};

    /// Stands in every fund that the macro made.
    #[derive(Clone, Copy, Debug)]
    pub struct MadeByMacro;
}
