//! What takes an earlier event back: refunds, returns, recoveries, reversals (INV-10, INV-26).

use earmark_core::command::AnyCommand;

use super::Broken;
use super::accepted::Accepted;
use super::asked::Asked;
use super::book::Book;
use super::flows::is_benefit;

/// The event that a command takes back.
pub(super) const fn original(command: &AnyCommand) -> Option<u64> {
    match command {
        AnyCommand::ReturnPayment { of, .. }
        | AnyCommand::RecoverBenefit { of, .. }
        | AnyCommand::RefundPremium { of, .. }
        | AnyCommand::ReturnTransferIn { of, .. }
        | AnyCommand::Reverse { of, .. } => Some(*of),
        _ => None,
    }
}

pub(super) fn may_be_taken_back(command: &AnyCommand, of: &Accepted) -> bool {
    use AnyCommand as C;
    let Some(done) = of.command() else { return false };
    match command {
        C::ReturnPayment { .. } => {
            is_benefit(done) || matches!(done, C::PayStateUse { .. } | C::PayTransferOut { .. })
        }
        C::RecoverBenefit { .. } => is_benefit(done),
        C::RefundPremium { .. } => {
            matches!(done, C::ReceivePremium { .. } | C::ReceiveDuePremium { .. })
        }
        C::ReturnTransferIn { .. } => matches!(done, C::ReceiveTransferIn { .. }),
        // What moves no money is put right by another matter, and a reversal is not reversed (ADR 0012).
        _ => of.minor > 0 && !matches!(done, C::Reverse { .. }),
    }
}

impl Book {
    /// The reversal of an event, where it was reversed.
    pub(super) fn reversal_of(&self, seq: u64) -> Option<&Accepted> {
        let reverses =
            |command: &AnyCommand| matches!(command, AnyCommand::Reverse { of, .. } if *of == seq);
        self.done().find(|(_, command)| reverses(command)).map(|(line, _)| line)
    }

    /// How much of an event was taken back. What took it back and was itself reversed counts no more.
    pub(super) fn taken_back(&self, seq: u64) -> u64 {
        self.done()
            .filter(|(line, command)| {
                original(command) == Some(seq) && self.reversal_of(line.seq).is_none()
            })
            .map(|(line, _)| line.minor)
            .sum()
    }

    /// What money moved under an event: its own, less what was taken back.
    pub(super) fn left_of(&self, line: &Accepted) -> u64 {
        line.minor.saturating_sub(self.taken_back(line.seq))
    }
}

pub(super) fn judge(asked: &Asked<'_>, broken: &mut Broken) {
    let Some(of) = asked.original else { return };
    let on = asked.line.on;
    if on < of.on {
        broken.insert("after-original");
    }
    // Within its year a benefit is recovered into the account that paid it (144号 art 41).
    if let AnyCommand::RecoverBenefit { into, .. } = asked.command()
        && on.year() <= of.on.year()
        && Some(*into) != of.from
    {
        broken.insert("recovery-year");
    }
    let taken = asked.book.taken_back(of.seq);
    let whole = matches!(asked.command(), AnyCommand::Reverse { .. });
    // A reversal takes back the whole of what nobody took back before.
    if if whole { taken > 0 } else { asked.minor > of.minor.saturating_sub(taken) } {
        broken.insert("corrected-once");
    }
}
