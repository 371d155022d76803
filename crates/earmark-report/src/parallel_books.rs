use earmark_core::account::Account;
use earmark_core::fund::ExpenditureItem;
use earmark_core::id::BookId;
use earmark_core::money::SignedFigure;
use earmark_core::report::StatementItem;
use earmark_core::time::Period;
use serde::Serialize;

use crate::balance_sheet::CodedFigure;
use crate::chart::Code;
use crate::error::StatementError;
use crate::figures::{less, same, total};
use crate::language::Label;
use crate::placement::{self, FinanceCode, ReconciliationLine, finance_charge};
use crate::reading::Reading;

/// The agency's book and the finance department's book over a period, and why they differ.
///
/// Both keep the same fund. The finance book charges 5001 when it sends money to the expenditure
/// account or pays directly; the agency book charges 5001 when it pays (财办〔2018〕43号;
/// 财会〔2017〕28号). So finance 5001 less agency 5001 is the change of the expenditure account, before
/// whatever else moved in it. Each line of the reconciliation says what it did to the two books and to
/// the account, and no reconciliation exists whose lines do not come to the books' own figures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ParallelBooks {
    book: BookId,
    period: Period,
    known_through: u64,
    finance: Vec<CodedFigure>,
    agency: Vec<CodedFigure>,
    reconciliation: Reconciliation,
}

/// Why 5001 of the two books differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reconciliation {
    /// What the finance book charged to 5001.
    pub finance: SignedFigure,
    /// What the agency book charged to 5001.
    pub agency: SignedFigure,
    /// The one less the other.
    pub difference: SignedFigure,
    /// The expenditure account before the period.
    pub account_opening: SignedFigure,
    /// The expenditure account at the end of the period.
    pub account_closing: SignedFigure,
    /// By how much the expenditure account changed.
    pub account_change: SignedFigure,
    /// The difference less the change: what moved in the account or in one book alone.
    pub adjustment: SignedFigure,
    /// The lines, each of which is in the columns that its money touched.
    pub lines: Vec<Explanation>,
}

/// What one line did to the two books and to the expenditure account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The line.
    pub line: ReconciliationLine,
    /// What it added to 5001 of the finance book.
    pub finance: SignedFigure,
    /// What it added to 5001 of the agency book.
    pub agency: SignedFigure,
    /// By how much it changed the expenditure account.
    pub account: SignedFigure,
    /// What it adds to the account's change to come to the difference of the books: finance less agency
    /// less account. Zero on every line in which both move alike.
    pub adjustment: SignedFigure,
}

impl ParallelBooks {
    /// Both books of a reading over a period.
    ///
    /// # Errors
    /// [`StatementError::Differs`] where the lines do not come to what the books charged and the account
    /// changed by.
    pub fn of(reading: &Reading, period: Period) -> Result<Self, StatementError> {
        let finance = [FinanceCode::Benefits, FinanceCode::CriticalIllness]
            .map(|code| CodedFigure::of_code(code.code(), charged(reading, period, code)));
        let statement = reading.statement(period);
        let agency = ExpenditureItem::ALL
            .into_iter()
            .filter(|item| {
                *item == ExpenditureItem::Benefit
                    || statement.expenditure().iter().any(|line| line.item == *item)
            })
            .map(|item| {
                let code = placement::expenditure_code(item);
                let label = code.map_or(Label::new(item.name(), item.name_zh()), Code::label);
                CodedFigure { code, label, sum: statement.expenditure_of(item) }
            })
            .collect();
        let reconciliation = Reconciliation::of(
            reading,
            period,
            charged(reading, period, FinanceCode::Benefits),
            statement.expenditure_of(ExpenditureItem::Benefit),
        )?;
        Ok(Self {
            book: reading.book(),
            period,
            known_through: reading.through(),
            finance: finance.to_vec(),
            agency,
            reconciliation,
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

    /// What the finance department's book charged, by code.
    #[must_use]
    pub fn finance(&self) -> &[CodedFigure] {
        &self.finance
    }

    /// What the agency's book charged, by code.
    #[must_use]
    pub fn agency(&self) -> &[CodedFigure] {
        &self.agency
    }

    /// Why they differ.
    #[must_use]
    pub const fn reconciliation(&self) -> &Reconciliation {
        &self.reconciliation
    }
}

/// What the finance book charged to a code.
fn charged(reading: &Reading, period: Period, code: FinanceCode) -> SignedFigure {
    let charges = reading.within(period).filter_map(|entry| finance_charge(&entry));
    reading.figure(charges.filter(|(of, _)| *of == code).map(|(_, sum)| sum).sum())
}

impl Reconciliation {
    fn of(
        reading: &Reading,
        period: Period,
        finance: SignedFigure,
        agency: SignedFigure,
    ) -> Result<Self, StatementError> {
        let lines: Vec<_> = ReconciliationLine::ALL
            .into_iter()
            .map(|line| Explanation::of(reading, period, line))
            .filter(|it| [it.finance, it.agency, it.account].iter().any(|sum| sum.minor() != 0))
            .collect();
        let before = period.first().previous();
        let held = |day| reading.balance(Account::Expenditure, day);
        let account_opening = before.map_or(reading.figure(0), held);
        let account_closing = held(period.last());
        let account_change = less(account_closing, account_opening);
        let difference = less(finance, agency);
        let adjustment = less(difference, account_change);
        let sum = |part: fn(&Explanation) -> SignedFigure| {
            total(reading.currency(), lines.iter().map(part))
        };
        same("lines of the finance book = its 5001", finance, sum(|it| it.finance))?;
        same("lines of the agency book = its 5001", agency, sum(|it| it.agency))?;
        same("lines of the account = its change", account_change, sum(|it| it.account))?;
        same("adjustments = difference - change", adjustment, sum(|it| it.adjustment))?;
        Ok(Self {
            finance,
            agency,
            difference,
            account_opening,
            account_closing,
            account_change,
            adjustment,
            lines,
        })
    }
}

impl Explanation {
    fn of(reading: &Reading, period: Period, line: ReconciliationLine) -> Self {
        let (mut finance, mut agency, mut account) = (0, 0, 0);
        let of_line = |entry: &_| ReconciliationLine::of(entry) == Some(line);
        for entry in reading.within(period).filter(of_line) {
            if let Some((FinanceCode::Benefits, sum)) = finance_charge(&entry) {
                finance += sum;
            }
            if entry.item == StatementItem::Expenditure(ExpenditureItem::Benefit) {
                agency += entry.counted;
            }
            account += entry.change(Account::Expenditure);
        }
        Self {
            line,
            finance: reading.figure(finance),
            agency: reading.figure(agency),
            account: reading.figure(account),
            adjustment: reading.figure(finance - agency - account),
        }
    }
}
