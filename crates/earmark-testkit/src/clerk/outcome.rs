//! What came of a call.

use earmark_core::commit::Receipt;
use earmark_core::error::Error;

use crate::history::Call;
use crate::model::Answer;

/// What every ledger and the model answered to one call.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What was asked.
    pub call: Call,
    /// The answer of each ledger.
    pub answers: Vec<Result<Receipt, Error>>,
    /// The answer of the model.
    pub expected: Answer,
    /// Where an accepted call had this key before: the receipts that it got, ledger by ledger.
    pub first: Option<Vec<Option<Receipt>>>,
}

impl Outcome {
    /// Whether the first ledger recorded it now.
    #[must_use]
    pub fn is_recorded(&self) -> bool {
        matches!(self.answers.first(), Some(Ok(receipt)) if !receipt.repeated())
    }

    /// The code of the rule by which the first ledger refused it; none where it did not.
    #[must_use]
    pub fn refused_by(&self) -> Option<&'static str> {
        match self.answers.first() {
            Some(Err(Error::Rejected(rejected))) => Some(rejected.rule().code()),
            _ => None,
        }
    }
}

/// A call that was recorded.
#[derive(Clone, Debug)]
pub struct Accepted {
    /// What was asked.
    pub call: Call,
    /// The receipt of each ledger; none where that ledger did not record it.
    pub receipts: Vec<Option<Receipt>>,
}

/// An answer of the model, as scripts write it.
pub(super) fn in_words(answer: &Answer) -> String {
    match answer {
        Answer::Recorded { first_seq, count } => format!("recorded {count} from {first_seq}"),
        Answer::Repeated { first_seq } => format!("repeated {first_seq}"),
        Answer::Refused(rules) => {
            format!("refused {}", rules.iter().copied().collect::<Vec<_>>().join(" or "))
        }
    }
}

/// An answer of a ledger, in the same words.
pub(super) fn answer_in_words(answer: &Result<Receipt, Error>) -> String {
    match answer {
        Ok(receipt) if receipt.repeated() => format!("repeated {}", receipt.first_seq()),
        Ok(receipt) => format!("recorded {} from {}", receipt.count(), receipt.first_seq()),
        Err(Error::Rejected(rejected)) => format!("refused {}", rejected.rule().code()),
        Err(error) => format!("failed: {error}"),
    }
}
