//! Whether the histories are worth judging: they must be accepted often enough to get somewhere, and
//! refused by every rule that this door can meet.

use std::collections::BTreeMap;

use earmark_core::Rule;
use earmark_core::event::Kind;
use earmark_core::report::TrailFilter;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use super::clerk::Clerk;
use super::histories::histories;

/// Rules that the dynamic door of one program cannot meet here: texts and vouchers are made by the
/// clerk, every step has entries, and every book opens in one ledger. `refusals` has a case for each.
const ELSEWHERE: [Rule; 3] = [Rule::SameBook, Rule::TextFits, Rule::CommitSize];

/// The histories are of money that no matter stands behind. A rule that only matters, or money under a
/// matter or a profile, can break comes after the first that does.
fn is_about_matters(rule: Rule) -> bool {
    let place = |rule| Rule::ALL.iter().position(|it| *it == rule);
    (place(Rule::PeriodOpen)..=place(Rule::LevelsMirror)).contains(&place(rule))
}

fn is_under_matters(kind: Kind) -> bool {
    let under = [
        Kind::ProfileAdopted,
        Kind::ReorganisedIn,
        Kind::ReorganisedOut,
        Kind::InvestmentGained,
        Kind::InvestmentLost,
        Kind::InvestmentFeeCharged,
    ];
    kind.is_matter() || kind.is_loan() || under.contains(&kind)
}

#[test]
fn histories_are_varied() {
    let mut runner = TestRunner::deterministic();
    let mut answers: BTreeMap<&str, u32> = BTreeMap::new();
    let mut kinds: BTreeMap<Kind, u32> = BTreeMap::new();
    for _ in 0..1_000 {
        let history = histories(30).new_tree(&mut runner).unwrap().current();
        let mut clerk = Clerk::new();
        clerk.open(&history);
        for step in &history.steps {
            let answer = match clerk.take(step).expected {
                Ok(true) => "repeated",
                Ok(false) => "recorded",
                Err(rule) => rule,
            };
            *answers.entry(answer).or_default() += 1;
        }
        for desk in &clerk.books {
            for recorded in desk.book.trail(&TrailFilter::all()).unwrap() {
                *kinds.entry(recorded.kind()).or_default() += 1;
            }
        }
    }
    let steps: u32 = answers.values().sum();
    assert!(answers["recorded"] * 5 > steps, "{answers:?}");
    for rule in Rule::ALL.iter().filter(|rule| !is_about_matters(**rule)) {
        if ELSEWHERE.contains(rule) {
            continue;
        }
        assert!(answers.contains_key(rule.code()), "`{rule}` is never met: {answers:?}");
    }
    // Neither fund of the histories has a State use.
    let of_money = Kind::ALL.iter().filter(|kind| !is_under_matters(**kind));
    let missing = of_money.filter(|kind| !kinds.contains_key(kind)).collect::<Vec<_>>();
    assert_eq!(missing, [&Kind::StateUsePaid], "{kinds:?}");
    println!("{answers:?}\n{kinds:?}");
}
