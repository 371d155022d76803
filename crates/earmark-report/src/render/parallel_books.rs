use super::sheet::columns;
use super::{Cell, ColumnKind, Render, Section, Sheet, TOTAL, of_book, of_knowledge, of_period};
use crate::balance_sheet::CodedFigure;
use crate::language::{Label, Language};
use crate::parallel_books::ParallelBooks;

impl Render for ParallelBooks {
    fn sheet(&self, language: Language) -> Sheet {
        let word = |en, zh| Label::new(en, zh).of(language);
        let mut heading = of_book(self.book(), language).to_vec();
        heading.push(of_period(self.period(), language));
        heading.push(of_knowledge(self.known_through(), language));
        let reconciliation = self.reconciliation();
        let charged = |lines: &[CodedFigure], finance: bool| -> Vec<Vec<Cell>> {
            let row = |line: &CodedFigure| {
                let mut cells = super::balance_sheet::coded(line, language);
                cells.extend([Cell::Empty, Cell::Empty, Cell::Empty]);
                if !finance && cells.len() > 3 {
                    cells.swap(2, 3);
                }
                cells
            };
            lines.iter().map(row).collect()
        };
        let explained = |words: &str, figures: [Cell; 4]| {
            [Cell::Empty, Cell::words(words)].into_iter().chain(figures).collect()
        };
        let mut lines: Vec<Vec<Cell>> = Vec::new();
        for line in &reconciliation.lines {
            let figures = [line.finance, line.agency, line.account, line.adjustment];
            lines.push(explained(line.line.label().of(language), figures.map(Cell::Figure)));
        }
        let totals = [
            reconciliation.finance,
            reconciliation.agency,
            reconciliation.account_change,
            reconciliation.adjustment,
        ];
        lines.push(explained(TOTAL.of(language), totals.map(Cell::Figure)));
        let difference = Cell::Figure(reconciliation.difference);
        lines.push(explained(
            word("5001 of finance less 5001 of agency", "财政账5001减经办账5001"),
            [difference, Cell::Empty, Cell::Empty, Cell::Empty],
        ));
        let account = |words, sum| {
            explained(words, [Cell::Empty, Cell::Empty, Cell::Figure(sum), Cell::Empty])
        };
        let balances = vec![
            account(word("opening", "期初余额"), reconciliation.account_opening),
            account(word("closing", "期末余额"), reconciliation.account_closing),
        ];
        Sheet {
            language,
            title: word("Agency and finance book reconciled", "经办账与财政专户账核对表")
                .to_owned(),
            heading,
            columns: columns([
                (ColumnKind::Codes, word("code", "科目代码")),
                (ColumnKind::Words, word("line", "项目")),
                (ColumnKind::Figures, word("finance book", "财政账")),
                (ColumnKind::Figures, word("agency book", "经办账")),
                (ColumnKind::Figures, word("expenditure account", "支出户")),
                (ColumnKind::Figures, word("adjustment", "调整")),
            ]),
            sections: vec![
                Section::new(
                    word("charged by the finance book", "财政账列支"),
                    charged(self.finance(), true),
                ),
                Section::new(
                    word("charged by the agency book", "经办账列支"),
                    charged(self.agency(), false),
                ),
                Section::new(word("why 5001 differs", "5001差异说明"), lines),
                Section::new(word("expenditure account", "支出户"), balances),
            ],
            notes: Vec::new(),
        }
    }
}
