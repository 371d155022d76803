//! Bare SQLite: write-ahead log, `synchronous=FULL`, rows, and no checks but those of its tables.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use rusqlite::{Connection, Transaction, params};

use super::{Task, earmark};
use crate::outcome::Outcome;
use crate::year::{Balances, Event, Year};

const TABLES: &str = "
    CREATE TABLE event (seq INTEGER PRIMARY KEY, record BLOB NOT NULL);
    CREATE TABLE book (
        id INTEGER PRIMARY KEY,
        revenue INTEGER NOT NULL CHECK (revenue >= 0),
        special INTEGER NOT NULL CHECK (special >= 0),
        expenditure INTEGER NOT NULL CHECK (expenditure >= 0)
    );
    INSERT INTO book VALUES (1, 0, 0, 0);";

/// Which rows a commit writes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// A row an event.
    Rows,
    /// One row for all events of the commit.
    Block,
}

/// Records the year's records, as earmark encodes them, so many a commit: a row an event, or a row a
/// commit; with the balances kept in the same transaction, or without.
pub fn record(task: &Task, shape: &str, balance: bool, batch: usize) -> Result<Outcome> {
    let shape = match shape {
        "rows" => Shape::Rows,
        "block" => Shape::Block,
        other => bail!("no shape is called `{other}`"),
    };
    let records = earmark::records(task.year)?;
    let mut recorder = Recorder { connection: open(task)?, shape, balance };
    let opening = Year::opening();
    let (first, rest) = records.split_at_checked(opening.len()).context("records")?;
    recorder.record(&opening, first, opening.len())?;
    let events: Vec<Event> = task.year.iter().collect();
    let took = recorder.record(&events, rest, batch)?;
    let answer = recorder.answer(u64::try_from(records.len())?)?;
    recorder.connection.close().map_err(|(_, error)| error)?;
    Outcome::new(task.year.events, took, answer).kept_in(&task.folder)
}

fn open(task: &Task) -> Result<Connection> {
    let connection = Connection::open(task.folder.join("bare.sqlite"))?;
    let mode: String =
        connection.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))?;
    connection.pragma_update(None, "synchronous", "full")?;
    let level: i64 = connection.pragma_query_value(None, "synchronous", |row| row.get(0))?;
    ensure!(mode == "wal" && level == 2, "journal_mode {mode}, synchronous {level}");
    connection.execute_batch(TABLES)?;
    Ok(connection)
}

struct Recorder {
    connection: Connection,
    shape: Shape,
    balance: bool,
}

impl Recorder {
    fn record(&mut self, events: &[Event], records: &[Vec<u8>], batch: usize) -> Result<Duration> {
        let mut block = Vec::new();
        let start = Instant::now();
        for (events, records) in events.chunks(batch).zip(records.chunks(batch)) {
            let transaction = self.connection.transaction()?;
            match self.shape {
                Shape::Rows => rows(&transaction, events, records, self.balance)?,
                Shape::Block => {
                    block.clear();
                    records.iter().for_each(|record| block.extend_from_slice(record));
                    one_row(&transaction, events, &block, self.balance)?;
                }
            }
            transaction.commit()?;
        }
        Ok(start.elapsed())
    }

    /// From the bytes that it kept, and, where it kept balances, they must be the same.
    fn answer(&self, records: u64) -> Result<String> {
        let (mut held, mut count) = (Balances::default(), 0);
        let mut select = self.connection.prepare("SELECT record FROM event ORDER BY seq")?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            count += earmark::balances_of_records(row.get_ref(0)?.as_blob()?, &mut held)?;
        }
        ensure!(count == records, "the table holds {count} records of {records}");
        if self.balance {
            let kept = self.connection.query_row(
                "SELECT revenue, special, expenditure FROM book WHERE id = 1",
                [],
                |row| Ok([row.get::<_, i64>(0)?, row.get(1)?, row.get(2)?]),
            )?;
            let [revenue, special, expenditure] = kept.map(i128::from);
            let kept = Balances { revenue, special, expenditure };
            ensure!(kept == held, "the balances kept are {kept:?}, those of the rows {held:?}");
        }
        Ok(Balances::answer(&[held]))
    }
}

fn rows(
    transaction: &Transaction<'_>,
    events: &[Event],
    records: &[Vec<u8>],
    balance: bool,
) -> Result<()> {
    let mut insert = transaction.prepare_cached("INSERT INTO event VALUES (?1, ?2)")?;
    for (event, record) in events.iter().zip(records) {
        insert.execute(params![i64::try_from(event.number)?, record])?;
        if balance {
            update(transaction, std::slice::from_ref(event))?;
        }
    }
    Ok(())
}

fn one_row(
    transaction: &Transaction<'_>,
    events: &[Event],
    block: &[u8],
    balance: bool,
) -> Result<()> {
    let first = events.first().context("an event")?.number;
    let mut insert = transaction.prepare_cached("INSERT INTO event VALUES (?1, ?2)")?;
    insert.execute(params![i64::try_from(first)?, block])?;
    if balance { update(transaction, events) } else { Ok(()) }
}

/// Moves the balances by what some events come to together.
fn update(transaction: &Transaction<'_>, events: &[Event]) -> Result<()> {
    let mut moved = Balances::default();
    events.iter().for_each(|event| moved.count(event));
    let mut update = transaction.prepare_cached(
        "UPDATE book SET revenue = revenue + ?1, special = special + ?2,
             expenditure = expenditure + ?3 WHERE id = 1",
    )?;
    let Balances { revenue, special, expenditure } = moved;
    let changed = update.execute(params![
        i64::try_from(revenue)?,
        i64::try_from(special)?,
        i64::try_from(expenditure)?
    ])?;
    ensure!(changed == 1, "{changed} rows of balances changed");
    Ok(())
}
