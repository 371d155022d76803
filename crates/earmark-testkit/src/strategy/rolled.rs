//! Values that are rolled as a whole and become simpler as a whole.
//!
//! A history is made of parts that know of each other, so it is rolled by one function. What it became is
//! then made simpler by removing and replacing parts of the value itself, however it was rolled: half of
//! the steps, a book, a line, an amount. So a small counterexample does not depend on how it was found.

use std::fmt;
use std::sync::Arc;

use proptest::strategy::{NewTree, Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use super::dice::Dice;

/// A value that knows how it can be simpler.
pub trait Simpler: Clone + fmt::Debug {
    /// One change.
    type Change;

    /// Every change that makes it simpler, the large ones first. What a change gives has fewer changes
    /// left, in the end none.
    fn changes(&self) -> Vec<Self::Change>;

    /// The value with one of its changes.
    #[must_use]
    fn with(&self, change: &Self::Change) -> Self;
}

type Roll<T> = dyn Fn(&mut Dice<'_>) -> T + Send + Sync;

/// A strategy that rolls its values as a whole.
///
/// ```
/// use earmark_testkit::strategy::rolled::{Rolled, Simpler};
/// use proptest::strategy::{Strategy, ValueTree};
/// use proptest::test_runner::TestRunner;
///
/// #[derive(Clone, Debug)]
/// struct Pile(Vec<i64>);
///
/// impl Simpler for Pile {
///     type Change = usize;
///     fn changes(&self) -> Vec<usize> {
///         (0..self.0.len()).collect()
///     }
///     fn with(&self, change: &usize) -> Self {
///         let mut pile = self.clone();
///         pile.0.remove(*change);
///         pile
///     }
/// }
///
/// let piles = Rolled::new(|dice| Pile((0..9).map(|_| dice.between(1, 6)).collect()));
/// let mut tree = piles.new_tree(&mut TestRunner::deterministic())?;
/// assert_eq!(tree.current().0.len(), 9);
/// while tree.simplify() {}
/// assert_eq!(tree.current().0.len(), 0);
/// # Ok::<(), proptest::test_runner::Reason>(())
/// ```
pub struct Rolled<T>(Arc<Roll<T>>);

impl<T> Rolled<T> {
    /// What a function rolls.
    pub fn new(roll: impl Fn(&mut Dice<'_>) -> T + Send + Sync + 'static) -> Self {
        Self(Arc::new(roll))
    }
}

impl<T> Clone for Rolled<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> fmt::Debug for Rolled<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Rolled")
    }
}

impl<T: Simpler> Strategy for Rolled<T> {
    type Tree = RolledTree<T>;
    type Value = T;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        Ok(RolledTree::new((self.0)(&mut Dice::new(runner))))
    }
}

/// A rolled value while it becomes simpler: change after change is tried, and kept where the test still
/// fails, until no change is kept any more.
#[derive(Debug)]
pub struct RolledTree<T: Simpler> {
    current: T,
    before: Option<T>,
    changes: Vec<T::Change>,
    next: usize,
    kept: bool,
}

impl<T: Simpler> RolledTree<T> {
    /// Of a value.
    #[must_use]
    pub fn new(value: T) -> Self {
        let changes = value.changes();
        Self { current: value, before: None, changes, next: 0, kept: false }
    }

    /// The last change stays. What comes next is tried at the same place, as the places moved up.
    fn keep(&mut self) {
        if self.before.take().is_some() {
            self.kept = true;
            self.changes = self.current.changes();
            self.next = self.next.saturating_sub(1);
        }
    }
}

impl<T: Simpler> ValueTree for RolledTree<T> {
    type Value = T;

    fn current(&self) -> T {
        self.current.clone()
    }

    fn simplify(&mut self) -> bool {
        self.keep();
        if self.next >= self.changes.len() && self.kept {
            (self.kept, self.next) = (false, 0);
        }
        let Some(change) = self.changes.get(self.next) else { return false };
        self.next += 1;
        let simpler = self.current.with(change);
        self.before = Some(std::mem::replace(&mut self.current, simpler));
        true
    }

    fn complicate(&mut self) -> bool {
        match self.before.take() {
            Some(before) => {
                self.current = before;
                true
            }
            None => false,
        }
    }
}
