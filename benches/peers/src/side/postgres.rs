//! PostgreSQL: an event and the balances of its book in one transaction. The server is started and stopped by
//! the program that starts this one; here are the clients, on its Unix socket.

use std::sync::Barrier;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow, ensure};
use postgres::{Client, Config, NoTls};

use super::{Task, earmark};
use crate::outcome::Outcome;
use crate::year::{Balances, Event, Year};

/// The folder of the server's socket and data, in the shared folder.
pub const FOLDER: &str = "postgres";
/// The role that the server was made with.
pub const ROLE: &str = "postgres";

const TABLES: &str = "
    DROP TABLE IF EXISTS event, block, book;
    CREATE TABLE event (
        number bigint PRIMARY KEY, book int NOT NULL, day smallint NOT NULL, kind smallint NOT NULL,
        account smallint NOT NULL, purpose smallint NOT NULL, party bigint, amount_minor bigint NOT NULL
    );
    CREATE TABLE block (first bigint PRIMARY KEY, records bytea NOT NULL);
    CREATE TABLE book (
        id int PRIMARY KEY,
        revenue bigint NOT NULL CHECK (revenue >= 0),
        special bigint NOT NULL CHECK (special >= 0),
        expenditure bigint NOT NULL CHECK (expenditure >= 0)
    );";

/// One statement is one transaction and one round trip: the fewest that do both.
const SINGLE: &str = "
    WITH recorded AS (
        INSERT INTO event VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    )
    UPDATE book SET revenue = revenue + $9, special = special + $10,
        expenditure = expenditure + $11 WHERE id = $2";

const BLOCK: &str = "
    WITH recorded AS (INSERT INTO block VALUES ($1, $2))
    UPDATE book SET revenue = revenue + $3, special = special + $4,
        expenditure = expenditure + $5 WHERE id = 0";

/// Records the year by so many clients at once, a transaction an event; spread over so many books.
pub fn single(task: &Task, clients: usize, books: usize) -> Result<Outcome> {
    let mut clerk = prepare(task, books)?;
    let shares = earmark::shares(task.year, clients);
    let mut connections = (0..clients).map(|_| connect(task)).collect::<Result<Vec<Client>>>()?;
    let barrier = Barrier::new(clients + 1);
    let took = std::thread::scope(|scope| -> Result<Duration> {
        let recorders: Vec<_> = shares
            .iter()
            .zip(&mut connections)
            .map(|(share, client)| {
                let barrier = &barrier;
                scope.spawn(move || -> Result<()> {
                    let statement = client.prepare(SINGLE);
                    barrier.wait();
                    let statement = statement?;
                    for event in share {
                        let book = i32::try_from(usize::try_from(event.number)? % books)?;
                        let (revenue, special, expenditure) = moved(std::slice::from_ref(event))?;
                        let changed = client.execute(
                            &statement,
                            &[
                                &i64::try_from(event.number)?,
                                &book,
                                &i16::try_from(event.day)?,
                                &(event.kind as i16),
                                &(event.account as i16),
                                &i16::try_from(event.purpose)?,
                                &event.party.map(i64::try_from).transpose()?,
                                &i64::try_from(event.amount_minor)?,
                                &revenue,
                                &special,
                                &expenditure,
                            ],
                        )?;
                        ensure!(changed == 1, "{changed} rows of balances changed");
                    }
                    Ok(())
                })
            })
            .collect();
        barrier.wait();
        let start = Instant::now();
        for recorder in recorders {
            recorder.join().map_err(|_| anyhow!("a client died"))??;
        }
        Ok(start.elapsed())
    })?;
    let count: i64 = clerk.query_one("SELECT count(*) FROM event", &[])?.try_get(0)?;
    ensure!(u64::try_from(count)? == task.year.events, "the table holds {count} events");
    finish(clerk, task, took)
}

