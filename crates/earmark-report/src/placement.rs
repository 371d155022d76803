//! Where each kind of event, account and item stands in the statements. The only place that says so.
//!
//! A kind that this table does not name keeps its transport name as its label, and stands under
//! `other` where a statement tells kinds apart. Its money is still counted: figures follow from the
//! postings of events, and the identities of all statements hold for it.

use earmark_core::account::Account;
use earmark_core::event::{Kind, OtherIncome, PurposeList};
use earmark_core::fund::{ExpenditureItem, FundSpec, IncomeItem};
use earmark_core::report::StatementItem;
use serde::Serialize;

use crate::chart::{self, ChartBook, Code, Element};
use crate::language::Label;
use crate::reading::Entry;

/// The agency's code of an account.
pub(crate) fn account_code(account: Account) -> Option<&'static Code> {
    agency(match account {
        Account::Treasury => "1005",
        Account::Revenue => "1002",
        Account::Special => "1003",
        Account::Expenditure => "1004",
        Account::Investment => "1202",
    })
}

/// The fund balance 一般基金结余.
pub(crate) fn fund_balance_code() -> Option<&'static Code> {
    agency("3001")
}

/// What an account is called: its row of the chart.
pub(crate) fn account_label(account: Account) -> Label {
    account_code(account).map_or(Label::new(account.name(), account.name_zh()), Code::label)
}

/// What was lent to other funds under an authorisation. The chart has no row for it.
pub(crate) const LOANS_MADE: Label = Label::new("authorised loans made", "基金间借出款");
/// What was borrowed of other funds under an authorisation.
pub(crate) const LOANS_RECEIVED: Label = Label::new("authorised loans received", "基金间借入款");

/// Borrowings 借入款项: what authorised loans of other funds brought in and is not repaid.
pub(crate) fn borrowings_code() -> Option<&'static Code> {
    agency("2101")
}

/// The reserve 储备金结余, inside the balance.
pub(crate) fn reserve_code() -> Option<&'static Code> {
    agency("3201")
}

/// The bank deposit 银行存款 of the finance department's book; the row has no code.
pub(crate) fn finance_deposit_code() -> Option<&'static Code> {
    finance_row(Element::Asset)
}

/// The balance 财政专户结余 of the finance department's book; the row has no code.
pub(crate) fn finance_balance_code() -> Option<&'static Code> {
    finance_row(Element::NetAsset)
}

fn finance_row(element: Element) -> Option<&'static Code> {
    chart::all().iter().find(|row| row.book == ChartBook::Finance && row.element == element)
}

/// The agency's code of an income item; none where the chart has none.
pub(crate) fn income_code(item: IncomeItem) -> Option<&'static Code> {
    agency(match item {
        IncomeItem::Premium => "4001",
        IncomeItem::FiscalSubsidy => "4101",
        IncomeItem::CollectiveSubsidy => "4102",
        IncomeItem::Interest => "4201",
        IncomeItem::InvestmentReturn => "4202",
        IncomeItem::TransferIn => "4301",
        IncomeItem::SuperiorSubsidy => "4401",
        IncomeItem::LowerRemittance => "4402",
        IncomeItem::Other => "4501",
        _ => return None,
    })
}

/// The agency's code of an expenditure item; none where the chart has none.
pub(crate) fn expenditure_code(item: ExpenditureItem) -> Option<&'static Code> {
    agency(match item {
        ExpenditureItem::Benefit => "5001",
        ExpenditureItem::CriticalIllnessInsurance => "5101",
        ExpenditureItem::CapacityAppraisal => "5102",
        ExpenditureItem::InjuryPrevention => "5103",
        ExpenditureItem::JobStabilisation => "5104",
        ExpenditureItem::SkillUpgrading => "5105",
        ExpenditureItem::TransferOut => "5201",
        ExpenditureItem::SuperiorRemittance => "5301",
        ExpenditureItem::LowerSubsidy => "5302",
        ExpenditureItem::Other => "5401",
        _ => return None,
    })
}

fn agency(code: &str) -> Option<&'static Code> {
    chart::code(ChartBook::Agency, code)
}

