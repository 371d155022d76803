//! The keeper of a book: what comes next in it.

use std::ops::Range;

use earmark::prelude::*;

use crate::funds::Replayed;
use crate::papers::Office;
use crate::plan::{BookPlan, Phase, YEAR};

use super::RecordError;
use super::commands::append;
use super::desk::{COMMIT_EVENTS, Desk, Stage};

/// A book of whatever fund, as the year goes through it.
pub(super) trait Keep: Send {
    /// Registers the papers where they are new; gives how many texts are.
    fn register(&mut self, name: &str) -> Result<u64, RecordError>;
    /// Opens the accounts, brings the balances forward.
    fn open(&mut self, desk: &mut Desk<'_>) -> Result<(), RecordError>;
    /// Premiums come in and benefits go out.
    fn collect_and_pay(&mut self, month: u32, desk: &mut Desk<'_>) -> Result<(), RecordError>;
    /// Returned payments are paid again, and the month is closed.
    fn close(&mut self, month: u32, desk: &mut Desk<'_>) -> Result<(), RecordError>;
    /// The book has all of the plan and nothing else.
    fn finish(&self) -> Result<(), RecordError>;
}

/// The keeper of one book: knows what comes next in it.
pub(super) struct Keeper<'a, F: Replayed> {
    pub(super) plan: &'a BookPlan<F>,
    pub(super) book: Book<F>,
    vouchers: Vec<(Office, Voucher)>,
    /// The sequence number of the next event of the plan.
    pub(super) next: u64,
    /// That of the last event which an earlier run recorded.
    recorded: u64,
    /// That of the first event of this month's payments.
    first_payment: u64,
}

impl<'a, F: Replayed> Keeper<'a, F> {
    pub(super) fn new(ledger: &Ledger, plan: &'a BookPlan<F>) -> Result<Self, RecordError> {
        let book = ledger.book::<F>(plan.area)?;
        let recorded = book.last_seq()?;
        Ok(Self { plan, book, vouchers: Vec::new(), next: 1, recorded, first_payment: 0 })
    }

    pub(super) fn voucher(&self, office: Office) -> Result<Voucher, RecordError> {
        let held = self.vouchers.iter().find(|(held, _)| *held == office);
        held.map(|(_, voucher)| *voucher).ok_or_else(|| {
            RecordError::Foreign(format!("book {} has no papers of {office:?}", self.book.id()))
        })
    }

    /// Whether an earlier run recorded these events. A commit is recorded whole or not at all, so
    /// half of one is not of this replay.
    pub(super) fn skips(&self, seqs: Range<u64>) -> Result<bool, RecordError> {
        if seqs.end <= self.recorded + 1 {
            Ok(true)
        } else if seqs.start > self.recorded {
            Ok(false)
        } else {
            Err(self.torn(seqs))
        }
    }

    pub(super) fn torn(&self, seqs: Range<u64>) -> RecordError {
        RecordError::Foreign(format!(
            "book {} ends at event {}, amid events {} to {}, which this replay records together",
            self.book.id(),
            self.recorded,
            seqs.start,
            seqs.end - 1
        ))
    }

    /// Records a phase in commits of at most [`COMMIT_EVENTS`].
    fn phase(
        &mut self,
        month: u32,
        stage: Stage,
        phase: &Phase<F>,
        desk: &mut Desk<'_>,
    ) -> Result<(), RecordError> {
        let first = self.next;
        let total = phase.events();
        let runs = phase.runs();
        for (chunk, start) in (0..total).step_by(COMMIT_EVENTS as usize).enumerate() {
            let wanted = start..(start + COMMIT_EVENTS).min(total);
            let events = wanted.end - wanted.start;
            if self.skips(first + wanted.start..first + wanted.end)? {
                continue;
            }
            let mut batch = Batch::with_capacity(events as usize);
            for part in runs.iter().filter_map(|run| run.within(&wanted)) {
                let Some(cell) = phase.cell(&part) else { continue };
                desk.clock.set(part.day);
                let voucher = self.voucher(cell.office)?.on(part.day);
                append(&mut batch, &voucher, first + part.place, cell, &part)?;
            }
            let key = desk.key(month, stage, chunk as u64, &self.book.id().to_string());
            desk.hand_over(self.book.submit_batch(key, batch), events)?;
        }
        self.next = first + total;
        Ok(())
    }

    /// Payments come back from the bank and are paid again.
    fn pay_again(
        &mut self,
        month: u32,
        on: Day,
        payments: &[u64],
        desk: &mut Desk<'_>,
    ) -> Result<(), RecordError> {
        let events = 2 * payments.len() as u64;
        let seqs = self.next..self.next + events;
        self.next = seqs.end;
        if events == 0 || self.skips(seqs.clone())? {
            return Ok(());
        }
        let voucher = self.voucher(Office::Payment)?.on(on);
        let mut batch = Batch::with_capacity(2 * payments.len());
        for (seq, payment) in seqs.step_by(2).zip(payments) {
            let original = self.book.event(self.first_payment + payment)?;
            let payee = original.as_ref().and_then(|it| Some((it.benefit()?, it.party()?)));
            let (Some(of), Some((kind, to))) = (&original, payee) else {
                let seq = self.first_payment + payment;
                let what = format!("event {seq} of book {} is not a payment", self.book.id());
                return Err(RecordError::Foreign(what));
            };
            let amount = of.amount();
            batch.push(&voucher.document(seq), ReturnPayment { of, amount });
            let again = PayBenefit { from: ExpenditureAccount, kind, to, amount };
            batch.push(&voucher.document(seq + 1), again);
        }
        desk.clock.set(on);
        let key = desk.key(month, Stage::Return, 0, &self.book.id().to_string());
        desk.hand_over(self.book.submit_batch(key, batch), events)
    }
}

impl<F: Replayed> Keep for Keeper<'_, F> {
    fn register(&mut self, name: &str) -> Result<u64, RecordError> {
        for office in self.plan.offices() {
            let voucher = self.book.voucher(Day::new(YEAR, 1, 1)?, office.papers(name))?;
            self.vouchers.push((office, voucher));
        }
        let before = std::mem::replace(&mut self.recorded, self.book.last_seq()?);
        let texts = self.plan.texts();
        if self.recorded < texts {
            let what = format!("book {} has texts of another order", self.book.id());
            return Err(RecordError::Foreign(what));
        }
        self.next = texts + 1;
        Ok(self.recorded - before)
    }

    fn open(&mut self, desk: &mut Desk<'_>) -> Result<(), RecordError> {
        let opening = self.plan.opening()?;
        desk.listener.at(1, self.book.id());
        self.phase(1, Stage::Open, &opening, desk)
    }

    fn collect_and_pay(&mut self, month: u32, desk: &mut Desk<'_>) -> Result<(), RecordError> {
        if month <= self.plan.months() {
            desk.listener.at(month, self.book.id());
            let plan = self.plan.month(month)?;
            self.phase(month, Stage::Collect, &plan.collect, desk)?;
            self.first_payment = self.next;
            self.phase(month, Stage::Pay, &plan.pay, desk)?;
        }
        Ok(())
    }

    fn close(&mut self, month: u32, desk: &mut Desk<'_>) -> Result<(), RecordError> {
        if month <= self.plan.months() {
            let plan = self.plan.month(month)?;
            self.pay_again(month, plan.returned_on, &plan.returned, desk)?;
            self.phase(month, Stage::Close, &plan.close, desk)?;
        }
        Ok(())
    }

    fn finish(&self) -> Result<(), RecordError> {
        let (found, planned) = (self.book.last_seq()?, self.next - 1);
        if found == planned {
            return Ok(());
        }
        Err(RecordError::Foreign(format!(
            "book {} has {found} events, this replay records {planned}",
            self.book.id()
        )))
    }
}
