//! The dynamic door: each command of a matter, as JSON, gives the same event as the typed one.
//!
//! Two ledgers with the same history, secret and clock: one through the typed door, one through the other.

use std::collections::BTreeSet;

use earmark_core::account::{ExpenditureAccount, InvestmentAccount, SpecialAccount};
use earmark_core::command::*;
use earmark_core::event::{Kind, Recorded, Text};
use earmark_core::fund::{
    EnterprisePension, EnterprisePensionBenefit as Benefit, EnterprisePensionPremium as Premium,
    ExpenditureItem, Fund,
};
use earmark_core::id::area;
use earmark_core::register::BudgetLine;
use earmark_core::rules::Profile;
use earmark_core::time::Period;
use serde_json::{Value, json};

use crate::office::*;

/// The same office twice, and which commands it was asked through the dynamic door.
struct Twins<F: Fund> {
    typed: Office<F>,
    any: Office<F>,
    asked: BTreeSet<String>,
}

impl<F: Fund> Twins<F> {
    fn new(make: impl Fn() -> Office<F>) -> Self {
        let twins = Self { typed: make(), any: make(), asked: BTreeSet::new() };
        assert_eq!(twins.typed.book.head().unwrap(), twins.any.book.head().unwrap());
        twins
    }

    fn text(&self, text: &str) -> Text {
        self.any.text(text);
        self.typed.text(text)
    }

    /// Asks both for the same and finds the same event, byte for byte: the roots are equal.
    #[track_caller]
    fn same(&mut self, actor: &str, day: &str, what: impl Commands<F>, json: Value) -> Recorded<F> {
        let typed = self.typed.ok(actor, day, what);
        self.dynamic(actor, day, None, json);
        self.compare(typed)
    }

    /// As [`same`](Self::same), on the case 1.
    #[track_caller]
    fn same_on(
        &mut self,
        actor: &str,
        day: &str,
        what: impl Commands<F>,
        json: Value,
    ) -> Recorded<F> {
        let typed = self.typed.ok_on(case(1), actor, day, what);
        self.dynamic(actor, day, Some(1), json);
        self.compare(typed)
    }

    #[track_caller]
    fn dynamic(&mut self, actor: &str, day: &str, on_case: Option<u128>, json: Value) {
        let command: AnyCommand = serde_json::from_value(json.clone()).unwrap();
        assert_eq!(serde_json::to_value(&command).unwrap(), json, "the JSON goes both ways");
        self.asked.insert(json["command"].as_str().unwrap().to_owned());
        let voucher = self.any.voucher(actor, day);
        let voucher = on_case.map_or(voucher, |number| voucher.correlated(case(number)));
        let recorded = self.any.book.record_any(self.any.key(), &[(voucher, command)]);
        recorded.unwrap_or_else(|error| panic!("{error}"));
    }

    #[track_caller]
    fn compare(&self, typed: Recorded<F>) -> Recorded<F> {
        let any = self.any.book.event(self.any.book.last_seq().unwrap()).unwrap().unwrap();
        assert_eq!(typed.event(), any.event());
        assert_eq!(self.typed.book.head().unwrap(), self.any.book.head().unwrap());
        typed
    }

    fn are_sound(&self, commands: &[&str]) {
        self.typed.is_sound();
        self.any.is_sound();
        let missing: Vec<_> = commands.iter().filter(|it| !self.asked.contains(**it)).collect();
        assert!(missing.is_empty(), "not asked: {missing:?}");
    }
}

fn pension() -> Twins<EnterprisePension> {
    Twins::new(|| Office::jiangsu().with_money().released("2021-03-01", "100000"))
}

