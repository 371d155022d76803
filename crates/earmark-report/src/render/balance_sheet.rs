use super::sheet::columns;
use super::{Cell, ColumnKind, Render, Section, Sheet, TOTAL, of_book, of_knowledge};
use crate::balance_sheet::{BalanceSheet, CodedFigure};
use crate::chart::ChartBook;
use crate::language::{Label, Language};

impl Render for BalanceSheet {
    fn sheet(&self, language: Language) -> Sheet {
        let word = |en, zh| Label::new(en, zh).of(language);
        let mut heading = of_book(self.book(), language).to_vec();
        let kept_by = match self.kept_by() {
            ChartBook::Finance => word("finance department", "财政部门"),
            _ => word("agency", "经办机构"),
        };
        heading.push((word("kept by", "记账单位").to_owned(), kept_by.to_owned()));
        heading.push((word("at the end of", "截止日").to_owned(), self.day().to_string()));
        heading.push(of_knowledge(self.known_through(), language));
        let section = |title: &str, lines: &[CodedFigure], total| {
            let mut rows: Vec<_> = lines.iter().map(|line| coded(line, language)).collect();
            rows.push(vec![Cell::Empty, Cell::words(TOTAL.of(language)), Cell::Figure(total)]);
            Section::new(title, rows)
        };
        let mut sections =
            vec![section(word("assets", "资产"), self.assets(), self.assets_total())];
        if !self.liabilities().is_empty() {
            let title = word("liabilities", "负债");
            sections.push(section(title, self.liabilities(), self.liabilities_total()));
        }
        let title = word("net assets", "净资产");
        sections.push(section(title, self.net_assets(), self.net_assets_total()));
        Sheet {
            language,
            title: word("Balance sheet", "资产负债表").to_owned(),
            heading,
            columns: columns([
                (ColumnKind::Codes, word("code", "科目代码")),
                (ColumnKind::Words, word("account", "科目")),
                (ColumnKind::Figures, word("amount", "金额")),
            ]),
            sections,
            notes: Vec::new(),
        }
    }
}

/// A row of code, name and figure.
pub(super) fn coded(line: &CodedFigure, language: Language) -> Vec<Cell> {
    vec![Cell::from(line.code), Cell::words(line.label.of(language)), Cell::Figure(line.sum)]
}
