//! The state of a book that decisions need: small, of fixed size, and the fold of its events.

use crate::account::Account;
use crate::event::{Detail, Event, Kind};
use crate::id::BookId;
use crate::money::MAX_MINOR;
use crate::time::Timestamp;

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
    ) -> Result<Self, StateError> {
        let state = Self { book, seq, recorded_at, texts, interest_held_minor, accounts };
        for account in Account::ALL {
            if state.balance_minor(account) > MAX_MINOR {
                return Err(StateError::OutOfRange { account });
            }
        }
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
        if event.seq != self.seq + 1 {
            return Err(StateError::Sequence { expected: self.seq + 1, found: event.seq });
        }
        // INVARIANT(INV-15): recording times never go back.
        if event.recorded_at < self.recorded_at {
            return Err(StateError::ClockWentBack);
        }
        self.seq = event.seq;
        self.recorded_at = event.recorded_at;
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
    /// More interest would be handed over than the expenditure account received.
    #[error("{held_minor} minor units of interest are held, {amount_minor} would be handed over")]
    InterestNotHeld {
        /// Interest held.
        held_minor: u64,
        /// What would be handed over.
        amount_minor: u64,
    },
}
