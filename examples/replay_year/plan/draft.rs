//! From national totals to the books of every province.

use earmark::prelude::*;

use crate::areas::{JIANGSU, PROVINCES, WUXI};
use crate::figures::Figures;
use crate::funds::{
    Collector, EVEN, Flow, Law, Line, QUARTERLY, Replayed, Season, Size, Who, wuxi,
};
use crate::seed::Seed;
use crate::split::by_weight;

use super::Adjustment;
use super::book::{BookPlan, LineYear};
use super::budget::Budget;
use super::law::{YearBudget, year_of};

/// What random draws are for. The numbers keep them apart.
pub(super) mod draw {
    pub(in crate::plan) const LINE: u64 = 1;
    pub(in crate::plan) const OPENING: u64 = 2;
    pub(in crate::plan) const AGENCY: u64 = 3;
    pub(in crate::plan) const REMITTED: u64 = 4;
    pub(in crate::plan) const SUBSIDISED: u64 = 5;
    pub(in crate::plan) const PEOPLE: u64 = 6;
    pub(in crate::plan) const FOR_UNEMPLOYED: u64 = 7;
    pub(in crate::plan) const WUXI: u64 = 8;
    pub(in crate::plan) const AREA: u64 = 9;
    pub(in crate::plan) const MONTH: u64 = 10;
    pub(in crate::plan) const AMOUNTS: u64 = 11;
    pub(in crate::plan) const CASES: u64 = 12;
    pub(in crate::plan) const BUDGET: u64 = 13;
}

/// A plan in the making.
pub(super) struct Draft<'a> {
    pub(super) figures: &'a Figures,
    pub(super) seed: Seed,
    pub(super) budget: &'a Budget,
    pub(super) events: u64,
}

