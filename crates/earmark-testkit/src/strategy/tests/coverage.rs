//! The histories are accepted often enough to get somewhere, record every kind of event, and are refused
//! by every rule that one book's dynamic door can meet.

use std::collections::BTreeMap;

use earmark_core::Rule;
use earmark_core::event::Kind;
use earmark_core::report::TrailFilter;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use super::bring::bring;
use super::cases;
use crate::strategy::history::histories;

/// Rules that need another door: a voucher or a part of another book, a text registered twice, a commit
/// without a line or too large, two books in one commit.
const ELSEWHERE: [Rule; 4] = [Rule::SameBook, Rule::TextFits, Rule::CommitSize, Rule::LevelsMirror];

#[test]
fn histories_meet_every_rule_and_record_every_kind() {
    let mut runner = TestRunner::deterministic();
    let mut answers: BTreeMap<&str, u32> = BTreeMap::new();
    let mut kinds: BTreeMap<Kind, u32> = BTreeMap::new();
    for _ in 0..cases(1_000) {
        let history = histories(40).new_tree(&mut runner).unwrap().current();
        let brought = bring(&history);
        for answer in &brought.answers {
            *answers.entry(answer).or_default() += 1;
        }
        for book in &brought.books {
            for recorded in book.trail(&TrailFilter::all()).unwrap() {
                *kinds.entry(recorded.kind()).or_default() += 1;
            }
        }
    }
    println!("{answers:?}\n{kinds:?}");
    let steps: u32 = answers.values().sum();
    assert!(answers["recorded"] * 3 > steps, "{answers:?}");
    assert!(answers["recorded"] * 4 < steps * 3, "{answers:?}");
    let unmet: Vec<_> = Rule::ALL
        .iter()
        .filter(|rule| !ELSEWHERE.contains(rule) && !answers.contains_key(rule.code()))
        .collect();
    assert!(unmet.is_empty(), "never met: {unmet:?} in {answers:?}");
    let missing: Vec<_> = Kind::ALL.iter().filter(|kind| !kinds.contains_key(kind)).collect();
    assert!(missing.is_empty(), "never recorded: {missing:?} in {kinds:?}");
}
