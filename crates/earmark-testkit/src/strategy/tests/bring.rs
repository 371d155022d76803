//! Brings a history before a ledger in memory, without judging: so that these tests know no model.

use std::collections::BTreeSet;

use earmark_core::command::AnyCommand;
use earmark_core::error::Error;
use earmark_core::event::Voucher;
use earmark_core::id::Key;
use earmark_core::ledger::{AnyBook, Papers};
use earmark_core::time::Day;

use crate::clock::HandClock;
use crate::given::{PAPERS, ledger_in_memory};
use crate::history::{Entry, History, KeyChoice, Step, TEXTS};
use crate::strategy::fund::know_town;

/// One accepted commit: its key, its content, and its book.
type Accepted = (usize, Key, Vec<(Voucher, AnyCommand)>);

pub(super) struct Brought {
    clock: HandClock,
    pub(super) books: Vec<AnyBook>,
    /// For each book, the commands recorded, by sequence from 1; none for a text.
    pub(super) recorded: Vec<Vec<Option<AnyCommand>>>,
    accepted: Vec<Accepted>,
    keys: u64,
    /// For each step: what came of it.
    pub(super) answers: Vec<&'static str>,
}

/// The whole history, step by step.
pub(super) fn bring(history: &History) -> Brought {
    let clock = HandClock::new();
    let ledger = ledger_in_memory(&clock);
    know_town(&ledger).unwrap();
    let open = |opening: &crate::history::Opening| {
        ledger.any_book(opening.area, opening.fund.code()).unwrap()
    };
    let books: Vec<_> = history.openings.iter().map(open).collect();
    let mut brought = Brought {
        clock,
        recorded: vec![Vec::new(); books.len()],
        books,
        accepted: Vec::new(),
        keys: 0,
        answers: Vec::new(),
    };
    for (at, opening) in history.openings.iter().enumerate() {
        let actors = history.steps.iter().flat_map(|step| &step.entries).map(|entry| entry.actor);
        let papers = [PAPERS.register, PAPERS.basis, "finance_department"];
        let all: BTreeSet<_> = TEXTS.into_iter().chain(papers).chain(actors).collect();
        let texts: Vec<_> = all.into_iter().collect();
        brought.books[at].register_texts(&texts).unwrap();
        brought.recorded[at] = vec![None; texts.len()];
        if let Some(law) = &opening.law {
            brought.open(
                at,
                "2020-01-01",
                AnyCommand::AdoptProfile { profile: law.to_profile_text() },
            );
        }
        for (account, minor) in &opening.accounts {
            let (account, amount) = (*account, super::super::amount::in_major(*minor));
            brought.open(at, "2021-06-30", AnyCommand::OpenAccount { account });
            brought.open(at, "2020-09-03", AnyCommand::BringForward { into: account, amount });
        }
    }
    for step in &history.steps {
        let answer = brought.take(step);
        brought.answers.push(answer);
    }
    brought
}

impl Brought {
    fn open(&mut self, at: usize, day: &str, command: AnyCommand) {
        let voucher = self.voucher(at, day.parse().unwrap(), "finance_department");
        let key = self.key();
        self.offer(at, key, vec![(voucher, command)]);
    }

    fn voucher(&self, at: usize, day: Day, actor: &str) -> Voucher {
        self.books[at].voucher(day, Papers { actor, ..PAPERS }).unwrap()
    }

    fn key(&mut self) -> Key {
        self.keys += 1;
        Key::from_bytes(u128::from(self.keys).to_be_bytes())
    }

    fn take(&mut self, step: &Step) -> &'static str {
        self.clock.go(step.wait_micros);
        let of_book: Vec<_> = self.accepted.iter().filter(|(at, ..)| *at == step.book).collect();
        let earlier = match step.key {
            KeyChoice::Retry(pick) | KeyChoice::Reuse(pick) if !of_book.is_empty() => {
                Some((*pick.get(&of_book)).clone())
            }
            _ => None,
        };
        let lines = match (&step.key, &earlier) {
            (KeyChoice::Retry(_), Some((_, _, lines))) => lines.clone(),
            _ => step.entries.iter().map(|entry| self.line(step.book, entry)).collect(),
        };
        let key = earlier.map_or_else(|| self.key(), |(_, key, _)| key);
        self.offer(step.book, key, lines)
    }

    fn line(&self, at: usize, entry: &Entry) -> (Voucher, AnyCommand) {
        let day = Day::from_days(self.clock.today().days() - entry.days_ago).unwrap();
        let voucher = self.voucher(at, day, entry.actor);
        let voucher = entry.link.map_or(voucher, |link| voucher.correlated(link));
        let mut command = entry.command.clone();
        let recorded = (1..).zip(&self.recorded[at]);
        let fitting: Vec<u64> = recorded
            .filter_map(|(seq, earlier)| refers(&entry.command, earlier.as_ref()?, seq))
            .collect();
        if let Some(open) = reference(&mut command).filter(|open| **open == 0)
            && !fitting.is_empty()
        {
            *open = *entry.pick.get(&fitting);
        }
        (voucher, command)
    }

    fn offer(&mut self, at: usize, key: Key, lines: Vec<(Voucher, AnyCommand)>) -> &'static str {
        match self.books[at].record_any(key, &lines) {
            Ok(receipt) if receipt.repeated() => "repeated",
            Ok(_) => {
                self.recorded[at].extend(lines.iter().map(|(_, command)| Some(command.clone())));
                self.accepted.push((at, key, lines));
                "recorded"
            }
            Err(Error::Rejected(rejected)) => rejected.rule().code(),
            Err(error) => panic!("{error}"),
        }
    }
}

fn reference(command: &mut AnyCommand) -> Option<&mut u64> {
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
        | C::BindDetail { event: Some(of), .. } => Some(of),
        _ => None,
    }
}

/// The event to which a command would refer because of one that is recorded.
fn refers(command: &AnyCommand, earlier: &AnyCommand, seq: u64) -> Option<u64> {
    use AnyCommand as C;
    let paid = matches!(
        earlier,
        C::PayBenefit { .. } | C::SettleDirectly { .. } | C::SettleAcrossProvinces { .. }
    );
    let other = matches!(earlier, C::PayTransferOut { .. } | C::PayStateUse { .. });
    let fits = match command {
        C::ReturnPayment { .. } => paid || other,
        C::RecoverBenefit { .. } | C::DemandRecovery { .. } => paid,
        C::WaiveRecovery { .. } => match earlier {
            C::DemandRecovery { of, .. } => return Some(*of),
            _ => false,
        },
        C::RefundPremium { .. } => {
            matches!(earlier, C::ReceivePremium { .. } | C::ReceiveDuePremium { .. })
        }
        C::ReturnTransferIn { .. } => matches!(earlier, C::ReceiveTransferIn { .. }),
        C::Reverse { .. } => !matches!(earlier, C::OpenAccount { .. } | C::CloseAccount { .. }),
        C::AttestRoll { .. } => matches!(earlier, C::ClosePeriod { .. }),
        C::BindDetail { .. } => paid || matches!(earlier, C::FileClaim { .. }),
        _ => matches!(earlier, C::AuthoriseLoan { .. }),
    };
    fits.then_some(seq)
}
