//! The table of books: which there are, and where each stands.

use earmark_core::account::Account;
use earmark_core::commit::Head;
use earmark_core::decide::Past;
use earmark_core::id::{Area, BookId};
use earmark_core::money::MAX_MINOR;
use earmark_core::state::{AccountState, AccountStatus, Moved, Standing, State};
use earmark_core::store::{StoredBook, check_vocabulary};
use earmark_core::time::Timestamp;
use earmark_core::{Fault, FaultKind};
use earmark_tlog::{Frontier, Hash};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::fault::Faults;
use crate::schema::{self, FORMAT_1, MAX_SEQ, position};
use crate::standing::{self, StandingColumns};

const HEAD_COLUMNS: &str = "book, seq, recorded_at, texts, interest_held, treasury, revenue, \
                            special, expenditure, investment, statuses, frontier";

/// A book's number in this file, where it stands, and the standing that the file has for it.
#[derive(Clone, Debug)]
pub(crate) struct Placed {
    pub(crate) number: i64,
    pub(crate) head: Head,
    saved: Standing,
}

/// A book's row without the rules that its standing names, which are in an event.
pub(crate) struct Stored {
    pub(crate) number: i64,
    pub(crate) state: State,
    pub(crate) frontier: Frontier,
}

impl Stored {
    /// The book with its rules.
    pub(crate) fn placed(self, past: &impl Past) -> Result<Placed, Fault> {
        let Self { number, state, frontier } = self;
        Ok(Placed { number, head: Head::load(state, frontier, past)?, saved: state.standing() })
    }
}

/// The number of a book; none where it does not exist.
pub(crate) fn number(
    connection: &Connection,
    book: BookId,
    faults: &Faults,
) -> Result<Option<i64>, Fault> {
    connection
        .prepare_cached("SELECT book FROM books WHERE area = ?1 AND fund = ?2")
        .and_then(|mut statement| {
            statement
                .query_row(params![book.area().code(), book.fund().code()], |row| row.get(0))
                .optional()
        })
        .map_err(|error| faults.sql(&error))
}

/// Where a book stands; none where it does not exist.
pub(crate) fn load(
    connection: &Connection,
    book: BookId,
    faults: &Faults,
) -> Result<Option<Stored>, Fault> {
    let columns = read(connection, book, standing::COLUMNS, "LEFT JOIN standings USING (book)");
    let columns = match columns {
        // Any other error stands. In a transaction a failed read has taken back all that was written, and
        // what is read and written after it would no longer be one transaction.
        Err(error) if is_of_the_statement(&error) => {
            // A file of format 1 has no such table. A format never goes down: what is of format 1 once the
            // row is read was of format 1 when it was.
            let without = read(connection, book, standing::NO_COLUMNS, "");
            if schema::format(connection, faults)? == FORMAT_1 {
                without
            } else {
                read(connection, book, standing::COLUMNS, "LEFT JOIN standings USING (book)")
            }
        }
        read => read,
    };
    let columns = columns.map_err(|error| faults.sql(&error))?;
    columns.map(|columns| columns.stored(book, faults)).transpose()
}

/// Whether it is the statement that does not fit the tables, and not the file that cannot be read.
pub(crate) fn is_of_the_statement(error: &rusqlite::Error) -> bool {
    let code = match error {
        rusqlite::Error::SqlInputError { error, .. } => Some(error.extended_code),
        other => other.sqlite_error().map(|error| error.extended_code),
    };
    code == Some(rusqlite::ffi::SQLITE_ERROR)
}

fn read(
    connection: &Connection,
    book: BookId,
    standing: &str,
    join: &str,
) -> rusqlite::Result<Option<HeadColumns>> {
    let query = format!(
        "SELECT {HEAD_COLUMNS}, {standing} FROM books {join} WHERE area = ?1 AND fund = ?2"
    );
    connection
        .prepare_cached(&query)?
        .query_row(params![book.area().code(), book.fund().code()], HeadColumns::of)
        .optional()
}

/// A book's row as it stands.
struct HeadColumns {
    number: i64,
    seq: u64,
    recorded_at: i64,
    texts: u32,
    interest_held: u64,
    balances: [u64; 5],
    statuses: [u8; 10],
    frontier: Vec<u8>,
    standing: Option<StandingColumns>,
}

