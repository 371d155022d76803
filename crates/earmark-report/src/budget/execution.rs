use earmark_core::fund::{ExpenditureItem, FundSpec, IncomeItem};
use earmark_core::id::BookId;
use earmark_core::ledger::AnyBook;
use earmark_core::money::{Currency, Figure, SignedFigure};
use earmark_core::report::{Statement, StatementItem};
use earmark_core::time::{Day, Period};
use serde::Serialize;

use super::{
    Budget, BudgetLine, BudgetRow, BudgetStanding, Comparative, Deficit, Flag, Planned, Subject,
};
use crate::error::StatementError;
use crate::figures::{check_given, less, plus, same, signed, total, zero};
use crate::percent::Percent;
use crate::reading::{Knowledge, Reading};

/// How far the budget of a fund has been executed (社会保险基金预算执行情况表, 社预执行).
///
/// A row an item between the opening and the closing balance, each with budget, adjusted budget, this
/// period, cumulative, last year's cumulative, progress and growth.
///
/// ```
/// use earmark_core::time::Period;
/// use earmark_report::budget::{Budget, BudgetExecution, Comparative};
/// use earmark_report::{Reading, StatementError};
///
/// fn form(
///     reading: &Reading,
///     budget: &Budget,
///     [quarter, half_year, half_of_last_year]: [Period; 3],
/// ) -> Result<BudgetExecution, StatementError> {
///     let last_year = Comparative::of_statement(&reading.statement(half_of_last_year));
///     let (quarter, half_year) = (reading.statement(quarter), reading.statement(half_year));
///     BudgetExecution::of(budget, &quarter, &half_year, Some(&last_year))
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BudgetExecution {
    book: BookId,
    year: i32,
    period: Period,
    known_through: Option<u64>,
    standing: Option<BudgetStanding>,
    rows: Vec<BudgetRow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deficit: Option<Deficit>,
}

/// Income items in the order of the form; what is not here follows them.
const INCOME_ORDER: [IncomeItem; 7] = [
    IncomeItem::Premium,
    IncomeItem::CollectiveSubsidy,
    IncomeItem::Interest,
    IncomeItem::FiscalSubsidy,
    IncomeItem::InvestmentReturn,
    IncomeItem::TransferIn,
    IncomeItem::Other,
];

impl BudgetExecution {
    /// The form of a part of a year, all of it from the book: the budget, the period, what is cumulative from
    /// 1 January, and the same part of last year where the book has it from 1 January on.
    ///
    /// No event plans the opening balance; the budget's columns have the one with which the year opened.
    ///
    /// ```
    /// use earmark_core::ledger::AnyBook;
    /// use earmark_core::time::Period;
    /// use earmark_report::budget::BudgetExecution;
    /// use earmark_report::{Knowledge, Language, Render, StatementError};
    ///
    /// fn second_quarter(book: &AnyBook, quarter: Period) -> Result<String, StatementError> {
    ///     let form = BudgetExecution::of_book(book, 2021, quarter, Knowledge::Now)?;
    ///     Ok(form.to_text(Language::Chinese))
    /// }
    /// ```
    ///
    /// # Errors
    /// [`StatementError::OtherPeriod`] where the period is not of the year; [`StatementError::Fault`] where the
    /// store cannot be read; else as [`of`](Self::of).
    pub fn of_book(
        book: &AnyBook,
        year: i32,
        period: Period,
        known: Knowledge,
    ) -> Result<Self, StatementError> {
        Self::made(book, year, period, known, None)
    }

    /// The same compared with given figures of last year, for a book that does not have them.
    ///
    /// # Errors
    /// As [`of_book`](Self::of_book).
    pub fn of_book_against(
        book: &AnyBook,
        year: i32,
        period: Period,
        known: Knowledge,
        last_year: &Comparative,
    ) -> Result<Self, StatementError> {
        Self::made(book, year, period, known, Some(last_year))
    }

