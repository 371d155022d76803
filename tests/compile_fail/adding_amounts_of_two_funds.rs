//! Money of two funds has no sum.
use earmark::prelude::*;

fn total(injury: Amount<WorkInjury>, medical: Amount<EmployeeMedical>) -> u64 {
    (injury + medical).map_or(0, Amount::minor)
}

fn main() {
    let _ = total;
}
