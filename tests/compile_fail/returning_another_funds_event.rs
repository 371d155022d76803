//! A payment of the medical fund taken back as money of the work injury fund.
use earmark::prelude::*;

fn back(paid: &Recorded<EmployeeMedical>, amount: Amount<WorkInjury>) -> u64 {
    ReturnPayment { of: paid, amount }.of.seq()
}

fn main() {
    let _ = back;
}
