//! Bytes and texts from outside, judged: what every decoder must hold to, whatever it is given.
//!
//! Each function takes any bytes at all, gives them to one family of decoders, and fails where one breaks
//! its promise:
//! - it never panics, and what it allocates is bounded by a constant times what it was given;
//! - of what is stored, nothing that it accepts has a second spelling: written again, the same bytes come
//!   out. Event records are written again by [`spelling`], which knows the format page and none of the
//!   library's own encoders;
//! - of what is only transported (JSON, texts that people type), what it accepts reads the same once it was
//!   written in its normal form;
//! - what it accepts satisfies the invariants of its type.
//!
//! They are what fuzzers run, and they are plain functions: a corpus and mutations of it run as a test.
//!
//! | function | decoders |
//! |---|---|
//! | [`frame()`] | commit frames, and the records in them |
//! | [`record()`] | event records of every kind and version, for every built-in fund and one that borrows |
//! | [`commit()`] | a stored commit with the columns beside it, and the search for an event in it |
//! | [`cell()`] | the parts of projection cells, totals, register keys and entries |
//! | [`snapshot()`] | snapshots of projections |
//! | [`head()`] | where a book stands: the parts of a state, its standing, the edge of its tree |
//! | [`profile()`] | bundles of rule profiles |
//! | [`command()`] | the JSON of a command of the dynamic door, and what becomes of it in a book |
//! | [`json()`] | the JSON of every other type that reads it |
//! | [`text()`] | amounts, days, areas, rates, budget lines, as people type them |
//! | [`vocabulary()`] | the closed lists that a ledger keeps beside a book |
//! | [`note()`] | signed notes, and the lines with which a witness answers |
//! | [`checkpoint()`] | the text of a checkpoint |
//! | [`verifier_key()`] | public keys as people configure them |
//! | [`witness_request()`] | what a witness is asked to cosign, and what it says |
//! | [`policy()`] | policies: whom to believe |
//! | [`log_proof()`] | proofs that somebody holds |
//! | [`tile()`] | paths of tiles, tiles, and bundles of entries |
//! | [`ledger()`] | a whole ledger that a store was able to open |
//!
//! ```
//! use earmark_testkit::outside::{self, Reading};
//!
//! assert_eq!(outside::text(b"1200.50"), Reading::Accepted);
//! assert_eq!(outside::text(b"nothing that anyone reads"), Reading::Refused);
//! assert_eq!(outside::frame(b"EMKC and so on"), Reading::Refused);
//! ```

pub mod spelling;

mod cell;
mod command;
mod frame;
mod head;
mod json;
mod ledger;
mod log;
mod profile;
mod record;
mod snapshot;
mod text;

pub use cell::cell;
pub use command::command;
pub use frame::{commit, frame};
pub use head::head;
pub use json::json;
pub use ledger::{ledger, vocabulary};
pub use log::{
    checkpoint, log_proof, log_seeds, note, policy, tile, verifier_key, witness_request,
};
pub use profile::profile;
pub use record::record;
pub use snapshot::snapshot;
pub use text::text;

use earmark_core::fund;
use earmark_core::fund::{BUILT_IN, Fund, FundSpec};

/// Whether any decoder took the bytes for what it reads. Both are right answers; a corpus should have some
/// of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// At least one decoder accepted them.
    Accepted,
    /// Every decoder refused them.
    Refused,
}

impl Reading {
    fn of(accepted: bool) -> Self {
        if accepted { Self::Accepted } else { Self::Refused }
    }

    fn and(self, other: Self) -> Self {
        Self::of(self == Self::Accepted || other == Self::Accepted)
    }
}

fund! {
    /// A fund of a law that knows everything: investment, transfers, settlement, authorised loans.
    pub Town {
        code: "TOWN", name: "town fund" "镇基金", currency: USD, jurisdiction: Other,
        invests: yes, settles_across_provinces: yes, transfers: yes, settles_directly: yes,
        borrows: yes,
    }
    premiums TownPremium { Tax = 1 "tax" "税" => Premium, }
    benefits TownBenefit {
        Grant = 1 "grant" "补助" => Benefit,
        Office = 2 "office" "办公" => Administration,
    }
    state_uses TownUse { Insurance = 1 "insurance" "保险" => CriticalIllnessInsurance, }
}

/// The built-in funds, and one that may do what none of them may.
#[must_use]
pub fn funds() -> Vec<&'static FundSpec> {
    BUILT_IN.into_iter().chain([Town::SPEC]).collect()
}

/// Takes plain numbers off the front of some bytes; zeros where they have run out.
struct Numbers<'a>(&'a [u8]);

impl Numbers<'_> {
    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut taken = [0; N];
        let length = N.min(self.0.len());
        let (first, rest) = self.0.split_at(length);
        taken[..length].copy_from_slice(first);
        self.0 = rest;
        taken
    }

    fn byte(&mut self) -> u8 {
        u8::from_le_bytes(self.bytes())
    }

    fn number(&mut self) -> u64 {
        u64::from_le_bytes(self.bytes())
    }
}
