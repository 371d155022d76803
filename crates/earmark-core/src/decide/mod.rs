//! Decisions: one pure function says whether commands may be recorded, before anything is written.

mod benefits;
mod budget;
mod investment;
mod law;
mod loans;
mod period;
mod premiums;
mod reversals;
mod trail;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::command::Draft;
use crate::error::{Error, Fault};
use crate::event::{Detail, Event, Fact, Kind, Original, Recorded, corrections};
use crate::money::{Currency, Figure, MAX_MINOR};
use crate::projection::{AnyProjection, Attached, TotalKey};
use crate::register::{Entry, RegisterKey, Registers, concerns};
use crate::rejected::{Rejected, Rule};
use crate::roll::Roll;
use crate::rules::{DayRules, FundRules};
use crate::state::{State, StateError};
use crate::time::{Day, Moment};
pub(crate) use law::act_of;
pub(crate) use trail::is_of_calendar;

/// How many texts a book registers at most.
pub const MAX_TEXTS: u32 = 1 << 20;

/// What a decision must be able to look up in the past of a book: the few facts that its small
/// state does not hold.
pub trait Past {
    /// The event with this sequence number; none where there is none.
    ///
    /// # Errors
    /// [`Fault`] where the past cannot be read.
    fn event(&self, seq: u64) -> Result<Option<Event>, Fault>;

    /// How much of an event has been taken back, in minor units.
    ///
    /// # Errors
    /// [`Fault`] where the past cannot be read.
    fn corrected_minor(&self, seq: u64) -> Result<u64, Fault>;

    /// The number under which a text is registered; none where it is not.
    ///
    /// # Errors
    /// [`Fault`] where the past cannot be read.
    fn text_number(&self, text: &str) -> Result<Option<u32>, Fault>;

    /// The text with this number; none where there is none.
    ///
    /// # Errors
    /// [`Fault`] where the past cannot be read.
    fn text(&self, number: u32) -> Result<Option<String>, Fault>;

    /// The stored entry under a key of the registers ([`RegisterKey::bytes`]); none where there is none.
    ///
    /// # Errors
    /// [`Fault`] where the past cannot be read.
    fn register(&self, key: &[u8]) -> Result<Option<Vec<u8>>, Fault>;

    /// Gives every total of the book, in no order. Only rare decisions ask: a closing, a placement.
    ///
    /// # Errors
    /// [`Fault`] where the past cannot be read.
    fn totals(&self, each: &mut dyn FnMut(TotalKey, u128)) -> Result<(), Fault>;

    /// The roll of the period that an event closed, read from the book's records; none where the event closes
    /// no period. No decision asks: the dynamic door does, to [attest](crate::command::AnyCommand) it. A past
    /// that has no records to read has no rolls.
    ///
    /// # Errors
    /// [`Fault`] where the past cannot be read.
    fn roll(&self, _closing: u64) -> Result<Option<Roll>, Fault> {
        Ok(None)
    }
}

/// The past of a book in which nothing happened yet.
#[derive(Clone, Copy, Debug)]
pub struct NoPast;

impl Past for NoPast {
    fn event(&self, _: u64) -> Result<Option<Event>, Fault> {
        Ok(None)
    }

    fn corrected_minor(&self, _: u64) -> Result<u64, Fault> {
        Ok(0)
    }

    fn text_number(&self, _: &str) -> Result<Option<u32>, Fault> {
        Ok(None)
    }

    fn text(&self, _: u32) -> Result<Option<String>, Fault> {
        Ok(None)
    }

    fn register(&self, _: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
        Ok(None)
    }

    fn totals(&self, _: &mut dyn FnMut(TotalKey, u128)) -> Result<(), Fault> {
        Ok(())
    }
}

/// Decides on commands in their order: all become events, or none does.
///
/// Pure: the same state, rules, drafts, moment and past give the same answer. [`State::evolve`] applies
/// the events. `rules` are those that the event `state.standing().rules_seq` adopted; none where none was.
///
/// # Errors
/// [`Error::Rejected`] with the rule that refused and the figures; [`Error::Fault`] where the past
/// cannot be read.
pub fn decide(
    state: &State,
    rules: Option<Arc<FundRules>>,
    drafts: &[Draft],
    now: Moment,
    past: &impl Past,
) -> Result<Vec<Event>, Error> {
    let mut decision = Decision::new(*state, rules, now);
    drafts.iter().map(|draft| decision.admit(draft, past)).collect()
}

