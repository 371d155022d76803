//! Decisions on drafts that no typed command makes: what a decoder or a later door could hand in.

use super::*;
use crate::command::{AnyBatch, Origin};
use crate::commit::{Part, Proposal};
use crate::event::VoucherRefs;
use crate::fund::{Fund, WorkInjury};
use crate::id::{BookId, area};
use crate::rules::Profile;
use crate::store::{MemoryStore, Settings, Store, StorePast};
use crate::time::{Timestamp, UtcOffset, day};

fn book() -> BookId {
    BookId::new(area("320100").expect("an area"), WorkInjury::SPEC)
}

fn now() -> Moment {
    let today = day("2021-06-30").expect("a day");
    Moment::new(Timestamp::start_of(today, UtcOffset::CHINA), UtcOffset::CHINA)
}

fn voucher(texts: [u32; 3], document: u64) -> VoucherRefs {
    let [register, basis, actor] = texts;
    VoucherRefs {
        effective_on: day("2021-06-15").expect("a day"),
        register,
        document,
        basis,
        actor,
        correlation: None,
        causation: None,
    }
}

fn draft(fact: Fact, voucher: VoucherRefs) -> Draft {
    Draft { fact, voucher, origin: Origin::book(book()) }
}

fn text(number: u32, text: &str) -> Draft {
    let fact = Fact {
        kind: Kind::TextRegistered,
        account: None,
        purpose: 0,
        amount_minor: 0,
        party: None,
        detail: Detail::Text { number, text: text.into() },
    };
    draft(fact, voucher([0; 3], 0))
}

fn opened(voucher: VoucherRefs) -> Draft {
    let fact = Fact {
        kind: Kind::AccountOpened,
        account: Some(crate::account::Account::Special),
        purpose: 0,
        amount_minor: 0,
        party: None,
        detail: Detail::None,
    };
    draft(fact, voucher)
}

/// A draft with three texts before it: a register, a basis, an office.
fn after_texts(last: Draft) -> Vec<Draft> {
    vec![text(1, "register"), text(2, "basis"), text(3, "finance_department"), last]
}

fn rule(drafts: &[Draft], rules: Option<Arc<FundRules>>) -> Option<Rule> {
    match decide(&State::empty(book()), rules, drafts, now(), &NoPast) {
        Ok(events) => {
            assert_eq!(events.len(), drafts.len());
            None
        }
        Err(Error::Rejected(rejected)) => Some(rejected.rule()),
        Err(error) => unreachable!("nothing can fail here: {error}"),
    }
}

#[test]
fn a_text_is_registered_once_in_a_commit_under_the_next_number() {
    assert_eq!(rule(&[text(1, "one"), text(2, "two")], None), None);
    assert_eq!(rule(&[text(1, "one"), text(2, "one")], None), Some(Rule::TextFits));
    for number in [0, 2, 3] {
        let expected = if number == 0 { Rule::ClosedList } else { Rule::TextFits };
        assert_eq!(rule(&[text(number, "one")], None), Some(expected), "{number}");
    }
    assert_eq!(rule(&[text(1, "one"), text(1, "two")], None), Some(Rule::TextFits));
}

#[test]
fn the_registration_of_a_text_names_no_document() {
    for (texts, document) in [([1, 0, 0], 0), ([0, 1, 0], 0), ([0, 0, 1], 0), ([0; 3], 1)] {
        let named = draft(text(2, "two").fact, voucher(texts, document));
        assert_eq!(rule(&[text(1, "one"), named], None), Some(Rule::VoucherComplete));
    }
}

#[test]
fn a_voucher_names_texts_that_are_registered() {
    let with = |texts| rule(&after_texts(opened(voucher(texts, 1))), None);
    assert_eq!(with([1, 2, 3]), None);
    assert_eq!(with([3, 3, 3]), None);
    for texts in [[0, 2, 3], [1, 0, 3], [1, 2, 0], [4, 2, 3], [1, 4, 3], [1, 2, 4]] {
        assert_eq!(with(texts), Some(Rule::VoucherComplete), "{texts:?}");
    }
}

#[test]
fn a_reason_is_a_text_that_is_registered() {
    let stopped = |text| {
        let matter = crate::event::Matter {
            from: Some(day("2021-06-01").expect("a day")),
            text,
            ..Default::default()
        };
        let fact = Fact {
            kind: Kind::BenefitStopped,
            account: None,
            purpose: 1,
            amount_minor: 0,
            party: Some(crate::id::Party::from_u128(7)),
            detail: Detail::Matter(Box::new(matter)),
        };
        rule(&after_texts(draft(fact, voucher([1, 2, 3], 1))), None)
    };
    assert_eq!(stopped(3), None);
    assert_eq!(stopped(4), Some(Rule::VoucherComplete));

    let reversed = |reason| {
        let of = Original { seq: 9, kind: Kind::InterestReceived };
        let fact = Fact {
            kind: Kind::Reversed,
            account: Some(crate::account::Account::Special),
            purpose: 0,
            amount_minor: 1,
            party: None,
            detail: Detail::Reversal { of, first: None, reason },
        };
        rule(&after_texts(draft(fact, voucher([1, 2, 3], 1))), None)
    };
    assert_eq!(reversed(3), Some(Rule::OriginalFits), "event 9 is not recorded");
    assert_eq!(reversed(4), Some(Rule::VoucherComplete));
}

