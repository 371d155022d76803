//! One book: what it accepted, and whether it takes more.

use earmark_core::account::Account;
use earmark_core::command::AnyCommand;
use earmark_core::fund::FundSpec;
use earmark_core::id::{Area, Key};
use earmark_core::time::{Day, Timestamp};

use super::accepted::{Accepted, What};
use super::asked::Asked;
use super::{
    Answer, Broken, accounts, authority, budget, claims, dues, investment, late_fees, loans,
    periods, plans, profiles, providers, recoveries, reorganisations, shape, stops, taking_back,
    trail,
};
use crate::history::{Call, Line};

#[derive(Clone, Debug)]
pub(super) struct Book {
    pub(super) area: Area,
    pub(super) fund: &'static FundSpec,
    pub(super) lines: Vec<Accepted>,
    commits: Vec<Commit>,
}

#[derive(Clone, Debug)]
struct Commit {
    key: Key,
    first_seq: u64,
    content: Vec<Line>,
}

impl Book {
    pub(super) const fn new(area: Area, fund: &'static FundSpec) -> Self {
        Self { area, fund, lines: Vec::new(), commits: Vec::new() }
    }

    pub(super) fn register(&mut self, text: &str) {
        if self.knows(text) {
            return;
        }
        self.lines.push(Accepted {
            seq: self.next_seq(),
            on: Day::MIN,
            recorded_at: None,
            actor: String::new(),
            case: None,
            what: What::Text(text.to_owned()),
            minor: 0,
            from: None,
            to: None,
        });
    }

    /// Whether a text is registered.
    pub(super) fn knows(&self, text: &str) -> bool {
        self.lines.iter().any(|line| matches!(&line.what, What::Text(known) if known == text))
    }

    fn next_seq(&self) -> u64 {
        self.lines.len() as u64 + 1
    }

    pub(super) fn event(&self, seq: u64) -> Option<&Accepted> {
        self.lines.iter().find(|line| line.seq == seq)
    }

    /// The commands that were carried out, each with its event, from the first on.
    pub(super) fn done(&self) -> impl DoubleEndedIterator<Item = (&Accepted, &AnyCommand)> {
        self.lines.iter().filter_map(|line| Some((line, line.command()?)))
    }

    pub(super) fn balance(&self, account: Account) -> i128 {
        self.lines.iter().map(|line| line.change(account)).sum()
    }

    /// What all accounts hold together.
    pub(super) fn total(&self) -> i128 {
        Account::ALL.into_iter().map(|account| self.balance(account)).sum()
    }

    pub(super) fn take(&mut self, call: &Call, today: Day) -> Answer {
        // Recording times never go back within a book (INV-15).
        let last = self.lines.iter().filter_map(|line| line.recorded_at).next_back();
        let recorded_at = last.map_or(call.at, |last| last.max(call.at));

        // First of all each line must be one that can be said in this book.
        for (place, line) in call.lines.iter().enumerate() {
            let mut broken = Broken::new();
            shape::judge(
                &Asked::new(self, line, place, self.lines.len(), today, recorded_at),
                &mut broken,
            );
            if !broken.is_empty() {
                return Answer::Refused(broken);
            }
        }
        // A key stands for one content (INV-07).
        if let Some(earlier) = self.commits.iter().find(|commit| commit.key == call.key) {
            return if self.is_same(&earlier.content, &call.lines) {
                Answer::Repeated { first_seq: earlier.first_seq }
            } else {
                Answer::Refused(["key-fresh"].into())
            };
        }
        if call.lines.is_empty() {
            return Answer::Refused(["commit-size"].into());
        }
        // Then each is judged by what stands in the book, the lines before it included.
        let first_seq = self.next_seq();
        let recorded = self.lines.len();
        let mut next = self.clone();
        for (place, line) in call.lines.iter().enumerate() {
            let asked = Asked::new(&next, line, place, recorded, today, recorded_at);
            let broken = judge(&asked);
            if !broken.is_empty() {
                return Answer::Refused(broken);
            }
            let accepted = next.accepted(&asked, recorded_at);
            next.lines.push(accepted);
        }
        next.commits.push(Commit { key: call.key, first_seq, content: call.lines.clone() });
        *self = next;
        let count = u32::try_from(call.lines.len()).unwrap_or(u32::MAX);
        Answer::Recorded { first_seq, count }
    }

    fn accepted(&self, asked: &Asked<'_>, recorded_at: Timestamp) -> Accepted {
        Accepted {
            seq: self.next_seq(),
            on: asked.line.on,
            recorded_at: Some(recorded_at),
            actor: asked.line.actor.clone(),
            case: asked.case,
            what: What::Done(asked.line.command.clone()),
            minor: asked.minor,
            from: asked.from,
            to: asked.to,
        }
    }

    /// Whether two commits say the same: line by line the same fact under the same voucher. How a sum is
    /// written makes no difference, nor by which of two names a payment out of the special account goes.
    fn is_same(&self, one: &[Line], other: &[Line]) -> bool {
        one.len() == other.len()
            && one.iter().zip(other).all(|(one, other)| {
                (one.on, &one.actor, shape::case_of(one))
                    == (other.on, &other.actor, shape::case_of(other))
                    && shape::plain(&one.command, self.fund)
                        == shape::plain(&other.command, self.fund)
            })
    }
}

/// Every rule that a line breaks, given what stands in the book.
fn judge(asked: &Asked<'_>) -> Broken {
    let mut broken = Broken::new();
    // INV-06: nothing counts for a day that has not begun.
    if asked.line.on > asked.today {
        broken.insert("not-in-future");
    }
    periods::judge(asked, &mut broken);
    profiles::judge(asked, &mut broken);
    authority::judge(asked, &mut broken);
    taking_back::judge(asked, &mut broken);
    accounts::judge(asked, &mut broken);
    dues::judge(asked, &mut broken);
    late_fees::judge(asked, &mut broken);
    claims::judge(asked, &mut broken);
    stops::judge(asked, &mut broken);
    providers::judge(asked, &mut broken);
    recoveries::judge(asked, &mut broken);
    budget::judge(asked, &mut broken);
    plans::judge(asked, &mut broken);
    investment::judge(asked, &mut broken);
    loans::judge(asked, &mut broken);
    reorganisations::judge(asked, &mut broken);
    trail::judge(asked, &mut broken);
    broken
}
