//! Receipts: that something is recorded.
//!
//! A receipt is two files: the record of an event, byte for byte, and a proof (C2SP tlog-proof) that leads from it to
//! a checkpoint that was signed. Whoever has them and a policy needs nothing else, and nothing of earmark: the leaf
//! is SHA-256 of a zero byte and the record.

use std::path::{Path, PathBuf};

use earmark_core::codec::{MAX_RECORD_BYTES, Record};
use earmark_core::commit;
use earmark_core::error::Fault;
use earmark_core::ledger::AnyBook;
use earmark_tlog::checkpoint::{Checkpoint, CheckpointError};
use earmark_tlog::leaf_hash;
use earmark_tlog::log_proof::{LogProof, LogProofError, MAX_PROOF_BYTES};
use earmark_tlog::note::SignedNote;
use earmark_tlog::policy::{Believed, Policy};

use crate::folder::{self, FolderError};
use crate::origin::parts_of_text;

/// A record, and the proof that it is in a log.
///
/// ```
/// use earmark_audit::archive::Archive;
/// use earmark_audit::notary::{Notary, OfficeKey, WhenAway, policy_text};
/// use earmark_audit::receipt::{Receipt, of_commit};
/// # use earmark_core::account::TreasuryDeposit;
/// # use earmark_core::command::OpenAccount;
/// # use earmark_core::fund::WorkInjury;
/// # use earmark_core::id::{area, key};
/// # use earmark_core::time::{Timestamp, UtcOffset, day};
/// # use earmark_tlog::note::KeyName;
/// # use earmark_tlog::policy::Policy;
/// # let elsewhere = tempfile::tempdir()?;
/// # let ledger = earmark_testkit::given::ledger_in_memory(&earmark_testkit::clock::HandClock::new());
/// # let book = ledger.book::<WorkInjury>(area("320100")?)?;
/// # let voucher = book.voucher(day("2021-01-01")?, earmark_testkit::given::PAPERS)?;
/// # let office = KeyName::new("ledger.funds.example")?;
/// # let office_key = OfficeKey::from_secret([7; 32]);
/// # let logs = [office_key.verifier(&office, book.id())?];
/// # let policy = Policy::parse(policy_text(&logs, &[], 0)?.as_bytes())?;
/// # let archive = Archive::open(elsewhere.path())?;
/// # let notary = Notary::new(office, vec![office_key], policy.clone(), archive, WhenAway::Refuse);
/// # let now = Timestamp::start_of(day("2021-07-01")?, UtcOffset::CHINA);
/// let commit = book.record(key("open"), &voucher, OpenAccount(TreasuryDeposit))?;
/// let signed = notary.checkpoint(&book, now)?;
/// let receipt = of_commit(&book, &commit, &signed.note)?.remove(0);
///
/// // What the holder keeps, and anybody can check.
/// let (record, proof) = (receipt.record().to_vec(), receipt.proof_file());
/// let held = Receipt::parse(&record, proof.as_bytes())?;
/// held.verify(&policy)?;
/// assert_eq!(held.seq(), commit.last_seq());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    record: Vec<u8>,
    proof: LogProof,
}

/// The receipts of a commit, one for each of its events, against a checkpoint that was signed after it.
///
/// # Errors
/// As [`of_event`].
pub fn of_commit(
    book: &AnyBook,
    commit: &commit::Receipt,
    note: &SignedNote,
) -> Result<Vec<Receipt>, ReceiptError> {
    if commit.book() != book.id() {
        let found = commit.book().to_string();
        return Err(ReceiptError::OtherBook { book: book.id().to_string(), found });
    }
    of_events(book, commit.first_seq()..=commit.last_seq(), note)
}

/// The receipt of one event, against a checkpoint that was signed after it.
///
/// # Errors
/// [`ReceiptError::NotYet`] where the checkpoint was signed before it; [`ReceiptError::OtherBook`] and
/// [`ReceiptError::OtherHistory`] where it is not one of this book; [`ReceiptError::Fault`].
pub fn of_event(book: &AnyBook, seq: u64, note: &SignedNote) -> Result<Receipt, ReceiptError> {
    let mut receipts = of_events(book, seq..=seq, note)?;
    receipts.pop().ok_or(ReceiptError::NotYet { seq, size: 0 })
}

