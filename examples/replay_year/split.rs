//! Exact splitting: the parts of a total add up to it, whatever their number.

use std::ops::Range;

use crate::seed::Seed;

/// Splits a total by weights. The parts add up to the total (0 where all weights are 0).
///
/// Part `i` lies between two marks on the line from 0 to the total, the marks standing at the rounded
/// shares of the weights up to `i`. No part is lost to rounding, because neighbours share a mark.
pub(crate) fn by_weight(total: u64, weights: &[u64]) -> Vec<u64> {
    let whole: u128 = weights.iter().copied().map(u128::from).sum();
    let mut weight = 0_u128;
    let mut mark = 0;
    weights
        .iter()
        .map(|own| {
            weight += u128::from(*own);
            let next = (u128::from(total) * weight).checked_div(whole).unwrap_or(0);
            // A share of a total of 64 bits.
            let next = u64::try_from(next).unwrap_or(total);
            let part = next - mark;
            mark = next;
            part
        })
        .collect()
}

/// A total split into so many positive parts of uneven size, any of which is computed without the
/// others.
///
/// Mark `i` stands at `i` even steps, moved to and fro by less than half a step. So the marks never
/// meet, each part is at least 1 and at most two steps, and all of them add up to the total.
#[derive(Clone, Copy, Debug)]
pub(crate) struct UnevenParts {
    total: u64,
    count: u64,
    step: u64,
    /// So many of the first steps are longer by 1.
    longer: u64,
    swing: u64,
    seed: Seed,
}

impl UnevenParts {
    /// None where there are no parts, or more parts than units to split.
    pub(crate) fn new(total: u64, count: u64, seed: Seed) -> Option<Self> {
        let step = total.checked_div(count)?;
        let swing = step.checked_sub(1)? / 2;
        Some(Self { total, count, step, longer: total % count, swing, seed })
    }

    #[inline]
    fn mark(&self, index: u64) -> u64 {
        if index == 0 {
            return 0;
        }
        if index >= self.count {
            return self.total;
        }
        let swung = self.seed.of(index).below(2 * self.swing + 1);
        index * self.step + index.min(self.longer) + swung - self.swing
    }

    /// The parts with these indices, in order. Beyond the last part, 0.
    #[inline]
    pub(crate) fn parts(self, range: Range<u64>) -> impl Iterator<Item = u64> {
        let mut mark = self.mark(range.start);
        range.map(move |index| {
            let next = self.mark(index + 1);
            let part = next - mark;
            mark = next;
            part
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_fen_is_not_lost_between_three() {
        assert_eq!(by_weight(100, &[1, 1, 1]), [33, 33, 34]);
        assert_eq!(by_weight(100, &[0, 1, 0]), [0, 100, 0]);
        assert_eq!(by_weight(100, &[0, 0]), [0, 0]);
    }

    #[test]
    fn what_cannot_be_split_into_positive_parts_is_refused() {
        assert!(UnevenParts::new(5, 0, Seed::new(1)).is_none());
        assert!(UnevenParts::new(5, 6, Seed::new(1)).is_none());
        let fen = UnevenParts::new(5, 5, Seed::new(1)).unwrap();
        assert_eq!(fen.parts(0..5).collect::<Vec<_>>(), [1; 5]);
    }

    proptest! {
        #[test]
        fn weighted_parts_add_up(total: u64, weights in prop::collection::vec(0..1_u64 << 40, 1..40)) {
            prop_assume!(weights.iter().any(|weight| *weight > 0));
            prop_assert_eq!(by_weight(total, &weights).iter().sum::<u64>(), total);
        }

        #[test]
        fn uneven_parts_add_up_and_none_is_empty(
            total in 1..=10_u64.pow(17), count in 1..5_000_u64, seed: u64,
        ) {
            prop_assume!(total >= count);
            let parts = UnevenParts::new(total, count, Seed::new(seed)).unwrap();
            let all: Vec<_> = parts.parts(0..count).collect();
            prop_assert_eq!(all.iter().sum::<u64>(), total);
            prop_assert!(all.iter().all(|part| *part >= 1));
            prop_assert!(all.iter().all(|part| *part <= 2 * (total / count + 1)));
        }

        #[test]
        fn a_part_does_not_depend_on_where_one_starts(
            total in 1_000..=10_u64.pow(15), cut in 0..1_000_u64, seed: u64,
        ) {
            let parts = UnevenParts::new(total, 1_000, Seed::new(seed)).unwrap();
            let whole: Vec<_> = parts.parts(0..1_000).collect();
            let halves: Vec<_> = parts.parts(0..cut).chain(parts.parts(cut..1_000)).collect();
            prop_assert_eq!(whole, halves);
        }
    }
}
