//! Runs the plan: every side of a group in turns, answers compared, medians taken.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};

use crate::export;
use crate::outcome::Outcome;
use crate::plan::{Answer, Group, Metric, plan};
use crate::program::{self, DuckDb};
use crate::server::{self, Cluster, Server};
use crate::side::{Task, earmark};
use crate::table::{Line, Table};
use crate::year::{Balances, Year};

/// What a run is to do.
pub struct Settings {
    /// The largest year.
    pub year: Year,
    /// Under which folder its files are made.
    pub folder: PathBuf,
    /// How often each side is run.
    pub rounds: u64,
    /// The most events that hledger is given.
    pub hledger_events: u64,
    /// Only questions that contain this.
    pub only: Option<String>,
    /// Whether a peer that cannot be measured is an error.
    pub require_all: bool,
}

/// Runs everything and gives the table as Markdown.
pub fn run(settings: &Settings) -> Result<String> {
    let under = settings.folder.canonicalize().context("--folder")?;
    let folder = tempfile::Builder::new().prefix("peers-").tempdir_in(under)?;
    let mut groups = plan(settings.year, settings.hledger_events);
    if let Some(text) = &settings.only {
        groups.retain(|group| group.question.contains(text.as_str()));
        ensure!(!groups.is_empty(), "--only: no question contains `{text}`");
    }
    let shared = folder.path().join("shared");
    std::fs::create_dir(&shared)?;
    let peers = Peers::find(folder.path(), &shared, &groups, settings.require_all)?;
    let mut table = Table::new(settings.year, settings.rounds, peers.versions(), &shared)?;
    for group in &groups {
        eprintln!("{} ({} events)", group.question, group.year.events);
        let measured = peers
            .measure(group, &folder.path().join("run"), &shared, settings.rounds)
            .with_context(|| group.question.to_owned())?;
        for row in &group.rows {
            let ours = figures(&measured, row.ours.subject)?;
            let line = match peers.missing(row.theirs.subject) {
                Some(why) => Line::not_measured(group, row, ours, why),
                None => Line::new(group, row, ours, figures(&measured, row.theirs.subject)?),
            };
            table.push(line);
        }
    }
    Ok(table.markdown())
}

fn figures<'a>(measured: &'a Measured, subject: &str) -> Result<&'a Figures> {
    measured.get(subject).with_context(|| format!("`{subject}` was not run"))
}

type Measured = BTreeMap<&'static str, Figures>;

/// The medians of one side's runs.
#[derive(Clone, Copy, Debug, Default)]
pub struct Figures {
    /// Events a second.
    pub rate: u64,
    /// How long the question took.
    pub question: Duration,
    /// How long the process took.
    pub process: Duration,
    /// The most memory it held, in KiB.
    pub peak_kib: u64,
    /// What it keeps on disk.
    pub bytes: u64,
    /// The slowest and the fastest rate of the runs.
    pub spread: (u64, u64),
}

impl Figures {
    fn of(runs: &[(Outcome, Duration)]) -> Self {
        let rates = || runs.iter().map(|(outcome, _)| outcome.rate());
        Self {
            rate: median(rates()),
            question: Duration::from_nanos(median(runs.iter().map(|(outcome, _)| outcome.nanos))),
            process: median(runs.iter().map(|(_, whole)| *whole)),
            peak_kib: median(runs.iter().map(|(outcome, _)| outcome.peak_kib)),
            bytes: median(runs.iter().map(|(outcome, _)| outcome.bytes)),
            spread: (rates().min().unwrap_or(0), rates().max().unwrap_or(0)),
        }
    }
}

fn median<T: Ord + Copy + Default>(figures: impl Iterator<Item = T>) -> T {
    let mut figures: Vec<T> = figures.collect();
    figures.sort_unstable();
    figures.get(figures.len() / 2).copied().unwrap_or_default()
}

/// The peers that are no crates: there, or why not.
struct Peers {
    postgres: Option<Result<(Cluster, String), String>>,
    hledger: Option<Result<String, String>>,
    ledger: Option<Result<String, String>>,
    duckdb: Option<Result<DuckDb, String>>,
}

