//! Certificates: what an insured person can prove (权益证明).
//!
//! A certificate is a text file of a few kilobytes. It holds every event of a closed period that names one
//! party, and the proof that these are all: the party's line of the period's [roll](earmark_core::roll), the
//! event that recorded the roll's root, and the proof that this event is in a checkpoint which the agency
//! signed and witnesses cosigned. Or it holds the proof that the roll has no line of the party. Nothing else is
//! needed to check it but a [policy](earmark_tlog::policy), which says whose signatures are believed.
//!
//! `docs/certificate.md` draws the file for those who write a verifier of their own. The library has a
//! second one: [`page`] makes a single HTML file that checks certificates in a browser, without a network.
//!
//! It says what the period held when it was closed. Where it was opened and closed again, a newer certificate says more:
//! the library issues none from a roll that is superseded in the checkpoint, but no verifier can see that one is.
//!
//! What is proved is what the agency has committed itself to. That a roll's root is that of the book's events,
//! whoever replays the book finds out ([`mirror`](crate::mirror), INV-42).

mod entry;
mod error;
mod issue;
mod labels;
pub mod page;
mod statement;
mod text;

pub use entry::{Entry, Flow, PurposeNamed};
pub use error::{CertificateError, IssueError, Part};
pub use issue::Issuer;
pub use statement::{Chinese, Statement};

use earmark_core::fund::{BUILT_IN, FundSpec};
use earmark_core::id::{Area, BookId, Party};
use earmark_core::ledger::AnyBook;
use earmark_core::money::Figure;
use earmark_core::roll::{AttestedRoll, PartyRecord, Roll, RollLine, RollProof};
use earmark_core::time::Period;
use earmark_tlog::leaf_hash;
use earmark_tlog::log_proof::{LogProof, LogProofError};
use earmark_tlog::note::{KeyName, SignedNote};
use earmark_tlog::policy::Policy;

use self::entry::Read;

/// The longest certificate that is read, in bytes.
pub const MAX_CERTIFICATE_BYTES: usize = 1 << 22;

/// What an insured person can prove of a closed period, in one file.
///
/// Its text is `Display`; [`parse`](Self::parse) reads that text and no other. Nothing that it says is to be
/// believed before [`verify`](Self::verify).
///
/// INVARIANT(INV-47): a certificate that verifies is the party's whole statement for the period: no event is
/// missing, added or changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    origin: KeyName,
    area: Area,
    party: Party,
    period: Period,
    /// The first line of the fund's vocabulary.
    fund: String,
    /// Those of its further lines that the records need.
    purposes: Vec<String>,
    proof: RollProof,
    records: Vec<Certified>,
    /// The record of the event that attests the roll.
    attested: Vec<u8>,
    /// What it says.
    roll: AttestedRoll,
    log: LogProof,
}

/// A record of the party.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Certified {
    record: PartyRecord,
    detail: Option<OpenedDetail>,
}

/// What opens the commitment of a personal detail.
#[derive(Clone, Debug, PartialEq, Eq)]
struct OpenedDetail {
    salt: [u8; 32],
    bytes: Vec<u8>,
}

impl Certificate {
    /// Issues the certificate of a party from a book's roll of a closed period, which event `seq` attests, proved
    /// in a signed checkpoint, among whose events it is the newest roll of the period. Who issues many makes one [`Issuer`].
    ///
    /// # Errors
    /// [`IssueError`].
    pub fn issue(
        book: &AnyBook,
        party: Party,
        roll: &Roll,
        seq: u64,
        checkpoint: &SignedNote,
    ) -> Result<Self, IssueError> {
        Issuer::new(book, roll, seq, checkpoint)?.issue(party)
    }

    /// Reads a certificate, strictly: bounded, and one text for each.
    ///
    /// # Errors
    /// [`CertificateError`], with the line or the part.
    pub fn parse(bytes: &[u8]) -> Result<Self, CertificateError> {
        text::parse(bytes)
    }

    /// The party.
    #[must_use]
    pub const fn party(&self) -> Party {
        self.party
    }

    /// The closed period.
    #[must_use]
    pub const fn period(&self) -> Period {
        self.period
    }

