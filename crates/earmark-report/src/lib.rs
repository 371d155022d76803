#![doc = include_str!("../README.md")]

mod arrears;
mod balance_sheet;
pub mod budget;
mod cash_flow;
pub mod chart;
mod closing;
mod error;
mod figures;
pub mod findings;
mod income_expenditure;
mod language;
mod parallel_books;
mod party;
mod percent;
mod placement;
mod reading;
mod receivables;
mod registers;
pub mod render;
mod restatement;

pub use arrears::{Arrears, DueLine, DueSums, PayerArrears};
pub use balance_sheet::{BalanceSheet, CodedFigure};
pub use cash_flow::{AccountFlow, CashFlow, FlowLine};
pub use closing::{Edition, OpeningCheck, PublishedPeriod};
pub use error::{Difference, StatementError};
pub use income_expenditure::{Carrying, CodedLine, IncomeAndExpenditure};
pub use language::{Label, Language};
pub use parallel_books::{Explanation, ParallelBooks, Reconciliation};
pub use party::{PartyLine, PartyStatement};
pub use percent::Percent;
pub use placement::{PartySection, ReconciliationLine};
pub use reading::{Knowledge, Reading};
pub use receivables::{Ground, Receivable, Receivables};
pub use render::{Render, RenderError};
pub use restatement::{Cause, Effect, Restatement};
