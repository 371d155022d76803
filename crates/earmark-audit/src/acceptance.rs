//! Acceptances: signed promises to record.
//!
//! A tree over what is recorded cannot show what was handed in at the counter and never recorded. So a promise is
//! given before: what will be recorded, word for word, and by when. If it is not recorded then, whoever holds the
//! promise and the log can prove it.
//!
//! An acceptance is a signed note (C2SP signed-note), signed with the key that signs the book's checkpoints. Its
//! text has these lines, in this order, and no others:
//!
//! ```text
//! earmark.acceptance/v1
//! origin ledger.funds.example/320100/WORK_INJURY
//! key 8e4b3f0a-7c1d-4a55-9b1e-0f6d2c3a4b5c
//! accepted 2021-06-15T01:00:00.000000Z
//! record-by 2021-06-16T16:00:00.000000Z
//! after 41
//! salt <base64 of 16 random bytes>
//! content <base64 of 32 bytes>
//! ```
//! `after` is how many events the book had. There is a line `content` for each event, in their order: SHA-256 of
//! `earmark/acceptance-content/v1`, a zero byte, the salt, and the event's [content](earmark_core::codec::Content).
//! What is promised is one run of events with these contents after that place, recorded no later than `record-by`.

mod accept;
mod error;
mod judge;

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use earmark_core::codec::Content;
use earmark_core::id::Key;
use earmark_core::time::{Timestamp, UtcOffset, day};
use earmark_tlog::note::{KeyName, SignedNote};
use earmark_tlog::policy::Policy;
use sha2::{Digest, Sha256};

pub use error::{AcceptError, AcceptanceError, JudgeError};
pub use judge::{Evidence, Judge, Passed, Verdict, judge_book};

/// The first line of the text.
const FIRST: &str = "earmark.acceptance/v1";

/// The most events of one acceptance: a note has at most a mebibyte.
pub const MAX_CONTENTS: usize = 16_384;

/// What was promised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acceptance {
    origin: KeyName,
    key: Key,
    accepted_at: Timestamp,
    record_by: Timestamp,
    after: u64,
    salt: [u8; 16],
    contents: Vec<[u8; 32]>,
}

impl Acceptance {
    /// Reads the text of a note as an acceptance, strictly: there is one text for each.
    ///
    /// # Errors
    /// [`AcceptanceError`], naming the line.
    pub fn parse(text: &str) -> Result<Self, AcceptanceError> {
        let body =
            text.strip_suffix('\n').ok_or(AcceptanceError::Line { line: 0, expected: FIRST })?;
        let mut lines = body.split('\n');
        if lines.next() != Some(FIRST) {
            return Err(AcceptanceError::Line { line: 1, expected: FIRST });
        }
        let mut number = 1;
        let mut next = |word: &'static str| {
            number += 1;
            let line = lines.next().and_then(|line| line.strip_prefix(word)?.strip_prefix(' '));
            let found = line.ok_or(AcceptanceError::Line { line: number, expected: word });
            found.map(|rest| (rest, AcceptanceError::Line { line: number, expected: word }))
        };
        let (origin, bad) = next("origin")?;
        let origin = KeyName::new(origin).map_err(|_| bad)?;
        let (key, bad) = next("key")?;
        let key = key_of(key).ok_or(bad)?;
        let (accepted, bad) = next("accepted")?;
        let accepted_at = moment_of(accepted).ok_or(bad)?;
        let (by, bad) = next("record-by")?;
        let record_by = moment_of(by).ok_or(bad)?;
        let (after, bad) = next("after")?;
        let after = number_of(after).ok_or(bad)?;
        let (salt, bad) = next("salt")?;
        let salt = bytes_of(salt).ok_or(bad)?;
        let mut contents = Vec::new();
        for (line, number) in lines.zip(8..) {
            let bad = AcceptanceError::Line { line: number, expected: "content" };
            if contents.len() == MAX_CONTENTS {
                return Err(AcceptanceError::Contents);
            }
            let content = line.strip_prefix("content ").and_then(bytes_of);
            contents.push(content.ok_or(bad)?);
        }
        if contents.is_empty() {
            return Err(AcceptanceError::Contents);
        }
        if accepted_at > record_by {
            return Err(AcceptanceError::Times);
        }
        Ok(Self { origin, key, accepted_at, record_by, after, salt, contents })
    }

    /// Reads an acceptance whose signature a policy believes: of a key that it names for the origin's log.
    ///
    /// # Errors
    /// [`AcceptanceError`].
    pub fn open(note: &SignedNote, policy: &Policy) -> Result<Self, AcceptanceError> {
        let acceptance = Self::parse(note.text_unverified())?;
        let keys: Vec<_> =
            policy.logs().filter(|key| *key.name() == acceptance.origin).cloned().collect();
        note.open(&keys)?;
        Ok(acceptance)
    }

    /// The origin of the book's log.
    #[must_use]
    pub const fn origin(&self) -> &KeyName {
        &self.origin
    }

    /// The idempotency key under which it will be recorded.
    #[must_use]
    pub const fn key(&self) -> Key {
        self.key
    }

    /// When it was given.
    #[must_use]
    pub const fn accepted_at(&self) -> Timestamp {
        self.accepted_at
    }

    /// By when it will be recorded.
    #[must_use]
    pub const fn record_by(&self) -> Timestamp {
        self.record_by
    }

    /// How many events the book had when it was given. What is promised comes after them.
    #[must_use]
    pub const fn after(&self) -> u64 {
        self.after
    }

    /// How many events are promised.
    #[must_use]
    pub const fn events(&self) -> usize {
        self.contents.len()
    }

    /// Whether the event at a place of the acceptance, counted from zero, has this content.
    #[must_use]
    pub fn promises(&self, place: usize, content: &Content) -> bool {
        self.contents.get(place).is_some_and(|promised| *promised == digest(&self.salt, content))
    }
}

