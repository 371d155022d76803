//! What one sees: progress while it runs, tables at the end.

use std::cell::Cell;
use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use console::{Alignment, pad_str, style};
use earmark::money::Currency;
use earmark::prelude::*;
use earmark::verify::Verification;
use indicatif::{ProgressBar, ProgressState, ProgressStyle};

use crate::accounts::{Accounts, Case, Compared, FundAccount, KindSum};
use crate::areas::PROVINCES;
use crate::figures::{Figures, Published};
use crate::plan::{Plan, YEAR};
use crate::record::Listener;
use crate::seed::digest;
use crate::table::{Table, grouped, label};

/// How wide labels and amounts are, so that the tables stand in line.
pub(crate) const LABEL: usize = 40;
pub(crate) const AMOUNT: usize = 20;
pub(crate) const DIFFERENCE: usize = 7;
/// The head of a column of differences, no wider than such a column.
pub(crate) const DIFFERENCE_HEAD: &str = "diff 差";

/// Says what is replayed, and which of it is published.
pub(crate) fn announce(
    out: &mut dyn Write,
    plan: &Plan,
    asked: u64,
    path: &Path,
) -> io::Result<()> {
    writeln!(out)?;
    writeln!(
        out,
        "{} China's national social insurance funds, year {YEAR}  {}",
        style("earmark replay_year").bold(),
        style("全国社会保险基金 2021 年").dim()
    )?;
    writeln!(out)?;
    let say = |out: &mut dyn Write, head: &str, lines: &[String]| -> io::Result<()> {
        let mut head = head;
        for line in lines {
            writeln!(out, "  {}  {line}", style(format!("{head:<10}")).cyan())?;
            head = "";
        }
        Ok(())
    };
    say(
        out,
        "published",
        &[
            "income, expenditure and closing balance of six funds; what the unemployment fund paid"
                .into(),
            "for medical premiums; central adjustment; pension investment; Wuxi's work injury fund"
                .into(),
            "to the fen. Opening balances are derived: closing - income + expenditure.".into(),
        ],
    )?;
    say(
        out,
        "generated",
        &[
            format!(
                "how each total falls on {} provinces, months, kinds, payers, payees, from seed {};",
                PROVINCES.len(),
                plan.seed
            ),
            "also the two funds behind employees' pension. No event is a real transaction.".into(),
        ],
    )?;
    let events = match asked < plan.fewest {
        true => format!(
            "{}, the fewest that tell the year ({} asked for)",
            grouped(plan.fewest),
            grouped(asked)
        ),
        false => grouped(plan.events),
    };
    let books = grouped(plan.books.count() + 2);
    say(out, "events", &[format!("{events}, in {books} books, each in exactly one")])?;
    say(out, "ledger", &[path.display().to_string()])?;
    writeln!(out)?;
    out.flush()
}

/// A bar that shows how far the recording is.
pub(crate) struct Progress {
    bar: ProgressBar,
    recorded: Cell<u64>,
}

impl Progress {
    /// A bar over so many events, of which some are there from an earlier run. Where the standard
    /// error is not a terminal, nothing is shown.
    pub(crate) fn new(what: &str, events: u64, before: u64) -> Self {
        let bar = ProgressBar::new(events).with_position(before);
        let template = "  {prefix:<10.cyan}  {bar:40.green/dim} {percent:>3} %  {human_pos} events, \
                        {speed:.dim}  {msg}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            let speed = move |state: &ProgressState, text: &mut dyn std::fmt::Write| {
                let events = state.pos().saturating_sub(before);
                let _ = write!(text, "{} events/s", grouped(per_second(events, state.elapsed())));
            };
            bar.set_style(style.progress_chars("━╸─").with_key("speed", speed));
        }
        bar.set_prefix(what.to_owned());
        bar.reset_eta();
        bar.enable_steady_tick(Duration::from_millis(120));
        Self { bar, recorded: Cell::new(0) }
    }

    /// How many events this run has recorded.
    pub(crate) fn recorded(&self) -> u64 {
        self.recorded.get()
    }

    pub(crate) fn bar(&self) -> &ProgressBar {
        &self.bar
    }

    pub(crate) fn done(&self) {
        self.bar.finish_and_clear();
    }
}

impl Listener for Progress {
    fn at(&self, month: u32, book: BookId) {
        if self.bar.is_hidden() {
            return;
        }
        let area = book.area();
        let place = match PROVINCES.iter().find(|province| province.area == area) {
            Some(province) => format!("{} {}", province.name, province.name_zh),
            None if area == Area::CENTRAL => "centre 中央".to_owned(),
            None => "Wuxi 无锡".to_owned(),
        };
        self.bar.set_message(format!("{YEAR}-{month:02} {place}"));
    }

