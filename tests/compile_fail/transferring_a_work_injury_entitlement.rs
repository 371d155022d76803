//! A work injury entitlement does not move from place to place (Order 765 art 15).
use earmark::prelude::*;

fn transfer(
    injury: &Book<WorkInjury>,
    voucher: &Voucher,
    worker: Party,
    elsewhere: Area,
    amount: Amount<WorkInjury>,
) {
    let transfer = PayTransferOut { person: worker, to: elsewhere, amount };
    let _ = injury.record(key("transfer"), voucher, transfer);
}

fn main() {
    let _ = transfer;
}
