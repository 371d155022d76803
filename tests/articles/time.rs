//! Periods: closed in their order, opened again by who may, closed again.

use earmark_core::account::SpecialAccount;
use earmark_core::command::{ClosePeriod, ReceiveInterest, ReopenPeriod};
use earmark_core::fund::Unemployment;
use earmark_core::register::{ClosingEntry, RegisterKey};
use earmark_core::time::Period;

use crate::office::*;

type Desk = Office<Unemployment>;

fn interest() -> ReceiveInterest<Unemployment, SpecialAccount> {
    ReceiveInterest { into: SpecialAccount, amount: yuan("1") }
}

fn close(first: &str, last: &str) -> ClosePeriod {
    ClosePeriod { period: period(first, last) }
}

fn period(first: &str, last: &str) -> Period {
    Period::new(month(first).first_day(), month(last).last_day()).unwrap()
}

impl Desk {
    /// Closes the months of 2021, from January to one of them.
    fn closed_until(self, last: u32) -> Self {
        for number in 1..=last {
            let name = format!("2021-{number:02}");
            self.ok(FINANCE, "2022-06-30", close(&name, &name));
        }
        self
    }

    fn reopen(&self, first: &str, last: &str) -> ReopenPeriod {
        ReopenPeriod { period: period(first, last), reason: self.text("audit finding 3") }
    }

    fn closing(&self, first: &str, last: &str) -> ClosingEntry {
        let period = period(first, last);
        self.entry(RegisterKey::Closing { first: period.first(), last: period.last() }).closing()
    }
}

#[test]
fn art_54_a_closed_period_takes_no_event() {
    let office = Desk::jiangsu();
    office.ok(AGENCY, "2021-01-31", interest());
    office.ok(FINANCE, "2021-02-01", close("2021-01", "2021-01"));
    for day in ["2021-01-31", "2021-01-01", "2020-12-31"] {
        office.no(AGENCY, day, interest()).is("period-open", &[day, "2021-01-31"]);
    }
    office.ok(AGENCY, "2021-02-01", interest());
    assert_eq!(office.book.standing().unwrap().closed_until, Some(on("2021-01-31")));
    office.is_sound();
}

#[test]
fn art_54_months_close_in_their_order_once_over() {
    let office = Desk::jiangsu();
    office
        .no(FINANCE, "2021-04-01", close("2021-01", "2021-03"))
        .is("period-order", &["no month of the book is closed"]);
    office.ok(FINANCE, "2021-02-01", close("2021-01", "2021-01"));
    for (first, last) in [("2021-03", "2021-03"), ("2020-12", "2020-12"), ("2021-02", "2021-03")] {
        office
            .no(FINANCE, "2021-04-01", close(first, last))
            .is("period-order", &["the book is closed until 2021-01-31"]);
    }
    office
        .no(FINANCE, "2021-04-01", close("2021-01", "2021-01"))
        .is("period-order", &["2021-01-31"]);
    let office = office.closed_from(2, 12);
    for number in 1..=5 {
        let name = format!("2022-{number:02}");
        office.ok(FINANCE, "2022-06-30", close(&name, &name));
    }
    office
        .no(FINANCE, "2022-06-30", close("2022-06", "2022-06"))
        .is("period-order", &["2022-06-30 is not over", "today is 2022-06-30"]);
    go_to(&office.clock, "2022-07-01");
    office.ok(FINANCE, "2022-07-01", close("2022-06", "2022-06"));
    office.is_sound();
}

impl Desk {
    fn closed_from(self, first: u32, last: u32) -> Self {
        for number in first..=last {
            let name = format!("2021-{number:02}");
            self.ok(FINANCE, "2022-06-30", close(&name, &name));
        }
        self
    }
}

#[test]
fn art_54_a_period_is_a_month_a_quarter_or_a_year() {
    let office = Desk::jiangsu();
    let json = r#"{"command":"close_period","first":"2021-01-01","last":"2021-01-30"}"#;
    refused(office.any(FINANCE, "2021-02-01", json)).is("period-order", &["2021-01-30"]);
    let office = office.closed_until(12);
    for (first, last) in [("2021-02", "2021-04"), ("2021-01", "2021-02"), ("2021-02", "2022-01")] {
        office.no(FINANCE, "2022-06-30", close(first, last)).is("period-order", &[]);
    }
    for (first, last) in [("2021-01", "2021-03"), ("2021-10", "2021-12"), ("2021-01", "2021-12")] {
        office.ok(FINANCE, "2022-06-30", close(first, last));
        assert_eq!(office.closing(first, last).revision, 1);
    }
    office.is_sound();
}

