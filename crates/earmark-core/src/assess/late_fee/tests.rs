use proptest::prelude::*;

use super::*;
use crate::assess::rounding::Exact;
use crate::money::MAX_MINOR;
use crate::time::day;

fn on(text: &str) -> Day {
    day(text).unwrap()
}

fn since_march(principal: u64) -> Arrears {
    Arrears::new(principal, on("2024-03-01")).unwrap()
}

fn usual(arrears: &Arrears, settled_on: &str) -> Result<LateFee, LateFeeError> {
    late_fee(arrears, on(settled_on), DayCount::USUAL, &daily_rates())
}

// Jiangsu regulation art 56, Social Insurance Law art 86.
#[test]
fn a_hundred_thousand_yuan_thirty_days_late_cost_1500() {
    let fee = usual(&since_march(10_000_000), "2024-03-31").unwrap();
    assert_eq!((fee.days(), fee.total()), (30, 150_000));
}

#[test]
fn the_day_of_default_counts_and_the_day_of_payment_by_choice() {
    let arrears = since_march(10_000_000);
    let days = |settled_on: &str, count| {
        late_fee(&arrears, on(settled_on), count, &daily_rates()).unwrap().days()
    };
    assert_eq!(days("2024-03-01", DayCount::PaymentDayFree), 0);
    assert_eq!(days("2024-03-01", DayCount::PaymentDayCounted), 1);
    assert_eq!(days("2024-03-02", DayCount::PaymentDayFree), 1);
    assert_eq!(days("2025-03-01", DayCount::PaymentDayFree), 365);
    let none = usual(&arrears, "2024-03-01").unwrap();
    assert_eq!((none.total(), none.lines()), (0, &[][..]));
    assert_eq!(none.to_string(), "late fee of 0 days: 0.00");
}

// 征缴条例 art 13 up to 2011-06-30, Social Insurance Law art 86 from 2011-07-01.
#[test]
fn each_day_bears_the_rate_in_force_on_it() {
    let arrears = Arrears::new(10_000_000, on("2011-06-21")).unwrap();
    let fee = usual(&arrears, "2011-07-02").unwrap();
    assert_eq!(
        fee.to_string(),
        "2011-06-21 to 2011-06-30: 10 days × 100,000.00 × 0.002 = 2,000.00 (征缴条例 art 13)\n\
         2011-07-01 to 2011-07-01: 1 day × 100,000.00 × 0.0005 = 50.00 \
         (Social Insurance Law art 86)\n\
         late fee of 11 days: 2,050.00"
    );
}

#[test]
fn a_payment_reduces_the_principal_from_its_day_on() {
    let arrears = since_march(10_000_000)
        .paid(on("2024-03-21"), 1_000_000)
        .and_then(|arrears| arrears.paid(on("2024-03-11"), 4_000_000))
        .and_then(|arrears| arrears.paid(on("2024-03-11"), 1_000_000))
        .unwrap();
    let lines = |count| {
        let fee = late_fee(&arrears, on("2024-03-31"), count, &daily_rates()).unwrap();
        let line = |line: &LateFeeLine| (line.days(), line.principal(), line.until().to_string());
        (fee.lines().iter().map(line).collect::<Vec<_>>(), fee.total())
    };
    let line = |days, principal, until: &str| (days, principal, until.to_owned());
    assert_eq!(
        lines(DayCount::PaymentDayFree),
        (
            vec![
                line(10, 10_000_000, "2024-03-10"),
                line(10, 5_000_000, "2024-03-20"),
                line(10, 4_000_000, "2024-03-30"),
            ],
            95_000
        )
    );
    assert_eq!(
        lines(DayCount::PaymentDayCounted),
        (
            vec![
                line(11, 10_000_000, "2024-03-11"),
                line(10, 5_000_000, "2024-03-21"),
                line(10, 4_000_000, "2024-03-31"),
            ],
            100_000
        )
    );
}

