use serde::{Serialize, Serializer};

use crate::language::Label;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $code:literal $weight:ident
        $en:literal $zh:literal, $article:literal $article_zh:literal;)*) => {
        /// What a supervisor can find in a book. The code never changes its meaning.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum FindingKind {
            $($(#[$doc])* $name,)*
        }

        impl FindingKind {
            /// Every kind, by article.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The code: the first letter names the text (J the Jiangsu regulation, L the Social Insurance
            /// Law), then come its article and a number.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// What it is called.
            #[must_use]
            pub const fn label(self) -> Label {
                match self { $(Self::$name => Label::new($en, $zh),)* }
            }

            /// The articles that it touches.
            #[must_use]
            pub const fn article(self) -> Label {
                match self { $(Self::$name => Label::new($article, $article_zh),)* }
            }

            /// How much it weighs.
            #[must_use]
            pub const fn weight(self) -> Weight {
                match self { $(Self::$name => Weight::$weight,)* }
            }
        }
    };
}

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// It has to be looked at, and may be in order.
    Notice,
    /// A rule is not kept, or a requirement that the profile flags is not met.
    Breach,
}

impl Weight {
    /// What it is called.
    #[must_use]
    pub const fn label(self) -> Label {
        match self {
            Self::Notice => Label::new("notice", "提示"),
            Self::Breach => Label::new("breach", "问题"),
        }
    }
}

kinds! {
    /// More was spent under a line than the approved budget of the year has for it.
    OverspentLine = "J11-1" Breach
        "budget line overspent" "预算项目超支",
        "Jiangsu regulation art 11; Budget Law" "《江苏省社会保险基金监督条例》第十一条；预算法";
    /// The budget in force plans more expenditure than income.
    BudgetDeficit = "J11-2" Notice
        "budget with a deficit" "预算收支赤字",
        "Jiangsu regulation art 11; Social Insurance Law art 66"
        "《江苏省社会保险基金监督条例》第十一条；社会保险法第六十六条";
    /// The budget in force plans no surplus, where the profile asks for one.
    BudgetWithoutSurplus = "J11-3" Notice
        "budget without surplus" "预算未做到略有结余",
        "Jiangsu regulation art 11" "《江苏省社会保险基金监督条例》第十一条";
    /// Money was spent on a day on which no budget of the year was in force.
    SpentBeforeApproval = "J16-1" Breach
        "expenditure before the budget was approved" "预算批准前支出",
        "Jiangsu regulation art 16; Social Insurance Law art 66, 67"
        "《江苏省社会保险基金监督条例》第十六条；社会保险法第六十六条、第六十七条";
    /// A collection reached the special account later than the profile's deadline, or not yet.
    CollectionsLate = "J16-2" Breach
        "collections deposited late" "征缴收入未按时缴入财政专户",
        "Jiangsu regulation art 16, 54(1)" "《江苏省社会保险基金监督条例》第十六条、第五十四条第一项";
    /// A benefit was paid on no claim, where the profile flags that.
    PaymentWithoutClaim = "J24-1" Breach
        "benefit paid without a claim" "无申请支付待遇",
        "Jiangsu regulation art 24" "《江苏省社会保险基金监督条例》第二十四条";
    /// A claim was paid after the profile's deadline for the benefit, or is not decided after it.
    ClaimLate = "J24-2" Breach
        "claim settled late" "待遇支付超过时限",
        "Jiangsu regulation art 24; Order 765" "《江苏省社会保险基金监督条例》第二十四条；国务院令第765号";
    /// Every instalment of a claim is paid, and less than was verified.
    ClaimUnderpaid = "J24-3" Breach
        "claim underpaid" "待遇少付",
        "Jiangsu regulation art 24, 55(4)" "《江苏省社会保险基金监督条例》第二十四条、第五十五条第四项";
    /// A verified claim that could be paid is not paid.
    ClaimUnpaid = "J24-4" Breach
        "verified claim unpaid" "已核定待遇未支付",
        "Jiangsu regulation art 24, 55(4)" "《江苏省社会保险基金监督条例》第二十四条、第五十五条第四项";
    /// What one level sent is not what the other received.
    LevelsDiffer = "J25-1" Breach
        "flows between levels do not mirror" "上下级资金不一致",
        "Jiangsu regulation art 25(1)" "《江苏省社会保险基金监督条例》第二十五条第一项";
    /// Money is left in the revenue account at the end of a month.
    RevenueNotZero = "J25-2" Notice
        "revenue account not zero at month end" "收入户月末有余额",
        "Jiangsu regulation art 25(2); 财社〔2017〕144号 art 40"
        "《江苏省社会保险基金监督条例》第二十五条第二项；财社〔2017〕144号第四十条";
    /// Interest of the expenditure account is not handed over at the end of a quarter.
    InterestHeld = "J25-3" Notice
        "interest of the expenditure account not handed over" "支出户利息未缴入财政专户",
        "Jiangsu regulation art 25(3); 财社〔2017〕144号 art 41"
        "《江苏省社会保险基金监督条例》第二十五条第三项；财社〔2017〕144号第四十一条";
    /// Money was released for a month without an approved use plan, where the profile flags that.
    ReleaseWithoutPlan = "J25-4" Breach
        "release without a use plan" "无用款计划拨款",
        "Jiangsu regulation art 25(4); 财社〔2017〕144号 art 42"
        "《江苏省社会保险基金监督条例》第二十五条第四项；财社〔2017〕144号第四十二条";
    /// Money for a month was released after the month, where the profile asks for use plans.
    ReleaseLate = "J25-5" Breach
        "release later than its month" "拨款迟于用款计划月份",
        "Jiangsu regulation art 25(4)" "《江苏省社会保险基金监督条例》第二十五条第四项";
    /// Less fiscal subsidy came in over a year than its budget has.
    SubsidyShort = "J25-6" Notice
        "fiscal subsidy short of the budget" "财政补贴未足额到位",
        "Jiangsu regulation art 25(5), 53" "《江苏省社会保险基金监督条例》第二十五条第五项、第五十三条";
    /// A premium came in that names no month for which it is due, where the profile flags that.
    ReceiptWithoutDue = "J26-1" Breach
        "premium received without a due" "收缴无核定依据",
        "Jiangsu regulation art 26" "《江苏省社会保险基金监督条例》第二十六条";
    /// Money demanded back is outstanding.
    RecoveryOutstanding = "J57-1" Notice
        "recovery outstanding" "应退回待遇未退回",
        "Jiangsu regulation art 57; Order 765 art 46"
        "《江苏省社会保险基金监督条例》第五十七条；国务院令第765号第四十六条";
    /// A payment in advance is outstanding.
    AdvanceOutstanding = "L41-1" Notice
        "advance payment outstanding" "先行支付未偿还",
        "Social Insurance Law art 30, 41, 42" "社会保险法第三十条、第四十一条、第四十二条";
    /// A funeral grant for one person out of more than one fund.
    FuneralTwice = "L49-1" Breach
        "funeral grants of several funds for one person" "重复领取丧葬补助金",
        "Social Insurance Law art 49" "社会保险法第四十九条";
}

