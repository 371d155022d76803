//! The state of a book that decisions need: small, of fixed size, and the fold of its events.

use crate::account::Account;
use crate::event::{Detail, Event, Kind};
use crate::id::BookId;
use crate::money::MAX_MINOR;
use crate::time::{Day, Period, Timestamp};

/// Whether an account exists and may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum AccountStatus {
    /// Never opened.
    Absent = 0,
    /// Open.
    Open = 1,
    /// Closed; it may be opened again.
    Closed = 2,
}

impl AccountStatus {
    /// The status with this code.
    #[must_use]
    pub const fn from_code(code: u8) -> Option<Self> {
        match code {
            0 => Some(Self::Absent),
            1 => Some(Self::Open),
            2 => Some(Self::Closed),
            _ => None,
        }
    }
}

/// What has moved in an account so far. An opening balance is the first money of an account; one that was
/// wrong is reversed and given again, also after other money has moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Moved {
    /// Nothing yet.
    Nothing = 0,
    /// Money, an opening balance or other.
    Money = 1,
    /// Money, and its opening balance stands reversed.
    OpeningReversed = 2,
}

impl Moved {
    /// The value with this code.
    #[must_use]
    pub const fn from_code(code: u8) -> Option<Self> {
        match code {
            0 => Some(Self::Nothing),
            1 => Some(Self::Money),
            2 => Some(Self::OpeningReversed),
            _ => None,
        }
    }

    const fn takes_opening(self) -> bool {
        matches!(self, Self::Nothing | Self::OpeningReversed)
    }

    const fn after(self, event: &Event) -> Self {
        let fact = &event.fact;
        let opening = matches!(fact.moved_kind(), Kind::BalanceBroughtForward);
        let reversed = matches!(fact.kind, Kind::Reversed);
        match (self, opening, reversed) {
            (_, true, true) | (Self::OpeningReversed, false, _) => Self::OpeningReversed,
            _ => Self::Money,
        }
    }
}

/// One account of a book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountState {
    /// Whether it may be used.
    pub status: AccountStatus,
    /// What it holds, in minor units, at most [`MAX_MINOR`].
    pub balance_minor: u64,
    /// What has moved in it so far.
    pub moved: Moved,
}

/// What the book stands under beside its money: its rules, its closed time, its reserve.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Standing {
    /// The event that adopted the rule profile in force; 0 where none was adopted.
    pub rules_seq: u64,
    /// The last day of the last closed month: nothing counts for this day or an earlier one.
    pub closed_until: Option<Day>,
    /// The closed period that is open again.
    pub reopened: Option<Period>,
    /// The reserve inside the balance, in minor units. No more than the book holds.
    pub reserve_minor: u64,
    /// How often a benefit was stopped: where never, no payment need be looked up.
    pub stops: u32,
    /// How many agreements with providers were made: where none, no payee need be looked up.
    pub agreements: u32,
}

/// The state of one book. It does not grow with the book: deciding on ten million events costs what
/// deciding on ten does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State {
    book: BookId,
    seq: u64,
    recorded_at: Timestamp,
    texts: u32,
    interest_held_minor: u64,
    accounts: [AccountState; 5],
    standing: Standing,
}

impl State {
    /// The state of a book without events.
    #[must_use]
    pub const fn empty(book: BookId) -> Self {
        let absent =
            AccountState { status: AccountStatus::Absent, balance_minor: 0, moved: Moved::Nothing };
        Self {
            book,
            seq: 0,
            recorded_at: Timestamp::MIN,
            texts: 0,
            interest_held_minor: 0,
            accounts: [absent; 5],
            standing: Standing {
                rules_seq: 0,
                closed_until: None,
                reopened: None,
                reserve_minor: 0,
                stops: 0,
                agreements: 0,
            },
        }
    }

    /// A state as a store kept it.
    ///
    /// # Errors
    /// [`StateError::OutOfRange`] where a balance is over [`MAX_MINOR`].
    pub fn from_parts(
        book: BookId,
        seq: u64,
        recorded_at: Timestamp,
        texts: u32,
        interest_held_minor: u64,
        accounts: [AccountState; 5],
        standing: Standing,
    ) -> Result<Self, StateError> {
        let state = Self { book, seq, recorded_at, texts, interest_held_minor, accounts, standing };
        for account in Account::ALL {
            if state.balance_minor(account) > MAX_MINOR {
                return Err(StateError::OutOfRange { account });
            }
        }
        state.check_reserve()?;
        Ok(state)
    }

    /// The book.
    #[must_use]
    pub const fn book(&self) -> BookId {
        self.book
    }

    /// The sequence number of the last event; 0 where there is none.
    #[must_use]
    pub const fn seq(&self) -> u64 {
        self.seq
    }

