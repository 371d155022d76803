//! The library reads every law that is generated, and says the same on every day that matters.

use earmark_core::account::Account;
use earmark_core::fund::FundSpec;
use earmark_core::rules::{
    Act, BufferUse, FundRules, LadderStep, Profile, PurposeList, Requirement,
};
use earmark_core::time::Day;
use proptest::prelude::*;
use proptest::strategy::ValueTree;

use super::cases;
use crate::law::{Law, Says};
use crate::strategy::fund::funds;
use crate::strategy::law::laws_for;
use crate::strategy::setting::part;

/// The first and last day of every clause, and the days beside them.
fn days_that_matter(law: &Law) -> Vec<Day> {
    let edges = law.clauses.iter().flat_map(|clause| [Some(clause.from), clause.until]).flatten();
    let mut days: Vec<_> =
        edges.flat_map(|day| [day.previous(), Some(day), day.next()]).flatten().collect();
    days.sort_unstable();
    days.dedup();
    days
}

/// What the library says of a day, in the words of the law; in an order of its own.
fn said_by_library(rules: &FundRules, fund: &FundSpec, day: Day) -> Vec<Says> {
    let mut said = Vec::new();
    for account in Account::ALL {
        let ruling = rules.account_exists(account, day);
        said.extend(ruling.map(|it| Says::Account(account, it.value)));
    }
    let names = |list: PurposeList| -> Vec<&'static str> {
        match list {
            PurposeList::Premium => fund.premiums().iter().map(|it| it.name).collect(),
            PurposeList::Benefit => fund.benefits().iter().map(|it| it.name).collect(),
            _ => fund.state_uses().iter().map(|it| it.name).collect(),
        }
    };
    for list in PurposeList::ALL {
        for name in names(*list) {
            let ruling = rules.purpose_open(*list, name, day);
            said.extend(ruling.map(|it| Says::Purpose(list.word(), name.to_owned(), it.value)));
        }
    }
    for name in names(PurposeList::Premium) {
        let ruling = rules.rate(name, day);
        said.extend(ruling.map(|it| Says::PremiumRate(name.to_owned(), it.value.ppm())));
    }
    for what in Requirement::ALL {
        let ruling = rules.requirement(*what, day);
        said.extend(ruling.map(|it| Says::Requirement(what.word(), it.value.word())));
    }
    for act in Act::ALL {
        let offices = crate::law::words::OFFICES;
        let known = |who: &String| offices.into_iter().find(|office| office == who).unwrap();
        let ruling = rules.authority(*act, day);
        let who = ruling.map(|it| it.value.iter().map(known).collect());
        said.extend(who.map(|who| Says::Authority(act.word(), who)));
    }
    said.extend(rules.undeclared_factor(day).map(|it| Says::Assessment(it.value.ppm())));
    said.extend(rules.late_fee(day).map(|it| Says::LateFee(it.value.per_day().ppm())));
    let buffer = rules.buffer_months(BufferUse::BeforeInvesting, day);
    said.extend(buffer.map(|it| Says::BufferBeforeInvesting(it.value)));
    let most = rules.equities_max(day).map(|it| it.value.ppm());
    said.extend(rules.may_invest(day).map(|it| Says::Investment(it.value, most)));
    let steps = rules.ladder(day);
    let words = steps.map(|it| it.value.iter().map(|step: &LadderStep| step.word()).collect());
    said.extend(words.map(Says::Ladder));
    for ruling in rules.profile().authorisations(day) {
        let it = ruling.value;
        let codes = |codes: &[String]| {
            let known = crate::law::words::FUNDS;
            codes.iter().map(|code| known.into_iter().find(|it| it == code).unwrap()).collect()
        };
        said.push(Says::Authorisation {
            id: crate::law::words::IDS.into_iter().find(|id| *id == it.id()).unwrap(),
            lenders: codes(it.lenders()),
            borrowers: codes(it.borrowers()),
            limit: it.limit_minor(fund.currency()),
            repay_by: it.repay_by(),
        });
    }
    for ruling in rules.profile().reorganisations(day) {
        assert_eq!(ruling.value.out_of(), [ruling.value.into_fund()]);
        let fund = crate::law::words::FUNDS.into_iter().find(|it| *it == ruling.value.into_fund());
        said.push(Says::Reorganisation { id: "pooled-higher", fund: fund.unwrap() });
    }
    said
}

