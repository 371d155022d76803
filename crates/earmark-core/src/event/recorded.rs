use std::marker::PhantomData;

use serde::Serialize;
use serde::ser::SerializeMap;

use super::{Detail, Fact, Kind, Matter, OtherIncome, PurposeList, VoucherRefs};
use crate::account::Account;
use crate::fund::{Fund, Purpose};
use crate::id::{BookId, Link, Party};
use crate::money::{Amount, Figure};
use crate::register::BudgetLine;
use crate::time::{Day, Timestamp};

/// An event as recorded: a fact with its place in the book, its two times and its voucher.
///
/// Only a decision or the decoder makes one; there is no way to build it by its fields:
///
/// ```compile_fail,E0451
/// use earmark_core::event::{Event, Fact};
///
/// fn forge(event: Event, fact: Fact) -> Event {
///     Event { fact, ..event }
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    pub(crate) seq: u64,
    pub(crate) recorded_at: Timestamp,
    pub(crate) voucher: VoucherRefs,
    pub(crate) fact: Fact,
}

impl Event {
    /// Its sequence number in the book: 1, 2, 3 … without gaps.
    #[must_use]
    pub const fn seq(&self) -> u64 {
        self.seq
    }

    /// When it was recorded.
    #[must_use]
    pub const fn recorded_at(&self) -> Timestamp {
        self.recorded_at
    }

    /// The day it counts for.
    #[must_use]
    pub const fn effective_on(&self) -> Day {
        self.voucher.effective_on
    }

    /// What happened.
    #[must_use]
    pub const fn fact(&self) -> &Fact {
        &self.fact
    }

    /// The kind of fact.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.fact.kind
    }

    /// The document register, as the number of a registered text; 0 for none.
    #[must_use]
    pub const fn register(&self) -> u32 {
        self.voucher.register
    }

    /// The document's number in its register.
    #[must_use]
    pub const fn document(&self) -> u64 {
        self.voucher.document
    }

    /// The legal basis, as the number of a registered text; 0 for none.
    #[must_use]
    pub const fn basis(&self) -> u32 {
        self.voucher.basis
    }

    /// Who recorded it, as the number of a registered text; 0 for none.
    #[must_use]
    pub const fn actor(&self) -> u32 {
        self.voucher.actor
    }

    /// The business case across events and books.
    #[must_use]
    pub const fn correlation(&self) -> Option<Link> {
        self.voucher.correlation
    }

    /// The message or event that led to it.
    #[must_use]
    pub const fn causation(&self) -> Option<Link> {
        self.voucher.causation
    }
}

/// A recorded event together with its book. What projections, trails and reports are given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded<F = AnyFund> {
    book: BookId,
    event: Event,
    fund: PhantomData<fn() -> F>,
}

/// Stands in [`Recorded`] for a fund that is learnt at run time. It is not a [`Fund`]: no command
/// takes an event of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnyFund {}

impl<F> Recorded<F> {
    pub(crate) const fn new(book: BookId, event: Event) -> Self {
        Self { book, event, fund: PhantomData }
    }

    /// The book.
    #[must_use]
    pub const fn book(&self) -> BookId {
        self.book
    }

    /// The event.
    #[must_use]
    pub const fn event(&self) -> &Event {
        &self.event
    }

    /// Its sequence number in the book.
    #[must_use]
    pub const fn seq(&self) -> u64 {
        self.event.seq
    }

    /// The kind of fact.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.event.fact.kind
    }

    /// The day it counts for.
    #[must_use]
    pub const fn effective_on(&self) -> Day {
        self.event.voucher.effective_on
    }

    /// The payer or payee.
    #[must_use]
    pub const fn party(&self) -> Option<Party> {
        self.event.fact.party
    }

    /// The account that money left, or, where money came from outside, entered.
    #[must_use]
    pub const fn account(&self) -> Option<Account> {
        self.event.fact.account
    }

    /// The amount, for reading.
    #[must_use]
    pub const fn figure(&self) -> Figure {
        Figure::from_minor(self.event.fact.amount_minor as u128, self.book.fund().currency())
    }

    /// The amount in minor units with its sign: negative where the event takes another back, positive again
    /// where it reverses one that did. Summed over the events of one [`root_kind`](Fact::root_kind), it is
    /// what that kind came to.
    #[must_use]
    pub fn net_minor(&self) -> i64 {
        let amount = i64::try_from(self.event.fact.amount_minor).unwrap_or(i64::MAX);
        match self.event.fact.detail {
            Detail::Original(_) | Detail::Reversal { first: None, .. } => -amount,
            _ => amount,
        }
    }

    /// The name of the purpose in the fund's closed list; none where the kind has no purpose.
    #[must_use]
    pub fn purpose_name(&self) -> Option<&'static str> {
        let (fund, code) = (self.book.fund(), self.event.fact.purpose);
        match self.event.fact.purpose_list() {
            PurposeList::None => None,
            PurposeList::Premium => fund.premium(code).map(|purpose| purpose.name),
            PurposeList::Benefit => fund.benefit(code).map(|purpose| purpose.name),
            PurposeList::StateUse => fund.state_use(code).map(|purpose| purpose.name),
            PurposeList::OtherIncome => OtherIncome::ALL
                .iter()
                .find(|purpose| purpose.code == code)
                .map(|purpose| purpose.name),
            PurposeList::BudgetLine => BudgetLine::from_code(code).map(BudgetLine::key),
        }
    }

    /// The text that was registered, where this is a registration.
    #[must_use]
    pub fn registered_text(&self) -> Option<(u32, &str)> {
        match self.event.fact.detail() {
            Detail::Text { number, text } => Some((*number, text)),
            _ => None,
        }
    }
}

