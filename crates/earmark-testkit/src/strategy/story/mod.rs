//! Little stories: commands that follow from each other, so that later ones find what they rest on. As
//! people do, whoever tells them now and then leaves a step out, takes it twice or too early.

mod benefits;
mod plans;
mod premiums;
mod time;
mod trail;

use earmark_core::account::Account;
use earmark_core::command::AnyCommand;
use earmark_core::id::Link;
use proptest::sample::Index;

use super::command::actor;
use super::dice::Dice;
use super::setting::Setting;
use crate::history::{Entry, Opening};
use crate::law::Says;

/// The commands of one commit of a story.
pub(super) type Scene = Vec<Entry>;

/// What a story is about.
#[derive(Clone, Copy)]
enum Plot {
    Due,
    Assessment,
    Claim,
    Recovery,
    NextYear,
    Stop,
    Provider,
    Budget,
    Ladder,
    Reserve,
    Months,
    Account,
    Rules,
    Levels,
    Loan,
    Investment,
    Reorganisation,
    Roll,
    Detail,
}

/// The plots, those of everyday more often.
const PLOTS: [Plot; 28] = [
    Plot::Due,
    Plot::Due,
    Plot::Due,
    Plot::Assessment,
    Plot::Claim,
    Plot::Claim,
    Plot::Recovery,
    Plot::NextYear,
    Plot::Stop,
    Plot::Provider,
    Plot::Budget,
    Plot::Budget,
    Plot::Ladder,
    Plot::Reserve,
    Plot::Months,
    Plot::Months,
    Plot::Account,
    Plot::Rules,
    Plot::Levels,
    Plot::Loan,
    Plot::Loan,
    Plot::Loan,
    Plot::Investment,
    Plot::Investment,
    Plot::Reorganisation,
    Plot::Roll,
    Plot::Roll,
    Plot::Detail,
];

impl Plot {
    /// Whether it can come to a good end in a book.
    fn fits(self, setting: Setting<'_>) -> bool {
        match self {
            Self::Assessment => setting.speaks_of(|it| matches!(it, Says::Assessment(_))),
            Self::Ladder => setting.speaks_of(|it| matches!(it, Says::Ladder(_))),
            Self::Reorganisation => {
                setting.speaks_of(|it| matches!(it, Says::Reorganisation { .. }))
            }
            Self::Loan => setting.speaks_of(|it| matches!(it, Says::Authorisation { .. })),
            Self::Investment => setting.fund.invests(),
            Self::Provider => setting.fund.settles_directly(),
            _ => true,
        }
    }
}

/// One story, mostly one that fits the book, step by step, a little out of order now and then.
pub(super) fn tell(dice: &mut Dice<'_>, setting: Setting<'_>, opening: &Opening) -> Vec<Scene> {
    let late = if dice.once_in(4) { dice.between(1, 20) } else { 0 };
    let plot = loop {
        let plot = dice.one(&PLOTS);
        if plot.fits(setting) || dice.once_in(24) {
            break plot;
        }
    };
    let days_ago = i32::try_from(late).unwrap();
    let mut story = Teller { dice, setting, days_ago, scenes: Vec::new() };
    match plot {
        Plot::Due => story.life_of_a_due(),
        Plot::Assessment => story.assessment(),
        Plot::Claim => story.life_of_a_claim(),
        Plot::Recovery => story.recovery(),
        Plot::NextYear => story.next_year(),
        Plot::Stop => story.stop(),
        Plot::Provider => story.provider(),
        Plot::Budget => story.budget_year(),
        Plot::Ladder => story.ladder(),
        Plot::Reserve => story.reserve(),
        Plot::Months => story.months(),
        Plot::Account => story.account(opening),
        Plot::Rules => story.rules(),
        Plot::Levels => story.levels(),
        Plot::Loan => story.loan(),
        Plot::Investment => story.investment(),
        Plot::Reorganisation => story.reorganisation(opening),
        Plot::Roll => story.roll(),
        Plot::Detail => story.detail(),
    }
    let Teller { dice, scenes, .. } = story;
    let mut told = Vec::new();
    for scene in scenes {
        match dice.below(32) {
            0 | 1 => {}
            2 => told.extend([scene.clone(), scene]),
            3 if !told.is_empty() => told.insert(told.len() - 1, scene),
            // Together with what came before.
            4 | 5 if !told.is_empty() => {
                told.last_mut().into_iter().for_each(|last: &mut Scene| last.extend(scene.clone()))
            }
            _ => told.push(scene),
        }
    }
    told
}

/// Who tells a story.
struct Teller<'a, 'd, 's> {
    dice: &'d mut Dice<'a>,
    setting: Setting<'s>,
    /// For how many days ago the whole story counts.
    days_ago: i32,
    scenes: Vec<Scene>,
}

impl Teller<'_, '_, '_> {
    /// Then this happens.
    fn then(&mut self, command: AnyCommand) {
        let pick = self.dice.last();
        self.entry(command, None, self.days_ago, pick);
    }

    /// Then this happens, on a case.
    fn then_on(&mut self, case: Link, command: AnyCommand) {
        let pick = self.dice.last();
        self.entry(command, Some(case), self.days_ago, pick);
    }

    /// Then this happens, and counts for so many days ago.
    fn then_ago(&mut self, days_ago: i32, command: AnyCommand) {
        let pick = self.dice.last();
        self.entry(command, None, days_ago, pick);
    }

    fn entry(&mut self, command: AnyCommand, link: Option<Link>, days_ago: i32, pick: Index) {
        let actor = actor(self.dice, self.setting, &command);
        self.scenes.push(vec![Entry { days_ago, actor, link, pick, command }]);
    }

    /// Mostly a registered reason.
    fn reason(&mut self) -> String {
        if self.dice.once_in(40) { "never registered" } else { "applied for" }.to_owned()
    }

    /// Money to spend: a subsidy, and its release under a use plan.
    fn money(&mut self, minor: u64) {
        let amount = super::amount::in_major(minor);
        let plan = super::setting::month(self.dice);
        self.then(AnyCommand::ReceiveFiscalSubsidy { amount: amount.clone() });
        self.then(AnyCommand::ApproveUsePlan { month: plan, amount: amount.clone() });
        self.then(AnyCommand::Release { plan, amount });
    }

    /// The account into which premiums are paid here.
    fn till(&mut self) -> Account {
        self.dice.one(&[Account::Special, Account::Special, Account::Treasury, Account::Revenue])
    }
}
