//! What tests start from: a ledger in memory whose clock stands still until it is set.

#![allow(dead_code)] // each test binary uses a part

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use earmark_core::account::Account;
use earmark_core::command::AnyCommand;
use earmark_core::error::Error;
use earmark_core::event::Voucher;
use earmark_core::fund::FundSpec;
use earmark_core::id::{LedgerId, LedgerSecret, Link, Party, area, key};
use earmark_core::ledger::{AnyBook, Ledger, Papers};
use earmark_core::money::{Currency, SignedFigure};
use earmark_core::store::{MemoryStore, Settings};
use earmark_core::time::{Clock, Day, Period, Timestamp, UtcOffset, day};

#[derive(Clone, Debug)]
pub(crate) struct HandClock(Arc<AtomicI64>);

impl HandClock {
    pub(crate) fn at(day: Day) -> Self {
        Self(Arc::new(AtomicI64::new(Timestamp::start_of(day, UtcOffset::CHINA).micros())))
    }

    pub(crate) fn set(&self, day: Day) {
        self.0.store(Timestamp::start_of(day, UtcOffset::CHINA).micros(), Ordering::SeqCst);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

pub(crate) fn ledger(clock: &HandClock) -> Ledger {
    let settings = Settings {
        id: LedgerId(*b"earmark in tests"),
        secret: LedgerSecret::from_bytes(*b"the same nonces at every run ..."),
        utc_offset: UtcOffset::CHINA,
    };
    Ledger::new(MemoryStore::new(settings), clock.clone())
}

pub(crate) const PAPERS: Papers<'static> = Papers {
    register: "bank advice 2021",
    document: 1,
    basis: "Social Insurance Law",
    actor: "fund accounting section",
};

pub(crate) const REASON: &str = "entered in error";

pub(crate) fn on(text: &str) -> Day {
    day(text).unwrap()
}

pub(crate) fn period(first: &str, last: &str) -> Period {
    Period::new(on(first), on(last)).unwrap()
}

pub(crate) fn year() -> Period {
    Period::year(2021).unwrap()
}

pub(crate) fn party(number: u128) -> Party {
    Party::from_u128(number)
}

/// A figure in yuan, written plainly or with grouping.
pub(crate) fn yuan(text: &str) -> SignedFigure {
    let plain = text.replace(',', "");
    let (whole, fen) = plain.split_once('.').unwrap();
    assert_eq!(fen.len(), 2, "{text}");
    SignedFigure::from_minor(format!("{whole}{fen}").parse().unwrap(), Currency::CNY)
}

earmark_core::fund! {
    /// A fund of another law, which knows loans between funds.
    pub(crate) Lending {
        code: "TEST_LENDING",
        name: "lending fund" "借贷基金",
        currency: CNY, jurisdiction: Other, invests: yes, settles_across_provinces: yes, transfers: yes,
        settles_directly: yes, borrows: yes,
    }
    premiums LendingPremium { Unit = 1 "unit premium" "单位缴费" => Premium, }
    benefits LendingBenefit {
        Pension = 1 "pension" "养老金" => Benefit,
        Funeral = 2 "funeral grant" "丧葬补助金" => Benefit,
    }
}

/// A profile of a few tables, for every fund of a law.
pub(crate) fn profile(jurisdiction: &str, tables: &str) -> String {
    format!(
        "[profile]\nid = \"test\"\nname = \"test\"\nname_zh = \"测试\"\n\
         jurisdiction = \"{jurisdiction}\"\nedition = \"1\"\n{tables}"
    )
}

/// A book of a fund learnt at run time, in Wuxi, with every account open.
pub(crate) struct Desk {
    pub(crate) clock: HandClock,
    pub(crate) ledger: Ledger,
    pub(crate) book: AnyBook,
    pub(crate) voucher: Voucher,
}

impl Desk {
    /// As it is on a day.
    pub(crate) fn new(fund: &str, today: &str) -> Self {
        let clock = HandClock::at(on(today));
        Self::of(&ledger(&clock), clock, "320200", fund, today)
    }

    /// A desk of a ledger that may have others.
    pub(crate) fn of(
        ledger: &Ledger,
        clock: HandClock,
        code: &str,
        fund: &str,
        today: &str,
    ) -> Self {
        ledger.know::<Lending>().unwrap();
        let book = ledger.any_book(area(code).unwrap(), fund).unwrap();
        let voucher = book.voucher(on(today), PAPERS).unwrap();
        book.register(REASON).unwrap();
        let desk = Self { clock, ledger: ledger.clone(), book, voucher };
        for account in Account::ALL {
            if account != Account::Investment || desk.fund().invests() {
                desk.record(today, AnyCommand::OpenAccount { account });
            }
        }
        desk
    }

    pub(crate) fn fund(&self) -> &'static FundSpec {
        self.book.fund()
    }

    /// Records a command for a day, and gives the number of its event.
    pub(crate) fn record(&self, on: &str, command: AnyCommand) -> u64 {
        self.try_record(self::on(on), command).unwrap()
    }

    pub(crate) fn try_record(&self, on: Day, command: AnyCommand) -> Result<u64, Error> {
        let fresh = key(&self.book.last_seq().unwrap().to_string());
        Ok(self.book.record_any(fresh, &[(self.voucher.on(on), command)])?.last_seq())
    }

    /// Records a command of a business case.
    pub(crate) fn record_in(&self, case: u128, on: &str, command: AnyCommand) -> u64 {
        let fresh = key(&self.book.last_seq().unwrap().to_string());
        let voucher = self.voucher.on(self::on(on)).correlated(Link::from_u128(case));
        self.book.record_any(fresh, &[(voucher, command)]).unwrap().last_seq()
    }

    pub(crate) fn adopt(&self, on: &str, jurisdiction: &str, tables: &str) -> u64 {
        let profile = profile(jurisdiction, tables);
        self.record(on, AnyCommand::AdoptProfile { profile })
    }

    pub(crate) fn bring_forward(&self, on: &str, into: Account, amount: &str) -> u64 {
        self.record(on, AnyCommand::BringForward { into, amount: amount.to_owned() })
    }
}
