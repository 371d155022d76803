//! Accounts that open and close, months that close and open again, rules that change.

use earmark_core::account::Account;
use earmark_core::command::AnyCommand as C;
use earmark_core::time::{Day, Month};

use super::Teller;
use crate::history::Opening;
use crate::strategy::amount::{in_major, small};
use crate::strategy::command::profile;
use crate::strategy::history::forward;
use crate::strategy::setting::modest;

fn month_of(year: i32, number: i64) -> Month {
    Month::new(year, u32::try_from(number).unwrap()).unwrap()
}

impl Teller<'_, '_, '_> {
    /// Months of the spring are closed; something comes too late; one is opened again, put right and
    /// closed. Then the quarter.
    pub(super) fn months(&mut self) {
        let count = self.dice.between(1, 4);
        // A leap year now and then.
        let year = self.dice.one(&[2021, 2021, 2021, 2021, 2020]);
        let month = |number| month_of(year, number);
        let first = if self.dice.once_in(4) { self.dice.between(1, 3) } else { 1 };
        for number in first..first + count {
            let month = month(number);
            self.then(C::ClosePeriod { first: month.first_day(), last: month.last_day() });
        }
        let again = month(self.dice.between(first, first + count - 1));
        // Often at an end of the month, or a day beside.
        let (first_day, last_day) = (again.first_day(), again.last_day());
        let within = i32::try_from(self.dice.between(0, 27)).unwrap();
        let days = [first_day.days(), first_day.days() - 1, last_day.days(), last_day.days() + 1];
        let edge = self.dice.one(&days);
        let day = if self.dice.once_in(2) { edge } else { first_day.days() + within };
        // Today is the last of June or a little later.
        let ago = Day::new(2021, 6, 30).unwrap().days() - day;
        let late = C::ReceiveInterest { into: Account::Special, amount: modest(self.dice) };
        self.then_ago(ago, late.clone());
        let reason = self.reason();
        self.then(C::ReopenPeriod { first: first_day, last: last_day, reason });
        self.then_ago(ago, late);
        self.then(C::ClosePeriod { first: first_day, last: last_day });
        if count >= 3 {
            let (first, last) = (month(1).first_day(), month(3).last_day());
            self.then(C::ClosePeriod { first, last });
        }
    }

    /// Other rules are adopted, and now and then some that cannot be.
    pub(super) fn rules(&mut self) {
        let profile = profile(self.dice, self.setting);
        self.then(C::AdoptProfile { profile });
    }

    /// An account is emptied or not, closed, and opened again.
    pub(super) fn account(&mut self, opening: &Opening) {
        let account = self.dice.one(&Account::ALL);
        // What is known of its balance: what it opened with.
        let collects = matches!(account, Account::Treasury | Account::Revenue);
        let forward = collects.then(|| (account, forward(opening, account)));
        let earned = small(self.dice, 6_000);
        let into = Account::Expenditure;
        self.then(C::ReceiveInterest { into, amount: in_major(earned) });
        let over = u64::from(self.dice.once_in(4));
        self.then(C::HandOverInterest { amount: in_major(earned + over) });
        if let Some((from, amount)) = forward.filter(|_| self.dice.once_in(2)) {
            self.then(C::TransferCollections { from, amount });
        }
        self.then(C::CloseAccount { account });
        self.then(C::OpenAccount { account });
        let reason = self.reason();
        let (into, amount) = (account, modest(self.dice));
        self.then(C::BringForward { into, amount: amount.clone() });
        self.then(C::Reverse { of: 0, reason });
        self.then(C::BringForward { into, amount });
    }
}
