//! How much a commit holds, and what a head and a proposal say of themselves.

use std::ops::ControlFlow;

use earmark_core::account::{Account, ExpenditureAccount, SpecialAccount};
use earmark_core::command::{Batch, BringForward, OpenAccount, PayBenefit, ReceiveInterest};
use earmark_core::commit::{Head, Part, Proposal};
use earmark_core::error::Error;
use earmark_core::fund::{WorkInjury, WorkInjuryBenefit};
use earmark_core::id::LedgerId;
use earmark_core::ledger::Ledger;
use earmark_core::money::{MAX_MINOR, yuan};
use earmark_core::register::{DueKey, RegisterKey};
use earmark_core::state::{AccountState, AccountStatus, Moved, Standing, State, StateError};
use earmark_core::store::{MemoryStore, Settings, check_vocabulary};
use earmark_core::time::Clock;

use crate::given::{
    Desk, HandClock, key_of, ledger_in_memory, nanjing, on, party, rule_of, settings, wuxi,
};
use crate::liar::{Liar, Lie};

type Injury = Desk<WorkInjury>;

const MAX_EVENTS: usize = 65_536;
const MAX_FRAME: usize = 16 << 20;

fn interest() -> ReceiveInterest<WorkInjury, SpecialAccount> {
    ReceiveInterest { into: SpecialAccount, amount: yuan("0.01").unwrap() }
}

#[test]
fn a_commit_of_as_many_events_as_may_be_is_recorded_and_one_more_is_not() {
    let desk = Injury::in_memory().with_accounts();
    for more in [1, 2] {
        let refused = desk.record("too many", vec![interest(); MAX_EVENTS + more]);
        assert_eq!(rule_of(refused), "commit-size");
    }
    let receipt = desk.record("all", vec![interest(); MAX_EVENTS]).unwrap();
    assert_eq!(receipt.count(), 65_536);
    assert_eq!(desk.balance(SpecialAccount.into()), 65_536);
}

/// The length of the frame of a book's last commit.
fn last_frame(desk: &Injury) -> usize {
    let mut length = 0;
    let book = desk.book.id();
    desk.ledger
        .store()
        .commits(book, 1, &mut |commit| {
            length = commit.frame.len();
            Ok(ControlFlow::Continue(()))
        })
        .unwrap();
    length
}

/// So many texts of 4,096 bytes, all different, and one of another length.
fn texts(full: usize, last: usize) -> Vec<String> {
    let mut texts: Vec<String> = (0..full).map(|number| format!("{number:<4096}")).collect();
    texts.push("t".repeat(last));
    texts
}

fn registered(full: usize, last: usize) -> Result<Injury, Error> {
    let desk = Injury::in_memory();
    let texts = texts(full, last);
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let numbered = desk.book.register_texts(&texts)?;
    assert_eq!(numbered.len(), texts.len());
    assert_eq!(desk.book.text(numbered[0].number()).unwrap().as_deref(), Some(texts[0]));
    Ok(desk)
}

#[test]
fn a_frame_of_as_many_bytes_as_may_be_is_recorded_and_one_more_is_not() {
    // Below 300 bytes a length takes fewer bytes; from there on a byte of text is a byte of the frame.
    let (full, least) = (4_000, 300);
    let one = last_frame(&registered(full, least).unwrap());
    let each = one - last_frame(&registered(full - 1, least).unwrap());
    let more = (MAX_FRAME - one) / each - 1;
    let full = full + more;
    let short = MAX_FRAME - last_frame(&registered(full, least).unwrap());
    let last = least + short;
    let (full, last) = if last <= 4_096 { (full, last) } else { (full + 1, last - each) };
    assert!((least..=4_096).contains(&last), "{last}");
    let desk = registered(full, last).unwrap();
    assert_eq!(last_frame(&desk), MAX_FRAME);
    for more in [1, 2] {
        let outcome = registered(full, last + more).map(|_| ());
        assert_eq!(rule_of(outcome), "commit-size");
    }
}

