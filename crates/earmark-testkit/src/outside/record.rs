//! Event records, and the invariants of an event that was accepted.

use earmark_core::account::Account;
use earmark_core::codec::{MAX_RECORD_BYTES, RECORD_HEADER_BYTES, Record};
use earmark_core::event::{Detail, Event, Kind, PurposeList};
use earmark_core::fund::FundSpec;
use earmark_core::money::MAX_MINOR;
use earmark_core::time::{Day, Timestamp};

use super::{Reading, funds, spelling};

/// The sequence number with which records are decoded where nothing else says which.
const SEQ: u64 = 7;

/// One event record, and nothing after it.
///
/// # Panics
/// Where a promise of the decoder is broken; see the [module](super).
pub fn record(bytes: &[u8]) -> Reading {
    let Ok((record, rest)) = Record::split(bytes) else { return Reading::Refused };
    assert_eq!(record.bytes().len() + rest.len(), bytes.len(), "split off, and nothing lost");
    let stated = u16::from_le_bytes([bytes[0], bytes[1]]);
    assert_eq!(usize::from(stated), record.bytes().len());
    assert!((RECORD_HEADER_BYTES..=MAX_RECORD_BYTES).contains(&record.bytes().len()));
    if !rest.is_empty() {
        return Reading::Refused;
    }
    Reading::of(judged(record, SEQ))
}

/// Decodes a record for every fund; gives whether any accepted it.
pub(super) fn judged(record: Record<'_>, seq: u64) -> bool {
    let mut buffer = Vec::new();
    let mut accepted = None;
    for fund in funds() {
        let decoded = record.decode(fund, seq);
        assert_eq!(
            decoded,
            record.decode_with(fund, seq, &mut buffer),
            "a used buffer says the same"
        );
        let Ok(event) = decoded else { continue };
        assert_eq!(event.seq(), seq);
        holds(&event, fund);
        // The bytes mean the same event, whichever fund may have it.
        assert_eq!(accepted.get_or_insert_with(|| event.clone()), &event);
    }
    let Some(event) = accepted else { return false };
    let nonce = record.nonce().expect("a record that decodes has a nonce");
    let written = spelling::record(&event, nonce);
    assert_eq!(written, record.bytes(), "the one spelling of {event:?}");
    true
}

/// The invariants of an event that a fund's book can hold, written from `docs/format.md`.
fn holds(event: &Event, fund: &FundSpec) {
    let (kind, fact) = (event.kind(), event.fact());
    assert!((Day::MIN..=Day::MAX).contains(&event.effective_on()), "{event:?}");
    assert!((Timestamp::MIN..=Timestamp::MAX).contains(&event.recorded_at()), "{event:?}");
    // INV-21, INV-25: no amount over the range.
    assert!(fact.amount_minor() <= MAX_MINOR, "{event:?}");
    if kind.moves_money() {
        assert!(fact.amount_minor() > 0 && fact.account().is_some(), "{event:?}");
    }
    // INV-02, INV-03: the closed lists of the fund.
    let code = fact.purpose_code();
    let listed = match fact.purpose_list() {
        PurposeList::None => code == 0,
        PurposeList::Premium => fund.premiums().iter().any(|it| it.code == code),
        PurposeList::Benefit => fund.benefits().iter().any(|it| it.code == code),
        PurposeList::StateUse => fund.state_uses().iter().any(|it| it.code == code),
        PurposeList::OtherIncome => (1..=4).contains(&code),
        PurposeList::BudgetLine => (1..=9).contains(&code) || (101..=111).contains(&code),
    };
    assert!(listed, "{event:?} of {}", fund.code());
    may(fund, fact.root_kind(), fact.account(), event);
    match fact.detail() {
        // INV-11: the length of a text.
        Detail::Text { number, text } => {
            assert!((1..=4_096).contains(&text.len()) && *number > 0, "{event:?}");
        }
        Detail::Profile(text) => assert!((1..=60_000).contains(&text.len()), "{event:?}"),
        Detail::Matter(matter) => {
            assert!(kind.is_matter(), "{event:?}");
            assert!(matter.base_minor() <= MAX_MINOR, "{event:?}");
            assert!(matter.from().zip(matter.until()).is_none_or(|(a, b)| a <= b), "{event:?}");
        }
        Detail::Original(original) => assert!(original.seq > 0, "{event:?}"),
        Detail::Reversal { of, first, reason } => {
            assert!(of.seq > 0 && *reason > 0, "{event:?}");
            assert!(of.kind != Kind::Reversed && of.kind.moves_money(), "{event:?}");
            assert!(first.is_none_or(|first| (1..of.seq).contains(&first.seq)), "{event:?}");
        }
        Detail::Under(seq) => assert!(*seq > 0, "{event:?}"),
        Detail::Roll(roll) => {
            assert!(roll.closing() > 0 && fact.party().is_none(), "{event:?}");
            assert!(roll.period().first() <= roll.period().last(), "{event:?}");
            let none = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
            assert_eq!(roll.parties() == 0, roll.root().to_string() == none, "{event:?}");
        }
        Detail::Bound(bound) => {
            assert!(bound.event() != Some(0), "{event:?}");
            assert!(bound.event().is_some() || fact.party().is_some(), "{event:?}");
        }
        _ => {}
    }
}

/// What a fund may do at all: the table of the format page.
fn may(fund: &FundSpec, kind: Kind, account: Option<Account>, event: &Event) {
    let allowed = match kind.code() {
        20 | 35 | 36 | 29 | 57 | 58 | 120 => fund.invests(),
        49 => fund.settles_across_provinces(),
        21 | 22 | 51 => fund.transfers(),
        // INV-27: no Chinese fund lends or borrows.
        8 | 27 | 28 | 55 | 56 => fund.borrows(),
        _ => true,
    };
    assert!(allowed, "{event:?} of {}", fund.code());
    assert!(account != Some(Account::Investment) || fund.invests(), "{event:?} of {}", fund.code());
    if event.kind() == Kind::BenefitPaid && account == Some(Account::Special) {
        assert!(fund.settles_directly(), "{event:?} of {}", fund.code());
    }
}
