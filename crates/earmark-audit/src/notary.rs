//! The notary: the part of the agency that signs checkpoints and gathers cosignatures.
//!
//! A signature that was given out is never followed by a signature over another history. So the order is: the
//! book is held against what was signed last, the new checkpoint is signed and kept durably in the archive, and
//! only then do witnesses see it. What they answer is kept before it is given out.
//!
//! Nothing here reads a clock: moments are the caller's.

mod error;
mod files;
mod keys;
mod office;
mod policy_text;
mod witness;

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use earmark_core::id::BookId;
use earmark_core::ledger::AnyBook;
use earmark_core::time::Timestamp;
use earmark_core::tree::BookTree;
use earmark_tlog::checkpoint::{Checkpoint, Cosignature, cosignatures};
use earmark_tlog::note::{KeyName, SignedNote, Signer, VerifierKey};
use earmark_tlog::policy::{Policy, Unbelieved};
use earmark_tlog::proof::ConsistencyProof;
use earmark_tlog::witness::Request;

pub use error::{Missing, NotaryError, Why};
pub use files::{Arrived, FileWitness};
pub use keys::OfficeKey;
pub use office::{Answered, OfficeError, Outcome, WitnessOffice};
pub use policy_text::policy_text;
pub use witness::{Away, Witness};

use crate::archive::{Archive, Held};
use crate::origin::origin;

/// How far a witness's clock may be from the notary's, in seconds.
pub const CLOCK_SKEW_SECONDS: u64 = 3_600;

/// In how many earlier checkpoints it is looked up where a witness is.
const LOOKED_BACK: usize = 64;

/// What happens where too few witnesses have cosigned. There is no default: it decides whether the agency's
/// business waits for others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenAway {
    /// The checkpoint is given out without its quorum, and says who is missing. Whoever has a policy does not
    /// believe it before their cosignatures are joined. A witness that knows another history is not away:
    /// without a quorum of others nothing is given out then.
    GoOn,
    /// The checkpoint is not given out. It stays signed in the archive, so that nothing else can be signed in its
    /// place, and is given out once enough have cosigned.
    Refuse,
}

/// A checkpoint as it is given out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedCheckpoint {
    /// The note: the text, the office's signatures, the cosignatures.
    pub note: SignedNote,
    /// What its text says.
    pub checkpoint: Checkpoint,
    /// Who of the policy's witnesses has seen it, and when.
    pub cosignatures: Vec<Cosignature>,
    /// Whether they are a quorum.
    pub quorum: bool,
    /// Who was asked and has not cosigned this checkpoint, and why.
    pub missing: Vec<Missing>,
}

/// Signs checkpoints of the books of one ledger.
///
/// It holds the office's name and keys, the policy by which others will judge, the witnesses, and the archive, of
/// which it is the one writer.
///
/// ```
/// use earmark_audit::archive::Archive;
/// use earmark_audit::notary::{Notary, OfficeKey, WhenAway, policy_text};
/// use earmark_core::fund::WorkInjury;
/// use earmark_core::id::area;
/// use earmark_core::time::{Timestamp, UtcOffset, day};
/// use earmark_tlog::note::KeyName;
/// use earmark_tlog::policy::Policy;
///
/// # let elsewhere = tempfile::tempdir()?;
/// # let ledger = earmark_testkit::given::ledger_in_memory(&earmark_testkit::clock::HandClock::new());
/// let book = ledger.book::<WorkInjury>(area("320100")?)?;
/// let office = KeyName::new("ledger.funds.example")?;
/// let key = OfficeKey::from_secret([7; 32]); // of a key store: 32 random bytes
/// let logs = [key.verifier(&office, book.id())?];
/// let policy = Policy::parse(policy_text(&logs, &[], 0)?.as_bytes())?;
///
/// let archive = Archive::open(elsewhere.path())?;
/// let notary = Notary::new(office, vec![key], policy, archive, WhenAway::Refuse);
/// let now = Timestamp::start_of(day("2021-07-01")?, UtcOffset::CHINA);
/// let signed = notary.checkpoint(&book, now)?;
/// assert_eq!(signed.checkpoint.origin(), "ledger.funds.example/320100/WORK_INJURY");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Notary {
    office: KeyName,
    keys: Vec<OfficeKey>,
    signers: Vec<Signer>,
    policy: Policy,
    archive: Archive,
    when_away: WhenAway,
    witnesses: Vec<Box<dyn Witness>>,
    /// One checkpoint at a time; and at how many leaves a witness was last heard to be, by its place and log.
    seen: Mutex<HashMap<(usize, KeyName), u64>>,
    /// Up to which of the past checkpoints of a log the book was held against them.
    held: Mutex<HashMap<KeyName, u64>>,
}

