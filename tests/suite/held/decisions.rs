//! Decisions asked for without a store, over a past that knows more than the state.

use earmark_core::account::ExpenditureAccount;
use earmark_core::command::{Batch, BringForward, PayBenefit, ReturnPayment, Reverse};
use earmark_core::decide::{NoPast, Past, decide};
use earmark_core::error::Fault;
use earmark_core::event::Event;
use earmark_core::fund::{WorkInjury, WorkInjuryBenefit as Benefit};
use earmark_core::ledger::Book;
use earmark_core::money::yuan;
use earmark_core::projection::TotalKey;
use earmark_core::state::State;
use earmark_core::time::{Clock, Moment, UtcOffset};

use crate::given::{Desk, party, rule_of};

type Injury = Desk<WorkInjury>;

/// All events of a book, those after the state included, as verification sees them.
struct Whole<'a>(&'a Book<WorkInjury>);

impl Past for Whole<'_> {
    fn event(&self, seq: u64) -> Result<Option<Event>, Fault> {
        Ok(self.0.event(seq)?.map(|recorded| recorded.event().clone()))
    }

    fn corrected_minor(&self, _: u64) -> Result<u64, Fault> {
        Ok(0)
    }

    fn text_number(&self, text: &str) -> Result<Option<u32>, Fault> {
        self.0.text_number(text)
    }

    fn text(&self, number: u32) -> Result<Option<String>, Fault> {
        self.0.text(number)
    }

    fn register(&self, _: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
        Ok(None)
    }

    fn totals(&self, _: &mut dyn FnMut(TotalKey, u128)) -> Result<(), Fault> {
        Ok(())
    }
}

fn payment() -> PayBenefit<WorkInjury, ExpenditureAccount> {
    PayBenefit {
        from: ExpenditureAccount,
        kind: Benefit::Medical,
        to: party(7),
        amount: yuan("10").unwrap(),
    }
}

/// The state after the first events of a book.
fn state_after(book: &Book<WorkInjury>, seq: u64) -> State {
    let mut state = State::empty(book.id());
    for seq in 1..=seq {
        state.evolve(book.event(seq).unwrap().unwrap().event()).unwrap();
    }
    state
}

#[test]
fn what_a_commit_is_about_to_record_is_not_taken_back_in_it() {
    let desk = Injury::in_memory().with_accounts();
    let amount = yuan("100").unwrap();
    desk.record("forward", BringForward { into: ExpenditureAccount, amount }).unwrap();
    let reason = desk.book.register("booked twice").unwrap();
    let paid = desk.recorded("payment", payment());
    let state = state_after(&desk.book, paid.seq() - 1);
    let now = Moment::new(desk.clock.now(), UtcOffset::CHINA);
    let decided = |batch: Batch<WorkInjury>, state: &State| {
        decide(state, None, batch.into_any().drafts(), now, &Whole(&desk.book))
    };

    // The past shows the payment already, under the very number that it is about to get.
    let mut reversed = Batch::new();
    reversed.push(&desk.voucher, payment());
    reversed.push(&desk.voucher, Reverse { of: &paid, reason });
    assert_eq!(rule_of(decided(reversed, &state)), "original-fits");
    let mut returned = Batch::new();
    returned.push(&desk.voucher, payment());
    returned.push(&desk.voucher, payment());
    returned.push(&desk.voucher, ReturnPayment { of: &paid, amount: yuan("10").unwrap() });
    assert_eq!(rule_of(decided(returned, &state)), "original-fits");
    // Nor is what comes later than the commit.
    let mut alone = Batch::new();
    alone.push(&desk.voucher, ReturnPayment { of: &paid, amount: yuan("10").unwrap() });
    assert_eq!(rule_of(decided(alone.clone(), &state)), "original-fits");

    // Once it is recorded it is taken back, by the first and by the second event of a commit.
    let state = state_after(&desk.book, paid.seq());
    let events = decided(alone, &state).unwrap();
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].seq(), paid.seq() + 1);
    let mut second = Batch::new();
    second.push(&desk.voucher, payment());
    second.push(&desk.voucher, ReturnPayment { of: &paid, amount: yuan("10").unwrap() });
    assert_eq!(decided(second, &state).unwrap().len(), 2);
}

#[test]
fn where_nothing_happened_there_is_no_past() {
    assert!(NoPast.event(1).unwrap().is_none());
    assert_eq!(NoPast.corrected_minor(1).unwrap(), 0);
    assert_eq!(NoPast.text_number("a text").unwrap(), None);
    assert_eq!(NoPast.text(1).unwrap(), None);
    assert_eq!(NoPast.register(&[1]).unwrap(), None);
    NoPast.totals(&mut |key, _| panic!("a total of {key:?}")).unwrap();
}
