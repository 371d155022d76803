//! Claims, payments and demands.

use earmark_core::account::{Account, ExpenditureAccount, SpecialAccount};
use earmark_core::command::{
    AgreeProvider, AnyCommand, DemandRecovery, FileClaim, PayBenefit, ReceivePremium,
    RecoverBenefit, ResumeBenefit, ReturnPayment, Reverse, SettleDirectly, StopBenefit,
    VerifyClaim, WaiveRecovery,
};
use earmark_core::event::Recorded;
use earmark_core::fund::{WorkInjury, WorkInjuryBenefit as Benefit, WorkInjuryPremium};

use crate::office::*;

type Injury = Office<WorkInjury>;

const PERSON: u128 = 7;
const EMPLOYER: u128 = 8;
const HOSPITAL: u128 = 9;

fn paying() -> Injury {
    Injury::jiangsu().with_money().released("2021-03-01", "500000")
}

fn file(liable: Option<u128>) -> FileClaim<WorkInjury> {
    FileClaim {
        case: case(1),
        person: party(PERSON),
        kind: Benefit::Medical,
        occurred_on: on("2021-02-20"),
        liable: liable.map(party),
        amount: yuan("12000"),
    }
}

fn approve(amount: &str, instalments: u32) -> VerifyClaim<WorkInjury> {
    let payable_from = on("2021-03-01");
    VerifyClaim { case: case(1), amount: yuan(amount), payable_from, instalments }
}

fn pay(to: u128, amount: &str) -> PayBenefit<WorkInjury, ExpenditureAccount> {
    PayBenefit {
        from: ExpenditureAccount,
        kind: Benefit::Medical,
        to: party(to),
        amount: yuan(amount),
    }
}

fn demand<'a>(
    office: &Injury,
    of: &'a Recorded<WorkInjury>,
    amount: &str,
) -> DemandRecovery<'a, WorkInjury> {
    DemandRecovery {
        of,
        from: party(PERSON),
        amount: yuan(amount),
        instalments: 1,
        first_on: None,
        reason: office.text("overpaid"),
    }
}

fn recover<'a>(
    of: &'a Recorded<WorkInjury>,
    from: u128,
    amount: &str,
) -> RecoverBenefit<'a, WorkInjury, ExpenditureAccount> {
    RecoverBenefit { of, from: party(from), into: ExpenditureAccount, amount: yuan(amount) }
}

#[test]
fn a_claim_is_not_verified_or_refused_before_it_was_filed() {
    let office = paying();
    office.ok(AGENCY, "2021-03-02", file(None));
    office
        .no(AGENCY, "2021-03-01", approve("1", 1))
        .is("claim-fits", &["filed on 2021-03-02, later than this"]);
    office.ok(AGENCY, "2021-03-02", approve("1", 1));
    office.is_sound();
}

#[test]
fn a_claim_is_not_paid_before_the_day_of_its_verification() {
    let office = paying();
    office.ok(AGENCY, "2021-03-02", file(None));
    office.ok(AGENCY, "2021-03-05", approve("10", 1));
    office
        .no_on(case(1), AGENCY, "2021-03-04", pay(PERSON, "10"))
        .is("claim-fits", &["verified on 2021-03-05, not by 2021-03-04"]);
    office.ok_on(case(1), AGENCY, "2021-03-05", pay(PERSON, "10"));
    office.is_sound();
}

#[test]
fn the_event_insured_may_be_on_the_day_of_the_claim() {
    let office = paying();
    office.ok(AGENCY, "2021-02-20", file(None));
    office.is_sound();
}

#[test]
fn the_agreement_that_settlement_wants_is_not_wanted_for_a_payment_out_of_the_expenditure_account()
{
    let office = paying();
    let agreed = AgreeProvider { provider: party(HOSPITAL), from: on("2021-06-01"), until: None };
    office.ok(AGENCY, "2021-03-02", agreed);
    let settle = SettleDirectly { kind: Benefit::Medical, to: party(HOSPITAL), amount: yuan("10") };
    office
        .no(AGENCY, "2021-05-31", settle)
        .is("provider-in-force", &["no agreement", "in force on 2021-05-31"]);
    office.ok(AGENCY, "2021-05-31", pay(HOSPITAL, "10"));
    office.ok(AGENCY, "2021-06-01", settle);
    // Whom no agreement names is not asked for one.
    let other = SettleDirectly { to: party(10), ..settle };
    office.ok(AGENCY, "2021-05-31", other);
    office.is_sound();
}

