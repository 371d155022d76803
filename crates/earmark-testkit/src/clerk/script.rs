//! What a pasted program drives: the same calls once more, judged as they are made.

use earmark_core::id::{Area, Key, Link};
use earmark_core::ledger::Ledger;
use earmark_core::time::{Day, Timestamp};

use super::outcome::answer_in_words;
use super::{Clerk, Outcome};
use crate::clock::HandClock;
use crate::history::{Call, Line};
use crate::judge;

/// Plays a transcript again. Made by [`Clerk::program`]; can be written by hand as well.
///
/// ```
/// use earmark_testkit::clerk::{Script, by};
/// use earmark_testkit::clock::HandClock;
/// use earmark_testkit::given::ledger_in_memory;
///
/// let clock = HandClock::new();
/// let mut script = Script::new(&clock, [ledger_in_memory(&clock)]);
/// script.book("320100", "WORK_INJURY", &["bank advice 2021", "Social Insurance Law", "desk"]);
/// script.call(0, "2021-06-30T00:00:00.000000Z", 0x1, &[
///     by("desk", "2021-06-30", r#"{"command":"open_account","account":"special"}"#),
/// ]).is("recorded 1 from 4");
/// script.call(0, "2021-06-30T00:00:00.000000Z", 0x2, &[
///     by("desk", "2021-06-30", r#"{"command":"release","plan":"2021-06","amount":"1.00"}"#),
/// ]).is("refused no-overdraft or account-open");
/// script.is_right();
/// ```
#[derive(Debug)]
pub struct Script {
    clerk: Clerk,
}

/// One line of a call in a script.
#[derive(Clone, Debug)]
pub struct ScriptLine(Line);

/// What came of a call in a script.
#[derive(Clone, Debug)]
pub struct Came(Outcome);

/// What somebody records for a day: a command of the dynamic door as JSON.
///
/// # Panics
/// Where the day is not one, or the JSON no command.
#[must_use]
pub fn by(actor: &str, on: &str, command: &str) -> ScriptLine {
    let on: Day = on.parse().unwrap_or_else(|error| panic!("{error}"));
    let command = serde_json::from_str(command).unwrap_or_else(|error| panic!("{error}"));
    ScriptLine(Line { on, actor: actor.to_owned(), link: None, command })
}

impl ScriptLine {
    /// The same on a business case.
    ///
    /// # Panics
    /// Where the text is not a link.
    #[must_use]
    pub fn on(mut self, case: &str) -> Self {
        let link: Link = serde_json::from_value(case.into()).unwrap_or_else(|e| panic!("{e}"));
        self.0.link = Some(link);
        self
    }
}

impl Script {
    /// A script before ledgers that hold nothing yet, as [`Clerk::new`].
    pub fn new(clock: &HandClock, ledgers: impl IntoIterator<Item = Ledger>) -> Self {
        Self { clerk: Clerk::new(clock, ledgers) }
    }

    /// A book and its texts, the papers' register and basis among them.
    ///
    /// # Panics
    /// Where the area is not one, or no ledger knows the fund.
    pub fn book(&mut self, area: &str, fund: &str, texts: &[&str]) -> usize {
        let area: Area = area.parse().unwrap_or_else(|error| panic!("{error}"));
        let known = self.clerk.ledgers().flat_map(Ledger::funds).find(|it| it.code() == fund);
        let fund = known.unwrap_or_else(|| panic!("no ledger knows the fund `{fund}`"));
        let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        self.clerk.found(area, fund, &texts)
    }

    /// Offers a call at a moment, under a key, and has the answers and the book judged.
    ///
    /// # Panics
    /// Where the ledgers and the model do not agree.
    #[track_caller]
    pub fn call(&mut self, book: usize, at: &str, key: u128, lines: &[ScriptLine]) -> Came {
        let at: Timestamp = serde_json::from_value(at.into()).unwrap_or_else(|e| panic!("{e}"));
        let lines = lines.iter().map(|line| line.0.clone()).collect();
        let key = Key::from_bytes(key.to_be_bytes());
        let outcome = self.clerk.offer(Call { book, at, key, lines });
        let verdict = judge::answers_agree(&self.clerk, &outcome)
            .and_then(|()| judge::book_agrees(&self.clerk, book));
        if let Err(difference) = verdict {
            panic!("{}", difference.what());
        }
        Came(outcome)
    }

    /// Has everything judged that can be judged of ledgers.
    ///
    /// # Panics
    /// Where something differs.
    #[track_caller]
    pub fn is_right(&self) {
        if let Err(difference) = judge::all_agrees(&self.clerk) {
            panic!("{}", difference.what());
        }
    }

    /// The clerk behind it, for questions of one's own.
    #[must_use]
    pub const fn clerk(&self) -> &Clerk {
        &self.clerk
    }
}

impl Came {
    /// Every ledger answered so: `recorded 2 from 7`, `repeated 7`, `refused no-overdraft`; where it may
    /// be one of several rules, `refused closed-list or range`.
    ///
    /// # Panics
    /// Where one did not.
    #[track_caller]
    pub fn is(&self, expected: &str) {
        for answer in &self.0.answers {
            let found = answer_in_words(answer);
            let same = match (found.strip_prefix("refused "), expected.strip_prefix("refused ")) {
                (Some(code), Some(codes)) => codes.split(" or ").any(|it| it == code),
                _ => found == expected,
            };
            assert!(same, "expected {expected}, found {found}: {answer:?}");
        }
    }

    /// What came of it, whole.
    #[must_use]
    pub const fn outcome(&self) -> &Outcome {
        &self.0
    }
}
