//! The revenue account pays no benefits (row R9).
use earmark::prelude::*;

fn pay(injury: &Book<WorkInjury>, voucher: &Voucher, worker: Party, amount: Amount<WorkInjury>) {
    let benefit = PayBenefit {
        from: RevenueAccount,
        kind: WorkInjuryBenefit::Disability,
        to: worker,
        amount,
    };
    let _ = injury.record(key("benefit"), voucher, benefit);
}

fn main() {
    let _ = pay;
}
