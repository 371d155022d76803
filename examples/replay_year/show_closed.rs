//! What one sees of a closed year.

use std::io::{self, Write};

use console::{measure_text_width, style};
use earmark::prelude::*;

use crate::closed::{ClosedYear, Executed, Execution, Restated};
use crate::show::{AMOUNT, DIFFERENCE, LABEL, dim, yuan_text};
use crate::table::{Table, grouped, label};

/// How wide text is.
const COLUMNS: usize = 98;

/// The section "a closed year".
pub(crate) fn show(out: &mut dyn Write, year: &ClosedYear) -> io::Result<()> {
    writeln!(out, "{} 结账\n", style("A closed year").bold())?;
    let mut head = "rules";
    for (profile, books) in &year.profiles {
        say(out, head, &format!("{} books under {profile}, adopted as an event", grouped(*books)))?;
        head = "";
    }
    let budgets = &year.budgets;
    say(
        out,
        "budgets",
        &format!(
            "{} approved before the first payment; {} with a deficit and its reason; of {} lines of \
             expenditure {} were overspent: flagged, not refused; {} monthly use plans",
            grouped(budgets.approved),
            grouped(budgets.deficits),
            grouped(budgets.lines),
            grouped(budgets.overspent),
            grouped(year.use_plans)
        ),
    )?;
    let closed = |months| grouped(year.closed.get(&months).copied().unwrap_or(0));
    say(
        out,
        "closed",
        &format!(
            "{} months, {} quarters and {} years, each once it was over; {} closed again after a \
             correction; of Wuxi only the first half-year is known, and closed",
            closed(1),
            closed(3),
            closed(12),
            grouped(year.again)
        ),
    )?;
    for disagreement in &year.disagreements {
        writeln!(out, "  {} {disagreement}", style("✗").red())?;
    }
    writeln!(out)?;
    for restated in &year.restated {
        show_restated(out, restated)?;
    }
    if let Some(wuxi) = &year.wuxi {
        show_execution(out, wuxi)?;
    }
    if let Some((seq, why)) = &year.why {
        writeln!(out, "  Why was that remittance allowed? `book.why({seq})` answers:")?;
        for line in why.to_string().lines() {
            wrapped(out, line.trim_start(), if line.starts_with(' ') { 6 } else { 4 })?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn show_restated(out: &mut dyn Write, it: &Restated) -> io::Result<()> {
    let (from, until) = (it.period.first(), it.period.last());
    for reopening in &it.reopenings {
        let (first, last) = reopening.within;
        wrapped(
            out,
            &format!(
                "Book {} was opened again on {} from {first} to {last} (event {}), by {}: {}.",
                it.book,
                reopening.on,
                grouped(reopening.seq),
                reopening.by,
                reopening.reason
            ),
            2,
        )?;
    }
    let title = format!(
        "{} {}, {from} to {until}, closed by event {}",
        style("Published and now known").bold(),
        it.book,
        grouped(it.published_through)
    );
    // Three columns of whole amounts.
    let room = LABEL - (AMOUNT - DIFFERENCE);
    let mut table = Table::new(title, room, AMOUNT);
    let closed = format!("closed {}", it.published_at.day(UtcOffset::CHINA));
    table.row([dim("yuan 元"), dim(&closed), dim("as now known 现知"), dim("difference")]);
    table.rule();
    for (name, name_zh, figure) in rows() {
        let (was, is) = (figure(&it.published), figure(&it.known));
        let cells = [label(name, name_zh, room), yuan_text(was), yuan_text(is)];
        table.row(cells.into_iter().chain([yuan_text(is - was)]));
    }
    table.rule();
    for cause in &it.causes {
        let name = format!("{} event {}", cause.effective_on(), grouped(cause.seq()));
        let recorded = format!("recorded {}", day_of(cause));
        let kind = match cause.event().fact().original() {
            Some(original) => format!("reverses {}", grouped(original.seq)),
            None => cause.kind().name().replace('_', " "),
        };
        table.row([name, recorded, kind, yuan_text(i128::from(cause.net_minor()))]);
    }
    let events = style("these events add up to".to_owned()).bold().to_string();
    table.row([events, String::new(), String::new(), yuan_text(it.caused())]);
    writeln!(out, "{table}")
}

type Row = (&'static str, &'static str, fn(&Statement) -> i128);

fn rows() -> [Row; 4] {
    [
        ("interest", "利息收入", |it| it.income_of(IncomeItem::Interest).minor()),
        ("income", "收入合计", |it| it.income_total().minor()),
        ("expenditure", "支出合计", |it| it.expenditure_total().minor()),
        ("closing balance", "期末余额", |it| it.closing().minor()),
    ]
}

fn day_of(recorded: &Recorded) -> String {
    recorded.event().recorded_at().day(UtcOffset::CHINA).to_string()
}

fn show_execution(out: &mut dyn Write, execution: &Execution) -> io::Result<()> {
    let title = format!(
        "{} 无锡市工伤保险 社预执行 2021-01-01 to 2021-06-30 [S36]",
        style("Budget execution").bold()
    );
    let room = LABEL - 13;
    let mut table = Table::new(title, room, 4);
    table.row(
        ["yuan 元", "budget 预算数", "executed 累计", "progress", "published", "flag"].map(dim),
    );
    table.rule();
    let sums = |it: &Executed| {
        let budget = if it.budget == 0 { String::new() } else { yuan_text(it.budget) };
        let percent = |it: Option<i128>| it.map_or_else(String::new, percent);
        let published = it.published.filter(|_| it.budget > 0).map(i128::from);
        [budget, yuan_text(it.executed), percent(it.progress()), percent(published)]
    };
    let [income, expenditure] = &execution.totals;
    for (is_income, total, name, name_zh) in
        [(true, income, "income", "收入合计"), (false, expenditure, "expenditure", "支出合计")]
    {
        for line in execution.lines.iter().filter(|it| it.line.is_income() == is_income) {
            let flag = if line.is_overspent() { "overspent" } else { "" };
            let name = label(line.line.name(), line.line.name_zh(), room - 2);
            let flag = style(flag).yellow().to_string();
            let cells = [format!("  {name}")].into_iter().chain(sums(&line.sums));
            table.row(cells.chain([flag]));
        }
        let name = style(label(name, name_zh, room)).bold().to_string();
        table.row([name].into_iter().chain(sums(total)));
        table.rule();
    }
    table.row([
        label("deficit", "收支缺口", room),
        yuan_text(expenditure.budget - income.budget),
        yuan_text(expenditure.executed - income.executed),
        String::new(),
        String::new(),
        style("deficit").yellow().to_string(),
    ]);
    writeln!(out, "{table}")?;
    for line in execution.lines.iter().filter(|it| it.is_overspent()) {
        let progress = line.sums.progress().unwrap_or(0);
        wrapped(
            out,
            &format!(
                "Overspent: {} {}, {}.{} % of its budget. A fact that is flagged; the payment was not \
                 refused.",
                line.line.name(),
                line.line.name_zh(),
                progress / 100,
                progress / 10 % 10
            ),
            2,
        )?;
    }
    wrapped(
        out,
        &format!("Deficit: approved with its reason, \"{}\".", execution.deficit_reason),
        2,
    )?;
    writeln!(out)
}

fn percent(hundredths: i128) -> String {
    format!("{} %", yuan_text(hundredths))
}

fn say(out: &mut dyn Write, head: &str, text: &str) -> io::Result<()> {
    let mut head = format!("{head:<10}");
    for line in lines(text, COLUMNS - 14) {
        writeln!(out, "  {}  {line}", style(&head).cyan())?;
        head = " ".repeat(10);
    }
    Ok(())
}

/// Text that goes on two columns further in.
fn wrapped(out: &mut dyn Write, text: &str, indent: usize) -> io::Result<()> {
    for (number, line) in (0..).zip(lines(text, COLUMNS - indent - 2)) {
        let further = if number > 0 { 2 } else { 0 };
        writeln!(out, "{:further$}{:indent$}{line}", "", "")?;
    }
    Ok(())
}

/// Breaks text at spaces into lines of so many columns.
fn lines(text: &str, columns: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let Some(line) = lines.last_mut() else { break };
        if !line.is_empty() && measure_text_width(line) + 1 + measure_text_width(word) > columns {
            lines.push(word.to_owned());
        } else {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_broken_at_spaces_by_its_columns() {
        assert_eq!(lines("one 二 three", 6), ["one 二", "three"]);
        assert_eq!(lines("unbreakable", 3), ["unbreakable"]);
        assert_eq!(percent(11_221), "112.21 %");
    }
}
