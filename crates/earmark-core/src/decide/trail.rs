use super::{Decision, Past};
use crate::error::Error;
use crate::event::{Detail, Event};
use crate::register::RegisterKey;
use crate::rejected::Rule;
use crate::time::Period;

impl Decision {
    /// INVARIANT(INV-42): a roll is attested of a period that is closed, up to its last closing, and once. That
    /// it is what the events give follows from how a roll is made; verification reads it again.
    pub(super) fn judge_roll(&mut self, event: &Event, past: &impl Past) -> Result<(), Error> {
        let Detail::Roll(roll) = event.fact().detail() else { return Ok(()) };
        let (first, last) = (roll.period().first(), roll.period().last());
        let closing = self.entry(&RegisterKey::Closing { first, last }, past)?.closing();
        let attested = self.entry(&RegisterKey::Roll { first, last }, past)?.roll();
        // Of other months that were reopened together, nothing notes what was reopened of them since.
        let reason = if !is_of_calendar(roll.period()) {
            format!("{first} to {last} is no month, quarter or year")
        } else if closing.revision == 0 {
            format!("{first} to {last} is not closed")
        } else if closing.reopened {
            format!("{first} to {last} was reopened since event {} closed it", closing.seq)
        } else if closing.seq != roll.closing() {
            format!(
                "the roll of {first} to {last} ends at event {}, the period was closed by event {}",
                roll.closing(),
                closing.seq
            )
        } else if !self.is_recorded(closing.seq, event) {
            format!("event {} is of this commit; a roll is read of what is recorded", closing.seq)
        } else if attested.closing == closing.seq {
            format!("event {} attests the roll up to event {} already", attested.seq, closing.seq)
        } else {
            return Ok(());
        };
        Err(self.refuse(Rule::RollFits, reason))
    }

    /// INVARIANT(INV-43): what is bound is a hash, to somebody or something that the book knows.
    pub(super) fn judge_bound(&self, event: &Event, past: &impl Past) -> Result<(), Error> {
        let Detail::Bound(bound) = event.fact().detail() else { return Ok(()) };
        let Some(seq) = bound.event() else { return Ok(()) };
        let of = match past.event(seq)? {
            Some(of) if self.is_recorded(seq, event) => of,
            _ => {
                return Err(self.refuse(Rule::DetailFits, format!("event {seq} is not recorded")));
            }
        };
        let other = match of.fact().detail() {
            Detail::Matter(matter) => matter.other(),
            _ => None,
        };
        let mut named = [of.fact().party(), other].into_iter().flatten().peekable();
        match event.fact().party() {
            Some(party) if named.peek().is_some() && !named.any(|it| it == party) => {
                let reason = format!("event {seq} names another party than {party}");
                Err(self.refuse(Rule::DetailFits, reason))
            }
            _ => Ok(()),
        }
    }
}

/// Whether a period is a calendar month, quarter or year.
pub(crate) fn is_of_calendar(period: Period) -> bool {
    let month = period.first().month().number();
    match period.whole_months() {
        Some(1) => true,
        Some(3) => month % 3 == 1,
        Some(12) => month == 1,
        _ => false,
    }
}
