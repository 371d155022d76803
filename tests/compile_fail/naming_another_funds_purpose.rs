//! A purpose that is not in the fund's closed list.
use earmark::prelude::*;

fn pay(worker: Party, amount: Amount<WorkInjury>) -> PayBenefit<WorkInjury, ExpenditureAccount> {
    PayBenefit { from: ExpenditureAccount, kind: UnemploymentBenefit::UnemploymentPay, to: worker, amount }
}

fn main() {
    let _ = pay;
}
