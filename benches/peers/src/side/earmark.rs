//! earmark, by the public interface of its facade: every check, hashing, balances and totals on, and
//! durable before it answers, except where a ledger in memory is asked for.

use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Barrier;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use earmark::account::Account as Held;
use earmark::codec::Record;
use earmark::event::Kind as Recorded;
use earmark::id::LedgerId;
use earmark::prelude::*;
use earmark::projection::{TotalKey, Totals as Kept};
use earmark::store::{MemoryStore, Settings};

use super::{Task, fastest};
use crate::outcome::Outcome;
use crate::year::{Account, Balances as Expected, Event, Kind, OPENING_MINOR, Totals, Year};

const FILE: &str = "year.earmark";
/// How many events a commit has where nothing is measured.
const BULK: usize = 8_192;
/// How many commits are under way at once in bulk.
const IN_FLIGHT: usize = 4;

/// Records the year in commits of `batch` events, `in_flight` of them handed over at once.
pub fn record(task: &Task, batch: usize, in_flight: usize) -> Result<Outcome> {
    let ledger = open(&task.folder.join(FILE))?;
    let desk = Desk::open(&ledger, 0)?;
    let events: Vec<Event> = task.year.iter().collect();
    let start = Instant::now();
    desk.record(&events, batch, in_flight)?;
    let took = start.elapsed();
    let answer = Expected::answer(&[balances(&desk.book)?]);
    drop((desk, ledger));
    Outcome::new(task.year.events, took, answer).kept_in(&task.folder)
}

/// Records the year by so many recorders at once, each event in a commit of its own, durable before the
/// recorder goes on; spread over so many books.
pub fn clients(task: &Task, clients: usize, books: usize) -> Result<Outcome> {
    let ledger = open(&task.folder.join(FILE))?;
    let desks = (0..books).map(|book| Desk::open(&ledger, book)).collect::<Result<Vec<_>>>()?;
    let shares = shares(task.year, clients);
    let barrier = Barrier::new(clients + 1);
    let took = std::thread::scope(|scope| -> Result<Duration> {
        let recorders: Vec<_> = shares
            .iter()
            .map(|share| {
                let (desks, barrier) = (&desks, &barrier);
                scope.spawn(move || -> Result<()> {
                    barrier.wait();
                    for event in share {
                        let book = usize::try_from(event.number)? % books;
                        let desk = desks.get(book).context("a book")?;
                        desk.record(std::slice::from_ref(event), 1, 1)?;
                    }
                    Ok(())
                })
            })
            .collect();
        barrier.wait();
        let start = Instant::now();
        for recorder in recorders {
            recorder.join().map_err(|_| anyhow::anyhow!("a recorder died"))??;
        }
        Ok(start.elapsed())
    })?;
    let held = desks.iter().map(|desk| balances(&desk.book)).collect::<Result<Vec<_>>>()?;
    drop((desks, ledger));
    Outcome::new(task.year.events, took, Expected::answer(&held)).kept_in(&task.folder)
}

/// The year's events, dealt out to clients by their number.
pub fn shares(year: Year, clients: usize) -> Vec<Vec<Event>> {
    let mut shares = vec![Vec::new(); clients];
    for (event, client) in year.iter().zip((0..clients).cycle().skip(4 % clients)) {
        if let Some(share) = shares.get_mut(client) {
            share.push(event);
        }
    }
    shares
}

/// Writes the ledger that reading is measured on.
pub fn prepare(path: &Path, year: Year) -> Result<()> {
    let ledger = open(path)?;
    let desk = Desk::open(&ledger, 0)?;
    desk.record_all(year)?;
    drop(desk);
    Ok(())
}

/// The name of the prepared ledger.
pub fn prepared(year: Year) -> String {
    format!("year-{}.earmark", year.events)
}

/// Opens the prepared ledger, verifies all of it (decode, re-hash, re-decide, totals), reads the balances.
pub fn verify(task: &Task) -> Result<Outcome> {
    let start = Instant::now();
    let (ledger, book) = reopen(task)?;
    let proof = ledger.verify()?;
    ensure!(proof.is_sound(), "the ledger is not sound: {:?}", proof.findings());
    let answer = Expected::answer(&[balances(&book)?]);
    Outcome::new(task.year.events, start.elapsed(), answer).kept_in_file(task)
}

/// Opens the prepared ledger and reads the balances that every commit keeps.
pub fn kept_balances(task: &Task) -> Result<Outcome> {
    let start = Instant::now();
    let (_ledger, book) = reopen(task)?;
    let answer = Expected::answer(&[balances(&book)?]);
    Outcome::new(task.year.events, start.elapsed(), answer).kept_in_file(task)
}