/// The code, the articles, the label and the weight.
impl Serialize for FindingKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Shown {
            code: &'static str,
            label: Label,
            article: Label,
            weight: Weight,
        }
        let (code, label) = (self.code(), self.label());
        Shown { code, label, article: self.article(), weight: self.weight() }.serialize(serializer)
    }
}

/// What a supervisor need not look for: the ledger does not take it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Prevented {
    /// The articles.
    pub article: Label,
    /// What cannot be in a book.
    pub label: Label,
    /// Why not.
    pub because: Label,
}

/// What cannot be found, because it cannot be recorded; verification checks each again.
pub const PREVENTED: &[Prevented] = &[
    Prevented {
        article: Label::new("Jiangsu regulation art 3", "《江苏省社会保险基金监督条例》第三条"),
        label: Label::new("money shifted between funds", "基金之间挤占、调剂"),
        because: Label::new(
            "no event moves money of one book into another",
            "没有任何事件能将一个账套的资金记入另一账套",
        ),
    },
    Prevented {
        article: Label::new("Jiangsu regulation art 10", "《江苏省社会保险基金监督条例》第十条"),
        label: Label::new("running cost charged to a fund", "基金列支管理费用"),
        because: Label::new("no Chinese fund has such a purpose", "基金的用途目录中没有此项"),
    },
    Prevented {
        article: Label::new(
            "Jiangsu regulation art 24",
            "《江苏省社会保险基金监督条例》第二十四条",
        ),
        label: Label::new("benefits outside the catalogue", "目录外支付"),
        because: Label::new(
            "a purpose outside the fund's closed list, or closed on the day, is refused",
            "不在用途目录内或当日未开放的用途不予记账",
        ),
    },
    Prevented {
        article: Label::new(
            "Jiangsu regulation art 24",
            "《江苏省社会保险基金监督条例》第二十四条",
        ),
        label: Label::new("more paid on a claim than was verified", "超额支付已核定待遇"),
        because: Label::new(
            "a payment over the verified amount is refused",
            "超过核定金额的支付不予记账",
        ),
    },
    Prevented {
        article: Label::new(
            "Jiangsu regulation art 19, 28",
            "《江苏省社会保险基金监督条例》第十九条、第二十八条",
        ),
        label: Label::new("money in an account that is not open", "使用未开立账户"),
        because: Label::new(
            "a posting on an account that is not open, or outside its flows, is refused",
            "未开立账户或不符合账户收支范围的记账不予受理",
        ),
    },
];