impl Draft<'_> {
    pub(super) fn provinces<F: Replayed>(&self) -> Vec<BookPlan<F>> {
        let year = self.figures.of(F::PUBLISHED);
        let invested = F::INVESTING
            .map_or(0, |investing| per_mille(self.figures.entrusted, investing.part_of_entrusted));
        // Fifteen in a hundred are placed during the year.
        let invested_before = invested / 100 * 85;
        let opening_seed = self.seed.of(draw::OPENING).of(F::ORDINAL);
        let openings = by_province(per_mille(year.opening, F::PART.opening), opening_seed, 8);
        let investments = by_province(invested_before, opening_seed, 8);
        let mut books = Vec::with_capacity(PROVINCES.len());
        for ((place, province), (opening, invested)) in
            PROVINCES.iter().enumerate().zip(openings.into_iter().zip(investments))
        {
            // Where the profile has no revenue account, tax collects everything.
            let agency = self.seed.of(draw::AGENCY).of(place as u64).below(4) == 0
                && Law::of(province.area) == Law::National;
            books.push(BookPlan {
                area: province.area,
                people: self.seed.of(draw::PEOPLE).of(place as u64),
                events: self.events,
                collector: if agency { Collector::Agency } else { Collector::Tax },
                special: opening - invested,
                invested,
                lines: Vec::new(),
                returned: [0; 12],
                months: 12,
                closed_months: 12,
                budget: YearBudget::default(),
                corrected: F::ORDINAL == Unemployment::ORDINAL && province.area == JIANGSU,
            });
        }
        for (number, (line, total)) in (0..).zip(self.totals::<F>()) {
            let seed = match line.size {
                // The same draws in both books of each case.
                Size::PremiumsForUnemployed => self.seed.of(draw::FOR_UNEMPLOYED),
                Size::PerMille(_) => self.seed.of(draw::LINE).of(F::ORDINAL * 100 + number),
            };
            let spare = match line.size {
                Size::PremiumsForUnemployed => self.budget.for_unemployed,
                Size::PerMille(_) => self.spare(F::ORDINAL, number),
            };
            let amounts = by_province(total, seed.of(draw::AREA), 8);
            let events = by_weight(spare, &residents());
            for ((place, book), (amount, events)) in
                (0..).zip(&mut books).zip(amounts.into_iter().zip(events))
            {
                book.lines.push(LineYear::over(
                    line,
                    amount,
                    events,
                    seed.of(place),
                    book.collector,
                ));
            }
        }
        let returned = self.budget.returned.get(place_of(F::ORDINAL)).copied().unwrap_or(0);
        for (book, returned) in books.iter_mut().zip(by_weight(returned, &residents())) {
            book.returned = by_month(returned, &EVEN);
        }
        let settled = match F::ORDINAL == EnterprisePension::ORDINAL {
            true => self.adjustments(),
            false => Vec::new(),
        };
        for (place, book) in books.iter_mut().enumerate() {
            let mut year = year_of(&book.lines);
            let sum = |of: fn(&Adjustment) -> &[u64]| -> u64 {
                settled.iter().filter_map(|it| of(it).get(place)).sum()
            };
            year.insert(REMITTED, sum(|it| &it.up));
            year.insert(SUBSIDISED, sum(|it| &it.down));
            book.budget = YearBudget::near(year, self.budget_seed(book.area, F::ORDINAL));
        }
        books
    }

    fn budget_seed(&self, area: Area, ordinal: u64) -> Seed {
        self.seed.of(draw::BUDGET).of(ordinal).of(u64::from(area.code()))
    }

    /// The lines of a fund with their national totals, in fen.
    fn totals<F: Replayed>(&self) -> Vec<(Line<F>, u64)> {
        let year = self.figures.of(F::PUBLISHED);
        let mut earned = 0;
        let mut investment = Vec::new();
        if let Some(investing) = F::INVESTING {
            earned = per_mille(self.figures.investment_return, investing.part_of_return);
            let closing = per_mille(self.figures.entrusted, investing.part_of_entrusted);
            let redeemed = closing / 100 * 5;
            let placed = closing - closing / 100 * 85 + redeemed;
            for (flow, total) in [
                (Flow::Redeem(investing.redeem), redeemed),
                (Flow::Earn(investing.earn), earned),
                (Flow::Place(investing.place), placed),
            ] {
                let line = Line {
                    flow,
                    size: Size::PerMille(1000),
                    events: 0,
                    season: QUARTERLY,
                    who: Who::Nobody,
                };
                investment.push((line, total));
            }
        }
        let income = per_mille(year.income, F::PART.income) - earned;
        let expenditure = per_mille(year.expenditure, F::PART.expenditure);
        let mut totals = self.by_kind(F::INCOME, income);
        totals.extend(self.by_kind(F::EXPENDITURE, expenditure));
        totals.extend(investment);
        totals
    }

    fn by_kind<F: Fund>(&self, lines: &[Line<F>], total: u64) -> Vec<(Line<F>, u64)> {
        let published = self.figures.premiums_for_unemployed;
        let pinned = |line: &Line<F>| matches!(line.size, Size::PremiumsForUnemployed);
        let rest = total - published * lines.iter().filter(|line| pinned(line)).count() as u64;
        lines
            .iter()
            .zip(by_weight(rest, &sizes(lines)))
            .map(|(line, part)| (*line, if pinned(line) { published } else { part }))
            .collect()
    }

    fn spare(&self, ordinal: u64, line: u64) -> u64 {
        let fund = self.budget.lines.get(place_of(ordinal));
        fund.and_then(|lines| lines.get(place_of(line))).copied().unwrap_or(0)
    }

    pub(super) fn central(&self) -> BookPlan<EnterprisePension> {
        let settled = self.figures.central_adjustment;
        let year = [
            (BudgetLine::Income(IncomeItem::LowerRemittance), settled),
            (BudgetLine::Expenditure(ExpenditureItem::LowerSubsidy), settled),
        ];
        let seed = self.budget_seed(Area::CENTRAL, EnterprisePension::ORDINAL);
        BookPlan {
            area: Area::CENTRAL,
            people: self.seed.of(draw::PEOPLE),
            events: self.events,
            collector: Collector::Tax,
            special: 0,
            invested: 0,
            lines: Vec::new(),
            returned: [0; 12],
            months: 0,
            closed_months: 12,
            budget: YearBudget::near(year.into(), seed),
            corrected: false,
        }
    }

    /// The first half-year of the Wuxi work injury fund: published by quarter, generated within.
    pub(super) fn wuxi(&self) -> BookPlan<WorkInjury> {
        let lines = wuxi_lines();
        let benefits = sizes(&wuxi::BENEFITS);
        let [first, second] = self.figures.wuxi.map(|quarter| {
            let mut totals = vec![quarter.premium, quarter.interest, quarter.other_income];
            totals.extend(by_weight(quarter.benefits, &benefits));
            totals.extend([quarter.other_own_expenditure, quarter.inter_level_out]);
            totals
        });
        let seed = self.seed.of(draw::WUXI);
        let years = (0..)
            .zip(lines)
            .zip(first.into_iter().zip(second))
            .zip(&self.budget.wuxi)
            .map(|(((number, line), (first, second)), spare)| {
                let season = |months: std::ops::Range<usize>| {
                    let mut season = line.season;
                    for (month, weight) in season.iter_mut().enumerate() {
                        if !months.contains(&month) {
                            *weight = 0;
                        }
                    }
                    season
                };
                let mut year = LineYear {
                    line,
                    seed: seed.of(number),
                    amounts: by_month(first, &season(0..3)),
                    events: [0; 12],
                };
                for (amount, more) in year.amounts.iter_mut().zip(by_month(second, &season(3..6))) {
                    *amount += more;
                }
                year.give_out(*spare, &season(0..6));
                year
            })
            .collect();
        let opening = self.figures.wuxi.first().map_or(0, |quarter| quarter.opening);
        BookPlan {
            area: WUXI,
            people: self.seed.of(draw::PEOPLE).of(draw::WUXI),
            events: self.events,
            collector: Collector::Tax,
            special: opening,
            invested: 0,
            lines: years,
            returned: [0; 12],
            months: 6,
            closed_months: 6,
            budget: self.wuxi_budget(),
            corrected: false,
        }
    }

    /// Published, and approved with a deficit.
    fn wuxi_budget(&self) -> YearBudget {
        let published = &self.figures.wuxi_budget;
        let budgeted = published.lines.iter().filter(|line| line.budget > 0);
        let yuan = |fen| SignedFigure::from_minor(i128::from(fen), Currency::CNY);
        YearBudget {
            lines: budgeted.map(|line| (line.line, line.budget)).collect(),
            deficit: Some(format!(
                "covered by the balance carried forward: {} at the start of the year, {} budgeted at \
                 its end 动用滚存结余",
                yuan(published.opening),
                yuan(published.closing)
            )),
        }
    }

    pub(super) fn adjustments(&self) -> Vec<Adjustment> {
        let quarters = by_weight(self.figures.central_adjustment, &[1; 4]);
        let (up, down) = (self.seed.of(draw::REMITTED), self.seed.of(draw::SUBSIDISED));
        [3, 6, 9, 12]
            .into_iter()
            .zip(quarters)
            .map(|(month, total)| Adjustment {
                month,
                up: by_province(total, up, 30),
                down: by_province(total, down, 30),
            })
            .collect()
    }
}

