//! Reading a book: balances, statements, events and trails.

use std::ops::ControlFlow;

use super::AnyBook;
use crate::decide::Past;
use crate::error::{Fault, FaultKind};
use crate::event::{Event, Recorded};
use crate::money::MAX_MINOR;
use crate::projection::{TotalKey, Totals};
use crate::report::{AsOf, Balances, Statement, TrailFilter};
use crate::store::StorePast;
use crate::time::{Period, Timestamp};

/// More events than any store takes in one book.
const MAX_EVENTS: u64 = 1 << 48;

impl AnyBook {
    /// What the book holds now, account by account.
    ///
    /// # Errors
    /// [`Fault`] where the store cannot be read.
    pub fn balances(&self) -> Result<Balances, Fault> {
        Ok(Balances::of_state(&self.head()?.state))
    }

    /// What the book held at the end of a day, as known at a moment.
    ///
    /// # Errors
    /// [`Fault`] where the store cannot be read.
    pub fn balances_as_of(&self, as_of: AsOf) -> Result<Balances, Fault> {
        let mut balances = Balances::empty(self.id);
        self.totals(as_of.known_at, &mut |key, sum| {
            if as_of.day.is_none_or(|day| key.day <= day) {
                balances.count(&key, sum);
            }
        })?;
        Ok(balances)
    }

    /// Income and expenditure over a period, as known now, or at a moment.
    ///
    /// # Errors
    /// [`Fault`] where the store cannot be read.
    pub fn statement(
        &self,
        period: Period,
        known_at: Option<Timestamp>,
    ) -> Result<Statement, Fault> {
        let mut statement = Statement::builder(self.id, period);
        self.totals(known_at, &mut |key, sum| statement.count(&key, sum))?;
        Ok(statement.finish())
    }

    /// Totals as known now (kept by the store), or at a moment (folded from the events).
    fn totals(
        &self,
        known_at: Option<Timestamp>,
        count: &mut dyn FnMut(TotalKey, u128),
    ) -> Result<(), Fault> {
        let Some(moment) = known_at else {
            let mut possible = true;
            self.each_cell::<Totals>(|key, (sum, events)| {
                // A sum that so many events cannot have is no total, and is not added up.
                possible &=
                    events <= MAX_EVENTS && sum <= u128::from(events) * u128::from(MAX_MINOR);
                if possible {
                    count(key, sum);
                }
            })?;
            return if possible { Ok(()) } else { Err(self.undecodable::<Totals>()) };
        };
        let filter = TrailFilter::all().as_of(AsOf::NOW.known_at(moment));
        self.each(&filter, &mut |recorded| {
            if let Some((key, amount)) = TotalKey::of(&recorded) {
                count(key, u128::from(amount));
            }
            ControlFlow::Continue(())
        })
    }

    /// The event with this sequence number; none where there is none.
    ///
    /// # Errors
    /// [`Fault`] where the store cannot be read, or the event's bytes are damaged.
    pub fn event(&self, seq: u64) -> Result<Option<Recorded>, Fault> {
        let past = StorePast::new(self.ledger.store(), self.id);
        Ok(past.event(seq)?.map(|event| Recorded::new(self.id, event)))
    }

    /// The events that a filter shows, in order.
    ///
    /// # Errors
    /// [`Fault`] where the store cannot be read, or bytes are damaged.
    pub fn trail(&self, filter: &TrailFilter) -> Result<Vec<Recorded>, Fault> {
        let mut shown = Vec::new();
        self.each(filter, &mut |recorded| {
            shown.push(recorded);
            ControlFlow::Continue(())
        })?;
        Ok(shown)
    }

    /// Gives the events that a filter shows, in order and without holding them all.
    ///
    /// # Errors
    /// [`Fault`] where the store cannot be read, or bytes are damaged.
    pub fn each(
        &self,
        filter: &TrailFilter,
        show: &mut dyn FnMut(Recorded) -> ControlFlow<()>,
    ) -> Result<(), Fault> {
        let mut buffer = Vec::new();
        self.ledger.store().commits(self.id, 1, &mut |commit| {
            let frame = commit.open(self.id)?;
            if filter.until().is_some_and(|moment| frame.recorded_at() > moment) {
                return Ok(ControlFlow::Break(()));
            }
            for (record, seq) in frame.records().zip(frame.first_seq()..) {
                let event: Event = record
                    .and_then(|record| record.decode_with(self.fund(), seq, &mut buffer))
                    .map_err(|error| {
                        let at = format!("book {}, event {seq}", self.id);
                        Fault::new(FaultKind::Damaged, at, error)
                    })?;
                if filter.shows(&event) && show(Recorded::new(self.id, event)).is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
            Ok(ControlFlow::Continue(()))
        })
    }
}
