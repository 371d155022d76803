//! A line that somebody asks for, with what has to be known to judge it.

use earmark_core::account::Account;
use earmark_core::command::AnyCommand;
use earmark_core::id::Link;
use earmark_core::time::{Day, Timestamp, UtcOffset};

use super::accepted::Accepted;
use super::book::Book;
use super::{flows, shape, sums, taking_back};
use crate::history::Line;
use crate::law::{Law, Says};

pub(super) struct Asked<'a> {
    pub(super) book: &'a Book,
    pub(super) line: &'a Line,
    /// Its place in the commit, from 0.
    pub(super) place: usize,
    /// How many events earlier commits recorded.
    pub(super) recorded: usize,
    pub(super) today: Day,
    /// The day of recording.
    pub(super) recorded_on: Day,
    /// The profile that the book adopted last.
    pub(super) law: Option<Law>,
    pub(super) case: Option<Link>,
    /// What the line takes back, where it takes something back.
    pub(super) original: Option<&'a Accepted>,
    pub(super) minor: u64,
    pub(super) from: Option<Account>,
    pub(super) to: Option<Account>,
}

impl<'a> Asked<'a> {
    pub(super) fn new(
        book: &'a Book,
        line: &'a Line,
        place: usize,
        recorded: usize,
        today: Day,
        recorded_at: Timestamp,
    ) -> Self {
        let original = taking_back::original(&line.command).and_then(|seq| book.event(seq));
        let (from, to) = flows::ends(&line.command, original);
        // A reversal takes the whole back.
        let minor = match (&line.command, original) {
            (AnyCommand::Reverse { .. }, Some(original)) => original.minor,
            (command, _) if flows::moves_money(command) => {
                sums::main(command, book.fund).unwrap_or(0)
            }
            _ => 0,
        };
        let text = book.done().rev().find_map(|(_, command)| match command {
            AnyCommand::AdoptProfile { profile } => Some(profile),
            _ => None,
        });
        Self {
            book,
            line,
            place,
            recorded,
            today,
            recorded_on: recorded_at.day(UtcOffset::CHINA),
            law: text.and_then(|text| Law::from_profile_text(text)),
            case: shape::case_of(line),
            original,
            minor,
            from,
            to,
        }
    }

    pub(super) const fn command(&self) -> &AnyCommand {
        &self.line.command
    }

    /// What the profile of the book says for its fund on a day.
    pub(super) fn law_on<T>(&self, day: Day, fits: impl Fn(&Says) -> Option<T>) -> Option<T> {
        let law = self.law.as_ref()?;
        law.on(day, |says| {
            // A profile lays down rules for one fund; only loans and reorganisations name their own.
            let named = matches!(says, Says::Authorisation { .. } | Says::Reorganisation { .. });
            (named || law.fund == self.book.fund.code()).then(|| fits(says)).flatten()
        })
    }

    /// Whether the rules of a day refuse what does not meet a requirement.
    pub(super) fn refuses(&self, requirement: &str, day: Day) -> bool {
        let strength = self.law_on(day, |says| match says {
            Says::Requirement(what, strength) if *what == requirement => Some(*strength),
            _ => None,
        });
        strength == Some("refuse")
    }

    /// The sum that the command names, in minor units.
    pub(super) fn sum(&self, text: &str) -> u64 {
        sums::minor(text, self.book.fund).unwrap_or(0)
    }
}
