//! The budget execution form: what is empty, what is flagged, what is refused.

use earmark_core::account::Account;
use earmark_core::command::AnyCommand;
use earmark_core::fund::{ExpenditureItem, IncomeItem};
use earmark_core::id::{BookId, area};
use earmark_core::money::{Currency, Figure};
use earmark_report::budget::{
    Budget, BudgetExecution, BudgetLine, BudgetStage, Comparative, Flag, Planned, Subject,
};
use earmark_report::{Knowledge, StatementError};

use crate::given::{Desk, on, party, period, yuan};
use crate::month::reading;

/// Benefits of 100 in 2020 and of 150 in 2021, out of 1,000.
fn two_years() -> Desk {
    let desk = Desk::new("MATERNITY", "2020-06-15");
    desk.bring_forward("2020-01-01", Account::Expenditure, "1000.00");
    for (day, amount) in [("2020-06-15", "100.00"), ("2021-06-15", "150.00")] {
        desk.clock.set(on(day));
        let paid = AnyCommand::PayBenefit {
            from: Account::Expenditure,
            kind: "Allowance".to_owned(),
            to: party(1),
            amount: amount.to_owned(),
        };
        desk.record(day, paid);
    }
    desk
}

fn planned(minor: u128) -> Planned {
    Planned::unadjusted(Figure::from_minor(minor, Currency::CNY))
}

fn benefits() -> BudgetLine {
    BudgetLine::Expenditure(ExpenditureItem::Benefit)
}

fn form(desk: &Desk, budget: &Budget) -> Result<BudgetExecution, StatementError> {
    let reading = reading(desk);
    let half = |year| period(&format!("{year}-01-01"), &format!("{year}-06-30"));
    let last_year = Comparative::of_statement(&reading.statement(half(2020)));
    BudgetExecution::of(
        budget,
        &reading.statement(period("2021-06-01", "2021-06-30")),
        &reading.statement(half(2021)),
        Some(&last_year),
    )
}

#[test]
fn last_years_statement_is_compared() {
    let desk = two_years();
    let budget = Budget::new(desk.book.id(), 2021).with(benefits(), planned(20_000));
    let form = form(&desk, &budget).unwrap();
    let row = form.row(Subject::Expenditure(ExpenditureItem::Benefit)).unwrap();
    assert_eq!(row.last_year, Some(yuan("100.00")));
    assert_eq!(row.progress.unwrap().to_string(), "75.00");
    assert_eq!(row.growth.unwrap().to_string(), "50.00");
    assert_eq!(row.flag, None);
    assert_eq!(row.label_zh, "生育保险待遇支出");
    let closing = form.row(Subject::Closing).unwrap();
    assert_eq!(closing.period, yuan("750.00"));
    assert_eq!(closing.last_year, Some(yuan("900.00")));
    assert_eq!(closing.budget, None); // no opening balance was planned
    let premiums = form.row(Subject::Income(IncomeItem::Premium)).unwrap();
    assert_eq!((premiums.cumulative, premiums.period), (None, yuan("0.00")));
}

#[test]
fn spending_without_a_budget_is_flagged() {
    let desk = two_years();
    let form = form(&desk, &Budget::new(desk.book.id(), 2021)).unwrap();
    let row = form.row(Subject::Expenditure(ExpenditureItem::Benefit)).unwrap();
    assert_eq!(row.flag, Some(Flag::Unbudgeted { amount: yuan("150.00") }));
    assert_eq!((row.budget, row.progress), (None, None));
    assert_eq!(form.deficit(), None);
}

#[test]
fn a_fen_over_the_budget_is_over_it() {
    let desk = two_years();
    let of = |minor| {
        let budget = Budget::new(desk.book.id(), 2021).with(benefits(), planned(minor));
        let form = form(&desk, &budget).unwrap();
        form.row(Subject::Expenditure(ExpenditureItem::Benefit)).unwrap().flag
    };
    assert_eq!(of(15_000), None);
    let Some(Flag::Overspent { percent }) = of(14_999) else { panic!("not flagged") };
    assert_eq!(percent.to_string(), "100.0");
}

