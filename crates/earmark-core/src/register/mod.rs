//! Registers: what later decisions must know of earlier matters, one small entry for each due, claim,
//! provider, plan, budget line, closing and authorisation.
//!
//! The built-in projection [`Registers`] folds events into entries, in the transaction of the events.
//! Decisions look entries up by their key; verification folds them again and compares.

mod budget_line;
mod entry;
mod fold;
mod key;

pub use budget_line::BudgetLine;
pub use entry::{
    BudgetLineEntry, BudgetStatus, BudgetYearEntry, ClaimEntry, ClaimStatus, ClosingEntry,
    DueEntry, DueStatus, Entry, LoanEntry, PlanEntry, ProviderEntry, RecoveryEntry, RollEntry,
    StepEntry, StopEntry,
};
pub use fold::Registers;
pub(crate) use fold::{concerns, due_key, repay_by};
pub use key::{DueKey, RegisterKey};
