//! `doubleentry`, as its own documentation shows: an entry of two postings an event.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use doubleentry::currency::CNY;
use doubleentry::store::{SqlStore, Sqlite};
use doubleentry::{
    AccountKind, Amount, BalanceLimit, BalanceQuery, Date, Entry, Journal, Ledger, LedgerId, date,
};

use super::Task;
use crate::outcome::Outcome;
use crate::year::{Account, Balances, Event, Kind, Year};

const START: Date = date!("2021-01-01");
const OUTSIDE: [(&str, AccountKind); 3] = [
    ("Equity:Opening", AccountKind::Equity),
    ("Income:Premium", AccountKind::Income),
    ("Expenses:Benefit", AccountKind::Expense),
];

/// Records the year over SQLite, so many entries a call.
pub fn record(task: &Task, batch: usize) -> Result<Outcome> {
    runtime()?.block_on(async {
        let (ledger, store) = open(task).await?;
        let took = fill(&ledger, task.year, batch).await?;
        let answer = Balances::answer(&[held(&ledger).await?]);
        store.close().await;
        Outcome::new(task.year.events, took, answer).kept_in(&task.folder)
    })
}

/// Replays and compares the whole log.
pub fn audit(task: &Task) -> Result<Outcome> {
    runtime()?.block_on(async {
        let (ledger, store) = open(task).await?;
        fill(&ledger, task.year, 1_000).await?;
        let start = Instant::now();
        let report = ledger.audit().await?;
        let took = start.elapsed();
        let entries = task.year.events + u64::try_from(Year::opening().len())?;
        ensure!(report.entries == entries, "{} entries of {entries} audited", report.entries);
        let answer = Balances::answer(&[held(&ledger).await?]);
        store.close().await;
        Outcome::new(task.year.events, took, answer).kept_in(&task.folder)
    })
}

/// Records the year in memory, an entry a call.
pub fn memory(task: &Task) -> Result<Outcome> {
    let mut books = Journal::new(LedgerId::new("earmark.example/peers")?);
    books.declare_currency(CNY, 2, START)?;
    books.define_months(2021, 1..=12)?;
    for (path, kind) in OUTSIDE {
        books.open(path, kind, START)?;
    }
    for account in Account::ALL {
        books.open(path(account), AccountKind::Asset, START)?;
        books.set_limit(path(account), BalanceLimit::NoCreditBalance, START)?;
    }
    for event in Year::opening() {
        books.record(entry(&event)?)?;
    }
    let events: Vec<Event> = task.year.iter().collect();
    let start = Instant::now();
    for event in &events {
        books.record(entry(event)?)?;
    }
    let took = start.elapsed();
    let mut held = Balances::default();
    for account in Account::ALL {
        let balance = books.balance(path(account), CNY, &BalanceQuery::all())?;
        *held.slot(account) = balance.net().to_minor();
    }
    Ok(Outcome::new(task.year.events, took, Balances::answer(&[held])))
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_current_thread().enable_all().build()?)
}

/// The ledger, and its store, by which it is closed.
async fn open(task: &Task) -> Result<(Ledger<SqlStore<Sqlite>>, SqlStore<Sqlite>)> {
    let file = task.folder.join("books.db");
    let file = file.to_str().context("a path that is no text")?;
    let store = SqlStore::sqlite(&format!("sqlite://{file}?mode=rwc")).await?;
    let ledger = Ledger::new(store.clone(), LedgerId::new("earmark.example/peers")?).await?;
    ledger.declare_currency(CNY, 2, START).await?;
    ledger.define_months(2021, 1..=12).await?;
    for (path, kind) in OUTSIDE {
        ledger.open(path, kind, START).await?;
    }
    for account in Account::ALL {
        ledger.open(path(account), AccountKind::Asset, START).await?;
        ledger.set_limit(path(account), BalanceLimit::NoCreditBalance, START).await?;
    }
    for event in Year::opening() {
        ledger.record(entry(&event)?).await?;
    }
    Ok((ledger, store))
}

async fn fill(ledger: &Ledger<SqlStore<Sqlite>>, year: Year, batch: usize) -> Result<Duration> {
    let events: Vec<Event> = year.iter().collect();
    let start = Instant::now();
    for part in events.chunks(batch) {
        match part {
            [event] => drop(ledger.record(entry(event)?).await?),
            part => {
                let entries = part.iter().map(entry).collect::<Result<Vec<_>>>()?;
                ledger.record_batch(entries).await?;
            }
        }
    }
    Ok(start.elapsed())
}

async fn held(ledger: &Ledger<SqlStore<Sqlite>>) -> Result<Balances> {
    let mut held = Balances::default();
    for account in Account::ALL {
        let balance = ledger.balance(path(account), CNY, &BalanceQuery::all()).await?;
        *held.slot(account) = balance.net().to_minor();
    }
    Ok(held)
}

const fn path(account: Account) -> &'static str {
    match account {
        Account::Revenue => "Assets:Revenue",
        Account::Special => "Assets:Special",
        Account::Expenditure => "Assets:Expenditure",
    }
}

fn entry(event: &Event) -> Result<Entry> {
    let outside = match event.kind {
        Kind::Opening => "Equity:Opening",
        Kind::Benefit => "Expenses:Benefit",
        _ => "Income:Premium",
    };
    let amount = Amount::from_minor(i128::from(event.amount_minor))?;
    let on = Date::from_ordinal_date(2021, event.day)?;
    Ok(Entry::new(format!("year-{}", event.number), on)
        .debit(event.to().map_or(outside, path), amount, CNY)
        .credit(event.from().map_or(outside, path), amount, CNY))
}
