//! Rows copied out of a connection, so that what is done with them does not hold it.

use std::ops::ControlFlow;

use earmark_core::Fault;

/// How many bytes are copied out before their reader sees them; a single row may have more.
const BYTES_MAX: usize = 256 * 1024;

/// How many rows are copied out at once at most.
const ROWS_MAX: usize = 4_096;

/// Some rows of a reading, in their order.
#[derive(Debug)]
pub(crate) struct Portion<T> {
    rows: Vec<T>,
    rows_max: usize,
    bytes: usize,
    full: bool,
}

impl<T> Portion<T> {
    /// Takes a row that takes up so many bytes, and says whether there is room for a further one.
    pub(crate) fn take(&mut self, row: T, bytes: usize) -> ControlFlow<()> {
        self.rows.push(row);
        self.bytes = self.bytes.saturating_add(bytes);
        self.full = self.rows.len() >= self.rows_max || self.bytes >= BYTES_MAX;
        if self.full { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

/// Reads portion by portion: `read` fills one with what comes after a row, or from the beginning; `each` sees
/// every row, and may read meanwhile. The first portion is one row, as many who read look at no more.
pub(crate) fn in_portions<T>(
    mut read: impl FnMut(Option<&T>, &mut Portion<T>) -> Result<(), Fault>,
    mut each: impl FnMut(&T) -> Result<ControlFlow<()>, Fault>,
) -> Result<(), Fault> {
    let mut last = None;
    let mut rows_max = 1;
    loop {
        let mut portion = Portion { rows: Vec::new(), rows_max, bytes: 0, full: false };
        // What could be read before a fault is seen before it, as it is without portions.
        let outcome = read(last.as_ref(), &mut portion);
        for row in &portion.rows {
            if each(row)?.is_break() {
                return Ok(());
            }
        }
        outcome?;
        last = portion.rows.pop();
        if !portion.full || last.is_none() {
            return Ok(());
        }
        rows_max = (rows_max * 8).min(ROWS_MAX);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use earmark_core::FaultKind;

    use super::*;

    /// How many rows each portion had, of so many rows of so many bytes.
    fn portions(rows: usize, bytes: usize) -> Vec<usize> {
        let (mut portions, mut seen) = (Vec::new(), Vec::new());
        in_portions(
            |last: Option<&usize>, portion| {
                let first = last.map_or(0, |last| last + 1);
                for row in first..rows {
                    if portion.take(row, bytes).is_break() {
                        break;
                    }
                }
                portions.push(portion.rows.len());
                Ok(())
            },
            |row| {
                seen.push(*row);
                Ok(ControlFlow::Continue(()))
            },
        )
        .unwrap();
        assert!(seen.into_iter().eq(0..rows), "each row once, in order");
        portions
    }

    #[test]
    fn portions_grow_up_to_a_bound() {
        assert_eq!(portions(0, 1), [0]);
        assert_eq!(portions(1, 1), [1, 0]);
        assert_eq!(portions(9, 1), [1, 8, 0]);
        assert_eq!(portions(10, 1), [1, 8, 1]);
        assert_eq!(portions(9_000, 1), [1, 8, 64, 512, 4_096, 4_096, 223]);
        assert_eq!(portions(20, BYTES_MAX / 2), [1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1]);
        assert_eq!(portions(3, 16 * 1024 * 1024), [1, 1, 1, 0]);
    }

    #[test]
    fn what_was_read_before_a_fault_is_seen_before_it() {
        let fault = || Fault::new(FaultKind::Damaged, "row 3", "is not there");
        let mut seen = Vec::new();
        let read = |last: Option<&usize>, portion: &mut Portion<usize>| {
            for row in last.map_or(0, |last| last + 1).. {
                if row == 3 {
                    return Err(fault());
                }
                if portion.take(row, 1).is_break() {
                    break;
                }
            }
            Ok(())
        };
        let outcome = in_portions(read, |row| {
            seen.push(*row);
            Ok(ControlFlow::Continue(()))
        });
        assert_eq!(outcome, Err(fault()));
        assert_eq!(seen, [0, 1, 2]);
    }
}
