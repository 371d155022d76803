//! Projection cells.

use earmark_core::account::Account;
use earmark_core::event::Kind;
use earmark_core::fund::{Fund, WorkInjury};
use earmark_core::id::{Area, BookId, Link, Party, area};
use earmark_core::projection::{CellPart, TotalKey};
use earmark_core::register::{DueKey, Entry, RegisterKey};
use earmark_core::store::decode_total;
use earmark_core::time::{Day, Month, Timestamp};

use super::Reading;

/// One key or value of a cell, read as each type that has a stored form.
///
/// # Panics
/// Where a promise of a decoder is broken; see the [module](super).
pub fn cell(bytes: &[u8]) -> Reading {
    let accepted = [
        one::<TotalKey>(bytes),
        one::<(u128, u64)>(bytes),
        one::<RegisterKey>(bytes),
        one::<DueKey>(bytes),
        one::<Entry>(bytes),
        one::<String>(bytes),
        one::<(String, u64)>(bytes),
        one::<Option<(String, Option<Day>)>>(bytes),
        one::<(bool, u8, u16, u32)>(bytes),
        one::<(i32, i64)>(bytes),
        one::<(i128, [u8; 3])>(bytes),
        one::<(Day, Month, Timestamp)>(bytes),
        one::<(Account, Kind, Area)>(bytes),
        one::<(Party, Link)>(bytes),
    ];
    total(bytes);
    Reading::of(accepted.contains(&true))
}

/// What decodes is the one stored form of what it says, also with something after it.
fn one<T: CellPart>(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    let taken = T::take(&mut rest);
    let whole = T::decode(bytes).is_some();
    let Some(part) = taken else {
        assert!(!whole);
        return false;
    };
    let used = &bytes[..bytes.len() - rest.len()];
    let mut written = Vec::new();
    part.put(&mut written);
    assert_eq!(written, used, "the one stored form as {}", std::any::type_name::<T>());
    assert_eq!(whole, rest.is_empty());
    whole
}

/// A cell of totals is decoded exactly where its key and its value are.
fn total(bytes: &[u8]) {
    let book = BookId::new(area("320100").unwrap(), WorkInjury::SPEC);
    for at in [13, bytes.len().saturating_sub(24)] {
        let Some((key, value)) = bytes.split_at_checked(at) else { continue };
        let parts = TotalKey::decode(key).zip(<(u128, u64)>::decode(value));
        let decoded = decode_total(book, key, value).ok();
        assert_eq!(decoded, parts.map(|(key, (sum, _))| (key, sum)));
    }
}
