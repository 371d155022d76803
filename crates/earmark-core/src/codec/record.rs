use super::wire::{
    self, AccountV1, BoundV1, DocumentV1, LevelV1, LinksV1, MatterV1, NO_DAY, OriginalV1, PlaceV1,
    PlainV1, PurposeV1, PurposeV2, ReleaseV1, ReversalV1, RollV1, TextV1, UnderV1, VoucherV1,
};
use crate::account::Account;
use crate::event::{
    BoundDetail, Detail, Event, Fact, FactError, Kind, Matter, Original, VoucherRefs,
};
use crate::fund::FundSpec;
use crate::id::{Area, Link, Party};
use crate::roll::AttestedRoll;
use crate::rules::MAX_BUNDLE_BYTES;
use crate::time::{Day, Month, Period, Timestamp};

/// Bytes of a record before its body: length (2), kind (1), version (1), nonce (16).
pub const RECORD_HEADER_BYTES: usize = 20;

/// The longest record, in bytes.
pub const MAX_RECORD_BYTES: usize = RECORD_HEADER_BYTES + 32 + 34 + MAX_BUNDLE_BYTES;

/// The stored bytes of one event: exactly what is hashed as a leaf of its book's tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record<'a>(&'a [u8]);

impl<'a> Record<'a> {
    /// Splits the first record off some bytes.
    ///
    /// # Errors
    /// [`RecordError::Length`] where the bytes do not hold a whole record.
    pub fn split(bytes: &'a [u8]) -> Result<(Self, &'a [u8]), RecordError> {
        let short = RecordError::Length { found: bytes.len() };
        let (length, _) = bytes.split_first_chunk::<2>().ok_or(short.clone())?;
        let length = usize::from(u16::from_le_bytes(*length));
        if !(RECORD_HEADER_BYTES..=MAX_RECORD_BYTES).contains(&length) {
            return Err(RecordError::Length { found: length });
        }
        let (record, rest) = bytes.split_at_checked(length).ok_or(short)?;
        Ok((Self(record), rest))
    }

    /// All its bytes.
    #[must_use]
    pub const fn bytes(self) -> &'a [u8] {
        self.0
    }

    /// The sixteen bytes that make its hash unguessable.
    ///
    /// # Errors
    /// [`RecordError::Length`] where the record is too short.
    pub fn nonce(self) -> Result<[u8; 16], RecordError> {
        self.parts().map(|parts| parts.nonce)
    }

    fn parts(self) -> Result<RecordParts<'a>, RecordError> {
        let short = || RecordError::Length { found: self.0.len() };
        let ([_, _, kind, version], rest) = self.0.split_first_chunk::<4>().ok_or_else(short)?;
        let (nonce, body) = rest.split_first_chunk::<16>().ok_or_else(short)?;
        Ok(RecordParts { kind: *kind, version: *version, nonce: *nonce, body })
    }

    /// Decodes the event of a fund's book with sequence number `seq`.
    ///
    /// # Errors
    /// [`RecordError`] where the bytes are not an event that this fund could have recorded.
    pub fn decode(self, fund: &FundSpec, seq: u64) -> Result<Event, RecordError> {
        self.decode_with(fund, seq, &mut Vec::with_capacity(self.0.len()))
    }

    /// As [`decode`](Self::decode), with a buffer that is used again from record to record.
    ///
    /// # Errors
    /// As [`decode`](Self::decode).
    pub fn decode_with(
        self,
        fund: &FundSpec,
        seq: u64,
        buffer: &mut Vec<u8>,
    ) -> Result<Event, RecordError> {
        let RecordParts { kind: code, version, nonce, body } = self.parts()?;
        let kind = Kind::from_code(code).ok_or(RecordError::Kind { code })?;
        if !(version == wire::VERSION
            || version == wire::VERSION_OWED && kind == Kind::PremiumReceived)
        {
            return Err(RecordError::Version { kind, version });
        }
        let event = decode_body(kind, version, body, seq)?;
        let event = Event { fact: event.fact.checked(fund)?, ..event };
        // INVARIANT(INV-16): one event, one spelling.
        // No second spelling of the same event is accepted: a hash stands for one meaning.
        buffer.clear();
        encode_record(&event, &nonce, buffer);
        if buffer == self.0 { Ok(event) } else { Err(RecordError::Body { kind }) }
    }
}