impl Peers {
    /// Looks for those that the groups need.
    fn find(root: &Path, shared: &Path, groups: &[Group], require_all: bool) -> Result<Self> {
        let needed = |who: &str| {
            let mut rows = groups.iter().flat_map(|group| &group.rows);
            rows.any(|row| name_of(row.theirs.subject) == who)
        };
        let peers = Self {
            postgres: needed("postgres")
                .then(|| {
                    open_to_all(root).and_then(|()| Ok((Cluster::new(shared)?, server::version()?)))
                })
                .map(plainly),
            hledger: needed("hledger").then(|| plainly(program::version("hledger"))),
            ledger: needed("ledger").then(|| plainly(program::version("ledger"))),
            duckdb: needed("duckdb").then(|| plainly(DuckDb::find(shared))),
        };
        for who in ["postgres", "hledger", "ledger", "duckdb"] {
            if let Some(why) = peers.missing(who) {
                ensure!(!require_all, "{who}: {why}");
                eprintln!("{who} is not measured: {why}");
            }
        }
        Ok(peers)
    }

    /// Why the side cannot be run; none where it can.
    fn missing(&self, subject: &str) -> Option<&str> {
        match name_of(subject) {
            "postgres" => why(&self.postgres),
            "hledger" => why(&self.hledger),
            "ledger" => why(&self.ledger),
            "duckdb" => why(&self.duckdb),
            _ => None,
        }
    }

    fn versions(&self) -> Vec<String> {
        let mut versions = vec![
            "cqrs-es 0.5.0".to_owned(),
            "doubleentry 0.8.0".to_owned(),
            format!("SQLite {} (earmark, bare SQLite and doubleentry)", rusqlite::version()),
        ];
        if let Some(Ok((_, version))) = &self.postgres {
            versions.push(format!("PostgreSQL {version}"));
        }
        if let Some(Ok(version)) = &self.hledger {
            versions.push(format!("hledger {version}"));
        }
        if let Some(Ok(version)) = &self.ledger {
            versions.push(format!("ledger {version}"));
        }
        if let Some(Ok(duckdb)) = &self.duckdb {
            versions.push(format!("DuckDB {}", duckdb.version));
        }
        versions
    }

    /// Runs the sides of a group in turns. In every other round they go in the opposite order.
    fn measure(&self, group: &Group, run: &Path, shared: &Path, rounds: u64) -> Result<Measured> {
        let mut subjects: Vec<&'static str> = Vec::new();
        for subject in group.rows.iter().flat_map(|row| [row.ours.subject, row.theirs.subject]) {
            if !subjects.contains(&subject) && self.missing(subject).is_none() {
                subjects.push(subject);
            }
        }
        self.prepare(group, &subjects, shared)?;
        let expected = match group.answer {
            Answer::Balances => Balances::answer(&group.year.balances(group.books)),
            Answer::Totals => group.year.totals().answer(),
        };
        let mut runs = BTreeMap::<&'static str, Vec<(Outcome, Duration)>>::new();
        for _ in 0..rounds {
            for subject in &subjects {
                let outcome = self.measure_one(subject, group, run, shared, &expected)?;
                runs.entry(subject).or_default().push(outcome);
            }
            subjects.reverse();
        }
        forget(group.year, shared)?;
        Ok(runs.into_iter().map(|(subject, runs)| (subject, Figures::of(&runs))).collect())
    }

    fn measure_one(
        &self,
        subject: &str,
        group: &Group,
        run: &Path,
        shared: &Path,
        expected: &str,
    ) -> Result<(Outcome, Duration)> {
        std::fs::create_dir(run)?;
        // What an earlier side left to be written is not written while this one is timed.
        ensure!(Command::new("sync").status()?.success(), "`sync` fails");
        let task = Task { year: group.year, folder: run.into(), shared: shared.into() };
        let (outcome, whole) = match (name_of(subject), &self.duckdb) {
            ("hledger" | "ledger", _) => {
                let outcome = program::balance_report(subject, &task)?;
                let took = Duration::from_nanos(outcome.nanos);
                (outcome, took)
            }
            ("duckdb", Some(Ok(duckdb))) => {
                let threads = if subject.ends_with(":2") { 2 } else { 1 };
                (duckdb.totals(threads, &task)?, Duration::ZERO)
            }
            _ => {
                let _server = self.server(subject)?;
                program::measure(subject, &task)?
            }
        };
        std::fs::remove_dir_all(run)?;
        agree(subject, &outcome.answer, expected)?;
        eprintln!("  {subject}: {} events/s, {} KiB", outcome.rate(), outcome.peak_kib);
        Ok((outcome, whole))
    }

    /// The running server that a side needs; none for one that needs none.
    fn server(&self, subject: &str) -> Result<Option<Server>> {
        match (name_of(subject), &self.postgres) {
            ("postgres", Some(Ok((cluster, _)))) => Ok(Some(cluster.start()?)),
            _ => Ok(None),
        }
    }

