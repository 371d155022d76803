use super::AsOf;
use crate::account::Account;
use crate::event::{Event, Kind};
use crate::id::{Link, Party};
use crate::time::{Period, Timestamp};

/// Which events of a book a trail shows. Starts as all of them; each condition narrows it.
///
/// ```
/// use earmark_core::report::{AsOf, TrailFilter};
/// use earmark_core::{account::Account, time::day};
///
/// let march = TrailFilter::all().at(Account::Expenditure).as_of(AsOf::day(day("2021-03-31")?));
/// # Ok::<(), earmark_core::time::DayError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct TrailFilter {
    account: Option<Account>,
    party: Option<Party>,
    document: Option<(u32, Option<u64>)>,
    correlation: Option<Link>,
    kind: Option<Kind>,
    period: Option<Period>,
    as_of: AsOf,
}

impl TrailFilter {
    /// Every event.
    #[must_use]
    pub fn all() -> Self {
        Self::default()
    }

    /// Events that move money in an account, or open or close it.
    #[must_use]
    pub fn at(mut self, account: impl Into<Account>) -> Self {
        self.account = Some(account.into());
        self
    }

    /// Events of a payer or payee.
    #[must_use]
    pub const fn of_party(mut self, party: Party) -> Self {
        self.party = Some(party);
        self
    }

    /// Events on a document of a register, or on any document of it.
    #[must_use]
    pub const fn on_document(mut self, register: u32, number: Option<u64>) -> Self {
        self.document = Some((register, number));
        self
    }

    /// Events of a business case.
    #[must_use]
    pub const fn correlated(mut self, case: Link) -> Self {
        self.correlation = Some(case);
        self
    }

    /// Events of a kind.
    #[must_use]
    pub const fn of_kind(mut self, kind: Kind) -> Self {
        self.kind = Some(kind);
        self
    }

    /// Events that count for a period.
    #[must_use]
    pub const fn within(mut self, period: Period) -> Self {
        self.period = Some(period);
        self
    }

    /// Events that count for a day or earlier, as known at a moment.
    #[must_use]
    pub const fn as_of(mut self, as_of: AsOf) -> Self {
        self.as_of = as_of;
        self
    }

    /// Nothing recorded after this moment is shown: recording times of a book never go back.
    pub(crate) const fn until(&self) -> Option<Timestamp> {
        self.as_of.known_at
    }

    /// Whether the trail shows the event.
    #[must_use]
    pub fn shows(&self, event: &Event) -> bool {
        let fact = event.fact();
        let at_account = |account| match fact.movement() {
            Some(movement) => movement.from == Some(account) || movement.to == Some(account),
            None => fact.account() == Some(account),
        };
        let on_document = |(register, number): (u32, Option<u64>)| {
            event.register() == register && number.is_none_or(|number| event.document() == number)
        };
        self.account.is_none_or(at_account)
            && self.party.is_none_or(|party| fact.party() == Some(party))
            && self.document.is_none_or(on_document)
            && self.correlation.is_none_or(|case| event.correlation() == Some(case))
            && self.kind.is_none_or(|kind| fact.kind() == kind)
            && self.period.is_none_or(|period| period.contains(event.effective_on()))
            && self.as_of.day.is_none_or(|day| event.effective_on() <= day)
            && self.as_of.known_at.is_none_or(|moment| event.recorded_at() <= moment)
    }
}
