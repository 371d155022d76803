use std::collections::BTreeSet;
use std::ops::ControlFlow;

use earmark_core::error::{Fault, FaultKind};
use earmark_core::id::Party;
use earmark_core::ledger::AnyBook;
use earmark_core::roll::{AttestedRoll, PartyRecord, Roll, party_records};
use earmark_core::time::Period;
use earmark_core::tree::ProvedRecord;
use earmark_tlog::checkpoint::Checkpoint;
use earmark_tlog::log_proof::LogProof;
use earmark_tlog::note::{KeyName, SignedNote};

use super::{Certificate, Certified, IssueError};

/// Issues certificates of one roll: what they have in common is looked up and checked once.
#[derive(Clone, Debug)]
pub struct Issuer<'b> {
    book: &'b AnyBook,
    roll: &'b Roll,
    origin: KeyName,
    attested: Vec<u8>,
    log: LogProof,
}

impl<'b> Issuer<'b> {
    /// Prepares certificates of a roll that event `seq` of the book attests, to be proved in a signed
    /// checkpoint of the book's log.
    ///
    /// It is the newest roll of its period among the events of the checkpoint: where the period was opened, closed
    /// and attested again, an earlier roll is proved in a checkpoint from before that, and in no later one. Reads the
    /// book's records from event `seq` to the checkpoint.
    ///
    /// # Errors
    /// [`IssueError`] where the note is no checkpoint of this book, the event does not attest this roll, or a later
    /// one attests a newer roll.
    pub fn new(
        book: &'b AnyBook,
        roll: &'b Roll,
        seq: u64,
        checkpoint: &SignedNote,
    ) -> Result<Self, IssueError> {
        let claimed = Checkpoint::parse(checkpoint.text_unverified())
            .map_err(|error| IssueError::Checkpoint(error.into()))?;
        let other_log = || IssueError::OtherLog {
            origin: claimed.origin().to_owned(),
            book: book.id().to_string(),
        };
        let origin = KeyName::new(claimed.origin()).map_err(|_| other_log())?;
        if !origin.as_str().ends_with(&format!("/{}", book.id())) {
            return Err(other_log());
        }
        let (size, root) = (claimed.size(), claimed.root());
        let other_tree = |found| IssueError::OtherTree { size, claimed: root, found };
        let tree = book.tree()?.at(size)?.ok_or_else(|| other_tree(None))?;
        if tree.root() != root {
            return Err(other_tree(Some(tree.root())));
        }
        let proved = tree.prove(seq)?.ok_or(IssueError::NoEvent { seq, size })?;
        let ProvedRecord { record: attested, proof } = proved;
        if AttestedRoll::of_record(&attested).as_ref() != Ok(roll.attested()) {
            return Err(IssueError::OtherRoll { seq, roll: Box::new(*roll.attested()) });
        }
        let period = roll.attested().period();
        if let Some(by) = attested_since(book, period, seq, size)? {
            return Err(IssueError::Superseded { period, seq, by });
        }
        let log = LogProof::new(proof, checkpoint.clone(), None).map_err(IssueError::Checkpoint)?;
        Ok(Self { book, roll, origin, attested, log })
    }

    /// The certificate of one party. Reads the book's events of the period.
    ///
    /// # Errors
    /// [`IssueError`].
    pub fn issue(&self, party: Party) -> Result<Certificate, IssueError> {
        let mut records = self.records(&BTreeSet::from([party]))?;
        self.of(party, records.remove(&party).unwrap_or_default())
    }

    /// The certificates of several parties, one after the other. Reads the book's events of the period once; holds
    /// the records of all these parties.
    ///
    /// # Errors
    /// [`IssueError`], or as `each` says.
    pub fn issue_all(
        &self,
        parties: &BTreeSet<Party>,
        each: &mut dyn FnMut(Certificate) -> Result<(), IssueError>,
    ) -> Result<(), IssueError> {
        let mut records = self.records(parties)?;
        for party in parties {
            each(self.of(*party, records.remove(party).unwrap_or_default())?)?;
        }
        Ok(())
    }

    fn records(
        &self,
        parties: &BTreeSet<Party>,
    ) -> Result<std::collections::BTreeMap<Party, Vec<PartyRecord>>, IssueError> {
        let attested = self.roll.attested();
        let tree = self.book.tree()?;
        Ok(party_records(&tree, attested.period(), attested.closing(), parties)?)
    }

    fn of(&self, party: Party, records: Vec<PartyRecord>) -> Result<Certificate, IssueError> {
        let fund = self.book.fund();
        let mut certificate = Certificate {
            origin: self.origin.clone(),
            area: self.book.area(),
            party,
            period: self.roll.attested().period(),
            fund: fund.vocabulary().lines().next().unwrap_or_default().to_owned(),
            purposes: Vec::new(),
            proof: self.roll.prove(party),
            records: records.into_iter().map(|record| Certified { record, detail: None }).collect(),
            attested: self.attested.clone(),
            roll: *self.roll.attested(),
            log: self.log.clone(),
        };
        certificate.list_purposes(fund).map_err(IssueError::Unsound)?;
        // Nobody is handed what would be refused, whatever the reason.
        certificate.check(fund).map_err(IssueError::Unsound)?;
        Ok(certificate)
    }
}

/// The last event after `seq`, up to `size`, that attests a roll of the period. What the book attested last of all
/// does not say it: that may be beyond the checkpoint.
fn attested_since(
    book: &AnyBook,
    period: Period,
    seq: u64,
    size: u64,
) -> Result<Option<u64>, Fault> {
    let (id, mut newest) = (book.id(), None);
    if seq >= size {
        return Ok(None);
    }
    book.ledger().store().commits(id, seq + 1, &mut |commit| {
        let frame = commit.open(id)?;
        for (record, at) in frame.records().zip(frame.first_seq()..) {
            if at > size {
                return Ok(ControlFlow::Break(()));
            }
            let record = record.map_err(|error| {
                Fault::new(FaultKind::Damaged, format!("book {id}, event {at}"), error)
            })?;
            // The first commit may begin at or before the event.
            let attested = AttestedRoll::of_record(record.bytes());
            if at > seq && attested.is_ok_and(|roll| roll.period() == period) {
                newest = Some(at);
            }
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(newest)
}
