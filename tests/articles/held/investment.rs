//! The months of payments that come before an investment.

use earmark_core::account::ExpenditureAccount;
use earmark_core::command::{PayBenefit, PlaceInvestment, Reverse};
use earmark_core::fund::{EnterprisePension, EnterprisePensionBenefit};

use crate::office::*;

type Pension = Office<EnterprisePension>;

fn place(amount: &str) -> PlaceInvestment<EnterprisePension> {
    PlaceInvestment { amount: yuan(amount) }
}

fn pension(amount: &str) -> PayBenefit<EnterprisePension, ExpenditureAccount> {
    PayBenefit {
        from: ExpenditureAccount,
        kind: EnterprisePensionBenefit::BasicPension,
        to: party(7),
        amount: yuan(amount),
    }
}

#[test]
fn a_payment_that_was_reversed_is_not_one_of_the_months_of_payments() {
    let office = Pension::jiangsu().with_money().released("2021-02-01", "250000");
    office.ok(AGENCY, "2021-02-10", pension("60000"));
    let twice = office.ok(AGENCY, "2021-02-11", pension("60000"));
    let reason = office.text("entered twice");
    office.ok(AGENCY, "2021-02-12", Reverse { of: &twice, reason });
    // Of twelve months 60,000.00 is left: two months are 10,000.00 of 940,000.00.
    office
        .no(FINANCE, "2021-06-01", place("930000.01"))
        .is("buffer-first", &["2 months of payments are 10,000.00", "of 940,000.00 held"]);
    office.no(FINANCE, "2021-06-01", place("750000.01")).is("no-overdraft", &[]);
    office.ok(FINANCE, "2021-06-01", place("750000"));
    office.is_sound();
}

#[test]
fn money_is_not_placed_in_the_commit_that_pays() {
    let office = Pension::jiangsu().with_money().released("2021-02-01", "250000");
    office
        .no(FINANCE, "2021-06-01", (pension("1"), place("1")))
        .is("buffer-first", &["placed before benefits are paid, or in a commit of its own"]);
    office
        .no(FINANCE, "2021-06-01", (pension("1"), office_interest(), place("1")))
        .is("buffer-first", &["placed before benefits are paid, or in a commit of its own"]);
    office.ok(FINANCE, "2021-06-01", (place("1"), pension("1")));
    office.is_sound();
}

fn office_interest()
-> earmark_core::command::ReceiveInterest<EnterprisePension, earmark_core::account::SpecialAccount>
{
    let into = earmark_core::account::SpecialAccount;
    earmark_core::command::ReceiveInterest { into, amount: yuan("1") }
}