#[test]
fn a_payment_on_the_first_day_and_one_of_everything() {
    let at_once = since_march(100).paid(on("2024-03-01"), 40).unwrap();
    let fee = usual(&at_once, "2024-03-11").unwrap();
    assert_eq!(fee.lines().len(), 1);
    assert_eq!(fee.lines()[0].principal(), 60);

    let all = since_march(100).paid(on("2024-03-02"), 100).unwrap();
    assert_eq!(usual(&all, "2024-12-31").unwrap().days(), 1);
    assert_eq!(usual(&since_march(0), "2024-12-31").unwrap().total(), 0);
}

#[test]
fn half_a_fen_is_rounded_once_in_total() {
    // 10 yuan bear 0.5 fen a day. Two lines of one day make one fen, not two.
    let rates = Schedule::new(vec![
        Dated::new(on("2024-01-01"), Decimal::new(5, 4), "test"),
        Dated::new(on("2024-03-02"), Decimal::new(50, 5), "test"),
    ])
    .unwrap();
    let fee = late_fee(&since_march(1_000), on("2024-03-03"), DayCount::USUAL, &rates).unwrap();
    assert_eq!(fee.lines().len(), 2);
    assert_eq!(fee.lines()[1].rate().to_string(), "0.0005");
    assert_eq!(fee.lines()[0].unrounded().to_string(), "0.005");
    assert_eq!(fee.total(), 1);
}

#[test]
fn what_has_no_late_fee_is_refused_with_its_reason() {
    let arrears = since_march(10_000);
    let text = |error: LateFeeError| error.to_string();
    assert_eq!(
        text(usual(&arrears, "2024-02-29").unwrap_err()),
        "expected a day from `2024-03-01` on, the first of the default, found `2024-02-29`"
    );
    assert_eq!(
        text(arrears.clone().paid(on("2024-02-29"), 1).unwrap_err()),
        "expected a day from `2024-03-01` on, the first of the default, found `2024-02-29`"
    );
    assert_eq!(
        text(arrears.clone().paid(on("2024-03-02"), 10_001).unwrap_err()),
        "expected a payment of `0.01` to `100.00`, what is owed, found `100.01`"
    );
    assert_eq!(
        arrears.clone().paid(on("2024-03-02"), 0),
        Err(LateFeeError::Payment { owed: 10_000, found: 0 })
    );
    let later = arrears.paid(on("2024-03-20"), 1).unwrap();
    assert_eq!(
        text(usual(&later, "2024-03-19").unwrap_err()),
        "expected a day from `2024-03-20` on, that of the last payment, found `2024-03-19`"
    );
    let early = Arrears::new(1, on("1999-01-21")).unwrap();
    assert_eq!(
        text(usual(&early, "1999-02-01").unwrap_err()),
        "no daily rate: expected a day from `1999-01-22` on, when the rule begins, \
         found `1999-01-21`"
    );
}

#[test]
fn a_fee_out_of_range_is_refused_and_not_cut_off() {
    let over = Err(LateFeeError::Rounding(RoundingError::OutOfRange));
    assert_eq!(Arrears::new(MAX_MINOR + 1, on("2024-03-01")).map(drop), over);
    let most = Arrears::new(MAX_MINOR, on("2024-03-01")).unwrap();
    let fee = |settled_on: Day, count| late_fee(&most, settled_on, count, &daily_rates());
    assert_eq!(fee(Day::MAX, DayCount::PaymentDayCounted).map(drop), over);
    assert_eq!(fee(on("2024-03-31"), DayCount::USUAL).unwrap().total(), 1_500_000_000_000_000);
    let negative = Schedule::of(Dated::new(Day::MIN, Decimal::NEGATIVE_ONE, "test"));
    let refused = late_fee(&since_march(1), on("2024-03-31"), DayCount::USUAL, &negative);
    let found = Decimal::NEGATIVE_ONE;
    assert_eq!(refused, Err(LateFeeError::Rounding(RoundingError::NegativeRate { found })));
}

