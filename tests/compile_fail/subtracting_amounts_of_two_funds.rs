//! Money of two funds has no difference either.
use earmark::prelude::*;

fn shortfall(injury: Amount<WorkInjury>, medical: Amount<EmployeeMedical>) -> u64 {
    (injury - medical).map_or(0, Amount::minor)
}

fn main() {
    let _ = shortfall;
}
