//! The budget execution form that Wuxi published for its work injury fund, reproduced from recorded
//! events.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that fails should stop at once and say where"
)]

mod given;

use std::collections::BTreeMap;

use earmark_core::account::Account;
use earmark_core::command::AnyCommand;
use earmark_core::event::{Kind, OtherIncome};
use earmark_core::fund::{ExpenditureItem, IncomeItem};
use earmark_core::id::area;
use earmark_core::money::SignedFigure;
use earmark_core::register::BudgetLine;
use earmark_core::report::TrailFilter;
use earmark_core::time::Month;
use earmark_report::budget::{Budget, BudgetExecution, BudgetStage, Comparative, Flag, Subject};
use earmark_report::findings::Findings;
use earmark_report::{
    BalanceSheet, IncomeAndExpenditure, Knowledge, Language, ParallelBooks, Reading, Render,
};
use given::{Desk, on, party, period, yuan};

const FORM: &str = include_str!("data/wuxi_work_injury_2021q2_budget_execution.csv");
const QUARTERS: &str = include_str!("data/wuxi_work_injury_2021_quarters.csv");

fn records(text: &'static str) -> Vec<BTreeMap<String, String>> {
    csv::Reader::from_reader(text.as_bytes()).deserialize().map(Result::unwrap).collect()
}

/// The figures of a quarter, by item.
fn quarter(name: &str) -> BTreeMap<String, String> {
    let of_quarter = records(QUARTERS).into_iter().filter(|row| row["quarter"] == name);
    of_quarter.map(|row| (row["item"].clone(), row["amount_cny"].clone())).collect()
}

/// The first half of 2021: what Wuxi published, quarter by quarter, as events.
fn first_half() -> Desk {
    let desk = Desk::new("WORK_INJURY", "2021-01-01");
    assert_eq!(quarter("2021Q1")["opening"], "694417573.66");
    desk.bring_forward("2021-01-01", Account::Special, "654417573.66");
    desk.bring_forward("2021-01-01", Account::Expenditure, "40000000.00");
    approve_budget(&desk);
    record_quarter(&desk, "2021Q1", "2021-03-20", "220000000.00");
    record_quarter(&desk, "2021Q2", "2021-06-20", "210000000.00");
    desk
}

fn record_quarter(desk: &Desk, name: &str, day: &str, released: &str) {
    let read = quarter(name);
    let amount = |item: &str| read[item].clone();
    desk.clock.set(on(day));
    let premium = AnyCommand::ReceivePremium {
        into: Account::Treasury,
        kind: "Unit".to_owned(),
        from: party(1),
        amount: amount("premium"),
    };
    desk.record(day, premium);
    let collected =
        AnyCommand::TransferCollections { from: Account::Treasury, amount: amount("premium") };
    desk.record(day, collected);
    let interest =
        AnyCommand::ReceiveInterest { into: Account::Special, amount: amount("interest") };
    desk.record(day, interest);
    let other = AnyCommand::ReceiveOtherIncome {
        into: Account::Special,
        kind: OtherIncome::LateFee,
        from: party(1),
        amount: amount("other_income"),
    };
    desk.record(day, other);
    let plan = Month::new(2021, on(day).month().number()).unwrap();
    desk.record(day, AnyCommand::Release { plan, amount: released.to_owned() });
    for (item, kind) in [("benefits", "Disability"), ("other_own_expenditure", "Prevention")] {
        let paid = AnyCommand::PayBenefit {
            from: Account::Expenditure,
            kind: kind.to_owned(),
            to: party(2),
            amount: amount(item),
        };
        desk.record(day, paid);
    }
    if amount("inter_level_out") != "0.00" {
        let to = area("320000").unwrap();
        let remitted = AnyCommand::RemitToSuperior {
            from: Account::Special,
            to,
            amount: amount("inter_level_out"),
        };
        desk.record(day, remitted);
    }
}

/// The line of an item of the published form, where it stands for one line. What was added up there
/// was all prevention, and all remitted.
fn line(item: &str) -> Option<BudgetLine> {
    Some(match item {
        "premium" => BudgetLine::Income(IncomeItem::Premium),
        "interest" => BudgetLine::Income(IncomeItem::Interest),
        "fiscal_subsidy" => BudgetLine::Income(IncomeItem::FiscalSubsidy),
        "other_income" => BudgetLine::Income(IncomeItem::Other),
        "superior_subsidy" => BudgetLine::Income(IncomeItem::SuperiorSubsidy),
        "lower_remittance" => BudgetLine::Income(IncomeItem::LowerRemittance),
        "benefits" => BudgetLine::Expenditure(ExpenditureItem::Benefit),
        "other_own_expenditure" => BudgetLine::Expenditure(ExpenditureItem::InjuryPrevention),
        "inter_level_out" => BudgetLine::Expenditure(ExpenditureItem::SuperiorRemittance),
        _ => return None,
    })
}

