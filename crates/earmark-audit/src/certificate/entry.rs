use earmark_core::codec::Record;
use earmark_core::event::{Detail, Event, Movement, OtherIncome, PurposeList};
use earmark_core::fund::FundSpec;
use earmark_core::id::Party;
use earmark_core::money::{Currency, Figure};
use earmark_core::time::{Day, Month, Timestamp};
use sha2::{Digest, Sha256};

use super::CertificateError;
use super::labels::of_kind;

/// Which way money went by an event, seen from the fund.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Flow {
    /// It came into the fund.
    Entered,
    /// It left the fund.
    Left,
    /// No money moved; an amount, where there is one, is what was stated.
    None,
}

/// What money was for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PurposeNamed {
    /// The English label.
    pub label: &'static str,
    /// The Chinese label.
    pub label_zh: &'static str,
}

/// One event of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its sequence number in the book.
    pub seq: u64,
    /// The day it counts for.
    pub day: Day,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// The code of its kind.
    pub kind_code: u8,
    /// The name of its kind, such as `premium_received`.
    pub kind: &'static str,
    /// What its kind is called in English.
    pub label: &'static str,
    /// What its kind is called in Chinese.
    pub label_zh: &'static str,
    /// What money was for, where the event says so.
    pub purpose: Option<PurposeNamed>,
    /// The amount, where there is one.
    pub amount: Option<Figure>,
    /// Which way it went.
    pub flow: Flow,
    /// The month for which a premium is due, where the event names it.
    pub month: Option<Month>,
    /// The event that this one takes back, where it takes one back.
    pub original: Option<u64>,
    /// The personal detail bound by the event, where the certificate opens it.
    pub detail: Option<Vec<u8>>,
}

/// A record, read.
pub(super) struct Read {
    pub(super) entry: Entry,
    pub(super) movement: Option<Movement>,
    /// List and code of a purpose that is a line of the fund's vocabulary.
    pub(super) purpose: Option<(&'static str, u16)>,
    parties: [Option<Party>; 2],
    commitment: Option<[u8; 32]>,
}

impl Read {
    /// Reads the record of event `seq` of a fund's book.
    pub(super) fn record(
        fund: &FundSpec,
        seq: u64,
        bytes: &[u8],
    ) -> Result<Self, CertificateError> {
        if bytes.get(2) == Some(&Bound::KIND) {
            return Bound::of_record(bytes)
                .map(|bound| Self::bound(seq, bound))
                .map_err(|field| CertificateError::BoundRecord { seq, field });
        }
        let refused = |error| CertificateError::Record { seq, error };
        let (record, rest) = Record::split(bytes).map_err(refused)?;
        if !rest.is_empty() {
            let error = earmark_core::codec::RecordError::Length { found: bytes.len() };
            return Err(refused(error));
        }
        Ok(Self::event(fund, &record.decode(fund, seq).map_err(refused)?))
    }

    fn event(fund: &FundSpec, event: &Event) -> Self {
        let fact = event.fact();
        let movement = fact.movement();
        let flow = match movement {
            Some(Movement { from: None, to: Some(_), .. }) => Flow::Entered,
            Some(Movement { from: Some(_), to: None, .. }) => Flow::Left,
            _ => Flow::None,
        };
        let (kind, label, label_zh) = of_kind(event.kind().code());
        let code = fact.purpose_code();
        let listed = match fact.purpose_list() {
            PurposeList::Premium => Some("premium"),
            PurposeList::Benefit => Some("benefit"),
            PurposeList::StateUse => Some("state_use"),
            _ => None,
        };
        let (month, other) = match fact.detail() {
            Detail::Owed(month) => (Some(*month), None),
            Detail::Matter(matter) => (None, matter.other()),
            _ => (None, None),
        };
        let entry = Entry {
            seq: event.seq(),
            day: event.effective_on(),
            recorded_at: event.recorded_at(),
            kind_code: event.kind().code(),
            kind,
            label,
            label_zh,
            purpose: purpose_of(fund, fact.purpose_list(), code),
            amount: figure(fact.amount_minor(), fund.currency()),
            flow,
            month,
            original: fact.original().map(|original| original.seq),
            detail: None,
        };
        let parties = [fact.party(), other];
        let purpose = listed.map(|list| (list, code));
        Self { entry, movement, purpose, parties, commitment: None }
    }

    fn bound(seq: u64, bound: Bound) -> Self {
        let (kind, label, label_zh) = of_kind(Bound::KIND);
        let entry = Entry {
            seq,
            day: bound.day,
            recorded_at: bound.recorded_at,
            kind_code: Bound::KIND,
            kind,
            label,
            label_zh,
            purpose: None,
            amount: None,
            flow: Flow::None,
            month: None,
            original: (bound.event > 0).then_some(bound.event),
            detail: None,
        };
        let parties = [bound.party, None];
        Self { entry, movement: None, purpose: None, parties, commitment: Some(bound.commitment) }
    }

