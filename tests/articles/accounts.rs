//! Between the accounts of a fund, and what lies between two funds.

use earmark_core::account::{
    Account, ExpenditureAccount, RevenueAccount, SpecialAccount, TreasuryDeposit,
};
use earmark_core::command::{
    ApproveUsePlan, ClosePeriod, HandOverInterest, OpenAccount, PayBenefit, ReceiveInterest,
    ReceiveOtherIncome, ReceivePremium, ReceiveTransferIn, RecoverBenefit, Release, ReturnPayment,
    Reverse, TransferCollections,
};
use earmark_core::event::OtherIncome;
use earmark_core::fund::{
    EmployeeMedical, EmployeeMedicalBenefit, EmployeeMedicalPremium, EnterprisePension,
    EnterprisePensionBenefit, ResidentsPension, ResidentsPensionBenefit, Unemployment,
    UnemploymentBenefit, UnemploymentPremium, WorkInjury, WorkInjuryBenefit,
};
use earmark_core::money::Amount;
use earmark_core::register::RegisterKey;
use earmark_core::rules::Profile;
use earmark_core::time::Period;

use crate::office::*;

fn plan(text: &str, amount: &str) -> ApproveUsePlan<Unemployment> {
    ApproveUsePlan { month: month(text), amount: yuan(amount) }
}

fn release(text: &str, amount: &str) -> Release<Unemployment> {
    Release { plan: month(text), amount: yuan(amount) }
}

fn premium<A>(into: A, amount: &str) -> ReceivePremium<Unemployment, A>
where
    A: earmark_core::flow::Admits<earmark_core::flow::kinds::Premiums>,
{
    ReceivePremium { into, kind: UnemploymentPremium::Unit, from: party(1), amount: yuan(amount) }
}

fn close(text: &str) -> ClosePeriod {
    ClosePeriod { period: Period::month(month(text)) }
}

#[test]
fn art_25_money_is_released_by_the_use_plan_of_its_month() {
    let office: Office<Unemployment> = Office::jiangsu().with_money();
    office.no(AGENCY, "2021-03-01", release("2021-03", "100")).is(
        "use-plan",
        &[
            "use plan of 2021-03 is not approved",
            "财社〔2017〕144号 art 42",
            "`requirement use_plan",
        ],
    );
    office
        .no(AGENCY, "2021-02-25", plan("2021-03", "1000"))
        .is("authority", &["`agency` may not", "finance_department", "approve_use_plan"]);
    office
        .no(AGENCY, "2017-12-31", plan("2021-03", "1000"))
        .is("authority", &["`agency` may not", "finance_department"]);
    office
        .no(FINANCE, "2017-12-31", plan("2021-03", "1000"))
        .is("use-plan", &["2021-03 is not approved as early as 2017-12-31"]);
    office.ok(FINANCE, "2021-02-25", plan("2021-03", "1000"));
    let first = office.ok(AGENCY, "2021-03-01", release("2021-03", "600"));
    office
        .no(AGENCY, "2021-03-15", release("2021-03", "400.01"))
        .is("use-plan", &["has 1,000.00", "600.00 is released", "400.01"]);
    office
        .no(AGENCY, "2021-03-15", release("2021-04", "1"))
        .is("use-plan", &["2021-04 is not approved"]);
    office.ok(AGENCY, "2021-03-15", release("2021-03", "400"));
    office
        .no(FINANCE, "2021-03-16", plan("2021-03", "999.99"))
        .is("use-plan", &["1,000.00 is released", "999.99"]);
    // What a reversal takes back can be released again.
    let reason = office.text("released twice");
    office.ok(AGENCY, "2021-03-17", Reverse { of: &first, reason });
    let entry = office.entry(RegisterKey::Plan(month("2021-03"))).plan();
    assert_eq!((entry.approved_minor, entry.released_minor), (100_000, 40_000));
    office.ok(AGENCY, "2021-03-18", release("2021-03", "600"));
    assert_eq!(office.holds(Account::Expenditure), 100_000);
    office.is_sound();
}

#[test]
fn art_25_interest_of_the_expenditure_account_is_handed_over() {
    let office: Office<Unemployment> =
        Office::jiangsu().with_money().released("2021-03-01", "1000");
    let hand_over = |amount| HandOverInterest { amount };
    office
        .no(AGENCY, "2021-03-31", hand_over(yuan("1")))
        .is("own-interest", &["0.00 of its own interest", "1.00"]);
    office.ok(
        AGENCY,
        "2021-03-31",
        ReceiveInterest { into: ExpenditureAccount, amount: yuan("12.34") },
    );
    office.ok(AGENCY, "2021-03-31", hand_over(yuan("12.34")));
    assert_eq!(office.holds(Account::Expenditure), 100_000);
    office.is_sound();
}

