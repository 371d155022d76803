//! What is closed or required on a day, for each list and each event of a commit.

use earmark_core::account::{ExpenditureAccount, RevenueAccount, SpecialAccount};
use earmark_core::command::{
    AnyCommand, ApproveUsePlan, PayStateUse, PlaceInvestment, ReceivePremium, Release,
    RemitToSuperior, ReorganiseIn, ReorganiseOut, ReportInvestment, TakeShortfallStep,
};
use earmark_core::fund::{
    EmployeeMedical, EnterprisePension, EnterprisePensionPremium, Fund, Maternity, Purpose,
    ResidentsMedical, ResidentsMedicalUse, WorkInjury,
};

use crate::office::*;

fn closed(fund: &str, list: &str, name: &str) -> String {
    format!(
        "[[purpose]]\nfund = \"{fund}\"\nlist = \"{list}\"\nname = \"{name}\"\nopen = false\n\
         from = 2021-05-01\nsource = \"a town's catalogue\"\n"
    )
}

#[test]
fn each_event_of_a_commit_is_judged_by_the_rules_of_its_own_day() {
    let office: Office<WorkInjury> =
        Office::overlaid(&closed("WORK_INJURY", "benefit", "Prevention"))
            .with_money()
            .released("2021-03-01", "500000");
    let payment = || AnyCommand::PayBenefit {
        from: earmark_core::account::Account::Expenditure,
        kind: "Prevention".to_owned(),
        to: party(7),
        amount: "1".to_owned(),
    };
    let (before, after) =
        (office.voucher(AGENCY, "2021-04-30"), office.voucher(AGENCY, "2021-05-01"));
    let both = [(before, payment()), (after, payment())];
    refused(office.book.record_any(office.key(), &both))
        .is("purpose-in-force", &["`Prevention`", "layer `town`"]);
    office.book.record_any(office.key(), &[(before, payment()), (before, payment())]).unwrap();
    office.is_sound();
}

#[test]
fn a_premium_is_received_while_its_kind_is_open() {
    let office: Office<WorkInjury> = Office::overlaid(&closed("WORK_INJURY", "premium", "Unit"));
    let premium = ReceivePremium {
        into: SpecialAccount,
        kind: earmark_core::fund::WorkInjuryPremium::Unit,
        from: party(1),
        amount: yuan("1"),
    };
    office.ok(AGENCY, "2021-04-30", premium);
    office
        .no(AGENCY, "2021-05-01", premium)
        .is("purpose-in-force", &["`Unit`: not allowed", "`purpose premium Unit` of layer `town`"]);
    office.is_sound();
}

#[test]
fn a_state_use_is_paid_while_it_is_open() {
    let spec = ResidentsMedical::SPEC.state_uses().first().unwrap();
    let kind = ResidentsMedicalUse::from_code(spec.code).unwrap();
    let office: Office<ResidentsMedical> =
        Office::overlaid(&closed("RES_MEDICAL", "state_use", spec.name)).with_money();
    let usage = PayStateUse { kind, to: party(7), amount: yuan("1") };
    office.ok(AGENCY, "2021-04-30", usage);
    let (name, rule) =
        (format!("`{}`: not allowed", spec.name), format!("`purpose state_use {}`", spec.name));
    office
        .no(AGENCY, "2021-05-01", usage)
        .is("purpose-in-force", &[&name, &rule, "of layer `town`"]);
    office.is_sound();
}

#[test]
fn a_state_use_is_explained_by_the_rule_that_opens_it() {
    let spec = ResidentsMedical::SPEC.state_uses().first().unwrap();
    let kind = ResidentsMedicalUse::from_code(spec.code).unwrap();
    let rule = closed("RES_MEDICAL", "state_use", spec.name).replace("false", "true");
    let office: Office<ResidentsMedical> = Office::overlaid(&rule).with_money();
    let usage = PayStateUse { kind, to: party(7), amount: yuan("1") };
    let used = office.ok(AGENCY, "2021-05-01", usage).seq();
    assert!(explained(&office, used, &format!("purpose state_use {}", spec.name)));
}

#[test]
fn the_rules_of_the_day_before_they_change_are_not_those_of_the_day_after() {
    let rules = "[[account]]\naccount = \"revenue\"\nexists = true\nfrom = 2021-03-01\n\
                 until = 2021-03-31\nsource = \"a town's decision\"\n";
    let office: Office<WorkInjury> = Office::overlaid(rules);
    let open = earmark_core::command::OpenAccount(RevenueAccount);
    office.no(FINANCE, "2021-02-28", open).is("account-exists", &[]);
    office.no(FINANCE, "2021-04-01", open).is("account-exists", &[]);
    office.ok(FINANCE, "2021-03-31", open);
    office.is_sound();
}