fn subject(item: &str) -> Subject {
    match (item, line(item)) {
        (_, Some(BudgetLine::Income(item))) => Subject::Income(item),
        (_, Some(BudgetLine::Expenditure(item))) => Subject::Expenditure(item),
        ("opening", _) => Subject::Opening,
        ("income_total", _) => Subject::IncomeTotal,
        ("income_subtotal", _) => Subject::IncomeSubtotal,
        ("expenditure_total", _) => Subject::ExpenditureTotal,
        ("expenditure_subtotal", _) => Subject::ExpenditureSubtotal,
        ("closing", _) => Subject::Closing,
        other => panic!("no row for {other:?}"),
    }
}

fn cell(row: &BTreeMap<String, String>, column: &str) -> Option<SignedFigure> {
    Some(row[column].as_str()).filter(|text| !text.is_empty()).map(yuan)
}

/// The published budget, drafted line by line and approved with the reason of its deficit.
fn approve_budget(desk: &Desk) {
    let published = records(FORM);
    let drafted = |row: &BTreeMap<String, String>| {
        let (line, amount) = (line(&row["item"])?, row["budget_2021_cny"].clone());
        (!amount.is_empty()).then(|| (line.key().to_owned(), amount))
    };
    for (line, amount) in published.iter().filter_map(drafted) {
        desk.record("2021-01-01", AnyCommand::DraftBudgetLine { year: 2021, line, amount });
    }
    let total = |item: &str| {
        let row = published.iter().find(|row| row["item"] == item).unwrap();
        row["budget_2021_cny"].clone()
    };
    desk.book.register(DEFICIT).unwrap();
    let approved = AnyCommand::ApproveBudget {
        year: 2021,
        income: total("income_total"),
        expenditure: total("expenditure_total"),
        deficit_reason: Some(DEFICIT.to_owned()),
    };
    desk.record("2021-01-01", approved);
}

const DEFICIT: &str = "当年收支缺口由历年滚存结余弥补";

/// The form for the second quarter: the ledger's own but for last year's figures, which it does not have.
fn second_quarter(desk: &Desk) -> BudgetExecution {
    let mut last_year = Comparative::given();
    for row in records(FORM) {
        let before = cell(&row, "h1_2020_cumulative_cny");
        if row["item"] == "opening" {
            last_year = last_year.opening_with(before.unwrap());
        }
        if let (Some(line), Some(before)) = (line(&row["item"]), before) {
            last_year = last_year.with(line, before);
        }
    }
    let quarter = period("2021-04-01", "2021-06-30");
    BudgetExecution::of_book_against(&desk.book, 2021, quarter, Knowledge::Now, &last_year).unwrap()
}

#[test]
fn the_budget_is_read_back_from_the_book() {
    let desk = first_half();
    let budget = Budget::of_book(&desk.book, 2021, Knowledge::Now).unwrap();
    let standing = budget.standing().unwrap();
    assert_eq!(standing.stage, BudgetStage::Approved);
    assert_eq!(standing.approved_on, Some(on("2021-01-01")));
    assert_eq!(standing.deficit_reason.as_deref(), Some(DEFICIT));
    let benefits = budget.line(BudgetLine::Expenditure(ExpenditureItem::Benefit)).unwrap();
    assert_eq!(benefits.budget.to_string(), "880,133,229.30");

    let form = second_quarter(&desk);
    assert_eq!(form.standing(), Some(standing));
    assert_eq!(form.known_through(), Some(desk.book.last_seq().unwrap()));
    assert_eq!(form.deficit().unwrap().reason.as_deref(), Some(DEFICIT));
    let quarter = period("2021-04-01", "2021-06-30");
    let alone = BudgetExecution::of_book(&desk.book, 2021, quarter, Knowledge::Now).unwrap();
    assert!(alone.rows().iter().all(|row| row.last_year.is_none()));

    // Before the approval was recorded, the budget was a draft, and before that there was none.
    let approval = desk.book.trail(&TrailFilter::all().of_kind(Kind::BudgetApproved)).unwrap();
    let before = Knowledge::Through(approval[0].seq() - 1);
    let earlier = Budget::of_book(&desk.book, 2021, before).unwrap();
    assert_eq!(earlier.standing().unwrap().stage, BudgetStage::Drafted);
    assert_eq!(earlier.lines().count(), budget.lines().count());
    let none = Budget::of_book(&desk.book, 2020, Knowledge::Now).unwrap();
    assert_eq!(none.standing().unwrap().stage, BudgetStage::Missing);
    assert_eq!(none.lines().count(), 0);
}

#[test]
fn the_half_year_has_the_findings_that_its_figures_show() {
    let desk = first_half();
    let half = period("2021-01-01", "2021-06-30");
    let found = Findings::of_book(&desk.book, half, Knowledge::Now).unwrap();
    let codes: Vec<_> = found.findings().iter().map(|it| it.kind.code()).collect();
    assert_eq!(codes, ["J11-1", "J11-2"]);
    let [overspent, deficit] = found.findings() else { panic!("{found:?}") };
    assert_eq!(overspent.amounts[2].sum, yuan("1,460,000.00"));
    assert_eq!(deficit.amounts[1].sum, yuan("895,893,229.30"));
}

