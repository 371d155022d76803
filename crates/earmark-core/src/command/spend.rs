use super::batch::request;
use super::command;
use crate::account::Account;
use crate::event::{Detail, Kind};
use crate::fund::Purpose;
use crate::id::{Area, Party};
use crate::money::Amount;

command! {
    /// A benefit is paid out of the expenditure account (E6).
    PayBenefit<F, A: PaysFor(Benefits)> {
        /// The account it leaves.
        from: A,
        /// The benefit kind.
        kind: F::Benefit,
        /// The payee.
        to: Party,
        /// How much.
        amount: Amount<F>,
    }
    |it| request(Kind::BenefitPaid, A::ACCOUNT, it.amount.minor())
        .purpose(it.kind.code())
        .party(it.to)
}

command! {
    /// A benefit is settled with an institution directly, out of the special account (S9).
    SettleDirectly<F: SettlesDirectly> {
        /// The benefit kind.
        kind: F::Benefit,
        /// The institution paid.
        to: Party,
        /// How much.
        amount: Amount<F>,
    }
    |it| request(Kind::BenefitPaid, Account::Special, it.amount.minor())
        .purpose(it.kind.code())
        .party(it.to)
}

command! {
    /// Treatment in another province is settled out of the special account (S12).
    SettleAcrossProvinces<F: SettlesAcrossProvinces> {
        /// The benefit kind.
        kind: F::Benefit,
        /// The institution or clearing office paid.
        to: Party,
        /// The area of treatment.
        treated_in: Area,
        /// How much.
        amount: Amount<F>,
    }
    |it| request(Kind::CrossProvinceSettled, Account::Special, it.amount.minor())
        .purpose(it.kind.code())
        .party(it.to)
        .detail(Detail::Area(it.treated_in))
}

command! {
    /// The special account pays for a use laid down by the State (S13).
    PayStateUse<F> {
        /// The use.
        kind: F::StateUse,
        /// The payee.
        to: Party,
        /// How much.
        amount: Amount<F>,
    }
    |it| request(Kind::StateUsePaid, Account::Special, it.amount.minor())
        .purpose(it.kind.code())
        .party(it.to)
}

command! {
    /// A person's entitlement is transferred out to another place or fund (E6).
    PayTransferOut<F: Transfers> {
        /// The person.
        person: Party,
        /// The pooling area it goes to.
        to: Area,
        /// How much.
        amount: Amount<F>,
    }
    |it| request(Kind::TransferOutPaid, Account::Expenditure, it.amount.minor())
        .party(it.person)
        .detail(Detail::Area(it.to))
}

command! {
    /// Money is remitted to the superior level (R6, E8, S11).
    RemitToSuperior<F, A: PaysFor(SuperiorRemittances)> {
        /// The account it leaves.
        from: A,
        /// The superior area.
        to: Area,
        /// How much.
        amount: Amount<F>,
    }
    |it| request(Kind::SuperiorRemitted, A::ACCOUNT, it.amount.minor())
        .detail(Detail::Area(it.to))
}

command! {
    /// The lower level is subsidised (E8, S11).
    SubsidiseLower<F, A: PaysFor(LowerSubsidies)> {
        /// The account it leaves.
        from: A,
        /// The lower area.
        to: Area,
        /// How much.
        amount: Amount<F>,
    }
    |it| request(Kind::LowerSubsidised, A::ACCOUNT, it.amount.minor())
        .detail(Detail::Area(it.to))
}
