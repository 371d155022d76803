use super::batch::about;
use super::{command, plain};
use crate::event::{Kind, Text};
use crate::money::Amount;
use crate::register::BudgetLine;
use crate::time::{Day, Month};

command! {
    /// A line of a year's budget is drafted, or drafted again (预算编制).
    DraftBudgetLine<F> {
        /// The year.
        year: u16,
        /// The line.
        line: BudgetLine,
        /// How much; zero for a line with nothing.
        amount: Amount<F>,
    }
    |it| about(Kind::BudgetLineDrafted, it.amount.minor())
        .purpose(it.line.code())
        .matter(|matter| matter.number = u64::from(it.year))
}

command! {
    /// A year's budget is approved as drafted (预算批准). The totals are those of its lines; a deficit has a
    /// reason.
    ApproveBudget<F> {
        /// The year.
        year: u16,
        /// All income in its lines.
        income: Amount<F>,
        /// All expenditure in its lines.
        expenditure: Amount<F>,
        /// Why expenditure is over income, where it is.
        deficit_reason: Option<Text>,
    }
    |it| {
        let approved = about(Kind::BudgetApproved, it.income.minor()).matter(|matter| {
            matter.number = u64::from(it.year);
            matter.base_minor = it.expenditure.minor();
            matter.text = it.deficit_reason.map_or(0, Text::number);
        });
        match it.deficit_reason {
            Some(reason) => approved.taken_from(reason.origin()),
            None => approved,
        }
    }
}

command! {
    /// A line of an approved budget is to be adjusted (预算调整方案). It is in force once approved.
    AdjustBudgetLine<F> {
        /// The year.
        year: u16,
        /// The line.
        line: BudgetLine,
        /// How much instead.
        amount: Amount<F>,
        /// Why.
        reason: Text,
    }
    |it| about(Kind::BudgetLineAdjusted, it.amount.minor())
        .purpose(it.line.code())
        .matter(|matter| {
            matter.number = u64::from(it.year);
            matter.text = it.reason.number();
        })
        .taken_from(it.reason.origin())
}

plain! {
    /// The adjustments of a year's budget are approved.
    ApproveAdjustments {
        /// The year.
        year: u16,
        /// On what decision.
        reason: Text,
    }
    |it| about(Kind::BudgetAdjusted, 0)
        .matter(|matter| {
            matter.number = u64::from(it.year);
            matter.text = it.reason.number();
        })
        .taken_from(it.reason.origin())
}

command! {
    /// A month's use plan is approved (用款计划): how much may be released by it. A later approval takes the
    /// place of an earlier one.
    ApproveUsePlan<F> {
        /// The month.
        month: Month,
        /// How much.
        amount: Amount<F>,
    }
    |it| about(Kind::UsePlanApproved, it.amount.minor())
        .matter(|matter| matter.from = Some(it.month.first_day()))
}

command! {
    /// A step of the shortfall ladder is taken, or found to give nothing (财社〔2017〕144号 art 38).
    TakeShortfallStep<F> {
        /// A day of the year that falls short.
        in_year_of: Day,
        /// Which step of the profile's ladder, from 1.
        step: u32,
        /// How much it gave.
        gave: Amount<F>,
        /// What was found and done.
        finding: Text,
    }
    |it| about(Kind::ShortfallStepTaken, it.gave.minor())
        .matter(|matter| {
            matter.from = Some(it.in_year_of);
            matter.number = u64::from(it.step);
            matter.text = it.finding.number();
        })
        .taken_from(it.finding.origin())
}

command! {
    /// A part of the balance is set aside as reserve (提取储备金; 工伤保险条例 art 13). It stays where it is.
    SetReserveAside<F> {
        /// How much.
        amount: Amount<F>,
    }
    |it| about(Kind::ReserveSetAside, it.amount.minor()).matter(|_| {})
}

command! {
    /// A part of the reserve is given free (动用储备金; 工伤保险经办规程 art 98).
    DrawReserve<F> {
        /// How much.
        amount: Amount<F>,
        /// Why.
        reason: Text,
    }
    |it| about(Kind::ReserveDrawn, it.amount.minor())
        .matter(|matter| matter.text = it.reason.number())
        .taken_from(it.reason.origin())
}

command! {
    /// The net value of what is invested is reported, and the equities in it (国发〔2015〕48号).
    ReportInvestment<F: Invests> {
        /// The day of the valuation.
        on: Day,
        /// The net value.
        value: Amount<F>,
        /// The equities in it.
        equities: Amount<F>,
    }
    |it| about(Kind::InvestmentReported, it.value.minor())
        .matter(|matter| {
            matter.base_minor = it.equities.minor();
            matter.from = Some(it.on);
        })
}
