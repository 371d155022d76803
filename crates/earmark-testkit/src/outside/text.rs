//! Texts that people and other systems type.

use std::str::FromStr;

use earmark_core::fund::{Fund, WorkInjury};
use earmark_core::id::{Area, key};
use earmark_core::money::{Amount, MAX_MINOR};
use earmark_core::register::BudgetLine;
use earmark_core::rules::Rate;
use earmark_core::time::{Day, Month, Period};

use super::{Reading, Town};

/// One text, read as each type that is typed.
///
/// # Panics
/// Where a promise of a parser is broken; see the [module](super).
pub fn text(bytes: &[u8]) -> Reading {
    let Ok(text) = std::str::from_utf8(bytes) else { return Reading::Refused };
    assert_eq!(key(text), key(text), "any text makes a key");
    Reading::of(
        [
            amount::<WorkInjury>(text),
            amount::<Town>(text),
            rate(text),
            day(text),
            spelt_once::<Area>(text),
            BudgetLine::from_key(text).is_some_and(|line| line.key() == text),
        ]
        .contains(&true),
    )
}

/// Nothing is rounded: the digits say exactly what the amount is.
fn amount<F: Fund>(text: &str) -> bool {
    let Ok(amount) = text.parse::<Amount<F>>() else { return false };
    assert!(amount.minor() <= MAX_MINOR);
    assert_eq!(scaled(text, usize::from(Amount::<F>::currency().exponent())), Some(amount.minor()));
    assert_eq!(Amount::from_decimal(amount.to_decimal()), Ok(amount));
    true
}

fn rate(text: &str) -> bool {
    let Ok(rate) = text.parse::<Rate>() else { return false };
    assert!(rate <= Rate::MAX);
    assert_eq!(scaled(text, 6), Some(u64::from(rate.ppm())));
    assert_eq!(rate.to_string().parse(), Ok(rate));
    true
}

/// Plain digits times a power of ten, added up digit by digit.
fn scaled(text: &str, places: usize) -> Option<u64> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let padding = std::iter::repeat_n('0', places.checked_sub(decimals.len())?);
    whole.chars().chain(decimals.chars()).chain(padding).try_fold(0_u64, |sum, digit| {
        sum.checked_mul(10)?.checked_add(u64::from(digit.to_digit(10)?))
    })
}

/// A day is its one spelling, and lies in the month and the year that it names.
fn day(text: &str) -> bool {
    if !spelt_once::<Day>(text) {
        return false;
    }
    let day: Day = text.parse().unwrap();
    assert_eq!(day.year().to_string(), text[..4]);
    assert_eq!(day.month().to_string(), text[..7]);
    assert_eq!(Day::from_days(day.days()), Ok(day));
    assert_eq!(Month::from_yyyymm(day.month().yyyymm()), Ok(day.month()));
    let month = Period::month(day.month());
    assert!(month.contains(day) && month.whole_months() == Some(1));
    assert!((28..=31).contains(&(month.last().days() - month.first().days() + 1)));
    true
}

fn spelt_once<T: FromStr + ToString>(text: &str) -> bool {
    let parsed = text.parse::<T>().ok();
    parsed.is_some_and(|value| {
        assert_eq!(value.to_string(), text, "the one spelling");
        true
    })
}
