//! A payment of the medical fund that comes back to the work injury fund.
use earmark::prelude::*;

fn back(
    injury: &Book<WorkInjury>,
    voucher: &Voucher,
    paid: &Recorded<EmployeeMedical>,
    amount: Amount<EmployeeMedical>,
) {
    let _ = injury.record(key("returned"), voucher, ReturnPayment { of: paid, amount });
}

fn main() {
    let _ = back;
}
