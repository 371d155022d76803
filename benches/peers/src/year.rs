//! The year of a book that every side records, and the answer that every side must come to.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

/// What each account holds before the year, in minor units. More than leaves it in any year, so that
/// recorders who overtake each other never draw on money that is not there.
pub const OPENING_MINOR: u64 = 100_000_000_000_000;

/// How many parties pay and are paid.
pub const PARTIES: u64 = 50_000;

/// The days of the year.
pub const DAYS: u16 = 365;

/// An account of the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Account {
    /// Where premiums come in.
    Revenue,
    /// Where the fund is kept.
    Special,
    /// Out of which benefits are paid.
    Expenditure,
}

impl Account {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Revenue, Self::Special, Self::Expenditure];

    /// Its name on every side.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Revenue => "revenue",
            Self::Special => "special",
            Self::Expenditure => "expenditure",
        }
    }
}

/// A kind of event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Kind {
    /// A balance is brought forward: before the year.
    Opening,
    /// A premium comes into the revenue account.
    Premium,
    /// Collections go from the revenue account to the special account.
    Collection,
    /// The special account releases money to the expenditure account.
    Release,
    /// A benefit leaves the expenditure account.
    Benefit,
}

impl Kind {
    /// Its name on every side.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Opening => "opening",
            Self::Premium => "premium",
            Self::Collection => "collection",
            Self::Release => "release",
            Self::Benefit => "benefit",
        }
    }
}

/// One event of the year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Its number and that of its document: 1 to 3 open the accounts' balances, 4 is the year's first.
    pub number: u64,
    /// The day of the year 2021, from 1.
    pub day: u16,
    /// What happened.
    pub kind: Kind,
    /// The account by which it is totalled: the one that money left, or entered from outside.
    pub account: Account,
    /// Which benefit: 1 to 3; 1 for premiums, 0 for what has no purpose.
    pub purpose: u16,
    /// Who paid or was paid; none for what has no party.
    pub party: Option<u64>,
    /// How much, in minor units.
    pub amount_minor: u64,
}

impl Event {
    /// The account that money leaves.
    pub const fn from(&self) -> Option<Account> {
        match self.kind {
            Kind::Opening | Kind::Premium => None,
            Kind::Collection | Kind::Release | Kind::Benefit => Some(self.account),
        }
    }

    /// The account that money enters.
    pub const fn to(&self) -> Option<Account> {
        match self.kind {
            Kind::Opening | Kind::Premium => Some(self.account),
            Kind::Collection => Some(Account::Special),
            Kind::Release => Some(Account::Expenditure),
            Kind::Benefit => None,
        }
    }
}

/// A year: what its events are follows from these two numbers alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Year {
    /// The seed.
    pub seed: u64,
    /// How many events it has, the opening ones not counted.
    pub events: u64,
}

impl Year {
    /// What the accounts hold when it begins. Recorded by every side before the clock starts.
    pub fn opening() -> [Event; 3] {
        [(1, Account::Revenue), (2, Account::Special), (3, Account::Expenditure)].map(
            |(number, account)| Event {
                number,
                day: 1,
                kind: Kind::Opening,
                account,
                purpose: 0,
                party: None,
                amount_minor: OPENING_MINOR,
            },
        )
    }

    /// Its events, in order.
    pub fn iter(self) -> impl Iterator<Item = Event> {
        let mut draw = Draw(self.seed);
        let mut held = Balances::default();
        (0..self.events).map(move |index| {
            let event = next(&mut draw, &held, self, index);
            held.count(&event);
            event
        })
    }

    /// The opening and the year's events, in order.
    pub fn whole(self) -> impl Iterator<Item = Event> {
        Self::opening().into_iter().chain(self.iter())
    }

    /// What each of `books` books holds in the end, where event `n` goes to book `n % books`.
    pub fn balances(self, books: u64) -> Vec<Balances> {
        (0..books)
            .map(|book| {
                let mut balances = Balances::default();
                Self::opening().iter().for_each(|event| balances.count(event));
                self.iter()
                    .filter(|event| event.number % books == book)
                    .for_each(|event| balances.count(&event));
                balances
            })
            .collect()
    }

    /// The totals of the opening and the year.
    pub fn totals(self) -> Totals {
        let mut totals = Totals::default();
        self.whole().for_each(|event| {
            totals.add((event.day, event.kind, event.account), u128::from(event.amount_minor), 1);
        });
        totals
    }
}

/// More than half are premiums, the rest benefits, with now and then what brings the money from where it
/// comes in to where it is paid. What is not there is never paid.
fn next(draw: &mut Draw, held: &Balances, year: Year, index: u64) -> Event {
    let day = 1 + u128::from(index) * u128::from(DAYS) / u128::from(year.events);
    let premium = |draw: &mut Draw| {
        (Kind::Premium, Account::Revenue, 1, Some(draw.below(PARTIES)), 1_000 + draw.below(99_001))
    };
    let benefit = 100 + draw.below(29_901);
    let (kind, account, purpose, party, amount_minor) = match draw.below(100) {
        0..56 => premium(draw),
        56..58 if held.of(Account::Revenue) > 0 => {
            (Kind::Collection, Account::Revenue, 0, None, held.of(Account::Revenue))
        }
        58..60 if held.of(Account::Special) > 1 => {
            (Kind::Release, Account::Special, 0, None, held.of(Account::Special) / 2)
        }
        60.. if held.of(Account::Expenditure) >= benefit => {
            let (purpose, party) = (draw.below(3) as u16 + 1, draw.below(PARTIES));
            (Kind::Benefit, Account::Expenditure, purpose, Some(party), benefit)
        }
        _ => premium(draw),
    };
    let day = u16::try_from(day).unwrap_or(DAYS);
    Event { number: index + 4, day, kind, account, purpose, party, amount_minor }
}