/// A decision under way: a scratch state that takes event after event.
pub(crate) struct Decision {
    state: State,
    now: Moment,
    admitted: usize,
    corrected: BTreeMap<u64, i64>,
    texts: Vec<(u32, Box<str>)>,
    rules: Option<Arc<FundRules>>,
    /// The rules as they are on the day asked for last.
    of_day: Option<(Day, DayRules)>,
    /// Entries that the events admitted so far have changed.
    registers: Option<Attached<Registers>>,
    /// The year whose budget was last found to be approved, and from which day.
    budgeted: Option<(i32, Day)>,
    /// Whether a benefit was admitted before: the totals do not know it yet.
    paid: bool,
}

impl Decision {
    /// Recording times of a book never go back: where the clock did, the last one stands.
    pub(crate) fn new(state: State, rules: Option<Arc<FundRules>>, now: Moment) -> Self {
        let at = now.at.max(state.recorded_at());
        let now = Moment { at, ..now };
        Self {
            state,
            now,
            admitted: 0,
            corrected: BTreeMap::new(),
            texts: Vec::new(),
            rules,
            of_day: None,
            registers: None,
            budgeted: None,
            paid: false,
        }
    }

    /// The rules after the events admitted so far.
    pub(crate) fn rules(&self) -> Option<&Arc<FundRules>> {
        self.rules.as_ref()
    }

    /// The state after the events admitted so far.
    pub(crate) const fn state(&self) -> &State {
        &self.state
    }

    /// Events taken back by those admitted so far, and by how much.
    pub(crate) fn corrected(&self) -> &BTreeMap<u64, i64> {
        &self.corrected
    }

    /// Decides on one more command.
    pub(crate) fn admit(&mut self, draft: &Draft, past: &impl Past) -> Result<Event, Error> {
        let index = self.admitted;
        let event = self.judge(draft, past).map_err(|error| self.at(error, index))?;
        self.state.apply(&event).map_err(|error| self.explain(error).at(index))?;
        for correction in corrections(&event).into_iter().flatten() {
            let taken = self.corrected.entry(correction.seq).or_default();
            *taken = taken.saturating_add(correction.amount_minor);
        }
        match event.fact().detail() {
            Detail::Text { text, number } => self.texts.push((*number, text.clone())),
            Detail::Profile(text) => {
                self.rules = Some(self.adopted(text).map_err(|error| self.at(error, index))?);
                self.of_day = None;
            }
            _ => {}
        }
        if concerns(&event) {
            self.register(&event, past)?;
        }
        self.paid |= matches!(event.kind(), Kind::BenefitPaid | Kind::CrossProvinceSettled);
        self.admitted += 1;
        Ok(event)
    }

    fn at(&self, error: Error, index: usize) -> Error {
        match error {
            Error::Rejected(rejected) => Error::Rejected(rejected.at(index)),
            other => other,
        }
    }

    /// Lets the registers take an event that was admitted.
    fn register(&mut self, event: &Event, past: &impl Past) -> Result<(), Fault> {
        let registers = self.registers.get_or_insert_with(|| Attached::new(Registers));
        let recorded = Recorded::new(self.state.book(), event.clone());
        registers.apply(&recorded, &|_, key| past.register(key))
    }

    /// An entry of the registers, after the events admitted so far.
    fn entry(&mut self, key: &RegisterKey, past: &impl Past) -> Result<Entry, Fault> {
        let book = self.state.book();
        let registers = self.registers.get_or_insert_with(|| Attached::new(Registers));
        registers.value(book, key, &|_, key| past.register(key))
    }

    /// A registered text, those of this commit included.
    fn text(&self, number: u32, past: &impl Past) -> Result<String, Fault> {
        if let Some((_, text)) = self.texts.iter().find(|(held, _)| *held == number) {
            return Ok(text.to_string());
        }
        Ok(past.text(number)?.unwrap_or_default())
    }

    fn refuse(&self, rule: Rule, reason: impl Into<String>) -> Error {
        Rejected::new(rule, self.state.book(), reason).into()
    }

