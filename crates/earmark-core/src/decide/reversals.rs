use super::{Decision, Past};
use crate::error::Error;
use crate::event::{Detail, Event, Kind};
use crate::register::{Entry, RegisterKey};
use crate::rejected::Rule;

impl Decision {
    /// What a reversal brings back stays within what was due (INV-33), verified (INV-34) and authorised
    /// (INV-27), as if it were received, paid or lent again.
    pub(super) fn judge_reversal(&mut self, event: &Event, past: &impl Past) -> Result<(), Error> {
        let Detail::Reversal { of, first, .. } = *event.fact().detail() else { return Ok(()) };
        let root = first.map_or(of.seq, |first| first.seq);
        match self.entry(&RegisterKey::Counted(root), past)? {
            Entry::Counted(RegisterKey::Due(key)) => {
                self.judge_day_of_due(event, key, past)?;
                if first.is_some() { self.judge_arrears(event.fact(), key, past) } else { Ok(()) }
            }
            Entry::Counted(key @ RegisterKey::Claim(_)) if first.is_some() => {
                let claim = self.entry(&key, past)?.claim();
                let recovered =
                    !matches!(of.kind, Kind::PaymentReturned | Kind::LatePaymentReturned);
                // What the liable party paid back never reduced what was paid on the claim.
                if recovered && claim.liable.is_some() && claim.liable == event.fact().party() {
                    return Ok(());
                }
                if !recovered && claim.returned_minor < event.fact().amount_minor() {
                    let reason = format!(
                        "of what came back {} is not paid again; the return of {} stands",
                        self.figure(claim.returned_minor),
                        self.figure(event.fact().amount_minor())
                    );
                    return Err(self.refuse(Rule::ClaimFits, reason));
                }
                self.judge_approved(event.fact(), &claim)
            }
            Entry::Counted(key @ RegisterKey::Loan(_)) => {
                let loan = self.entry(&key, past)?.loan();
                let (owed, owing) = (loan.owed_minor(), loan.owing_minor());
                let room = match of.kind {
                    Kind::LoanReceived => owed,
                    Kind::LoanRepaid => loan.limit_minor.saturating_sub(owed),
                    Kind::LoanMade => owing,
                    _ => loan.limit_minor.saturating_sub(owing),
                };
                if event.fact().amount_minor() <= room {
                    return Ok(());
                }
                let reason = format!(
                    "the reversal of `{}` has room for {}, {} would be too much",
                    of.kind,
                    self.figure(room),
                    self.figure(event.fact().amount_minor())
                );
                Err(self.refuse(Rule::LoanAuthorised, reason))
            }
            _ => Ok(()),
        }
    }
}