#[test]
fn premiums_through_the_dynamic_door() {
    let mut twins = pension();
    let payer = party(1);
    let (kind, march, persons) = (Premium::Unit, month("2021-03"), 10);
    let (base, amount) = (yuan("625000"), yuan("100000"));
    let reason = twins.text("one person left");
    let fields = json!({
        "payer": payer, "kind": "Unit", "month": "2021-03", "persons": 10,
        "base": "625000.00", "amount": "100000.00",
    });
    let with = |command: &str, other: Value| {
        let mut json = fields.clone();
        json["command"] = command.into();
        for (name, value) in other.as_object().unwrap() {
            json[name] = value.clone();
        }
        json
    };
    let declare = DeclarePremium { payer, kind, month: march, persons, base, amount };
    twins.same(AGENCY, "2021-04-05", declare, with("declare_premium", json!({})));
    let verify = VerifyPremium { payer, kind, month: march, persons, base, amount };
    twins.same(AGENCY, "2021-04-10", verify, with("verify_premium", json!({})));
    let correct = CorrectDue {
        payer,
        kind,
        month: march,
        persons,
        base: yuan("500000"),
        amount: yuan("80000"),
        reason,
    };
    let changed = json!({"base": "500000.00", "amount": "80000.00", "reason": "one person left"});
    twins.same(AGENCY, "2021-04-11", correct, with("correct_due", changed));
    let april = month("2021-04");
    let assess = AssessPremium { payer, kind, month: april, amount: yuan("88000") };
    twins.same(
        AGENCY,
        "2021-05-01",
        assess,
        json!({
            "command": "assess_premium", "payer": payer, "kind": "Unit", "month": "2021-04",
            "amount": "88000.00",
        }),
    );
    let fee = ChargeLateFee {
        payer,
        kind,
        month: march,
        on: yuan("80000"),
        from: on("2021-05-01"),
        until: on("2021-05-10"),
        amount: yuan("400"),
    };
    twins.same(
        AGENCY,
        "2021-05-10",
        fee,
        json!({
            "command": "charge_late_fee", "payer": payer, "kind": "Unit", "month": "2021-03",
            "on": "80000.00", "from": "2021-05-01", "until": "2021-05-10", "amount": "400.00",
        }),
    );
    let into = SpecialAccount;
    let receive = ReceiveDuePremium { into, kind, from: payer, month: march, amount: yuan("5") };
    twins.same(
        TAX,
        "2021-05-11",
        receive,
        json!({
            "command": "receive_due_premium", "into": "special", "kind": "Unit", "from": payer,
            "month": "2021-03", "amount": "5.00",
        }),
    );
    twins.are_sound(&[
        "declare_premium",
        "verify_premium",
        "correct_due",
        "assess_premium",
        "charge_late_fee",
        "receive_due_premium",
    ]);
}