#[test]
fn art_25_the_revenue_account_is_zero_at_month_end_in_principle() {
    let office: Office<Unemployment> = Office::bare().under(Profile::national());
    office.ok(AGENCY, "2021-03-20", premium(RevenueAccount, "500"));
    // A flag lets the close pass.
    office.ok(FINANCE, "2021-04-01", close("2021-03"));
    let why = office.book.why(office.book.last_seq().unwrap()).unwrap().unwrap().to_string();
    assert!(why.contains("revenue_account_zero_at_month_end"), "{why}");
    assert!(why.contains("财社〔2017〕144号 art 40"), "{why}");
    office.is_sound();
}

#[test]
fn art_25_where_a_layer_refuses_it_no_month_closes_with_money_in_the_revenue_account() {
    let profile = national_with(
        "[[requirement]]\nwhat = \"revenue_account_zero_at_month_end\"\nstrength = \"refuse\"\n\
         from = 2021-01-01\nsource = \"a town's rule\"\n",
    );
    let office: Office<Unemployment> = Office::bare().under(profile);
    let received = office.ok(AGENCY, "2021-03-20", premium(RevenueAccount, "500"));
    let reason = office.text("entered twice");
    office.ok(AGENCY, "2021-03-20", premium(RevenueAccount, "70"));
    let transfer = |amount: &str| TransferCollections {
        from: RevenueAccount,
        amount: yuan::<Unemployment>(amount),
    };
    office.ok(AGENCY, "2021-04-01", transfer("70"));
    let refused = || office.no(FINANCE, "2021-04-01", close("2021-03"));
    refused().is(
        "period-order",
        &["holds 570.00 at the end of 2021-03-31", "layer `town`", "a town's rule"],
    );
    office.ok(AGENCY, "2021-03-31", Reverse { of: &received, reason });
    refused().is("period-order", &["holds 70.00 at the end of 2021-03-31"]);
    office.ok(AGENCY, "2021-03-31", premium(RevenueAccount, "30"));
    office.ok(AGENCY, "2021-03-31", transfer("30"));
    refused().is("period-order", &["holds 70.00"]);
    // What left on 1 April should have left in March.
    let left = office.book.trail(&earmark_core::report::TrailFilter::all()).unwrap();
    let late = left.iter().find(|it| it.effective_on() == on("2021-04-01")).unwrap();
    office.ok(AGENCY, "2021-04-01", Reverse { of: late, reason });
    office.ok(AGENCY, "2021-03-31", transfer("70"));
    office.ok(FINANCE, "2021-04-01", close("2021-03"));
    office.is_sound();
}

#[test]
fn art_28_a_tax_area_has_no_revenue_account() {
    let office: Office<Unemployment> = Office::jiangsu();
    let says =
        &["the revenue account", "layer `cn-jiangsu`", "财社〔2017〕144号 art 40", "overrides"];
    office.no(FINANCE, "2021-01-01", OpenAccount(RevenueAccount)).is("account-exists", says);
    office.no(TAX, "2021-03-01", premium(RevenueAccount, "500")).is("account-exists", says);
    office.ok(TAX, "2021-03-01", premium(TreasuryDeposit, "500"));
    office.ok(TAX, "2021-03-02", premium(SpecialAccount, "500"));
    office.is_sound();
}

#[test]
fn art_28_a_revenue_account_that_is_to_be_no_more_can_still_be_emptied() {
    let office: Office<Unemployment> = Office::bare().under(Profile::national());
    office.ok(AGENCY, "2021-03-20", premium(RevenueAccount, "500"));
    let profile = Profile::jiangsu();
    office.ok(FINANCE, "2021-04-01", earmark_core::command::AdoptProfile { profile });
    office.no(AGENCY, "2021-04-02", premium(RevenueAccount, "1")).is("account-exists", &[]);
    let amount = yuan("500");
    office.ok(AGENCY, "2021-04-02", TransferCollections { from: RevenueAccount, amount });
    office.ok(FINANCE, "2021-04-02", earmark_core::command::CloseAccount(RevenueAccount));
    office.is_sound();
}

#[test]
fn art_19_an_account_is_opened_by_who_may_and_used_once_open() {
    let office: Office<Unemployment> = Office::bare();
    let profile = Profile::jiangsu();
    office.ok(FINANCE, "2021-01-01", earmark_core::command::AdoptProfile { profile });
    office.no(AGENCY, "2021-01-01", OpenAccount(SpecialAccount)).is(
        "authority",
        &[
            "`agency` may not",
            "finance_department",
            "`authority open_account`",
            "预算法实施条例 art 52",
        ],
    );
    office
        .no(TAX, "2021-01-02", premium(SpecialAccount, "1"))
        .is("account-open", &["never opened"]);
    office.ok("finance_department/accounts", "2021-01-01", OpenAccount(SpecialAccount));
    office.ok(TAX, "2021-01-02", premium(SpecialAccount, "1"));
    office
        .no("finance_departments", "2021-01-01", OpenAccount(TreasuryDeposit))
        .is("authority", &[]);
    office.is_sound();
}

