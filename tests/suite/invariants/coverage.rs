//! Whether the histories are worth judging: they must be accepted often enough to get somewhere, and
//! refused by every rule that this door can meet.

use std::collections::BTreeMap;

use earmark_core::Rule;
use earmark_core::event::Kind;
use earmark_core::report::TrailFilter;
use earmark_testkit::clerk::Outcome;
use earmark_testkit::strategy::history::histories;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use super::desk::in_memory;

/// Rules that the dynamic door of one program cannot meet here: texts and vouchers are made by the
/// clerk, every step has entries, every commit is of one book. `refusals` has a case for each.
const ELSEWHERE: [Rule; 4] = [Rule::SameBook, Rule::TextFits, Rule::CommitSize, Rule::LevelsMirror];

#[test]
fn histories_are_varied() {
    let mut runner = TestRunner::deterministic();
    let mut answers: BTreeMap<&str, u32> = BTreeMap::new();
    let mut kinds: BTreeMap<Kind, u32> = BTreeMap::new();
    for _ in 0..600 {
        let history = histories(40).new_tree(&mut runner).unwrap().current();
        let mut clerk = in_memory();
        let mut outcomes: Vec<Outcome> = clerk.open(&history);
        outcomes.extend(history.steps.iter().map(|step| clerk.take(step)));
        for outcome in outcomes {
            let answer = match &outcome.answers[0] {
                Ok(receipt) if receipt.repeated() => "repeated",
                Ok(_) => "recorded",
                Err(_) => outcome.refused_by().unwrap_or("failed"),
            };
            *answers.entry(answer).or_default() += 1;
        }
        for book in 0..clerk.books() {
            for recorded in clerk.book(book).trail(&TrailFilter::all()).unwrap() {
                *kinds.entry(recorded.kind()).or_default() += 1;
            }
        }
    }
    println!("{answers:?}\n{kinds:?}");
    assert!(!answers.contains_key("failed"), "{answers:?}");
    let steps: u32 = answers.values().sum();
    assert!(answers["recorded"] * 3 > steps, "{answers:?}");
    let never = Rule::ALL.iter().filter(|rule| !ELSEWHERE.contains(rule));
    let never: Vec<_> = never.filter(|rule| !answers.contains_key(rule.code())).collect();
    assert!(never.is_empty(), "never met: {never:?} in {answers:?}");
    let missing: Vec<_> = Kind::ALL.iter().filter(|kind| !kinds.contains_key(kind)).collect();
    assert!(missing.is_empty(), "never recorded: {missing:?} in {kinds:?}");
}