/// What stands before a record's body, and the body.
struct RecordParts<'a> {
    kind: u8,
    version: u8,
    nonce: [u8; 16],
    body: &'a [u8],
}

/// Appends the record of an event.
pub(crate) fn encode_record(event: &Event, nonce: &[u8; 16], into: &mut Vec<u8>) {
    let start = into.len();
    let version = match event.fact.detail {
        Detail::Owed(_) => wire::VERSION_OWED,
        _ => wire::VERSION,
    };
    into.extend_from_slice(&[0, 0, event.fact.kind.code(), version]);
    into.extend_from_slice(nonce);
    encode_body(event, into);
    let length = u16::try_from(into.len() - start).unwrap_or(u16::MAX);
    if let Some(field) = into.get_mut(start..start + 2) {
        field.copy_from_slice(&length.to_le_bytes());
    }
}

fn encode_body(event: &Event, into: &mut Vec<u8>) {
    let refs = &event.voucher;
    let voucher = VoucherV1 {
        recorded_at: event.recorded_at.micros(),
        effective_on: refs.effective_on.days(),
        register: refs.register,
        document: refs.document,
        basis: refs.basis,
        actor: refs.actor,
    };
    let links = LinksV1 {
        correlation: refs.correlation.map(Link::bytes),
        causation: refs.causation.map(Link::bytes),
    };
    let fact = &event.fact;
    let amount = fact.amount_minor;
    let account = fact.account.map_or(0, Account::code);
    let purpose = fact.purpose;
    let party = fact.party.map(Party::bytes);
    let sure_party = party.unwrap_or_default();
    match (&fact.detail, layout_of(fact.kind)) {
        (Detail::Text { number, text }, _) => {
            wire::put(&TextV1 { voucher, number: *number, links }, into);
            into.extend_from_slice(text.as_bytes());
        }
        (Detail::Area(area), Layout::Level) => {
            wire::put(&LevelV1 { voucher, amount, account, area: area.code(), links }, into);
        }
        (Detail::Area(area), _) => {
            let area = area.code();
            let party = sure_party;
            wire::put(&PlaceV1 { voucher, amount, account, purpose, party, area, links }, into);
        }
        (Detail::Plan(month), _) => {
            wire::put(&ReleaseV1 { voucher, amount, account, plan: month.yyyymm(), links }, into);
        }
        (Detail::Original(original), _) => wire::put(
            &OriginalV1 {
                voucher,
                amount,
                account,
                purpose,
                party: sure_party,
                original: original.seq,
                original_kind: original.kind.code(),
                links,
            },
            into,
        ),
        (Detail::Reversal { of, first, reason }, _) => wire::put(
            &ReversalV1 {
                voucher,
                amount,
                account,
                purpose,
                party,
                original: of.seq,
                original_kind: of.kind.code(),
                first: first.map_or(0, |first| first.seq),
                first_kind: first.map_or(0, |first| first.kind.code()),
                reason: *reason,
                links,
            },
            into,
        ),
        (Detail::Owed(month), _) => {
            let (party, month) = (sure_party, month.yyyymm());
            wire::put(&PurposeV2 { voucher, amount, account, purpose, party, month, links }, into);
        }
        (Detail::Under(under), _) => {
            wire::put(&UnderV1 { voucher, amount, account, under: *under, links }, into);
        }
        (Detail::Profile(text), _) => {
            wire::put(&DocumentV1 { voucher, links }, into);
            into.extend_from_slice(text.as_bytes());
        }
        (Detail::Matter(matter), _) => {
            wire::put(&matter_body(voucher, links, fact, matter), into);
        }
        (Detail::Roll(roll), _) => wire::put(
            &RollV1 {
                voucher,
                first: roll.period.first().days(),
                last: roll.period.last().days(),
                closing: roll.closing,
                parties: roll.parties,
                salt: roll.salt,
                root: roll.root.0,
                links,
            },
            into,
        ),
        (Detail::Bound(bound), _) => {
            let (event, commitment) = (bound.event.unwrap_or(0), bound.commitment);
            wire::put(&BoundV1 { voucher, party, event, commitment, links }, into);
        }
        (Detail::None, Layout::Account) => wire::put(&AccountV1 { voucher, account, links }, into),
        (Detail::None, Layout::Purpose) => {
            let party = sure_party;
            wire::put(&PurposeV1 { voucher, amount, account, purpose, party, links }, into);
        }
        (Detail::None, _) => wire::put(&PlainV1 { voucher, amount, account, links }, into),
    }
}

