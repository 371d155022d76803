//! Rule profiles.

use earmark_core::account::Account;
use earmark_core::fund::{FundSpec, Jurisdiction};
use earmark_core::time::{Day, day};

use super::amount::small;
use super::dice::Dice;
use super::fund::funds;
use super::rolled::{Rolled, Simpler};
use crate::law::{Clause, Law, Says, words};

/// Laws for any of the funds of [`funds`]. They shrink clause by clause.
///
/// ```
/// use earmark_core::rules::Profile;
/// use earmark_testkit::strategy::law::laws;
/// use proptest::prelude::*;
///
/// proptest!(|(law in laws())| {
///     prop_assert!(Profile::parse(&law.to_profile_text()).is_ok());
/// });
/// ```
pub fn laws() -> Rolled<Law> {
    Rolled::new(|dice| {
        let fund = dice.rolled(funds());
        roll_law(dice, fund)
    })
}

/// Laws for one fund: which accounts exist, what is required and reserved, rates and bounds, each from
/// some day on, some until one. Most leave most things free.
pub fn laws_for(fund: &'static FundSpec) -> Rolled<Law> {
    Rolled::new(move |dice| roll_law(dice, fund))
}

impl Simpler for Law {
    type Change = usize;

    fn changes(&self) -> Vec<usize> {
        (0..self.clauses.len()).collect()
    }

    fn with(&self, change: &usize) -> Self {
        let mut law = self.clone();
        law.clauses.remove(*change);
        law
    }
}

pub(super) fn roll_law(dice: &mut Dice<'_>, fund: &'static FundSpec) -> Law {
    let china = fund.jurisdiction() == Jurisdiction::China;
    let mut law = Law {
        fund: fund.code().to_owned(),
        jurisdiction: if china { "China" } else { "Other" },
        area: None,
        clauses: Vec::new(),
    };
    for (often, says) in subjects(dice, fund, china) {
        if dice.below(24) < often {
            dated(dice, &mut law.clauses, says);
        }
    }
    law
}

/// From a day on, until further notice; or until a day, and from the next something else again.
fn dated(dice: &mut Dice<'_>, clauses: &mut Vec<Clause>, says: Says) {
    let from = match dice.below(16) {
        0..3 => "2020-01-01",
        3..13 => "2021-01-01",
        13 | 14 => "2021-04-01",
        // Today, as long as a history is young.
        _ => "2021-06-30",
    };
    let from = day(from).unwrap();
    if !dice.once_in(6) {
        clauses.push(Clause { from, until: None, says });
        return;
    }
    let days = i32::try_from(dice.between(0, 300)).unwrap();
    let until = Day::from_days(from.days() + days).unwrap();
    let near = day(dice.one(&["2021-06-30", "2021-06-30", "2021-07-01"])).unwrap();
    let until = if dice.once_in(2) { near } else { until };
    let next = until.next().unwrap();
    let otherwise = says.otherwise();
    clauses.push(Clause { from, until: Some(until), says });
    if let Some(says) = otherwise {
        clauses.push(Clause { from: next, until: None, says });
    }
}

impl Says {
    /// Another clause of the same subject, where there is an obvious one.
    fn otherwise(&self) -> Option<Self> {
        Some(match self {
            Self::Account(account, exists) => Self::Account(*account, !exists),
            Self::Purpose(list, name, open) => Self::Purpose(list, name.clone(), !open),
            Self::PremiumRate(name, ppm) => Self::PremiumRate(name.clone(), ppm / 2),
            Self::Requirement(what, strength) => {
                Self::Requirement(what, if *strength == "refuse" { "flag" } else { "refuse" })
            }
            Self::Assessment(_) => Self::Assessment(1_200_000),
            Self::LateFee(ppm) => Self::LateFee(ppm * 4),
            _ => return None,
        })
    }
}

/// What a law can say, each with how often in twenty-four laws.
fn subjects(dice: &mut Dice<'_>, fund: &'static FundSpec, china: bool) -> Vec<(usize, Says)> {
    let mut said = vec![
        (4, Says::Account(Account::Revenue, dice.once_in(4))),
        (1, Says::Account(dice.one(&[Account::Treasury, Account::Investment]), false)),
        (12, Says::Assessment(dice.one(&[1_100_000, 1_100_000, 1_000_000]))),
        (12, Says::LateFee(dice.one(&[500, 500, 2_000]))),
        (if fund.invests() { 16 } else { 3 }, Says::BufferBeforeInvesting(dice.one(&[1, 2, 60]))),
        (
            if fund.invests() { 20 } else { 3 },
            Says::Investment(true, Some(dice.one(&[300_000, 0, 1_000_000]))),
        ),
        (12, Says::Ladder(ladder(dice))),
        (12, Says::Base(600_000, 3_000_000)),
        (12, Says::AverageWage(dice.one(&[10_000, 33_333]))),
    ];
    if dice.once_in(6) {
        // It may not, and so no share is named.
        said.retain(|(_, says)| !matches!(says, Says::Investment(..)));
        said.push((24, Says::Investment(false, None)));
    }
    for premium in fund.premiums() {
        let rate = dice.one(&[160_000, 5_000, 10_001]);
        said.push((12, Says::PremiumRate(premium.name.to_owned(), rate)));
        said.push((1, Says::Purpose("premium", premium.name.to_owned(), false)));
    }
    for benefit in fund.benefits() {
        let open = dice.once_in(4);
        said.push((2, Says::Purpose("benefit", benefit.name.to_owned(), open)));
    }
    for state_use in fund.state_uses() {
        said.push((1, Says::Purpose("state_use", state_use.name.to_owned(), false)));
    }
    for what in words::REQUIREMENTS {
        let strength = dice.one(&["refuse", "flag", "off"]);
        said.push((8, Says::Requirement(what, strength)));
    }
    for act in words::ACTS {
        let first = dice.one(&words::OFFICES[..4]);
        let who = match dice.below(8) {
            0 => Vec::new(),
            1 => words::OFFICES[1..4].to_vec(),
            _ => vec![first],
        };
        said.push((5, Says::Authority(act, who)));
    }
    if china {
        let fund = words::FUNDS.into_iter().find(|code| *code == fund.code());
        said.extend(fund.map(|fund| (10, Says::Reorganisation { id: "pooled-higher", fund })));
    } else {
        let limit = dice.once_in(2).then(|| small(dice, 50_000));
        let repay_by = dice.once_in(2).then(|| day("2022-12-31").unwrap());
        let (one, other) = (vec!["TOWN_RELIEF"], vec!["TOWN_HARVEST"]);
        for (id, lenders, borrowers) in
            [("relief-act", other.clone(), one.clone()), ("harvest-act", one, other)]
        {
            said.push((22, Says::Authorisation { id, lenders, borrowers, limit, repay_by }));
        }
    }
    said
}

fn ladder(dice: &mut Dice<'_>) -> Vec<&'static str> {
    words::STEPS[..1 + dice.below(4)].to_vec()
}
