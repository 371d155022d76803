#![doc = include_str!("../README.md")]

mod clock;
#[cfg(feature = "sqlite")]
mod open;

pub use clock::SystemClock;
// Named at the root too, so that compile errors call them by their shortest name.
#[cfg(feature = "audit")]
#[doc(no_inline)]
pub use earmark_audit as audit;
#[doc(hidden)]
pub use earmark_core::__private;
#[doc(no_inline)]
pub use earmark_core::account::{
    Account, ExpenditureAccount, InvestmentAccount, RevenueAccount, SpecialAccount, TreasuryDeposit,
};
#[doc(no_inline)]
pub use earmark_core::fund::{
    CivilServicePension, EmployeeMedical, EnterprisePension, Maternity, ResidentsMedical,
    ResidentsPension, Unemployment, WorkInjury,
};
pub use earmark_core::{
    Conflict, Error, Fault, FaultKind, Rejected, Rule, account, assess, codec, command, commit,
    decide, error, event, flow, fund, id, ledger, money, projection, register, rejected, replay,
    report, roll, rules, state, store, submission, time, tree, verify,
};
#[cfg(feature = "statements")]
#[doc(no_inline)]
pub use earmark_report as statements;
#[cfg(feature = "audit")]
#[doc(no_inline)]
pub use earmark_tlog as tlog;
#[cfg(feature = "sqlite")]
pub use open::{Options, open, open_read_only};

/// What a program that keeps books needs.
pub mod prelude {
    pub use crate::account::*;
    pub use crate::command::*;
    pub use crate::commit::Receipt;
    pub use crate::event::{Kind, OtherIncome, Recorded, Text, Voucher};
    pub use crate::fund;
    pub use crate::fund::*;
    pub use crate::id::{Area, BookId, Key, Link, Party, area, key};
    pub use crate::ledger::{AnyBook, Book, Explanation, Joint, Ledger, Papers};
    pub use crate::money::{Amount, AmountError, Currency, Figure, SignedFigure, yuan};
    pub use crate::projection::{Cells, Projection, Snapshot};
    pub use crate::register::{BudgetLine, DueKey, Entry, RegisterKey};
    pub use crate::report::{AsOf, Balances, Line, Statement, TrailFilter};
    pub use crate::rules::Profile;
    pub use crate::submission::Pending;
    pub use crate::time::{Clock, Day, Month, Period, Timestamp, UtcOffset, day};
    pub use crate::verify::Verification;
    pub use crate::{Conflict, Error, Fault, FaultKind, Rejected, Rule};
}

/// The project's README compiles and runs as it stands.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct ProjectReadme;