    fn durable(&self, events: u64) {
        self.recorded.set(self.recorded.get() + events);
        self.bar.inc(events);
    }
}

/// The tables.
pub(crate) fn tables(
    out: &mut dyn Write,
    accounts: &Accounts,
    figures: &Figures,
) -> io::Result<()> {
    for fund in &accounts.funds {
        writeln!(out, "{}", fund_table(fund, figures))?;
        for disagreement in &fund.disagreements {
            writeln!(out, "  {} {disagreement}", style("✗").red())?;
        }
    }
    writeln!(out, "{}", side_table(accounts))?;
    if let Some(case) = &accounts.case {
        writeln!(out, "{}", case_text(case))?;
    }
    writeln!(out, "{}", wuxi_table(accounts))
}

/// What was recorded, the year in short, and the sources.
pub(crate) fn at_a_glance(
    out: &mut dyn Write,
    accounts: &Accounts,
    figures: &Figures,
) -> io::Result<()> {
    writeln!(out, "{}", kinds_table(accounts))?;
    writeln!(out, "{}", summary(accounts))?;
    writeln!(
        out,
        "  Kinds without a published figure are generated, and come to the published totals.\n  \
         † not published; derived: closing - income + expenditure.\n  \
         ‡ published for both medical funds together; here less residents' medical.\n  Sources:"
    )?;
    for source in &figures.sources {
        writeln!(out, "    {:<7} {}", source.id, source.what)?;
        for address in source.address.split("; ") {
            writeln!(out, "            {}", style(address).dim())?;
        }
    }
    writeln!(out)
}

fn name(fund: Published) -> (&'static str, &'static str) {
    match fund {
        Published::UrbanEmployeePension => ("Employees' pension", "城镇职工基本养老保险"),
        Published::ResidentsPension => ("Residents' pension", "城乡居民基本养老保险"),
        Published::EmployeeMedical => ("Employees' medical", "职工基本医疗保险"),
        Published::ResidentsMedical => ("Residents' medical", "城乡居民基本医疗保险"),
        Published::WorkInjury => ("Work injury", "工伤保险"),
        Published::Unemployment => ("Unemployment", "失业保险"),
    }
}

/// Where there is little room.
fn short_name(fund: Published) -> (&'static str, &'static str) {
    match fund {
        Published::UrbanEmployeePension => ("employee pension", "职工养老"),
        Published::ResidentsPension => ("resident pension", "居民养老"),
        Published::EmployeeMedical => ("employee medical", "职工医保"),
        Published::ResidentsMedical => ("resident medical", "居民医保"),
        Published::WorkInjury => ("work injury", "工伤保险"),
        Published::Unemployment => ("unemployment", "失业保险"),
    }
}

fn fund_table(fund: &FundAccount, figures: &Figures) -> Table {
    let (english, chinese) = name(fund.fund);
    let two = match fund.fund {
        Published::UrbanEmployeePension => " of two funds; the split is generated",
        _ => "",
    };
    let title = format!("{} {chinese}  {} books{two}", style(english).bold(), fund.books);
    let mut table = Table::new(title, LABEL, DIFFERENCE);
    table.row(heading());
    table.rule();
    let total = |table: &mut Table, english, chinese, compared: Compared| {
        table.row([
            style(label(english, chinese, LABEL)).bold().to_string(),
            style(yuan_text(compared.found)).bold().to_string(),
            yuan_text(compared.published),
            difference(compared),
        ]);
    };
    let kinds = |table: &mut Table, kinds: &[KindSum]| {
        for kind in kinds {
            table.row([kind_label(kind), yuan_text(kind.sum)]);
        }
    };
    total(&mut table, "opening balance †", "年初余额", fund.opening);
    table.rule();
    kinds(&mut table, &fund.income);
    total(&mut table, "income", "收入合计", fund.income_total);
    table.rule();
    kinds(&mut table, &fund.expenditure);
    total(&mut table, "expenditure", "支出合计", fund.expenditure_total);
    table.rule();
    if !fund.levels_in.is_empty() {
        kinds(&mut table, &fund.levels_in);
        for kind in &fund.levels_out {
            table.row([kind_label(kind), yuan_text(-kind.sum)]);
        }
        let sum = |kinds: &[KindSum]| kinds.iter().map(|kind| kind.sum).sum::<i128>();
        let net = sum(&fund.levels_in) - sum(&fund.levels_out);
        table.row([
            label("between levels: cancels out", "上解下拨相抵", LABEL),
            yuan_text(net),
            yuan_text(0),
            difference(Compared { found: net, published: 0 }),
        ]);
        table.rule();
    }
    let source = figures.of(fund.fund).source;
    let mark = if fund.fund == Published::EmployeeMedical { " ‡" } else { "" };
    total(&mut table, &format!("closing balance [{source}]{mark}"), "年末滚存结余", fund.closing);
    table
}

