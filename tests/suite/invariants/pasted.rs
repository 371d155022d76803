//! What a failing history prints can be pasted into a test, and fails there in the same way.

use earmark_core::account::Account;
use earmark_core::command::AnyCommand;
use earmark_core::fund::{Fund, WorkInjury};
use earmark_testkit::clerk::{Clerk, FOUNDER};
use earmark_testkit::clock::HandClock;
use earmark_testkit::given::ledger_in_memory;
use earmark_testkit::history::{Entry, History, KeyChoice, Opening, Step};
use earmark_testkit::judge::{self, Difference, Verdict};
use earmark_testkit::strategy::history::histories;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestError, TestRunner};

use crate::given::nanjing;
use crate::liar::one_fen_richer;

/// What is wrong with a ledger in [`one_fen_richer`]'s store.
const WRONG: &str = "320100/WORK_INJURY, special account: ledger 0 holds 101, expected 100";

/// The program that was printed by the history below, as it was printed.
#[test]
#[should_panic(expected = "320100/WORK_INJURY, special account: ledger 0 holds 101, expected 100")]
#[rustfmt::skip]
fn it_happened() {
    use earmark_testkit::clerk::{Script, by};
    use earmark_testkit::clock::HandClock;

    let clock = HandClock::new();
    let mut script = Script::new(&clock, [one_fen_richer(&clock)]);
    script.book("320100", "WORK_INJURY", &["bank advice 2021", "Social Insurance Law", "entered in error", "found", "applied for", "relief-act", "harvest-act", "finance_department"]);
    script.call(0, "2021-06-30T00:00:01.000000Z", 0x1, &[
        by("finance_department", "2021-06-30", r#"{"command":"open_account","account":"special"}"#),
    ]).is("recorded 1 from 9");
    script.call(0, "2021-06-30T00:00:02.000000Z", 0x2, &[
        by("finance_department", "2021-06-30", r#"{"command":"receive_fiscal_subsidy","amount":"1.00"}"#),
    ]).is("recorded 1 from 10");
    script.is_right();
}

fn step(commands: [AnyCommand; 1]) -> Step {
    let no_matter = any::<prop::sample::Index>().new_tree(&mut TestRunner::deterministic());
    let pick = no_matter.unwrap().current();
    let entry = |command| Entry { days_ago: 0, actor: FOUNDER, link: None, pick, command };
    let entries = commands.into_iter().map(entry).collect();
    Step { wait_micros: 1_000_000, book: 0, key: KeyChoice::Fresh, entries }
}

/// A history of two steps before a store that lies about the balance.
fn before_a_liar() -> Verdict {
    let opening =
        Opening { area: nanjing(), fund: WorkInjury::SPEC, law: None, accounts: Vec::new() };
    let history = History {
        openings: vec![opening],
        steps: vec![
            step([AnyCommand::OpenAccount { account: Account::Special }]),
            step([AnyCommand::ReceiveFiscalSubsidy { amount: "1.00".to_owned() }]),
        ],
    };
    let clock = HandClock::new();
    let mut clerk =
        Clerk::new(&clock, [one_fen_richer(&clock)]).made_by("[one_fen_richer(&clock)]");
    for outcome in clerk.open(&history) {
        judge::answers_agree(&clerk, &outcome)?;
    }
    for step in &history.steps {
        let outcome = clerk.take(step);
        judge::answers_agree(&clerk, &outcome)?;
        judge::book_agrees(&clerk, outcome.call.book)?;
    }
    Ok(())
}

#[test]
fn a_lying_store_is_found_out_by_a_program_that_finds_it_out_again() {
    let difference = before_a_liar().unwrap_err();
    assert_eq!(difference.what(), WRONG);
    // The message has the program whole, and the program is the one that stands above.
    assert!(difference.to_string().contains(difference.program()), "{difference}");
    let body = difference.program().strip_prefix("#[test]\n").unwrap();
    assert!(include_str!("pasted.rs").contains(body), "paste this:\n{body}");
}

/// Where the property is false and not the ledger, the message has the program of the smallest history
/// found, every line of it.
#[test]
fn a_false_property_prints_the_program_of_its_counterexample() {
    let mut runner = TestRunner::new_with_rng(
        Config { failure_persistence: None, cases: 500, ..Config::default() },
        proptest::test_runner::TestRng::deterministic_rng(
            proptest::test_runner::RngAlgorithm::ChaCha,
        ),
    );
    let found = runner.run(&histories(12), |history| {
        let clock = HandClock::new();
        let mut clerk = Clerk::new(&clock, [ledger_in_memory(&clock)]);
        clerk.open(&history);
        for step in &history.steps {
            let outcome = clerk.take(step);
            let paid = outcome
                .call
                .lines
                .iter()
                .any(|line| matches!(line.command, AnyCommand::PayBenefit { .. }));
            if paid && outcome.is_recorded() {
                let what = "nobody is ever paid";
                return Err(Difference::new(what, clerk.program()).into());
            }
        }
        Ok(())
    });
    let Err(TestError::Fail(reason, history)) = found else { panic!("{found:?}") };
    let message = reason.message();
    assert!(message.starts_with("nobody is ever paid"), "{message}");
    // One book, what its payment needs, and the payment: that is small.
    let calls = message.matches("script.call(").count();
    let payments = message.matches("\"command\":\"pay_benefit\"").count();
    assert!(message.contains("fn it_happened()") && payments == 1, "{message}");
    let offered =
        history.openings.iter().map(|it| usize::from(it.law.is_some()) + 2 * it.accounts.len());
    assert_eq!(calls, offered.sum::<usize>() + history.steps.len(), "{message}");
    assert!(history.steps.len() <= 4, "{message}");
}
