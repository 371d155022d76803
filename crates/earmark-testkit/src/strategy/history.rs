//! Histories of several books.

use std::ops::Range;

use earmark_core::account::Account;
use earmark_core::command::AnyCommand;
use earmark_core::fund::{
    EmployeeMedical, EnterprisePension, Fund, FundSpec, ResidentsMedical, Unemployment, WorkInjury,
};

use super::amount::{in_major, in_minor, simpler_minors, small};
use super::command;
use super::day::waits;
use super::dice::Dice;
use super::fund::{TownHarvest, TownRelief};
use super::law::roll_law;
use super::name::area;
use super::rolled::{Rolled, Simpler};
use super::setting::Setting;
use super::story::{Scene, tell};
use crate::history::{Entry, History, KeyChoice, Opening, Step};
use crate::law::Law;

/// The books that a history can have: three areas, seven funds.
pub const BOOKS: [(u32, &FundSpec); 9] = [
    (320_100, EnterprisePension::SPEC),
    (320_100, EmployeeMedical::SPEC),
    (320_200, EnterprisePension::SPEC),
    (320_200, EmployeeMedical::SPEC),
    (320_100, WorkInjury::SPEC),
    (320_200, ResidentsMedical::SPEC),
    (320_100, Unemployment::SPEC),
    (100_001, TownRelief::SPEC),
    (100_001, TownHarvest::SPEC),
];

/// Histories of two to four books and at most so many steps.
///
/// Half of the books are under a law of their own. Half of the steps are any command at any time; the
/// others tell stories, step by step between the steps of others: the life of a due, of a claim, of a
/// budget, a month closed and opened again. Now and then a step of a story is missing, comes twice or too
/// early. Some steps are retries of what was accepted, some reuse its key for something else, some hold
/// several commands.
///
/// A history shrinks by halves of its steps, single steps, whole books, laws and their clauses, lines of a
/// commit, accounts, amounts, waits and days: what is left is what the failure needs. That takes a few
/// hundred attempts; give the test `max_shrink_iters: 10_000` where its cases are few.
///
/// ```
/// use earmark_testkit::strategy::history::histories;
/// use proptest::prelude::*;
///
/// proptest!(ProptestConfig::with_cases(10), |(history in histories(12))| {
///     prop_assert!(history.steps.iter().all(|step| step.book < history.openings.len()));
/// });
/// ```
#[must_use]
pub fn histories(steps: usize) -> Rolled<History> {
    Rolled::new(move |dice| roll(dice, &BOOKS, steps))
}

/// The same, of one fund's books in two areas, for tests of a program that knows its fund.
///
/// A system test of a fund of one's own, against the reference model:
/// ```
/// use earmark_core::fund::Fund;
/// use earmark_testkit::clerk::Clerk;
/// use earmark_testkit::clock::HandClock;
/// use earmark_testkit::given::ledger_in_memory;
/// use earmark_testkit::judge;
/// use earmark_testkit::strategy::history::histories_of;
/// use proptest::prelude::*;
///
/// earmark_core::fund! {
///     /// The fund of this program.
///     pub FishermensFund {
///         code: "FISHERMEN", name: "fishermen's fund" "渔民基金", currency: USD, jurisdiction: Other,
///         invests: yes, settles_across_provinces: no, transfers: no, settles_directly: yes,
///     }
///     premiums FishermensDue { Boat = 1 "due by boat" "船捐" => Premium, }
///     benefits FishermensHelp { Storm = 1 "help after a storm" "风暴救助" => Benefit, }
/// }
///
/// proptest!(ProptestConfig::with_cases(8), |(history in histories_of(FishermensFund::SPEC, 20))| {
///     let clock = HandClock::new();
///     let ledger = ledger_in_memory(&clock); // or over a store of your own
///     ledger.know::<FishermensFund>()?;
///     let mut clerk = Clerk::new(&clock, [ledger]);
///     for outcome in clerk.open(&history) {
///         judge::answers_agree(&clerk, &outcome)?;
///     }
///     for step in &history.steps {
///         let outcome = clerk.take(step);
///         judge::answers_agree(&clerk, &outcome)?;
///         judge::book_agrees(&clerk, outcome.call.book)?;
///     }
/// });
/// ```
#[must_use]
pub fn histories_of(fund: &'static FundSpec, steps: usize) -> Rolled<History> {
    Rolled::new(move |dice| roll(dice, &[(320_100, fund), (320_200, fund)], steps))
}

