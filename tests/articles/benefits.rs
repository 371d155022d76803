//! Benefits: claimed, verified, paid, returned, stopped, recovered; providers; advance payment.

use earmark_core::account::{Account, ExpenditureAccount, SpecialAccount};
use earmark_core::command::{
    AgreeProvider, DemandRecovery, EndProvider, FileClaim, PayBenefit, RecoverBenefit, RefuseClaim,
    Release, ResumeBenefit, ReturnPayment, Reverse, SettleDirectly, StopBenefit, VerifyClaim,
    WaiveRecovery,
};
use earmark_core::event::{Kind, Recorded};
use earmark_core::fund::{
    EnterprisePension, ExpenditureItem, IncomeItem, WorkInjury, WorkInjuryBenefit as Benefit,
};
use earmark_core::id::Link;
use earmark_core::register::ClaimStatus;
use earmark_core::rules::Profile;
use earmark_core::time::Period;

use crate::office::*;

type Injury = Office<WorkInjury>;

const PERSON: u128 = 7;
const EMPLOYER: u128 = 8;
const HOSPITAL: u128 = 9;

fn file(number: u128, liable: Option<u128>) -> FileClaim<WorkInjury> {
    FileClaim {
        case: case(number),
        person: party(PERSON),
        kind: Benefit::Medical,
        occurred_on: on("2021-02-20"),
        liable: liable.map(party),
        amount: yuan("12000"),
    }
}

fn approve(number: u128, amount: &str, instalments: u32) -> VerifyClaim<WorkInjury> {
    let payable_from = on("2021-03-10");
    VerifyClaim { case: case(number), amount: yuan(amount), payable_from, instalments }
}

fn pay(to: u128, amount: &str) -> PayBenefit<WorkInjury, ExpenditureAccount> {
    PayBenefit {
        from: ExpenditureAccount,
        kind: Benefit::Medical,
        to: party(to),
        amount: yuan(amount),
    }
}

fn settle(to: u128, amount: &str) -> SettleDirectly<WorkInjury> {
    SettleDirectly { kind: Benefit::Medical, to: party(to), amount: yuan(amount) }
}

impl Injury {
    /// 500,000.00 in the expenditure account from 2021-03-01.
    fn paying() -> Self {
        Self::jiangsu().with_money().released("2021-03-01", "500000")
    }

    /// Claim 1 over 12,000.00, of which 10,000.00 is verified, paid from 2021-03-10.
    fn with_claim(self, instalments: u32) -> Self {
        self.ok(AGENCY, "2021-03-02", file(1, None));
        self.ok(AGENCY, "2021-03-05", approve(1, "10000", instalments));
        self
    }

    fn paid(&self, day: &str, amount: &str) -> Recorded<WorkInjury> {
        self.ok_on(case(1), AGENCY, day, pay(PERSON, amount))
    }

    fn outgo(&self, year: i32) -> i128 {
        let statement = self.book.statement(Period::year(year).unwrap(), None).unwrap();
        statement.expenditure_of(ExpenditureItem::Benefit).minor()
    }

    fn other_income(&self, year: i32) -> i128 {
        let statement = self.book.statement(Period::year(year).unwrap(), None).unwrap();
        statement.income_of(IncomeItem::Other).minor()
    }

    fn stop(&self, from: &str) -> StopBenefit<WorkInjury> {
        StopBenefit {
            person: party(PERSON),
            kind: Benefit::Medical,
            from: on(from),
            reason: self.text("treatment ended"),
        }
    }

    fn resume(&self, from: &str) -> ResumeBenefit<WorkInjury> {
        ResumeBenefit {
            person: party(PERSON),
            kind: Benefit::Medical,
            from: on(from),
            reason: self.text("treatment goes on"),
        }
    }

