use std::fmt;

use serde::{Deserialize, Serialize};

use crate::fund::{IncomeItem, Purpose, PurposeSpec};

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $code:literal $snake:literal,)*) => {
        /// What kind of fact an event is. The code is stored and never changes its meaning.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[repr(u8)]
        #[non_exhaustive]
        pub enum Kind {
            $($(#[$doc])* $name = $code,)*
        }

        impl Kind {
            /// Every kind, in the order of their codes.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The kind with this code.
            #[must_use]
            pub const fn from_code(code: u8) -> Option<Self> {
                match code {
                    $($code => Some(Self::$name),)*
                    _ => None,
                }
            }

            /// The name in transport forms, such as `premium_received`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $snake,)*
                }
            }
        }
    };
}

kinds! {
    /// A text (a document register, a legal basis, an actor, a reason) was given a number.
    TextRegistered = 1 "text_registered",
    /// A statutory account was opened.
    AccountOpened = 2 "account_opened",
    /// A statutory account was closed, empty.
    AccountClosed = 3 "account_closed",
    /// The balance with which an account enters the ledger (上年结转).
    BalanceBroughtForward = 4 "balance_brought_forward",
    /// A rule profile was adopted for the book; from here on it is judged by it.
    ProfileAdopted = 5 "profile_adopted",
    /// A month, quarter or year was closed (结账).
    PeriodClosed = 6 "period_closed",
    /// A closed period was opened again, within bounds and for a reason (反结账).
    PeriodReopened = 7 "period_reopened",
    /// A loan between funds that a law of its own allows was authorised, with a limit and dates.
    LoanAuthorised = 8 "loan_authorised",
    /// The root of a closed period's roll was recorded: a statement proved from it is complete (名册存证).
    RollAttested = 9 "roll_attested",
    /// Personal detail that lies outside the ledger was bound by a salted commitment (个人信息绑定).
    DetailBound = 10 "detail_bound",
    /// A premium came in (保险费收入).
    PremiumReceived = 16 "premium_received",
    /// A premium was refunded (退费).
    PremiumRefunded = 17 "premium_refunded",
    /// A subsidy of the general budget came in (财政补贴收入).
    FiscalSubsidyReceived = 18 "fiscal_subsidy_received",
    /// Interest came in (利息收入).
    InterestReceived = 19 "interest_received",
    /// Return on entrusted investment came in (委托投资收益).
    InvestmentReturnReceived = 20 "investment_return_received",
    /// A person's entitlement was transferred in (转移收入).
    TransferInReceived = 21 "transfer_in_received",
    /// A transfer in was sent back (退回转移收入).
    TransferInReturned = 22 "transfer_in_returned",
    /// A subsidy of the superior level came in (上级补助收入).
    SuperiorSubsidyReceived = 23 "superior_subsidy_received",
    /// A remittance of the lower level came in (下级上解收入).
    LowerRemittanceReceived = 24 "lower_remittance_received",
    /// Other income came in (其他收入).
    OtherIncomeReceived = 25 "other_income_received",
    /// A reorganisation laid down by law brought money of another book in (X4: 合并, 统筹层次提高).
    ReorganisedIn = 26 "reorganised_in",
    /// An authorised loan of another fund came in.
    LoanReceived = 27 "loan_received",
    /// What was lent to another fund came back.
    LoanRepaymentReceived = 28 "loan_repayment_received",
    /// The investment account gained (投资收益留存).
    InvestmentGained = 29 "investment_gained",
    /// Collections went to the special account (缴入财政专户).
    CollectionsTransferred = 32 "collections_transferred",
    /// The special account released money by the use plan (按用款计划拨付).
    Released = 33 "released",
    /// The expenditure account handed its own interest over (缴入利息).
    InterestHandedOver = 34 "interest_handed_over",
    /// Money was placed in entrusted investment (拨付投资运营基金).
    InvestmentPlaced = 35 "investment_placed",
    /// Principal came back from entrusted investment (收回投资).
    InvestmentRedeemed = 36 "investment_redeemed",
    /// A benefit was paid (待遇支出).
    BenefitPaid = 48 "benefit_paid",
    /// Treatment in another province was settled (跨省异地就医结算).
    CrossProvinceSettled = 49 "cross_province_settled",
    /// The special account paid for a use laid down by the State (国家规定的其他用途).
    StateUsePaid = 50 "state_use_paid",
    /// A person's entitlement was transferred out (转移支出).
    TransferOutPaid = 51 "transfer_out_paid",
    /// Money was remitted to the superior level (上解上级支出).
    SuperiorRemitted = 52 "superior_remitted",
    /// The lower level was subsidised (补助下级支出).
    LowerSubsidised = 53 "lower_subsidised",
    /// A reorganisation laid down by law took the book's money out (X4).
    ReorganisedOut = 54 "reorganised_out",
    /// An authorised loan was made to another fund.
    LoanMade = 55 "loan_made",
    /// An authorised loan was repaid to the fund that made it.
    LoanRepaid = 56 "loan_repaid",
    /// The investment account lost (投资亏损).
    InvestmentLost = 57 "investment_lost",
    /// A fee was charged to the investment account (管理费, 托管费).
    InvestmentFeeCharged = 58 "investment_fee_charged",
    /// The bank returned a payment within its year (退票): less expenditure.
    PaymentReturned = 64 "payment_returned",
    /// A benefit was recovered within the year of its payment (追回待遇): less expenditure.
    BenefitRecovered = 65 "benefit_recovered",
    /// An event was reversed (冲销).
    Reversed = 66 "reversed",
    /// The bank returned a payment of an earlier year (跨年度退回): other income.
    LatePaymentReturned = 67 "late_payment_returned",
    /// A benefit of an earlier year was recovered (跨年度追回): other income.
    LateBenefitRecovered = 68 "late_benefit_recovered",
    /// A payer declared a month's premium (申报).
    PremiumDeclared = 80 "premium_declared",
    /// A month's premium was verified, and is due (核定).
    PremiumVerified = 81 "premium_verified",
    /// A month that was not declared was assessed on the month before (按上月110%核定).
    PremiumAssessed = 82 "premium_assessed",
    /// What is due for a month was corrected, for a reason.
    DueCorrected = 83 "due_corrected",
    /// A late fee was charged on arrears (加收滞纳金).
    LateFeeCharged = 84 "late_fee_charged",
    /// A benefit was claimed (待遇申请).
    BenefitClaimed = 96 "benefit_claimed",
    /// A claim was verified, with the amount to be paid (待遇核定).
    ClaimVerified = 97 "claim_verified",
    /// A claim was refused, for a reason.
    ClaimRefused = 98 "claim_refused",
    /// A person's benefit was stopped from a day on (停发).
    BenefitStopped = 99 "benefit_stopped",
    /// A stopped benefit is paid again from a day on (恢复发放).
    BenefitResumed = 100 "benefit_resumed",
    /// A service agreement with a provider was made (服务协议).
    ProviderAgreed = 101 "provider_agreed",
    /// A provider's agreement ended (解除协议).
    ProviderEnded = 102 "provider_ended",
    /// Money paid out is to be paid back (责令退回; 先行支付追偿).
    RecoveryDemanded = 103 "recovery_demanded",
    /// What cannot be recovered was written off, with approval (核销).
    RecoveryWaived = 104 "recovery_waived",
    /// A line of a year's budget was drafted (预算编制).
    BudgetLineDrafted = 112 "budget_line_drafted",
    /// A year's budget was approved (预算批准).
    BudgetApproved = 113 "budget_approved",
    /// A line of an approved budget is to be adjusted (预算调整方案).
    BudgetLineAdjusted = 114 "budget_line_adjusted",
    /// The adjustments of a year's budget were approved.
    BudgetAdjusted = 115 "budget_adjusted",
    /// A month's use plan was approved (用款计划).
    UsePlanApproved = 116 "use_plan_approved",
    /// A step of the shortfall ladder was taken or was found to give nothing.
    ShortfallStepTaken = 117 "shortfall_step_taken",
    /// A part of the balance was set aside as reserve (提取储备金).
    ReserveSetAside = 118 "reserve_set_aside",
    /// A part of the reserve was given free for use (动用储备金).
    ReserveDrawn = 119 "reserve_drawn",
    /// The net value of what is invested, and of the equities in it, was reported.
    InvestmentReported = 120 "investment_reported",
}

