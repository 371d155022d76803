//! A bit that flips somewhere in the file is found, or does no harm.

use std::collections::BTreeMap;
use std::io::{Seek, SeekFrom, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Duration;

use crate::anatomy::part;
use crate::dump::{answers, differences, rows};
use crate::sample::{Place, beside, prove, read, try_read};

/// How long one flip may keep a reader busy.
const PATIENCE: Duration = Duration::from_secs(60);

/// What became of a flip.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verdict {
    /// The ledger did not open.
    Refused,
    /// Verification found it, or could not run.
    Found,
    /// Nobody noticed, and all that readers see is as it was.
    Harmless,
    /// Nobody noticed, and readers see something else.
    Silent(Vec<String>),
    Panicked,
}

/// All that a ledger says while it is sound.
pub(crate) struct Said {
    pub(crate) rows: Vec<String>,
    pub(crate) answers: Vec<String>,
}

impl Said {
    pub(crate) fn by(path: &Path) -> Self {
        Self { rows: rows(path).unwrap(), answers: answers(&read(path)).unwrap() }
    }

    /// Opens and verifies a ledger that may be damaged. Faults and findings must name a place.
    pub(crate) fn judge(&self, path: &Path) -> Verdict {
        let verdict = catch_unwind(AssertUnwindSafe(|| {
            let ledger = match try_read(path) {
                Ok(ledger) => ledger,
                Err(fault) => {
                    assert!(!fault.at().is_empty(), "{fault:?}");
                    return Verdict::Refused;
                }
            };
            let said = answers(&ledger);
            match prove(&ledger) {
                Err(fault) => {
                    assert!(!fault.at().is_empty(), "{fault:?}");
                    Verdict::Found
                }
                Ok(proved) if !proved.is_sound() => {
                    assert!(proved.findings().iter().all(|finding| !finding.at.is_empty()));
                    Verdict::Found
                }
                Ok(_) => self.compare(path, said),
            }
        }));
        verdict.unwrap_or(Verdict::Panicked)
    }

    fn compare(&self, path: &Path, answers: Result<Vec<String>, earmark_core::Fault>) -> Verdict {
        let rows = rows(path).unwrap_or_else(|error| vec![error.to_string()]);
        let answers = answers.unwrap_or_else(|fault| vec![fault.to_string()]);
        let mut changed = differences(&self.rows, &rows);
        changed.extend(differences(&self.answers, &answers));
        changed.iter_mut().for_each(|line| *line = line.chars().take(300).collect());
        changed.truncate(4);
        if changed.is_empty() { Verdict::Harmless } else { Verdict::Silent(changed) }
    }
}

/// Flips bits of a copy of the sample, one at a time, and tells what became of each.
fn flip_all(flips: &[(usize, u8)], original: &[u8], outcomes: &Sender<(usize, u8, Verdict)>) {
    let place = Place::with_sample();
    assert!(std::fs::read(&place.path).unwrap() == original, "the sample is the same each time");
    let said = Said::by(&place.path);
    let mut file = std::fs::File::options().write(true).open(&place.path).unwrap();
    let mut put = |at: usize, byte: u8| {
        file.seek(SeekFrom::Start(at as u64)).unwrap();
        file.write_all(&[byte]).unwrap();
        for ending in ["-wal", "-shm"] {
            let _ = std::fs::remove_file(beside(&place.path, ending));
        }
    };
    for (at, bit) in flips {
        put(*at, original[*at] ^ bit);
        outcomes.send((*at, *bit, said.judge(&place.path))).unwrap();
        put(*at, original[*at]);
    }
    assert_eq!(said.judge(&place.path), Verdict::Harmless);
}

/// The flips to try. By default one bit of every seventh byte, and in runs of zeros, which are free
/// space, of one in 97; each bit of the file's header. With `EARMARK_EXHAUSTIVE=1` the lowest bit of
/// every byte, with `EARMARK_EXHAUSTIVE=8` every bit outside free space.
fn plan(original: &[u8]) -> Vec<(usize, u8)> {
    let exhaustive = std::env::var("EARMARK_EXHAUSTIVE").unwrap_or_default();
    let offset = std::process::id() as usize;
    println!("offset {offset}, {} bytes", original.len());
    let mut flips: Vec<_> = (0..100).flat_map(|at| (0..8).map(move |bit| (at, 1 << bit))).collect();
    for at in 100..original.len() {
        let around = &original[at.saturating_sub(16)..(at + 16).min(original.len())];
        let empty = around.iter().all(|byte| *byte == 0);
        let step = if empty { 97 } else { 7 };
        match exhaustive.as_str() {
            "1" => flips.push((at, 1)),
            "8" if !empty => flips.extend((0..8).map(|bit| (at, 1 << bit))),
            _ if (at + offset).is_multiple_of(step) => {
                flips.push((at, 1 << ((at / 7 + offset) % 8)));
            }
            _ => {}
        }
    }
    flips
}

#[test]
fn every_flip_is_found_or_harmless() {
    let original = std::fs::read(&Place::with_sample().path).unwrap();
    let flips = plan(&original);
    let (sender, outcomes) = channel();
    let half = flips.len().div_ceil(2);
    for share in flips.chunks(half) {
        let (share, original, sender) = (share.to_vec(), original.clone(), sender.clone());
        std::thread::spawn(move || flip_all(&share, &original, &sender));
    }
    drop(sender);
    let mut tally: BTreeMap<String, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    let mut tried = 0;
    loop {
        let (at, bit, verdict) = match outcomes.recv_timeout(PATIENCE) {
            Ok(outcome) => outcome,
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => panic!("a flip keeps a reader busy for ever"),
        };
        tried += 1;
        let part = part(&original, at);
        let class = match &verdict {
            Verdict::Refused => "refused".to_owned(),
            Verdict::Found => "found".to_owned(),
            // Few, and each worth a look.
            Verdict::Harmless if part == "cell" => format!("harmless, cell, byte {at}"),
            Verdict::Harmless => format!("harmless, {part}"),
            Verdict::Silent(_) | Verdict::Panicked => {
                wrong.push(format!("byte {at}, bit {bit}, {part}: {verdict:?}"));
                "wrong".to_owned()
            }
        };
        *tally.entry(class).or_default() += 1;
    }
    for (class, count) in &tally {
        println!("{count:>7} {class}");
    }
    assert_eq!(tried, flips.len(), "a thread gave up");
    assert!(wrong.is_empty(), "{} flips are not found:\n{}", wrong.len(), wrong.join("\n"));
}
