use super::purpose::{self, mask_of};
use super::{ExpenditureItem, IncomeItem, PurposeSpec};
use crate::money::Currency;

/// Under whose law a fund stands. It decides what no fund of that law may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Jurisdiction {
    /// A fund may not pay administration, staff or running cost (Social Insurance Law art 64, 69).
    China,
    /// Any other law: the fund's own lists say what it may do.
    Other,
}

/// A fund's definition as data: names, currency and its closed lists of purposes.
///
/// Fields are private; [`fund!`](crate::fund!) makes the only values, and checks them while
/// compiling.
#[derive(Debug)]
pub struct FundSpec {
    code: &'static str,
    name: &'static str,
    name_zh: &'static str,
    currency: Currency,
    jurisdiction: Jurisdiction,
    invests: bool,
    settles_across_provinces: bool,
    transfers: bool,
    settles_directly: bool,
    borrows: bool,
    premiums: &'static [PurposeSpec<IncomeItem>],
    benefits: &'static [PurposeSpec<ExpenditureItem>],
    state_uses: &'static [PurposeSpec<ExpenditureItem>],
    premium_mask: u64,
    benefit_mask: u64,
    state_use_mask: u64,
}

impl FundSpec {
    #[doc(hidden)]
    #[must_use]
    #[allow(clippy::too_many_arguments)] // called by the macro alone, with names beside each value
    pub const fn define(
        package: Option<&'static str>,
        code: &'static str,
        name: &'static str,
        name_zh: &'static str,
        currency: Currency,
        jurisdiction: Jurisdiction,
        invests: bool,
        settles_across_provinces: bool,
        transfers: bool,
        settles_directly: bool,
        borrows: bool,
        premiums: &'static [PurposeSpec<IncomeItem>],
        benefits: &'static [PurposeSpec<ExpenditureItem>],
        state_uses: &'static [PurposeSpec<ExpenditureItem>],
    ) -> Self {
        // INVARIANT(INV-14): the law of a built-in fund cannot be redefined under its code.
        let ours = matches!(package, Some(name) if same(name, env!("CARGO_PKG_NAME")));
        assert!(ours || !is_reserved(code), "this is the code of a built-in fund; choose another");
        assert!(!code.is_empty() && code.len() <= 32, "a fund code has 1 to 32 characters");
        let mut rest = code.as_bytes();
        while let [first, others @ ..] = rest {
            assert!(
                first.is_ascii_uppercase() || first.is_ascii_digit() || *first == b'_',
                "a fund code is written in A-Z, 0-9 and _"
            );
            rest = others;
        }
        // INVARIANT(INV-03): no Chinese fund has a purpose for running cost.
        if matches!(jurisdiction, Jurisdiction::China) {
            no_administration(benefits);
            no_administration(state_uses);
            // INVARIANT(INV-27): no Chinese fund lends or borrows.
            assert!(
                !borrows,
                "a Chinese fund neither lends to another fund nor borrows from one (Social Insurance Law art 64, 69)"
            );
        }
        Self {
            code,
            name,
            name_zh,
            currency,
            jurisdiction,
            invests,
            settles_across_provinces,
            transfers,
            settles_directly,
            borrows,
            premiums,
            benefits,
            state_uses,
            premium_mask: mask_of(premiums),
            benefit_mask: mask_of(benefits),
            state_use_mask: mask_of(state_uses),
        }
    }

