//! The keeper of a book: what comes next in it.

use std::ops::Range;

use earmark::prelude::*;

use crate::funds::{Flow, Replayed};
use crate::papers::{self, Office};
use crate::plan::{BookPlan, Correction, Phase, YEAR};

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
    /// Returned payments are paid again; what was closed with a wrong entry is corrected; interest is
    /// received, and what lies in other accounts is moved on.
    fn end(&mut self, month: u32, desk: &mut Desk<'_>) -> Result<(), RecordError>;
    /// On the day after, the month is closed, and so are the quarter and the year that end with it.
    fn turn(&mut self, month: u32, desk: &mut Desk<'_>) -> Result<(), RecordError>;
    /// The book has all of the plan and nothing else.
    fn finish(&self) -> Result<(), RecordError>;
}

/// The keeper of one book: knows what comes next in it.
pub(super) struct Keeper<'a, F: Replayed> {
    pub(super) plan: &'a BookPlan<F>,
    pub(super) book: Book<F>,
    vouchers: Vec<(Office, Voucher)>,
    /// Why the budget has a deficit, and why a month is opened again.
    reasons: [Option<Text>; 2],
    /// The sequence number of the next event of the plan.
    pub(super) next: u64,
    /// That of the last event which an earlier run recorded.
    recorded: u64,
    /// That of the first event of this month's payments.
    first_payment: u64,
    /// That of the special account's interest that was entered last.
    interest: u64,
}

impl<'a, F: Replayed> Keeper<'a, F> {
    pub(super) fn new(ledger: &Ledger, plan: &'a BookPlan<F>) -> Result<Self, RecordError> {
        let book = ledger.book::<F>(plan.area)?;
        let recorded = book.last_seq()?;
        Ok(Self {
            plan,
            book,
            vouchers: Vec::new(),
            reasons: [None; 2],
            next: 1,
            recorded,
            first_payment: 0,
            interest: 0,
        })
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
                let [deficit, _] = self.reasons;
                append(&mut batch, &voucher, first + part.place, cell, &part, deficit)?;
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

impl<F: Replayed> Keeper<'_, F> {
    /// A month that was closed with a wrong entry is opened again, corrected and closed, and so is its
    /// quarter.
    fn correct(
        &mut self,
        month: u32,
        correction: Correction,
        desk: &mut Desk<'_>,
    ) -> Result<(), RecordError> {
        let Correction { month: wrong, on, right } = correction;
        let period = Period::month(wrong);
        let (own, again) =
            (self.voucher(Office::Correction)?, self.voucher(Office::Closing)?.on(on));
        let first = self.next;
        let mut batch = Batch::with_capacity(3);
        let stages =
            [(Stage::CloseMonthAgain, period), (Stage::CloseQuarterAgain, correction.quarter()?)];
        if !self.skips(first..first + 3)? {
            let (Some(original), [_, Some(reason)]) =
                (self.book.event(self.interest)?, self.reasons)
            else {
                let what =
                    format!("event {} of book {} is no interest", self.interest, self.book.id());
                return Err(RecordError::Foreign(what));
            };
            let within = own.on(wrong.last_day());
            batch.push(&own.on(on).document(first), ReopenPeriod { period, reason });
            batch.push(&within.document(first + 1), Reverse { of: &original, reason });
            let (into, amount) = (SpecialAccount, Amount::from_minor(right)?);
            batch.push(&within.document(first + 2), ReceiveInterest { into, amount });
            desk.clock.set(on);
            let key = desk.key(month, Stage::Correct, 0, &self.book.id().to_string());
            desk.hand_over(self.book.submit_batch(key, batch), 3)?;
        }
        self.next = first + 3;
        for (stage, period) in stages {
            let seq = self.next;
            if !self.skips(seq..seq + 1)? {
                let mut batch = Batch::with_capacity(1);
                batch.push(&again.document(seq), ClosePeriod { period });
                desk.clock.set(on);
                let key = desk.key(month, stage, 0, &self.book.id().to_string());
                desk.hand_over(self.book.submit_batch(key, batch), 1)?;
            }
            self.next = seq + 1;
        }
        Ok(())
    }
}

impl<F: Replayed> Keep for Keeper<'_, F> {
    fn register(&mut self, name: &str) -> Result<u64, RecordError> {
        let (offices, reasons) = (self.plan.offices(), self.plan.reasons()?);
        let mut texts = papers::texts(&offices, name);
        texts.extend(reasons.into_iter().flatten());
        self.book.register_texts(&texts)?;
        for office in offices {
            let voucher = self.book.voucher(Day::new(YEAR, 1, 1)?, office.papers(name))?;
            self.vouchers.push((office, voucher));
        }
        for (held, reason) in self.reasons.iter_mut().zip(reasons) {
            *held = reason.map(|reason| self.book.register(reason)).transpose()?;
        }
        let before = std::mem::replace(&mut self.recorded, self.book.last_seq()?);
        let texts = self.plan.texts()?;
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

    fn end(&mut self, month: u32, desk: &mut Desk<'_>) -> Result<(), RecordError> {
        if month <= self.plan.months() {
            let plan = self.plan.month(month)?;
            self.pay_again(month, plan.returned_on, &plan.returned, desk)?;
            if let Some(correction) = self.plan.correction()?
                && correction.on.month().number() == month
            {
                self.correct(month, correction, desk)?;
            }
            if let Some(place) = plan.close.place_of(|flow| matches!(flow, Flow::Interest)) {
                self.interest = self.next + place;
            }
            self.phase(month, Stage::Close, &plan.close, desk)?;
        }
        Ok(())
    }

    fn turn(&mut self, month: u32, desk: &mut Desk<'_>) -> Result<(), RecordError> {
        if month <= self.plan.closed_months() {
            self.phase(month, Stage::Turn, &self.plan.turn(month)?, desk)?;
            let stages = [Stage::CloseQuarter, Stage::CloseYear];
            for (stage, end) in stages.into_iter().zip(self.plan.ends(month)?) {
                self.phase(month, stage, &end, desk)?;
            }
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
