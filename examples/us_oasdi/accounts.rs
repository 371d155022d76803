//! Reads the books back, and compares every year with what is published.

use std::collections::BTreeMap;

use earmark::fund::IncomeItem;
use earmark::prelude::{AnyBook, AsOf, Day, Fault, Period};
use earmark::time::DayError;

use crate::figures::{Figures, FundYear, Line, Published, Side};
use crate::replay::Books;
use crate::show::missing;

const CENTS_PER_MILLION: i128 = 100_000_000;

/// By how many millions the figures of both funds may miss the combined one: three figures, each
/// rounded by half a million at most.
const COMBINED_MAX: i64 = 1;

/// A fund's year, as the ledger has it; in million dollars, with the signs of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) fund: Published,
    pub(crate) year: i32,
    pub(crate) opening: i64,
    pub(crate) lines: BTreeMap<Line, i64>,
    pub(crate) lent: i64,
    pub(crate) closing: i64,
}

impl Account {
    fn side(&self, side: Side) -> i64 {
        self.lines.iter().filter(|(line, _)| line.side() == side).map(|(_, sum)| sum).sum()
    }

    pub(crate) fn of(&self, line: Line) -> i64 {
        self.lines.get(&line).copied().unwrap_or(0)
    }

    /// With the rounding of the table that brings them to the published total.
    pub(crate) fn receipts(&self) -> i64 {
        self.side(Side::Receipts)
    }

    /// With the rounding of the table that brings them to the published total.
    pub(crate) fn expenditures(&self) -> i64 {
        self.side(Side::Expenditures)
    }

    pub(crate) fn net_increase(&self) -> i64 {
        self.receipts() - self.expenditures() + self.lent + self.of(Line::RoundingOfNetIncrease)
    }
}

/// Why a book cannot be read as an account of the table.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AccountError {
    #[error(transparent)]
    Fault(#[from] Fault),
    #[error(transparent)]
    Day(#[from] DayError),
    #[error("{fund} {year}: `{line}` is no line of the table")]
    Line { fund: Published, year: i32, line: &'static str },
    #[error("{fund} {year}: {cents} cents are not whole millions")]
    Fraction { fund: Published, year: i32, cents: i128 },
}

/// A figure of the ledger that is not the published one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Disagreement {
    pub(crate) fund: Published,
    pub(crate) year: i32,
    pub(crate) what: String,
    pub(crate) ledger: i64,
    pub(crate) published: i64,
}

/// A published figure that others of the table do not add up to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Gap {
    pub(crate) fund: Published,
    pub(crate) year: i32,
    pub(crate) what: &'static str,
    pub(crate) millions: i64,
}

/// Every account, and what came of comparing them with the table.
#[derive(Debug)]
pub(crate) struct Accounts {
    pub(crate) accounts: Vec<Account>,
    pub(crate) disagreements: Vec<Disagreement>,
    /// Where the table's own figures of both funds together miss each other.
    pub(crate) combined: Vec<Gap>,
    /// Where OASI and DI do not add up to OASDI.
    pub(crate) totals: Vec<Gap>,
    /// How many figures were compared.
    pub(crate) compared: usize,
}

impl Accounts {
    pub(crate) fn read(books: &Books, figures: &Figures) -> Result<Self, AccountError> {
        let mut it = Self {
            accounts: Vec::new(),
            disagreements: Vec::new(),
            combined: Vec::new(),
            totals: Vec::new(),
            compared: 0,
        };
        for row in figures.of(Published::OldAge) {
            let moved = books.old_age.moved_in(row.year);
            it.compare(&books.old_age.book, row, moved.map_or(0, |it| it.booked))?;
        }
        for row in figures.of(Published::Disability) {
            let moved = books.disability.moved_in(row.year);
            it.compare(&books.disability.book, row, moved.map_or(0, |it| it.booked))?;
        }
        it.compare_combined(books, figures);
        Ok(it)
    }

    pub(crate) fn of(&self, fund: Published) -> impl Iterator<Item = &Account> {
        self.accounts.iter().filter(move |account| account.fund == fund)
    }

    pub(crate) fn agrees(&self, account: &Account) -> bool {
        let (fund, year) = (account.fund, account.year);
        !self.disagreements.iter().any(|it| (it.fund, it.year) == (fund, year))
    }

