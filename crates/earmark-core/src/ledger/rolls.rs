//! Rolls of a book's closed periods: reading them, and attesting them.

use super::{AnyBook, Book};
use crate::command::{AnyBatch, AttestRoll, Draft, attestation};
use crate::commit::Receipt;
use crate::decide::is_of_calendar;
use crate::error::{Error, Fault};
use crate::event::{Detail, Voucher};
use crate::fund::Fund;
use crate::id::Key;
use crate::register::RegisterKey;
use crate::roll::{AttestedRoll, FundRoll, Roll};
use crate::time::Period;

impl AnyBook {
    /// The roll of a closed month, quarter or year, up to its last closing, as the book's events give it; none
    /// where the period is not closed, was reopened since, or is no month, quarter or year.
    ///
    /// Months that were reopened together and closed together have no rolls of their own until each is
    /// reopened and closed by itself; their quarter and year have one again once they are closed again.
    /// Reads the period's events again, and holds a line for each party.
    ///
    /// # Errors
    /// [`Fault`] where the store cannot be read.
    pub fn roll(&self, period: Period) -> Result<Option<Roll>, Fault> {
        let (first, last) = (period.first(), period.last());
        let closing = self.entry(&RegisterKey::Closing { first, last })?.closing();
        if !is_of_calendar(period) || closing.revision == 0 || closing.reopened {
            return Ok(None);
        }
        Roll::of_closing(self.ledger.store(), self.id, closing.seq)
    }

    /// The roll up to the closing that is this event, of the period that it closed; none where the event
    /// closes no period. So the roll that an earlier event attested is read again, whatever came after.
    ///
    /// # Errors
    /// [`Fault`] where the store cannot be read.
    pub fn roll_up_to(&self, closing: u64) -> Result<Option<Roll>, Fault> {
        Roll::of_closing(self.ledger.store(), self.id, closing)
    }

    /// What the book attested last of a period's roll, and by which event; none where it attested none. A
    /// period that was reopened since is attested again once it is closed.
    ///
    /// # Errors
    /// [`Fault`] where the store cannot be read.
    pub fn attested_roll(&self, period: Period) -> Result<Option<(u64, AttestedRoll)>, Fault> {
        let (first, last) = (period.first(), period.last());
        let seq = self.entry(&RegisterKey::Roll { first, last })?.roll().seq;
        Ok(self.event(seq)?.and_then(|recorded| match recorded.event().fact().detail() {
            Detail::Roll(roll) => Some((seq, **roll)),
            _ => None,
        }))
    }

    /// Records the root of a roll that [`roll`](Self::roll) gave. On return it is durable.
    ///
    /// # Errors
    /// [`Error::Rejected`] where the roll is of another book or ledger, is not that of the period's last
    /// closing, or is attested already; [`Error::Fault`] where the store is at fault.
    pub fn attest_roll(&self, key: Key, voucher: &Voucher, roll: &Roll) -> Result<Receipt, Error> {
        let draft = Draft::new(voucher, attestation(roll));
        self.submit_part(key, None, AnyBatch::new(self.fund(), vec![draft])).wait()
    }
}

impl<F: Fund> Book<F> {
    /// As [`AnyBook::roll`]: the roll of a closed period.
    ///
    /// ```
    /// use earmark_core::account::SpecialAccount;
    /// use earmark_core::command::{AttestRoll, ClosePeriod, OpenAccount, ReceivePremium};
    /// use earmark_core::fund::{WorkInjury, WorkInjuryPremium};
    /// use earmark_core::id::{LedgerId, LedgerSecret, Party, area, key};
    /// use earmark_core::ledger::{Ledger, Papers};
    /// use earmark_core::money::yuan;
    /// use earmark_core::store::{MemoryStore, Settings};
    /// use earmark_core::time::{Clock, Period, Timestamp, UtcOffset, day};
    ///
    /// # struct June;
    /// # impl Clock for June {
    /// #     fn now(&self) -> Timestamp { Timestamp::start_of(day("2021-06-30").unwrap(), UtcOffset::CHINA) }
    /// # }
    /// # let (id, secret) = (LedgerId([1; 16]), LedgerSecret::from_bytes([2; 32]));
    /// # let settings = Settings { id, secret, utc_offset: UtcOffset::CHINA };
    /// # let ledger = Ledger::new(MemoryStore::new(settings), June);
    /// let book = ledger.book::<WorkInjury>(area("320100")?)?;
    /// # let papers = Papers { register: "vouchers", document: 1, basis: "Law art 74", actor: "agency" };
    /// # let today = book.voucher(day("2021-06-30")?, papers)?;
    /// # let in_may = today.on(day("2021-05-20")?);
    /// let (from, other) = (Party::from_u128(1), Party::from_u128(2));
    /// let premium = ReceivePremium {
    ///     into: SpecialAccount, kind: WorkInjuryPremium::Unit, from, amount: yuan("300.00")?,
    /// };
    /// book.record(key("premium"), &in_may, (OpenAccount(SpecialAccount), premium))?;
    /// let may = Period::month(day("2021-05-01")?.month());
    /// book.record(key("close"), &today, ClosePeriod { period: may })?;
    ///
    /// let roll = book.roll(may)?.expect("May is closed");
    /// book.attest_roll(key("roll"), &today, &roll)?;
    /// // Whoever holds what the book attests can check what is said of a party: its line, or that it has none.
    /// let (_, attested) = book.attested_roll(may)?.expect("attested just now");
    /// let line = roll.prove(from).check(&attested, from)?.expect("it paid");
    /// assert_eq!((line.events, line.entered_minor), (1, 30_000));
    /// assert_eq!(roll.prove(other).check(&attested, other)?, None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`Fault`] where the store cannot be read.
    pub fn roll(&self, period: Period) -> Result<Option<FundRoll<F>>, Fault> {
        Ok(AnyBook::roll(self, period)?.map(FundRoll::new))
    }

    /// Records the root of a roll that [`roll`](Self::roll) gave. On return it is durable.
    ///
    /// # Errors
    /// As [`AnyBook::attest_roll`].
    pub fn attest_roll(
        &self,
        key: Key,
        voucher: &Voucher,
        roll: &FundRoll<F>,
    ) -> Result<Receipt, Error> {
        self.record(key, voucher, AttestRoll::of(roll))
    }
}
