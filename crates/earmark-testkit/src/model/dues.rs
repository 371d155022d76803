//! Premiums: declared, verified and then due; no more is received than is due (Social Insurance Law art 60;
//! Jiangsu regulation arts 26, 52, 55).

use earmark_core::command::AnyCommand;
use earmark_core::id::Party;
use earmark_core::time::{Day, Month};

use super::Broken;
use super::accepted::Accepted;
use super::asked::Asked;
use super::book::Book;
use super::sums::part;
use super::taking_back::original;
use crate::law::Says;

/// Whose premium, of which kind, for which month.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Whose<'a> {
    pub(super) payer: Party,
    pub(super) kind: &'a str,
    pub(super) month: Month,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Known {
    #[default]
    Not,
    Declared,
    /// Verified or assessed: it is due.
    Due,
}

/// What is known of a month's premium.
#[derive(Clone, Copy, Default)]
pub(super) struct Due {
    pub(super) known: Known,
    pub(super) due: i128,
    pub(super) received: i128,
    /// The latest day on which anything of it changed.
    changed_on: Option<Day>,
    /// The last day on which money moved, what was in arrears until then, and the day of the movement before.
    pub(super) moved_on: Option<Day>,
    pub(super) arrears_before: i128,
    pub(super) moved_before: Option<Day>,
}

/// The month that a command about premiums names.
fn named(command: &AnyCommand) -> Option<Whose<'_>> {
    use AnyCommand as C;
    match command {
        C::DeclarePremium { payer, kind, month, .. }
        | C::VerifyPremium { payer, kind, month, .. }
        | C::AssessPremium { payer, kind, month, .. }
        | C::CorrectDue { payer, kind, month, .. }
        | C::ReceiveDuePremium { from: payer, kind, month, .. } => {
            Some(Whose { payer: *payer, kind, month: *month })
        }
        _ => None,
    }
}

impl Book {
    /// The first event in the chain of what takes back what.
    pub(super) fn first_of<'a>(&'a self, line: &'a Accepted) -> &'a Accepted {
        let mut first = line;
        while let Some(before) = first.command().and_then(original).and_then(|seq| self.event(seq))
        {
            first = before;
        }
        first
    }

    /// What is known of a month's premium: each event counts in its order.
    pub(super) fn due(&self, whose: Whose<'_>) -> Due {
        use AnyCommand as C;
        let mut due = Due::default();
        for (line, command) in self.done() {
            let first = self.first_of(line);
            if first.command().and_then(named) != Some(whose) {
                continue;
            }
            let receipt = matches!(first.command(), Some(C::ReceiveDuePremium { .. }));
            if receipt && due.moved_on != Some(line.on) {
                due.moved_before = due.moved_on;
                due.moved_on = Some(line.on);
                due.arrears_before = due.due - due.received;
            }
            due.changed_on = due.changed_on.max(Some(line.on));
            let minor = i128::from(line.minor);
            match command {
                C::DeclarePremium { .. } => due.known = Known::Declared,
                C::VerifyPremium { amount, .. }
                | C::AssessPremium { amount, .. }
                | C::CorrectDue { amount, .. } => {
                    due.known = Known::Due;
                    due.due = i128::from(self.sum(amount));
                }
                C::ReceiveDuePremium { .. } => due.received += minor,
                // A refund or a reversal of the receipt takes away, the reversal of a refund gives back.
                _ if original(command) == Some(first.seq) => due.received -= minor,
                _ => due.received += minor,
            }
        }
        due
    }
}

