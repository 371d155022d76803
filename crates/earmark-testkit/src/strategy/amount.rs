//! Amounts of money.

use earmark_core::fund::Fund;
use earmark_core::money::{Amount, MAX_MINOR};
use proptest::prelude::*;

use super::dice::Dice;

/// Amounts of a fund, the edges of their range included: nothing, one minor unit, all there is.
///
/// They shrink towards nothing.
///
/// ```
/// use earmark_core::fund::WorkInjury;
/// use earmark_testkit::strategy::amount::amounts;
/// use proptest::prelude::*;
///
/// proptest!(|(one in amounts::<WorkInjury>(), other in amounts::<WorkInjury>())| {
///     // A sum is exact, or over the range and refused.
///     if let Ok(sum) = one + other {
///         prop_assert_eq!(sum.minor(), one.minor() + other.minor());
///     }
/// });
/// ```
pub fn amounts<F: Fund>() -> impl Strategy<Value = Amount<F>> {
    minors().prop_map(|minor| Amount::from_minor(minor).unwrap())
}

/// Amounts above zero that an everyday account holds: up to 50,000.00.
pub fn everyday_amounts<F: Fund>() -> impl Strategy<Value = Amount<F>> {
    (1_u64..=5_000_000).prop_map(|minor| Amount::from_minor(minor).unwrap())
}

/// Minor units over the whole range, with its edges.
pub fn minors() -> impl Strategy<Value = u64> {
    prop_oneof![
        8 => 0_u64..20_000,
        4 => 20_000_u64..=5_000_000,
        2 => 0..=MAX_MINOR,
        1 => MAX_MINOR - 9..=MAX_MINOR,
        1 => select_edges(),
    ]
}

fn select_edges() -> impl Strategy<Value = u64> {
    proptest::sample::select(vec![0, 1, 99, 100, 101, MAX_MINOR / 2, MAX_MINOR / 2 + 1, MAX_MINOR])
}

/// Texts that name an amount with two decimal places, or nearly: over the range, signed, with a point too
/// many. What is right is frequent.
///
/// ```
/// use earmark_core::fund::WorkInjury;
/// use earmark_core::money::yuan;
/// use earmark_testkit::strategy::amount::amount_texts;
/// use proptest::prelude::*;
///
/// proptest!(|(text in amount_texts())| {
///     if let Ok(amount) = yuan::<WorkInjury>(&text) {
///         prop_assert!(text.starts_with(&(amount.minor() / 100).to_string()));
///     }
/// });
/// ```
pub fn amount_texts() -> impl Strategy<Value = String> {
    prop_oneof![
        12 => minors().prop_map(in_major),
        1 => (MAX_MINOR + 1..=u64::MAX).prop_map(in_major),
        2 => proptest::sample::select(&NO_AMOUNTS[..]).prop_map(str::to_owned),
    ]
}

/// What looks like an amount and is none.
pub const NO_AMOUNTS: [&str; 12] = [
    "", "-1.00", "+1.00", "1.005", "1.", ".50", "1e3", "1,000.00", " 1.00", "1.00 ", "0x10",
    "１.00",
];

/// Minor units as the text of an amount with two decimal places.
#[must_use]
pub fn in_major(minor: u64) -> String {
    format!("{}.{:02}", minor / 100, minor % 100)
}

/// The minor units of such a text.
#[must_use]
pub fn in_minor(text: &str) -> Option<u64> {
    let (whole, decimals) = text.split_once('.')?;
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if decimals.len() != 2 || !plain(whole) || !plain(decimals) {
        return None;
    }
    format!("{whole}{decimals}").parse().ok()
}

/// Amounts that are simpler than one: nothing at all where that may be, a fen, a yuan, then less and less
/// below it, in whole yuan.
pub(super) fn simpler_minors(minor: u64) -> Vec<u64> {
    let whole = |minor: u64| minor / 100 * 100;
    let parts = [0, 1, 100, whole(minor / 2), whole(minor / 4 * 3), whole(minor / 8 * 7)];
    let near = if minor < 2_000 { minor.saturating_sub(100) } else { minor };
    let mut simpler: Vec<_> = parts.into_iter().chain([near, whole(minor)]).collect();
    simpler.retain(|it| *it < minor);
    simpler.sort_unstable();
    simpler.dedup();
    simpler
}

/// Mostly small sums, so that accounts run dry; now and then none, all there is, or no amount.
pub(super) fn text(dice: &mut Dice<'_>) -> String {
    in_major(match dice.below(64) {
        0 => 0,
        1 => MAX_MINOR - 10_000 + u64::try_from(dice.between(0, 10_002)).unwrap(),
        2 => return dice.one(&NO_AMOUNTS).to_owned(),
        3..16 => small(dice, 5_000_000),
        _ => small(dice, 20_000),
    })
}

/// A sum above zero.
pub(super) fn small(dice: &mut Dice<'_>, most: i64) -> u64 {
    u64::try_from(dice.between(1, most)).unwrap()
}