    fn made(
        book: &AnyBook,
        year: i32,
        period: Period,
        known: Knowledge,
        given: Option<&Comparative>,
    ) -> Result<Self, StatementError> {
        let out_of_year = StatementError::OtherPeriod { what: "the period", found: period };
        if period.first().year() != year || period.last().year() != year {
            return Err(out_of_year);
        }
        let whole = Day::new(year, 1, 1).ok().and_then(|day| Period::new(day, period.last()));
        let whole = whole.ok_or(out_of_year)?;
        let reading = Reading::of(book, known)?;
        let cumulative = reading.statement(whole);
        let mut budget = Budget::of_book(book, year, Knowledge::Through(reading.through()))?;
        let opened = plus(cumulative.opening(), cumulative.brought_forward());
        if let Ok(minor) = u128::try_from(opened.minor()) {
            let opened = Figure::from_minor(minor, opened.currency());
            budget = budget.opening_with(Planned::unadjusted(opened));
        }
        let kept = year_before(whole)
            .filter(|before| is_kept(&reading, *before))
            .map(|before| Comparative::of_statement(&reading.statement(before)));
        let last_year = given.or(kept.as_ref());
        let mut form = Self::of(&budget, &reading.statement(period), &cumulative, last_year)?;
        form.known_through = Some(reading.through());
        Ok(form)
    }

    /// The form of a period: a month, a quarter or any other part of the budget's year.
    ///
    /// `cumulative` covers 1 January to the end of the period. Last year's figures are those of the same
    /// part of last year; without them its column and growth are empty.
    ///
    /// # Errors
    /// [`StatementError::OtherBook`], [`StatementError::OtherPeriod`] or
    /// [`StatementError::OtherCurrency`] where the figures are not those of one form;
    /// [`StatementError::Differs`] where the two statements do not end with the same balance;
    /// [`StatementError::OutOfRange`] where a figure is beyond what a ledger can hold, or a percentage beyond
    /// what a decimal holds.
    pub fn of(
        budget: &Budget,
        period: &Statement,
        cumulative: &Statement,
        last_year: Option<&Comparative>,
    ) -> Result<Self, StatementError> {
        check_parts(budget, period, cumulative, last_year)?;
        let form = Form {
            currency: budget.book().fund().currency(),
            budget: Column::of_budget(budget, |planned| planned.budget),
            adjusted: Column::of_budget(budget, |planned| planned.adjusted),
            period: Column::of_statement(period),
            cumulative: Column::of_statement(cumulative),
            last_year: last_year.map(Column::of_comparative),
        };
        let deficit = match (
            form.adjusted.of(Subject::IncomeTotal, form.currency),
            form.adjusted.of(Subject::ExpenditureTotal, form.currency),
        ) {
            (income, Some(expenditure)) => {
                positive(less(expenditure, income.unwrap_or(zero(form.currency))))
            }
            _ => None,
        };
        Ok(Self {
            book: budget.book(),
            year: budget.year(),
            period: period.period(),
            rows: form.rows(budget.book().fund())?,
            known_through: budget.known_through(),
            standing: budget.standing().cloned(),
            deficit: deficit.map(|amount| Deficit {
                amount,
                reason: budget.standing().and_then(|standing| standing.deficit_reason.clone()),
            }),
        })
    }

    /// The book.
    #[must_use]
    pub const fn book(&self) -> BookId {
        self.book
    }

    /// The year of the budget.
    #[must_use]
    pub const fn year(&self) -> i32 {
        self.year
    }

    /// The period.
    #[must_use]
    pub const fn period(&self) -> Period {
        self.period
    }

    /// The rows, in the order of the form.
    #[must_use]
    pub fn rows(&self) -> &[BudgetRow] {
        &self.rows
    }

    /// The row of a subject; none where the form does not have it.
    #[must_use]
    pub fn row(&self, subject: Subject) -> Option<&BudgetRow> {
        self.rows.iter().find(|row| row.subject == subject)
    }

    /// By how much the adjusted budget plans more expenditure than income; none where it does not.
    #[must_use]
    pub const fn deficit(&self) -> Option<&Deficit> {
        self.deficit.as_ref()
    }

    /// The last event that is counted; none where the figures were given.
    #[must_use]
    pub const fn known_through(&self) -> Option<u64> {
        self.known_through
    }

    /// Whether the budget is approved, and since when; none where its figures were given.
    #[must_use]
    pub const fn standing(&self) -> Option<&BudgetStanding> {
        self.standing.as_ref()
    }
}

/// A figure over zero; none for zero and below.
fn positive(sum: SignedFigure) -> Option<SignedFigure> {
    (sum.minor() > 0).then_some(sum)
}

