use std::collections::BTreeMap;

use super::LateFeeError;
use crate::assess::rounding::in_range;
use crate::time::Day;

/// Whether the day on which money is paid still bears the late fee on that money.
///
/// The law names the first day (自欠缴之日起: the day of default counts) and not the last. So this is
/// a choice of the authority, and there is no default but a name for the usual one,
/// [`DayCount::USUAL`].
///
/// ```
/// use earmark_core::assess::late_fee::{Arrears, DayCount, daily_rates, late_fee};
/// use earmark_core::time::day;
///
/// let arrears = Arrears::new(10_000_000, day("2024-03-01")?)?;
/// let fee = |count| late_fee(&arrears, day("2024-03-31").unwrap(), count, &daily_rates());
/// assert_eq!(fee(DayCount::PaymentDayFree)?.days(), 30);
/// assert_eq!(fee(DayCount::PaymentDayCounted)?.days(), 31);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DayCount {
    /// From the first day of default up to and including the day before payment.
    PaymentDayFree,
    /// From the first day of default up to and including the day of payment.
    PaymentDayCounted,
}

impl DayCount {
    /// The usual count: the day before payment is the last that counts. A premium in default on
    /// 1 March and paid on 31 March is 30 days late.
    pub const USUAL: Self = Self::PaymentDayFree;

    /// The last day that counts for money paid on this day; none where that is before every day.
    fn last(self, paid_on: Day) -> Option<Day> {
        match self {
            Self::PaymentDayFree => paid_on.previous(),
            Self::PaymentDayCounted => Some(paid_on),
        }
    }
}

/// A premium in default: the principal, the first day of default, and what was paid on it since.
///
/// ```
/// use earmark_core::assess::late_fee::Arrears;
/// use earmark_core::time::day;
///
/// let arrears = Arrears::new(10_000_000, day("2024-03-01")?)?.paid(day("2024-03-11")?, 4_000_000)?;
/// assert_eq!(arrears.owed(), 6_000_000);
/// assert!(arrears.paid(day("2024-03-21")?, 6_000_001).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrears {
    principal: u64,
    owed: u64,
    since: Day,
    payments: BTreeMap<Day, u64>,
}

impl Arrears {
    /// A principal in minor units that is in default since this day, which is the first that counts.
    ///
    /// # Errors
    /// [`LateFeeError::Rounding`] where the principal is over [`MAX_MINOR`](crate::money::MAX_MINOR).
    pub fn new(principal: u64, since: Day) -> Result<Self, LateFeeError> {
        let principal = in_range(principal)?;
        Ok(Self { principal, owed: principal, since, payments: BTreeMap::new() })
    }

    /// The same arrears after a payment on the principal, in minor units. The order of the payments
    /// does not matter.
    ///
    /// # Errors
    /// [`LateFeeError`] where the payment is before the default, of nothing, or of more than is owed.
    pub fn paid(mut self, on: Day, amount: u64) -> Result<Self, LateFeeError> {
        if on < self.since {
            return Err(LateFeeError::BeforeDefault { since: self.since, found: on });
        }
        let refused = LateFeeError::Payment { owed: self.owed, found: amount };
        if amount == 0 {
            return Err(refused);
        }
        self.owed = self.owed.checked_sub(amount).ok_or(refused)?;
        // Together the payments are at most the principal, so their sum cannot overflow.
        *self.payments.entry(on).or_default() += amount;
        Ok(self)
    }

    /// The principal on the first day of default, in minor units.
    #[must_use]
    pub const fn principal(&self) -> u64 {
        self.principal
    }

    /// What is still owed after every payment, in minor units.
    #[must_use]
    pub const fn owed(&self) -> u64 {
        self.owed
    }

    /// The first day of default.
    #[must_use]
    pub const fn since(&self) -> Day {
        self.since
    }

    pub(super) fn last_payment(&self) -> Option<Day> {
        self.payments.keys().next_back().copied()
    }

    /// The spans of days on which one principal was owed, in order. None of them is empty, and none
    /// is of no principal.
    pub(super) fn spans(&self, settled_on: Day, count: DayCount) -> Vec<Span> {
        let mut spans = Vec::new();
        let (mut from, mut principal) = (self.since, self.principal);
        for (paid_on, paid) in self.payments.iter().chain([(&settled_on, &0)]) {
            if let Some(until) = count.last(*paid_on).filter(|until| from <= *until) {
                if principal > 0 {
                    spans.push(Span { from, until, principal });
                }
                let Some(next) = until.next() else { break };
                from = next;
            }
            principal -= paid;
        }
        spans
    }
}

/// Days, both ends included, on which one principal was owed.
pub(super) struct Span {
    pub(super) from: Day,
    pub(super) until: Day,
    pub(super) principal: u64,
}
