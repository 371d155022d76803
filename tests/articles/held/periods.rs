//! Closings at their edges.

use earmark_core::command::{ClosePeriod, ReopenPeriod};
use earmark_core::fund::Unemployment;
use earmark_core::time::Period;

use crate::office::*;

type Desk = Office<Unemployment>;

fn period(first: &str, last: &str) -> Period {
    Period::new(month(first).first_day(), month(last).last_day()).unwrap()
}

fn close(first: &str, last: &str) -> ClosePeriod {
    ClosePeriod { period: period(first, last) }
}

fn first_year() -> Desk {
    let office = Desk::jiangsu();
    for number in 1..=12 {
        let name = format!("2021-{number:02}");
        office.ok(FINANCE, "2022-06-30", close(&name, &name));
    }
    office
}

#[test]
fn a_quarter_and_a_year_close_once() {
    let office = first_year();
    for (first, last) in [("2021-01", "2021-03"), ("2021-10", "2021-12"), ("2021-01", "2021-12")] {
        office.ok(FINANCE, "2022-06-30", close(first, last));
        office
            .no(FINANCE, "2022-06-30", close(first, last))
            .is("period-order", &["is closed, and nothing of it was reopened"]);
    }
    office.is_sound();
}

#[test]
fn a_month_closes_once_though_later_ones_are_open() {
    let office = Desk::jiangsu();
    office.ok(FINANCE, "2021-02-01", close("2021-01", "2021-01"));
    office.no(FINANCE, "2021-02-01", close("2021-01", "2021-01")).is(
        "period-order",
        &["2021-01-01 to 2021-01-31 is closed, and nothing of it was reopened"],
    );
    office.is_sound();
}

#[test]
fn three_months_across_two_quarters_do_not_close_together() {
    let office = first_year();
    for (first, last) in [("2021-02", "2021-04"), ("2021-03", "2021-05"), ("2021-01", "2021-02")] {
        office.no(FINANCE, "2022-06-30", close(first, last)).is("period-order", &[]);
    }
    office.is_sound();
}

#[test]
fn the_last_closed_day_may_be_reopened_and_the_next_may_not() {
    let office = first_year();
    let reopen = |first: &str, last: &str| ReopenPeriod {
        period: period(first, last),
        reason: office.text("audit finding 3"),
    };
    office
        .no(FINANCE, "2022-06-30", reopen("2021-12", "2022-01"))
        .is("period-order", &["the book is closed until 2021-12-31"]);
    office.ok(FINANCE, "2022-06-30", reopen("2021-12", "2021-12"));
    office.ok(FINANCE, "2022-06-30", close("2021-12", "2021-12"));
    office.ok(FINANCE, "2022-06-30", close("2021-01", "2021-12"));
    office.is_sound();
}

#[test]
fn a_month_that_was_reopened_opens_its_own_quarter_again_and_no_other() {
    let (first, second) = (("2021-01", "2021-03"), ("2021-04", "2021-06"));
    for (month, own, other) in [("2021-03", first, second), ("2021-04", second, first)] {
        let office = first_year();
        for (from, until) in [own, other] {
            office.ok(FINANCE, "2022-06-30", close(from, until));
        }
        let reason = office.text("audit finding 3");
        let reopen = ReopenPeriod { period: period(month, month), reason };
        office.ok(FINANCE, "2022-06-30", reopen);
        office.ok(FINANCE, "2022-06-30", close(month, month));
        office.ok(FINANCE, "2022-06-30", close(own.0, own.1));
        office
            .no(FINANCE, "2022-06-30", close(other.0, other.1))
            .is("period-order", &["is closed, and nothing of it was reopened"]);
        office.is_sound();
    }
}