#[test]
fn art_54_a_quarter_or_year_closes_when_each_of_its_months_has() {
    let office = Desk::jiangsu();
    for number in 2..=12 {
        let name = format!("2021-{number:02}");
        office.ok(FINANCE, "2022-06-30", close(&name, &name));
        if number == 2 {
            office.no(FINANCE, "2022-06-30", close("2021-01", "2021-03")).is("period-order", &[]);
        }
    }
    for (first, last) in [("2021-01", "2021-03"), ("2021-01", "2021-12"), ("2019-01", "2019-12")] {
        office.no(FINANCE, "2022-06-30", close(first, last)).is("period-order", &["is not closed"]);
    }
    office.ok(FINANCE, "2022-06-30", close("2021-04", "2021-06"));
    // What was reopened as a whole is closed as a whole, wherever the book begins.
    office.ok(FINANCE, "2022-06-30", office.reopen("2021-01", "2021-03"));
    office.ok(FINANCE, "2022-06-30", close("2021-01", "2021-03"));
    office.is_sound();
}

#[test]
fn art_54_a_closing_stands_first_in_its_commit() {
    let office = Desk::jiangsu();
    let january = close("2021-01", "2021-01");
    office
        .no(FINANCE, "2021-02-01", (interest(), january))
        .is("period-order", &["first in its commit"]);
    office.ok(FINANCE, "2021-02-01", (january, interest()));
    office.is_sound();
}

#[test]
fn art_55_a_period_is_reopened_by_the_right_office_for_a_reason_and_within_bounds() {
    let office = Desk::jiangsu().closed_until(6);
    let day = "2021-07-10";
    office
        .no(AGENCY, day, office.reopen("2021-03", "2021-04"))
        .is("authority", &["`agency` may not", "finance_department", "`authority reopen_period`"]);
    office
        .no(FINANCE, day, office.reopen("2021-06", "2021-07"))
        .is("period-order", &["the book is closed until 2021-06-30"]);
    let json =
        r#"{"command":"reopen_period","first":"2021-03-01","last":"2021-04-30","reason":""}"#;
    refused(office.any(FINANCE, day, json)).is("voucher-complete", &[]);
    office.ok(FINANCE, day, office.reopen("2021-03", "2021-04"));

    office.ok(AGENCY, "2021-03-01", interest());
    office.ok(AGENCY, "2021-04-30", interest());
    for outside in ["2021-02-28", "2021-05-01"] {
        office.no(AGENCY, outside, interest()).is("period-open", &[outside]);
    }
    // One at a time, and closed as a whole before anything else is.
    office
        .no(FINANCE, day, office.reopen("2021-01", "2021-01"))
        .is("period-order", &["2021-03-01", "2021-04-30"]);
    for (first, last) in [("2021-03", "2021-03"), ("2021-07", "2021-07")] {
        office
            .no(FINANCE, "2021-08-10", close(first, last))
            .is("period-order", &["2021-03-01", "2021-04-30"]);
    }
    office.ok(FINANCE, day, close("2021-03", "2021-04"));
    office.no(AGENCY, "2021-03-01", interest()).is("period-open", &["2021-03-01"]);
    assert_eq!(office.book.standing().unwrap().reopened, None);
    office.ok(FINANCE, "2021-08-10", close("2021-07", "2021-07"));
    office.is_sound();
}

#[test]
fn art_55_a_period_closed_again_has_a_new_revision() {
    let office = Desk::jiangsu().closed_until(3);
    let first = office.closing("2021-02", "2021-02");
    assert_eq!((first.revision, first.first_seq), (1, first.seq));
    office.ok(FINANCE, "2021-05-01", office.reopen("2021-02", "2021-02"));
    office.ok(AGENCY, "2021-02-15", interest());
    office.ok(FINANCE, "2021-05-02", close("2021-02", "2021-02"));
    let again = office.closing("2021-02", "2021-02");
    assert_eq!((again.revision, again.first_seq), (2, first.first_seq));
    assert!(again.seq > first.seq);
    office.is_sound();
}

#[test]
fn art_54_the_past_as_it_was_published_stays() {
    let office = Desk::jiangsu();
    office.ok(AGENCY, "2021-02-10", interest());
    let office = office.closed_until(2);
    let published = office.closing("2021-02", "2021-02").recorded_at.unwrap();
    office.clock.go(crate::given::MINUTE_MICROS);
    office.ok(FINANCE, "2021-05-01", office.reopen("2021-02", "2021-02"));
    office.ok(AGENCY, "2021-02-15", interest());
    office.ok(FINANCE, "2021-05-02", close("2021-02", "2021-02"));
    let february = period("2021-02", "2021-02");
    let total = |at| office.book.statement(february, at).unwrap().income_total().minor();
    assert_eq!((total(Some(published)), total(None)), (100, 200));
    office.is_sound();
}
