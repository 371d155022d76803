//! The table of standings: the rules, the closed time and the reserve of each book that has any.

use earmark_core::Fault;
use earmark_core::state::Standing;
use earmark_core::time::{Day, Period};
use rusqlite::{Connection, Row, params};

use crate::fault::Faults;

/// The columns of a standing, in the order in which [`StandingColumns`] takes them.
pub(crate) const COLUMNS: &str =
    "rules_seq, closed_until, reopened_first, reopened_last, reserve, stops, agreements";

/// What stands in their place for a file of format 1.
pub(crate) const NO_COLUMNS: &str = "NULL, NULL, NULL, NULL, NULL, NULL, NULL";

/// Stands for no day, as in the bodies of matters.
const NO_DAY: i32 = i32::MIN;

/// A standing's row as it stands; nothing for a book without one.
pub(crate) struct StandingColumns {
    rules_seq: u64,
    closed_until: i32,
    reopened: (i32, i32),
    reserve: u64,
    stops: u32,
    agreements: u32,
}

impl StandingColumns {
    /// Takes the columns from place `at` on.
    pub(crate) fn of(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<Self>> {
        let Some(rules_seq) = row.get(at)? else { return Ok(None) };
        Ok(Some(Self {
            rules_seq,
            closed_until: row.get(at + 1)?,
            reopened: (row.get(at + 2)?, row.get(at + 3)?),
            reserve: row.get(at + 4)?,
            stops: row.get(at + 5)?,
            agreements: row.get(at + 6)?,
        }))
    }

    /// The standing of a book whose last event is `seq`; none where it is not one.
    pub(crate) fn standing(self, seq: u64) -> Option<Standing> {
        let closed_until = some_day(self.closed_until)?;
        let reopened = match (some_day(self.reopened.0)?, some_day(self.reopened.1)?) {
            (None, None) => None,
            (Some(first), Some(last)) => Some(Period::new(first, last)?),
            _ => return None,
        };
        let closed = reopened.is_none_or(|period| Some(period.last()) <= closed_until);
        (closed && self.rules_seq <= seq).then_some(Standing {
            rules_seq: self.rules_seq,
            closed_until,
            reopened,
            reserve_minor: self.reserve,
            stops: self.stops,
            agreements: self.agreements,
        })
    }
}

/// None where the number is neither a day nor the one that stands for none.
fn some_day(days: i32) -> Option<Option<Day>> {
    match days {
        NO_DAY => Some(None),
        days => Day::from_days(days).ok().map(Some),
    }
}

/// Writes the standing of a book, or removes the row of one that no longer has any.
pub(crate) fn save(
    connection: &Connection,
    book: i64,
    standing: &Standing,
    faults: &Faults,
) -> Result<(), Fault> {
    let days = |day: Option<Day>| day.map_or(NO_DAY, Day::days);
    let saved = if *standing == Standing::default() {
        connection
            .prepare_cached("DELETE FROM standings WHERE book = ?1")
            .and_then(|mut statement| statement.execute([book]))
    } else {
        let insert = format!(
            "INSERT OR REPLACE INTO standings (book, {COLUMNS}) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
        );
        connection.prepare_cached(&insert).and_then(|mut statement| {
            statement.execute(params![
                book,
                standing.rules_seq,
                days(standing.closed_until),
                days(standing.reopened.map(Period::first)),
                days(standing.reopened.map(Period::last)),
                standing.reserve_minor,
                standing.stops,
                standing.agreements,
            ])
        })
    };
    saved.map(drop).map_err(|error| faults.sql(&error))
}