fn matter_body(voucher: VoucherV1, links: LinksV1, fact: &Fact, matter: &Matter) -> MatterV1 {
    MatterV1 {
        voucher,
        amount: fact.amount_minor,
        base: matter.base_minor,
        purpose: fact.purpose,
        party: fact.party.map(Party::bytes),
        other: matter.other.map(Party::bytes),
        from: matter.from.map_or(NO_DAY, Day::days),
        until: matter.until.map_or(NO_DAY, Day::days),
        number: matter.number,
        text: matter.text,
        links,
    }
}

/// Which struct the body of a kind has, in version 1.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    Text,
    Account,
    Plain,
    Purpose,
    Level,
    Place,
    Release,
    Original,
    Reversal,
    Under,
    Document,
    Matter,
    Roll,
    Bound,
}

pub(super) const fn layout_of(kind: Kind) -> Layout {
    match kind {
        Kind::TextRegistered => Layout::Text,
        Kind::AccountOpened | Kind::AccountClosed => Layout::Account,
        Kind::BalanceBroughtForward
        | Kind::FiscalSubsidyReceived
        | Kind::InterestReceived
        | Kind::InvestmentReturnReceived
        | Kind::CollectionsTransferred
        | Kind::InterestHandedOver
        | Kind::InvestmentPlaced
        | Kind::InvestmentRedeemed
        | Kind::InvestmentGained
        | Kind::InvestmentLost
        | Kind::InvestmentFeeCharged => Layout::Plain,
        Kind::PremiumReceived
        | Kind::OtherIncomeReceived
        | Kind::BenefitPaid
        | Kind::StateUsePaid => Layout::Purpose,
        Kind::SuperiorSubsidyReceived
        | Kind::LowerRemittanceReceived
        | Kind::SuperiorRemitted
        | Kind::LowerSubsidised
        | Kind::ReorganisedIn
        | Kind::ReorganisedOut => Layout::Level,
        Kind::LoanReceived | Kind::LoanRepaymentReceived | Kind::LoanMade | Kind::LoanRepaid => {
            Layout::Under
        }
        Kind::ProfileAdopted => Layout::Document,
        Kind::RollAttested => Layout::Roll,
        Kind::DetailBound => Layout::Bound,
        Kind::TransferInReceived | Kind::TransferOutPaid | Kind::CrossProvinceSettled => {
            Layout::Place
        }
        Kind::Released => Layout::Release,
        Kind::PremiumRefunded
        | Kind::TransferInReturned
        | Kind::PaymentReturned
        | Kind::BenefitRecovered
        | Kind::LatePaymentReturned
        | Kind::LateBenefitRecovered => Layout::Original,
        Kind::Reversed => Layout::Reversal,
        Kind::PeriodClosed
        | Kind::PeriodReopened
        | Kind::LoanAuthorised
        | Kind::PremiumDeclared
        | Kind::PremiumVerified
        | Kind::PremiumAssessed
        | Kind::DueCorrected
        | Kind::LateFeeCharged
        | Kind::BenefitClaimed
        | Kind::ClaimVerified
        | Kind::ClaimRefused
        | Kind::BenefitStopped
        | Kind::BenefitResumed
        | Kind::ProviderAgreed
        | Kind::ProviderEnded
        | Kind::RecoveryDemanded
        | Kind::RecoveryWaived
        | Kind::BudgetLineDrafted
        | Kind::BudgetApproved
        | Kind::BudgetLineAdjusted
        | Kind::BudgetAdjusted
        | Kind::UsePlanApproved
        | Kind::ShortfallStepTaken
        | Kind::ReserveSetAside
        | Kind::ReserveDrawn
        | Kind::InvestmentReported => Layout::Matter,
    }
}

