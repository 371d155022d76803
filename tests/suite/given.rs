//! What tests start from: a clock moved by hand, a ledger in memory, a book with its accounts open.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use earmark_core::account::Account;
use earmark_core::command::{Commands, OpenAccount};
use earmark_core::commit::{Head, Receipt};
use earmark_core::error::Error;
use earmark_core::event::{Recorded, Voucher};
use earmark_core::fund::Fund;
use earmark_core::id::{Area, BookId, Key, LedgerId, LedgerSecret, Party, area};
use earmark_core::ledger::{AnyBook, Book, Ledger, Papers};
use earmark_core::report::{Balances, TrailFilter};
use earmark_core::store::{MemoryStore, Settings};
use earmark_core::time::{Clock, Day, Timestamp, UtcOffset, day};

pub(crate) const MINUTE_MICROS: i64 = 60_000_000;

/// A clock that goes only when told to. It starts at 08:00 in Nanjing on 2021-06-30.
#[derive(Clone, Debug)]
pub(crate) struct HandClock(Arc<AtomicI64>);

impl HandClock {
    pub(crate) fn new() -> Self {
        let start = Timestamp::start_of(on("2021-06-30"), UtcOffset::CHINA);
        Self(Arc::new(AtomicI64::new(start.micros() + 8 * 60 * MINUTE_MICROS)))
    }

    pub(crate) fn go(&self, micros: i64) {
        self.0.fetch_add(micros, Ordering::SeqCst);
    }

    pub(crate) fn set(&self, moment: Timestamp) {
        self.0.store(moment.micros(), Ordering::SeqCst);
    }

    pub(crate) fn today(&self) -> Day {
        self.now().day(UtcOffset::CHINA)
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

pub(crate) fn settings() -> Settings {
    Settings {
        id: LedgerId(*b"earmark in tests"),
        secret: LedgerSecret::from_bytes(*b"the same nonces at every run ..."),
        utc_offset: UtcOffset::CHINA,
    }
}

pub(crate) fn ledger_in_memory(clock: &HandClock) -> Ledger {
    Ledger::new(MemoryStore::new(settings()), clock.clone())
}

pub(crate) fn nanjing() -> Area {
    area("320100").unwrap()
}

pub(crate) fn wuxi() -> Area {
    area("320200").unwrap()
}

pub(crate) fn on(text: &str) -> Day {
    day(text).unwrap()
}

pub(crate) fn party(number: u128) -> Party {
    Party::from_u128(number)
}

pub(crate) const PAPERS: Papers<'static> = Papers {
    register: "bank advice 2021",
    document: 1,
    basis: "Social Insurance Law",
    actor: "fund accounting section",
};

/// A book of the fund `F`, the ledger it is in, and a voucher for 2021-06-15.
pub(crate) struct Desk<F: Fund> {
    pub(crate) ledger: Ledger,
    pub(crate) clock: HandClock,
    pub(crate) book: Book<F>,
    pub(crate) voucher: Voucher,
}

impl<F: Fund> Desk<F> {
    /// A book in which only the texts of a voucher are recorded.
    pub(crate) fn new(ledger: Ledger, clock: HandClock, area: Area) -> Self {
        let book = ledger.book::<F>(area).unwrap();
        let voucher = book.voucher(on("2021-06-15"), PAPERS).unwrap();
        Self { ledger, clock, book, voucher }
    }

    /// The same in a new ledger, in Nanjing.
    pub(crate) fn in_memory() -> Self {
        let clock = HandClock::new();
        Self::new(ledger_in_memory(&clock), clock, nanjing())
    }

    /// Opens every account the fund may have.
    pub(crate) fn with_accounts(self) -> Self {
        use earmark_core::account::{
            ExpenditureAccount, InvestmentAccount, RevenueAccount, SpecialAccount, TreasuryDeposit,
        };
        self.record("open treasury", OpenAccount(TreasuryDeposit)).unwrap();
        self.record("open revenue", OpenAccount(RevenueAccount)).unwrap();
        self.record("open special", OpenAccount(SpecialAccount)).unwrap();
        self.record("open expenditure", OpenAccount(ExpenditureAccount)).unwrap();
        if F::SPEC.invests() {
            self.record("open investment", OpenAccount(InvestmentAccount)).unwrap();
        }
        self
    }

    /// Records commands under the desk's voucher and a key made from a text.
    pub(crate) fn record(&self, key: &str, what: impl Commands<F>) -> Result<Receipt, Error> {
        self.book.record(key_of(key), &self.voucher, what)
    }

    /// Records one command and gives back its event.
    pub(crate) fn recorded(&self, key: &str, what: impl Commands<F>) -> Recorded<F> {
        let receipt = self.record(key, what).unwrap();
        self.book.event(receipt.last_seq()).unwrap().unwrap()
    }

    pub(crate) fn balance(&self, account: Account) -> u64 {
        self.book.account(account).unwrap().balance_minor
    }
}

pub(crate) fn key_of(text: &str) -> Key {
    earmark_core::id::key(text)
}

/// All that can be seen of one book.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Picture {
    pub(crate) book: BookId,
    head: Head,
    balances: Balances,
    trail: Vec<Recorded>,
}

impl Picture {
    pub(crate) fn of(book: &AnyBook) -> Self {
        Self {
            book: book.id(),
            head: book.head().unwrap(),
            balances: book.balances().unwrap(),
            trail: book.trail(&TrailFilter::all()).unwrap(),
        }
    }

    /// Every book of a ledger.
    pub(crate) fn of_all(ledger: &Ledger) -> Vec<Self> {
        ledger.books().unwrap().iter().map(Self::of).collect()
    }
}

/// The rule that refused.
pub(crate) fn rule_of<T: std::fmt::Debug>(outcome: Result<T, Error>) -> &'static str {
    match outcome {
        Err(Error::Rejected(rejected)) => rejected.rule().code(),
        other => panic!("expected a refusal, found {other:?}"),
    }
}

/// CRC-32 (IEEE), one bit at a time: enough to mend the checksum of a frame that a test changed.
pub(crate) fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
        }
    }
    !crc
}