impl Notary {
    /// A notary without witnesses yet. It signs with every key: while keys are being changed, with the old and the
    /// new one.
    #[must_use]
    pub fn new(
        office: KeyName,
        keys: Vec<OfficeKey>,
        policy: Policy,
        archive: Archive,
        when_away: WhenAway,
    ) -> Self {
        Self {
            office,
            keys,
            signers: Vec::new(),
            policy,
            archive,
            when_away,
            witnesses: Vec::new(),
            seen: Mutex::default(),
            held: Mutex::default(),
        }
    }

    /// Asks one more witness.
    #[must_use]
    pub fn witness(mut self, witness: impl Witness + 'static) -> Self {
        self.witnesses.push(Box::new(witness));
        self
    }

    /// Signs with one more key the checkpoints of the book whose origin is the key's name.
    #[must_use]
    pub fn signer(mut self, signer: Signer) -> Self {
        self.signers.push(signer);
        self
    }

    /// Where its checkpoints are kept.
    #[must_use]
    pub const fn archive(&self) -> &Archive {
        &self.archive
    }

    /// By what others judge its checkpoints.
    #[must_use]
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The origin of a book's log.
    ///
    /// # Errors
    /// [`NotaryError::Key`] where office and book come to too long a name.
    pub fn origin(&self, book: BookId) -> Result<KeyName, NotaryError> {
        Ok(origin(&self.office, book)?)
    }

    /// Puts the notary's signatures under a text.
    pub(crate) fn sign(&self, book: BookId, note: &mut SignedNote) -> Result<(), NotaryError> {
        let name = self.origin(book)?;
        let own = self.keys.iter().map(|key| key.signer(&self.office, book));
        let own = own.collect::<Result<Vec<_>, _>>()?;
        let mut signed = false;
        for signer in
            own.iter().chain(self.signers.iter().filter(|it| *it.verifier().name() == name))
        {
            signed = true;
            if !note.signatures().iter().any(|it| it.is_of(signer.verifier())) {
                note.sign(signer)?;
            }
        }
        if signed { Ok(()) } else { Err(NotaryError::NoKey { origin: name }) }
    }

