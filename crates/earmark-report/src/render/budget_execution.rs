use super::sheet::columns;
use super::{Cell, ColumnKind, Render, Section, Sheet, of_book, of_knowledge, of_period};
use crate::budget::{
    Budget, BudgetExecution, BudgetRow, BudgetStage, BudgetStanding, Flag, Planned,
};
use crate::figures::signed;
use crate::language::{Label, Language};

impl Render for BudgetExecution {
    fn sheet(&self, language: Language) -> Sheet {
        let word = |en, zh| Label::new(en, zh).of(language);
        let mut heading = of_book(self.book(), language).to_vec();
        heading.push(of_period(self.period(), language));
        heading.extend(self.standing().map(|standing| of_standing(standing, language)));
        heading.extend(self.known_through().map(|through| of_knowledge(through, language)));
        let mut rows: Vec<_> = self.rows().iter().map(|it| row(it, language)).collect();
        let mut notes: Vec<_> = self.rows().iter().filter_map(|row| note(row, language)).collect();
        if let Some(deficit) = self.deficit() {
            let words = word("planned expenditure over income", "预算收支赤字");
            notes.push(match &deficit.reason {
                Some(reason) => format!("{words}: {} ({reason})", deficit.amount),
                None => format!("{words}: {}", deficit.amount),
            });
            let cells =
                [Cell::Empty, Cell::words(words), Cell::Empty, Cell::Figure(deficit.amount)];
            rows.push(cells.into_iter().chain(std::iter::repeat_n(Cell::Empty, 6)).collect());
        }
        Sheet {
            language,
            title: word("Budget execution", "社会保险基金预算执行情况表").to_owned(),
            heading,
            columns: columns([
                (ColumnKind::Words, word("no.", "行次")),
                (ColumnKind::Words, word("item", "项目")),
                (ColumnKind::Figures, word("budget", "预算数")),
                (ColumnKind::Figures, word("adjusted budget", "调整预算数")),
                (ColumnKind::Figures, word("this period", "本期数")),
                (ColumnKind::Figures, word("cumulative", "累计数")),
                (ColumnKind::Figures, word("last year", "上年同期累计数")),
                (ColumnKind::Figures, word("progress %", "完成进度%")),
                (ColumnKind::Figures, word("growth %", "同比增长%")),
                (ColumnKind::Figures, word("flag", "提示")),
            ]),
            sections: vec![Section::new("", rows)],
            notes,
        }
    }
}

/// The lines of a budget, as drafted and as they are in force.
impl Render for Budget {
    fn sheet(&self, language: Language) -> Sheet {
        let word = |en, zh| Label::new(en, zh).of(language);
        let mut heading = of_book(self.book(), language).to_vec();
        heading.push((word("year", "年度").to_owned(), self.year().to_string()));
        heading.extend(self.standing().map(|standing| of_standing(standing, language)));
        heading.extend(self.known_through().map(|through| of_knowledge(through, language)));
        let row = |side: &str, words: &str, planned: Planned| {
            let figures = [planned.budget, planned.adjusted].map(|it| Cell::Figure(signed(it)));
            [Cell::words(side), Cell::words(words)].into_iter().chain(figures).collect()
        };
        let opening = self.opening().map(|it| row("", word("opening balance", "期初余额"), it));
        let lines = self.lines().map(|(line, planned)| {
            let (income, outgo) = (word("income", "收入"), word("expenditure", "支出"));
            let name = Label::new(line.name(), line.name_zh()).of(language);
            row(if line.is_income() { income } else { outgo }, name, planned)
        });
        let reason = self.standing().and_then(|standing| standing.deficit_reason.as_ref());
        let words = word("planned expenditure over income", "预算收支赤字");
        Sheet {
            language,
            title: word("Budget", "社会保险基金预算表").to_owned(),
            heading,
            columns: columns([
                (ColumnKind::Words, word("side", "收支")),
                (ColumnKind::Words, word("item", "项目")),
                (ColumnKind::Figures, word("budget", "预算数")),
                (ColumnKind::Figures, word("adjusted budget", "调整预算数")),
            ]),
            sections: vec![Section::new("", opening.into_iter().chain(lines).collect())],
            notes: reason.map(|reason| format!("{words}: {reason}")).into_iter().collect(),
        }
    }
}

fn of_standing(standing: &BudgetStanding, language: Language) -> (String, String) {
    let word = |en, zh| Label::new(en, zh).of(language);
    let stage = match standing.stage {
        BudgetStage::Missing => word("none", "无"),
        BudgetStage::Drafted => word("drafted, not approved", "已编制，未批准"),
        BudgetStage::Approved => word("approved", "已批准"),
    };
    let mut said = stage.to_owned();
    if let Some(day) = standing.approved_on {
        said.push_str(&format!(", {day}"));
    }
    if standing.adjustments > 0 {
        said.push_str(&format!(", {}: {}", word("adjustments", "调整次数"), standing.adjustments));
    }
    (word("budget", "预算").to_owned(), said)
}

fn row(row: &BudgetRow, language: Language) -> Vec<Cell> {
    vec![
        Cell::words(row.number.as_str()),
        Cell::words(name(row, language)),
        Cell::from(row.budget),
        Cell::from(row.adjusted),
        Cell::from(row.period),
        Cell::from(row.cumulative),
        Cell::from(row.last_year),
        Cell::from(row.progress),
        Cell::from(row.growth),
        row.flag.map_or(Cell::Empty, |flag| Cell::words(mark(flag, language))),
    ]
}

fn name(row: &BudgetRow, language: Language) -> &str {
    match language {
        Language::English => row.label,
        Language::Chinese => &row.label_zh,
    }
}

fn mark(flag: Flag, language: Language) -> String {
    match (flag, language) {
        (Flag::Overspent { percent }, Language::English) => format!("overspent {percent}%"),
        (Flag::Overspent { percent }, Language::Chinese) => format!("超支 {percent}%"),
        (Flag::Unbudgeted { .. }, Language::English) => "not budgeted".to_owned(),
        (Flag::Unbudgeted { .. }, Language::Chinese) => "无预算".to_owned(),
    }
}

fn note(row: &BudgetRow, language: Language) -> Option<String> {
    let name = name(row, language);
    Some(match (row.flag?, language) {
        (Flag::Overspent { percent }, Language::English) => {
            format!("{name}: {percent}% of the adjusted budget")
        }
        (Flag::Overspent { percent }, Language::Chinese) => {
            format!("{name}：完成调整预算的{percent}%")
        }
        (Flag::Unbudgeted { amount }, Language::English) => {
            format!("{name}: {amount} without a budget")
        }
        (Flag::Unbudgeted { amount }, Language::Chinese) => {
            format!("{name}：{amount}无预算")
        }
    })
}
