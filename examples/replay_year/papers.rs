//! The words of the vouchers: on which document, on what legal basis, by whom events are recorded.

use std::collections::BTreeSet;

use earmark::prelude::*;

/// Who records, and on what grounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Office {
    /// Opens the accounts and brings balances forward. Its register names the replay.
    Opening,
    /// Collects premiums.
    Collection,
    /// Pays benefits.
    Payment,
    /// Keeps the special account.
    SpecialAccount,
    /// Settles between levels of one fund.
    Levels,
    /// Settles the medical premiums of the unemployed.
    ForUnemployed,
}

const ACCOUNTS: &str = "财社〔2017〕144号 arts 39-42: the statutory accounts";

impl Office {
    /// The papers of the first document; `replay` names the replay.
    pub(crate) const fn papers(self, replay: &str) -> Papers<'_> {
        let (register, basis, actor) = match self {
            Self::Opening => (replay, ACCOUNTS, "agency, fund accounting 基金会计"),
            Self::Collection => (
                "premium payment certificates 2021 社会保险费缴款书",
                "社会保险费征缴暂行条例: collection of premiums",
                "collecting office 征收机构",
            ),
            Self::Payment => (
                "benefit payment orders 2021 待遇支付凭证",
                "社会保险法: benefits by kind",
                "agency, benefit payments 待遇支付",
            ),
            Self::SpecialAccount => (
                "special account advices 2021 财政专户收付通知",
                ACCOUNTS,
                "finance department 财政部门",
            ),
            Self::Levels => (
                "special account advices 2021 财政专户收付通知",
                "预算法实施条例 art 16: remittances to and subsidies from other levels",
                "finance department 财政部门",
            ),
            Self::ForUnemployed => (
                "premium payment certificates 2021 社会保险费缴款书",
                "社会保险法 art 48: medical premiums of the unemployed, paid by the unemployment fund",
                "agency, unemployment insurance 失业保险经办",
            ),
        };
        Papers { register, document: 0, basis, actor }
    }
}

/// How many texts a book with these offices registers.
pub(crate) fn texts(offices: &[Office]) -> u64 {
    let texts: BTreeSet<_> = offices
        .iter()
        .flat_map(|office| {
            let papers = office.papers("the replay");
            [papers.register, papers.basis, papers.actor]
        })
        .collect();
    texts.len() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_words_are_registered_once() {
        assert_eq!(texts(&[Office::Opening]), 3);
        assert_eq!(texts(&[Office::Opening, Office::SpecialAccount]), 5);
        assert_eq!(texts(&[Office::SpecialAccount, Office::Levels]), 4);
    }
}
