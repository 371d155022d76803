use earmark_core::fund::{ExpenditureItem, IncomeItem};
use earmark_core::money::SignedFigure;
use serde::Serialize;

use crate::percent::Percent;

/// What a row of the budget execution form is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// 期初余额
    Opening,
    /// What reorganisations laid down by law brought in, less what they took out. In the form where there
    /// was one.
    Reorganised,
    /// What authorised loans between funds brought in, less what they took out. In the form where there was
    /// one.
    Lent,
    /// 收入合计: all income.
    IncomeTotal,
    /// 收入小计: income but for flows between levels.
    IncomeSubtotal,
    /// An income item.
    Income(IncomeItem),
    /// 支出合计: all expenditure.
    ExpenditureTotal,
    /// 支出小计: expenditure but for flows between levels.
    ExpenditureSubtotal,
    /// An expenditure item.
    Expenditure(ExpenditureItem),
    /// 期末余额
    Closing,
}

/// A row of the budget execution form, with its seven columns. An empty cell is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BudgetRow {
    /// The number of the row in Chinese form, such as `二(一)1`.
    pub number: String,
    /// What it is about.
    pub subject: Subject,
    /// What it is called in English.
    pub label: &'static str,
    /// What it is called in Chinese, with the insurance in the names of premiums and benefits.
    pub label_zh: String,
    /// The budget (预算数).
    pub budget: Option<SignedFigure>,
    /// The adjusted budget (调整预算数).
    pub adjusted: Option<SignedFigure>,
    /// This period (本期数). Always given, also where it is zero.
    pub period: SignedFigure,
    /// From 1 January on (累计数); none for an item under which nothing was recorded.
    pub cumulative: Option<SignedFigure>,
    /// The same part of last year (上年同期累计数).
    pub last_year: Option<SignedFigure>,
    /// The cumulative figure in per cent of the adjusted budget (完成进度). Nothing done of nothing budgeted
    /// is 100 per cent; something done of nothing budgeted has no percentage.
    pub progress: Option<Percent>,
    /// The change from last year in per cent (同比增长); none where there is nothing to compare with.
    pub growth: Option<Percent>,
    /// What a reader must not overlook.
    pub flag: Option<Flag>,
}

/// What a reader of a row must not overlook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Flag {
    /// More was spent than the adjusted budget allows.
    Overspent {
        /// What was spent, in per cent of the adjusted budget, to one decimal place.
        percent: Percent,
    },
    /// Money was spent for which there is no budget.
    Unbudgeted {
        /// How much.
        amount: SignedFigure,
    },
}

/// A budget in which expenditure is over income.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Deficit {
    /// By how much, after adjustment.
    pub amount: SignedFigure,
    /// Why, as the act that approved it says; none where figures were given, or nothing is approved.
    pub reason: Option<String>,
}