fn roll(dice: &mut Dice<'_>, books: &[(u32, &'static FundSpec)], steps: usize) -> History {
    let mut left = books.to_vec();
    let count = usize::try_from(dice.between(2, 4)).unwrap().min(left.len());
    let openings: Vec<_> = (0..count)
        .map(|_| {
            let (code, fund) = left.remove(dice.below(left.len()));
            opening(dice, code, fund)
        })
        .collect();
    let wanted = steps / 2 + dice.below(steps / 2 + 1);
    // Each step has a place; those of a story stand a little apart.
    let mut placed: Vec<(usize, Step)> = Vec::new();
    let mut place = 0;
    while placed.len() < wanted {
        let book = dice.below(openings.len());
        let opening = &openings[book];
        let setting = Setting { fund: opening.fund, area: opening.area, law: opening.law.as_ref() };
        if dice.once_in(2) {
            placed.push((place, any_step(dice, book, setting)));
        } else {
            let mut at = place;
            for scene in tell(dice, setting, opening) {
                placed.push((at, step_of(dice, book, scene)));
                at += dice.below(12);
            }
        }
        place += 4;
    }
    placed.sort_by_key(|(at, _)| *at);
    let mut steps: Vec<_> = placed.into_iter().map(|(_, step)| step).collect();
    steps.truncate(wanted);
    if dice.once_in(12) && !steps.is_empty() {
        // Somewhere in between the year ends.
        let at = dice.below(steps.len());
        steps[at].wait_micros = dice.between(180, 200) * DAY_MICROS;
    }
    History { openings, steps }
}

fn opening(dice: &mut Dice<'_>, code: u32, fund: &'static FundSpec) -> Opening {
    let law: Option<Law> = dice.once_in(2).then(|| {
        let mut law = roll_law(dice, fund);
        if dice.once_in(8) && (320_000..330_000).contains(&code) {
            law.area = Some(area(320_000));
        }
        law
    });
    let some = dice.once_in(7);
    let mut accounts = Vec::new();
    for account in Account::ALL {
        let wanted = fund.invests() || account != Account::Investment || dice.once_in(8);
        if wanted && !(some && dice.once_in(2)) {
            accounts.push((account, if dice.once_in(5) { 0 } else { small(dice, 200_000) }));
        }
    }
    Opening { area: area(code), fund, law, accounts }
}

fn any_step(dice: &mut Dice<'_>, book: usize, setting: Setting<'_>) -> Step {
    let lines = if dice.once_in(5) { 2 + dice.below(3) } else { 1 };
    let entries = (0..lines).map(|_| any_entry(dice, setting)).collect();
    let key = match dice.below(16) {
        0 => KeyChoice::Retry(dice.index()),
        1 => KeyChoice::Reuse(dice.index()),
        _ => KeyChoice::Fresh,
    };
    Step { wait_micros: dice.rolled(waits()), book, key, entries }
}

fn any_entry(dice: &mut Dice<'_>, setting: Setting<'_>) -> Entry {
    let proposed = command::roll(dice, setting);
    let days_ago = match (refers_back(&proposed.command), dice.below(33)) {
        (true, 0..30) | (false, 0..8) => 0,
        (true, _) => dice.between(1, 600),
        (_, 8..24) => dice.between(0, 3),
        (_, 24..28) => dice.between(3, 200),
        (_, 28..32) => dice.between(200, 600),
        _ => dice.between(-2, -1),
    };
    Entry {
        days_ago: i32::try_from(days_ago).unwrap(),
        actor: proposed.actor,
        link: proposed.link,
        pick: dice.index(),
        command: proposed.command,
    }
}

fn refers_back(command: &AnyCommand) -> bool {
    use AnyCommand as C;
    matches!(
        command,
        C::ReturnPayment { .. }
            | C::RecoverBenefit { .. }
            | C::RefundPremium { .. }
            | C::ReturnTransferIn { .. }
            | C::Reverse { .. }
            | C::DemandRecovery { .. }
            | C::WaiveRecovery { .. }
    )
}

fn step_of(dice: &mut Dice<'_>, book: usize, scene: Scene) -> Step {
    let key = if dice.once_in(40) { KeyChoice::Retry(dice.last()) } else { KeyChoice::Fresh };
    Step { wait_micros: dice.rolled(waits()), book, key, entries: scene }
}

const DAY_MICROS: i64 = 86_400_000_000;

/// One way in which a history can be simpler.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant)] // a list of them lives for one attempt
pub enum Simplification {
    /// Without these steps.
    Steps(Range<usize>),
    /// Without a step, but the next waits as long as both.
    Waited(usize),
    /// Without a book and its steps.
    Book(usize),
    /// A book without its law.
    Law(usize),
    /// A book's law without one of its clauses.
    Clause(usize, usize),
    /// A step without one of its commands.
    Entry(usize, usize),
    /// A book without one of its accounts.
    Account(usize, usize),
    /// What is brought forward in a book's account.
    Forward(usize, usize, u64),
    /// Another step in the place of one.
    Step(usize, Step),
}

impl Simpler for History {
    type Change = Simplification;

