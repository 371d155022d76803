//! Writes, syncs and reads that fail.

use std::collections::BTreeMap;

use earmark_core::{Error, FaultKind};
use earmark_testkit::disk::{Disk, Journal};
use earmark_vfs::{Drive, Kind, Trouble};

use super::{Deed, FORMAT_1, Recorded, Rig, is_long, script, start, with_litter};
use crate::dump::answers;
use crate::random::Random;
use crate::sample::{beside, prove, try_open};

/// A run in which something failed.
struct Run {
    rig: Rig,
    /// How many acts were answered well before the first that was not.
    done: usize,
    /// The act that was answered with a fault: its place, and what it was told. None where all went well.
    fault: Option<(usize, Error)>,
    /// Whether it was the ledger that did not open.
    unopened: bool,
    /// The journal when the trouble was over, before anything was closed.
    journal: Journal,
    /// The same files as a killed process leaves them.
    left: Vec<(String, Vec<u8>)>,
}

/// Runs a script with trouble, up to the first act that is told of it.
fn run(recorded: &Recorded, trouble: Trouble) -> Run {
    let rig = Rig::new(recorded.before);
    rig.drive.plan(trouble);
    let mut run = match rig.open() {
        Err(fault) => Run::of(rig, 0, Some((0, fault.into())), true),
        Ok(opened) => {
            let mut ledger = Some(opened);
            let mut fault = None;
            let mut done = 0;
            for (place, act) in recorded.acts.iter().enumerate() {
                let struck = rig.drive.counts().struck;
                match act.perform(&rig, &mut ledger) {
                    Ok(said) => {
                        assert_eq!(said, recorded.told[place].1, "{trouble:?}, {}", act.name);
                        let swallowed = rig.drive.counts().struck > struck
                            && trouble.kind == Kind::SyncFails
                            && matches!(act.deed, Deed::Record(_) | Deed::Attach);
                        assert!(!swallowed, "{trouble:?}: `{}` says that it is durable", act.name);
                        done = place + 1;
                    }
                    Err(error) => {
                        fault = Some((place, error));
                        break;
                    }
                }
            }
            let mut run = Run::of(rig, done, fault, false);
            run.after_the_fault(recorded, trouble, ledger.as_ref());
            drop(ledger);
            run
        }
    };
    run.rig.drive.mend();
    if run.fault.is_none() {
        run.journal = run.rig.drive.journal();
    }
    run
}

impl Run {
    fn of(rig: Rig, done: usize, fault: Option<(usize, Error)>, unopened: bool) -> Self {
        let (journal, left) = (Journal::new(), Vec::new());
        let mut run = Self { rig, done, fault, unopened, journal, left };
        run.look();
        run
    }

