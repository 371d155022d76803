//! Loans between funds of another law than China's, under an authorisation of their profile (INV-27).

use earmark_core::command::AnyCommand;

use super::Broken;
use super::asked::Asked;
use super::book::Book;
use crate::law::Says;

impl Book {
    /// What money moved under an authorisation, of one of the four kinds.
    fn under(&self, seq: u64, of: impl Fn(&AnyCommand) -> Option<u64>) -> u64 {
        self.done()
            .filter(|(_, command)| of(command) == Some(seq))
            .map(|(line, _)| self.left_of(line))
            .sum()
    }

    fn borrowed(&self, seq: u64) -> u64 {
        self.under(seq, |it| match it {
            AnyCommand::ReceiveLoan { under, .. } => Some(*under),
            _ => None,
        })
    }

    fn repaid(&self, seq: u64) -> u64 {
        self.under(seq, |it| match it {
            AnyCommand::RepayLoan { under, .. } => Some(*under),
            _ => None,
        })
    }

    fn lent(&self, seq: u64) -> u64 {
        self.under(seq, |it| match it {
            AnyCommand::MakeLoan { under, .. } => Some(*under),
            _ => None,
        })
    }

    fn back(&self, seq: u64) -> u64 {
        self.under(seq, |it| match it {
            AnyCommand::ReceiveRepayment { under, .. } => Some(*under),
            _ => None,
        })
    }
}

pub(super) fn judge(asked: &Asked<'_>, broken: &mut Broken) {
    use AnyCommand as C;
    let fits = match asked.command() {
        C::AuthoriseLoan { .. } => is_authorised(asked),
        C::ReceiveLoan { under, .. } => may_draw(asked, *under, asked.book.borrowed(*under), true),
        C::MakeLoan { under, .. } => may_draw(asked, *under, asked.book.lent(*under), false),
        C::RepayLoan { under, .. } => {
            known(asked, *under)
                && asked.book.repaid(*under) + asked.minor <= asked.book.borrowed(*under)
        }
        C::ReceiveRepayment { under, .. } => {
            known(asked, *under) && asked.book.back(*under) + asked.minor <= asked.book.lent(*under)
        }
        // Reversing what was borrowed leaves no more repaid than borrowed, and so for what was lent.
        C::Reverse { .. } => match asked.original.and_then(|it| it.command()) {
            Some(C::ReceiveLoan { under, .. }) => {
                asked.book.repaid(*under) + asked.minor <= asked.book.borrowed(*under)
            }
            Some(C::MakeLoan { under, .. }) => {
                asked.book.back(*under) + asked.minor <= asked.book.lent(*under)
            }
            _ => true,
        },
        _ => true,
    };
    if !fits {
        broken.insert("loan-authorised");
    }
}

/// Whether an authorisation stands in the book under this number.
fn known(asked: &Asked<'_>, under: u64) -> bool {
    let authorises =
        |line: &super::Accepted| matches!(line.command(), Some(AnyCommand::AuthoriseLoan { .. }));
    asked.book.event(under).is_some_and(authorises)
}

/// The profile knows the authorisation, for this fund, on its days, within its limit.
fn is_authorised(asked: &Asked<'_>) -> bool {
    let AnyCommand::AuthoriseLoan { authorisation, limit, from, until, repay_by } = asked.command()
    else {
        return false;
    };
    let Some(law) = &asked.law else { return false };
    let granted: u64 = asked
        .book
        .done()
        .map(|(_, command)| match command {
            AnyCommand::AuthoriseLoan { authorisation: it, limit, .. } if it == authorisation => {
                asked.sum(limit)
            }
            _ => 0,
        })
        .sum();
    law.clauses.iter().any(|clause| {
        let Says::Authorisation { id, lenders, borrowers, limit: most, repay_by: last } =
            &clause.says
        else {
            return false;
        };
        let fund = asked.book.fund.code();
        id == authorisation
            && (lenders.contains(&fund) || borrowers.contains(&fund))
            && clause.from <= asked.line.on
            && clause.until.is_none_or(|end| asked.line.on <= end)
            && clause.from <= *from
            && clause.until.is_none_or(|end| *until <= end)
            && most.is_none_or(|most| granted + asked.sum(limit) <= most)
            && last.is_none_or(|last| *repay_by <= last)
            && *until <= *repay_by
    })
}

/// Money is lent within the days of the authorisation and its limit, by who may lend to who may borrow.
fn may_draw(asked: &Asked<'_>, under: u64, drawn: u64, borrows: bool) -> bool {
    let Some(AnyCommand::AuthoriseLoan { authorisation, limit, from, until, .. }) =
        asked.book.event(under).and_then(|it| it.command())
    else {
        return false;
    };
    let on = asked.line.on;
    let named = asked.law_on(on, |says| match says {
        Says::Authorisation { id, lenders, borrowers, .. } if id == authorisation => {
            Some(if borrows { borrowers.clone() } else { lenders.clone() })
        }
        _ => None,
    });
    *from <= on
        && on <= *until
        && drawn + asked.minor <= asked.sum(limit)
        && named.is_some_and(|named| named.contains(&asked.book.fund.code()))
        // The authorisation was recorded by an earlier commit.
        && under <= asked.recorded as u64
}
