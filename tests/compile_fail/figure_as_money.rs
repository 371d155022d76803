//! A figure of a report is not money: no command takes one.
use earmark::prelude::*;

fn subsidy(total: Figure) -> ReceiveFiscalSubsidy<WorkInjury> {
    ReceiveFiscalSubsidy { amount: total }
}

fn main() {
    let _ = subsidy;
}