/// Opens the prepared ledger and adds all balances up from the decoded events, without hashing.
pub fn replay(task: &Task) -> Result<Outcome> {
    let start = Instant::now();
    let (_ledger, book) = reopen(task)?;
    let answer = Expected::answer(&[added_up(&book)?]);
    Outcome::new(task.year.events, start.elapsed(), answer).kept_in_file(task)
}

/// The totals of the prepared ledger, folded from its events.
pub fn totals_folded(task: &Task) -> Result<Outcome> {
    let (_ledger, book) = reopen(task)?;
    let (took, totals) = fastest(|| {
        let mut sums = std::collections::HashMap::<TotalKey, (u128, u64)>::new();
        book.each(&TrailFilter::all(), &mut |event| {
            if let Some((key, amount)) = TotalKey::of(&event) {
                let (sum, count) = sums.entry(key).or_default();
                *sum += u128::from(amount);
                *count += 1;
            }
            ControlFlow::Continue(())
        })?;
        named(sums)
    })?;
    Outcome::new(task.year.events, took, totals.answer()).kept_in_file(task)
}

/// The totals of the prepared ledger, thrown away and built again from its events into the file.
pub fn totals_rebuilt(task: &Task) -> Result<Outcome> {
    let copy = task.folder.join(FILE);
    std::fs::copy(task.shared.join(prepared(task.year)), &copy)?;
    let ledger = open(&copy)?;
    let book = ledger.book::<WorkInjury>(code(0)?)?;
    let (took, ()) = fastest(|| Ok(ledger.rebuild::<Kept>()?))?;
    let totals = kept(&book)?;
    Outcome::new(task.year.events, took, totals.answer()).kept_in_file(task)
}

/// The totals of the prepared ledger, as it keeps them.
pub fn totals_kept(task: &Task) -> Result<Outcome> {
    let (_ledger, book) = reopen(task)?;
    let (took, totals) = fastest(|| kept(&book))?;
    Outcome::new(task.year.events, took, totals.answer()).kept_in_file(task)
}

/// Records the year into a ledger in memory, an event a commit.
pub fn memory_record(task: &Task) -> Result<Outcome> {
    let desk = Desk::open(&in_memory(), 0)?;
    let events: Vec<Event> = task.year.iter().collect();
    let start = Instant::now();
    desk.record(&events, 1, 1)?;
    let took = start.elapsed();
    Ok(Outcome::new(task.year.events, took, Expected::answer(&[balances(&desk.book)?])))
}

/// Records what comes after the first `preload` events into a ledger in memory, an event a commit.
pub fn memory_after(task: &Task, preload: usize) -> Result<Outcome> {
    let desk = Desk::open(&in_memory(), 0)?;
    let events: Vec<Event> = task.year.iter().collect();
    let (before, after) = events.split_at_checked(preload).context("more events than that")?;
    desk.record(before, BULK, 1)?;
    let start = Instant::now();
    desk.record(after, 1, 1)?;
    let took = start.elapsed();
    let answer = Expected::answer(&[balances(&desk.book)?]);
    Ok(Outcome::new(u64::try_from(after.len())?, took, answer))
}

/// Adds the balances up from the events of a ledger in memory.
pub fn memory_replay(task: &Task) -> Result<Outcome> {
    let desk = Desk::open(&in_memory(), 0)?;
    desk.record_all(task.year)?;
    let (took, held) = fastest(|| added_up(&desk.book))?;
    Ok(Outcome::new(task.year.events, took, Expected::answer(&[held])))
}

/// The records of the opening and of the year as earmark stores them: nonce, fields and all.
pub fn records(year: Year) -> Result<Vec<Vec<u8>>> {
    let ledger = in_memory();
    let desk = Desk::open(&ledger, 0)?;
    desk.record_all(year)?;
    let whole = usize::try_from(year.events)? + Year::opening().len();
    let mut records = Vec::with_capacity(whole);
    let id = desk.book.id();
    ledger.store().commits(id, 1, &mut |commit| {
        for record in commit.open(id)?.records() {
            let at = || format!("book {id}");
            let record = record.map_err(|error| Fault::new(FaultKind::Damaged, at(), error))?;
            records.push(record.bytes().to_vec());
        }
        Ok(ControlFlow::Continue(()))
    })?;
    // Before them stand the texts and the opening of the accounts, which move no money.
    let skip = records.len().checked_sub(whole).context("fewer records than events")?;
    records.drain(..skip);
    Ok(records)
}

/// Adds the balances up from such records, one after the other. Every side that keeps them is asked for the
/// bytes it kept, so that one that lost or changed some gives another answer.
pub fn balances_of_records(mut bytes: &[u8], balances: &mut Expected) -> Result<u64> {
    let (mut count, mut buffer) = (0, Vec::new());
    while !bytes.is_empty() {
        let (record, rest) = Record::split(bytes)?;
        count += 1;
        let event = record.decode_with(WorkInjury::SPEC, count, &mut buffer)?;
        if let Some(movement) = event.fact().movement() {
            let (from, to) = (account(movement.from)?, account(movement.to)?);
            balances.post(from, to, i128::from(movement.amount_minor));
        }
        bytes = rest;
    }
    Ok(count)
}