/// The columns are of one book, one currency and one year.
fn check_parts(
    budget: &Budget,
    period: &Statement,
    cumulative: &Statement,
    last_year: Option<&Comparative>,
) -> Result<(), StatementError> {
    let book = budget.book();
    for statement in [period, cumulative] {
        if statement.book() != book {
            let (expected, found) = (book.to_string(), statement.book().to_string());
            return Err(StatementError::OtherBook { expected, found });
        }
    }
    let starts = Day::new(budget.year(), 1, 1).ok();
    let fits = Some(cumulative.period().first()) == starts;
    if !fits || cumulative.period().last().year() != budget.year() {
        let found = cumulative.period();
        return Err(StatementError::OtherPeriod { what: "the cumulative statement", found });
    }
    let (part, whole) = (period.period(), cumulative.period());
    if part.last() != whole.last() || part.first() < whole.first() {
        return Err(StatementError::OtherPeriod { what: "the period's statement", found: part });
    }
    same("closing balance of the period = cumulative", cumulative.closing(), period.closing())?;
    if let Some(found) = last_year.and_then(|last_year| last_year.period)
        && Some(found) != year_before(whole)
    {
        return Err(StatementError::OtherPeriod { what: "last year's statement", found });
    }
    let planned = budget.lines().map(|(_, planned)| planned).chain(budget.opening());
    let planned = planned.flat_map(|it| [signed(it.budget), signed(it.adjusted)]);
    let compared = last_year.into_iter().flat_map(|it| it.lines.values().chain(&it.opening));
    planned.chain(compared.copied()).try_for_each(|it| check_given(book.fund().currency(), it))
}

/// The same part of the year before; the end of February is that of its year.
fn year_before(period: Period) -> Option<Period> {
    let year = period.last().year() - 1;
    let month = earmark_core::time::Month::new(year, period.last().month().number()).ok()?;
    let ends_month = period.last() == period.last().month().last_day();
    let last = if ends_month {
        month.last_day()
    } else {
        let after = period.last().days() - period.last().month().first_day().days();
        Day::from_days(month.first_day().days() + after).ok()?
    };
    Period::new(Day::new(year, 1, 1).ok()?, last)
}

/// Whether the book has a part of a year from its first day on: something counts for that day or an earlier
/// one, or the fund began in it, with nothing brought forward.
fn is_kept(reading: &Reading, part: Period) -> bool {
    let known = || reading.entries().filter(|entry| entry.key.day <= part.last());
    let before = known().any(|entry| entry.key.day <= part.first());
    let brought = |entry: crate::reading::Entry| entry.item == StatementItem::BroughtForward;
    before || (known().next().is_some() && !known().any(brought))
}

/// Where a column's figures come from.
struct Column {
    opening: Option<SignedFigure>,
    reorganised: Option<SignedFigure>,
    lent: Option<SignedFigure>,
    lines: Vec<(BudgetLine, SignedFigure)>,
}

impl Column {
    fn of_budget(budget: &Budget, part: impl Fn(Planned) -> Figure) -> Self {
        Self {
            opening: budget.opening().map(|planned| signed(part(planned))),
            reorganised: None,
            lent: None,
            lines: budget.lines().map(|(line, planned)| (line, signed(part(planned)))).collect(),
        }
    }

    fn of_statement(statement: &Statement) -> Self {
        Self::of_comparative(&Comparative::of_statement(statement))
    }

    fn of_comparative(figures: &Comparative) -> Self {
        let lines = figures.lines.iter().map(|(line, sum)| (*line, *sum)).collect();
        Self {
            opening: figures.opening,
            reorganised: figures.reorganised,
            lent: figures.lent,
            lines,
        }
    }