    /// The log of the book.
    #[must_use]
    pub const fn origin(&self) -> &KeyName {
        &self.origin
    }

    /// Opens the personal detail that event `seq` bound, so that who reads the certificate sees it. Without it, and
    /// after the detail was erased, the certificate proves the same.
    ///
    /// # Errors
    /// [`CertificateError::NoDetail`] where no record of the certificate with this number binds one;
    /// [`CertificateError::Detail`] where salt and bytes are not what was bound.
    pub fn open_detail(
        &mut self,
        seq: u64,
        salt: [u8; 32],
        bytes: &[u8],
    ) -> Result<(), CertificateError> {
        let none = || CertificateError::NoDetail { seq };
        let held = self.records.iter_mut().find(|it| it.record.seq == seq).ok_or_else(none)?;
        let fits = (1..=text::MAX_DETAIL_BYTES).contains(&bytes.len());
        if !fits || entry::commitment_of(seq, &held.record.record)? != entry::commit(&salt, bytes) {
            return Err(CertificateError::Detail { seq });
        }
        held.detail = Some(OpenedDetail { salt, bytes: bytes.to_vec() });
        Ok(())
    }

    /// Checks everything, and says what is proved: for a book of a built-in fund.
    ///
    /// # Errors
    /// [`CertificateError`], with the part that does not hold.
    pub fn verify(&self, policy: &Policy) -> Result<Statement, CertificateError> {
        self.verify_for(&BUILT_IN, policy)
    }

