use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A pooling area (统筹地区) by its administrative division code of six digits (GB/T 2260).
///
/// `000000` stands for the central level.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Area(u32);

/// Reads an administrative division code: `area("320200")?` is Wuxi.
///
/// # Errors
/// [`AreaError`] where the text is not six digits.
pub fn area(code: &str) -> Result<Area, AreaError> {
    code.parse()
}

impl Area {
    /// The central level.
    pub const CENTRAL: Self = Self(0);

    /// The area of a code, 0 to 999999.
    ///
    /// # Errors
    /// [`AreaError`] over 999999.
    pub const fn from_code(code: u32) -> Result<Self, AreaError> {
        if code > 999_999 { Err(AreaError) } else { Ok(Self(code)) }
    }

    /// The code as a number.
    #[must_use]
    pub const fn code(self) -> u32 {
        self.0
    }
}

impl FromStr for Area {
    type Err = AreaError;

    fn from_str(text: &str) -> Result<Self, AreaError> {
        if text.len() != 6 || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(AreaError);
        }
        text.parse().map_err(|_| AreaError).and_then(Self::from_code)
    }
}

/// Six digits.
impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:06}", self.0)
    }
}

impl fmt::Debug for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The string `"320200"`.
impl Serialize for Area {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Area {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <std::borrow::Cow<'de, str>>::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// A text or number that is not an administrative division code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an administrative division code: expected six digits such as `320200`")]
pub struct AreaError;
