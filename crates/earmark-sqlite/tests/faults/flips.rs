//! A bit that flips somewhere in the file is found, or does no harm; one that flips in its log may also give
//! an earlier history.

use std::collections::BTreeMap;
use std::io::{Seek, SeekFrom, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Duration;

use earmark_core::command::Reverse;
use earmark_core::id::key;

use crate::anatomy::{is_in_log, log_part, part};
use crate::dump::{answers, differences, rows};
use crate::formats::{FORMAT_1, FORMAT_2};
use crate::random::Random;
use crate::sample::{NANJING, PaidTo, Place, open, premium, prove, read, ready, try_read};

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
    /// Nobody noticed, and all that readers see is as it was some commits before.
    Earlier,
    /// Nobody noticed, and readers see something else.
    Silent(Vec<String>),
    Panicked,
}

/// All that a ledger says while it is sound.
#[derive(PartialEq)]
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
        self.judge_among(&[], path)
    }

    /// The same, where a ledger may also be what it was before.
    fn judge_among(&self, earlier: &[Self], path: &Path) -> Verdict {
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
                Ok(_) => self.compare(earlier, path, said),
            }
        }));
        verdict.unwrap_or(Verdict::Panicked)
    }

    fn compare(
        &self,
        earlier: &[Self],
        path: &Path,
        answers: Result<Vec<String>, earmark_core::Fault>,
    ) -> Verdict {
        let rows = rows(path).unwrap_or_else(|error| vec![error.to_string()]);
        let answers = answers.unwrap_or_else(|fault| vec![fault.to_string()]);
        let now = Self { rows, answers };
        if earlier.contains(&now) {
            return Verdict::Earlier;
        }
        let mut changed = differences(&self.rows, &now.rows);
        changed.extend(differences(&self.answers, &now.answers));
        changed.iter_mut().for_each(|line| *line = line.chars().take(300).collect());
        changed.truncate(4);
        if changed.is_empty() { Verdict::Harmless } else { Verdict::Silent(changed) }
    }
}

/// What bits are flipped in.
#[derive(Clone)]
struct Specimen {
    file: Vec<u8>,
    /// Its write-ahead log, where a crash has left one.
    log: Vec<u8>,
    /// What it said before the commits that the log holds, from the first on.
    earlier: Arc<Vec<Said>>,
}

impl Specimen {
    fn closed(file: Vec<u8>) -> Self {
        Self { file, log: Vec::new(), earlier: Arc::default() }
    }

    /// A ledger as a crash leaves it: some commits in the file, some in the log.
    fn crashed() -> Self {
        let place = Place::new();
        {
            let ledger = open(&place.path);
            ledger.attach(PaidTo).unwrap();
            let (book, voucher) = ready(&ledger, NANJING);
            let premiums: Vec<_> = (0..5).map(|unit| premium(unit, 9_000)).collect();
            book.record(key("before"), &voucher, premiums).unwrap();
        }
        let ledger = open(&place.path);
        ledger.attach(PaidTo).unwrap();
        let mut said = vec![Said::by(&place.path)];
        let (book, voucher) = ready(&ledger, NANJING);
        let two = [premium(6, 100), premium(7, 200)];
        let receipt = book.record(key("after"), &voucher, two).unwrap();
        said.push(Said::by(&place.path));
        let reason = book.register("paid by another unit").unwrap();
        said.push(Said::by(&place.path));
        let of = book.event(receipt.first_seq()).unwrap().unwrap();
        book.record(key("back"), &voucher, Reverse { of: &of, reason }).unwrap();
        let file = std::fs::read(&place.path).unwrap();
        let log = std::fs::read(place.beside("-wal")).unwrap();
        assert!(!log.is_empty());
        Self { file, log, earlier: Arc::new(said) }
    }

    fn put(&self) -> Place {
        let place = Place::new();
        std::fs::write(&place.path, &self.file).unwrap();
        if !self.log.is_empty() {
            std::fs::write(place.beside("-wal"), &self.log).unwrap();
        }
        place
    }

    fn bytes(&self, of_log: bool) -> &[u8] {
        if of_log { &self.log } else { &self.file }
    }

    fn part(&self, flip: Flip) -> String {
        match flip {
            Flip { of_log: true, at, .. } => log_part(at).to_owned(),
            Flip { at, .. } if is_in_log(&self.log, at) => "page that the log replaces".to_owned(),
            Flip { at, .. } => part(&self.file, at),
        }
    }
}

/// One bit, in a file or in its log.
#[derive(Clone, Copy, Debug)]
struct Flip {
    of_log: bool,
    at: usize,
    bit: u8,
}

/// Flips bits of a copy, one at a time, and tells what became of each.
fn flip_all(flips: &[Flip], specimen: &Specimen, outcomes: &Sender<(Flip, Verdict)>) {
    let place = specimen.put();
    let said = Said::by(&place.path);
    let paths = [place.path.clone(), place.beside("-wal")];
    let forget = || {
        let _ = std::fs::remove_file(place.beside("-shm"));
        if specimen.log.is_empty() {
            let _ = std::fs::remove_file(place.beside("-wal"));
        }
    };
    let put = |flip: &Flip, byte: u8| {
        forget();
        let path = &paths[usize::from(flip.of_log)];
        let mut file = std::fs::File::options().write(true).open(path).unwrap();
        file.seek(SeekFrom::Start(flip.at as u64)).unwrap();
        file.write_all(&[byte]).unwrap();
    };
    assert_eq!(said.judge(&place.path), Verdict::Harmless);
    for flip in flips {
        let byte = specimen.bytes(flip.of_log)[flip.at];
        put(flip, byte ^ flip.bit);
        outcomes.send((*flip, said.judge_among(&specimen.earlier, &place.path))).unwrap();
        put(flip, byte);
    }
    forget();
    assert_eq!(said.judge(&place.path), Verdict::Harmless);
    assert!(std::fs::read(&place.path).unwrap() == specimen.file, "a reader has written");
}

