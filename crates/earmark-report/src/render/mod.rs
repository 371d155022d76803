//! Renderings of statements: aligned text, CSV and JSON.
//!
//! A statement says in a [`Sheet`] which of its figures stand where; text and CSV are written from it. JSON
//! is the statement itself. Nothing is computed here: every figure and percentage that is shown is a
//! value of the statement.

mod arrears;
mod balance_sheet;
mod budget_execution;
mod cash_flow;
mod closing;
mod csv;
mod findings;
mod income_expenditure;
mod parallel_books;
mod party;
mod receivables;
mod restatement;
mod sheet;
mod text;

pub use sheet::{Cell, Column, ColumnKind, Section, Sheet};

use earmark_core::id::BookId;
use earmark_core::money::SignedFigure;
use earmark_core::time::Period;
use serde::Serialize;

use crate::language::{Label, Language};

/// A statement that can be shown.
pub trait Render: Serialize {
    /// Which figures stand where, in the words of a language.
    fn sheet(&self, language: Language) -> Sheet;

    /// The statement as aligned text. Chinese characters take two columns.
    fn to_text(&self, language: Language) -> String {
        self.sheet(language).to_text()
    }

    /// The statement as CSV (RFC 4180): a header, and a record a line. Figures are plain decimals
    /// without grouping.
    ///
    /// # Errors
    /// [`RenderError`] where the CSV writer fails.
    fn to_csv(&self, language: Language) -> Result<String, RenderError> {
        self.sheet(language).to_csv()
    }

    /// The statement as JSON, figures as strings of plain decimals. It has the labels of both languages.
    ///
    /// # Errors
    /// [`RenderError`] where the JSON writer fails.
    fn to_json(&self) -> Result<String, RenderError> {
        serde_json::to_string_pretty(self).map_err(|error| RenderError(error.to_string()))
    }
}

/// A writer failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the rendering could not be written: {0}")]
pub struct RenderError(String);

/// A line of a heading: what it says, and of what.
type Heading = (String, String);

fn of_book(book: BookId, language: Language) -> [Heading; 2] {
    let fund = match language {
        Language::English => book.fund().name(),
        Language::Chinese => book.fund().name_zh(),
    };
    let word = |en, zh| Label::new(en, zh).of(language).to_owned();
    [
        (word("fund", "基金"), format!("{fund}, {}", book.area())),
        (word("currency", "币种"), book.fund().currency().code().to_owned()),
    ]
}

fn of_period(period: Period, language: Language) -> Heading {
    let (first, last) = (period.first(), period.last());
    match language {
        Language::English => ("period".to_owned(), format!("{first} to {last}")),
        Language::Chinese => ("期间".to_owned(), format!("{first} 至 {last}")),
    }
}

fn of_knowledge(through: u64, language: Language) -> Heading {
    let word = Label::new("known through event", "已知至事件");
    (word.of(language).to_owned(), through.to_string())
}

/// The rows of what is neither income nor expenditure: a reorganisation where there was one, loans where
/// the fund's law knows them.
fn of_structure(
    book: BookId,
    reorganised: SignedFigure,
    lent: SignedFigure,
) -> impl Iterator<Item = (Label, SignedFigure)> {
    let reorganised = (reorganised.minor() != 0).then_some((REORGANISED, reorganised));
    let lent = book.fund().borrows().then_some((LENT, lent));
    reorganised.into_iter().chain(lent)
}

const REORGANISED: Label = Label::new("reorganised", "划转");
const LENT: Label = Label::new("lent and borrowed", "基金间借款");
const TOTAL: Label = Label::new("total", "合计");
