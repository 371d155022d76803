//! Transparent logs: lists that only grow, whose state anybody can check.
//!
//! In reading order: the three functions that define an RFC 6962 tree ([`leaf_hash`], [`node_hash`] and
//! the root of the empty tree, [`EMPTY_ROOT`]); [`Frontier`], the growing edge of a tree, from which the
//! root after every further leaf follows; [`proof`]s that a leaf is in a tree and that a tree extends
//! another. Then the formats of the C2SP family, in which others read them: signed [`note`]s,
//! [`checkpoint`]s and cosignatures, what a [`witness`](mod@witness) does, a [`policy`] that says whom to
//! believe, a [`log_proof`] that somebody can hold, and a log as [`tile`]s.
//!
//! ```
//! use earmark_tlog::{Frontier, leaf_hash, node_hash};
//!
//! let mut log = Frontier::new();
//! log.push(leaf_hash(b"first"))?;
//! log.push(leaf_hash(b"second"))?;
//! assert_eq!(log.root(), node_hash(&leaf_hash(b"first"), &leaf_hash(b"second")));
//! # Ok::<(), earmark_tlog::FrontierError>(())
//! ```
//!
//! Keys are Ed25519. With the feature `ml-dsa` they may be ML-DSA-44 too, for witnesses and for logs, and with
//! `sm2` SM2 for logs; a note bears several signatures, and whoever does not know the algorithm of one passes
//! it over (see [`Algorithm`](note::Algorithm)).
//!
//! Every parser is strict: one text for each value, bounded lengths, nothing skipped. Nothing here reads a
//! clock, a file or a source of randomness.

pub mod checkpoint;
mod frontier;
mod hash;
pub mod log_proof;
pub mod note;
pub mod policy;
pub mod proof;
pub mod tile;
pub mod witness;

pub use frontier::{Frontier, FrontierError};
pub use hash::{EMPTY_ROOT, Hash, leaf_hash, node_hash};