impl HeadColumns {
    fn of(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            number: row.get(0)?,
            seq: row.get(1)?,
            recorded_at: row.get(2)?,
            texts: row.get(3)?,
            interest_held: row.get(4)?,
            balances: [row.get(5)?, row.get(6)?, row.get(7)?, row.get(8)?, row.get(9)?],
            statuses: row.get(10)?,
            frontier: row.get(11)?,
            standing: StandingColumns::of(row, 12)?,
        })
    }

    fn stored(self, book: BookId, faults: &Faults) -> Result<Stored, Fault> {
        let damaged = |what: &dyn std::fmt::Display| {
            faults.fault(FaultKind::Damaged, format!("the head of book {book}: {what}"))
        };
        let (pairs, _) = self.statuses.as_chunks::<2>();
        let mut accounts = [AccountState {
            status: AccountStatus::Absent,
            balance_minor: 0,
            moved: Moved::Nothing,
        }; 5];
        for ((account, [status, moved]), balance_minor) in
            accounts.iter_mut().zip(pairs).zip(self.balances)
        {
            let codes = AccountStatus::from_code(*status).zip(Moved::from_code(*moved));
            let (status, moved) = codes
                .filter(|_| balance_minor <= MAX_MINOR)
                .ok_or_else(|| damaged(&"an account's status or balance is none"))?;
            *account = AccountState { status, balance_minor, moved };
        }
        let recorded_at = Timestamp::from_micros(self.recorded_at)
            .ok_or_else(|| damaged(&"its recording time is none"))?;
        let standing = match self.standing {
            None => Standing::default(),
            Some(columns) => columns
                .standing(self.seq)
                .ok_or_else(|| damaged(&"its standing is none that a book can have"))?,
        };
        let state = State::from_parts(
            book,
            self.seq,
            recorded_at,
            self.texts,
            self.interest_held,
            accounts,
            standing,
        )
        .map_err(|error| damaged(&error))?;
        let (hashes, rest) = self.frontier.as_chunks::<32>();
        if !rest.is_empty() {
            return Err(damaged(&"its edge of the tree is not made of hashes"));
        }
        let frontier =
            Frontier::from_parts(self.seq, hashes.iter().map(|hash| Hash(*hash)).collect())
                .map_err(|error| damaged(&error))?;
        Ok(Stored { number: self.number, state, frontier })
    }
}

/// Every book, in the order of area and fund.
pub(crate) fn list(connection: &Connection, faults: &Faults) -> Result<Vec<StoredBook>, Fault> {
    let rows = || -> rusqlite::Result<Vec<(u32, String, String)>> {
        let mut statement =
            connection.prepare("SELECT area, fund, vocabulary FROM books ORDER BY area, fund")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        rows.collect()
    };
    let rows = rows().map_err(|error| faults.sql(&error))?;
    rows.into_iter()
        .map(|(area, fund, vocabulary)| {
            let area = Area::from_code(area)
                .map_err(|error| faults.fault(FaultKind::Damaged, format!("a book: {error}")))?;
            Ok(StoredBook { area, fund, vocabulary })
        })
        .collect()
}

/// Makes the book if it does not exist, and lets its fund's closed lists grow.
pub(crate) fn create(connection: &Connection, book: BookId, faults: &Faults) -> Result<(), Fault> {
    let sql = |error: rusqlite::Error| faults.sql(&error);
    let key = params![book.area().code(), book.fund().code()];
    let stored: Option<String> = connection
        .query_row("SELECT vocabulary FROM books WHERE area = ?1 AND fund = ?2", key, |row| {
            row.get(0)
        })
        .optional()
        .map_err(sql)?;
    let vocabulary = book.fund().vocabulary();
    match stored {
        Some(stored) if stored == vocabulary => Ok(()),
        Some(stored) => {
            check_vocabulary(book, &stored)?;
            let update = "UPDATE books SET vocabulary = ?3 WHERE area = ?1 AND fund = ?2";
            let row = params![book.area().code(), book.fund().code(), vocabulary];
            connection.execute(update, row).map_err(sql).map(drop)
        }
        None => {
            let empty = Head::empty(book);
            let insert = "INSERT INTO books (area, fund, vocabulary, seq, recorded_at, texts, \
                          interest_held, treasury, revenue, special, expenditure, investment, \
                          statuses, frontier) \
                          VALUES (?1, ?2, ?3, 0, ?4, 0, 0, 0, 0, 0, 0, 0, ?5, x'')";
            let row = params![
                book.area().code(),
                book.fund().code(),
                vocabulary,
                empty.state.recorded_at().micros(),
                statuses(&empty.state),
            ];
            connection.execute(insert, row).map_err(sql).map(drop)
        }
    }
}