    pub(super) fn names(&self, party: Party) -> bool {
        self.parties.contains(&Some(party))
    }

    /// Opens the detail that the event bound.
    pub(super) fn open(&mut self, salt: &[u8; 32], bytes: &[u8]) -> Result<(), CertificateError> {
        let seq = self.entry.seq;
        let commitment = self.commitment.ok_or(CertificateError::NoDetail { seq })?;
        if commit(salt, bytes) != commitment {
            return Err(CertificateError::Detail { seq });
        }
        self.entry.detail = Some(bytes.to_vec());
        Ok(())
    }
}

/// What the record of event `seq` commits to.
pub(super) fn commitment_of(seq: u64, record: &[u8]) -> Result<[u8; 32], CertificateError> {
    if record.get(2) != Some(&Bound::KIND) {
        return Err(CertificateError::NoDetail { seq });
    }
    let bound = Bound::of_record(record);
    bound.map(|it| it.commitment).map_err(|field| CertificateError::BoundRecord { seq, field })
}

/// The commitment to a detail: SHA-256 over `earmark/detail/v1`, a zero byte, the salt and the bytes.
pub(super) fn commit(salt: &[u8; 32], bytes: &[u8]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(b"earmark/detail/v1\0");
    hasher.update(salt);
    hasher.update(bytes);
    hasher.finalize().into()
}

fn figure(minor: u64, currency: Currency) -> Option<Figure> {
    (minor > 0).then(|| Figure::from_minor(minor.into(), currency))
}

fn purpose_of(fund: &FundSpec, list: PurposeList, code: u16) -> Option<PurposeNamed> {
    let (label, label_zh) = match list {
        PurposeList::Premium => fund.premium(code).map(|it| (it.label, it.label_zh)),
        PurposeList::Benefit => fund.benefit(code).map(|it| (it.label, it.label_zh)),
        PurposeList::StateUse => fund.state_use(code).map(|it| (it.label, it.label_zh)),
        PurposeList::OtherIncome => {
            OtherIncome::ALL.iter().find(|it| it.code == code).map(|it| (it.label, it.label_zh))
        }
        _ => None,
    }?;
    Some(PurposeNamed { label, label_zh })
}

/// What a record of the kind `detail_bound` says.
struct Bound {
    recorded_at: Timestamp,
    day: Day,
    party: Option<Party>,
    event: u64,
    commitment: [u8; 32],
}

impl Bound {
    const KIND: u8 = 10;

    /// Reads the record, strictly; otherwise the field that is not well formed.
    fn of_record(record: &[u8]) -> Result<Self, &'static str> {
        let mut rest = record;
        let length = u16::from_le_bytes(take(&mut rest, "length")?);
        if usize::from(length) != record.len() {
            return Err("length");
        }
        if take(&mut rest, "kind")? != [Self::KIND, 1] {
            return Err("kind");
        }
        let _nonce: [u8; 16] = take(&mut rest, "nonce")?;
        let micros = i64::from_le_bytes(take(&mut rest, "recorded_at")?);
        let recorded_at = Timestamp::from_micros(micros).ok_or("recorded_at")?;
        let days = i32::from_le_bytes(take(&mut rest, "effective_on")?);
        let day = Day::from_days(days).map_err(|_| "effective_on")?;
        let _voucher: [u8; 20] = take(&mut rest, "voucher")?;
        let party = optional(&mut rest, "party")?.map(Party::from_bytes);
        let event = u64::from_le_bytes(take(&mut rest, "event")?);
        let commitment = take(&mut rest, "commitment")?;
        optional(&mut rest, "correlation")?;
        optional(&mut rest, "causation")?;
        if !rest.is_empty() {
            return Err("length");
        }
        if party.is_none() && event == 0 {
            return Err("party");
        }
        Ok(Self { recorded_at, day, party, event, commitment })
    }
}

fn take<const N: usize>(rest: &mut &[u8], field: &'static str) -> Result<[u8; N], &'static str> {
    let (taken, after) = rest.split_first_chunk::<N>().ok_or(field)?;
    *rest = after;
    Ok(*taken)
}

/// One byte 0, or one byte 1 and sixteen bytes.
fn optional(rest: &mut &[u8], field: &'static str) -> Result<Option<[u8; 16]>, &'static str> {
    match take(rest, field)? {
        [0] => Ok(None),
        [1] => take(rest, field).map(Some),
        _ => Err(field),
    }
}