    fn changes(&self) -> Vec<Simplification> {
        use Simplification as S;
        let mut changes = Vec::new();
        let mut size = self.steps.len();
        while size > 0 {
            let starts = (0..self.steps.len()).step_by(size);
            changes.extend(starts.rev().map(|at| S::Steps(at..(at + size).min(self.steps.len()))));
            size /= 2;
        }
        let waits = (1..self.steps.len()).filter(|at| self.steps[at - 1].wait_micros != 0);
        changes.extend(waits.map(|at| S::Waited(at - 1)));
        if self.openings.len() > 1 {
            changes.extend((0..self.openings.len()).map(S::Book));
        }
        for (book, opening) in self.openings.iter().enumerate() {
            if let Some(law) = &opening.law {
                changes.push(S::Law(book));
                changes.extend((0..law.clauses.len()).rev().map(|at| S::Clause(book, at)));
            }
            for (at, (_, minor)) in opening.accounts.iter().enumerate() {
                changes.push(S::Account(book, at));
                let less = simpler_minors(*minor).into_iter();
                changes.extend(less.map(|less| S::Forward(book, at, less)));
            }
        }
        for (at, step) in self.steps.iter().enumerate() {
            if step.entries.len() > 1 {
                changes.extend((0..step.entries.len()).rev().map(|entry| S::Entry(at, entry)));
            }
            changes.extend(simpler_steps(step).into_iter().map(|simpler| S::Step(at, simpler)));
        }
        changes
    }

    fn with(&self, change: &Simplification) -> Self {
        use Simplification as S;
        let mut history = self.clone();
        match change {
            S::Steps(range) => drop(history.steps.drain(range.clone())),
            S::Waited(at) => {
                let waited = history.steps.remove(*at).wait_micros;
                history.steps[*at].wait_micros += waited;
            }
            S::Book(book) => {
                history.openings.remove(*book);
                history.steps.retain(|step| step.book != *book);
                for step in history.steps.iter_mut().filter(|step| step.book > *book) {
                    step.book -= 1;
                }
            }
            S::Law(book) => history.openings[*book].law = None,
            S::Clause(book, at) => {
                let law = history.openings[*book].law.as_mut();
                law.map(|law| law.clauses.remove(*at));
            }
            S::Account(book, at) => drop(history.openings[*book].accounts.remove(*at)),
            S::Forward(book, at, minor) => history.openings[*book].accounts[*at].1 = *minor,
            S::Entry(step, at) => drop(history.steps[*step].entries.remove(*at)),
            S::Step(at, step) => history.steps[*at] = step.clone(),
        }
        history
    }
}

/// A step with less to say.
fn simpler_steps(step: &Step) -> Vec<Step> {
    let mut simpler = Vec::new();
    let mut with = |change: &dyn Fn(&mut Step)| {
        let mut changed = step.clone();
        change(&mut changed);
        simpler.push(changed);
    };
    if step.wait_micros != 0 {
        with(&|step| step.wait_micros = 0);
        // Whole days, fewer and fewer.
        let days = step.wait_micros / DAY_MICROS;
        for fewer in [1, days / 2, days / 4 * 3, days] {
            let micros = fewer * DAY_MICROS;
            if 0 < micros && micros < step.wait_micros {
                with(&|step| step.wait_micros = micros);
            }
        }
    }
    match step.key {
        KeyChoice::Fresh => {}
        KeyChoice::Retry(_) => with(&|step| step.key = KeyChoice::Fresh),
        KeyChoice::Reuse(pick) => {
            with(&|step| step.key = KeyChoice::Fresh);
            with(&|step| step.key = KeyChoice::Retry(pick));
        }
    }
    for (at, entry) in step.entries.iter().enumerate() {
        if entry.days_ago != 0 {
            with(&|step| step.entries[at].days_ago = 0);
            with(&|step| step.entries[at].days_ago /= 2);
        }
        if entry.link.is_some() {
            with(&|step| step.entries[at].link = None);
        }
        if entry.actor != "agency" {
            with(&|step| step.entries[at].actor = "agency");
        }
        for command in entry.command.changes() {
            with(&|step| step.entries[at].command = command.clone());
        }
    }
    simpler
}

/// All that a history brings forward and moves, in minor units, as far as its texts are amounts: a measure
/// of how large it is.
#[must_use]
pub fn size_minor(history: &History) -> u64 {
    let forward = history.openings.iter().flat_map(|it| &it.accounts).map(|(_, minor)| *minor);
    let moved = history.steps.iter().flat_map(|step| &step.entries).filter_map(|entry| {
        let fields = serde_json::to_value(&entry.command).ok()?;
        in_minor(fields.get("amount")?.as_str()?)
    });
    forward.chain(moved).fold(0, u64::saturating_add)
}

/// The amount brought forward in an account of an opening, as the text of an amount.
pub(super) fn forward(opening: &Opening, account: Account) -> String {
    let found = opening.accounts.iter().find(|(of, _)| *of == account);
    in_major(found.map_or(0, |(_, minor)| *minor))
}
