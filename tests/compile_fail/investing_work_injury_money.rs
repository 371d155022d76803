//! The work injury fund must not invest (工伤保险条例 art 12).
use earmark::prelude::*;

fn invest(injury: &Book<WorkInjury>, voucher: &Voucher, amount: Amount<WorkInjury>) {
    let _ = injury.record(key("surplus"), voucher, PlaceInvestment { amount });
}

fn main() {
    let _ = invest;
}
