use std::fmt;

use earmark_tlog::{Hash, leaf_hash};
use sha2::{Digest, Sha256};

use crate::event::{Event, Movement};
use crate::id::Party;

/// Under what a party's line stands: SHA-256 over `earmark/roll-key/v1`, a zero byte, the roll's salt and the
/// party's id.
///
/// Two keys are seen by whoever holds a proof of absence. Who does not know the id of a party (16 bytes,
/// made at random) learns nothing from its key; and since the salt differs from roll to roll, the keys of one
/// party in two rolls cannot be told to be of one party. Who knows an id can compute its key: it tells him
/// that this party stands at this place of this roll, and no more.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineKey(pub [u8; 32]);

impl LineKey {
    /// The key of a party in the roll of a salt.
    #[must_use]
    pub fn of(salt: &[u8; 16], party: Party) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(b"earmark/roll-key/v1\0");
        hasher.update(salt);
        hasher.update(party.bytes());
        Self(hasher.finalize().into())
    }
}

/// In hexadecimal.
impl fmt::Display for LineKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Hash(self.0), f)
    }
}

impl fmt::Debug for LineKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What a roll says of one party.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RollLine {
    /// The party.
    pub party: Party,
    /// How many events name it.
    pub events: u64,
    /// The last of them.
    pub last_seq: u64,
    /// What came into the fund by them, in minor units: premiums, and what came back.
    pub entered_minor: u128,
    /// What left the fund by them, in minor units: benefits, refunds, and reversals of what entered.
    pub left_minor: u128,
    /// All of them in their order, with their numbers: begins as 32 zero bytes, and each event makes of it SHA-256
    /// over `earmark/roll-trail/v1`, a zero byte, what it was, the event's number (8 bytes, most significant
    /// first) and the event's leaf hash.
    pub trail: Hash,
}

impl RollLine {
    /// The bytes of a line that is sealed: domain and zero byte, party, events, last event, entered, left, trail.
    const DOMAIN: &'static [u8] = b"earmark/roll-line/v1\0";

    /// The line of a party without events. It stands in no roll.
    #[must_use]
    pub const fn empty(party: Party) -> Self {
        let trail = Hash([0; 32]);
        Self { party, events: 0, last_seq: 0, entered_minor: 0, left_minor: 0, trail }
    }

    /// The party.
    #[must_use]
    pub const fn party(&self) -> Party {
        self.party
    }

    /// Counts the next event of the party, whose leaf has this hash; none where a sum would not fit.
    #[must_use = "none is a refusal"]
    pub fn count(&mut self, event: &Event, leaf: Hash) -> Option<()> {
        self.count_movement(event.seq(), event.fact().movement(), leaf)
    }

    /// As [`count`](Self::count), for an event that is known by what it moves.
    #[must_use = "none is a refusal"]
    pub fn count_movement(
        &mut self,
        seq: u64,
        movement: Option<Movement>,
        leaf: Hash,
    ) -> Option<()> {
        let (mut entered, mut left) = (self.entered_minor, self.left_minor);
        if let Some(movement) = movement {
            let amount = u128::from(movement.amount_minor);
            match (movement.from, movement.to) {
                (None, Some(_)) => entered = entered.checked_add(amount)?,
                (Some(_), None) => left = left.checked_add(amount)?,
                _ => {}
            }
        }
        self.events = self.events.checked_add(1)?;
        self.last_seq = seq;
        (self.entered_minor, self.left_minor) = (entered, left);
        self.trail = trail_after(self.trail, seq, leaf);
        Some(())
    }

    /// What a line shows of itself to those who do not know it: SHA-256 over `earmark/roll-line/v1`, a zero byte,
    /// the party, events, last event (8 bytes each), what entered and left (16 bytes each) and the trail; numbers
    /// most significant byte first.
    ///
    /// It tells nothing of the line: the trail is made of the leaf hashes of the party's events, each over a
    /// nonce of 16 bytes that only who holds the record knows, so that even who knows the party and guesses
    /// every figure has nothing to compare with. Nor does a hash of a path, which is over sealed lines.
    #[must_use]
    pub fn sealed(&self) -> [u8; 32] {
        let mut hasher = Sha256::new();
        hasher.update(Self::DOMAIN);
        hasher.update(self.party.bytes());
        hasher.update(self.events.to_be_bytes());
        hasher.update(self.last_seq.to_be_bytes());
        hasher.update(self.entered_minor.to_be_bytes());
        hasher.update(self.left_minor.to_be_bytes());
        hasher.update(self.trail.0);
        hasher.finalize().into()
    }

    /// The hash of the line's leaf: its key, then the line sealed.
    pub(super) fn leaf_hash(&self, key: LineKey) -> Hash {
        leaf_of(key, &self.sealed())
    }
}

/// A trail with one more event.
fn trail_after(trail: Hash, seq: u64, leaf: Hash) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(b"earmark/roll-trail/v1\0");
    hasher.update(trail.0);
    // A record does not hold its own number; a statement shows it, so the trail binds it.
    hasher.update(seq.to_be_bytes());
    hasher.update(leaf.0);
    Hash(hasher.finalize().into())
}

/// The hash of a leaf of the roll: 32 bytes key, 32 bytes sealed line.
pub(super) fn leaf_of(key: LineKey, sealed: &[u8; 32]) -> Hash {
    let mut leaf = [0; 64];
    let (first, second) = leaf.split_at_mut(32);
    first.copy_from_slice(&key.0);
    second.copy_from_slice(sealed);
    leaf_hash(&leaf)
}