    /// The code by which a ledger stores the fund, such as `WORK_INJURY`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.code
    }

    /// The English name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The Chinese name.
    #[must_use]
    pub const fn name_zh(&self) -> &'static str {
        self.name_zh
    }

    /// The currency in which the fund is kept.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.currency
    }

    /// Under whose law the fund stands.
    #[must_use]
    pub const fn jurisdiction(&self) -> Jurisdiction {
        self.jurisdiction
    }

    /// Whether the fund may place money in entrusted investment.
    #[must_use]
    pub const fn invests(&self) -> bool {
        self.invests
    }

    /// Whether the fund takes part in cross-province medical settlement.
    #[must_use]
    pub const fn settles_across_provinces(&self) -> bool {
        self.settles_across_provinces
    }

    /// Whether a person's entitlement can be transferred in and out.
    #[must_use]
    pub const fn transfers(&self) -> bool {
        self.transfers
    }

    /// Whether the special account settles benefits with institutions directly.
    #[must_use]
    pub const fn settles_directly(&self) -> bool {
        self.settles_directly
    }

    /// Whether a law lets the fund lend to other funds and borrow from them, within an authorisation.
    #[must_use]
    pub const fn borrows(&self) -> bool {
        self.borrows
    }

    /// The premium kinds.
    #[must_use]
    pub const fn premiums(&self) -> &'static [PurposeSpec<IncomeItem>] {
        self.premiums
    }

    /// The benefit kinds.
    #[must_use]
    pub const fn benefits(&self) -> &'static [PurposeSpec<ExpenditureItem>] {
        self.benefits
    }

    /// The uses laid down by the State.
    #[must_use]
    pub const fn state_uses(&self) -> &'static [PurposeSpec<ExpenditureItem>] {
        self.state_uses
    }

    /// The premium kind with this code.
    #[must_use]
    pub fn premium(&self, code: u16) -> Option<&'static PurposeSpec<IncomeItem>> {
        purpose::find(self.premiums, code)
    }

    /// The benefit kind with this code.
    #[must_use]
    pub fn benefit(&self, code: u16) -> Option<&'static PurposeSpec<ExpenditureItem>> {
        purpose::find(self.benefits, code)
    }

    /// The State use with this code.
    #[must_use]
    pub fn state_use(&self, code: u16) -> Option<&'static PurposeSpec<ExpenditureItem>> {
        purpose::find(self.state_uses, code)
    }

    pub(crate) const fn has_premium(&self, code: u16) -> bool {
        code < 64 && self.premium_mask >> code & 1 == 1
    }

    pub(crate) const fn has_benefit(&self, code: u16) -> bool {
        code < 64 && self.benefit_mask >> code & 1 == 1
    }

    pub(crate) const fn has_state_use(&self, code: u16) -> bool {
        code < 64 && self.state_use_mask >> code & 1 == 1
    }

    /// The closed lists as text, one line a purpose. A ledger keeps it beside each book, so that a
    /// code can never change its meaning between two programs.
    #[must_use]
    pub fn vocabulary(&self) -> String {
        let income = self.premiums.iter().map(|p| ("premium", p.code, p.name, p.item.name()));
        let benefits = self.benefits.iter().map(|p| ("benefit", p.code, p.name, p.item.name()));
        let uses = self.state_uses.iter().map(|p| ("state_use", p.code, p.name, p.item.name()));
        let mut text = format!(
            "fund {} {} {} {:?} invests={} settles_across_provinces={} \
             transfers={} settles_directly={}{}\n",
            self.code,
            self.currency.code(),
            self.currency.exponent(),
            self.jurisdiction,
            self.invests,
            self.settles_across_provinces,
            self.transfers,
            self.settles_directly,
            if self.borrows { " borrows=true" } else { "" },
        );
        for (list, code, name, item) in income.chain(benefits).chain(uses) {
            text.push_str(&format!("{list} {code} {name}: {item}\n"));
        }
        text
    }
}

/// The codes of the built-in funds.
const RESERVED: [&str; 8] = [
    "ENT_PENSION",
    "RES_PENSION",
    "GOV_PENSION",
    "EMP_MEDICAL",
    "RES_MEDICAL",
    "WORK_INJURY",
    "UNEMPLOYMENT",
    "MATERNITY",
];

pub(super) const fn is_reserved(code: &str) -> bool {
    let mut rest: &[&str] = &RESERVED;
    while let [first, others @ ..] = rest {
        if same(first, code) {
            return true;
        }
        rest = others;
    }
    false
}

const fn same(one: &str, other: &str) -> bool {
    let (mut one, mut other) = (one.as_bytes(), other.as_bytes());
    loop {
        match (one, other) {
            ([], []) => return true,
            ([a, more @ ..], [b, others @ ..]) if *a == *b => (one, other) = (more, others),
            _ => return false,
        }
    }
}

pub(super) const fn no_administration(list: &'static [PurposeSpec<ExpenditureItem>]) {
    let mut rest = list;
    while let [first, others @ ..] = rest {
        assert!(
            !matches!(first.item, ExpenditureItem::Administration),
            "a Chinese fund may not pay administration, staff or running cost (Social Insurance Law art 69)"
        );
        rest = others;
    }
}

impl PartialEq for FundSpec {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other) || self.vocabulary() == other.vocabulary()
    }
}