/// One object with every field by name; amounts as plain decimals, texts by their numbers, what an event
/// does not have left out.
impl<F> Serialize for Recorded<F> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (event, fact) = (&self.event, &self.event.fact);
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("book", &self.book)?;
        map.serialize_entry("seq", &event.seq)?;
        map.serialize_entry("kind", &fact.kind)?;
        map.serialize_entry("recorded_at", &event.recorded_at)?;
        map.serialize_entry("effective_on", &event.voucher.effective_on)?;
        map.serialize_entry("register", &event.voucher.register)?;
        map.serialize_entry("document", &event.voucher.document)?;
        map.serialize_entry("basis", &event.voucher.basis)?;
        map.serialize_entry("actor", &event.voucher.actor)?;
        if fact.amount_minor != 0 {
            map.serialize_entry("amount", &self.figure())?;
        }
        if let Some(account) = fact.account {
            map.serialize_entry("account", &account)?;
        }
        if let Some(purpose) = self.purpose_name() {
            map.serialize_entry("purpose", purpose)?;
        }
        if let Some(party) = fact.party {
            map.serialize_entry("party", &party)?;
        }
        if let Some(case) = event.voucher.correlation {
            map.serialize_entry("correlation", &case)?;
        }
        if let Some(cause) = event.voucher.causation {
            map.serialize_entry("causation", &cause)?;
        }
        match &fact.detail {
            Detail::None => {}
            Detail::Text { number, text } => {
                map.serialize_entry("number", number)?;
                map.serialize_entry("text", text)?;
            }
            Detail::Area(area) => map.serialize_entry("area", area)?,
            Detail::Plan(month) => map.serialize_entry("plan", month)?,
            Detail::Owed(month) => map.serialize_entry("month", month)?,
            Detail::Under(seq) => map.serialize_entry("under", seq)?,
            Detail::Profile(text) => map.serialize_entry("profile", text)?,
            Detail::Matter(matter) => serialize_matter(matter, self.book, &mut map)?,
            Detail::Roll(roll) => {
                map.serialize_entry("from", &roll.period.first())?;
                map.serialize_entry("until", &roll.period.last())?;
                map.serialize_entry("closing", &roll.closing)?;
                map.serialize_entry("parties", &roll.parties)?;
                map.serialize_entry("salt", &Hexadecimal(&roll.salt))?;
                map.serialize_entry("root", &Hexadecimal(&roll.root.0))?;
            }
            Detail::Bound(bound) => {
                if let Some(event) = bound.event {
                    map.serialize_entry("event", &event)?;
                }
                map.serialize_entry("commitment", &Hexadecimal(&bound.commitment))?;
            }
            Detail::Original(original) => map.serialize_entry("original", &original.seq)?,
            Detail::Reversal { of, reason, .. } => {
                map.serialize_entry("original", &of.seq)?;
                map.serialize_entry("reason", reason)?;
            }
        }
        map.end()
    }
}

/// Bytes as lower-case hexadecimal.
struct Hexadecimal<'a>(&'a [u8]);

impl Serialize for Hexadecimal<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text: String = self.0.iter().map(|byte| format!("{byte:02x}")).collect();
        serializer.serialize_str(&text)
    }
}

/// The fields that a matter has.
fn serialize_matter<M: SerializeMap>(
    matter: &Matter,
    book: BookId,
    map: &mut M,
) -> Result<(), M::Error> {
    if matter.base_minor != 0 {
        let base = Figure::from_minor(u128::from(matter.base_minor), book.fund().currency());
        map.serialize_entry("base", &base)?;
    }
    if let Some(from) = matter.from {
        map.serialize_entry("from", &from)?;
    }
    if let Some(until) = matter.until {
        map.serialize_entry("until", &until)?;
    }
    if matter.number != 0 {
        map.serialize_entry("number", &matter.number)?;
    }
    if let Some(other) = matter.other {
        map.serialize_entry("other", &other)?;
    }
    if matter.text != 0 {
        map.serialize_entry("reason", &matter.text)?;
    }
    Ok(())
}

impl<F: Fund> Recorded<F> {
    /// The amount as money of the fund.
    #[must_use]
    pub fn amount(&self) -> Amount<F> {
        Amount::from_minor(self.event.fact.amount_minor).unwrap_or(Amount::MAX)
    }

    /// The premium kind, where the event has one.
    #[must_use]
    pub fn premium(&self) -> Option<F::Premium> {
        (self.event.fact.purpose_list() == PurposeList::Premium)
            .then(|| F::Premium::from_code(self.event.fact.purpose))?
    }

    /// The benefit kind, where the event has one.
    #[must_use]
    pub fn benefit(&self) -> Option<F::Benefit> {
        (self.event.fact.purpose_list() == PurposeList::Benefit)
            .then(|| F::Benefit::from_code(self.event.fact.purpose))?
    }
}

impl Recorded {
    /// An event that a store decoded from a book's log.
    #[must_use]
    pub const fn from_log(book: BookId, event: Event) -> Self {
        Self::new(book, event)
    }

    /// The same event as one of the fund `F`; none where the book is of another fund.
    #[must_use]
    pub fn of_fund<F: Fund>(self) -> Option<Recorded<F>> {
        (self.book.fund().code() == F::SPEC.code()).then(|| Recorded::new(self.book, self.event))
    }
}
