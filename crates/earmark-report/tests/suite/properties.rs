//! Over random histories every statement exists, and says what the core says.

use std::collections::{BTreeMap, BTreeSet};

use earmark_core::account::Account;
use earmark_core::event::{Kind, Recorded};
use earmark_core::report::{AsOf, Statement, StatementItem, TrailFilter};
use earmark_core::time::{Day, Period};
use earmark_report::budget::{Budget, BudgetExecution, Subject};
use earmark_report::findings::Findings;
use earmark_report::{
    Arrears, BalanceSheet, CashFlow, IncomeAndExpenditure, Knowledge, ParallelBooks,
    PartyStatement, Reading, Receivables, ReconciliationLine, Restatement,
};
use proptest::prelude::*;

use crate::given::{Desk, on};
use crate::histories::histories;

/// A period of the two years.
fn periods() -> impl Strategy<Value = Period> {
    let (first, last) = (on("2020-01-01").days(), on("2021-12-31").days());
    (first..=last, first..=last).prop_map(|(one, other)| {
        let day = |days| Day::from_days(days).unwrap();
        Period::new(day(one.min(other)), day(one.max(other))).unwrap()
    })
}

/// What the events of a period that have a party come to, by item and purpose.
fn of_parties(desk: &Desk, period: Period) -> BTreeMap<(StatementItem, &'static str), i128> {
    let mut sums = BTreeMap::new();
    let lines = PartyStatement::of_all(&desk.book, period, Knowledge::Now).unwrap();
    for line in lines.iter().flat_map(PartyStatement::lines) {
        let key = (line.item, line.purpose.unwrap_or_default());
        *sums.entry(key).or_default() += line.counted.minor();
    }
    sums
}

/// What a statement says under the items and purposes of events that have a party.
fn of_statement(statement: &Statement) -> BTreeMap<(StatementItem, &'static str), i128> {
    let mut sums = BTreeMap::new();
    for line in statement.income() {
        let key = (StatementItem::Income(line.item), line.purpose.unwrap_or_default());
        *sums.entry(key).or_default() += line.sum.minor();
    }
    for line in statement.expenditure() {
        let key = (StatementItem::Expenditure(line.item), line.purpose.unwrap_or_default());
        *sums.entry(key).or_default() += line.sum.minor();
    }
    sums
}

/// Benefits that came back in a later year have one line in a statement, and the purpose of the benefit
/// in a party's.
fn is_late(recorded: &Recorded) -> bool {
    let kind = match recorded.event().fact().original() {
        Some(original) if recorded.kind() == Kind::Reversed => original.kind,
        _ => recorded.kind(),
    };
    matches!(kind, Kind::LatePaymentReturned | Kind::LateBenefitRecovered)
}

