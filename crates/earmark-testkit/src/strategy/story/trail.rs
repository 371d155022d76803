//! Rolls that are attested, and personal detail that is bound.

use earmark_core::account::Account;
use earmark_core::command::AnyCommand as C;
use earmark_core::time::{Day, Month, day};

use super::Teller;
use crate::strategy::amount::{in_major, small};
use crate::strategy::command::{bound, case};
use crate::strategy::setting::party;

impl Teller<'_, '_, '_> {
    /// Months pass, are closed and attested; one is opened again, and its roll attested again.
    pub(super) fn roll(&mut self) {
        let count = u32::try_from(self.dice.between(1, 3)).unwrap();
        let attest = C::AttestRoll { closing: 0 };
        // Today is the last of June or a little later.
        let today = Day::new(2021, 6, 30).unwrap();
        for number in 1..=count {
            let month = Month::new(2021, number).unwrap();
            let (into, from) = (Account::Special, party(u128::from(small(self.dice, 4))));
            let kind = self.setting.premium(self.dice);
            let amount = in_major(small(self.dice, 900));
            // Recorded late, for the month that has passed: its roll has a line.
            let late = today.days() - month.last_day().days();
            self.then_ago(late, C::ReceivePremium { into, kind, from, amount });
            self.then(C::ClosePeriod { first: month.first_day(), last: month.last_day() });
            self.then(attest.clone());
        }
        let again = Month::new(2021, count).unwrap();
        let (first, last) = (again.first_day(), again.last_day());
        let reason = self.reason();
        self.then(C::ReopenPeriod { first, last, reason });
        if self.dice.once_in(2) {
            self.then(attest.clone());
        }
        self.then(C::ClosePeriod { first, last });
        self.then(attest.clone());
        if count == 3 {
            let first = Month::new(2021, 1).unwrap().first_day();
            self.then(C::ClosePeriod { first, last });
            self.then(attest);
        }
    }

    /// Somebody claims, and what was handed in is bound: to the person, to the claim, to both, to another.
    pub(super) fn detail(&mut self) {
        let case = case(self.dice);
        let (person, other) = (party(2), party(3));
        let claim = C::FileClaim {
            case,
            person,
            kind: self.setting.benefit(self.dice),
            occurred_on: day("2021-05-31").unwrap(),
            liable: self.dice.once_in(2).then_some(other),
            amount: in_major(small(self.dice, 900)),
        };
        self.then(claim);
        let commitment = "5e".repeat(32);
        let of = |party, event| C::BindDetail { party, event, commitment: commitment.clone() };
        self.then(of(Some(person), None));
        self.then(of(Some(person), Some(0)));
        self.then(of(Some(other), Some(0)));
        self.then(of(None, Some(0)));
        let any = bound(self.dice);
        self.then(any);
    }
}
