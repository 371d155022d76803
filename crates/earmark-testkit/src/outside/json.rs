//! The JSON of every type that reads it, but for commands.

use std::fmt::Debug;

use earmark_core::account::Account;
use earmark_core::event::{Kind, OtherIncome};
use earmark_core::fund::{
    CivilServicePension, EmployeeMedical, EnterprisePension, ExpenditureItem, Fund, IncomeItem,
    Maternity, ResidentsMedical, ResidentsMedicalUse, ResidentsPension, Unemployment, WorkInjury,
};
use earmark_core::id::{Area, Link, Party};
use earmark_core::money::{Amount, MAX_MINOR};
use earmark_core::register::BudgetLine;
use earmark_core::report::AsOf;
use earmark_core::time::{Day, Month, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Reading, Town, TownUse};

/// One JSON text, read as each type.
///
/// # Panics
/// Where a promise of a type is broken; see the [module](super).
pub fn json(bytes: &[u8]) -> Reading {
    let plain = [
        once::<Day>(bytes),
        once::<Month>(bytes),
        once::<Area>(bytes),
        purposes::<EnterprisePension>(bytes),
        purposes::<ResidentsPension>(bytes),
        purposes::<CivilServicePension>(bytes),
        purposes::<EmployeeMedical>(bytes),
        purposes::<ResidentsMedical>(bytes),
        purposes::<WorkInjury>(bytes),
        purposes::<Unemployment>(bytes),
        purposes::<Maternity>(bytes),
        purposes::<Town>(bytes),
        once::<ResidentsMedicalUse>(bytes),
        once::<TownUse>(bytes),
        normal::<Account>(bytes).is_some(),
        normal::<Kind>(bytes).is_some(),
        normal::<OtherIncome>(bytes).is_some(),
        normal::<IncomeItem>(bytes).is_some(),
        normal::<ExpenditureItem>(bytes).is_some(),
        normal::<BudgetLine>(bytes).is_some(),
        normal::<Party>(bytes).is_some(),
        normal::<Link>(bytes).is_some(),
        normal::<AsOf>(bytes).is_some(),
    ];
    let amounts = [
        normal::<Amount<WorkInjury>>(bytes).map(Amount::minor),
        normal::<Amount<Town>>(bytes).map(Amount::minor),
    ];
    assert!(amounts.iter().flatten().all(|minor| *minor <= MAX_MINOR));
    let moment = normal::<Timestamp>(bytes);
    assert!(moment.is_none_or(|at| (Timestamp::MIN..=Timestamp::MAX).contains(&at)));
    let accepted = plain.contains(&true) || moment.is_some() || amounts.iter().any(Option::is_some);
    Reading::of(accepted)
}

fn purposes<F: Fund>(bytes: &[u8]) -> bool
where
    F::Premium: Serialize + DeserializeOwned + Debug + PartialEq,
    F::Benefit: Serialize + DeserializeOwned + Debug + PartialEq,
{
    once::<F::Premium>(bytes) | once::<F::Benefit>(bytes)
}

/// A type with one spelling: what it reads is the very value that it writes.
fn once<T: Serialize + DeserializeOwned + Debug + PartialEq>(bytes: &[u8]) -> bool {
    let Some(value) = normal::<T>(bytes) else { return false };
    let given: Value = serde_json::from_slice(bytes).expect("it was read as JSON just now");
    assert_eq!(serde_json::to_value(&value).unwrap(), given, "the one spelling");
    true
}

/// What is read is the same once it was written in its normal form, and that form is its own.
pub(super) fn normal<T: Serialize + DeserializeOwned + Debug + PartialEq>(
    bytes: &[u8],
) -> Option<T> {
    let value: T = serde_json::from_slice(bytes).ok()?;
    let written = serde_json::to_vec(&value).expect("what was read can be written");
    let again: T = serde_json::from_slice(&written).expect("the normal form is read");
    assert_eq!(again, value, "the normal form says the same");
    assert_eq!(serde_json::to_vec(&again).unwrap(), written, "there is one normal form");
    Some(value)
}
