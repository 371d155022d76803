//! What follows from the commits of a book.

use std::collections::{BTreeMap, HashMap};

use earmark_core::codec::Frame;
use earmark_core::commit::Head;
use earmark_core::error::{Fault, FaultKind};
use earmark_core::event::{Detail, Recorded, corrections};
use earmark_core::id::{BookId, Key};
use earmark_core::state::State;
use earmark_core::time::Timestamp;
use earmark_tlog::{Frontier, Hash, leaf_hash};

use super::Defect;

/// What follows from the frames of a book.
#[derive(Clone)]
pub(super) struct Folded {
    pub(super) head: Head,
    pub(super) rows: Vec<(u64, u32, Timestamp, Key, Hash)>,
    pub(super) keys: HashMap<Key, usize>,
    pub(super) texts: Vec<String>,
    pub(super) corrected: BTreeMap<u64, u64>,
    /// Up to which event subtrees are forgotten.
    pub(super) forgotten: u64,
}

pub(super) fn damaged(book: BookId, what: impl std::fmt::Display) -> Fault {
    Fault::new(FaultKind::Damaged, format!("book {book}"), what)
}

/// The events of a frame.
pub(super) fn events(book: BookId, frame: &[u8]) -> Result<Vec<Recorded>, Fault> {
    let frame = Frame::parse(frame).map_err(|error| damaged(book, error))?;
    let decode = |(seq, record): (u64, Result<earmark_core::codec::Record<'_>, _>)| {
        let event = record.and_then(|record| record.decode(book.fund(), seq));
        event.map(|event| Recorded::from_log(book, event)).map_err(|error| damaged(book, error))
    };
    (frame.first_seq()..).zip(frame.records()).map(decode).collect()
}

impl Folded {
    pub(super) fn empty(book: BookId) -> Self {
        Self {
            head: Head::empty(book),
            rows: Vec::new(),
            keys: HashMap::new(),
            texts: Vec::new(),
            corrected: BTreeMap::new(),
            forgotten: 0,
        }
    }

    /// Takes the next frame.
    pub(super) fn push(&mut self, book: BookId, bytes: &[u8]) -> Result<(), Fault> {
        let frame = Frame::parse(bytes).map_err(|error| damaged(book, error))?;
        for record in frame.records() {
            let record = record.map_err(|error| damaged(book, error))?;
            let pushed = self.head.frontier.push(leaf_hash(record.bytes()));
            pushed.map_err(|error| damaged(book, error))?;
        }
        for recorded in events(book, bytes)? {
            let event = recorded.event();
            self.head.state.evolve(event).map_err(|error| damaged(book, error))?;
            if let Detail::Text { text, .. } = event.fact().detail() {
                self.texts.push(text.to_string());
            }
            for taken in corrections(event).into_iter().flatten() {
                let sum = self.corrected.entry(taken.seq).or_default();
                *sum = sum.saturating_add_signed(taken.amount_minor);
            }
        }
        self.corrected.retain(|_, taken| *taken > 0);
        self.keys.insert(frame.key(), self.rows.len());
        let root = self.head.frontier.root();
        let row = (frame.first_seq(), frame.count(), frame.recorded_at(), frame.key(), root);
        self.rows.push(row);
        Ok(())
    }

    pub(super) fn forget(&mut self, defect: Defect) {
        let state = self.head.state;
        match defect {
            Defect::ForgetsKeys => self.keys.clear(),
            Defect::ForgetsTexts => drop(self.texts.pop()),
            Defect::ForgetsCorrections => self.corrected.clear(),
            Defect::ForgetsSubtrees => self.forgotten = state.seq(),
            Defect::ForgetsTheTree => self.head.frontier = Frontier::new(),
            Defect::ForgetsTheRules => self.head.rules = None,
            Defect::ForgetsTheTime => {
                let accounts = earmark_core::account::Account::ALL.map(|it| state.account(it));
                let (interest, standing) = (state.interest_held_minor(), state.standing());
                let (seq, texts) = (state.seq(), state.texts());
                let time = State::empty(state.book()).recorded_at();
                let book = state.book();
                let parts = State::from_parts(book, seq, time, texts, interest, accounts, standing);
                self.head.state = parts.unwrap();
            }
            _ => {}
        }
    }

    /// The index of the commit that holds an event, or of the first after it.
    pub(super) fn position(&self, seq: u64) -> usize {
        self.rows.partition_point(|(first, count, ..)| first + u64::from(*count) <= seq)
    }
}
