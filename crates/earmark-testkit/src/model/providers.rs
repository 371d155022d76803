//! Providers and their agreements (Social Insurance Law art 87; Jiangsu regulation arts 57, 58).

use earmark_core::account::Account::Special;
use earmark_core::command::AnyCommand;
use earmark_core::id::Party;
use earmark_core::time::Day;

use super::Broken;
use super::asked::Asked;
use super::book::Book;
use super::claims::paid_to;

/// The agreement made last with a provider.
#[derive(Clone, Copy)]
pub(super) struct Agreement {
    from: Day,
    until: Option<Day>,
    ended: Option<Day>,
    /// Whether it took the place of another: then it does not cover the days before it.
    renewed: bool,
}

impl Agreement {
    fn is_over_on(self, day: Day) -> bool {
        self.ended.is_some_and(|ended| ended <= day)
            || self.until.is_some_and(|until| until < day)
            || (self.renewed && day < self.from)
    }

    fn holds_on(self, day: Day) -> bool {
        self.from <= day && !self.is_over_on(day)
    }
}

impl Book {
    pub(super) fn provider(&self, party: Party) -> Option<Agreement> {
        self.done().fold(None, |agreement, (_, command)| match command {
            AnyCommand::AgreeProvider { provider, from, until } if *provider == party => {
                let renewed = agreement.is_some();
                Some(Agreement { from: *from, until: *until, ended: None, renewed })
            }
            AnyCommand::EndProvider { provider, from, .. } if *provider == party => {
                agreement.map(|it| Agreement { ended: Some(*from), ..it })
            }
            _ => agreement,
        })
    }
}

pub(super) fn judge(asked: &Asked<'_>, broken: &mut Broken) {
    let on = asked.line.on;
    let fits = match asked.command() {
        // An end is not put off by another.
        AnyCommand::EndProvider { provider, from, .. } => {
            asked.book.provider(*provider).is_some_and(|agreement| agreement.holds_on(*from))
        }
        command => {
            let agreement = paid_to(command).and_then(|(to, _)| asked.book.provider(to));
            agreement.is_none_or(|agreement| {
                let settled =
                    asked.from == Some(Special) && asked.refuses("agreement_before_settlement", on);
                !agreement.is_over_on(on) && (!settled || agreement.holds_on(on))
            })
        }
    };
    if !fits {
        broken.insert("provider-in-force");
    }
}
