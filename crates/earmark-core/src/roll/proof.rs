use std::fmt;

use earmark_tlog::proof::{InclusionProof, ProofError};

use super::line::leaf_of;
use super::{AttestedRoll, LineKey, RollLine};
use crate::id::Party;

/// What a roll says of a party, and the proof of it.
///
/// **What it shows of others.** A present line shows the hashes beside its path: of subtrees, and of one line
/// at most, each over a [sealed](RollLine::sealed) line that nobody can guess. An absence shows the
/// [key](LineKey) and the sealed line of two others: who they are, how often and for how much they are named
/// cannot be learnt from them; who knows a party's id already can find out whether it is one of the two. And
/// it shows, as the roll itself does, how many parties there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RollProof {
    /// The party's one line.
    Present {
        /// The line.
        line: RollLine,
        /// That it is in the roll.
        path: InclusionProof,
    },
    /// The party has no line: the two that would stand beside it stand beside each other.
    Absent {
        /// The line before its place; none at the beginning of the roll.
        before: Option<Neighbour>,
        /// The line after its place; none at the end.
        after: Option<Neighbour>,
    },
}

/// A line of somebody else, of which nothing is shown but where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Neighbour {
    /// Its key.
    pub key: LineKey,
    /// The line, sealed.
    pub sealed: [u8; 32],
    /// That it is in the roll.
    pub path: InclusionProof,
}

impl RollProof {
    /// Checks what the proof says of a party against a roll that the book attests: its line, or none.
    ///
    /// # Errors
    /// [`RollError`], saying what does not fit.
    pub fn check(&self, roll: &AttestedRoll, party: Party) -> Result<Option<RollLine>, RollError> {
        let key = LineKey::of(&roll.salt, party);
        match self {
            Self::Present { line, path } => {
                if line.party != party {
                    return Err(RollError::Party { expected: party, found: line.party });
                }
                if line.events == 0 {
                    return Err(RollError::EmptyLine);
                }
                let furthest = line.last_seq.max(line.events);
                if furthest > roll.closing {
                    return Err(RollError::Beyond { closing: roll.closing, found: furthest });
                }
                check_path(roll, path, key, &line.sealed())?;
                Ok(Some(*line))
            }
            Self::Absent { before, after } => {
                let mut next = 0;
                if let Some(before) = before {
                    check_path(roll, &before.path, before.key, &before.sealed)?;
                    if before.key >= key {
                        return Err(RollError::Order);
                    }
                    next = before.path.index() + 1;
                }
                match after {
                    Some(after) => {
                        check_path(roll, &after.path, after.key, &after.sealed)?;
                        if after.key <= key {
                            return Err(RollError::Order);
                        }
                        if after.path.index() != next {
                            return Err(RollError::Gap {
                                expected: next,
                                found: after.path.index(),
                            });
                        }
                    }
                    None if next != roll.parties => {
                        return Err(RollError::Gap { expected: next, found: roll.parties });
                    }
                    None => {}
                }
                Ok(None)
            }
        }
    }
}

fn check_path(
    roll: &AttestedRoll,
    path: &InclusionProof,
    key: LineKey,
    sealed: &[u8; 32],
) -> Result<(), RollError> {
    if path.size() != roll.parties {
        return Err(RollError::Size { expected: roll.parties, found: path.size() });
    }
    path.verify(leaf_of(key, sealed), roll.root).map_err(RollError::Path)
}

/// Why a proof from a roll proves nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RollError {
    /// The line is of another party.
    Party {
        /// Whose line was asked for.
        expected: Party,
        /// Whose it is.
        found: Party,
    },
    /// A line without events stands in no roll.
    EmptyLine,
    /// The line is of events that the roll cannot count: its last one, or how many there are, is beyond the
    /// closing.
    Beyond {
        /// The event that closed the period.
        closing: u64,
        /// The line's last event, or how many it counts.
        found: u64,
    },
    /// The proof is of a roll of another size.
    Size {
        /// How many lines the attested roll has.
        expected: u64,
        /// How many the proof's has.
        found: u64,
    },
    /// The line is not in the roll.
    Path(ProofError),
    /// A neighbour is not on its side of the party's place.
    Order,
    /// Between the neighbours there is room for a line.
    Gap {
        /// The line that comes next, counted from zero.
        expected: u64,
        /// The line that was shown.
        found: u64,
    },
}

impl fmt::Display for RollError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Party { expected, found } => {
                write!(f, "the line is of party {found}, not of {expected}")
            }
            Self::EmptyLine => {
                f.write_str("the line counts no event, and such a line stands in no roll")
            }
            Self::Beyond { closing, found } => write!(
                f,
                "the line counts event {found}, and the roll is of the events up to {closing}"
            ),
            Self::Size { expected, found } => {
                write!(
                    f,
                    "the proof is of a roll of {found} lines, the attested one has {expected}"
                )
            }
            Self::Path(error) => write!(f, "the line is not in the roll: {error}"),
            Self::Order => {
                f.write_str("a neighbouring line is not on its side of the party's place")
            }
            Self::Gap { expected, found } => write!(
                f,
                "between the neighbouring lines there is room: line {expected} comes next, {found} was shown"
            ),
        }
    }
}

impl std::error::Error for RollError {}
