//! The plan: from the published figures, a seed and a number of events to what each book records in
//! each month. Pure, and the same on every machine.
//!
//! Published totals are split by weights: first among kinds, then among provinces, then among months,
//! then into events. Every split is exact, so every total comes out to the fen.

mod book;
mod budget;
mod draft;
mod law;
mod phase;
#[cfg(test)]
mod tests;

pub(crate) use book::BookPlan;
pub(crate) use law::Correction;
pub(crate) use phase::{Cell, Phase, Run};

use earmark::prelude::*;
use earmark::time::DayError;

use crate::figures::Figures;
use crate::funds::{Replayed, every_fund};
use crate::seed::Seed;

use budget::Budget;
use draft::Draft;

/// The year that is replayed.
pub(crate) const YEAR: i32 = 2021;

/// What each book records, month by month.
pub(crate) struct Plan {
    pub(crate) seed: u64,
    pub(crate) books: Books,
    /// The central book of enterprise pension.
    pub(crate) central: BookPlan<EnterprisePension>,
    pub(crate) wuxi: BookPlan<WorkInjury>,
    /// The central adjustment, quarter by quarter.
    pub(crate) adjustments: Vec<Adjustment>,
    /// How many events are recorded.
    pub(crate) events: u64,
    /// The fewest with which the year can be told.
    pub(crate) fewest: u64,
}

macro_rules! books {
    ($($name:ident: $fund:ident,)*) => {
        /// The provincial books of every fund, in the order of [`PROVINCES`].
        pub(crate) struct Books {
            $(pub(crate) $name: Vec<BookPlan<$fund>>,)*
        }

        impl Books {
            fn draft(draft: &Draft<'_>) -> Self {
                Self { $($name: draft.provinces::<$fund>(),)* }
            }

            /// How many books there are.
            pub(crate) fn count(&self) -> u64 {
                [$(self.$name.len()),*].iter().sum::<usize>() as u64
            }

            fn events(&self) -> Result<u64, PlanError> {
                let mut events = 0;
                $(for book in &self.$name { events += book.events()?; })*
                Ok(events)
            }
        }

        /// The weights of all lines when events are given out, fund by fund.
        fn event_weights() -> Vec<Vec<u64>> {
            vec![$($fund::INCOME.iter().chain($fund::EXPENDITURE).map(|line| line.events).collect(),)*]
        }

        /// The weights of the main benefits when returned payments are given out, fund by fund.
        fn return_weights() -> Vec<u64> {
            vec![$($fund::EXPENDITURE.first().map_or(0, |line| line.events),)*]
        }
    };
}
every_fund!(books);

/// What is settled between the provinces and the centre on the last day of a quarter, in fen, in the
/// order of [`PROVINCES`]. What goes up comes down, to others.
pub(crate) struct Adjustment {
    /// The month, 1 to 12.
    pub(crate) month: u32,
    pub(crate) up: Vec<u64>,
    pub(crate) down: Vec<u64>,
}

/// Why there is no plan.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PlanError {
    #[error(
        "{events} events are too many: {total} fen cannot be split into {count} payments of at least \
         a fen each"
    )]
    TooMany { events: u64, total: u64, count: u64 },
    #[error("the plan has {planned} events where {asked} were asked for")]
    Miscounted { planned: u64, asked: u64 },
    #[error("the calendar: {0}")]
    Calendar(#[from] DayError),
}

impl Plan {
    /// The plan for exactly so many events, or the fewest with which the year can be told.
    pub(crate) fn new(figures: &Figures, seed: u64, events: u64) -> Result<Self, PlanError> {
        let least = Self::draft(figures, seed, &Budget::of(0), 0);
        let fewest = least.count()?;
        if events <= fewest {
            return Ok(Self { events: fewest, fewest, ..least });
        }
        let plan = Self::draft(figures, seed, &Budget::of(events - fewest), events);
        let planned = plan.count()?;
        if planned != events {
            return Err(PlanError::Miscounted { planned, asked: events });
        }
        Ok(Self { events, fewest, ..plan })
    }

    fn draft(figures: &Figures, seed: u64, budget: &Budget, events: u64) -> Self {
        let draft = Draft { figures, seed: Seed::new(seed), budget, events };
        Self {
            seed,
            books: Books::draft(&draft),
            central: draft.central(),
            wuxi: draft.wuxi(),
            adjustments: draft.adjustments(),
            events: 0,
            fewest: 0,
        }
    }

    fn count(&self) -> Result<u64, PlanError> {
        // Each remittance and each subsidy is an event of the province's book and one of the centre's.
        let settled: usize = self.adjustments.iter().map(|it| it.up.len() + it.down.len()).sum();
        Ok(self.books.events()? + self.central.events()? + self.wuxi.events()? + 2 * settled as u64)
    }
}
