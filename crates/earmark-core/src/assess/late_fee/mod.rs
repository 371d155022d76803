//! The late fee (滞纳金) on premiums in default: so much of the principal for each day.
//!
//! Social Insurance Law art 86 and Jiangsu regulation art 56: 0.05 % a day from the day of default.
//! The late fee joins the fund it is owed to (征缴条例 art 13): record it as that fund's other income,
//! [`OtherIncome::LateFee`](crate::event::OtherIncome::LateFee).
//!
//! No cap is applied. Where an authority caps the late fee at the principal (compare 行政强制法
//! art 45), compare [`LateFee::total`] with it.

mod arrears;
mod explanation;

use rust_decimal::Decimal;

pub use arrears::{Arrears, DayCount};
pub use explanation::{LateFee, LateFeeLine};

use super::rounding::RoundingError;
use super::schedule::{Dated, Schedule, ScheduleError, since};
use super::text::yuan;
use crate::time::Day;

/// The daily rates of the State: 0.2 % from 1999-01-22 (征缴条例 art 13), 0.05 % from 2011-07-01
/// (Social Insurance Law art 86).
///
/// The older rate was laid down for pension, medical and unemployment premiums (征缴条例 art 2).
///
/// ```
/// use earmark_core::assess::late_fee::daily_rates;
/// use earmark_core::time::day;
///
/// let rates = daily_rates();
/// assert_eq!(rates.on(day("2011-06-30")?)?.value.to_string(), "0.002");
/// assert_eq!(rates.on(day("2011-07-01")?)?.value.to_string(), "0.0005");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn daily_rates() -> Schedule<Decimal> {
    Schedule::new(vec![
        Dated::new(since(1999, 1, 22), Decimal::new(2, 3), "征缴条例 art 13"),
        Dated::new(since(2011, 7, 1), Decimal::new(5, 4), "Social Insurance Law art 86"),
    ])
    .expect("the later day stands below the earlier")
}

/// The late fee on arrears up to the day on which the rest is paid, or for which it is computed.
///
/// The first day of default counts; whether the day of payment counts says the [`DayCount`]. Each
/// day bears the rate in force on it, on the principal that is still owed on it. The products of all
/// lines are added exactly and rounded half-up **once, in total**.
///
/// ```
/// use earmark_core::assess::late_fee::{Arrears, DayCount, daily_rates, late_fee};
/// use earmark_core::time::day;
///
/// // 100,000.00 yuan, in default since 1 March and paid on the 31st: 30 days.
/// let arrears = Arrears::new(10_000_000, day("2024-03-01")?)?;
/// let fee = late_fee(&arrears, day("2024-03-31")?, DayCount::USUAL, &daily_rates())?;
/// assert_eq!(fee.total(), 150_000);
/// assert_eq!(
///     fee.to_string(),
///     "2024-03-01 to 2024-03-30: 30 days × 100,000.00 × 0.0005 = 1,500.00 \
///      (Social Insurance Law art 86)\n\
///      late fee of 30 days: 1,500.00"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`LateFeeError`] where the day is before the default or before a payment on the arrears, no rate
/// is in force on a day of default, a rate is not one, or the fee is over
/// [`MAX_MINOR`](crate::money::MAX_MINOR).
pub fn late_fee(
    arrears: &Arrears,
    settled_on: Day,
    count: DayCount,
    rates: &Schedule<Decimal>,
) -> Result<LateFee, LateFeeError> {
    if settled_on < arrears.since() {
        return Err(LateFeeError::BeforeDefault { since: arrears.since(), found: settled_on });
    }
    if let Some(last) = arrears.last_payment().filter(|last| *last > settled_on) {
        return Err(LateFeeError::BeforePayment { paid_on: last, found: settled_on });
    }
    let mut lines = Vec::new();
    for span in arrears.spans(settled_on, count) {
        let mut from = span.from;
        while from <= span.until {
            let rate = rates.on(from)?;
            let change = rates.next_change(from).and_then(Day::previous);
            let until = change.map_or(span.until, |last| last.min(span.until));
            lines.push(LateFeeLine::new(from, until, span.principal, rate)?);
            let Some(next) = until.next() else { break };
            from = next;
        }
    }
    LateFee::of(lines)
}

/// Why there is no late fee.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LateFeeError {
    /// An amount, a rate or the fee is out of range.
    #[error(transparent)]
    Rounding(#[from] RoundingError),
    /// No rate is in force on a day of default.
    #[error("no daily rate: {0}")]
    Schedule(#[from] ScheduleError),
    /// The day is before the first day of default.
    #[error("expected a day from `{since}` on, the first of the default, found `{found}`")]
    BeforeDefault {
        /// The first day of default.
        since: Day,
        /// The day.
        found: Day,
    },
    /// The arrears know of a payment after the day.
    #[error("expected a day from `{paid_on}` on, that of the last payment, found `{found}`")]
    BeforePayment {
        /// The day of the last payment.
        paid_on: Day,
        /// The day.
        found: Day,
    },
    /// A payment is of nothing, or of more than is owed.
    #[error(
        "expected a payment of `{}` to `{}`, what is owed, found `{}`",
        yuan(1), yuan(*owed), yuan(*found)
    )]
    Payment {
        /// What is still owed, in minor units.
        owed: u64,
        /// The payment, in minor units.
        found: u64,
    },
}

#[cfg(test)]
mod tests;
