//! What makes the trail outlive its operator: rolls attested, personal detail bound.

use std::marker::PhantomData;

use super::batch::{Origin, Request};
use super::{plain, single};
use crate::event::{BoundDetail, Detail, Fact, Kind};
use crate::fund::Fund;
use crate::id::Party;
use crate::roll::{AttestedRoll, FundRoll, Roll};

/// The root of a closed period's roll is recorded in the book (名册存证). From then on a statement that is
/// proved from the roll is complete: nothing of the period can be added to it or left out.
///
/// It is made of a roll that the book itself gave, and of nothing else:
///
/// ```compile_fail,E0451
/// use earmark_core::roll::AttestedRoll;
///
/// fn forge(real: AttestedRoll) -> AttestedRoll {
///     AttestedRoll { parties: 0, ..real }
/// }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct AttestRoll<F> {
    roll: AttestedRoll,
    origin: Origin,
    fund: PhantomData<fn() -> F>,
}

impl<F: Fund> AttestRoll<F> {
    /// Attests a roll that [`Book::roll`](crate::ledger::Book::roll) gave.
    #[must_use]
    pub fn of(roll: &FundRoll<F>) -> Self {
        Self { roll: *roll.attested(), origin: roll.origin(), fund: PhantomData }
    }
}

impl<F: Fund> super::sealed::Sealed for AttestRoll<F> {}

impl<F: Fund> super::Command<F> for AttestRoll<F> {
    fn into_request(self) -> Request {
        Request::new(attested(self.roll), self.origin)
    }
}

single!([F: Fund] F, AttestRoll<F>);

/// The request that attests a roll learnt at run time.
pub(crate) fn attestation(roll: &Roll) -> Request {
    Request::new(attested(*roll.attested()), roll.origin())
}

fn attested(roll: AttestedRoll) -> Fact {
    Fact {
        kind: Kind::RollAttested,
        account: None,
        purpose: 0,
        amount_minor: 0,
        party: None,
        detail: Detail::Roll(Box::new(roll)),
    }
}

plain! {
    /// Personal detail that lies outside the ledger is bound by a salted commitment: SHA-256 over a random salt
    /// and the detail. It belongs to a party, to a recorded event, or to an event of that party.
    ///
    /// Detail and salt can be erased; the event and every proof over it stand.
    BindDetail {
        /// The party to which the detail belongs.
        party: Option<Party>,
        /// The event to which it belongs, by its sequence number; one of an earlier commit.
        event: Option<u64>,
        /// The commitment.
        commitment: [u8; 32],
    }
    |it| bound(it.party, it.event, it.commitment)
}

pub(super) fn bound(party: Option<Party>, event: Option<u64>, commitment: [u8; 32]) -> Request {
    let fact = Fact {
        kind: Kind::DetailBound,
        account: None,
        purpose: 0,
        amount_minor: 0,
        party,
        detail: Detail::Bound(Box::new(BoundDetail { event, commitment })),
    };
    Request::new(fact, Origin::ANY)
}