    /// Takes down how things stand on the disk, and in the files as a process sees them.
    fn look(&mut self) {
        self.journal = self.rig.drive.journal();
        let files = std::fs::read_dir(self.rig.path.parent().unwrap()).unwrap();
        self.left = files
            .map(|file| file.unwrap().path())
            .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), path))
            .filter(|(name, _)| !name.ends_with("-shm") && !name.ends_with("-lock"))
            .map(|(name, path)| (name, std::fs::read(path).unwrap()))
            .collect();
    }

    /// A writer that does not know what is true writes nothing any more; any other one goes on, and tells
    /// the truth about the act that failed.
    fn after_the_fault(
        &mut self,
        recorded: &Recorded,
        trouble: Trouble,
        ledger: Option<&earmark_core::ledger::Ledger>,
    ) {
        let (Some((place, error)), Some(ledger)) = (self.fault.as_ref(), ledger) else { return };
        let place = *place;
        let what = format!("{trouble:?}, `{}`: {error}", recorded.acts[place].name);
        // A look-up that reads wrongly may end in a refusal by a rule.
        let is_flip = matches!(trouble.kind, Kind::ReadFlips(_));
        let Error::Fault(fault) = error else { return assert!(is_flip, "{what}") };
        let is_commit = matches!(recorded.acts[place].deed, Deed::Record(_))
            && !recorded.told[place].1.is_empty();
        if trouble.kind == Kind::SyncFails && is_commit {
            assert_eq!(fault.kind(), FaultKind::Unknown, "{what}");
        }
        self.rig.drive.mend();
        let again = recorded.acts[place].record(ledger);
        match (fault.kind(), again) {
            (FaultKind::Unknown, Err(Error::Fault(stopped))) => {
                assert_eq!(stopped.kind(), FaultKind::Stopped, "{what}");
            }
            (FaultKind::Unknown, _) => panic!("{what}: the writer goes on"),
            (FaultKind::Full, Err(error)) => panic!("{what}: then {error}"),
            (_, Ok(again)) => {
                assert_eq!(again, recorded.told[place].1, "{what}");
                self.done = place + 1;
                self.look();
            }
            (_, Err(_)) => {}
        }
    }

    /// Which acts may be there: all that were answered well, and the one that failed.
    fn most(&self) -> usize {
        self.done + 1
    }

    /// The process goes on: the file is opened again where it lies.
    fn reopens(&self, recorded: &Recorded, what: &str) {
        let ledger = try_open(&self.rig.path).unwrap_or_else(|fault| panic!("{what}: {fault}"));
        recorded.stands(&ledger, self.done, self.most(), what);
        recorded.finish(ledger, what);
    }

    /// The power fails when the trouble is over.
    fn survives_a_crash(&self, recorded: &Recorded, seeds: &[u64], what: &str) {
        let closed = self.rig.drive.journal();
        let mut disk = Disk::new();
        for (place, step) in closed.steps().iter().enumerate() {
            // When the trouble was over; at some step of closing the ledger; and when it was closed.
            let of_closing = place > self.journal.len() && place.is_multiple_of(5);
            if place == self.journal.len() || of_closing {
                self.crash(recorded, &disk, seeds, &format!("{what}, step {place}"));
            }
            disk.take(step);
        }
        self.crash(recorded, &disk, seeds, &format!("{what}, closed"));
    }

    fn crash(&self, recorded: &Recorded, disk: &Disk, seeds: &[u64], what: &str) {
        for seed in seeds {
            let what = format!("{what}, crash with seed {seed}");
            let image = with_litter(disk.crash(*seed), &mut Random::new(*seed));
            recorded.judge(&image, self.done, self.most(), &what);
        }
    }

    /// The process is killed, another finishes the script on what it finds, and then the power fails: all
    /// that the second one acknowledged must be there.
    fn survives_a_kill_and_a_crash(&self, recorded: &Recorded, seeds: &[u64], what: &str) {
        let mut next = Rig::new(None);
        for (name, bytes) in &self.left {
            std::fs::write(next.path.parent().unwrap().join(name), bytes).unwrap();
        }
        next.drive = Drive::after(self.journal.clone());
        let ledger = next.open().unwrap_or_else(|fault| panic!("{what}, after a kill: {fault}"));
        recorded.stands(&ledger, self.done, self.most(), what);
        for (act, (_, told)) in recorded.acts.iter().zip(&recorded.told).take(self.most()) {
            assert_eq!(act.record(&ledger).unwrap(), *told, "{what}, after a kill");
        }
        let journal = next.drive.journal();
        let said = answers(&ledger).unwrap();
        let done = (0..recorded.histories.len()).rev().find(|it| recorded.histories[*it] == said);
        let done = done.unwrap_or_else(|| panic!("{what}, after a kill: another history"));
        let mut disk = Disk::new();
        for (place, step) in journal.steps().iter().enumerate() {
            // While the second process opens and goes on, only what the first one acknowledged is sure.
            if place > self.journal.len() && place.is_multiple_of(7) {
                let what =
                    format!("{what}, then killed, step {place}, crash with seed {}", seeds[0]);
                recorded.judge(&disk.crash(seeds[0]), self.done, self.most(), &what);
            }
            disk.take(step);
        }
        for seed in seeds {
            let what = format!("{what}, then killed, opened, and a crash with seed {seed}");
            recorded.judge(&disk.crash(*seed), done, done, &what);
        }
    }
}

