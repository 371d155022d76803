//! What payers owe, and pay.

use earmark_core::account::Account;
use earmark_core::command::AnyCommand as C;
use earmark_core::event::OtherIncome;
use earmark_core::time::{Day, Month};

use super::Teller;
use crate::law::Says;
use crate::strategy::amount::in_major;
use crate::strategy::setting::{Levy, month, part};

impl Teller<'_, '_, '_> {
    /// A month is declared, verified, paid in parts, partly refunded, corrected, and charged a late fee.
    pub(super) fn life_of_a_due(&mut self) {
        let month = month(self.dice);
        let levy = self.setting.levy(self.dice, month);
        let into = self.till();
        self.known(&levy);
        let first = levy.amount / 2;
        self.paid(&levy, into, first);
        let charged = self.setting.speaks_of(|it| matches!(it, Says::LateFee(_)));
        if charged || self.dice.once_in(8) {
            self.fee(&levy, levy.amount - first);
        }
        let over = u64::from(self.dice.once_in(6));
        self.paid(&levy, into, levy.amount - first + over);
        match self.dice.below(3) {
            0 => {
                let (from, amount) = (into, in_major((levy.amount / 4).max(1)));
                self.then(C::RefundPremium { of: 0, from, amount });
            }
            1 => {
                let reason = self.reason();
                self.then(C::Reverse { of: 0, reason });
            }
            _ => {}
        }
        self.corrected(&levy);
    }

    /// One month is known; for the next nothing is declared, and the month before is charged with a
    /// factor.
    pub(super) fn assessment(&mut self) {
        let month = Month::new(2021, u32::try_from(self.dice.between(1, 4)).unwrap()).unwrap();
        let levy = self.setting.levy(self.dice, month);
        self.known(&levy);
        let next = month.next().unwrap();
        let factor = self.setting.factor(Day::new(2021, 6, 30).unwrap());
        let amount = part(levy.amount, factor) + u64::from(self.dice.once_in(6));
        let Levy { payer, kind, .. } = levy.clone();
        self.then(C::AssessPremium { payer, kind, month: next, amount: in_major(amount) });
        let assessed = Levy { month: next, amount, ..levy };
        let into = self.till();
        self.paid(&assessed, into, amount);
    }

    fn known(&mut self, levy: &Levy) {
        let Levy { kind, month, payer, persons, .. } = levy.clone();
        let (base, amount) = (in_major(levy.base), in_major(levy.amount));
        let declared = C::DeclarePremium {
            payer,
            kind: kind.clone(),
            month,
            persons,
            base: base.clone(),
            amount: amount.clone(),
        };
        self.then(declared);
        self.then(C::VerifyPremium { payer, kind, month, persons, base, amount });
    }

    fn paid(&mut self, levy: &Levy, into: Account, minor: u64) {
        let Levy { kind, month, payer, .. } = levy.clone();
        let amount = in_major(minor.max(1));
        self.then(C::ReceiveDuePremium { into, kind, from: payer, month, amount });
    }

    fn corrected(&mut self, levy: &Levy) {
        // Down to half: refused where more was received. Up by a half: arrears.
        let base = if self.dice.once_in(2) { levy.base / 2 } else { levy.base + levy.base / 2 };
        let amount = self.setting.premium_of(&levy.kind, base, levy.month);
        let Levy { kind, month, payer, persons, .. } = levy.clone();
        let (base, amount, reason) = (in_major(base), in_major(amount), self.reason());
        self.then(C::CorrectDue { payer, kind, month, persons, base, amount, reason });
    }

    /// Ten to forty days of default, exactly charged, or a fen more; and the fee comes in.
    fn fee(&mut self, levy: &Levy, on: u64) {
        let first = i32::try_from(self.dice.between(1, 20)).unwrap();
        let days = i32::try_from(self.dice.between(9, 40)).unwrap();
        let mut from = Day::from_days(levy.month.last_day().days() + first).unwrap();
        let mut until = Day::from_days(from.days() + days).unwrap();
        if self.dice.once_in(4) {
            // As early as may be, and until today.
            (from, until) = (levy.month.first_day(), Day::new(2021, 6, 30).unwrap());
            from = if self.dice.once_in(2) { from } else { from.next().unwrap() };
        }
        let fee = self.setting.late_fee(on, from, until);
        let amount = in_major(fee + u64::from(self.dice.once_in(6)));
        let Levy { kind, month, payer, .. } = levy.clone();
        let on = in_major(on);
        self.then(C::ChargeLateFee { payer, kind, month, on, from, until, amount });
        if fee > 0 {
            let (into, kind, amount) = (Account::Special, OtherIncome::LateFee, in_major(fee));
            self.then(C::ReceiveOtherIncome { into, kind, from: payer, amount });
        }
    }
}
