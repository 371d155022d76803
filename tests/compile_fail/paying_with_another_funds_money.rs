//! A work injury benefit with money of the medical fund.
use earmark::prelude::*;

fn pay(injury: &Book<WorkInjury>, voucher: &Voucher, worker: Party, amount: Amount<EmployeeMedical>) {
    let benefit = PayBenefit {
        from: ExpenditureAccount,
        kind: WorkInjuryBenefit::Medical,
        to: worker,
        amount,
    };
    let _ = injury.record(key("treatment"), voucher, benefit);
}

fn main() {
    let _ = pay;
}
