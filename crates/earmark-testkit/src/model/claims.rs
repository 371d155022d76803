//! Claims: filed, verified, paid within what was verified (Order 765 arts 39-41; Jiangsu regulation art 24).

use earmark_core::command::AnyCommand;
use earmark_core::id::{Link, Party};
use earmark_core::time::Day;

use super::Broken;
use super::accepted::Accepted;
use super::asked::Asked;
use super::book::Book;
use super::flows::is_benefit;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stands {
    Filed,
    Verified,
    Refused,
}

/// A claim, as its events left it.
#[derive(Clone)]
pub(super) struct Claim {
    stands: Stands,
    pub(super) person: Party,
    pub(super) liable: Option<Party>,
    kind: String,
    filed_on: Day,
    verified_on: Day,
    payable_from: Day,
    approved: i128,
    instalments: u64,
    paid: i128,
    payments: u64,
    /// What the bank returned and was not paid again.
    returned: i128,
}

/// The payee and kind of a benefit.
pub(super) fn paid_to(command: &AnyCommand) -> Option<(Party, &str)> {
    match command {
        AnyCommand::PayBenefit { to, kind, .. }
        | AnyCommand::SettleDirectly { to, kind, .. }
        | AnyCommand::SettleAcrossProvinces { to, kind, .. } => Some((*to, kind)),
        _ => None,
    }
}

impl Book {
    /// The claim of a case, as it stood before an event.
    pub(super) fn claim_before(&self, case: Option<Link>, seq: u64) -> Option<Claim> {
        let mut claim: Option<Claim> = None;
        for (line, command) in self.done().filter(|(line, _)| line.seq < seq) {
            let first = self.first_of(line);
            if case.is_none() || first.case != case {
                continue;
            }
            match (command, &mut claim) {
                (AnyCommand::FileClaim { person, kind, liable, .. }, _) => {
                    claim = Some(Claim {
                        stands: Stands::Filed,
                        person: *person,
                        liable: *liable,
                        kind: kind.clone(),
                        filed_on: line.on,
                        verified_on: line.on,
                        payable_from: line.on,
                        approved: 0,
                        instalments: 0,
                        paid: 0,
                        payments: 0,
                        returned: 0,
                    });
                }
                // What was paid before the claim was filed is no payment on it.
                (_, Some(claim)) if self.counts_to_claim(first) => self.count(claim, line, command),
                _ => {}
            }
        }
        claim
    }

    pub(super) fn claim(&self, case: Option<Link>) -> Option<Claim> {
        self.claim_before(case, u64::MAX)
    }

    /// Whether an event came after the filing of the claim that is its case.
    fn counts_to_claim(&self, first: &Accepted) -> bool {
        let filed = |command: &AnyCommand| matches!(command, AnyCommand::FileClaim { .. });
        self.done().any(|(line, command)| {
            filed(command) && line.case == first.case && line.seq < first.seq
        })
    }

    fn count(&self, claim: &mut Claim, line: &Accepted, command: &AnyCommand) {
        let minor = i128::from(line.minor);
        match command {
            AnyCommand::VerifyClaim { amount, payable_from, instalments, .. } => {
                claim.stands = Stands::Verified;
                claim.approved = i128::from(self.sum(amount));
                claim.payable_from = *payable_from;
                claim.instalments = u64::from(*instalments);
                claim.verified_on = line.on;
            }
            AnyCommand::RefuseClaim { .. } => claim.stands = Stands::Refused,
            command if is_benefit(command) => {
                claim.paid += minor;
                // Once all instalments are paid, it is paid again what came back.
                if claim.payments < claim.instalments {
                    claim.payments += 1;
                } else {
                    claim.returned = (claim.returned - minor).max(0);
                }
            }
            AnyCommand::ReturnPayment { .. } => {
                claim.paid -= minor;
                claim.returned += minor;
            }
            // What the liable party pays back leaves the person what was paid.
            AnyCommand::RecoverBenefit { from, .. } if claim.liable != Some(*from) => {
                claim.paid -= minor
            }
            AnyCommand::Reverse { of, .. } => match self.event(*of).and_then(|of| of.command()) {
                Some(AnyCommand::ReturnPayment { .. }) => {
                    claim.paid += minor;
                    claim.returned = (claim.returned - minor).max(0);
                }
                Some(AnyCommand::RecoverBenefit { from, .. }) if claim.liable != Some(*from) => {
                    claim.paid += minor;
                }
                Some(command) if is_benefit(command) => {
                    claim.paid -= minor;
                    claim.payments = claim.payments.saturating_sub(1);
                }
                _ => {}
            },
            _ => {}
        }
    }
}

pub(super) fn judge(asked: &Asked<'_>, broken: &mut Broken) {
    use AnyCommand as C;
    let on = asked.line.on;
    let fits = match (asked.command(), asked.book.claim(asked.case)) {
        (C::FileClaim { occurred_on, .. }, claim) => claim.is_none() && *occurred_on <= on,
        (C::VerifyClaim { .. } | C::RefuseClaim { .. }, None) => false,
        (C::VerifyClaim { amount, .. }, Some(claim)) => {
            claim.stands != Stands::Refused
                && claim.filed_on <= on
                && claim.paid <= i128::from(asked.sum(amount))
        }
        (C::RefuseClaim { .. }, Some(claim)) => claim.filed_on <= on && claim.paid == 0,
        (command, Some(claim)) if is_benefit(command) => may_be_paid(asked, &claim),
        (command, None) if is_benefit(command) => !asked.refuses("claim_before_payment", on),
        (C::Reverse { of, .. }, _) => may_be_paid_again(asked, *of),
        _ => true,
    };
    if !fits {
        broken.insert("claim-fits");
    }
}

fn may_be_paid(asked: &Asked<'_>, claim: &Claim) -> bool {
    let Some((to, kind)) = paid_to(asked.command()) else { return true };
    let minor = i128::from(asked.minor);
    claim.stands == Stands::Verified
        && claim.verified_on <= asked.line.on
        && claim.payable_from <= asked.line.on
        && claim.kind == kind
        && (claim.person == to || asked.book.provider(to).is_some())
        && claim.paid + minor <= claim.approved
        && (claim.payments < claim.instalments || minor <= claim.returned)
}

/// Reversing a return or a recovery makes money paid again: not more than was verified, and of what the bank
/// returned only what nobody was paid since.
fn may_be_paid_again(asked: &Asked<'_>, of: u64) -> bool {
    let Some(taken) = asked.book.event(of) else { return true };
    let first = asked.book.first_of(taken);
    let counted = first.command().is_some_and(is_benefit) && asked.book.counts_to_claim(first);
    let claim = asked.book.claim(first.case);
    let Some(claim) = claim.filter(|_| counted) else { return true };
    let minor = i128::from(asked.minor);
    match taken.command() {
        Some(AnyCommand::ReturnPayment { .. }) => {
            minor <= claim.returned && claim.paid + minor <= claim.approved
        }
        Some(AnyCommand::RecoverBenefit { from, .. }) if claim.liable != Some(*from) => {
            claim.paid + minor <= claim.approved
        }
        _ => true,
    }
}
