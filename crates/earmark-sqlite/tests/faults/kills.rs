//! A writer killed at any moment: what was acknowledged is there, what was not is there wholly or not
//! at all.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use earmark_core::Error;
use earmark_core::account::TreasuryDeposit;
use earmark_core::command::ReceivePremium;
use earmark_core::commit::Receipt;
use earmark_core::event::{Kind, Voucher};
use earmark_core::fund::WorkInjury;
use earmark_core::id::{Key, key};
use earmark_core::ledger::{Book, Ledger};
use earmark_core::report::TrailFilter;
use earmark_sqlite::FORMAT;

use crate::child::{Role, say};
use crate::formats::{FORMAT_1, format};
use crate::random::Random;
use crate::sample::{NANJING, PaidTo, Place, open, premium, prove, read, ready};

const AREAS: [&str; 4] = ["320100", "320200", "320500", "320600"];
const THREADS: u64 = 6;
/// How many commits a thread hands over before it waits for the first.
const AHEAD: u64 = 4;

type Books = BTreeMap<&'static str, (Book<WorkInjury>, Voucher)>;

/// One commit: all of it follows from who records it.
struct Piece {
    thread: u64,
    number: u64,
    name: String,
    areas: Vec<&'static str>,
    size: u64,
}

impl Piece {
    fn new(seed: u64, thread: u64, number: u64) -> Self {
        let mut random = Random::new(seed << 32 | thread << 24 | number);
        let first = random.below(4) as usize;
        let joint = random.below(6) == 0;
        let areas =
            if joint { vec![AREAS[first], AREAS[(first + 1) % 4]] } else { vec![AREAS[first]] };
        let size = if random.below(20) == 0 { 1_500 } else { 1 + random.below(40) };
        Self { thread, number, name: format!("{seed}/{thread}/{number}"), areas, size }
    }

    fn key(&self) -> Key {
        key(&self.name)
    }

    fn premiums(&self) -> Vec<ReceivePremium<WorkInjury, TreasuryDeposit>> {
        (1..=self.size).map(|unit| premium(unit % 50, unit + self.number)).collect()
    }

    fn record(&self, ledger: &Ledger, books: &Books) -> Result<Vec<Receipt>, Error> {
        let mut joint = ledger.joint(self.key());
        for area in &self.areas {
            let (book, voucher) = &books[area];
            joint = joint.with(book, voucher, self.premiums());
        }
        joint.record()
    }

    fn acknowledged(&self, receipts: &[Receipt]) {
        say(&format!("{} {} {}", self.thread, self.number, told(receipts)));
    }
}

/// What a receipt says that must never change.
fn told(receipts: &[Receipt]) -> String {
    let mut words: Vec<_> = receipts
        .iter()
        .map(|it| format!("{}:{}-{}:{}", it.book(), it.first_seq(), it.last_seq(), it.root()))
        .collect();
    words.sort();
    words.join(",")
}

fn books(ledger: &Ledger) -> Books {
    AREAS.into_iter().map(|area| (area, ready(ledger, area))).collect()
}

/// The role: records from several threads, and says what is acknowledged, until it is killed.
pub(crate) fn record_until_killed(path: &Path, seed: u64) {
    let ledger = open(path);
    if seed.is_multiple_of(2) {
        ledger.attach(PaidTo).unwrap();
    }
    let books = books(&ledger);
    std::thread::scope(|threads| {
        for thread in 0..THREADS {
            let (ledger, books) = (&ledger, &books);
            threads.spawn(move || {
                for window in 0.. {
                    let mut under_way = Vec::new();
                    for number in window * AHEAD..(window + 1) * AHEAD {
                        let piece = Piece::new(seed, thread, number);
                        if let [area] = piece.areas[..] {
                            let (book, voucher) = &books[area];
                            let pending = book.submit(piece.key(), voucher, piece.premiums());
                            under_way.push((piece, pending));
                        } else {
                            let receipts = piece.record(ledger, books).unwrap();
                            piece.acknowledged(&receipts);
                        }
                    }
                    for (piece, pending) in under_way {
                        piece.acknowledged(&[pending.wait().unwrap()]);
                    }
                }
            });
        }
    });
}