    fn judge(&mut self, draft: &Draft, past: &impl Past) -> Result<Event, Error> {
        let book = self.state.book();
        if !draft.origin.book.is_only(book) {
            let reason = match draft.fact.detail {
                Detail::Roll(_) => "its voucher or roll is not of this book",
                _ => "its voucher, texts or original are not of this book",
            };
            return Err(self.refuse(Rule::SameBook, reason));
        }
        // The second check of what the types already hold: the fact fits the book's own fund.
        let fact = draft
            .fact
            .clone()
            .checked(book.fund())
            .map_err(|error| self.refuse(error.rule(), error.to_string()))?;
        // INVARIANT(INV-06): no event counts for a day that has not begun.
        if draft.voucher.effective_on > self.now.today {
            return Err(self.refuse(
                Rule::NotInFuture,
                format!(
                    "the event counts for {}, today is {}",
                    draft.voucher.effective_on, self.now.today
                ),
            ));
        }
        self.judge_area(&fact)?;
        self.judge_texts(draft, past)?;
        let event = Event {
            seq: self.state.seq() + 1,
            recorded_at: self.now.at,
            voucher: draft.voucher,
            fact,
        };
        self.judge_original(&event, past)?;
        self.judge_law(&event, past)?;
        self.judge_matter(&event, past)?;
        Ok(event)
    }

    /// What only some kinds of events must fulfil: matters, and the money that rests on them.
    fn judge_matter(&mut self, event: &Event, past: &impl Past) -> Result<(), Error> {
        match event.kind() {
            Kind::PremiumReceived => self.judge_receipt(event, past),
            Kind::PremiumRefunded => self.judge_refund(event, past),
            Kind::PremiumDeclared
            | Kind::PremiumVerified
            | Kind::PremiumAssessed
            | Kind::DueCorrected
            | Kind::LateFeeCharged => self.judge_due(event, past),
            Kind::BenefitPaid | Kind::CrossProvinceSettled => {
                self.judge_budgeted(event, past)?;
                self.judge_payment(event, past)
            }
            Kind::BenefitClaimed | Kind::ClaimVerified | Kind::ClaimRefused => {
                self.judge_claim(event, past)
            }
            Kind::BenefitStopped | Kind::BenefitResumed | Kind::ProviderEnded => {
                self.judge_ending(event, past)
            }
            Kind::RecoveryDemanded | Kind::RecoveryWaived => self.judge_demand(event, past),
            Kind::StateUsePaid
            | Kind::TransferOutPaid
            | Kind::SuperiorRemitted
            | Kind::LowerSubsidised => self.judge_budgeted(event, past),
            Kind::Released => {
                self.judge_budgeted(event, past)?;
                self.judge_release(event, past)
            }
            Kind::BudgetLineDrafted
            | Kind::BudgetApproved
            | Kind::BudgetLineAdjusted
            | Kind::BudgetAdjusted
            | Kind::UsePlanApproved
            | Kind::ShortfallStepTaken => self.judge_budget(event, past),
            Kind::InvestmentPlaced | Kind::InvestmentReported => self.judge_investment(event, past),
            Kind::PeriodClosed => self.judge_closing(event, past),
            Kind::LoanAuthorised => self.judge_authorisation(event, past),
            kind if kind.is_loan() => self.judge_loan(event, past),
            Kind::ReorganisedIn | Kind::ReorganisedOut => self.judge_reorganisation(event),
            Kind::Reversed => self.judge_reversal(event, past),
            Kind::RollAttested => self.judge_roll(event, past),
            Kind::DetailBound => self.judge_bound(event, past),
            _ => Ok(()),
        }
    }

    /// Money is not remitted to, nor a subsidy received from, one's own pooling area.
    fn judge_area(&self, fact: &Fact) -> Result<(), Error> {
        let inter_level = matches!(
            fact.kind,
            Kind::SuperiorSubsidyReceived
                | Kind::LowerRemittanceReceived
                | Kind::SuperiorRemitted
                | Kind::LowerSubsidised
        );
        match fact.detail {
            Detail::Area(area) if inter_level && area == self.state.book().area() => {
                Err(self
                    .refuse(Rule::OtherArea, format!("`{}` names this book's own area", fact.kind)))
            }
            _ => Ok(()),
        }
    }

