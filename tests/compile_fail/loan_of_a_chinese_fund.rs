//! A Chinese fund lends to another fund.
use earmark::prelude::*;

fn lend(book: &Book<WorkInjury>, voucher: &Voucher, under: &Recorded<WorkInjury>) {
    let amount: Amount<WorkInjury> = Amount::ZERO;
    let _ = book.record(key("loan"), voucher, MakeLoan { under, amount });
}

fn main() {
    let _ = lend;
}