    /// Signs the present state of a book, has it cosigned, and gives it out. Where the book has not grown, its
    /// last checkpoint gets fresh cosignatures.
    ///
    /// `now` is the present moment: a cosignature whose time is further from it than
    /// [`CLOCK_SKEW_SECONDS`], or before the last event of the book or the witness's last cosignature, is
    /// refused.
    ///
    /// # Errors
    /// [`NotaryError::RolledBack`] where the book does not extend every checkpoint that is kept of it, and
    /// [`NotaryError::Archive`] where one of them was lost or put back: nothing is signed;
    /// [`NotaryError::Contradicted`] where too few witnesses have cosigned, and one of the others knows another
    /// history; [`NotaryError::NoQuorum`] where too few have cosigned and the notary is set to
    /// [`WhenAway::Refuse`]. Others where the book or the archive cannot be read or written.
    pub fn checkpoint(
        &self,
        book: &AnyBook,
        now: Timestamp,
    ) -> Result<SignedCheckpoint, NotaryError> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let name = self.origin(book.id())?;
        let tree = book.tree()?;
        let span = Span::new(book.head()?.state.recorded_at(), now);
        let held = self.archive.newest(&name)?;
        let extends = match &held {
            Some(held) => {
                self.agrees(&name, &tree)?;
                self.extension(&name, held, &tree)?
            }
            None => ConsistencyProof::from_parts(0, tree.size(), Vec::new())?,
        };
        let again = held.filter(|held| held.checkpoint.size() == tree.size());
        let mut note = match again {
            Some(held) => held.note,
            None => {
                let checkpoint = Checkpoint::new(name.as_str(), tree.size(), tree.root())?;
                SignedNote::unsigned(checkpoint.to_string())?
            }
        };
        self.sign(book.id(), &mut note)?;
        // Before anybody sees it: after a crash from here on, nothing that contradicts it can be signed.
        self.archive.keep_signed(&note, &extends)?;
        let last = self.archive.last(&name)?;
        let mut missing = Vec::new();
        for (place, witness) in self.witnesses.iter().enumerate() {
            let from = match seen.get(&(place, name.clone())) {
                Some(size) => *size,
                None => self.seen_by(witness.key(), &name)?,
            };
            seen.insert((place, name.clone()), from);
            let span = span.after(last.as_ref(), witness.key());
            match self.ask(witness.as_ref(), &tree, &note, from.min(tree.size()), span)? {
                Ok(cosigned) => {
                    note = cosigned;
                    seen.insert((place, name.clone()), tree.size());
                }
                Err(why) => {
                    if let Why::Ahead { size } = why {
                        seen.insert((place, name.clone()), size);
                    }
                    if !note.signatures().iter().any(|it| it.is_of(witness.key())) {
                        missing.push(Missing { witness: witness.key().name().clone(), why });
                    }
                }
            }
        }
        let given = self.judge(note, missing)?;
        let contradicted = given.missing.iter().any(|it| it.why.contradicts());
        if given.quorum || (self.when_away == WhenAway::GoOn && !contradicted) {
            self.archive.keep_given_out(&given.note)?;
            return Ok(given);
        }
        self.archive.keep_joined(&given.note)?;
        let (origin, size) = (name, given.checkpoint.size());
        if contradicted {
            return Err(NotaryError::Contradicted { origin, size, missing: given.missing });
        }
        Err(NotaryError::NoQuorum { origin, size, missing: given.missing })
    }

    /// Joins cosignatures that came later, such as those on paper or in a file, to the checkpoint of a log that
    /// had `size` leaves. Where that makes a quorum for the checkpoint that was signed last, it is given out.
    /// Of two cosignatures of one witness the later one stays, whichever is joined first.
    ///
    /// # Errors
    /// [`NotaryError::NoQuorum`] where they are still too few and the notary is set to [`WhenAway::Refuse`]: the
    /// lines are kept in the archive all the same, and whoever joins several answers goes on with the next.
    ///
    /// [`NotaryError::NotKept`] where the archive has no such checkpoint; [`NotaryError::Witness`] where the
    /// lines are no cosignatures of it by a witness of the policy. Nothing is changed then.
    pub fn join(
        &self,
        origin: &KeyName,
        size: u64,
        lines: &[u8],
        now: Timestamp,
    ) -> Result<SignedCheckpoint, NotaryError> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let held = self.archive.at(origin, size)?;
        let held = held.ok_or_else(|| NotaryError::NotKept { origin: origin.clone(), size })?;
        // It was signed at some time: what its last event says is not known here.
        let span = Span::new(Timestamp::MIN, now);
        let mut note = held.note;
        let mut joined = None;
        for key in self.policy.witnesses() {
            match cosigned(&note, key, lines, span) {
                Ok(more) => {
                    note = more;
                    joined = Some(());
                }
                Err(Why::Silent) => {}
                Err(why) => return Err(refused(key, why)),
            }
        }
        let mut missing = Vec::new();
        for (place, witness) in self.witnesses.iter().enumerate() {
            if note.signatures().iter().any(|it| it.is_of(witness.key())) {
                let known = seen.entry((place, origin.clone())).or_default();
                *known = size.max(*known);
            } else {
                missing.push(not_joined(witness.key()));
            }
        }
        if joined.is_none() {
            return Err(NotaryError::NoLine { origin: origin.clone(), size });
        }
        let given = self.judge(note, missing)?;
        self.archive.keep_joined(&given.note)?;
        let last = self.archive.last(origin)?;
        let newer = last.is_none_or(|last| last.checkpoint.size() < size);
        if given.quorum && newer {
            self.archive.keep_given_out(&given.note)?;
        }
        if given.quorum || self.when_away == WhenAway::GoOn {
            return Ok(given);
        }
        Err(NotaryError::NoQuorum { origin: origin.clone(), size, missing: given.missing })
    }

    /// How large a log was when a witness cosigned it last, by the latest of the checkpoints kept. Where it is
    /// not among them, the witness says itself where it is.
    fn seen_by(&self, key: &VerifierKey, origin: &KeyName) -> Result<u64, NotaryError> {
        let of_key = |held: &Held| held.note.signatures().iter().any(|it| it.is_of(key));
        for held in [self.archive.signed(origin)?, self.archive.last(origin)?].into_iter().flatten()
        {
            if of_key(&held) {
                return Ok(held.checkpoint.size());
            }
        }
        for size in self.archive.past_sizes(origin)?.into_iter().rev().take(LOOKED_BACK) {
            if self.archive.at(origin, size)?.is_some_and(|held| of_key(&held)) {
                return Ok(size);
            }
        }
        Ok(0)
    }

    /// That a book extends the checkpoints that were given out of it. Those before the last are read once.
    fn agrees(&self, origin: &KeyName, tree: &BookTree<'_>) -> Result<(), NotaryError> {
        let mut read = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let from = read.get(origin).copied();
        let past = self.archive.past_sizes(origin)?;
        let newer = past.iter().filter(|size| from.is_none_or(|from| **size > from));
        let past_held = newer.map(|size| self.archive.at_past(origin, *size));
        for held in std::iter::once(self.archive.last(origin)).chain(past_held) {
            let Some(held) = held? else { continue };
            let signed = held.checkpoint;
            let other = || rolled_back(origin, &signed, tree);
            let proof = tree.prove_extends(signed.size())?.ok_or_else(other)?;
            proof.verify(signed.root(), tree.root()).map_err(|_| other())?;
        }
        if let Some(largest) = past.last() {
            read.insert(origin.clone(), *largest);
        }
        Ok(())
    }

    /// That a book extends the checkpoint that was signed of it.
    fn extension(
        &self,
        origin: &KeyName,
        held: &Held,
        tree: &BookTree<'_>,
    ) -> Result<ConsistencyProof, NotaryError> {
        let logs: Vec<_> = self.policy.logs().filter(|key| key.name() == origin).cloned().collect();
        held.note.open(&logs).map_err(|reason| NotaryError::Archived {
            origin: origin.clone(),
            size: held.checkpoint.size(),
            reason,
        })?;
        let signed = &held.checkpoint;
        let other = || rolled_back(origin, signed, tree);
        let proof = tree.prove_extends(signed.size())?.ok_or_else(other)?;
        proof.verify(signed.root(), tree.root()).map_err(|_| other())?;
        Ok(proof)
    }

    /// Asks a witness, and where it is elsewhere than thought, once more from there.
    fn ask(
        &self,
        witness: &dyn Witness,
        tree: &BookTree<'_>,
        note: &SignedNote,
        from: u64,
        span: Span,
    ) -> Result<Result<SignedNote, Why>, NotaryError> {
        let bare = without_cosignatures(note, &self.policy)?;
        let mut from = from;
        let mut again = true;
        loop {
            let Some(proof) = tree.prove_extends(from)? else {
                return Ok(Err(Why::Ahead { size: from }));
            };
            let hashes = proof.hashes().to_vec();
            let request = Request { old_size: from, hashes, note: bare.clone() };
            match witness.cosign(request.to_string().as_bytes()) {
                Ok(lines) => return Ok(cosigned(note, witness.key(), &lines, span)),
                Err(away) => match away.conflict() {
                    Some(size) if again => (from, again) = (size, false),
                    _ => return Ok(Err(Why::Away(away))),
                },
            }
        }
    }

    fn judge(
        &self,
        note: SignedNote,
        missing: Vec<Missing>,
    ) -> Result<SignedCheckpoint, NotaryError> {
        let witnesses: Vec<_> = self.policy.witnesses().cloned().collect();
        let cosignatures = cosignatures(&note, &witnesses)?;
        let checkpoint = Checkpoint::parse(note.text_unverified())?;
        let quorum = match self.policy.believe(&note) {
            Ok(_) => true,
            Err(Unbelieved::NoQuorum { .. }) => false,
            Err(other) => return Err(NotaryError::Policy(other)),
        };
        Ok(SignedCheckpoint { note, checkpoint, cosignatures, quorum, missing })
    }
}

