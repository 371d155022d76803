//! Reserve, investment, and the ladder of a year that falls short.

use earmark_core::account::{Account, ExpenditureAccount};
use earmark_core::command::{
    AccrueInvestmentGain, AccrueInvestmentLoss, ChargeInvestmentFee, DrawReserve, PayBenefit,
    PlaceInvestment, ReceiveInvestmentReturn, RecoverBenefit, RedeemInvestment, ReportInvestment,
    SetReserveAside, TakeShortfallStep,
};
use earmark_core::fund::{
    EmployeeMedical, EnterprisePension, EnterprisePensionBenefit, Fund, IncomeItem, WorkInjury,
    WorkInjuryBenefit,
};
use earmark_core::register::RegisterKey;
use earmark_core::time::Period;

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

fn injury(amount: &str) -> PayBenefit<WorkInjury, ExpenditureAccount> {
    PayBenefit {
        from: ExpenditureAccount,
        kind: WorkInjuryBenefit::Death,
        to: party(7),
        amount: yuan(amount),
    }
}

#[test]
fn art_13_the_reserve_is_inside_the_balance_until_it_is_drawn() {
    let office: Office<WorkInjury> =
        Office::jiangsu().with_money().released("2021-03-01", "900000");
    office
        .no(AGENCY, "2021-03-02", SetReserveAside { amount: yuan("1000000.01") })
        .is("reserve-kept", &["1,000,000.00", "1,000,000.01"]);
    office.ok(AGENCY, "2021-03-02", SetReserveAside { amount: yuan("300000") });
    assert_eq!(office.holds(Account::Special), 10_000_000, "no money moves");
    assert_eq!(office.book.standing().unwrap().reserve_minor, 30_000_000);

    office
        .no(AGENCY, "2021-03-10", injury("700000.01"))
        .is("reserve-kept", &["would hold 299,999.99, its reserve is 300,000.00"]);
    office.ok(AGENCY, "2021-03-10", injury("700000"));
    let draw = |amount| DrawReserve { amount, reason: office.text("mine accident") };
    office.no(AGENCY, "2021-03-11", draw(yuan("100000"))).is(
        "authority",
        &[
            "`agency` may not",
            "finance_department",
            "`authority draw_reserve`",
            "工伤保险条例 art 13",
        ],
    );
    office
        .no(FINANCE, "2021-03-11", draw(yuan("300000.01")))
        .is("reserve-kept", &["the reserve is 300,000.00, 300,000.01 would be drawn"]);
    office.ok(FINANCE, "2021-03-11", draw(yuan("100000")));
    office.no(AGENCY, "2021-03-12", injury("100000.01")).is("reserve-kept", &["200,000.00"]);
    office.ok(AGENCY, "2021-03-12", injury("100000"));
    office.is_sound();
}

#[test]
fn art_21_placing_below_the_two_month_buffer_is_refused() {
    let office = Pension::jiangsu().with_money().released("2021-02-01", "250000");
    // 240,000.00 in the twelve months before June: two months are 40,000.00.
    let returned = office.ok(AGENCY, "2021-02-10", pension("130000"));
    office.ok(AGENCY, "2021-05-31", pension("120000"));
    office.ok(
        AGENCY,
        "2021-03-10",
        RecoverBenefit {
            of: &returned,
            from: party(7),
            into: ExpenditureAccount,
            amount: yuan("10000"),
        },
    );
    office.no(FINANCE, "2021-06-01", place("720000.01")).is(
        "buffer-first",
        &[
            "2 months of payments are 40,000.00",
            "of 760,000.00 held, 720,000.01 cannot be placed",
            "财社〔2017〕144号 art 37",
            "layer `cn-national-2017`",
        ],
    );
    office.ok(FINANCE, "2021-06-01", place("720000"));
    office.no(FINANCE, "2021-06-02", place("0.01")).is("buffer-first", &["of 40,000.00 held"]);
    // Two months more, and February is not yet out of the twelve months: March 2022 is.
    office.no(FINANCE, "2022-02-28", place("0.01")).is("buffer-first", &["40,000.00"]);
    let says = &["2 months of payments are 18,333.33"];
    office.no(FINANCE, "2022-03-01", place("40000")).is("buffer-first", says);
    assert_eq!(office.holds(Account::Investment), 72_000_000);
    office.is_sound();
}

#[test]
fn art_21_a_layer_that_says_the_fund_may_not_invest_is_kept() {
    let office = Pension::overlaid(
        "[[investment]]\nfund = \"ENT_PENSION\"\nmay = false\n\
         from = 2021-06-01\nsource = \"a province's decision\"\n",
    )
    .with_money();
    office.ok(FINANCE, "2021-05-31", place("1000"));
    office
        .no(FINANCE, "2021-06-01", place("1000"))
        .is("buffer-first", &["may not invest", "layer `town`", "a province's decision"]);
    office.ok(FINANCE, "2021-06-01", RedeemInvestment { amount: yuan("1000") });
    office.is_sound();
}

#[test]
fn art_21_work_injury_may_not_invest() {
    // The type `PlaceInvestment<WorkInjury>` does not exist; the dynamic door has no more.
    let office: Office<WorkInjury> = Office::jiangsu().with_money();
    for json in [
        r#"{"command":"place_investment","amount":"1"}"#,
        r#"{"command":"open_account","account":"investment"}"#,
        r#"{"command":"receive_investment_return","amount":"1"}"#,
        r#"{"command":"accrue_investment_gain","amount":"1"}"#,
    ] {
        refused(office.any(FINANCE, "2021-06-01", json)).is("closed-list", &["WORK_INJURY"]);
    }
    assert!(!WorkInjury::SPEC.invests());
    let rules = office.book.rules().unwrap().unwrap();
    assert!(!rules.may_invest(on("2021-06-01")).unwrap().value);
    // A valuation is no money, but there is nothing to value either.
    let json = r#"{"command":"report_investment","on":"2021-06-01","value":"1","equities":"0"}"#;
    refused(office.any(FINANCE, "2021-06-01", json)).is("closed-list", &["WORK_INJURY"]);
    office.is_sound();
}