    /// INVARIANT(INV-08): every event but a registration names its document, basis and actor.
    fn judge_texts(&self, draft: &Draft, past: &impl Past) -> Result<(), Error> {
        let voucher = &draft.voucher;
        // INVARIANT(INV-11): a text is registered once; its length is checked with the fact, its number by
        // the state.
        if let Detail::Text { text, .. } = &draft.fact.detail {
            if (voucher.register, voucher.document, voucher.basis, voucher.actor) != (0, 0, 0, 0) {
                let reason = "the registration of a text names no document, basis or actor";
                return Err(self.refuse(Rule::VoucherComplete, reason));
            }
            if self.state.texts() >= MAX_TEXTS {
                return Err(self.refuse(
                    Rule::TextFits,
                    format!("a book registers at most {MAX_TEXTS} texts"),
                ));
            }
            let again = self.texts.iter().any(|(_, held)| held == text);
            if let Some(number) = past.text_number(text)? {
                return Err(self.refuse(
                    Rule::TextFits,
                    format!("the text is registered already, as number {number}"),
                ));
            } else if again {
                return Err(
                    self.refuse(Rule::TextFits, "the text is registered twice in one commit")
                );
            }
            return Ok(());
        }
        let reason = match &draft.fact.detail {
            Detail::Reversal { reason, .. } => *reason,
            Detail::Matter(matter) if matter.text() != 0 => matter.text(),
            _ => voucher.basis,
        };
        let named = [
            ("document register", voucher.register),
            ("legal basis", voucher.basis),
            ("actor", voucher.actor),
            ("reason", reason),
        ];
        for (what, number) in named {
            if number == 0 || number > self.state.texts() {
                return Err(self.refuse(
                    Rule::VoucherComplete,
                    format!(
                        "the {what} is text {number}; this book has texts 1 to {}",
                        self.state.texts()
                    ),
                ));
            }
        }
        Ok(())
    }

    /// INVARIANT(INV-10): what is taken back was there, is described as it was, and is not taken
    /// back twice.
    fn judge_original(&self, event: &Event, past: &impl Past) -> Result<(), Error> {
        let fact = event.fact();
        let Some(Original { seq, kind }) = fact.original() else { return Ok(()) };
        // Only what is recorded can be taken back, not what this commit is about to record.
        let original = match past.event(seq)? {
            Some(original) if self.is_recorded(seq, event) => original,
            _ => {
                return Err(self.refuse(Rule::OriginalFits, format!("event {seq} is not recorded")));
            }
        };
        if !describes(fact, kind, original.fact()) {
            return Err(self.refuse(
                Rule::OriginalFits,
                format!(
                    "event {seq} is `{}` and does not fit what `{}` says of it",
                    original.kind(),
                    fact.kind()
                ),
            ));
        }
        if event.effective_on() < original.effective_on() {
            return Err(self.refuse(
                Rule::AfterOriginal,
                format!(
                    "the event counts for {}, event {seq} for {}",
                    event.effective_on(),
                    original.effective_on()
                ),
            ));
        }
        self.judge_recovery(event, &original)?;
        let taken = i128::from(past.corrected_minor(seq)?)
            + i128::from(self.corrected.get(&seq).copied().unwrap_or(0));
        let left = i128::from(original.fact().amount_minor()) - taken;
        let whole = fact.kind() == Kind::Reversed;
        if i128::from(fact.amount_minor()) > left || (whole && taken != 0) {
            return Err(self.refuse(
                Rule::CorrectedOnce,
                format!(
                    "of event {seq} over {}, {} has been taken back; {} cannot be taken back too",
                    self.figure(original.fact().amount_minor()),
                    self.figure(u64::try_from(taken).unwrap_or(0)),
                    self.figure(fact.amount_minor()),
                ),
            ));
        }
        Ok(())
    }

    /// Whether an event is one of an earlier commit than the event under judgement.
    fn is_recorded(&self, seq: u64, event: &Event) -> bool {
        let admitted = u64::try_from(self.admitted).unwrap_or(u64::MAX);
        seq.checked_add(admitted).is_some_and(|last| last < event.seq)
    }

    /// INVARIANT(INV-26): what comes back within the year of the payment goes to the account it left (E4)
    /// and reduces the expenditure; what comes back later is other income (budget classification
    /// 1020399: 跨年度退回或追回的待遇).
    fn judge_recovery(&self, event: &Event, original: &Event) -> Result<(), Error> {
        let (paid, back) = (original.effective_on().year(), event.effective_on().year());
        let late = match event.kind() {
            Kind::PaymentReturned | Kind::BenefitRecovered => false,
            Kind::LatePaymentReturned | Kind::LateBenefitRecovered => true,
            _ => return Ok(()),
        };
        if late != (back > paid) {
            return Err(self.refuse(
                Rule::RecoveryYear,
                format!("paid in {paid} and back in {back} is not `{}`", event.kind()),
            ));
        }
        let free = event.kind() == Kind::LateBenefitRecovered;
        if free || event.fact().account() == original.fact().account() {
            return Ok(());
        }
        let name = |fact: &Fact| fact.account().map_or("outside", crate::account::Account::name);
        Err(self.refuse(
            Rule::RecoveryYear,
            format!(
                "paid out of the {} in {paid}, it comes back there in {back}, not into the {}",
                name(original.fact()),
                name(event.fact())
            ),
        ))
    }

