use std::collections::BTreeMap;

use serde::Serialize;

use crate::event::{Kind, OtherIncome};
use crate::fund::{ExpenditureItem, FundSpec, IncomeItem, PurposeSpec};
use crate::id::BookId;
use crate::money::{Currency, SignedFigure};
use crate::projection::TotalKey;
use crate::time::Period;

/// Income and expenditure of a book over a period, by item and purpose, between the balances at its
/// two ends.
///
/// Always: opening + brought forward + reorganised + lent + income - expenditure = closing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Statement {
    book: BookId,
    period: Period,
    opening: SignedFigure,
    brought_forward: SignedFigure,
    reorganised: SignedFigure,
    lent: SignedFigure,
    income: Vec<Line<IncomeItem>>,
    expenditure: Vec<Line<ExpenditureItem>>,
    closing: SignedFigure,
}

/// One line of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Line<Item> {
    /// The item to which it belongs.
    pub item: Item,
    /// The purpose in the fund's closed list; none where the item has none.
    pub purpose: Option<&'static str>,
    /// The English label.
    pub label: &'static str,
    /// The Chinese label.
    pub label_zh: &'static str,
    /// The sum, less what was taken back. Negative where more was taken back in the period than came
    /// in or went out.
    pub sum: SignedFigure,
}

/// Where an amount stands in a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum StatementItem {
    /// Income of an item.
    Income(IncomeItem),
    /// Expenditure of an item.
    Expenditure(ExpenditureItem),
    /// A balance with which an account entered the ledger.
    BroughtForward,
    /// A balance that a reorganisation laid down by law took over or away (X4).
    Reorganised,
    /// Money under an authorised loan between funds.
    Lent,
    /// Nowhere: money that stays within the book.
    Internal,
}

impl StatementItem {
    /// Where a total stands in a statement of its fund, and the sum with which it counts there:
    /// negative where it takes back what the item counted.
    #[must_use]
    pub fn of_total(fund: &FundSpec, key: &TotalKey, sum_minor: u128) -> (Self, i128) {
        let sum = signed(key, sum_minor);
        match place_of(fund, key) {
            Place::Income(item, _, sign) => (Self::Income(item), sign * sum),
            Place::Expenditure(item, _, sign) => (Self::Expenditure(item), sign * sum),
            Place::BroughtForward => (Self::BroughtForward, sum),
            Place::Reorganised(sign) => (Self::Reorganised, sign * sum),
            Place::Lent(sign) => (Self::Lent, sign * sum),
            Place::Nowhere => (Self::Internal, sum),
        }
    }
}

/// A sum with the sign of a reversal.
fn signed(key: &TotalKey, sum_minor: u128) -> i128 {
    let sum = i128::try_from(sum_minor).unwrap_or(i128::MAX);
    if key.reversed { -sum } else { sum }
}

impl Statement {
    /// The statement that totals of a book make, each with its sum in minor units.
    #[must_use]
    pub fn of_totals(
        book: BookId,
        period: Period,
        totals: impl IntoIterator<Item = (TotalKey, u128)>,
    ) -> Self {
        let mut statement = Self::builder(book, period);
        for (key, sum) in totals {
            statement.count(&key, sum);
        }
        statement.finish()
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

    /// The balance at the start of the period: the closing balance of the day before it.
    #[must_use]
    pub const fn opening(&self) -> SignedFigure {
        self.opening
    }

    /// Balances with which accounts entered the ledger during the period (上年结转).
    #[must_use]
    pub const fn brought_forward(&self) -> SignedFigure {
        self.brought_forward
    }

    /// What reorganisations laid down by law brought in, less what they took out (X4). Neither income nor
    /// expenditure: a balance goes over as it stands.
    #[must_use]
    pub const fn reorganised(&self) -> SignedFigure {
        self.reorganised
    }

    /// What authorised loans between funds brought in, less what they took out: borrowed and returned to
    /// this fund, less lent and repaid by it. Neither income nor expenditure; none in a Chinese fund.
    #[must_use]
    pub const fn lent(&self) -> SignedFigure {
        self.lent
    }

    /// Income by item and purpose, in the order of a statement.
    #[must_use]
    pub fn income(&self) -> &[Line<IncomeItem>] {
        &self.income
    }

    /// Expenditure by item and purpose, in the order of a statement.
    #[must_use]
    pub fn expenditure(&self) -> &[Line<ExpenditureItem>] {
        &self.expenditure
    }

    /// All income.
    #[must_use]
    pub fn income_total(&self) -> SignedFigure {
        self.sum(self.income.iter().map(|line| line.sum))
    }

    /// All expenditure.
    #[must_use]
    pub fn expenditure_total(&self) -> SignedFigure {
        self.sum(self.expenditure.iter().map(|line| line.sum))
    }

    /// Income of one item.
    #[must_use]
    pub fn income_of(&self, item: IncomeItem) -> SignedFigure {
        self.sum(self.income.iter().filter(|line| line.item == item).map(|line| line.sum))
    }

    /// Expenditure of one item.
    #[must_use]
    pub fn expenditure_of(&self, item: ExpenditureItem) -> SignedFigure {
        self.sum(self.expenditure.iter().filter(|line| line.item == item).map(|line| line.sum))
    }

    /// The balance at the end of the period.
    #[must_use]
    pub const fn closing(&self) -> SignedFigure {
        self.closing
    }

    fn sum(&self, figures: impl Iterator<Item = SignedFigure>) -> SignedFigure {
        let minor = figures.map(SignedFigure::minor).sum();
        SignedFigure::from_minor(minor, self.opening.currency())
    }

    pub(crate) fn builder(book: BookId, period: Period) -> Builder {
        Builder {
            book,
            period,
            opening: 0,
            brought_forward: 0,
            reorganised: 0,
            lent: 0,
            income: BTreeMap::new(),
            expenditure: BTreeMap::new(),
        }
    }
}

/// Collects totals into a statement.
pub(crate) struct Builder {
    book: BookId,
    period: Period,
    opening: i128,
    brought_forward: i128,
    reorganised: i128,
    lent: i128,
    income: BTreeMap<(IncomeItem, Source), i128>,
    expenditure: BTreeMap<(ExpenditureItem, Source), i128>,
}

/// From which closed list a line's purpose comes, with its code. Lists share codes, so that a line is
/// told apart by both.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Source {
    None,
    Premium(u16),
    Benefit(u16),
    StateUse(u16),
    OtherIncome(u16),
    /// What came back in a later year than it was paid (跨年度退回或追回的待遇).
    Late,
}