    /// The figure of a subject; none where the column has none.
    fn of(&self, subject: Subject, currency: Currency) -> Option<SignedFigure> {
        let sum = |counts: &dyn Fn(BudgetLine) -> bool| {
            let counted = self.lines.iter().filter(|(line, _)| counts(*line)).map(|(_, sum)| *sum);
            let counted: Vec<_> = counted.collect();
            (!counted.is_empty()).then(|| total(currency, counted))
        };
        match subject {
            Subject::Opening => self.opening,
            Subject::Reorganised => self.reorganised,
            Subject::Lent => self.lent,
            Subject::Income(item) => sum(&|line| line == BudgetLine::Income(item)),
            Subject::Expenditure(item) => sum(&|line| line == BudgetLine::Expenditure(item)),
            Subject::IncomeTotal => sum(&|line| matches!(line, BudgetLine::Income(_))),
            Subject::ExpenditureTotal => sum(&|line| matches!(line, BudgetLine::Expenditure(_))),
            Subject::IncomeSubtotal => {
                sum(&|line| matches!(line, BudgetLine::Income(item) if !item.is_inter_level()))
            }
            Subject::ExpenditureSubtotal => {
                sum(&|line| matches!(line, BudgetLine::Expenditure(item) if !item.is_inter_level()))
            }
            Subject::Closing => {
                let part = |subject| self.of(subject, currency).unwrap_or(zero(currency));
                let structure = plus(part(Subject::Reorganised), part(Subject::Lent));
                let income = plus(self.opening?, part(Subject::IncomeTotal));
                Some(less(plus(income, structure), part(Subject::ExpenditureTotal)))
            }
        }
    }
}

struct Form {
    currency: Currency,
    budget: Column,
    adjusted: Column,
    period: Column,
    cumulative: Column,
    last_year: Option<Column>,
}

impl Form {
    fn rows(&self, fund: &FundSpec) -> Result<Vec<BudgetRow>, StatementError> {
        let mut rows = Vec::new();
        let mut add =
            |number: String, subject| self.row(fund, number, subject).map(|row| rows.push(row));
        add("一".to_owned(), Subject::Opening)?;
        for subject in [Subject::Reorganised, Subject::Lent] {
            if self.columns().any(|column| column.of(subject, self.currency).is_some()) {
                add(String::new(), subject)?;
            }
        }
        add("二".to_owned(), Subject::IncomeTotal)?;
        add("二(一)".to_owned(), Subject::IncomeSubtotal)?;
        for (item, number) in self.income_items(fund).into_iter().zip(1..) {
            add(format!("二(一){number}"), Subject::Income(item))?;
        }
        add("二(二)".to_owned(), Subject::Income(IncomeItem::SuperiorSubsidy))?;
        add("二(三)".to_owned(), Subject::Income(IncomeItem::LowerRemittance))?;
        add("三".to_owned(), Subject::ExpenditureTotal)?;
        add("三(一)".to_owned(), Subject::ExpenditureSubtotal)?;
        for (item, number) in self.expenditure_items(fund).into_iter().zip(1..) {
            add(format!("三(一){number}"), Subject::Expenditure(item))?;
        }
        add("三(二)".to_owned(), Subject::Expenditure(ExpenditureItem::LowerSubsidy))?;
        add("三(三)".to_owned(), Subject::Expenditure(ExpenditureItem::SuperiorRemittance))?;
        add("四".to_owned(), Subject::Closing)?;
        Ok(rows)
    }

    /// Every line of every column.
    fn lines(&self) -> impl Iterator<Item = BudgetLine> {
        self.columns().flat_map(|column| column.lines.iter().map(|(line, _)| *line))
    }

    fn columns(&self) -> impl Iterator<Item = &Column> {
        let columns = [&self.budget, &self.adjusted, &self.period, &self.cumulative];
        columns.into_iter().chain(&self.last_year)
    }

    /// The fund's own income items, and whatever else has a figure.
    fn income_items(&self, fund: &FundSpec) -> Vec<IncomeItem> {
        let mut found: Vec<_> = fund.premiums().iter().map(|premium| premium.item).collect();
        found.extend([IncomeItem::Interest, IncomeItem::FiscalSubsidy, IncomeItem::Other]);
        found.extend(fund.invests().then_some(IncomeItem::InvestmentReturn));
        found.extend(fund.transfers().then_some(IncomeItem::TransferIn));
        found.extend(self.lines().filter_map(|line| match line {
            BudgetLine::Income(item) => Some(item),
            BudgetLine::Expenditure(_) => None,
        }));
        found.retain(|item| !item.is_inter_level());
        let place = |item: &IncomeItem| {
            INCOME_ORDER.iter().position(|it| it == item).unwrap_or(INCOME_ORDER.len())
        };
        found.sort_by_key(|item| (place(item), *item));
        found.dedup();
        found
    }

