//! A bare file: records written one after the other, `fdatasync` after each batch, and nothing else.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, Write as _};
use std::time::Instant;

use anyhow::{Result, ensure};

use super::{Task, earmark};
use crate::outcome::Outcome;
use crate::year::{Balances, Year};

/// Writes the year's records, as earmark encodes them, so many at a time: to the end of a file that grows, or,
/// `ahead`, into zeros that were written and synced before, so that a sync need not make the file longer.
pub fn write(task: &Task, batch: usize, ahead: bool) -> Result<Outcome> {
    let records = earmark::records(task.year)?;
    let path = task.folder.join("records");
    let mut file = OpenOptions::new().create_new(true).write(true).open(&path)?;
    let opening = Year::opening().len();
    if ahead {
        file.write_all(&vec![0; records.iter().map(Vec::len).sum()])?;
        file.rewind()?;
    }
    file.write_all(&records.iter().take(opening).flatten().copied().collect::<Vec<_>>())?;
    file.sync_all()?;
    let mut buffer = Vec::new();
    let rest = records.get(opening..).unwrap_or_default();
    let start = Instant::now();
    for part in rest.chunks(batch) {
        buffer.clear();
        part.iter().for_each(|record| buffer.extend_from_slice(record));
        file.write_all(&buffer)?;
        file.sync_data()?;
    }
    let took = start.elapsed();
    let mut bytes = Vec::new();
    File::open(&path)?.read_to_end(&mut bytes)?;
    let mut held = Balances::default();
    let count = earmark::balances_of_records(&bytes, &mut held)?;
    ensure!(count == u64::try_from(records.len())?, "the file holds {count} records");
    Outcome::new(task.year.events, took, Balances::answer(&[held])).kept_in(&task.folder)
}
