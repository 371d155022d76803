//! Money in an account, receipt by receipt: what came first leaves first.

use earmark_core::rules::DaysAllowed;
use earmark_core::time::Day;

/// A change of an account by one event.
#[derive(Clone, Copy)]
pub(super) struct Moved {
    pub(super) day: Day,
    pub(super) seq: u64,
    pub(super) change: i128,
    /// The event that it takes back.
    pub(super) undoes: Option<u64>,
    /// How long it may stay.
    pub(super) deadline: Option<DaysAllowed>,
}

/// What is left of a receipt.
pub(super) struct Lot {
    pub(super) seq: u64,
    pub(super) left: i128,
    /// The last day on which it may be there.
    pub(super) until: Option<Day>,
    /// What left later than that.
    pub(super) late: i128,
    /// With which events.
    pub(super) late_events: Vec<u64>,
}

/// The receipts of an account and what is left of each at the end of a day.
pub(super) fn lots(moved: &[Moved], day: Day) -> Vec<Lot> {
    let mut moved: Vec<_> = moved.iter().filter(|moved| moved.day <= day).collect();
    moved.sort_by_key(|moved| (moved.day, moved.seq));
    let mut lots: Vec<Lot> = Vec::new();
    let mut first = 0;
    for moved in moved {
        if moved.change > 0 {
            let until = moved.deadline.and_then(|deadline| after(moved.day, deadline));
            let (left, seq) = (moved.change, moved.seq);
            lots.push(Lot { seq, left, until, late: 0, late_events: Vec::new() });
            continue;
        }
        let mut rest = -moved.change;
        // What is taken back leaves the receipt that it was.
        if let Some(lot) = lots.iter_mut().find(|lot| Some(lot.seq) == moved.undoes) {
            let part = lot.left.min(rest);
            lot.left -= part;
            rest -= part;
        }
        while rest > 0 {
            let Some(lot) = lots.get_mut(first) else { break };
            let part = lot.left.min(rest);
            lot.left -= part;
            rest -= part;
            if part > 0 && lot.until.is_some_and(|until| moved.day > until) {
                lot.late += part;
                lot.late_events.push(moved.seq);
            }
            if lot.left == 0 {
                first += 1;
            }
        }
    }
    lots
}

/// The last day of a time limit that begins with a day. Working days are Monday to Friday: a ledger knows
/// no public holidays.
pub(super) fn after(day: Day, allowed: DaysAllowed) -> Option<Day> {
    let mut last = day.days();
    let mut left = allowed.days();
    while left > 0 {
        last = last.checked_add(1)?;
        // 1970-01-01 was a Thursday.
        let weekday = (i64::from(last) + 3).rem_euclid(7);
        left -= u32::from(!allowed.working_days() || weekday < 5);
    }
    Day::from_days(last).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use earmark_core::fund::{Fund, Unemployment};
    use earmark_core::rules::{Deadline, Profile};
    use earmark_core::time::day;

    fn receipt(on: &str, seq: u64, change: i128, undoes: Option<u64>) -> Moved {
        Moved { day: day(on).unwrap(), seq, change, undoes, deadline: None }
    }

    #[test]
    fn working_days_leave_weekends_out() {
        let rules = Profile::national().for_fund(Unemployment::SPEC);
        let friday = day("2024-01-05").unwrap();
        let ten = rules.deadline(Deadline::UnemploymentPay, friday).unwrap().value;
        assert!(ten.working_days());
        assert_eq!(after(friday, ten), Some(day("2024-01-19").unwrap()));
        let calendar = rules.deadline(Deadline::QuarterlyReport, friday).unwrap().value;
        assert_eq!(after(friday, calendar), Some(day("2024-01-30").unwrap()));
    }

    #[test]
    fn what_came_first_leaves_first_and_a_reversal_its_own_receipt() {
        let moved = [
            receipt("2021-01-02", 2, 30, None),
            receipt("2021-01-01", 1, 20, None),
            receipt("2021-01-03", 3, -30, Some(2)),
            receipt("2021-01-04", 4, 50, None),
            receipt("2021-01-05", 5, -25, None),
        ];
        let left = |on| -> Vec<_> {
            lots(&moved, day(on).unwrap()).iter().map(|lot| (lot.seq, lot.left)).collect()
        };
        assert_eq!(left("2021-01-02"), [(1, 20), (2, 30)]);
        assert_eq!(left("2021-01-04"), [(1, 20), (2, 0), (4, 50)]);
        assert_eq!(left("2021-01-05"), [(1, 0), (2, 0), (4, 45)]);
    }
}