/// Which operations of a kind fail in turn: all of them, or a sample.
fn turns(count: u64, sample: u64, random: &mut Random) -> Vec<u64> {
    if is_long() || sample >= count {
        return (0..count).collect();
    }
    (0..sample).map(|_| random.below(count)).collect()
}

/// Makes trouble at each of so many operations, and judges what is left: opened again as it lies, after a
/// power failure, and after a kill that is followed by one.
fn trouble_each(recorded: &Recorded, kind: Kind, times: u64, count: u64, sample: u64) {
    let mut random = Random::new(start());
    let mut tally: BTreeMap<String, usize> = BTreeMap::new();
    let seeds = 3;
    let turns = turns(count, sample, &mut random);
    for first in &turns {
        let trouble = Trouble { kind, first: *first, times };
        let what = format!("{trouble:?}");
        let run = run(recorded, trouble);
        assert!(run.rig.drive.counts().struck > 0, "{what} never came");
        let class = match &run.fault {
            None => "nobody was told, nothing was lost".to_owned(),
            Some((_, Error::Fault(fault))) if run.unopened => {
                format!("told `{:?}` when opening", fault.kind())
            }
            Some((_, Error::Fault(fault))) => format!("told `{:?}`", fault.kind()),
            Some((_, other)) => panic!("{what}: {other}"),
        };
        *tally.entry(class).or_default() += 1;
        let seeds: Vec<u64> = (0..seeds).map(|_| random.number()).collect();
        run.survives_a_crash(recorded, &seeds, &what);
        if run.fault.is_some() {
            run.survives_a_kill_and_a_crash(recorded, &seeds, &what);
        }
        run.reopens(recorded, &what);
    }
    println!("{kind:?}: {} of {count}, {seeds} crashes after each", turns.len());
    for (class, times) in tally {
        println!("{times:>7} {class}");
    }
}

/// A failed sync is told, stops the writer, and loses nothing that was acknowledged.
#[test]
fn a_failed_sync_is_told_and_loses_nothing() {
    let whole = Recorded::of(None, script::whole());
    trouble_each(&whole, Kind::SyncFails, 1, whole.counts.syncs, 14);
    let upgraded = Recorded::of(Some(FORMAT_1), script::after_the_upgrade());
    trouble_each(&upgraded, Kind::SyncFails, 1, upgraded.counts.syncs, 5);
}

/// The same where no sync succeeds any more.
#[test]
fn a_disk_that_syncs_no_more_loses_nothing() {
    let whole = Recorded::of(None, script::whole());
    trouble_each(&whole, Kind::SyncFails, u64::MAX, whole.counts.syncs, 6);
}

#[test]
fn a_full_disk_at_any_write_loses_nothing() {
    let whole = Recorded::of(None, script::whole());
    trouble_each(&whole, Kind::DiskFull, u64::MAX, whole.counts.writes, 12);
    let upgraded = Recorded::of(Some(FORMAT_1), script::after_the_upgrade());
    trouble_each(&upgraded, Kind::DiskFull, u64::MAX, upgraded.counts.writes, 5);
}

#[test]
fn a_failed_or_short_write_loses_nothing() {
    let whole = Recorded::of(None, script::whole());
    trouble_each(&whole, Kind::WriteFails, 1, whole.counts.writes, 8);
    trouble_each(&whole, Kind::WriteShort, 1, whole.counts.writes, 8);
    let upgraded = Recorded::of(Some(FORMAT_1), script::after_the_upgrade());
    trouble_each(&upgraded, Kind::WriteShort, 1, upgraded.counts.writes, 4);
}