    /// As [`verify`](Self::verify), for the funds given: a user's own are known by their definition.
    ///
    /// # Errors
    /// As [`verify`](Self::verify).
    pub fn verify_for(
        &self,
        funds: &[&'static FundSpec],
        policy: &Policy,
    ) -> Result<Statement, CertificateError> {
        let fund = self.known_fund(funds)?;
        let believed = self.log.verify(leaf_hash(&self.attested), policy);
        let believed = believed.map_err(|error| match error {
            LogProofError::Proof(error) => CertificateError::NotInLog(error),
            error => CertificateError::Checkpoint(error),
        })?;
        if believed.checkpoint.origin() != self.origin.as_str() {
            return Err(CertificateError::OtherLog {
                expected: self.origin.to_string(),
                found: believed.checkpoint.origin().to_owned(),
            });
        }
        let entries = self.check(fund)?;
        let (entered, left) = match &self.proof {
            RollProof::Present { line, .. } => (line.entered_minor, line.left_minor),
            RollProof::Absent { .. } => (0, 0),
        };
        Ok(Statement {
            book: BookId::new(self.area, fund),
            party: self.party,
            period: self.period,
            closing: self.roll.closing(),
            entries,
            entered: Figure::from_minor(entered, fund.currency()),
            left: Figure::from_minor(left, fund.currency()),
            believed,
        })
    }

    /// The book is named by its log's signed name.
    fn check_origin(&self) -> Result<(), CertificateError> {
        let book = format!("{}/{}", self.area, self.fund_code());
        match self.origin.as_str().strip_suffix(&book) {
            Some(office) if office.len() > 1 && office.ends_with('/') => Ok(()),
            _ => Err(CertificateError::Origin { origin: self.origin.to_string(), book }),
        }
    }

    fn fund_code(&self) -> &str {
        self.fund.split(' ').nth(1).unwrap_or_default()
    }

    fn known_fund(
        &self,
        funds: &[&'static FundSpec],
    ) -> Result<&'static FundSpec, CertificateError> {
        let code = self.fund_code();
        let known = funds.iter().find(|fund| fund.code() == code);
        let fund = *known.ok_or_else(|| CertificateError::Fund { code: code.to_owned() })?;
        let vocabulary = fund.vocabulary();
        let expected = vocabulary.lines().next().unwrap_or_default();
        if self.fund != expected {
            let (expected, found) = (expected.to_owned(), self.fund.clone());
            return Err(CertificateError::FundLine { expected, found });
        }
        Ok(fund)
    }

    /// Checks all but the checkpoint: what is left is whether to believe it.
    fn check(&self, fund: &FundSpec) -> Result<Vec<Entry>, CertificateError> {
        if self.roll.period() != self.period {
            let (expected, found) = (self.period, self.roll.period());
            return Err(CertificateError::OtherPeriod { expected, found });
        }
        let closing = self.roll.closing();
        let attested = self.log.index().saturating_add(1);
        if attested <= closing {
            return Err(CertificateError::BeforeClosing { closing, attested });
        }
        let line = self.proof.check(&self.roll, self.party).map_err(CertificateError::Roll)?;
        let read = self.read(fund)?;
        let purposes = purposes_of(fund, &read);
        if self.purposes != purposes {
            let (expected, found) = (purposes.join("; "), self.purposes.join("; "));
            return Err(CertificateError::Purposes { expected, found });
        }
        self.check_line(line, &read)?;
        read.into_iter()
            .zip(&self.records)
            .map(|(mut read, held)| {
                if let Some(OpenedDetail { salt, bytes }) = &held.detail {
                    read.open(salt, bytes)?;
                }
                Ok(read.entry)
            })
            .collect()
    }

    /// Reads the records: each names the party, counts for the period, and stands in its order.
    fn read(&self, fund: &FundSpec) -> Result<Vec<Read>, CertificateError> {
        let mut read = Vec::with_capacity(self.records.len());
        let mut before = 0;
        for Certified { record: PartyRecord { seq, record }, .. } in &self.records {
            let seq = *seq;
            if seq <= before {
                return Err(CertificateError::Order { seq, before });
            }
            if seq > self.roll.closing() {
                let closing = self.roll.closing();
                return Err(CertificateError::AfterClosing { seq, closing });
            }
            let event = Read::record(fund, seq, record)?;
            if !event.names(self.party) {
                return Err(CertificateError::OtherParty { seq, party: self.party });
            }
            let (day, period) = (event.entry.day, self.period);
            if !period.contains(day) {
                return Err(CertificateError::OtherDay { seq, day, period });
            }
            before = seq;
            read.push(event);
        }
        Ok(read)
    }

    /// Whether the records are those of the line: all of them, and no other.
    fn check_line(&self, line: Option<RollLine>, read: &[Read]) -> Result<(), CertificateError> {
        let mut counted = RollLine::empty(self.party);
        for (read, held) in read.iter().zip(&self.records) {
            let (seq, leaf) = (held.record.seq, leaf_hash(&held.record.record));
            counted
                .count_movement(seq, read.movement, leaf)
                .ok_or(CertificateError::Sum { seq })?;
        }
        let Some(line) = line else {
            return match counted.events {
                0 => Ok(()),
                records => Err(CertificateError::Unexpected { records }),
            };
        };
        let found = counted;
        if line.events != found.events {
            Err(CertificateError::Count { line: line.events, found: found.events })
        } else if line.last_seq != found.last_seq {
            Err(CertificateError::Last { line: line.last_seq, found: found.last_seq })
        } else if line.entered_minor != found.entered_minor {
            let (line, found) = (line.entered_minor, found.entered_minor);
            Err(CertificateError::Entered { line, found })
        } else if line.left_minor != found.left_minor {
            Err(CertificateError::Left { line: line.left_minor, found: found.left_minor })
        } else if line.trail != found.trail {
            Err(CertificateError::Trail { line: line.trail, found: found.trail })
        } else {
            Ok(())
        }
    }

    /// Lists the purposes of the records.
    fn list_purposes(&mut self, fund: &FundSpec) -> Result<(), CertificateError> {
        self.purposes = purposes_of(fund, &self.read(fund)?);
        Ok(())
    }
}

/// Those lines of a fund's vocabulary that name the purposes of events, in its order.
fn purposes_of(fund: &FundSpec, read: &[Read]) -> Vec<String> {
    let vocabulary = fund.vocabulary();
    let named = |line: &&str| {
        read.iter()
            .filter_map(|read| read.purpose)
            .any(|(list, code)| line.split(' ').take(2).eq([list, code.to_string().as_str()]))
    };
    vocabulary.lines().skip(1).filter(named).map(str::to_owned).collect()
}
