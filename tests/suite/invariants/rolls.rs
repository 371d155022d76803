//! Rolls and bound detail, from outside.

use earmark_core::command::AnyCommand as C;
use earmark_core::event::Detail;
use earmark_core::ledger::AnyBook;
use earmark_core::time::Period;
use earmark_testkit::strategy::history::histories;
use proptest::prelude::*;

use super::desk::{after, tried};
use super::tale::{Tale, must};
use crate::rolls::naive::naive;

proptest! {
    #![proptest_config(tried(32))]

    #[test]
    fn inv_42_an_attested_roll_is_that_of_the_events_up_to_its_closing(history in histories(40)) {
        let clerk = after(&history);
        let ledger = clerk.ledgers().next().unwrap();
        for number in 0..clerk.books() {
            let (book, tale) = (clerk.book(number), Tale::of(&clerk, number));
            for told in &tale.events {
                // Whatever was closed has a roll, attested or not.
                if let Some(C::ClosePeriod { first, last }) = told.command {
                    let roll = AnyBook::roll_up_to(book, told.seq).unwrap().unwrap();
                    let period = Period::new(first, last).unwrap();
                    let salt = roll.attested().salt();
                    let naive = naive(ledger, book, period, told.seq, &salt);
                    must(naive == roll, &clerk, || format!("{naive:?}\n{roll:?}"))?;
                }
                let Detail::Roll(roll) = told.recorded.event().fact().detail() else { continue };
                let naive = naive(ledger, book, roll.period(), roll.closing(), &roll.salt());
                let same = naive.root == roll.root() && naive.lines.len() as u64 == roll.parties();
                must(same, &clerk, || format!("{naive:?}\n{roll:?}"))?;
                let closing = tale.event(roll.closing());
                let of = C::ClosePeriod { first: roll.period().first(), last: roll.period().last() };
                must(closing.command == Some(of), &clerk, || format!("{closing:?}\n{roll:?}"))?;
            }
        }
    }

    #[test]
    fn inv_43_no_more_is_bound_than_a_hash(history in histories(30)) {
        let clerk = after(&history);
        for number in 0..clerk.books() {
            for told in &Tale::of(&clerk, number).events {
                let Some(C::BindDetail { party, event, commitment }) = &told.command else { continue };
                let fact = told.recorded.event().fact();
                let Detail::Bound(bound) = fact.detail() else {
                    return must(false, &clerk, || format!("{told:?}"));
                };
                let text: String = bound.commitment().iter().map(|it| format!("{it:02x}")).collect();
                let same = (fact.party(), bound.event(), text.as_str()) == (*party, *event, commitment.as_str());
                must(same && told.minor == 0, &clerk, || format!("{told:?}"))?;
                must(event.is_none_or(|event| event < told.seq), &clerk, || format!("{told:?}"))?;
            }
        }
    }
}
