//! What is to be paid back: demanded, received, written off (Order 765 art 46; Social Insurance Law arts 30,
//! 41, 42).

use earmark_core::command::AnyCommand;

use super::Broken;
use super::asked::Asked;
use super::book::Book;
use super::flows::is_benefit;

/// What is to come back of a payment.
#[derive(Clone, Copy, Default)]
struct Recovery {
    demanded: i128,
    recovered: i128,
    waived: i128,
}

impl Recovery {
    fn outstanding(self) -> i128 {
        (self.demanded - self.recovered - self.waived).max(0)
    }

    /// Nothing stays written off that is not owed.
    fn settle(&mut self) {
        self.waived = self.waived.min((self.demanded - self.recovered).max(0));
    }
}

impl Book {
    /// What is to come back of a payment; none where nothing was demanded, and nobody is liable.
    fn recovery(&self, payment: u64) -> Option<Recovery> {
        let mut recovery: Option<Recovery> = None;
        for (line, command) in self.done() {
            let minor = i128::from(line.minor);
            // An advance payment is owed by who is liable, from the payment on (Law arts 30, 41, 42).
            if line.seq == payment && self.is_advance(payment) {
                recovery = Some(Recovery { demanded: minor, ..Recovery::default() });
            }
            match command {
                AnyCommand::DemandRecovery { of, amount, .. } if *of == payment => {
                    recovery.get_or_insert_default().demanded = i128::from(self.sum(amount));
                }
                AnyCommand::WaiveRecovery { of, amount, .. } if *of == payment => {
                    recovery.get_or_insert_default().waived += i128::from(self.sum(amount));
                }
                _ => {}
            }
            let Some(known) = &mut recovery else { continue };
            match command {
                AnyCommand::RecoverBenefit { of, .. } if *of == payment => {
                    known.recovered += minor;
                    known.settle();
                }
                AnyCommand::ReturnPayment { of, .. } | AnyCommand::Reverse { of, .. }
                    if *of == payment =>
                {
                    known.demanded = (known.demanded - minor).max(known.recovered);
                    known.settle();
                }
                AnyCommand::Reverse { of, .. }
                    if self.event(*of).is_some_and(|it| self.first_of(it).seq == payment) =>
                {
                    match self.event(*of).and_then(|it| it.command()) {
                        Some(AnyCommand::RecoverBenefit { .. }) => known.recovered -= minor,
                        _ if self.is_advance(payment) => known.demanded += minor,
                        _ => {}
                    }
                }
                _ => {}
            }
        }
        recovery
    }

    /// Whether a payment was made on a claim for which another is liable.
    fn is_advance(&self, payment: u64) -> bool {
        self.event(payment).is_some_and(|line| {
            let claim = self.claim_before(line.case, payment);
            claim.is_some_and(|claim| claim.liable.is_some())
        })
    }
}

pub(super) fn judge(asked: &Asked<'_>, broken: &mut Broken) {
    let (AnyCommand::DemandRecovery { of, amount, .. }
    | AnyCommand::WaiveRecovery { of, amount, .. }) = asked.command()
    else {
        return;
    };
    // The payment of a benefit that an earlier commit recorded.
    let payment = asked
        .book
        .event(*of)
        .filter(|it| it.seq <= asked.recorded as u64 && it.command().is_some_and(is_benefit));
    let Some(payment) = payment else {
        broken.insert("recovery-fits");
        return;
    };
    if asked.line.on < payment.on {
        broken.insert("after-original");
    }
    let amount = i128::from(asked.sum(amount));
    let recovery = asked.book.recovery(*of).unwrap_or_default();
    let fits = if matches!(asked.command(), AnyCommand::WaiveRecovery { .. }) {
        amount <= recovery.outstanding()
    } else {
        // No more than was paid and did not come back otherwise; no less than came back on demand or was
        // written off.
        let otherwise = i128::from(asked.book.taken_back(*of)) - recovery.recovered;
        recovery.recovered + recovery.waived <= amount
            && amount <= i128::from(payment.minor) - otherwise
    };
    if !fits {
        broken.insert("recovery-fits");
    }
}
