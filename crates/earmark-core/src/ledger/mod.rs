//! The handles that programs hold: a ledger, its books, and the doors through which they record.

mod any_book;
mod book;
mod cells;
mod joint;
mod law;
mod papers;
mod reading;
mod recording;
mod rolls;
mod texts;

pub use any_book::AnyBook;
pub use book::Book;
pub use joint::Joint;
pub use law::Explanation;
pub use papers::Papers;

use std::sync::{Arc, Mutex, PoisonError};

use crate::error::{Fault, FaultKind};
use crate::fund::{BUILT_IN, Fund, FundSpec};
use crate::id::{Area, BookId, LedgerId};
use crate::projection::{AnyProjection, Attached, Projection};
use crate::store::{Store, check_vocabulary};
use crate::time::Clock;
use crate::verify::{Verification, verify};

/// A ledger: books of funds, kept in a store, timed by a clock. Cheap to clone; clones are the same
/// ledger.
#[derive(Clone)]
pub struct Ledger {
    shared: Arc<Shared>,
}

struct Shared {
    store: Arc<dyn Store>,
    clock: Box<dyn Clock>,
    funds: Mutex<Vec<&'static FundSpec>>,
    projections: Mutex<Vec<Box<dyn AnyProjection>>>,
}

impl Ledger {
    /// The ledger in a store, timed by a clock. The eight built-in funds are known from the start; a
    /// user's own fund is known once a book of it is opened, or with [`know`](Self::know).
    #[must_use]
    pub fn new(store: impl Store, clock: impl Clock) -> Self {
        let shared = Shared {
            store: Arc::new(store),
            clock: Box::new(clock),
            funds: Mutex::new(BUILT_IN.to_vec()),
            projections: Mutex::new(Vec::new()),
        };
        Self { shared: Arc::new(shared) }
    }

    /// Which ledger it is.
    #[must_use]
    pub fn id(&self) -> LedgerId {
        self.store().settings().id
    }

    /// The store.
    #[must_use]
    pub fn store(&self) -> &dyn Store {
        &*self.shared.store
    }

    /// Makes a user's own fund known, so that its books can be listed, read and verified.
    ///
    /// # Errors
    /// [`FaultKind::UnknownFund`] where another fund of the same code is known.
    pub fn know<F: Fund>(&self) -> Result<(), Fault> {
        let mut funds = self.shared.funds.lock().unwrap_or_else(PoisonError::into_inner);
        match funds.iter().find(|fund| fund.code() == F::SPEC.code()) {
            None => funds.push(F::SPEC),
            Some(known) if *known == F::SPEC => {}
            Some(_) => {
                let what = "another fund of this code is known; a code stands for one fund";
                let at = format!("fund `{}`", F::SPEC.code());
                return Err(Fault::new(FaultKind::UnknownFund, at, what));
            }
        }
        Ok(())
    }

    /// The funds known.
    #[must_use]
    pub fn funds(&self) -> Vec<&'static FundSpec> {
        self.shared.funds.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The book of a fund in a pooling area, made if it does not exist.
    ///
    /// # Errors
    /// [`Fault`] where the store cannot be read or written, or holds another definition of the fund.
    pub fn book<F: Fund>(&self, area: Area) -> Result<Book<F>, Fault> {
        self.know::<F>()?;
        let id = BookId::new(area, F::SPEC);
        self.store().create_book(id)?;
        Ok(Book::new(AnyBook::new(self.clone(), id)))
    }

    /// The book of a fund code learnt at run time, made if it does not exist.
    ///
    /// # Errors
    /// [`FaultKind::UnknownFund`] where no known fund has the code; other [`Fault`]s as
    /// [`book`](Self::book).
    pub fn any_book(&self, area: Area, fund: &str) -> Result<AnyBook, Fault> {
        let id = self.id_of(area, fund)?;
        self.store().create_book(id)?;
        Ok(AnyBook::new(self.clone(), id))
    }

