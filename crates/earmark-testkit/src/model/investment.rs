//! Investment: by funds that may, once the months of payments are covered, equities within their share
//! (财社〔2017〕144号 art 37; 国发〔2015〕48号).

use earmark_core::account::Account::Investment;
use earmark_core::command::AnyCommand;
use earmark_core::time::Month;

use super::Broken;
use super::asked::Asked;
use super::book::Book;
use super::flows::is_benefit;
use super::sums::part;
use crate::law::Says;

impl Book {
    /// Benefits paid in the twelve months before a month, less what came back in them.
    fn benefits_before(&self, month: Month) -> i128 {
        let mut months = Vec::new();
        let mut before = month.previous();
        while let (Some(it), true) = (before, months.len() < 12) {
            months.push(it);
            before = it.previous();
        }
        self.done()
            .filter(|(line, _)| months.contains(&line.on.month()))
            .filter(|(line, _)| self.first_of(line).command().is_some_and(is_benefit))
            // What comes back in a later year is other income, and does not reduce what was paid.
            .filter(|(line, command)| !self.is_late(line, command))
            .map(
                |(line, _)| {
                    if line.from.is_some() {
                        i128::from(line.minor)
                    } else {
                        -i128::from(line.minor)
                    }
                },
            )
            .sum()
    }

    /// Whether the event is a return or recovery in a later year than the payment, or reverses one.
    fn is_late(&self, line: &super::Accepted, command: &AnyCommand) -> bool {
        let year_of = |seq: u64| self.event(seq).map(|it| it.on.year());
        match command {
            AnyCommand::ReturnPayment { of, .. } | AnyCommand::RecoverBenefit { of, .. } => {
                year_of(*of).is_some_and(|year| year < line.on.year())
            }
            AnyCommand::Reverse { of, .. } => self
                .event(*of)
                .is_some_and(|it| it.command().is_some_and(|command| self.is_late(it, command))),
            _ => false,
        }
    }
}

pub(super) fn judge(asked: &Asked<'_>, broken: &mut Broken) {
    match asked.command() {
        AnyCommand::PlaceInvestment { .. } if !may_place(asked) => {
            broken.insert("buffer-first");
        }
        AnyCommand::ReportInvestment { value, equities, .. } => {
            let most = asked.law_on(asked.line.on, |says| match says {
                Says::Investment(_, most) => Some(*most),
                _ => None,
            });
            let over = most.flatten().is_some_and(|ppm| {
                u128::from(asked.sum(equities)) > part(u128::from(asked.sum(value)), ppm)
            });
            if over {
                broken.insert("equity-limit");
            }
        }
        _ => {}
    }
}

fn may_place(asked: &Asked<'_>) -> bool {
    let on = asked.line.on;
    let may = asked.law_on(on, |says| match says {
        Says::Investment(may, _) => Some(*may),
        _ => None,
    });
    let months = asked.law_on(on, |says| match says {
        Says::BufferBeforeInvesting(months) => Some(i128::from(*months)),
        _ => None,
    });
    let covered = months.is_none_or(|months| {
        let kept = (asked.book.benefits_before(on.month()) * months).max(0) / 12;
        let held = asked.book.total() - asked.book.balance(Investment);
        held - i128::from(asked.minor) >= kept
    });
    may != Some(false) && covered
}