/// Where an event's amount appears in a statement, and with which sign.
enum Place {
    Income(IncomeItem, Source, i128),
    Expenditure(ExpenditureItem, Source, i128),
    BroughtForward,
    /// A balance that a reorganisation took over (+) or away (-).
    Reorganised(i128),
    /// Money under an authorised loan that came (+) or went (-).
    Lent(i128),
    /// A route between two accounts of the book.
    Nowhere,
}

impl Builder {
    pub(crate) fn count(&mut self, key: &TotalKey, sum_minor: u128) {
        let sum = signed(key, sum_minor);
        if key.day > self.period.last() {
            return;
        }
        let place = place_of(self.book.fund(), key);
        if key.day < self.period.first() {
            self.opening += match place {
                Place::Income(.., sign) => sign * sum,
                Place::Expenditure(.., sign) => -sign * sum,
                Place::BroughtForward => sum,
                Place::Reorganised(sign) | Place::Lent(sign) => sign * sum,
                Place::Nowhere => 0,
            };
            return;
        }
        match place {
            Place::Income(item, source, sign) => {
                *self.income.entry((item, source)).or_default() += sign * sum;
            }
            Place::Expenditure(item, source, sign) => {
                *self.expenditure.entry((item, source)).or_default() += sign * sum;
            }
            Place::BroughtForward => self.brought_forward += sum,
            Place::Reorganised(sign) => self.reorganised += sign * sum,
            Place::Lent(sign) => self.lent += sign * sum,
            Place::Nowhere => {}
        }
    }

    pub(crate) fn finish(self) -> Statement {
        let fund = self.book.fund();
        let figure = |minor| SignedFigure::from_minor(minor, fund.currency());
        let income: i128 = self.income.values().sum();
        let expenditure: i128 = self.expenditure.values().sum();
        Statement {
            book: self.book,
            period: self.period,
            opening: figure(self.opening),
            brought_forward: figure(self.brought_forward),
            income: self.income.iter().map(|(key, sum)| income_line(fund, *key, *sum)).collect(),
            expenditure: self
                .expenditure
                .iter()
                .map(|(key, sum)| expenditure_line(fund, *key, *sum))
                .collect(),
            reorganised: figure(self.reorganised),
            lent: figure(self.lent),
            // INVARIANT(INV-24): opening + brought forward + reorganised + lent + income - expenditure =
            // closing.
            closing: figure(
                self.opening + self.brought_forward + self.reorganised + self.lent + income
                    - expenditure,
            ),
        }
    }
}

