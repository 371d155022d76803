//! What is taken back, and what every event is vouched for by, from outside.

use std::collections::BTreeSet;

use earmark_core::account::Account;
use earmark_core::command::AnyCommand as C;
use earmark_core::event::Kind;
use earmark_testkit::strategy::history::histories;
use proptest::prelude::*;

use super::desk::tried;
use super::tale::{must, of_every_book, standing};

/// The payment, premium or transfer of which a command takes back a part, or all.
fn original(command: &C) -> Option<u64> {
    match command {
        C::ReturnPayment { of, .. }
        | C::RecoverBenefit { of, .. }
        | C::RefundPremium { of, .. }
        | C::ReturnTransferIn { of, .. }
        | C::Reverse { of, .. } => Some(*of),
        _ => None,
    }
}

proptest! {
    #![proptest_config(tried(32))]

    #[test]
    fn inv_08_every_event_names_registered_texts(history in histories(30)) {
        of_every_book(&history, |clerk, tale| {
            let mut texts = 0;
            for told in &tale.events {
                let event = told.recorded.event();
                let named = [event.register(), event.basis(), event.actor()];
                match told.command {
                    None => texts += 1,
                    Some(_) => {
                        let known = named.iter().all(|number| (1..=texts).contains(number));
                        must(known, clerk, || format!("{named:?} of {texts} texts: {told:?}"))?;
                        let actor = clerk_text(clerk, told.recorded.book(), event.actor());
                        must(actor.as_deref() == Some(told.actor.as_str()), clerk, || {
                            format!("{actor:?} is not who did it: {told:?}")
                        })?;
                    }
                }
            }
            Ok(())
        })?;
    }

    #[test]
    fn inv_10_no_more_is_taken_back_than_there_was(history in histories(30)) {
        of_every_book(&history, |clerk, tale| {
            for (at, told) in tale.events.iter().enumerate() {
                let Some(of) = told.command.as_ref().and_then(original) else { continue };
                must(of < told.seq, clerk, || format!("taken back before it was: {told:?}"))?;
                let first = tale.event(of);
                must(first.on <= told.on, clerk, || format!("of a day before its original: {told:?}"))?;
                let parts = standing(&tale.events[..=at]);
                let taken: u64 = parts
                    .iter()
                    .filter(|it| it.command.as_ref().and_then(original) == Some(of))
                    .map(|it| it.minor)
                    .sum();
                must(taken <= first.minor, clerk, || format!("{taken} taken back of {first:?}"))?;
                if let Some(C::Reverse { .. }) = told.command {
                    must(taken == 0, clerk, || format!("reversed though a part came back: {told:?}"))?;
                    must((told.from, told.to) == (first.to, first.from), clerk, || {
                        format!("not the other way round: {told:?}")
                    })?;
                    must(told.minor == first.minor, clerk, || format!("not as much: {told:?}"))?;
                    let twice = tale.events[..at].iter().any(
                        |it| matches!(it.command, Some(C::Reverse { of: other, .. }) if other == of),
                    );
                    must(!twice, clerk, || format!("reversed twice: {told:?}"))?;
                }
            }
            Ok(())
        })?;
    }

    #[test]
    fn inv_11_texts_are_registered_once_and_in_order(history in histories(8)) {
        of_every_book(&history, |clerk, tale| {
            let book = tale.events[0].recorded.book();
            let texts: Vec<String> = (1..).map_while(|number| clerk_text(clerk, book, number)).collect();
            let registered = tale.events.iter().filter(|told| told.command.is_none()).count();
            must(texts.len() == registered, clerk, || format!("{texts:?}"))?;
            let different: BTreeSet<_> = texts.iter().collect();
            must(different.len() == texts.len(), clerk, || format!("{texts:?}"))?;
            must(texts.iter().all(|it| (1..=4_096).contains(&it.len())), clerk, || format!("{texts:?}"))
        })?;
    }

    #[test]
    fn inv_26_what_comes_back_in_its_year_comes_back_to_its_account(history in histories(40)) {
        of_every_book(&history, |clerk, tale| {
            for told in &tale.events {
                let Some(of) = told.command.as_ref().and_then(original) else { continue };
                let (first, kind) = (tale.event(of), told.recorded.kind());
                let same_year = first.on.year() == told.on.year();
                let lawful = match kind {
                    Kind::PaymentReturned | Kind::BenefitRecovered => {
                        same_year && told.to == first.from
                    }
                    Kind::LatePaymentReturned => !same_year && told.to == first.from,
                    Kind::LateBenefitRecovered => {
                        let late = [Some(Account::Revenue), Some(Account::Special)];
                        !same_year && late.contains(&told.to)
                    }
                    _ => true,
                };
                must(lawful, clerk, || format!("{told:?} of {first:?}"))?;
            }
            Ok(())
        })?;
    }
}

fn clerk_text(
    clerk: &earmark_testkit::clerk::Clerk,
    book: earmark_core::id::BookId,
    number: u32,
) -> Option<String> {
    let books = 0..clerk.books();
    let kept = books.map(|it| clerk.book(it)).find(|it| it.id() == book);
    kept.unwrap().text(number).unwrap()
}
