//! Every rule that can refuse: the smallest commit that breaks it, its message to the letter, and the
//! proof that nothing happened.

mod cases;
mod law;

use earmark_core::Rule;
use earmark_core::account::SpecialAccount;
use earmark_core::command::ReceivePremium;
use earmark_core::error::Error;
use earmark_core::fund::{WorkInjury, WorkInjuryPremium};
use earmark_core::money::yuan;

use crate::given::{Desk, Picture, party};
use cases::{Case, cases};

#[test]
fn every_rule_has_a_case() {
    let cases = all();
    for rule in Rule::ALL {
        // Broken by a fund that may invest, or lend: the tests of `law` name them.
        let elsewhere = law::OF_OTHER_FUNDS.contains(rule);
        assert!(
            elsewhere || cases.iter().any(|case| case.rule == *rule),
            "no case breaks `{rule}`"
        );
    }
}

fn all() -> Vec<Case> {
    let mut all = cases();
    all.append(&mut law::cases());
    all
}

#[test]
fn every_rule_names_its_source_and_a_remedy() {
    for rule in Rule::ALL {
        assert!(!rule.source().is_empty() && !rule.remedy().is_empty(), "{rule}");
        assert!(rule.code().bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{rule}");
        assert!(!rule.remedy().ends_with('.'), "{rule}");
    }
}

#[test]
fn every_refusal_says_what_happened_and_leaves_no_trace() {
    let mut wrong = Vec::new();
    for Case { rule, given, when, message } in all() {
        let desk = Desk::<WorkInjury>::in_memory().with_accounts();
        given(&desk);
        let before = Picture::of_all(&desk.ledger);

        let Err(Error::Rejected(rejected)) = when(&desk) else {
            panic!("the case of `{rule}` was not refused");
        };

        assert_eq!(Picture::of_all(&desk.ledger), before, "`{rule}` left a trace");
        assert_eq!(rejected.book(), desk.book.id(), "`{rule}`");
        if rejected.rule() != rule || rejected.to_string() != message {
            wrong.push(format!("{rule}: found `{}`:\n{rejected}", rejected.rule()));
        }

        let premium = ReceivePremium {
            into: SpecialAccount,
            kind: WorkInjuryPremium::Unit,
            from: party(1),
            amount: yuan("1.00").unwrap(),
        };
        let good = desk.record("afterwards", premium).unwrap();
        assert_eq!(good.last_seq(), desk.book.last_seq().unwrap());
        assert!(desk.ledger.verify().unwrap().is_sound(), "`{rule}`");
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n\n"));
}
