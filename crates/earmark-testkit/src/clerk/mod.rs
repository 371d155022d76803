//! The clerk: brings a history before any number of ledgers at once, with the model beside them.
//!
//! The clerk knows nothing of what is lawful. It settles the choices of a [`History`] into [`Call`]s from
//! its own record of what was accepted, offers each call to every ledger and to the [`Model`], and keeps
//! a transcript that [prints as a program](Clerk::program). What the answers must be is for the
//! [`judge`](crate::judge) to say.
//!
//! ```
//! use earmark_testkit::clerk::Clerk;
//! use earmark_testkit::clock::HandClock;
//! use earmark_testkit::given::ledger_in_memory;
//! use earmark_testkit::judge;
//! use earmark_testkit::strategy::history::histories;
//! use proptest::test_runner::TestRunner;
//!
//! TestRunner::deterministic().run(&histories(6), |history| {
//!     let clock = HandClock::new();
//!     let mut clerk = Clerk::new(&clock, [ledger_in_memory(&clock)]);
//!     for outcome in clerk.open(&history) {
//!         judge::answers_agree(&clerk, &outcome)?;
//!     }
//!     for step in &history.steps {
//!         let outcome = clerk.take(step);
//!         judge::answers_agree(&clerk, &outcome)?;
//!         judge::book_agrees(&clerk, outcome.call.book)?;
//!     }
//!     Ok(())
//! })?;
//! # Ok::<(), proptest::test_runner::TestError<earmark_testkit::history::History>>(())
//! ```

mod outcome;
mod program;
mod script;
mod settle;

pub use outcome::{Accepted, Outcome};
pub use script::{Came, Script, ScriptLine, by};

use std::collections::BTreeSet;

use earmark_core::account::Account;
use earmark_core::command::AnyCommand;
use earmark_core::error::Error;
use earmark_core::event::{Text, Voucher};
use earmark_core::fund::FundSpec;
use earmark_core::id::{Area, Key};
use earmark_core::ledger::{AnyBook, Ledger};
use earmark_core::time::{Clock, Day};

use crate::clock::HandClock;
use crate::given::PAPERS;
use crate::history::{Call, History, KeyChoice, Line, Opening, Step, TEXTS};
use crate::model::Model;
use crate::strategy::fund::know_town;

/// Who adopts a book's profile and opens its accounts.
pub const FOUNDER: &str = "finance_department";

/// Brings a history before ledgers and the model. See the [module](self).
pub struct Clerk {
    clock: HandClock,
    desks: Vec<Desk>,
    kept: Vec<Kept>,
    model: Model,
    turns: Vec<Turn>,
    keys: u64,
    made_by: String,
}

/// One ledger, with its books in the order in which the clerk opened them.
struct Desk {
    ledger: Ledger,
    books: Vec<AnyBook>,
    /// For each book, its texts in the order of [`Kept::texts`].
    texts: Vec<Vec<Text>>,
}

/// What the clerk itself remembers of a book.
struct Kept {
    area: Area,
    fund: &'static FundSpec,
    texts: Vec<String>,
    accepted: Vec<Accepted>,
    /// Every event in its sequence; none for a registered text.
    events: Vec<Option<Line>>,
}

/// A call as the transcript has it, with what the model said.
struct Turn {
    call: Call,
    expected: String,
}

impl Clerk {
    /// A clerk before ledgers that hold nothing yet. All of them, and the model, are told the time by
    /// one clock. The ledgers come to know the [town's funds](crate::strategy::fund::TOWN); other funds
    /// that are not built in must be [known](Ledger::know) to them.
    ///
    /// # Panics
    /// Where a ledger has another fund under the code of one of the town's.
    pub fn new(clock: &HandClock, ledgers: impl IntoIterator<Item = Ledger>) -> Self {
        let desk = |ledger| {
            know_town(&ledger).unwrap();
            Desk { ledger, books: Vec::new(), texts: Vec::new() }
        };
        Self {
            clock: clock.clone(),
            desks: ledgers.into_iter().map(desk).collect(),
            kept: Vec::new(),
            model: Model::new(),
            turns: Vec::new(),
            keys: 0,
            made_by: "[ledger_in_memory(&clock)]".to_owned(),
        }
    }

