//! Strategies for every type of the domain, for property tests of earmark and of programs that embed it.
//!
//! | module | gives | shrinks towards |
//! |---|---|---|
//! | [`amount`] | amounts of a fund, their texts, what is none, with the edges of the range | nothing, 0.00 |
//! | [`day`] | days at the ends of months, years, leap years; months, periods, moments, waits | January 2021 |
//! | [`name`] | areas, parties, keys, cases, texts: few of them, so that they meet | the first, the shortest |
//! | [`fund`] | the built-in funds, two funds of a town that may borrow, purposes | the first of the list |
//! | [`typed`] | typed commands of a fund that a program names | small amounts, party 1 |
//! | [`command`] | every command of the dynamic door, valid and invalid | 0.01, party 1, one person |
//! | [`law`] | rule profiles as data, whose text the library reads | fewer clauses |
//! | [`history`] | histories of several books: stories, corrections, closings, retries | few steps and books |
//!
//! Small strategies are those of proptest and shrink as those do. Commands, laws and histories are
//! [rolled] as a whole, by [`Dice`](dice::Dice), and shrink by changes of the value itself.
//!
//! None of them knows what is lawful: that is judged by the ledger, and by the model beside it.
//!
//! # A system test of one's own
//!
//! ```
//! use earmark_core::account::SpecialAccount;
//! use earmark_core::command::OpenAccount;
//! use earmark_core::fund::WorkInjury;
//! use earmark_core::id::{Key, area};
//! use earmark_testkit::clock::HandClock;
//! use earmark_testkit::given::{PAPERS, ledger_in_memory};
//! use earmark_testkit::strategy::{day::days_of, typed::premiums};
//! use proptest::collection::vec;
//! use proptest::prelude::*;
//!
//! proptest!(ProptestConfig::with_cases(20), |(
//!     received in vec((days_of(2020, 2020), premiums::<WorkInjury, _>(SpecialAccount)), 1..9)
//! )| {
//!     let book = ledger_in_memory(&HandClock::new()).book::<WorkInjury>(area("320100")?)?;
//!     let mut voucher = book.voucher("2020-01-01".parse()?, PAPERS)?;
//!     book.record(Key::from_bytes([0; 16]), &voucher, OpenAccount(SpecialAccount))?;
//!     let mut sum = 0;
//!     for (number, (day, premium)) in (1_u128..).zip(received) {
//!         voucher = voucher.on(day);
//!         sum += premium.amount.minor();
//!         book.record(Key::from_bytes(number.to_be_bytes()), &voucher, premium)?;
//!     }
//!     prop_assert_eq!(book.account(SpecialAccount)?.balance_minor, sum);
//! });
//! ```

pub mod amount;
pub mod command;
pub mod day;
pub mod dice;
pub mod fund;
pub mod history;
pub mod law;
pub mod name;
pub mod rolled;
mod setting;
mod story;
#[cfg(test)]
mod tests;
pub mod typed;
