//! Days and moments, from outside.

use earmark_core::command::AnyCommand as C;
use earmark_core::time::{Day, Month, UtcOffset};
use earmark_testkit::strategy::history::histories;
use proptest::prelude::*;

use super::desk::tried;
use super::tale::{Told, must, of_every_book};

/// The days that are closed at the end of a list: those up to the last closing, but for what was opened
/// again and not closed since.
struct Closed {
    until: Option<Day>,
    opened: Option<(Day, Day)>,
}

impl Closed {
    fn after(events: &[Told]) -> Self {
        let mut closed = Self { until: None, opened: None };
        for told in events {
            match &told.command {
                Some(C::ClosePeriod { first, last }) => {
                    if closed.opened == Some((*first, *last)) {
                        closed.opened = None;
                    }
                    closed.until = closed.until.max(Some(*last));
                }
                Some(C::ReopenPeriod { first, last, .. }) => closed.opened = Some((*first, *last)),
                _ => {}
            }
        }
        closed
    }

    fn holds(&self, day: Day) -> bool {
        let opened = self.opened.is_some_and(|(first, last)| first <= day && day <= last);
        self.until.is_some_and(|until| day <= until) && !opened
    }
}

proptest! {
    #![proptest_config(tried(32))]

    #[test]
    fn inv_06_no_event_counts_for_a_day_that_has_not_begun(history in histories(30)) {
        of_every_book(&history, |clerk, tale| {
            for told in &tale.events {
                let today = told.recorded.event().recorded_at().day(UtcOffset::CHINA);
                must(told.on <= today, clerk, || format!("recorded on {today}: {told:?}"))?;
            }
            Ok(())
        })?;
    }

    #[test]
    fn inv_13_events_are_numbered_without_gaps(history in histories(30)) {
        of_every_book(&history, |clerk, tale| {
            for (seq, told) in (1_u64..).zip(&tale.events) {
                must(told.seq == seq, clerk, || format!("in place {seq}: {told:?}"))?;
            }
            Ok(())
        })?;
    }

    #[test]
    fn inv_15_recording_times_never_go_back(history in histories(30)) {
        of_every_book(&history, |clerk, tale| {
            let times: Vec<_> = tale.events.iter().map(|it| it.recorded.event().recorded_at()).collect();
            must(times.is_sorted(), clerk, || format!("{times:?}"))
        })?;
    }

    #[test]
    fn inv_28_a_closed_period_takes_no_event(history in histories(40)) {
        of_every_book(&history, |clerk, tale| {
            for events in tale.prefixes() {
                let Some((last, before)) = events.split_last() else { continue };
                // A text counts for no day; closing and opening again are what they are about.
                if matches!(last.command, None | Some(C::ClosePeriod { .. } | C::ReopenPeriod { .. })) {
                    continue;
                }
                must(!Closed::after(before).holds(last.on), clerk, || format!("{last:?}"))?;
            }
            Ok(())
        })?;
    }

    #[test]
    fn inv_29_months_close_in_their_order_and_once_they_are_over(history in histories(40)) {
        of_every_book(&history, |clerk, tale| {
            for events in tale.prefixes() {
                let Some((told, before)) = events.split_last() else { continue };
                let Some(C::ClosePeriod { first, last }) = told.command else { continue };
                let closed = Closed::after(before);
                let over = last < told.recorded.event().recorded_at().day(UtcOffset::CHINA);
                let next = closed.until.is_none_or(|until| until.next() == Some(first));
                let closing = |first: Day, last: Day| {
                    move |it: &Told| it.command == Some(C::ClosePeriod { first, last })
                };
                let mut months = Vec::new();
                let mut month = Some(first.month());
                while let Some(it) = month.filter(|it| it.last_day() <= last) {
                    months.push(it);
                    month = it.next();
                }
                let each = |it: &Month| before.iter().any(closing(it.first_day(), it.last_day()));
                // What was opened again is closed as a whole before anything else; a quarter or a year is
                // closed once, and once each of its months is.
                let again = match closed.opened {
                    Some(opened) => opened == (first, last),
                    None => {
                        matches!(months.len(), 3 | 12)
                            && months.iter().all(each)
                            && !before.iter().any(closing(first, last))
                    }
                };
                let next = next && closed.opened.is_none();
                must(over && (next || again), clerk, || format!("{told:?}"))?;
                let whole = first == first.month().first_day() && last == last.month().last_day();
                must(whole, clerk, || format!("not of whole months: {told:?}"))?;
            }
            Ok(())
        })?;
    }
}
