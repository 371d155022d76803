//! Bytes from outside: the corpora of the fuzzers, and mutations of them, as plain tests.
//!
//! `fuzz/corpus` holds what fuzzing has found worth keeping, and every input that ever broke a promise.
//! `EARMARK_LONG=1` tries a hundred times as many mutations, `EARMARK_LONG=n` n times as many.

mod acceptance;
mod certificate;
mod mirror_statement;
mod package_text;
mod receipt;
mod seeds;

use std::path::{Path, PathBuf};

use earmark_core::ledger::Ledger;
use earmark_core::time::Timestamp;
use earmark_sqlite::OpenOptions;
use earmark_testkit::outside::{self, Reading};

/// Mutations that are tried of each file of a corpus.
const MUTATIONS: u32 = 24;

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus")
}

/// The files of a target's corpus, in the order of their names.
fn files(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = corpus().join(target);
    let mut paths: Vec<_> =
        std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.into_iter().map(|path| (path.clone(), std::fs::read(path).unwrap())).collect()
}

fn times() -> u32 {
    match std::env::var("EARMARK_LONG").as_deref() {
        Err(_) | Ok("" | "0") => 1,
        Ok("1") => 100,
        Ok(times) => times.parse().expect("EARMARK_LONG is a number"),
    }
}

/// A generator that gives the same numbers at every run (SplitMix64).
struct Dice(u64);

impl Dice {
    fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.number() % u64::try_from(bound.max(1)).unwrap()).unwrap()
    }
}

/// One to four small changes: a bit, a byte, an edge of a number, a cut, a piece twice, a piece of another
/// file.
fn mutated(bytes: &[u8], other: &[u8], dice: &mut Dice) -> Vec<u8> {
    const EDGES: [&[u8]; 6] =
        [&[0], &[0xff], &[0xff; 8], &[0; 8], &[0, 0, 0, 0x80], &[0xff, 0xff, 0xff, 0x7f]];
    let mut bytes = bytes.to_vec();
    for _ in 0..=dice.below(4) {
        let at = dice.below(bytes.len());
        match dice.below(6) {
            0 if !bytes.is_empty() => bytes[at] ^= 1 << dice.below(8),
            1 if !bytes.is_empty() => bytes[at] = u8::try_from(dice.below(256)).unwrap(),
            2 => {
                for (byte, edge) in bytes.iter_mut().skip(at).zip(EDGES[dice.below(6)]) {
                    *byte = *edge;
                }
            }
            3 => bytes.truncate(at),
            4 => {
                let piece: Vec<_> =
                    bytes.iter().skip(at).take(1 + dice.below(32)).copied().collect();
                bytes.splice(at..at, piece);
            }
            _ => {
                let from = dice.below(other.len());
                let piece: Vec<_> =
                    other.iter().skip(from).take(1 + dice.below(64)).copied().collect();
                bytes.splice(at..at, piece);
            }
        }
    }
    bytes
}

/// Runs every file of a corpus and mutations of each. Some of both kinds are in every corpus: a function
/// that accepts nothing, or everything, would show here.
fn tried(target: &str, mutations: u32, judge: impl Fn(&[u8]) -> Reading) {
    let files = files(target);
    let mut accepted = 0;
    let mut refused = 0;
    let mut count = |reading| match reading {
        Reading::Accepted => accepted += 1,
        Reading::Refused => refused += 1,
    };
    for (number, (path, bytes)) in files.iter().enumerate() {
        let shown = path.file_name().unwrap().to_string_lossy().into_owned();
        count(named(&format!("{target}/{shown}"), bytes, &judge));
        let mut dice = Dice(u64::try_from(number).unwrap());
        for round in 0..mutations * times() {
            let (_, other) = &files[dice.below(files.len())];
            let changed = mutated(bytes, other, &mut dice);
            count(named(&format!("{target}/{shown}, mutation {round}"), &changed, &judge));
        }
    }
    println!("{target}: {} files, {accepted} accepted, {refused} refused", files.len());
    assert!(accepted > 0 && refused > 0, "{target}: {accepted} accepted, {refused} refused");
}

/// Says which input it was where one panics, and gives its bytes as something that can be pasted.
fn named(name: &str, bytes: &[u8], judge: &impl Fn(&[u8]) -> Reading) -> Reading {
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| judge(bytes)));
    caught.unwrap_or_else(|_| panic!("{name} breaks a promise: b\"{}\"", bytes.escape_ascii()))
}

macro_rules! targets {
    ($($name:ident $mutations:expr, $judge:path;)*) => {
        $(
            #[test]
            fn $name() {
                tried(stringify!($name), $mutations, $judge);
            }
        )*

        /// A fuzz target, a corpus and a test here belong together.
        #[test]
        fn every_target_is_tried_here() {
            let tried = [$(stringify!($name),)* "ledger"];
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/fuzz_targets");
            let mut targets: Vec<_> = std::fs::read_dir(folder)
                .unwrap()
                .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
                .collect();
            targets.sort();
            let mut tried: Vec<_> = tried.into_iter().map(str::to_owned).collect();
            tried.sort();
            assert_eq!(targets, tried);
        }
    };
}

targets! {
    frame MUTATIONS, outside::frame;
    commit MUTATIONS, outside::commit;
    record MUTATIONS, outside::record;
    cell MUTATIONS, outside::cell;
    snapshot MUTATIONS, outside::snapshot;
    head MUTATIONS, outside::head;
    profile 2, outside::profile;
    command 1, outside::command;
    json MUTATIONS, outside::json;
    text MUTATIONS, outside::text;
    vocabulary MUTATIONS, outside::vocabulary;
    note MUTATIONS, outside::note;
    checkpoint MUTATIONS, outside::checkpoint;
    verifier_key MUTATIONS, outside::verifier_key;
    witness_request MUTATIONS, outside::witness_request;
    policy MUTATIONS, outside::policy;
    log_proof MUTATIONS, outside::log_proof;
    tile MUTATIONS, outside::tile;
    certificate MUTATIONS, certificate::certificate;
    acceptance MUTATIONS, acceptance::acceptance;
    package_text MUTATIONS, package_text::package_text;
    receipt MUTATIONS, receipt::receipt;
    mirror_statement MUTATIONS, mirror_statement::mirror_statement;
}

/// A whole file, opened read-only and for writing. Fewer mutations: each reads and proves a ledger, most of
/// the time twice.
#[test]
fn ledger() {
    tried("ledger", 8, |bytes| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("any.earmark");
        std::fs::write(&path, bytes).unwrap();
        let mut reading = Reading::Refused;
        for options in [OpenOptions::new().read_only(), OpenOptions::new()] {
            if let Ok(store) = options.open(&path) {
                let ledger = Ledger::new(store, Timestamp::MAX);
                ledger.know::<crate::law::Trust>().unwrap();
                reading = outside::ledger(&ledger);
            }
        }
        reading
    });
}
