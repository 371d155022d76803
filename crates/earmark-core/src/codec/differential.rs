//! Every frozen body, written and read a second time by another encoder (`wincode`), from a description of
//! its own: the fields of the format page, in order. Both give the same bytes for the same values, read the
//! same values from the same bytes, stop at the same byte, and refuse the same bytes.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use wincode::SchemaRead;
use wincode::config::DefaultConfig;

use super::wire;

/// `H`: recorded_at, effective_on, register, document, basis, actor.
type Head = (i64, i32, u32, u64, u32, u32);
/// `K`: correlation, causation.
type Links = (Option<[u8; 16]>, Option<[u8; 16]>);
type Id = [u8; 16];

fn head(it: Head) -> wire::VoucherV1 {
    let (recorded_at, effective_on, register, document, basis, actor) = it;
    wire::VoucherV1 { recorded_at, effective_on, register, document, basis, actor }
}

fn links((correlation, causation): Links) -> wire::LinksV1 {
    wire::LinksV1 { correlation, causation }
}

fn of_head(it: wire::VoucherV1) -> Head {
    (it.recorded_at, it.effective_on, it.register, it.document, it.basis, it.actor)
}

fn of_links(it: wire::LinksV1) -> Links {
    (it.correlation, it.causation)
}

/// How both readers answered: the value and how many bytes it took.
type Answer<T> = Option<(T, usize)>;

fn by_wincode<T: for<'de> SchemaRead<'de, DefaultConfig, Dst = T>>(bytes: &[u8]) -> Answer<T> {
    let mut rest = bytes;
    let value = T::get(&mut rest).ok()?;
    Some((value, bytes.len() - rest.len()))
}

macro_rules! bodies {
    ($($test:ident $body:ident($($field:ident: $type:ty),*) $least:literal to $most:literal;)*) => {$(
        #[test]
        fn $test() {
            type Twin = (Head, ($($type,)*), Links);

            fn frozen((voucher, ($($field,)*), ids): Twin) -> wire::$body {
                wire::$body { voucher: head(voucher), $($field,)* links: links(ids) }
            }

            fn by_bincode(bytes: &[u8]) -> Answer<Twin> {
                let (body, used) = wire::take::<wire::$body>(bytes)?;
                Some(((of_head(body.voucher), ($(body.$field,)*), of_links(body.links)), used))
            }

            proptest!(|(twin in any::<Twin>(), more in vec(any::<u8>(), 0..4),
                        changes in vec((any::<Index>(), any::<u8>()), 1..5), cut in any::<Index>())| {
                let mut bytes = Vec::new();
                wire::put(&frozen(twin), &mut bytes);
                prop_assert_eq!(&bytes, &wincode::serialize(&twin).unwrap(), "the same encoding");
                prop_assert!(($least..=$most).contains(&bytes.len()), "{} bytes", bytes.len());
                prop_assert_eq!(by_bincode(&bytes), Some((twin, bytes.len())));
                let whole = bytes.len();
                bytes.extend(more);
                prop_assert_eq!(by_wincode::<Twin>(&bytes), Some((twin, whole)), "what follows is left");
                prop_assert_eq!(by_bincode(&bytes), by_wincode::<Twin>(&bytes));
                for (at, byte) in &changes {
                    let at = at.index(bytes.len());
                    bytes[at] = *byte;
                    prop_assert_eq!(by_bincode(&bytes), by_wincode::<Twin>(&bytes), "{:?}", bytes);
                }
                bytes.truncate(cut.index(bytes.len()));
                prop_assert_eq!(by_bincode(&bytes), by_wincode::<Twin>(&bytes), "cut short: {:?}", bytes);
            });
            // Every byte of the smallest body, with every value: among them all tags of optional ids.
            let mut bytes = Vec::new();
            let none = wincode::deserialize::<Twin>(&[0; 256]).unwrap();
            wire::put(&frozen(none), &mut bytes);
            assert_eq!(bytes, vec![0; $least]);
            let mut refused = 0;
            for at in 0..bytes.len() {
                for byte in 0..=u8::MAX {
                    bytes[at] = byte;
                    let longer = [bytes.as_slice(), &[0; 64]].concat();
                    let answer = by_bincode(&longer);
                    assert_eq!(answer, by_wincode::<Twin>(&longer), "byte {at} as {byte}");
                    refused += usize::from(answer.is_none());
                }
                bytes[at] = 0;
            }
            // A tag has two values: the other 254 of each optional id are refused.
            let optional = ($most - $least) / 16;
            assert_eq!(refused, optional * 254);
        }
    )*};
}

bodies! {
    layout_a AccountV1(account: u8) 35 to 67;
    layout_p PlainV1(amount: u64, account: u8) 43 to 75;
    layout_q PurposeV1(amount: u64, account: u8, purpose: u16, party: Id) 61 to 93;
    layout_l LevelV1(amount: u64, account: u8, area: u32) 47 to 79;
    layout_m PlaceV1(amount: u64, account: u8, purpose: u16, party: Id, area: u32) 65 to 97;
    layout_r ReleaseV1(amount: u64, account: u8, plan: u32) 47 to 79;
    layout_o OriginalV1(amount: u64, account: u8, purpose: u16, party: Id, original: u64, original_kind: u8)
        70 to 102;
    layout_v ReversalV1(
        amount: u64, account: u8, purpose: u16, party: Option<Id>, original: u64, original_kind: u8,
        first: u64, first_kind: u8, reason: u32
    ) 68 to 116;
    layout_t TextV1(number: u32) 38 to 70;
    layout_q2 PurposeV2(amount: u64, account: u8, purpose: u16, party: Id, month: u32) 65 to 97;
    layout_u UnderV1(amount: u64, account: u8, under: u64) 51 to 83;
    layout_c MatterV1(
        amount: u64, base: u64, purpose: u16, party: Option<Id>, other: Option<Id>, from: i32, until: i32,
        number: u64, text: u32
    ) 74 to 138;
    layout_d DocumentV1() 34 to 66;
    layout_n RollV1(first: i32, last: i32, closing: u64, parties: u64, salt: Id, root: [u8; 32]) 106 to 138;
    layout_w BoundV1(party: Option<Id>, event: u64, commitment: [u8; 32]) 75 to 123;
}

/// A struct that is frozen and not compared here would go unnoticed.
#[test]
fn every_body_is_compared() {
    let wire = include_str!("wire.rs");
    let frozen: Vec<_> = wire
        .lines()
        .filter_map(|line| line.strip_prefix("pub(super) struct "))
        .filter_map(|line| line.split(' ').next())
        .filter(|name| !["VoucherV1", "LinksV1"].contains(name))
        .collect();
    let here = include_str!("differential.rs");
    let missing: Vec<_> =
        frozen.iter().filter(|name| !here.contains(&format!(" {name}("))).collect();
    assert!(frozen.len() == 15 && missing.is_empty(), "{frozen:?}, missing: {missing:?}");
}