/// From which closed list the purpose of an event comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PurposeList {
    /// The event has no purpose of its own.
    None,
    /// The fund's premium kinds.
    Premium,
    /// The fund's benefit kinds.
    Benefit,
    /// The fund's State uses.
    StateUse,
    /// The kinds of other income, the same for every fund.
    OtherIncome,
    /// The lines of a budget, the same for every fund: [`BudgetLine`](crate::register::BudgetLine).
    BudgetLine,
}

impl Kind {
    /// The code under which it is stored.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// Whether the event moves money.
    #[must_use]
    pub const fn moves_money(self) -> bool {
        !matches!(
            self,
            Self::TextRegistered
                | Self::AccountOpened
                | Self::AccountClosed
                | Self::ProfileAdopted
                | Self::RollAttested
                | Self::DetailBound
        ) && !self.is_matter()
    }

    /// Whether the event is a matter (事项): it moves no money, and later decisions rest on it.
    #[must_use]
    pub const fn is_matter(self) -> bool {
        self.code() >= Self::PremiumDeclared.code()
            || matches!(self, Self::PeriodClosed | Self::PeriodReopened | Self::LoanAuthorised)
    }

    /// Whether the event moves money under an authorised loan between funds.
    #[must_use]
    pub const fn is_loan(self) -> bool {
        matches!(
            self,
            Self::LoanReceived | Self::LoanRepaymentReceived | Self::LoanMade | Self::LoanRepaid
        )
    }