#[test]
fn two_heads_are_equal_where_state_and_tree_are() {
    let desk = Injury::in_memory().with_accounts();
    let head = desk.book.head().unwrap();
    let other_tree = Head { frontier: Head::empty(desk.book.id()).frontier, ..head.clone() };
    let other_state = Head { state: State::empty(desk.book.id()), ..head.clone() };
    assert_eq!(head, head.clone());
    let root = head.frontier.root();
    assert_eq!(format!("{root:?}"), format!("Hash({root})"));
    assert_ne!(head, other_tree);
    assert_ne!(head, other_state);
    assert_ne!(head, Head::empty(desk.book.id()));
}

#[test]
fn a_proposal_counts_the_events_of_all_its_books() {
    let clock = HandClock::new();
    let ledger = ledger_in_memory(&clock);
    let here = Injury::new(ledger.clone(), clock.clone(), nanjing());
    let there = Injury::new(ledger, clock.clone(), wuxi());
    let part = |desk: &Injury, commands: usize| {
        let mut batch = Batch::<WorkInjury>::with_capacity(commands);
        assert!(batch.is_empty());
        for _ in 0..commands {
            batch.push(&desk.voucher, interest());
        }
        assert_eq!((batch.len(), batch.is_empty()), (commands, commands == 0));
        let batch = batch.into_any();
        Part { book: desk.book.id(), key: key_of("it"), expected_seq: None, batch }
    };
    assert_eq!(Proposal::new(part(&here, 3), clock.now()).events(), 3);
    let joint = Proposal::joint(vec![part(&here, 2), part(&there, 3)], clock.now()).unwrap();
    assert_eq!(joint.events(), 5);
}

#[test]
fn each_book_of_a_joint_commit_has_its_own_vouchers() {
    // The voucher of one book is refused in the other, in whichever order the two are named.
    let clock = HandClock::new();
    let ledger = ledger_in_memory(&clock);
    let here = Injury::new(ledger.clone(), clock.clone(), nanjing()).with_accounts();
    let there = Injury::new(ledger.clone(), clock.clone(), wuxi()).with_accounts();
    let joint = |key: &str, first: &Injury, second: &Injury| {
        ledger
            .joint::<WorkInjury>(key_of(key))
            .with(&here.book, &first.voucher, interest())
            .with(&there.book, &second.voucher, interest())
            .record()
    };
    assert_eq!(rule_of(joint("1", &here, &here)), "same-book");
    assert_eq!(rule_of(joint("2", &there, &there)), "same-book");
    assert_eq!(rule_of(joint("3", &there, &here)), "same-book");
    joint("4", &here, &there).unwrap();
}

#[test]
fn a_ledger_whose_clock_went_back_judges_days_by_the_present_clock() {
    // INV-06: what was recorded on 30 June stays recorded then; on the 28th the 29th has not begun.
    let desk = Injury::in_memory().with_accounts();
    let forward = BringForward { into: ExpenditureAccount, amount: yuan("1").unwrap() };
    desk.record("on the 30th", forward).unwrap();
    let then = desk.book.head().unwrap().state.recorded_at();
    desk.clock.go(-2 * 24 * 60 * crate::given::MINUTE_MICROS);
    assert_eq!(desk.clock.today(), on("2021-06-28"));
    let desk = Desk { voucher: desk.voucher.on(on("2021-06-29")), ..desk };
    assert_eq!(rule_of(desk.record("for the 29th", interest())), "not-in-future");
    let desk = Desk { voucher: desk.voucher.on(on("2021-06-28")), ..desk };
    let receipt = desk.record("for the 28th", interest()).unwrap();
    assert_eq!(receipt.recorded_at(), then);
    assert!(desk.ledger.verify().unwrap().is_sound());
}