/// What a kind of event is called in a statement.
pub(crate) const fn kind_label(kind: Kind) -> Label {
    match kind {
        Kind::BalanceBroughtForward => Label::new("balance brought forward", "上年结转"),
        Kind::PremiumReceived => Label::new("premiums", "保险费收入"),
        Kind::PremiumRefunded => Label::new("premiums refunded", "退费"),
        Kind::FiscalSubsidyReceived => Label::new("fiscal subsidy", "财政补贴收入"),
        Kind::InterestReceived => Label::new("interest", "利息收入"),
        Kind::InvestmentReturnReceived => Label::new("investment return", "委托投资收益"),
        Kind::TransferInReceived => Label::new("transfers in", "转移收入"),
        Kind::TransferInReturned => Label::new("transfers in sent back", "退回转移收入"),
        Kind::SuperiorSubsidyReceived => Label::new("subsidy from superior level", "上级补助收入"),
        Kind::LowerRemittanceReceived => Label::new("remittance from lower level", "下级上解收入"),
        Kind::OtherIncomeReceived => Label::new("other income", "其他收入"),
        Kind::CollectionsTransferred => {
            Label::new("collections to special account", "缴入财政专户")
        }
        Kind::Released => Label::new("releases to expenditure account", "拨入支出户"),
        Kind::InterestHandedOver => Label::new("interest handed over", "缴入利息"),
        Kind::InvestmentPlaced => Label::new("investment placed", "拨付投资运营基金"),
        Kind::InvestmentRedeemed => Label::new("investment redeemed", "收回投资"),
        Kind::BenefitPaid => Label::new("benefits paid", "待遇支出"),
        Kind::CrossProvinceSettled => Label::new("cross-province settlement", "跨省异地就医结算"),
        Kind::StateUsePaid => Label::new("State uses paid", "国家规定的其他用途"),
        Kind::TransferOutPaid => Label::new("transfers out", "转移支出"),
        Kind::SuperiorRemitted => Label::new("remittance to superior level", "上解上级支出"),
        Kind::LowerSubsidised => Label::new("subsidy to lower level", "补助下级支出"),
        Kind::PaymentReturned => Label::new("payments returned", "退票"),
        Kind::BenefitRecovered => Label::new("benefits recovered", "追回待遇"),
        Kind::LatePaymentReturned => Label::new("payments of earlier years returned", "跨年度退回"),
        Kind::LateBenefitRecovered => {
            Label::new("benefits of earlier years recovered", "跨年度追回")
        }
        Kind::Reversed => Label::new("reversal", "冲销"),
        Kind::ReorganisedIn => Label::new("reorganisation, taken over", "合并转入"),
        Kind::ReorganisedOut => Label::new("reorganisation, handed over", "合并转出"),
        Kind::LoanReceived => Label::new("authorised loan received", "基金间借入"),
        Kind::LoanRepaid => Label::new("authorised loan repaid", "归还基金间借款"),
        Kind::LoanMade => Label::new("authorised loan made", "基金间借出"),
        Kind::LoanRepaymentReceived => Label::new("loan repayment received", "收回基金间借款"),
        Kind::InvestmentGained => Label::new("investment gains", "投资收益留存"),
        Kind::InvestmentLost => Label::new("investment losses", "投资亏损"),
        Kind::InvestmentFeeCharged => Label::new("investment fees", "投资管理费"),
        Kind::RollAttested => Label::new("roll attested", "名册存证"),
        Kind::DetailBound => Label::new("detail bound", "个人信息绑定"),
        other => Label::new(other.name(), other.name()),
    }
}

/// A line of the reconciliation of the two parallel books.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ReconciliationLine {
    /// Money released to the expenditure account: charged by the finance book.
    Releases,
    /// Benefits paid out of the expenditure account: charged by the agency book.
    Payments,
    /// Benefits that came back to the expenditure account within their year.
    ReturnedPayments,
    /// Payments straight out of the special account, less what came back to it: charged by both.
    DirectPayments,
    /// Other own expenditure out of the expenditure account, which the agency book charges to other
    /// codes.
    OtherExpenditure,
    /// Transfers out.
    TransfersOut,
    /// Interest of the expenditure account.
    InterestReceived,
    /// Its interest, handed over to the special account.
    InterestHandedOver,
    /// Subsidies of the superior level into the expenditure account.
    InterLevelIn,
    /// Remittances and subsidies to other levels out of the expenditure account.
    InterLevelOut,
    /// Payments of an earlier year that came back to the expenditure account: other income.
    LateReturns,
    /// The balance with which the expenditure account entered the ledger.
    BroughtForward,
    /// What a reorganisation laid down by law took over into the expenditure account, or out of it (X4).
    Reorganised,
    /// What no other line names.
    Other,
}

impl ReconciliationLine {
    /// Every line, in the order of the reconciliation.
    pub const ALL: [Self; 14] = [
        Self::Releases,
        Self::Payments,
        Self::ReturnedPayments,
        Self::DirectPayments,
        Self::OtherExpenditure,
        Self::TransfersOut,
        Self::InterestReceived,
        Self::InterestHandedOver,
        Self::InterLevelIn,
        Self::InterLevelOut,
        Self::LateReturns,
        Self::BroughtForward,
        Self::Reorganised,
        Self::Other,
    ];

