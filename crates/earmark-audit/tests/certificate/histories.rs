//! Books of random histories: every kind of event that names a party comes up.

use std::collections::BTreeSet;

use earmark_core::id::Party;
use earmark_core::time::{Period, day};
use earmark_testkit::clerk::Clerk;
use earmark_testkit::clock::HandClock;
use earmark_testkit::given::ledger_in_memory;
use earmark_testkit::history::History;
use earmark_testkit::strategy::fund::{TownHarvest, TownRelief};
use earmark_testkit::strategy::history::histories;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::sample::Sample;

/// The books of a history that have events, each with the parties to ask for: every one of its roll, and a stranger.
pub(crate) fn samples_of(history: &History) -> Vec<(Sample, Vec<Party>)> {
    let clock = HandClock::new();
    let ledger = ledger_in_memory(&clock);
    ledger.know::<TownRelief>().unwrap();
    ledger.know::<TownHarvest>().unwrap();
    let mut clerk = Clerk::new(&clock, [ledger.clone()]);
    clerk.open(history);
    for step in &history.steps {
        clerk.take(step);
    }
    let mut samples = Vec::new();
    for book in ledger.books().unwrap() {
        if book.last_seq().unwrap() == 0 {
            continue;
        }
        let period = Period::new(day("1900-01-01").unwrap(), day("9999-12-31").unwrap()).unwrap();
        let sample = Sample::of(&ledger, book.id(), period);
        let mut parties: BTreeSet<_> = sample.roll.lines().map(|line| line.party()).collect();
        parties.insert(Party::from_u128(0x5747_0000_0000));
        samples.push((sample, parties.into_iter().collect()));
    }
    samples
}

/// Books of some histories, the same for the same seed.
pub(crate) fn samples(seed: u128, count: usize) -> Vec<(Sample, Vec<Party>)> {
    let mut bytes = [0; 32];
    bytes[..16].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let strategy = histories(120);
    (0..count)
        .flat_map(|_| samples_of(&strategy.new_tree(&mut runner).unwrap().current()))
        .collect()
}
