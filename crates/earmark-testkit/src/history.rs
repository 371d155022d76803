//! Histories: what is brought before a ledger, as plain data. Nothing here knows what is lawful.

use std::fmt;

use earmark_core::account::Account;
use earmark_core::command::AnyCommand;
use earmark_core::fund::FundSpec;
use earmark_core::id::{Area, Key, Link};
use earmark_core::time::{Day, Timestamp};
use proptest::sample::Index;

use crate::law::Law;

/// The texts that every book of a history registers first: reasons, and the names of what is authorised.
/// A command that names another text names one that is not registered.
pub const TEXTS: [&str; 5] =
    ["entered in error", "found", "applied for", "relief-act", "harvest-act"];

/// A history of several books, as a generator makes it. What refers to earlier events is a choice that
/// is settled when the history is brought before a ledger.
#[derive(Clone, Debug)]
pub struct History {
    /// The books, each with what it begins with.
    pub openings: Vec<Opening>,
    /// What happens then.
    pub steps: Vec<Step>,
}

/// How a book begins. It prints with the fund's code alone.
#[derive(Clone)]
pub struct Opening {
    /// The pooling area.
    pub area: Area,
    /// The fund.
    pub fund: &'static FundSpec,
    /// The profile that it adopts first.
    pub law: Option<Law>,
    /// The accounts that it opens, with what is brought forward in each, in minor units.
    pub accounts: Vec<(Account, u64)>,
}

/// One attempt to record.
#[derive(Clone, Debug)]
pub struct Step {
    /// How long after the step before.
    pub wait_micros: i64,
    /// Which of the openings.
    pub book: usize,
    /// Under which key.
    pub key: KeyChoice,
    /// The commands.
    pub entries: Vec<Entry>,
}

/// One command of a step. Where it refers to an event, `pick` chooses which. It prints with the command as
/// the JSON of the dynamic door, which can be pasted.
#[derive(Clone)]
pub struct Entry {
    /// Days before today (negative: after).
    pub days_ago: i32,
    /// Who does it.
    pub actor: &'static str,
    /// The case or fact that it belongs to.
    pub link: Option<Link>,
    /// Chooses the event that the command refers to.
    pub pick: Index,
    /// The command; a reference to an event in it is settled by `pick`.
    pub command: AnyCommand,
}

impl fmt::Debug for Opening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opening")
            .field("area", &self.area)
            .field("fund", &format_args!("{}", self.fund.code()))
            .field("law", &self.law)
            .field("accounts", &format_args!("{:?}", self.accounts))
            .finish()
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let command = serde_json::to_string(&self.command).map_err(|_| fmt::Error)?;
        f.debug_struct("Entry")
            .field("days_ago", &self.days_ago)
            .field("actor", &self.actor)
            .field("link", &self.link)
            .field("pick", &self.pick)
            .field("command", &format_args!("{command}"))
            .finish()
    }
}

/// The key of a step.
#[derive(Clone, Debug)]
pub enum KeyChoice {
    /// A key never used before.
    Fresh,
    /// An accepted commit once more, key and content.
    Retry(Index),
    /// The key of an accepted commit, with this content.
    Reuse(Index),
}

/// A step with everything settled: exactly what is offered to a ledger, and to the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Which of the openings.
    pub book: usize,
    /// What the clock says.
    pub at: Timestamp,
    /// The key.
    pub key: Key,
    /// The commands with their vouchers.
    pub lines: Vec<Line>,
}

/// One command of a [`Call`], with what its voucher says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The day it counts for.
    pub on: Day,
    /// Who does it.
    pub actor: String,
    /// The case or fact that it belongs to.
    pub link: Option<Link>,
    /// The command.
    pub command: AnyCommand,
}
