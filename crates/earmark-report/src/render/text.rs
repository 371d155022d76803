use unicode_width::UnicodeWidthStr;

use super::{Cell, ColumnKind, Sheet};
use crate::language::Label;

/// Between two columns.
const GAP: &str = "  ";

/// What the asterisk of a code says.
const RECALLED: Label =
    Label::new("* code recalled, not read in a source", "* 科目代码凭记忆，未经原文核实");

impl Sheet {
    /// The sheet as text, its columns aligned.
    #[must_use]
    pub fn to_text(&self) -> String {
        let rows: Vec<Vec<Vec<String>>> = self
            .sections
            .iter()
            .map(|section| section.rows.iter().map(|row| row.iter().map(shown).collect()).collect())
            .collect();
        let widths: Vec<usize> = self
            .columns
            .iter()
            .enumerate()
            .map(|(index, column)| {
                let cells = rows.iter().flatten().filter_map(|row| row.get(index));
                let widest = cells.map(|cell| cell.width()).max().unwrap_or(0);
                widest.max(column.title.width())
            })
            .collect();
        let mut text = format!("{}\n", self.title);
        let heading = self.heading.iter().map(|(what, _)| what.width()).max().unwrap_or(0);
        for (what, said) in &self.heading {
            put_line(&mut text, &[&padded(what, heading, false), said.as_str()]);
        }
        text.push('\n');
        let titles: Vec<String> = self.columns.iter().map(|column| column.title.clone()).collect();
        self.put_row(&mut text, &titles, &widths);
        let rules: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
        self.put_row(&mut text, &rules, &widths);
        for (section, rows) in self.sections.iter().zip(&rows) {
            if !section.title.is_empty() {
                put_line(&mut text, &[section.title.as_str()]);
            }
            for row in rows {
                self.put_row(&mut text, row, &widths);
            }
        }
        let recalled = self.has_recalled_code().then(|| RECALLED.of(self.language));
        let notes: Vec<&str> = self.notes.iter().map(String::as_str).chain(recalled).collect();
        if !notes.is_empty() {
            text.push('\n');
        }
        for note in notes {
            put_line(&mut text, &[note]);
        }
        text
    }

    fn put_row(&self, text: &mut String, cells: &[String], widths: &[usize]) {
        let columns = self.columns.iter().zip(widths);
        let cells = cells.iter().zip(columns).map(|(cell, (column, width))| {
            padded(cell, *width, column.kind == ColumnKind::Figures)
        });
        let cells: Vec<String> = cells.collect();
        put_line(text, &cells.iter().map(String::as_str).collect::<Vec<_>>());
    }
}

fn put_line(text: &mut String, parts: &[&str]) {
    text.push_str(parts.join(GAP).trim_end());
    text.push('\n');
}

fn padded(words: &str, width: usize, right: bool) -> String {
    let room = " ".repeat(width.saturating_sub(words.width()));
    if right { room + words } else { words.to_owned() + &room }
}

fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Words(words) => words.clone(),
        Cell::Code(code) if code.status.is_recalled() => format!("{}*", code.code),
        Cell::Code(code) => code.code.clone(),
        Cell::Figure(figure) => figure.to_string(),
        Cell::Percent(percent) => percent.to_string(),
        Cell::Number(number) => number.to_string(),
    }
}