    /// Every book of a known fund, for reading across funds. Books of unknown funds are left out;
    /// [`verify`](Self::verify) reports them.
    ///
    /// # Errors
    /// [`Fault`] where the store cannot be read, or holds another definition of a fund.
    pub fn books(&self) -> Result<Vec<AnyBook>, Fault> {
        let mut books = Vec::new();
        for stored in self.store().books()? {
            if let Ok(id) = self.id_of(stored.area, &stored.fund) {
                check_vocabulary(id, &stored.vocabulary)?;
                books.push(AnyBook::new(self.clone(), id));
            }
        }
        Ok(books)
    }

    fn id_of(&self, area: Area, fund: &str) -> Result<BookId, Fault> {
        BookId::find(area, fund, &self.funds()).ok_or_else(|| {
            let known = self.funds().iter().map(|fund| fund.code()).collect::<Vec<_>>().join(", ");
            Fault::new(
                FaultKind::UnknownFund,
                format!("fund `{fund}`"),
                format!("this program does not know it; it knows {known}"),
            )
        })
    }

    /// A commit of several books of one fund, recorded together or not at all.
    pub fn joint<F: Fund>(&self, key: crate::id::Key) -> Joint<F> {
        Joint::new(self.clone(), key)
    }

    /// Keeps a projection in the same transaction as the events, after bringing it up to date with
    /// what is recorded. Attach it each time the ledger is opened for writing.
    ///
    /// # Errors
    /// [`FaultKind::Projection`] where another version of it is attached; other [`Fault`]s where the
    /// store cannot be read or written.
    pub fn attach<P: Projection>(&self, projection: P) -> Result<(), Fault> {
        let attached = Box::new(Attached::new(projection));
        self.store().attach(attached.fresh(), &self.funds())?;
        self.remember(attached);
        Ok(())
    }

    fn remember(&self, projection: Box<dyn AnyProjection>) {
        let mut known = self.shared.projections.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|held| held.name() != projection.name());
        known.push(projection);
    }

    /// Throws a projection's cells away and builds them again from the events.
    ///
    /// # Errors
    /// [`FaultKind::Projection`] where it is not attached; other [`Fault`]s where the store cannot be
    /// read or written.
    pub fn rebuild<P: Projection>(&self) -> Result<(), Fault> {
        self.store().rebuild(P::NAME, &self.funds())
    }

    /// Proves the whole ledger again from its bytes: frames, records, hashes, sequences, decisions,
    /// heads, texts, and the cells of the built-in and every attached projection.
    ///
    /// # Errors
    /// [`Fault`] where the store cannot be read at all. What is found to be wrong is not an error but
    /// a finding of the [`Verification`].
    pub fn verify(&self) -> Result<Verification, Fault> {
        self.verify_with(&|_| {})
    }

    /// As [`verify`](Self::verify), telling `progress` how many events have been proved.
    ///
    /// # Errors
    /// As [`verify`](Self::verify).
    pub fn verify_with(&self, progress: &(dyn Fn(u64) + Sync)) -> Result<Verification, Fault> {
        let projections: Vec<_> = {
            let known = self.shared.projections.lock().unwrap_or_else(PoisonError::into_inner);
            known.iter().map(|held| held.fresh()).collect()
        };
        let mut verified = None;
        self.store().at_one_moment(&mut |store| {
            verified = Some(verify(store, &self.funds(), &projections, progress)?);
            Ok(())
        })?;
        verified.ok_or_else(|| {
            Fault::new(FaultKind::Io, "verification", "the store did not read at one moment")
        })
    }

    /// Lets [`verify`](Self::verify) prove a projection's cells without keeping it: for a ledger that
    /// is open read-only.
    pub fn watch<P: Projection>(&self, projection: P) {
        self.remember(Box::new(Attached::new(projection)));
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.shared.clock
    }
}

impl std::fmt::Debug for Ledger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Ledger({})", self.id())
    }
}
