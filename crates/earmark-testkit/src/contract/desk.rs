//! Where the promises are tried: a work injury book with money in it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use earmark_core::account::{
    Account, ExpenditureAccount, RevenueAccount, SpecialAccount, TreasuryDeposit,
};
use earmark_core::command::{Batch, BringForward, Commands, OpenAccount, PayBenefit};
use earmark_core::commit::Receipt;
use earmark_core::error::Error;
use earmark_core::event::{Recorded, Voucher};
use earmark_core::fund::{WorkInjury, WorkInjuryBenefit};
use earmark_core::id::{Area, Key, Party, area};
use earmark_core::ledger::{Book, Ledger};
use earmark_core::money::yuan;
use earmark_core::store::Store;
use earmark_core::time::{Day, day};

use super::Place;
use crate::clock::HandClock;
use crate::given::PAPERS;

/// A book, the ledger that it is in, and a voucher for 2021-06-15.
pub(super) struct Desk {
    pub(super) ledger: Ledger,
    pub(super) clock: HandClock,
    pub(super) book: Book<WorkInjury>,
    pub(super) voucher: Voucher,
}

impl Desk {
    /// The book of Nanjing in a new ledger, with 1,000.00 in its expenditure account.
    pub(super) fn open(place: &dyn Place) -> Self {
        let clock = HandClock::new();
        Self::over(place.open(clock.clone()), clock, nanjing()).stocked()
    }

    /// The book of an area in a ledger.
    pub(super) fn over(ledger: Ledger, clock: HandClock, area: Area) -> Self {
        let book = ledger.book::<WorkInjury>(area).unwrap();
        let voucher = book.voucher(on("2021-06-15"), PAPERS).unwrap();
        Self { ledger, clock, book, voucher }
    }

    /// The book of another area in the same ledger, with as much money.
    pub(super) fn elsewhere(&self, area: Area) -> Self {
        Self::over(self.ledger.clone(), self.clock.clone(), area).stocked()
    }

    /// Closes the ledger and opens it again. Nothing else may hold the ledger.
    pub(super) fn reopened(self, place: &dyn Place) -> Self {
        let Self { ledger, clock, book, .. } = self;
        drop((book, ledger));
        Self::over(place.open(clock.clone()), clock, nanjing())
    }

    /// Ends the ledger as a crash would, and opens it again.
    pub(super) fn crashed(self, place: &dyn Place) -> Self {
        let Self { ledger, clock, book, .. } = self;
        drop(book);
        place.crash(ledger);
        Self::over(place.open(clock.clone()), clock, nanjing())
    }

    /// With every account open, and 1,000.00 in the expenditure account.
    pub(super) fn stocked(self) -> Self {
        self.record("open treasury", OpenAccount(TreasuryDeposit)).unwrap();
        self.record("open revenue", OpenAccount(RevenueAccount)).unwrap();
        self.record("open special", OpenAccount(SpecialAccount)).unwrap();
        self.record("open expenditure", OpenAccount(ExpenditureAccount)).unwrap();
        let forward = BringForward { into: ExpenditureAccount, amount: yuan("1000.00").unwrap() };
        self.record("forward", forward).unwrap();
        self
    }

    /// Records commands under the desk's voucher and a key made from a text.
    pub(super) fn record(
        &self,
        text: &str,
        what: impl Commands<WorkInjury>,
    ) -> Result<Receipt, Error> {
        self.book.record(key(text), &self.voucher, what)
    }

    /// Records one command and gives back its event.
    pub(super) fn recorded(
        &self,
        text: &str,
        what: impl Commands<WorkInjury>,
    ) -> Recorded<WorkInjury> {
        let receipt = self.record(text, what).unwrap();
        self.book.event(receipt.last_seq()).unwrap().unwrap()
    }

    /// One payment as a batch.
    pub(super) fn batch(&self, to: u128, amount: &str) -> Batch<WorkInjury> {
        let mut batch = Batch::new();
        batch.push(&self.voucher, payment(to, amount));
        batch
    }

    pub(super) fn store(&self) -> &dyn Store {
        self.ledger.store()
    }

    pub(super) fn last_seq(&self) -> u64 {
        self.book.last_seq().unwrap()
    }

    /// What an account holds, in minor units.
    pub(super) fn balance(&self, account: Account) -> u64 {
        self.book.account(account).unwrap().balance_minor
    }

    /// Everything that the ledger says holds when it is proved again.
    pub(super) fn assert_sound(&self) {
        let verification = self.ledger.verify().unwrap();
        assert!(verification.is_sound(), "the ledger is not sound: {:?}", verification.findings());
    }
}

pub(super) type Payment = PayBenefit<WorkInjury, ExpenditureAccount>;

/// A benefit out of the expenditure account.
pub(super) fn payment(to: u128, amount: &str) -> Payment {
    PayBenefit {
        from: ExpenditureAccount,
        kind: WorkInjuryBenefit::Medical,
        to: party(to),
        amount: yuan(amount).unwrap(),
    }
}

pub(super) fn nanjing() -> Area {
    area("320100").unwrap()
}

pub(super) fn wuxi() -> Area {
    area("320200").unwrap()
}

pub(super) fn on(text: &str) -> Day {
    day(text).unwrap()
}

pub(super) fn party(number: u128) -> Party {
    Party::from_u128(number)
}

pub(super) fn key(text: &str) -> Key {
    earmark_core::id::key(text)
}

/// What came of something that may panic in the store's own code.
pub(super) fn guarded<T>(work: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| panic!("the store let a panic of other code through to its caller"))
}
