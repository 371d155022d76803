//! Settles the choices of a step: the days, and the events that commands refer to.

use earmark_core::command::AnyCommand;
use earmark_core::time::Day;

use super::Clerk;
use crate::history::{Entry, Line, Step};

impl Clerk {
    /// The lines of a step, every choice settled.
    pub(super) fn settled(&self, step: &Step) -> Vec<Line> {
        let today = self.clock.today();
        step.entries
            .iter()
            .map(|entry| Line {
                on: Day::from_days(today.days() - entry.days_ago).unwrap(),
                actor: entry.actor.to_owned(),
                link: entry.link,
                command: self.referring(step.book, entry),
            })
            .collect()
    }

    /// The command of an entry with the event that it refers to: mostly one that fits, sometimes any.
    /// Where none fits, there is nothing to refer to and something else happens.
    fn referring(&self, book: usize, entry: &Entry) -> AnyCommand {
        let mut command = entry.command.clone();
        let Some(open) = open_reference(&mut command) else { return command };
        let events = &self.kept[book].events;
        let fitting: Vec<u64> = (1_u64..)
            .zip(events)
            .filter_map(|(seq, line)| Some((seq, &line.as_ref()?.command)))
            .filter_map(|(seq, recorded)| fits(&entry.command, recorded, seq))
            .collect();
        if entry.pick.index(16) == 0 {
            *open = entry.pick.index(events.len() + 2) as u64;
        } else if fitting.is_empty() {
            return AnyCommand::ReceiveFiscalSubsidy { amount: "100.00".to_owned() };
        } else {
            *open = *entry.pick.get(&fitting);
        }
        command
    }
}

/// The reference of a command, where it has one that is not settled yet.
fn open_reference(command: &mut AnyCommand) -> Option<&mut u64> {
    use AnyCommand as C;
    match command {
        C::ReturnPayment { of, .. }
        | C::RecoverBenefit { of, .. }
        | C::RefundPremium { of, .. }
        | C::ReturnTransferIn { of, .. }
        | C::Reverse { of, .. }
        | C::DemandRecovery { of, .. }
        | C::WaiveRecovery { of, .. }
        | C::ReceiveLoan { under: of, .. }
        | C::RepayLoan { under: of, .. }
        | C::MakeLoan { under: of, .. }
        | C::ReceiveRepayment { under: of, .. }
        | C::AttestRoll { closing: of }
        | C::BindDetail { event: Some(of), .. }
            if *of == 0 =>
        {
            Some(of)
        }
        _ => None,
    }
}

/// The event that a command would sensibly refer to because `recorded` is the event `seq`.
fn fits(command: &AnyCommand, recorded: &AnyCommand, seq: u64) -> Option<u64> {
    use AnyCommand as C;
    let whether = match command {
        C::ReturnPayment { .. } => {
            is_benefit(recorded)
                || matches!(recorded, C::PayTransferOut { .. } | C::PayStateUse { .. })
        }
        C::RecoverBenefit { .. } | C::DemandRecovery { .. } => is_benefit(recorded),
        C::WaiveRecovery { .. } => match recorded {
            C::DemandRecovery { of, .. } => return Some(*of),
            _ => false,
        },
        C::RefundPremium { .. } => {
            matches!(recorded, C::ReceivePremium { .. } | C::ReceiveDuePremium { .. })
        }
        C::ReturnTransferIn { .. } => matches!(recorded, C::ReceiveTransferIn { .. }),
        C::Reverse { .. } => {
            !matches!(recorded, C::OpenAccount { .. } | C::CloseAccount { .. } | C::Reverse { .. })
        }
        C::AttestRoll { .. } => matches!(recorded, C::ClosePeriod { .. }),
        // What the party itself did, or what names nobody.
        C::BindDetail { party, .. } => match recorded {
            C::ReceivePremium { from, .. } | C::ReceiveOtherIncome { from, .. } => {
                party.is_none_or(|party| party == *from)
            }
            C::PayBenefit { to, .. } => party.is_none_or(|party| party == *to),
            C::FileClaim { person, liable, .. } => {
                party.is_none_or(|party| party == *person || Some(party) == *liable)
            }
            C::ReceiveFiscalSubsidy { .. } => true,
            _ => false,
        },
        _ => matches!(recorded, C::AuthoriseLoan { .. }),
    };
    whether.then_some(seq)
}

fn is_benefit(command: &AnyCommand) -> bool {
    use AnyCommand as C;
    matches!(
        command,
        C::PayBenefit { .. } | C::SettleDirectly { .. } | C::SettleAcrossProvinces { .. }
    )
}
