//! Commits that no writer makes, under checksums and nonces that fit: verification decides again (INV-10,
//! INV-29, INV-39).

use earmark_core::account::{ExpenditureAccount, RevenueAccount, SpecialAccount};
use earmark_core::command::{
    AdoptProfile, Batch, BringForward, ClosePeriod, Commands, OpenAccount, PayBenefit,
    PlaceInvestment, ReceiveInterest, ReturnPayment,
};
use earmark_core::commit::{Head, Part, Prepared, prepare};
use earmark_core::decide::Past;
use earmark_core::error::Fault;
use earmark_core::event::Event;
use earmark_core::fund::{
    EnterprisePension, EnterprisePensionBenefit, Fund, WorkInjury, WorkInjuryBenefit,
};
use earmark_core::id::LedgerSecret;
use earmark_core::ledger::{Book, Ledger};
use earmark_core::money::{Amount, yuan};
use earmark_core::projection::TotalKey;
use earmark_core::state::State;
use earmark_core::store::Settings;
use earmark_core::time::{Clock, Moment, Month, Period, UtcOffset};

use super::other::{Other, Shown};
use crate::given::{Desk, HandClock, key_of, nanjing, on, party, settings};
use crate::law::profile;
use crate::liar::{Liar, Lie, Prompter};

/// A past that knows the events, and neither what was taken back of them nor what they come to.
struct Forgetful<'a, F: Fund>(&'a Book<F>);

impl<F: Fund> Past for Forgetful<'_, F> {
    fn event(&self, seq: u64) -> Result<Option<Event>, Fault> {
        Ok(self.0.event(seq)?.map(|recorded| recorded.event().clone()))
    }

    fn corrected_minor(&self, _: u64) -> Result<u64, Fault> {
        Ok(0)
    }

    fn text_number(&self, _: &str) -> Result<Option<u32>, Fault> {
        Ok(None)
    }

    fn text(&self, number: u32) -> Result<Option<String>, Fault> {
        self.0.text(number)
    }

    fn register(&self, _: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
        Ok(None)
    }

    fn totals(&self, _: &mut dyn FnMut(TotalKey, u128)) -> Result<(), Fault> {
        Ok(())
    }
}

fn desk<F: Fund>() -> (Desk<F>, Prompter) {
    let (store, liar) = Liar::new();
    let clock = HandClock::new();
    let ledger = Ledger::new(store, clock.clone());
    (Desk::new(ledger, clock, nanjing()), liar)
}

/// What verification finds where the store shows a commit that a forgetful past let through, in the
/// place of one that was recorded.
fn found<F: Fund>(desk: &Desk<F>, liar: &Prompter, forbidden: impl Commands<F>) -> Vec<String> {
    let mut batch = Batch::<F>::new();
    forbidden.append_to(&desk.voucher, &mut batch);
    let key = key_of("in its place");
    let part = Part { book: desk.book.id(), key, expected_seq: None, batch: batch.into_any() };
    let now = Moment::new(desk.clock.now(), UtcOffset::CHINA);
    let head = desk.book.head().unwrap();
    let forged = prepare(&head, &part, now, &settings(), &Forgetful(&desk.book)).unwrap();
    let interest = ReceiveInterest { into: SpecialAccount, amount: "0.01".parse().unwrap() };
    let receipt = desk.book.record(key, &desk.voucher, interest).unwrap();
    assert!(desk.ledger.verify().unwrap().is_sound());
    let frame = forged.frame;
    liar.tell(Lie::Frame(receipt.first_seq(), Box::new(move |_| Some(frame.clone()))));
    let verification = desk.ledger.verify().unwrap();
    verification.findings().iter().map(ToString::to_string).collect()
}

#[track_caller]
fn refused_again(findings: &[String], rule: &str) {
    let expected = format!("deciding again: refused by rule `{rule}`");
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert!(findings[0].contains(&expected), "{findings:?}");
}

