use std::ops::ControlFlow;

use super::{Ledger, Papers};
use crate::account::Account;
use crate::command::{AnyBatch, AnyCommand, AnyCommandError, Origin, register_text};
use crate::commit::{Head, Part, Proposal, Receipt};
use crate::decide::Past;
use crate::error::{Error, Fault, FaultKind};
use crate::event::{Event, Recorded, Text, Voucher, VoucherRefs};
use crate::fund::FundSpec;
use crate::id::{Area, BookId, Key};
use crate::money::MAX_MINOR;
use crate::projection::{CellPart, Projection, Snapshot, TotalKey, Totals};
use crate::rejected::{Rejected, Rule};
use crate::report::{AsOf, Balances, Statement, TrailFilter};
use crate::state::{AccountState, State};
use crate::store::{Projected, StorePast};
use crate::submission::Pending;
use crate::time::{Day, Period, Timestamp};

/// More events than any store takes in one book.
const MAX_EVENTS: u64 = 1 << 48;

/// A book whose fund is learnt at run time: reading, and the dynamic door.
#[derive(Clone, Debug)]
pub struct AnyBook {
    ledger: Ledger,
    id: BookId,
}

impl AnyBook {
    pub(super) const fn new(ledger: Ledger, id: BookId) -> Self {
        Self { ledger, id }
    }

    pub(super) const fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Which book it is.
    #[must_use]
    pub const fn id(&self) -> BookId {
        self.id
    }

    /// The pooling area.
    #[must_use]
    pub const fn area(&self) -> Area {
        self.id.area()
    }