impl std::fmt::Debug for Notary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Notary")
            .field("office", &self.office)
            .field("archive", &self.archive.folder())
            .field("when_away", &self.when_away)
            .finish_non_exhaustive()
    }
}

fn rolled_back(origin: &KeyName, signed: &Checkpoint, tree: &BookTree<'_>) -> NotaryError {
    NotaryError::RolledBack {
        origin: origin.clone(),
        signed: (signed.size(), signed.root()),
        found: (tree.size(), tree.root()),
    }
}

fn refused(key: &VerifierKey, why: Why) -> NotaryError {
    NotaryError::Witness(Missing { witness: key.name().clone(), why })
}

fn not_joined(key: &VerifierKey) -> Missing {
    let reason = "no cosignature of its key is joined yet".to_owned();
    Missing { witness: key.name().clone(), why: Why::Away(Away::NoAnswer { reason }) }
}

/// Between which times a cosignature may be, in seconds since 1970.
#[derive(Clone, Copy, Debug)]
struct Span {
    from: u64,
    to: u64,
}

impl Span {
    const EVER: Self = Self { from: 0, to: u64::MAX };

    fn new(last_event: Timestamp, now: Timestamp) -> Self {
        let now = seconds_of(now);
        // Where the clock was once far ahead, the book's last event is in the future.
        let from = seconds_of(last_event).min(now).saturating_sub(CLOCK_SKEW_SECONDS);
        Self { from, to: now.saturating_add(CLOCK_SKEW_SECONDS) }
    }

