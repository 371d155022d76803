//! Splitting a sum without losing a fen: the parts always add up to the whole.

use std::cmp::Reverse;

use super::rounding::{RoundingError, in_range};

/// Splits an amount in proportion to weights, by the largest remainder.
///
/// Every part is first rounded down. The fen left over go, one each, to the parts that lost most by
/// that; of equal losers the earlier part is served first. A part of weight 0 is 0.
///
/// ```
/// use earmark_core::assess::shares::by_weight;
///
/// assert_eq!(by_weight(100, &[1, 1, 1])?, [34, 33, 33]);
/// assert_eq!(by_weight(100, &[1, 2, 3])?, [17, 33, 50]);
/// # Ok::<(), earmark_core::assess::shares::SharesError>(())
/// ```
///
/// # Errors
/// [`SharesError`] where the amount is over [`MAX_MINOR`](crate::money::MAX_MINOR), or no weight is
/// above zero.
pub fn by_weight(amount: u64, weights: &[u64]) -> Result<Vec<u64>, SharesError> {
    let amount = in_range(amount)?;
    let whole: u128 = weights.iter().copied().map(u128::from).sum();
    if whole == 0 {
        return Err(SharesError::NoWeight { weights: weights.len() });
    }
    let products = || weights.iter().map(|weight| u128::from(amount) * u128::from(*weight));
    let mut parts: Vec<u64> = products()
        .map(|product| u64::try_from(product / whole).map_err(|_| RoundingError::OutOfRange))
        .collect::<Result<_, _>>()?;
    let left = amount.saturating_sub(parts.iter().sum());

    let mut losers: Vec<_> = products().map(|product| product % whole).zip(&mut parts).collect();
    // The sort is stable, so equal losers stay in the order of the parts.
    losers.sort_by_key(|(lost, _)| Reverse(*lost));
    for ((_, part), _) in losers.into_iter().zip(0..left) {
        *part += 1;
    }
    Ok(parts)
}

/// Splits an amount into so many equal instalments. They differ by at most a fen, the larger first.
///
/// For the instalment agreement on a benefit paid by mistake (Order 765 art 46).
///
/// ```
/// use earmark_core::assess::shares::instalments;
///
/// assert_eq!(instalments(100_000, 3)?, [33_334, 33_333, 33_333]);
/// # Ok::<(), earmark_core::assess::shares::SharesError>(())
/// ```
///
/// # Errors
/// [`SharesError`] where the amount is over [`MAX_MINOR`](crate::money::MAX_MINOR), there are no
/// instalments, or more instalments than fen, so that one would be of nothing.
pub fn instalments(amount: u64, count: u16) -> Result<Vec<u64>, SharesError> {
    let amount = in_range(amount)?;
    if count == 0 || u64::from(count) > amount {
        return Err(SharesError::NoInstalments { amount, found: count });
    }
    by_weight(amount, &vec![1; usize::from(count)])
}

/// Why an amount cannot be split.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SharesError {
    /// The amount is out of range.
    #[error(transparent)]
    Rounding(#[from] RoundingError),
    /// No weight is above zero.
    #[error("expected at least one weight above zero, found none among `{weights}`")]
    NoWeight {
        /// How many weights there are.
        weights: usize,
    },
    /// An instalment would be of nothing.
    #[error("expected 1 to `{amount}` instalments of `{amount}` minor units, found `{found}`")]
    NoInstalments {
        /// The amount, in minor units.
        amount: u64,
        /// How many instalments were asked for.
        found: u16,
    },
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::money::MAX_MINOR;

    #[test]
    fn the_fen_left_over_go_to_the_largest_remainders() {
        for (amount, weights, parts) in [
            (0, vec![1, 2], vec![0, 0]),
            (1, vec![1, 1], vec![1, 0]),
            (1, vec![1, 2], vec![0, 1]),
            (100, vec![0, 1, 0], vec![0, 100, 0]),
            (10, vec![3, 3, 3, 0], vec![4, 3, 3, 0]),
            (MAX_MINOR, vec![u64::MAX, u64::MAX], vec![MAX_MINOR / 2 + 1, MAX_MINOR / 2]),
        ] {
            assert_eq!(by_weight(amount, &weights), Ok(parts), "{amount} by {weights:?}");
        }
    }

    #[test]
    fn without_a_weight_nothing_is_split() {
        for weights in [&[][..], &[0, 0]] {
            let error = SharesError::NoWeight { weights: weights.len() };
            assert_eq!(by_weight(100, weights), Err(error));
        }
        let over = SharesError::Rounding(RoundingError::OutOfRange);
        assert_eq!(by_weight(MAX_MINOR + 1, &[1]), Err(over));
    }

    // Order 765 art 46.
    #[test]
    fn an_instalment_is_never_of_nothing() {
        assert_eq!(instalments(3, 3), Ok(vec![1, 1, 1]));
        assert_eq!(instalments(3, 1), Ok(vec![3]));
        for count in [0, 4] {
            assert_eq!(
                instalments(3, count).unwrap_err().to_string(),
                format!("expected 1 to `3` instalments of `3` minor units, found `{count}`")
            );
        }
    }

    proptest! {
        #[test]
        fn shares_add_up_and_are_off_by_less_than_a_fen(
            amount in 0..=MAX_MINOR, weights in prop::collection::vec(any::<u64>(), 1..40),
        ) {
            prop_assume!(weights.iter().any(|weight| *weight > 0));
            let parts = by_weight(amount, &weights).unwrap();
            prop_assert_eq!(parts.iter().sum::<u64>(), amount);
            let whole: u128 = weights.iter().copied().map(u128::from).sum();
            for (part, weight) in parts.iter().zip(&weights) {
                let down = u128::from(amount) * u128::from(*weight) / whole;
                let up = (u128::from(amount) * u128::from(*weight)).div_ceil(whole);
                prop_assert!((down..=up).contains(&u128::from(*part)));
            }
        }

        #[test]
        fn a_larger_weight_never_gets_less(
            amount in 0..=MAX_MINOR, weights in prop::collection::vec(0..1_000_u64, 1..20),
        ) {
            prop_assume!(weights.iter().any(|weight| *weight > 0));
            let parts = by_weight(amount, &weights).unwrap();
            let mut pairs: Vec<_> = weights.into_iter().zip(parts).collect();
            pairs.sort_unstable();
            let fair = pairs.windows(2).all(|pair| {
                pair[0].0 == pair[1].0 || pair[0].1 <= pair[1].1
            });
            prop_assert!(fair);
        }

        #[test]
        fn instalments_add_up_and_fall_by_at_most_a_fen(
            amount in 65_535..=MAX_MINOR, count in 1..=u16::MAX,
        ) {
            let parts = instalments(amount, count).unwrap();
            prop_assert_eq!(parts.len(), usize::from(count));
            prop_assert_eq!(parts.iter().sum::<u64>(), amount);
            prop_assert!(parts.is_sorted_by(|a, b| a >= b));
            prop_assert!(parts[0] - parts[parts.len() - 1] <= 1);
        }
    }
}