    fn demand<'a>(
        &self,
        of: &'a Recorded<WorkInjury>,
        amount: &str,
        instalments: u32,
    ) -> DemandRecovery<'a, WorkInjury> {
        DemandRecovery {
            of,
            from: party(PERSON),
            amount: yuan(amount),
            instalments,
            first_on: None,
            reason: self.text("overpaid"),
        }
    }

    fn waive<'a>(
        &self,
        of: &'a Recorded<WorkInjury>,
        amount: &str,
    ) -> WaiveRecovery<'a, WorkInjury> {
        WaiveRecovery { of, amount: yuan(amount), reason: self.text("the employer is dissolved") }
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
fn art_24_a_benefit_is_claimed_verified_and_paid() {
    let office = Injury::paying();
    let no = |claim: Link, what| office.no_on(claim, AGENCY, "2021-03-12", what);
    office.ok(AGENCY, "2021-03-02", file(1, None));
    no(case(1), pay(PERSON, "1")).is("claim-fits", &["not verified"]);
    office.ok(AGENCY, "2021-03-05", approve(1, "10000", 1));
    assert_eq!(office.claim(case(1)).claimed_minor, 1_200_000);

    office
        .no_on(case(1), AGENCY, "2021-03-09", pay(PERSON, "10000"))
        .is("claim-fits", &["paid from 2021-03-10 on, not on 2021-03-09"]);
    no(case(1), pay(PERSON, "10000.01"))
        .is("claim-fits", &["10,000.00 was verified", "0.00 paid", "10,000.01"]);
    no(case(1), PayBenefit { kind: Benefit::Death, ..pay(PERSON, "1") })
        .is("claim-fits", &["another kind of benefit"]);
    no(case(1), pay(6, "1")).is("claim-fits", &["neither who claimed nor a provider"]);

    let paid = office.paid("2021-03-12", "10000");
    let claim = office.claim(case(1));
    assert_eq!((claim.paid_minor, claim.payments), (1_000_000, 1));
    assert_eq!(paid.event().correlation(), Some(case(1)));
    assert_eq!(office.holds(Account::Expenditure), 49_000_000);
    no(case(1), pay(PERSON, "1")).is("claim-fits", &["10,000.00 paid", "1.00"]);
    office.is_sound();
}

#[test]
fn art_24_a_claim_is_filed_once_verified_after_and_refused_for_a_reason() {
    let office = Injury::paying();
    let reason = office.text("not insured");
    office.no(AGENCY, "2021-03-02", approve(1, "1", 1)).is("claim-fits", &["is no claim"]);
    office
        .no(AGENCY, "2021-02-19", file(1, None))
        .is("claim-fits", &["2021-02-20 is later than the claim"]);
    office.ok(AGENCY, "2021-03-02", file(1, None));
    office.no(AGENCY, "2021-03-02", file(1, None)).is("claim-fits", &["a claim already"]);
    office.ok(AGENCY, "2021-03-03", RefuseClaim { case: case(1), reason });
    assert_eq!(office.claim(case(1)).status, ClaimStatus::Refused);
    office.no(AGENCY, "2021-03-04", approve(1, "1", 1)).is("claim-fits", &["was refused"]);
    office
        .no_on(case(1), AGENCY, "2021-03-12", pay(PERSON, "1"))
        .is("claim-fits", &["the claim was refused"]);

    office.ok(AGENCY, "2021-03-02", file(2, None));
    office.ok(AGENCY, "2021-03-05", approve(2, "100", 2));
    office.ok_on(case(2), AGENCY, "2021-03-12", pay(PERSON, "60"));
    office
        .no(AGENCY, "2021-03-13", RefuseClaim { case: case(2), reason })
        .is("claim-fits", &["paid in part"]);
    office
        .no(AGENCY, "2021-03-13", approve(2, "59.99", 2))
        .is("claim-fits", &["60.00 is paid", "59.99"]);
    office.ok(AGENCY, "2021-03-13", approve(2, "60", 2));
    office.is_sound();
}