#[test]
fn the_office_that_acts_may_be_registered_in_the_same_commit() {
    let rules = Some(Arc::new(Profile::jiangsu().for_fund(WorkInjury::SPEC)));
    let by = |actor| rule(&after_texts(opened(voucher([1, 2, actor], 1))), rules.clone());
    assert_eq!(by(3), None);
    assert_eq!(by(1), Some(Rule::Authority), "`register` is no office");
}

#[test]
fn each_text_of_an_event_is_of_the_events_own_book() {
    let elsewhere = BookId::new(area("320200").expect("an area"), WorkInjury::SPEC);
    let from = |origin| {
        let draft = Draft { origin, ..opened(voucher([1, 2, 3], 1)) };
        rule(&after_texts(draft), None)
    };
    assert_eq!(from(Origin::ANY), None);
    assert_eq!(from(Origin::book(book())), None);
    assert_eq!(from(Origin::book(book()).and(Origin::ANY)), None);
    assert_eq!(from(Origin::ANY.and(Origin::book(book()))), None);
    assert_eq!(from(Origin::book(elsewhere)), Some(Rule::SameBook));
    let both = Origin::book(book()).and(Origin::book(elsewhere));
    assert_eq!(from(both), Some(Rule::SameBook));
    assert_eq!(from(both.and(Origin::book(book()))), Some(Rule::SameBook));
}

fn store() -> MemoryStore {
    let settings = Settings {
        id: crate::id::LedgerId(*b"earmark in tests"),
        secret: crate::id::LedgerSecret::from_bytes([7; 32]),
        utc_offset: UtcOffset::CHINA,
    };
    let store = MemoryStore::new(settings);
    store.create_book(book()).expect("a new book");
    store
}

/// Records one draft; the rule that refused it, where one did.
fn recorded(store: &MemoryStore, key: &str, draft: Draft) -> Option<Rule> {
    let batch = AnyBatch::new(WorkInjury::SPEC, vec![draft]);
    let part = Part { book: book(), key: crate::id::key(key), expected_seq: None, batch };
    match store.submit(Proposal::new(part, now().at)).wait() {
        Ok(_) => None,
        Err(Error::Rejected(rejected)) => Some(rejected.rule()),
        Err(error) => unreachable!("a store in memory has no fault: {error}"),
    }
}

#[test]
fn a_text_is_registered_once_in_a_book_of_a_store() {
    let store = store();
    assert_eq!(recorded(&store, "1", text(1, "one")), None);
    assert_eq!(recorded(&store, "2", text(2, "one")), Some(Rule::TextFits));
    assert_eq!(recorded(&store, "3", text(2, "two")), None);
}

#[test]
fn the_past_of_a_store_is_what_was_recorded_in_it() {
    let store = store();
    let cited = || voucher([1, 1, 1], 1);
    let special = Some(crate::account::Account::Special);
    let money = |kind, detail| Fact {
        kind,
        account: special,
        purpose: 0,
        amount_minor: 5,
        party: None,
        detail,
    };
    let month = day("2021-06-01").expect("a day");
    let matter = crate::event::Matter { from: Some(month), ..Default::default() };
    let plan =
        Fact { account: None, ..money(Kind::UsePlanApproved, Detail::Matter(Box::new(matter))) };
    let of = Original { seq: 3, kind: Kind::InterestReceived };
    let reversal = Detail::Reversal { of, first: None, reason: 1 };
    for (key, next) in [
        ("1", text(1, "one")),
        ("2", opened(cited())),
        ("3", draft(money(Kind::InterestReceived, Detail::None), cited())),
        ("4", draft(plan, cited())),
        ("5", draft(money(Kind::Reversed, reversal), cited())),
    ] {
        assert_eq!(recorded(&store, key, next), None, "{key}");
    }
    let past = StorePast::new(&store, book());
    let seq = |seq| past.event(seq).expect("a store in memory").map(|event| event.seq());
    assert_eq!((seq(3), seq(5), seq(6)), (Some(3), Some(5), None));
    let taken = |seq| past.corrected_minor(seq).expect("a store in memory");
    assert_eq!((taken(3), taken(4)), (5, 0));
    assert_eq!(past.text_number("one").expect("a store in memory"), Some(1));
    assert_eq!(past.text_number("two").expect("a store in memory"), None);
    assert_eq!(past.text(1).expect("a store in memory").as_deref(), Some("one"));
    assert_eq!(past.text(2).expect("a store in memory"), None);
    let entry = |month: crate::time::Month| {
        past.register(&RegisterKey::Plan(month).bytes()).expect("a store in memory")
    };
    assert!(entry(month.month()).is_some_and(|bytes| bytes.len() > 1));
    assert_eq!(month.month().next().and_then(entry), None);
    let mut totals = Vec::new();
    past.totals(&mut |key, sum| totals.push((key.kind, key.reversed, sum))).expect("a store");
    totals.sort_by_key(|(_, reversed, _)| *reversed);
    let interest = Kind::InterestReceived;
    assert_eq!(totals, [(interest, false, 5), (interest, true, 5)]);
}
