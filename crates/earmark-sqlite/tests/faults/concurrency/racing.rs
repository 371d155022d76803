//! Everything at once on one ledger, held against an outside record of what was promised.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use earmark_core::account::{Account, TreasuryDeposit};
use earmark_core::command::{Batch, Commands, OpenAccount, ReceivePremium};
use earmark_core::event::Voucher;
use earmark_core::fund::{Fund, WorkInjury};
use earmark_core::id::{BookId, key};
use earmark_core::ledger::{Book, Ledger};
use earmark_core::report::TrailFilter;
use earmark_core::store::MemoryStore;
use earmark_core::{Error, FaultKind};
use earmark_testkit::acknowledged::{Asked, Attempt, Kept, Outcome, Record, amounts, check};
use earmark_testkit::given::settings;

use super::{NANJING, Place, SUZHOU, open, premium, read, ready};
use crate::child::{Role, say, wait};
use crate::random::Random;
use crate::sample::{self, now, try_open};

/// Books into which anyone records.
const OPEN: [&str; 3] = [NANJING, SUZHOU, "320200"];
/// Books into which only joint commits go, the same into both.
const PAIR: [&str; 2] = ["320600", "320700"];
const RECORDERS: u64 = 8;

type Desk = (Book<WorkInjury>, Voucher);

/// How much longer than by default: `EARMARK_LONG=20` is twenty times as long.
pub(crate) fn times() -> u64 {
    std::env::var("EARMARK_LONG").map_or(1, |times| times.parse().unwrap())
}

/// The seed of this run: another one each time, unless it is given.
pub(crate) fn seed() -> u64 {
    let seed = std::env::var("EARMARK_SEED")
        .map_or_else(|_| u64::from(std::process::id()), |seed| seed.parse().unwrap());
    println!("EARMARK_SEED={seed}");
    seed
}

fn desks(ledger: &Ledger, areas: &[&str]) -> Vec<Desk> {
    areas.iter().map(|area| ready(ledger, area)).collect()
}

fn premiums(minor: &[u64]) -> Vec<ReceivePremium<WorkInjury, TreasuryDeposit>> {
    minor.iter().map(|amount| premium(1, *amount)).collect()
}

/// One recorder: what it does follows from its number and the seed.
struct Recorder<'a> {
    who: String,
    random: Random,
    ledger: &'a Ledger,
    record: &'a Record,
    open: &'a [Desk],
    pair: &'a [Desk],
    /// Names, books and amounts of what it has recorded.
    past: Vec<(String, usize, Vec<u64>)>,
    answered: &'a AtomicU64,
}

