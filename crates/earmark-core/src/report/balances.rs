use std::fmt;

use serde::Serialize;
use serde::ser::SerializeMap;

use crate::account::Account;
use crate::id::BookId;
use crate::money::{Figure, SignedFigure};
use crate::projection::TotalKey;
use crate::state::{AccountStatus, State};

/// What a book holds, account by account.
///
/// As of a day, an account can be below zero: an event recorded later for an earlier day can draw on
/// money that had not come in by then. As recorded, none ever is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Balances {
    book: BookId,
    minor: [i128; 5],
    used: [bool; 5],
}

impl Balances {
    /// No money in any account.
    pub(crate) const fn empty(book: BookId) -> Self {
        Self { book, minor: [0; 5], used: [false; 5] }
    }

    pub(crate) fn of_state(state: &State) -> Self {
        let mut balances = Self::empty(state.book());
        for account in Account::ALL {
            let held = state.account(account);
            let minor = i128::from(held.balance_minor);
            balances.add(account, minor, held.status != AccountStatus::Absent);
        }
        balances
    }

    pub(crate) fn add(&mut self, account: Account, minor: i128, used: bool) {
        if let (Some(held), Some(was)) =
            (self.minor.get_mut(account.index()), self.used.get_mut(account.index()))
        {
            *held += minor;
            *was |= used;
        }
    }

    /// Counts a total: the events of one key, together.
    pub(crate) fn count(&mut self, key: &TotalKey, sum_minor: u128) {
        let movement = key.movement(0);
        let sum = i128::try_from(sum_minor).unwrap_or(i128::MAX);
        if let Some(account) = movement.from {
            self.add(account, -sum, true);
        }
        if let Some(account) = movement.to {
            self.add(account, sum, true);
        }
    }

    /// The book.
    #[must_use]
    pub const fn book(&self) -> BookId {
        self.book
    }

    /// What an account holds.
    #[must_use]
    pub fn of(&self, account: impl Into<Account>) -> SignedFigure {
        let minor = self.minor.get(account.into().index()).copied().unwrap_or(0);
        SignedFigure::from_minor(minor, self.book.fund().currency())
    }

    /// What all accounts hold together: the fund balance of the book.
    #[must_use]
    pub fn total(&self) -> SignedFigure {
        SignedFigure::from_minor(self.minor.iter().sum(), self.book.fund().currency())
    }

    /// The accounts that were ever opened or used, with what they hold.
    pub fn iter(&self) -> impl Iterator<Item = (Account, SignedFigure)> {
        let used = self.used;
        Account::ALL
            .into_iter()
            .filter(move |account| used.get(account.index()).copied().unwrap_or(false))
            .map(|account| (account, self.of(account)))
    }
}

/// A table: the book, a line an account, and the total.
impl fmt::Display for Balances {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let total = self.total();
        let currency = total.currency().code();
        writeln!(f, "{} in {}, {currency}", self.book.fund().name(), self.book.area())?;
        for (account, figure) in self.iter() {
            writeln!(f, "  {:<20} {figure:>24}", account.name())?;
        }
        write!(f, "  {:<20} {total:>24}", "total")
    }
}

/// `{"book":"320100/WORK_INJURY","accounts":{"special":"449.50"},"total":"449.50"}`
impl Serialize for Balances {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        struct Accounts<'a>(&'a Balances);
        impl Serialize for Accounts<'_> {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_map(self.0.iter())
            }
        }
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry("book", &self.book)?;
        map.serialize_entry("accounts", &Accounts(self))?;
        map.serialize_entry("total", &self.total())?;
        map.end()
    }
}

impl Balances {
    /// The total as an unsigned figure; none where it is negative.
    #[must_use]
    pub fn total_figure(&self) -> Option<Figure> {
        let total = self.total();
        let minor = u128::try_from(total.minor()).ok()?;
        Some(Figure::from_minor(minor, total.currency()))
    }
}