/// One who records in a book: the book, a voucher in it, and which book it is.
struct Desk {
    book: Book<WorkInjury>,
    voucher: Voucher,
}

impl Desk {
    /// A book with its accounts open and their opening balances recorded.
    fn open(ledger: &Ledger, book: usize) -> Result<Self> {
        let book = ledger.book::<WorkInjury>(code(book)?)?;
        let papers =
            Papers { register: "bank advice", document: 1, basis: "art 35", actor: "desk" };
        let voucher = book.voucher(day("2021-01-01")?, papers)?;
        let desk = Self { book, voucher };
        let opened = (
            OpenAccount(RevenueAccount),
            OpenAccount(SpecialAccount),
            OpenAccount(ExpenditureAccount),
        );
        desk.book.record(key("open"), &desk.voucher, opened)?;
        desk.record(&Year::opening(), 3, 1)?;
        Ok(desk)
    }

    fn record_all(&self, year: Year) -> Result<()> {
        let mut events = year.iter();
        loop {
            let some: Vec<Event> = events.by_ref().take(BULK * IN_FLIGHT).collect();
            if some.is_empty() {
                return Ok(());
            }
            self.record(&some, BULK, IN_FLIGHT)?;
        }
    }

    fn record(&self, events: &[Event], batch: usize, in_flight: usize) -> Result<()> {
        let mut pending = VecDeque::with_capacity(in_flight);
        for part in events.chunks(batch) {
            if pending.len() == in_flight
                && let Some(oldest) = pending.pop_front()
            {
                Pending::wait(oldest)?;
            }
            let first = part.first().map_or(0, |event| event.number);
            let key = Key::from_parts(&[b"year", &first.to_be_bytes()]);
            pending.push_back(self.book.submit_batch(key, self.batch(part)?));
        }
        for rest in pending {
            rest.wait()?;
        }
        Ok(())
    }

    fn batch(&self, events: &[Event]) -> Result<Batch<WorkInjury>> {
        let mut batch = Batch::with_capacity(events.len());
        let first = self.voucher.effective_on().days() - 1;
        for event in events {
            let on = Day::from_days(first + i32::from(event.day))?;
            let voucher = self.voucher.document(event.number).on(on);
            push(&mut batch, &voucher, event)?;
        }
        Ok(batch)
    }
}

fn push(batch: &mut Batch<WorkInjury>, voucher: &Voucher, event: &Event) -> Result<()> {
    let amount = Amount::<WorkInjury>::from_minor(event.amount_minor)?;
    let party = Party::from_u128(u128::from(event.party.unwrap_or(0)) << 64 | 0x5eed);
    match (event.kind, event.account) {
        (Kind::Opening, Account::Revenue) => {
            batch.push(voucher, BringForward { into: RevenueAccount, amount });
        }
        (Kind::Opening, Account::Special) => {
            batch.push(voucher, BringForward { into: SpecialAccount, amount });
        }
        (Kind::Opening, Account::Expenditure) => {
            batch.push(voucher, BringForward { into: ExpenditureAccount, amount });
        }
        (Kind::Premium, _) => {
            let kind = WorkInjuryPremium::Unit;
            batch.push(voucher, ReceivePremium { into: RevenueAccount, kind, from: party, amount });
        }
        (Kind::Collection, _) => {
            batch.push(voucher, TransferCollections { from: RevenueAccount, amount });
        }
        (Kind::Release, _) => {
            batch.push(voucher, Release { plan: voucher.effective_on().month(), amount });
        }
        (Kind::Benefit, _) => {
            let kind = match event.purpose {
                1 => WorkInjuryBenefit::Medical,
                2 => WorkInjuryBenefit::Disability,
                _ => WorkInjuryBenefit::Death,
            };
            batch.push(voucher, PayBenefit { from: ExpenditureAccount, kind, to: party, amount });
        }
    }
    Ok(())
}

/// The area of a book: each has one of its own.
fn code(book: usize) -> Result<Area> {
    Ok(Area::from_code(320_100 + 100 * u32::try_from(book)?)?)
}

/// The clock of the import: it stands at the end of the year.
fn end_of_year() -> Result<Timestamp> {
    Ok(Timestamp::start_of(day("2022-01-01")?, UtcOffset::CHINA))
}

fn open(path: &Path) -> Result<Ledger> {
    Ok(::earmark::Options::new().clock(end_of_year()?).open(path)?)
}

