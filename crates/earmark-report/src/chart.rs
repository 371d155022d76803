//! The chart of accounts, as data.
//!
//! The rows stand in `data/chart_of_accounts.csv` with their basis. Some codes could only be recalled and
//! not read in a source; [`Status`] says which, and every rendering marks them.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::language::Label;

/// In which book, or classification, a code stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChartBook {
    /// The agency's book of the fund (财会〔2017〕28号).
    Agency,
    /// The finance department's book of the special account (财办〔2018〕43号).
    Finance,
    /// The classification of budget income and expenditure (政府收支分类).
    Budget,
}

/// What kind of account a code is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Element {
    /// 资产
    Asset,
    /// 负债
    Liability,
    /// 净资产
    NetAsset,
    /// 收入
    Income,
    /// 支出
    Expenditure,
    /// An income item of the budget classification.
    BudgetIncome,
    /// An expenditure item of the budget classification.
    BudgetExpenditure,
}

/// How far a row of the chart can be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Code and name were read in a source.
    Read,
    /// The name was read; the row has no code.
    NameRead,
    /// The name or the item was read; the code was recalled.
    CodeRecalled,
    /// The whole row was recalled.
    Recalled,
    /// The whole row was recalled, and with little certainty.
    Doubtful,
}

impl Status {
    /// Whether the code was recalled, and not read in a source.
    #[must_use]
    pub const fn is_recalled(self) -> bool {
        matches!(self, Self::CodeRecalled | Self::Recalled | Self::Doubtful)
    }

    /// The status in the words of the chart's file.
    fn of_words(words: &str) -> Option<Self> {
        match words {
            "READ" | "READ (code and short name)" => Some(Self::Read),
            "name READ" => Some(Self::NameRead),
            "recalled" => Some(Self::Recalled),
            "recalled (low)" => Some(Self::Doubtful),
            // Read for the finance department's book only, which has a row of its own.
            "READ for the finance-side book; recalled for agency book" => Some(Self::CodeRecalled),
            other if other.starts_with("code recalled") || other.starts_with("recalled code") => {
                Some(Self::CodeRecalled)
            }
            _ => None,
        }
    }
}

/// One row of the chart of accounts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Code {
    /// The book or classification.
    pub book: ChartBook,
    /// The code; empty where the row has none.
    pub code: String,
    /// The Chinese name.
    pub name_zh: String,
    /// The English name.
    pub name_en: String,
    /// The kind of account.
    pub element: Element,
    /// How far it can be relied on.
    pub status: Status,
    /// Where the row comes from.
    pub basis: String,
}

impl Code {
    /// What the row is called.
    #[must_use]
    pub fn label(&'static self) -> Label {
        Label::new(&self.name_en, &self.name_zh)
    }
}

/// A row as the file has it.
#[derive(Deserialize)]
struct Row {
    book: ChartBook,
    code: String,
    name_zh: String,
    name_en: String,
    element: Element,
    status: String,
    basis: String,
}

/// Every row of the chart, in the order of its file.
///
/// ```
/// use earmark_report::chart::{self, ChartBook};
///
/// assert_eq!(chart::all().len(), 45);
/// let expenditure_account = chart::code(ChartBook::Agency, "1004").ok_or("not in the chart")?;
/// assert_eq!(expenditure_account.name_zh, "支出户存款");
/// assert!(!expenditure_account.status.is_recalled());
/// # Ok::<(), &str>(())
/// ```
#[must_use]
pub fn all() -> &'static [Code] {
    static CHART: LazyLock<Vec<Code>> = LazyLock::new(|| {
        let mut reader =
            csv::Reader::from_reader(&include_bytes!("../data/chart_of_accounts.csv")[..]);
        reader.deserialize().filter_map(|row| row.ok().and_then(typed)).collect()
    });
    &CHART
}

/// The row of a code; none where the chart has no such code.
#[must_use]
pub fn code(book: ChartBook, code: &str) -> Option<&'static Code> {
    all().iter().find(|row| row.book == book && row.code == code)
}

fn typed(row: Row) -> Option<Code> {
    Some(Code {
        book: row.book,
        code: row.code,
        name_zh: row.name_zh,
        name_en: row.name_en,
        element: row.element,
        status: Status::of_words(&row.status)?,
        basis: row.basis,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_file_is_typed() {
        let text = include_str!("../data/chart_of_accounts.csv");
        assert_eq!(all().len(), text.lines().count() - 1);
    }

    #[test]
    fn a_code_stands_once_in_its_book() {
        for (index, row) in all().iter().enumerate() {
            let twice = all().iter().skip(index + 1).any(|other| {
                other.book == row.book && other.code == row.code && !row.code.is_empty()
            });
            assert!(!twice, "{row:?}");
        }
    }

    #[test]
    fn what_was_only_recalled_is_marked() {
        let status = |book, text| code(book, text).unwrap().status;
        assert_eq!(status(ChartBook::Agency, "1004"), Status::Read);
        assert_eq!(status(ChartBook::Agency, "5001"), Status::CodeRecalled);
        assert_eq!(status(ChartBook::Finance, "5001"), Status::Read);
        assert_eq!(status(ChartBook::Agency, "3001"), Status::Recalled);
        assert_eq!(status(ChartBook::Agency, "1202"), Status::Doubtful);
    }
}
