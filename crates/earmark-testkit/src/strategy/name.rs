//! Names of things: areas, parties, keys, cases, texts.

use earmark_core::id::{Area, Key, Link, Party};
use proptest::prelude::*;

/// Codes of pooling areas: cities of Jiangsu, the province, the central level, and any six digits. They
/// shrink towards Nanjing, `320100`.
pub fn areas() -> impl Strategy<Value = Area> {
    let known = proptest::sample::select(&[320_100, 320_200, 320_000, 330_100, 0, 999_999][..]);
    prop_oneof![5 => known, 1 => 0..=999_999_u32].prop_map(area)
}

pub(super) const fn area(code: u32) -> Area {
    match Area::from_code(code) {
        Ok(area) => area,
        Err(_) => Area::CENTRAL,
    }
}

/// Parties: mostly one of a few, so that the same one is met again; sometimes any. They shrink towards
/// number 1.
pub fn parties() -> impl Strategy<Value = Party> {
    prop_oneof![7 => 1..=6_u128, 1 => any::<u128>()].prop_map(Party::from_u128)
}

/// Keys: mostly one of a few, so that some come twice; sometimes any.
///
/// ```
/// use earmark_testkit::strategy::name::keys;
/// use proptest::collection::vec;
/// use proptest::prelude::*;
///
/// proptest!(|(keys in vec(keys(), 2..9))| {
///     let used: std::collections::BTreeSet<_> = keys.iter().map(|key| key.bytes()).collect();
///     prop_assert!(used.len() <= keys.len());
/// });
/// ```
pub fn keys() -> impl Strategy<Value = Key> {
    prop_oneof![3 => 1..=9_u128, 1 => any::<u128>()]
        .prop_map(|number| Key::from_bytes(number.to_be_bytes()))
}

/// Cases and facts that events belong to: mostly one of a few, sometimes any.
pub fn links() -> impl Strategy<Value = Link> {
    prop_oneof![7 => 1..=4_u128, 1 => any::<u128>()].prop_map(Link::from_u128)
}

/// Texts for a book's register: in several scripts, with spaces and signs, up to the longest that there
/// may be, and a little longer or empty. They shrink towards short ones.
///
/// ```
/// use earmark_testkit::strategy::name::{good_texts, texts};
/// use proptest::prelude::*;
///
/// proptest!(|(good in good_texts(), any in texts())| {
///     prop_assert!((1..=4096).contains(&good.len()));
///     prop_assert!(any.len() <= 5_000);
/// });
/// ```
pub fn texts() -> impl Strategy<Value = String> {
    prop_oneof![8 => good_texts(), 1 => Just(String::new()), 1 => long(4_097..=4_200)]
}

/// Texts that a book takes: 1 to 4,096 bytes.
pub fn good_texts() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => "[a-z]{1,12}( [a-z0-9]{1,8}){0,3}",
        3 => proptest::sample::select(vec!["社会保险法", "财社〔2017〕144号 art 39", "\u{202e}", "\u{0}", "e\u{301}", "🐉"])
            .prop_map(str::to_owned),
        3 => "\\PC{1,40}",
        1 => long(4_090..=4_096),
    ]
}

fn long(bytes: std::ops::RangeInclusive<usize>) -> impl Strategy<Value = String> {
    bytes.prop_map(|bytes| "x".repeat(bytes))
}
