use super::sheet::columns;
use super::{Cell, ColumnKind, Render, Section, Sheet, of_book, of_knowledge};
use crate::closing::{Edition, OpeningCheck, PublishedPeriod};
use crate::language::{Label, Language};
use crate::placement::kind_label;

/// Income and expenditure and the balance sheet as they were published, under the closing that did.
impl Render for PublishedPeriod {
    fn sheet(&self, language: Language) -> Sheet {
        let word = |en, zh| Label::new(en, zh).of(language);
        let mut sheet = self.statement().sheet(language);
        sheet.title = word("As published", "公布数").to_owned();
        let edition = match self.edition() {
            Edition::First => word("first closing", "首次结账"),
            Edition::Last => word("last closing", "最近结账"),
        };
        let (first, last) = (self.closed().first(), self.closed().last());
        let closed = match language {
            Language::English => format!("{first} to {last}"),
            Language::Chinese => format!("{first} 至 {last}"),
        };
        let mut say = |what: &str, said: String| sheet.heading.push((what.to_owned(), said));
        say(word("published by", "公布依据"), edition.to_owned());
        say(word("closed", "结账期间"), closed);
        say(word("closing no.", "结账次数"), self.revision().to_string());
        say(word("closed by event", "结账事件"), self.closed_by().to_string());
        if let Some(at) = self.closed_at() {
            say(word("closed at", "结账时间"), at.to_string());
        }
        // The columns of both are code, words and amount.
        sheet.sections.extend(self.balance_sheet().sheet(language).sections);
        sheet
    }
}

impl Render for OpeningCheck {
    fn sheet(&self, language: Language) -> Sheet {
        let word = |en, zh| Label::new(en, zh).of(language);
        let mut heading = of_book(self.book(), language).to_vec();
        let published = word("published through event", "公布时至事件").to_owned();
        heading.push((published, self.published_through().to_string()));
        heading.push(of_knowledge(self.known_through(), language));
        let (closed, opened) = (self.former().last(), self.period().first());
        let whole = |words: &str, day: Option<String>, sum| {
            let day = day.map_or(Cell::Empty, Cell::Words);
            vec![Cell::Empty, Cell::words(words), day, Cell::Empty, Cell::Figure(sum)]
        };
        let causes = self.causes().iter().map(|cause| {
            vec![
                Cell::Number(cause.seq),
                Cell::words(kind_label(cause.kind).of(language)),
                Cell::words(cause.effective_on.to_string()),
                cause.original.map_or(Cell::Empty, Cell::Number),
                Cell::Figure(cause.effect.closing),
            ]
        });
        let published = word("closing as published", "公布的期末余额");
        let known = word("opening as now known", "现知的期初余额");
        Sheet {
            language,
            title: word("Opening against the last closing", "期初余额与上期公布数核对表")
                .to_owned(),
            heading,
            columns: columns([
                (ColumnKind::Figures, word("event", "事件")),
                (ColumnKind::Words, word("kind", "种类")),
                (ColumnKind::Words, word("day", "日期")),
                (ColumnKind::Figures, word("takes back", "冲减事件")),
                (ColumnKind::Figures, word("amount", "金额")),
            ]),
            sections: vec![
                Section::new(
                    word("published", "公布数"),
                    vec![whole(published, Some(closed.to_string()), self.published_closing())],
                ),
                Section::new(word("recorded since", "其后记录"), causes.collect()),
                Section::new(
                    word("now", "现数"),
                    vec![
                        whole(word("difference", "差额"), None, self.difference()),
                        whole(known, Some(opened.to_string()), self.known_opening()),
                    ],
                ),
            ],
            notes: Vec::new(),
        }
    }
}
