//! `cqrs-es` with its store in memory: a book is one aggregate. The store prints a line for each load and
//! each commit; the program that starts this one throws them away.

use std::time::Instant;

use anyhow::{Context as _, Result};
use cqrs_es::event_sink::EventSink;
use cqrs_es::mem_store::MemStore;
use cqrs_es::{Aggregate, AggregateContext as _, CqrsFramework, DomainEvent, EventStore as _};
use serde::{Deserialize, Serialize};

use super::{Task, fastest};
use crate::outcome::Outcome;
use crate::year::{Account, Balances, Event, Year};

const BOOK: &str = "320100/WORK_INJURY";

/// Executes a command for each event after the first `preload`, which one command recorded.
pub fn after(task: &Task, preload: usize) -> Result<Outcome> {
    let events: Vec<Event> = task.year.iter().collect();
    let (before, after) = events.split_at_checked(preload).context("more events than that")?;
    runtime()?.block_on(async {
        let store = MemStore::<Books>::default();
        let books = CqrsFramework::new(store.clone(), Vec::new(), ());
        books.execute(BOOK, with_opening(before)).await?;
        let start = Instant::now();
        for event in after {
            books.execute(BOOK, vec![*event]).await?;
        }
        let took = start.elapsed();
        let held = store.load_aggregate(BOOK).await?.aggregate().0;
        Ok(Outcome::new(u64::try_from(after.len())?, took, Balances::answer(&[held])))
    })
}

/// Loads the aggregate, which plays all its events.
pub fn replay(task: &Task) -> Result<Outcome> {
    let events: Vec<Event> = task.year.iter().collect();
    let runtime = runtime()?;
    let store = MemStore::<Books>::default();
    let books = CqrsFramework::new(store.clone(), Vec::new(), ());
    runtime.block_on(books.execute(BOOK, with_opening(&events)))?;
    let (took, held) = fastest(|| Ok(runtime.block_on(store.load_aggregate(BOOK))?.aggregate().0))?;
    Ok(Outcome::new(task.year.events, took, Balances::answer(&[held])))
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_current_thread().build()?)
}

fn with_opening(events: &[Event]) -> Vec<Event> {
    Year::opening().iter().chain(events).copied().collect()
}

/// The aggregate: what each account holds.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Books(Balances);

/// Money that is not there.
#[derive(Debug)]
struct Overdrawn(Account);

impl std::fmt::Display for Overdrawn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the {} account does not hold as much", self.0.name())
    }
}

impl std::error::Error for Overdrawn {}

impl DomainEvent for Event {
    fn event_type(&self) -> String {
        self.kind.name().to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

impl Aggregate for Books {
    const TYPE: &'static str = "book";
    type Command = Vec<Event>;
    type Event = Event;
    type Error = Overdrawn;
    type Services = ();

    async fn handle(
        &mut self,
        command: Vec<Event>,
        _: &(),
        sink: &EventSink<Self>,
    ) -> Result<(), Overdrawn> {
        for event in command {
            match event.from() {
                Some(account) if self.0.of(account) < event.amount_minor => {
                    return Err(Overdrawn(account));
                }
                _ => sink.write(event, self).await,
            }
        }
        Ok(())
    }

    fn apply(&mut self, event: Event) {
        self.0.count(&event);
    }
}
