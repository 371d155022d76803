//! Answers to one call.

use earmark_core::commit::Receipt;
use earmark_core::error::Error;

use super::{Verdict, claim, same};
use crate::clerk::{Clerk, Outcome};
use crate::model::Answer;

/// What a receipt says, but for whether it is a repetition.
fn place(receipt: &Receipt) -> impl PartialEq + std::fmt::Debug + use<> {
    (receipt.book(), receipt.first_seq(), receipt.count(), receipt.recorded_at(), receipt.root())
}

/// Every ledger accepts and refuses as the model does, by the same rule and in the same words as the
/// other ledgers; what is recorded gets the same place and, in ledgers of one id, the same root; and
/// what is repeated gets its first receipt.
///
/// # Errors
/// [`Difference`](super::Difference), where one does not.
pub fn answers_agree(clerk: &Clerk, outcome: &Outcome) -> Verdict {
    for (number, answer) in outcome.answers.iter().enumerate() {
        let says = || format!("ledger {number} answers {answer:?} to {:?}", outcome.call);
        match (answer, &outcome.expected) {
            (Ok(receipt), Answer::Recorded { first_seq, count }) => {
                let found = (receipt.repeated(), receipt.first_seq(), receipt.count());
                claim(clerk, found == (false, *first_seq, *count), || {
                    format!("expected {:?}, but {}", outcome.expected, says())
                })?;
            }
            (Ok(receipt), Answer::Repeated { first_seq }) => {
                let found = (receipt.repeated(), receipt.first_seq());
                claim(clerk, found == (true, *first_seq), || {
                    format!("expected {:?}, but {}", outcome.expected, says())
                })?;
                let first = outcome.first.as_ref().and_then(|it| it.get(number).copied().flatten());
                claim(clerk, first.is_none_or(|it| place(&it) == place(receipt)), || {
                    format!("its first receipt was {first:?}, but {}", says())
                })?;
            }
            (Err(Error::Rejected(rejected)), Answer::Refused(rules)) => {
                claim(clerk, rules.contains(rejected.rule().code()), || {
                    format!("expected one of {rules:?}, but {}", says())
                })?;
            }
            _ => {
                claim(clerk, false, || format!("expected {:?}, but {}", outcome.expected, says()))?
            }
        }
    }
    ledgers_agree(clerk, outcome)
}

fn ledgers_agree(clerk: &Clerk, outcome: &Outcome) -> Verdict {
    let ids: Vec<_> = clerk.ledgers().map(earmark_core::ledger::Ledger::id).collect();
    let Some((first, others)) = outcome.answers.split_first() else { return Ok(()) };
    for (number, other) in (1..).zip(others) {
        match (first, other) {
            (Ok(one), Ok(another)) if ids.first() == ids.get(number) => {
                same(clerk, &format!("the receipt of ledger {number}"), another, one)?;
            }
            (Ok(_), Ok(_)) => {}
            _ => same(clerk, &format!("the answer of ledger {number}"), other, first)?,
        }
    }
    Ok(())
}