#[test]
fn what_is_taken_back_twice_is_found() {
    let (desk, liar) = desk::<WorkInjury>();
    let amount: Amount<WorkInjury> = yuan("10").unwrap();
    desk.record("open", (OpenAccount(SpecialAccount), OpenAccount(ExpenditureAccount))).unwrap();
    desk.record("forward", BringForward { into: ExpenditureAccount, amount }).unwrap();
    let payment = PayBenefit {
        from: ExpenditureAccount,
        kind: WorkInjuryBenefit::Medical,
        to: party(7),
        amount,
    };
    let paid = desk.recorded("paid", payment);
    desk.record("back", ReturnPayment { of: &paid, amount: yuan("6").unwrap() }).unwrap();
    let again = ReturnPayment { of: &paid, amount: yuan("4.01").unwrap() };
    refused_again(&found(&desk, &liar, again), "corrected-once");
}

#[test]
fn a_placement_of_money_that_the_months_of_payments_need_is_found() {
    let (desk, liar) = desk::<EnterprisePension>();
    let buffer = profile(
        "China",
        "[[buffer]]\nfund = \"ENT_PENSION\"\nuse = \"before_investing\"\nmonths = 2\n\
         from = 2018-01-01\nsource = \"a test\"\n",
    );
    desk.record("adopt", AdoptProfile { profile: buffer }).unwrap();
    let accounts = (
        OpenAccount(SpecialAccount),
        OpenAccount(ExpenditureAccount),
        OpenAccount(earmark_core::account::InvestmentAccount),
    );
    desk.record("open", accounts).unwrap();
    let amount: Amount<EnterprisePension> = yuan("1200").unwrap();
    let desk = Desk { voucher: desk.voucher.on(on("2021-05-15")), ..desk };
    desk.record("forward", BringForward { into: ExpenditureAccount, amount }).unwrap();
    desk.record("special", BringForward { into: SpecialAccount, amount }).unwrap();
    let payment = PayBenefit {
        from: ExpenditureAccount,
        kind: EnterprisePensionBenefit::BasicPension,
        to: party(7),
        amount,
    };
    desk.record("paid", payment).unwrap();
    // Of 1,200.00 held, two months of payments are 200.00.
    let desk = Desk { voucher: desk.voucher.on(on("2021-06-15")), ..desk };
    desk.record("allowed", PlaceInvestment { amount: yuan("500").unwrap() }).unwrap();
    let place = PlaceInvestment { amount: yuan("600").unwrap() };
    refused_again(&found(&desk, &liar, place), "buffer-first");
}

#[test]
fn a_closing_over_money_in_the_revenue_account_is_found() {
    let (desk, liar) = desk::<WorkInjury>();
    let zero = profile(
        "China",
        "[[requirement]]\nwhat = \"revenue_account_zero_at_month_end\"\nstrength = \"refuse\"\n\
         from = 2018-01-01\nsource = \"a test\"\n",
    );
    desk.record("adopt", AdoptProfile { profile: zero }).unwrap();
    let desk = Desk { voucher: desk.voucher.on(on("2021-05-15")), ..desk };
    desk.record("open", (OpenAccount(SpecialAccount), OpenAccount(RevenueAccount))).unwrap();
    let amount: Amount<WorkInjury> = yuan("1").unwrap();
    desk.record("interest", ReceiveInterest { into: RevenueAccount, amount }).unwrap();
    let desk = Desk { voucher: desk.voucher.on(on("2021-06-15")), ..desk };
    let may = Period::month(Month::new(2021, 5).unwrap());
    refused_again(&found(&desk, &liar, ClosePeriod { period: may }), "period-order");
}

#[test]
fn verification_tells_how_far_it_is_and_what_it_proved() {
    let (desk, _) = desk::<WorkInjury>();
    desk.record("open", OpenAccount(SpecialAccount)).unwrap();
    let told = std::sync::Mutex::new(Vec::new());
    let verified = desk.ledger.verify_with(&|events| told.lock().unwrap().push(events)).unwrap();
    assert!(verified.is_sound());
    let told = told.into_inner().unwrap();
    assert!(told.is_sorted(), "{told:?}");
    assert_eq!(told.last(), Some(&verified.events()));
    let [book] = verified.books() else { panic!("one book: {:?}", verified.books()) };
    assert_eq!((book.events, book.commits), (desk.book.last_seq().unwrap(), 2));
    assert_eq!(book.root, desk.book.head().unwrap().frontier.root());
}

