//! The budget: drafted, approved, adjusted, executed.

use earmark_core::account::{ExpenditureAccount, SpecialAccount};
use earmark_core::command::{
    AdjustBudgetLine, ApproveAdjustments, ApproveBudget, ApproveUsePlan, BringForward,
    DraftBudgetLine, PayBenefit, Release,
};
use earmark_core::fund::{ExpenditureItem, IncomeItem, Unemployment, UnemploymentBenefit};
use earmark_core::register::{BudgetLine, BudgetStatus, RegisterKey};
use earmark_core::report::AsOf;
use earmark_core::time::Period;

use crate::office::*;

type Desk = Office<Unemployment>;

const PREMIUMS: BudgetLine = BudgetLine::Income(IncomeItem::Premium);
const INTEREST: BudgetLine = BudgetLine::Income(IncomeItem::Interest);
const BENEFITS: BudgetLine = BudgetLine::Expenditure(ExpenditureItem::Benefit);

fn draft(line: BudgetLine, amount: &str) -> DraftBudgetLine<Unemployment> {
    DraftBudgetLine { year: 2021, line, amount: yuan(amount) }
}

fn approve(income: &str, expenditure: &str) -> ApproveBudget<Unemployment> {
    ApproveBudget {
        year: 2021,
        income: yuan(income),
        expenditure: yuan(expenditure),
        deficit_reason: None,
    }
}

impl Desk {
    fn drafted(self) -> Self {
        self.ok(AGENCY, "2021-01-05", draft(PREMIUMS, "90"));
        self.ok(AGENCY, "2021-01-05", draft(PREMIUMS, "900"));
        self.ok(AGENCY, "2021-01-05", draft(INTEREST, "100"));
        self.ok(AGENCY, "2021-01-05", draft(BENEFITS, "950"));
        self
    }

    fn line(&self, line: BudgetLine) -> u64 {
        let year = self.entry(RegisterKey::BudgetYear(2021)).budget_year();
        let key = RegisterKey::BudgetLine { year: 2021, line: line.code() };
        self.entry(key).budget_line().in_force_minor(year.adjustments)
    }

    fn adjust(&self, line: BudgetLine, amount: &str) -> AdjustBudgetLine<Unemployment> {
        let reason = self.text("more unemployed than foreseen");
        AdjustBudgetLine { year: 2021, line, amount: yuan(amount), reason }
    }

    fn approve_adjustments(&self) -> ApproveAdjustments {
        ApproveAdjustments { year: 2021, reason: self.text("decision 12") }
    }
}

#[test]
fn art_11_a_budget_is_drafted_and_approved_as_drafted() {
    let office = Desk::jiangsu();
    office.no(CONGRESS, "2021-01-10", approve("1", "1")).is("budget-fits", &["2021 has no line"]);
    let office = office.drafted();
    office.no(AGENCY, "2021-01-10", approve("1000", "950")).is(
        "authority",
        &[
            "`agency` may not",
            "peoples_congress",
            "layer `cn-jiangsu`",
            "Jiangsu regulation art 11",
        ],
    );
    office
        .no(AGENCY, "2011-06-30", approve("1000", "950"))
        .is("authority", &["`agency` may not", "peoples_congress"]);
    office
        .no(CONGRESS, "2011-06-30", approve("1000", "950"))
        .is("budget-fits", &["budget of 2021", "as early as 2011-06-30"]);
    office
        .no(CONGRESS, "2021-01-10", approve("1000", "949"))
        .is("budget-fits", &["income 1,000.00 and expenditure 950.00, not 1,000.00 and 949.00"]);
    office.no(CONGRESS, "2021-01-10", approve("1090", "950")).is("budget-fits", &["1,090.00"]);
    office.ok(CONGRESS, "2021-01-10", approve("1000", "950"));
    let year = office.entry(RegisterKey::BudgetYear(2021)).budget_year();
    assert_eq!(year.status, BudgetStatus::Approved);
    assert_eq!(year.approved_on, Some(on("2021-01-10")));
    office
        .no(CONGRESS, "2021-01-11", approve("1000", "950"))
        .is("budget-fits", &["2021 is approved already"]);
    office
        .no(AGENCY, "2021-01-11", draft(BENEFITS, "960"))
        .is("budget-fits", &["is approved; adjust its line"]);
    office.is_sound();
}

#[test]
fn art_11_a_deficit_without_reason_is_refused() {
    let office = Desk::jiangsu().drafted();
    office.ok(AGENCY, "2021-01-06", draft(BENEFITS, "1000.01"));
    office
        .no(CONGRESS, "2021-01-10", approve("1000", "1000.01"))
        .is("budget-fits", &["a deficit of 0.01", "no reason"]);
    let reason = Some(office.text("out of the balance of earlier years"));
    let approval = ApproveBudget { deficit_reason: reason, ..approve("1000", "1000.01") };
    office.ok(CONGRESS, "2021-01-10", approval);
    office.is_sound();
}

#[test]
fn art_11_where_a_layer_refuses_a_deficit_no_reason_makes_up_for_it() {
    let office = Desk::overlaid(
        "[[requirement]]\nwhat = \"budget_surplus\"\nstrength = \"refuse\"\nfrom = 2021-01-01\n\
         source = \"a town's rule\"\n",
    )
    .drafted();
    office.ok(AGENCY, "2021-01-06", draft(BENEFITS, "1000.01"));
    let deficit_reason = Some(office.text("out of the balance of earlier years"));
    let approval = ApproveBudget { deficit_reason, ..approve("1000", "1000.01") };
    office.no(CONGRESS, "2021-01-10", approval).is(
        "budget-fits",
        &["a deficit of 0.01", "`requirement budget_surplus` of layer `town`", "a town's rule"],
    );
    office.ok(AGENCY, "2021-01-06", draft(BENEFITS, "1000"));
    office.ok(CONGRESS, "2021-01-10", approve("1000", "1000"));
    office.is_sound();
}

