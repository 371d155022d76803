use super::{Cell, ColumnKind, RenderError, Sheet};
use crate::language::Label;

const SECTION: Label = Label::new("section", "部分");
const STATUS: Label = Label::new("code status", "代码来源");

impl Sheet {
    /// The sheet as CSV: a header, and a record a row. Where sections have titles, the first field names
    /// the section. Title, heading and notes are left out.
    ///
    /// # Errors
    /// [`RenderError`] where the writer fails.
    pub fn to_csv(&self) -> Result<String, RenderError> {
        let failed = |error: &dyn std::fmt::Display| RenderError(error.to_string());
        let sectioned = self.sections.iter().any(|section| !section.title.is_empty());
        let mut writer = ::csv::Writer::from_writer(Vec::new());
        let mut header: Vec<String> = Vec::new();
        header.extend(sectioned.then(|| SECTION.of(self.language).to_owned()));
        for column in &self.columns {
            header.push(column.title.clone());
            if column.kind == ColumnKind::Codes {
                header.push(STATUS.of(self.language).to_owned());
            }
        }
        writer.write_record(&header).map_err(|error| failed(&error))?;
        for section in &self.sections {
            for row in &section.rows {
                let mut record: Vec<String> = Vec::new();
                record.extend(sectioned.then(|| section.title.clone()));
                for (cell, column) in row.iter().zip(&self.columns) {
                    record.push(plain(cell));
                    if column.kind == ColumnKind::Codes {
                        record.push(status(cell).map_or("", |it| it.of(self.language)).to_owned());
                    }
                }
                writer.write_record(&record).map_err(|error| failed(&error))?;
            }
        }
        let bytes = writer.into_inner().map_err(|error| failed(&error))?;
        String::from_utf8(bytes).map_err(|error| failed(&error))
    }
}

fn plain(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Words(words) => words.clone(),
        Cell::Code(code) => code.code.clone(),
        // The display form but for the grouping.
        Cell::Figure(figure) => figure.to_string().replace(',', ""),
        Cell::Percent(percent) => percent.to_string(),
        Cell::Number(number) => number.to_string(),
    }
}

fn status(cell: &Cell) -> Option<Label> {
    match cell {
        Cell::Code(code) if code.status.is_recalled() => Some(Label::new("recalled", "凭记忆")),
        Cell::Code(_) => Some(Label::new("read", "已核实")),
        _ => None,
    }
}