impl Recorder<'_> {
    fn step(&mut self, number: u64) {
        let name = format!("{}/{number}", self.who);
        let minor: Vec<u64> =
            (0..=self.random.below(4)).map(|_| 1 + self.random.below(1_000)).collect();
        let book = self.random.below(OPEN.len() as u64) as usize;
        match self.random.below(10) {
            0..=3 => self.ahead(&name, book, &minor),
            4 => self.alone(&name, book, &minor),
            5 => self.joint(&name, &minor),
            // A retry of what was recorded, by whoever recorded it.
            6 => match self.past.get(number as usize / 2).cloned() {
                Some((name, book, minor)) => self.alone(&name, book, &minor),
                None => self.alone(&name, book, &minor),
            },
            // One key for all, the same content.
            7 => self.alone(&format!("shared {}", number / 4), 0, &[1 + number / 4]),
            // One key for all, each with content of its own: one of them wins, the others are refused.
            8 => self.alone(&format!("disputed {}", number / 4), 1, &minor),
            _ => self.refused(&name, book),
        }
    }

    fn told(
        &self,
        asked: &[Asked],
        submit: impl FnOnce() -> Result<Vec<earmark_core::commit::Receipt>, Error>,
    ) {
        let attempt = self.record.submitted(&self.who, asked).unwrap();
        let answer = submit();
        self.record.answered(attempt, &answer).unwrap();
        self.answered.fetch_add(1, Ordering::Relaxed);
        if let Err(Error::Fault(fault)) = answer {
            panic!("{fault}");
        }
    }

    fn alone(&mut self, name: &str, book: usize, minor: &[u64]) {
        let (desk, voucher) = &self.open[book];
        let content = amounts(minor.iter().copied());
        let asked = Asked { book: desk.id(), key: key(name), content };
        self.told(&[asked], || Ok(vec![desk.record(key(name), voucher, premiums(minor))?]));
        self.past.push((name.to_owned(), book, minor.to_vec()));
    }

    /// Three are handed over before the first is waited for.
    fn ahead(&mut self, name: &str, book: usize, minor: &[u64]) {
        let (desk, voucher) = &self.open[book];
        let content = amounts(minor.iter().copied());
        let under_way: Vec<_> = (0..3)
            .map(|part| {
                let key = key(&format!("{name}, {part}"));
                let asked = Asked { book: desk.id(), key, content };
                let attempt = self.record.submitted(&self.who, &[asked]).unwrap();
                (attempt, desk.submit(key, voucher, premiums(minor)))
            })
            .collect();
        for (attempt, pending) in under_way {
            let answer = pending.wait().map(|receipt| vec![receipt]);
            self.record.answered(attempt, &answer).unwrap();
            answer.unwrap();
            self.answered.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Half of them name the books in the other order.
    fn joint(&mut self, name: &str, minor: &[u64]) {
        let content = amounts(minor.iter().copied());
        let turned = self.random.below(2) as usize;
        let desks = [&self.pair[turned], &self.pair[1 - turned]];
        let asked = desks.map(|(desk, _)| Asked { book: desk.id(), key: key(name), content });
        self.told(&asked, || {
            let joint = self.ledger.joint(key(name));
            let with = |joint: earmark_core::ledger::Joint<_>, (desk, voucher): &Desk| {
                joint.with(desk, voucher, premiums(minor))
            };
            desks.into_iter().fold(joint, with).record()
        });
    }

    /// What a rule refuses, or somebody who was faster.
    fn refused(&mut self, name: &str, book: usize) {
        let (desk, voucher) = &self.open[book];
        let asked = |minor| Asked { book: desk.id(), key: key(name), content: amounts([minor]) };
        if self.random.below(2) == 0 {
            let account =
                || Ok(vec![desk.record(key(name), voucher, OpenAccount(TreasuryDeposit))?]);
            self.told(&[asked(0)], account);
        } else {
            let mut batch = Batch::new();
            premiums(&[7]).append_to(voucher, &mut batch);
            let expected = desk.last_seq().unwrap();
            let record = || Ok(vec![desk.record_after(expected, key(name), batch)?]);
            self.told(&[asked(7)], record);
        }
    }
}

/// What one reader has seen, which must not go back.
#[derive(Default)]
struct Seen {
    heads: [u64; OPEN.len()],
    pair: u64,
    amounts: [Vec<u64>; OPEN.len()],
}

impl Seen {
    fn look(&mut self, ledger: &Ledger) {
        for (index, area) in OPEN.iter().enumerate() {
            let book = sample::book(ledger, area);
            let head = book.head().unwrap().state;
            assert!(head.seq() >= self.heads[index], "a head does not go back");
            self.heads[index] = head.seq();
            let mut sum = 0;
            let trail = book.trail(&TrailFilter::all()).unwrap();
            let now: Vec<_> = trail.iter().map(|it| it.event().fact().amount_minor()).collect();
            assert!(now.starts_with(&self.amounts[index]), "what was seen once stays");
            assert!(now.len() as u64 >= head.seq());
            for amount in &now[..head.seq() as usize] {
                sum += amount;
            }
            assert_eq!(sum, head.balance_minor(Account::Treasury), "a head is that of its prefix");
            let seqs: Vec<_> = trail.iter().map(|it| it.seq()).collect();
            assert!(seqs.iter().copied().eq(1..=seqs.len() as u64), "no event is left out");
            self.amounts[index] = now;
        }
        let pair = pair(ledger);
        assert_eq!(pair[0], pair[1], "a joint commit is seen whole or not at all");
        assert!(pair[0].0 >= self.pair, "a moment does not go back");
        self.pair = pair[0].0;
    }
}

/// Where the two books of the pair stand at one moment, with what they hold.
fn pair(ledger: &Ledger) -> [(u64, u64); 2] {
    let ids = PAIR.map(|area| BookId::new(sample::place(area), WorkInjury::SPEC));
    let mut stand = [(0, 0); 2];
    ledger
        .store()
        .at_one_moment(&mut |store| {
            for (stand, id) in stand.iter_mut().zip(ids) {
                let state = store.head(id)?.unwrap().state;
                *stand = (state.seq(), state.balance_minor(Account::Treasury));
            }
            Ok(())
        })
        .unwrap();
    stand
}

/// Recorders and readers race; what was promised is held against what is kept.
fn race(ledger: &Ledger, seed: u64, steps: u64, beside: impl FnOnce(&AtomicBool) + Send) {
    let (open, pair) = (desks(ledger, &OPEN), desks(ledger, &PAIR));
    let before = Kept::of(ledger).unwrap();
    let record = Record::in_memory();
    let (done, answered, looks) = (AtomicBool::new(false), AtomicU64::new(0), AtomicU64::new(0));
    std::thread::scope(|threads| {
        let recorders: Vec<_> = (0..RECORDERS)
            .map(|number| {
                let mut recorder = Recorder {
                    who: number.to_string(),
                    random: Random::new(seed << 8 | number),
                    ledger,
                    record: &record,
                    open: &open,
                    pair: &pair,
                    past: Vec::new(),
                    answered: &answered,
                };
                threads.spawn(move || (0..steps).for_each(|number| recorder.step(number)))
            })
            .collect();
        for _ in 0..2 {
            let (done, looks) = (&done, &looks);
            threads.spawn(move || {
                let mut seen = Seen::default();
                while !done.load(Ordering::Relaxed) {
                    seen.look(ledger);
                    looks.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        let done = &done;
        threads.spawn(move || beside(done));
        let ends: Vec<_> = recorders.into_iter().map(|recorder| recorder.join()).collect();
        done.store(true, Ordering::Relaxed);
        assert!(ends.iter().all(Result::is_ok));
    });
    let attempts = record.attempts().unwrap();
    let violations = check(&attempts, &before, &Kept::of(ledger).unwrap());
    assert!(violations.is_empty(), "{violations:#?}");
    let proved = ledger.verify().unwrap();
    assert!(proved.is_sound(), "{:?}", proved.findings());
    let (recorded, repeated, refused) = count(&attempts);
    assert!(recorded > 0 && repeated > 0 && refused > 0);
    println!(
        "{} attempts: {recorded} recorded, {repeated} repeated, {refused} refused; {} looks",
        attempts.len(),
        looks.into_inner()
    );
}

/// How many attempts were recorded, repeated and refused.
pub(crate) fn count(attempts: &[Attempt]) -> (usize, usize, usize) {
    let (mut recorded, mut repeated, mut refused) = (0, 0, 0);
    for attempt in attempts {
        match attempt.answer.as_ref().map(|answer| &answer.outcome) {
            Some(Outcome::Recorded(promises)) if promises.iter().all(|it| it.repeated) => {
                repeated += 1
            }
            Some(Outcome::Recorded(_)) => recorded += 1,
            Some(Outcome::Refused(_)) => refused += 1,
            Some(Outcome::Unknown) | None => {}
        }
    }
    (recorded, repeated, refused)
}

#[test]
fn promises_of_a_racing_memory_are_kept() {
    let ledger = Ledger::new(MemoryStore::new(settings()), now());
    race(&ledger, seed(), 60 * times(), |_| {});
}

#[test]
fn promises_of_a_racing_file_are_kept() {
    let place = Place::new();
    let ledger = open(&place.path);
    race(&ledger, seed(), 60 * times(), |_| {});
    drop(ledger);
    assert!(open(&place.path).verify().unwrap().is_sound());
}

/// The role of a reader in another process: looks at each nudge, and says where the books stand.
pub(crate) fn watch(path: &Path) {
    let ledger = read(path);
    let mut seen = Seen::default();
    loop {
        seen.look(&ledger);
        let heads = seen.heads.iter().chain([&seen.pair]);
        say(&heads.map(u64::to_string).collect::<Vec<_>>().join(" "));
        wait();
    }
}

/// The role of a process that wants to write, and is told each time that another does.
pub(crate) fn intrude(path: &Path) {
    loop {
        let refused = try_open(path).map(drop).map_err(|fault| fault.kind());
        say(&format!("{}", refused == Err(FaultKind::Locked)));
        wait();
    }
}

/// A reader in another process sees all that was acknowledged before it looked, and nothing that is not
/// there after it; a writer in another process is refused all the while.
#[test]
fn other_processes_beside_a_race_read_and_do_not_write() {
    let place = Place::new();
    let ledger = open(&place.path);
    desks(&ledger, &OPEN);
    desks(&ledger, &PAIR);
    let stand = || -> Vec<u64> {
        let open = OPEN.iter().map(|area| sample::book(&ledger, area).last_seq().unwrap());
        open.chain([pair(&ledger)[0].0]).collect()
    };
    let (ledger, stand) = (&ledger, &stand);
    let path = &place.path;
    race(ledger, seed(), 60 * times(), move |done| {
        let mut reader = Role::start("watch", path, 0);
        let mut intruder = Role::start("intrude", path, 0);
        assert!(reader.hear().is_some() && intruder.hear().as_deref() == Some("true"));
        let mut looks = 0;
        while looks < 10 || !done.load(Ordering::Relaxed) {
            let before = stand();
            reader.nudge();
            intruder.nudge();
            let heard = reader.hear().expect("the reader finds nothing wrong");
            let seen: Vec<u64> = heard.split(' ').map(|it| it.parse().unwrap()).collect();
            let after = stand();
            let between = before.iter().zip(&seen).zip(&after);
            assert!(
                between.into_iter().all(|((a, b), c)| a <= b && b <= c),
                "{before:?} {seen:?} {after:?}"
            );
            assert_eq!(intruder.hear().as_deref(), Some("true"), "there is one writer");
            looks += 1;
        }
        println!("{looks} looks from another process");
    });
}