fn decode_body(kind: Kind, version: u8, body: &[u8], seq: u64) -> Result<Event, RecordError> {
    let broken = RecordError::Body { kind };
    let parts = Parts { kind, seq };
    match layout_of(kind) {
        Layout::Text => {
            let (head, used) = wire::take::<TextV1>(body).ok_or(broken.clone())?;
            let rest = body.get(used..).ok_or(broken.clone())?;
            let text = std::str::from_utf8(rest).map_err(|_| broken)?.into();
            parts.event(head.voucher, head.links, |fact| {
                fact.detail = Detail::Text { number: head.number, text };
                Ok(())
            })
        }
        Layout::Account => {
            let b: AccountV1 = whole(body, broken)?;
            parts.event(b.voucher, b.links, |fact| at(fact, b.account, 0))
        }
        Layout::Plain => {
            let b: PlainV1 = whole(body, broken)?;
            parts.event(b.voucher, b.links, |fact| at(fact, b.account, b.amount))
        }
        Layout::Purpose if version == wire::VERSION_OWED => {
            let b: PurposeV2 = whole(body, broken)?;
            parts.event(b.voucher, b.links, |fact| {
                fact.purpose = b.purpose;
                fact.party = Some(Party::from_bytes(b.party));
                let month = Month::from_yyyymm(b.month);
                let month = month.map_err(|_| RecordError::Value { field: "month" })?;
                fact.detail = Detail::Owed(month);
                at(fact, b.account, b.amount)
            })
        }
        Layout::Under => {
            let b: UnderV1 = whole(body, broken)?;
            parts.event(b.voucher, b.links, |fact| {
                fact.detail = Detail::Under(b.under);
                at(fact, b.account, b.amount)
            })
        }
        Layout::Document => {
            let (head, used) = wire::take::<DocumentV1>(body).ok_or(broken.clone())?;
            let rest = body.get(used..).ok_or(broken.clone())?;
            let text = std::str::from_utf8(rest).map_err(|_| broken)?.into();
            parts.event(head.voucher, head.links, |fact| {
                fact.detail = Detail::Profile(text);
                Ok(())
            })
        }
        Layout::Matter => {
            let b: MatterV1 = whole(body, broken)?;
            parts.event(b.voucher, b.links, |fact| {
                fact.amount_minor = b.amount;
                fact.purpose = b.purpose;
                fact.party = b.party.map(Party::from_bytes);
                fact.detail = Detail::Matter(Box::new(Matter {
                    base_minor: b.base,
                    from: some_day(b.from, "from")?,
                    until: some_day(b.until, "until")?,
                    number: b.number,
                    other: b.other.map(Party::from_bytes),
                    text: b.text,
                }));
                Ok(())
            })
        }
        Layout::Roll => {
            let b: RollV1 = whole(body, broken)?;
            parts.event(b.voucher, b.links, |fact| {
                let day =
                    |days, field| Day::from_days(days).map_err(|_| RecordError::Value { field });
                let period = Period::new(day(b.first, "first")?, day(b.last, "last")?);
                fact.detail = Detail::Roll(Box::new(AttestedRoll {
                    period: period.ok_or(RecordError::Value { field: "last" })?,
                    closing: b.closing,
                    parties: b.parties,
                    salt: b.salt,
                    root: earmark_tlog::Hash(b.root),
                }));
                Ok(())
            })
        }
        Layout::Bound => {
            let b: BoundV1 = whole(body, broken)?;
            parts.event(b.voucher, b.links, |fact| {
                fact.party = b.party.map(Party::from_bytes);
                fact.detail = Detail::Bound(Box::new(BoundDetail {
                    event: (b.event != 0).then_some(b.event),
                    commitment: b.commitment,
                }));
                Ok(())
            })
        }
        Layout::Purpose => {
            let b: PurposeV1 = whole(body, broken)?;
            parts.event(b.voucher, b.links, |fact| {
                fact.purpose = b.purpose;
                fact.party = Some(Party::from_bytes(b.party));
                at(fact, b.account, b.amount)
            })
        }
        Layout::Level => {
            let b: LevelV1 = whole(body, broken)?;
            parts.event(b.voucher, b.links, |fact| {
                fact.detail = Detail::Area(area(b.area)?);
                at(fact, b.account, b.amount)
            })
        }
        Layout::Place => {
            let b: PlaceV1 = whole(body, broken)?;
            parts.event(b.voucher, b.links, |fact| {
                fact.purpose = b.purpose;
                fact.party = Some(Party::from_bytes(b.party));
                fact.detail = Detail::Area(area(b.area)?);
                at(fact, b.account, b.amount)
            })
        }
        Layout::Release => {
            let b: ReleaseV1 = whole(body, broken)?;
            parts.event(b.voucher, b.links, |fact| {
                let plan = Month::from_yyyymm(b.plan);
                fact.detail = Detail::Plan(plan.map_err(|_| RecordError::Value { field: "plan" })?);
                at(fact, b.account, b.amount)
            })
        }
        Layout::Original => {
            let b: OriginalV1 = whole(body, broken)?;
            parts.event(b.voucher, b.links, |fact| {
                fact.purpose = b.purpose;
                fact.party = Some(Party::from_bytes(b.party));
                fact.detail = Detail::Original(original(b.original, b.original_kind)?);
                at(fact, b.account, b.amount)
            })
        }
        Layout::Reversal => {
            let b: ReversalV1 = whole(body, broken)?;
            parts.event(b.voucher, b.links, |fact| {
                fact.purpose = b.purpose;
                fact.party = b.party.map(Party::from_bytes);
                let first = match (b.first, b.first_kind) {
                    (0, 0) => None,
                    (seq, kind) => Some(original(seq, kind)?),
                };
                fact.detail = Detail::Reversal {
                    of: original(b.original, b.original_kind)?,
                    first,
                    reason: b.reason,
                };
                at(fact, b.account, b.amount)
            })
        }
    }
}