    /// Says how a pasted program makes its ledgers from `clock`, as an expression of Rust; one ledger in
    /// memory by default.
    #[must_use]
    pub fn made_by(mut self, expression: &str) -> Self {
        expression.clone_into(&mut self.made_by);
        self
    }

    /// The clock of the ledgers.
    #[must_use]
    pub const fn clock(&self) -> &HandClock {
        &self.clock
    }

    /// The model.
    #[must_use]
    pub const fn model(&self) -> &Model {
        &self.model
    }

    /// The ledgers.
    pub fn ledgers(&self) -> impl Iterator<Item = &Ledger> {
        self.desks.iter().map(|desk| &desk.ledger)
    }

    /// How many books there are.
    #[must_use]
    pub fn books(&self) -> usize {
        self.kept.len()
    }

    /// A book, as each ledger has it.
    pub fn each_book(&self, book: usize) -> impl Iterator<Item = &AnyBook> {
        self.desks.iter().map(move |desk| &desk.books[book])
    }

    /// A book in the first ledger.
    ///
    /// # Panics
    /// Where there is no ledger, or no such book.
    #[must_use]
    pub fn book(&self, book: usize) -> &AnyBook {
        self.each_book(book).next().unwrap()
    }

    /// What was accepted in a book, in its order.
    #[must_use]
    pub fn accepted(&self, book: usize) -> &[Accepted] {
        &self.kept[book].accepted
    }

    /// What stands in a book in its sequence, from the first event; none for a registered text.
    #[must_use]
    pub fn events(&self, book: usize) -> &[Option<Line>] {
        &self.kept[book].events
    }

    /// Opens the books of a history, each with its texts, its profile and its accounts with what is
    /// brought forward. What is refused here, such as an investment account of a fund that may not
    /// invest, is an answer like any other.
    pub fn open(&mut self, history: &History) -> Vec<Outcome> {
        let texts = texts_of(history);
        for opening in &history.openings {
            self.found(opening.area, opening.fund, &texts);
        }
        let mut outcomes = Vec::new();
        for (book, opening) in history.openings.iter().enumerate() {
            self.found_under_law(book, opening, &mut outcomes);
        }
        outcomes
    }

    /// A book with its texts in every ledger and in the model; which one it is.
    ///
    /// # Panics
    /// Where a ledger cannot make it, or is at fault.
    pub fn found(&mut self, area: Area, fund: &'static FundSpec, texts: &[String]) -> usize {
        let words: Vec<&str> = texts.iter().map(String::as_str).collect();
        for desk in &mut self.desks {
            let book = desk.ledger.any_book(area, fund.code()).unwrap();
            desk.texts.push(book.register_texts(&words).unwrap());
            desk.books.push(book);
        }
        let book = self.model.open(area, fund);
        for text in texts {
            self.model.register(book, text);
        }
        let events = vec![None; texts.len()];
        let texts = texts.to_vec();
        self.kept.push(Kept { area, fund, texts, accepted: Vec::new(), events });
        book
    }

    fn found_under_law(&mut self, book: usize, opening: &Opening, outcomes: &mut Vec<Outcome>) {
        let today = self.clock.today();
        let new_year = Day::new(today.year() - 1, 1, 1).unwrap();
        let last_year = Day::from_days(today.days() - 300).unwrap();
        if let Some(law) = &opening.law {
            let profile = law.to_profile_text();
            let adoption = line(new_year, AnyCommand::AdoptProfile { profile });
            outcomes.push(self.offer_now(book, vec![adoption]));
        }
        for (account, minor) in &opening.accounts {
            let account: Account = *account;
            let open = line(today, AnyCommand::OpenAccount { account });
            outcomes.push(self.offer_now(book, vec![open]));
            let amount = format!("{}.{:02}", minor / 100, minor % 100);
            let forward = line(last_year, AnyCommand::BringForward { into: account, amount });
            outcomes.push(self.offer_now(book, vec![forward]));
        }
    }

    /// Takes a step: the clock goes on, the choices are settled, every ledger and the model are asked.
    pub fn take(&mut self, step: &Step) -> Outcome {
        self.clock.go(step.wait_micros);
        let accepted = &self.kept[step.book].accepted;
        let earlier = match &step.key {
            KeyChoice::Retry(pick) | KeyChoice::Reuse(pick) if !accepted.is_empty() => {
                Some(pick.get(accepted).call.clone())
            }
            _ => None,
        };
        let lines = match (&step.key, &earlier) {
            (KeyChoice::Retry(_), Some(earlier)) => earlier.lines.clone(),
            _ => self.settled(step),
        };
        let key = earlier.map_or_else(|| self.fresh_key(), |earlier| earlier.key);
        self.offer(Call { book: step.book, at: self.clock.now(), key, lines })
    }

