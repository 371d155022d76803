//! Benefits that are stopped and paid again (Jiangsu regulation art 25(6); Order 765 art 42).

use earmark_core::command::AnyCommand;
use earmark_core::id::Party;
use earmark_core::time::Day;

use super::Broken;
use super::asked::Asked;
use super::book::Book;
use super::claims::paid_to;

/// A person's benefit, stopped or not.
#[derive(Clone, Copy, Default)]
struct Stop {
    /// From when it is stopped; none where it is paid.
    from: Option<Day>,
    /// From when it was paid again last: nothing is paid for a day before.
    not_before: Option<Day>,
}

impl Stop {
    fn holds_on(self, day: Day) -> bool {
        self.from.is_some_and(|from| from <= day)
            || self.not_before.is_some_and(|first| day < first)
    }
}

impl Book {
    fn stop(&self, person: Party, kind: &str) -> Stop {
        self.done().fold(Stop::default(), |stop, (_, command)| match command {
            AnyCommand::StopBenefit { person: it, kind: of, from, .. }
                if *it == person && of == kind =>
            {
                Stop { from: Some(*from), ..stop }
            }
            AnyCommand::ResumeBenefit { person: it, kind: of, from, .. }
                if *it == person && of == kind =>
            {
                Stop { from: None, not_before: Some(*from) }
            }
            _ => stop,
        })
    }
}

pub(super) fn judge(asked: &Asked<'_>, broken: &mut Broken) {
    let fits = match asked.command() {
        // A stop is not put off by another.
        AnyCommand::StopBenefit { person, kind, from, .. } => {
            asked.book.stop(*person, kind).from.is_none_or(|stopped| *from < stopped)
        }
        AnyCommand::ResumeBenefit { person, kind, from, .. } => {
            asked.book.stop(*person, kind).from.is_some_and(|stopped| stopped <= *from)
        }
        command => paid_to(command).is_none_or(|(to, kind)| {
            // Both who is paid, and whose claim it is.
            let person = asked.book.claim(asked.case).map(|claim| claim.person);
            let paid = |person| !asked.book.stop(person, kind).holds_on(asked.line.on);
            paid(to) && person.is_none_or(paid)
        }),
    };
    if !fits {
        broken.insert("benefit-not-stopped");
    }
}
