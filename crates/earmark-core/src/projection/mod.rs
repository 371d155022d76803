//! Projections: folds over events, kept beside them, rebuilt and proved at will.

mod any;
mod cell;
mod cells;
mod snapshot;
mod totals;

pub use any::{AnyProjection, Attached, CellSink, CellSource, EachHeld};
pub use cell::CellPart;
pub use cells::Cells;
pub use snapshot::{Snapshot, SnapshotError, fingerprint};
pub use totals::{TotalKey, Totals};

use std::hash::Hash;

use crate::event::Recorded;

/// A fold of a book's events into cells: small values under ordered keys.
///
/// A store keeps the cells in the same transaction as the events (exactly once), brings a new
/// projection up to date, rebuilds one, and `verify` proves that the stored cells equal a replay.
/// `apply` must depend on nothing but its arguments.
///
/// What each party has been paid in benefits, less what came back from it, in full:
///
/// ```
/// use earmark_core::event::{Kind, Recorded};
/// use earmark_core::id::Party;
/// use earmark_core::projection::{Cells, Projection};
///
/// #[derive(Clone, Copy)]
/// struct PaidTo;
///
/// impl Projection for PaidTo {
///     const NAME: &'static str = "paid_to";
///     const VERSION: u32 = 1;
///     type Key = Party;
///     type Value = i64;
///
///     fn apply(&self, recorded: &Recorded, cells: &mut Cells<'_, Party, i64>) {
///         let benefit = recorded.event().fact().root_kind() == Kind::BenefitPaid;
///         if let (true, Some(party)) = (benefit, recorded.party()) {
///             cells.update(party, |paid| *paid += recorded.net_minor());
///         }
///     }
/// }
/// ```
pub trait Projection: Send + Sync + 'static {
    /// The name under which a ledger keeps it.
    const NAME: &'static str;
    /// Raised whenever `apply`, the key or the value changes its meaning; the cells are then rebuilt.
    const VERSION: u32;
    /// The key of a cell. Its encoded form orders like the key itself.
    type Key: CellPart + Ord + Hash;
    /// The value of a cell. A cell that has its default value is not stored.
    type Value: CellPart + Default + PartialEq;

    /// Takes the next event of a book.
    fn apply(&self, recorded: &Recorded, cells: &mut Cells<'_, Self::Key, Self::Value>);
}
