//! Whom to believe: a file that names logs, witnesses, and how many of them must have signed (C2SP
//! tlog-policy).

use std::collections::HashMap;
use std::fmt;

use crate::checkpoint::{Checkpoint, CheckpointError, Cosignature, cosignatures, signed_by};
use crate::note::{Algorithm, KeyError, KeyName, NoteError, SignedNote, VerifierKey};

/// The longest policy file that is read, in bytes.
pub const MAX_POLICY_BYTES: usize = 1 << 16;

/// Which checkpoints are valid: signed by one of the logs, and cosigned by a quorum of witnesses.
///
/// ```
/// use earmark_tlog::policy::Policy;
///
/// let policy = Policy::parse(
///     b"log example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k\n\
///       quorum none\n",
/// )?;
/// assert_eq!(policy.logs().count(), 1);
/// # Ok::<(), earmark_tlog::policy::PolicyError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    logs: Vec<VerifierKey>,
    witnesses: Vec<VerifierKey>,
    members: Vec<Member>,
    /// None where no witness is asked for.
    quorum: Option<usize>,
}

/// What a name of a policy stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Member {
    /// A witness, by its place.
    Witness(usize),
    /// Members defined before, and how many of them are enough.
    Group { needs: usize, of: Vec<usize> },
}

impl Policy {
    /// Reads a policy file.
    ///
    /// # Errors
    /// [`PolicyError`], with the line.
    pub fn parse(bytes: &[u8]) -> Result<Self, PolicyError> {
        let error = |line, reason| PolicyError { line, reason };
        if bytes.len() > MAX_POLICY_BYTES {
            return Err(error(0, PolicyReason::TooLong { found: bytes.len() }));
        }
        let body = match bytes.split_last() {
            None | Some((b'\n', _)) => bytes,
            Some(_) => return Err(error(0, PolicyReason::NoNewline)),
        };
        let mut reading = Reading::default();
        for (number, line) in (1..).zip(body.split(|byte| *byte == b'\n')) {
            reading.line(line).map_err(|reason| error(number, reason))?;
        }
        let Reading { logs, witnesses, members, quorum, .. } = reading;
        let quorum = quorum.ok_or(error(0, PolicyReason::NoQuorum))?;
        Ok(Self { logs, witnesses, members, quorum })
    }

    /// The keys of the logs.
    pub fn logs(&self) -> impl Iterator<Item = &VerifierKey> {
        self.logs.iter()
    }

    /// The keys of the witnesses.
    pub fn witnesses(&self) -> impl Iterator<Item = &VerifierKey> {
        self.witnesses.iter()
    }

    /// Whether the note is a checkpoint that is to be believed.
    ///
    /// # Errors
    /// [`Unbelieved`], saying why not.
    pub fn believe(&self, note: &SignedNote) -> Result<Believed, Unbelieved> {
        let checkpoint = Checkpoint::parse(note.text_unverified())?;
        let of_origin: Vec<_> = self
            .logs
            .iter()
            .filter(|key| key.name().as_str() == checkpoint.origin())
            .cloned()
            .collect();
        if of_origin.is_empty() {
            return Err(Unbelieved::UnknownLog { origin: checkpoint.origin().to_owned() });
        }
        signed_by(note, &of_origin)?;
        let cosignatures = cosignatures(note, &self.witnesses)?;
        let signed = |witness: &VerifierKey| cosignatures.iter().any(|it| it.by == *witness);
        if self.quorum.is_none_or(|quorum| self.holds(quorum, &signed)) {
            return Ok(Believed { checkpoint, cosignatures });
        }
        let by = cosignatures.into_iter().map(|it| it.by.name().clone()).collect();
        Err(Unbelieved::NoQuorum { by })
    }

    /// Members refer only to members before them, so that this ends.
    fn holds(&self, member: usize, signed: &impl Fn(&VerifierKey) -> bool) -> bool {
        match self.members.get(member) {
            Some(Member::Witness(place)) => self.witnesses.get(*place).is_some_and(signed),
            Some(Member::Group { needs, of }) => {
                of.iter().filter(|member| self.holds(**member, signed)).count() >= *needs
            }
            None => false,
        }
    }
}

