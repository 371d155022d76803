use std::fmt;

use earmark_core::codec::RecordError;
use earmark_core::error::Fault;
use earmark_core::id::Party;
use earmark_core::roll::{AttestedError, AttestedRoll, RollError};
use earmark_core::time::{Day, Period};
use earmark_tlog::Hash;
use earmark_tlog::log_proof::LogProofError;
use earmark_tlog::proof::ProofError;

/// The part of a certificate that does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Part {
    /// The text is not that of a certificate.
    Form,
    /// Which book it is, and what its purposes are called.
    Fund,
    /// The checkpoint and who signed it.
    Checkpoint,
    /// The event that attests the roll, and that it is in the log.
    Attested,
    /// What the roll says of the party.
    Roll,
    /// The party's records.
    Records,
    /// That the records are those of the line, all of them and no other.
    Line,
    /// Personal details that were opened.
    Detail,
}

impl Part {
    /// Every part, in the order in which they are checked.
    pub const ALL: [Self; 8] = [
        Self::Form,
        Self::Fund,
        Self::Checkpoint,
        Self::Attested,
        Self::Roll,
        Self::Records,
        Self::Line,
        Self::Detail,
    ];

    /// One word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::Fund => "fund",
            Self::Checkpoint => "checkpoint",
            Self::Attested => "attested",
            Self::Roll => "roll",
            Self::Records => "records",
            Self::Line => "line",
            Self::Detail => "detail",
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Why a text is no certificate, or a certificate proves nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[allow(missing_docs)] // the fields are what the message names
pub enum CertificateError {
    /// The file is longer than any that is read.
    TooLong { found: usize },
    /// The file is not UTF-8.
    NotText,
    /// A line is not what stands there in a certificate.
    Line { line: usize, expected: &'static str },
    /// The proof at the end brings along what nothing proves.
    Extra,
    /// The origin is not that of the book.
    Origin { origin: String, book: String },
    /// No fund of this definition is known.
    Fund { code: String },
    /// The definition of the fund is another.
    FundLine { expected: String, found: String },
    /// The purposes listed are not those of the records.
    Purposes { expected: String, found: String },
    /// The proof at the end is none, or its checkpoint is not to be believed.
    Checkpoint(LogProofError),
    /// The checkpoint is of another log.
    OtherLog { expected: String, found: String },
    /// The record of the roll is none.
    Attested(AttestedError),
    /// The record of the roll is not in the log.
    NotInLog(ProofError),
    /// The roll is of another period.
    OtherPeriod { expected: Period, found: Period },
    /// The roll was attested before its period was closed.
    BeforeClosing { closing: u64, attested: u64 },
    /// A path of the roll is none.
    Path(ProofError),
    /// The roll does not say it.
    Roll(RollError),
    /// A record is not that of an event of the fund.
    Record { seq: u64, error: RecordError },
    /// A detail's record is malformed.
    BoundRecord { seq: u64, field: &'static str },
    /// A record does not name the party.
    OtherParty { seq: u64, party: Party },
    /// A record counts for a day outside the period.
    OtherDay { seq: u64, day: Day, period: Period },
    /// Records are not in the order of the book.
    Order { seq: u64, before: u64 },
    /// A record is of an event after the closing.
    AfterClosing { seq: u64, closing: u64 },
    /// Records of a party that the roll does not name.
    Unexpected { records: u64 },
    /// There are more or fewer records than the line counts.
    Count { line: u64, found: u64 },
    /// The last record is of another event than the line's last.
    Last { line: u64, found: u64 },
    /// Another sum came in.
    Entered { line: u128, found: u128 },
    /// Another sum left.
    Left { line: u128, found: u128 },
    /// The records are not those that the line hashes.
    Trail { line: Hash, found: Hash },
    /// A sum does not fit 128 bits.
    Sum { seq: u64 },
    /// A detail stands under a record that binds none.
    NoDetail { seq: u64 },
    /// A detail is not the one that was bound.
    Detail { seq: u64 },
}

impl CertificateError {
    /// Which part does not hold.
    #[must_use]
    pub const fn part(&self) -> Part {
        match self {
            Self::TooLong { .. } | Self::NotText | Self::Line { .. } | Self::Extra => Part::Form,
            Self::Origin { .. }
            | Self::Fund { .. }
            | Self::FundLine { .. }
            | Self::Purposes { .. } => Part::Fund,
            Self::Checkpoint(_) | Self::OtherLog { .. } => Part::Checkpoint,
            Self::Attested(_)
            | Self::NotInLog(_)
            | Self::OtherPeriod { .. }
            | Self::BeforeClosing { .. } => Part::Attested,
            Self::Path(_) | Self::Roll(_) => Part::Roll,
            Self::Record { .. }
            | Self::BoundRecord { .. }
            | Self::OtherParty { .. }
            | Self::OtherDay { .. }
            | Self::Order { .. }
            | Self::AfterClosing { .. } => Part::Records,
            Self::Unexpected { .. }
            | Self::Count { .. }
            | Self::Last { .. }
            | Self::Entered { .. }
            | Self::Left { .. }
            | Self::Trail { .. }
            | Self::Sum { .. } => Part::Line,
            Self::NoDetail { .. } | Self::Detail { .. } => Part::Detail,
        }
    }
}

impl fmt::Display for CertificateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.part())?;
        match self {
            Self::TooLong { found } => write!(
                f,
                "the certificate has {found} bytes; at most {} are read",
                super::MAX_CERTIFICATE_BYTES
            ),
            Self::NotText => f.write_str("the certificate is not UTF-8"),
            Self::Line { line, expected } => write!(f, "line {line}: expected {expected}"),
            Self::Extra => f.write_str("the proof has a line `extra`, which nothing proves"),
            Self::Origin { origin, book } => write!(
                f,
                "the origin `{}` is not that of the book {book}: expected it to end in `/{book}`",
                origin.escape_debug()
            ),
            Self::Fund { code } => {
                write!(f, "the fund `{}` is not known here", code.escape_debug())
            }
            Self::FundLine { expected, found } => write!(
                f,
                "the fund is defined as `{}`; expected `{expected}`",
                found.escape_debug()
            ),
            Self::Purposes { expected, found } => write!(
                f,
                "the purposes listed are `{}`; those of the records are `{}`",
                found.escape_debug(),
                expected.escape_debug()
            ),
            Self::Checkpoint(error) => error.fmt(f),
            Self::OtherLog { expected, found } => write!(
                f,
                "the checkpoint is of the log `{}`, the certificate of `{expected}`",
                found.escape_debug()
            ),
            Self::Attested(error) => error.fmt(f),
            Self::NotInLog(error) => {
                write!(f, "the record of the roll is not in the log: {error}")
            }
            Self::OtherPeriod { expected, found } => write!(
                f,
                "the roll is of {} to {}, the certificate of {} to {}",
                found.first(),
                found.last(),
                expected.first(),
                expected.last()
            ),
            Self::BeforeClosing { closing, attested } => write!(
                f,
                "the roll of the events up to {closing} is attested by event {attested}; expected a \
                 later one"
            ),
            Self::Path(error) => error.fmt(f),
            Self::Roll(error) => error.fmt(f),
            Self::Record { seq, error } => write!(f, "event {seq}: {error}"),
            Self::BoundRecord { seq, field } => {
                write!(f, "event {seq}: the field `{field}` of a bound detail is not well formed")
            }
            Self::OtherParty { seq, party } => {
                write!(f, "event {seq} does not name the party {party}")
            }
            Self::OtherDay { seq, day, period } => write!(
                f,
                "event {seq} counts for {day}, which is not from {} to {}",
                period.first(),
                period.last()
            ),
            Self::Order { seq, before } => {
                write!(f, "event {seq} stands after event {before}")
            }
            Self::AfterClosing { seq, closing } => {
                write!(f, "event {seq} is after event {closing}, which closed the period")
            }
            Self::Unexpected { records } => {
                write!(f, "the roll does not name the party, and {records} records do")
            }
            Self::Count { line, found } => {
                write!(f, "the line counts {line} events, {found} are here")
            }
            Self::Last { line, found } => {
                write!(f, "the line's last event is {line}, the last here is {found}")
            }
            Self::Entered { line, found } => {
                write!(f, "{line} minor units came in by the line, {found} by the records")
            }
            Self::Left { line, found } => {
                write!(f, "{line} minor units left by the line, {found} by the records")
            }
            Self::Trail { line, found } => {
                write!(f, "the line's trail is {line}, that of the records {found}")
            }
            Self::Sum { seq } => write!(f, "the sums at event {seq} are beyond 128 bits"),
            Self::NoDetail { seq } => {
                write!(f, "a detail stands under event {seq}, which binds none")
            }
            Self::Detail { seq } => {
                write!(f, "the detail under event {seq} is not the one that was bound")
            }
        }
    }
}

