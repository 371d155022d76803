//! The commands are a closed list: nobody makes one of their own.
use earmark::prelude::*;

struct MoveToFriends;

fn pay(injury: &Book<WorkInjury>, voucher: &Voucher) {
    let _ = injury.record(key("quietly"), voucher, MoveToFriends);
}

fn main() {
    let _ = pay;
}