#[test]
fn art_24_where_a_layer_says_so_nothing_is_paid_without_a_claim() {
    let office = Injury::overlaid(
        "[[requirement]]\nwhat = \"claim_before_payment\"\nstrength = \"refuse\"\n\
         from = 2021-01-01\nsource = \"a town's rule\"\n",
    )
    .with_money()
    .released("2021-03-01", "500000")
    .with_claim(1);
    for refusal in [
        office.no(AGENCY, "2021-03-12", pay(PERSON, "100")),
        office.no_on(case(5), AGENCY, "2021-03-12", pay(PERSON, "100")),
    ] {
        refusal.is("claim-fits", &["`requirement claim_before_payment` of layer `town`"]);
    }
    office.paid("2021-03-12", "10000");
    office.is_sound();
}

#[test]
fn art_24_a_benefit_is_paid_in_its_instalments() {
    let office = Injury::paying().with_claim(3);
    for day in ["2021-03-10", "2021-04-10", "2021-05-10"] {
        office.paid(day, "3000");
    }
    office
        .no_on(case(1), AGENCY, "2021-06-10", pay(PERSON, "1000"))
        .is("claim-fits", &["all 3 instalments are paid"]);
    office.ok(AGENCY, "2021-06-11", approve(1, "10000", 4));
    office.paid("2021-06-11", "1000");
    assert_eq!(office.claim(case(1)).paid_minor, 1_000_000);
    office.is_sound();
}

#[test]
fn art_24_what_the_bank_returns_is_paid_again() {
    let office = Injury::paying().with_claim(1);
    let paid = office.paid("2021-03-12", "10000");
    let back = ReturnPayment { of: &paid, amount: yuan("10000") };
    let back = office.ok(AGENCY, "2021-03-15", back);
    assert_eq!(back.kind(), Kind::PaymentReturned);
    assert_eq!(office.holds(Account::Expenditure), 50_000_000);
    assert_eq!(
        (office.claim(case(1)).paid_minor, office.claim(case(1)).returned_minor),
        (0, 1_000_000)
    );
    office
        .no(AGENCY, "2021-03-16", ReturnPayment { of: &paid, amount: yuan("0.01") })
        .is("corrected-once", &["10,000.00 has been taken back"]);
    office.paid("2021-03-17", "10000");
    assert_eq!(office.outgo(2021), 1_000_000);
    // It was not returned after all: but it was paid again, and would be paid twice.
    let reason = office.text("the bank was wrong");
    office
        .no(AGENCY, "2021-03-18", Reverse { of: &back, reason })
        .is("claim-fits", &["of what came back 0.00 is not paid again"]);
    office.is_sound();
}

#[test]
fn art_25_a_stopped_benefit_is_not_paid_until_resumed() {
    let office = Injury::paying().with_claim(9);
    office
        .no(AGENCY, "2021-03-20", office.resume("2021-04-01"))
        .is("benefit-not-stopped", &["is not stopped on that day"]);
    office.ok(AGENCY, "2021-03-20", office.stop("2021-04-01"));
    office.paid("2021-03-31", "100");
    let stopped = || office.no_on(case(1), AGENCY, "2021-04-01", pay(PERSON, "100"));
    stopped().is("benefit-not-stopped", &["is stopped from 2021-04-01 on"]);
    office.no(AGENCY, "2021-04-20", pay(PERSON, "100")).is("benefit-not-stopped", &["2021-04-01"]);
    // Another kind of benefit goes on.
    let disability = PayBenefit { kind: Benefit::Disability, ..pay(PERSON, "100") };
    office.ok(AGENCY, "2021-04-20", disability);
    // A stop is not weakened by another one with a later day.
    office
        .no(AGENCY, "2021-04-20", office.stop("2021-06-01"))
        .is("benefit-not-stopped", &["is stopped from 2021-04-01 on already"]);
    stopped().is("benefit-not-stopped", &["2021-04-01"]);

    office
        .no(AGENCY, "2021-05-02", office.resume("2021-03-31"))
        .is("benefit-not-stopped", &["is not stopped on that day"]);
    office.ok(AGENCY, "2021-05-02", office.resume("2021-05-01"));
    stopped().is("benefit-not-stopped", &["2021-04-01"]);
    office.paid("2021-05-01", "100");
    office
        .no(AGENCY, "2021-05-03", office.resume("2021-05-02"))
        .is("benefit-not-stopped", &["is not stopped on that day"]);
    office.ok(AGENCY, "2021-06-01", office.stop("2021-06-01"));
    office
        .no_on(case(1), AGENCY, "2021-06-01", pay(PERSON, "100"))
        .is("benefit-not-stopped", &["2021-06-01"]);
    office.is_sound();
}