fn of_events(
    book: &AnyBook,
    seqs: std::ops::RangeInclusive<u64>,
    note: &SignedNote,
) -> Result<Vec<Receipt>, ReceiptError> {
    let checkpoint = Checkpoint::parse(note.text_unverified())?;
    let id = book.id();
    if parts_of_text(checkpoint.origin()) != Some((id.area(), id.fund().code())) {
        let found = checkpoint.origin().to_owned();
        return Err(ReceiptError::OtherBook { book: id.to_string(), found });
    }
    let (size, root) = (checkpoint.size(), checkpoint.root());
    let other = || ReceiptError::OtherHistory { book: id.to_string(), size };
    let tree = book.tree()?.at(size)?.ok_or_else(other)?;
    if tree.root() != root {
        return Err(other());
    }
    let mut receipts = Vec::new();
    for seq in seqs {
        let proved = tree.prove(seq)?.ok_or(ReceiptError::NotYet { seq, size })?;
        let proof = LogProof::new(proved.proof, note.clone(), None)?;
        receipts.push(Receipt { record: proved.record, proof });
    }
    Ok(receipts)
}

impl Receipt {
    /// Reads the two files of a receipt, strictly. Nothing is believed before [`verify`](Self::verify).
    ///
    /// # Errors
    /// [`ReceiptError::Record`] and [`ReceiptError::Proof`].
    pub fn parse(record: &[u8], proof: &[u8]) -> Result<Self, ReceiptError> {
        let split = Record::split(record);
        if split.map(|(_, rest)| rest.len()) != Ok(0) {
            return Err(ReceiptError::Record { found: record.len() });
        }
        Ok(Self { record: record.to_vec(), proof: LogProof::parse(proof)? })
    }

    /// The stored bytes of the event.
    #[must_use]
    pub fn record(&self) -> &[u8] {
        &self.record
    }

    /// Which event of the book it claims to be.
    #[must_use]
    pub fn seq(&self) -> u64 {
        self.proof.index().saturating_add(1)
    }

    /// The proof.
    #[must_use]
    pub const fn proof(&self) -> &LogProof {
        &self.proof
    }

    /// The text of the file `.tlog-proof`.
    #[must_use]
    pub fn proof_file(&self) -> String {
        self.proof.to_string()
    }

    /// Whether the record is in a log that the policy believes, as event [`seq`](Self::seq).
    ///
    /// # Errors
    /// [`ReceiptError::Proof`], saying what is wrong.
    pub fn verify(&self, policy: &Policy) -> Result<Believed, ReceiptError> {
        Ok(self.proof.verify(leaf_hash(&self.record), policy)?)
    }

    /// Writes the two files `<seq>.record` and `<seq>.tlog-proof` into a folder, and gives their paths.
    ///
    /// # Errors
    /// [`ReceiptError::Folder`].
    pub fn write(&self, into: impl AsRef<Path>) -> Result<[PathBuf; 2], ReceiptError> {
        folder::make(into.as_ref())?;
        let [record, proof] = paths(into.as_ref(), self.seq());
        folder::put(&record, &self.record)?;
        folder::put(&proof, self.proof_file().as_bytes())?;
        Ok([record, proof])
    }

    /// Reads the two files of an event from a folder; none where one of them is missing.
    ///
    /// # Errors
    /// [`ReceiptError::OtherEvent`] where they are of another event; others as [`parse`](Self::parse).
    pub fn read(from: impl AsRef<Path>, seq: u64) -> Result<Option<Self>, ReceiptError> {
        let [record, proof] = paths(from.as_ref(), seq);
        let record = folder::read(&record, MAX_RECORD_BYTES)?;
        let proof = folder::read(&proof, MAX_PROOF_BYTES)?;
        let (Some(record), Some(proof)) = (record, proof) else { return Ok(None) };
        let receipt = Self::parse(&record, &proof)?;
        if receipt.seq() != seq {
            return Err(ReceiptError::OtherEvent { seq, found: receipt.seq() });
        }
        Ok(Some(receipt))
    }
}

fn paths(folder: &Path, seq: u64) -> [PathBuf; 2] {
    [folder.join(format!("{seq}.record")), folder.join(format!("{seq}.tlog-proof"))]
}

/// Why there is no receipt, or it proves nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[allow(missing_docs)] // the fields are what the message names
pub enum ReceiptError {
    /// The checkpoint was signed before the event was recorded.
    #[error(
        "event {seq} is not among the {size} events of the checkpoint; a later checkpoint proves it"
    )]
    NotYet { seq: u64, size: u64 },
    /// Checkpoint, commit and book are not of one another.
    #[error("expected the book {book}, found `{found}`")]
    OtherBook { book: String, found: String },
    /// The book does not extend the checkpoint.
    #[error("book {book} does not extend the checkpoint of {size} events")]
    OtherHistory { book: String, size: u64 },
    /// The bytes are not one record.
    #[error("the {found} bytes are not the record of one event")]
    Record { found: usize },
    /// The files are of another event.
    #[error("the receipt is of event {found}, expected event {seq}")]
    OtherEvent { seq: u64, found: u64 },
    /// The note is no checkpoint.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The proof is none, or proves nothing.
    #[error(transparent)]
    Proof(#[from] LogProofError),
    /// The files cannot be read or written.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The ledger cannot be read.
    #[error(transparent)]
    Fault(#[from] Fault),
}