    /// A sum that a register keeps stays in the range of amounts.
    fn in_range(&self, sum_minor: u64, more_minor: u64) -> Result<(), Error> {
        if sum_minor.saturating_add(more_minor) <= MAX_MINOR {
            return Ok(());
        }
        let reason = format!("the sum would be over {}", self.figure(MAX_MINOR));
        Err(self.refuse(Rule::Range, reason))
    }

    fn currency(&self) -> Currency {
        self.state.book().fund().currency()
    }

    fn figure(&self, minor: u64) -> Figure {
        Figure::from_minor(u128::from(minor), self.currency())
    }

    fn explain(&self, error: StateError) -> Rejected {
        let figure = |minor| self.figure(minor);
        let (rule, reason) = match error {
            StateError::Overdrawn { account, balance_minor, amount_minor } => (
                Rule::NoOverdraft,
                format!(
                    "the {account} holds {}, {} would leave it",
                    figure(balance_minor),
                    figure(amount_minor)
                ),
            ),
            StateError::NotOpen { account, status } => (
                Rule::AccountOpen,
                match status {
                    crate::state::AccountStatus::Closed => format!("the {account} is closed"),
                    _ => format!("the {account} was never opened"),
                },
            ),
            StateError::AlreadyOpen { .. } => (Rule::OpenOnce, error.to_string()),
            StateError::NotEmpty { account, balance_minor } => {
                (Rule::CloseEmpty, format!("the {account} still holds {}", figure(balance_minor)))
            }
            StateError::AlreadyMoved { .. } => (Rule::ForwardFirst, error.to_string()),
            StateError::InterestNotHeld { held_minor, amount_minor } => (
                Rule::OwnInterest,
                format!(
                    "the expenditure account holds {} of its own interest, {} would leave it",
                    figure(held_minor),
                    figure(amount_minor)
                ),
            ),
            StateError::TextNumber { .. } => (Rule::TextFits, error.to_string()),
            StateError::Closed { .. } => (Rule::PeriodOpen, error.to_string()),
            StateError::NoPeriod { .. }
            | StateError::OutOfOrder { .. }
            | StateError::Reopened { .. }
            | StateError::NotClosed { .. } => (
                Rule::PeriodOrder,
                match self.state.standing().closed_until {
                    Some(day) => format!("{error}; the book is closed until {day}"),
                    None => format!("{error}; no month of the book is closed"),
                },
            ),
            StateError::ReserveShort { reserve_minor, amount_minor } => (
                Rule::ReserveKept,
                format!(
                    "the reserve is {}, {} would be drawn",
                    figure(reserve_minor),
                    figure(amount_minor)
                ),
            ),
            StateError::ReserveTouched { reserve_minor, balance_minor } => (
                Rule::ReserveKept,
                format!(
                    "the book would hold {}, its reserve is {}",
                    figure(balance_minor),
                    figure(reserve_minor)
                ),
            ),
            StateError::OutOfRange { account } => {
                (Rule::Range, format!("the {account} would hold more than {}", figure(MAX_MINOR)))
            }
            StateError::Sequence { .. } | StateError::ClockWentBack => {
                (Rule::Range, error.to_string())
            }
        };
        Rejected::new(rule, self.state.book(), reason)
    }
}

/// Whether a fact that takes another back says of it what is true.
fn describes(fact: &Fact, kind: Kind, original: &Fact) -> bool {
    let same = original.kind == kind && original.purpose == fact.purpose;
    // Another may repay a benefit than the one who received it: an employer, a third party.
    let repaid = matches!(fact.kind, Kind::BenefitRecovered | Kind::LateBenefitRecovered);
    let reverses = match fact.detail {
        Detail::Reversal { first, .. } => {
            original.account == fact.account
                && original.amount_minor == fact.amount_minor
                && original.original() == first
        }
        _ => true,
    };
    same && (repaid || original.party == fact.party) && reverses
}

#[cfg(test)]
mod tests;
