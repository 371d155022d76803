//! How orders are chosen.

use std::sync::Arc;

use shuttle::scheduler::{
    DfsScheduler, PctScheduler, RandomScheduler, ReplayScheduler, RoundRobinScheduler,
};
use shuttle::{Config, Runner};

/// How many interruptions the orders with few of them have.
const INTERRUPTIONS: usize = 3;

fn config() -> Config {
    let mut config = Config::new();
    // The steps of a task include SQLite's.
    config.stack_size = 1 << 20;
    config
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|number| number.parse().unwrap())
}

/// Tries a scenario in so many random orders, and in as many with few interruptions.
pub(crate) fn try_orders(test: &str, orders: usize, scenario: impl Fn() + Send + Sync + 'static) {
    let scenario = Arc::new(scenario);
    let run = || {
        let scenario = scenario.clone();
        move || scenario()
    };
    if let Ok(schedule) = std::env::var("EARMARK_SCHEDULE") {
        Runner::new(ReplayScheduler::new_from_encoded(&schedule), config()).run(run());
        return;
    }
    let times = usize::try_from(number("EARMARK_LONG").unwrap_or(1)).unwrap();
    let seed = number("EARMARK_SEED").unwrap_or_else(|| u64::from(std::process::id()));
    let orders = orders * times;
    println!("{test}: EARMARK_SEED={seed}");
    let random = RandomScheduler::new_from_seed(seed, orders);
    let random = Runner::new(random, config()).run(run());
    let few = PctScheduler::new_from_seed(seed, INTERRUPTIONS, orders);
    let few = Runner::new(few, config()).run(run());
    assert_eq!((random, few), (orders, orders));
    println!("{test}: {random} random orders, {few} with few interruptions");
}

/// Tries a scenario in every order that there is, and gives how many there are.
pub(crate) fn try_every_order(
    test: &str,
    most: usize,
    scenario: impl Fn() + Send + Sync + 'static,
) -> usize {
    let orders = Runner::new(DfsScheduler::new(Some(most), false), config()).run(scenario);
    assert!(orders < most, "{test}: not every order was tried, there are {most} or more");
    println!("{test}: all {orders} orders");
    orders
}

/// Runs something once, without trying orders.
pub(crate) fn once(scenario: impl Fn() + Send + Sync + 'static) {
    Runner::new(RoundRobinScheduler::new(1), config()).run(scenario);
}