#[test]
fn art_58_recovery_in_the_same_year_reduces_the_expenditure() {
    let office = Injury::paying().with_claim(1);
    let paid = office.paid("2021-03-12", "10000");
    let back = office.ok(AGENCY, "2021-12-31", recover(&paid, PERSON, "4000"));
    assert_eq!(back.kind(), Kind::BenefitRecovered);
    assert_eq!((office.outgo(2021), office.other_income(2021)), (600_000, 0));
    assert_eq!(office.claim(case(1)).paid_minor, 600_000);
    office
        .no_on(case(1), AGENCY, "2021-12-31", pay(PERSON, "4000"))
        .is("claim-fits", &["all 1 instalments are paid"]);
    let into = SpecialAccount;
    let elsewhere = RecoverBenefit { of: &paid, from: party(PERSON), into, amount: yuan("1") };
    office.no(AGENCY, "2021-12-31", elsewhere).is("recovery-year", &["2021", "special"]);
    office.is_sound();
}

#[test]
fn art_58_recovery_in_a_later_year_is_other_income() {
    let office = Injury::paying().with_claim(1);
    let paid = office.paid("2021-03-12", "10000");
    let into = SpecialAccount;
    let late = RecoverBenefit { of: &paid, from: party(PERSON), into, amount: yuan("4000") };
    let back = office.ok(AGENCY, "2022-01-01", late);
    assert_eq!(back.kind(), Kind::LateBenefitRecovered);
    assert_eq!((office.outgo(2021), office.outgo(2022)), (1_000_000, 0));
    assert_eq!(office.other_income(2022), 400_000);
    office.is_sound();
}

#[test]
fn art_58_recovery_restores_the_same_fund() {
    let office = Injury::paying().with_claim(1);
    let pension: Office<EnterprisePension> =
        office.beside(nanjing()).under(Profile::jiangsu()).with_money();
    let before = office.book.head().unwrap().state.total_minor();
    let other = pension.book.head().unwrap().state.total_minor();
    let paid = office.paid("2021-03-12", "10000");
    office.ok(AGENCY, "2021-03-20", recover(&paid, EMPLOYER, "10000"));
    assert_eq!(office.book.head().unwrap().state.total_minor(), before);
    assert_eq!(pension.book.head().unwrap().state.total_minor(), other);
    // Through the typed door it does not compile. Through the dynamic one the other book has no such
    // payment.
    let json = format!(
        r#"{{"command":"recover_benefit","of":{},"from":"{}","into":"expenditure","amount":"1"}}"#,
        paid.seq(),
        party(PERSON)
    );
    refused(pension.any(AGENCY, "2021-03-20", &json)).is("original-fits", &[]);
    office.is_sound();
}

