//! One commit records in books of one fund.
use earmark::prelude::*;

fn both(
    ledger: &Ledger,
    injury: (&Book<WorkInjury>, &Voucher, ReceiveFiscalSubsidy<WorkInjury>),
    medical: (&Book<EmployeeMedical>, &Voucher, ReceiveFiscalSubsidy<EmployeeMedical>),
) {
    let _ = ledger
        .joint(key("both"))
        .with(injury.0, injury.1, injury.2)
        .with(medical.0, medical.1, medical.2)
        .record();
}

fn main() {
    let _ = both;
}