    /// What the line is called.
    #[must_use]
    pub const fn label(self) -> Label {
        match self {
            Self::Releases => Label::new("releases to expenditure account", "拨入支出户"),
            Self::Payments => Label::new("benefits paid by expenditure account", "支出户支付待遇"),
            Self::ReturnedPayments => {
                Label::new("payments returned and recovered", "退票和追回待遇")
            }
            Self::DirectPayments => {
                Label::new("direct payments of special account", "财政专户直接支付")
            }
            Self::OtherExpenditure => Label::new("expenditure under other codes", "其他科目支出"),
            Self::TransfersOut => Label::new("transfers out", "转移支出"),
            Self::InterestReceived => Label::new("interest received", "支出户利息"),
            Self::InterestHandedOver => Label::new("interest handed over", "缴出利息"),
            Self::InterLevelIn => Label::new("from other levels", "上级补助、下级上解"),
            Self::InterLevelOut => Label::new("to other levels", "上解上级、补助下级"),
            Self::LateReturns => Label::new("payments of earlier years returned", "跨年度退回"),
            Self::BroughtForward => Label::new("balance brought forward", "上年结转"),
            Self::Reorganised => Label::new("reorganisation", "机构或统筹层次调整划转"),
            Self::Other => Label::new("other", "其他"),
        }
    }

    /// The line of a total; none where it touches neither book's charge nor the expenditure account.
    pub(crate) fn of(entry: &Entry) -> Option<Self> {
        let at = |account| entry.from == Some(account) || entry.to == Some(account);
        if !at(Account::Expenditure) {
            return finance_charge(entry).map(|_| Self::DirectPayments);
        }
        Some(match (entry.key.kind, entry.item) {
            (Kind::Released, _) => Self::Releases,
            (Kind::InterestHandedOver, _) => Self::InterestHandedOver,
            (
                Kind::PaymentReturned | Kind::BenefitRecovered,
                StatementItem::Expenditure(ExpenditureItem::Benefit),
            ) => Self::ReturnedPayments,
            (Kind::LatePaymentReturned | Kind::LateBenefitRecovered, _) => Self::LateReturns,
            (_, StatementItem::Expenditure(ExpenditureItem::Benefit)) => Self::Payments,
            (_, StatementItem::Expenditure(ExpenditureItem::TransferOut)) => Self::TransfersOut,
            (_, StatementItem::Expenditure(item)) if item.is_inter_level() => Self::InterLevelOut,
            (_, StatementItem::Income(item)) if item.is_inter_level() => Self::InterLevelIn,
            (_, StatementItem::Expenditure(_)) => Self::OtherExpenditure,
            (_, StatementItem::Income(IncomeItem::Interest)) => Self::InterestReceived,
            (_, StatementItem::BroughtForward) => Self::BroughtForward,
            (_, StatementItem::Reorganised) => Self::Reorganised,
            _ => Self::Other,
        })
    }
}

/// An expenditure code of the finance department's book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum FinanceCode {
    /// 5001: benefits, booked when money is sent to the expenditure account or paid directly.
    Benefits,
    /// 5101: critical illness insurance, paid directly.
    CriticalIllness,
}

impl FinanceCode {
    pub(crate) fn code(self) -> Option<&'static Code> {
        chart::code(
            ChartBook::Finance,
            match self {
                Self::Benefits => "5001",
                Self::CriticalIllness => "5101",
            },
        )
    }
}

/// What the finance book charges for a total, and with which sum: negative where money came back.
///
/// Source: 财办〔2018〕43号. Own expenditure that the special account pays directly is charged to 5001,
/// but for critical illness insurance; money for other levels and investments are no benefits.
pub(crate) fn finance_charge(entry: &Entry) -> Option<(FinanceCode, i128)> {
    if entry.key.kind == Kind::Released {
        return Some((FinanceCode::Benefits, entry.net()));
    }
    let at_special = entry.from == Some(Account::Special) || entry.to == Some(Account::Special);
    match entry.item {
        StatementItem::Expenditure(item) if at_special => match item {
            ExpenditureItem::CriticalIllnessInsurance => {
                Some((FinanceCode::CriticalIllness, entry.counted))
            }
            ExpenditureItem::Benefit
            | ExpenditureItem::CapacityAppraisal
            | ExpenditureItem::InjuryPrevention
            | ExpenditureItem::JobStabilisation
            | ExpenditureItem::SkillUpgrading
            | ExpenditureItem::Other => Some((FinanceCode::Benefits, entry.counted)),
            _ => None,
        },
        _ => None,
    }
}