/// A desk in a store that can show other things than it keeps.
fn shown() -> (Desk<WorkInjury>, &'static std::sync::Mutex<Shown>) {
    let (store, shown) = Other::new();
    let clock = HandClock::new();
    let ledger = Ledger::new(store, clock.clone());
    let desk = Desk::<WorkInjury>::new(ledger, clock, nanjing());
    desk.record("open", (OpenAccount(SpecialAccount), OpenAccount(ExpenditureAccount))).unwrap();
    (desk, shown)
}

fn findings(desk: &Desk<WorkInjury>) -> Vec<String> {
    desk.ledger.verify().unwrap().findings().iter().map(ToString::to_string).collect()
}

#[test]
fn a_purpose_that_was_used_and_is_not_in_the_stored_lists_is_found() {
    let (desk, shown) = shown();
    let amount: Amount<WorkInjury> = yuan("10").unwrap();
    desk.record("forward", BringForward { into: ExpenditureAccount, amount }).unwrap();
    let payment = PayBenefit {
        from: ExpenditureAccount,
        kind: WorkInjuryBenefit::Medical,
        to: party(7),
        amount,
    };
    desk.record("paid", payment).unwrap();
    let all = desk.book.id().fund().vocabulary();
    let without = |name: &str| {
        let lines = all.lines().filter(|line| !line.contains(&format!(" {name}:")));
        lines.map(|line| format!("{line}\n")).collect::<String>()
    };
    assert_ne!(without("Medical"), all);
    // A list that lacks what was never used may be of an older program.
    shown.lock().unwrap().vocabulary = Some(without("Death"));
    assert_eq!(findings(&desk), [""; 0]);
    shown.lock().unwrap().vocabulary = Some(without("Medical"));
    let found = findings(&desk);
    assert_eq!(found.len(), 1, "{found:?}");
}

#[test]
fn a_text_that_is_registered_twice_is_found() {
    // In another ledger with the same nonces the text came later.
    let (desk, shown) = shown();
    desk.book.register("a text of both").unwrap();
    desk.book.register("something else").unwrap();
    let (store, _) = Other::new();
    let there = Ledger::new(store, desk.clock.clone());
    let there = Desk::<WorkInjury>::new(there, desk.clock.clone(), nanjing());
    there.record("open", (OpenAccount(SpecialAccount), OpenAccount(ExpenditureAccount))).unwrap();
    there.book.register("a text of its own").unwrap();
    there.book.register("a text of both").unwrap();
    assert_eq!(desk.book.last_seq().unwrap(), there.book.last_seq().unwrap());
    assert!(findings(&desk).is_empty());

    // The last commit of the other book, in the place of this one's.
    let now = Moment::new(desk.clock.now(), UtcOffset::CHINA);
    let mut taken = None;
    let last = there.book.last_seq().unwrap();
    there
        .ledger
        .store()
        .commits(there.book.id(), last, &mut |commit| {
            taken = Some((commit.frame.to_vec(), commit.key, commit.root));
            Ok(std::ops::ControlFlow::Continue(()))
        })
        .unwrap();
    let (frame, key, _) = taken.unwrap();
    // Any commit of one event at that place, to carry the bytes and columns.
    let mut batch = Batch::<WorkInjury>::new();
    batch.push(&desk.voucher, OpenAccount(RevenueAccount));
    let part = Part { book: desk.book.id(), key, expected_seq: None, batch: batch.into_any() };
    let head = Head { state: state_before(&desk, last), ..desk.book.head().unwrap() };
    let carrier = prepare(&head, &part, now, &settings(), &Forgetful(&desk.book)).unwrap();
    assert_eq!(carrier.receipt.first_seq(), last);
    let mut carrier = carrier;
    carrier.frame = frame;
    shown.lock().unwrap().commit = Some(carrier);
    refused_again(&findings(&desk), "text-fits");
}

/// The state before an event.
fn state_before(desk: &Desk<WorkInjury>, seq: u64) -> State {
    let mut state = State::empty(desk.book.id());
    for seq in 1..seq {
        state.evolve(desk.book.event(seq).unwrap().unwrap().event()).unwrap();
    }
    state
}

