//! One commit of the work injury book with a premium of the medical fund in it.
use earmark::prelude::*;

fn month(
    injury: &Book<WorkInjury>,
    voucher: &Voucher,
    own: ReceiveFiscalSubsidy<WorkInjury>,
    strange: ReceiveFiscalSubsidy<EmployeeMedical>,
) {
    let _ = injury.record(key("month"), voucher, (own, strange));
}

fn main() {
    let _ = month;
}