    /// From which closed list its purpose comes. What takes another event back has the purpose of that
    /// event, and no list of its own.
    #[must_use]
    pub const fn purposes(self) -> PurposeList {
        match self {
            Self::PremiumReceived
            | Self::PremiumDeclared
            | Self::PremiumVerified
            | Self::PremiumAssessed
            | Self::DueCorrected
            | Self::LateFeeCharged => PurposeList::Premium,
            Self::BenefitPaid
            | Self::CrossProvinceSettled
            | Self::BenefitClaimed
            | Self::BenefitStopped
            | Self::BenefitResumed => PurposeList::Benefit,
            Self::BudgetLineDrafted | Self::BudgetLineAdjusted => PurposeList::BudgetLine,
            Self::StateUsePaid => PurposeList::StateUse,
            Self::OtherIncomeReceived => PurposeList::OtherIncome,
            _ => PurposeList::None,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What other income is (其他收入): a closed list, the same for every fund.
///
/// A fine has no entry here: fines belong to the treasury. What comes back in a later year is
/// [`Kind::LatePaymentReturned`] or [`Kind::LateBenefitRecovered`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u16)]
#[non_exhaustive]
pub enum OtherIncome {
    /// Late fees, which join the fund (滞纳金; Social Insurance Law art 86).
    LateFee = 1,
    /// Money for breach of a service agreement (违约金).
    BreachMoney = 2,
    /// Donations (捐赠).
    Donation = 3,
    /// Other income approved by the finance department.
    Approved = 4,
}

impl OtherIncome {
    /// The closed list, as data.
    pub const ALL: &'static [PurposeSpec<IncomeItem>] = &[
        Self::LateFee.spec("late_fee", "late fees", "滞纳金"),
        Self::BreachMoney.spec("breach_money", "money for breach of agreement", "违约金"),
        Self::Donation.spec("donation", "donations", "捐赠收入"),
        Self::Approved.spec("approved", "other approved income", "其他经批准的收入"),
    ];

    const fn spec(
        self,
        name: &'static str,
        label: &'static str,
        label_zh: &'static str,
    ) -> PurposeSpec<IncomeItem> {
        PurposeSpec { code: self as u16, name, label, label_zh, item: IncomeItem::Other }
    }
}

impl Purpose for OtherIncome {
    fn code(self) -> u16 {
        self as u16
    }

    fn from_code(code: u16) -> Option<Self> {
        match code {
            1 => Some(Self::LateFee),
            2 => Some(Self::BreachMoney),
            3 => Some(Self::Donation),
            4 => Some(Self::Approved),
            _ => None,
        }
    }
}