    /// No earlier than the witness's last cosignature that was given out.
    fn after(self, last: Option<&Held>, key: &VerifierKey) -> Self {
        let at = last.and_then(|last| cosigned_at(&last.note, key));
        Self { from: self.from.max(at.unwrap_or_default()), ..self }
    }
}

/// Whole seconds since 1970; 0 before.
pub(crate) fn seconds_of(moment: Timestamp) -> u64 {
    u64::try_from(moment.micros().div_euclid(1_000_000)).unwrap_or_default()
}

fn without_cosignatures(note: &SignedNote, policy: &Policy) -> Result<SignedNote, NotaryError> {
    let mut text = format!("{}\n", note.text_unverified());
    for signature in note.signatures() {
        if !policy.witnesses().any(|key| signature.is_of(key)) {
            text.push_str(&format!("{signature}\n"));
        }
    }
    Ok(SignedNote::parse(text.as_bytes())?)
}

/// When a witness has cosigned a note, in seconds since 1970; none where it has not.
fn cosigned_at(note: &SignedNote, key: &VerifierKey) -> Option<u64> {
    let found = cosignatures(note, std::slice::from_ref(key)).ok()?;
    found.first().map(|it| it.at_seconds)
}

/// The note with the cosignature of a witness that stands in its answer, or with the one that it has where that is
/// later. Lines of other keys are ignored, as the protocol wants it.
fn cosigned(
    note: &SignedNote,
    key: &VerifierKey,
    lines: &[u8],
    span: Span,
) -> Result<SignedNote, Why> {
    if lines.is_empty() {
        return Err(Why::Silent);
    }
    let mut bytes = format!("{}\n", note.text_unverified()).into_bytes();
    bytes.extend_from_slice(lines);
    let answer = SignedNote::parse(&bytes).map_err(Why::Answer)?;
    // The text is the note's own: lines that smuggle in more of it change where the signatures begin.
    if answer.text_unverified() != note.text_unverified() {
        return Err(Why::Answer(earmark_tlog::note::NoteError::Text));
    }
    let found = cosignatures(&answer, std::slice::from_ref(key)).map_err(Why::Answer)?;
    let Some(found) = found.first() else { return Err(Why::Silent) };
    if !(span.from..=span.to).contains(&found.at_seconds) {
        return Err(Why::Untimely { at: found.at_seconds, from: span.from, to: span.to });
    }
    // Answers that are files come in any order, and more than once.
    if cosigned_at(note, key).is_some_and(|at| at > found.at_seconds) {
        return Ok(note.clone());
    }
    let mut text = format!("{}\n", note.text_unverified());
    let kept = note.signatures().iter().filter(|it| !it.is_of(key));
    for signature in kept.chain(answer.signatures().iter().filter(|it| it.is_of(key))) {
        text.push_str(&format!("{signature}\n"));
    }
    SignedNote::parse(text.as_bytes()).map_err(Why::Answer)
}
