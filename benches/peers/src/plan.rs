//! What is compared: questions, sides, and what each peer does less or more.

use crate::year::Year;

/// Sides that answer one question and are run in turns.
pub struct Group {
    /// The question.
    pub question: &'static str,
    /// The year that every side is given.
    pub year: Year,
    /// Over how many books it is spread.
    pub books: u64,
    /// When an answer is durable.
    pub durability: &'static str,
    /// What every side must come to.
    pub answer: Answer,
    /// The rows.
    pub rows: Vec<Row>,
}

/// What a group asks for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// The balances of the books.
    Balances,
    /// Sum and count by day, kind and account.
    Totals,
}

/// One comparison.
pub struct Row {
    /// The figure.
    pub metric: Metric,
    /// Our side.
    pub ours: Side,
    /// The peer's.
    pub theirs: Side,
    /// What the peer does less than earmark.
    pub less: &'static str,
    /// What it does more.
    pub more: &'static str,
}

/// A side: how it is called, and what it does.
#[derive(Clone, Copy)]
pub struct Side {
    /// The words by which it is run.
    pub subject: &'static str,
    /// What it does, for a reader.
    pub what: &'static str,
}

/// Which figure of a side is compared.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Metric {
    /// Events a second.
    Rate,
    /// The time of a whole process, from its start to its end.
    Process,
    /// The time of the question alone, in a process that is open already.
    Question,
    /// The most memory that the process held.
    Memory,
}

const fn side(subject: &'static str, what: &'static str) -> Side {
    Side { subject, what }
}

const fn row(metric: Metric, ours: Side, theirs: Side, less: &'static str) -> Row {
    Row { metric, ours, theirs, less, more: "-" }
}

const fn more(mut row: Row, more: &'static str) -> Row {
    row.more = more;
    row
}

const BARE: &str =
    "checks nothing: no decision, hash, key, balance, totals, texts; answers no question";
const ROWS: &str = "checks nothing: no decision, hash, key, balance, totals, texts";
const ROWS_AND_BALANCES: &str =
    "checks only that no account is below zero; no other decision, no hash, key, totals, texts";
const BLOCKS_AND_BALANCES: &str = "checks only that no account is below zero at the end of a commit; no other \
    decision, no hash, key, totals, texts; events are bytes to it";
const ENTRIES: &str = "checks balanced postings and that no account is below zero, and keeps a Merkle log as we \
    do; no funds, flows, parties, documents, legal basis, totals by day";
const IN_MEMORY: &str =
    "checks only that no account is below zero; no other decision, no hash, key, encoding, totals";
const SERVER: &str =
    "a server: each transaction is a message and its answer between processes; a column a field";

/// What is durable before a side answers.
const SYNCED: &str = "every commit synced before it is answered";
const NONE: &str = "none, in memory";
const READING: &str = "reads what was recorded durably";

/// All groups for a year; each no larger than its slowest side can take.
pub fn plan(year: Year, hledger_events: u64) -> Vec<Group> {
    let up_to = |events: u64| Year { events: year.events.min(events), ..year };
    // So that what comes after the first events is as much for either size.
    let after = |events: u64| Year { events, ..year };
    vec![
        single(up_to(2_000)),
        bulk(year),
        thousands(up_to(20_000)),
        blocks(up_to(200_000)),
        clients(up_to(16_000), 1),
        clients(up_to(16_000), 8),
        commands(after(700)),
        commands(after(4_200)),
        in_memory(up_to(100_000)),
        replay(up_to(1_000_000)),
        audit(up_to(20_000)),
        report(up_to(hledger_events), side("hledger", "`hledger balance`")),
        report(up_to(1_000_000), side("ledger", "`ledger balance`")),
        totals(year),
    ]
}