fn side_table(accounts: &Accounts) -> Table {
    let title = format!("{} 单项公布数", style("Published by kind").bold());
    let mut table = Table::new(title, LABEL, DIFFERENCE);
    table.row(heading());
    table.rule();
    for figure in &accounts.side {
        table.row([
            label(figure.label, figure.label_zh, LABEL),
            yuan_text(figure.compared.found),
            yuan_text(figure.compared.published),
            difference(figure.compared),
        ]);
    }
    table
}

fn case_text(case: &Case) -> String {
    let mut text = String::new();
    let half = |recorded: &Recorded, does: &str| {
        format!(
            "    {}  {:<20}  event {:>7}  {does} {:>16}",
            recorded.effective_on(),
            recorded.book().to_string(),
            grouped(recorded.seq()),
            recorded.figure()
        )
    };
    let _ = writeln!(
        text,
        "  X1, the medical premiums of the unemployed (Social Insurance Law art 48), is no transfer\n  \
         between funds: an expenditure of one and premium income of another, two facts in two books,\n  \
         tied by the id of their case. The first of {} {}, case\n  {}:",
        case.province.name, case.province.name_zh, case.case
    );
    let _ = writeln!(text, "{}", half(&case.paid, "pays    "));
    let _ = writeln!(text, "{}", half(&case.received, "receives"));
    text
}

fn wuxi_table(accounts: &Accounts) -> Table {
    let title = format!(
        "{} 无锡市工伤保险  real to the fen [S36], beside the national books",
        style("Work injury fund of Wuxi").bold()
    );
    // As wide as the other tables, with one amount and one difference more.
    let room = LABEL - DIFFERENCE - 3;
    let mut table = Table::new(title, room, DIFFERENCE);
    let quarter = |name: &str| dim(&format!("{name:>AMOUNT$}"));
    table.row([
        dim("yuan 元"),
        quarter("Q1 2021"),
        dim(DIFFERENCE_HEAD),
        quarter("Q2 2021"),
        dim(DIFFERENCE_HEAD),
    ]);
    table.rule();
    for line in &accounts.wuxi {
        let [first, second] = line.quarters;
        table.row([
            label(line.label, line.label_zh, room),
            yuan_text(first.found),
            difference(first),
            yuan_text(second.found),
            difference(second),
        ]);
    }
    table
}

fn kinds_table(accounts: &Accounts) -> Table {
    let title =
        format!("{} 记账凭证  all books, by kind of event", style("What was recorded").bold());
    let mut table = Table::new(title, LABEL + DIFFERENCE + 3, AMOUNT);
    table.row(["kind", "events", "yuan 元"].map(dim));
    table.rule();
    for (kind, recorded) in &accounts.kinds {
        let name = kind.name().replace('_', " ");
        table.row([name, grouped(recorded.events), yuan_text(recorded.sum)]);
    }
    let other = label("no money moves", "规则、预算、用款计划、结账等", LABEL + DIFFERENCE + 3);
    table.row([other, grouped(accounts.moved_nothing), String::new()]);
    table
}

fn summary(accounts: &Accounts) -> Table {
    let title = format!("{} 单位：亿元 in 100 million yuan", style("The year at a glance").bold());
    // Three columns of amounts more than the other tables, and narrow ones.
    let room = LABEL - 14;
    let mut table = Table::new(title, room, 4);
    table.row(
        ["fund", "opening", "income", "spent", "closing", "published", DIFFERENCE_HEAD].map(dim),
    );
    table.rule();
    for fund in &accounts.funds {
        let (english, chinese) = short_name(fund.fund);
        table.row([
            label(english, chinese, room),
            yi_text(fund.opening.found),
            yi_text(fund.income_total.found),
            yi_text(fund.expenditure_total.found),
            yi_text(fund.closing.found),
            yi_text(fund.closing.published),
            difference(fund.closing),
        ]);
    }
    table
}

