use earmark_core::account::Account;
use earmark_core::event::Kind;
use earmark_core::id::BookId;
use earmark_core::ledger::AnyBook;
use earmark_core::money::SignedFigure;
use earmark_core::time::{Day, Period};
use serde::Serialize;

use crate::chart::{ChartBook, Code};
use crate::error::StatementError;
use crate::figures::{check_given, less, plus, same, total, zero};
use crate::language::Label;
use crate::placement;
use crate::reading::{Knowledge, Reading};

/// The balance sheet of a book at the end of a day (资产负债表).
///
/// Assets are what the accounts hold, from the postings of events. Net assets are what income and
/// expenditure left over, with what reorganisations moved. They are counted on two paths, and no balance
/// sheet exists in which they differ.
///
/// The net assets are the general balance (3001) and the reserve (3201). A fund whose law authorises loans
/// has two lines more: what it lent is an asset, what it borrowed a liability. No Chinese fund has either.
///
/// The agency's book has every account. The finance department's book has the special account alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BalanceSheet {
    book: BookId,
    kept_by: ChartBook,
    day: Day,
    known_through: u64,
    assets: Vec<CodedFigure>,
    assets_total: SignedFigure,
    liabilities: Vec<CodedFigure>,
    liabilities_total: SignedFigure,
    net_assets: Vec<CodedFigure>,
    net_assets_total: SignedFigure,
}

/// A figure under a code of the chart of accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct CodedFigure {
    /// The code; none where the chart has none.
    pub code: Option<&'static Code>,
    /// What the line is called.
    pub label: Label,
    /// The figure.
    pub sum: SignedFigure,
}

impl BalanceSheet {
    /// The balance sheet of a reading at the end of a day, with the reserve as the book has it: what was set
    /// aside for that day or an earlier one, less what was drawn, as far as the reading knows.
    ///
    /// Costs a pass over the book's events.
    ///
    /// # Errors
    /// [`StatementError::Differs`] where assets do not come to liabilities and net assets;
    /// [`StatementError::OtherBook`] where the reading is of another book; [`StatementError::Fault`] where the
    /// store cannot be read.
    pub fn of(book: &AnyBook, reading: &Reading, day: Day) -> Result<Self, StatementError> {
        if book.id() != reading.book() {
            let (expected, found) = (book.id().to_string(), reading.book().to_string());
            return Err(StatementError::OtherBook { expected, found });
        }
        let mut reserve = 0_i128;
        Knowledge::Through(reading.through()).each(book, &mut |recorded| {
            let sign = match recorded.kind() {
                Kind::ReserveSetAside => 1,
                Kind::ReserveDrawn => -1,
                _ => return,
            };
            if recorded.effective_on() <= day {
                reserve += sign * i128::from(recorded.event().fact().amount_minor());
            }
        })?;
        Self::of_parts(reading, day, reading.figure(reserve))
    }

    /// The same with a reserve (储备金) that is given, for a book that does not keep it.
    ///
    /// # Errors
    /// As [`of`](Self::of); [`StatementError::ReserveOverBalance`] where the reserve is negative or more than
    /// there is.
    pub fn with_reserve(
        reading: &Reading,
        day: Day,
        reserve: SignedFigure,
    ) -> Result<Self, StatementError> {
        check_given(reading.currency(), reserve)?;
        let sheet = Self::of_parts(reading, day, reserve)?;
        check_reserve(reserve, sheet.net_assets_total)?;
        Ok(sheet)
    }

    fn of_parts(
        reading: &Reading,
        day: Day,
        reserve: SignedFigure,
    ) -> Result<Self, StatementError> {
        let assets = Account::ALL.map(|account| (account, reading.balance(account, day)));
        let (held, lent) = fund_balance(reading, day)?;
        let loans = Loans::of(reading, day);
        same("loans made - loans received = lent", plus(loans.owing, lent), loans.owed)?;
        // What was borrowed is held and not owned; what was lent is owned and not held.
        let owned = less(held, lent);
        Self::made(reading.book(), day, reading.through(), &assets, loans, owned, reserve)
    }