#[test]
fn art_54_what_the_flow_matrix_does_not_have_is_refused() {
    let office: Office<Unemployment> = Office::jiangsu().with_money();
    for json in [
        r#"{"command":"receive_premium","into":"expenditure","kind":"Unit","from":"P","amount":"1"}"#,
        r#"{"command":"pay_benefit","from":"treasury","kind":"UnemploymentPay","to":"P","amount":"1"}"#,
        r#"{"command":"transfer_collections","from":"expenditure","amount":"1"}"#,
    ] {
        let json = json.replace('P', &party(1).to_string());
        let json = json.replace(&format!("Unemployment{}ay", party(1)), "UnemploymentPay");
        refused(office.any(AGENCY, "2021-03-01", &json)).is("closed-list", &["lawful"]);
    }
    office.is_sound();
}

#[test]
fn x1_the_unemployment_fund_pays_the_medical_premiums_of_the_unemployed() {
    let office: Office<Unemployment> =
        Office::jiangsu().with_money().released("2021-03-01", "1000");
    let medical: Office<EmployeeMedical> = office.beside(nanjing()).under(Profile::jiangsu());
    let collector = party(30);
    let paid = PayBenefit {
        from: ExpenditureAccount,
        kind: UnemploymentBenefit::MedicalPremium,
        to: collector,
        amount: yuan("300"),
    };
    office.ok_on(case(1), AGENCY, "2021-03-05", paid);
    let received = ReceivePremium {
        into: SpecialAccount,
        kind: EmployeeMedicalPremium::ForUnemployed,
        from: party(31),
        amount: yuan("300"),
    };
    let received = medical.ok_on(case(1), AGENCY, "2021-03-05", received);
    let why = medical.book.why(received.seq()).unwrap().unwrap().to_string();
    assert!(why.contains("Social Insurance Law art 48"), "{why}");
    assert_eq!(office.holds(Account::Expenditure), 70_000);
    assert_eq!(medical.holds(Account::Special), 30_000);
    office.is_sound();
}

#[test]
fn x2_a_person_moves_between_two_pension_funds() {
    let office: Office<EnterprisePension> =
        Office::jiangsu().with_money().released("2021-03-01", "1000");
    let residents: Office<ResidentsPension> = office.beside(nanjing()).under(Profile::jiangsu());
    let out = earmark_core::command::PayTransferOut {
        person: party(5),
        to: nanjing(),
        amount: yuan("300"),
    };
    office.ok_on(case(2), AGENCY, "2021-03-05", out);
    let received = ReceiveTransferIn {
        into: SpecialAccount,
        person: party(5),
        from: nanjing(),
        amount: yuan("300"),
    };
    residents.ok_on(case(2), AGENCY, "2021-03-06", received);
    assert_eq!(residents.holds(Account::Special), 30_000);
    office.is_sound();
}

#[test]
fn x3_a_residents_pension_drawn_twice_is_deducted_and_returned() {
    let office: Office<EnterprisePension> =
        Office::jiangsu().with_money().released("2021-06-01", "1000");
    let residents: Office<ResidentsPension> = office
        .beside(nanjing())
        .under(Profile::jiangsu())
        .with_money()
        .released("2021-03-01", "900");
    let drawn = PayBenefit {
        from: ExpenditureAccount,
        kind: ResidentsPensionBenefit::BasicPension,
        to: party(5),
        amount: yuan("160"),
    };
    let drawn = residents.ok(AGENCY, "2021-03-05", drawn);
    let deducted = PayBenefit {
        from: ExpenditureAccount,
        kind: EnterprisePensionBenefit::DuplicateResidentsPension,
        to: party(32),
        amount: yuan("160"),
    };
    office.ok_on(case(3), AGENCY, "2021-06-05", deducted);
    let back = RecoverBenefit {
        of: &drawn,
        from: party(33),
        into: ExpenditureAccount,
        amount: yuan("160"),
    };
    residents.ok_on(case(3), AGENCY, "2021-06-05", back);
    assert_eq!(residents.holds(Account::Expenditure), 90_000);
    assert_eq!(office.holds(Account::Expenditure), 84_000);
    office.is_sound();
}

