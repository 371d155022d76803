use super::sheet::columns;
use super::{Cell, ColumnKind, Render, Section, Sheet, TOTAL, of_book, of_knowledge};
use crate::language::{Label, Language};
use crate::receivables::{Ground, Receivable, Receivables};

impl Render for Receivables {
    fn sheet(&self, language: Language) -> Sheet {
        let word = |en, zh| Label::new(en, zh).of(language);
        let mut heading = of_book(self.book(), language).to_vec();
        heading.push((word("at the end of", "截止日").to_owned(), self.day().to_string()));
        heading.push(of_knowledge(self.known_through(), language));
        let mut rows: Vec<_> = self.lines().iter().map(|it| row(it, language)).collect();
        let mut total = vec![Cell::Empty, Cell::words(TOTAL.of(language))];
        total.extend([const { Cell::Empty }; 5]);
        total.push(Cell::Figure(self.total()));
        rows.push(total);
        Sheet {
            language,
            title: word("To be paid back to the fund", "应收回款项表").to_owned(),
            heading,
            columns: columns([
                (ColumnKind::Figures, word("payment", "支付事件")),
                (ColumnKind::Words, word("ground", "事由")),
                (ColumnKind::Words, word("paid on", "支付日")),
                (ColumnKind::Words, word("liable", "责任人")),
                (ColumnKind::Figures, word("demanded", "应退")),
                (ColumnKind::Figures, word("recovered", "已退")),
                (ColumnKind::Figures, word("waived", "核销")),
                (ColumnKind::Figures, word("outstanding", "未退")),
            ]),
            sections: vec![Section::new("", rows)],
            notes: Vec::new(),
        }
    }
}

fn row(line: &Receivable, language: Language) -> Vec<Cell> {
    let ground = match line.ground {
        Ground::InAdvance => Label::new("paid in advance", "先行支付"),
        Ground::Demanded => Label::new("demanded", "责令退回"),
    };
    let mut cells = vec![
        Cell::Number(line.payment),
        Cell::words(ground.of(language)),
        Cell::words(line.paid_on.to_string()),
        line.liable.map_or(Cell::Empty, |party| Cell::words(party.to_string())),
    ];
    let figures = [line.demanded, line.recovered, line.waived, line.outstanding];
    cells.extend(figures.map(Cell::Figure));
    cells
}