/// A body that fills its record to the last byte.
fn whole<B: bincode::Decode<()>>(body: &[u8], broken: RecordError) -> Result<B, RecordError> {
    match wire::take::<B>(body) {
        Some((value, used)) if used == body.len() => Ok(value),
        _ => Err(broken),
    }
}

fn at(fact: &mut Fact, account: u8, amount_minor: u64) -> Result<(), RecordError> {
    fact.account =
        Some(Account::from_code(account).ok_or(RecordError::Value { field: "account" })?);
    fact.amount_minor = amount_minor;
    Ok(())
}

fn area(code: u32) -> Result<Area, RecordError> {
    Area::from_code(code).map_err(|_| RecordError::Value { field: "area" })
}

fn some_day(days: i32, field: &'static str) -> Result<Option<Day>, RecordError> {
    match days {
        NO_DAY => Ok(None),
        days => Day::from_days(days).map(Some).map_err(|_| RecordError::Value { field }),
    }
}

fn original(seq: u64, code: u8) -> Result<Original, RecordError> {
    let kind = Kind::from_code(code).ok_or(RecordError::Value { field: "original_kind" })?;
    Ok(Original { seq, kind })
}

struct Parts {
    kind: Kind,
    seq: u64,
}

impl Parts {
    fn event(
        self,
        voucher: VoucherV1,
        links: LinksV1,
        fill: impl FnOnce(&mut Fact) -> Result<(), RecordError>,
    ) -> Result<Event, RecordError> {
        let mut fact = Fact {
            kind: self.kind,
            account: None,
            purpose: 0,
            amount_minor: 0,
            party: None,
            detail: Detail::None,
        };
        fill(&mut fact)?;
        let recorded_at = Timestamp::from_micros(voucher.recorded_at)
            .ok_or(RecordError::Value { field: "recorded_at" })?;
        let effective_on = Day::from_days(voucher.effective_on)
            .map_err(|_| RecordError::Value { field: "effective_on" })?;
        Ok(Event {
            seq: self.seq,
            recorded_at,
            voucher: VoucherRefs {
                effective_on,
                register: voucher.register,
                document: voucher.document,
                basis: voucher.basis,
                actor: voucher.actor,
                correlation: links.correlation.map(Link::from_bytes),
                causation: links.causation.map(Link::from_bytes),
            },
            fact,
        })
    }
}

/// Why bytes are not the record of an event.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RecordError {
    /// The length is not that of a record.
    #[error("a record has {RECORD_HEADER_BYTES} to {MAX_RECORD_BYTES} bytes, {found} were found")]
    Length {
        /// The length found.
        found: usize,
    },
    /// The kind is unknown. A newer program may know it.
    #[error("event kind {code} is unknown to this program")]
    Kind {
        /// The code found.
        code: u8,
    },
    /// The version is unknown. A newer program may know it.
    #[error("version {version} of event kind `{kind}` is unknown to this program")]
    Version {
        /// The kind.
        kind: Kind,
        /// The version found.
        version: u8,
    },
    /// The body is not the one spelling of an event of its kind.
    #[error("the bytes are not those of an event of kind `{kind}`")]
    Body {
        /// The kind.
        kind: Kind,
    },
    /// A field holds a value that does not exist.
    #[error("the field `{field}` holds a value that does not exist")]
    Value {
        /// The field.
        field: &'static str,
    },
    /// The event does not fit the fund's closed lists.
    #[error(transparent)]
    Fact(#[from] FactError),
}
