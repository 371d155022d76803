//! The expenditure account takes no premiums (row E5).
use earmark::prelude::*;

fn receive(injury: &Book<WorkInjury>, voucher: &Voucher, payer: Party, amount: Amount<WorkInjury>) {
    let premium = ReceivePremium {
        into: ExpenditureAccount,
        kind: WorkInjuryPremium::Unit,
        from: payer,
        amount,
    };
    let _ = injury.record(key("premium"), voucher, premium);
}

fn main() {
    let _ = receive;
}
