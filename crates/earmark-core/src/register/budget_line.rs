use std::fmt;

use serde::{Deserialize, Serialize};

use crate::fund::{ExpenditureItem, IncomeItem};

/// A line of a fund's budget: an item of income or of expenditure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BudgetLine {
    /// An item of income.
    Income(IncomeItem),
    /// An item of expenditure.
    Expenditure(ExpenditureItem),
}

/// Codes of expenditure lines stand above those of income lines.
const EXPENDITURE: u16 = 100;

impl BudgetLine {
    /// Every line, income first, in the order of a statement.
    pub fn all() -> impl Iterator<Item = Self> {
        let income = IncomeItem::ALL.into_iter().map(Self::Income);
        income.chain(ExpenditureItem::ALL.into_iter().map(Self::Expenditure))
    }

    /// The code under which it is stored: 1 and up for income, 101 and up for expenditure. It never
    /// changes its meaning.
    #[must_use]
    pub const fn code(self) -> u16 {
        match self {
            Self::Income(item) => match item {
                IncomeItem::Premium => 1,
                IncomeItem::CollectiveSubsidy => 2,
                IncomeItem::FiscalSubsidy => 3,
                IncomeItem::Interest => 4,
                IncomeItem::InvestmentReturn => 5,
                IncomeItem::TransferIn => 6,
                IncomeItem::SuperiorSubsidy => 7,
                IncomeItem::LowerRemittance => 8,
                IncomeItem::Other => 9,
            },
            Self::Expenditure(item) => {
                EXPENDITURE
                    + match item {
                        ExpenditureItem::Benefit => 1,
                        ExpenditureItem::CriticalIllnessInsurance => 2,
                        ExpenditureItem::CapacityAppraisal => 3,
                        ExpenditureItem::InjuryPrevention => 4,
                        ExpenditureItem::JobStabilisation => 5,
                        ExpenditureItem::SkillUpgrading => 6,
                        ExpenditureItem::TransferOut => 7,
                        ExpenditureItem::SuperiorRemittance => 8,
                        ExpenditureItem::LowerSubsidy => 9,
                        ExpenditureItem::Other => 10,
                        ExpenditureItem::Administration => 11,
                    }
            }
        }
    }

    /// The line with this code.
    #[must_use]
    pub fn from_code(code: u16) -> Option<Self> {
        Self::all().find(|line| line.code() == code)
    }

    /// The name in transport forms, such as `income_premium`.
    #[must_use]
    pub fn key(self) -> &'static str {
        const INCOME: [&str; 9] = [
            "income_premium",
            "income_collective_subsidy",
            "income_fiscal_subsidy",
            "income_interest",
            "income_investment_return",
            "income_transfer_in",
            "income_superior_subsidy",
            "income_lower_remittance",
            "income_other",
        ];
        const OUTGO: [&str; 11] = [
            "expenditure_benefit",
            "expenditure_critical_illness_insurance",
            "expenditure_capacity_appraisal",
            "expenditure_injury_prevention",
            "expenditure_job_stabilisation",
            "expenditure_skill_upgrading",
            "expenditure_transfer_out",
            "expenditure_superior_remittance",
            "expenditure_lower_subsidy",
            "expenditure_other",
            "expenditure_administration",
        ];
        let (list, first): (&[&'static str], u16) = match self {
            Self::Income(_) => (&INCOME, 1),
            Self::Expenditure(_) => (&OUTGO, EXPENDITURE + 1),
        };
        list.get(usize::from(self.code().saturating_sub(first))).copied().unwrap_or_default()
    }

    /// The line with this name.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::all().find(|line| line.key() == key)
    }

    /// The English label.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Income(item) => item.name(),
            Self::Expenditure(item) => item.name(),
        }
    }

    /// The Chinese label.
    #[must_use]
    pub const fn name_zh(self) -> &'static str {
        match self {
            Self::Income(item) => item.name_zh(),
            Self::Expenditure(item) => item.name_zh(),
        }
    }

    /// Whether it is a line of income.
    #[must_use]
    pub const fn is_income(self) -> bool {
        matches!(self, Self::Income(_))
    }
}

impl fmt::Display for BudgetLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_names_are_inverse_and_each_once() {
        let mut codes = Vec::new();
        for line in BudgetLine::all() {
            assert_eq!(BudgetLine::from_code(line.code()), Some(line));
            assert_eq!(BudgetLine::from_key(line.key()), Some(line));
            assert!(!codes.contains(&line.code()));
            codes.push(line.code());
        }
        assert_eq!(codes.len(), 20);
        assert_eq!(BudgetLine::from_code(0), None);
        assert_eq!(BudgetLine::from_code(100), None);
    }
}