#[test]
fn a_commit_that_is_dated_before_the_one_before_it_is_found() {
    let (desk, shown) = shown();
    let interest = |amount: &str| ReceiveInterest {
        into: SpecialAccount,
        amount: yuan::<WorkInjury>(amount).unwrap(),
    };
    desk.clock.go(60_000_000);
    desk.record("first", interest("1")).unwrap();
    let head = desk.book.head().unwrap();
    let last = desk.record("second", interest("2")).unwrap();
    assert!(findings(&desk).is_empty());
    // Prepared by a clock that went back, on a state that does not know how late it is.
    let state = head.state;
    let accounts = earmark_core::account::Account::ALL.map(|account| state.account(account));
    let earlier = earmark_core::time::Timestamp::from_micros(desk.clock.now().micros() - 1);
    let early = State::from_parts(
        state.book(),
        state.seq(),
        earmark_core::time::Timestamp::MIN,
        state.texts(),
        state.interest_held_minor(),
        accounts,
        state.standing(),
    );
    let head = Head { state: early.unwrap(), ..head };
    let mut batch = Batch::<WorkInjury>::new();
    batch.push(&desk.voucher, interest("2"));
    let key = key_of("second");
    let part = Part { book: desk.book.id(), key, expected_seq: None, batch: batch.into_any() };
    let now = Moment::new(earlier.unwrap(), UtcOffset::CHINA);
    let forged = prepare(&head, &part, now, &settings(), &Forgetful(&desk.book)).unwrap();
    assert_eq!(forged.receipt.first_seq(), last.first_seq());
    shown.lock().unwrap().commit = Some(forged);
    let found = findings(&desk);
    assert!(found.iter().any(|it| it.contains("deciding again gives another event")), "{found:?}");
}

/// A commit in the place of the last one, prepared at a moment with the nonces of some settings.
fn instead(desk: &Desk<WorkInjury>, head: &Head, at: Moment, settings: &Settings) -> Prepared {
    let amount = yuan::<WorkInjury>("1").unwrap();
    let mut batch = Batch::<WorkInjury>::new();
    batch.push(&desk.voucher, ReceiveInterest { into: SpecialAccount, amount });
    let key = key_of("it");
    let part = Part { book: desk.book.id(), key, expected_seq: None, batch: batch.into_any() };
    prepare(head, &part, at, settings, &Forgetful(&desk.book)).unwrap()
}

fn interest(desk: &Desk<WorkInjury>) {
    let amount = yuan("1").unwrap();
    desk.record("it", ReceiveInterest { into: SpecialAccount, amount }).unwrap();
    assert_eq!(findings(desk), [""; 0]);
}

#[test]
fn a_commit_with_the_nonces_of_another_secret_is_found() {
    let (desk, shown) = shown();
    let head = desk.book.head().unwrap();
    interest(&desk);
    let secret = LedgerSecret::from_bytes(*b"another secret of the same size!");
    let now = Moment::new(desk.clock.now(), UtcOffset::CHINA);
    let forged = instead(&desk, &head, now, &Settings { secret, ..settings() });
    shown.lock().unwrap().commit = Some(forged);
    let found = findings(&desk);
    assert!(found.iter().any(|it| it.contains("nonce")), "{found:?}");
}

#[test]
fn an_event_that_says_another_recording_time_than_its_commit_is_found() {
    let (desk, shown) = shown();
    let head = desk.book.head().unwrap();
    interest(&desk);
    let moment = |micros| {
        let at = desk.clock.now().micros() + micros;
        let at = earmark_core::time::Timestamp::from_micros(at).unwrap();
        Moment::new(at, UtcOffset::CHINA)
    };
    let earlier = instead(&desk, &head, moment(0), &settings()).frame;
    let mut forged = instead(&desk, &head, moment(1_000_000), &settings());
    // The header of the later commit over the event of the earlier one, under a checksum that fits.
    let header = earmark_core::codec::FRAME_HEADER_BYTES;
    let mut frame = [&forged.frame[..header], &earlier[header..earlier.len() - 4]].concat();
    frame.extend(crate::given::crc32(&frame).to_le_bytes());
    forged.frame = frame;
    shown.lock().unwrap().commit = Some(forged);
    let found = findings(&desk);
    assert!(found.iter().any(|it| it.contains("recording time")), "{found:?}");
}

#[test]
fn a_text_that_no_event_registered_is_found() {
    let (desk, liar) = desk::<WorkInjury>();
    let next = desk.book.head().unwrap().state.texts() + 1;
    liar.tell(Lie::Text(next, "a text of nobody".to_owned()));
    let found = findings(&desk);
    assert_eq!(found.len(), 1, "{found:?}");
}
