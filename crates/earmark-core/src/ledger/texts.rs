//! Texts and vouchers of a book: each text is registered once and held by number.

use super::{AnyBook, Papers};
use crate::command::{AnyBatch, Draft, Origin, register_text};
use crate::commit::{Part, Proposal};
use crate::error::{Error, Fault};
use crate::event::{Text, Voucher, VoucherRefs};
use crate::id::Key;
use crate::rejected::{Rejected, Rule};
use crate::state::State;
use crate::submission::Pending;
use crate::time::Day;

impl AnyBook {
    /// The number of a text, registering it if it is new.
    ///
    /// # Errors
    /// [`Error::Rejected`] where the text is empty or too long; [`Error::Fault`] where the store is at
    /// fault.
    pub fn register(&self, text: &str) -> Result<Text, Error> {
        let [text] = self.register_all([text])?;
        Ok(text)
    }

    /// The numbers of texts in their order, registering all that are new in one commit: what a program
    /// does that knows its papers when it starts.
    ///
    /// # Errors
    /// As [`register`](Self::register); nothing is then registered.
    pub fn register_texts(&self, texts: &[&str]) -> Result<Vec<Text>, Error> {
        let mut numbers = vec![None; texts.len()];
        self.number(texts, &mut numbers)?;
        Ok(numbers.into_iter().map(|number| self.numbered(number)).collect())
    }

    fn register_all<const N: usize>(&self, texts: [&str; N]) -> Result<[Text; N], Error> {
        let mut numbers = [None; N];
        self.number(&texts, &mut numbers)?;
        Ok(numbers.map(|number| self.numbered(number)))
    }

    fn numbered(&self, number: Option<u32>) -> Text {
        Text { ledger: self.ledger.id(), book: self.id, number: number.unwrap_or(0) }
    }

    /// Finds the numbers of texts, registering them where they are new.
    fn number(&self, texts: &[&str], numbers: &mut [Option<u32>]) -> Result<(), Error> {
        let store = self.ledger.store();
        loop {
            // Read before the texts are looked up: whoever registers one meanwhile moves the book on,
            // and the registration below is then in conflict and tried again.
            let state = self.head()?.state;
            for (number, text) in numbers.iter_mut().zip(texts) {
                *number = store.text_number(self.id, text)?;
            }
            let mut new: Vec<&str> = Vec::new();
            for (number, text) in numbers.iter().zip(texts) {
                if number.is_none() && !new.contains(text) {
                    new.push(text);
                }
            }
            if new.is_empty() {
                return Ok(());
            }
            self.register_new(&state, &new)?;
        }
    }

    /// Registers texts as one commit. Where another writer registers a text meanwhile, the caller's
    /// loop finds it there.
    fn register_new(&self, state: &State, texts: &[&str]) -> Result<(), Error> {
        let now = self.ledger.clock().now();
        let today = self.ledger.store().settings().moment(now, state).today;
        let voucher = Voucher {
            origin: Origin::new(self.id, self.ledger.id()),
            refs: VoucherRefs {
                effective_on: today,
                register: 0,
                document: 0,
                basis: 0,
                actor: 0,
                correlation: None,
                causation: None,
            },
        };
        let drafts = (state.texts() + 1..)
            .zip(texts)
            .map(|(number, text)| Draft::new(&voucher, register_text(number, (*text).into())));
        let place = state.seq().to_be_bytes();
        let mut parts: Vec<&[u8]> = vec![b"earmark/texts", &place];
        parts.extend(texts.iter().map(|text| text.as_bytes()));
        let outcome = Pending::new(self.ledger.store().submit(Proposal::new(
            Part {
                book: self.id,
                key: Key::from_parts(&parts),
                expected_seq: Some(state.seq()),
                batch: AnyBatch::new(self.fund(), drafts.collect()),
            },
            now,
        )))
        .wait();
        match outcome {
            Ok(_) | Err(Error::Conflict(_)) => Ok(()),
            // Another writer registered the same texts at the same place.
            Err(Error::Rejected(rejected)) if rejected.rule() == Rule::KeyFresh => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// The number of a text that is registered; none where it is not. Registers nothing.
    ///
    /// # Errors
    /// [`Fault`] where the store cannot be read.
    pub fn text_number(&self, text: &str) -> Result<Option<u32>, Fault> {
        self.ledger.store().text_number(self.id, text)
    }

    /// The text with this number; none where there is none.
    ///
    /// # Errors
    /// [`Fault`] where the store cannot be read.
    pub fn text(&self, number: u32) -> Result<Option<String>, Fault> {
        self.ledger.store().text(self.id, number)
    }

    /// A voucher for a day, its texts registered where they are new.
    ///
    /// # Errors
    /// As [`register`](Self::register).
    pub fn voucher(&self, effective_on: Day, papers: Papers<'_>) -> Result<Voucher, Error> {
        let [register, basis, actor] =
            self.register_all([papers.register, papers.basis, papers.actor])?;
        Voucher::new(effective_on, register, papers.document, basis, actor).ok_or_else(|| {
            Rejected::new(Rule::SameBook, self.id, "the texts are of several books").into()
        })
    }
}
