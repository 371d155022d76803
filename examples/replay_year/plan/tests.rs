use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::figures::Published;
use crate::funds::{Collector, Flow, Law};

fn plan(seed: u64, events: u64) -> Plan {
    Plan::new(&Figures::read().unwrap(), seed, events).unwrap()
}

/// The accounts of one book as its plan moves them; panics where one goes below zero.
#[derive(Default)]
struct Purse(BTreeMap<Account, i128>, &'static str);

impl Purse {
    fn pay(&mut self, from: Option<Account>, to: Option<Account>, amount: u64) {
        if let Some(account) = from {
            let held = self.0.entry(account).or_default();
            *held -= i128::from(amount);
            assert!(*held >= 0, "{}: the {account} is overdrawn by {}", self.1, -*held);
        }
        if let Some(account) = to {
            *self.0.entry(account).or_default() += i128::from(amount);
        }
    }

    fn holds(&self, account: Account) -> i128 {
        self.0.get(&account).copied().unwrap_or(0)
    }

    fn total(&self) -> i128 {
        self.0.values().sum()
    }
}

/// What a flow does, and whether it is income (1) or expenditure (-1) of the fund.
fn effect<F: Replayed>(flow: Flow<F>) -> (Option<Account>, Option<Account>, i128) {
    use Account::*;
    match flow {
        Flow::Premium(_, Collector::Tax) => (None, Some(Treasury), 1),
        Flow::Premium(_, Collector::Agency) => (None, Some(Revenue), 1),
        Flow::Subsidy | Flow::Interest | Flow::OtherIncome(_) => (None, Some(Special), 1),
        Flow::OwnInterest => (None, Some(Expenditure), 1),
        Flow::Benefit(_) => (Some(Expenditure), None, -1),
        Flow::StateUse(_) => (Some(Special), None, -1),
        Flow::Release(_) => (Some(Special), Some(Expenditure), 0),
        Flow::Collections(Collector::Tax) => (Some(Treasury), Some(Special), 0),
        Flow::Collections(Collector::Agency) => (Some(Revenue), Some(Special), 0),
        Flow::HandOverInterest => (Some(Expenditure), Some(Special), 0),
        Flow::Earn(_) => (None, Some(Special), 1),
        Flow::Place(_) => (Some(Special), Some(Investment), 0),
        Flow::Redeem(_) => (Some(Investment), Some(Special), 0),
        Flow::RemitToSuperior(_) => (Some(Special), None, -1),
        Flow::BringForwardSpecial => (None, Some(Special), 0),
        Flow::BringForwardInvestment => (None, Some(Investment), 0),
        Flow::OpenAccount(_)
        | Flow::AdoptProfile(_)
        | Flow::DraftBudget(_)
        | Flow::ApproveBudget { .. }
        | Flow::ApprovePlan(_)
        | Flow::Close(_) => (None, None, 0),
    }
}

fn play<F: Replayed>(purse: &mut Purse, phase: &Phase<F>) -> (u64, u64) {
    let (mut income, mut spent) = (0, 0);
    let mut place = 0;
    for run in phase.runs() {
        assert_eq!(run.place, place);
        place += run.events.end - run.events.start;
        let cell = phase.cell(&run).unwrap();
        let Some(parts) = cell.parts else { continue };
        let amount = parts.parts(run.events.clone()).sum();
        let (from, to, sign) = effect(cell.flow);
        purse.pay(from, to, amount);
        match sign {
            1 => income += amount,
            -1 => spent += amount,
            _ => {}
        }
    }
    assert_eq!(place, phase.events());
    (income, spent)
}

/// Income, expenditure and closing balance of a book, in fen, every account checked on the way.
fn play_book<F: Replayed>(
    book: &BookPlan<F>,
    adjusted: &dyn Fn(u32) -> Option<(u64, u64)>,
) -> (u64, u64, i128) {
    let mut purse = Purse(BTreeMap::new(), F::SPEC.code());
    play(&mut purse, &book.opening().unwrap());
    let (mut income, mut spent) = (0, 0);
    for month in 1..=book.months {
        let plan = book.month(month).unwrap();
        for phase in [&plan.collect, &plan.pay, &plan.close] {
            let (more_income, more_spent) = play(&mut purse, phase);
            income += more_income;
            spent += more_spent;
        }
        assert_eq!(purse.holds(Account::Treasury), 0, "month {month}");
        assert_eq!(purse.holds(Account::Revenue), 0, "month {month}");
        if let Some(correction) = book.correction().unwrap()
            && correction.on.month().number() == month
        {
            let entered = Correction::entered(correction.right);
            purse.pay(Some(Account::Special), None, entered);
            purse.pay(None, Some(Account::Special), correction.right);
            income += correction.right - entered;
        }
        if let Some((up, down)) = adjusted(month) {
            purse.pay(Some(Account::Special), None, up);
            purse.pay(None, Some(Account::Special), down);
        }
    }
    (income, spent, purse.total())
}

fn check(plan: &Plan, figures: &Figures) {
    let mut sums: BTreeMap<Published, (u64, u64, i128)> = BTreeMap::new();
    macro_rules! all {
        ($($name:ident: $fund:ident,)*) => {$(
            for (place, book) in plan.books.$name.iter().enumerate() {
                let adjusted = |month| {
                    let it = plan.adjustments.iter().find(|it| it.month == month)?;
                    ($fund::ORDINAL == EnterprisePension::ORDINAL)
                        .then(|| (it.up[place], it.down[place]))
                };
                let (income, spent, closing) = play_book(book, &adjusted);
                let sum = sums.entry($fund::PUBLISHED).or_default();
                *sum = (sum.0 + income, sum.1 + spent, sum.2 + closing);
            }
        )*};
    }
    every_fund!(all);
    for (fund, (income, spent, closing)) in sums {
        let year = figures.of(fund);
        let published = (year.income, year.expenditure, i128::from(year.closing));
        assert_eq!((income, spent, closing), published, "{fund:?}");
    }
    let (_, _, wuxi) = play_book(&plan.wuxi, &|_| None);
    assert_eq!(wuxi, i128::from(figures.wuxi[1].closing));
    assert_eq!(plan.count().unwrap(), plan.events);
}

#[test]
fn every_total_comes_out_and_no_account_goes_below_zero() {
    let figures = Figures::read().unwrap();
    for (seed, events) in [(2021, 1), (2021, 1_000_000), (7, 100_000), (8, 100_000_000)] {
        check(&Plan::new(&figures, seed, events).unwrap(), &figures);
    }
}

#[test]
fn every_book_has_a_budget_and_closes_all_that_is_known() {
    let plan = plan(2021, 1);
    let wuxi = &plan.wuxi.budget;
    assert_eq!(wuxi.totals(), (73_378_196_772, 89_589_322_930));
    assert!(wuxi.deficit.as_ref().is_some_and(|it| it.contains("532,306,312.08")));
    assert_eq!((plan.wuxi.closed_months(), plan.central.closed_months()), (6, 12));
    let mut corrected = 0;
    for book in &plan.books.unemployment {
        assert_eq!(book.law() == Law::Jiangsu, book.area == crate::areas::JIANGSU);
        let (income, expenditure) = book.budget.totals();
        assert_eq!(book.budget.deficit.is_some(), expenditure > income);
        // Twelve months, four quarters and a year; eleven use plans after January's.
        assert_eq!(book.turning().unwrap(), 17 + 11);
        corrected += u64::from(book.correction().unwrap().is_some());
    }
    assert_eq!(corrected, 1);
}

#[test]
fn where_the_profile_has_no_revenue_account_tax_collects() {
    for seed in 0..20 {
        let plan = plan(seed, 1);
        for book in plan.books.residents_pension.iter().filter(|it| it.law() == Law::Jiangsu) {
            let opened = book.opening().unwrap();
            let revenue = |flow: &Flow<_>| matches!(flow, Flow::OpenAccount(Account::Revenue));
            assert_eq!(opened.place_of(revenue), None);
        }
    }
}

#[test]
fn the_fewest_events_are_used_where_fewer_are_asked_for() {
    let least = plan(1, 1);
    assert_eq!(least.events, least.fewest);
    assert_eq!(plan(1, least.fewest).events, least.fewest);
    assert_eq!(plan(1, least.fewest + 1).events, least.fewest + 1);
}

#[test]
fn both_books_of_a_case_have_the_same_amount_and_id() {
    let plan = plan(3, 200_000);
    let cases = |cell: &Phase<Unemployment>| {
        cell.cells.iter().find_map(|it| it.cases.map(|cases| (cases, it.events, it.parts)))
    };
    for (paid, received) in plan.books.unemployment.iter().zip(&plan.books.employee_medical) {
        let (paid, received) = (paid.month(5).unwrap(), received.month(5).unwrap());
        let (case, events, parts) = cases(&paid.pay).unwrap();
        let other = received.pay.cells.iter().find(|it| it.cases.is_some()).unwrap();
        assert_eq!((Some(case), events), (other.cases, other.events));
        let amounts: Vec<_> = parts.unwrap().parts(0..events).collect();
        let others: Vec<_> = other.parts.unwrap().parts(0..events).collect();
        assert_eq!(amounts, others);
    }
}

#[test]
fn what_bounces_is_a_payment_of_the_main_benefit() {
    let plan = plan(4, 2_000_000);
    let mut bounced = 0;
    for book in &plan.books.enterprise_pension {
        let month = book.month(7).unwrap();
        for place in &month.returned {
            bounced += 1;
            let here = *place..place + 1;
            let run = month.pay.runs().iter().find_map(|run| run.within(&here)).unwrap();
            let flow = month.pay.cell(&run).unwrap().flow;
            assert!(matches!(flow, Flow::Benefit(EnterprisePensionBenefit::BasicPension)));
        }
    }
    assert!(bounced > 0);
}

#[test]
fn amounts_too_small_to_split_are_refused() {
    let refused = Plan::new(&Figures::read().unwrap(), 1, 10_u64.pow(15)).err().unwrap();
    assert!(matches!(refused, PlanError::TooMany { .. }), "{refused}");
    assert!(refused.to_string().starts_with("1000000000000000 events are too many"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]
    #[test]
    fn any_seed_and_number_of_events_comes_out(seed: u64, events in 1..20_000_000_u64) {
        let figures = Figures::read().unwrap();
        check(&Plan::new(&figures, seed, events).unwrap(), &figures);
    }

    #[test]
    fn parts_of_a_run_make_the_run(start in 0..50_u64, cut in 0..60_u64) {
        let day = Day::new(2021, 1, 5).unwrap();
        let run = Run { cell: 0, day, events: 100..140, place: 10 };
        let (first, rest) = (run.within(&(0..cut)), run.within(&(cut..100)));
        let of = |run: &Option<Run>| run.clone().map_or(0, |it| it.events.end - it.events.start);
        prop_assert_eq!(of(&first) + of(&rest), 40);
        if let Some(part) = run.within(&(start..start + 1)) {
            prop_assert_eq!(part.place - 10, part.events.start - 100);
        }
    }
}
