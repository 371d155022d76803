//! From the plan's events to typed commands.

use earmark::prelude::*;

use crate::funds::{Collector, Flow, Replayed};
use crate::plan::{Cell, Run, YEAR};

/// Appends the commands of a run to a batch; the first has the sequence number `seq`. `deficit` is why
/// the budget has one.
pub(super) fn append<F: Replayed>(
    batch: &mut Batch<F>,
    voucher: &Voucher,
    seq: u64,
    cell: &Cell<F>,
    run: &Run,
    deficit: Option<Text>,
) -> Result<(), AmountError> {
    let year = YEAR.unsigned_abs() as u16;
    macro_rules! each {
        (|$who:ident, $amount:ident| $command:expr) => {
            for (voucher, $who, minor) in events(voucher, seq, cell, run) {
                let $amount = Amount::from_minor(minor)?;
                batch.push(&voucher, $command);
            }
        };
    }
    match cell.flow {
        Flow::Premium(kind, Collector::Tax) => {
            each!(|from, amount| ReceivePremium { into: TreasuryDeposit, kind, from, amount });
        }
        Flow::Premium(kind, Collector::Agency) => {
            each!(|from, amount| ReceivePremium { into: RevenueAccount, kind, from, amount });
        }
        Flow::OtherIncome(kind) => {
            each!(|from, amount| ReceiveOtherIncome { into: SpecialAccount, kind, from, amount });
        }
        Flow::Benefit(kind) => {
            each!(|to, amount| PayBenefit { from: ExpenditureAccount, kind, to, amount });
        }
        Flow::StateUse(kind) => each!(|to, amount| PayStateUse { kind, to, amount }),
        Flow::Subsidy => each!(|_who, amount| ReceiveFiscalSubsidy { amount }),
        Flow::Interest => each!(|_who, amount| ReceiveInterest { into: SpecialAccount, amount }),
        Flow::OwnInterest => {
            each!(|_who, amount| ReceiveInterest { into: ExpenditureAccount, amount });
        }
        Flow::HandOverInterest => each!(|_who, amount| HandOverInterest { amount }),
        Flow::Release(plan) => each!(|_who, amount| Release { plan, amount }),
        Flow::Collections(Collector::Tax) => {
            each!(|_who, amount| TransferCollections { from: TreasuryDeposit, amount });
        }
        Flow::Collections(Collector::Agency) => {
            each!(|_who, amount| TransferCollections { from: RevenueAccount, amount });
        }
        Flow::Earn(invest) | Flow::Place(invest) | Flow::Redeem(invest) => {
            for (voucher, _, minor) in events(voucher, seq, cell, run) {
                invest(batch, &voucher, Amount::from_minor(minor)?);
            }
        }
        Flow::RemitToSuperior(to) => {
            each!(|_who, amount| RemitToSuperior { from: SpecialAccount, to, amount });
        }
        Flow::BringForwardSpecial => {
            each!(|_who, amount| BringForward { into: SpecialAccount, amount });
        }
        Flow::BringForwardInvestment => {
            each!(|_who, amount| BringForward { into: InvestmentAccount, amount });
        }
        Flow::DraftBudget(line) => {
            each!(|_who, amount| DraftBudgetLine { year, line, amount });
        }
        Flow::ApprovePlan(month) => each!(|_who, amount| ApproveUsePlan { month, amount }),
        Flow::ApproveBudget { income, expenditure } => {
            let (income, expenditure) =
                (Amount::from_minor(income)?, Amount::from_minor(expenditure)?);
            let command = ApproveBudget { year, income, expenditure, deficit_reason: deficit };
            batch.push(&voucher.document(seq), command);
        }
        Flow::Close(period) => batch.push(&voucher.document(seq), ClosePeriod { period }),
        Flow::AdoptProfile(law) => {
            batch.push(&voucher.document(seq), AdoptProfile { profile: law.profile() });
        }
        Flow::OpenAccount(account) => {
            let voucher = voucher.document(seq);
            match account {
                Account::Treasury => batch.push(&voucher, OpenAccount(TreasuryDeposit)),
                Account::Revenue => batch.push(&voucher, OpenAccount(RevenueAccount)),
                Account::Special => batch.push(&voucher, OpenAccount(SpecialAccount)),
                Account::Expenditure => batch.push(&voucher, OpenAccount(ExpenditureAccount)),
                Account::Investment => batch.push(&voucher, OpenAccount(InvestmentAccount)),
            }
        }
    }
    Ok(())
}

/// Voucher, payer or payee, and amount in fen of each event of a run. The document number is the
/// event's number in the book's journal.
#[inline]
fn events<'a, F: Replayed>(
    voucher: &'a Voucher,
    seq: u64,
    cell: &'a Cell<F>,
    run: &'a Run,
) -> impl Iterator<Item = (Voucher, Party, u64)> + 'a {
    let parts = cell.parts.into_iter().flat_map(|parts| parts.parts(run.events.clone()));
    (seq..).zip(run.events.clone()).zip(parts).map(move |((seq, index), part)| {
        let who = if index < cell.population { index } else { index % cell.population };
        let mut voucher = voucher.document(seq);
        if let Some(cases) = cell.cases {
            voucher = voucher.correlated(cases.of(index).link());
        }
        (voucher, cell.people.of(who).party(), part)
    })
}
