//! The words of the vouchers: on which document, on what legal basis, by whom events are recorded.

use earmark::prelude::*;

/// Who records, and on what grounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Office {
    /// Opens the accounts and brings balances forward. Its register names the replay.
    Opening,
    /// Lays down by which rules the book is kept.
    Rules,
    /// Drafts the year's budget.
    Budget,
    /// Approves it.
    Congress,
    /// Approves each month's use plan.
    UsePlan,
    /// Closes months, quarters and the year.
    Closing,
    /// Opens a closed month again and corrects it.
    Correction,
    /// Collects premiums where tax does.
    Collection,
    /// Collects premiums where the agency does.
    AgencyCollection,
    /// Pays benefits.
    Payment,
    /// Keeps the special account.
    SpecialAccount,
    /// Settles between levels of one fund.
    Levels,
    /// Settles the medical premiums of the unemployed.
    ForUnemployed,
}

// An actor is an office of the rule profile, or a desk of one: `office/desk`.
const AGENCY_ACCOUNTING: &str = "agency/fund accounting 基金会计";
const SPECIAL_ACCOUNT_DESK: &str = "finance_department/special account 财政专户";
const BUDGET_BOOK: &str = "budget of the fund 2021 社会保险基金预算";
const BUDGET_LAW: &str = "社会保险法 arts 66, 67; 预算法 art 11: a budget for each fund";
const CERTIFICATES: &str = "premium payment certificates 2021 社会保险费缴款书";
const COLLECTION: &str = "社会保险费征缴暂行条例: collection of premiums";
const ACCOUNTS: &str = "财社〔2017〕144号 arts 39-42: the statutory accounts";

impl Office {
    /// The papers of the first document; `replay` names the replay.
    pub(crate) const fn papers(self, replay: &str) -> Papers<'_> {
        let (register, basis, actor) = match self {
            Self::Opening => (replay, ACCOUNTS, SPECIAL_ACCOUNT_DESK),
            Self::Rules => (
                "notices of the government 政府通知",
                "财社〔2017〕144号; 财会〔2017〕28号: how social insurance funds are kept",
                "government",
            ),
            Self::Budget => (BUDGET_BOOK, BUDGET_LAW, AGENCY_ACCOUNTING),
            Self::Congress => (BUDGET_BOOK, BUDGET_LAW, "peoples_congress"),
            Self::UsePlan => (
                "monthly use plans 2021 用款计划",
                "财社〔2017〕144号 art 42: by the use plan and the budget",
                "finance_department/social security 社会保障处",
            ),
            Self::Closing => (
                "closings 2021 结账",
                "财会〔2017〕28号: accounts are closed by month and year",
                AGENCY_ACCOUNTING,
            ),
            Self::Correction => (
                "corrections 2021 更正",
                "会计基础工作规范: a wrong entry is reversed and made again",
                SPECIAL_ACCOUNT_DESK,
            ),
            Self::Collection => {
                (CERTIFICATES, COLLECTION, "tax_authority/social insurance premiums 社保费征收")
            }
            Self::AgencyCollection => (CERTIFICATES, COLLECTION, "agency/premium collection 征缴"),
            Self::Payment => (
                "benefit payment orders 2021 待遇支付凭证",
                "社会保险法: benefits by kind",
                "agency/benefit payments 待遇支付",
            ),
            Self::SpecialAccount => {
                ("special account advices 2021 财政专户收付通知", ACCOUNTS, SPECIAL_ACCOUNT_DESK)
            }
            Self::Levels => (
                "special account advices 2021 财政专户收付通知",
                "预算法实施条例 art 16: remittances to and subsidies from other levels",
                SPECIAL_ACCOUNT_DESK,
            ),
            Self::ForUnemployed => (
                CERTIFICATES,
                "社会保险法 art 48: medical premiums of the unemployed, paid by the unemployment fund",
                "agency/unemployment insurance 失业保险经办",
            ),
        };
        Papers { register, document: 0, basis, actor }
    }
}

/// The texts of a book with these offices, each once: the first is the replay's name.
pub(crate) fn texts<'a>(offices: &[Office], replay: &'a str) -> Vec<&'a str> {
    let mut texts = Vec::new();
    for office in offices {
        let papers = office.papers(replay);
        for text in [papers.register, papers.basis, papers.actor] {
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
    }
    texts
}

#[cfg(test)]
mod tests {
    use earmark::rules::Act;

    use super::*;

    #[test]
    fn the_offices_of_the_profile_act() {
        let rules = Profile::national().for_fund(WorkInjury::SPEC);
        let day = day("2021-06-30").unwrap();
        for (office, act) in [
            (Office::Rules, Act::AdoptProfile),
            (Office::Opening, Act::OpenAccount),
            (Office::Congress, Act::ApproveBudget),
            (Office::UsePlan, Act::ApproveUsePlan),
            (Office::Correction, Act::ReopenPeriod),
        ] {
            let named = rules.authority(act, day).unwrap().value;
            let actor = office.papers("the replay").actor;
            let office = actor.split('/').next().unwrap();
            assert!(named.iter().any(|it| it == office), "{actor}");
        }
    }

    #[test]
    fn shared_words_are_registered_once() {
        let count = |offices: &[Office]| texts(offices, "the replay").len();
        assert_eq!(count(&[Office::Opening]), 3);
        assert_eq!(count(&[Office::Opening, Office::SpecialAccount]), 4);
        assert_eq!(count(&[Office::Budget, Office::Congress]), 4);
        assert_eq!(count(&[Office::Budget, Office::Closing]), 5);
        assert_eq!(count(&[Office::SpecialAccount, Office::Levels]), 4);
        assert_eq!(texts(&[Office::Opening], "the replay")[0], "the replay");
    }
}
