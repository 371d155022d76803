use super::entry::month_of;
use super::{
    BudgetLine, BudgetStatus, ClaimEntry, ClaimStatus, DueKey, DueStatus, Entry, RegisterKey,
};
use crate::event::{Detail, Event, Fact, Kind, Matter, Recorded};
use crate::id::Party;
use crate::projection::{Cells, Projection};
use crate::time::{Day, Month, Period};

/// The built-in projection behind decisions on matters: the registers of a book. Every ledger keeps it.
///
/// An event is only given to it after it was decided on, so that every change below is one that a
/// decision allowed.
#[derive(Clone, Copy, Debug)]
pub struct Registers;

type RegisterCells<'a> = Cells<'a, RegisterKey, Entry>;

/// Whether an event changes an entry, or could.
pub(crate) fn concerns(event: &Event) -> bool {
    let fact = event.fact();
    match fact.kind() {
        Kind::Released | Kind::RollAttested => true,
        Kind::PremiumReceived => matches!(fact.detail(), Detail::Owed(_)),
        Kind::BenefitPaid | Kind::CrossProvinceSettled => event.correlation().is_some(),
        kind => kind.is_matter() || kind.is_loan() || fact.original().is_some(),
    }
}

impl Projection for Registers {
    const NAME: &'static str = "registers";
    const VERSION: u32 = 1;
    type Key = RegisterKey;
    type Value = Entry;

    fn apply(&self, recorded: &Recorded, cells: &mut RegisterCells<'_>) {
        let event = recorded.event();
        if !concerns(event) {
            return;
        }
        match event.fact().detail() {
            Detail::Matter(matter) => apply_matter(event, matter, cells),
            Detail::Roll(roll) => {
                let (first, last) = (roll.period().first(), roll.period().last());
                cells.update(RegisterKey::Roll { first, last }, |entry| {
                    let attested = entry.roll_mut();
                    (attested.closing, attested.seq) = (roll.closing(), event.seq());
                });
            }
            _ => apply_money(recorded, cells),
        }
    }
}

fn apply_matter(event: &Event, matter: &Matter, cells: &mut RegisterCells<'_>) {
    let fact = event.fact();
    match fact.kind() {
        Kind::PremiumDeclared
        | Kind::PremiumVerified
        | Kind::PremiumAssessed
        | Kind::DueCorrected
        | Kind::LateFeeCharged => apply_due(event, matter, cells),
        Kind::BenefitClaimed | Kind::ClaimVerified | Kind::ClaimRefused => {
            apply_claim(event, matter, cells);
        }
        Kind::BudgetLineDrafted
        | Kind::BudgetApproved
        | Kind::BudgetLineAdjusted
        | Kind::BudgetAdjusted => apply_budget(event, matter, cells),
        Kind::BenefitStopped | Kind::BenefitResumed => {
            let Some(person) = fact.party() else { return };
            cells.update(RegisterKey::Stop { person, kind: fact.purpose_code() }, |entry| {
                let stop = entry.stop_mut();
                if fact.kind() == Kind::BenefitStopped {
                    (stop.stopped_from, stop.resumed_from) = (matter.from(), None);
                } else {
                    stop.resumed_from = matter.from();
                    stop.not_before = matter.from();
                }
            });
        }
        Kind::ProviderAgreed | Kind::ProviderEnded => {
            let Some(provider) = fact.party() else { return };
            cells.update(RegisterKey::Provider(provider), |entry| {
                let provider = entry.provider_mut();
                if fact.kind() == Kind::ProviderAgreed {
                    // What came before the first day of a new agreement is over.
                    if provider.agreed_from.is_some() {
                        provider.not_before = matter.from();
                    }
                    provider.ended_from = None;
                    provider.agreed_from = matter.from();
                    provider.agreed_until = matter.until();
                } else {
                    provider.ended_from = matter.from();
                }
            });
        }
        Kind::RecoveryDemanded => cells.update(RegisterKey::Recovery(matter.number()), |entry| {
            let recovery = entry.recovery_mut();
            recovery.demanded_minor = fact.amount_minor();
            recovery.instalments = matter.base_minor().max(1);
            recovery.liable = fact.party();
        }),
        Kind::RecoveryWaived => cells.update(RegisterKey::Recovery(matter.number()), |entry| {
            let waived = &mut entry.recovery_mut().waived_minor;
            *waived = waived.saturating_add(fact.amount_minor());
        }),
        Kind::UsePlanApproved => {
            let Some(month) = month_of(matter.from()) else { return };
            cells.update(RegisterKey::Plan(month), |entry| {
                let plan = entry.plan_mut();
                plan.approved_minor = fact.amount_minor();
                plan.approved_on = plan.approved_on.or(Some(event.effective_on()));
            });
        }
        Kind::PeriodClosed => {
            let Some((first, last)) = matter.from().zip(matter.until()) else { return };
            cells.update(RegisterKey::Closing { first, last }, |entry| {
                let closing = entry.closing_mut();
                closing.revision += 1;
                closing.reopened = false;
                closing.seq = event.seq();
                closing.recorded_at = Some(event.recorded_at());
                if closing.first_seq == 0 {
                    closing.first_seq = event.seq();
                }
            });
        }
        Kind::PeriodReopened => {
            let Some((first, last)) = matter.from().zip(matter.until()) else { return };
            for period in periods_of(first, last) {
                let key = RegisterKey::Closing { first: period.first(), last: period.last() };
                if cells.value(&key) != Entry::None {
                    cells.update(key, |entry| entry.closing_mut().reopened = true);
                }
            }
        }
        Kind::LoanAuthorised => {
            cells.update(RegisterKey::Loan(event.seq()), |entry| {
                let loan = entry.loan_mut();
                loan.limit_minor = fact.amount_minor();
                loan.from = matter.from();
                loan.until = matter.until();
                loan.repay_by = repay_by(matter);
            });
            cells.update(RegisterKey::Authorisation(matter.text()), |entry| {
                let granted = &mut entry.loan_mut().limit_minor;
                *granted = granted.saturating_add(fact.amount_minor());
            });
        }
        Kind::ShortfallStepTaken => {
            let Some(from) = matter.from() else { return };
            cells.update(RegisterKey::Ladder(from.year()), |entry| {
                let ladder = entry.step_mut();
                ladder.step = matter.number();
                ladder.gave_minor = ladder.gave_minor.saturating_add(fact.amount_minor());
            });
        }
        // The reserve is part of the state, and so is which period is open.
        _ => {}
    }
}

