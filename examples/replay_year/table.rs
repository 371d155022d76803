//! Tables of boxes, aligned also where Chinese characters are two columns wide.

use std::fmt;

use console::{Alignment, measure_text_width, pad_str, truncate_str};

/// A table: a title over rows; the first cell of each row to the left, the others to the right.
pub(crate) struct Table {
    title: String,
    first: usize,
    least: usize,
    rows: Vec<Option<Vec<String>>>,
}

impl Table {
    /// An empty table. Its first column is `first` characters wide, its others at least `least`.
    pub(crate) const fn new(title: String, first: usize, least: usize) -> Self {
        Self { title, first, least, rows: Vec::new() }
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(Some(cells.into_iter().collect()));
    }

    /// A line across.
    pub(crate) fn rule(&mut self) {
        self.rows.push(None);
    }

    fn widths(&self) -> Vec<usize> {
        let mut widths: Vec<usize> = Vec::new();
        for cells in self.rows.iter().flatten() {
            widths.resize(widths.len().max(cells.len()), self.least);
            for (width, cell) in widths.iter_mut().zip(cells) {
                *width = (*width).max(measure_text_width(cell));
            }
        }
        if let Some(first) = widths.first_mut() {
            *first = self.first;
        }
        widths
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let widths = self.widths();
        let line = |f: &mut fmt::Formatter<'_>, [left, cross, right]: [&str; 3]| {
            let dashes: Vec<_> = widths.iter().map(|width| "─".repeat(width + 2)).collect();
            writeln!(f, "{left}{}{right}", dashes.join(cross))
        };
        line(f, ["╭", "─", "╮"])?;
        let inner = widths.iter().map(|width| width + 3).sum::<usize>().saturating_sub(3);
        writeln!(f, "│ {} │", pad_str(&self.title, inner, Alignment::Left, Some("…")))?;
        line(f, ["├", "┬", "┤"])?;
        for row in &self.rows {
            let Some(cells) = row else {
                line(f, ["├", "┼", "┤"])?;
                continue;
            };
            let mut alignment = Alignment::Left;
            for (place, width) in widths.iter().enumerate() {
                let cell = cells.get(place).map(String::as_str).unwrap_or_default();
                let cell = truncate_str(cell, *width, "…");
                write!(f, "│ {} ", pad_str(&cell, *width, alignment, None))?;
                alignment = Alignment::Right;
            }
            writeln!(f, "│")?;
        }
        line(f, ["╰", "┴", "╯"])
    }
}

/// An English label and its Chinese one in so many columns; where both do not fit, the English one
/// is cut.
pub(crate) fn label(english: &str, chinese: &str, columns: usize) -> String {
    let room = columns.saturating_sub(measure_text_width(chinese) + 1);
    format!("{} {chinese}", truncate_str(english, room, "…"))
}

/// A count with grouped thousands: `1,234,567`.
pub(crate) fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_align_with_chinese_text() {
        let mut table = Table::new("Premiums 保险费".to_owned(), 13, 6);
        table.row(["unit 单位缴费".to_owned(), "1.00".to_owned()]);
        table.rule();
        table.row(["all".to_owned(), "1,234.56".to_owned()]);
        let text = table.to_string();
        assert_eq!(
            text,
            "╭──────────────────────────╮\n\
             │ Premiums 保险费          │\n\
             ├───────────────┬──────────┤\n\
             │ unit 单位缴费 │     1.00 │\n\
             ├───────────────┼──────────┤\n\
             │ all           │ 1,234.56 │\n\
             ╰───────────────┴──────────╯\n"
        );
        let widths: Vec<_> = text.lines().map(measure_text_width).collect();
        assert!(widths.iter().all(|width| *width == widths[0]), "{widths:?}");
    }

    #[test]
    fn a_long_label_keeps_its_chinese_half() {
        assert_eq!(
            label("temporary price subsidy", "价格临时补贴", 24),
            "temporary … 价格临时补贴"
        );
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(1_234_567), "1,234,567");
    }
}
