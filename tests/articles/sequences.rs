//! Random sequences of dues, receipts, refunds and corrections against a model that knows nothing of the
//! library: due = received + arrears, and what is refused changes nothing.

use earmark_core::account::SpecialAccount;
use earmark_core::command::{
    CorrectDue, DeclarePremium, ReceiveDuePremium, RefundPremium, Reverse, VerifyPremium,
};
use earmark_core::event::Recorded;
use earmark_core::fund::{Purpose, Unemployment, UnemploymentPremium as Premium};
use earmark_core::register::{DueKey, RegisterKey};
use earmark_core::report::AsOf;
use earmark_core::rules::Profile;
use proptest::prelude::*;

use crate::office::*;

#[derive(Clone, Copy, Debug)]
enum Step {
    Declare(u64),
    Verify(u64),
    Correct(u64),
    Receive(u64),
    /// Which receipt, counted from the first, and how much of it.
    Refund(usize, u64),
    /// Which receipt is reversed.
    ReverseReceipt(usize),
    /// Which refund is reversed.
    ReverseRefund(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let amount = 1_u64..40;
    prop_oneof![
        1 => amount.clone().prop_map(Step::Declare),
        2 => amount.clone().prop_map(Step::Verify),
        2 => (0_u64..40).prop_map(Step::Correct),
        4 => amount.clone().prop_map(Step::Receive),
        3 => (0_usize..6, amount).prop_map(|(which, amount)| Step::Refund(which, amount)),
        1 => (0_usize..6).prop_map(Step::ReverseReceipt),
        1 => (0_usize..6).prop_map(Step::ReverseRefund),
    ]
}

/// One payer's month, as the text has it. Amounts in yuan.
#[derive(Debug, Default)]
struct Model {
    declared: bool,
    due: Option<u64>,
    receipts: Vec<Receipt>,
    refunds: Vec<(usize, u64, bool)>,
}

#[derive(Debug)]
struct Receipt {
    amount: u64,
    reversed: bool,
}

impl Model {
    fn refunded(&self, which: usize) -> u64 {
        let of_it = self.refunds.iter().filter(|(of, _, reversed)| *of == which && !reversed);
        of_it.map(|(_, amount, _)| amount).sum()
    }

    fn received(&self) -> u64 {
        let standing = self.receipts.iter().filter(|it| !it.reversed).map(|it| it.amount);
        let back = self.refunds.iter().filter(|it| !it.2).map(|it| it.1);
        standing.sum::<u64>() - back.sum::<u64>()
    }

    /// Whether the step is lawful; if so, it is taken.
    fn takes(&mut self, step: Step) -> bool {
        let received = self.received();
        match (step, self.due) {
            (Step::Declare(_), None) => self.declared = true,
            (Step::Verify(amount), None) if self.declared => self.due = Some(amount),
            (Step::Correct(amount), Some(_)) if amount >= received => self.due = Some(amount),
            (Step::Receive(amount), Some(due)) if received + amount <= due => {
                self.receipts.push(Receipt { amount, reversed: false });
            }
            (Step::Refund(which, amount), Some(_)) => {
                let left = match self.receipts.get(which) {
                    Some(it) if !it.reversed => it.amount - self.refunded(which),
                    _ => return false,
                };
                if amount > left {
                    return false;
                }
                self.refunds.push((which, amount, false));
            }
            (Step::ReverseReceipt(which), Some(_)) => {
                let untouched = self.refunded(which) == 0;
                match self.receipts.get_mut(which) {
                    Some(it) if !it.reversed && untouched => it.reversed = true,
                    _ => return false,
                }
            }
            (Step::ReverseRefund(which), Some(due)) => match self.refunds.get_mut(which) {
                Some((_, amount, reversed)) if !*reversed && received + *amount <= due => {
                    *reversed = true;
                }
                _ => return false,
            },
            _ => return false,
        }
        true
    }
}

/// The book beside the model.
struct Ledger {
    office: Office<Unemployment>,
    receipts: Vec<Recorded<Unemployment>>,
    refunds: Vec<Recorded<Unemployment>>,
}

impl Ledger {
    fn new() -> Self {
        // 0.005 of the base is the premium: a base of 200 for each yuan.
        let office = Office::bare().under(Profile::jiangsu());
        Self { office, receipts: Vec::new(), refunds: Vec::new() }
    }