/// SplitMix64: small, and the same everywhere.
struct Draw(u64);

impl Draw {
    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below a bound, which is far below 2^64: the bias is of no account.
    const fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }
}

/// What each account holds, in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Balances {
    /// The revenue account.
    pub revenue: i128,
    /// The special account.
    pub special: i128,
    /// The expenditure account.
    pub expenditure: i128,
}

impl Balances {
    /// Counts an event.
    pub const fn count(&mut self, event: &Event) {
        self.post(event.from(), event.to(), event.amount_minor as i128);
    }

    /// Moves money from one account, or from outside, to another, or outside.
    pub const fn post(&mut self, from: Option<Account>, to: Option<Account>, minor: i128) {
        if let Some(account) = from {
            *self.slot(account) -= minor;
        }
        if let Some(account) = to {
            *self.slot(account) += minor;
        }
    }

    /// What an account holds; 0 where it is below zero.
    pub fn of(&self, account: Account) -> u64 {
        let minor = match account {
            Account::Revenue => self.revenue,
            Account::Special => self.special,
            Account::Expenditure => self.expenditure,
        };
        u64::try_from(minor).unwrap_or(0)
    }

    /// The place of an account's figure.
    pub const fn slot(&mut self, account: Account) -> &mut i128 {
        match account {
            Account::Revenue => &mut self.revenue,
            Account::Special => &mut self.special,
            Account::Expenditure => &mut self.expenditure,
        }
    }

    /// The answer of one book, or of several: a line each.
    pub fn answer(books: &[Self]) -> String {
        books.iter().enumerate().fold(String::new(), |mut text, (book, held)| {
            let Self { revenue, special, expenditure } = held;
            let line = format!(
                "book {book} revenue {revenue} special {special} expenditure {expenditure}"
            );
            let _ = writeln!(text, "{line}");
            text
        })
    }
}

/// Of what a total is: the day, the kind, the account.
pub type TotalKey = (u16, Kind, Account);

/// Sums and numbers of events.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals(BTreeMap<TotalKey, (u128, u64)>);

impl Totals {
    /// Adds to a total.
    pub fn add(&mut self, key: TotalKey, sum_minor: u128, count: u64) {
        let held = self.0.entry(key).or_default();
        held.0 += sum_minor;
        held.1 += count;
    }

    /// The answer: a line each, in order.
    pub fn answer(&self) -> String {
        self.0.iter().fold(String::new(), |mut text, ((day, kind, account), (sum, count))| {
            let (kind, account) = (kind.name(), account.name());
            let _ = writeln!(text, "day {day} {kind} {account} sum {sum} count {count}");
            text
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const YEAR: Year = Year { seed: 7, events: 20_000 };

    #[test]
    fn a_year_is_the_same_each_time_and_another_with_another_seed() {
        assert_eq!(YEAR.iter().collect::<Vec<_>>(), YEAR.iter().collect::<Vec<_>>());
        let other = Year { seed: 8, ..YEAR };
        assert_ne!(YEAR.balances(1), other.balances(1), "seeds 7 and 8");
    }

    #[test]
    fn a_year_has_every_day_every_kind_and_never_pays_what_is_not_there() {
        let (mut held, mut last, mut kinds) = (Balances::default(), 0, BTreeMap::new());
        for (index, event) in YEAR.iter().enumerate() {
            assert_eq!(event.number, index as u64 + 4);
            assert!(event.day == last || event.day == last + 1, "{event:?}");
            assert!(event.amount_minor > 0, "{event:?}");
            last = event.day;
            held.count(&event);
            assert!(held.revenue >= 0 && held.special >= 0 && held.expenditure >= 0, "{event:?}");
            *kinds.entry(event.kind).or_insert(0) += 1;
        }
        assert_eq!(last, DAYS);
        assert_eq!(kinds.len(), 4, "{kinds:?}");
        assert!(kinds[&Kind::Premium] > 10_000 && kinds[&Kind::Benefit] > 6_000, "{kinds:?}");
    }

    #[test]
    fn nothing_is_lost_between_books() {
        let one: i128 = YEAR.balances(1).iter().map(sum).sum();
        let eight: i128 = YEAR.balances(8).iter().map(sum).sum();
        assert_eq!(one + 7 * 3 * i128::from(OPENING_MINOR), eight);
    }

    #[test]
    fn a_sample_of_the_year_is_pinned() {
        let first: Vec<_> = Year { seed: 1, events: 3 }.iter().map(|it| it.amount_minor).collect();
        let text = Balances::answer(&Year { seed: 1, events: 1_000 }.balances(1));
        let held = "revenue 100000001026121 special 100000000830904 expenditure 100000023027823";
        assert_eq!((first, text), (vec![41_915, 82_791, 20_084], format!("book 0 {held}\n")));
    }

    fn sum(balances: &Balances) -> i128 {
        balances.revenue + balances.special + balances.expenditure
    }
}
