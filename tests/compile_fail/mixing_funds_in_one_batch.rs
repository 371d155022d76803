//! A batch of the work injury book with a premium of the medical fund in it.
use earmark::prelude::*;

fn month(voucher: &Voucher, strange: ReceiveFiscalSubsidy<EmployeeMedical>) -> usize {
    let mut batch = Batch::<WorkInjury>::new();
    batch.push(voucher, strange);
    batch.len()
}

fn main() {
    let _ = month;
}
