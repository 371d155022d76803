//! An event read without its fund is not taken back: its fund must be known first.
use earmark::prelude::*;

fn back(injury: &Book<WorkInjury>, voucher: &Voucher, paid: &Recorded, reason: Text) {
    let _ = injury.record(key("reversed"), voucher, Reverse { of: paid, reason });
}

fn main() {
    let _ = back;
}