#[test]
fn art_58_what_is_overpaid_is_demanded_back_in_instalments() {
    let office = Injury::paying().with_claim(1);
    let paid = office.paid("2021-03-12", "10000");
    office
        .no(AGENCY, "2021-04-01", office.demand(&paid, "10000.01", 3))
        .is("recovery-fits", &["paid 10,000.00", "10,000.01 cannot be demanded"]);
    office.ok(AGENCY, "2021-04-01", office.demand(&paid, "6000", 3));
    assert_eq!(
        (office.recovery(&paid).demanded_minor, office.recovery(&paid).instalments),
        (600_000, 3)
    );
    office.ok(AGENCY, "2021-05-01", recover(&paid, PERSON, "2000"));
    let second = office.ok(AGENCY, "2021-06-01", recover(&paid, PERSON, "2000"));
    assert_eq!(office.recovery(&paid).outstanding_minor(), 200_000);
    office
        .no(AGENCY, "2021-06-02", office.demand(&paid, "3999.99", 3))
        .is("recovery-fits", &["4,000.00", "3,999.99"]);
    let reason = office.text("the cheque bounced");
    office.ok(AGENCY, "2021-06-03", Reverse { of: &second, reason });
    assert_eq!(office.recovery(&paid).outstanding_minor(), 400_000);
    office.ok(AGENCY, "2021-07-01", recover(&paid, PERSON, "4000"));
    assert_eq!(office.recovery(&paid).outstanding_minor(), 0);

    let released = office.book.event(paid.seq() - 3).unwrap().unwrap();
    assert_ne!(released.kind(), Kind::BenefitPaid);
    office
        .no(AGENCY, "2021-07-02", office.demand(&released, "1", 1))
        .is("recovery-fits", &["is no recorded payment of a benefit"]);
    office.is_sound();
}

#[test]
fn art_58_what_came_back_from_the_bank_is_not_demanded() {
    let office = Injury::paying().with_claim(1);
    let paid = office.paid("2021-03-12", "10000");
    office.ok(AGENCY, "2021-04-01", office.demand(&paid, "10000", 1));
    let back = office.ok(AGENCY, "2021-04-02", ReturnPayment { of: &paid, amount: yuan("10000") });
    assert_eq!(office.recovery(&paid).outstanding_minor(), 0);
    office
        .no(FINANCE, "2021-04-03", office.waive(&paid, "0.01"))
        .is("recovery-fits", &["0.00 of event", "0.01 cannot be written off"]);
    office
        .no(AGENCY, "2021-04-03", office.demand(&paid, "0.01", 1))
        .is("recovery-fits", &["10,000.00 of it came back"]);
    let reason = office.text("the bank was wrong");
    office.ok(AGENCY, "2021-04-04", Reverse { of: &back, reason });
    office.ok(AGENCY, "2021-04-05", office.demand(&paid, "10000", 1));
    office.is_sound();
}

#[test]
fn art_30_an_advance_payment_is_owed_by_who_is_liable() {
    let office = Injury::paying();
    office.ok(AGENCY, "2021-03-02", file(1, Some(EMPLOYER)));
    office.ok(AGENCY, "2021-03-05", approve(1, "10000", 2));
    let paid = office.paid("2021-03-12", "10000");
    let recovery = office.recovery(&paid);
    assert_eq!(recovery.liable, Some(party(EMPLOYER)));
    assert_eq!(recovery.outstanding_minor(), 1_000_000);

    office.ok(AGENCY, "2021-04-12", recover(&paid, EMPLOYER, "7000"));
    assert_eq!(office.recovery(&paid).outstanding_minor(), 300_000);
    // The person keeps what was paid, and is not paid again with what the employer pays back.
    office
        .no_on(case(1), AGENCY, "2021-04-13", pay(PERSON, "7000"))
        .is("claim-fits", &["10,000.00 was verified", "10,000.00 paid"]);

    office
        .no(AGENCY, "2021-05-01", office.waive(&paid, "3000"))
        .is("authority", &["`agency` may not", "finance_department", "工伤保险经办规程 art 100"]);
    // Dated before anybody was named for it, it would be dated before the payment.
    office
        .no(AGENCY, "2017-12-31", office.waive(&paid, "3000"))
        .is("authority", &["`agency` may not", "finance_department"]);
    office
        .no(FINANCE, "2017-12-31", office.waive(&paid, "3000"))
        .is("after-original", &["2021-03-12", "2017-12-31"]);
    office
        .no(FINANCE, "2021-05-01", office.waive(&paid, "3000.01"))
        .is("recovery-fits", &["3,000.00 of event", "3,000.01"]);
    office.ok(FINANCE, "2021-05-01", office.waive(&paid, "3000"));
    let recovery = office.recovery(&paid);
    assert_eq!((recovery.waived_minor, recovery.outstanding_minor()), (300_000, 0));
    assert_eq!(office.outgo(2021), 300_000, "what is written off stays an expenditure");
    office
        .no(FINANCE, "2021-05-02", office.waive(&paid, "0.01"))
        .is("recovery-fits", &["0.00 of event"]);
    office.is_sound();
}