/// Runs a writer, kills it, and gives what it said was acknowledged: by thread and number.
fn killed(path: &Path, seed: u64, random: &mut Random) -> BTreeMap<(u64, u64), String> {
    let mut role = Role::start("record", path, seed);
    let mut heard = Vec::new();
    if random.below(4) == 0 {
        std::thread::sleep(Duration::from_millis(random.below(80)));
    } else {
        let enough = random.below(60);
        heard.extend((0..=enough).map_while(|_| role.hear()));
        std::thread::sleep(Duration::from_micros(random.below(5_000)));
    }
    role.kill();
    heard.extend(std::iter::from_fn(|| role.hear()));
    let parse = |line: String| {
        let mut words = line.splitn(3, ' ').map(str::to_owned);
        let mut number = || words.next().unwrap().parse().unwrap();
        ((number(), number()), words.next().unwrap())
    };
    heard.into_iter().map(parse).collect()
}

/// How many premiums each book must have by now.
#[derive(Default)]
struct Expected(BTreeMap<&'static str, u64>);

/// Compares a reopened ledger with what was acknowledged, and finishes what was not. Gives how many
/// commits of those not acknowledged were there.
fn settle(
    ledger: &Ledger,
    seed: u64,
    acknowledged: &BTreeMap<(u64, u64), String>,
    expected: &mut Expected,
) -> usize {
    let books = books(ledger);
    let mut survived = 0;
    for thread in 0..THREADS {
        let said = acknowledged.range((thread, 0)..(thread + 1, 0));
        let last = said.last().map_or(0, |((_, number), _)| *number);
        for number in 0..=last + 2 * AHEAD {
            let piece = Piece::new(seed, thread, number);
            let receipts = piece.record(ledger, &books).unwrap();
            let there = receipts.iter().all(Receipt::repeated);
            match acknowledged.get(&(thread, number)) {
                Some(words) => {
                    assert!(there, "{} was acknowledged and is gone", piece.name);
                    assert_eq!(told(&receipts), *words, "{}", piece.name);
                }
                None => {
                    assert!(there || !receipts.iter().any(Receipt::repeated), "{}", piece.name);
                    survived += usize::from(there);
                }
            }
            for area in piece.areas {
                *expected.0.entry(area).or_default() += piece.size;
            }
        }
    }
    for (area, (book, _)) in &books {
        let mut premiums = 0;
        let show = &mut |_| {
            premiums += 1;
            std::ops::ControlFlow::Continue(())
        };
        book.each(&TrailFilter::all().of_kind(Kind::PremiumReceived), show).unwrap();
        assert_eq!(premiums, *expected.0.entry(area).or_default(), "{area}");
    }
    survived
}

#[test]
fn killed_writers_keep_their_word() {
    let rounds = std::env::var("EARMARK_KILLS").map_or(15, |rounds| rounds.parse().unwrap());
    let start: u64 = std::env::var("EARMARK_SEED")
        .map_or_else(|_| u64::from(std::process::id()), |seed| seed.parse().unwrap());
    println!("EARMARK_SEED={start}");
    let mut random = Random::new(start);
    let (mut acknowledged, mut survived) = (0, 0);
    let mut place = Place::new();
    let mut expected = Expected::default();
    for round in 0..rounds {
        if round % 8 == 0 {
            (place, expected) = (Place::new(), Expected::default());
        }
        let seed = (start + round) & 0xffff;
        let said = killed(&place.path, seed, &mut random);
        acknowledged += said.len();
        if random.below(2) == 0 && place.path.exists() {
            assert!(read(&place.path).verify().unwrap().is_sound(), "read first");
        }
        let ledger = open(&place.path);
        let proved = ledger.verify().unwrap();
        assert!(proved.is_sound(), "round {round}: {:?}", proved.findings());
        survived += settle(&ledger, seed, &said, &mut expected);
        if round % 2 == 0 {
            ledger.attach(PaidTo).unwrap();
        }
        let proved = ledger.verify().unwrap();
        assert!(proved.is_sound(), "round {round}: {:?}", proved.findings());
    }
    println!(
        "{rounds} writers killed: {acknowledged} commits acknowledged and there, {survived} more \
         there though not acknowledged in time"
    );
}

/// The role: opens a file of format 1 for writing, attaches, and records.
pub(crate) fn upgrade(path: &Path) {
    say("begins");
    let ledger = open(path);
    say("open");
    ledger.attach(PaidTo).unwrap();
    say("attached");
    let (book, voucher) = ready(&ledger, NANJING);
    for number in 0.. {
        let receipt = book.record(key(&format!("on {number}")), &voucher, premium(number, 1));
        say(&told(&[receipt.unwrap()]));
    }
}

/// Format 1 or format 2, never between them, and nothing of what the old file held is lost.
#[test]
fn a_killed_upgrade_is_made_wholly_or_not_at_all() {
    let rounds = std::env::var("EARMARK_KILLS").map_or(15, |rounds| rounds.parse().unwrap());
    let start: u64 = std::env::var("EARMARK_SEED")
        .map_or_else(|_| u64::from(std::process::id()), |seed| seed.parse().unwrap());
    println!("EARMARK_SEED={start}");
    let mut random = Random::new(start);
    let old: BTreeMap<_, _> = {
        let place = Place::new();
        std::fs::write(&place.path, FORMAT_1).unwrap();
        let ledger = read(&place.path);
        ledger.books().unwrap().iter().map(|it| (it.id(), it.last_seq().unwrap())).collect()
    };
    let mut reached: BTreeMap<String, u64> = BTreeMap::new();
    // How long an upgrade takes is not known. Those that are killed before its end wait a little longer.
    let mut patience = 200;
    for round in 0..rounds {
        let place = Place::new();
        std::fs::write(&place.path, FORMAT_1).unwrap();
        let mut role = Role::start("upgrade", &place.path, round);
        assert_eq!(role.hear().as_deref(), Some("begins"));
        let longer = if round % 4 == 3 { 6 } else { 1 };
        std::thread::sleep(Duration::from_micros(random.below(patience * longer)));
        role.kill();
        let heard: Vec<String> = std::iter::from_fn(|| role.hear()).collect();
        patience = if heard.is_empty() { patience + patience / 4 + 1 } else { patience * 3 / 4 };
        if random.below(2) == 0 {
            let ledger = read(&place.path);
            let proved = prove(&ledger).unwrap();
            assert!(proved.is_sound(), "round {round}, read first: {:?}", proved.findings());
        }
        let before = format(&place.path);
        assert!(before == FORMAT || before == 1 && heard.is_empty(), "format {before}: {heard:?}");
        *reached.entry(format!("format {before}, {} words", heard.len().min(3))).or_default() += 1;
        let ledger = open(&place.path);
        assert_eq!(format(&place.path), FORMAT);
        ledger.attach(PaidTo).unwrap();
        let (book, voucher) = ready(&ledger, NANJING);
        for (number, said) in (0..).zip(heard.iter().skip(2)) {
            let name = key(&format!("on {number}"));
            let receipt = book.record(name, &voucher, premium(number, 1)).unwrap();
            assert!(receipt.repeated(), "`on {number}` was acknowledged and is gone");
            assert_eq!(told(&[receipt]), *said);
        }
        for held in ledger.books().unwrap() {
            assert!(held.last_seq().unwrap() >= old[&held.id()], "round {round}: {}", held.id());
        }
        let proved = prove(&ledger).unwrap();
        assert!(proved.is_sound(), "round {round}: {:?}", proved.findings());
        assert_eq!(proved.books().len(), old.len());
    }
    println!("{rounds} upgrades killed: {reached:?}");
}