    /// Makes the files that the sides of a group read.
    fn prepare(&self, group: &Group, subjects: &[&str], shared: &Path) -> Result<()> {
        let year = group.year;
        let reads = |names: &[&str]| subjects.iter().any(|subject| names.contains(subject));
        let any = |start: &str| subjects.iter().any(|subject| subject.starts_with(start));
        if any("earmark:totals:") || reads(&["earmark:verify", "earmark:replay", "earmark:kept"]) {
            earmark::prepare(&program::ledger(year, shared), year)?;
        }
        if reads(&["hledger", "ledger"]) {
            let mut file = BufWriter::new(File::create(program::journal(year, shared))?);
            export::journal(year, &mut file)?;
            file.flush()?;
        }
        if let (true, Some(Ok(duckdb))) = (any("duckdb:"), &self.duckdb) {
            let mut file = BufWriter::new(File::create(program::values(year, shared))?);
            export::values(year, &mut file)?;
            file.flush()?;
            duckdb.load(year, shared)?;
        }
        Ok(())
    }
}

/// Removes what was prepared for a year.
fn forget(year: Year, shared: &Path) -> Result<()> {
    let start = format!("year-{}.", year.events);
    for entry in std::fs::read_dir(shared)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(&start) {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

fn name_of(subject: &str) -> &str {
    subject.split(':').next().unwrap_or(subject)
}

fn why<T>(found: &Option<Result<T, String>>) -> Option<&str> {
    match found {
        Some(Err(why)) => Some(why),
        _ => None,
    }
}

fn plainly<T>(found: Result<T>) -> Result<T, String> {
    found.map_err(|error| format!("{error:#}"))
}

/// The folder of the run can be passed through by the server's user.
fn open_to_all(root: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    Ok(std::fs::set_permissions(root, std::fs::Permissions::from_mode(0o755))?)
}

/// A side whose answer is not that of the year is an error, not a row.
fn agree(subject: &str, found: &str, expected: &str) -> Result<()> {
    if found == expected {
        return Ok(());
    }
    let difference = first_difference(found, expected);
    bail!("`{subject}` comes to another answer than the year: {difference}")
}

fn first_difference(found: &str, expected: &str) -> String {
    let mut expected = expected.lines();
    for line in found.lines() {
        match expected.next() {
            Some(wanted) if wanted == line => {}
            wanted => return format!("found `{line}`, expected `{}`", wanted.unwrap_or("no more")),
        }
    }
    format!("found no more, expected `{}`", expected.next().unwrap_or("no more"))
}

impl Metric {
    /// The figure of a side by which it is compared, larger being worse; and how it reads.
    pub fn cost(self, figures: &Figures) -> u128 {
        match self {
            // A rate is turned into the time of 10^12 events.
            Self::Rate => 1_000_000_000_000 / u128::from(figures.rate.max(1)),
            Self::Process => figures.process.as_nanos(),
            Self::Question => figures.question.as_nanos(),
            Self::Memory => u128::from(figures.peak_kib),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_median_is_in_the_middle_and_differences_are_named() {
        assert_eq!(median([9_u64, 1, 5].into_iter()), 5);
        assert_eq!(median(std::iter::empty::<u64>()), 0);
        assert_eq!(first_difference("a\nb\n", "a\nc\n"), "found `b`, expected `c`");
        assert_eq!(first_difference("a\n", "a\nc\n"), "found no more, expected `c`");
        assert_eq!(first_difference("a\nb\n", "a\n"), "found `b`, expected `no more`");
    }

    #[test]
    fn a_side_that_answers_otherwise_is_an_error() {
        let year = Year { seed: 5, events: 100 };
        let expected = Balances::answer(&year.balances(1));
        assert!(agree("side", &expected, &expected).is_ok());
        let mut less = year.balances(1);
        less[0].special -= 1;
        let error = agree("side", &Balances::answer(&less), &expected).unwrap_err().to_string();
        assert!(error.starts_with("`side` comes to another answer"), "{error}");
        assert!(agree("side", "", &expected).is_err());
    }

    #[test]
    fn every_row_names_sides_of_its_own_group_size() {
        for group in plan(Year { seed: 1, events: 1_000_000 }, 100_000) {
            assert!(!group.rows.is_empty(), "{}", group.question);
            assert!(group.year.events > 0, "{}", group.question);
            for row in &group.rows {
                assert_eq!(name_of(row.ours.subject), "earmark", "{}", group.question);
                assert_ne!(name_of(row.theirs.subject), "earmark", "{}", group.question);
            }
        }
    }
}
