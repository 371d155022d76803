//! Budgets and how far they have been executed.

mod comparative;
mod execution;
mod plan;
mod row;

pub use comparative::Comparative;
pub use earmark_core::register::BudgetLine;
pub use execution::BudgetExecution;
pub use plan::{Budget, BudgetStage, BudgetStanding, Planned};
pub use row::{BudgetRow, Deficit, Flag, Subject};
