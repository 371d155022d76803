//! How values print: what a log or a refusal shows of them.

use std::collections::HashSet;

use earmark_core::account::Account;
use earmark_core::fund::{ExpenditureItem, IncomeItem, WorkInjury};
use earmark_core::id::{BookId, LedgerId, LedgerSecret, area, key};
use earmark_core::money::{Amount, Currency, Figure, SignedFigure, yuan};
use earmark_core::register::BudgetLine;
use earmark_core::time::{Timestamp, UtcOffset};

use crate::given::{HandClock, ledger_in_memory, nanjing, on, wuxi};

fn money(text: &str) -> Amount<WorkInjury> {
    yuan(text).unwrap()
}

#[test]
fn amounts_print_compare_and_hash_by_their_value() {
    let (one, two) = (money("1"), money("2.50"));
    assert_eq!(two.to_string(), "2.50");
    assert_eq!(format!("{two:>8}"), "    2.50");
    assert!(format!("{two:?}").contains("2.50"), "{two:?}");
    assert_ne!(one, two);
    assert_eq!(one, money("1.00"));
    assert!(one < two);
    assert_eq!(one.partial_cmp(&two), Some(std::cmp::Ordering::Less));
    let set: HashSet<_> = [one, two, money("1")].into_iter().collect();
    assert_eq!(set.len(), 2);
    let hash = |amount: Amount<WorkInjury>| {
        use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
        BuildHasherDefault::<DefaultHasher>::default().hash_one(amount)
    };
    assert_ne!(hash(one), hash(two));
    assert!(money("0").is_zero() && !one.is_zero());
}

#[test]
fn figures_print_their_sign() {
    let figure = Figure::from_minor(123_456, Currency::CNY);
    assert_eq!(
        (figure.to_string(), format!("{figure:?}")),
        ("1,234.56".into(), "1,234.56 CNY".into())
    );
    let below = SignedFigure::from_minor(-123_456, Currency::CNY);
    assert_eq!(
        (below.to_string(), format!("{below:?}")),
        ("-1,234.56".into(), "-1,234.56 CNY".into())
    );
    assert_eq!(Figure::from_minor(0, Currency::CNY).to_string(), "0.00");
    assert_eq!(Figure::from_minor(99_999, Currency::CNY).to_string(), "999.99");
    assert_eq!(Figure::from_minor(100_000, Currency::CNY).to_string(), "1,000.00");
}

#[test]
fn names_print_and_are_told_apart() {
    let clock = HandClock::new();
    let ledger = ledger_in_memory(&clock);
    let here = ledger.book::<WorkInjury>(nanjing()).unwrap().id();
    let there = ledger.book::<WorkInjury>(wuxi()).unwrap().id();
    assert_eq!(format!("{here:?}"), "320100/WORK_INJURY");
    assert!(here < there);
    assert_eq!(here.partial_cmp(&there), Some(std::cmp::Ordering::Less));
    let hash = |book: BookId| {
        use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
        BuildHasherDefault::<DefaultHasher>::default().hash_one(book)
    };
    assert_ne!(hash(here), hash(there));

    let id = LedgerId(*b"earmark in tests");
    assert_eq!(id.to_string(), "6561726d-6172-6b20-696e-207465737473");
    assert_eq!(format!("{id:?}"), id.to_string());
    let secret = LedgerSecret::from_bytes(*b"the same nonces at every run ...");
    let shown = format!("{secret:?}");
    assert!(!shown.is_empty() && !shown.contains("same nonces"), "{shown}");
    assert!(format!("{ledger:?}").contains(&ledger.id().to_string()), "{ledger:?}");
    let it = key("it");
    assert_eq!(format!("{it:?}"), it.to_string());
    let start = Timestamp::start_of(on("2021-01-31"), UtcOffset::UTC);
    assert_eq!(format!("{start:?}"), "2021-01-31T00:00:00.000000Z");
}

#[test]
fn an_area_is_six_digits() {
    for code in ["000001", "320100", "999999"] {
        assert_eq!(area(code).unwrap().to_string(), code);
    }
    for code in ["", "3201", "3201000", "32010a", "+32010", "３２０１００"] {
        assert!(area(code).is_err(), "{code}");
    }
}

#[test]
fn every_name_of_a_closed_list_is_its_own() {
    fn distinct(names: impl Iterator<Item = &'static str>) {
        let names: Vec<_> = names.collect();
        assert!(names.iter().all(|name| name.len() > 2 && *name != "xyzzy"), "{names:?}");
        assert_eq!(names.iter().collect::<HashSet<_>>().len(), names.len(), "{names:?}");
    }
    distinct(Account::ALL.into_iter().map(Account::name));
    distinct(Account::ALL.into_iter().map(Account::name_zh));
    distinct(IncomeItem::ALL.iter().map(|item| item.name()));
    distinct(ExpenditureItem::ALL.iter().map(|item| item.name()));
    assert!(BudgetLine::all().count() > 10);
    for line in BudgetLine::all() {
        assert_eq!(BudgetLine::from_code(line.code()), Some(line));
        assert_eq!(line.to_string(), line.name());
        assert!(line.name().len() > 2 && line.name() != "xyzzy", "{line}");
        assert!(!line.name_zh().is_empty() && !line.name_zh().is_ascii(), "{line}");
    }
}