#[test]
fn the_published_form_is_reproduced_line_by_line() {
    let form = second_quarter(&first_half());
    for published in records(FORM) {
        let row = form.row(subject(&published["item"])).unwrap();
        let what = &published["item_zh"];
        assert_eq!(row.budget, cell(&published, "budget_2021_cny"), "{what}");
        assert_eq!(row.adjusted, cell(&published, "adjusted_budget_2021_cny"), "{what}");
        assert_eq!(Some(row.period), cell(&published, "q2_cny"), "{what}");
        assert_eq!(row.cumulative, cell(&published, "h1_cumulative_cny"), "{what}");
        assert_eq!(row.last_year, cell(&published, "h1_2020_cumulative_cny"), "{what}");
        if published["how_got"] != "read" {
            continue; // The form has no percentages for what was added up from it.
        }
        assert_eq!(row.number, published["line"], "{what}");
        assert_eq!(row.label_zh, published["item_zh"]);
        let percent = |column: &str| {
            let text = published[column].as_str();
            (!text.is_empty()).then(|| text.parse().unwrap())
        };
        assert_eq!(row.progress.map(|it| it.decimal()), percent("progress_pct"), "{what}");
        assert_eq!(row.growth.map(|it| it.decimal()), percent("yoy_pct"), "{what}");
    }
}

#[test]
fn the_overspent_line_and_the_deficit_are_flagged() {
    let form = second_quarter(&first_half());
    let flagged: Vec<_> = form.rows().iter().filter(|row| row.flag.is_some()).collect();
    let [remitted] = flagged[..] else { panic!("{flagged:?}") };
    assert_eq!(remitted.subject, Subject::Expenditure(ExpenditureItem::SuperiorRemittance));
    assert_eq!(remitted.progress.unwrap().to_string(), "112.21");
    let Some(Flag::Overspent { percent }) = remitted.flag else { panic!("{:?}", remitted.flag) };
    assert_eq!(percent.to_string(), "112.2");
    assert_eq!(form.deficit().unwrap().amount, yuan("162,111,261.58"));

    let english = form.to_text(Language::English);
    assert!(english.contains("overspent 112.2%"), "{english}");
    assert!(english.contains("162,111,261.58"), "{english}");
    let chinese = form.to_text(Language::Chinese);
    assert!(chinese.contains("上解上级支出：完成调整预算的112.2%"), "{chinese}");
    let json: serde_json::Value = serde_json::from_str(&form.to_json().unwrap()).unwrap();
    assert_eq!(json["rows"][15]["flag"]["overspent"]["percent"], "112.2");
    assert_eq!(json["rows"][15]["number"], "三(三)");
    assert_eq!(json["deficit"]["amount"], "162111261.58");
    assert_eq!(json["deficit"]["reason"], DEFICIT);
    assert_eq!(json["standing"]["approved_on"], "2021-01-01");
    assert!(chinese.contains(DEFICIT), "{chinese}");
    assert!(english.contains("approved, 2021-01-01"), "{english}");
    let csv = form.to_csv(Language::Chinese).unwrap();
    assert!(csv.contains("\n二(一)1,工伤保险费收入,709841093.00,709841093.00,201872098.53,365973801.79,139512863.69,51.56,162.32,\n"), "{csv}");
    assert!(csv.contains("\n二(一)3,财政补贴收入,,,0.00,,,100.00,,\n"), "{csv}");
}

#[test]
fn quarters_open_and_close_as_published() {
    let desk = first_half();
    let reading = Reading::of(&desk.book, Knowledge::Now).unwrap();
    for (name, first, last) in
        [("2021Q1", "2021-01-01", "2021-03-31"), ("2021Q2", "2021-04-01", "2021-06-30")]
    {
        let read = quarter(name);
        let statement = IncomeAndExpenditure::of(&reading, period(first, last)).unwrap();
        assert_eq!(statement.income_total(), yuan(&read["income_total"]));
        assert_eq!(statement.expenditure_total(), yuan(&read["expenditure_total"]));
        assert_eq!(statement.closing(), yuan(&read["closing"]));
        let sheet = BalanceSheet::of(&desk.book, &reading, on(last)).unwrap();
        assert_eq!(sheet.assets_total(), yuan(&read["closing"]));
    }
}

#[test]
fn the_finance_book_of_the_first_quarter_reconciles_with_the_agencys() {
    let desk = first_half();
    let reading = Reading::of(&desk.book, Knowledge::Now).unwrap();
    let books = ParallelBooks::of(&reading, period("2021-01-01", "2021-03-31")).unwrap();
    let reconciliation = books.reconciliation();
    assert_eq!(reconciliation.finance, yuan("220,000,000.00"));
    assert_eq!(reconciliation.agency, yuan("226,196,597.61"));
    assert_eq!(reconciliation.difference, yuan("-6,196,597.61"));
    assert_eq!(reconciliation.account_closing, yuan("33,800,963.63"));
}