#[test]
fn art_30_an_advance_that_the_bank_returns_is_owed_by_nobody() {
    let office = Injury::paying();
    office.ok(AGENCY, "2021-03-02", file(1, Some(EMPLOYER)));
    office.ok(AGENCY, "2021-03-05", approve(1, "10000", 1));
    let paid = office.paid("2021-03-12", "10000");
    office.ok(AGENCY, "2021-03-15", ReturnPayment { of: &paid, amount: yuan("10000") });
    assert_eq!(office.recovery(&paid).outstanding_minor(), 0);
    let again = office.paid("2021-03-16", "10000");
    assert_eq!(office.recovery(&again).outstanding_minor(), 1_000_000);

    let reason = office.text("paid to the wrong account");
    office.ok(AGENCY, "2021-03-17", Reverse { of: &again, reason });
    assert_eq!(office.recovery(&again).outstanding_minor(), 0);
    office.is_sound();
}

#[test]
fn art_24_an_item_is_paid_while_the_catalogue_has_it() {
    let office = Injury::overlaid(
        "[[purpose]]\nfund = \"WORK_INJURY\"\nlist = \"benefit\"\nname = \"Prevention\"\n\
         open = false\nfrom = 2021-05-01\nuntil = 2021-08-31\nsource = \"a town's catalogue\"\n",
    )
    .with_money()
    .released("2021-03-01", "500000");
    let prevention = PayBenefit { kind: Benefit::Prevention, ..pay(PERSON, "100") };
    let paid = office.ok(AGENCY, "2021-04-30", prevention);
    for day in ["2021-05-01", "2021-08-31"] {
        office.no(AGENCY, day, prevention).is(
            "purpose-in-force",
            &["`Prevention`", "layer `town`", "a town's catalogue", "until 2021-08-31"],
        );
    }
    // What was paid while it was open can still come back.
    office.ok(AGENCY, "2021-05-02", ReturnPayment { of: &paid, amount: yuan("100") });
    office.ok(AGENCY, "2021-09-01", prevention);
    office.is_sound();
}

#[test]
fn art_24_providers_are_settled_with_directly_while_their_agreement_holds() {
    let office = Injury::paying();
    let agreed = AgreeProvider {
        provider: party(HOSPITAL),
        from: on("2021-03-01"),
        until: Some(on("2021-06-30")),
    };
    office.ok(AGENCY, "2021-02-25", agreed);
    office
        .no(AGENCY, "2021-02-28", settle(HOSPITAL, "100"))
        .is("provider-in-force", &["no agreement", "in force on 2021-02-28"]);
    office.ok(AGENCY, "2021-03-01", settle(HOSPITAL, "100"));
    office.ok(AGENCY, "2021-06-30", settle(HOSPITAL, "100"));
    office
        .no(AGENCY, "2021-07-01", settle(HOSPITAL, "100"))
        .is("provider-in-force", &["ended", "2021-07-01"]);
    assert_eq!(office.holds(Account::Special), 50_000_000 - 20_000);

    // On a claim, the provider who treated the person is paid in place of the person.
    let office = office.with_claim(1);
    office.ok_on(case(1), AGENCY, "2021-06-01", settle(HOSPITAL, "10000"));
    assert_eq!(office.claim(case(1)).paid_minor, 1_000_000);
    office.is_sound();
}

