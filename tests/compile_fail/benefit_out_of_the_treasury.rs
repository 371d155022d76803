//! The treasury deposit pays nothing but its transfer to the special account (row T2).
use earmark::prelude::*;

fn pay(
    injury: &Book<WorkInjury>,
    voucher: &Voucher,
    worker: Party,
    amount: Amount<WorkInjury>,
) {
    let kind = WorkInjuryBenefit::Disability;
    let benefit = PayBenefit { from: TreasuryDeposit, kind, to: worker, amount };
    let _ = injury.record(key("benefit"), voucher, benefit);
}

fn main() {
    let _ = pay;
}
