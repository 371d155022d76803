use std::cell::Cell as Counter;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use super::*;
use crate::accounts::Accounts;
use crate::areas::{JIANGSU, PROVINCES};
use crate::closed::ClosedYear;
use crate::figures::Figures;
use crate::papers::Office;

/// Hears how far the recording is, and stops the world there.
struct StopsAt(u64, Counter<u64>);

impl Listener for StopsAt {
    fn at(&self, _: u32, _: BookId) {}

    fn durable(&self, events: u64) {
        self.1.set(self.1.get() + events);
        assert!(self.1.get() < self.0, "power cut");
    }
}

fn replay(path: &Path, plan: &Plan, stops_at: u64) -> Result<u64, RecordError> {
    let name = name_of(plan.seed, plan.events);
    let clock = Arc::new(ReplayClock::default());
    let ledger = open(path, &name, &clock)?;
    let before = recorded_before(&ledger, &name)?;
    let listener = StopsAt(stops_at, Counter::new(0));
    record(&ledger, &clock, plan, &name, &listener)?;
    assert_eq!(before + listener.1.get(), plan.events);
    Ok(before)
}

fn roots(path: &Path) -> Vec<String> {
    let verification = earmark::open(path).unwrap().verify().unwrap();
    assert_eq!(verification.findings(), []);
    let book =
        |it: &earmark::verify::VerifiedBook| format!("{} {} {}", it.book, it.events, it.root);
    verification.books().iter().map(book).collect()
}

#[test]
fn a_run_that_was_cut_off_ends_where_one_that_was_not_does() {
    let figures = Figures::read().unwrap();
    let plan = Plan::new(&figures, 5, 60_000).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (whole, cut) = (folder.path().join("whole"), folder.path().join("cut"));
    replay(&whole, &plan, u64::MAX).unwrap();
    for stops_at in [1, 4_000, 9_000, 15_000] {
        let stopped = catch_unwind(AssertUnwindSafe(|| replay(&cut, &plan, stops_at)));
        assert!(stopped.is_err(), "not cut off at {stops_at}");
    }
    let before = replay(&cut, &plan, u64::MAX).unwrap();
    assert!(before > 4_000 && before < plan.events, "{before} were there");
    assert_eq!(roots(&whole), roots(&cut));
    assert_eq!(replay(&cut, &plan, u64::MAX).unwrap(), plan.events);
    let ledger = earmark::open(&cut).unwrap();
    let accounts = Accounts::read(&ledger, &figures).unwrap();
    assert!(accounts.agree());
    assert!(accounts.case.is_some());
    let closed = ClosedYear::read(&ledger, &figures).unwrap();
    assert!(closed.agrees(), "{:?}", closed.disagreements);
    assert_eq!(closed.closed, [(1, 218 * 12 + 6), (3, 218 * 4 + 2), (12, 218)].into());
    assert_eq!(closed.profiles.values().sum::<u64>(), 219);
    let [restated] = closed.restated.as_slice() else { panic!("one quarter was corrected") };
    let difference = restated.known.closing().minor() - restated.published.closing().minor();
    assert_eq!(restated.caused(), difference);
    assert_eq!(restated.causes.len(), 2);
    assert!(difference > 0);
}

#[test]
fn what_is_closed_takes_no_event_and_what_is_reserved_to_an_office_is_refused_to_others() {
    let figures = Figures::read().unwrap();
    let plan = Plan::new(&figures, 6, 1).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger");
    replay(&path, &plan, u64::MAX).unwrap();
    let ledger = earmark::open(&path).unwrap();
    let book = ledger.book::<Unemployment>(JIANGSU).unwrap();
    let papers = Office::SpecialAccount.papers("");
    let voucher = book.voucher(day("2021-11-30").unwrap(), papers).unwrap();
    let interest = ReceiveInterest { into: SpecialAccount, amount: yuan("1.00").unwrap() };
    let refusal = |outcome: Result<Receipt, Error>| match outcome {
        Err(Error::Rejected(rejected)) => rejected.rule(),
        other => panic!("not refused: {other:?}"),
    };
    let late = book.record(key("late"), &voucher, interest);
    assert_eq!(refusal(late), Rule::PeriodOpen);
    let today = voucher.on(day("2022-01-01").unwrap());
    // A tax-collecting area has no revenue account.
    let opened = book.record(key("account"), &today, OpenAccount(RevenueAccount));
    assert_eq!(refusal(opened), Rule::AccountExists);
    let agency = book.voucher(today.effective_on(), Office::Closing.papers("")).unwrap();
    let plan =
        ApproveUsePlan { month: Month::new(2022, 1).unwrap(), amount: yuan("1.00").unwrap() };
    assert_eq!(refusal(book.record(key("plan"), &agency, plan)), Rule::Authority);
}

#[test]
fn the_ledger_of_another_replay_or_program_is_refused_untouched() {
    let figures = Figures::read().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger");
    let (one, other) = (name_of(1, 10), name_of(2, 10));
    let clock = Arc::new(ReplayClock::default());
    clock.set(Day::new(YEAR, 1, 1).unwrap());
    let ledger = open(&path, &one, &clock).unwrap();
    let book = ledger.book::<Unemployment>(PROVINCES[0].area).unwrap();
    assert_eq!(recorded_before(&ledger, &other).unwrap(), 0, "an empty book is anyone's");
    book.register(&one).unwrap();
    assert_eq!(recorded_before(&ledger, &one).unwrap(), 1);
    let refused = recorded_before(&ledger, &other).unwrap_err().to_string();
    assert!(refused.contains("the ledger of `replay_year/2 --seed 1 --events 10`"), "{refused}");
    ledger.book::<Maternity>(Area::CENTRAL).unwrap().register("mine").unwrap();
    let refused = recorded_before(&ledger, &one).unwrap_err().to_string();
    assert!(refused.contains("000000/MATERNITY was not written by replay_year"), "{refused}");
    drop((book, ledger));
    let plan = Plan::new(&figures, 2, 10).unwrap();
    assert!(replay(&path, &plan, u64::MAX).is_err());
}
