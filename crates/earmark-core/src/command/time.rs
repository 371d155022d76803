use super::batch::{Origin, Request, about};
use super::{plain, single};
use crate::event::{Detail, Fact, Kind, Text};
use crate::fund::Fund;
use crate::rules::Profile;
use crate::time::Period;

plain! {
    /// A month is closed (结账), or a quarter or year whose months are closed, or what was reopened. From
    /// then on nothing counts for its days.
    ClosePeriod {
        /// The period.
        period: Period,
    }
    |it| about(Kind::PeriodClosed, 0).matter(|matter| {
        (matter.from, matter.until) = (Some(it.period.first()), Some(it.period.last()));
    })
}

plain! {
    /// Closed months are opened again (反结账), within bounds and for a reason, until they are closed again
    /// as a whole.
    ReopenPeriod {
        /// The months.
        period: Period,
        /// Why.
        reason: Text,
    }
    |it| about(Kind::PeriodReopened, 0)
        .matter(|matter| {
            (matter.from, matter.until) = (Some(it.period.first()), Some(it.period.last()));
            matter.text = it.reason.number();
        })
        .taken_from(it.reason.origin())
}

/// A rule profile is adopted for the book, on the document that orders it. What is recorded from then on is
/// judged by it, each event by the rules of its day; what was recorded before stays as it was judged.
#[derive(Clone, Debug)]
pub struct AdoptProfile {
    /// The profile, of the fund's law and the book's area.
    pub profile: Profile,
}

impl super::sealed::Sealed for AdoptProfile {}

impl<F: Fund> super::Command<F> for AdoptProfile {
    fn into_request(self) -> Request {
        adoption(self.profile.text())
    }
}

single!([F: Fund] F, AdoptProfile);

pub(super) fn adoption(text: &str) -> Request {
    let fact = Fact {
        kind: Kind::ProfileAdopted,
        account: None,
        purpose: 0,
        amount_minor: 0,
        party: None,
        detail: Detail::Profile(text.into()),
    };
    Request::new(fact, Origin::ANY)
}
