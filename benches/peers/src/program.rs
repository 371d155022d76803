//! Sides that are programs of their own: what runs them, and how their answers are read.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::outcome::{Outcome, peak_kib};
use crate::side::{ASKED, Task, earmark};
use crate::year::{Account, Balances, Year};

/// The DuckDB release that is installed where none is found.
const DUCKDB: &str = "duckdb==2.0.0";
const SCRIPT: &str = include_str!("totals.py");

/// Runs a side in a process of its own. Its time is what the side measured; `whole` is that of the process.
pub fn measure(subject: &str, task: &Task) -> Result<(Outcome, Duration)> {
    let result = task.folder.join("result");
    let mut command = Command::new(std::env::current_exe()?);
    command
        .args(["--side", subject, "--seed", &task.year.seed.to_string()])
        .args(["--events", &task.year.events.to_string()])
        .arg("--folder")
        .arg(task.folder.join("own"))
        .arg("--shared")
        .arg(&task.shared)
        .arg("--result")
        .arg(&result)
        .stdout(Stdio::null());
    std::fs::create_dir(task.folder.join("own"))?;
    let start = Instant::now();
    let status = command.status()?;
    let whole = start.elapsed();
    if !status.success() {
        bail!("{subject}: {status}");
    }
    Ok((Outcome::read(&result)?, whole))
}

/// The version that a program states: the first word with a digit and a dot.
pub fn version(name: &str) -> Result<String> {
    let output = Command::new(name)
        .arg("--version")
        .output()
        .with_context(|| format!("`{name}` is not installed"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let word = text
        .split([' ', ',', '\n'])
        .find(|word| word.contains('.') && word.starts_with(|c: char| c.is_ascii_digit()));
    Ok(word.context("a version")?.to_owned())
}

/// The balance report of `hledger` or `ledger` over the year's journal.
pub fn balance_report(name: &str, task: &Task) -> Result<Outcome> {
    let journal = journal(task.year, &task.shared);
    let mut command = Command::new(name);
    command.env("LC_ALL", "C.UTF-8").args(["-f"]).arg(&journal);
    command.args(["balance", "assets", "--flat", "--no-total"]);
    let (took, peak_kib, output) = watched(&mut command)?;
    let mut held = Balances::default();
    for line in output.lines().filter(|line| !line.trim().is_empty()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [amount, "CNY", name] = words.as_slice() else { bail!("{name} prints `{line}`") };
        let account = Account::ALL.into_iter().find(|it| name.ends_with(it.name()));
        let account = account.with_context(|| format!("account `{name}`"))?;
        let (yuan, fen) = amount.split_once('.').unwrap_or((amount, "00"));
        *held.slot(account) = format!("{yuan}{fen}").parse().with_context(|| amount.to_string())?;
    }
    let outcome = Outcome::new(task.year.events, took, Balances::answer(&[held]));
    Ok(Outcome { peak_kib, bytes: std::fs::metadata(journal)?.len(), ..outcome })
}

/// Runs a program to its end: how long it took, the most memory it held, what it printed. The kernel's high
/// water mark is read every few milliseconds, so what the last of them added may be missed.
fn watched(command: &mut Command) -> Result<(Duration, u64, String)> {
    let start = Instant::now();
    let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let (id, mut peak) = (process.id().to_string(), 0);
    let took = loop {
        peak = peak.max(peak_kib(&id).unwrap_or(0));
        if process.try_wait()?.is_some() {
            break start.elapsed();
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    let output = process.wait_with_output()?;
    if !output.status.success() {
        bail!("{command:?}: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok((took, peak, String::from_utf8(output.stdout)?))
}

/// Python with DuckDB: where its package lies, and its version.
pub struct DuckDb {
    packages: PathBuf,
    /// Its version.
    pub version: String,
}

impl DuckDb {
    /// Finds the package, or has `pip` install it into a folder of the run.
    pub fn find(shared: &Path) -> Result<Self> {
        let packages = shared.join("python");
        let found = Self::version(&packages).or_else(|_| {
            let output = Command::new("python3")
                .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
                .args(["--no-deps", "--only-binary=:all:", "--target"])
                .arg(&packages)
                .arg(DUCKDB)
                .output()
                .context("`python3` is not installed")?;
            if !output.status.success() {
                bail!("pip install {DUCKDB}: {}", String::from_utf8_lossy(&output.stderr).trim());
            }
            Self::version(&packages)
        });
        Ok(Self { version: found?, packages })
    }

    fn version(packages: &Path) -> Result<String> {
        let output = Command::new("python3")
            .env("PYTHONPATH", packages)
            .args(["-c", "import duckdb; print(duckdb.__version__)"])
            .output()
            .context("`python3` is not installed")?;
        if !output.status.success() {
            bail!("the package `duckdb` is not installed");
        }
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    }

    /// Loads the year's values into a database.
    pub fn load(&self, year: Year, shared: &Path) -> Result<()> {
        self.script(["load".as_ref(), values(year, shared).as_ref(), base(year, shared).as_ref()])
    }

    /// Sum and count by day, kind and account over the loaded year.
    pub fn totals(&self, threads: usize, task: &Task) -> Result<Outcome> {
        let result = task.folder.join("result");
        self.script([
            "totals".as_ref(),
            base(task.year, &task.shared).as_ref(),
            threads.to_string().as_ref(),
            ASKED.to_string().as_ref(),
            result.as_ref(),
        ])?;
        Outcome::read(&result)
    }

    fn script<const N: usize>(&self, arguments: [&std::ffi::OsStr; N]) -> Result<()> {
        let output = Command::new("python3")
            .env("PYTHONPATH", &self.packages)
            .args(["-c", SCRIPT])
            .args(arguments)
            .output()?;
        if !output.status.success() {
            bail!("DuckDB: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(())
    }
}

/// The journal of a year.
pub fn journal(year: Year, shared: &Path) -> PathBuf {
    shared.join(format!("year-{}.journal", year.events))
}

/// The comma-separated values of a year.
pub fn values(year: Year, shared: &Path) -> PathBuf {
    shared.join(format!("year-{}.csv", year.events))
}

/// The DuckDB database of a year.
fn base(year: Year, shared: &Path) -> PathBuf {
    shared.join(format!("year-{}.duckdb", year.events))
}

/// The ledger of a year.
pub fn ledger(year: Year, shared: &Path) -> PathBuf {
    shared.join(earmark::prepared(year))
}