    /// When the last event was recorded; [`Timestamp::MIN`] where there is none.
    #[must_use]
    pub const fn recorded_at(&self) -> Timestamp {
        self.recorded_at
    }

    /// How many texts are registered.
    #[must_use]
    pub const fn texts(&self) -> u32 {
        self.texts
    }

    /// Interest of the expenditure account not yet handed over, in minor units.
    #[must_use]
    pub const fn interest_held_minor(&self) -> u64 {
        self.interest_held_minor
    }

    /// One account.
    #[must_use]
    pub fn account(&self, account: Account) -> AccountState {
        let [treasury, revenue, special, expenditure, investment] = self.accounts;
        match account {
            Account::Treasury => treasury,
            Account::Revenue => revenue,
            Account::Special => special,
            Account::Expenditure => expenditure,
            Account::Investment => investment,
        }
    }

    /// Its rules, its closed time and its reserve.
    #[must_use]
    pub const fn standing(&self) -> Standing {
        self.standing
    }

    /// What an account holds, in minor units.
    #[must_use]
    pub fn balance_minor(&self, account: Account) -> u64 {
        self.account(account).balance_minor
    }

    /// What the book holds in all accounts, in minor units. At most five times [`MAX_MINOR`].
    #[must_use]
    pub fn total_minor(&self) -> u64 {
        self.accounts.iter().map(|account| account.balance_minor).sum()
    }

    fn account_mut(&mut self, account: Account) -> &mut AccountState {
        let [treasury, revenue, special, expenditure, investment] = &mut self.accounts;
        match account {
            Account::Treasury => treasury,
            Account::Revenue => revenue,
            Account::Special => special,
            Account::Expenditure => expenditure,
            Account::Investment => investment,
        }
    }

    /// Applies the next event. The only place where a balance changes.
    ///
    /// # Errors
    /// [`StateError`] where the event cannot follow on this state; the state is then unchanged.
    pub fn evolve(&mut self, event: &Event) -> Result<(), StateError> {
        let mut next = *self;
        next.apply(event)?;
        *self = next;
        Ok(())
    }

    /// As [`evolve`](Self::evolve), but leaves a part-changed state on error. For scratch copies.
    pub(crate) fn apply(&mut self, event: &Event) -> Result<(), StateError> {
        // INVARIANT(INV-13): a book has no gap and no repeat.
        // A state that a store kept may say that its book is full: nothing follows then.
        if self.seq.checked_add(1) != Some(event.seq) {
            let expected = self.seq.saturating_add(1);
            return Err(StateError::Sequence { expected, found: event.seq });
        }
        // INVARIANT(INV-15): recording times never go back.
        if event.recorded_at < self.recorded_at {
            return Err(StateError::ClockWentBack);
        }
        self.seq = event.seq;
        self.recorded_at = event.recorded_at;
        self.check_period(event.voucher.effective_on)?;
        let fact = &event.fact;
        match (fact.kind, &fact.detail, fact.account) {
            (Kind::TextRegistered, Detail::Text { number, .. }, _) => {
                let expected = self.texts.saturating_add(1);
                if *number != expected {
                    return Err(StateError::TextNumber { expected, found: *number });
                }
                self.texts = expected;
            }
            // INVARIANT(INV-22): an account is opened before use, once, and closed empty.
            (Kind::AccountOpened, _, Some(account)) => {
                if self.account(account).status == AccountStatus::Open {
                    return Err(StateError::AlreadyOpen { account });
                }
                self.account_mut(account).status = AccountStatus::Open;
            }
            (Kind::AccountClosed, _, Some(account)) => {
                let AccountState { status, balance_minor, .. } = self.account(account);
                if status != AccountStatus::Open {
                    return Err(StateError::NotOpen { account, status });
                }
                if balance_minor != 0 {
                    return Err(StateError::NotEmpty { account, balance_minor });
                }
                self.account_mut(account).status = AccountStatus::Closed;
            }
            (Kind::ProfileAdopted, ..) => self.standing.rules_seq = event.seq,
            (kind, Detail::Matter(matter), _) => match (kind, matter.from, matter.until) {
                (Kind::PeriodClosed, Some(first), Some(last)) => self.close(first, last)?,
                (Kind::PeriodReopened, Some(first), Some(last)) => self.reopen(first, last)?,
                (Kind::ReserveSetAside, ..) => self.set_aside(fact.amount_minor)?,
                (Kind::ReserveDrawn, ..) => self.draw_reserve(fact.amount_minor)?,
                (Kind::BenefitStopped, ..) => {
                    self.standing.stops = self.standing.stops.saturating_add(1);
                }
                (Kind::ProviderAgreed, ..) => {
                    self.standing.agreements = self.standing.agreements.saturating_add(1);
                }
                _ => {}
            },
            (kind, _, account) => {
                // INVARIANT(INV-23): at most one opening balance stands in an account.
                if let (Kind::BalanceBroughtForward, Some(account)) = (kind, account)
                    && !self.account(account).moved.takes_opening()
                {
                    return Err(StateError::AlreadyMoved { account });
                }
                self.post(event)?;
            }
        }
        Ok(())
    }

