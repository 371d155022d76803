//! What lets others check an earmark ledger without trusting who keeps it.
//!
//! In reading order: the [`origin`] under which a book's log is known; the [`notary`], which signs
//! checkpoints and gathers cosignatures, and the [`archive`] that keeps them where the ledger's file is not;
//! an [`acceptance`] before recording and a [`receipt`] after it; personal [`vault`]s, which can be
//! emptied while every proof stands; the [`certificate`] that an insured person holds; the [`package`] that an
//! auditor is given, and the [`mirror`] that replays it.

pub mod acceptance;
pub mod archive;
pub mod certificate;
pub mod folder;
pub mod mirror;
pub mod notary;
pub mod origin;
pub mod package;
pub mod receipt;
pub mod vault;