#[test]
fn art_57_ended_provider_cannot_be_paid() {
    let office = Injury::paying();
    let provider = party(HOSPITAL);
    let agreed = |from| AgreeProvider { provider, from: on(from), until: None };
    let end = |from| EndProvider { provider, from: on(from), reason: office.text("fraud") };
    office.no(AGENCY, "2021-03-01", end("2021-03-01")).is("provider-in-force", &["no agreement"]);
    office.ok(AGENCY, "2021-01-01", agreed("2021-01-01"));
    office.ok(AGENCY, "2021-04-01", end("2021-05-01"));
    office.ok(AGENCY, "2021-04-30", settle(HOSPITAL, "100"));
    let ended = |day: &str| {
        for refusal in [
            office.no(AGENCY, day, settle(HOSPITAL, "100")),
            office.no(AGENCY, day, pay(HOSPITAL, "100")),
        ] {
            refusal.is("provider-in-force", &["the agreement with", day]);
        }
    };
    ended("2021-05-01");
    // An end is not put off by another, nor undone before a new agreement begins.
    office.no(AGENCY, "2021-05-02", end("2021-12-01")).is("provider-in-force", &["no agreement"]);
    office.ok(AGENCY, "2021-06-01", agreed("2022-01-01"));
    ended("2021-05-01");
    ended("2021-12-31");
    office.ok(
        FINANCE,
        "2022-01-01",
        earmark_core::command::ApproveUsePlan { month: month("2022-01"), amount: yuan("1000") },
    );
    let office = office.with_budget(2022);
    office.ok(AGENCY, "2022-01-01", Release { plan: month("2022-01"), amount: yuan("1000") });
    office.ok(AGENCY, "2022-01-01", settle(HOSPITAL, "100"));
    office.ok(AGENCY, "2022-01-01", pay(HOSPITAL, "100"));
    office.is_sound();
}

#[test]
fn art_54_no_benefit_leaves_a_pension_funds_special_account() {
    let office: Office<EnterprisePension> = Office::jiangsu().with_money();
    let json = format!(
        r#"{{"command":"settle_directly","kind":"BasicPension","to":"{}","amount":"1"}}"#,
        party(PERSON)
    );
    refused(office.any(AGENCY, "2021-03-01", &json)).is("closed-list", &["ENT_PENSION"]);
    office.is_sound();
}

#[test]
fn art_24_a_claim_can_be_filed_verified_and_paid_in_one_commit() {
    let office = Injury::paying();
    let all = |amount: &str| {
        (file(1, None), approve(1, "10000", 2), pay(PERSON, "6000"), pay(PERSON, amount))
    };
    office
        .no_on(case(1), AGENCY, "2021-03-12", all("4000.01"))
        .is("claim-fits", &["6,000.00 paid; 4,000.01"]);
    office.ok_on(case(1), AGENCY, "2021-03-12", all("4000"));
    assert_eq!(office.claim(case(1)).payments, 2);
    let then =
        office.book.entries_as_of(earmark_core::report::AsOf::day(on("2021-03-11"))).unwrap();
    assert!(!then.contains_key(&earmark_core::register::RegisterKey::Claim(case(1))));
    office.is_sound();
}