fn statuses(state: &State) -> [u8; 10] {
    let mut bytes = [0; 10];
    let (pairs, _) = bytes.as_chunks_mut::<2>();
    for (pair, account) in pairs.iter_mut().zip(Account::ALL) {
        let account = state.account(account);
        *pair = [account.status as u8, account.moved as u8];
    }
    bytes
}

/// Writes where a book stands. Its standing, which few commits change, is written where it did.
pub(crate) fn save(
    connection: &Connection,
    placed: &mut Placed,
    faults: &Faults,
) -> Result<(), Fault> {
    let state = &placed.head.state;
    let frontier: Vec<u8> = placed.head.frontier.peaks().iter().flat_map(|hash| hash.0).collect();
    let update = "UPDATE books SET seq = ?2, recorded_at = ?3, texts = ?4, interest_held = ?5, \
                  treasury = ?6, revenue = ?7, special = ?8, expenditure = ?9, investment = ?10, \
                  statuses = ?11, frontier = ?12 WHERE book = ?1";
    connection
        .prepare_cached(update)
        .and_then(|mut statement| {
            statement.execute(params![
                placed.number,
                state.seq(),
                state.recorded_at().micros(),
                state.texts(),
                state.interest_held_minor(),
                state.balance_minor(Account::Treasury),
                state.balance_minor(Account::Revenue),
                state.balance_minor(Account::Special),
                state.balance_minor(Account::Expenditure),
                state.balance_minor(Account::Investment),
                statuses(state),
                frontier,
            ])
        })
        .map_err(|error| faults.sql(&error))?;
    let standing = state.standing();
    if standing != placed.saved {
        standing::save(connection, placed.number, &standing, faults)?;
        placed.saved = standing;
    }
    Ok(())
}

/// Compares each book's head with its last commit: a snapshot is trusted only where it continues
/// what is recorded.
pub(crate) fn check_heads(connection: &Connection, faults: &Faults) -> Result<(), Fault> {
    let sql = |error: rusqlite::Error| faults.sql(&error);
    let mut books = connection
        .prepare("SELECT book, area, fund, seq, frontier FROM books ORDER BY book")
        .map_err(sql)?;
    let mut last = connection
        .prepare(
            "SELECT first_seq + count - 1, root FROM commits WHERE position BETWEEN ?1 AND ?2 \
             ORDER BY position DESC LIMIT 1",
        )
        .map_err(sql)?;
    let mut rows = books.query([]).map_err(sql)?;
    while let Some(row) = rows.next().map_err(sql)? {
        let columns = || -> rusqlite::Result<(i64, u32, String, u64, Vec<u8>)> {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
        };
        let (book, area, fund, seq, edge) = columns().map_err(sql)?;
        let damaged = |what: String| {
            faults.fault(
                FaultKind::Damaged,
                format!("book {area:06}/{fund}: {what}; open the ledger read-only and verify it"),
            )
        };
        let ends: Option<(u64, [u8; 32])> = last
            .query_row([position(book, 0), position(book, MAX_SEQ)], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()
            .map_err(sql)?;
        let (end, root) =
            ends.map_or((0, earmark_tlog::EMPTY_ROOT), |(seq, root)| (seq, Hash(root)));
        if end != seq {
            return Err(damaged(format!(
                "its head stands at event {seq}, its commits end at {end}"
            )));
        }
        let (hashes, _) = edge.as_chunks::<32>();
        let edge = Frontier::from_parts(seq, hashes.iter().map(|hash| Hash(*hash)).collect());
        if edge.as_ref().map(Frontier::root) != Ok(root) {
            return Err(damaged("its head has another root than its last commit".to_owned()));
        }
    }
    Ok(())
}