    /// The fund's own expenditure items, and whatever else has a figure.
    fn expenditure_items(&self, fund: &FundSpec) -> Vec<ExpenditureItem> {
        let listed = fund.benefits().iter().chain(fund.state_uses());
        let mut found: Vec<_> = listed.map(|purpose| purpose.item).collect();
        found.extend(fund.transfers().then_some(ExpenditureItem::TransferOut));
        found.extend(self.lines().filter_map(|line| match line {
            BudgetLine::Expenditure(item) => Some(item),
            BudgetLine::Income(_) => None,
        }));
        found.retain(|item| !item.is_inter_level());
        found.sort_unstable();
        found.dedup();
        found
    }

    fn row(
        &self,
        fund: &FundSpec,
        number: String,
        subject: Subject,
    ) -> Result<BudgetRow, StatementError> {
        let nothing = zero(self.currency);
        let of = |column: &Column| column.of(subject, self.currency);
        let is_item = matches!(subject, Subject::Income(_) | Subject::Expenditure(_));
        let (adjusted, done) = (of(&self.adjusted), of(&self.cumulative));
        let last_year = self.last_year.as_ref().and_then(of);
        let (label, label_zh) = label(fund, subject);
        Ok(BudgetRow {
            number,
            subject,
            label,
            label_zh,
            budget: of(&self.budget),
            adjusted,
            period: of(&self.period).unwrap_or(nothing),
            cumulative: if is_item { done } else { Some(done.unwrap_or(nothing)) },
            last_year,
            progress: progress(done.unwrap_or(nothing), adjusted.unwrap_or(nothing))?,
            growth: growth(done.unwrap_or(nothing), last_year.unwrap_or(nothing))?,
            flag: flag(subject, done.unwrap_or(nothing), adjusted.unwrap_or(nothing))?,
        })
    }
}

fn progress(done: SignedFigure, adjusted: SignedFigure) -> Result<Option<Percent>, StatementError> {
    if done.minor() == 0 && adjusted.minor() == 0 {
        return Percent::of(1, 1, 2);
    }
    Percent::of(done.minor(), adjusted.minor(), 2)
}

fn growth(now: SignedFigure, before: SignedFigure) -> Result<Option<Percent>, StatementError> {
    let out_of_range = StatementError::OutOfRange { what: "growth" };
    let whole = before.minor().checked_abs().ok_or(out_of_range)?;
    Percent::of(less(now, before).minor(), whole, 2)
}

fn flag(
    subject: Subject,
    done: SignedFigure,
    adjusted: SignedFigure,
) -> Result<Option<Flag>, StatementError> {
    let spending = matches!(
        subject,
        Subject::ExpenditureTotal | Subject::ExpenditureSubtotal | Subject::Expenditure(_)
    );
    if !spending || done.minor() <= adjusted.minor() {
        return Ok(None);
    }
    Ok(match Percent::of(done.minor(), adjusted.minor(), 1)? {
        Some(percent) => Some(Flag::Overspent { percent }),
        None => positive(done).map(|amount| Flag::Unbudgeted { amount }),
    })
}

/// What a row is called. In Chinese, premiums and benefits are named after the insurance.
fn label(fund: &FundSpec, subject: Subject) -> (&'static str, String) {
    let insurance = fund.name_zh().strip_suffix("基金").filter(|name| name.ends_with("保险"));
    let (label, label_zh) = match subject {
        Subject::Opening => ("opening balance", "期初余额"),
        Subject::Reorganised => ("reorganised", "划转"),
        Subject::Lent => ("lent and borrowed", "基金间借款"),
        Subject::IncomeTotal => ("income, total", "收入合计"),
        Subject::IncomeSubtotal => ("income, own", "收入小计"),
        Subject::ExpenditureTotal => ("expenditure, total", "支出合计"),
        Subject::ExpenditureSubtotal => ("expenditure, own", "支出小计"),
        Subject::Closing => ("closing balance", "期末余额"),
        Subject::Income(item) => (item.name(), item.name_zh()),
        Subject::Expenditure(item) => (item.name(), item.name_zh()),
    };
    let own = match (subject, insurance) {
        (Subject::Income(IncomeItem::Premium), Some(name)) => Some(format!("{name}费收入")),
        (Subject::Expenditure(ExpenditureItem::Benefit), Some(name)) => {
            Some(format!("{name}待遇支出"))
        }
        _ => None,
    };
    (label, own.unwrap_or_else(|| label_zh.to_owned()))
}
