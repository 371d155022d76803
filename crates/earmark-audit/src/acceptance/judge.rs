use std::collections::VecDeque;
use std::ops::ControlFlow;

use earmark_core::codec::{Content, Record, RecordError, moment_of};
use earmark_core::error::{Fault, FaultKind};
use earmark_core::ledger::AnyBook;
use earmark_core::time::Timestamp;
use earmark_tlog::note::{KeyName, SignedNote};
use earmark_tlog::policy::{Believed, Policy};
use earmark_tlog::{Frontier, leaf_hash};

use super::{Acceptance, JudgeError, digest};
use crate::notary::seconds_of;
use crate::receipt::{Receipt, of_event};

/// What a log says of a promise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It was kept.
    Recorded {
        /// The first of the events.
        first_seq: u64,
        /// The last of the events.
        last_seq: u64,
        /// When they were recorded.
        recorded_at: Timestamp,
    },
    /// It was recorded, and not by its time.
    Late {
        /// The first of the events.
        first_seq: u64,
        /// The last of the events.
        last_seq: u64,
        /// When they were recorded.
        recorded_at: Timestamp,
        /// The promise and the checkpoint.
        evidence: Box<Evidence>,
    },
    /// It is not recorded, and its time is not over, as far as the checkpoint shows.
    NotYet {
        /// By when it will be recorded.
        until: Timestamp,
    },
    /// It is not recorded, and no witness whose cosignature is on the checkpoint saw it before the time was over.
    ///
    /// This is weaker than [`Dropped`](Self::Dropped) and can be refuted: whoever brings the checkpoint chooses which
    /// cosignatures are on it, and an old one may be shown to a witness late. Receipts from a later checkpoint that the
    /// promise was kept refute it: [`Acceptance::is_kept_by`]. Who gave the promise is to be asked for them first.
    Unseen {
        /// The promise and the checkpoint.
        evidence: Box<Evidence>,
    },
    /// It is not recorded, and the log goes on after its time: no receipt can refute that.
    Dropped {
        /// The promise and the checkpoint.
        evidence: Box<Evidence>,
    },
}

/// What a verdict rests on, together with the records of the log. Anybody who has the records comes to the same
/// verdict from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The promise.
    pub acceptance: SignedNote,
    /// The checkpoint, whose whole log does not have what was promised by its time.
    pub checkpoint: SignedNote,
    /// Why the time is over.
    pub passed: Passed,
}

/// What shows that the time of a promise is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Passed {
    /// An event that came after the promise was recorded after its time. As a book's recording times never go back,
    /// nothing after that event can have been recorded in time: nobody needs to be believed.
    Event {
        /// The first such event.
        seq: u64,
        /// When it was recorded.
        recorded_at: Timestamp,
    },
    /// No such event is in the log, and every witness whose cosignature is on the checkpoint saw it after the time was
    /// over. Only [`Verdict::Unseen`] rests on this: a receipt that the promise was kept is stronger.
    Cosigned {
        /// Who saw it first.
        by: KeyName,
        /// When, in seconds since 1970.
        at_seconds: u64,
    },
}

/// Holds a promise against the records of a log up to a checkpoint, one record after the other.
///
/// INVARIANT(INV-45): what was accepted and is not recorded by its time can be proved by whoever holds the
/// acceptance and the log.
///
/// The memory it takes grows with the promise and not with the log.
#[derive(Debug)]
pub struct Judge {
    acceptance: Acceptance,
    notes: (SignedNote, SignedNote),
    believed: Believed,
    frontier: Frontier,
    /// The digests of the last records, as many as are promised.
    run: VecDeque<[u8; 32]>,
    found: Option<(u64, Timestamp)>,
    /// The latest moment of all records so far.
    latest: Timestamp,
    passed: Option<(u64, Timestamp)>,
}

impl Judge {
    /// Begins with a promise and a checkpoint that the policy believes.
    ///
    /// # Errors
    /// [`JudgeError`] where one of them is not to be believed, they are of two logs, or the checkpoint is older than
    /// the promise.
    pub fn new(
        acceptance: &SignedNote,
        checkpoint: &SignedNote,
        policy: &Policy,
    ) -> Result<Self, JudgeError> {
        let notes = (acceptance.clone(), checkpoint.clone());
        let acceptance = Acceptance::open(acceptance, policy)?;
        let believed = policy.believe(checkpoint)?;
        let (accepted, found) = (acceptance.origin.as_str(), believed.checkpoint.origin());
        if accepted != found {
            let (accepted, found) = (accepted.to_owned(), found.to_owned());
            return Err(JudgeError::OtherLog { accepted, found });
        }
        let (size, after) = (believed.checkpoint.size(), acceptance.after);
        if size < after {
            return Err(JudgeError::TooEarly { size, after });
        }
        Ok(Self {
            acceptance,
            notes,
            believed,
            frontier: Frontier::new(),
            run: VecDeque::new(),
            found: None,
            latest: Timestamp::MIN,
            passed: None,
        })
    }

