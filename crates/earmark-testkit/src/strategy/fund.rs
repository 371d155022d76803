//! Funds and what they may be spent on.

use earmark_core::error::Fault;
use earmark_core::fund::{BUILT_IN, Fund, FundSpec, Purpose};
use earmark_core::ledger::Ledger;
use proptest::prelude::*;
use proptest::sample::select;

earmark_core::fund! {
    /// A fund of a town of another law than China's, which borrows in a bad year.
    pub TownRelief {
        code: "TOWN_RELIEF", name: "town relief fund" "镇救济基金",
        currency: USD, jurisdiction: Other, invests: no, settles_across_provinces: no, transfers: no,
        settles_directly: yes, borrows: yes,
    }
    premiums TownReliefLevy { House = 1 "levy by house" "户捐" => Premium, }
    benefits TownReliefGrant {
        Winter = 1 "winter grant" "冬季补助" => Benefit,
        Office = 2 "cost of the office" "办公费用" => Administration,
    }
}

earmark_core::fund! {
    /// A fund of the same town, which lends.
    pub TownHarvest {
        code: "TOWN_HARVEST", name: "town harvest fund" "镇收成基金",
        currency: USD, jurisdiction: Other, invests: no, settles_across_provinces: no, transfers: no,
        settles_directly: no, borrows: yes,
    }
    premiums TownHarvestLevy { Field = 1 "levy by field" "田捐" => Premium, }
    benefits TownHarvestGrant { Seed = 1 "seed" "种子" => Benefit, }
}

/// The funds of a town whose law knows loans: what no Chinese fund can show.
pub const TOWN: [&FundSpec; 2] = [TownRelief::SPEC, TownHarvest::SPEC];

/// Tells a ledger of the town's funds, so that their books can be opened by name.
///
/// # Errors
/// [`Fault`] where the ledger has another fund under one of their codes.
pub fn know_town(ledger: &Ledger) -> Result<(), Fault> {
    ledger.know::<TownRelief>()?;
    ledger.know::<TownHarvest>()
}

/// The eight built-in funds. They shrink towards the first.
pub fn built_in_funds() -> impl Strategy<Value = &'static FundSpec> {
    select(&BUILT_IN[..])
}

/// The built-in funds and those of the town.
pub fn funds() -> impl Strategy<Value = &'static FundSpec> {
    select([&BUILT_IN[..], &TOWN[..]].concat())
}

/// The premium kinds of a fund.
///
/// ```
/// use earmark_core::fund::{Fund, Purpose, WorkInjury};
/// use earmark_testkit::strategy::fund::premium_kinds;
/// use proptest::prelude::*;
///
/// proptest!(|(kind in premium_kinds::<WorkInjury>())| {
///     prop_assert!(WorkInjury::SPEC.premium(kind.code()).is_some());
/// });
/// ```
///
/// # Panics
/// Where the fund has none.
pub fn premium_kinds<F: Fund>() -> impl Strategy<Value = F::Premium> {
    let kinds = F::SPEC.premiums().iter().map(|it| F::Premium::from_code(it.code).unwrap());
    select(kinds.collect::<Vec<_>>())
}

/// The benefit kinds of a fund.
///
/// # Panics
/// Where the fund has none.
pub fn benefit_kinds<F: Fund>() -> impl Strategy<Value = F::Benefit> {
    let kinds = F::SPEC.benefits().iter().map(|it| F::Benefit::from_code(it.code).unwrap());
    select(kinds.collect::<Vec<_>>())
}

/// Names of premium kinds: mostly of the fund's own list, sometimes of another fund's, or of none.
pub fn premium_names(fund: &'static FundSpec) -> impl Strategy<Value = String> {
    names(fund.premiums().iter().map(|it| it.name).collect(), &STRANGE_PREMIUMS)
}

/// Names of benefit kinds: mostly of the fund's own list, sometimes of another fund's, or of none.
///
/// ```
/// use earmark_core::fund::{Fund, WorkInjury};
/// use earmark_testkit::strategy::fund::benefit_names;
/// use proptest::prelude::*;
///
/// proptest!(|(name in benefit_names(WorkInjury::SPEC))| {
///     prop_assert_ne!(name, "");
/// });
/// ```
pub fn benefit_names(fund: &'static FundSpec) -> impl Strategy<Value = String> {
    names(fund.benefits().iter().map(|it| it.name).collect(), &STRANGE_BENEFITS)
}

/// Names of uses laid down by the State: of the fund's own list, where it has one, sometimes of another
/// fund's, or of none.
pub fn state_use_names(fund: &'static FundSpec) -> impl Strategy<Value = String> {
    names(fund.state_uses().iter().map(|it| it.name).collect(), &STRANGE_USES)
}

/// Names of premiums that some funds have, and that none has.
pub(super) const STRANGE_PREMIUMS: [&str; 4] =
    ["ForUnemployed", "CollectiveSubsidy", "Fine", "unit"];
/// The same of benefits.
pub(super) const STRANGE_BENEFITS: [&str; 4] = ["Hospital", "BasicPension", "Salaries", "hospital"];

const STRANGE_USES: [&str; 2] = ["CriticalIllnessInsurance", "Travel"];

fn names(
    own: Vec<&'static str>,
    strange: &'static [&'static str],
) -> impl Strategy<Value = String> {
    let own = if own.is_empty() { strange.to_vec() } else { own };
    prop_oneof![15 => select(own), 1 => select(strange)].prop_map(str::to_owned)
}