impl std::error::Error for CertificateError {}

/// Why a certificate is not issued. Nothing is changed by trying.
#[derive(Debug)]
#[non_exhaustive]
#[allow(missing_docs)] // the fields are what the message names
pub enum IssueError {
    /// The store cannot be read, or is damaged.
    Fault(Fault),
    /// The note is not a checkpoint, or none that the record's path leads to.
    Checkpoint(LogProofError),
    /// The checkpoint is of another log than the book's.
    OtherLog { origin: String, book: String },
    /// The checkpoint is not of the book's tree.
    OtherTree { size: u64, claimed: Hash, found: Option<Hash> },
    /// The book or the checkpoint has no such event.
    NoEvent { seq: u64, size: u64 },
    /// The event attests another roll, or none.
    OtherRoll { seq: u64, roll: Box<AttestedRoll> },
    /// Among the events of the checkpoint, a later one attests a newer roll of the period: it was opened and closed again.
    Superseded { period: Period, seq: u64, by: u64 },
    /// The certificate would not verify.
    Unsound(CertificateError),
}

impl fmt::Display for IssueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fault(fault) => fault.fmt(f),
            Self::Checkpoint(error) => error.fmt(f),
            Self::OtherLog { origin, book } => {
                write!(
                    f,
                    "the checkpoint is of the log `{}`, not of the book {book}",
                    origin.escape_debug()
                )
            }
            Self::OtherTree { size, claimed, found: Some(found) } => write!(
                f,
                "the checkpoint claims the root {claimed} for {size} events; the book's is {found}"
            ),
            Self::OtherTree { size, .. } => {
                write!(f, "the checkpoint is of {size} events; the book has fewer")
            }
            Self::NoEvent { seq, size } => {
                write!(f, "there is no event {seq} among the {size} of the checkpoint")
            }
            Self::OtherRoll { seq, roll } => write!(
                f,
                "event {seq} does not attest the roll of {} to {} with the root {}",
                roll.period().first(),
                roll.period().last(),
                roll.root()
            ),
            Self::Superseded { period, seq, by } => write!(
                f,
                "event {by} attests a newer roll of {} to {} than event {seq}",
                period.first(),
                period.last()
            ),
            Self::Unsound(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for IssueError {}

impl From<Fault> for IssueError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}