#[test]
fn art_21_what_is_placed_gains_loses_pays_fees_and_comes_back() {
    let office = Pension::jiangsu().with_money();
    office.ok(FINANCE, "2021-02-01", place("100000"));
    office.ok(FINANCE, "2021-12-31", AccrueInvestmentGain { amount: yuan("8000") });
    office.ok(FINANCE, "2021-12-31", AccrueInvestmentLoss { amount: yuan("3000") });
    office.ok(FINANCE, "2021-12-31", ChargeInvestmentFee { amount: yuan("500") });
    assert_eq!(office.holds(Account::Investment), 10_450_000);
    let statement = office.book.statement(Period::year(2021).unwrap(), None).unwrap();
    assert_eq!(statement.income_of(IncomeItem::InvestmentReturn).minor(), 450_000);

    office
        .no(FINANCE, "2022-01-10", RedeemInvestment { amount: yuan("104500.01") })
        .is("no-overdraft", &["104,500.00", "104,500.01"]);
    office.ok(FINANCE, "2022-01-10", RedeemInvestment { amount: yuan("104500") });
    office.ok(FINANCE, "2022-01-11", ReceiveInvestmentReturn { amount: yuan("20") });
    assert_eq!(office.holds(Account::Special), 100_452_000);
    office
        .no(FINANCE, "2022-01-12", AccrueInvestmentLoss { amount: yuan("0.01") })
        .is("no-overdraft", &["0.00"]);
    office.is_sound();
}

#[test]
fn art_21_equities_are_at_most_30_percent() {
    let office = Pension::jiangsu().with_money();
    office.ok(FINANCE, "2021-02-01", place("100000"));
    let report = |equities: &str| ReportInvestment {
        on: on("2021-06-30"),
        value: yuan::<EnterprisePension>("100000"),
        equities: yuan(equities),
    };
    office.no(FINANCE, "2021-07-01", report("30000.01")).is(
        "equity-limit",
        &["30,000.01 in a net value of 100,000.00 are over 30,000.00", "国发〔2015〕48号"],
    );
    office.ok(FINANCE, "2021-07-01", report("30000"));
    office.ok(FINANCE, "2021-07-01", report("0"));
    office.is_sound();
}

fn step<F: Fund>(office: &Office<F>, year: &str, step: u32, gave: &str) -> TakeShortfallStep<F> {
    let in_year_of = on(&format!("{year}-06-01"));
    TakeShortfallStep { in_year_of, step, gave: yuan(gave), finding: office.text("looked at") }
}

#[test]
fn art_53_ladder_steps_in_order() {
    let office = Pension::jiangsu().with_money();
    let day = "2021-06-01";
    office.no(FINANCE, day, step(&office, "2021", 2, "0")).is(
        "ladder-order",
        &[
            "in 2021 step 1 comes next (accumulated_deposits)",
            "step 2 (adjustment_or_reserve) was given",
            "财社〔2017〕144号 art 38",
        ],
    );
    office.ok(FINANCE, day, step(&office, "2021", 1, "5000"));
    office
        .no(FINANCE, day, step(&office, "2021", 4, "1"))
        .is("ladder-order", &["step 2 comes next", "step 4 (fiscal_subsidy)"]);
    // A step can give twice, or nothing.
    office.ok(FINANCE, day, step(&office, "2021", 1, "1000"));
    for next in 2..=5 {
        office.ok(FINANCE, day, step(&office, "2021", next, "0"));
    }
    let ladder = office.entry(RegisterKey::Ladder(2021)).step();
    assert_eq!((ladder.step, ladder.gave_minor), (5, 600_000));
    office.no(FINANCE, day, step(&office, "2021", 6, "1")).is("ladder-order", &["step 6 (none)"]);
    office.no(FINANCE, day, step(&office, "2021", 4, "1")).is("ladder-order", &["step 4"]);
    // Each year starts at the bottom.
    office
        .no(FINANCE, "2022-06-01", step(&office, "2022", 3, "1"))
        .is("ladder-order", &["in 2022 step 1 comes next"]);
    office.ok(FINANCE, "2022-06-01", step(&office, "2022", 1, "1"));
    office.is_sound();
}

#[test]
fn art_53_employees_medical_insurance_may_change_the_split_first() {
    let office: Office<EmployeeMedical> = Office::jiangsu();
    for next in 1..=5 {
        office.ok(FINANCE, "2021-06-01", step(&office, "2021", next, "0"));
    }
    let rules = office.book.rules().unwrap().unwrap();
    let ladder = rules.ladder(on("2021-06-01")).unwrap().value;
    assert_eq!(ladder[4].word(), "adjust_split");
    office.ok(FINANCE, "2021-06-01", step(&office, "2021", 6, "0"));
    office.is_sound();
}

#[test]
fn art_53_without_a_profile_there_is_no_ladder() {
    let office = Pension::bare();
    office
        .no(FINANCE, "2021-06-01", step(&office, "2021", 1, "0"))
        .is("ladder-order", &["there is no ladder", "adopted no rule profile"]);
    office.is_sound();
}
