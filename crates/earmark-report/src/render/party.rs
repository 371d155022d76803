use super::sheet::columns;
use super::{Cell, ColumnKind, Render, Section, Sheet, of_book, of_knowledge, of_period};
use crate::language::{Label, Language};
use crate::party::PartyStatement;

impl Render for PartyStatement {
    fn sheet(&self, language: Language) -> Sheet {
        let word = |en, zh| Label::new(en, zh).of(language);
        let mut heading = of_book(self.book(), language).to_vec();
        heading.push((word("party", "当事人").to_owned(), self.party().to_string()));
        heading.push(of_period(self.period(), language));
        heading.push(of_knowledge(self.known_through(), language));
        let lines = self.lines().iter().map(|line| {
            let events: Vec<String> = line.events.iter().map(u64::to_string).collect();
            vec![
                Cell::words(line.section.label().of(language)),
                Cell::words(line.label.of(language)),
                Cell::Figure(line.sum),
                Cell::Words(events.join(" ")),
            ]
        });
        let total = |words: &str, sum| {
            vec![Cell::words(words), Cell::Empty, Cell::Figure(sum), Cell::Empty]
        };
        let totals = [
            total(word("income of the fund", "计入基金收入"), self.income()),
            total(word("expenditure of the fund", "计入基金支出"), self.expenditure()),
        ];
        Sheet {
            language,
            title: word("Statement of a payer or payee", "当事人对账单").to_owned(),
            heading,
            columns: columns([
                (ColumnKind::Words, word("section", "类别")),
                (ColumnKind::Words, word("kind", "种类")),
                (ColumnKind::Figures, word("amount", "金额")),
                (ColumnKind::Words, word("events", "事件")),
            ]),
            sections: vec![Section::new("", lines.chain(totals).collect())],
            notes: Vec::new(),
        }
    }
}