/// The flips to try. By default one bit of every so many bytes, and in runs of zeros, which are free
/// space, of one in 97; each bit of the headers. With `EARMARK_EXHAUSTIVE=1` or `EARMARK_LONG` one bit of every
/// byte, with `EARMARK_EXHAUSTIVE=8` every bit outside free space.
fn plan(specimen: &Specimen, step: usize) -> Vec<Flip> {
    let long = std::env::var("EARMARK_LONG").map(|_| "1".to_owned());
    let exhaustive = std::env::var("EARMARK_EXHAUSTIVE").or(long).unwrap_or_default();
    let seed: u64 = std::env::var("EARMARK_SEED")
        .map_or_else(|_| u64::from(std::process::id()), |seed| seed.parse().unwrap());
    let mut random = Random::new(seed);
    println!("EARMARK_SEED={seed}, {} + {} bytes", specimen.file.len(), specimen.log.len());
    let mut flips = Vec::new();
    for (of_log, header) in [(false, 100), (true, 32 + 24)] {
        let bytes = specimen.bytes(of_log);
        for at in 0..bytes.len() {
            let around = &bytes[at.saturating_sub(16)..(at + 16).min(bytes.len())];
            let empty = around.iter().all(|byte| *byte == 0);
            let step = if empty { step.max(97) } else { step };
            let mut add = |bit: u64| flips.push((empty, Flip { of_log, at, bit: 1 << bit }));
            match exhaustive.as_str() {
                _ if at < header => (0..8).for_each(add),
                "1" => add(random.below(8)),
                "8" if !empty => (0..8).for_each(add),
                _ if random.below(step as u64) == 0 => add(random.below(8)),
                _ => {}
            }
        }
    }
    // In any order, and free space last, so that a run that is cut off has tried a sample of what matters.
    for last in (1..flips.len()).rev() {
        flips.swap(last, random.below(last as u64 + 1) as usize);
    }
    flips.sort_by_key(|(empty, _)| *empty);
    println!("{} of them free space", flips.iter().filter(|(empty, _)| *empty).count());
    // Neither half has all of the free space.
    let (one, two): (Vec<_>, Vec<_>) =
        flips.into_iter().enumerate().partition(|(it, _)| it % 2 == 0);
    one.into_iter().chain(two).map(|(_, (_, flip))| flip).collect()
}

fn show(tally: &BTreeMap<String, usize>, tried: usize, of: usize) {
    println!("{tried} of {of}");
    for (class, count) in tally {
        println!("{count:>7} {class}");
    }
}

/// Tries the flips of a plan. Gives how many gave an earlier history.
fn try_all(specimen: &Specimen, step: usize) -> usize {
    let flips = plan(specimen, step);
    let (sender, outcomes) = channel();
    let half = flips.len().div_ceil(2);
    let threads: Vec<_> = flips
        .chunks(half)
        .map(|share| {
            let (share, specimen, sender) = (share.to_vec(), specimen.clone(), sender.clone());
            std::thread::spawn(move || flip_all(&share, &specimen, &sender))
        })
        .collect();
    drop(sender);
    let mut tally: BTreeMap<String, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    let (mut tried, mut earlier) = (0, 0);
    loop {
        let (flip, verdict) = match outcomes.recv_timeout(PATIENCE) {
            Ok(outcome) => outcome,
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => panic!("a flip keeps a reader busy for ever"),
        };
        tried += 1;
        let Flip { at, bit, of_log } = flip;
        let part = specimen.part(flip);
        let class = match &verdict {
            Verdict::Refused => "refused".to_owned(),
            Verdict::Found => "found".to_owned(),
            // Few, and each worth a look.
            Verdict::Harmless if part == "cell" => format!("harmless, cell, byte {at}"),
            Verdict::Harmless => format!("harmless, {part}"),
            Verdict::Earlier if of_log => {
                earlier += 1;
                "an earlier history".to_owned()
            }
            Verdict::Earlier | Verdict::Silent(_) | Verdict::Panicked => {
                wrong.push(format!("byte {at}, bit {bit}, {part}: {verdict:?}"));
                "wrong".to_owned()
            }
        };
        *tally.entry(class).or_default() += 1;
        if tried % 5_000 == 0 {
            show(&tally, tried, flips.len());
        }
    }
    show(&tally, tried, flips.len());
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    assert_eq!(tried, flips.len());
    assert!(wrong.is_empty(), "{} flips are not found:\n{}", wrong.len(), wrong.join("\n"));
    earlier
}

#[test]
fn every_flip_is_found_or_harmless() {
    try_all(&Specimen::closed(std::fs::read(&Place::with_sample().path).unwrap()), 7);
}

#[test]
fn every_flip_of_format_1_is_found_or_harmless() {
    try_all(&Specimen::closed(FORMAT_1.to_vec()), 41);
}

#[test]
fn every_flip_of_format_2_is_found_or_harmless() {
    try_all(&Specimen::closed(FORMAT_2.to_vec()), 41);
}

#[test]
fn every_flip_beside_a_log_is_found_or_gives_an_earlier_history() {
    let earlier = try_all(&Specimen::crashed(), 61);
    assert!(earlier > 100, "the log holds commits: {earlier}");
}
