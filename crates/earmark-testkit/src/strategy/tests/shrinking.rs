//! Counterexamples are small: false properties are planted, and what they shrink to is measured.

use earmark_core::command::AnyCommand;
use earmark_core::fund::{EnterprisePension, Fund};
use proptest::test_runner::{Config, RngAlgorithm, RngSeed, TestError, TestRunner};

use super::bring::{Brought, bring};
use crate::history::{History, KeyChoice};
use crate::strategy::amount::in_minor;
use crate::strategy::command::commands;
use crate::strategy::history::{histories, size_minor};

fn runner(seed: u64) -> TestRunner {
    TestRunner::new(Config {
        cases: 400,
        max_shrink_iters: 20_000,
        failure_persistence: None,
        rng_algorithm: RngAlgorithm::ChaCha,
        rng_seed: RngSeed::Fixed(seed),
        ..Config::default()
    })
}

/// What a history shrinks to that breaks a false property.
fn smallest(seed: u64, holds: impl Fn(&Brought) -> bool) -> History {
    let found = runner(seed).run(&histories(40), |history| {
        proptest::prop_assert!(holds(&bring(&history)));
        Ok(())
    });
    match found {
        Err(TestError::Fail(_, history)) => history,
        other => panic!("the planted property was not broken: {other:?}"),
    }
}

fn any_recorded(brought: &Brought, what: impl Fn(&AnyCommand) -> bool) -> bool {
    brought.recorded.iter().flatten().flatten().any(what)
}

#[test]
fn a_benefit_over_ten_yuan_shrinks_to_its_own_story() {
    for seed in 0..4 {
        let history = smallest(seed, |brought| {
            !any_recorded(brought, |command| match command {
                AnyCommand::PayBenefit { amount, .. } => in_minor(amount) > Some(10_00),
                _ => false,
            })
        });
        // One book, just enough money, one step that pays, at most two by which the money came there.
        assert_eq!(history.openings.len(), 1, "{history:#?}");
        assert!(history.steps.len() <= 3, "{history:#?}");
        assert!(history.steps.iter().all(|step| step.entries.len() == 1), "{history:#?}");
        assert_eq!(history.openings[0].law, None, "{history:#?}");
        assert!(size_minor(&history) <= 3 * 11_00, "{history:#?}");
    }
}

#[test]
fn what_rests_on_others_keeps_just_those() {
    for seed in 0..3 {
        let history = smallest(seed, |brought| {
            !any_recorded(brought, |it| matches!(it, AnyCommand::ReceiveDuePremium { .. }))
        });
        // A month declared, verified and received: three commands of one book.
        assert_eq!(history.openings.len(), 1, "{history:#?}");
        let commands = history.steps.iter().map(|step| step.entries.len()).sum::<usize>();
        assert_eq!(commands, 3, "{history:#?}");
        assert_eq!(history.openings[0].accounts.len(), 1, "{history:#?}");
        assert!(size_minor(&history) <= 1_00 * 3, "{history:#?}");
        assert!(history.steps.iter().all(|step| step.wait_micros == 0), "{history:#?}");
    }
}

#[test]
fn a_rule_shrinks_to_its_clause() {
    for seed in 0..3 {
        let history = smallest(seed, |brought| !brought.answers.contains(&"budget-approved"));
        assert_eq!(history.openings.len(), 1, "{history:#?}");
        assert_eq!(history.steps.len(), 1, "{history:#?}");
        let law = history.openings[0].law.as_ref().unwrap();
        assert_eq!(law.clauses.len(), 1, "{history:#?}");
    }
}

#[test]
fn a_retry_shrinks_to_what_is_retried() {
    let history = smallest(1, |brought| !brought.answers.contains(&"repeated"));
    assert_eq!(history.openings.len(), 1, "{history:#?}");
    assert_eq!(history.steps.len(), 1, "{history:#?}");
    assert!(matches!(history.steps[0].key, KeyChoice::Retry(_)), "{history:#?}");
}

#[test]
fn a_command_shrinks_field_by_field() {
    let found = runner(1).run(&commands(EnterprisePension::SPEC), |command| {
        let large = match &command {
            AnyCommand::DeclarePremium { base, persons, .. } => {
                in_minor(base) > Some(77) && *persons > 0
            }
            _ => false,
        };
        proptest::prop_assert!(!large);
        Ok(())
    });
    let Err(TestError::Fail(_, AnyCommand::DeclarePremium { base, amount, persons, payer, .. })) =
        found
    else {
        panic!("the planted property was not broken: {found:?}");
    };
    assert_eq!(persons, 1);
    assert_eq!(payer, earmark_core::id::Party::from_u128(1));
    assert_eq!(amount, "0.01");
    assert!(in_minor(&base) <= Some(1_55), "{base}");
}

#[test]
fn a_history_prints_with_commands_to_paste() {
    let history = smallest(2, |brought| {
        !any_recorded(brought, |it| matches!(it, AnyCommand::ReceiveFiscalSubsidy { .. }))
    });
    let printed = format!("{history:?}");
    let start = printed.find("{\"command\":").unwrap_or_else(|| panic!("{printed}"));
    let rest = &printed[start..];
    let json = &rest[..=rest.find('}').unwrap()];
    let command: AnyCommand = serde_json::from_str(json).unwrap_or_else(|e| panic!("{e}: {json}"));
    assert_eq!(command, history.steps[0].entries[0].command);
}
