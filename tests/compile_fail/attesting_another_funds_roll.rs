//! The roll of the work injury book attested in the maternity book.
use earmark::prelude::*;
use earmark::roll::FundRoll;

fn attest(book: &Book<Maternity>, voucher: &Voucher, roll: &FundRoll<WorkInjury>) {
    let _ = book.record(key("roll"), voucher, AttestRoll::of(roll));
}

fn main() {
    let _ = attest;
}
