use super::batch::{about, request};
use super::command;
use crate::event::Text;
use crate::event::{Detail, Kind};
use crate::fund::Purpose;
use crate::id::Party;
use crate::money::Amount;
use crate::time::{Day, Month};

command! {
    /// A payer declares a month's premium (申报): for how many persons, on what base, how much. Where the
    /// profile has a rate and bounds, amount and base must fit them.
    DeclarePremium<F> {
        /// The payer.
        payer: Party,
        /// The premium kind.
        kind: F::Premium,
        /// The month for which it is due.
        month: Month,
        /// For how many persons.
        persons: u32,
        /// The base of all of them together.
        base: Amount<F>,
        /// The premium.
        amount: Amount<F>,
    }
    |it| about(Kind::PremiumDeclared, it.amount.minor())
        .purpose(it.kind.code()).party(it.payer)
        .matter(|matter| {
            matter.base_minor = it.base.minor();
            matter.from = Some(it.month.first_day());
            matter.number = u64::from(it.persons);
        })
}

command! {
    /// A declared month is verified (核定): from now on the premium is due.
    VerifyPremium<F> {
        /// The payer.
        payer: Party,
        /// The premium kind.
        kind: F::Premium,
        /// The month for which it is due.
        month: Month,
        /// For how many persons.
        persons: u32,
        /// The base of all of them together.
        base: Amount<F>,
        /// The premium.
        amount: Amount<F>,
    }
    |it| about(Kind::PremiumVerified, it.amount.minor())
        .purpose(it.kind.code()).party(it.payer)
        .matter(|matter| {
            matter.base_minor = it.base.minor();
            matter.from = Some(it.month.first_day());
            matter.number = u64::from(it.persons);
        })
}

command! {
    /// A month that was not declared is assessed on the month before (Social Insurance Law art 62: 110 %).
    AssessPremium<F> {
        /// The payer.
        payer: Party,
        /// The premium kind.
        kind: F::Premium,
        /// The month for which it is due.
        month: Month,
        /// The factor of the profile times what was due the month before.
        amount: Amount<F>,
    }
    |it| about(Kind::PremiumAssessed, it.amount.minor())
        .purpose(it.kind.code()).party(it.payer)
        .matter(|matter| matter.from = Some(it.month.first_day()))
}

command! {
    /// What is due for a month is corrected, for a reason. It is never reduced below what was received.
    CorrectDue<F> {
        /// The payer.
        payer: Party,
        /// The premium kind.
        kind: F::Premium,
        /// The month for which it is due.
        month: Month,
        /// For how many persons.
        persons: u32,
        /// The base of all of them together.
        base: Amount<F>,
        /// The premium that is due instead.
        amount: Amount<F>,
        /// Why.
        reason: Text,
    }
    |it| about(Kind::DueCorrected, it.amount.minor())
        .purpose(it.kind.code()).party(it.payer)
        .matter(|matter| {
            matter.base_minor = it.base.minor();
            matter.from = Some(it.month.first_day());
            matter.number = u64::from(it.persons);
            matter.text = it.reason.number();
        })
        .taken_from(it.reason.origin())
}

command! {
    /// A late fee is charged on arrears, for days of default (Social Insurance Law art 86). It is income of
    /// the fund once it is received, as [`OtherIncome::LateFee`](crate::event::OtherIncome::LateFee).
    ChargeLateFee<F> {
        /// The payer.
        payer: Party,
        /// The premium kind.
        kind: F::Premium,
        /// The month whose premium is late.
        month: Month,
        /// The arrears.
        on: Amount<F>,
        /// The first day of default that is charged.
        from: Day,
        /// The last day that is charged.
        until: Day,
        /// Arrears × rate × days, rounded as the profile says.
        amount: Amount<F>,
    }
    |it| about(Kind::LateFeeCharged, it.amount.minor())
        .purpose(it.kind.code()).party(it.payer)
        .matter(|matter| {
            matter.base_minor = it.on.minor();
            (matter.from, matter.until) = (Some(it.from), Some(it.until));
            matter.number = u64::from(it.month.yyyymm());
        })
}

command! {
    /// A premium comes in for the month for which it is due (T1, R1, S1). No more is received than is due.
    ReceiveDuePremium<F, A: Admits(Premiums)> {
        /// The account it enters.
        into: A,
        /// The premium kind.
        kind: F::Premium,
        /// The payer.
        from: Party,
        /// The month for which it is due.
        month: Month,
        /// How much.
        amount: Amount<F>,
    }
    |it| request(Kind::PremiumReceived, A::ACCOUNT, it.amount.minor())
        .purpose(it.kind.code())
        .party(it.from)
        .detail(Detail::Owed(it.month))
}
