//! earmark measured beside what its users would pick instead: the same machine, the same events, the same
//! durability, the same question, in one run. `README.md` says how to run it and what each row means.

mod compare;
mod export;
mod outcome;
mod plan;
mod program;
mod server;
mod side;
mod table;
mod year;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};

use crate::side::Task;
use crate::year::Year;

const USAGE: &str = "\
usage: earmark-peers [--events N] [--out FILE] [--folder DIR] [--seed N] [--rounds N]
                     [--hledger-events N] [--only TEXT] [--require-all]

  --events N          the events of a year, where a row can take as many (default 1000000)
  --out FILE          write the table to a file as well
  --folder DIR        make the files of the run in a new folder under DIR (default .)
  --seed N            another year of the same size (default 1)
  --rounds N          how often each side is run; the median counts (default 3)
  --hledger-events N  the most that hledger is given, for its memory (default 100000)
  --only TEXT         only the groups of rows whose question contains TEXT
  --require-all       a peer that cannot be measured is an error";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let mut arguments = Arguments::parse(std::env::args().skip(1))?;
    if arguments.flag("--help") {
        println!("{USAGE}");
        return Ok(());
    }
    let year = Year {
        seed: arguments.number("--seed", 1)?,
        events: arguments.number("--events", 1_000_000)?,
    };
    if year.events == 0 {
        bail!("--events: a year has at least one event");
    }
    if let Some(subject) = arguments.value("--side") {
        return measured(&subject, year, arguments);
    }
    let settings = compare::Settings {
        year,
        folder: arguments.value("--folder").map_or_else(|| ".".into(), PathBuf::from),
        rounds: arguments.number("--rounds", 3)?.max(1),
        hledger_events: arguments.number("--hledger-events", 100_000)?.max(1),
        only: arguments.value("--only"),
        require_all: arguments.flag("--require-all"),
    };
    let out = arguments.value("--out").map(PathBuf::from);
    arguments.finish()?;
    let text = compare::run(&settings)?;
    println!("{text}");
    if let Some(path) = out {
        std::fs::write(&path, text).with_context(|| path.display().to_string())?;
    }
    Ok(())
}

/// One side, in a process of its own.
fn measured(subject: &str, year: Year, mut arguments: Arguments) -> Result<()> {
    let mut path = |name| arguments.value(name).map(PathBuf::from).with_context(|| name.to_owned());
    let (folder, shared, result) = (path("--folder")?, path("--shared")?, path("--result")?);
    arguments.finish()?;
    let mut outcome = side::run(subject, &Task { year, folder, shared })?;
    outcome.peak_kib = outcome::peak_kib("self").context("the peak of this process")?;
    outcome.write(&result)
}

/// Arguments of the form `--name value`, and flags.
struct Arguments {
    values: BTreeMap<String, String>,
    flags: Vec<String>,
}

impl Arguments {
    fn parse(words: impl Iterator<Item = String>) -> Result<Self> {
        let (mut values, mut flags) = (BTreeMap::new(), Vec::new());
        let mut words = words;
        while let Some(word) = words.next() {
            if !word.starts_with("--") {
                bail!("`{word}` is not understood\n{USAGE}");
            }
            if word == "--require-all" || word == "--help" {
                flags.push(word);
                continue;
            }
            let value = words.next().with_context(|| format!("{word}: a value is missing"))?;
            if values.insert(word.clone(), value).is_some() {
                bail!("{word} is given twice");
            }
        }
        Ok(Self { values, flags })
    }

    fn value(&mut self, name: &str) -> Option<String> {
        self.values.remove(name)
    }

    fn number(&mut self, name: &str, default: u64) -> Result<u64> {
        self.value(name).map_or(Ok(default), |text| {
            text.parse().with_context(|| format!("{name}: `{text}` is not a number"))
        })
    }

    fn flag(&mut self, name: &str) -> bool {
        let before = self.flags.len();
        self.flags.retain(|flag| flag != name);
        self.flags.len() < before
    }

    fn finish(self) -> Result<()> {
        match self.values.keys().next() {
            Some(name) => bail!("`{name}` is not understood\n{USAGE}"),
            None => Ok(()),
        }
    }
}
