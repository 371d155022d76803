//! Where commits are handed over and waited for.

use std::collections::VecDeque;

use earmark::prelude::*;
use earmark::submission::Pending;

use super::{Listener, RecordError, ReplayClock};

/// How many events a commit has at most.
pub(super) const COMMIT_EVENTS: u64 = 8_192;
/// How many events, and commits, are under way at most: enough to keep the disk busy, little enough
/// to keep memory small.
const EVENTS_UNDER_WAY: u64 = 8 * COMMIT_EVENTS;
const COMMITS_UNDER_WAY: usize = 512;
/// Where commits are handed over, and waited for.
pub(super) struct Desk<'a> {
    pub(super) clock: &'a ReplayClock,
    name: &'a str,
    pub(super) listener: &'a dyn Listener,
    under_way: VecDeque<(Pending, u64)>,
    events_under_way: u64,
}

impl<'a> Desk<'a> {
    pub(super) fn new(clock: &'a ReplayClock, name: &'a str, listener: &'a dyn Listener) -> Self {
        Self { clock, name, listener, under_way: VecDeque::new(), events_under_way: 0 }
    }

    /// The key of a commit follows from its place in the plan: recorded again, it is the same.
    pub(super) fn key(&self, month: u32, stage: Stage, chunk: u64, book: &str) -> Key {
        Key::from_parts(&[
            self.name.as_bytes(),
            book.as_bytes(),
            &month.to_be_bytes(),
            &[stage as u8],
            &chunk.to_be_bytes(),
        ])
    }

    pub(super) fn hand_over(&mut self, pending: Pending, events: u64) -> Result<(), RecordError> {
        self.under_way.push_back((pending, events));
        self.events_under_way += events;
        while self.events_under_way > EVENTS_UNDER_WAY || self.under_way.len() > COMMITS_UNDER_WAY {
            self.settle_one()?;
        }
        Ok(())
    }

    fn settle_one(&mut self) -> Result<(), RecordError> {
        if let Some((pending, events)) = self.under_way.pop_front() {
            pending.wait()?;
            self.events_under_way -= events;
            self.listener.durable(events);
        }
        Ok(())
    }

    /// Waits until everything handed over is durable.
    pub(super) fn settle(&mut self) -> Result<(), RecordError> {
        while !self.under_way.is_empty() {
            self.settle_one()?;
        }
        Ok(())
    }
}

/// Which commit of a book's month.
#[derive(Clone, Copy, Debug)]
#[repr(u8)]
pub(super) enum Stage {
    Open,
    Collect,
    Pay,
    Return,
    Close,
    Remit,
    Subsidise,
    /// A month is closed, and the next one's use plan approved.
    Turn,
    CloseQuarter,
    CloseYear,
    /// A closed month is opened again and corrected.
    Correct,
    /// The corrected month is closed again.
    CloseMonthAgain,
    CloseQuarterAgain,
}