pub(super) fn judge(asked: &Asked<'_>, broken: &mut Broken) {
    use AnyCommand as C;
    let (command, on) = (asked.command(), asked.line.on);
    if matches!(command, C::ReceivePremium { .. }) && asked.refuses("due_before_receipt", on) {
        broken.insert("due-fits");
    }
    let first = asked.original.map(|of| asked.book.first_of(of));
    let Some(whose) = named(first.and_then(Accepted::command).unwrap_or(command)) else { return };
    let due = asked.book.due(whose);
    // Changes count for their days in order, so that due = received + arrears on every day (INV-33).
    if due.changed_on.is_some_and(|changed| on < changed) {
        broken.insert("due-fits");
    }
    match command {
        C::DeclarePremium { persons, base, amount, .. } => {
            if due.known == Known::Due {
                broken.insert("due-fits");
            }
            judge_premium(asked, whose, *persons, base, amount, broken);
        }
        C::VerifyPremium { persons, base, amount, .. } => {
            if due.known != Known::Declared {
                broken.insert("due-fits");
            }
            judge_premium(asked, whose, *persons, base, amount, broken);
        }
        C::CorrectDue { persons, base, amount, .. } => {
            // Never below what was received (Jiangsu regulation art 55(2)).
            if due.known != Known::Due || i128::from(asked.sum(amount)) < due.received {
                broken.insert("due-fits");
            }
            judge_premium(asked, whose, *persons, base, amount, broken);
        }
        C::AssessPremium { amount, .. } => judge_assessment(asked, whose, due, amount, broken),
        C::ReceiveDuePremium { .. } => {
            if due.known != Known::Due || due.received + i128::from(asked.minor) > due.due {
                broken.insert("due-fits");
            }
        }
        // Only the reversal of a refund brings money in again.
        _ => {
            let brings_in = first.is_some_and(|first| original(command) != Some(first.seq));
            if brings_in && due.received + i128::from(asked.minor) > due.due {
                broken.insert("due-fits");
            }
        }
    }
}

/// A premium is its base times the rate, and the base lies between floor and cap for so many persons: by the
/// rules of the month for which it is due (Jiangsu regulation art 52).
fn judge_premium(
    asked: &Asked<'_>,
    whose: Whose<'_>,
    persons: u32,
    base: &str,
    amount: &str,
    broken: &mut Broken,
) {
    let day = whose.month.first_day();
    let (base, amount) = (u128::from(asked.sum(base)), u128::from(asked.sum(amount)));
    let rate = asked.law_on(day, |says| match says {
        Says::PremiumRate(kind, ppm) if kind == whose.kind => Some(*ppm),
        _ => None,
    });
    let band = asked.law_on(day, |says| match says {
        Says::Base(floor, cap) => Some((*floor, *cap)),
        _ => None,
    });
    let wage = asked.law_on(day, |says| match says {
        Says::AverageWage(minor) => Some(u128::from(*minor)),
        _ => None,
    });
    let within = band.zip(wage).is_none_or(|((floor, cap), wage)| {
        let of_all = |ppm| part(wage, ppm) * u128::from(persons);
        of_all(floor) <= base && base <= of_all(cap)
    });
    if rate.is_some_and(|rate| part(base, rate) != amount) || !within {
        broken.insert("premium-fits");
    }
}

/// A month that is over and was not declared is assessed at the factor times the month before (Social
/// Insurance Law art 62).
fn judge_assessment(
    asked: &Asked<'_>,
    whose: Whose<'_>,
    due: Due,
    amount: &str,
    broken: &mut Broken,
) {
    let factor = asked.law_on(asked.line.on, |says| match says {
        Says::Assessment(ppm) => Some(*ppm),
        _ => None,
    });
    let before =
        whose.month.previous().map_or(0, |month| asked.book.due(Whose { month, ..whose }).due);
    let exact = factor.map(|factor| part(before.unsigned_abs(), factor));
    match due.known {
        Known::Due => {
            broken.insert("due-fits");
        }
        Known::Declared => {
            broken.insert("assessed-on-last-month");
        }
        Known::Not
            if asked.line.on <= whose.month.last_day()
                || exact != Some(u128::from(asked.sum(amount))) =>
        {
            broken.insert("assessed-on-last-month");
        }
        Known::Not => {}
    }
}