/// The months between two days, and the quarters and years that they are of.
fn periods_of(first: Day, last: Day) -> Vec<Period> {
    let mut periods = Vec::new();
    let mut month = Some(first.month());
    while let Some(held) = month.filter(|month| month.first_day() <= last) {
        let quarter = Period::quarter(held.year(), held.number().div_ceil(3));
        let year = Period::year(held.year());
        let all = [Some(Period::month(held)), quarter.ok(), year.ok()];
        for period in all.into_iter().flatten() {
            if !periods.contains(&period) {
                periods.push(period);
            }
        }
        month = held.next();
    }
    periods
}

/// By which day an authorised loan is repaid: the matter's number, as `yyyymmdd`.
pub(crate) fn repay_by(matter: &Matter) -> Option<Day> {
    let number = u32::try_from(matter.number()).ok()?;
    let year = i32::try_from(number / 10_000).ok()?;
    Day::new(year, number / 100 % 100, number % 100).ok()
}

/// The key of the due that a matter is about.
pub(crate) fn due_key(fact: &Fact, matter: &Matter) -> Option<DueKey> {
    let month = if fact.kind() == Kind::LateFeeCharged {
        Month::from_yyyymm(u32::try_from(matter.number()).ok()?).ok()?
    } else {
        month_of(matter.from())?
    };
    Some(DueKey { payer: fact.party()?, kind: fact.purpose_code(), month })
}

fn apply_due(event: &Event, matter: &Matter, cells: &mut RegisterCells<'_>) {
    let fact = event.fact();
    let Some(key) = due_key(fact, matter) else { return };
    let amount = fact.amount_minor();
    cells.update(RegisterKey::Due(key), |entry| {
        let due = entry.due_mut();
        if fact.kind() != Kind::LateFeeCharged {
            due.changed_on = due.changed_on.max(Some(event.effective_on()));
        }
        match fact.kind() {
            Kind::PremiumDeclared => {
                due.status = due.status.max(DueStatus::Declared);
                due.declared_minor = amount;
                (due.base_minor, due.persons) = (matter.base_minor(), matter.number());
            }
            Kind::PremiumVerified => {
                due.status = DueStatus::Verified;
                due.due_minor = amount;
                (due.base_minor, due.persons) = (matter.base_minor(), matter.number());
            }
            Kind::PremiumAssessed => {
                due.status = DueStatus::Assessed;
                due.due_minor = amount;
            }
            Kind::DueCorrected => {
                due.due_minor = amount;
                (due.base_minor, due.persons) = (matter.base_minor(), matter.number());
            }
            _ => {
                due.fee_minor = due.fee_minor.saturating_add(amount);
                due.fee_until = matter.until();
            }
        }
    });
}

