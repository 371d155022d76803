use super::sheet::columns;
use super::{Cell, ColumnKind, Render, Section, Sheet, of_period};
use crate::findings::{Finding, Findings, PREVENTED};
use crate::language::{Label, Language};

impl Render for Findings {
    fn sheet(&self, language: Language) -> Sheet {
        let word = |en, zh| Label::new(en, zh).of(language);
        let mut heading = vec![of_period(self.period(), language)];
        for known in self.books() {
            let words = word("known through event", "已知至事件");
            let book = known.book.to_string();
            heading.push((book, format!("{words} {}", known.known_through)));
        }
        let notes = PREVENTED.iter().map(|it| {
            let (article, label) = (it.article.of(language), it.label.of(language));
            let because = it.because.of(language);
            match language {
                Language::English => format!("not looked for: {label} ({article}): {because}"),
                Language::Chinese => format!("无需检查：{label}（{article}）：{because}"),
            }
        });
        let rows = self.findings().iter().flat_map(|it| rows(it, language));
        Sheet {
            language,
            title: word("Findings", "监督检查问题清单").to_owned(),
            heading,
            columns: columns([
                (ColumnKind::Words, word("code", "代码")),
                (ColumnKind::Words, word("weight", "程度")),
                (ColumnKind::Words, word("book", "账套")),
                (ColumnKind::Words, word("day", "日期")),
                (ColumnKind::Words, word("article", "依据")),
                (ColumnKind::Words, word("finding", "问题")),
                (ColumnKind::Words, word("events", "事件")),
                (ColumnKind::Words, word("what", "金额项目")),
                (ColumnKind::Figures, word("amount", "金额")),
            ]),
            sections: vec![Section::new("", rows.collect())],
            notes: notes.collect(),
        }
    }
}

/// A row an amount; what a finding says stands in its first.
fn rows(finding: &Finding, language: Language) -> Vec<Vec<Cell>> {
    let other = |book| book != finding.book;
    let events: Vec<String> = finding
        .events
        .iter()
        .map(|event| {
            if other(event.book) {
                format!("{}#{}", event.book, event.seq)
            } else {
                event.seq.to_string()
            }
        })
        .collect();
    let said = [
        finding.kind.code().to_owned(),
        finding.kind.weight().label().of(language).to_owned(),
        finding.book.to_string(),
        finding.day.to_string(),
        finding.kind.article().of(language).to_owned(),
        finding.message.of(language).to_owned(),
        events.join(" "),
    ];
    let mut rows = Vec::new();
    for (place, amount) in finding.amounts.iter().enumerate() {
        let mut cells: Vec<Cell> = if place == 0 {
            said.iter().cloned().map(Cell::Words).collect()
        } else {
            // The code and the events stand in every row, so that a record of CSV names its finding.
            let kept = |index: usize| matches!(index, 0 | 2 | 3 | 6);
            let cell = |(index, words): (usize, &String)| {
                if kept(index) { Cell::words(words.as_str()) } else { Cell::Empty }
            };
            said.iter().enumerate().map(cell).collect()
        };
        cells.push(Cell::words(amount.label.of(language)));
        cells.push(Cell::Figure(amount.sum));
        rows.push(cells);
    }
    rows
}