fn reopen(task: &Task) -> Result<(Ledger, Book<WorkInjury>)> {
    let path = task.shared.join(prepared(task.year));
    let ledger =
        ::earmark::Options::new().clock(end_of_year()?).existing_only().read_only().open(path)?;
    let book = ledger.book::<WorkInjury>(code(0)?)?;
    Ok((ledger, book))
}

fn in_memory() -> Ledger {
    let secret = ::earmark::id::LedgerSecret::from_bytes([7; 32]);
    let settings = Settings { id: LedgerId([7; 16]), secret, utc_offset: UtcOffset::CHINA };
    let end = Timestamp::from_micros(1_640_966_400_000_000).unwrap_or(Timestamp::MIN);
    Ledger::new(MemoryStore::new(settings), end)
}

/// The balances as the ledger keeps them.
fn balances(book: &Book<WorkInjury>) -> Result<Expected> {
    let balances = book.balances()?;
    let mut held = Expected::default();
    for (at, figure) in balances.iter() {
        if let Some(account) = account(Some(at))? {
            *held.slot(account) = figure.minor();
        }
    }
    Ok(held)
}

/// The balances added up from the events.
fn added_up(book: &Book<WorkInjury>) -> Result<Expected> {
    let (mut held, mut failed) = (Expected::default(), None);
    book.each(&TrailFilter::all(), &mut |event| {
        if let Some(movement) = event.event().fact().movement() {
            match (account(movement.from), account(movement.to)) {
                (Ok(from), Ok(to)) => held.post(from, to, i128::from(movement.amount_minor)),
                (Err(error), _) | (_, Err(error)) => {
                    failed = Some(error);
                    return ControlFlow::Break(());
                }
            }
        }
        ControlFlow::Continue(())
    })?;
    failed.map_or(Ok(held), Err)
}

fn account(account: Option<Held>) -> Result<Option<Account>> {
    Ok(match account {
        None => None,
        Some(Held::Revenue) => Some(Account::Revenue),
        Some(Held::Special) => Some(Account::Special),
        Some(Held::Expenditure) => Some(Account::Expenditure),
        Some(other) => bail!("the year has no {}", other.name()),
    })
}

/// The totals as the ledger keeps them.
fn kept(book: &Book<WorkInjury>) -> Result<Totals> {
    let mut sums = Vec::new();
    book.each_cell::<Kept>(|key, total| sums.push((key, total)))?;
    named(sums)
}

/// Totals by the names of the year; those of several purposes are added up.
fn named(sums: impl IntoIterator<Item = (TotalKey, (u128, u64))>) -> Result<Totals> {
    let mut totals = Totals::default();
    let before = day("2021-01-01")?.days() - 1;
    for (key, (sum, count)) in sums {
        let kind = match key.kind {
            Recorded::BalanceBroughtForward => Kind::Opening,
            Recorded::PremiumReceived => Kind::Premium,
            Recorded::CollectionsTransferred => Kind::Collection,
            Recorded::Released => Kind::Release,
            Recorded::BenefitPaid => Kind::Benefit,
            other => bail!("the year has no {other:?}"),
        };
        let account = account(Some(key.account))?.context("an account")?;
        totals.add((u16::try_from(key.day.days() - before)?, kind, account), sum, count);
    }
    Ok(totals)
}

impl Outcome {
    /// The same, with the size of the prepared ledger.
    fn kept_in_file(mut self, task: &Task) -> Result<Self> {
        self.bytes = std::fs::metadata(task.shared.join(prepared(task.year)))?.len();
        Ok(self)
    }
}

/// The opening balances are more than any year of 10^8 events moves.
const _: () = assert!(OPENING_MINOR / 1_000_000 >= 100_000_000);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_come_to_the_balances_of_the_year_and_one_less_does_not() {
        let year = Year { seed: 11, events: 500 };
        let records = records(year).unwrap();
        let added = |records: &[Vec<u8>]| {
            let mut held = Expected::default();
            let count = balances_of_records(&records.concat(), &mut held).unwrap();
            (count, held)
        };
        assert_eq!(added(&records), (503, year.balances(1)[0]));
        assert_ne!(added(&records[..502]).1, year.balances(1)[0]);
        let bytes = records.concat();
        assert!(balances_of_records(&bytes[..bytes.len() - 1], &mut Expected::default()).is_err());
    }

    #[test]
    fn each_event_has_one_client_and_the_one_of_its_number() {
        let year = Year { seed: 11, events: 500 };
        for clients in [1, 3, 8] {
            let shares = shares(year, clients);
            assert_eq!(shares.iter().map(Vec::len).sum::<usize>(), 500);
            for (client, share) in shares.iter().enumerate() {
                assert!(share.iter().all(|event| event.number as usize % clients == client));
            }
        }
    }
}
