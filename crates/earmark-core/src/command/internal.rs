use super::batch::request;
use super::command;
use crate::account::Account;
use crate::event::{Detail, Kind};
use crate::money::Amount;
use crate::time::Month;

command! {
    /// Collections go on to the special account: periodically from the treasury (T2), at month end
    /// from the revenue account (R5).
    TransferCollections<F, A: PaysFor(Collections)> {
        /// The account they leave.
        from: A,
        /// How much.
        amount: Amount<F>,
    }
    |it| request(Kind::CollectionsTransferred, A::ACCOUNT, it.amount.minor())
}

command! {
    /// The special account releases money to the expenditure account by the monthly use plan (S8, E1).
    Release<F> {
        /// The month of the use plan (用款计划).
        plan: Month,
        /// How much.
        amount: Amount<F>,
    }
    |it| request(Kind::Released, Account::Special, it.amount.minor()).detail(Detail::Plan(it.plan))
}

command! {
    /// The expenditure account hands its own interest over to the special account (E7, S4).
    HandOverInterest<F> {
        /// How much, at most the interest received there and not yet handed over.
        amount: Amount<F>,
    }
    |it| request(Kind::InterestHandedOver, Account::Expenditure, it.amount.minor())
}

command! {
    /// The special account places money in entrusted investment (S10).
    PlaceInvestment<F: Invests> {
        /// How much.
        amount: Amount<F>,
    }
    |it| request(Kind::InvestmentPlaced, Account::Special, it.amount.minor())
}

command! {
    /// Principal comes back from entrusted investment to the special account (S3).
    RedeemInvestment<F: Invests> {
        /// How much, at cost.
        amount: Amount<F>,
    }
    |it| request(Kind::InvestmentRedeemed, Account::Investment, it.amount.minor())
}
