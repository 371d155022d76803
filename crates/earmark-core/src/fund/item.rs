use serde::{Deserialize, Serialize};

/// The income item under which a statement shows money that came in.
///
/// Source: 预算法实施条例 art 16; 财社〔2017〕144号 (see `docs/glossary.md`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum IncomeItem {
    /// 保险费收入
    Premium,
    /// 集体补助收入
    CollectiveSubsidy,
    /// 财政补贴收入
    FiscalSubsidy,
    /// 利息收入
    Interest,
    /// 委托投资收益
    InvestmentReturn,
    /// 转移收入
    TransferIn,
    /// 上级补助收入
    SuperiorSubsidy,
    /// 下级上解收入
    LowerRemittance,
    /// 其他收入
    Other,
}

impl IncomeItem {
    /// Every income item, in the order of a statement.
    pub const ALL: [Self; 9] = [
        Self::Premium,
        Self::CollectiveSubsidy,
        Self::FiscalSubsidy,
        Self::Interest,
        Self::InvestmentReturn,
        Self::TransferIn,
        Self::SuperiorSubsidy,
        Self::LowerRemittance,
        Self::Other,
    ];

    /// The English label of a statement.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Premium => "premiums",
            Self::CollectiveSubsidy => "collective subsidy",
            Self::FiscalSubsidy => "fiscal subsidy",
            Self::Interest => "interest",
            Self::InvestmentReturn => "investment return",
            Self::TransferIn => "transfer in",
            Self::SuperiorSubsidy => "subsidy from superior level",
            Self::LowerRemittance => "remittance from lower level",
            Self::Other => "other income",
        }
    }

    /// The Chinese label of a statement.
    #[must_use]
    pub const fn name_zh(self) -> &'static str {
        match self {
            Self::Premium => "保险费收入",
            Self::CollectiveSubsidy => "集体补助收入",
            Self::FiscalSubsidy => "财政补贴收入",
            Self::Interest => "利息收入",
            Self::InvestmentReturn => "委托投资收益",
            Self::TransferIn => "转移收入",
            Self::SuperiorSubsidy => "上级补助收入",
            Self::LowerRemittance => "下级上解收入",
            Self::Other => "其他收入",
        }
    }

    /// Whether this is a flow between levels of one fund, which cancels out when levels are added.
    #[must_use]
    pub const fn is_inter_level(self) -> bool {
        matches!(self, Self::SuperiorSubsidy | Self::LowerRemittance)
    }
}

/// The expenditure item under which a statement shows money that went out.
///
/// [`Administration`](Self::Administration) exists for funds of other jurisdictions, whose law lets
/// them pay their running cost. A fund of [`Jurisdiction::China`](super::Jurisdiction::China) with
/// a purpose of that item does not compile (Social Insurance Law art 64 and 69; Jiangsu regulation
/// art 10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ExpenditureItem {
    /// 社会保险待遇支出
    Benefit,
    /// 大病保险支出
    CriticalIllnessInsurance,
    /// 劳动能力鉴定支出
    CapacityAppraisal,
    /// 工伤预防费用支出
    InjuryPrevention,
    /// 稳定岗位补贴支出
    JobStabilisation,
    /// 技能提升补贴支出
    SkillUpgrading,
    /// 转移支出
    TransferOut,
    /// 上解上级支出
    SuperiorRemittance,
    /// 补助下级支出
    LowerSubsidy,
    /// 其他支出
    Other,
    /// Running cost of the operator; never in a Chinese fund.
    Administration,
}

impl ExpenditureItem {
    /// Every expenditure item, in the order of a statement.
    pub const ALL: [Self; 11] = [
        Self::Benefit,
        Self::CriticalIllnessInsurance,
        Self::CapacityAppraisal,
        Self::InjuryPrevention,
        Self::JobStabilisation,
        Self::SkillUpgrading,
        Self::TransferOut,
        Self::SuperiorRemittance,
        Self::LowerSubsidy,
        Self::Other,
        Self::Administration,
    ];

    /// The English label of a statement.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Benefit => "benefits",
            Self::CriticalIllnessInsurance => "critical illness insurance",
            Self::CapacityAppraisal => "labour capacity appraisal",
            Self::InjuryPrevention => "injury prevention",
            Self::JobStabilisation => "job stabilisation subsidy",
            Self::SkillUpgrading => "skill upgrading subsidy",
            Self::TransferOut => "transfer out",
            Self::SuperiorRemittance => "remittance to superior level",
            Self::LowerSubsidy => "subsidy to lower level",
            Self::Other => "other expenditure",
            Self::Administration => "administration",
        }
    }

    /// The Chinese label of a statement.
    #[must_use]
    pub const fn name_zh(self) -> &'static str {
        match self {
            Self::Benefit => "社会保险待遇支出",
            Self::CriticalIllnessInsurance => "大病保险支出",
            Self::CapacityAppraisal => "劳动能力鉴定支出",
            Self::InjuryPrevention => "工伤预防费用支出",
            Self::JobStabilisation => "稳定岗位补贴支出",
            Self::SkillUpgrading => "技能提升补贴支出",
            Self::TransferOut => "转移支出",
            Self::SuperiorRemittance => "上解上级支出",
            Self::LowerSubsidy => "补助下级支出",
            Self::Other => "其他支出",
            Self::Administration => "管理费用",
        }
    }

    /// Whether this is a flow between levels of one fund, which cancels out when levels are added.
    #[must_use]
    pub const fn is_inter_level(self) -> bool {
        matches!(self, Self::SuperiorRemittance | Self::LowerSubsidy)
    }
}