    fn compare(&mut self, book: &AnyBook, row: &FundYear, lent: i64) -> Result<(), AccountError> {
        let account = account(book, row.fund, row.year)?;
        let before = self.of(row.fund).last().map_or(0, |last| last.closing);
        let held = book.balances_as_of(AsOf::day(Day::new(row.year, 12, 31)?))?.total().minor();
        let held = millions(row.fund, row.year, held)?;
        for line in Line::ALL {
            let published = row.of(line, before, lent);
            self.check(row, format!("{line:?}"), account.of(line), published);
        }
        for (what, ledger, published) in [
            ("receipts", account.receipts(), row.receipts),
            ("expenditures", account.expenditures(), row.expenditures),
            ("lent", account.lent, lent),
            ("net increase", account.net_increase(), row.net_increase),
            ("opening assets", account.opening, before),
            ("closing assets", account.closing, row.assets),
            ("balances on 31 December", held, row.assets),
        ] {
            self.check(row, what.to_owned(), ledger, published);
        }
        self.accounts.push(account);
        Ok(())
    }

    fn check(&mut self, row: &FundYear, what: String, ledger: i64, published: i64) {
        self.compared += 1;
        if ledger != published {
            let (fund, year) = (row.fund, row.year);
            self.disagreements.push(Disagreement { fund, year, what, ledger, published });
        }
    }

    /// The table's columns of both funds together are rounded on their own: each misses the sum of
    /// the two funds by a million at most.
    fn compare_combined(&mut self, books: &Books, figures: &Figures) {
        let mut before = None;
        for row in figures.of(Published::Combined) {
            let year = row.year;
            let both: Vec<_> = self.accounts.iter().filter(|it| it.year == year).collect();
            let sum = |of: &dyn Fn(&Account) -> i64| both.iter().map(|it| of(it)).sum::<i64>();
            let sums = [
                sum(&Account::receipts),
                sum(&|it| it.of(Line::PayrollTax)),
                sum(&|it| it.of(Line::TaxationOfBenefits)),
                sum(&|it| it.of(Line::Reimbursements)),
                sum(&|it| it.of(Line::Interest)),
                sum(&Account::expenditures),
                sum(&|it| it.of(Line::Benefits)),
                sum(&|it| it.of(Line::Administration)),
                sum(&|it| it.of(Line::RailroadRetirement)),
                sum(&Account::net_increase),
                sum(&|it| it.closing),
            ];
            let opening = sum(&|it| it.opening);
            for ((what, published), ledger) in row.columns().into_iter().zip(sums) {
                self.compared += 1;
                let millions = published - ledger;
                if millions.abs() > COMBINED_MAX {
                    let (fund, what) = (row.fund, what.to_owned());
                    self.disagreements.push(Disagreement { fund, year, what, ledger, published });
                } else if millions != 0 {
                    self.totals.push(Gap { fund: row.fund, year, what, millions });
                }
            }
            // What came from, or went to, hospital insurance stays in the sum of the other two.
            let lent = books.hospital.moved_in(year).map_or(0, |moved| -moved.booked);
            for line in Line::ROUNDINGS {
                let millions = row.of(line, before.unwrap_or(opening), lent);
                if millions != 0 {
                    self.combined.push(Gap { fund: row.fund, year, what: missing(line), millions });
                }
            }
            before = Some(row.assets);
        }
    }
}

/// A book's statement of a year, line by line of the table.
fn account(book: &AnyBook, fund: Published, year: i32) -> Result<Account, AccountError> {
    let statement = book.statement(Period::year(year)?, None)?;
    let mut lines = BTreeMap::new();
    let known =
        |line: Option<Line>, label| line.ok_or(AccountError::Line { fund, year, line: label });
    for line in statement.income() {
        let of = match line.item {
            IncomeItem::FiscalSubsidy => Some(Line::Reimbursements),
            IncomeItem::Interest => Some(Line::Interest),
            _ => line.purpose.and_then(Line::named),
        };
        let of = known(of, line.label)?;
        let sum = millions(fund, year, line.sum.minor())?;
        let sign = if of.side() == Side::Expenditures { -1 } else { 1 };
        *lines.entry(of).or_default() += sign * sum;
    }
    for line in statement.expenditure() {
        let of = known(line.purpose.and_then(Line::named), line.label)?;
        let sum = millions(fund, year, line.sum.minor())?;
        let sign = if of.side() == Side::Expenditures { 1 } else { -1 };
        *lines.entry(of).or_default() += sign * sum;
    }
    Ok(Account {
        fund,
        year,
        opening: millions(fund, year, statement.opening().minor())?,
        lines,
        lent: millions(fund, year, statement.lent().minor())?,
        closing: millions(fund, year, statement.closing().minor())?,
    })
}

fn millions(fund: Published, year: i32, cents: i128) -> Result<i64, AccountError> {
    let fraction = AccountError::Fraction { fund, year, cents };
    if cents % CENTS_PER_MILLION != 0 {
        return Err(fraction);
    }
    i64::try_from(cents / CENTS_PER_MILLION).map_err(|_| fraction)
}
