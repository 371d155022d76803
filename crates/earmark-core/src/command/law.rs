use super::batch::{Origin, Request, about, request};
use super::{command, single};
use crate::account::Account;
use crate::event::{Detail, Kind, Recorded, Text};
use crate::fund::{Borrows, TakesMoneyOf};
use crate::id::Area;
use crate::money::Amount;
use crate::time::Day;

command! {
    /// A reorganisation laid down by law takes the balance of an account to another book (X4: a fund merged
    /// into another, a pooling level raised). The whole balance goes, as a profile lays it down.
    ReorganiseOut<F, A: PaysFor(ReorganisationsOut)> {
        /// The account whose balance goes.
        from: A,
        /// The pooling area of the other book.
        to: Area,
        /// Its whole balance.
        amount: Amount<F>,
    }
    |it| request(Kind::ReorganisedOut, A::ACCOUNT, it.amount.minor()).detail(Detail::Area(it.to))
}

command! {
    /// A reorganisation laid down by law brings the balance of another book's account in (X4).
    ReorganiseIn<F, A: Admits(ReorganisationsIn)> {
        /// The account it enters.
        into: A,
        /// The pooling area of the other book.
        from: Area,
        /// How much.
        amount: Amount<F>,
    }
    |it| request(Kind::ReorganisedIn, A::ACCOUNT, it.amount.minor()).detail(Detail::Area(it.from))
}

command! {
    /// The investment account gained; the gain stays invested (accrual, 财会〔2017〕28号 item 5).
    AccrueInvestmentGain<F: Invests> {
        /// How much.
        amount: Amount<F>,
    }
    |it| request(Kind::InvestmentGained, Account::Investment, it.amount.minor())
}

command! {
    /// The investment account lost.
    AccrueInvestmentLoss<F: Invests> {
        /// How much.
        amount: Amount<F>,
    }
    |it| request(Kind::InvestmentLost, Account::Investment, it.amount.minor())
}

command! {
    /// A manager's or trustee's fee is charged to the investment account.
    ChargeInvestmentFee<F: Invests> {
        /// How much.
        amount: Amount<F>,
    }
    |it| request(Kind::InvestmentFeeCharged, Account::Investment, it.amount.minor())
}

command! {
    /// A loan between funds is authorised, as the profile of a law allows it: for this fund, up to a limit,
    /// between two days, to be repaid by a third. No Chinese fund takes this command.
    AuthoriseLoan<F: Borrows> {
        /// The id of the authorisation in the profile, as a registered text.
        authorisation: Text,
        /// How much at most.
        limit: Amount<F>,
        /// From which day money may be lent.
        from: Day,
        /// Until which day money may be lent.
        until: Day,
        /// By which day it is repaid.
        repay_by: Day,
    }
    |it| about(Kind::LoanAuthorised, it.limit.minor())
        .matter(|matter| {
            (matter.from, matter.until) = (Some(it.from), Some(it.until));
            matter.number = yyyymmdd(it.repay_by);
            matter.text = it.authorisation.number();
        })
        .taken_from(it.authorisation.origin())
}

/// The day as a number, as an authorisation stores it.
pub(super) fn yyyymmdd(day: Day) -> u64 {
    let first = day.month().first_day();
    let of_month = u64::from((day.days() - first.days()).unsigned_abs()) + 1;
    u64::from(day.month().yyyymm()) * 100 + of_month
}

macro_rules! loans {
    ($($(#[$doc:meta])* $name:ident => $kind:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name<'a, F: Borrows> {
            /// The authorisation.
            pub under: &'a Recorded<F>,
            /// How much.
            pub amount: Amount<F>,
        }

        impl<F: Borrows> super::sealed::Sealed for $name<'_, F> {}

        impl<G: TakesMoneyOf<F>, F: Borrows> super::Command<G> for $name<'_, F> {
            fn into_request(self) -> Request {
                request(Kind::$kind, Account::Special, self.amount.minor())
                    .detail(Detail::Under(self.under.seq()))
                    .taken_from(Origin::book(self.under.book()))
            }
        }

        single!(['a, G: TakesMoneyOf<F>, F: Borrows] G, $name<'a, F>);
    )*};
}

loans! {
    /// A loan of another fund comes in, under an authorisation of this book.
    ReceiveLoan => LoanReceived;
    /// A loan is repaid to the fund that made it.
    RepayLoan => LoanRepaid;
    /// A loan is made to another fund, under an authorisation of this book.
    MakeLoan => LoanMade;
    /// What was lent comes back.
    ReceiveRepayment => LoanRepaymentReceived;
}
