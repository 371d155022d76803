use super::Ledger;
use crate::account::Account;
use crate::commit::Head;
use crate::error::Fault;
use crate::fund::FundSpec;
use crate::id::{Area, BookId};
use crate::state::AccountState;
use crate::tree::BookTree;

/// A book whose fund is learnt at run time: reading, and the dynamic door.
#[derive(Clone, Debug)]
pub struct AnyBook {
    pub(super) ledger: Ledger,
    pub(super) id: BookId,
}

impl AnyBook {
    pub(super) const fn new(ledger: Ledger, id: BookId) -> Self {
        Self { ledger, id }
    }

    /// The ledger it is in.
    #[must_use]
    pub const fn ledger(&self) -> &Ledger {
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

    /// The tree over the book's records, as it stands: proofs come from it.
    ///
    /// # Errors
    /// [`Fault`] where the store cannot be read.
    pub fn tree(&self) -> Result<BookTree<'_>, Fault> {
        BookTree::now(self.ledger.store(), self.id)
    }

    /// One account, as it stands.
    ///
    /// # Errors
    /// [`Fault`] where the store cannot be read.
    pub fn account(&self, account: impl Into<Account>) -> Result<AccountState, Fault> {
        Ok(self.head()?.state.account(account.into()))
    }
}
