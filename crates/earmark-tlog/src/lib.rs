//! RFC 6962 Merkle trees over append-only logs.
//!
//! A log is a list of leaves that only grows. Its tree hash commits to every leaf and to their
//! order. This crate holds the three functions that define such a tree ([`leaf_hash`],
//! [`node_hash`] and the root of the empty tree, [`EMPTY_ROOT`]) and [`Frontier`], the growing
//! edge of a tree: at most 64 hashes, from which the root after every further leaf follows.
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
//! Proofs, signed checkpoints and cosignatures are not here yet.

mod frontier;
mod hash;

pub use frontier::{Frontier, FrontierError};
pub use hash::{EMPTY_ROOT, Hash, leaf_hash, node_hash};