    /// The fund.
    #[must_use]
    pub const fn fund(&self) -> &'static FundSpec {
        self.id.fund()
    }

    /// Where the book stands.
    ///
    /// # Errors
    /// [`Fault`] where the store cannot be read.
    pub fn head(&self) -> Result<Head, Fault> {
        Ok(self.ledger.store().head(self.id)?.unwrap_or_else(|| Head::empty(self.id)))
    }

    /// The sequence number of the last event; 0 where there is none.
    ///
    /// # Errors
    /// [`Fault`] where the store cannot be read.
    pub fn last_seq(&self) -> Result<u64, Fault> {
        Ok(self.head()?.state.seq())
    }

    /// One account, as it stands.
    ///
    /// # Errors
    /// [`Fault`] where the store cannot be read.
    pub fn account(&self, account: impl Into<Account>) -> Result<AccountState, Fault> {
        Ok(self.head()?.state.account(account.into()))
    }

    // Texts and vouchers.

    /// The number of a text, registering it if it is new.
    ///
    /// # Errors
    /// [`Error::Rejected`] where the text is empty or too long; [`Error::Fault`] where the store is at
    /// fault.
    pub fn register(&self, text: &str) -> Result<Text, Error> {
        let [text] = self.register_all([text])?;
        Ok(text)
    }

    fn register_all<const N: usize>(&self, texts: [&str; N]) -> Result<[Text; N], Error> {
        let store = self.ledger.store();
        let mut numbers = [None; N];
        loop {
            // Read before the texts are looked up: whoever registers one meanwhile moves the book on,
            // and the registration below is then in conflict and tried again.
            let state = self.head()?.state;
            for (number, text) in numbers.iter_mut().zip(texts) {
                *number = store.text_number(self.id, text)?;
            }
            let mut new: Vec<&str> = Vec::new();
            for (number, text) in numbers.iter().zip(texts) {
                if number.is_none() && !new.contains(&text) {
                    new.push(text);
                }
            }
            if new.is_empty() {
                return Ok(numbers.map(|number| Text {
                    ledger: self.ledger.id(),
                    book: self.id,
                    number: number.unwrap_or(0),
                }));
            }
            self.register_new(&state, &new)?;
        }
    }

    /// Registers texts as one commit. Where another writer registers a text meanwhile, the caller's
    /// loop finds it there.
    fn register_new(&self, state: &State, texts: &[&str]) -> Result<(), Error> {
        let now = self.ledger.clock().now();
        let today = self.ledger.store().settings().moment(now, state).today;
        let voucher = Voucher {
            origin: Origin::new(self.id, self.ledger.id()),
            refs: VoucherRefs {
                effective_on: today,
                register: 0,
                document: 0,
                basis: 0,
                actor: 0,
                correlation: None,
                causation: None,
            },
        };
        let drafts = (state.texts() + 1..).zip(texts).map(|(number, text)| {
            crate::command::Draft::new(&voucher, register_text(number, (*text).into()))
        });
        let place = state.seq().to_be_bytes();
        let mut parts: Vec<&[u8]> = vec![b"earmark/texts", &place];
        parts.extend(texts.iter().map(|text| text.as_bytes()));
        let outcome = Pending::new(self.ledger.store().submit(Proposal::new(
            Part {
                book: self.id,
                key: Key::from_parts(&parts),
                expected_seq: Some(state.seq()),
                batch: AnyBatch::new(self.fund(), drafts.collect()),
            },
            now,
        )))
        .wait();
        match outcome {
            Ok(_) | Err(Error::Conflict(_)) => Ok(()),
            // Another writer registered the same texts at the same place.
            Err(Error::Rejected(rejected)) if rejected.rule() == Rule::KeyFresh => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// The text with this number; none where there is none.
    ///
    /// # Errors
    /// [`Fault`] where the store cannot be read.
    pub fn text(&self, number: u32) -> Result<Option<String>, Fault> {
        self.ledger.store().text(self.id, number)
    }

    /// A voucher for a day, its texts registered where they are new.
    ///
    /// # Errors
    /// As [`register`](Self::register).
    pub fn voucher(&self, effective_on: Day, papers: Papers<'_>) -> Result<Voucher, Error> {
        let [register, basis, actor] =
            self.register_all([papers.register, papers.basis, papers.actor])?;
        Voucher::new(effective_on, register, papers.document, basis, actor).ok_or_else(|| {
            Rejected::new(Rule::SameBook, self.id, "the texts are of several books").into()
        })
    }

    // The dynamic door.

    /// Records commands that were learnt at run time, all of them or none. On return they are
    /// durable.
    ///
    /// # Errors
    /// [`Error::Rejected`] where a command is not one of the fund's or a rule says no, and nothing was
    /// recorded; [`Error::Fault`] where the store is at fault.
    pub fn record_any(
        &self,
        key: Key,
        commands: &[(Voucher, AnyCommand)],
    ) -> Result<Receipt, Error> {
        let past = StorePast::new(self.ledger.store(), self.id);
        let mut batch = AnyBatch::new(self.fund(), Vec::with_capacity(commands.len()));
        for (index, (voucher, command)) in commands.iter().enumerate() {
            let draft = command.compile(self.id, voucher, &past).map_err(|error| match error {
                AnyCommandError::Fault(fault) => Error::Fault(fault),
                error => {
                    let rule = match error {
                        AnyCommandError::NoSuchEvent { .. } => Rule::OriginalFits,
                        AnyCommandError::NoSuchText { .. } => Rule::VoucherComplete,
                        AnyCommandError::Amount { .. } => Rule::Range,
                        AnyCommandError::Fact(ref error) => error.rule(),
                        _ => Rule::ClosedList,
                    };
                    Rejected::new(rule, self.id, error.to_string()).at(index).into()
                }
            })?;
            batch.drafts.push(draft);
        }
        self.submit_part(key, None, batch).wait()
    }

    pub(super) fn submit_part(
        &self,
        key: Key,
        expected_seq: Option<u64>,
        batch: AnyBatch,
    ) -> Pending {
        let part = Part { book: self.id, key, expected_seq, batch };
        self.propose(Proposal::new(part, self.ledger.clock().now()))
    }

    // Reading.

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
            for (seq, record) in (frame.first_seq()..).zip(frame.records()) {
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

    // Projections.

    /// One cell of a projection; its default value where there is none.
    ///
    /// # Errors
    /// [`Fault`] where the store cannot be read, or the cell does not decode.
    pub fn cell<P: Projection>(&self, key: &P::Key) -> Result<P::Value, Fault> {
        self.projected_to::<P>()?;
        let mut bytes = Vec::new();
        key.put(&mut bytes);
        match self.ledger.store().cell(self.id, P::NAME, &bytes)? {
            None => Ok(P::Value::default()),
            Some(stored) => P::Value::decode(&stored).ok_or_else(|| self.undecodable::<P>()),
        }
    }

    /// Gives every cell of a projection in the order of their keys.
    ///
    /// # Errors
    /// [`Fault`] where the store cannot be read, or a cell does not decode.
    pub fn each_cell<P: Projection>(
        &self,
        mut each: impl FnMut(P::Key, P::Value),
    ) -> Result<(), Fault> {
        self.projected_to::<P>()?;
        self.ledger.store().cells(self.id, P::NAME, &[], &mut |key, value| {
            match (P::Key::decode(key), P::Value::decode(value)) {
                (Some(key), Some(value)) => each(key, value),
                _ => return Err(self.undecodable::<P>()),
            }
            Ok(ControlFlow::Continue(()))
        })
    }

    /// Up to which event a projection is kept; none where it is not kept for this book.
    ///
    /// # Errors
    /// [`FaultKind::Projection`] where it is kept in another version; other [`Fault`]s where the store
    /// cannot be read.
    pub fn projected_to<P: Projection>(&self) -> Result<Option<u64>, Fault> {
        let projected = self.ledger.store().projected_to(self.id, P::NAME)?;
        projected.map(|projected| self.same_version::<P>(projected)).transpose()
    }

    fn same_version<P: Projection>(&self, projected: Projected) -> Result<u64, Fault> {
        if projected.version == P::VERSION {
            return Ok(projected.seq);
        }
        Err(Fault::new(
            FaultKind::Projection,
            format!("book {}, projection `{}`", self.id, P::NAME),
            format!(
                "it is kept in version {}, this program has version {}; attach it to rebuild it",
                projected.version,
                P::VERSION
            ),
        ))
    }

    /// All cells of a projection with their fingerprint.
    ///
    /// # Errors
    /// [`FaultKind::Projection`] where it is not kept for this book; other [`Fault`]s where the store
    /// cannot be read.
    pub fn snapshot<P: Projection>(&self) -> Result<Snapshot, Fault> {
        let missing = || {
            let at = format!("projection `{}`", P::NAME);
            Fault::new(FaultKind::Projection, at, "it is not kept for this book; attach it first")
        };
        let mut taken = None;
        self.ledger.store().at_one_moment(&mut |store| {
            let projected = store.projected_to(self.id, P::NAME)?.ok_or_else(missing)?;
            let position = self.same_version::<P>(projected)?;
            let mut cells = Vec::new();
            store.cells(self.id, P::NAME, &[], &mut |key, value| {
                cells.push((key.to_vec(), value.to_vec()));
                Ok(ControlFlow::Continue(()))
            })?;
            taken = Some(Snapshot::new(self.id, P::NAME, P::VERSION, position, cells));
            Ok(())
        })?;
        taken.ok_or_else(missing)
    }

    fn undecodable<P: Projection>(&self) -> Fault {
        Fault::new(
            FaultKind::Projection,
            format!("book {}, projection `{}`", self.id, P::NAME),
            "a stored cell does not decode; rebuild the projection",
        )
    }
}