/// The text of the note.
impl fmt::Display for Acceptance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{FIRST}\norigin {}\nkey {}", self.origin, self.key)?;
        writeln!(f, "accepted {}\nrecord-by {}", self.accepted_at, self.record_by)?;
        writeln!(f, "after {}\nsalt {}", self.after, STANDARD.encode(self.salt))?;
        let mut contents = self.contents.iter();
        contents.try_for_each(|content| writeln!(f, "content {}", STANDARD.encode(content)))
    }
}

fn digest(salt: &[u8; 16], content: &Content) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(b"earmark/acceptance-content/v1\0");
    hasher.update(salt);
    hasher.update(content.bytes());
    hasher.finalize().into()
}

/// A key as it is shown.
fn key_of(text: &str) -> Option<Key> {
    let digits: Vec<char> = text.chars().filter(|it| *it != '-').collect();
    let mut bytes = [0; 16];
    let (pairs, rest) = digits.as_chunks::<2>();
    if pairs.len() != bytes.len() || !rest.is_empty() {
        return None;
    }
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        *byte = u8::try_from(high.to_digit(16)? * 16 + low.to_digit(16)?).ok()?;
    }
    Some(Key::from_bytes(bytes)).filter(|key| key.to_string() == text)
}

/// A moment as it is shown.
fn moment_of(text: &str) -> Option<Timestamp> {
    let (date, clock) = text.strip_suffix('Z')?.split_once('T')?;
    let start = Timestamp::start_of(day(date).ok()?, UtcOffset::UTC);
    let (whole, micros) = clock.split_once('.')?;
    let mut seconds = 0;
    for part in whole.split(':') {
        seconds = part.parse::<i64>().ok()?.checked_add(i64::checked_mul(seconds, 60)?)?;
    }
    let since = seconds.checked_mul(1_000_000)?.checked_add(micros.parse().ok()?)?;
    let moment = Timestamp::from_micros(start.micros().checked_add(since)?)?;
    Some(moment).filter(|moment| moment.to_string() == text)
}

fn number_of(text: &str) -> Option<u64> {
    text.parse().ok().filter(|number: &u64| number.to_string() == text)
}

fn bytes_of<const N: usize>(text: &str) -> Option<[u8; N]> {
    STANDARD.decode(text).ok()?.try_into().ok()
}
