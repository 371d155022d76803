//! A book told as a list: what was asked, by whom, for which day, and what it moved. The properties are
//! plain sums over such lists; they share nothing with the ledger or the model.

use earmark_core::account::Account;
use earmark_core::command::AnyCommand;
use earmark_core::event::Recorded;
use earmark_core::fund::FundSpec;
use earmark_core::id::Link;
use earmark_core::report::TrailFilter;
use earmark_core::time::Day;
use earmark_testkit::clerk::Clerk;
use earmark_testkit::history::History;
use earmark_testkit::law::{Law, Says};
use proptest::test_runner::TestCaseError;

/// What a property says of a history.
pub(super) type Verdict = Result<(), TestCaseError>;

/// One event of a book.
#[derive(Clone, Debug)]
pub(super) struct Told {
    pub(super) seq: u64,
    pub(super) on: Day,
    pub(super) actor: String,
    pub(super) link: Option<Link>,
    /// None for a registered text.
    pub(super) command: Option<AnyCommand>,
    /// What it moved, in minor units.
    pub(super) minor: u64,
    pub(super) from: Option<Account>,
    pub(super) to: Option<Account>,
    pub(super) recorded: Recorded,
}

/// A whole book.
pub(super) struct Tale {
    pub(super) fund: &'static FundSpec,
    pub(super) events: Vec<Told>,
}

impl Tale {
    pub(super) fn of(clerk: &Clerk, book: usize) -> Self {
        let trail = clerk.book(book).trail(&TrailFilter::all()).unwrap();
        assert_eq!(trail.len(), clerk.events(book).len(), "{}", clerk.program());
        let events = trail.into_iter().zip(clerk.events(book)).map(|(recorded, line)| {
            let movement = recorded.event().fact().movement();
            Told {
                seq: recorded.seq(),
                on: recorded.event().effective_on(),
                actor: line.as_ref().map_or_else(String::new, |line| line.actor.clone()),
                link: line.as_ref().and_then(|line| line.link),
                command: line.as_ref().map(|line| line.command.clone()),
                minor: movement.map_or(0, |it| it.amount_minor),
                from: movement.and_then(|it| it.from),
                to: movement.and_then(|it| it.to),
                recorded,
            }
        });
        Self { fund: clerk.book(book).fund(), events: events.collect() }
    }

    /// Every beginning of the book, from the first event to all of them.
    pub(super) fn prefixes(&self) -> impl Iterator<Item = &[Told]> {
        (1..=self.events.len()).map(|end| &self.events[..end])
    }

    /// The event with a number.
    pub(super) fn event(&self, seq: u64) -> &Told {
        &self.events[usize::try_from(seq).unwrap() - 1]
    }

    /// The law that stood when an event was recorded: that of the profile adopted last before it.
    pub(super) fn law_at(&self, seq: u64) -> Option<Law> {
        let before = self.events.iter().take_while(|told| told.seq < seq);
        before
            .filter_map(|told| match &told.command {
                Some(AnyCommand::AdoptProfile { profile }) => Some(profile),
                _ => None,
            })
            .last()
            .map(|text| Law::from_profile_text(text).expect("an adopted profile can be read"))
            // What it lays down is for its own fund.
            .filter(|law| law.fund == self.fund.code())
    }

    /// Whether the law of an event's day wants something so firmly that what lacks it is refused.
    pub(super) fn is_wanted(&self, told: &Told, requirement: &str) -> bool {
        let law = self.law_at(told.seq);
        let strength = law.as_ref().and_then(|law| {
            law.on(told.on, |says| match says {
                Says::Requirement(what, strength) if *what == requirement => Some(*strength),
                _ => None,
            })
        });
        strength == Some("refuse")
    }
}

/// The events that stand at the end of a list: reversals and what they took back are gone.
pub(super) fn standing(events: &[Told]) -> Vec<&Told> {
    let reversed = |seq: u64| {
        events
            .iter()
            .any(|it| matches!(it.command, Some(AnyCommand::Reverse { of, .. }) if of == seq))
    };
    let stands = |told: &&Told| {
        !matches!(told.command, Some(AnyCommand::Reverse { .. })) && !reversed(told.seq)
    };
    events.iter().filter(stands).collect()
}

/// Fails with the program of the history, where something does not hold.
pub(super) fn must(holds: bool, clerk: &Clerk, what: impl FnOnce() -> String) -> Verdict {
    if holds {
        return Ok(());
    }
    Err(earmark_testkit::judge::Difference::new(what(), clerk.program()).into())
}

/// Has every book of a history, brought before a ledger in memory, judged by a property.
pub(super) fn of_every_book(
    history: &History,
    property: impl Fn(&Clerk, &Tale) -> Verdict,
) -> Verdict {
    let clerk = super::desk::after(history);
    for book in 0..clerk.books() {
        property(&clerk, &Tale::of(&clerk, book))?;
    }
    Ok(())
}

/// Minor units of the text of an amount, with so many decimals.
pub(super) fn minor(text: &str, decimals: usize) -> u128 {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    format!("{whole}{part:0<decimals$}").parse().unwrap()
}
