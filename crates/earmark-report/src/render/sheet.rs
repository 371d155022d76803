use earmark_core::money::SignedFigure;

use crate::chart::Code;
use crate::language::Language;
use crate::percent::Percent;

/// A statement laid out: a title, a heading, columns, and rows in sections.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// The language of its words.
    pub language: Language,
    /// What it is called.
    pub title: String,
    /// Of which fund and period it is, and the like: what it says, and of what.
    pub heading: Vec<(String, String)>,
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows, in sections.
    pub sections: Vec<Section>,
    /// What stands below the text.
    pub notes: Vec<String>,
}

/// A column of a sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// What it is called.
    pub title: String,
    /// What it holds.
    pub kind: ColumnKind,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ColumnKind {
    /// Words, aligned left.
    Words,
    /// Figures, aligned right.
    Figures,
    /// Codes of the chart of accounts. Text marks those that were recalled; CSV has a column more, which
    /// says so.
    Codes,
}

/// Rows under a title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// The title; empty for none.
    pub title: String,
    /// The rows, each with a cell a column.
    pub rows: Vec<Vec<Cell>>,
}

/// What stands in a row and column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// Words.
    Words(String),
    /// A code of the chart of accounts.
    Code(&'static Code),
    /// A figure.
    Figure(SignedFigure),
    /// A percentage.
    Percent(Percent),
    /// A sequence number.
    Number(u64),
}

impl Cell {
    /// A cell of words.
    pub(super) fn words(words: impl Into<String>) -> Self {
        Self::Words(words.into())
    }
}

impl From<SignedFigure> for Cell {
    fn from(figure: SignedFigure) -> Self {
        Self::Figure(figure)
    }
}

impl From<Option<SignedFigure>> for Cell {
    fn from(figure: Option<SignedFigure>) -> Self {
        figure.map_or(Self::Empty, Self::Figure)
    }
}

impl From<Option<Percent>> for Cell {
    fn from(percent: Option<Percent>) -> Self {
        percent.map_or(Self::Empty, Self::Percent)
    }
}

impl From<Option<&'static Code>> for Cell {
    fn from(code: Option<&'static Code>) -> Self {
        code.map_or(Self::Empty, Self::Code)
    }
}

/// The columns of a sheet from their kinds and titles.
pub(super) fn columns<'a>(columns: impl IntoIterator<Item = (ColumnKind, &'a str)>) -> Vec<Column> {
    let column = |(kind, title): (ColumnKind, &str)| Column { title: title.to_owned(), kind };
    columns.into_iter().map(column).collect()
}

impl Section {
    pub(super) fn new(title: impl Into<String>, rows: Vec<Vec<Cell>>) -> Self {
        Self { title: title.into(), rows }
    }
}

impl Sheet {
    /// Whether a code that was only recalled stands in it.
    pub(super) fn has_recalled_code(&self) -> bool {
        let mut cells = self.sections.iter().flat_map(|section| section.rows.iter().flatten());
        cells.any(|cell| matches!(cell, Cell::Code(code) if code.status.is_recalled()))
    }
}
