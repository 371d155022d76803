//! Brings a history before a ledger, step by step, with the model beside it.

use earmark_core::command::AnyCommand;
use earmark_core::commit::Receipt;
use earmark_core::error::Error;
use earmark_core::event::Voucher;
use earmark_core::id::{Area, Key};
use earmark_core::ledger::{AnyBook, Ledger};
use earmark_core::time::Day;

use super::histories::{BOOKS, Entry, History, KeyChoice, REASON, Step};
use super::model;
use crate::given::{HandClock, PAPERS, ledger_in_memory};

pub(super) struct Clerk {
    pub(super) ledger: Ledger,
    pub(super) clock: HandClock,
    pub(super) books: Vec<Desk>,
    keys: u64,
}

/// One book, as the ledger and as the model have it.
pub(super) struct Desk {
    pub(super) book: AnyBook,
    pub(super) voucher: Voucher,
    pub(super) model: model::Book,
    pub(super) accepted: Vec<Accepted>,
}

/// A commit that was recorded.
#[derive(Clone)]
pub(super) struct Accepted {
    pub(super) key: Key,
    pub(super) receipt: Receipt,
    pub(super) content: Vec<(Day, AnyCommand)>,
}

/// What the ledger and the model answered to one step.
pub(super) struct Outcome {
    pub(super) book: usize,
    pub(super) found: Result<Receipt, Error>,
    /// Whether it was recorded before, or the rule that must refuse.
    pub(super) expected: Result<bool, model::Refusal>,
    /// The receipt of the first recording, where this repeats one.
    pub(super) first: Option<Receipt>,
}

impl Clerk {
    pub(super) fn new() -> Self {
        let clock = HandClock::new();
        let ledger = ledger_in_memory(&clock);
        let books = BOOKS
            .iter()
            .map(|(area, fund)| {
                let area = Area::from_code(*area).unwrap();
                let book = ledger.any_book(area, fund).unwrap();
                let voucher = book.voucher(clock.today(), PAPERS).unwrap();
                book.register(REASON).unwrap();
                let model = model::Book::new(area, fund, 4, clock.today());
                Desk { book, voucher, model, accepted: Vec::new() }
            })
            .collect();
        Self { ledger, clock, books, keys: 0 }
    }

    /// Opens the accounts with which the history begins, each with its balance of last year. An
    /// investment account is refused to a fund that does not invest.
    pub(super) fn open(&mut self, history: &History) {
        let today = self.clock.today();
        let last_year = Day::from_days(today.days() - 300).unwrap();
        for (at, accounts) in history.opened.iter().enumerate() {
            for (account, fen) in accounts {
                let into = *account;
                let amount = format!("{}.{:02}", fen / 100, fen % 100);
                let key = self.fresh_key();
                let _ =
                    self.offer(at, key, vec![(today, AnyCommand::OpenAccount { account: into })]);
                let key = self.fresh_key();
                let forward = AnyCommand::BringForward { into, amount };
                let _ = self.offer(at, key, vec![(last_year, forward)]);
            }
        }
    }

    pub(super) fn take(&mut self, step: &Step) -> Outcome {
        self.clock.go(step.wait_micros);
        let accepted = &self.books[step.book].accepted;
        let earlier = match &step.key {
            KeyChoice::Fresh => None,
            KeyChoice::Retry(pick) | KeyChoice::Reuse(pick) if !accepted.is_empty() => {
                Some(pick.get(accepted).clone())
            }
            _ => None,
        };
        let content = match (&step.key, &earlier) {
            (KeyChoice::Retry(_), Some(earlier)) => earlier.content.clone(),
            _ => self.content(step),
        };
        let key = earlier.as_ref().map_or_else(|| self.fresh_key(), |earlier| earlier.key);
        let (found, expected) = self.offer(step.book, key, content);
        Outcome { book: step.book, found, expected, first: earlier.map(|it| it.receipt) }
    }

    fn fresh_key(&mut self) -> Key {
        self.keys += 1;
        Key::from_bytes(u128::from(self.keys).to_be_bytes())
    }

    /// Offers a commit to the ledger and to the model.
    pub(super) fn offer(
        &mut self,
        at: usize,
        key: Key,
        content: Vec<(Day, AnyCommand)>,
    ) -> (Result<Receipt, Error>, Result<bool, model::Refusal>) {
        let today = self.clock.today();
        let desk = &mut self.books[at];
        // Where the clock went back, a book's day is that of its last event.
        let head = desk.book.head().unwrap().state;
        let today = today.max(head.recorded_at().day(earmark_core::time::UtcOffset::CHINA));
        let vouched: Vec<_> =
            content.iter().map(|(day, command)| (desk.voucher.on(*day), command.clone())).collect();
        let found = desk.book.record_any(key, &vouched);
        let expected = desk.model.take(key, &content, today);
        if let (Ok(receipt), Ok(false)) = (&found, &expected) {
            desk.accepted.push(Accepted { key, receipt: *receipt, content });
        }
        (found, expected)
    }

    fn content(&self, step: &Step) -> Vec<(Day, AnyCommand)> {
        let today = self.clock.today();
        step.entries
            .iter()
            .map(|entry| {
                let day = Day::from_days(today.days() - entry.days_ago).unwrap();
                (day, self.settled(step.book, entry))
            })
            .collect()
    }

    /// The command of an entry, its `of` settled: mostly an event of a kind that fits, sometimes any.
    /// Where none fits, there is nothing to correct and something else happens.
    fn settled(&self, at: usize, entry: &Entry) -> AnyCommand {
        use AnyCommand as C;
        let entries = &self.books[at].model.entries;
        let pick = |fits: &dyn Fn(&AnyCommand) -> bool| {
            let fitting: Vec<u64> = (1..)
                .zip(entries)
                .filter(|(_, it)| it.command.as_ref().is_some_and(fits))
                .map(|(seq, _)| seq)
                .collect();
            let any = entry.pick.index(entries.len() + 2) as u64;
            let wild = entry.pick.index(16) == 0;
            if wild { Some(any) } else { (!fitting.is_empty()).then(|| *entry.pick.get(&fitting)) }
        };
        let mut command = entry.command.clone();
        let found = match &command {
            C::ReturnPayment { .. } => {
                pick(&|it| model::is_benefit(it) || matches!(it, C::PayTransferOut { .. }))
            }
            C::RecoverBenefit { .. } => pick(&model::is_benefit),
            C::RefundPremium { .. } => pick(&|it| matches!(it, C::ReceivePremium { .. })),
            C::ReturnTransferIn { .. } => pick(&|it| matches!(it, C::ReceiveTransferIn { .. })),
            C::Reverse { .. } => pick(&|it| {
                !matches!(it, C::OpenAccount { .. } | C::CloseAccount { .. } | C::Reverse { .. })
            }),
            _ => return command,
        };
        match (&mut command, found) {
            (
                C::ReturnPayment { of, .. }
                | C::RecoverBenefit { of, .. }
                | C::RefundPremium { of, .. }
                | C::ReturnTransferIn { of, .. }
                | C::Reverse { of, .. },
                Some(seq),
            ) => *of = seq,
            _ => command = C::ReceiveFiscalSubsidy { amount: "100.00".to_owned() },
        }
        command
    }
}