const REMITTED: BudgetLine = BudgetLine::Expenditure(ExpenditureItem::SuperiorRemittance);
const SUBSIDISED: BudgetLine = BudgetLine::Income(IncomeItem::SuperiorSubsidy);

pub(super) fn wuxi_lines() -> Vec<Line<WorkInjury>> {
    let mut lines = vec![wuxi::PREMIUM, wuxi::INTEREST, wuxi::OTHER_INCOME];
    lines.extend(wuxi::BENEFITS);
    lines.push(wuxi::PREVENTION);
    lines.push(wuxi::remittance(JIANGSU));
    lines
}

/// Exact: published figures are whole multiples of a million yuan.
const fn per_mille(total: u64, part: u64) -> u64 {
    total / 1000 * part
}

fn sizes<F: Fund>(lines: &[Line<F>]) -> Vec<u64> {
    let size = |line: &Line<F>| match line.size {
        Size::PerMille(share) => share,
        Size::PremiumsForUnemployed => 0,
    };
    lines.iter().map(size).collect()
}

fn residents() -> Vec<u64> {
    PROVINCES.iter().map(|province| province.residents).collect()
}

/// Splits a total by residents, each share made some percent heavier or lighter.
fn by_province(total: u64, seed: Seed, percent: u64) -> Vec<u64> {
    let weights: Vec<_> = (0..)
        .zip(PROVINCES)
        .map(|(place, province)| seed.of(place).vary(province.residents, percent))
        .collect();
    by_weight(total, &weights)
}

pub(super) fn by_month(total: u64, weights: &Season) -> [u64; 12] {
    by_weight(total, weights).try_into().unwrap_or([0; 12])
}

pub(super) fn place_of(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
