//! Accounts: open, never below zero, never over the range; opening balances, own interest, the reserve.

use earmark_core::account::Account::{self, Expenditure};
use earmark_core::command::AnyCommand;

use super::Broken;
use super::asked::Asked;
use super::book::Book;
use super::sums::LARGEST;

impl Book {
    /// Whether an account is open: opened, and not closed since (Jiangsu regulation art 19).
    fn is_open(&self, account: Account) -> bool {
        let last = self.done().rev().find_map(|(_, command)| match command {
            AnyCommand::OpenAccount { account: it } if *it == account => Some(true),
            AnyCommand::CloseAccount { account: it } if *it == account => Some(false),
            _ => None,
        });
        last == Some(true)
    }

    /// Whether an account takes an opening balance: as its first money, or in the place of one that stands
    /// reversed (INV-23).
    fn takes_opening(&self, account: Account) -> bool {
        let last = self.done().rev().find(|(line, command)| {
            matches!(command, AnyCommand::BringForward { .. }) && line.to == Some(account)
        });
        match last {
            Some((opening, _)) => self.reversal_of(opening.seq).is_some(),
            None => {
                self.lines.iter().all(|line| line.from != Some(account) && line.to != Some(account))
            }
        }
    }

    /// Interest of the expenditure account that was not handed over yet (144号 art 41).
    fn interest_held(&self) -> i128 {
        self.done()
            .filter(|(line, _)| self.reversal_of(line.seq).is_none())
            .map(|(line, command)| held(command, line.minor))
            .sum()
    }

    /// What is set aside as reserve and not drawn (工伤保险条例 art 13).
    pub(super) fn reserve(&self) -> i128 {
        self.done()
            .map(|(_, command)| match command {
                AnyCommand::SetReserveAside { amount } => i128::from(self.sum(amount)),
                AnyCommand::DrawReserve { amount, .. } => -i128::from(self.sum(amount)),
                _ => 0,
            })
            .sum()
    }

    /// A sum that an accepted command names.
    pub(super) fn sum(&self, text: &str) -> u64 {
        super::sums::minor(text, self.fund).unwrap_or(0)
    }
}

/// How a command changes the interest that the expenditure account holds.
fn held(command: &AnyCommand, minor: u64) -> i128 {
    match command {
        AnyCommand::ReceiveInterest { into: Expenditure, .. } => i128::from(minor),
        AnyCommand::HandOverInterest { .. } => -i128::from(minor),
        _ => 0,
    }
}

pub(super) fn judge(asked: &Asked<'_>, broken: &mut Broken) {
    let book = asked.book;
    match asked.command() {
        AnyCommand::OpenAccount { account } if book.is_open(*account) => {
            broken.insert("open-once");
        }
        AnyCommand::CloseAccount { account } if !book.is_open(*account) => {
            broken.insert("account-open");
        }
        AnyCommand::CloseAccount { account } if book.balance(*account) > 0 => {
            broken.insert("close-empty");
        }
        AnyCommand::BringForward { into, .. } if !book.takes_opening(*into) => {
            broken.insert("forward-first");
        }
        _ => {}
    }
    judge_movement(asked, broken);
    judge_reserve(asked, broken);
    if names_own_area(asked) {
        broken.insert("other-area");
    }
}

fn judge_movement(asked: &Asked<'_>, broken: &mut Broken) {
    let (book, minor) = (asked.book, i128::from(asked.minor));
    for account in [asked.from, asked.to].into_iter().flatten() {
        if !book.is_open(account) {
            broken.insert("account-open");
        }
    }
    // INV-04.
    if asked.from.is_some_and(|from| book.is_open(from) && book.balance(from) < minor) {
        broken.insert("no-overdraft");
    }
    if asked.to.is_some_and(|to| book.balance(to) + minor > i128::from(LARGEST)) {
        broken.insert("range");
    }
    // INV-09: what the expenditure account hands over is interest of its own.
    let change = match (asked.command(), asked.original.and_then(|it| it.command())) {
        (AnyCommand::Reverse { .. }, Some(reversed)) => -held(reversed, asked.minor),
        (command, _) => held(command, asked.minor),
    };
    if book.interest_held() + change < 0 {
        broken.insert("own-interest");
    }
}

/// INV-30: the reserve is inside the balance, and no payment takes the book below it.
fn judge_reserve(asked: &Asked<'_>, broken: &mut Broken) {
    let (total, reserve) = (asked.book.total(), asked.book.reserve());
    let kept = match asked.command() {
        AnyCommand::SetReserveAside { amount } => reserve + i128::from(asked.sum(amount)) <= total,
        AnyCommand::DrawReserve { amount, .. } => i128::from(asked.sum(amount)) <= reserve,
        _ if asked.from.is_some() && asked.to.is_none() => {
            total - i128::from(asked.minor) >= reserve
        }
        _ => true,
    };
    if !kept {
        broken.insert("reserve-kept");
    }
}

/// Nobody is one's own superior or lower level (144号 arts 40-42).
fn names_own_area(asked: &Asked<'_>) -> bool {
    use AnyCommand as C;
    matches!(
        asked.command(),
        C::ReceiveSuperiorSubsidy { from: area, .. }
            | C::ReceiveLowerRemittance { from: area, .. }
            | C::RemitToSuperior { to: area, .. }
            | C::SubsidiseLower { to: area, .. } if *area == asked.book.area
    )
}
