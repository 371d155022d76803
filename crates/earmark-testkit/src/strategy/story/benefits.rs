//! What persons are paid, and pay back.

use earmark_core::account::Account::{Expenditure, Revenue, Special};
use earmark_core::command::AnyCommand as C;
use earmark_core::time::{Day, Month};

use super::Teller;
use crate::strategy::amount::{in_major, small};
use crate::strategy::command::case;
use crate::strategy::dice::Dice;
use crate::strategy::setting::party;

/// A day of the spring of 2021: before today, and after the budget of a year may be drafted.
fn spring(month: u32, day: u32) -> Day {
    Day::new(2021, month, day).unwrap()
}

/// A day at which something begins or ends: long ago, or today and the days beside, as long as the
/// history is young.
fn edge(dice: &mut Dice<'_>) -> Day {
    dice.one(&[spring(6, 1), spring(6, 1), spring(6, 29), spring(6, 30), spring(7, 1)])
}

impl Teller<'_, '_, '_> {
    /// A claim is filed, verified, paid in two parts, partly returned by the bank and paid again.
    pub(super) fn life_of_a_claim(&mut self) {
        let (case, kind) = (case(self.dice), self.setting.benefit(self.dice));
        let person = party(u128::from(small(self.dice, 2)) + 2);
        let minor = small(self.dice, 4_000) + 2;
        let liable = self.dice.once_in(3).then(|| party(1));
        self.money(minor);
        self.then(C::FileClaim {
            case,
            person,
            kind: kind.clone(),
            occurred_on: spring(3, 4),
            liable,
            amount: in_major(minor),
        });
        if self.dice.once_in(8) {
            let reason = self.reason();
            self.then(C::RefuseClaim { case, reason });
        }
        let payable_from = edge(self.dice);
        self.then(C::VerifyClaim { case, amount: in_major(minor), payable_from, instalments: 2 });
        // Now and then to another, who may be a provider.
        let to = if self.dice.once_in(8) { party(5) } else { person };
        let first = minor / 2;
        for part in [first, minor - first] {
            let (kind, amount) = (kind.clone(), in_major(part.max(1)));
            self.then_on(case, C::PayBenefit { from: Expenditure, kind, to, amount });
        }
        self.then(C::ReturnPayment { of: 0, amount: in_major((first / 2).max(1)) });
        let again = in_major((first / 2).max(1) + u64::from(self.dice.once_in(4)));
        self.then_on(case, C::PayBenefit { from: Expenditure, kind, to, amount: again });
        if let Some(from) = liable {
            let amount = in_major((first / 2).max(1));
            self.then(C::RecoverBenefit { of: 0, from, into: Expenditure, amount });
        }
        if self.dice.once_in(3) {
            let reason = self.reason();
            self.then(C::Reverse { of: 0, reason });
        }
    }

    /// A benefit was overpaid: it is demanded back, comes back in part, and the rest is given up.
    pub(super) fn recovery(&mut self) {
        let kind = self.setting.benefit(self.dice);
        let minor = small(self.dice, 4_000) + 8;
        self.money(minor);
        let person = party(3);
        self.then(C::PayBenefit { from: Expenditure, kind, to: person, amount: in_major(minor) });
        // A part, the whole, a fen over the whole.
        let demanded = self.dice.one(&[minor / 2, minor / 2, minor, minor + 1]);
        let reason = self.reason();
        self.then(C::DemandRecovery {
            of: 0,
            from: person,
            amount: in_major(demanded),
            instalments: 2,
            first_on: Some(spring(8, 1)),
            reason: reason.clone(),
        });
        let back = minor / 4;
        let amount = in_major(back);
        self.then(C::RecoverBenefit { of: 0, from: person, into: Expenditure, amount });
        // A part, all that is left, a fen over.
        let left = demanded - back;
        let given_up = self.dice.one(&[minor / 8, left, left + 1]);
        self.then(C::WaiveRecovery { of: 0, amount: in_major(given_up), reason });
        // In another year it would go elsewhere.
        let amount = in_major((minor / 16).max(1));
        self.then(C::RecoverBenefit { of: 0, from: person, into: Special, amount });
    }

    /// What was paid last year comes back this year, from the bank and from the person.
    pub(super) fn next_year(&mut self) {
        let kind = self.setting.benefit(self.dice);
        let (person, minor) = (party(3), small(self.dice, 4_000) + 8);
        let ago = i32::try_from(self.dice.between(185, 200)).unwrap();
        let amount = in_major(minor);
        let plan = Month::new(2020, 12).unwrap();
        self.then_ago(ago, C::ReceiveFiscalSubsidy { amount: amount.clone() });
        self.then_ago(ago, C::Release { plan, amount: amount.clone() });
        self.then_ago(ago, C::PayBenefit { from: Expenditure, kind, to: person, amount });
        let back = in_major((minor / 4).max(1));
        if self.dice.once_in(2) {
            self.then(C::ReturnPayment { of: 0, amount: back.clone() });
        }
        let into = self.dice.one(&[Special, Special, Revenue, Expenditure]);
        self.then(C::RecoverBenefit { of: 0, from: person, into, amount: back });
    }

    /// A benefit is stopped, and resumed.
    pub(super) fn stop(&mut self) {
        let kind = self.setting.benefit(self.dice);
        let (person, minor) = (party(4), small(self.dice, 2_000));
        self.money(minor * 3);
        let reason = self.reason();
        let amount = in_major(minor);
        let pay = C::PayBenefit { from: Expenditure, kind: kind.clone(), to: person, amount };
        let from = edge(self.dice);
        self.then(C::StopBenefit { person, kind: kind.clone(), from, reason: reason.clone() });
        self.then(pay.clone());
        let from = if self.dice.once_in(2) { edge(self.dice) } else { spring(6, 10) };
        self.then(C::ResumeBenefit { person, kind, from, reason });
        self.then(pay);
    }

    /// A provider is agreed with, settled with, and ended.
    pub(super) fn provider(&mut self) {
        let kind = self.setting.benefit(self.dice);
        let (provider, amount) = (party(5), in_major(small(self.dice, 2_000)));
        let until = self.dice.once_in(3).then(|| edge(self.dice));
        self.then(C::ReceiveFiscalSubsidy { amount: amount.clone() });
        self.then(C::AgreeProvider { provider, from: spring(1, 1), until });
        let settle = C::SettleDirectly { kind: kind.clone(), to: provider, amount: amount.clone() };
        self.then(settle.clone());
        if self.setting.fund.settles_across_provinces() {
            let treated_in = self.setting.other_area(self.dice);
            self.then(C::ReceiveFiscalSubsidy { amount: amount.clone() });
            self.then(C::SettleAcrossProvinces {
                kind,
                to: provider,
                treated_in,
                amount: amount.clone(),
            });
        }
        let reason = self.reason();
        let from = edge(self.dice);
        self.then(C::EndProvider { provider, from, reason });
        self.then(settle.clone());
        self.then(C::AgreeProvider { provider, from: spring(6, 20), until: None });
        self.then(settle);
    }
}
