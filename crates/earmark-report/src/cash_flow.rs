use std::collections::BTreeMap;

use earmark_core::account::Account;
use earmark_core::event::Kind;
use earmark_core::id::BookId;
use earmark_core::money::SignedFigure;
use earmark_core::time::Period;
use serde::Serialize;

use crate::chart::Code;
use crate::error::StatementError;
use crate::figures::{less, plus, same, total, zero};
use crate::language::Label;
use crate::placement;
use crate::reading::Reading;

/// What came into and went out of each account of a book over a period, by kind of event.
///
/// In every account opening + inflows - outflows = closing, and over all accounts inflows less
/// outflows are what was brought forward, reorganised and lent, and the surplus of the period. No cash
/// flow exists in which they are not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CashFlow {
    book: BookId,
    period: Period,
    known_through: u64,
    accounts: Vec<AccountFlow>,
    brought_forward: SignedFigure,
    reorganised: SignedFigure,
    lent: SignedFigure,
    surplus: SignedFigure,
}

/// The flows of one account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AccountFlow {
    /// The account.
    pub account: Account,
    /// Its code.
    pub code: Option<&'static Code>,
    /// What it held before the period.
    pub opening: SignedFigure,
    /// What came in, by kind.
    pub inflows: Vec<FlowLine>,
    /// All that came in.
    pub inflow_total: SignedFigure,
    /// What went out, by kind.
    pub outflows: Vec<FlowLine>,
    /// All that went out.
    pub outflow_total: SignedFigure,
    /// What it held at the end of the period.
    pub closing: SignedFigure,
}

/// Flows of one kind on one side of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct FlowLine {
    /// The kind of event.
    pub kind: Kind,
    /// What it is called.
    pub label: Label,
    /// The account at the other end; none for the outside.
    pub other: Option<Account>,
    /// The sum, less what was reversed.
    pub sum: SignedFigure,
}

/// The lines of one side of an account, under kind and the account at the other end.
type Side = BTreeMap<(Kind, Option<Account>), i128>;

impl CashFlow {
    /// The cash flow of a reading over a period.
    ///
    /// # Errors
    /// [`StatementError::Differs`] where flows and balances do not fit.
    pub fn of(reading: &Reading, period: Period) -> Result<Self, StatementError> {
        let mut sides: [(Side, Side); 5] = Default::default();
        for entry in reading.within(period) {
            // A reversal takes a sum off the line on which it had been counted.
            let (from, to) =
                if entry.key.reversed { (entry.to, entry.from) } else { (entry.from, entry.to) };
            for (account, (inflows, outflows)) in Account::ALL.into_iter().zip(&mut sides) {
                if to == Some(account) {
                    *inflows.entry((entry.key.kind, from)).or_default() += entry.net();
                }
                if from == Some(account) {
                    *outflows.entry((entry.key.kind, to)).or_default() += entry.net();
                }
            }
        }
        let flows = Account::ALL.into_iter().zip(sides);
        let accounts = flows
            .map(|(account, (inflows, outflows))| {
                AccountFlow::of(reading, period, account, inflows, outflows)
            })
            .collect::<Result<Vec<_>, _>>()?;
        let statement = reading.statement(period);
        let surplus = less(statement.income_total(), statement.expenditure_total());
        let changes = accounts.iter().map(|flow| less(flow.inflow_total, flow.outflow_total));
        let parts =
            [statement.brought_forward(), statement.reorganised(), statement.lent(), surplus];
        same(
            "inflows - outflows of all accounts = brought forward + reorganised + lent + surplus",
            total(reading.currency(), parts),
            total(reading.currency(), changes),
        )?;
        Ok(Self {
            book: reading.book(),
            period,
            known_through: reading.through(),
            accounts,
            brought_forward: statement.brought_forward(),
            reorganised: statement.reorganised(),
            lent: statement.lent(),
            surplus,
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

    /// Each account, in the order of their codes.
    #[must_use]
    pub fn accounts(&self) -> &[AccountFlow] {
        &self.accounts
    }

    /// Balances with which accounts entered the ledger during the period.
    #[must_use]
    pub const fn brought_forward(&self) -> SignedFigure {
        self.brought_forward
    }

    /// What reorganisations laid down by law brought in, less what they took out.
    #[must_use]
    pub const fn reorganised(&self) -> SignedFigure {
        self.reorganised
    }

    /// What authorised loans between funds brought in, less what they took out.
    #[must_use]
    pub const fn lent(&self) -> SignedFigure {
        self.lent
    }

    /// The surplus of the period: what the flows of all accounts come to, but for what was brought
    /// forward, reorganised and lent.
    #[must_use]
    pub const fn surplus(&self) -> SignedFigure {
        self.surplus
    }
}

impl AccountFlow {
    fn of(
        reading: &Reading,
        period: Period,
        account: Account,
        inflows: Side,
        outflows: Side,
    ) -> Result<Self, StatementError> {
        let opening = match period.first().previous() {
            Some(day) => reading.balance(account, day),
            None => zero(reading.currency()),
        };
        let lines = |side: Side| -> Vec<_> {
            let line = |((kind, other), sum)| FlowLine {
                kind,
                label: placement::kind_label(kind),
                other,
                sum: reading.figure(sum),
            };
            side.into_iter().map(line).collect()
        };
        let (inflows, outflows) = (lines(inflows), lines(outflows));
        let all = |lines: &[FlowLine]| total(reading.currency(), lines.iter().map(|line| line.sum));
        let (inflow_total, outflow_total) = (all(&inflows), all(&outflows));
        let closing = reading.balance(account, period.last());
        let found = less(plus(opening, inflow_total), outflow_total);
        same("opening + inflows - outflows = closing", closing, found)?;
        let code = placement::account_code(account);
        Ok(Self { account, code, opening, inflows, inflow_total, outflows, outflow_total, closing })
    }
}
