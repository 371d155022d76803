use earmark_core::money::SignedFigure;

use super::sheet::columns;
use super::{
    Cell, ColumnKind, Render, Section, Sheet, TOTAL, of_book, of_knowledge, of_period, of_structure,
};
use crate::income_expenditure::{CodedLine, IncomeAndExpenditure};
use crate::language::{Label, Language};

impl Render for IncomeAndExpenditure {
    fn sheet(&self, language: Language) -> Sheet {
        let word = |en, zh| Label::new(en, zh).of(language);
        let mut heading = of_book(self.book(), language).to_vec();
        heading.push(of_period(self.period(), language));
        heading.push(of_knowledge(self.known_through(), language));
        let single = |words: &str, sum: SignedFigure| {
            vec![Cell::Empty, Cell::words(words), Cell::Figure(sum)]
        };
        let total = |sum| single(TOTAL.of(language), sum);
        let mut income = lines(self.income(), language);
        income.push(total(self.income_total()));
        let mut expenditure = lines(self.expenditure(), language);
        expenditure.push(total(self.expenditure_total()));
        let mut opening = vec![
            single(word("opening balance", "期初余额"), self.opening()),
            single(word("brought forward", "上年结转"), self.brought_forward()),
        ];
        opening.extend(
            of_structure(self.book(), self.reorganised(), self.lent())
                .map(|(label, sum)| single(label.of(language), sum)),
        );
        let mut sections = vec![
            Section::new(word("opening", "期初"), opening),
            Section::new(word("income", "收入"), income),
            Section::new(word("expenditure", "支出"), expenditure),
            Section::new(
                word("closing", "期末"),
                vec![
                    single(word("surplus", "本期收支结余"), self.surplus()),
                    single(word("closing balance", "期末滚存结余"), self.closing()),
                ],
            ),
        ];
        sections.extend(self.carrying().map(|carrying| {
            let row = |words: &str, sum| {
                vec![Cell::from(carrying.into), Cell::words(words), Cell::Figure(sum)]
            };
            Section::new(
                word("carried into the fund balance at year end", "年末结转"),
                vec![
                    row(word("before", "结转前"), carrying.before),
                    row(word("income", "收入转入"), carrying.income),
                    row(word("less expenditure", "减：支出转入"), carrying.expenditure),
                    row(word("after", "结转后"), carrying.after),
                ],
            )
        }));
        Sheet {
            language,
            title: word("Income and expenditure", "收支表").to_owned(),
            heading,
            columns: columns([
                (ColumnKind::Codes, word("code", "科目代码")),
                (ColumnKind::Words, word("item", "项目")),
                (ColumnKind::Figures, word("amount", "金额")),
            ]),
            sections,
            notes: Vec::new(),
        }
    }
}

fn lines<Item>(lines: &[CodedLine<Item>], language: Language) -> Vec<Vec<Cell>> {
    let row = |line: &CodedLine<Item>| {
        vec![Cell::from(line.code), Cell::words(line.label.of(language)), Cell::Figure(line.sum)]
    };
    lines.iter().map(row).collect()
}
