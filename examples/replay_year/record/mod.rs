//! Recording: the plan's events, as typed commands, into the books of a ledger.
//!
//! The sequence of every book follows from the plan, so a book itself says how far an earlier run
//! came: what it has is not recorded again, and the next commit goes on from there.

mod adjust;
mod commands;
mod desk;
mod keeper;
mod ledger;
#[cfg(test)]
mod tests;

pub(crate) use ledger::{ReplayClock, name_of, open, recorded_before};

use std::io;

use earmark::prelude::*;

use crate::funds::every_fund;
use crate::plan::{Plan, PlanError, YEAR};

use desk::Desk;
use keeper::{Keep, Keeper};

/// How many threads register papers.
const REGISTRARS: usize = 16;
/// Why a year was not recorded.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RecordError {
    #[error(transparent)]
    Ledger(#[from] Error),
    #[error(transparent)]
    Plan(#[from] PlanError),
    #[error("a thread: {0}")]
    Thread(#[from] io::Error),
    #[error("the plan: {0}")]
    Amount(#[from] AmountError),
    #[error("the file holds something else: {0}")]
    Foreign(String),
}

impl From<Fault> for RecordError {
    fn from(fault: Fault) -> Self {
        Self::Ledger(fault.into())
    }
}

impl From<earmark::time::DayError> for RecordError {
    fn from(error: earmark::time::DayError) -> Self {
        Self::Plan(error.into())
    }
}

/// Who hears how the recording goes.
pub(crate) trait Listener {
    /// What is being recorded now.
    fn at(&self, month: u32, book: BookId);
    /// So many more events are durable.
    fn durable(&self, events: u64);
}

/// Records the plan, or what is left of it.
pub(crate) fn record(
    ledger: &Ledger,
    clock: &ReplayClock,
    plan: &Plan,
    name: &str,
    listener: &dyn Listener,
) -> Result<(), RecordError> {
    let mut desk = Desk::new(clock, name, listener);
    let mut keepers = Keepers::new(ledger, plan)?;
    clock.set(Day::new(YEAR, 1, 1)?);
    listener.durable(register_papers(&mut keepers.all(), name)?);
    for keeper in keepers.all() {
        keeper.open(&mut desk)?;
    }
    for month in 1..=12 {
        for keeper in keepers.all() {
            keeper.collect_and_pay(month, &mut desk)?;
        }
        // A payment that comes back must be in the ledger.
        desk.settle()?;
        for keeper in keepers.all() {
            keeper.end(month, &mut desk)?;
        }
        if let Some(adjustment) = plan.adjustments.iter().find(|it| it.month == month) {
            let (provinces, central) = (&mut keepers.enterprise_pension, &mut keepers.central);
            adjust::adjust(ledger, provinces, central, adjustment, &mut desk)?;
        }
        for keeper in keepers.all() {
            keeper.turn(month, &mut desk)?;
        }
    }
    desk.settle()?;
    for keeper in keepers.all() {
        keeper.finish()?;
    }
    Ok(())
}

macro_rules! keepers {
    ($($fund:ident: $type:ident,)*) => {
        /// The keepers of all books.
        struct Keepers<'a> {
            $($fund: Vec<Keeper<'a, $type>>,)*
            central: Keeper<'a, EnterprisePension>,
            wuxi: Keeper<'a, WorkInjury>,
        }

        impl<'a> Keepers<'a> {
            fn new(ledger: &Ledger, plan: &'a Plan) -> Result<Self, RecordError> {
                Ok(Self {
                    $($fund: plan
                        .books
                        .$fund
                        .iter()
                        .map(|plan| Keeper::new(ledger, plan))
                        .collect::<Result<_, _>>()?,)*
                    central: Keeper::new(ledger, &plan.central)?,
                    wuxi: Keeper::new(ledger, &plan.wuxi)?,
                })
            }

            fn all(&mut self) -> Vec<&mut (dyn Keep + 'a)> {
                let mut all: Vec<&mut (dyn Keep + 'a)> = Vec::new();
                $(for keeper in &mut self.$fund { all.push(keeper); })*
                all.push(&mut self.central);
                all.push(&mut self.wuxi);
                all
            }
        }
    };
}
every_fund!(keepers);

/// Registers the papers of every book. Each registration waits for the disk; made side by side, they
/// share its syncs.
fn register_papers(keepers: &mut [&mut (dyn Keep + '_)], name: &str) -> Result<u64, RecordError> {
    let share = keepers.len().div_ceil(REGISTRARS);
    std::thread::scope(|scope| {
        let registrars: Vec<_> = keepers
            .chunks_mut(share)
            .map(|share| {
                let register = move || -> Result<u64, RecordError> {
                    share.iter_mut().map(|keeper| keeper.register(name)).sum()
                };
                std::thread::Builder::new().spawn_scoped(scope, register)
            })
            .collect();
        let stopped = || io::Error::other("a thread stopped");
        registrars
            .into_iter()
            .map(|registrar| registrar?.join().unwrap_or_else(|_| Err(stopped().into())))
            .sum()
    })
}