/// A policy as far as it was read.
#[derive(Default)]
struct Reading {
    logs: Vec<VerifierKey>,
    witnesses: Vec<VerifierKey>,
    members: Vec<Member>,
    names: HashMap<Vec<u8>, usize>,
    /// Members that are of a group already: each counts once.
    grouped: Vec<usize>,
    quorum: Option<Option<usize>>,
}

impl Reading {
    fn line(&mut self, line: &[u8]) -> Result<(), PolicyReason> {
        if line.iter().any(|byte| (*byte < b' ' && *byte != b'\t') || *byte == 0x7f) {
            return Err(PolicyReason::Control);
        }
        let mut words =
            line.split(|byte| matches!(byte, b' ' | b'\t')).filter(|word| !word.is_empty());
        let Some(first) = words.next() else { return Ok(()) };
        let words: Vec<_> = words.collect();
        match (first, &words[..]) {
            ([b'#', ..], _) => Ok(()),
            (b"log", [key] | [key, _]) => {
                let key = key_of(key, Algorithm::signs_checkpoints)?;
                push_new(&mut self.logs, key)
            }
            (b"witness", [name, key] | [name, key, _]) => {
                let key = key_of(key, Algorithm::cosigns)?;
                let place = self.witnesses.len();
                push_new(&mut self.witnesses, key)?;
                self.define(name, Member::Witness(place))
            }
            (b"group", [name, needs, of @ ..]) if !of.is_empty() => self.group(name, needs, of),
            (b"quorum", [name]) => {
                if self.quorum.is_some() {
                    return Err(PolicyReason::QuorumTwice);
                }
                let none = *name == b"none";
                self.quorum = Some(if none { None } else { Some(self.member(name)?) });
                Ok(())
            }
            _ => Err(PolicyReason::Form),
        }
    }

    fn group(&mut self, name: &[u8], needs: &[u8], of: &[&[u8]]) -> Result<(), PolicyReason> {
        let needs = match needs {
            b"all" => of.len(),
            b"any" => 1,
            digits => std::str::from_utf8(digits)
                .ok()
                .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))
                .and_then(|text| text.parse().ok())
                .filter(|needs| (1..=of.len()).contains(needs))
                .ok_or(PolicyReason::Threshold { members: of.len() })?,
        };
        let mut members = Vec::new();
        for name in of {
            let member = self.member(name)?;
            if self.grouped.contains(&member) {
                return Err(PolicyReason::GroupedTwice { name: shown(name) });
            }
            self.grouped.push(member);
            members.push(member);
        }
        self.define(name, Member::Group { needs, of: members })
    }

    fn member(&self, name: &[u8]) -> Result<usize, PolicyReason> {
        self.names.get(name).copied().ok_or_else(|| PolicyReason::Undefined { name: shown(name) })
    }

    fn define(&mut self, name: &[u8], member: Member) -> Result<(), PolicyReason> {
        if name == b"none" || self.names.contains_key(name) {
            return Err(PolicyReason::DefinedTwice { name: shown(name) });
        }
        self.names.insert(name.to_vec(), self.members.len());
        self.members.push(member);
        Ok(())
    }
}

fn key_of(word: &[u8], fits: fn(Algorithm) -> bool) -> Result<VerifierKey, PolicyReason> {
    let text = std::str::from_utf8(word).map_err(|_| PolicyReason::Key(KeyError::Form))?;
    let key: VerifierKey = text.parse().map_err(PolicyReason::Key)?;
    if fits(key.algorithm()) {
        Ok(key)
    } else {
        Err(PolicyReason::OtherAlgorithm { name: key.name().clone() })
    }
}

/// The same public key under two names would count twice.
fn push_new(keys: &mut Vec<VerifierKey>, key: VerifierKey) -> Result<(), PolicyReason> {
    if keys.iter().any(|held| held.public() == key.public()) {
        return Err(PolicyReason::KeyTwice { name: key.name().clone() });
    }
    keys.push(key);
    Ok(())
}

fn shown(name: &[u8]) -> String {
    String::from_utf8_lossy(name).escape_debug().to_string()
}

/// A checkpoint that a policy believes, and who of its witnesses has seen it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Believed {
    /// The checkpoint.
    pub checkpoint: Checkpoint,
    /// The cosignatures of witnesses that the policy names.
    pub cosignatures: Vec<Cosignature>,
}