/// Band and wage are shown by the library as what follows from both.
fn bounds_by_law(law: &Law, day: Day) -> Option<(u64, u64)> {
    let band = law.on(day, |says| match says {
        Says::Base(floor, cap) => Some((*floor, *cap)),
        _ => None,
    });
    let wage = law.on(day, |says| match says {
        Says::AverageWage(minor) => Some(*minor),
        _ => None,
    });
    band.zip(wage).map(|((floor, cap), wage)| (part(wage, floor), part(wage, cap)))
}

#[test]
fn the_library_reads_every_law_and_says_the_same() {
    let mut clauses = 0;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for _ in 0..cases(400) {
        let fund = funds().new_tree(&mut runner).unwrap().current();
        let law = laws_for(fund).new_tree(&mut runner).unwrap().current();
        let text = law.to_profile_text();
        assert!(law.is_clear(), "{text}");
        assert_eq!(Law::from_profile_text(&text).as_ref(), Some(&law), "{text}");
        let profile = Profile::parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        profile.fits_fund(fund).unwrap();
        let rules = profile.for_fund(fund);
        for day in days_that_matter(&law) {
            let holds = |it: &&crate::law::Clause| {
                it.from <= day && it.until.is_none_or(|last| day <= last)
            };
            let mut expected: Vec<_> =
                law.clauses.iter().filter(holds).map(|it| &it.says).collect();
            expected.retain(|says| !matches!(says, Says::Base(..) | Says::AverageWage(_)));
            let found = said_by_library(&rules, fund, day);
            for says in &expected {
                assert!(found.contains(says), "on {day} the library does not say {says:?}\n{text}");
            }
            assert_eq!(found.len(), expected.len(), "on {day} the library says {found:?}\n{text}");
            let bounds = rules.base_bounds(day).map(|it| (it.floor_minor, it.cap_minor));
            assert_eq!(bounds, bounds_by_law(&law, day), "on {day}\n{text}");
            clauses += expected.len();
        }
    }
    assert!(clauses > 1_000, "{clauses}");
    println!("{clauses} clauses on days that matter");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases(200)))]

    /// A law that speaks of one thing twice, ends before it begins, or lets a Chinese fund lend.
    #[test]
    fn the_library_reads_no_law_that_is_not_clear(
        law in laws_for(crate::strategy::fund::TOWN[0]),
        which in 0..3,
    ) {
        let mut law = law;
        let Some(first) = law.clauses.first().cloned() else { return Ok(()) };
        match which {
            0 => law.clauses.push(first),
            1 => law.clauses[0].until = law.clauses[0].from.previous(),
            _ => {
                law.jurisdiction = "China";
                let loan = |says: &Says| matches!(says, Says::Authorisation { .. });
                prop_assume!(law.clauses.iter().any(|clause| loan(&clause.says)));
            }
        }
        prop_assert!(!law.is_clear());
        prop_assert!(Profile::parse(&law.to_profile_text()).is_err(), "{}", law.to_profile_text());
    }

    /// Nothing that was not written by the law itself is read as one.
    #[test]
    fn a_text_that_was_touched_is_no_law(
        law in laws_for(crate::strategy::fund::TOWN[0]),
        at in any::<prop::sample::Index>(),
    ) {
        let text = law.to_profile_text();
        let mut touched: Vec<char> = text.chars().collect();
        touched.remove(at.index(touched.len()));
        let touched: String = touched.into_iter().collect();
        let read = Law::from_profile_text(&touched);
        prop_assert_ne!(read.as_ref(), Some(&law));
        // Where it is read at all, it is another law, written just so.
        prop_assert!(read.is_none_or(|read| read.to_profile_text() == touched));
    }
}