#[test]
fn a_failed_read_loses_nothing() {
    let whole = Recorded::of(None, script::whole());
    trouble_each(&whole, Kind::ReadFails, 1, whole.counts.reads, 8);
    // Every read of the first acts, those of a book's row among them: a failed read ends the transaction.
    let first = Recorded::of(None, script::whole().into_iter().take(5).collect());
    trouble_each(&first, Kind::ReadFails, 1, first.counts.reads, u64::MAX);
}

/// No store can withstand a disk that says `synced` and does nothing. What a crash then leaves is refused, or
/// found, or a history that really was: never another one.
#[test]
fn a_lying_disk_gives_an_earlier_history_or_is_found_out() {
    let recorded = Recorded::of(None, script::whole());
    let mut random = Random::new(start());
    let mut tally: BTreeMap<&str, usize> = BTreeMap::new();
    let seeds = if is_long() { 60 } else { 4 };
    for first in turns(recorded.counts.syncs, 12, &mut random) {
        let trouble = Trouble { kind: Kind::SyncLies, first, times: u64::MAX };
        let run = run(&recorded, trouble);
        assert!(run.fault.is_none(), "a lie is not noticed at once");
        let mut disk = Disk::new();
        run.journal.steps().iter().for_each(|step| disk.take(step));
        for _ in 0..seeds {
            let seed = random.number();
            let what = format!("{trouble:?}, crash with seed {seed}");
            let place = super::folder();
            disk.crash(seed).write_to(place.path()).unwrap();
            let path = place.path().join(super::NAME);
            let verdict = match try_open(&path) {
                Err(_) => "refused",
                Ok(ledger) => match (prove(&ledger), answers(&ledger)) {
                    (Ok(proved), Ok(said)) if proved.is_sound() => {
                        let found = recorded.histories.iter().position(|it| *it == said);
                        match found {
                            Some(place) if place + 1 == recorded.histories.len() => "all there",
                            Some(_) => "an earlier history",
                            None if said.len() == 1 => "a new ledger",
                            None => panic!("{what}: a history that never was"),
                        }
                    }
                    _ => "found by verification",
                },
            };
            *tally.entry(verdict).or_default() += 1;
        }
    }
    println!("{tally:?}");
    let lost = tally.iter().filter(|(verdict, _)| **verdict != "all there").count();
    assert!(lost > 0, "the drive does not lie");
}

/// A bit that flips while it is read: the act is refused, or told what is right; and what then lies in the
/// file is right, or refused, or found by verification.
#[test]
fn a_flipped_read_is_never_acknowledged_as_something_else() {
    let recorded = Recorded::of(None, script::whole());
    let mut random = Random::new(start());
    let mut tally: BTreeMap<&str, usize> = BTreeMap::new();
    let seeds = if is_long() { 24 } else { 1 };
    for first in turns(recorded.counts.reads, 40, &mut random) {
        for _ in 0..seeds {
            let kind = Kind::ReadFlips(random.number());
            let trouble = Trouble { kind, first, times: 1 };
            // Told otherwise than without the flip: the run itself fails.
            let run = run(&recorded, trouble);
            let told = run.fault.is_some();
            let _ = std::fs::remove_file(beside(&run.rig.path, "-shm"));
            let verdict = match try_open(&run.rig.path) {
                Err(_) => "the file is refused",
                Ok(ledger) => match (prove(&ledger), answers(&ledger)) {
                    (Ok(proved), Ok(said)) if proved.is_sound() => {
                        let reached = recorded.histories.contains(&said);
                        assert!(reached, "{trouble:?}: a history that never was");
                        if told { "an act was refused, the file is right" } else { "right" }
                    }
                    _ => "found by verification",
                },
            };
            *tally.entry(verdict).or_default() += 1;
        }
    }
    println!("{tally:?}");
}
