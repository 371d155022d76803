//! What happens in the fund: three hundred people pay their own premium each month, and a few draw a pension.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use earmark::command::{Batch, ClosePeriod};
use earmark::prelude::*;

use crate::Outcome;

const DAY_MICROS: i64 = 86_400_000_000;
const PAYERS: u128 = 300;
const PENSIONERS: u128 = 20;

/// A person with a number, of whom the ledger knows an opaque id. In life ids are random.
pub(crate) fn person(number: u128) -> Party {
    Party::from_u128(0x5eed_0000_0000_0000_0000_0000_0000_0000 | number)
}

/// A clock that the example sets.
#[derive(Clone)]
pub(crate) struct Calendar(Arc<AtomicI64>);

impl Calendar {
    /// It stands at the end of a year.
    pub(crate) fn new(year: i32) -> Outcome<Self> {
        let start = Timestamp::start_of(Day::new(year, 12, 28)?, UtcOffset::CHINA);
        Ok(Self(Arc::new(AtomicI64::new(start.micros() + DAY_MICROS / 3))))
    }

    pub(crate) fn go_days(&self, days: i64) -> Outcome<()> {
        self.0.fetch_add(days * DAY_MICROS, Ordering::SeqCst);
        Ok(())
    }

    pub(crate) fn in_days(&self, days: i64) -> Outcome<Timestamp> {
        Ok(Timestamp::from_micros(self.now().micros() + days * DAY_MICROS).ok_or("no such day")?)
    }

    /// Seconds since 1970.
    pub(crate) fn seconds(&self) -> u64 {
        u64::try_from(self.now().micros() / 1_000_000).unwrap_or_default()
    }
}

impl Clock for Calendar {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst)).unwrap_or(Timestamp::MIN)
    }
}

/// The book through its year.
pub(crate) struct Year<'b> {
    book: &'b Book<EnterprisePension>,
    calendar: Calendar,
}

impl<'b> Year<'b> {
    pub(crate) const fn new(book: &'b Book<EnterprisePension>, calendar: Calendar) -> Self {
        Self { book, calendar }
    }

    /// The voucher of today.
    pub(crate) fn voucher(&self) -> Outcome<Voucher> {
        let papers = Papers {
            register: "bank advice 2021",
            document: 1,
            basis: "Social Insurance Law art 10, 64, 74",
            actor: "accounts desk",
        };
        Ok(self.book.voucher(self.calendar.now().day(UtcOffset::CHINA), papers)?)
    }

    /// A premium that a person pays for himself.
    pub(crate) fn premium(
        &self,
        from: Party,
        amount: &str,
    ) -> Outcome<ReceivePremium<EnterprisePension, SpecialAccount>> {
        let kind = EnterprisePensionPremium::FlexibleEmployment;
        Ok(ReceivePremium { into: SpecialAccount, kind, from, amount: yuan(amount)? })
    }

    /// Twelve months of premiums and pensions, each month in one commit.
    pub(crate) fn record(&self) -> Outcome<()> {
        let voucher = self.voucher()?;
        let first = voucher.on(day("2021-01-04")?);
        self.book.record(
            key("accounts"),
            &first,
            (OpenAccount(SpecialAccount), OpenAccount(ExpenditureAccount)),
        )?;
        for number in 1..=12 {
            let month = Month::new(2021, number)?;
            let mut batch = Batch::new();
            for payer in 1..=PAYERS {
                // Person 7 missed a month.
                if (payer, number) != (7, 8) {
                    let voucher =
                        voucher.on(Day::new(2021, number, 10)?).document(u64::try_from(payer)?);
                    batch.push(&voucher, self.premium(person(payer), "760.00")?);
                }
            }
            let paid = voucher.on(Day::new(2021, number, 20)?);
            batch.push(&paid, Release { plan: month, amount: yuan("60000.00")? });
            for pensioner in 1..=PENSIONERS {
                batch.push(
                    &paid,
                    PayBenefit {
                        from: ExpenditureAccount,
                        kind: EnterprisePensionBenefit::BasicPension,
                        to: person(1_000 + pensioner),
                        amount: yuan("3000.00")?,
                    },
                );
            }
            self.book.record_batch(key(&format!("month {number}")), batch)?;
        }
        Ok(())
    }

    /// Interest, as the event that shows that time goes on.
    pub(crate) fn interest(&self, amount: &str) -> Outcome<()> {
        let received = ReceiveInterest { into: SpecialAccount, amount: yuan(amount)? };
        let name = format!("interest {}", self.book.last_seq()?);
        self.book.record(key(&name), &self.voucher()?, received)?;
        Ok(())
    }

    /// Closes the twelve months and the year.
    pub(crate) fn close(&self) -> Outcome<Period> {
        let voucher = self.voucher()?;
        for number in 1..=12 {
            let period = Period::month(Month::new(2021, number)?);
            self.book.record(key(&format!("close {number}")), &voucher, ClosePeriod { period })?;
        }
        let period = Period::year(2021)?;
        self.book.record(key("close 2021"), &voucher, ClosePeriod { period })?;
        Ok(period)
    }
}
