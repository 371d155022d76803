use std::fmt;

use rust_decimal::Decimal;
use serde::{Serialize, Serializer};

use super::Currency;

/// A sum for reading: a non-negative total in a currency, of no fund.
///
/// Reports add figures across books; no command takes one, so a figure can never become money of
/// a fund again. It is wide enough for the sum of every event a ledger can hold.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Figure {
    minor: u128,
    currency: Currency,
}

impl Figure {
    /// A figure of so many minor units.
    #[must_use]
    pub const fn from_minor(minor: u128, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// The figure in minor units (fen, cent).
    #[must_use]
    pub const fn minor(self) -> u128 {
        self.minor
    }

    /// The currency.
    #[must_use]
    pub const fn currency(self) -> Currency {
        self.currency
    }
}

/// Major units with grouped thousands and every decimal place: `1,234,567.89`.
impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad_integral(true, "", &grouped(self.minor, self.currency))
    }
}

impl fmt::Debug for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", grouped(self.minor, self.currency), self.currency.code())
    }
}

/// The plain decimal as a string, without grouping: `"1234567.89"`.
impl Serialize for Figure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&Plain(self.minor, self.currency))
    }
}

/// A signed difference or net change for reading.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SignedFigure {
    minor: i128,
    currency: Currency,
}

impl SignedFigure {
    /// A signed figure of so many minor units.
    #[must_use]
    pub const fn from_minor(minor: i128, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// The figure in minor units.
    #[must_use]
    pub const fn minor(self) -> i128 {
        self.minor
    }

    /// The currency.
    #[must_use]
    pub const fn currency(self) -> Currency {
        self.currency
    }
}

/// As [`Figure`], with a leading minus sign where negative.
impl fmt::Display for SignedFigure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad_integral(self.minor >= 0, "", &grouped(self.minor.unsigned_abs(), self.currency))
    }
}

impl fmt::Debug for SignedFigure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self} {}", self.currency.code())
    }
}

impl Serialize for SignedFigure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let sign = if self.minor < 0 { "-" } else { "" };
        serializer
            .collect_str(&format_args!("{sign}{}", Plain(self.minor.unsigned_abs(), self.currency)))
    }
}

/// Minor units as a plain decimal of the currency.
pub(crate) struct Plain(pub(crate) u128, pub(crate) Currency);

impl fmt::Display for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = u128::from(self.1.minor_per_major());
        write!(f, "{}", self.0 / unit)?;
        if self.1.exponent() > 0 {
            write!(f, ".{:0width$}", self.0 % unit, width = usize::from(self.1.exponent()))?;
        }
        Ok(())
    }
}

/// Minor units with grouped thousands.
pub(crate) fn grouped(minor: u128, currency: Currency) -> String {
    let plain = Plain(minor, currency).to_string();
    let (whole, decimals) = plain.split_once('.').unwrap_or((&plain, ""));
    let mut text = String::with_capacity(plain.len() + plain.len() / 3);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    if !decimals.is_empty() {
        text.push('.');
        text.push_str(decimals);
    }
    text
}

impl From<Figure> for Option<Decimal> {
    /// The figure in major units, where a decimal can hold it (up to 28 digits).
    fn from(figure: Figure) -> Self {
        let minor = i128::try_from(figure.minor).ok()?;
        Decimal::try_from_i128_with_scale(minor, u32::from(figure.currency.exponent())).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_grouped_and_decimals_kept() {
        let show = |minor| Figure::from_minor(minor, Currency::CNY).to_string();
        assert_eq!(show(0), "0.00");
        assert_eq!(show(7), "0.07");
        assert_eq!(show(99_999), "999.99");
        assert_eq!(show(64_065_702_429), "640,657,024.29");
        assert_eq!(SignedFigure::from_minor(-123_456, Currency::CNY).to_string(), "-1,234.56");
        assert_eq!(format!("{:>10}|", SignedFigure::from_minor(-1, Currency::CNY)), "     -0.01|");
    }
}
