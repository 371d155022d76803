//! Two processes that write one ledger by turns. One is killed at a random moment, and the other takes
//! over. All of them write what they were promised into one record, and it is held against the file.

use std::path::{Path, PathBuf};
use std::time::Duration;

use earmark_core::FaultKind;
use earmark_core::commit::Receipt;
use earmark_core::id::key;
use earmark_core::ledger::Ledger;
use earmark_testkit::acknowledged::{Asked, Attempt, Kept, Record, amounts, check, read};

use crate::child::{Role, say};
use crate::concurrency::racing::{count, seed, times};
use crate::random::Random;
use crate::sample::{
    NANJING, Place, SUZHOU, beside, book, open, premium, ready, try_open, voucher,
};

const AREAS: [&str; 3] = [NANJING, SUZHOU, "320200"];

fn record_of(ledger: &Path) -> PathBuf {
    beside(ledger, "-record")
}

/// One commit: all of it follows from its name.
struct Piece {
    name: String,
    areas: Vec<&'static str>,
    minor: Vec<u64>,
}

impl Piece {
    fn new(name: String) -> Self {
        let [a, b, ..] = key(&name).bytes();
        let mut random = Random::new(u64::from(a) << 8 | u64::from(b));
        let first = random.below(3) as usize;
        let joint = random.below(4) == 0;
        let areas =
            if joint { vec![AREAS[first], AREAS[(first + 1) % 3]] } else { vec![AREAS[first]] };
        let minor = (0..=random.below(30)).map(|_| 1 + random.below(1_000)).collect();
        Self { name, areas, minor }
    }

    fn record(&self, ledger: &Ledger, record: &Record, who: &str) {
        let content = amounts(self.minor.iter().copied());
        let books: Vec<_> = self.areas.iter().map(|area| book(ledger, area)).collect();
        let asked: Vec<_> =
            books.iter().map(|it| Asked { book: it.id(), key: key(&self.name), content }).collect();
        let attempt = record.submitted(who, &asked).unwrap();
        let mut joint = ledger.joint(key(&self.name));
        for book in &books {
            let premiums: Vec<_> = self.minor.iter().map(|amount| premium(1, *amount)).collect();
            joint = joint.with(book, &voucher(book), premiums);
        }
        let answer = joint.record();
        record.answered(attempt, &answer).unwrap();
        answer.unwrap();
    }
}

/// What the dead were not answered: pieces by the names of those who asked.
fn unanswered(attempts: &[Attempt]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for (index, attempt) in attempts.iter().enumerate() {
        if attempt.answer.is_none() && !attempt.who.starts_with("again") {
            let number = attempts[..index].iter().filter(|it| it.who == attempt.who).count();
            let piece = Piece::new(format!("{}/{number}", attempt.who));
            assert_eq!(attempt.parts[0].key, key(&piece.name));
            pieces.push(piece);
        }
    }
    pieces
}

/// The role: opens the ledger when it is free, retries what another one left unanswered, records a little
/// from three threads, closes, and so on until it is killed.
pub(crate) fn take_turns(path: &Path, seed: u64) {
    let record = Record::in_file(record_of(path)).unwrap();
    let mut random = Random::new(seed);
    for turn in 0.. {
        let ledger = loop {
            match try_open(path) {
                Ok(ledger) => break ledger,
                Err(fault) => assert_eq!(fault.kind(), FaultKind::Locked, "{fault}"),
            }
            std::thread::sleep(Duration::from_micros(200 + random.below(800)));
        };
        let left = unanswered(&read(record_of(path)).unwrap());
        for piece in left.iter().rev().take(random.below(4) as usize) {
            piece.record(&ledger, &record, &format!("again {seed}/{turn}"));
        }
        let each = 1 + random.below(4);
        std::thread::scope(|threads| {
            for thread in 0..3 {
                let (ledger, record) = (&ledger, &record);
                threads.spawn(move || {
                    let who = format!("{seed}/{turn}/{thread}");
                    for number in 0..each {
                        Piece::new(format!("{who}/{number}")).record(ledger, record, &who);
                    }
                });
            }
        });
        drop(ledger);
        say(&turn.to_string());
        // The other one's turn.
        std::thread::sleep(Duration::from_micros(random.below(3_000)));
    }
}

/// Hears so many turns of a process that goes on.
fn turns(role: &mut Role, turns: u64) {
    for _ in 0..turns {
        role.hear().expect("the process that was not killed goes on");
    }
}

#[test]
fn one_of_two_writers_is_killed_and_the_other_takes_over() {
    let seed = seed();
    let mut random = Random::new(seed);
    let rounds = 8 * times();
    let (mut place, mut before) = (Place::new(), Kept::default());
    let (mut recorded, mut repeated, mut nothing) = (0, 0, 0);
    for round in 0..rounds {
        // Long runs begin anew now and then: each check reads the whole record.
        if round % 8 == 0 {
            place = Place::new();
            let ledger = open(&place.path);
            AREAS.iter().for_each(|area| drop(ready(&ledger, area)));
            before = Kept::of(&ledger).unwrap();
        }
        let first = seed.wrapping_add(round) << 1;
        let mut one = Role::start("turns", &place.path, first);
        let mut other = Role::start("turns", &place.path, first | 1);
        turns(&mut one, 1);
        turns(&mut other, 1);
        std::thread::sleep(Duration::from_micros(random.below(40_000)));
        one.kill();
        turns(&mut other, 1 + random.below(3));
        std::thread::sleep(Duration::from_micros(random.below(5_000)));
        other.kill();

        let ledger = open(&place.path);
        let attempts = read(record_of(&place.path)).unwrap();
        let violations = check(&attempts, &before, &Kept::of(&ledger).unwrap());
        assert!(violations.is_empty(), "round {round}: {violations:#?}");
        let proved = ledger.verify().unwrap();
        assert!(proved.is_sound(), "round {round}: {:?}", proved.findings());
        if round % 8 == 7 || round + 1 == rounds {
            let (new, again, refused) = count(&attempts);
            assert_eq!(refused, 0);
            (recorded, repeated) = (recorded + new, repeated + again);
            nothing += attempts.iter().filter(|attempt| attempt.answer.is_none()).count();
        }
    }
    println!(
        "{rounds} rounds, {} writers killed: {recorded} commits promised, {repeated} promised again, \
         {nothing} never answered; all kept",
        2 * rounds
    );
}

/// The record bites: a receipt that is taken back is missed.
#[test]
fn a_promise_that_is_not_kept_is_found() {
    let place = Place::new();
    let ledger = open(&place.path);
    let desks = AREAS.map(|area| ready(&ledger, area));
    let before = Kept::of(&ledger).unwrap();
    let record = Record::in_file(record_of(&place.path)).unwrap();
    let promised = |number: u64| -> Receipt {
        let (desk, voucher) = &desks[0];
        let name = key(&number.to_string());
        let asked = Asked { book: desk.id(), key: name, content: amounts([number]) };
        let attempt = record.submitted("desk", &[asked]).unwrap();
        let receipt = desk.record(name, voucher, premium(1, number)).unwrap();
        record.answered(attempt, &Ok(vec![receipt])).unwrap();
        receipt
    };
    promised(1);
    let early = Kept::of(&ledger).unwrap();
    promised(2);
    let attempts = record.attempts().unwrap();
    assert_eq!(check(&attempts, &before, &Kept::of(&ledger).unwrap()), []);
    let lost = check(&attempts, &before, &early);
    assert_eq!(lost.len(), 1, "{lost:?}");
}
