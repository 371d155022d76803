use super::{Detail, Event};

/// How an event changes what has been taken back of an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Correction {
    /// The sequence number of the earlier event.
    pub seq: u64,
    /// How much more of it is now taken back, in minor units (negative where a return or recovery
    /// was itself reversed).
    pub amount_minor: i64,
}

/// What an event takes back: its original, and, where it reverses a return or recovery, also the
/// original of that.
#[must_use]
pub fn corrections(event: &Event) -> [Option<Correction>; 2] {
    let fact = event.fact();
    // Amounts are at most 10^17 - 1.
    let amount = i64::try_from(fact.amount_minor()).unwrap_or(i64::MAX);
    match *fact.detail() {
        Detail::Original(original) => {
            [Some(Correction { seq: original.seq, amount_minor: amount }), None]
        }
        Detail::Reversal { of, first, .. } => [
            Some(Correction { seq: of.seq, amount_minor: amount }),
            first.map(|first| Correction { seq: first.seq, amount_minor: -amount }),
        ],
        _ => [None, None],
    }
}
