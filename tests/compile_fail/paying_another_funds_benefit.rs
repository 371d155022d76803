//! A medical benefit out of the work injury fund.
use earmark::prelude::*;

fn pay(injury: &Book<WorkInjury>, voucher: &Voucher, patient: Party, amount: Amount<EmployeeMedical>) {
    let benefit = PayBenefit {
        from: ExpenditureAccount,
        kind: EmployeeMedicalBenefit::Hospital,
        to: patient,
        amount,
    };
    let _ = injury.record(key("hospital"), voucher, benefit);
}

fn main() {
    let _ = pay;
}