#[test]
fn a_joint_commit_names_no_book_of_another_ledger() {
    let (here, there) = (Injury::in_memory().with_accounts(), {
        let clock = HandClock::new();
        let other = Settings { id: LedgerId(*b"another ledger!!"), ..settings() };
        let ledger = Ledger::new(MemoryStore::new(other), clock.clone());
        Injury::new(ledger, clock, wuxi()).with_accounts()
    });
    let joint = |key: &str| here.ledger.joint::<WorkInjury>(key_of(key));
    let last = joint("last").with(&here.book, &here.voucher, interest()).with(
        &there.book,
        &there.voucher,
        interest(),
    );
    assert_eq!(rule_of(last.record()), "same-book");
    let first = joint("first").with(&there.book, &there.voucher, interest()).with(
        &here.book,
        &here.voucher,
        interest(),
    );
    assert_eq!(rule_of(first.record()), "same-book");
    let only = joint("only").with(&there.book, &there.voucher, interest());
    assert_eq!(rule_of(only.record()), "same-book");
    assert_eq!(here.balance(SpecialAccount.into()), 0);
    assert_eq!(there.balance(SpecialAccount.into()), 0);
}

#[test]
fn a_voucher_of_another_ledger_is_refused() {
    // INV-08: the books have the same name, and the numbers of their texts mean different things.
    let here = Injury::in_memory().with_accounts();
    let clock = HandClock::new();
    let other = Settings { id: LedgerId(*b"another ledger!!"), ..settings() };
    let there = Injury::new(Ledger::new(MemoryStore::new(other), clock.clone()), clock, nanjing());
    assert_eq!(here.book.id(), there.book.id());
    let outcome = here.book.record(key_of("it"), &there.voucher, interest());
    assert_eq!(rule_of(outcome), "same-book");
    here.record("it", interest()).unwrap();
}

#[test]
fn a_commit_that_nobody_answers_is_answered_by_a_fault() {
    let (ticket, submission) = earmark_core::submission::submission();
    assert_eq!(
        (format!("{ticket:?}"), format!("{submission:?}")),
        ("Ticket".into(), "Submission".into())
    );
    drop(ticket);
    match submission.wait() {
        Err(Error::Fault(fault)) => {
            assert_eq!(fault.kind(), earmark_core::FaultKind::Unknown);
            assert!(format!("{fault:?}").contains("retry with the same key"), "{fault:?}");
        }
        other => panic!("expected a fault, found {other:?}"),
    }
}

#[test]
fn a_stored_list_may_be_shorter_and_never_other() {
    let book = Injury::in_memory().book.id();
    let present = book.fund().vocabulary();
    check_vocabulary(book, &present).unwrap();
    let lines: Vec<&str> = present.lines().collect();
    let shorter = lines[..lines.len() - 1].join("\n");
    check_vocabulary(book, &shorter).unwrap();
    for (from, to) in [("Medical", "Medicine"), ("fund ", "fond "), (": benefit", ": premium")] {
        assert!(present.contains(from), "{present}");
        let other = present.replacen(from, to, 1);
        assert!(check_vocabulary(book, &other).is_err(), "{from}");
    }
    assert!(check_vocabulary(book, &format!("{present}benefit 62 Other: benefit\n")).is_err());
}

#[test]
fn a_state_as_it_was_kept_is_in_range() {
    let state = Injury::in_memory().with_accounts().book.head().unwrap().state;
    let kept = |minor: u64, reserve_minor: u64| {
        let accounts = Account::ALL.map(|account| {
            let held = state.account(account);
            let minor = if account == Account::Special { minor } else { held.balance_minor };
            AccountState { balance_minor: minor, ..held }
        });
        let standing = Standing { reserve_minor, ..state.standing() };
        let at = state.recorded_at();
        State::from_parts(state.book(), state.seq(), at, state.texts(), 7, accounts, standing)
    };
    assert_eq!(kept(MAX_MINOR, 0).unwrap().interest_held_minor(), 7);
    let account = Account::Special;
    for minor in [MAX_MINOR + 1, u64::MAX] {
        assert_eq!(kept(minor, 0), Err(StateError::OutOfRange { account }));
    }
    assert_eq!(kept(5, 5).unwrap().total_minor(), 5);
    assert!(kept(5, 6).is_err());
    for (code, status) in
        [AccountStatus::Absent, AccountStatus::Open, AccountStatus::Closed].into_iter().enumerate()
    {
        assert_eq!(AccountStatus::from_code(u8::try_from(code).unwrap()), Some(status));
    }
    assert_eq!(AccountStatus::from_code(3), None);
    let moved = [Moved::Nothing, Moved::Money, Moved::OpeningReversed];
    for (code, moved) in moved.into_iter().enumerate() {
        assert_eq!(Moved::from_code(u8::try_from(code).unwrap()), Some(moved));
    }
    assert_eq!(Moved::from_code(3), None);
}