#[test]
fn benefits_through_the_dynamic_door() {
    let mut twins = pension();
    let (person, liable) = (party(7), Some(party(8)));
    let why = twins.text("why");
    let kind = Benefit::BasicPension;
    let occurred_on = on("2021-02-20");
    let file = |number, liable| FileClaim {
        case: case(number),
        person,
        kind,
        occurred_on,
        liable,
        amount: yuan::<EnterprisePension>("100"),
    };
    for (number, liable) in [(1, liable), (2, None)] {
        twins.same(
            AGENCY,
            "2021-03-02",
            file(number, liable),
            json!({
                "command": "file_claim", "case": case(number), "person": person,
                "kind": "BasicPension", "occurred_on": "2021-02-20", "liable": liable,
                "amount": "100.00",
            }),
        );
    }
    let payable_from = on("2021-03-05");
    let verify = VerifyClaim { case: case(1), amount: yuan("90"), payable_from, instalments: 3 };
    twins.same(
        AGENCY,
        "2021-03-05",
        verify,
        json!({
            "command": "verify_claim", "case": case(1), "amount": "90.00",
            "payable_from": "2021-03-05", "instalments": 3,
        }),
    );
    let refuse = RefuseClaim { case: case(2), reason: why };
    let json = json!({"command": "refuse_claim", "case": case(2), "reason": "why"});
    twins.same(AGENCY, "2021-03-06", refuse, json);
    let from = ExpenditureAccount;
    let pay = PayBenefit { from, kind, to: person, amount: yuan("90") };
    let paid = twins.same_on(
        AGENCY,
        "2021-03-07",
        pay,
        json!({
            "command": "pay_benefit", "from": "expenditure", "kind": "BasicPension", "to": person,
            "amount": "90.00",
        }),
    );
    let demand = DemandRecovery {
        of: &paid,
        from: party(8),
        amount: yuan("80"),
        instalments: 2,
        first_on: Some(on("2021-05-01")),
        reason: why,
    };
    twins.same(
        AGENCY,
        "2021-04-01",
        demand,
        json!({
            "command": "demand_recovery", "of": paid.seq(), "from": party(8), "amount": "80.00",
            "instalments": 2, "first_on": "2021-05-01", "reason": "why",
        }),
    );
    let waive = WaiveRecovery { of: &paid, amount: yuan("30"), reason: why };
    twins.same(
        FINANCE,
        "2021-04-02",
        waive,
        json!({
            "command": "waive_recovery", "of": paid.seq(), "amount": "30.00", "reason": "why",
        }),
    );
    let stop = StopBenefit { person, kind, from: on("2021-05-01"), reason: why };
    twins.same(
        AGENCY,
        "2021-04-03",
        stop,
        json!({
            "command": "stop_benefit", "person": person, "kind": "BasicPension",
            "from": "2021-05-01", "reason": "why",
        }),
    );
    let resume = ResumeBenefit { person, kind, from: on("2021-06-01"), reason: why };
    twins.same(
        AGENCY,
        "2021-04-04",
        resume,
        json!({
            "command": "resume_benefit", "person": person, "kind": "BasicPension",
            "from": "2021-06-01", "reason": "why",
        }),
    );
    let provider = party(9);
    let until = Some(on("2021-12-31"));
    let agree = AgreeProvider { provider, from: on("2021-01-01"), until };
    twins.same(
        AGENCY,
        "2021-04-05",
        agree,
        json!({
            "command": "agree_provider", "provider": provider, "from": "2021-01-01",
            "until": "2021-12-31",
        }),
    );
    let end = EndProvider { provider, from: on("2021-06-01"), reason: why };
    twins.same(
        AGENCY,
        "2021-04-06",
        end,
        json!({
            "command": "end_provider", "provider": provider, "from": "2021-06-01", "reason": "why",
        }),
    );
    twins.are_sound(&[
        "file_claim",
        "verify_claim",
        "refuse_claim",
        "demand_recovery",
        "waive_recovery",
        "stop_benefit",
        "resume_benefit",
        "agree_provider",
        "end_provider",
    ]);
}

#[test]
fn plans_through_the_dynamic_door() {
    let mut twins = pension();
    let why = twins.text("why");
    let line = BudgetLine::Expenditure(ExpenditureItem::Benefit);
    let (year, amount) = (2022, yuan("70"));
    twins.same(
        AGENCY,
        "2021-12-01",
        DraftBudgetLine { year, line, amount },
        json!({
            "command": "draft_budget_line", "year": 2022, "line": "expenditure_benefit",
            "amount": "70.00",
        }),
    );
    let approval =
        ApproveBudget { year, income: yuan("0"), expenditure: amount, deficit_reason: Some(why) };
    twins.same(
        CONGRESS,
        "2021-12-02",
        approval,
        json!({
            "command": "approve_budget", "year": 2022, "income": "0.00", "expenditure": "70.00",
            "deficit_reason": "why",
        }),
    );
    let adjust = AdjustBudgetLine { year, line, amount: yuan("0"), reason: why };
    twins.same(
        AGENCY,
        "2022-01-02",
        adjust,
        json!({
            "command": "adjust_budget_line", "year": 2022, "line": "expenditure_benefit",
            "amount": "0.00", "reason": "why",
        }),
    );
    twins.same(
        GOVERNMENT,
        "2022-01-03",
        ApproveAdjustments { year, reason: why },
        json!({
            "command": "approve_adjustments", "year": 2022, "reason": "why",
        }),
    );
    twins.same(
        FINANCE,
        "2021-04-01",
        ApproveUsePlan { month: month("2021-04"), amount },
        json!({
            "command": "approve_use_plan", "month": "2021-04", "amount": "70.00",
        }),
    );
    let step =
        TakeShortfallStep { in_year_of: on("2021-06-01"), step: 1, gave: yuan("0"), finding: why };
    twins.same(
        FINANCE,
        "2021-06-01",
        step,
        json!({
            "command": "take_shortfall_step", "in_year_of": "2021-06-01", "step": 1, "gave": "0.00",
            "finding": "why",
        }),
    );
    twins.same(
        FINANCE,
        "2021-06-02",
        SetReserveAside { amount },
        json!({
            "command": "set_reserve_aside", "amount": "70.00",
        }),
    );
    twins.same(
        FINANCE,
        "2021-06-03",
        DrawReserve { amount: yuan("60"), reason: why },
        json!({
            "command": "draw_reserve", "amount": "60.00", "reason": "why",
        }),
    );
    twins.are_sound(&[
        "draft_budget_line",
        "approve_budget",
        "adjust_budget_line",
        "approve_adjustments",
        "approve_use_plan",
        "take_shortfall_step",
        "set_reserve_aside",
        "draw_reserve",
    ]);
}

