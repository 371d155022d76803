use super::sheet::columns;
use super::{Cell, ColumnKind, Render, Section, Sheet, TOTAL, of_book, of_knowledge};
use crate::arrears::{Arrears, DueLine, DueSums};
use crate::language::{Label, Language};

impl Render for Arrears {
    fn sheet(&self, language: Language) -> Sheet {
        let word = |en, zh| Label::new(en, zh).of(language);
        let mut heading = of_book(self.book(), language).to_vec();
        heading.push((word("at the end of", "截止日").to_owned(), self.day().to_string()));
        heading.push(of_knowledge(self.known_through(), language));
        let mut sections = Vec::new();
        for payer in self.payers() {
            let mut rows: Vec<_> = payer.lines.iter().map(|it| line(it, language)).collect();
            rows.push(sums(&payer.sums, language));
            sections.push(Section::new(payer.payer.to_string(), rows));
        }
        let mut without = vec![Cell::words(word("premiums that name no month", "未对应所属期"))];
        without.extend([const { Cell::Empty }; 4]);
        without.push(Cell::Figure(self.without_month()));
        without.extend([const { Cell::Empty }; 3]);
        let all = vec![sums(self.total(), language), without];
        sections.push(Section::new(word("all payers", "全部缴费人"), all));
        Sheet {
            language,
            title: word("Premiums due, received and in arrears", "应缴、实缴和欠费表").to_owned(),
            heading,
            columns: columns([
                (ColumnKind::Words, word("month", "费款所属期")),
                (ColumnKind::Words, word("premium", "险种费")),
                (ColumnKind::Words, word("status", "核定方式")),
                (ColumnKind::Figures, word("base", "缴费基数")),
                (ColumnKind::Figures, word("due", "应缴")),
                (ColumnKind::Figures, word("received", "实缴")),
                (ColumnKind::Figures, word("arrears", "欠费")),
                (ColumnKind::Figures, word("late fees charged", "应收滞纳金")),
                (ColumnKind::Figures, word("late fees received", "实收滞纳金")),
            ]),
            sections,
            notes: Vec::new(),
        }
    }
}

fn line(line: &DueLine, language: Language) -> Vec<Cell> {
    use earmark_core::register::DueStatus;
    let status = match line.status {
        DueStatus::Unknown => Label::new("unknown", "未知"),
        DueStatus::Declared => Label::new("declared", "已申报"),
        DueStatus::Verified => Label::new("verified", "已核定"),
        DueStatus::Assessed => Label::new("assessed", "按上月核定"),
    };
    vec![
        Cell::words(line.month.to_string()),
        Cell::words(line.label.of(language)),
        Cell::words(status.of(language)),
        Cell::Figure(line.base),
        Cell::Figure(line.due),
        Cell::Figure(line.received),
        Cell::Figure(line.arrears),
        Cell::Figure(line.late_fees_charged),
        Cell::Empty,
    ]
}

fn sums(sums: &DueSums, language: Language) -> Vec<Cell> {
    let mut cells = vec![Cell::words(TOTAL.of(language)), Cell::Empty, Cell::Empty, Cell::Empty];
    let figures =
        [sums.due, sums.received, sums.arrears, sums.late_fees_charged, sums.late_fees_received];
    cells.extend(figures.map(Cell::Figure));
    cells
}