#[test]
fn an_event_follows_on_the_one_before_it() {
    let desk = Injury::in_memory();
    desk.record("open", OpenAccount(SpecialAccount)).unwrap();
    let mut state = State::empty(desk.book.id());
    let last = desk.book.last_seq().unwrap();
    let event = desk.book.event(last).unwrap().unwrap();
    let error = StateError::Sequence { expected: 1, found: last };
    assert_eq!(state.evolve(event.event()), Err(error));
    assert_eq!(state, State::empty(desk.book.id()));
    let first = desk.book.event(1).unwrap().unwrap();
    state.evolve(first.event()).unwrap();
    let error = StateError::Sequence { expected: 2, found: 1 };
    assert_eq!(state.evolve(first.event()), Err(error));
}

#[test]
fn a_text_that_another_registers_just_before_midnight_is_found() {
    // The same key, and another day in the voucher: the refusal is no answer to who wants its number.
    let (store, prompter) = Liar::new();
    let clock = HandClock::new();
    let book = Ledger::new(store, clock.clone()).book::<WorkInjury>(nanjing()).unwrap();
    let (other, later) = (book.clone(), clock.clone());
    let register = move || {
        other.register("a text of both").unwrap();
        later.go(24 * 60 * crate::given::MINUTE_MICROS);
    };
    prompter.tell(Lie::Meanwhile("a text of both", Box::new(register)));
    let text = book.register("a text of both").unwrap();
    assert_eq!(text.number(), 1);
    assert_eq!(clock.today(), on("2021-07-01"));
    assert_eq!(book.head().unwrap().state.texts(), 1);
}

#[test]
fn a_refusal_says_which_event_of_the_commit_it_is_about() {
    let desk = Injury::in_memory().with_accounts();
    let pay = |amount: &str| PayBenefit {
        from: ExpenditureAccount,
        kind: WorkInjuryBenefit::Medical,
        to: party(7),
        amount: yuan(amount).unwrap(),
    };
    let forward = BringForward { into: ExpenditureAccount, amount: yuan("1").unwrap() };
    desk.record("forward", forward).unwrap();
    let event = |outcome: Result<_, Error>| match outcome {
        Err(Error::Rejected(rejected)) => rejected.event(),
        other => panic!("expected a refusal, found {other:?}"),
    };
    assert_eq!(event(desk.record("first", pay("2"))), Some(0));
    assert_eq!(event(desk.record("third", (pay("0.50"), pay("0.50"), pay("0.01")))), Some(2));
    assert_eq!(event(desk.record("none", Vec::<ReceiveInterest<_, SpecialAccount>>::new())), None);
}

#[test]
fn every_key_of_the_registers_has_bytes_of_its_own() {
    let day = on("2021-01-01");
    let due = |kind| RegisterKey::Due(DueKey { payer: party(1), kind, month: day.month() });
    let keys = [
        due(1),
        due(2),
        RegisterKey::Recovery(1),
        RegisterKey::Recovery(2),
        RegisterKey::Loan(1),
        RegisterKey::Counted(1),
        RegisterKey::BudgetYear(2021),
        RegisterKey::Ladder(2021),
        RegisterKey::Plan(day.month()),
        RegisterKey::Provider(party(1)),
        RegisterKey::Stop { person: party(1), kind: 1 },
        RegisterKey::Closing { first: day, last: day },
    ];
    let bytes: std::collections::BTreeSet<Vec<u8>> = keys.iter().map(RegisterKey::bytes).collect();
    assert_eq!(bytes.len(), keys.len());
    assert!(bytes.iter().all(|bytes| bytes.len() > 2), "{bytes:?}");
}