#[test]
fn art_30_an_advance_written_off_and_then_returned_is_settled_once() {
    let office = Injury::paying();
    office.ok(AGENCY, "2021-03-02", file(1, Some(EMPLOYER)));
    office.ok(AGENCY, "2021-03-05", approve(1, "10000", 1));
    let paid = office.paid("2021-03-12", "10000");
    office.ok(FINANCE, "2021-05-01", office.waive(&paid, "10000"));
    let back = office.ok(AGENCY, "2021-05-02", ReturnPayment { of: &paid, amount: yuan("10000") });
    let recovery = office.recovery(&paid);
    assert_eq!((recovery.waived_minor, recovery.outstanding_minor()), (0, 0));
    let reason = office.text("the bank was wrong");
    office.ok(AGENCY, "2021-05-03", Reverse { of: &back, reason });
    assert_eq!(office.recovery(&paid).outstanding_minor(), 1_000_000);
    office.ok(AGENCY, "2021-05-04", recover(&paid, EMPLOYER, "10000"));
    assert_eq!(office.recovery(&paid).outstanding_minor(), 0);
    office.is_sound();
}

#[test]
fn art_30_reversing_what_the_liable_party_paid_leaves_the_claim_as_it_was() {
    let office = Injury::paying();
    office.ok(AGENCY, "2021-03-02", file(1, Some(EMPLOYER)));
    office.ok(AGENCY, "2021-03-05", approve(1, "10000", 2));
    let paid = office.paid("2021-03-12", "10000");
    let back = office.ok(AGENCY, "2021-04-12", recover(&paid, EMPLOYER, "7000"));
    let reason = office.text("the cheque bounced");
    office.ok(AGENCY, "2021-04-13", Reverse { of: &back, reason });
    assert_eq!(office.claim(case(1)).paid_minor, 1_000_000);
    assert_eq!(office.recovery(&paid).outstanding_minor(), 1_000_000);
    office.is_sound();
}

#[test]
fn art_24_a_matter_on_a_case_is_filed_under_that_case() {
    // Whatever case the voucher is tied to: a claim's own case goes before it.
    let office = Injury::paying();
    office.ok_on(case(5), AGENCY, "2021-03-02", file(1, None));
    assert_eq!(office.claim(case(1)).status, ClaimStatus::Filed);
    assert_eq!(office.claim(case(5)).status, ClaimStatus::Unknown);
    office.is_sound();
}

#[test]
fn art_25_what_was_stopped_once_stays_unpaid_after_a_second_stop() {
    let office = Injury::paying();
    let stop = |from: &str| StopBenefit {
        person: party(7),
        kind: Benefit::Medical,
        from: on(from),
        reason: office.text("a stop cause"),
    };
    let resume = ResumeBenefit {
        person: party(7),
        kind: Benefit::Medical,
        from: on("2021-05-01"),
        reason: office.text("it fell away"),
    };
    let pay = || PayBenefit {
        from: ExpenditureAccount,
        kind: Benefit::Medical,
        to: party(7),
        amount: yuan("10"),
    };
    office.ok(AGENCY, "2021-03-01", stop("2021-03-01"));
    office.ok(AGENCY, "2021-05-01", resume);
    office.no(AGENCY, "2021-04-10", pay()).is("benefit-not-stopped", &[]);
    office.ok(AGENCY, "2021-06-01", stop("2021-06-01"));
    office.no(AGENCY, "2021-04-10", pay()).is("benefit-not-stopped", &[]);
    office.ok(AGENCY, "2021-05-10", pay());
    office.is_sound();
}

#[test]
fn art_57_a_new_agreement_does_not_cover_the_days_before_it() {
    let office = Injury::paying();
    let agree = |from: &str, until: Option<&str>| AgreeProvider {
        provider: party(9),
        from: on(from),
        until: until.map(on),
    };
    let pay = || PayBenefit {
        from: ExpenditureAccount,
        kind: Benefit::Medical,
        to: party(9),
        amount: yuan("10"),
    };
    office.ok(AGENCY, "2021-01-05", agree("2021-01-05", Some("2021-03-31")));
    office.no(AGENCY, "2021-04-10", pay()).is("provider-in-force", &[]);
    office.ok(AGENCY, "2021-05-01", agree("2021-05-01", None));
    office.no(AGENCY, "2021-04-10", pay()).is("provider-in-force", &[]);
    office.ok(AGENCY, "2021-05-02", pay());
    office.is_sound();
}
