use crate::command::Origin;
use crate::id::{BookId, LedgerId, Link};
use crate::time::Day;

/// A text registered in a book (a document register, a legal basis, an actor, a reason), by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Text {
    pub(crate) ledger: LedgerId,
    pub(crate) book: BookId,
    pub(crate) number: u32,
}

impl Text {
    /// Its number in the book, from 1.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.number
    }

    /// The book in which it is registered.
    #[must_use]
    pub const fn book(self) -> BookId {
        self.book
    }

    pub(crate) const fn origin(self) -> Origin {
        Origin::new(self.book, self.ledger)
    }
}

/// The voucher (记账凭证) under which commands are recorded: for which day, on which document, on
/// what legal basis, by whom.
///
/// Small and `Copy`: its texts are registered once in the book and held by number. Make one with
/// `Book::voucher`, then vary it from event to event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Voucher {
    pub(crate) origin: Origin,
    pub(crate) refs: VoucherRefs,
}

/// A voucher as stored: numbers of texts, 0 for none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct VoucherRefs {
    pub(crate) effective_on: Day,
    pub(crate) register: u32,
    pub(crate) document: u64,
    pub(crate) basis: u32,
    pub(crate) actor: u32,
    pub(crate) correlation: Option<Link>,
    pub(crate) causation: Option<Link>,
}

impl Voucher {
    /// A voucher for a day, on document number `document` of a register, on a legal basis, by an
    /// actor. None where the texts are of different books.
    #[must_use]
    pub fn new(
        effective_on: Day,
        register: Text,
        document: u64,
        basis: Text,
        actor: Text,
    ) -> Option<Self> {
        let origin = register.origin();
        (origin == basis.origin() && origin == actor.origin()).then_some(Self {
            origin,
            refs: VoucherRefs {
                effective_on,
                register: register.number,
                document,
                basis: basis.number,
                actor: actor.number,
                correlation: None,
                causation: None,
            },
        })
    }

    /// The same for another day.
    #[must_use]
    pub const fn on(mut self, effective_on: Day) -> Self {
        self.refs.effective_on = effective_on;
        self
    }

    /// The same on another document of the register.
    #[must_use]
    pub const fn document(mut self, number: u64) -> Self {
        self.refs.document = number;
        self
    }

    /// The same, tied to a business case across events and books.
    #[must_use]
    pub const fn correlated(mut self, case: Link) -> Self {
        self.refs.correlation = Some(case);
        self
    }

    /// The same, naming the message or event that led to it.
    #[must_use]
    pub const fn caused_by(mut self, cause: Link) -> Self {
        self.refs.causation = Some(cause);
        self
    }

    /// The day it counts for.
    #[must_use]
    pub const fn effective_on(self) -> Day {
        self.refs.effective_on
    }
}
