//! What outlives the operator: rolls attested (INV-42; Jiangsu regulation art 47), personal detail bound
//! (INV-43; Social Insurance Law art 81).

use earmark_core::command::AnyCommand;
use earmark_core::id::Party;

use super::Broken;
use super::accepted::Accepted;
use super::asked::Asked;
use super::book::Book;
use super::periods::{Span, is_of_calendar};
use super::taking_back;

impl Book {
    /// The period that an event closed.
    fn closed_by(&self, seq: u64) -> Option<Span> {
        match self.event(seq)?.command()? {
            AnyCommand::ClosePeriod { first, last } => Some((*first, *last)),
            _ => None,
        }
    }

    /// Whom an event names: who pays or is paid, and who else is liable.
    fn named_by(&self, line: &Accepted) -> Vec<Party> {
        let Some(command) = line.command() else { return Vec::new() };
        match command {
            AnyCommand::FileClaim { person, liable, .. } => {
                [Some(*person), *liable].into_iter().flatten().collect()
            }
            AnyCommand::ReceivePremium { from: party, .. }
            | AnyCommand::ReceiveDuePremium { from: party, .. }
            | AnyCommand::ReceiveOtherIncome { from: party, .. }
            | AnyCommand::RecoverBenefit { from: party, .. }
            | AnyCommand::DemandRecovery { from: party, .. }
            | AnyCommand::ReceiveTransferIn { person: party, .. }
            | AnyCommand::PayTransferOut { person: party, .. }
            | AnyCommand::StopBenefit { person: party, .. }
            | AnyCommand::ResumeBenefit { person: party, .. }
            | AnyCommand::PayBenefit { to: party, .. }
            | AnyCommand::SettleDirectly { to: party, .. }
            | AnyCommand::SettleAcrossProvinces { to: party, .. }
            | AnyCommand::PayStateUse { to: party, .. }
            | AnyCommand::DeclarePremium { payer: party, .. }
            | AnyCommand::VerifyPremium { payer: party, .. }
            | AnyCommand::AssessPremium { payer: party, .. }
            | AnyCommand::CorrectDue { payer: party, .. }
            | AnyCommand::ChargeLateFee { payer: party, .. }
            | AnyCommand::AgreeProvider { provider: party, .. }
            | AnyCommand::EndProvider { provider: party, .. } => vec![*party],
            AnyCommand::BindDetail { party, .. } => party.iter().copied().collect(),
            // What takes an event back names whom that named.
            taking => taking_back::original(taking)
                .and_then(|seq| self.event(seq))
                .map_or(Vec::new(), |of| self.named_by(of)),
        }
    }
}

/// Whether it can be said at all: there is such a closing, the commitment is a hash, of something.
pub(super) fn shape(asked: &Asked<'_>, broken: &mut Broken) {
    match asked.command() {
        AnyCommand::AttestRoll { closing } => match asked.book.event(*closing) {
            None => {
                broken.insert("original-fits");
            }
            Some(_) if asked.book.closed_by(*closing).is_none() => {
                broken.insert("roll-fits");
            }
            Some(_) => {}
        },
        AnyCommand::BindDetail { party, event, commitment } => {
            let digits = commitment.bytes().all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f'));
            if !digits || commitment.len() != 64 || party.is_none() && event.is_none() {
                broken.insert("detail-fits");
            }
            if *event == Some(0) {
                broken.insert("closed-list");
            }
        }
        _ => {}
    }
}

pub(super) fn judge(asked: &Asked<'_>, broken: &mut Broken) {
    match asked.command() {
        AnyCommand::AttestRoll { closing } if !may_attest(asked.book, *closing) => {
            broken.insert("roll-fits");
        }
        AnyCommand::BindDetail { party, event: Some(seq), .. } => {
            let of = asked.book.event(*seq).filter(|_| *seq <= asked.recorded as u64);
            let named = of.map(|of| asked.book.named_by(of));
            let fits = match (named, party) {
                (None, _) => false,
                (Some(named), Some(party)) => named.is_empty() || named.contains(party),
                (Some(_), None) => true,
            };
            if !fits {
                broken.insert("detail-fits");
            }
        }
        _ => {}
    }
}

/// A roll is of the last closing of a calendar period that stands closed, and each closing has one.
fn may_attest(book: &Book, closing: u64) -> bool {
    let Some(span) = book.closed_by(closing) else { return false };
    let last = book.done().rev().find(|(_, command)| {
        matches!(command, AnyCommand::ClosePeriod { first, last } if (*first, *last) == span)
    });
    let again = AnyCommand::AttestRoll { closing };
    is_of_calendar(span)
        && last.is_some_and(|(line, _)| line.seq == closing)
        && book.stands_closed(span)
        && !book.done().any(|(_, command)| *command == again)
}
