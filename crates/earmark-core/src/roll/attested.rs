//! Rolls and the books that attest them.

use std::marker::PhantomData;
use std::ops::Deref;

use super::{AttestedRoll, Roll};
use crate::command::Origin;
use crate::decide::Past;
use crate::error::Fault;
use crate::event::{Detail, Event, Kind};
use crate::fund::Fund;
use crate::id::BookId;
use crate::store::{Store, StorePast};
use crate::time::Period;

/// The roll of a period of a book of the fund `F`: what the typed door attests. For reading it is a [`Roll`].
///
/// Only [`Book::roll`](crate::ledger::Book::roll) gives one. The roll of one fund is not attested in a book of
/// another:
///
/// ```compile_fail,E0308
/// # use earmark_core::error::Error;
/// use earmark_core::commit::Receipt;
/// use earmark_core::event::Voucher;
/// use earmark_core::fund::{Maternity, WorkInjury};
/// use earmark_core::id::Key;
/// use earmark_core::ledger::Book;
/// use earmark_core::roll::FundRoll;
///
/// fn mix(
///     book: &Book<Maternity>,
///     key: Key,
///     voucher: &Voucher,
///     roll: &FundRoll<WorkInjury>,
/// ) -> Result<Receipt, Error> {
///     book.attest_roll(key, voucher, roll)
/// }
/// ```
#[derive(Clone, Debug)]
pub struct FundRoll<F> {
    roll: Roll,
    fund: PhantomData<fn() -> F>,
}

impl<F: Fund> FundRoll<F> {
    pub(crate) const fn new(roll: Roll) -> Self {
        Self { roll, fund: PhantomData }
    }
}

impl<F> Deref for FundRoll<F> {
    type Target = Roll;

    fn deref(&self) -> &Roll {
        &self.roll
    }
}

impl Roll {
    /// The roll of the period that an event closed, with the salt that the ledger derives for it; none where
    /// the event closes no period.
    pub(crate) fn of_closing(
        store: &dyn Store,
        book: BookId,
        closing: u64,
    ) -> Result<Option<Self>, Fault> {
        let event = StorePast::new(store, book).event(closing)?;
        let Some(period) = event.as_ref().and_then(closed_by) else { return Ok(None) };
        let salt = store.settings().secret.roll_salt(book, closing);
        Self::read(store, book, period, closing, salt).map(Some)
    }

    pub(crate) const fn origin(&self) -> Origin {
        self.origin
    }
}

impl AttestedRoll {
    /// How it differs from the one that the events give; none where it does not.
    pub(crate) fn difference_from(&self, given: &Self) -> Option<String> {
        if self.period != given.period {
            Some(format!(
                "it attests the roll of {} to {}, event {} closed {} to {}",
                self.period.first(),
                self.period.last(),
                self.closing,
                given.period.first(),
                given.period.last()
            ))
        } else if self.salt != given.salt {
            Some("its salt is not the one derived for its closing".to_owned())
        } else if self.parties != given.parties {
            Some(format!(
                "it attests a roll of {} parties, the events give {}",
                self.parties, given.parties
            ))
        } else if self.root != given.root {
            Some(format!("it attests the root {}, the events give {}", self.root, given.root))
        } else {
            None
        }
    }
}

/// The period that an event closed; none where it closes none.
pub(crate) fn closed_by(event: &Event) -> Option<Period> {
    match event.fact().detail() {
        Detail::Matter(matter) if event.kind() == Kind::PeriodClosed => {
            Period::new(matter.from()?, matter.until()?)
        }
        _ => None,
    }
}
