//! The sides: earmark and its peers. Each takes the same year and gives an [`Outcome`].

pub mod cqrs;
pub mod double_entry;
pub mod earmark;
pub mod file;
pub mod postgres;
pub mod sqlite;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::outcome::Outcome;
use crate::year::Year;

/// What a side is given.
#[derive(Clone, Debug)]
pub struct Task {
    /// The year to record, or that was recorded.
    pub year: Year,
    /// An empty folder of this run.
    pub folder: PathBuf,
    /// The folder of what was prepared for all runs.
    pub shared: PathBuf,
}

/// Runs the side of this name: words with a colon between them, the first being who, the rest what.
pub fn run(subject: &str, task: &Task) -> Result<Outcome> {
    let words: Vec<&str> = subject.split(':').collect();
    match words.as_slice() {
        ["earmark", "record", batch, in_flight] => {
            earmark::record(task, number(batch)?, number(in_flight)?)
        }
        ["earmark", "clients", clients, books] => {
            earmark::clients(task, number(clients)?, number(books)?)
        }
        ["earmark", "verify"] => earmark::verify(task),
        ["earmark", "replay"] => earmark::replay(task),
        ["earmark", "kept"] => earmark::kept_balances(task),
        ["earmark", "totals", "fold"] => earmark::totals_folded(task),
        ["earmark", "totals", "rebuild"] => earmark::totals_rebuilt(task),
        ["earmark", "totals", "kept"] => earmark::totals_kept(task),
        ["earmark", "memory", "record"] => earmark::memory_record(task),
        ["earmark", "memory", "after", preload] => earmark::memory_after(task, number(preload)?),
        ["earmark", "memory", "replay"] => earmark::memory_replay(task),
        ["file", "append", batch] => file::write(task, number(batch)?, false),
        ["file", "ahead", batch] => file::write(task, number(batch)?, true),
        ["sqlite", shape, balance, batch] => {
            sqlite::record(task, shape, *balance == "balance", number(batch)?)
        }
        ["doubleentry", "record", batch] => double_entry::record(task, number(batch)?),
        ["doubleentry", "memory"] => double_entry::memory(task),
        ["doubleentry", "audit"] => double_entry::audit(task),
        ["cqrs", "after", preload] => cqrs::after(task, number(preload)?),
        ["cqrs", "replay"] => cqrs::replay(task),
        ["postgres", "single", clients, books] => {
            postgres::single(task, number(clients)?, number(books)?)
        }
        ["postgres", "row", batch] => postgres::rows(task, number(batch)?),
        _ => bail!("no side is called `{subject}`"),
    }
}

fn number(word: &str) -> Result<usize> {
    word.parse().with_context(|| format!("`{word}` is not a number"))
}

/// How often a question that changes nothing is asked in one process. The fastest counts: the first one
/// pays for what later ones find in memory, and each side is asked as often.
pub const ASKED: usize = 3;

/// Asks a question [`ASKED`] times; gives the shortest time and the last answer.
fn fastest<T>(mut ask: impl FnMut() -> Result<T>) -> Result<(Duration, T)> {
    let mut best: Option<(Duration, T)> = None;
    for _ in 0..ASKED {
        let start = Instant::now();
        let answer = ask()?;
        let took = start.elapsed();
        let shortest = best.map_or(took, |(best, _)| best.min(took));
        best = Some((shortest, answer));
    }
    best.context("a question was asked")
}
