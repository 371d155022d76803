//! Statements as text, CSV and JSON, in both languages.

use earmark_report::budget::{Budget, BudgetExecution};
use earmark_report::render::{Cell, ColumnKind, Sheet};
use earmark_report::{
    Arrears, BalanceSheet, CashFlow, Edition, IncomeAndExpenditure, Knowledge, Language,
    OpeningCheck, ParallelBooks, PartyStatement, PublishedPeriod, Receivables, Render, Restatement,
};
use unicode_width::UnicodeWidthStr;

use crate::given::{on, party, period, year};
use crate::month::{month, reading};

const LANGUAGES: [Language; 2] = [Language::English, Language::Chinese];

/// Every statement of the month, with its sheet in a language and its CSV and JSON.
fn rendered(language: Language) -> Vec<(Sheet, String, String)> {
    fn all(statement: &impl Render, language: Language) -> (Sheet, String, String) {
        let csv = statement.to_csv(language).unwrap();
        (statement.sheet(language), csv, statement.to_json().unwrap())
    }
    let desk = month();
    let reading = reading(&desk);
    let known = Knowledge::Now;
    let (closed, [_, late, _]) = crate::closing::closed_twice();
    let march = period("2021-03-01", "2021-03-31");
    let april = period("2021-04-01", "2021-04-30");
    let published = PublishedPeriod::of(&closed.book, march, Edition::Last, known).unwrap();
    let opening = OpeningCheck::of(&closed.book, march, april, Knowledge::Through(late)).unwrap();
    let budgeted = crate::findings::made(&crate::findings::CLEAN);
    let ((dues, _), (owed, _)) = (crate::dues::dues(), crate::dues::receivables());
    vec![
        all(&BalanceSheet::of(&desk.book, &reading, on("2021-03-31")).unwrap(), language),
        all(&IncomeAndExpenditure::of(&reading, year()).unwrap(), language),
        all(&CashFlow::of(&reading, year()).unwrap(), language),
        all(&ParallelBooks::of(&reading, year()).unwrap(), language),
        all(&PartyStatement::of(&desk.book, party(2), year(), known).unwrap(), language),
        all(&Restatement::of(&desk.book, year(), 20, known).unwrap(), language),
        all(&BudgetExecution::of_book(&desk.book, 2021, year(), known).unwrap(), language),
        all(&Budget::of_book(&budgeted.book, 2021, known).unwrap(), language),
        all(&published, language),
        all(&opening, language),
        all(&Arrears::of(&dues.book, on("2021-04-30"), known).unwrap(), language),
        all(&Receivables::of(&owed.book, on("2021-03-31"), known).unwrap(), language),
        all(&crate::findings::seeded(), language),
    ]
}

#[test]
fn a_balance_sheet_as_text() {
    let desk = month();
    let sheet = BalanceSheet::of(&desk.book, &reading(&desk), on("2021-03-31")).unwrap();
    let chinese = "\
资产负债表
基金        城乡居民基本医疗保险基金, 320200
币种        CNY
记账单位    经办机构
截止日      2021-03-31
已知至事件  26

科目代码  科目              金额
--------  ------------  --------
资产
1002*     收入户存款        5.00
1003*     财政专户存款    952.00
1004      支出户存款      361.00
1005*     国库存款         50.00
          合计          1,368.00
净资产
3001*     一般基金结余  1,368.00
          合计          1,368.00

* 科目代码凭记忆，未经原文核实
";
    assert_eq!(sheet.to_text(Language::Chinese), chinese);
    let english = sheet.to_text(Language::English);
    assert!(english.contains("\n1004   expenditure account deposit"), "{english}");
    assert!(english.ends_with("\n* code recalled, not read in a source\n"), "{english}");
}

#[test]
fn columns_of_text_are_aligned() {
    for (sheet, ..) in LANGUAGES.into_iter().flat_map(rendered) {
        let text = sheet.to_text();
        let rule = text.lines().find(|line| line.starts_with('-')).unwrap();
        let last = sheet.columns.last().unwrap();
        for line in text.lines().skip_while(|line| *line != rule) {
            assert!(line.width() <= rule.width() || line.starts_with('*'), "{line}\n{text}");
        }
        if last.kind == ColumnKind::Figures {
            let rows = sheet.sections.iter().flat_map(|section| &section.rows);
            let filled = rows.filter(|row| !matches!(row.last(), Some(Cell::Empty))).count();
            let full = text.lines().filter(|line| line.width() == rule.width()).count();
            assert!(full > filled, "{text}"); // the rule, the rows, perhaps the titles
        }
    }
}

#[test]
fn every_figure_of_a_sheet_is_in_its_csv() {
    for (sheet, csv, _) in LANGUAGES.into_iter().flat_map(rendered) {
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        let records: Vec<_> = reader.records().map(Result::unwrap).collect();
        let rows: Vec<_> = sheet.sections.iter().flat_map(|section| &section.rows).collect();
        assert_eq!(records.len(), rows.len());
        for (record, row) in records.iter().zip(rows) {
            let fields: Vec<_> = record.iter().collect();
            for cell in row {
                match cell {
                    Cell::Figure(figure) => {
                        let plain = serde_json::to_value(figure).unwrap();
                        assert!(fields.contains(&plain.as_str().unwrap()), "{fields:?} {figure}");
                    }
                    Cell::Code(code) => {
                        let words = if sheet.language == Language::English {
                            ["read", "recalled"]
                        } else {
                            ["已核实", "凭记忆"]
                        };
                        let word = words[usize::from(code.status.is_recalled())];
                        assert!(fields.contains(&word), "{fields:?}");
                    }
                    _ => {}
                }
            }
        }
    }
}

#[test]
fn json_is_the_statement_with_the_status_of_each_code() {
    for (.., json) in rendered(Language::English) {
        let value: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert!(value["book"].is_string() || value["books"].is_array(), "{value}");
    }
    let desk = month();
    let sheet = BalanceSheet::of(&desk.book, &reading(&desk), on("2021-03-31")).unwrap();
    let value: serde_json::Value = serde_json::from_str(&sheet.to_json().unwrap()).unwrap();
    assert_eq!(value["assets"][2]["code"]["code"], "1004");
    assert_eq!(value["assets"][2]["code"]["status"], "read");
    assert_eq!(value["assets"][2]["sum"], "361.00");
    assert_eq!(value["net_assets"][0]["code"]["status"], "recalled");
}
