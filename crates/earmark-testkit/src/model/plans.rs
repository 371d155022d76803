//! Use plans: how much may be released for a month (财社〔2017〕144号 art 42).

use earmark_core::command::AnyCommand;
use earmark_core::time::{Day, Month};

use super::Broken;
use super::asked::Asked;
use super::book::Book;

/// The use plan of a month.
struct Plan {
    approved: u64,
    released: u64,
    /// The day of its first approval.
    approved_on: Day,
}

impl Book {
    fn plan(&self, of: Month) -> Option<Plan> {
        let mut plan: Option<Plan> = None;
        for (line, command) in self.done() {
            match (command, &mut plan) {
                (AnyCommand::ApproveUsePlan { month, amount }, Some(plan)) if *month == of => {
                    plan.approved = self.sum(amount);
                }
                (AnyCommand::ApproveUsePlan { month, amount }, None) if *month == of => {
                    plan = Some(Plan {
                        approved: self.sum(amount),
                        released: 0,
                        approved_on: line.on,
                    });
                }
                // What was released before the plan was recorded is not held against it (ADR 0012).
                (AnyCommand::Release { plan: month, .. }, Some(plan)) if *month == of => {
                    plan.released += self.left_of(line);
                }
                _ => {}
            }
        }
        plan
    }
}

pub(super) fn judge(asked: &Asked<'_>, broken: &mut Broken) {
    let on = asked.line.on;
    let fits = match asked.command() {
        // Not before the year before its month's begins, and not below what is released.
        AnyCommand::ApproveUsePlan { month, amount } => {
            on.year() >= month.year() - 1
                && asked.book.plan(*month).is_none_or(|plan| plan.released <= asked.sum(amount))
        }
        AnyCommand::Release { plan: month, .. } => match asked.book.plan(*month) {
            Some(plan) => plan.approved_on <= on && plan.released + asked.minor <= plan.approved,
            None => !asked.refuses("use_plan_before_release", on),
        },
        _ => true,
    };
    if !fits {
        broken.insert("use-plan");
    }
}