#[test]
fn x5_what_the_wrong_fund_paid_comes_back_and_the_right_fund_pays() {
    let medical: Office<EmployeeMedical> =
        Office::jiangsu().with_money().released("2021-03-01", "1000");
    let injury: Office<WorkInjury> = medical
        .beside(nanjing())
        .under(Profile::jiangsu())
        .with_money()
        .released("2021-03-01", "900");
    let wrong = PayBenefit {
        from: ExpenditureAccount,
        kind: EmployeeMedicalBenefit::Hospital,
        to: party(9),
        amount: yuan("400"),
    };
    let wrong = medical.ok(AGENCY, "2021-03-05", wrong);
    medical.ok(AGENCY, "2021-04-05", ReturnPayment { of: &wrong, amount: yuan("400") });
    let right = PayBenefit {
        from: ExpenditureAccount,
        kind: WorkInjuryBenefit::Medical,
        to: party(9),
        amount: yuan("400"),
    };
    injury.ok(AGENCY, "2021-04-05", right);
    assert_eq!(medical.holds(Account::Expenditure), 100_000);
    assert_eq!(injury.holds(Account::Expenditure), 50_000);
    medical.is_sound();
}

#[test]
fn x6_one_funeral_grant_is_a_block_that_one_book_cannot_see() {
    // Social Insurance Law art 49: one of the pension, injury and unemployment funds pays. A decision sees
    // one book alone, so nothing here refuses the second; who supervises reads both trails by the person.
    let office: Office<EnterprisePension> =
        Office::jiangsu().with_money().released("2021-03-01", "1000");
    let other: Office<Unemployment> = office
        .beside(nanjing())
        .under(Profile::jiangsu())
        .with_money()
        .released("2021-03-01", "900");
    let heir = party(50);
    let amount = yuan("100");
    let kind = EnterprisePensionBenefit::FuneralAndSurvivors;
    office.ok(
        AGENCY,
        "2021-03-05",
        PayBenefit { from: ExpenditureAccount, kind, to: heir, amount },
    );
    let kind = UnemploymentBenefit::FuneralAndSurvivors;
    let amount = yuan("100");
    other.ok(AGENCY, "2021-03-06", PayBenefit { from: ExpenditureAccount, kind, to: heir, amount });
    let of_heir = earmark_core::report::TrailFilter::all().of_party(heir);
    let grants: usize =
        office.ledger.books().unwrap().iter().map(|it| it.trail(&of_heir).unwrap().len()).sum();
    assert_eq!(grants, 2);
    office.is_sound();
}

#[test]
fn art_58_breach_money_is_income_of_the_fund_of_the_agreement() {
    let office: Office<EmployeeMedical> = Office::jiangsu();
    let amount: Amount<EmployeeMedical> = yuan("2500");
    let kind = OtherIncome::BreachMoney;
    let income = ReceiveOtherIncome { into: SpecialAccount, kind, from: party(9), amount };
    office.ok(AGENCY, "2021-03-05", income);
    assert_eq!(office.holds(Account::Special), 250_000);
    office.is_sound();
}

#[test]
fn art_25_releases_of_one_commit_count_together() {
    let office: Office<Unemployment> = Office::jiangsu().with_money();
    office
        .no(
            FINANCE,
            "2021-03-01",
            (plan("2021-03", "1000"), release("2021-03", "600"), release("2021-03", "400.01")),
        )
        .is("use-plan", &["600.00 is released; 400.01"]);
    office.ok(
        FINANCE,
        "2021-03-01",
        (plan("2021-03", "1000"), release("2021-03", "600"), release("2021-03", "400")),
    );
    assert_eq!(office.holds(Account::Expenditure), 100_000);
    office.is_sound();
}

#[test]
fn art_25_a_month_that_was_reopened_with_others_is_zero_at_its_own_end_too() {
    let profile = national_with(
        "[[requirement]]\nwhat = \"revenue_account_zero_at_month_end\"\nstrength = \"refuse\"\n\
         from = 2021-01-01\nsource = \"a town's rule\"\n",
    );
    let office: Office<Unemployment> = Office::bare().under(profile);
    office.ok(FINANCE, "2021-05-01", close("2021-03"));
    office.ok(FINANCE, "2021-05-01", close("2021-04"));
    let period = Period::new(on("2021-03-01"), on("2021-04-30")).unwrap();
    let reason = office.text("audit finding 3");
    office.ok(FINANCE, "2021-05-02", earmark_core::command::ReopenPeriod { period, reason });
    office.ok(AGENCY, "2021-03-31", premium(RevenueAccount, "500"));
    let amount = yuan("500");
    let moved =
        office.ok(AGENCY, "2021-04-01", TransferCollections { from: RevenueAccount, amount });
    office
        .no(FINANCE, "2021-05-03", ClosePeriod { period })
        .is("period-order", &["holds 500.00 at the end of 2021-03-31", "layer `town`"]);
    office.ok(AGENCY, "2021-04-01", Reverse { of: &moved, reason });
    office.ok(AGENCY, "2021-03-31", TransferCollections { from: RevenueAccount, amount });
    office.ok(FINANCE, "2021-05-03", ClosePeriod { period });
    office.is_sound();
}
