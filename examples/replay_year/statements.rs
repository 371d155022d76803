//! The year's statements of one closed book, as its agency files them.

use std::io::{self, Write};

use earmark::prelude::*;
use earmark::statements::{
    BalanceSheet, IncomeAndExpenditure, Knowledge, Language, ParallelBooks, Reading, Render,
    StatementError,
};

use crate::plan::YEAR;

/// Prints the balance sheet, the income and expenditure, and how the finance department's book differs from
/// the agency's, for the unemployment fund of Jiangsu.
pub(crate) fn statements(out: &mut dyn Write, ledger: &Ledger) -> io::Result<()> {
    let book = ledger.books().ok().and_then(|books| {
        let jiangsu = |book: &AnyBook| book.id().to_string() == "320000/UNEMPLOYMENT";
        books.into_iter().find(jiangsu)
    });
    let Some(book) = book else { return Ok(()) };
    let texts = texts_of(&book).map_err(|error| io::Error::other(error.to_string()))?;
    writeln!(out, "Statements of the year 年度报表\n")?;
    for text in texts {
        for line in text.lines() {
            writeln!(out, "  {line}")?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn texts_of(book: &AnyBook) -> Result<[String; 3], StatementError> {
    let year = Period::year(YEAR).map_err(|_| StatementError::OutOfRange { what: "the year" })?;
    let reading = Reading::of(book, Knowledge::Now)?;
    Ok([
        BalanceSheet::of(book, &reading, year.last())?.to_text(Language::English),
        IncomeAndExpenditure::of(&reading, year)?.to_text(Language::Chinese),
        ParallelBooks::of(&reading, year)?.to_text(Language::English),
    ])
}