#[test]
fn investments_reorganisations_and_time_through_the_dynamic_door() {
    let mut twins = pension();
    let why = twins.text("why");
    let amount = yuan("50");
    twins.same(
        FINANCE,
        "2021-06-01",
        PlaceInvestment { amount: yuan("1000") },
        json!({
            "command": "place_investment", "amount": "1000.00",
        }),
    );
    twins.same(
        FINANCE,
        "2021-06-30",
        AccrueInvestmentGain { amount },
        json!({
            "command": "accrue_investment_gain", "amount": "50.00",
        }),
    );
    twins.same(
        FINANCE,
        "2021-06-30",
        AccrueInvestmentLoss { amount: yuan("20") },
        json!({
            "command": "accrue_investment_loss", "amount": "20.00",
        }),
    );
    twins.same(
        FINANCE,
        "2021-06-30",
        ChargeInvestmentFee { amount: yuan("5") },
        json!({
            "command": "charge_investment_fee", "amount": "5.00",
        }),
    );
    let (value, equities) = (yuan("1025"), yuan("300"));
    let report = ReportInvestment { on: on("2021-06-30"), value, equities };
    twins.same(
        FINANCE,
        "2021-07-01",
        report,
        json!({
            "command": "report_investment", "on": "2021-06-30", "value": "1025.00",
            "equities": "300.00",
        }),
    );
    let january = Period::month(month("2021-01"));
    let closed = twins.same(
        FINANCE,
        "2021-07-02",
        ClosePeriod { period: january },
        json!({
            "command": "close_period", "first": "2021-01-01", "last": "2021-01-31",
        }),
    );
    let roll = twins.typed.book.roll(january).unwrap().unwrap();
    twins.same(
        AGENCY,
        "2021-07-02",
        AttestRoll::of(&roll),
        json!({
            "command": "attest_roll", "closing": closed.seq(),
        }),
    );
    let (party, event) = (Some(party(1)), Some(closed.seq()));
    twins.same(AGENCY, "2021-07-02", BindDetail { party, event, commitment: [0xa5; 32] }, json!({
        "command": "bind_detail", "party": party, "event": closed.seq(), "commitment": "a5".repeat(32),
    }));
    twins.same(FINANCE, "2021-07-03", ReopenPeriod { period: january, reason: why }, json!({
        "command": "reopen_period", "first": "2021-01-01", "last": "2021-01-31", "reason": "why",
    }));
    let province = area("320000").unwrap();
    let in_ = ReorganiseIn { into: InvestmentAccount, from: province, amount: yuan("7") };
    twins.same(
        GOVERNMENT,
        "2022-01-01",
        in_,
        json!({
            "command": "reorganise_in", "into": "investment", "from": "320000", "amount": "7.00",
        }),
    );
    let out = ReorganiseOut { from: InvestmentAccount, to: province, amount: yuan("1032") };
    twins.same(
        GOVERNMENT,
        "2022-01-02",
        out,
        json!({
            "command": "reorganise_out", "from": "investment", "to": "320000", "amount": "1032.00",
        }),
    );
    let profile = Profile::national();
    let text = profile.text().to_owned();
    twins.same(
        GOVERNMENT,
        "2022-01-03",
        AdoptProfile { profile },
        json!({
            "command": "adopt_profile", "profile": text,
        }),
    );
    twins.are_sound(&[
        "accrue_investment_gain",
        "accrue_investment_loss",
        "charge_investment_fee",
        "report_investment",
        "close_period",
        "attest_roll",
        "bind_detail",
        "reopen_period",
        "reorganise_in",
        "reorganise_out",
        "adopt_profile",
    ]);
}

