//! An amount is parsed or computed, never put together.
use earmark::prelude::*;

fn main() {
    let _ = Amount::<WorkInjury> { minor: 1, fund: std::marker::PhantomData };
}