    /// A balance sheet of figures: what each account holds, the fund balance that income and
    /// expenditure left over, and the reserve inside it. `known_through` is the last event counted.
    ///
    /// # Errors
    /// As [`with_reserve`](Self::with_reserve); [`StatementError::OtherCurrency`] where a figure is not in
    /// the fund's currency; [`StatementError::OutOfRange`] where it is beyond what a ledger can hold.
    pub fn balanced(
        book: BookId,
        day: Day,
        known_through: u64,
        assets: &[(Account, SignedFigure)],
        fund_balance: SignedFigure,
        reserve: SignedFigure,
    ) -> Result<Self, StatementError> {
        let currency = book.fund().currency();
        for figure in assets.iter().map(|(_, sum)| sum).chain([&fund_balance, &reserve]) {
            check_given(currency, *figure)?;
        }
        check_reserve(reserve, fund_balance)?;
        let none = Loans { owing: zero(currency), owed: zero(currency) };
        Self::made(book, day, known_through, assets, none, fund_balance, reserve)
    }

    fn made(
        book: BookId,
        day: Day,
        known_through: u64,
        assets: &[(Account, SignedFigure)],
        loans: Loans,
        net_assets: SignedFigure,
        reserve: SignedFigure,
    ) -> Result<Self, StatementError> {
        let currency = book.fund().currency();
        let held = total(currency, assets.iter().map(|(_, sum)| *sum));
        let assets_total = plus(held, loans.owing);
        same("assets = liabilities + net assets", assets_total, plus(loans.owed, net_assets))?;
        let shown = |(account, sum): &&(Account, SignedFigure)| {
            *account != Account::Investment || book.fund().invests() || sum.minor() != 0
        };
        let coded = |(account, sum): &(Account, SignedFigure)| CodedFigure {
            code: placement::account_code(*account),
            label: placement::account_label(*account),
            sum: *sum,
        };
        let mut assets: Vec<_> = assets.iter().filter(shown).map(coded).collect();
        assets.sort_by_key(|line| line.code.map(|code| &code.code));
        let mut liabilities = Vec::new();
        if book.fund().borrows() {
            let (made, received) = (placement::LOANS_MADE, placement::LOANS_RECEIVED);
            assets.push(CodedFigure { code: None, label: made, sum: loans.owing });
            let code = placement::borrowings_code();
            liabilities.push(CodedFigure { code, label: received, sum: loans.owed });
        }
        let general =
            CodedFigure::of_code(placement::fund_balance_code(), less(net_assets, reserve));
        let set_aside = CodedFigure::of_code(placement::reserve_code(), reserve);
        let set_aside = (reserve.minor() != 0).then_some(set_aside);
        Ok(Self {
            book,
            kept_by: ChartBook::Agency,
            day,
            known_through,
            assets,
            assets_total,
            liabilities,
            liabilities_total: loans.owed,
            net_assets: [general].into_iter().chain(set_aside).collect(),
            net_assets_total: net_assets,
        })
    }

    /// The balance sheet of the finance department's book of the special account (财办〔2018〕43号). Its
    /// balance (财政专户结余) is the fund balance less what the other accounts hold.
    ///
    /// # Errors
    /// [`StatementError::Differs`] where that is not what the special account holds.
    pub fn of_finance_book(reading: &Reading, day: Day) -> Result<Self, StatementError> {
        let held = reading.balance(Account::Special, day);
        let others = Account::ALL.into_iter().filter(|account| *account != Account::Special);
        let others = others.map(|account| reading.balance(account, day));
        let (all, _) = fund_balance(reading, day)?;
        let balance = less(all, total(reading.currency(), others));
        same("bank deposit = balance of the special account", held, balance)?;
        Ok(Self {
            book: reading.book(),
            kept_by: ChartBook::Finance,
            day,
            known_through: reading.through(),
            assets: vec![CodedFigure::of_code(placement::finance_deposit_code(), held)],
            assets_total: held,
            liabilities: Vec::new(),
            liabilities_total: zero(reading.currency()),
            net_assets: vec![CodedFigure::of_code(placement::finance_balance_code(), balance)],
            net_assets_total: balance,
        })
    }