earmark_core::fund! {
    /// Old-age and survivors insurance of the United States, which borrowed in 1982.
    Oasi {
        code: "US_OASI", name: "old-age and survivors insurance" "老年及遗属保险",
        currency: USD, jurisdiction: Other, invests: no, settles_across_provinces: no,
        transfers: no, settles_directly: no, borrows: yes,
    }
    premiums OasiPremium { PayrollTax = 1 "payroll tax" "工薪税" => Premium, }
    benefits OasiBenefit {
        OldAge = 1 "old-age benefit" "老年待遇" => Benefit,
        Administration = 2 "administration" "管理费用" => Administration,
    }
}

earmark_core::fund! {
    /// Disability insurance of the United States, which lent.
    Di {
        code: "US_DI", name: "disability insurance" "残疾保险",
        currency: USD, jurisdiction: Other, invests: no, settles_across_provinces: no,
        transfers: no, settles_directly: no, borrows: yes,
    }
    premiums DiPremium { PayrollTax = 1 "payroll tax" "工薪税" => Premium, }
    benefits DiBenefit {
        Disability = 1 "disability benefit" "残疾待遇" => Benefit,
        Administration = 2 "administration" "管理费用" => Administration,
    }
}

/// A book of a fund of the United States with 900.00 in its special account.
fn lending<F: Fund>() -> Office<F> {
    let office = Office::<F>::bare();
    office.ok("trustees", "1981-12-31", AdoptProfile { profile: Profile::us_oasdi() });
    office.ok("trustees", "1981-12-31", OpenAccount(SpecialAccount));
    office.ok(
        "trustees",
        "1981-12-31",
        BringForward { into: SpecialAccount, amount: money("900") },
    );
    office
}

fn money<F: Fund>(text: &str) -> earmark_core::money::Amount<F> {
    text.parse().unwrap()
}

fn authorise<F: Fund + earmark_core::fund::Borrows>(text: Text, limit: &str) -> AuthoriseLoan<F> {
    AuthoriseLoan {
        authorisation: text,
        limit: money(limit),
        from: on("1982-01-01"),
        until: on("1982-12-31"),
        repay_by: on("1986-12-31"),
    }
}

const AUTHORITY: &str = r#"{"command":"authorise_loan","authorisation":"interfund-loan-1982",
    "limit":"500.00","from":"1982-01-01","until":"1982-12-31","repay_by":"1986-12-31"}"#;

#[test]
fn loans_through_the_dynamic_door() {
    let authority: Value = serde_json::from_str(AUTHORITY).unwrap();
    let mut twins = Twins::<Oasi>::new(lending);
    let text = twins.text("interfund-loan-1982");
    let under = twins.same("congress", "1982-01-05", authorise(text, "500"), authority.clone());
    let received = ReceiveLoan { under: &under, amount: money("400") };
    twins.same(
        "trustees",
        "1982-11-05",
        received,
        json!({
            "command": "receive_loan", "under": under.seq(), "amount": "400.00",
        }),
    );
    twins.same(
        "trustees",
        "1985-01-31",
        RepayLoan { under: &under, amount: money("150") },
        json!({
            "command": "repay_loan", "under": under.seq(), "amount": "150.00",
        }),
    );
    twins.are_sound(&["authorise_loan", "receive_loan", "repay_loan"]);

    let mut twins = Twins::<Di>::new(lending);
    let text = twins.text("interfund-loan-1982");
    let under = twins.same("congress", "1982-01-05", authorise(text, "500"), authority);
    twins.same(
        "trustees",
        "1982-11-05",
        MakeLoan { under: &under, amount: money("400") },
        json!({
            "command": "make_loan", "under": under.seq(), "amount": "400.00",
        }),
    );
    let back = ReceiveRepayment { under: &under, amount: money("150") };
    twins.same(
        "trustees",
        "1985-01-31",
        back,
        json!({
            "command": "receive_repayment", "under": under.seq(), "amount": "150.00",
        }),
    );
    twins.are_sound(&["make_loan", "receive_repayment"]);
}

