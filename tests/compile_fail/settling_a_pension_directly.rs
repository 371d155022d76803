//! A pension is paid out of the expenditure account, never settled out of the special account.
use earmark::prelude::*;

fn settle(
    pension: &Book<EnterprisePension>,
    voucher: &Voucher,
    payee: Party,
    amount: Amount<EnterprisePension>,
) {
    let kind = EnterprisePensionBenefit::BasicPension;
    let _ = pension.record(key("pension"), voucher, SettleDirectly { kind, to: payee, amount });
}

fn main() {
    let _ = settle;
}
