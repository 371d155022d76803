//! What the measurements share: a ledger to measure, and how a figure is printed beside its budget.

use std::path::Path;
use std::time::{Duration, Instant};

use earmark::prelude::*;

/// The last day of the year that the measured events count for.
///
/// # Panics
/// Never: the date is a constant.
#[must_use]
pub fn end_of_year() -> Timestamp {
    Timestamp::start_of(day("2022-01-01").expect("a constant date"), UtcOffset::CHINA)
}

/// A ledger whose clock stands at the end of the year.
///
/// # Errors
/// [`Fault`] where the file cannot be made.
pub fn ledger(path: &Path) -> Result<Ledger, Fault> {
    earmark::Options::new().clock(end_of_year()).secret([7; 32]).open(path)
}

/// A book with open accounts, and a voucher in it.
///
/// # Errors
/// [`Error`] where the ledger refuses.
pub fn book(
    ledger: &Ledger,
    code: u32,
) -> Result<(Book<WorkInjury>, Voucher), Box<dyn std::error::Error>> {
    let book = ledger.book::<WorkInjury>(Area::from_code(code)?)?;
    let papers = Papers { register: "bank advice", document: 1, basis: "art 35", actor: "desk" };
    let voucher = book.voucher(day("2021-06-30")?, papers)?;
    book.record(
        key("open"),
        &voucher,
        (OpenAccount(SpecialAccount), OpenAccount(ExpenditureAccount)),
    )?;
    Ok((book, voucher))
}

/// A premium of some payer.
#[must_use]
pub fn premium(number: u64) -> ReceivePremium<WorkInjury, SpecialAccount> {
    ReceivePremium {
        into: SpecialAccount,
        kind: WorkInjuryPremium::Unit,
        from: Party::from_u128(u128::from(number % 50_000) << 64 | 0x5eed),
        amount: Amount::from_minor(100 + number % 1_000_000).unwrap_or(Amount::ZERO),
    }
}

/// A batch of premiums, from `first` on.
#[must_use]
pub fn batch(voucher: &Voucher, first: u64, events: u64) -> Batch<WorkInjury> {
    let mut batch = Batch::with_capacity(usize::try_from(events).unwrap_or(0));
    for number in first..first + events {
        batch.push(&voucher.document(number), premium(number));
    }
    batch
}

/// Prints a figure beside its budget. A rate is better when larger, a time when smaller.
pub fn report(what: &str, figure: Figure, budget: Option<Figure>) {
    let against = budget.map_or_else(String::new, |budget| {
        let ratio = match (figure, budget) {
            (Figure::Rate(found), Figure::Rate(wanted)) => permille(found, wanted),
            (Figure::Time(found), Figure::Time(wanted)) => permille(nanos(wanted), nanos(found)),
            (Figure::Bytes(found), Figure::Bytes(wanted)) => permille(wanted, found),
            _ => 0,
        };
        format!("budget {budget}, {}.{:02} x of it", ratio / 1000, ratio % 1000 / 10)
    });
    println!("{what:<66} {:>16}   {against}", figure.to_string());
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

fn permille(a: u64, b: u64) -> u64 {
    u64::try_from(u128::from(a) * 1000 / u128::from(b.max(1))).unwrap_or(u64::MAX)
}

/// A measured or wanted figure.
#[derive(Clone, Copy, Debug)]
pub enum Figure {
    /// Events a second.
    Rate(u64),
    /// A time.
    Time(Duration),
    /// Bytes an event.
    Bytes(u64),
}

impl std::fmt::Display for Figure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Rate(rate) => write!(f, "{rate}/s"),
            Self::Time(time) => write!(f, "{time:.1?}"),
            Self::Bytes(bytes) => write!(f, "{bytes} B"),
        }
    }
}

/// Events a second since a moment.
#[must_use]
pub fn rate(events: u64, since: Instant) -> Figure {
    let elapsed = since.elapsed().as_nanos().max(1);
    Figure::Rate(u64::try_from(u128::from(events) * 1_000_000_000 / elapsed).unwrap_or(u64::MAX))
}
