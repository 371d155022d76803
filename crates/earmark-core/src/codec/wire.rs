//! The frozen structs of event bodies, one for each layout, and which kind and version has which.
//!
//! bincode writes their fields in order, little-endian and of fixed width, with no padding; an
//! optional id is one byte (0 or 1) and, after 1, its sixteen bytes. A struct here never changes: a
//! new layout is a new struct with a new version.

use bincode::{Decode, Encode, config};

/// The version of every body written today, but for those that have a second.
pub(super) const VERSION: u8 = 1;

/// The version of a premium that names the month for which it is due.
pub(super) const VERSION_OWED: u8 = 2;

#[derive(Encode, Decode, Clone, Copy)]
pub(super) struct VoucherV1 {
    pub(super) recorded_at: i64,
    pub(super) effective_on: i32,
    pub(super) register: u32,
    pub(super) document: u64,
    pub(super) basis: u32,
    pub(super) actor: u32,
}

#[derive(Encode, Decode, Clone, Copy)]
pub(super) struct LinksV1 {
    pub(super) correlation: Option<[u8; 16]>,
    pub(super) causation: Option<[u8; 16]>,
}

/// Layout A: an account opened or closed.
#[derive(Encode, Decode)]
pub(super) struct AccountV1 {
    pub(super) voucher: VoucherV1,
    pub(super) account: u8,
    pub(super) links: LinksV1,
}

/// Layout P: an amount at an account.
#[derive(Encode, Decode)]
pub(super) struct PlainV1 {
    pub(super) voucher: VoucherV1,
    pub(super) amount: u64,
    pub(super) account: u8,
    pub(super) links: LinksV1,
}

/// Layout Q: an amount at an account, for a purpose, from or to a party.
#[derive(Encode, Decode)]
pub(super) struct PurposeV1 {
    pub(super) voucher: VoucherV1,
    pub(super) amount: u64,
    pub(super) account: u8,
    pub(super) purpose: u16,
    pub(super) party: [u8; 16],
    pub(super) links: LinksV1,
}

/// Layout L: an amount at an account, to or from the level above or below.
#[derive(Encode, Decode)]
pub(super) struct LevelV1 {
    pub(super) voucher: VoucherV1,
    pub(super) amount: u64,
    pub(super) account: u8,
    pub(super) area: u32,
    pub(super) links: LinksV1,
}

/// Layout M: an amount at an account, for a purpose (0 for none), for a party, with another area.
#[derive(Encode, Decode)]
pub(super) struct PlaceV1 {
    pub(super) voucher: VoucherV1,
    pub(super) amount: u64,
    pub(super) account: u8,
    pub(super) purpose: u16,
    pub(super) party: [u8; 16],
    pub(super) area: u32,
    pub(super) links: LinksV1,
}

/// Layout R: a release, with the month of its use plan.
#[derive(Encode, Decode)]
pub(super) struct ReleaseV1 {
    pub(super) voucher: VoucherV1,
    pub(super) amount: u64,
    pub(super) account: u8,
    pub(super) plan: u32,
    pub(super) links: LinksV1,
}

/// Layout O: an original taken back in part or whole.
#[derive(Encode, Decode)]
pub(super) struct OriginalV1 {
    pub(super) voucher: VoucherV1,
    pub(super) amount: u64,
    pub(super) account: u8,
    pub(super) purpose: u16,
    pub(super) party: [u8; 16],
    pub(super) original: u64,
    pub(super) original_kind: u8,
    pub(super) links: LinksV1,
}

/// Layout V: a reversal. `first` and `first_kind` are 0 where the original took nothing back itself.
#[derive(Encode, Decode)]
pub(super) struct ReversalV1 {
    pub(super) voucher: VoucherV1,
    pub(super) amount: u64,
    pub(super) account: u8,
    pub(super) purpose: u16,
    pub(super) party: Option<[u8; 16]>,
    pub(super) original: u64,
    pub(super) original_kind: u8,
    pub(super) first: u64,
    pub(super) first_kind: u8,
    pub(super) reason: u32,
    pub(super) links: LinksV1,
}

/// Layout T, up to the text, whose UTF-8 bytes fill the rest of the record.
#[derive(Encode, Decode)]
pub(super) struct TextV1 {
    pub(super) voucher: VoucherV1,
    pub(super) number: u32,
    pub(super) links: LinksV1,
}

/// Layout Q in version 2: a premium with the month for which it is due (yyyymm).
#[derive(Encode, Decode)]
pub(super) struct PurposeV2 {
    pub(super) voucher: VoucherV1,
    pub(super) amount: u64,
    pub(super) account: u8,
    pub(super) purpose: u16,
    pub(super) party: [u8; 16],
    pub(super) month: u32,
    pub(super) links: LinksV1,
}

/// Layout U: an amount at an account, under the authorisation with this sequence number.
#[derive(Encode, Decode)]
pub(super) struct UnderV1 {
    pub(super) voucher: VoucherV1,
    pub(super) amount: u64,
    pub(super) account: u8,
    pub(super) under: u64,
    pub(super) links: LinksV1,
}

/// Layout D, up to the profile, whose UTF-8 bytes fill the rest of the record.
#[derive(Encode, Decode)]
pub(super) struct DocumentV1 {
    pub(super) voucher: VoucherV1,
    pub(super) links: LinksV1,
}

/// Layout C: a matter. A day that it does not have is [`NO_DAY`].
#[derive(Encode, Decode)]
pub(super) struct MatterV1 {
    pub(super) voucher: VoucherV1,
    pub(super) amount: u64,
    pub(super) base: u64,
    pub(super) purpose: u16,
    pub(super) party: Option<[u8; 16]>,
    pub(super) other: Option<[u8; 16]>,
    pub(super) from: i32,
    pub(super) until: i32,
    pub(super) number: u64,
    pub(super) text: u32,
    pub(super) links: LinksV1,
}

/// Layout N: the roll of a closed period.
#[derive(Encode, Decode)]
pub(super) struct RollV1 {
    pub(super) voucher: VoucherV1,
    pub(super) first: i32,
    pub(super) last: i32,
    pub(super) closing: u64,
    pub(super) parties: u64,
    pub(super) salt: [u8; 16],
    pub(super) root: [u8; 32],
    pub(super) links: LinksV1,
}

/// Layout W: a commitment to personal detail. `event` is 0 for none.
#[derive(Encode, Decode)]
pub(super) struct BoundV1 {
    pub(super) voucher: VoucherV1,
    pub(super) party: Option<[u8; 16]>,
    pub(super) event: u64,
    pub(super) commitment: [u8; 32],
    pub(super) links: LinksV1,
}

/// Stands for no day: the least value, which is no day of the calendar.
pub(super) const NO_DAY: i32 = i32::MIN;

const fn layout() -> impl config::Config {
    config::standard().with_little_endian().with_fixed_int_encoding().with_no_limit()
}

/// Appends a body's bytes.
pub(super) fn put(body: &impl Encode, into: &mut Vec<u8>) {
    // Writing plain integers and arrays into a growing vector has no way to fail.
    let written = bincode::encode_into_writer(body, Appender(into), layout());
    debug_assert!(written.is_ok());
}

/// Reads a body and how many bytes it took; none where the bytes are not one.
pub(super) fn take<B: Decode<()>>(bytes: &[u8]) -> Option<(B, usize)> {
    bincode::decode_from_slice(bytes, layout()).ok()
}

struct Appender<'a>(&'a mut Vec<u8>);

impl bincode::enc::write::Writer for Appender<'_> {
    fn write(&mut self, bytes: &[u8]) -> Result<(), bincode::error::EncodeError> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }
}
