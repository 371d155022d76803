//! The source of chance of the strategies that roll a value as a whole.

use proptest::arbitrary::any;
use proptest::sample::Index;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

/// Chance, from the runner of a test: the same seed gives the same values.
#[derive(Debug)]
pub struct Dice<'a>(&'a mut TestRunner);

impl<'a> Dice<'a> {
    /// Of a runner.
    pub fn new(runner: &'a mut TestRunner) -> Self {
        Self(runner)
    }

    /// A number from the first to the last, both included.
    pub fn between(&mut self, first: i64, last: i64) -> i64 {
        self.rolled(first..=last)
    }

    /// A number of choices; 0 is the first.
    pub fn below(&mut self, choices: usize) -> usize {
        self.rolled(0..choices)
    }

    /// Yes, once in so many.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// One of a list.
    ///
    /// # Panics
    /// Where the list is empty.
    pub fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }

    /// Chooses among what is not known yet.
    pub fn index(&mut self) -> Index {
        self.rolled(any::<Index>())
    }

    /// Chooses the last of up to sixty-four things that are not known yet, or one of the last of more.
    pub fn last(&mut self) -> Index {
        loop {
            let index = self.index();
            if index.index(64) == 63 {
                return index;
            }
        }
    }

    /// A value of another strategy, which does not shrink by itself any more.
    ///
    /// # Panics
    /// Where the strategy rejects every value.
    pub fn rolled<S: Strategy>(&mut self, strategy: S) -> S::Value {
        strategy.new_tree(self.0).unwrap().current()
    }
}
