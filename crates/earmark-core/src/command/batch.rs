use std::marker::PhantomData;

use super::Command;
use crate::account::Account;
use crate::event::{Detail, Fact, Kind, Matter, Voucher, VoucherRefs};
use crate::fund::{Fund, FundSpec};
use crate::id::{BookId, LedgerId, Link, Party};

/// What a command asks to record, before it has a voucher.
#[doc(hidden)]
#[derive(Clone, Debug)]
pub struct Request {
    pub(crate) fact: Fact,
    pub(crate) origin: Origin,
    /// The year of the original, where the command takes one back.
    pub(crate) original_year: Option<i32>,
    /// The business case, where the command is about one.
    pub(crate) case: Option<Link>,
}

/// A request with the fields that most facts have.
pub(crate) fn request(kind: Kind, account: Account, amount_minor: u64) -> Request {
    let fact = Fact {
        kind,
        account: Some(account),
        purpose: 0,
        amount_minor,
        party: None,
        detail: Detail::None,
    };
    Request::new(fact, Origin::ANY)
}

/// A request for a matter, which moves no money.
pub(crate) fn about(kind: Kind, amount_minor: u64) -> Request {
    let fact = Fact {
        kind,
        account: None,
        purpose: 0,
        amount_minor,
        party: None,
        detail: Detail::Matter(Box::default()),
    };
    Request::new(fact, Origin::ANY)
}

impl Request {
    pub(crate) const fn new(fact: Fact, origin: Origin) -> Self {
        Self { fact, origin, original_year: None, case: None }
    }

    pub(crate) fn purpose(mut self, code: u16) -> Self {
        self.fact.purpose = code;
        self
    }

    pub(crate) fn party(mut self, party: Party) -> Self {
        self.fact.party = Some(party);
        self
    }

    pub(crate) fn at(mut self, account: Account) -> Self {
        self.fact.account = Some(account);
        self
    }

    pub(crate) fn detail(mut self, detail: Detail) -> Self {
        self.fact.detail = detail;
        self
    }

    /// Sets the fields of a matter.
    pub(crate) fn matter(mut self, set: impl FnOnce(&mut Matter)) -> Self {
        if let Detail::Matter(matter) = &mut self.fact.detail {
            set(matter);
        }
        self
    }

    pub(crate) const fn case(mut self, case: Link) -> Self {
        self.case = Some(case);
        self
    }

    pub(crate) fn taken_from(mut self, origin: Origin) -> Self {
        self.origin = self.origin.and(origin);
        self
    }

    /// What comes back in a later year than it was paid is other income, and of a kind of its own.
    fn in_year(mut self, year: i32) -> Self {
        if self.original_year.is_some_and(|original| year > original) {
            self.fact.kind = match self.fact.kind {
                Kind::PaymentReturned => Kind::LatePaymentReturned,
                Kind::BenefitRecovered => Kind::LateBenefitRecovered,
                kind => kind,
            };
        }
        self
    }
}

/// From which book and ledger the vouchers, texts and originals of a draft were taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    pub(crate) book: Source<BookId>,
    pub(crate) ledger: Source<LedgerId>,
}

/// Nothing, one thing, or several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source<T> {
    Any,
    One(T),
    Several,
}

impl<T: Copy + PartialEq> Source<T> {
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Any, other) => other,
            (this, Self::Any) => this,
            (Self::One(this), Self::One(other)) if this == other => self,
            _ => Self::Several,
        }
    }

    /// Whether it is nothing else than this one.
    pub(crate) fn is_only(self, one: T) -> bool {
        matches!(self.and(Self::One(one)), Self::One(_))
    }
}

impl Origin {
    pub(crate) const ANY: Self = Self { book: Source::Any, ledger: Source::Any };

    /// Of no book at all: what has it is refused everywhere.
    pub(crate) const NOWHERE: Self = Self { book: Source::Several, ledger: Source::Any };

    pub(crate) const fn book(book: BookId) -> Self {
        Self { book: Source::One(book), ledger: Source::Any }
    }

    pub(crate) const fn new(book: BookId, ledger: LedgerId) -> Self {
        Self { book: Source::One(book), ledger: Source::One(ledger) }
    }

    pub(crate) fn and(self, other: Self) -> Self {
        Self { book: self.book.and(other.book), ledger: self.ledger.and(other.ledger) }
    }
}

/// A command with its voucher, not yet decided on.
#[derive(Clone, Debug)]
pub struct Draft {
    pub(crate) fact: Fact,
    pub(crate) voucher: VoucherRefs,
    pub(crate) origin: Origin,
}

