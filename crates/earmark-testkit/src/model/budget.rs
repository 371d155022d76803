//! Budgets and the ladder of a year that falls short (Social Insurance Law art 66; Jiangsu regulation arts 11,
//! 16, 53; 财社〔2017〕144号 art 38).

use std::collections::BTreeMap;

use earmark_core::command::AnyCommand;
use earmark_core::time::Day;

use super::Broken;
use super::asked::Asked;
use super::book::Book;
use super::flows::is_benefit;
use crate::law::Says;

/// A year's budget.
#[derive(Default)]
struct Budget<'a> {
    lines: BTreeMap<&'a str, u64>,
    drafted_on: Option<Day>,
    approved_on: Option<Day>,
    /// Whether an adjustment waits for its approval.
    waits: bool,
}

impl Budget<'_> {
    fn total(&self, side: &str) -> u128 {
        self.lines
            .iter()
            .filter(|(line, _)| line.starts_with(side))
            .map(|(_, minor)| u128::from(*minor))
            .sum()
    }
}

impl Book {
    fn budget(&self, of: i32) -> Budget<'_> {
        let mut budget = Budget::default();
        for (event, command) in self.done() {
            match command {
                AnyCommand::DraftBudgetLine { year, line, amount } if i32::from(*year) == of => {
                    budget.lines.insert(line, self.sum(amount));
                    budget.drafted_on = budget.drafted_on.max(Some(event.on));
                }
                AnyCommand::ApproveBudget { year, .. } if i32::from(*year) == of => {
                    budget.approved_on = Some(event.on);
                }
                AnyCommand::AdjustBudgetLine { year, .. } if i32::from(*year) == of => {
                    budget.waits = true;
                }
                AnyCommand::ApproveAdjustments { year, .. } if i32::from(*year) == of => {
                    budget.waits = false;
                }
                _ => {}
            }
        }
        budget
    }

    /// The last step of a year's ladder that was taken; 0 for none.
    fn step(&self, year: i32) -> u32 {
        self.done()
            .filter_map(|(_, command)| match command {
                AnyCommand::TakeShortfallStep { in_year_of, step, .. }
                    if in_year_of.year() == year =>
                {
                    Some(*step)
                }
                _ => None,
            })
            .next_back()
            .unwrap_or(0)
    }
}

pub(super) fn judge(asked: &Asked<'_>, broken: &mut Broken) {
    use AnyCommand as C;
    let on = asked.line.on;
    let fits = match asked.command() {
        C::DraftBudgetLine { year, .. } => {
            not_too_early(*year, on) && asked.book.budget(i32::from(*year)).approved_on.is_none()
        }
        C::ApproveBudget { year, income, expenditure, deficit_reason } => {
            let budget = asked.book.budget(i32::from(*year));
            let (income, expenditure) = (asked.sum(income), asked.sum(expenditure));
            not_too_early(*year, on)
                && budget.approved_on.is_none()
                && budget.drafted_on.is_some_and(|drafted| drafted <= on)
                && budget.total("income_") == u128::from(income)
                && budget.total("expenditure_") == u128::from(expenditure)
                // A deficit has a reason, and none makes up for it where the rules of the day refuse it.
                && (expenditure <= income
                    || (deficit_reason.is_some() && !asked.refuses("budget_surplus", on)))
        }
        C::AdjustBudgetLine { year, .. } => {
            asked.book.budget(i32::from(*year)).approved_on.is_some_and(|approved| approved <= on)
        }
        C::ApproveAdjustments { year, .. } => {
            let budget = asked.book.budget(i32::from(*year));
            budget.waits && budget.approved_on.is_some_and(|approved| approved <= on)
        }
        _ => true,
    };
    if !fits {
        broken.insert("budget-fits");
    }
    // Nothing is released or spent before the year's budget is approved (预算法 art 13).
    if spends(asked.command())
        && asked.refuses("budget_before_payment", on)
        && asked.book.budget(on.year()).approved_on.is_none_or(|approved| on < approved)
    {
        broken.insert("budget-approved");
    }
    judge_ladder(asked, broken);
}

/// A budget is not made before the year before its own begins.
pub(super) fn not_too_early(year: u16, on: Day) -> bool {
    on.year() >= i32::from(year) - 1
}

/// A release, or expenditure of the fund.
const fn spends(command: &AnyCommand) -> bool {
    use AnyCommand as C;
    is_benefit(command)
        || matches!(
            command,
            C::Release { .. }
                | C::PayStateUse { .. }
                | C::PayTransferOut { .. }
                | C::RemitToSuperior { .. }
                | C::SubsidiseLower { .. }
        )
}

/// Steps are taken one after the other; the last one can give again.
fn judge_ladder(asked: &Asked<'_>, broken: &mut Broken) {
    let AnyCommand::TakeShortfallStep { in_year_of, step, .. } = asked.command() else { return };
    let steps = asked.law_on(asked.line.on, |says| match says {
        Says::Ladder(steps) => Some(steps.len()),
        _ => None,
    });
    let last = asked.book.step(in_year_of.year());
    let in_order = *step == last || *step == last + 1;
    let there = steps.is_some_and(|steps| usize::try_from(*step).is_ok_and(|step| step <= steps));
    if !in_order || !there {
        broken.insert("ladder-order");
    }
}