#[test]
fn the_ends_of_the_calendar_count_too() {
    let rates = Schedule::of(Dated::new(Day::MIN, Decimal::new(5, 4), "test"));
    let fee = |since, settled_on, count| {
        let arrears = Arrears::new(10_000, since).unwrap();
        late_fee(&arrears, settled_on, count, &rates).unwrap().days()
    };
    assert_eq!(fee(Day::MIN, Day::MIN, DayCount::PaymentDayFree), 0);
    assert_eq!(fee(Day::MAX, Day::MAX, DayCount::PaymentDayCounted), 1);
    let last = Arrears::new(10, Day::MAX).unwrap().paid(Day::MAX, 4).unwrap();
    let fee = late_fee(&last, Day::MAX, DayCount::PaymentDayCounted, &rates).unwrap();
    assert_eq!((fee.days(), fee.lines()[0].principal()), (1, 10));
}

/// The same late fee, taken day by day.
fn day_by_day(arrears: &Arrears, payments: &[(i32, u64)], days: i32) -> Exact {
    let first = arrears.since().days();
    (0..days).fold(Exact::ZERO, |sum, offset| {
        let paid: u64 = payments.iter().filter(|(on, _)| *on <= offset).map(|(_, paid)| paid).sum();
        let rate = if first + offset < on("2011-07-01").days() { "0.002" } else { "0.0005" };
        let owed = arrears.principal() - paid;
        sum.plus(Exact::product(owed, rate.parse().unwrap()).unwrap()).unwrap()
    })
}

fn after(start: Day, days: i32) -> Day {
    Day::from_days(start.days() + days).unwrap()
}

proptest! {
    #[test]
    fn spans_and_days_give_the_same_fee(
        principal in 1_000..=10_u64.pow(15), shift in 0..400_i32, days in 0..500_i32,
        payments in prop::collection::vec((0..500_i32, 1..200_u64), 0..5),
    ) {
        let payments: Vec<_> = payments.into_iter().filter(|(on, _)| *on <= days).collect();
        let since = after(on("2010-12-01"), shift);
        let arrears = payments.iter().try_fold(
            Arrears::new(principal, since).unwrap(),
            |arrears, (offset, paid)| arrears.paid(after(since, *offset), *paid),
        ).unwrap();
        let fee = late_fee(&arrears, after(since, days), DayCount::USUAL, &daily_rates()).unwrap();
        prop_assert_eq!(fee.unrounded(), day_by_day(&arrears, &payments, days));
        prop_assert_eq!(fee.days(), days.unsigned_abs());
    }

    #[test]
    fn adjacent_spans_add_up_before_rounding(
        principal in 0..=10_u64.pow(15), shift in 0..400_i32, one in 0..400_i32, two in 0..400_i32,
    ) {
        let start = after(on("2010-12-01"), shift);
        let (middle, end) = (after(start, one), after(start, one + two));
        let fee = |from, until| {
            let arrears = Arrears::new(principal, from).unwrap();
            late_fee(&arrears, until, DayCount::USUAL, &daily_rates()).unwrap()
        };
        let (first, second, whole) = (fee(start, middle), fee(middle, end), fee(start, end));
        prop_assert_eq!(first.unrounded().plus(second.unrounded()), Ok(whole.unrounded()));
        // Each total is rounded by half a fen at most, so two of them differ from the whole by one.
        prop_assert!((first.total() + second.total()).abs_diff(whole.total()) <= 1);
    }

    #[test]
    fn more_days_or_more_principal_never_cost_less(
        principal in 0..10_u64.pow(15), more in 0..10_u64.pow(6), days in 0..4_000_i32,
        longer in 0..400_i32,
    ) {
        let start = on("2009-01-01");
        let fee = |principal, days| {
            let arrears = Arrears::new(principal, start).unwrap();
            late_fee(&arrears, after(start, days), DayCount::USUAL, &daily_rates()).unwrap().total()
        };
        prop_assert!(fee(principal, days) <= fee(principal, days + longer));
        prop_assert!(fee(principal, days) <= fee(principal + more, days));
    }

    #[test]
    fn the_day_of_payment_makes_one_day_of_difference(
        principal in 0..10_u64.pow(15), days in 0..4_000_i32,
    ) {
        let arrears = since_march(principal);
        let end = after(arrears.since(), days);
        let fee = |end, count| late_fee(&arrears, end, count, &daily_rates()).unwrap();
        prop_assert_eq!(
            fee(end, DayCount::PaymentDayCounted),
            fee(end.next().unwrap(), DayCount::PaymentDayFree)
        );
    }
}