#[test]
fn figures_that_are_not_of_one_form_are_refused() {
    let desk = two_years();
    let reading = reading(&desk);
    let budget = Budget::new(desk.book.id(), 2021);
    let june = reading.statement(period("2021-06-01", "2021-06-30"));
    let half = reading.statement(period("2021-01-01", "2021-06-30"));
    let refused = |budget: &Budget, part, whole, before: Option<Comparative>| {
        BudgetExecution::of(budget, part, whole, before.as_ref()).unwrap_err().to_string()
    };
    let next_year = Budget::new(desk.book.id(), 2022);
    assert_eq!(
        refused(&next_year, &june, &half, None),
        "the cumulative statement covers 2021-01-01 to 2021-06-30, which does not fit the form"
    );
    assert_eq!(
        refused(&budget, &half, &june, None),
        "the cumulative statement covers 2021-06-01 to 2021-06-30, which does not fit the form"
    );
    let may = reading.statement(period("2021-05-01", "2021-05-31"));
    assert!(refused(&budget, &may, &half, None).starts_with("the period's statement"));
    let whole_year =
        Comparative::of_statement(&reading.statement(period("2020-01-01", "2020-12-31")));
    assert!(refused(&budget, &june, &half, Some(whole_year)).starts_with("last year's statement"));
    let elsewhere = BookId::new(area("320100").unwrap(), desk.fund());
    assert_eq!(
        refused(&Budget::new(elsewhere, 2021), &june, &half, None),
        "expected figures of the book `320100/MATERNITY`, found those of `320200/MATERNITY`"
    );
    let beyond = Planned::unadjusted(Figure::from_minor(u128::MAX, Currency::CNY));
    assert_eq!(
        refused(&budget.clone().with(benefits(), beyond), &june, &half, None),
        "a sum cannot be computed exactly from these figures"
    );
    let dollars = Planned::unadjusted(Figure::from_minor(1, Currency::USD));
    assert_eq!(
        refused(&budget.clone().with(benefits(), dollars), &june, &half, None),
        "expected figures in CNY, found USD"
    );
}

#[test]
fn february_is_compared_with_february() {
    let desk = Desk::new("MATERNITY", "2021-03-01");
    let reading = reading(&desk);
    let to = |last: &str| reading.statement(period(&format!("{}-01-01", &last[..4]), last));
    for (now, before) in
        [("2021-02-28", "2020-02-29"), ("2020-02-29", "2019-02-28"), ("2021-02-10", "2020-02-10")]
    {
        let year = now[..4].parse().unwrap();
        let before = Comparative::of_statement(&to(before));
        let budget = Budget::new(desk.book.id(), year);
        let form = BudgetExecution::of(&budget, &to(now), &to(now), Some(&before));
        assert!(form.is_ok(), "{form:?}");
    }
}

/// Drafted with 200, approved; then adjusted to 300 in June, which brings a deficit.
#[test]
fn a_budget_is_read_from_its_book_as_it_was_known() {
    let desk = two_years();
    let adjusting = "more births than planned";
    desk.book.register(adjusting).unwrap();
    let record = |command| desk.record("2021-06-15", command);
    for (line, amount) in [("income_premium", "250.00"), ("expenditure_benefit", "200.00")] {
        let (line, amount) = (line.to_owned(), amount.to_owned());
        record(AnyCommand::DraftBudgetLine { year: 2021, line, amount });
    }
    let approved = AnyCommand::ApproveBudget {
        year: 2021,
        income: "250.00".to_owned(),
        expenditure: "200.00".to_owned(),
        deficit_reason: None,
    };
    let approved = record(approved);
    let adjusted = AnyCommand::AdjustBudgetLine {
        year: 2021,
        line: "expenditure_benefit".to_owned(),
        amount: "300.00".to_owned(),
        reason: adjusting.to_owned(),
    };
    let pending = record(adjusted);
    let adopted =
        record(AnyCommand::ApproveAdjustments { year: 2021, reason: adjusting.to_owned() });

    let of = |known| Budget::of_book(&desk.book, 2021, known).unwrap();
    let line = |budget: &Budget| {
        let planned = budget.line(benefits()).unwrap();
        (planned.budget.to_string(), planned.adjusted.to_string())
    };
    let figures = |one: &str, other: &str| (one.to_owned(), other.to_owned());
    let early = of(Knowledge::Through(approved - 1));
    assert_eq!(early.standing().unwrap().stage, BudgetStage::Drafted);
    let waiting = of(Knowledge::Through(pending));
    assert_eq!(line(&waiting), figures("200.00", "200.00"));
    assert_eq!(waiting.standing().unwrap().pending, 1);
    assert_eq!(waiting.standing().unwrap().deficit_reason, None);
    let now = of(Knowledge::Now);
    assert_eq!(line(&now), figures("200.00", "300.00"));
    assert_eq!(now.standing().unwrap().adjustments, 1);
    assert_eq!(now.standing().unwrap().deficit_reason.as_deref(), Some(adjusting));
    assert_eq!(of(Knowledge::Through(adopted)), now);

    // The whole form, with last year out of the book.
    let june = period("2021-06-01", "2021-06-30");
    let form = BudgetExecution::of_book(&desk.book, 2021, june, Knowledge::Now).unwrap();
    let row = form.row(Subject::Expenditure(ExpenditureItem::Benefit)).unwrap();
    assert_eq!((row.adjusted, row.last_year), (Some(yuan("300.00")), Some(yuan("100.00"))));
    assert_eq!(form.row(Subject::Opening).unwrap().budget, Some(yuan("900.00")));
    assert_eq!(form.deficit().unwrap().amount, yuan("50.00"));
    let other = BudgetExecution::of_book(&desk.book, 2020, june, Knowledge::Now);
    assert!(matches!(other, Err(StatementError::OtherPeriod { .. })), "{other:?}");
}