#[test]
fn art_16_payment_before_budget_approval_is_refused() {
    let office = Desk::jiangsu();
    let amount = yuan("1000000");
    office.ok(AGENCY, "2021-01-01", BringForward { into: SpecialAccount, amount });
    office.ok(AGENCY, "2021-01-01", BringForward { into: ExpenditureAccount, amount });
    let release = Release { plan: month("2021-01"), amount: yuan("100") };
    let pay = PayBenefit {
        from: ExpenditureAccount,
        kind: UnemploymentBenefit::UnemploymentPay,
        to: party(7),
        amount: yuan("100"),
    };
    let (month, amount) = (month("2021-01"), yuan("100"));
    office.ok(FINANCE, "2021-01-02", ApproveUsePlan { month, amount });
    let says = &[
        "the budget of 2021 is not approved",
        "`requirement budget_before_payment` of layer `cn-jiangsu`",
        "Jiangsu regulation art 11, 16",
    ];
    office.no(AGENCY, "2021-01-06", pay).is("budget-approved", says);
    let office = office.drafted();
    office.no(AGENCY, "2021-01-06", release).is("budget-approved", says);
    office.ok(CONGRESS, "2021-01-10", approve("1000", "950"));
    office
        .no(AGENCY, "2021-01-09", pay)
        .is("budget-approved", &["approved from 2021-01-10 on, not on 2021-01-09"]);
    office.ok(AGENCY, "2021-01-10", release);
    let paid = office.ok(AGENCY, "2021-01-10", pay);
    let why = office.book.why(paid.seq()).unwrap().unwrap().to_string();
    assert!(why.contains("budget_before_payment") && why.contains("art 11, 16"), "{why}");
    // One year's approval is not the next one's.
    office.no(AGENCY, "2022-01-10", pay).is("budget-approved", &["budget of 2022"]);
    office.is_sound();
}

#[test]
fn art_11_an_approved_budget_is_adjusted_and_the_adjustment_approved() {
    let office = Desk::jiangsu().drafted();
    office
        .no(AGENCY, "2021-01-06", office.adjust(BENEFITS, "970"))
        .is("budget-fits", &["2021", "not approved"]);
    office.ok(CONGRESS, "2021-01-10", approve("1000", "950"));
    office
        .no(GOVERNMENT, "2021-06-01", office.approve_adjustments())
        .is("budget-fits", &["no line of the budget of 2021 waits"]);
    office.ok(AGENCY, "2021-06-01", office.adjust(BENEFITS, "970"));
    office.ok(AGENCY, "2021-06-02", office.adjust(BENEFITS, "980"));
    office.ok(AGENCY, "2021-06-02", office.adjust(INTEREST, "80"));
    assert_eq!(office.line(BENEFITS), 95_000, "until it is approved, the old amount is in force");
    office
        .no(AGENCY, "2021-06-03", office.approve_adjustments())
        .is("authority", &["`agency` may not", "government", "`authority adjust_budget`"]);
    office.ok(GOVERNMENT, "2021-06-03", office.approve_adjustments());
    assert_eq!((office.line(BENEFITS), office.line(INTEREST)), (98_000, 8_000));
    assert_eq!(office.line(PREMIUMS), 90_000);
    // A second round.
    office.ok(AGENCY, "2021-07-01", office.adjust(BENEFITS, "990"));
    assert_eq!(office.line(BENEFITS), 98_000);
    office.ok(GOVERNMENT, "2021-07-02", office.approve_adjustments());
    assert_eq!(office.line(BENEFITS), 99_000);
    let before = office.book.entries_as_of(AsOf::day(on("2021-06-02"))).unwrap();
    let year = before[&RegisterKey::BudgetYear(2021)].budget_year();
    assert_eq!((year.adjustments, year.pending), (0, 2));
    office.is_sound();
}

#[test]
fn art_11_a_budget_is_executed_line_by_line() {
    let office = Desk::jiangsu().with_money().released("2021-03-01", "1000");
    let kind = UnemploymentBenefit::UnemploymentPay;
    let amount = yuan("700");
    office.ok(
        AGENCY,
        "2021-03-05",
        PayBenefit { from: ExpenditureAccount, kind, to: party(7), amount },
    );
    let statement = office.book.statement(Period::quarter(2021, 1).unwrap(), None).unwrap();
    let done = statement.expenditure_of(ExpenditureItem::Benefit).minor();
    let planned = office.line(BENEFITS);
    assert_eq!((done, planned), (70_000, 50_000_000));
    office.is_sound();
}

#[test]
fn art_11_a_budget_is_approved_after_its_lines_and_adjusted_after_its_approval() {
    let office = Desk::jiangsu().drafted();
    office
        .no(CONGRESS, "2021-01-04", approve("1000", "950"))
        .is("budget-fits", &["a line of 2021 is drafted on 2021-01-05"]);
    office.ok(CONGRESS, "2021-01-10", approve("1000", "950"));
    office
        .no(AGENCY, "2021-01-09", office.adjust(BENEFITS, "980"))
        .is("budget-fits", &["the budget of 2021 is approved on 2021-01-10"]);
    office.ok(AGENCY, "2021-06-01", office.adjust(BENEFITS, "980"));
    office.is_sound();
}
