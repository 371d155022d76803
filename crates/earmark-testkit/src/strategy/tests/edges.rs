//! Small strategies reach the edges that they promise.

use std::collections::BTreeSet;

use earmark_core::command::AnyCommand;
use earmark_core::fund::{Fund, WorkInjury};
use earmark_core::money::{MAX_MINOR, yuan};
use earmark_core::time::{Day, day};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use crate::strategy::amount::{NO_AMOUNTS, amount_texts, amounts, in_major, in_minor};
use crate::strategy::command::commands;
use crate::strategy::day::{days, periods, timestamps};
use crate::strategy::name::{good_texts, texts};

fn some<S: Strategy>(strategy: S, count: usize) -> Vec<S::Value> {
    let mut runner = TestRunner::deterministic();
    (0..count).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect()
}

#[test]
fn amounts_reach_both_ends() {
    let minors: BTreeSet<_> =
        some(amounts::<WorkInjury>(), 2_000).iter().map(|it| it.minor()).collect();
    for edge in [0, 1, 100, MAX_MINOR - 1, MAX_MINOR] {
        assert!(minors.contains(&edge), "{edge}");
    }
}

#[test]
fn some_texts_are_amounts_and_some_are_none() {
    let texts = some(amount_texts(), 2_000);
    let read = |text: &String| yuan::<WorkInjury>(text).map(|amount| amount.minor());
    assert!(texts.iter().filter(|text| read(text).is_ok()).count() > 1_000);
    assert!(texts.iter().filter(|text| read(text).is_err()).count() > 100);
    for text in NO_AMOUNTS {
        assert!(read(&text.to_owned()).is_err(), "{text}");
    }
    for text in texts.iter().filter(|text| read(text).is_ok()) {
        assert_eq!(in_minor(text), read(text).ok(), "{text}");
        assert_eq!(in_major(in_minor(text).unwrap()), *text);
    }
}

#[test]
fn days_reach_the_ends_of_months_years_and_leap_years() {
    let days: BTreeSet<_> = some(days(), 4_000).into_iter().collect();
    for edge in ["2020-02-29", "2021-02-28", "2021-03-01", "2021-12-31", "1900-02-28"] {
        assert!(days.contains(&day(edge).unwrap()), "{edge}");
    }
    assert!(days.contains(&Day::MIN) && days.contains(&Day::MAX));
}

#[test]
fn moments_lie_on_both_sides_of_a_midnight_in_china() {
    let offset = earmark_core::time::UtcOffset::CHINA;
    let on_edge = |at: &earmark_core::time::Timestamp| {
        let start = earmark_core::time::Timestamp::start_of(at.day(offset), offset);
        at.micros() == start.micros()
    };
    let moments = some(timestamps(), 1_000);
    assert!(moments.iter().any(on_edge));
    assert!(!moments.iter().all(on_edge));
}

#[test]
fn periods_are_months_quarters_years_and_none_of_these() {
    let whole: BTreeSet<_> = some(periods(), 500).iter().map(|it| it.whole_months()).collect();
    for months in [Some(1), Some(3), Some(12), None] {
        assert!(whole.contains(&months), "{months:?}");
    }
}

#[test]
fn texts_are_empty_short_longest_and_too_long() {
    let lengths: BTreeSet<_> = some(texts(), 2_000).iter().map(String::len).collect();
    assert!(
        lengths.contains(&0) && lengths.contains(&4_096) && lengths.iter().any(|it| *it > 4_096)
    );
    assert!(some(good_texts(), 500).iter().all(|it| (1..=4_096).contains(&it.len())));
}

#[test]
fn every_command_of_the_dynamic_door_is_made() {
    // The names of all commands, from what the door says it expects.
    let refusal = serde_json::from_str::<AnyCommand>(r#"{"command":"?"}"#).unwrap_err().to_string();
    let named: BTreeSet<_> = refusal.split('`').skip(3).step_by(2).map(str::to_owned).collect();
    assert!(named.len() > 60, "{named:?}");
    let name = |command: &AnyCommand| {
        serde_json::to_value(command).unwrap()["command"].as_str().unwrap().to_owned()
    };
    let made: BTreeSet<_> = some(commands(WorkInjury::SPEC), 6_000).iter().map(name).collect();
    assert_eq!(made, named);
}
