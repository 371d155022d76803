//! Replays calendar year 2021 of China's national social insurance funds on a durable ledger.
//!
//! `cargo run --release --example replay_year` records a million events in a file, prints a table a
//! fund beside what is published, and proves the file again from its bytes. Killed at any moment and
//! started again on the same file, it goes on from where it was.
//!
//! Published are the totals. Which events they are made of is generated from a seed, and exact to
//! the fen. The modules, in reading order: [`figures`] and [`areas`] are what is published;
//! [`funds`] is how a fund's totals fall into kinds; [`split`] and [`seed`] are the arithmetic;
//! [`plan`] says what each book records in each month; [`papers`] on what grounds; [`record`] records
//! it; [`accounts`] reads the money back and [`closed`] what the law wanted; [`table`], [`show`],
//! [`show_closed`] and [`statements`] print it.

mod accounts;
mod areas;
mod closed;
mod figures;
mod funds;
mod papers;
mod plan;
mod record;
mod seed;
mod show;
mod show_closed;
mod split;
mod statements;
mod table;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use clap::Parser;
use earmark::Fault;

use crate::accounts::Accounts;
use crate::closed::ClosedYear;
use crate::figures::{FigureError, Figures};
use crate::plan::{Plan, PlanError};
use crate::record::{RecordError, ReplayClock};
use crate::show::{Ending, Progress};

/// Replays calendar year 2021 of China's national social insurance funds.
#[derive(Debug, Parser)]
#[command(
    name = "replay_year",
    version,
    after_help = "\
Exit codes: 0 where every figure agrees with what is published, 1 where one does not or the \
verification finds something, 2 for bad arguments and for faults."
)]
struct Arguments {
    /// How many events to record: 1 to 1,000,000,000.
    #[arg(long, value_name = "N", default_value = "1,000,000", value_parser = count)]
    events: u64,
    /// The ledger file. Made if it does not exist; gone on with if it does.
    #[arg(long, value_name = "PATH", default_value = "target/replay_year.earmark")]
    ledger: PathBuf,
    /// From which everything generated follows.
    #[arg(long, value_name = "N", default_value_t = 2021)]
    seed: u64,
}

/// A count as people write it: `1000000`, `1_000_000` or `1,000,000`.
fn count(text: &str) -> Result<u64, String> {
    let digits: String = text.chars().filter(|it| !matches!(it, '_' | ',')).collect();
    match digits.parse() {
        Ok(count @ 1..=1_000_000_000) => Ok(count),
        _ => Err("expected a number from 1 to 1,000,000,000".to_owned()),
    }
}

/// Why the replay stopped.
#[derive(Debug, thiserror::Error)]
enum Stopped {
    #[error(transparent)]
    Figures(#[from] FigureError),
    #[error(transparent)]
    Plan(#[from] PlanError),
    #[error("`{}` holds something else: {what}\n  Run it with the arguments of that \
             ledger, or name another file with --ledger. A replay's own file that says this is \
             damaged: restore a copy.", path.display())]
    Foreign { path: PathBuf, what: String },
    #[error("{0}\n  What was recorded is safe. Run the same command again to go on.")]
    Recording(RecordError),
    #[error(transparent)]
    Fault(#[from] Fault),
    #[error("`{}` cannot be made: {error}", path.display())]
    Folder { path: PathBuf, error: io::Error },
    #[error("the output cannot be written: {0}")]
    Output(#[from] io::Error),
}

fn main() -> ExitCode {
    match run(&Arguments::parse(), &mut io::stdout().lock()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(stopped) => {
            // Whoever closed the pipe does not want to hear of it.
            if !matches!(&stopped, Stopped::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
            {
                let _ = writeln!(io::stderr(), "replay_year: {stopped}");
            }
            ExitCode::from(2)
        }
    }
}

/// Replays, shows and verifies. True where every figure agrees and nothing was found wrong.
fn run(arguments: &Arguments, out: &mut dyn Write) -> Result<bool, Stopped> {
    let path = arguments.ledger.as_path();
    let figures = Figures::read()?;
    let plan = Plan::new(&figures, arguments.seed, arguments.events)?;
    let name = record::name_of(plan.seed, plan.events);
    show::announce(out, &plan, arguments.events, path)?;

    if let Some(folder) = path.parent().filter(|it| !it.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)
            .map_err(|error| Stopped::Folder { path: folder.to_owned(), error })?;
    }
    let clock = Arc::new(ReplayClock::default());
    let ledger = record::open(path, &name, &clock)?;
    let stopped = |error| match error {
        RecordError::Foreign(what) => Stopped::Foreign { path: path.to_owned(), what },
        RecordError::Plan(error) => Stopped::Plan(error),
        error => Stopped::Recording(error),
    };
    let before = record::recorded_before(&ledger, &name).map_err(stopped)?;
    let started = Instant::now();
    let progress = Progress::new("recording", plan.events, before);
    let outcome = record::record(&ledger, &clock, &plan, &name, &progress);
    progress.done();
    outcome.map_err(stopped)?;
    let recorded_in = started.elapsed();

    let accounts = Accounts::read(&ledger, &figures)?;
    let closed = ClosedYear::read(&ledger, &figures)?;
    show::tables(out, &accounts, &figures)?;
    show_closed::show(out, &closed)?;
    statements::statements(out, &ledger)?;
    show::at_a_glance(out, &accounts, &figures)?;
    let proving = Progress::new("verifying", plan.events, 0);
    let started = Instant::now();
    let bar = proving.bar().clone();
    let verification = ledger.verify_with(&move |events| bar.set_position(events))?;
    let verified_in = started.elapsed();
    proving.done();
    // Closed, the file has its final size.
    drop(ledger);
    let agree = accounts.agree() && closed.agrees();
    let sound = verification.is_sound();
    let ending = Ending {
        verification: &verification,
        verified_in,
        recorded: progress.recorded(),
        recorded_in,
        path,
        bytes: bytes(path),
        agree,
    };
    ending.show(out)?;
    Ok(agree && sound)
}

/// The size of the ledger file and of the log that SQLite keeps beside it.
fn bytes(path: &Path) -> u64 {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    [path, Path::new(&log)]
        .into_iter()
        .filter_map(|file| std::fs::metadata(file).ok())
        .map(|file| file.len())
        .sum()
}
