use earmark_core::account::Account;
use earmark_core::command::AnyCommand;
use earmark_core::id::Link;
use earmark_core::time::{Day, Timestamp};

/// An event as the model remembers it: a line that was accepted, or a text that was registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// Its number in the book, from 1.
    pub seq: u64,
    /// The day it counts for; none for a text.
    pub on: Day,
    /// When it was recorded; none for a text, of which the model is not told.
    pub recorded_at: Option<Timestamp>,
    /// Who did it.
    pub actor: String,
    /// The case it belongs to: that of its claim, or else the one its voucher names.
    pub case: Option<Link>,
    /// What was done.
    pub what: What,
    /// How much money it moves, in minor units; 0 for what moves none.
    pub minor: u64,
    /// The account that the money leaves; none: it comes from outside, or none moves.
    pub from: Option<Account>,
    /// The account that the money enters; none: it goes outside, or none moves.
    pub to: Option<Account>,
}

/// What an event is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A text was registered.
    Text(String),
    /// A command was carried out.
    Done(AnyCommand),
}

impl Accepted {
    /// The command that was carried out; none for a text.
    #[must_use]
    pub const fn command(&self) -> Option<&AnyCommand> {
        match &self.what {
            What::Done(command) => Some(command),
            What::Text(_) => None,
        }
    }

    /// By how much it changes an account, in minor units.
    #[must_use]
    pub fn change(&self, account: Account) -> i128 {
        let into = if self.to == Some(account) { i128::from(self.minor) } else { 0 };
        let out = if self.from == Some(account) { i128::from(self.minor) } else { 0 };
        into - out
    }
}