/// Whether an event is explained by a rule of this name.
fn explained<F: Fund>(office: &Office<F>, seq: u64, rule: &str) -> bool {
    let why = office.book.why(seq).unwrap().unwrap();
    why.rules().iter().any(|line| line.contains(&format!("`{rule}`")))
}

#[test]
fn every_kind_of_event_is_explained_by_the_rules_that_bear_on_it() {
    let office: Office<ResidentsMedical> = Office::jiangsu().with_money();
    let spec = ResidentsMedical::SPEC.state_uses().first().unwrap();
    let kind = ResidentsMedicalUse::from_code(spec.code).unwrap();
    let (plan, amount) = (month("2021-03"), yuan("5"));
    let usage = PayStateUse { kind, to: party(7), amount: yuan("1") };
    let used = office.ok(AGENCY, "2021-03-02", usage).seq();
    assert!(explained(&office, used, "requirement budget_before_payment"));
    assert!(!explained(&office, used, "requirement claim_before_payment"));
    let use_plan = ApproveUsePlan { month: plan, amount };
    let planned = office.ok(FINANCE, "2021-03-01", use_plan).seq();
    assert!(explained(&office, planned, "authority approve_use_plan"));
    let released = office.ok(AGENCY, "2021-03-02", Release { plan, amount }).seq();
    assert!(explained(&office, released, "requirement budget_before_payment"));
    assert!(explained(&office, released, "requirement use_plan_before_release"));
    let remitted = RemitToSuperior { from: ExpenditureAccount, to: wuxi(), amount: yuan("1") };
    let remitted = office.ok(AGENCY, "2021-03-03", remitted).seq();
    assert!(explained(&office, remitted, "requirement budget_before_payment"));
    let step = TakeShortfallStep {
        in_year_of: on("2021-03-03"),
        step: 1,
        gave: yuan::<ResidentsMedical>("0"),
        finding: office.text("looked at"),
    };
    let step = office.ok(FINANCE, "2021-03-03", step).seq();
    assert!(explained(&office, step, "ladder"));
    assert!(explained(&office, step, "requirement shortfall_ladder"));

    let pension: Office<EnterprisePension> = Office::jiangsu().with_money();
    let premium = ReceivePremium {
        into: SpecialAccount,
        kind: EnterprisePensionPremium::Unit,
        from: party(1),
        amount: yuan("1"),
    };
    let premium = pension.ok(AGENCY, "2021-03-02", premium).seq();
    assert!(explained(&pension, premium, "account special"));
    assert!(explained(&pension, premium, "requirement due_before_receipt"));
    let placed = pension.ok(FINANCE, "2021-03-02", PlaceInvestment { amount: yuan("10") }).seq();
    for rule in ["account special", "investment may", "buffer before_investing"] {
        assert!(explained(&pension, placed, rule), "{rule}");
    }
    let report = ReportInvestment {
        on: on("2021-03-31"),
        value: yuan::<EnterprisePension>("10"),
        equities: yuan("3"),
    };
    let report = pension.ok(FINANCE, "2021-04-01", report).seq();
    assert!(explained(&pension, report, "investment equities_max"));
}

#[test]
fn a_reorganisation_is_explained_to_the_funds_that_it_names() {
    let rules = "[[reorganisation]]\nid = \"merged\"\nwhat = \"merge_funds\"\n\
                 out_of = \"MATERNITY\"\ninto = \"EMP_MEDICAL\"\nfrom = 2021-01-01\n\
                 source = \"a decree\"\n\n\
                 [[reorganisation]]\nid = \"pooled\"\nwhat = \"raise_pooling_level\"\n\
                 out_of = \"ENT_PENSION\"\ninto = \"ENT_PENSION\"\nfrom = 2021-01-01\n\
                 source = \"a decree\"\n";
    let both = |office: Office<Maternity>| {
        let out = ReorganiseOut { from: SpecialAccount, to: wuxi(), amount: yuan("1000000") };
        let out = office.ok(GOVERNMENT, "2021-03-02", out).seq();
        assert!(explained(&office, out, "reorganisation merged"));
        assert!(!explained(&office, out, "reorganisation pooled"));
    };
    both(Office::overlaid(rules).with_money());
    let medical: Office<EmployeeMedical> = Office::overlaid(rules).with_money();
    let into = ReorganiseIn { into: SpecialAccount, from: wuxi(), amount: yuan("1") };
    let into = medical.ok(GOVERNMENT, "2021-03-02", into).seq();
    assert!(explained(&medical, into, "reorganisation merged"));
    assert!(!explained(&medical, into, "reorganisation pooled"));
}