impl Draft {
    pub(crate) fn new(voucher: &Voucher, request: Request) -> Self {
        let request = request.in_year(voucher.refs.effective_on.year());
        let mut refs = voucher.refs;
        refs.correlation = request.case.or(refs.correlation);
        Self { fact: request.fact, voucher: refs, origin: request.origin.and(voucher.origin) }
    }

    /// What the draft asks to record. It may still be unlawful.
    #[must_use]
    pub const fn fact(&self) -> &Fact {
        &self.fact
    }
}

/// Commands for one book of the fund `F`, recorded together or not at all.
///
/// ```
/// # use earmark_core::{command::*, account::*, event::Voucher, fund::*, id::Party, money::yuan};
/// fn month(voucher: &Voucher, payers: &[Party]) -> Result<Batch<WorkInjury>, earmark_core::money::AmountError> {
///     let mut batch = Batch::with_capacity(payers.len());
///     for (number, payer) in (1..).zip(payers) {
///         batch.push(&voucher.document(number), ReceivePremium {
///             into: TreasuryDeposit, kind: WorkInjuryPremium::Unit, from: *payer, amount: yuan("120.00")?,
///         });
///     }
///     Ok(batch)
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Batch<F> {
    drafts: Vec<Draft>,
    fund: PhantomData<fn() -> F>,
}

impl<F: Fund> Batch<F> {
    /// An empty batch.
    #[must_use]
    pub const fn new() -> Self {
        Self { drafts: Vec::new(), fund: PhantomData }
    }

    /// An empty batch with room for so many commands.
    #[must_use]
    pub fn with_capacity(commands: usize) -> Self {
        Self { drafts: Vec::with_capacity(commands), fund: PhantomData }
    }

    /// Appends a command under a voucher.
    pub fn push(&mut self, voucher: &Voucher, command: impl Command<F>) {
        self.drafts.push(Draft::new(voucher, command.into_request()));
    }

    /// How many commands it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.drafts.len()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.drafts.is_empty()
    }

    /// The batch for a store that does not know the fund's type.
    #[must_use]
    pub fn into_any(self) -> AnyBatch {
        AnyBatch::new(F::SPEC, self.drafts)
    }
}

impl<F: Fund> Default for Batch<F> {
    fn default() -> Self {
        Self::new()
    }
}

/// Drafts for one book, as a store takes them. They remember the fund whose commands they are.
#[derive(Clone, Debug)]
pub struct AnyBatch {
    pub(crate) fund: &'static FundSpec,
    pub(crate) drafts: Vec<Draft>,
}

impl AnyBatch {
    pub(crate) const fn new(fund: &'static FundSpec, drafts: Vec<Draft>) -> Self {
        Self { fund, drafts }
    }

    /// The fund whose commands these are. A book of another fund refuses them.
    #[must_use]
    pub const fn fund(&self) -> &'static FundSpec {
        self.fund
    }

    /// The drafts in their order.
    #[must_use]
    pub fn drafts(&self) -> &[Draft] {
        &self.drafts
    }
}

/// One command, or a tuple, array or vector of commands, all under one voucher.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a command, nor a tuple of commands, for a book of the fund `{F}`",
    note = "a commit takes one command, or up to twelve in a tuple; build a `Batch` for more"
)]
pub trait Commands<F: Fund> {
    /// Appends the commands to a batch.
    fn append_to(self, voucher: &Voucher, batch: &mut Batch<F>);
}

impl<F: Fund, C: Command<F>, const N: usize> Commands<F> for [C; N] {
    fn append_to(self, voucher: &Voucher, batch: &mut Batch<F>) {
        self.into_iter().for_each(|command| batch.push(voucher, command));
    }
}

impl<F: Fund, C: Command<F>> Commands<F> for Vec<C> {
    fn append_to(self, voucher: &Voucher, batch: &mut Batch<F>) {
        self.into_iter().for_each(|command| batch.push(voucher, command));
    }
}

macro_rules! tuples {
    ($($first:ident $($rest:ident)*;)*) => {$(
        impl<Fnd: Fund, $first: Command<Fnd>, $($rest: Command<Fnd>),*> Commands<Fnd>
            for ($first, $($rest,)*)
        {
            #[allow(non_snake_case)]
            fn append_to(self, voucher: &Voucher, batch: &mut Batch<Fnd>) {
                let ($first, $($rest,)*) = self;
                batch.push(voucher, $first);
                $(batch.push(voucher, $rest);)*
            }
        }
    )*};
}

tuples! {
    A; A B; A B C; A B C D; A B C D E; A B C D E G; A B C D E G H; A B C D E G H I;
    A B C D E G H I J; A B C D E G H I J K; A B C D E G H I J K L; A B C D E G H I J K L M;
}
