//! The power fails at any point: of a history, of making a ledger, of an upgrade.

use std::collections::BTreeMap;
use std::sync::Mutex;

use earmark_testkit::disk::{Disk, Step};

use super::{FORMAT_1, FORMAT_2, NAME, Recorded, folder, is_long, script, start, with_litter};
use crate::random::Random;
use crate::sample::{prove, try_open, try_read};

/// Crashes at points of a journal: at a sample of so many, at each one once where there are not so many,
/// or, in the long run, at each one with several seeds. Gives how many there were.
fn crash(
    recorded: &Recorded,
    sample: usize,
    seeds: u64,
    judge: impl Fn(usize, u64, &Disk) + Sync,
) -> usize {
    let (began, end) = (recorded.began, recorded.journal.len() + 1);
    let mut random = Random::new(start());
    let mut plan: BTreeMap<usize, Vec<u64>> = BTreeMap::new();
    if is_long() {
        for at in began..end {
            plan.insert(at, (0..seeds).map(|_| random.number()).collect());
        }
    } else if sample >= end - began {
        (began..end).for_each(|at| drop(plan.insert(at, vec![random.number()])));
    } else {
        for _ in 0..sample {
            let at = began + random.below((end - began) as u64) as usize;
            plan.entry(at).or_default().push(random.number());
        }
    }
    // Two hands, each with a disk of its own that goes from point to point.
    let tried = Mutex::new(0);
    std::thread::scope(|threads| {
        for hand in 0..2 {
            let (plan, tried, judge) = (&plan, &tried, &judge);
            threads.spawn(move || {
                let mut disk = Disk::new();
                let mut steps = recorded.journal.steps().iter();
                let mut taken = 0;
                for (at, seeds) in plan.iter().skip(hand).step_by(2) {
                    steps.by_ref().take(at - taken).for_each(|step| disk.take(step));
                    taken = *at;
                    for seed in seeds {
                        judge(*at, *seed, &disk);
                        *tried.lock().unwrap() += 1;
                    }
                }
            });
        }
    });
    tried.into_inner().unwrap()
}

/// Crashes a history. Gives how many crashes there were, and how often an act that was not acknowledged
/// was there.
fn crash_history(recorded: &Recorded, sample: usize, seeds: u64) {
    let survived = Mutex::new(0);
    let tried = crash(recorded, sample, seeds, |at, seed, disk| {
        let what = format!("crash at {at}, seed {seed}");
        let mut random = Random::new(seed);
        let image = with_litter(disk.crash(seed), &mut random);
        let least = recorded.acknowledged(at);
        let reached = recorded.judge(&image, least, least + 1, &what);
        *survived.lock().unwrap() += usize::from(reached > least);
    });
    let (steps, survived) = (recorded.journal.len(), survived.into_inner().unwrap());
    println!(
        "{tried} crashes within {steps} steps and {} acts; {survived} times an act was there that \
         had not been acknowledged",
        recorded.acts.len()
    );
    assert!(survived > 0, "no crash fell between writing and acknowledging");
}

#[test]
fn what_was_acknowledged_survives_a_crash_at_any_point() {
    crash_history(&Recorded::of(None, script::whole()), 80, 20);
}

#[test]
fn an_upgrade_survives_a_crash_at_any_point() {
    crash_history(&Recorded::of(Some(FORMAT_1), script::after_the_upgrade()), usize::MAX, 20);
}

/// The same from format 2, whose books have matters already.
#[test]
fn an_upgrade_of_format_2_survives_a_crash_at_any_point() {
    let acts = script::after_the_second_upgrade();
    crash_history(&Recorded::of(Some(FORMAT_2), acts), usize::MAX, 20);
}

/// The file is absent, or a valid empty ledger.
#[test]
fn a_new_ledger_is_there_whole_or_not_at_all() {
    let recorded = Recorded::of(None, Vec::new());
    let absent = Mutex::new(0);
    let tried = crash(&recorded, usize::MAX, 60, |at, seed, disk| {
        let what = format!("crash at {at}, seed {seed}");
        let place = folder();
        disk.crash(seed).write_to(place.path()).unwrap();
        let path = place.path().join(NAME);
        if path.exists() {
            let reader = try_read(&path).unwrap_or_else(|fault| panic!("{what}: {fault}"));
            assert!(prove(&reader).unwrap().is_sound(), "{what}");
            assert!(reader.books().unwrap().is_empty(), "{what}");
        } else {
            assert!(at < recorded.opened, "{what}: it had been opened, and is gone");
            *absent.lock().unwrap() += 1;
        }
        let ledger = try_open(&path).unwrap_or_else(|fault| panic!("{what}: {fault}"));
        assert!(prove(&ledger).unwrap().is_sound(), "{what}");
    });
    println!("{tried} crashes, {} of them before it was there", absent.into_inner().unwrap());
}

/// The journal has what the tests above crash: a log copied into the file and begun again, syncs of both.
#[test]
fn the_history_writes_file_and_log() {
    let recorded = Recorded::of(None, script::whole());
    let steps = recorded.journal.steps();
    let count = |wanted: fn(&Step) -> bool| steps.iter().filter(|it| wanted(it)).count();
    assert!(count(|step| matches!(step, Step::Sync { .. })) > 40);
    assert!(count(|step| matches!(step, Step::Write { .. })) > 300);
    assert_eq!(count(|step| matches!(step, Step::Rename { .. })), 1);
    assert!(count(|step| matches!(step, Step::Delete { .. })) >= 2);
    let starts =
        |step: &&Step| matches!(step, Step::Write { at: 0, bytes, .. } if bytes.len() == 32);
    let logs = steps.iter().filter(starts).count();
    assert!(logs >= 4, "the log was begun {logs} times");
}