/// What a payer or payee and the fund had to do with each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PartySection {
    /// Premiums that the party paid.
    PremiumsPaid,
    /// Premiums refunded to it.
    PremiumsRefunded,
    /// Other income that it paid, such as late fees.
    OtherPaid,
    /// Entitlements transferred in.
    TransfersIn,
    /// Transfers in that were sent back.
    TransfersInReturned,
    /// Benefits paid to it.
    Benefits,
    /// Payments to it for uses laid down by the State.
    StateUses,
    /// Entitlements transferred out.
    TransfersOut,
    /// Payments that the bank returned within their year.
    Returned,
    /// Benefits that it paid back within their year.
    Recovered,
    /// Payments that the bank returned in a later year.
    LateReturned,
    /// Benefits that it paid back in a later year.
    LateRecovered,
    /// What no other section names.
    Other,
}

impl PartySection {
    /// The section of a kind of event.
    pub(crate) const fn of(kind: Kind) -> Self {
        match kind {
            Kind::PremiumReceived => Self::PremiumsPaid,
            Kind::PremiumRefunded => Self::PremiumsRefunded,
            Kind::OtherIncomeReceived => Self::OtherPaid,
            Kind::TransferInReceived => Self::TransfersIn,
            Kind::TransferInReturned => Self::TransfersInReturned,
            Kind::BenefitPaid | Kind::CrossProvinceSettled => Self::Benefits,
            Kind::StateUsePaid => Self::StateUses,
            Kind::TransferOutPaid => Self::TransfersOut,
            Kind::PaymentReturned => Self::Returned,
            Kind::BenefitRecovered => Self::Recovered,
            Kind::LatePaymentReturned => Self::LateReturned,
            Kind::LateBenefitRecovered => Self::LateRecovered,
            _ => Self::Other,
        }
    }

    /// What the section is called.
    #[must_use]
    pub const fn label(self) -> Label {
        match self {
            Self::PremiumsPaid => Label::new("premiums paid", "缴费"),
            Self::PremiumsRefunded => Label::new("premiums refunded", "退费"),
            Self::OtherPaid => Label::new("other payments", "其他缴款"),
            Self::TransfersIn => Label::new("transfers in", "转入"),
            Self::TransfersInReturned => Label::new("transfers in sent back", "退回转入"),
            Self::Benefits => Label::new("benefits", "待遇"),
            Self::StateUses => Label::new("State uses", "国家规定的其他用途"),
            Self::TransfersOut => Label::new("transfers out", "转出"),
            Self::Returned => Label::new("payments returned", "退票"),
            Self::Recovered => Label::new("benefits recovered", "追回待遇"),
            Self::LateReturned => Label::new("payments of earlier years returned", "跨年度退回"),
            Self::LateRecovered => Label::new("benefits of earlier years recovered", "跨年度追回"),
            Self::Other => Label::new("other", "其他"),
        }
    }
}

/// What a purpose is called: the words of its closed list.
pub(crate) fn purpose_label(fund: &FundSpec, entry: &Entry) -> Option<Label> {
    let code = entry.key.purpose;
    let expenditure = match entry.key.root.purposes() {
        PurposeList::None => None,
        PurposeList::Premium => {
            return fund.premium(code).map(|it| Label::new(it.label, it.label_zh));
        }
        PurposeList::OtherIncome => {
            let listed = OtherIncome::ALL.iter().find(|it| it.code == code);
            return listed.map(|it| Label::new(it.label, it.label_zh));
        }
        PurposeList::Benefit => fund.benefit(code),
        PurposeList::StateUse => fund.state_use(code),
        PurposeList::BudgetLine => None,
    };
    expenditure.map(|it| Label::new(it.label, it.label_zh))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_in_the_chart() {
        for account in Account::ALL {
            assert_eq!(account_code(account).unwrap().element, Element::Asset, "{account}");
        }
        for item in IncomeItem::ALL {
            assert_eq!(income_code(item).unwrap().element, Element::Income, "{}", item.name());
        }
        for item in ExpenditureItem::ALL {
            // Running cost is never in a Chinese fund, and has no code in the chart.
            let code = expenditure_code(item);
            assert_eq!(code.is_none(), item == ExpenditureItem::Administration, "{}", item.name());
        }
        assert_eq!(fund_balance_code().unwrap().element, Element::NetAsset);
        assert_eq!(reserve_code().unwrap().element, Element::NetAsset);
        assert_eq!(finance_deposit_code().unwrap().name_zh, "银行存款");
        assert_eq!(finance_balance_code().unwrap().name_zh, "财政专户结余");
        assert!(FinanceCode::Benefits.code().is_some());
        assert!(FinanceCode::CriticalIllness.code().is_some());
    }

    #[test]
    fn every_kind_that_moves_money_has_a_label_of_its_own() {
        for kind in Kind::ALL.iter().filter(|kind| kind.moves_money()) {
            let label = kind_label(*kind);
            assert_ne!(label.zh, kind.name(), "{kind} has no label");
        }
    }
}
