//! Published periods, what changed since, and why a period opens with another figure.

use earmark_core::account::Account;
use earmark_core::command::AnyCommand;
use earmark_core::time::Period;
use earmark_report::{
    BalanceSheet, Edition, Knowledge, OpeningCheck, PublishedPeriod, Restatement, StatementError,
};

use crate::given::{Desk, REASON, on, party, period, yuan};
use crate::month::reading;

fn premium(amount: &str) -> AnyCommand {
    AnyCommand::ReceivePremium {
        into: Account::Special,
        kind: "Unit".to_owned(),
        from: party(1),
        amount: amount.to_owned(),
    }
}

fn close(desk: &Desk, on: &str, closed: Period) -> u64 {
    desk.record(on, AnyCommand::ClosePeriod { first: closed.first(), last: closed.last() })
}

fn march() -> Period {
    period("2021-03-01", "2021-03-31")
}

/// March closed with 155; then February and March opened again, 7 recorded for February, closed again.
pub(crate) fn closed_twice() -> (Desk, [u64; 3]) {
    let desk = Desk::new("MATERNITY", "2021-02-01");
    desk.record("2021-02-01", premium("100.00"));
    desk.clock.set(on("2021-03-10"));
    close(&desk, "2021-03-10", period("2021-02-01", "2021-02-28"));
    desk.record("2021-03-10", premium("55.00"));
    desk.clock.set(on("2021-04-05"));
    let first = close(&desk, "2021-04-05", march());
    desk.record("2021-04-05", premium("900.00"));
    let both = period("2021-02-01", "2021-03-31");
    let opened = AnyCommand::ReopenPeriod {
        first: both.first(),
        last: both.last(),
        reason: REASON.to_owned(),
    };
    desk.record("2021-04-05", opened);
    let late = desk.record("2021-02-10", premium("7.00"));
    let second = close(&desk, "2021-04-05", both);
    (desk, [first, late, second])
}

#[test]
fn a_period_is_published_by_its_closings() {
    let (desk, [first, _, second]) = closed_twice();
    let of = |edition, known| PublishedPeriod::of(&desk.book, march(), edition, known).unwrap();
    let once = of(Edition::First, Knowledge::Now);
    assert_eq!((once.closed_by(), once.revision(), once.closed()), (first, 1, march()));
    assert_eq!(once.statement().opening(), yuan("100.00"));
    assert_eq!(once.statement().closing(), yuan("155.00"));
    assert_eq!(once.balance_sheet().net_assets_total(), yuan("155.00"));
    // The reopening was closed as a whole.
    let again = of(Edition::Last, Knowledge::Now);
    assert_eq!(again.closed_by(), second);
    assert_eq!(again.closed(), period("2021-02-01", "2021-03-31"));
    assert_eq!(again.statement().closing(), yuan("162.00"));
    assert_eq!(of(Edition::Last, Knowledge::Through(second - 1)).closed_by(), first);
    // What came before the first closing was closed with it.
    let january = period("2021-01-01", "2021-01-31");
    assert!(PublishedPeriod::of(&desk.book, january, Edition::Last, Knowledge::Now).is_ok());
    let april = period("2021-04-01", "2021-04-30");
    let open = PublishedPeriod::of(&desk.book, april, Edition::Last, Knowledge::Now);
    assert_eq!(open.unwrap_err(), StatementError::NotClosed(april));
}

#[test]
fn what_changed_since_a_closing_is_named() {
    let (desk, [first, late, second]) = closed_twice();
    let once = PublishedPeriod::of(&desk.book, march(), Edition::First, Knowledge::Now).unwrap();
    let restated = once.restated(&desk.book, Knowledge::Now).unwrap();
    assert_eq!(restated.published_through(), first);
    let [cause] = restated.causes() else { panic!("{restated:?}") };
    assert_eq!((cause.seq, cause.effect.opening), (late, yuan("7.00")));
    let since = Restatement::since_closing(&desk.book, march(), Knowledge::Now).unwrap();
    assert_eq!(since.published_through(), second);
    assert!(since.causes().is_empty());
    let known = Knowledge::Through(late);
    let under_way = Restatement::since_closing(&desk.book, march(), known).unwrap();
    assert_eq!((under_way.published_through(), under_way.causes().len()), (first, 1));
}

#[test]
fn an_opening_that_is_not_the_last_closing_is_explained() {
    let (desk, [first, late, _]) = closed_twice();
    let april = period("2021-04-01", "2021-04-30");
    let same = OpeningCheck::of(&desk.book, march(), april, Knowledge::Now).unwrap();
    assert_eq!((same.difference(), same.causes().len()), (yuan("0.00"), 0));
    let known = Knowledge::Through(late);
    let check = OpeningCheck::of(&desk.book, march(), april, known).unwrap();
    assert_eq!(check.published_through(), first);
    assert_eq!(check.published_closing(), yuan("155.00"));
    assert_eq!(check.known_opening(), yuan("162.00"));
    assert_eq!(check.difference(), yuan("7.00"));
    let causes: Vec<_> = check.causes().iter().map(|cause| cause.seq).collect();
    assert_eq!(causes, [late]);
    let may = period("2021-05-01", "2021-05-31");
    let gap = OpeningCheck::of(&desk.book, march(), may, Knowledge::Now);
    assert!(matches!(gap, Err(StatementError::OtherPeriod { .. })), "{gap:?}");
}

#[test]
fn the_reserve_of_a_day_is_folded_from_the_book() {
    let desk = Desk::new("WORK_INJURY", "2021-01-01");
    desk.bring_forward("2021-01-01", Account::Special, "1000.00");
    let aside = desk.record("2021-01-01", AnyCommand::SetReserveAside { amount: "300.00".into() });
    desk.clock.set(on("2021-03-01"));
    let (amount, reason) = ("100.00".into(), REASON.into());
    desk.record("2021-03-01", AnyCommand::DrawReserve { amount, reason });
    let figures = |day: &str| {
        let sheet = BalanceSheet::of(&desk.book, &reading(&desk), on(day)).unwrap();
        let line = |code: &str| {
            sheet.net_assets().iter().find(|it| it.code.unwrap().code == code).map(|it| it.sum)
        };
        assert_eq!(sheet.assets_total(), sheet.net_assets_total());
        (line("3001"), line("3201"))
    };
    assert_eq!(figures("2021-02-28"), (Some(yuan("700.00")), Some(yuan("300.00"))));
    assert_eq!(figures("2021-03-01"), (Some(yuan("800.00")), Some(yuan("200.00"))));
    let before = Knowledge::Through(aside - 1);
    let early = earmark_report::Reading::of(&desk.book, before).unwrap();
    let sheet = BalanceSheet::of(&desk.book, &early, on("2021-03-01")).unwrap();
    assert_eq!(sheet.net_assets().len(), 1);
}