fn apply_claim(event: &Event, matter: &Matter, cells: &mut RegisterCells<'_>) {
    let Some(case) = event.correlation() else { return };
    let fact = event.fact();
    cells.update(RegisterKey::Claim(case), |entry| {
        let claim = entry.claim_mut();
        match fact.kind() {
            Kind::BenefitClaimed => {
                claim.status = ClaimStatus::Filed;
                claim.filed_on = Some(event.effective_on());
                claim.person = fact.party();
                claim.liable = matter.other();
                claim.kind = fact.purpose_code();
                claim.claimed_minor = fact.amount_minor();
            }
            Kind::ClaimVerified => {
                claim.status = ClaimStatus::Verified;
                claim.approved_minor = fact.amount_minor();
                claim.verified_on = Some(event.effective_on());
                claim.payable_from = matter.from();
                claim.instalments = matter.number();
            }
            _ => claim.status = ClaimStatus::Refused,
        }
    });
}

fn apply_budget(event: &Event, matter: &Matter, cells: &mut RegisterCells<'_>) {
    let fact = event.fact();
    let Ok(year) = i32::try_from(matter.number()) else { return };
    let (code, amount) = (fact.purpose_code(), fact.amount_minor());
    let line = RegisterKey::BudgetLine { year, line: code };
    match fact.kind() {
        Kind::BudgetLineDrafted => {
            let was = cells.value(&line).budget_line().budget_minor;
            cells.update(line, |entry| {
                let line = entry.budget_line_mut();
                (line.budget_minor, line.adjusted_minor) = (amount, amount);
            });
            let income = BudgetLine::from_code(code).is_some_and(BudgetLine::is_income);
            cells.update(RegisterKey::BudgetYear(year), |entry| {
                let year = entry.budget_year_mut();
                year.status = BudgetStatus::Drafted;
                year.drafted_on = year.drafted_on.max(Some(event.effective_on()));
                let total =
                    if income { &mut year.income_minor } else { &mut year.expenditure_minor };
                *total = total.saturating_sub(was).saturating_add(amount);
            });
        }
        Kind::BudgetApproved => cells.update(RegisterKey::BudgetYear(year), |entry| {
            let year = entry.budget_year_mut();
            year.status = BudgetStatus::Approved;
            year.approved_on = Some(event.effective_on());
        }),
        Kind::BudgetLineAdjusted => {
            let round = cells.value(&RegisterKey::BudgetYear(year)).budget_year().adjustments;
            let mut again = false;
            cells.update(line, |entry| {
                let line = entry.budget_line_mut();
                line.adjusted_minor = line.in_force_minor(round);
                again = line.pending_round == Some(round);
                (line.pending_minor, line.pending_round) = (amount, Some(round));
            });
            cells.update(RegisterKey::BudgetYear(year), |entry| {
                entry.budget_year_mut().pending += u64::from(!again);
            });
        }
        _ => cells.update(RegisterKey::BudgetYear(year), |entry| {
            let year = entry.budget_year_mut();
            year.adjustments += 1;
            year.pending = 0;
        }),
    }
}

/// Money that is counted to an entry, and what takes such money back.
fn apply_money(recorded: &Recorded, cells: &mut RegisterCells<'_>) {
    let event = recorded.event();
    let fact = event.fact();
    let (root, first) = match *fact.detail() {
        Detail::Original(original) => (original.seq, false),
        Detail::Reversal { of, first, .. } => (first.map_or(of.seq, |first| first.seq), false),
        _ => (event.seq(), true),
    };
    let key = if first {
        let Some(key) = counted_to(event, cells) else { return };
        cells.update(RegisterKey::Counted(root), |entry| *entry = Entry::Counted(key));
        key
    } else {
        recover(recorded, root, cells);
        match cells.value(&RegisterKey::Counted(root)) {
            Entry::Counted(key) => key,
            _ => return,
        }
    };
    let delta = recorded.net_minor();
    let add = |sum: &mut u64| *sum = sum.saturating_add_signed(delta);
    let (root_kind, moved) = (fact.root_kind(), fact.moved_kind());
    let mut in_advance = None;
    cells.update(key, |entry| match key {
        RegisterKey::Due(_) => {
            let due = entry.due_mut();
            if due.moved_on != Some(event.effective_on()) {
                (due.before_minor, due.before_from) = (due.arrears_minor(), due.moved_on);
            }
            add(&mut due.received_minor);
            due.moved_on = due.moved_on.max(Some(event.effective_on()));
            due.changed_on = due.changed_on.max(Some(event.effective_on()));
        }
        RegisterKey::Plan(_) => add(&mut entry.plan_mut().released_minor),
        RegisterKey::Claim(_) => {
            let claim = entry.claim_mut();
            let recovered = matches!(moved, Kind::BenefitRecovered | Kind::LateBenefitRecovered);
            // What the liable party pays back, the person entitled keeps.
            if !(recovered && claim.liable.is_some() && claim.liable == fact.party()) {
                add(&mut claim.paid_minor);
            }
            if first || !recovered {
                in_advance = claim.liable;
            }
            count_payment(claim, event, delta, first);
        }
        RegisterKey::Loan(_) => {
            let loan = entry.loan_mut();
            match root_kind {
                Kind::LoanReceived => add(&mut loan.received_minor),
                Kind::LoanRepaid => add(&mut loan.repaid_minor),
                Kind::LoanMade => add(&mut loan.lent_minor),
                _ => add(&mut loan.returned_minor),
            }
        }
        _ => {}
    });
    if let Some(liable) = in_advance {
        demand(root, liable, delta, cells);
    }
}

