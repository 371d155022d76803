//! What is drawn at random follows from one number, so that a run can be repeated to the last bit.

use earmark::prelude::*;
use sha2::{Digest, Sha256};

/// A number from which others are drawn by name. Drawing does not change it: what is drawn for one
/// event does not depend on what was drawn before, so a run can start in the middle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seed(u64);

impl Seed {
    pub(crate) const fn new(number: u64) -> Self {
        Self(mix(number))
    }

    /// The seed of one of its parts.
    #[inline]
    pub(crate) const fn of(self, part: u64) -> Self {
        // An odd constant spreads neighbouring parts over all 64 bits (the golden ratio times 2^64).
        Self(mix(self.0 ^ part.wrapping_mul(0x9E37_79B9_7F4A_7C15)))
    }

    /// A number from 0 to `below - 1`; 0 where `below` is 0.
    #[inline]
    pub(crate) fn below(self, below: u64) -> u64 {
        u64::try_from((u128::from(self.0) * u128::from(below)) >> 64).unwrap_or(0)
    }

    /// A weight, made up to `percent` heavier or lighter. Weights grow a hundredfold, so that nothing
    /// is lost to rounding.
    pub(crate) fn vary(self, weight: u64, percent: u64) -> u64 {
        weight * (100 - percent + self.below(2 * percent + 1))
    }

    #[inline]
    fn wide(self) -> u128 {
        (u128::from(self.0) << 64) | u128::from(mix(self.0 ^ 0x5851_F42D_4C95_7F2D))
    }

    /// An opaque id of a payer or payee. A real system draws it at random and keeps it beside the
    /// person's record.
    #[inline]
    pub(crate) fn party(self) -> Party {
        Party::from_u128(self.wide())
    }

    /// The id of a business case.
    #[inline]
    pub(crate) fn link(self) -> Link {
        Link::from_u128(self.wide())
    }
}

/// The finalizer of SplitMix64: every bit of the input changes every bit of the output.
#[inline]
const fn mix(number: u64) -> u64 {
    let number = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    number ^ (number >> 31)
}

/// Thirty-two bytes that follow from some parts: SHA-256 over the parts, each led by its length.
///
/// The ledger's secret comes from here, which is right for a replay that anyone shall be able to
/// repeat, and wrong for every other ledger: leave it out, and earmark draws one at random.
pub(crate) fn digest<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    hasher.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_are_repeatable_and_stay_below_their_bound() {
        let seed = Seed::new(7);
        assert_eq!(seed.of(3), Seed::new(7).of(3));
        assert_ne!(seed.of(3).party(), seed.of(4).party());
        for part in 0..1000 {
            assert!(seed.of(part).below(10) < 10);
            assert!((9_200..=10_800).contains(&seed.of(part).vary(100, 8)));
        }
        assert_eq!(seed.below(0), 0);
    }
}
