//! Budgets and what is done when they do not hold: ladders, reserves, investments, loans.

use earmark_core::account::Account;
use earmark_core::command::AnyCommand as C;
use earmark_core::time::{Day, Month};

use super::Teller;
use crate::history::Opening;
use crate::strategy::amount::{in_major, small};
use crate::strategy::history::forward;
use crate::strategy::setting::{modest, part, party};

impl Teller<'_, '_, '_> {
    /// A year's budget is drafted, approved, adjusted, and spent by a use plan.
    pub(super) fn budget_year(&mut self) {
        let year = self.dice.one(&[2021, 2021, 2021, 2021, 2022]);
        let (income, outgo) = (small(self.dice, 50_000), small(self.dice, 50_000));
        let transfers = small(self.dice, 1_000);
        let draft = |line: &str, minor: u64| C::DraftBudgetLine {
            year,
            line: line.to_owned(),
            amount: in_major(minor),
        };
        self.then(draft("income_premium", income));
        self.then(draft("expenditure_benefit", outgo));
        if self.dice.once_in(2) {
            self.then(draft("expenditure_benefit", transfers));
        }
        // The last draft of a line stands.
        let last = self.scenes.last().and_then(|scene| scene.first()).map(|it| it.command.clone());
        let outgo =
            if last == Some(draft("expenditure_benefit", transfers)) { transfers } else { outgo };
        let reason = self.reason();
        let named = outgo > income || self.dice.once_in(6);
        let deficit_reason = (named && !self.dice.once_in(6)).then(|| reason.clone());
        let (income, expenditure) = (in_major(income), in_major(outgo));
        self.then(C::ApproveBudget { year, income, expenditure, deficit_reason });
        let (line, amount) = ("expenditure_benefit".to_owned(), in_major(outgo + 500));
        self.then(C::AdjustBudgetLine { year, line, amount, reason: reason.clone() });
        self.then(C::ApproveAdjustments { year, reason });
        let month = Month::new(2021, 6).unwrap();
        let planned = small(self.dice, 6_000);
        self.then(C::ApproveUsePlan { month, amount: in_major(planned) });
        for part in [planned / 2, planned - planned / 2 + u64::from(self.dice.once_in(3))] {
            self.then(C::Release { plan: month, amount: in_major(part.max(1)) });
        }
    }

    /// The steps of a shortfall, one by one.
    pub(super) fn ladder(&mut self) {
        let in_year_of = Day::new(2021, 6, 1).unwrap();
        for step in 1..=3 {
            let (gave, finding) = (modest(self.dice), self.reason());
            self.then(C::TakeShortfallStep { in_year_of, step, gave, finding });
        }
    }

    /// A reserve is set aside; a payment would touch it; it is drawn on.
    pub(super) fn reserve(&mut self) {
        let minor = small(self.dice, 8_000) + 10;
        let amount = in_major(minor);
        self.then(C::ReceiveFiscalSubsidy { amount: amount.clone() });
        self.then(C::SetReserveAside { amount: amount.clone() });
        let province = self.setting.other_area(self.dice);
        let from = Account::Special;
        self.then(C::RemitToSuperior { from, to: province, amount: in_major(minor * 9 / 10) });
        // More than anybody has, while the reserve stands.
        self.then(C::SetReserveAside { amount: in_major(90_000_000_000) });
        let reason = self.reason();
        self.then(C::DrawReserve { amount: in_major(minor / 2), reason: reason.clone() });
        self.then(C::DrawReserve { amount: in_major(minor), reason });
    }

    /// Money is placed, earns and loses, is reported on, and comes back.
    pub(super) fn investment(&mut self) {
        let minor = small(self.dice, 8_000) + 100;
        self.then(C::ReceiveFiscalSubsidy { amount: in_major(minor * 2) });
        self.then(C::PlaceInvestment { amount: in_major(minor) });
        if self.dice.once_in(3) {
            // All that was paid lately is needed for what comes next.
            self.then(C::PlaceInvestment { amount: in_major(minor + 250_000) });
        }
        self.then(C::AccrueInvestmentGain { amount: in_major(minor / 10) });
        let share = self.dice.one(&[0, 200_000, 300_000, 300_000, 900_000]);
        let over = u64::from(self.dice.once_in(3));
        self.then(C::ReportInvestment {
            on: Day::new(2021, 6, 30).unwrap(),
            value: in_major(minor),
            equities: in_major(part(minor, share) + over),
        });
        self.then(C::AccrueInvestmentLoss { amount: in_major(minor / 20) });
        self.then(C::ChargeInvestmentFee { amount: in_major(minor / 50) });
        self.then(C::RedeemInvestment { amount: in_major(minor / 2) });
        self.then(C::ReceiveInvestmentReturn { amount: in_major(minor / 50) });
    }

    /// A loan is authorised, made or taken, and repaid.
    pub(super) fn loan(&mut self) {
        let minor = small(self.dice, 8_000) + 10;
        let lends = self.dice.once_in(2);
        let own_relief = self.setting.fund.code() == "TOWN_RELIEF";
        let authorisation =
            if own_relief == lends { "harvest-act" } else { "relief-act" }.to_owned();
        self.then(C::ReceiveFiscalSubsidy { amount: in_major(minor) });
        let day = |year, month, day| Day::new(year, month, day).unwrap();
        let authorised = C::AuthoriseLoan {
            authorisation,
            limit: in_major(minor),
            from: self.dice.one(&[[day(2021, 4, 1); 4], [day(2021, 6, 30); 4]].concat()[..5]),
            until: self.dice.one(&[[day(2021, 12, 31); 4], [day(2021, 6, 30); 4]].concat()[..5]),
            repay_by: self.dice.one(&[[day(2022, 12, 31); 4], [day(2023, 1, 1); 4]].concat()[..5]),
        };
        self.then(authorised);
        let (drawn, back) = (minor / 2, (minor / 4).max(1));
        let more = in_major(minor - drawn + u64::from(self.dice.once_in(3)));
        let (drawn, back) = (in_major(drawn), in_major(back));
        let under = 0;
        if lends {
            self.then(C::MakeLoan { under, amount: drawn });
            self.then(C::ReceiveRepayment { under, amount: back });
            self.then(C::MakeLoan { under, amount: more });
        } else {
            self.then(C::ReceiveLoan { under, amount: drawn });
            self.then(C::RepayLoan { under, amount: back });
            self.then(C::ReceiveLoan { under, amount: more });
        }
        if self.dice.once_in(3) {
            let reason = self.reason();
            self.then(C::Reverse { of: 0, reason });
        }
    }

    /// The balance of an account goes over to the province as a whole; another comes in.
    pub(super) fn reorganisation(&mut self, opening: &Opening) {
        let (account, _) = match opening.accounts.as_slice() {
            [] => (Account::Special, 0),
            accounts => self.dice.one(accounts),
        };
        let (to, amount) = (self.setting.other_area(self.dice), forward(opening, account));
        self.then(C::ReorganiseOut { from: account, to, amount });
        let (from, amount) = (self.setting.other_area(self.dice), modest(self.dice));
        self.then(C::ReorganiseIn { into: account, from, amount });
    }

    /// Money comes from other levels and other places, and goes there.
    pub(super) fn levels(&mut self) {
        let minor = small(self.dice, 6_000) + 4;
        let amount = in_major(minor);
        let (other, person) = (self.setting.other_area(self.dice), party(3));
        let special = Account::Special;
        self.then(C::ReceiveSuperiorSubsidy { into: special, from: other, amount: amount.clone() });
        self.then(C::ReceiveLowerRemittance { into: special, from: other, amount: amount.clone() });
        self.then(C::SubsidiseLower { from: special, to: other, amount: in_major(minor / 2) });
        self.then(C::RemitToSuperior { from: special, to: other, amount: in_major(minor / 2) });
        if self.setting.fund.transfers() {
            let into = special;
            self.then(C::ReceiveTransferIn { into, person, from: other, amount });
            let back = in_major(minor / 4);
            self.then(C::ReturnTransferIn { of: 0, from: special, amount: back.clone() });
            self.money(minor);
            self.then(C::PayTransferOut { person, to: other, amount: in_major(minor / 2) });
            self.then(C::ReturnPayment { of: 0, amount: back });
        }
        if !self.setting.fund.state_uses().is_empty() {
            let kind = self.setting.state_use(self.dice);
            self.then(C::PayStateUse { kind, to: party(6), amount: in_major(minor / 4) });
        }
    }
}
