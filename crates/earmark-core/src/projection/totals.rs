use super::{CellPart, Cells, Projection};
use crate::account::Account;
use crate::event::{Kind, Movement, Recorded};
use crate::time::Day;

/// The built-in projection behind balances and statements: for each day, kind of event, account and
/// purpose, the sum of amounts (minor units) and the number of events. Every ledger keeps it.
#[derive(Clone, Copy, Debug)]
pub struct Totals;

/// Of what a total is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TotalKey {
    /// The day the events count for.
    pub day: Day,
    /// Their kind; for reversals, the kind of what they reverse.
    pub kind: Kind,
    /// The kind of the first event in the chain, where they take others back; else the same as `kind`. The
    /// purpose is one of that kind.
    pub root: Kind,
    /// Whether they are reversals.
    pub reversed: bool,
    /// The account that money left, or, where it came from outside, entered.
    pub account: Account,
    /// The purpose's code; 0 where the kind has none.
    pub purpose: u16,
}

impl TotalKey {
    /// The key and amount with which an event counts; none where it moves no money.
    #[must_use]
    pub fn of<F>(recorded: &Recorded<F>) -> Option<(Self, u64)> {
        let fact = recorded.event().fact();
        let account = fact.account().filter(|_| fact.kind().moves_money())?;
        let key = Self {
            day: recorded.effective_on(),
            kind: fact.moved_kind(),
            root: fact.root_kind(),
            reversed: fact.kind() == Kind::Reversed,
            account,
            purpose: fact.purpose_code(),
        };
        Some((key, fact.amount_minor()))
    }

    /// The posting of one event with this key and amount.
    #[must_use]
    pub const fn movement(&self, amount_minor: u64) -> Movement {
        let plain = crate::event::movement_of(self.kind, Some(self.account), amount_minor);
        if self.reversed {
            Movement { from: plain.to, to: plain.from, amount_minor }
        } else {
            plain
        }
    }
}

impl CellPart for TotalKey {
    fn put(&self, into: &mut Vec<u8>) {
        (self.day, self.kind, self.root, self.reversed, self.account, self.purpose).put(into);
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        let (day, kind, root, reversed, account, purpose) = CellPart::take(from)?;
        Some(Self { day, kind, root, reversed, account, purpose })
    }
}

impl Projection for Totals {
    const NAME: &'static str = "totals";
    const VERSION: u32 = 1;
    type Key = TotalKey;
    type Value = (u128, u64);

    fn apply(&self, recorded: &Recorded, cells: &mut Cells<'_, TotalKey, (u128, u64)>) {
        let Some((key, amount_minor)) = TotalKey::of(recorded) else { return };
        // At most 2^64 events of at most 10^17 minor units each: the sum cannot overflow.
        cells.update(key, |(sum, count)| {
            *sum += u128::from(amount_minor);
            *count += 1;
        });
    }
}
