//! The dynamic door: commands that were learnt at run time.

use super::AnyBook;
use crate::command::{AnyBatch, AnyCommand, AnyCommandError};
use crate::commit::{Part, Proposal, Receipt};
use crate::error::Error;
use crate::event::Voucher;
use crate::id::Key;
use crate::rejected::{Rejected, Rule};
use crate::store::StorePast;
use crate::submission::Pending;

impl AnyBook {
    /// Records commands that were learnt at run time, all of them or none. On return they are
    /// durable.
    ///
    /// # Errors
    /// [`Error::Rejected`] where a command is not one of the fund's or a rule says no, and nothing was
    /// recorded; [`Error::Fault`] where the store is at fault.
    pub fn record_any(
        &self,
        key: Key,
        commands: &[(Voucher, AnyCommand)],
    ) -> Result<Receipt, Error> {
        let past = StorePast::new(self.ledger.store(), self.id);
        let mut batch = AnyBatch::new(self.fund(), Vec::with_capacity(commands.len()));
        for (index, (voucher, command)) in commands.iter().enumerate() {
            let draft = command.compile(self.id, voucher, &past).map_err(|error| match error {
                AnyCommandError::Fault(fault) => Error::Fault(fault),
                error => {
                    let rule = match error {
                        AnyCommandError::NoSuchEvent { .. } => Rule::OriginalFits,
                        AnyCommandError::NoSuchText { .. } => Rule::VoucherComplete,
                        AnyCommandError::NoRoll { .. } => Rule::RollFits,
                        AnyCommandError::Commitment { .. } => Rule::DetailFits,
                        AnyCommandError::Amount { .. } => Rule::Range,
                        AnyCommandError::Fact(ref error) => error.rule(),
                        _ => Rule::ClosedList,
                    };
                    Rejected::new(rule, self.id, error.to_string()).at(index).into()
                }
            })?;
            batch.drafts.push(draft);
        }
        self.submit_part(key, None, batch).wait()
    }

    pub(super) fn submit_part(
        &self,
        key: Key,
        expected_seq: Option<u64>,
        batch: AnyBatch,
    ) -> Pending {
        let part = Part { book: self.id, key, expected_seq, batch };
        self.propose(Proposal::new(part, self.ledger.clock().now()))
    }
}
