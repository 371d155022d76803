//! Only a ledger makes recorded events.
use earmark::prelude::*;

fn forge(injury: &Book<WorkInjury>, real: &Recorded<WorkInjury>) -> Recorded<WorkInjury> {
    Recorded { book: injury.id(), event: real.event().clone(), fund: std::marker::PhantomData }
}

fn main() {
    let _ = forge;
}