    /// The book.
    #[must_use]
    pub const fn book(&self) -> BookId {
        self.book
    }

    /// Whose book it is: the agency's or the finance department's.
    #[must_use]
    pub const fn kept_by(&self) -> ChartBook {
        self.kept_by
    }

    /// The day at whose end it stands.
    #[must_use]
    pub const fn day(&self) -> Day {
        self.day
    }

    /// The last event that is counted.
    #[must_use]
    pub const fn known_through(&self) -> u64 {
        self.known_through
    }

    /// What the accounts hold, in the order of their codes.
    #[must_use]
    pub fn assets(&self) -> &[CodedFigure] {
        &self.assets
    }

    /// All assets.
    #[must_use]
    pub const fn assets_total(&self) -> SignedFigure {
        self.assets_total
    }

    /// What is owed: what authorised loans of other funds brought in and is not repaid. Empty where the
    /// fund's law knows no loans.
    #[must_use]
    pub fn liabilities(&self) -> &[CodedFigure] {
        &self.liabilities
    }

    /// All liabilities.
    #[must_use]
    pub const fn liabilities_total(&self) -> SignedFigure {
        self.liabilities_total
    }

    /// The fund balance, and the reserve where there is one.
    #[must_use]
    pub fn net_assets(&self) -> &[CodedFigure] {
        &self.net_assets
    }

    /// All net assets: all assets less all liabilities. In a fund without loans the same figure as all assets.
    #[must_use]
    pub const fn net_assets_total(&self) -> SignedFigure {
        self.net_assets_total
    }
}

impl CodedFigure {
    /// A figure that is called what its code is called.
    pub(crate) fn of_code(code: Option<&'static Code>, sum: SignedFigure) -> Self {
        let label = code.map_or(Label::new("", ""), Code::label);
        Self { code, label, sum }
    }
}

/// The reserve is part of the balance.
fn check_reserve(reserve: SignedFigure, balance: SignedFigure) -> Result<(), StatementError> {
    if reserve.minor() < 0 || (reserve.minor() > 0 && reserve.minor() > balance.minor()) {
        return Err(StatementError::ReserveOverBalance { reserve, balance });
    }
    Ok(())
}

/// What a fund lent and borrowed under authorisations and is not paid back.
#[derive(Clone, Copy)]
struct Loans {
    /// What is owed to it.
    owing: SignedFigure,
    /// What it owes.
    owed: SignedFigure,
}

impl Loans {
    fn of(reading: &Reading, day: Day) -> Self {
        let (mut owing, mut owed) = (0, 0);
        for entry in reading.entries().filter(|entry| entry.key.day <= day) {
            match entry.key.kind {
                Kind::LoanMade => owing += entry.net(),
                Kind::LoanRepaymentReceived => owing -= entry.net(),
                Kind::LoanReceived => owed += entry.net(),
                Kind::LoanRepaid => owed -= entry.net(),
                _ => {}
            }
        }
        Self { owing: reading.figure(owing), owed: reading.figure(owed) }
    }
}

/// What the statement from the start leads to at the end of a day, and which part of it is loans.
fn fund_balance(
    reading: &Reading,
    day: Day,
) -> Result<(SignedFigure, SignedFigure), StatementError> {
    let to_day = Period::new(Day::MIN, day);
    let statement = to_day.map(|to_day| reading.statement(to_day));
    let out_of_range = StatementError::OutOfRange { what: "the fund balance" };
    statement.map(|statement| (statement.closing(), statement.lent())).ok_or(out_of_range)
}
