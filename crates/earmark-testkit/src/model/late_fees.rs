//! Late fees: arrears times days times the rate, each day once (Social Insurance Law art 86; Jiangsu
//! regulation art 56).

use earmark_core::command::AnyCommand;
use earmark_core::time::Day;

use super::Broken;
use super::asked::Asked;
use super::book::Book;
use super::dues::{Due, Whose};
use super::sums::part;
use crate::law::Says;

impl Book {
    /// The last day for which a late fee was charged on a month.
    fn charged_until(&self, whose: Whose<'_>) -> Option<Day> {
        self.done()
            .filter_map(|(_, command)| match command {
                AnyCommand::ChargeLateFee { payer, kind, month, until, .. }
                    if whose == (Whose { payer: *payer, kind, month: *month }) =>
                {
                    Some(*until)
                }
                _ => None,
            })
            .max()
    }
}

pub(super) fn judge(asked: &Asked<'_>, broken: &mut Broken) {
    let AnyCommand::ChargeLateFee { payer, kind, month, on, from, until, amount } = asked.command()
    else {
        return;
    };
    let whose = Whose { payer: *payer, kind, month: *month };
    let principal = i128::from(asked.sum(on));
    let rate = |day| {
        asked.law_on(day, |says| match says {
            Says::LateFee(ppm) => Some(*ppm),
            _ => None,
        })
    };
    let days = u128::from((until.days() - from.days()).unsigned_abs()) + 1;
    // One rate holds on all of its days.
    let exact = rate(*from)
        .filter(|first| {
            (from.days()..=until.days())
                .all(|day| Day::from_days(day).ok().and_then(rate) == Some(*first))
        })
        .map(|ppm| part(principal.unsigned_abs() * days, ppm));
    let due = asked.book.due(whose);
    let arrears = arrears(&due, *from, *until);
    let fits = exact == Some(u128::from(asked.sum(amount)))
        // No more is late than was due, as it was corrected since.
        && arrears.is_some_and(|arrears| principal <= arrears)
        && principal <= due.due
        // A premium is not late before its month has begun, and days to come are none of default.
        && *from > month.first_day()
        && *until <= asked.today
        && asked.book.charged_until(whose).is_none_or(|charged| charged < *from);
    if !fits {
        broken.insert("late-fee-exact");
    }
}

/// What was in arrears on each of these days; none where money moved between them, or where it moved more
/// than once since. On the day of a payment the whole is late still.
fn arrears(due: &Due, from: Day, until: Day) -> Option<i128> {
    let Some(moved_on) = due.moved_on else { return Some(due.due - due.received) };
    if from > moved_on {
        Some(due.due - due.received)
    } else if until <= moved_on && due.moved_before.is_none_or(|before| before < from) {
        Some(due.arrears_before)
    } else {
        None
    }
}