    /// INVARIANT(INV-28): a closed period takes no event, but within the bounds of a reopening.
    fn check_period(&self, day: Day) -> Result<(), StateError> {
        let Some(closed_until) = self.standing.closed_until.filter(|closed| day <= *closed) else {
            return Ok(());
        };
        if self.standing.reopened.is_some_and(|open| open.contains(day)) {
            return Ok(());
        }
        Err(StateError::Closed { day, closed_until })
    }

    /// INVARIANT(INV-29): months are closed in their order and without a gap; a quarter or a year once all
    /// its months are; what was reopened is closed again as a whole before anything else is.
    fn close(&mut self, first: Day, last: Day) -> Result<(), StateError> {
        let period = Period::new(first, last).ok_or(StateError::NoPeriod { first, last })?;
        let months = period.whole_months().ok_or(StateError::NoPeriod { first, last })?;
        let of_calendar = match months {
            1 => true,
            3 => first.month().number() % 3 == 1,
            12 => first.month().number() == 1,
            _ => false,
        };
        if let Some(reopened) = self.standing.reopened {
            if reopened != period {
                return Err(StateError::Reopened {
                    first: reopened.first(),
                    last: reopened.last(),
                });
            }
            self.standing.reopened = None;
            return Ok(());
        }
        let next = self.standing.closed_until.map(Day::next);
        match next {
            // A quarter or a year whose months are closed.
            Some(Some(next)) if last < next && of_calendar && months > 1 => Ok(()),
            Some(expected) if months == 1 && expected == Some(first) => {
                self.standing.closed_until = Some(last);
                Ok(())
            }
            None if months == 1 => {
                self.standing.closed_until = Some(last);
                Ok(())
            }
            _ => Err(StateError::OutOfOrder {
                first,
                last,
                closed_until: self.standing.closed_until,
            }),
        }
    }

    /// A reopening names whole months that are closed, and only one is under way.
    fn reopen(&mut self, first: Day, last: Day) -> Result<(), StateError> {
        if let Some(open) = self.standing.reopened {
            return Err(StateError::Reopened { first: open.first(), last: open.last() });
        }
        let closed = self.standing.closed_until.is_some_and(|closed| last <= closed);
        let period = Period::new(first, last).filter(|period| period.whole_months().is_some());
        match period {
            Some(period) if closed => {
                self.standing.reopened = Some(period);
                Ok(())
            }
            _ => {
                Err(StateError::NotClosed { first, last, closed_until: self.standing.closed_until })
            }
        }
    }

    fn set_aside(&mut self, amount: u64) -> Result<(), StateError> {
        self.standing.reserve_minor = self.standing.reserve_minor.saturating_add(amount);
        self.check_reserve()
    }

    fn draw_reserve(&mut self, amount: u64) -> Result<(), StateError> {
        let reserve = self.standing.reserve_minor;
        self.standing.reserve_minor = reserve
            .checked_sub(amount)
            .ok_or(StateError::ReserveShort { reserve_minor: reserve, amount_minor: amount })?;
        Ok(())
    }

    /// INVARIANT(INV-30): the reserve is inside the balance.
    fn check_reserve(&self) -> Result<(), StateError> {
        let reserve_minor = self.standing.reserve_minor;
        if reserve_minor == 0 || reserve_minor <= self.total_minor() {
            return Ok(());
        }
        Err(StateError::ReserveTouched { reserve_minor, balance_minor: self.total_minor() })
    }

    fn post(&mut self, event: &Event) -> Result<(), StateError> {
        let Some(movement) = event.fact.movement() else { return Ok(()) };
        let amount = movement.amount_minor;
        // INVARIANT(INV-04): no account goes below zero, and none above the range.
        if let Some(account) = movement.from {
            let state = self.open(account)?;
            let balance = state.balance_minor;
            state.balance_minor = balance.checked_sub(amount).ok_or(StateError::Overdrawn {
                account,
                balance_minor: balance,
                amount_minor: amount,
            })?;
            state.moved = state.moved.after(event);
        }
        if let Some(account) = movement.to {
            let state = self.open(account)?;
            let balance = state.balance_minor.saturating_add(amount);
            if balance > MAX_MINOR {
                return Err(StateError::OutOfRange { account });
            }
            state.balance_minor = balance;
            state.moved = state.moved.after(event);
        }
        self.check_reserve()?;
        self.hold_interest(event)
    }