#[test]
fn a_demand_stays_between_what_was_settled_and_what_was_paid() {
    let office = paying();
    let paid = office.ok(AGENCY, "2021-03-12", pay(PERSON, "10000"));
    office.ok(AGENCY, "2021-04-01", demand(&office, &paid, "6000"));
    office.ok(AGENCY, "2021-04-02", recover(&paid, PERSON, "2000"));
    let waive = WaiveRecovery {
        of: &paid,
        amount: yuan("3000"),
        reason: office.text("nothing is left of him"),
    };
    office.ok(FINANCE, "2021-04-03", waive);
    // 2,000.00 came back and 3,000.00 is written off: neither is undone by a smaller demand.
    office.no(AGENCY, "2021-04-04", demand(&office, &paid, "4999.99")).is(
        "recovery-fits",
        &["paid 10,000.00", "5,000.00 of it came back or was written off", "4,999.99"],
    );
    office.ok(AGENCY, "2021-04-04", demand(&office, &paid, "5000"));
    // What was recovered is part of what is demanded.
    office.no(AGENCY, "2021-04-05", demand(&office, &paid, "10000.01")).is("recovery-fits", &[]);
    office.ok(AGENCY, "2021-04-05", demand(&office, &paid, "10000"));
    office.is_sound();
}

#[test]
fn what_the_bank_returns_in_the_same_commit_is_not_demanded() {
    let office = paying();
    let paid = office.ok(AGENCY, "2021-03-12", pay(PERSON, "10000"));
    let back = || ReturnPayment { of: &paid, amount: yuan("4000") };
    office
        .no(AGENCY, "2021-04-01", (back(), demand(&office, &paid, "6000.01")))
        .is("recovery-fits", &["4,000.00 of it came back", "6,000.01"]);
    office.ok(AGENCY, "2021-04-01", (back(), demand(&office, &paid, "6000")));
    office.is_sound();
}

#[test]
fn what_is_taken_back_twice_in_one_commit_is_no_more_than_there_was() {
    let office = paying();
    let paid = office.ok(AGENCY, "2021-03-12", pay(PERSON, "10000"));
    let back = |amount: &str| ReturnPayment { of: &paid, amount: yuan(amount) };
    office.ok(AGENCY, "2021-04-01", back("1000"));
    office
        .no(AGENCY, "2021-04-01", (back("5000"), back("4000.01")))
        .is("corrected-once", &["6,000.00 has been taken back", "4,000.01"]);
    office.ok(AGENCY, "2021-04-01", (back("5000"), back("4000")));
    office.is_sound();
}

#[test]
fn a_demand_names_no_payment_of_its_own_commit_and_not_itself() {
    let office = paying();
    let voucher = office.voucher(AGENCY, "2021-04-01");
    let before = office.book.last_seq().unwrap();
    for of in [before + 1, before + 2, before + 3] {
        let payment = AnyCommand::PayBenefit {
            from: Account::Expenditure,
            kind: "Medical".to_owned(),
            to: party(PERSON),
            amount: "10".to_owned(),
        };
        let demand = AnyCommand::DemandRecovery {
            of,
            from: party(PERSON),
            amount: "1".to_owned(),
            instalments: 1,
            first_on: None,
            reason: "agency".to_owned(),
        };
        refused(office.book.record_any(office.key(), &[(voucher, payment), (voucher, demand)]))
            .is("recovery-fits", &["is no recorded payment of a benefit"]);
    }
    office.is_sound();
}

#[test]
fn a_return_that_was_not_paid_again_can_be_reversed() {
    let office = paying();
    office.ok(AGENCY, "2021-03-02", file(Some(EMPLOYER)));
    office.ok(AGENCY, "2021-03-05", approve("10000", 1));
    let paid = office.ok_on(case(1), AGENCY, "2021-03-12", pay(PERSON, "10000"));
    let back = office.ok(AGENCY, "2021-03-15", ReturnPayment { of: &paid, amount: yuan("10000") });
    let reason = office.text("the bank was wrong");
    office.ok(AGENCY, "2021-03-16", Reverse { of: &back, reason });
    assert_eq!(office.claim(case(1)).paid_minor, 1_000_000);
    office.is_sound();
}

#[test]
fn the_reversal_of_what_the_person_paid_back_stays_within_what_was_verified() {
    // The person, not who is liable, paid back: what is paid on the claim is reduced, and rises again.
    let office = paying();
    office.ok(AGENCY, "2021-03-02", file(Some(EMPLOYER)));
    office.ok(AGENCY, "2021-03-05", approve("10000", 1));
    let paid = office.ok_on(case(1), AGENCY, "2021-03-12", pay(PERSON, "10000"));
    let back = office.ok(AGENCY, "2021-03-15", recover(&paid, PERSON, "4000"));
    office.ok(AGENCY, "2021-03-16", approve("6000", 1));
    let reason = office.text("the cheque bounced");
    office
        .no(AGENCY, "2021-03-17", Reverse { of: &back, reason })
        .is("claim-fits", &["6,000.00 was verified", "6,000.00 paid", "4,000.00"]);
    office.ok(AGENCY, "2021-03-18", approve("10000", 1));
    office.ok(AGENCY, "2021-03-19", Reverse { of: &back, reason });
    assert_eq!(office.claim(case(1)).paid_minor, 1_000_000);
    office.is_sound();
}

