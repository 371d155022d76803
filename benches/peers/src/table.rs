//! The table of a run, as Markdown.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::Result;

use crate::compare::Figures;
use crate::plan::{Group, Metric, Row};
use crate::year::Year;

/// What was measured on another machine: cited, never in a ratio of this run.
const ELSEWHERE: &str = "\
| TigerBeetle 0.17 | its own benchmark, 1 replica, 2,000,000 transfers in batches of 8,189 | 178,579 transfers/s, \
p50 35 ms a batch | a server with a record of 128 bytes; no funds, flows, proofs |
";

/// The table.
pub struct Table {
    head: String,
    lines: Vec<Line>,
}

impl Table {
    /// An empty table with what it was measured on.
    pub fn new(year: Year, rounds: u64, versions: Vec<String>, folder: &Path) -> Result<Self> {
        let mut head = String::from("# earmark beside its peers\n\n");
        let events = grouped(year.events);
        let _ = writeln!(
            head,
            "One run of `benches/peers`: a year of {events} events (seed {}), {rounds} rounds in turns, \
             medians. The ratio says how many times better earmark is; below 1 it is worse.\n",
            year.seed
        );
        let _ = writeln!(head, "- Machine: {}", machine()?);
        let _ = writeln!(head, "- Files on: {}", file_system(folder));
        let _ = writeln!(head, "- Commit: {}", commit());
        let _ = writeln!(head, "- Peers: {}", versions.join("; "));
        Ok(Self { head, lines: Vec::new() })
    }

    /// Adds a line.
    pub fn push(&mut self, line: Line) {
        self.lines.push(line);
    }

    /// The whole text.
    pub fn markdown(&self) -> String {
        let mut text = self.head.clone();
        let mut question = "";
        for line in &self.lines {
            if line.question != question {
                question = line.question;
                let _ = writeln!(
                    text,
                    "\n## {question}\n\n{} events; {}.\n\n| earmark | | peer | | ratio | what the peer does \
                     less | and more |\n|---|---|---|---|---|---|---|",
                    grouped(line.events),
                    line.durability
                );
            }
            text.push_str(&line.text);
        }
        text.push_str(
            "\n## On another machine\n\nMeasured elsewhere on a machine of this size, so not in a ratio.\n\n\
             | system | what | figure | |\n|---|---|---|---|\n",
        );
        text.push_str(ELSEWHERE);
        text
    }
}

/// One line of it.
pub struct Line {
    question: &'static str,
    durability: &'static str,
    events: u64,
    text: String,
}

impl Line {
    /// A comparison.
    pub fn new(group: &Group, row: &Row, ours: &Figures, theirs: &Figures) -> Self {
        let (own, other) = (row.metric.cost(ours), row.metric.cost(theirs));
        let ratio = format!("**{}**", ratio(other, own));
        Self::of(group, row, ours, shown(row.metric, theirs, group), &ratio)
    }

    /// A comparison whose peer is not there.
    pub fn not_measured(group: &Group, row: &Row, ours: &Figures, why: &str) -> Self {
        let why = why.lines().next().unwrap_or_default().replace('|', "/");
        Self::of(group, row, ours, format!("not measured: {why}"), "-")
    }

    fn of(group: &Group, row: &Row, ours: &Figures, theirs: String, ratio: &str) -> Self {
        let own = shown(row.metric, ours, group);
        let text = format!(
            "| {} | {own} | {} | {theirs} | {ratio} | {} | {} |\n",
            row.ours.what, row.theirs.what, row.less, row.more
        );
        let (question, durability) = (group.question, group.durability);
        Self { question, durability, events: group.year.events, text }
    }
}

fn shown(metric: Metric, figures: &Figures, group: &Group) -> String {
    match metric {
        Metric::Rate => {
            let (low, high) = figures.spread;
            let mut text = format!("{}/s ({}-{})", grouped(figures.rate), short(low), short(high));
            if figures.bytes > 0 {
                let _ = write!(text, ", {} B an event", figures.bytes / group.year.events.max(1));
            }
            text
        }
        Metric::Process => time(figures.process),
        Metric::Question => time(figures.question),
        Metric::Memory => {
            format!("{} MB peak", tenths(u128::from(figures.peak_kib) * 1024, 1_000_000))
        }
    }
}

fn time(time: Duration) -> String {
    let nanos = time.as_nanos();
    match nanos {
        0..1_000_000 => format!("{} µs", tenths(nanos, 1_000)),
        1_000_000..1_000_000_000 => format!("{} ms", tenths(nanos, 1_000_000)),
        _ => format!("{} s", tenths(nanos, 1_000_000_000)),
    }
}

fn ratio(a: u128, b: u128) -> String {
    let hundredths = a * 100 / b.max(1);
    match hundredths {
        0..1_000 => format!("{}.{:02}x", hundredths / 100, hundredths % 100),
        1_000..10_000 => format!("{}.{}x", hundredths / 100, hundredths % 100 / 10),
        _ => format!("{}x", grouped(u64::try_from(hundredths / 100).unwrap_or(u64::MAX))),
    }
}

fn tenths(figure: u128, unit: u128) -> String {
    format!("{}.{}", figure / unit, figure % unit * 10 / unit)
}

fn short(rate: u64) -> String {
    match rate {
        0..10_000 => grouped(rate),
        10_000..10_000_000 => format!("{}k", grouped(rate / 1_000)),
        _ => format!("{}M", grouped(rate / 1_000_000)),
    }
}

/// A number with a comma before each three digits.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn machine() -> Result<String> {
    let cores = std::thread::available_parallelism()?;
    let processor = std::fs::read_to_string("/proc/cpuinfo")?;
    let model = processor
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or("an unnamed processor", |(_, model)| model);
    let memory = std::fs::read_to_string("/proc/meminfo")?;
    let kib: u64 = memory
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:")?.trim().strip_suffix(" kB")?.parse().ok())
        .unwrap_or(0);
    let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease")?;
    Ok(format!("{cores} cores of {model}, {} GiB, Linux {}", kib >> 20, kernel.trim()))
}

fn file_system(folder: &Path) -> String {
    let output = Command::new("stat").args(["-f", "-c", "%T"]).arg(folder).output();
    output.map_or_else(
        |_| "an unknown file system".to_owned(),
        |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
    )
}

fn commit() -> String {
    let git = |arguments: &[&str]| {
        let output = Command::new("git")
            .arg("-C")
            .arg(env!("CARGO_MANIFEST_DIR"))
            .args(arguments)
            .output()
            .ok()?;
        let text = String::from_utf8(output.stdout).ok()?.trim().to_owned();
        output.status.success().then_some(text)
    };
    let changed = git(&["status", "--porcelain"]).is_some_and(|text| !text.is_empty());
    match git(&["rev-parse", "--short=12", "HEAD"]) {
        Some(commit) if changed => format!("{commit}, with changes"),
        Some(commit) => commit,
        None => "unknown".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_read_well() {
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(grouped(12), "12");
        assert_eq!(ratio(150, 100), "1.50x");
        assert_eq!(ratio(1, 3), "0.33x");
        assert_eq!(ratio(45_678, 1_000), "45.6x");
        assert_eq!(ratio(1_234_500, 1), "1,234,500x");
        assert_eq!(time(Duration::from_micros(1_550)), "1.5 ms");
        assert_eq!(time(Duration::from_millis(5_720)), "5.7 s");
        assert_eq!(short(1_234_567), "1,234k");
    }
}