#[test]
fn a_loan_moves_within_its_authorisation_alone() {
    let office = lending::<Oasi>();
    let text = office.text("interfund-loan-1982");
    office
        .no("trustees", "1982-01-05", authorise(text, "500"))
        .is("authority", &["congress", "Schobel"]);
    office.no("congress", "1981-12-31", authorise(text, "500")).is("authority", &["nobody"]);
    let under = office.ok("congress", "1982-01-05", authorise(text, "500"));
    let receive = |amount: &str| ReceiveLoan { under: &under, amount: money::<Oasi>(amount) };
    let says = &["has room for 500.00, 500.01"];
    office.no("trustees", "1982-11-05", receive("500.01")).is("loan-authorised", says);
    office.no("trustees", "1983-01-01", receive("1")).is("loan-authorised", &["1983-01-01"]);
    // It is a borrower, not a lender.
    office
        .no("trustees", "1982-11-05", MakeLoan { under: &under, amount: money("1") })
        .is("loan-authorised", &["does not name `US_OASI` as a lender"]);
    let received = office.ok("trustees", "1982-11-05", receive("400"));
    let repaid = RepayLoan { under: &under, amount: money("400") };
    office.ok("trustees", "1982-11-06", repaid);
    // What is repaid is not drawn again.
    office
        .no("trustees", "1982-11-07", receive("300"))
        .is("loan-authorised", &["has room for 100.00, 300.00"]);
    office.ok("trustees", "1982-11-07", receive("100"));
    // A reversal does not take back what was repaid already.
    let reason = office.text("wrong");
    office
        .no("trustees", "1985-01-01", Reverse { of: &received, reason })
        .is("loan-authorised", &["room for 100.00, 400.00"]);
    office.is_sound();
}

#[test]
fn a_chinese_fund_has_no_loan_through_any_door() {
    let office: Office<EnterprisePension> = Office::jiangsu().with_money();
    office.text("interfund-loan-1982");
    for json in [
        AUTHORITY,
        r#"{"command":"make_loan","under":1,"amount":"1"}"#,
        r#"{"command":"receive_loan","under":1,"amount":"1"}"#,
    ] {
        refused(office.any(GOVERNMENT, "2021-06-01", json)).is("closed-list", &["ENT_PENSION"]);
    }
    office.is_sound();
}

#[test]
fn what_the_dynamic_door_does_not_know_it_refuses() {
    let office: Office<EnterprisePension> = Office::jiangsu().with_money();
    for (json, rule, says) in [
        (
            r#"{"command":"set_reserve_aside","amount":"1.001"}"#,
            "range",
            "`1.001` is not an amount",
        ),
        (
            r#"{"command":"draw_reserve","amount":"1","reason":"never registered"}"#,
            "voucher-complete",
            "`never registered` is not registered",
        ),
        (
            r#"{"command":"draft_budget_line","year":2022,"line":"salaries","amount":"1"}"#,
            "closed-list",
            "`salaries` is not a line of a budget",
        ),
        (
            r#"{"command":"waive_recovery","of":99,"amount":"1","reason":"agency"}"#,
            "recovery-fits",
            "event 99 is no recorded payment",
        ),
    ] {
        refused(office.any(FINANCE, "2021-06-01", json)).is(rule, &[says]);
    }
    assert!(Kind::ALL.iter().any(|kind| kind.is_matter()));
    office.is_sound();
}
