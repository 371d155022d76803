use earmark_core::fund::{ExpenditureItem, IncomeItem};
use earmark_core::id::BookId;
use earmark_core::money::SignedFigure;
use earmark_core::report::{Line, Statement};
use earmark_core::time::Period;
use serde::Serialize;

use crate::chart::Code;
use crate::error::StatementError;
use crate::figures::{less, plus, same, total};
use crate::language::Label;
use crate::placement;
use crate::reading::Reading;

/// The income and expenditure statement of a book over a period (收支表), with account codes.
///
/// For a calendar year it also says what the year's end carries into the fund balance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct IncomeAndExpenditure {
    book: BookId,
    period: Period,
    known_through: u64,
    opening: SignedFigure,
    brought_forward: SignedFigure,
    reorganised: SignedFigure,
    lent: SignedFigure,
    income: Vec<CodedLine<IncomeItem>>,
    income_total: SignedFigure,
    expenditure: Vec<CodedLine<ExpenditureItem>>,
    expenditure_total: SignedFigure,
    surplus: SignedFigure,
    closing: SignedFigure,
    #[serde(skip_serializing_if = "Option::is_none")]
    carrying: Option<Carrying>,
}

/// One line: an item and, where it has one, a purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct CodedLine<Item> {
    /// The account code of the item; none where the chart has none.
    pub code: Option<&'static Code>,
    /// The item.
    pub item: Item,
    /// The purpose in the fund's closed list; none where the item has none.
    pub purpose: Option<&'static str>,
    /// What the line is called.
    pub label: Label,
    /// The sum, less what was taken back.
    pub sum: SignedFigure,
}

/// How a year's income and expenditure are closed into the fund balance (年末结转).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Carrying {
    /// The code of the fund balance.
    pub into: Option<&'static Code>,
    /// The fund balance before, with what was brought forward, reorganised and lent in the year.
    pub before: SignedFigure,
    /// All income, carried in.
    pub income: SignedFigure,
    /// All expenditure, carried in.
    pub expenditure: SignedFigure,
    /// The fund balance after.
    pub after: SignedFigure,
}

impl IncomeAndExpenditure {
    /// The statement of a reading over a period.
    ///
    /// # Errors
    /// [`StatementError::Differs`] where opening, income and expenditure do not lead to the closing
    /// balance that the accounts hold.
    pub fn of(reading: &Reading, period: Period) -> Result<Self, StatementError> {
        let held = earmark_core::account::Account::ALL
            .map(|account| reading.balance(account, period.last()).minor());
        let statement = reading.statement(period);
        let closing = reading.figure(held.iter().sum());
        same("closing balance = what the accounts hold", closing, statement.closing())?;
        Self::of_statement(&statement, reading.through())
    }

    /// The same from a statement of the core. `known_through` is the last event that it counts.
    ///
    /// # Errors
    /// [`StatementError::Differs`] where the statement's own figures do not fit each other.
    pub fn of_statement(statement: &Statement, known_through: u64) -> Result<Self, StatementError> {
        let (income_total, expenditure_total) =
            (statement.income_total(), statement.expenditure_total());
        let surplus = less(income_total, expenditure_total);
        let before = [
            statement.opening(),
            statement.brought_forward(),
            statement.reorganised(),
            statement.lent(),
        ];
        let before = total(statement.opening().currency(), before);
        same(
            "opening + brought forward + reorganised + lent + income - expenditure = closing",
            statement.closing(),
            plus(before, surplus),
        )?;
        let period = statement.period();
        let carrying = (Period::year(period.last().year()) == Ok(period)).then(|| Carrying {
            into: placement::fund_balance_code(),
            before,
            income: income_total,
            expenditure: expenditure_total,
            after: statement.closing(),
        });
        Ok(Self {
            book: statement.book(),
            period,
            known_through,
            opening: statement.opening(),
            brought_forward: statement.brought_forward(),
            reorganised: statement.reorganised(),
            lent: statement.lent(),
            income: coded(statement.income(), placement::income_code),
            income_total,
            expenditure: coded(statement.expenditure(), placement::expenditure_code),
            expenditure_total,
            surplus,
            closing: statement.closing(),
            carrying,
        })
    }

    /// The book.
    #[must_use]
    pub const fn book(&self) -> BookId {
        self.book
    }

    /// The period.
    #[must_use]
    pub const fn period(&self) -> Period {
        self.period
    }

    /// The last event that is counted.
    #[must_use]
    pub const fn known_through(&self) -> u64 {
        self.known_through
    }

    /// The balance at the start of the period.
    #[must_use]
    pub const fn opening(&self) -> SignedFigure {
        self.opening
    }

    /// Balances with which accounts entered the ledger during the period.
    #[must_use]
    pub const fn brought_forward(&self) -> SignedFigure {
        self.brought_forward
    }

    /// What reorganisations laid down by law brought in, less what they took out (X4).
    #[must_use]
    pub const fn reorganised(&self) -> SignedFigure {
        self.reorganised
    }

    /// What authorised loans between funds brought in, less what they took out; none in a Chinese fund.
    #[must_use]
    pub const fn lent(&self) -> SignedFigure {
        self.lent
    }

    /// Income by item and purpose.
    #[must_use]
    pub fn income(&self) -> &[CodedLine<IncomeItem>] {
        &self.income
    }

    /// All income.
    #[must_use]
    pub const fn income_total(&self) -> SignedFigure {
        self.income_total
    }

    /// Expenditure by item and purpose.
    #[must_use]
    pub fn expenditure(&self) -> &[CodedLine<ExpenditureItem>] {
        &self.expenditure
    }

    /// All expenditure.
    #[must_use]
    pub const fn expenditure_total(&self) -> SignedFigure {
        self.expenditure_total
    }

    /// Income less expenditure.
    #[must_use]
    pub const fn surplus(&self) -> SignedFigure {
        self.surplus
    }

    /// The balance at the end of the period.
    #[must_use]
    pub const fn closing(&self) -> SignedFigure {
        self.closing
    }

    /// What the year's end carries into the fund balance; none where the period is not a calendar
    /// year.
    #[must_use]
    pub const fn carrying(&self) -> Option<&Carrying> {
        self.carrying.as_ref()
    }
}

fn coded<Item: Copy>(
    lines: &[Line<Item>],
    code: impl Fn(Item) -> Option<&'static Code>,
) -> Vec<CodedLine<Item>> {
    let coded = |line: &Line<Item>| CodedLine {
        code: code(line.item),
        item: line.item,
        purpose: line.purpose,
        label: Label::new(line.label, line.label_zh),
        sum: line.sum,
    };
    lines.iter().map(coded).collect()
}