    /// INVARIANT(INV-09): the expenditure account hands over no more than its own interest (E7).
    fn hold_interest(&mut self, event: &Event) -> Result<(), StateError> {
        let fact = &event.fact;
        if fact.account != Some(Account::Expenditure) {
            return Ok(());
        }
        let reversed = fact.kind == Kind::Reversed;
        let held = self.interest_held_minor;
        let amount = fact.amount_minor;
        self.interest_held_minor = match (fact.moved_kind(), reversed) {
            (Kind::InterestReceived, false) | (Kind::InterestHandedOver, true) => {
                held.saturating_add(amount)
            }
            (Kind::InterestHandedOver, false) | (Kind::InterestReceived, true) => held
                .checked_sub(amount)
                .ok_or(StateError::InterestNotHeld { held_minor: held, amount_minor: amount })?,
            _ => held,
        };
        Ok(())
    }

    /// INVARIANT(INV-05): money moves only in open accounts.
    fn open(&mut self, account: Account) -> Result<&mut AccountState, StateError> {
        let state = self.account_mut(account);
        if state.status == AccountStatus::Open {
            Ok(state)
        } else {
            Err(StateError::NotOpen { account, status: state.status })
        }
    }
}

/// Why an event cannot follow on a state.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StateError {
    /// The sequence has a gap or a repeat.
    #[error("event {expected} comes next, event {found} was given")]
    Sequence {
        /// The next number.
        expected: u64,
        /// The number given.
        found: u64,
    },
    /// Recording times of a book never go back.
    #[error("the event was recorded before the one it follows")]
    ClockWentBack,
    /// Texts are numbered without gaps.
    #[error("text {expected} comes next, text {found} was given")]
    TextNumber {
        /// The next number.
        expected: u32,
        /// The number given.
        found: u32,
    },
    /// The account is open already.
    #[error("the {account} is open already")]
    AlreadyOpen {
        /// The account.
        account: Account,
    },
    /// The account is not open.
    #[error("the {account} is not open")]
    NotOpen {
        /// The account.
        account: Account,
        /// What it is instead.
        status: AccountStatus,
    },
    /// The account still holds money.
    #[error("the {account} still holds {balance_minor} minor units")]
    NotEmpty {
        /// The account.
        account: Account,
        /// What it holds.
        balance_minor: u64,
    },
    /// Money has moved in the account before.
    #[error("money has moved in the {account} before")]
    AlreadyMoved {
        /// The account.
        account: Account,
    },
    /// The account would go below zero.
    #[error("the {account} holds {balance_minor} minor units, {amount_minor} would leave it")]
    Overdrawn {
        /// The account.
        account: Account,
        /// What it holds.
        balance_minor: u64,
        /// What would leave it.
        amount_minor: u64,
    },
    /// The account would hold more than the range allows.
    #[error("the {account} would hold more than {MAX_MINOR} minor units")]
    OutOfRange {
        /// The account.
        account: Account,
    },
    /// The day lies in a closed period.
    #[error("{day} is closed: the book is closed until {closed_until}")]
    Closed {
        /// The day.
        day: Day,
        /// The last closed day.
        closed_until: Day,
    },
    /// What is to be closed or opened is not made of whole months.
    #[error("{first} to {last} is not a month, a quarter or a year")]
    NoPeriod {
        /// The first day.
        first: Day,
        /// The last day.
        last: Day,
    },
    /// The period is not the next to be closed.
    #[error("{first} to {last} is not the next period to close")]
    OutOfOrder {
        /// The first day.
        first: Day,
        /// The last day.
        last: Day,
        /// The last closed day, if any.
        closed_until: Option<Day>,
    },
    /// A reopened period waits to be closed again.
    #[error("{first} to {last} is open again and is closed first")]
    Reopened {
        /// The first day.
        first: Day,
        /// The last day.
        last: Day,
    },
    /// Only what is closed, in whole months, is opened again.
    #[error("{first} to {last} is not closed")]
    NotClosed {
        /// The first day.
        first: Day,
        /// The last day.
        last: Day,
        /// The last closed day, if any.
        closed_until: Option<Day>,
    },
    /// More would be drawn from the reserve than is in it.
    #[error("the reserve is {reserve_minor} minor units, {amount_minor} would be drawn")]
    ReserveShort {
        /// The reserve.
        reserve_minor: u64,
        /// What would be drawn.
        amount_minor: u64,
    },
    /// The balance would be less than the reserve inside it.
    #[error("the reserve is {reserve_minor} minor units, the book would hold {balance_minor}")]
    ReserveTouched {
        /// The reserve.
        reserve_minor: u64,
        /// What the book would hold.
        balance_minor: u64,
    },
    /// More interest would be handed over than the expenditure account received.
    #[error("{held_minor} minor units of interest are held, {amount_minor} would be handed over")]
    InterestNotHeld {
        /// Interest held.
        held_minor: u64,
        /// What would be handed over.
        amount_minor: u64,
    },
}
