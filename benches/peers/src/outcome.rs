//! What a measured side reports, and how it reaches the program that asked.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

/// What one run of one side came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// How many events were measured.
    pub events: u64,
    /// How long they took.
    pub nanos: u64,
    /// What the side keeps on disk afterwards, all in; 0 where it keeps nothing.
    pub bytes: u64,
    /// The most memory that its process held, in KiB.
    pub peak_kib: u64,
    /// What it answered: balances or totals.
    pub answer: String,
}

impl Outcome {
    /// Events and how long they took, with an answer.
    pub fn new(events: u64, took: Duration, answer: String) -> Self {
        let nanos = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        Self { events, nanos, answer, ..Self::default() }
    }

    /// The same, with what lies in a folder.
    pub fn kept_in(mut self, folder: &Path) -> Result<Self> {
        self.bytes = folder_bytes(folder)?;
        Ok(self)
    }

    /// Events a second.
    pub fn rate(&self) -> u64 {
        let rate = u128::from(self.events) * 1_000_000_000 / u128::from(self.nanos.max(1));
        u64::try_from(rate).unwrap_or(u64::MAX)
    }

    /// Writes it for the program that asked.
    pub fn write(&self, path: &Path) -> Result<()> {
        let Self { events, nanos, bytes, peak_kib, answer } = self;
        let text = format!(
            "events {events}\nnanos {nanos}\nbytes {bytes}\npeak_kib {peak_kib}\nanswer\n{answer}"
        );
        std::fs::write(path, text).with_context(|| format!("result {}", path.display()))
    }

    /// Reads what a side wrote.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("no result in {}", path.display()))?;
        Self::parse(&text)
    }

    fn parse(text: &str) -> Result<Self> {
        let (head, answer) = text.split_once("answer\n").context("a result without an answer")?;
        let mut fields = BTreeMap::new();
        for line in head.lines() {
            let (name, figure) = line.split_once(' ').context("a result's line has no figure")?;
            fields.insert(name, figure.parse::<u64>().with_context(|| format!("field {name}"))?);
        }
        let mut field =
            |name| fields.remove(name).with_context(|| format!("a result without `{name}`"));
        let (events, nanos) = (field("events")?, field("nanos")?);
        let (bytes, peak_kib) = (field("bytes")?, field("peak_kib")?);
        if let Some(name) = fields.keys().next() {
            bail!("a result with an unknown field `{name}`");
        }
        Ok(Self { events, nanos, bytes, peak_kib, answer: answer.to_owned() })
    }
}

/// The most memory that a process held so far, in KiB; none where it has ended.
pub fn peak_kib(process: &str) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

/// The bytes of all files in a folder and below.
pub fn folder_bytes(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        bytes += if kind.is_dir() { folder_bytes(&entry.path())? } else { entry.metadata()?.len() };
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_reads_as_it_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("result");
        let outcome =
            Outcome { events: 3, nanos: 5, bytes: 7, peak_kib: 9, answer: "a\nb\n".into() };
        outcome.write(&path).unwrap();
        assert_eq!(Outcome::read(&path).unwrap(), outcome);
        assert!(Outcome::parse("events 1\nanswer\n").is_err());
        assert!(Outcome::parse("events 1\nnanos 1\nbytes 1\npeak_kib 1\nx 1\nanswer\n").is_err());
        assert_eq!(folder_bytes(folder.path()).unwrap(), std::fs::metadata(&path).unwrap().len());
        assert!(peak_kib("self").unwrap() > 0);
    }
}