/// What the bank returned can be paid again, in as many payments as it takes; a payment that is reversed
/// was none; what was recovered was paid.
fn count_payment(claim: &mut ClaimEntry, event: &Event, delta: i64, first: bool) {
    let amount = event.fact().amount_minor();
    match event.fact().moved_kind() {
        Kind::BenefitRecovered | Kind::LateBenefitRecovered => {}
        Kind::PaymentReturned | Kind::LatePaymentReturned => {
            // A return has a negative sign.
            claim.returned_minor = claim.returned_minor.saturating_add_signed(-delta);
        }
        _ if !first => claim.payments = claim.payments.saturating_sub(1),
        _ if claim.payments < claim.instalments => claim.payments += 1,
        _ => claim.returned_minor = claim.returned_minor.saturating_sub(amount),
    }
}

/// What was paid in advance is to be paid back by who is liable (先行支付; Social Insurance Law arts 30,
/// 41, 42), less what the bank returned.
fn demand(payment: u64, liable: Party, delta: i64, cells: &mut RegisterCells<'_>) {
    cells.update(RegisterKey::Recovery(payment), |entry| {
        let recovery = entry.recovery_mut();
        if delta > 0 {
            recovery.demanded_minor = recovery.demanded_minor.saturating_add_signed(delta);
        }
        recovery.instalments = recovery.instalments.max(1);
        recovery.liable = Some(liable);
    });
}

/// A recovery reduces what is still to come back of the payment; what the bank returned is demanded no more.
fn recover(recorded: &Recorded, payment: u64, cells: &mut RegisterCells<'_>) {
    let key = RegisterKey::Recovery(payment);
    if cells.value(&key) == Entry::None {
        return;
    }
    let moved = recorded.event().fact().moved_kind();
    // What takes back has a negative sign; a recovery counts up.
    let delta = -recorded.net_minor();
    cells.update(key, |entry| {
        let recovery = entry.recovery_mut();
        if matches!(moved, Kind::BenefitRecovered | Kind::LateBenefitRecovered) {
            recovery.recovered_minor = recovery.recovered_minor.saturating_add_signed(delta);
            // What came back after all was not written off.
            let left = recovery.demanded_minor.saturating_sub(recovery.recovered_minor);
            recovery.waived_minor = recovery.waived_minor.min(left);
        } else if delta > 0 {
            let left = recovery.demanded_minor.saturating_sub(delta.unsigned_abs());
            recovery.demanded_minor = left.max(recovery.recovered_minor);
            // What came back was not written off.
            let outstanding = recovery.demanded_minor - recovery.recovered_minor;
            recovery.waived_minor = recovery.waived_minor.min(outstanding);
        }
    });
}

/// To which entry money that takes nothing back is counted; none where it is to none.
fn counted_to(event: &Event, cells: &mut RegisterCells<'_>) -> Option<RegisterKey> {
    let fact = event.fact();
    match (fact.kind(), fact.detail()) {
        (Kind::PremiumReceived, Detail::Owed(month)) => Some(RegisterKey::Due(DueKey {
            payer: fact.party()?,
            kind: fact.purpose_code(),
            month: *month,
        })),
        (Kind::Released, Detail::Plan(month)) => {
            let key = RegisterKey::Plan(*month);
            (cells.value(&key) != Entry::None).then_some(key)
        }
        (_, Detail::Under(seq)) => Some(RegisterKey::Loan(*seq)),
        _ => {
            let key = RegisterKey::Claim(event.correlation()?);
            (cells.value(&key) != Entry::None).then_some(key)
        }
    }
}
