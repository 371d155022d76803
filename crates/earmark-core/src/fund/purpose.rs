use std::fmt;
use std::hash::Hash;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// What money is for: one entry of a fund's closed list.
///
/// Implemented by the enums that [`fund!`](crate::fund!) makes. The code is what is stored; it is
/// 1 to 63 and never changes its meaning.
pub trait Purpose: Copy + Eq + Hash + fmt::Debug + Send + Sync + 'static {
    /// The code under which the purpose is stored.
    fn code(self) -> u16;
    /// The purpose with this code.
    fn from_code(code: u16) -> Option<Self>;
}

/// The list of a fund that has no such purpose. No value of it exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NoUse {}

impl Purpose for NoUse {
    fn code(self) -> u16 {
        match self {}
    }

    fn from_code(_: u16) -> Option<Self> {
        None
    }
}

/// One purpose of a fund, for code that learns the fund at run time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PurposeSpec<I: 'static> {
    /// The code under which it is stored, 1 to 63.
    pub code: u16,
    /// The name in source and in transport forms.
    pub name: &'static str,
    /// The English label.
    pub label: &'static str,
    /// The Chinese label.
    pub label_zh: &'static str,
    /// The item of a statement to which it belongs.
    pub item: I,
}

/// A purpose name that is not in the fund's list.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is not in this list; it has: {expected}")]
pub struct UnknownPurpose {
    /// The name found.
    pub found: String,
    /// The names that exist, separated by commas.
    pub expected: String,
}

pub(crate) fn find<I>(list: &[PurposeSpec<I>], code: u16) -> Option<&PurposeSpec<I>> {
    list.iter().find(|purpose| purpose.code == code)
}

pub(crate) fn find_name<'a, I>(
    list: &'a [PurposeSpec<I>],
    name: &str,
) -> Result<&'a PurposeSpec<I>, UnknownPurpose> {
    list.iter().find(|purpose| purpose.name == name).ok_or_else(|| UnknownPurpose {
        found: name.to_owned(),
        expected: list.iter().map(|purpose| purpose.name).collect::<Vec<_>>().join(", "),
    })
}

/// The bits of the codes in a list. Fails while compiling where a code is 0, over 63, or twice.
#[must_use]
pub(crate) const fn mask_of<I: 'static>(list: &'static [PurposeSpec<I>]) -> u64 {
    let mut mask = 0_u64;
    let mut rest = list;
    while let [first, others @ ..] = rest {
        assert!(first.code >= 1 && first.code <= 63, "a purpose code is 1 to 63");
        let bit = 1_u64 << first.code;
        assert!(mask & bit == 0, "two purposes of one list share a code");
        mask |= bit;
        rest = others;
    }
    mask
}

/// The name of a purpose, as the macro's enums serialise it.
#[doc(hidden)]
pub fn serialize_name<I, S: Serializer>(
    list: &[PurposeSpec<I>],
    code: u16,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match find(list, code) {
        Some(purpose) => purpose.name.serialize(serializer),
        None => Err(serde::ser::Error::custom("purpose without a name")),
    }
}

/// The purpose of a name, as the macro's enums deserialise it.
#[doc(hidden)]
pub fn deserialize_name<'de, P: Purpose, I, D: Deserializer<'de>>(
    list: &[PurposeSpec<I>],
    deserializer: D,
) -> Result<P, D::Error> {
    let name = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
    let purpose = find_name(list, &name).map_err(de::Error::custom)?;
    P::from_code(purpose.code).ok_or_else(|| de::Error::custom("purpose without a value"))
}
