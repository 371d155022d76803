use earmark_core::id::{BookId, Party};
use earmark_core::money::SignedFigure;
use earmark_core::time::Day;
use serde::Serialize;

use super::FindingKind;
use crate::language::{Label, Language};

/// One thing that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What it is, with its code and articles.
    pub kind: FindingKind,
    /// The book.
    pub book: BookId,
    /// The day on which it came to be, or on which it stands.
    pub day: Day,
    /// The payer, payee or person, where it is about one.
    pub party: Option<Party>,
    /// The amounts, each with what it is.
    pub amounts: Vec<FoundAmount>,
    /// The events behind it, by book and number.
    pub events: Vec<EventRef>,
    /// What was found, in words.
    pub message: Message,
}

/// An amount of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct FoundAmount {
    /// What it is.
    pub label: Label,
    /// How much.
    pub sum: SignedFigure,
}

/// An event of a book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct EventRef {
    /// The book.
    pub book: BookId,
    /// Its sequence number.
    pub seq: u64,
}

/// A sentence in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Message {
    /// In English.
    pub en: String,
    /// In Chinese.
    pub zh: String,
}

impl Message {
    /// The sentence of a language.
    #[must_use]
    pub fn of(&self, language: Language) -> &str {
        match language {
            Language::English => &self.en,
            Language::Chinese => &self.zh,
        }
    }
}

impl Finding {
    pub(super) fn new(kind: FindingKind, book: BookId, day: Day, message: Message) -> Self {
        let (amounts, events) = (Vec::new(), Vec::new());
        Self { kind, book, day, party: None, amounts, events, message }
    }

    pub(super) fn about(mut self, party: Option<Party>) -> Self {
        self.party = party;
        self
    }

    pub(super) fn amount(mut self, en: &'static str, zh: &'static str, minor: i128) -> Self {
        let sum = SignedFigure::from_minor(minor, self.book.fund().currency());
        self.amounts.push(FoundAmount { label: Label::new(en, zh), sum });
        self
    }

    pub(super) fn events(mut self, seqs: impl IntoIterator<Item = u64>) -> Self {
        let book = self.book;
        self.events.extend(seqs.into_iter().map(|seq| EventRef { book, seq }));
        self
    }

    pub(super) fn events_of(mut self, events: impl IntoIterator<Item = EventRef>) -> Self {
        self.events.extend(events);
        self
    }
}

/// A message in both languages.
macro_rules! message {
    ($en:literal, $zh:literal) => {
        $crate::findings::finding::Message { en: format!($en), zh: format!($zh) }
    };
}
pub(super) use message;