#[test]
fn the_reversal_of_what_a_claim_without_a_liable_party_got_back_stays_within_it() {
    let office = paying();
    office.ok(AGENCY, "2021-03-02", file(None));
    office.ok(AGENCY, "2021-03-05", approve("10000", 1));
    let paid = office.ok_on(case(1), AGENCY, "2021-03-12", pay(PERSON, "10000"));
    let back = office.ok(AGENCY, "2021-03-15", recover(&paid, EMPLOYER, "4000"));
    office.ok(AGENCY, "2021-03-16", approve("6000", 1));
    let reason = office.text("the cheque bounced");
    office
        .no(AGENCY, "2021-03-17", Reverse { of: &back, reason })
        .is("claim-fits", &["6,000.00 was verified"]);
    office.is_sound();
}

#[test]
fn a_return_is_not_undone_once_it_is_paid_again_whoever_is_liable() {
    // The person is liable: a return is the bank's all the same, not what the liable party paid back.
    let office = paying();
    office.ok(AGENCY, "2021-03-02", file(Some(PERSON)));
    office.ok(AGENCY, "2021-03-05", approve("10000", 1));
    let paid = office.ok_on(case(1), AGENCY, "2021-03-12", pay(PERSON, "10000"));
    let back = office.ok(AGENCY, "2021-03-15", ReturnPayment { of: &paid, amount: yuan("10000") });
    office.ok_on(case(1), AGENCY, "2021-03-16", pay(PERSON, "10000"));
    assert_eq!(office.claim(case(1)).paid_minor, 1_000_000);
    let reason = office.text("the bank was wrong");
    office
        .no(AGENCY, "2021-03-17", Reverse { of: &back, reason })
        .is("claim-fits", &["of what came back 0.00 is not paid again"]);
    office.is_sound();
}

#[test]
fn a_payment_that_was_reversed_is_no_instalment() {
    let office = paying();
    office.ok(AGENCY, "2021-03-02", file(None));
    office.ok(AGENCY, "2021-03-05", approve("10000", 1));
    let paid = office.ok_on(case(1), AGENCY, "2021-03-12", pay(PERSON, "10000"));
    let reason = office.text("booked for another");
    office.ok(AGENCY, "2021-03-13", Reverse { of: &paid, reason });
    let claim = office.claim(case(1));
    assert_eq!((claim.payments, claim.paid_minor, claim.returned_minor), (0, 0, 0));
    office.ok_on(case(1), AGENCY, "2021-03-14", pay(PERSON, "10000"));
    office.no_on(case(1), AGENCY, "2021-03-15", pay(PERSON, "0.01")).is("claim-fits", &[]);
    office.is_sound();
}

#[test]
fn money_that_comes_in_on_a_case_is_not_paid_on_its_claim() {
    let office = paying();
    office.ok(AGENCY, "2021-03-02", file(None));
    office.ok(AGENCY, "2021-03-05", approve("10000", 1));
    let before = office.claim(case(1));
    let premium = ReceivePremium {
        into: SpecialAccount,
        kind: WorkInjuryPremium::Unit,
        from: party(PERSON),
        amount: yuan("10000"),
    };
    office.ok_on(case(1), AGENCY, "2021-03-06", premium);
    assert_eq!(office.claim(case(1)), before);
    office.ok_on(case(1), AGENCY, "2021-03-12", pay(PERSON, "10000"));
    office.is_sound();
}

#[test]
fn what_the_bank_returns_is_written_off_no_more() {
    let office = paying();
    let paid = office.ok(AGENCY, "2021-03-12", pay(PERSON, "10000"));
    office.ok(AGENCY, "2021-04-01", demand(&office, &paid, "10000"));
    office.ok(AGENCY, "2021-04-02", recover(&paid, PERSON, "2000"));
    let reason = office.text("nothing is left of him");
    office.ok(FINANCE, "2021-04-03", WaiveRecovery { of: &paid, amount: yuan("5000"), reason });
    office.ok(AGENCY, "2021-04-04", ReturnPayment { of: &paid, amount: yuan("4000") });
    let recovery = office.recovery(&paid);
    assert_eq!(
        (recovery.demanded_minor, recovery.recovered_minor, recovery.waived_minor),
        (600_000, 200_000, 400_000)
    );
    assert_eq!(recovery.outstanding_minor(), 0);
    office.is_sound();
}

#[test]
fn a_benefit_is_paid_from_the_first_day_of_its_resumption_on() {
    let office = paying();
    let reason = office.text("looked into");
    let (person, kind) = (party(PERSON), Benefit::Medical);
    let stop = |from: &str| StopBenefit { person, kind, from: on(from), reason };
    let resume = |from: &str| ResumeBenefit { person, kind, from: on(from), reason };
    office.ok(AGENCY, "2021-04-01", stop("2021-04-01"));
    office.ok(AGENCY, "2021-03-31", pay(PERSON, "1"));
    office.ok(AGENCY, "2021-05-01", resume("2021-05-01"));
    // Nothing is paid any more for a day before the resumption, whether or not it was stopped.
    for day in ["2021-03-31", "2021-04-01", "2021-04-30"] {
        office.no(AGENCY, day, pay(PERSON, "1")).is("benefit-not-stopped", &["2021-04-01"]);
    }
    for day in ["2021-05-01", "2021-05-02", "2021-12-31"] {
        office.ok(AGENCY, day, pay(PERSON, "1"));
    }
    office.is_sound();
}