#[test]
fn histories_reach_every_line_and_section() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let (mut lines, mut sections, mut kinds) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for _ in 0..120 {
        let desk = histories(90).new_tree(&mut runner).unwrap().current().play();
        let whole = Period::new(on("2020-01-01"), on("2021-12-31")).unwrap();
        let reading = Reading::of(&desk.book, Knowledge::Now).unwrap();
        let books = ParallelBooks::of(&reading, whole).unwrap();
        lines.extend(books.reconciliation().lines.iter().map(|it| it.line));
        let parties = PartyStatement::of_all(&desk.book, whole, Knowledge::Now).unwrap();
        kinds.extend(desk.book.trail(&TrailFilter::all()).unwrap().iter().map(Recorded::kind));
        sections.extend(parties.iter().flat_map(|it| it.lines()).map(|line| line.section));
    }
    let missing = ReconciliationLine::ALL.into_iter().filter(|line| !lines.contains(line));
    assert_eq!(missing.collect::<Vec<_>>(), [ReconciliationLine::Other]);
    let unreached: Vec<_> =
        Kind::ALL.iter().filter(|kind| kind.moves_money() && !kinds.contains(*kind)).collect();
    assert!(unreached.is_empty(), "{unreached:?}");
    assert_eq!(sections.len(), 12, "{sections:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn statements_of_any_history_hold(
        history in histories(90), period in periods(), pick in any::<proptest::sample::Index>(),
    ) {
        let desk = history.play();
        let reading = Reading::of(&desk.book, Knowledge::Now).unwrap();
        let statement = desk.book.statement(period, None).unwrap();
        prop_assert_eq!(&reading.statement(period), &statement);
        prop_assert_eq!(reading.through(), desk.book.last_seq().unwrap());

        let sheet = BalanceSheet::of(&desk.book, &reading, period.last()).unwrap();
        let balances = desk.book.balances_as_of(AsOf::day(period.last())).unwrap();
        let owing: i128 = sheet
            .assets()
            .iter()
            .filter(|line| desk.fund().borrows() && line.code.is_none())
            .map(|line| line.sum.minor())
            .sum();
        prop_assert_eq!(sheet.assets_total().minor(), balances.total().minor() + owing);
        let owed = sheet.liabilities_total().minor();
        prop_assert_eq!(sheet.assets_total().minor(), sheet.net_assets_total().minor() + owed);
        for account in Account::ALL {
            prop_assert_eq!(reading.balance(account, period.last()), balances.of(account));
        }

        let coded = IncomeAndExpenditure::of(&reading, period).unwrap();
        prop_assert_eq!(coded.closing().minor(), sheet.net_assets_total().minor() + owed - owing);
        prop_assert_eq!(coded.reorganised(), statement.reorganised());
        prop_assert_eq!(coded.lent(), statement.lent());
        prop_assert!(coded.income().iter().all(|line| line.code.is_some()));
        prop_assert!(coded.expenditure().iter().all(|line| line.code.is_some()));

        let flow = CashFlow::of(&reading, period).unwrap();
        let change: i128 = flow
            .accounts()
            .iter()
            .map(|flow| flow.closing.minor() - flow.opening.minor())
            .sum();
        let parts = [flow.surplus(), flow.brought_forward(), flow.reorganised(), flow.lent()];
        prop_assert_eq!(change, parts.iter().map(|it| it.minor()).sum::<i128>());
        prop_assert_eq!(flow.surplus(), coded.surplus());

        let finance = BalanceSheet::of_finance_book(&reading, period.last()).unwrap();
        prop_assert_eq!(finance.assets_total(), balances.of(Account::Special));

        // A form of the year in which the period ends.
        let year = period.last().year();
        let first = Day::new(year, 1, 1).unwrap();
        let part = reading.statement(Period::new(first.max(period.first()), period.last()).unwrap());
        let whole = reading.statement(Period::new(first, period.last()).unwrap());
        let budget = Budget::new(desk.book.id(), year);
        let form = BudgetExecution::of(&budget, &part, &whole, None).unwrap();
        let row = |subject| form.row(subject).unwrap();
        prop_assert_eq!(row(Subject::Closing).period, statement.closing());
        prop_assert_eq!(row(Subject::Closing).cumulative, Some(statement.closing()));
        prop_assert_eq!(row(Subject::IncomeTotal).cumulative, Some(whole.income_total()));
        prop_assert_eq!(row(Subject::ExpenditureTotal).period, part.expenditure_total());

        let read = Period::new(part.period().first(), part.period().last()).unwrap();
        let of_book = BudgetExecution::of_book(&desk.book, year, read, Knowledge::Now).unwrap();
        prop_assert_eq!(
            of_book.row(Subject::Closing).unwrap().cumulative,
            Some(statement.closing())
        );
        let arrears = Arrears::of(&desk.book, period.last(), Knowledge::Now).unwrap();
        prop_assert_eq!(arrears.total().due, arrears.total().received);
        prop_assert!(Receivables::of(&desk.book, period.last(), Knowledge::Now).is_ok());
        let found = Findings::of_book(&desk.book, period, Knowledge::Now).unwrap();
        prop_assert!(found.findings().iter().all(|it| !it.amounts.is_empty()));
        prop_assert!(found.findings().iter().all(|it| !it.events.is_empty()));

        // Earlier knowledge, and what came after it.
        let last = desk.book.last_seq().unwrap();
        let published = pick.index(usize::try_from(last).unwrap() + 1) as u64;
        let restated = Restatement::of(&desk.book, period, published, Knowledge::Now).unwrap();
        prop_assert_eq!(restated.known(), &statement);
        let moved: i128 = restated.causes().iter().map(|it| it.effect.closing.minor()).sum();
        prop_assert_eq!(
            restated.published().closing().minor() + moved,
            restated.known().closing().minor()
        );
    }

    #[test]
    fn the_two_books_always_reconcile(history in histories(90), period in periods()) {
        let desk = history.play();
        let reading = Reading::of(&desk.book, Knowledge::Now).unwrap();
        let books = ParallelBooks::of(&reading, period).unwrap();
        let reconciliation = books.reconciliation();
        // Every kind of event has a line of its own.
        prop_assert!(reconciliation.lines.iter().all(|it| it.line != ReconciliationLine::Other));
        // From the events, on a path of its own.
        let (mut finance, mut agency, mut account) = (0_i128, 0_i128, 0_i128);
        for recorded in desk.book.trail(&TrailFilter::all().within(period)).unwrap() {
            let Some(movement) = recorded.event().fact().movement() else { continue };
            let amount = i128::from(movement.amount_minor);
            let (from, to) = (movement.from, movement.to);
            account += if to == Some(Account::Expenditure) { amount } else { 0 };
            account -= if from == Some(Account::Expenditure) { amount } else { 0 };
            let root = recorded.event().fact().root_kind();
            let late = is_late(&recorded);
            if root == Kind::Released {
                finance += if to == Some(Account::Expenditure) { amount } else { -amount };
            }
            if !matches!(root, Kind::BenefitPaid | Kind::CrossProvinceSettled) || late {
                continue;
            }
            let purpose = recorded.purpose_name();
            let item = desk.fund().benefits().iter().find(|it| Some(it.name) == purpose).unwrap().item;
            let signed = if to.is_some() { -amount } else { amount };
            let critical = item == earmark_core::fund::ExpenditureItem::CriticalIllnessInsurance;
            if [from, to].contains(&Some(Account::Special)) && !critical {
                finance += signed;
            }
            if item == earmark_core::fund::ExpenditureItem::Benefit {
                agency += signed;
            }
        }
        prop_assert_eq!(reconciliation.finance.minor(), finance);
        prop_assert_eq!(reconciliation.agency.minor(), agency);
        prop_assert_eq!(reconciliation.account_change.minor(), account);
        prop_assert_eq!(
            reconciliation.difference.minor(),
            reconciliation.account_change.minor() + reconciliation.adjustment.minor()
        );
    }

    #[test]
    fn all_parties_together_are_the_fund(history in histories(90), period in periods()) {
        let desk = history.play();
        let statement = desk.book.statement(period, None).unwrap();
        let (mut parties, mut fund) = (BTreeMap::new(), of_statement(&statement));
        let mut late = 0_i128;
        let late_purposes: Vec<_> = desk
            .book
            .trail(&TrailFilter::all().within(period))
            .unwrap()
            .iter()
            .filter(|it| is_late(it))
            .map(|it| it.purpose_name().unwrap_or_default())
            .collect();
        for ((item, purpose), sum) in of_parties(&desk, period) {
            let other = item == StatementItem::Income(earmark_core::fund::IncomeItem::Other);
            // A late fee is other income too, and is told apart by its purpose.
            if other && late_purposes.contains(&purpose) {
                late += sum;
            } else {
                parties.insert((item, purpose), sum);
            }
        }
        // What has no party: subsidies, interest, returns on investment, other levels.
        let mut without_party = 0;
        fund.retain(|(item, purpose), sum| {
            let kept = match item {
                StatementItem::Income(item) => matches!(
                    item,
                    earmark_core::fund::IncomeItem::Premium
                        | earmark_core::fund::IncomeItem::CollectiveSubsidy
                        | earmark_core::fund::IncomeItem::TransferIn
                        | earmark_core::fund::IncomeItem::Other
                ),
                StatementItem::Expenditure(item) => !item.is_inter_level(),
                _ => false,
            };
            if *purpose == "back_in_later_year" {
                late -= *sum;
                return false;
            }
            without_party += i128::from(!kept);
            kept
        });
        prop_assert_eq!(late, 0);
        prop_assert_eq!(parties, fund, "{} lines without a party", without_party);

        for statement in PartyStatement::of_all(&desk.book, period, Knowledge::Now).unwrap() {
            let alone = PartyStatement::of(&desk.book, statement.party(), period, Knowledge::Now);
            prop_assert_eq!(&alone.unwrap(), &statement);
        }
    }
}
