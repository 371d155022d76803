//! The record itself: append-only, in memory or in a file.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use earmark_core::commit::Receipt;
use earmark_core::error::Error;

use super::attempt::{Answer, Asked, Attempt, Outcome, Part};
use super::line::Line;

/// An append-only record of attempts and their answers, written to from any number of threads.
#[derive(Debug)]
pub struct Record {
    kept: Kept,
}

#[derive(Debug)]
enum Kept {
    Memory(Mutex<Vec<Line>>),
    /// Each line is one write at the end of the file, wherever that is by then.
    File(File, std::path::PathBuf),
}

/// An attempt that was written down and is not yet answered.
#[derive(Debug)]
#[must_use = "the answer is to be written down too"]
pub struct Submitted(String);

/// Attempts of this process so far.
static ATTEMPTS: AtomicU64 = AtomicU64::new(0);

impl Record {
    /// A record in memory.
    #[must_use]
    pub fn in_memory() -> Self {
        Self { kept: Kept::Memory(Mutex::new(Vec::new())) }
    }

    /// A record in a file, made where there is none and gone on with where there is one. Any number of
    /// processes may write to one file on one machine.
    ///
    /// # Errors
    /// Where the file cannot be opened.
    pub fn in_file(path: impl AsRef<Path>) -> io::Result<Self> {
        let path = path.as_ref();
        let file = File::options().create(true).append(true).open(path)?;
        Ok(Self { kept: Kept::File(file, path.to_owned()) })
    }

    /// Writes down that `who` is about to ask for a commit. To be called before it is handed over.
    ///
    /// # Errors
    /// Where the line cannot be written.
    pub fn submitted(&self, who: &str, asked: &[Asked]) -> io::Result<Submitted> {
        let number = ATTEMPTS.fetch_add(1, Ordering::Relaxed);
        let id = format!("{}.{number}", std::process::id());
        let parts = asked.iter().map(Part::from).collect();
        self.append(Line::Submitted { id: id.clone(), who: who.to_owned(), parts })?;
        Ok(Submitted(id))
    }

    /// Writes down an answer. To be called after it was heard.
    ///
    /// # Errors
    /// Where the line cannot be written.
    pub fn answered(
        &self,
        submitted: Submitted,
        answer: &Result<Vec<Receipt>, Error>,
    ) -> io::Result<()> {
        self.append(Line::Answered { id: submitted.0, outcome: Outcome::from(answer) })
    }

    /// Every attempt so far, in the order in which they were written down.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn attempts(&self) -> io::Result<Vec<Attempt>> {
        match &self.kept {
            Kept::Memory(lines) => {
                Ok(attempts(lines.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned()))
            }
            Kept::File(_, path) => read(path),
        }
    }

    fn append(&self, line: Line) -> io::Result<()> {
        match &self.kept {
            Kept::Memory(lines) => {
                lines.lock().unwrap_or_else(PoisonError::into_inner).push(line);
                Ok(())
            }
            Kept::File(file, _) => {
                let mut file: &File = file;
                file.write_all(line.text().as_bytes())
            }
        }
    }
}

/// Every attempt of a record that lies in a file. Lines that are not whole, as a killed process leaves
/// them, are passed over.
///
/// # Errors
/// Where the file cannot be read.
pub fn read(path: impl AsRef<Path>) -> io::Result<Vec<Attempt>> {
    let bytes = std::fs::read(path)?;
    let text = String::from_utf8_lossy(&bytes);
    Ok(attempts(text.lines().filter_map(Line::read)))
}

/// Puts lines together. The place of a line is its time.
fn attempts(lines: impl Iterator<Item = Line>) -> Vec<Attempt> {
    let mut attempts = Vec::new();
    // A process may have the number of one that died: of two attempts of one id the later is meant.
    let mut open: HashMap<String, usize> = HashMap::new();
    for (time, line) in (0_u64..).zip(lines) {
        match line {
            Line::Submitted { id, who, parts } => {
                open.insert(id, attempts.len());
                attempts.push(Attempt { who, submitted: time, parts, answer: None });
            }
            Line::Answered { id, outcome } => {
                if let Some(index) = open.remove(&id) {
                    attempts[index].answer = Some(Answer { at: time, outcome });
                }
            }
        }
    }
    attempts
}