fn single(year: Year) -> Group {
    const OURS: Side = side("earmark:record:1:1", "one recorder, one event a commit");
    let rate = |theirs, less| row(Metric::Rate, OURS, theirs, less);
    Group {
        question: "one event a commit",
        year,
        books: 1,
        durability: SYNCED,
        answer: Answer::Balances,
        rows: vec![
            rate(side("file:append:1", "bare file: append, fdatasync"), BARE),
            rate(side("file:ahead:1", "bare file: into space made before, fdatasync"), BARE),
            rate(side("sqlite:rows:none:1", "bare SQLite: a row"), ROWS),
            rate(
                side("sqlite:rows:balance:1", "bare SQLite: a row, balances updated"),
                ROWS_AND_BALANCES,
            ),
            rate(side("doubleentry:record:1", "doubleentry on SQLite: `record`"), ENTRIES),
            more(
                rate(
                    side("postgres:single:1:1", "PostgreSQL: insert + update, 1 client"),
                    ROWS_AND_BALANCES,
                ),
                SERVER,
            ),
        ],
    }
}

fn bulk(year: Year) -> Group {
    const OURS: Side = side("earmark:record:8192:4", "8,192 events a commit, 4 commits under way");
    const ALONE: Side = side("earmark:record:8192:1", "8,192 events a commit, one at a time");
    const BLOCKS: Side =
        side("sqlite:block:balance:8192", "bare SQLite: one row a commit, balances updated");
    let rate = |theirs, less| row(Metric::Rate, OURS, theirs, less);
    Group {
        question: "8,192 events a commit",
        year,
        books: 1,
        durability: SYNCED,
        answer: Answer::Balances,
        rows: vec![
            rate(side("file:append:8192", "bare file: append, fdatasync"), BARE),
            rate(side("sqlite:block:none:8192", "bare SQLite: one row a commit"), ROWS),
            rate(BLOCKS, BLOCKS_AND_BALANCES),
            row(Metric::Rate, ALONE, BLOCKS, BLOCKS_AND_BALANCES),
            rate(side("sqlite:rows:none:8192", "bare SQLite: a row an event"), ROWS),
            rate(
                side(
                    "sqlite:rows:balance:8192",
                    "bare SQLite: a row an event, balances updated with each",
                ),
                ROWS_AND_BALANCES,
            ),
        ],
    }
}

fn thousands(year: Year) -> Group {
    Group {
        question: "1,000 events a commit",
        year,
        books: 1,
        durability: SYNCED,
        answer: Answer::Balances,
        rows: vec![row(
            Metric::Rate,
            side("earmark:record:1000:1", "1,000 events a commit, one at a time"),
            side("doubleentry:record:1000", "doubleentry on SQLite: `record_batch`"),
            ENTRIES,
        )],
    }
}

fn blocks(year: Year) -> Group {
    Group {
        question: "256 events a commit",
        year,
        books: 1,
        durability: SYNCED,
        answer: Answer::Balances,
        rows: vec![more(
            row(
                Metric::Rate,
                side("earmark:record:256:1", "256 events a commit, one at a time"),
                side(
                    "postgres:row:256",
                    "PostgreSQL: one row of 256 encoded events, balances updated",
                ),
                BLOCKS_AND_BALANCES,
            ),
            "a server between processes; compresses long rows",
        )],
    }
}

fn clients(year: Year, books: u64) -> Group {
    let (ours, theirs, question) = if books == 1 {
        (
            side("earmark:clients:8:1", "8 recorders, one book"),
            side(
                "postgres:single:8:1",
                "PostgreSQL: insert + update, 8 clients, one row of balances",
            ),
            "one event a commit, 8 at once, one book",
        )
    } else {
        (
            side("earmark:clients:8:8", "8 recorders, a book each"),
            side("postgres:single:8:8", "PostgreSQL: insert + update, 8 clients, a row each"),
            "one event a commit, 8 at once, 8 books",
        )
    };
    Group {
        question,
        year,
        books,
        durability: SYNCED,
        answer: Answer::Balances,
        rows: vec![more(row(Metric::Rate, ours, theirs, ROWS_AND_BALANCES), SERVER)],
    }
}

fn commands(year: Year) -> Group {
    let (ours, theirs, question) = if year.events < 4_000 {
        (
            side("earmark:memory:after:500", "`record` after 500 events"),
            side("cqrs:after:500", "cqrs-es: `execute` after 500 events"),
            "a command on a book of 500 events, in memory",
        )
    } else {
        (
            side("earmark:memory:after:4000", "`record` after 4,000 events"),
            side("cqrs:after:4000", "cqrs-es: `execute` after 4,000 events"),
            "a command on a book of 4,000 events, in memory",
        )
    };
    Group {
        question,
        year,
        books: 1,
        durability: NONE,
        answer: Answer::Balances,
        rows: vec![more(
            row(Metric::Rate, ours, theirs, IN_MEMORY),
            "plays all events of the book before each command, which is how its store in memory loads; prints \
             two lines a command, here to /dev/null",
        )],
    }
}