/// Records the year's records, as earmark encodes them, so many in one row a transaction.
pub fn rows(task: &Task, batch: usize) -> Result<Outcome> {
    let mut client = prepare(task, 1)?;
    let records = earmark::records(task.year)?;
    let events: Vec<Event> = task.year.whole().collect();
    let opening = Year::opening().len();
    let (first, rest) = records.split_at_checked(opening).context("records")?;
    let later = events.get(opening..).unwrap_or_default();
    client.execute("INSERT INTO block VALUES (1, $1)", &[&first.concat()])?;
    let statement = client.prepare(BLOCK)?;
    let mut block = Vec::new();
    let start = Instant::now();
    for (events, records) in later.chunks(batch).zip(rest.chunks(batch)) {
        block.clear();
        records.iter().for_each(|record| block.extend_from_slice(record));
        let number = i64::try_from(events.first().context("an event")?.number)?;
        let (revenue, special, expenditure) = moved(events)?;
        let changed =
            client.execute(&statement, &[&number, &block, &revenue, &special, &expenditure])?;
        ensure!(changed == 1, "{changed} rows of balances changed");
    }
    let took = start.elapsed();
    let (mut held, mut count) = (Balances::default(), 0);
    for row in client.query("SELECT records FROM block ORDER BY first", &[])? {
        count += earmark::balances_of_records(row.try_get(0)?, &mut held)?;
    }
    ensure!(count == u64::try_from(records.len())?, "the table holds {count} records");
    let outcome = finish(client, task, took)?;
    let answer = Balances::answer(&[held]);
    ensure!(outcome.answer == answer, "kept: {}of the rows: {answer}", outcome.answer);
    Ok(outcome)
}

fn connect(task: &Task) -> Result<Client> {
    Ok(Config::new()
        .host_path(task.shared.join(FOLDER))
        .user(ROLE)
        .dbname("postgres")
        .connect(NoTls)?)
}

/// A server that is durable, empty tables, and books with their opening balances.
fn prepare(task: &Task, books: usize) -> Result<Client> {
    let mut client = connect(task)?;
    for setting in ["fsync", "synchronous_commit", "full_page_writes"] {
        let value: String = client.query_one(&format!("SHOW {setting}"), &[])?.try_get(0)?;
        ensure!(value == "on", "{setting} is {value}");
    }
    client.batch_execute(TABLES)?;
    let (revenue, special, expenditure) = moved(&Year::opening())?;
    for book in 0..i32::try_from(books)? {
        client.execute(
            "INSERT INTO book VALUES ($1, $2, $3, $4)",
            &[&book, &revenue, &special, &expenditure],
        )?;
    }
    // What earlier runs left behind is not written out while this one is timed.
    client.batch_execute("CHECKPOINT")?;
    Ok(client)
}

fn finish(mut client: Client, task: &Task, took: Duration) -> Result<Outcome> {
    let mut held = Vec::new();
    for row in client.query("SELECT revenue, special, expenditure FROM book ORDER BY id", &[])? {
        let (revenue, special, expenditure): (i64, i64, i64) =
            (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        let [revenue, special, expenditure] = [revenue, special, expenditure].map(i128::from);
        held.push(Balances { revenue, special, expenditure });
    }
    let size = "SELECT (pg_total_relation_size('event') + pg_total_relation_size('block')
        + pg_total_relation_size('book'))::bigint";
    let bytes: i64 = client.query_one(size, &[])?.try_get(0)?;
    let outcome = Outcome::new(task.year.events, took, Balances::answer(&held));
    Ok(Outcome { bytes: u64::try_from(bytes)?, ..outcome })
}

/// By how much some events move the balances together.
fn moved(events: &[Event]) -> Result<(i64, i64, i64)> {
    let mut moved = Balances::default();
    events.iter().for_each(|event| moved.count(event));
    let Balances { revenue, special, expenditure } = moved;
    Ok((i64::try_from(revenue)?, i64::try_from(special)?, i64::try_from(expenditure)?))
}
