use earmark_core::money::SignedFigure;
use earmark_core::report::Statement;

use super::sheet::columns;
use super::{
    Cell, ColumnKind, LENT, REORGANISED, Render, Section, Sheet, of_book, of_knowledge, of_period,
};
use crate::language::{Label, Language};
use crate::placement::kind_label;
use crate::restatement::{Cause, Effect, Restatement};

impl Render for Restatement {
    fn sheet(&self, language: Language) -> Sheet {
        let word = |en, zh| Label::new(en, zh).of(language);
        let mut heading = of_book(self.book(), language).to_vec();
        heading.push(of_period(self.period(), language));
        let published = word("published through event", "公布时至事件").to_owned();
        heading.push((published, self.published_through().to_string()));
        heading.push(of_knowledge(self.known_through(), language));
        let borrows = self.book().fund().borrows();
        let whole = |words: &str, figures: [SignedFigure; 7]| {
            let mut cells = vec![Cell::Empty, Cell::words(words), Cell::Empty, Cell::Empty];
            cells.extend(shown(figures, borrows));
            cells
        };
        let causes = self.causes().iter().map(|cause| row(cause, borrows, language));
        let mut titles = columns([
            (ColumnKind::Figures, word("event", "事件")),
            (ColumnKind::Words, word("kind", "种类")),
            (ColumnKind::Words, word("effective on", "归属日")),
            (ColumnKind::Figures, word("takes back", "冲减事件")),
        ]);
        let figure_titles = [
            word("opening", "期初余额"),
            word("brought forward", "上年结转"),
            REORGANISED.of(language),
            LENT.of(language),
            word("income", "收入"),
            word("expenditure", "支出"),
            word("closing", "期末余额"),
        ];
        titles.extend(columns(kept(figure_titles, borrows).map(|it| (ColumnKind::Figures, it))));
        Sheet {
            language,
            title: word("Restatement", "追溯调整表").to_owned(),
            heading,
            columns: titles,
            sections: vec![
                Section::new(
                    word("published", "公布数"),
                    vec![whole(word("as published", "公布数"), figures(self.published()))],
                ),
                Section::new(word("recorded since", "其后记录"), causes.collect()),
                Section::new(
                    word("now", "现数"),
                    vec![
                        whole(word("change", "变动"), effects(self.change())),
                        whole(word("as now known", "现数"), figures(self.known())),
                    ],
                ),
            ],
            notes: Vec::new(),
        }
    }
}

fn row(cause: &Cause, borrows: bool, language: Language) -> Vec<Cell> {
    let mut cells = vec![
        Cell::Number(cause.seq),
        Cell::words(kind_label(cause.kind).of(language)),
        Cell::words(cause.effective_on.to_string()),
        cause.original.map_or(Cell::Empty, Cell::Number),
    ];
    cells.extend(shown(effects(&cause.effect), borrows));
    cells
}

/// Loans have a column where the fund's law knows them.
fn kept<T>(all: [T; 7], borrows: bool) -> impl Iterator<Item = T> {
    all.into_iter().enumerate().filter(move |(place, _)| borrows || *place != 3).map(|(_, it)| it)
}

fn shown(figures: [SignedFigure; 7], borrows: bool) -> impl Iterator<Item = Cell> {
    kept(figures, borrows).map(Cell::Figure)
}

const fn effects(effect: &Effect) -> [SignedFigure; 7] {
    [
        effect.opening,
        effect.brought_forward,
        effect.reorganised,
        effect.lent,
        effect.income,
        effect.expenditure,
        effect.closing,
    ]
}

fn figures(statement: &Statement) -> [SignedFigure; 7] {
    [
        statement.opening(),
        statement.brought_forward(),
        statement.reorganised(),
        statement.lent(),
        statement.income_total(),
        statement.expenditure_total(),
        statement.closing(),
    ]
}
