//! What was promised, written down outside the ledger, and what became of it.
//!
//! A receipt is a promise: this commit is durable, here, for ever. Whether a store keeps its promises under
//! racing threads, killed processes and failing disks cannot be asked of the store. So every attempt is
//! written into a [`Record`] of its own: a line before it is handed over, and a line once it is answered. The
//! order of the lines is the order of real time. Where the record is a [file](Record::in_file), several
//! processes write the same one, and what a process wrote stands though it is killed at the next
//! instruction (not though the machine loses power).
//!
//! Afterwards [`check`] holds the [attempts](Attempt) against what the ledger [keeps](Kept), and names every
//! [`Violation`]: a promise lost, doubled, out of order, changed, or made for something else.
//!
//! ```
//! use earmark_core::account::TreasuryDeposit;
//! use earmark_core::command::{OpenAccount, ReceivePremium};
//! use earmark_core::fund::{WorkInjury, WorkInjuryPremium};
//! use earmark_core::id::{Party, area, key};
//! use earmark_core::money::Amount;
//! use earmark_testkit::acknowledged::{Asked, Kept, Record, amounts, check};
//! use earmark_testkit::clock::HandClock;
//! use earmark_testkit::given::{PAPERS, ledger_in_memory};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let clock = HandClock::new();
//! let ledger = ledger_in_memory(&clock); // or your own store
//! let book = ledger.book::<WorkInjury>(area("320100")?)?;
//! let voucher = book.voucher(clock.today(), PAPERS)?;
//! book.record(key("open"), &voucher, OpenAccount(TreasuryDeposit))?;
//! let before = Kept::of(&ledger)?;
//!
//! let record = Record::in_memory();
//! std::thread::scope(|threads| {
//!     for desk in 0..4_u64 {
//!         let (record, book, voucher) = (&record, &book, &voucher);
//!         threads.spawn(move || {
//!             for number in 1..=5_u64 {
//!                 let name = key(&format!("{desk}/{number}"));
//!                 let asked = Asked { book: book.id(), key: name, content: amounts([number]) };
//!                 let attempt = record.submitted(&format!("desk {desk}"), &[asked])?;
//!                 let outcome = book.record(name, voucher, ReceivePremium {
//!                     into: TreasuryDeposit,
//!                     kind: WorkInjuryPremium::Unit,
//!                     from: Party::from_u128(7),
//!                     amount: Amount::from_minor(number).unwrap(),
//!                 });
//!                 record.answered(attempt, &outcome.map(|receipt| vec![receipt]))?;
//!             }
//!             Ok::<_, std::io::Error>(())
//!         });
//!     }
//! });
//!
//! let violations = check(&record.attempts()?, &before, &Kept::of(&ledger)?);
//! assert!(violations.is_empty(), "{violations:?}");
//! # Ok(())
//! # }
//! ```

mod attempt;
mod check;
mod kept;
mod line;
mod record;
#[cfg(test)]
mod tests;
mod violation;

pub use attempt::{Answer, Asked, Attempt, Outcome, Part, Promise};
pub use check::check;
pub use kept::{Kept, KeptCommit, amounts};
pub use record::{Record, Submitted, read};
pub use violation::Violation;