    /// A key never used before.
    pub fn fresh_key(&mut self) -> Key {
        self.keys += 1;
        Key::from_bytes(u128::from(self.keys).to_be_bytes())
    }

    /// Offers lines at the clock's moment, under a fresh key.
    pub fn offer_now(&mut self, book: usize, lines: Vec<Line>) -> Outcome {
        let key = self.fresh_key();
        self.offer(Call { book, at: self.clock.now(), key, lines })
    }

    /// Offers a call to every ledger and to the model.
    ///
    /// # Panics
    /// Where an actor of the call is not among the book's texts.
    pub fn offer(&mut self, call: Call) -> Outcome {
        self.clock.set(call.at);
        let kept = &self.kept[call.book];
        let answers: Vec<_> = self.desks.iter().map(|desk| desk.asked(kept, &call)).collect();
        let expected = self.model.take(&call, self.clock.today());
        self.turns.push(Turn { call: call.clone(), expected: outcome::in_words(&expected) });
        let kept = &mut self.kept[call.book];
        let earlier = kept.accepted.iter().find(|it| it.call.key == call.key);
        let first = earlier.map(|it| it.receipts.clone());
        if let Some(Ok(receipt)) = answers.first()
            && !receipt.repeated()
            && first.is_none()
        {
            let receipts = answers.iter().map(|answer| answer.as_ref().ok().copied()).collect();
            kept.accepted.push(Accepted { call: call.clone(), receipts });
            kept.events.extend(call.lines.iter().cloned().map(Some));
        }
        Outcome { call, answers, expected, first }
    }

    /// Closes one of the ledgers and takes what `open` gives in its place: the same file opened again.
    /// `open` holds the last handle to it that the clerk had.
    ///
    /// # Panics
    /// Where there is no such ledger, or the one given is at fault.
    pub fn reopen(&mut self, ledger: usize, open: impl FnOnce(Ledger) -> Ledger) {
        let Desk { ledger: old, books, texts } = self.desks.remove(ledger);
        drop(books);
        let new = open(old);
        know_town(&new).unwrap();
        let book = |kept: &Kept| new.any_book(kept.area, kept.fund.code()).unwrap();
        let books = self.kept.iter().map(book).collect();
        self.desks.insert(ledger, Desk { ledger: new, books, texts });
    }
}

impl Desk {
    fn asked(&self, kept: &Kept, call: &Call) -> Result<earmark_core::commit::Receipt, Error> {
        let texts = &self.texts[call.book];
        let text = |wanted: &str| {
            let at = kept.texts.iter().position(|text| text == wanted);
            texts[at.unwrap_or_else(|| panic!("`{wanted}` is not among the texts of the book"))]
        };
        let vouched: Vec<_> = call
            .lines
            .iter()
            .map(|line| {
                let (register, basis) = (text(PAPERS.register), text(PAPERS.basis));
                let actor = text(&line.actor);
                let voucher = Voucher::new(line.on, register, PAPERS.document, basis, actor);
                let voucher = voucher.expect("all texts are of one book");
                let voucher = line.link.map_or(voucher, |link| voucher.correlated(link));
                (voucher, line.command.clone())
            })
            .collect();
        self.books[call.book].record_any(call.key, &vouched)
    }
}

/// A line of the founder, on no case.
fn line(on: Day, command: AnyCommand) -> Line {
    Line { on, actor: FOUNDER.to_owned(), link: None, command }
}

/// Every text that the books of a history register: papers, reasons, actors, each once.
fn texts_of(history: &History) -> Vec<String> {
    let papers = [PAPERS.register, PAPERS.basis];
    let actors = history.steps.iter().flat_map(|step| &step.entries).map(|entry| entry.actor);
    let mut seen = BTreeSet::new();
    let all = papers.into_iter().chain(TEXTS).chain([FOUNDER]).chain(actors);
    all.filter(|text| seen.insert(*text)).map(str::to_owned).collect()
}

impl std::fmt::Debug for Clerk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.program())
    }
}
