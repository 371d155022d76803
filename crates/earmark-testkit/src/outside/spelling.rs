//! The record of an event, written from the format page and from nothing else: a second writer, against
//! which the library's own is held.

use earmark_core::event::{Detail, Event, Kind};

/// A day that a matter does not have.
const NO_DAY: i32 = i32::MIN;

/// The stored bytes of an event with this nonce, as `docs/format.md` draws them.
///
/// # Panics
/// Where the event lacks what its kind has.
#[must_use]
pub fn record(event: &Event, nonce: [u8; 16]) -> Vec<u8> {
    let body = body(event);
    let version = if matches!(event.fact().detail(), Detail::Owed(_)) { 2 } else { 1 };
    let length = u16::try_from(20 + body.len()).expect("a record is shorter than 64 KiB");
    let mut bytes = length.to_le_bytes().to_vec();
    bytes.extend([event.kind().code(), version]);
    bytes.extend(nonce);
    bytes.extend(body);
    bytes
}

fn body(event: &Event) -> Vec<u8> {
    let fact = event.fact();
    let mut bytes = Vec::new();
    bytes.extend(event.recorded_at().micros().to_le_bytes());
    bytes.extend(event.effective_on().days().to_le_bytes());
    bytes.extend(event.register().to_le_bytes());
    bytes.extend(event.document().to_le_bytes());
    bytes.extend(event.basis().to_le_bytes());
    bytes.extend(event.actor().to_le_bytes());

    let account = fact.account().map(|account| account.code());
    let purpose = fact.purpose_code().to_le_bytes();
    let party = fact.party().map(|party| party.bytes());
    if fact.amount_minor() > 0 || moves(event.kind()) || event.kind().is_matter() {
        bytes.extend(fact.amount_minor().to_le_bytes());
    }
    match fact.detail() {
        Detail::Text { number, text } => {
            bytes.extend(number.to_le_bytes());
            links(event, &mut bytes);
            bytes.extend(text.bytes());
            return bytes;
        }
        Detail::Profile(text) => {
            links(event, &mut bytes);
            bytes.extend(text.bytes());
            return bytes;
        }
        Detail::Matter(matter) => {
            bytes.extend(matter.base_minor().to_le_bytes());
            bytes.extend(purpose);
            optional(party, &mut bytes);
            optional(matter.other().map(|party| party.bytes()), &mut bytes);
            for day in [matter.from(), matter.until()] {
                bytes.extend(day.map_or(NO_DAY, |day| day.days()).to_le_bytes());
            }
            bytes.extend(matter.number().to_le_bytes());
            bytes.extend(matter.text().to_le_bytes());
        }
        Detail::Roll(roll) => {
            bytes.extend(roll.period().first().days().to_le_bytes());
            bytes.extend(roll.period().last().days().to_le_bytes());
            bytes.extend(roll.closing().to_le_bytes());
            bytes.extend(roll.parties().to_le_bytes());
            bytes.extend(roll.salt());
            bytes.extend(roll.root().0);
        }
        Detail::Bound(bound) => {
            optional(party, &mut bytes);
            bytes.extend(bound.event().unwrap_or(0).to_le_bytes());
            bytes.extend(bound.commitment());
        }
        Detail::Reversal { of, first, reason } => {
            bytes.push(account.unwrap());
            bytes.extend(purpose);
            optional(party, &mut bytes);
            bytes.extend(of.seq.to_le_bytes());
            bytes.push(of.kind.code());
            bytes.extend(first.map_or(0, |first| first.seq).to_le_bytes());
            bytes.push(first.map_or(0, |first| first.kind.code()));
            bytes.extend(reason.to_le_bytes());
        }
        Detail::Original(original) => {
            bytes.push(account.unwrap());
            bytes.extend(purpose);
            bytes.extend(party.unwrap());
            bytes.extend(original.seq.to_le_bytes());
            bytes.push(original.kind.code());
        }
        Detail::Area(area) => {
            bytes.push(account.unwrap());
            if let Some(party) = party {
                bytes.extend(purpose);
                bytes.extend(party);
            }
            bytes.extend(area.code().to_le_bytes());
        }
        Detail::Plan(month) => {
            bytes.push(account.unwrap());
            bytes.extend(yyyymm(month.year(), month.number()));
        }
        Detail::Owed(month) => {
            bytes.push(account.unwrap());
            bytes.extend(purpose);
            bytes.extend(party.unwrap());
            bytes.extend(yyyymm(month.year(), month.number()));
        }
        Detail::Under(authorisation) => {
            bytes.push(account.unwrap());
            bytes.extend(authorisation.to_le_bytes());
        }
        _ => {
            bytes.push(account.unwrap());
            if let Some(party) = party {
                bytes.extend(purpose);
                bytes.extend(party);
            }
        }
    }
    links(event, &mut bytes);
    bytes
}

/// Whether the layout of a kind that is no matter has an amount.
fn moves(kind: Kind) -> bool {
    kind.code() == Kind::BalanceBroughtForward.code() || (16..80).contains(&kind.code())
}

fn yyyymm(year: i32, month: u32) -> [u8; 4] {
    (u32::try_from(year).unwrap() * 100 + month).to_le_bytes()
}

fn links(event: &Event, into: &mut Vec<u8>) {
    optional(event.correlation().map(|link| link.bytes()), into);
    optional(event.causation().map(|link| link.bytes()), into);
}

fn optional(id: Option<[u8; 16]>, into: &mut Vec<u8>) {
    match id {
        None => into.push(0),
        Some(id) => {
            into.push(1);
            into.extend(id);
        }
    }
}
