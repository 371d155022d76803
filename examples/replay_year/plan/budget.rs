//! How the events beyond the fewest are given out.

use crate::split::by_weight;

use super::draft::wuxi_lines;
use super::{event_weights, return_weights};

/// How many times, of all premiums and benefits, the medical premium of an unemployed person is
/// recorded: in each of two books.
const FOR_UNEMPLOYED_EVENTS: u64 = 3;

/// How the events beyond the fewest are given out.
pub(super) struct Budget {
    /// By fund and line.
    pub(super) lines: Vec<Vec<u64>>,
    pub(super) for_unemployed: u64,
    /// Payments that bounce, by fund.
    pub(super) returned: Vec<u64>,
    pub(super) wuxi: Vec<u64>,
}

impl Budget {
    pub(super) fn of(spare: u64) -> Self {
        // Each is two events: the return and the second payment. Each costs a look at the ledger.
        let returned = (spare / 2_000).min(20_000);
        let spare = spare - 2 * returned;
        let mut weights = event_weights();
        weights.push(wuxi_lines().iter().map(|line| line.events).collect());
        let flat = weights.concat();
        let whole = flat.iter().sum::<u64>() + 2 * FOR_UNEMPLOYED_EVENTS;
        let for_unemployed = spare / whole * FOR_UNEMPLOYED_EVENTS;
        let mut given = by_weight(spare - 2 * for_unemployed, &flat).into_iter();
        let mut lines: Vec<Vec<u64>> =
            weights.iter().map(|fund| given.by_ref().take(fund.len()).collect()).collect();
        let wuxi = lines.pop().unwrap_or_default();
        Self { lines, for_unemployed, returned: by_weight(returned, &return_weights()), wuxi }
    }
}
