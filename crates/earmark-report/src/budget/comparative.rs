use std::collections::BTreeMap;

use earmark_core::money::SignedFigure;
use earmark_core::register::BudgetLine;
use earmark_core::report::Statement;
use earmark_core::time::Period;

use crate::figures::plus;

/// Cumulative figures of a year: those with which another year is compared.
///
/// Made from a statement, or from figures published before the ledger was kept.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Comparative {
    pub(super) period: Option<Period>,
    pub(super) opening: Option<SignedFigure>,
    pub(super) reorganised: Option<SignedFigure>,
    pub(super) lent: Option<SignedFigure>,
    pub(super) lines: BTreeMap<BudgetLine, SignedFigure>,
}

impl Comparative {
    /// Given figures, none of them yet.
    #[must_use]
    pub fn given() -> Self {
        Self::default()
    }

    /// The same with the balance with which the year opened.
    #[must_use]
    pub const fn opening_with(mut self, opening: SignedFigure) -> Self {
        self.opening = Some(opening);
        self
    }

    /// The same with a line; one that it has already is replaced.
    #[must_use]
    pub fn with(mut self, line: BudgetLine, sum: SignedFigure) -> Self {
        self.lines.insert(line, sum);
        self
    }

    /// The figures of a statement from 1 January on.
    #[must_use]
    pub fn of_statement(statement: &Statement) -> Self {
        let income = statement.income().iter().map(|line| BudgetLine::Income(line.item));
        let expenditure = statement.expenditure().iter();
        let expenditure = expenditure.map(|line| BudgetLine::Expenditure(line.item));
        let sum = |line| match line {
            BudgetLine::Income(item) => statement.income_of(item),
            BudgetLine::Expenditure(item) => statement.expenditure_of(item),
        };
        Self {
            period: Some(statement.period()),
            opening: Some(plus(statement.opening(), statement.brought_forward())),
            reorganised: moved(statement.reorganised()),
            lent: moved(statement.lent()),
            lines: income.chain(expenditure).map(|line| (line, sum(line))).collect(),
        }
    }
}

/// A figure that is not zero.
fn moved(sum: SignedFigure) -> Option<SignedFigure> {
    (sum.minor() != 0).then_some(sum)
}
