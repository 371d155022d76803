//! What tests start from: a clock moved by hand, a ledger in memory, a book with its accounts open.

use earmark_core::account::Account;
use earmark_core::command::{Commands, OpenAccount};
use earmark_core::commit::Receipt;
use earmark_core::error::Error;
use earmark_core::event::{Recorded, Voucher};
use earmark_core::fund::Fund;
use earmark_core::id::{Area, Key, Party, area};
use earmark_core::ledger::{Book, Ledger};
use earmark_core::time::{Day, day};

#[allow(unused_imports, reason = "each of the two binaries that begin here uses some of them")]
pub(crate) use earmark_testkit::{
    clock::{HandClock, MINUTE_MICROS},
    given::{PAPERS, Picture, ledger_in_memory, rule_of, settings},
};

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