/// Why a policy does not believe a note.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unbelieved {
    /// The text is not a checkpoint.
    Checkpoint(CheckpointError),
    /// The policy knows no log of this name.
    UnknownLog {
        /// The name.
        origin: String,
    },
    /// A signature is missing or wrong.
    Note(NoteError),
    /// Too few witnesses have signed.
    NoQuorum {
        /// Those who have.
        by: Vec<KeyName>,
    },
}

impl From<CheckpointError> for Unbelieved {
    fn from(error: CheckpointError) -> Self {
        Self::Checkpoint(error)
    }
}

impl From<NoteError> for Unbelieved {
    fn from(error: NoteError) -> Self {
        Self::Note(error)
    }
}

impl fmt::Display for Unbelieved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Checkpoint(error) => error.fmt(f),
            Self::UnknownLog { origin } => {
                write!(f, "the policy knows no log `{}`", origin.escape_debug())
            }
            Self::Note(error) => error.fmt(f),
            Self::NoQuorum { by } if by.is_empty() => {
                f.write_str("no witness of the policy has cosigned the checkpoint")
            }
            Self::NoQuorum { by } => {
                let names: Vec<_> = by.iter().map(KeyName::as_str).collect();
                write!(f, "the checkpoint is cosigned by {} only: not a quorum", names.join(", "))
            }
        }
    }
}

impl std::error::Error for Unbelieved {}

/// What is wrong with a policy file, and in which line (0: in the file as a whole).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyError {
    /// The line, counted from one.
    pub line: usize,
    /// What is wrong there.
    pub reason: PolicyReason,
}

/// What is wrong with a line of a policy file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[allow(missing_docs)] // the fields are what the message names
pub enum PolicyReason {
    /// The file is longer than any that is read.
    TooLong { found: usize },
    /// The last line does not end in a newline.
    NoNewline,
    /// A control character other than tab and newline.
    Control,
    /// Not one of the lines that a policy has.
    Form,
    /// Not a key.
    Key(KeyError),
    /// A key for something else.
    OtherAlgorithm { name: KeyName },
    /// The same public key before.
    KeyTwice { name: KeyName },
    /// A name that was defined before, or `none`.
    DefinedTwice { name: String },
    /// A name that no line before defines.
    Undefined { name: String },
    /// A member of two groups, or of one twice.
    GroupedTwice { name: String },
    /// A number of members that the group does not have.
    Threshold { members: usize },
    /// A second quorum.
    QuorumTwice,
    /// No quorum in the whole file.
    NoQuorum,
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(f, "line {} of the policy: ", self.line)?;
        }
        match &self.reason {
            PolicyReason::TooLong { found } => {
                write!(f, "the policy has {found} bytes; at most {MAX_POLICY_BYTES} are read")
            }
            PolicyReason::NoNewline => f.write_str("the last line of the policy has no newline"),
            PolicyReason::Control => f.write_str("a control character"),
            PolicyReason::Form => f.write_str(
                "expected `log <key> [<url>]`, `witness <name> <key> [<url>]`, `group <name> \
                 all|any|<k> <name>...` or `quorum <name>`",
            ),
            PolicyReason::Key(error) => error.fmt(f),
            PolicyReason::OtherAlgorithm { name } => {
                write!(f, "the key `{name}` is not for what this line names")
            }
            PolicyReason::KeyTwice { name } => {
                write!(f, "the public key of `{name}` was named before")
            }
            PolicyReason::DefinedTwice { name } => write!(f, "the name `{name}` is taken"),
            PolicyReason::Undefined { name } => {
                write!(f, "`{name}` is no witness or group of a line before")
            }
            PolicyReason::GroupedTwice { name } => {
                write!(f, "`{name}` is a member already; each counts once")
            }
            PolicyReason::Threshold { members } => {
                write!(f, "expected `all`, `any` or a number from 1 to {members}")
            }
            PolicyReason::QuorumTwice => f.write_str("the quorum was named before"),
            PolicyReason::NoQuorum => f.write_str("the policy names no quorum"),
        }
    }
}

impl std::error::Error for PolicyError {}