fn place_of(fund: &FundSpec, key: &TotalKey) -> Place {
    let code = key.purpose;
    let income = |item| Place::Income(item, Source::None, 1);
    let expenditure = |item| Place::Expenditure(item, Source::None, 1);
    // A payment, or what takes one back, in the closed list of the payment's kind.
    let payment = |sign| match key.root {
        Kind::StateUsePaid => {
            let item = fund.state_use(code).map_or(ExpenditureItem::Other, |it| it.item);
            Place::Expenditure(item, Source::StateUse(code), sign)
        }
        Kind::TransferOutPaid => {
            Place::Expenditure(ExpenditureItem::TransferOut, Source::None, sign)
        }
        _ => {
            let item = fund.benefit(code).map_or(ExpenditureItem::Benefit, |it| it.item);
            Place::Expenditure(item, Source::Benefit(code), sign)
        }
    };
    match key.kind {
        Kind::PremiumReceived | Kind::PremiumRefunded => {
            let item = fund.premium(code).map_or(IncomeItem::Premium, |it| it.item);
            // A refund reduces the premium income.
            let sign = if key.kind == Kind::PremiumReceived { 1 } else { -1 };
            Place::Income(item, Source::Premium(code), sign)
        }
        Kind::FiscalSubsidyReceived => income(IncomeItem::FiscalSubsidy),
        Kind::InterestReceived => income(IncomeItem::Interest),
        Kind::InvestmentReturnReceived => income(IncomeItem::InvestmentReturn),
        Kind::TransferInReceived => income(IncomeItem::TransferIn),
        Kind::TransferInReturned => Place::Income(IncomeItem::TransferIn, Source::None, -1),
        Kind::SuperiorSubsidyReceived => income(IncomeItem::SuperiorSubsidy),
        Kind::LowerRemittanceReceived => income(IncomeItem::LowerRemittance),
        Kind::OtherIncomeReceived => Place::Income(IncomeItem::Other, Source::OtherIncome(code), 1),
        Kind::BenefitPaid
        | Kind::CrossProvinceSettled
        | Kind::StateUsePaid
        | Kind::TransferOutPaid => payment(1),
        Kind::SuperiorRemitted => expenditure(ExpenditureItem::SuperiorRemittance),
        Kind::LowerSubsidised => expenditure(ExpenditureItem::LowerSubsidy),
        // Within the year of payment: less expenditure. Later: other income (跨年度退回或追回的待遇).
        Kind::PaymentReturned | Kind::BenefitRecovered => payment(-1),
        Kind::LatePaymentReturned | Kind::LateBenefitRecovered => {
            Place::Income(IncomeItem::Other, Source::Late, 1)
        }
        Kind::BalanceBroughtForward => Place::BroughtForward,
        // Losses and fees reduce the return (委托投资收益 is shown net).
        Kind::InvestmentGained => income(IncomeItem::InvestmentReturn),
        Kind::InvestmentLost | Kind::InvestmentFeeCharged => {
            Place::Income(IncomeItem::InvestmentReturn, Source::None, -1)
        }
        Kind::ReorganisedIn => Place::Reorganised(1),
        Kind::ReorganisedOut => Place::Reorganised(-1),
        Kind::LoanReceived | Kind::LoanRepaymentReceived => Place::Lent(1),
        Kind::LoanMade | Kind::LoanRepaid => Place::Lent(-1),
        // Routes within the book, and what moves no money.
        _ => Place::Nowhere,
    }
}

const LATE: PurposeSpec<IncomeItem> = PurposeSpec {
    code: 0,
    name: "back_in_later_year",
    label: "returned or recovered in a later year",
    label_zh: "跨年度退回或追回的待遇",
    item: IncomeItem::Other,
};

fn income_line(fund: &FundSpec, key: (IncomeItem, Source), sum: i128) -> Line<IncomeItem> {
    let (item, source) = key;
    let listed = match source {
        Source::Premium(code) => fund.premium(code),
        Source::OtherIncome(code) => OtherIncome::ALL.iter().find(|it| it.code == code),
        Source::Late => Some(&LATE),
        _ => None,
    };
    line(item, (item.name(), item.name_zh()), listed, fund.currency(), sum)
}

fn expenditure_line(
    fund: &FundSpec,
    key: (ExpenditureItem, Source),
    sum: i128,
) -> Line<ExpenditureItem> {
    let (item, source) = key;
    let listed = match source {
        Source::Benefit(code) => fund.benefit(code),
        Source::StateUse(code) => fund.state_use(code),
        _ => None,
    };
    line(item, (item.name(), item.name_zh()), listed, fund.currency(), sum)
}

fn line<Item>(
    item: Item,
    (label, label_zh): (&'static str, &'static str),
    listed: Option<&'static PurposeSpec<Item>>,
    currency: Currency,
    sum: i128,
) -> Line<Item> {
    Line {
        item,
        purpose: listed.map(|it| it.name),
        label: listed.map_or(label, |it| it.label),
        label_zh: listed.map_or(label_zh, |it| it.label_zh),
        sum: SignedFigure::from_minor(sum, currency),
    }
}
