use std::fmt;
use std::sync::Arc;

use super::figures::Figure;
use super::words::{Topic, Word};
use crate::time::Day;

/// The fund of a rule for every fund.
pub(super) const EVERY_FUND: &str = "*";

/// One dated rule of a profile: what it is about, since when it holds, and on what basis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileRule {
    pub(super) topic: Topic,
    pub(super) fund: String,
    pub(super) subject: String,
    pub(super) basis: Arc<Basis>,
    pub(super) figure: Figure,
}

/// What the rules of one table of a file have in common.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Basis {
    pub(super) layer: Arc<str>,
    pub(super) level: usize,
    pub(super) line: usize,
    pub(super) from: Day,
    pub(super) until: Option<Day>,
    pub(super) source: String,
    pub(super) mark: Mark,
    pub(super) from_mark: Mark,
    pub(super) note: Option<String>,
}

impl ProfileRule {
    /// What it speaks of.
    #[must_use]
    pub const fn topic(&self) -> Topic {
        self.topic
    }

    /// The code of its fund; none where it is for every fund.
    #[must_use]
    pub fn fund(&self) -> Option<&str> {
        Some(self.fund.as_str()).filter(|fund| *fund != EVERY_FUND)
    }

    /// What it is about within the topic, such as `revenue` or `benefit BasicPension`; empty where
    /// the topic has one subject alone.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The topic and the subject, such as `account revenue`.
    #[must_use]
    pub fn name(&self) -> String {
        named(self.topic, &self.subject)
    }

    /// The first day on which it holds.
    #[must_use]
    pub fn from(&self) -> Day {
        self.basis.from
    }

    /// The last day on which it holds; none where it holds until further notice.
    #[must_use]
    pub fn until(&self) -> Option<Day> {
        self.basis.until
    }

    /// Whether it holds on that day; both ends are included.
    #[must_use]
    pub fn holds_on(&self, day: Day) -> bool {
        self.basis.from <= day && self.basis.until.is_none_or(|until| day <= until)
    }

    /// The legal basis.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.basis.source
    }

    /// Whether what it says was read in a copy of the source, or recalled.
    #[must_use]
    pub fn mark(&self) -> Mark {
        self.basis.mark
    }

    /// Whether its first day was read in a copy of the source, or recalled.
    #[must_use]
    pub fn from_mark(&self) -> Mark {
        self.basis.from_mark
    }

    /// A remark of the profile's author.
    #[must_use]
    pub fn note(&self) -> Option<&str> {
        self.basis.note.as_deref()
    }

    /// The id of the layer it stands in.
    #[must_use]
    pub fn layer(&self) -> &str {
        &self.basis.layer
    }

    /// The line of its table in the file of that layer, from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        self.basis.line
    }

    /// What it says, in words.
    #[must_use]
    pub fn says(&self) -> String {
        self.figure.to_string()
    }

    pub(super) const fn figure(&self) -> &Figure {
        &self.figure
    }
}

pub(super) fn named(topic: Topic, subject: &str) -> String {
    if subject.is_empty() { topic.to_string() } else { format!("{topic} {subject}") }
}

/// Whether a rule was read in a copy of its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mark {
    /// It was read.
    Read,
    /// It was recalled and has to be confirmed before anybody relies on it.
    Recalled,
}

impl Word for Mark {
    const MEMBERS: &'static [Self] = &[Self::Read, Self::Recalled];

    fn in_file(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Recalled => "recalled",
        }
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.in_file())
    }
}

/// What a profile says about a question, and the rule that says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ruling<'a, T> {
    /// What it says.
    pub value: T,
    /// The rule that says it.
    pub rule: &'a ProfileRule,
}