/// The heads of the columns; those of the amounts as wide as the widest amount.
fn heading() -> [String; 4] {
    let wide = |text: &str| pad_str(text, AMOUNT, Alignment::Right, None).into_owned();
    let (ledger, published) = (wide("ledger 账上"), wide("published 公布"));
    [dim("yuan 元"), dim(&ledger), dim(&published), dim(DIFFERENCE_HEAD)]
}

fn kind_label(kind: &KindSum) -> String {
    format!("  {}", label(kind.label, kind.label_zh, LABEL - 2))
}

pub(crate) fn dim(text: &str) -> String {
    style(text).dim().to_string()
}

pub(crate) fn yuan_text(minor: i128) -> String {
    SignedFigure::from_minor(minor, Currency::CNY).to_string()
}

/// In units of 100 million yuan, to the second decimal place (a million yuan).
fn yi_text(minor: i128) -> String {
    yuan_text(minor / 100_000_000)
}

fn difference(compared: Compared) -> String {
    let text = yuan_text(compared.difference());
    if compared.difference() == 0 {
        style(text).green().to_string()
    } else {
        style(text).red().bold().to_string()
    }
}

/// What was verified, how fast it was, and where the ledger is.
pub(crate) struct Ending<'a> {
    pub(crate) verification: &'a Verification,
    pub(crate) verified_in: Duration,
    /// Events that this run recorded.
    pub(crate) recorded: u64,
    pub(crate) recorded_in: Duration,
    pub(crate) path: &'a Path,
    /// Of the ledger file and what stands beside it.
    pub(crate) bytes: u64,
    pub(crate) agree: bool,
}

impl Ending<'_> {
    pub(crate) fn show(&self, out: &mut dyn Write) -> io::Result<()> {
        let say = |out: &mut dyn Write, head: &str, text: &str| {
            writeln!(out, "  {}  {text}", style(format!("{head:<10}")).cyan())
        };
        let books = self.verification.books();
        let events = self.verification.events();
        let commits: u64 = books.iter().map(|book| book.commits).sum();
        let findings = self.verification.findings();
        let found = match findings.len() {
            0 => style("nothing wrong".to_owned()).green().to_string(),
            count => style(format!("{count} findings")).red().bold().to_string(),
        };
        say(
            out,
            "verified",
            &format!(
                "{} books, {} commits, {} events: re-hashed, re-decided; {found}",
                grouped(books.len() as u64),
                grouped(commits),
                grouped(events)
            ),
        )?;
        for finding in findings.iter().take(20) {
            writeln!(out, "              {} {finding}", style("✗").red())?;
        }
        if findings.len() > 20 {
            writeln!(out, "              and {} more", findings.len() - 20)?;
        }
        say(out, "", &speed(events, self.verified_in))?;
        say(out, "roots", &digest_of_roots(self.verification))?;
        let replayed = match self.recorded {
            0 => "nothing: the ledger has every event already".to_owned(),
            recorded => {
                let already = match events.saturating_sub(recorded) {
                    0 => String::new(),
                    before => format!("; {} were there from an earlier run", grouped(before)),
                };
                format!("{}{already}", speed(recorded, self.recorded_in))
            }
        };
        say(out, "replayed", &replayed)?;
        say(
            out,
            "file",
            &format!(
                "{}.{} MB, {} bytes an event",
                grouped(self.bytes / 1_000_000),
                self.bytes / 100_000 % 10,
                self.bytes.checked_div(events).unwrap_or(0)
            ),
        )?;
        say(out, "where", &self.path.display().to_string())?;
        let verdict = match (self.agree, self.verification.is_sound()) {
            (true, true) => style("every figure agrees with what is published, to the fen").green(),
            (true, false) => style("the figures agree, but the file is damaged: see above").red(),
            (false, _) => style("the ledger does not agree with what is published").red(),
        };
        writeln!(out, "\n  {}\n", verdict.bold())?;
        out.flush()
    }
}

/// One hash over the roots of all books: two ledgers with the same one hold the same events.
fn digest_of_roots(verification: &Verification) -> String {
    let mut lines = String::new();
    for book in verification.books() {
        let _ = writeln!(lines, "{} {} {}", book.book, book.events, book.root);
    }
    let mut text = String::new();
    for byte in digest([lines.as_bytes()]) {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

fn per_second(events: u64, took: Duration) -> u64 {
    let micros = took.as_micros().max(1);
    u64::try_from(u128::from(events) * 1_000_000 / micros).unwrap_or(u64::MAX)
}

fn speed(events: u64, took: Duration) -> String {
    format!(
        "{} events in {}.{:03} s: {} events/s",
        grouped(events),
        took.as_secs(),
        took.subsec_millis(),
        grouped(per_second(events, took))
    )
}