    /// Whether the book takes the step; which receipt or refund does not exist, it is not asked.
    fn takes(&mut self, step: Step, day: &str) -> bool {
        let office = &self.office;
        let (payer, kind, month, persons) = (party(1), Premium::Unit, month("2021-03"), 1);
        let base = |amount: u64| yuan(&(amount * 200).to_string());
        let money = |amount: u64| yuan::<Unemployment>(&amount.to_string());
        let outcome = match step {
            Step::Declare(it) => {
                let (base, amount) = (base(it), money(it));
                let declared = DeclarePremium { payer, kind, month, persons, base, amount };
                office.attempt(AGENCY, day, declared)
            }
            Step::Verify(it) => {
                let (base, amount) = (base(it), money(it));
                let verified = VerifyPremium { payer, kind, month, persons, base, amount };
                office.attempt(AGENCY, day, verified)
            }
            Step::Correct(it) => {
                let (base, amount, reason) = (base(it), money(it), office.text("found"));
                let corrected = CorrectDue { payer, kind, month, persons, base, amount, reason };
                office.attempt(AGENCY, day, corrected)
            }
            Step::Receive(it) => {
                let (into, amount) = (SpecialAccount, money(it));
                let receive = ReceiveDuePremium { into, kind, from: payer, month, amount };
                let outcome = office.attempt(TAX, day, receive);
                if let Ok(receipt) = &outcome {
                    let event = office.book.event(receipt.last_seq()).unwrap().unwrap();
                    self.receipts.push(event);
                }
                outcome
            }
            Step::Refund(which, it) => {
                let Some(of) = self.receipts.get(which) else { return false };
                let refund = RefundPremium { of, from: SpecialAccount, amount: money(it) };
                let outcome = office.attempt(FINANCE, day, refund);
                if let Ok(receipt) = &outcome {
                    let event = office.book.event(receipt.last_seq()).unwrap().unwrap();
                    self.refunds.push(event);
                }
                outcome
            }
            Step::ReverseReceipt(which) => {
                let Some(of) = self.receipts.get(which) else { return false };
                office.attempt(FINANCE, day, Reverse { of, reason: office.text("wrong") })
            }
            Step::ReverseRefund(which) => {
                let Some(of) = self.refunds.get(which) else { return false };
                office.attempt(FINANCE, day, Reverse { of, reason: office.text("wrong") })
            }
        };
        match outcome {
            Ok(_) => true,
            Err(earmark_core::error::Error::Rejected(_)) => false,
            Err(error) => panic!("{error}"),
        }
    }
}

proptest! {
    #[test]
    fn art_26_due_equals_received_plus_arrears_whatever_is_asked(
        known in any::<bool>(),
        steps in proptest::collection::vec(step(), 0..24),
    ) {
        let mut model = Model::default();
        let mut ledger = Ledger::new();
        let first = [Step::Declare(30), Step::Verify(30)];
        let first = first.into_iter().filter(|_| known);
        let mut days = Vec::new();
        for (number, step) in (1..).zip(first.chain(steps)) {
            // A book is asked before the model: the model must say the same.
            let day = format!("2021-04-{number:02}");
            let taken = ledger.takes(step, &day);
            prop_assert_eq!(taken, model.takes(step), "{:?} on {:?}", step, model);
            let due = ledger.office.due(party(1), Premium::Unit, month("2021-03"));
            let expected = (model.due.unwrap_or(0) * 100, model.received() * 100);
            prop_assert_eq!((due.due_minor, due.received_minor), expected);
            prop_assert_eq!(due.due_minor, due.received_minor + due.arrears_minor());
            days.push((day, expected));
        }
        // Each past day, as it was.
        for (day, expected) in days {
            let entries = ledger.office.book.entries_as_of(AsOf::day(on(&day))).unwrap();
            let key = DueKey { payer: party(1), kind: Premium::Unit.code(), month: month("2021-03") };
            let due = entries.get(&RegisterKey::Due(key)).copied().unwrap_or_default().due();
            prop_assert_eq!((due.due_minor, due.received_minor), expected, "{}", day);
            prop_assert_eq!(due.due_minor, due.received_minor + due.arrears_minor());
        }
        let verified = ledger.office.ledger.verify().unwrap();
        prop_assert!(verified.is_sound(), "{:?}", verified.findings());
    }
}