fn in_memory(year: Year) -> Group {
    Group {
        question: "one event a commit, in memory",
        year,
        books: 1,
        durability: NONE,
        answer: Answer::Balances,
        rows: vec![row(
            Metric::Rate,
            side("earmark:memory:record", "ledger in memory: `record`"),
            side("doubleentry:memory", "doubleentry `Journal`: `record`"),
            ENTRIES,
        )],
    }
}

fn replay(year: Year) -> Group {
    Group {
        question: "balances from all events, in memory",
        year,
        books: 1,
        durability: NONE,
        answer: Answer::Balances,
        rows: vec![row(
            Metric::Rate,
            side("earmark:memory:replay", "decodes stored bytes strictly, adds up"),
            side("cqrs:replay", "cqrs-es: `load_aggregate`"),
            "events are values in memory: nothing is decoded or checked",
        )],
    }
}

fn audit(year: Year) -> Group {
    Group {
        question: "everything proved again from what is stored",
        year,
        books: 1,
        durability: READING,
        answer: Answer::Balances,
        rows: vec![more(
            row(
                Metric::Rate,
                side("earmark:verify", "open, `verify`, balances"),
                side("doubleentry:audit", "doubleentry on SQLite: `audit`"),
                "no funds, flows, parties, documents, legal basis, totals by day; opening is not timed",
            ),
            "compares a row of each table for each entry",
        )],
    }
}

fn report(year: Year, theirs: Side) -> Group {
    const VERIFY: Side = side("earmark:verify", "open, `verify` all of it, balances");
    const REPLAY: Side = side("earmark:replay", "open, balances from all events");
    const KEPT: Side = side("earmark:kept", "open, balances that every commit keeps");
    const LESS: &str = "reads text; postings balance; nothing is hashed, no decision is repeated, no rule of a fund";
    const MORE: &str = "its input is text that anyone can write";
    let question = if theirs.subject == "hledger" {
        "a year's balances, hledger's size"
    } else {
        "a year's balances, ledger's size"
    };
    let with = |metric, ours| more(row(metric, ours, theirs, LESS), MORE);
    Group {
        question,
        year,
        books: 1,
        durability: READING,
        answer: Answer::Balances,
        rows: vec![
            with(Metric::Process, VERIFY),
            with(Metric::Process, REPLAY),
            with(Metric::Process, KEPT),
            with(Metric::Memory, VERIFY),
            with(Metric::Memory, REPLAY),
        ],
    }
}

fn totals(year: Year) -> Group {
    const ONE: Side = side("duckdb:1", "DuckDB: GROUP BY, 1 thread");
    const TWO: Side = side("duckdb:2", "DuckDB: GROUP BY, 2 threads");
    const FOLD: Side = side("earmark:totals:fold", "each event decoded strictly and folded");
    const REBUILD: Side = side(
        "earmark:totals:rebuild",
        "`rebuild`: totals thrown away, folded again, written to the file durably",
    );
    const KEPT: Side = side("earmark:totals:kept", "the totals that every commit keeps");
    const LESS: &str = "three columns of eight are read; nothing is checked; loading is not timed";
    const MORE: &str = "any other column could be asked for";
    let with = |metric, ours, theirs| more(row(metric, ours, theirs, LESS), MORE);
    Group {
        question: "sum and count by day, kind and account",
        year,
        books: 1,
        durability: READING,
        answer: Answer::Totals,
        rows: vec![
            with(Metric::Rate, FOLD, ONE),
            with(Metric::Rate, FOLD, TWO),
            with(Metric::Rate, REBUILD, ONE),
            with(Metric::Rate, REBUILD, TWO),
            with(Metric::Question, KEPT, ONE),
            with(Metric::Question, KEPT, TWO),
            with(Metric::Memory, FOLD, ONE),
        ],
    }
}