    /// Takes the record of the next event, from the first on.
    ///
    /// # Errors
    /// [`JudgeError::Record`] where the bytes are not one record.
    pub fn push(&mut self, record: &[u8]) -> Result<(), JudgeError> {
        self.frontier.push(leaf_hash(record))?;
        let seq = self.frontier.size();
        let bad = |reason| JudgeError::Record { seq, reason };
        let (record, rest) = Record::split(record).map_err(bad)?;
        if !rest.is_empty() {
            return Err(bad(RecordError::Length { found: record.bytes().len() + rest.len() }));
        }
        self.latest = self.latest.max(moment_of(record).map_err(bad)?);
        // What was there before the promise shows where the clock was then, and not that time went by since.
        if seq <= self.acceptance.after {
            return Ok(());
        }
        if self.latest > self.acceptance.record_by && self.passed.is_none() {
            self.passed = Some((seq, self.latest));
        }
        if self.found.is_some() {
            return Ok(());
        }
        if self.run.len() == self.acceptance.contents.len() {
            self.run.pop_front();
        }
        let content = Content::of_record(record).map_err(bad)?;
        self.run.push_back(digest(&self.acceptance.salt, &content));
        if self.run.iter().eq(self.acceptance.contents.iter()) {
            self.found = Some((seq, self.latest));
        }
        Ok(())
    }

    /// The verdict, once every record of the checkpoint was given.
    ///
    /// # Errors
    /// [`JudgeError::OtherRecords`] where they do not come to the checkpoint's root.
    pub fn finish(self) -> Result<Verdict, JudgeError> {
        let (size, found) = (self.believed.checkpoint.size(), self.frontier.size());
        if found != size || self.frontier.root() != self.believed.checkpoint.root() {
            return Err(JudgeError::OtherRecords { size, found });
        }
        let until = self.acceptance.record_by;
        let evidence = |passed| {
            let (acceptance, checkpoint) = self.notes.clone();
            Box::new(Evidence { acceptance, checkpoint, passed })
        };
        let passed = match self.passed {
            Some((seq, recorded_at)) => Some(Passed::Event { seq, recorded_at }),
            None => self
                .believed
                .cosignatures
                .iter()
                .min_by_key(|it| it.at_seconds)
                .filter(|first| first.at_seconds > seconds_of(until))
                .map(|first| Passed::Cosigned {
                    by: first.by.name().clone(),
                    at_seconds: first.at_seconds,
                }),
        };
        if let Some((last_seq, recorded_at)) = self.found {
            let events = u64::try_from(self.acceptance.events()).unwrap_or(u64::MAX);
            let first_seq = last_seq.saturating_sub(events).saturating_add(1);
            return Ok(match passed {
                Some(passed) if recorded_at > until => {
                    let evidence = evidence(passed);
                    Verdict::Late { first_seq, last_seq, recorded_at, evidence }
                }
                _ => Verdict::Recorded { first_seq, last_seq, recorded_at },
            });
        }
        Ok(match passed {
            Some(passed @ Passed::Event { .. }) => Verdict::Dropped { evidence: evidence(passed) },
            Some(passed @ Passed::Cosigned { .. }) => {
                Verdict::Unseen { evidence: evidence(passed) }
            }
            None => Verdict::NotYet { until },
        })
    }
}

impl Acceptance {
    /// Whether receipts, in the order of their events, prove that the promise was kept: one run of events after its
    /// place, with its contents, recorded by its time. They refute [`Verdict::Unseen`].
    ///
    /// Only where the log's recording times go back, which a replay finds, can this and [`Verdict::Dropped`] both be.
    ///
    /// # Errors
    /// [`JudgeError::Receipt`] where a receipt proves nothing by this policy; [`JudgeError::OtherLog`] where it is of
    /// another log; [`JudgeError::Record`].
    pub fn is_kept_by(&self, receipts: &[Receipt], policy: &Policy) -> Result<bool, JudgeError> {
        let mut kept = receipts.len() == self.contents.len();
        let first = receipts.first().map_or(0, Receipt::seq);
        for ((place, seq), receipt) in (0..).zip(first..).zip(receipts) {
            let believed = receipt.verify(policy)?;
            if believed.checkpoint.origin() != self.origin.as_str() {
                let found = believed.checkpoint.origin().to_owned();
                return Err(JudgeError::OtherLog { accepted: self.origin.to_string(), found });
            }
            let bad = |reason| JudgeError::Record { seq: receipt.seq(), reason };
            let (record, _) = Record::split(receipt.record()).map_err(bad)?;
            kept &= receipt.seq() == seq && seq > self.after;
            kept &= self.promises(place, &Content::of_record(record).map_err(bad)?);
            kept &= moment_of(record).map_err(bad)? <= self.record_by;
        }
        Ok(kept)
    }
}

/// Holds a promise against a book and a checkpoint of it. Where the promise was kept, late or not, the receipts of
/// its events come with the verdict.
///
/// # Errors
/// [`JudgeError`].
pub fn judge_book(
    book: &AnyBook,
    acceptance: &SignedNote,
    checkpoint: &SignedNote,
    policy: &Policy,
) -> Result<(Verdict, Vec<Receipt>), JudgeError> {
    let mut judge = Judge::new(acceptance, checkpoint, policy)?;
    let size = judge.believed.checkpoint.size();
    let id = book.id();
    let mut failed = None;
    book.ledger().store().commits(id, 1, &mut |commit| {
        let frame = commit.open(id)?;
        for (record, seq) in frame.records().zip(frame.first_seq()..) {
            if seq > size {
                return Ok(ControlFlow::Break(()));
            }
            let record = record.map_err(|error| {
                Fault::new(FaultKind::Damaged, format!("book {id}, event {seq}"), error)
            })?;
            if let Err(error) = judge.push(record.bytes()) {
                failed = Some(error);
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    })?;
    if let Some(error) = failed {
        return Err(error);
    }
    let verdict = judge.finish()?;
    let mut receipts = Vec::new();
    if let Verdict::Recorded { first_seq, last_seq, .. }
    | Verdict::Late { first_seq, last_seq, .. } = verdict
    {
        for seq in first_seq..=last_seq {
            receipts.push(of_event(book, seq, checkpoint)?);
        }
    }
    Ok((verdict, receipts))
}
