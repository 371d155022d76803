//! Premiums that are due: corrected, refunded, on the days that count.

use earmark_core::account::{Account, SpecialAccount};
use earmark_core::command::{
    ChargeLateFee, CorrectDue, DeclarePremium, ReceiveDuePremium, RefundPremium, Reverse,
    VerifyPremium,
};
use earmark_core::fund::{EnterprisePension, EnterprisePensionPremium as Premium};

use crate::office::*;

type Pension = Office<EnterprisePension>;

const MARCH: &str = "2021-03";

fn declare(base: &str, amount: &str) -> DeclarePremium<EnterprisePension> {
    DeclarePremium {
        payer: party(1),
        kind: Premium::Unit,
        month: month(MARCH),
        persons: 10,
        base: yuan(base),
        amount: yuan(amount),
    }
}

fn verify(base: &str, amount: &str) -> VerifyPremium<EnterprisePension> {
    let DeclarePremium { payer, kind, month, persons, base, amount } = declare(base, amount);
    VerifyPremium { payer, kind, month, persons, base, amount }
}

fn correct(office: &Pension, base: &str, amount: &str) -> CorrectDue<EnterprisePension> {
    let DeclarePremium { payer, kind, month, persons, base, amount } = declare(base, amount);
    let reason = office.text("one person left");
    CorrectDue { payer, kind, month, persons, base, amount, reason }
}

fn receive(amount: &str) -> ReceiveDuePremium<EnterprisePension, SpecialAccount> {
    ReceiveDuePremium {
        into: SpecialAccount,
        kind: Premium::Unit,
        from: party(1),
        month: month(MARCH),
        amount: yuan(amount),
    }
}

fn due(office: Pension, verified_on: &str) -> Pension {
    office.ok(AGENCY, verified_on, declare("625000", "100000"));
    office.ok(AGENCY, verified_on, verify("625000", "100000"));
    office
}

#[test]
fn a_refund_counts_for_no_day_before_the_last_change_of_what_is_due() {
    let office = due(Pension::jiangsu(), "2021-04-10");
    let first = office.ok(TAX, "2021-04-12", receive("40000"));
    office.ok(TAX, "2021-05-20", receive("35000"));
    let refund = RefundPremium { of: &first, from: SpecialAccount, amount: yuan("10000") };
    office.no(AGENCY, "2021-05-19", refund).is(
        "due-fits",
        &["due or received for 2021-03 changed on 2021-05-20; this counts for 2021-05-19"],
    );
    office.ok(AGENCY, "2021-05-20", refund);
    assert_eq!(office.holds(Account::Special), 6_500_000);
    assert_eq!(office.due(party(1), Premium::Unit, month(MARCH)).received_minor, 6_500_000);
    office.is_sound();
}

#[test]
fn the_reversal_of_a_receipt_counts_for_no_day_before_the_last_change() {
    let office = due(Pension::jiangsu(), "2021-04-10");
    let first = office.ok(TAX, "2021-04-12", receive("40000"));
    office.ok(TAX, "2021-05-20", receive("35000"));
    let reason = office.text("booked twice");
    let reverse = Reverse { of: &first, reason };
    office.no(AGENCY, "2021-05-19", reverse).is("due-fits", &["changed on 2021-05-20"]);
    office.ok(AGENCY, "2021-05-20", reverse);
    office.is_sound();
}

#[test]
fn a_due_is_corrected_from_the_first_day_of_its_month_on() {
    // Under the nation's rules alone no office is named for it.
    let office = due(Pension::jiangsu(), "2021-02-20");
    office
        .no(AGENCY, "2021-02-28", correct(&office, "312500", "50000"))
        .is("due-fits", &["nothing is due for 2021-03 on 2021-02-28"]);
    office.ok(AGENCY, "2021-03-01", correct(&office, "312500", "50000"));
    office.ok(AGENCY, "2021-03-02", correct(&office, "0", "0"));
    office.is_sound();
}

#[test]
fn a_due_is_corrected_to_nothing_or_to_a_premium_of_its_base() {
    let office = Pension::overlaid(
        "[[base]]\nfund = \"ENT_PENSION\"\nfloor_of_average = \"0.60\"\ncap_of_average = \"3.00\"\n\
         from = 2018-01-01\nsource = \"a test\"\n\n\
         [[average_wage]]\nmonthly = \"62500.00\"\nfrom = 2018-01-01\nsource = \"a test\"\n",
    );
    let office = due(office, "2021-04-10");
    office
        .no(AGENCY, "2021-04-11", correct(&office, "0", "1"))
        .is("premium-fits", &["the base of 10 persons for 2021-03 is 0.00"]);
    office
        .no(AGENCY, "2021-04-11", correct(&office, "625000", "0"))
        .is("premium-fits", &["is 100,000.00, not 0.00"]);
    // Floor and cap themselves are within.
    for (base, amount) in [("375000", "60000"), ("1875000", "300000"), ("0", "0")] {
        office.ok(AGENCY, "2021-04-11", correct(&office, base, amount));
    }
    for (base, amount) in [("374999.99", "60000"), ("1875000.01", "300000")] {
        office
            .no(AGENCY, "2021-04-12", correct(&office, base, amount))
            .is("premium-fits", &["lies between 375,000.00 and 1,875,000.00"]);
    }
    office.is_sound();
}

#[test]
fn nothing_is_received_for_a_day_before_it_was_verified() {
    let office = due(Pension::jiangsu(), "2021-04-10");
    office
        .no(TAX, "2021-04-09", receive("1"))
        .is("due-fits", &["changed on 2021-04-10; this counts for 2021-04-09"]);
    office.ok(TAX, "2021-04-10", receive("1"));
    office.is_sound();
}

#[test]
fn a_late_fee_changes_nothing_of_what_is_due() {
    let office = due(Pension::jiangsu(), "2021-04-10");
    let fee = ChargeLateFee {
        payer: party(1),
        kind: Premium::Unit,
        month: month(MARCH),
        on: yuan("100000"),
        from: on("2021-05-01"),
        until: on("2021-05-10"),
        amount: yuan("500"),
    };
    office.ok(AGENCY, "2021-05-20", fee);
    // It is charged on 20 May; a premium of 15 May can still be entered.
    office.ok(TAX, "2021-05-15", receive("1"));
    office.is_sound();
}
