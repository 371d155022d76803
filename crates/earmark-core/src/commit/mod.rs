//! Commits: what one call records, all of it or nothing.

mod mirror;

use std::sync::Arc;

use earmark_tlog::{Frontier, Hash, leaf_hash};
use serde::Serialize;

use crate::codec::{Frame, FrameWriter, MAX_COMMIT_EVENTS, MAX_FRAME_BYTES, RecordError};
use crate::command::AnyBatch;
use crate::decide::{Decision, Past};
use crate::error::{Conflict, Error, Fault, FaultKind};
use crate::event::{Detail, Recorded};
use crate::id::{BookId, Key};
use crate::rejected::{Rejected, Rule};
use crate::rules::{FundRules, Profile};
use crate::state::State;
use crate::store::Settings;
use crate::time::{Moment, Timestamp};
use crate::tree::CompleteSubtree;

/// Where a book stands: its state, the growing edge of its tree, and the rules it follows.
#[derive(Clone, Debug)]
pub struct Head {
    /// The state that decisions need.
    pub state: State,
    /// The edge of the tree over the book's records.
    pub frontier: Frontier,
    /// The rules that the book follows: those of the profile that
    /// [`Standing::rules_seq`](crate::state::Standing::rules_seq) adopted; none where none was.
    pub rules: Option<Arc<FundRules>>,
}

/// The rules follow from the state and the events.
impl PartialEq for Head {
    fn eq(&self, other: &Self) -> bool {
        self.state == other.state && self.frontier == other.frontier
    }
}

impl Eq for Head {}

impl Head {
    /// The head of a book without events.
    #[must_use]
    pub fn empty(book: BookId) -> Self {
        Self { state: State::empty(book), frontier: Frontier::new(), rules: None }
    }

    /// A head as a store kept it, with the rules that its profile's event adopted.
    ///
    /// # Errors
    /// [`FaultKind::Damaged`] where the event that the state names adopts no profile of this book.
    pub fn load(state: State, frontier: Frontier, past: &impl Past) -> Result<Self, Fault> {
        let rules = rules_of(&state, past)?;
        Ok(Self { state, frontier, rules })
    }
}

/// The rules that a state names by the event that adopted them.
fn rules_of(state: &State, past: &impl Past) -> Result<Option<Arc<FundRules>>, Fault> {
    let (book, seq) = (state.book(), state.standing().rules_seq);
    if seq == 0 {
        return Ok(None);
    }
    let damaged = |what: &dyn std::fmt::Display| {
        Fault::new(FaultKind::Damaged, format!("book {book}, event {seq}"), what)
    };
    let event = past.event(seq)?;
    let text = event.as_ref().and_then(|event| match event.fact().detail() {
        Detail::Profile(text) => Some(text),
        _ => None,
    });
    let text = text.ok_or_else(|| damaged(&"the head follows its profile, and it has none"))?;
    let profile = Profile::parse(text).map_err(|error| damaged(&error))?;
    Ok(Some(Arc::new(profile.for_fund(book.fund()))))
}

/// What is asked of a store: commands for one book, or for several books of one fund, recorded
/// together or not at all.
#[derive(Clone, Debug)]
pub struct Proposal {
    parts: Vec<Part>,
    now: Timestamp,
}

/// One book's share of a proposal.
#[derive(Clone, Debug)]
pub struct Part {
    /// The book.
    pub book: BookId,
    /// The idempotency key within the book.
    pub key: Key,
    /// The last sequence number the caller has seen, where it insists on it.
    pub expected_seq: Option<u64>,
    /// The commands.
    pub batch: AnyBatch,
}

impl Proposal {
    /// A proposal for one book, made at a moment.
    #[must_use]
    pub fn new(part: Part, now: Timestamp) -> Self {
        Self { parts: vec![part], now }
    }

    /// A proposal for several books of one fund.
    ///
    /// # Errors
    /// [`Rejected`] where the parts are of several funds (there is no door between funds), or a book
    /// has two parts.
    pub fn joint(parts: Vec<Part>, now: Timestamp) -> Result<Self, Rejected> {
        let [first, others @ ..] = parts.as_slice() else {
            return Ok(Self { parts, now });
        };
        {
            // INVARIANT(INV-01): one commit is of one fund.
            let funds =
                others.iter().find(|part| part.book.fund().code() != first.book.fund().code());
            if let Some(other) = funds {
                let reason =
                    format!("one commit would record in books {} and {}", first.book, other.book);
                return Err(Rejected::new(Rule::SameBook, first.book, reason));
            }
            for (index, part) in parts.iter().enumerate() {
                if parts.iter().skip(index + 1).any(|other| other.book == part.book) {
                    let reason = "one commit has two parts for this book";
                    return Err(Rejected::new(Rule::CommitSize, part.book, reason));
                }
            }
        }
        mirror::check(&parts)?;
        Ok(Self { parts, now })
    }

    /// The parts in their order.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// When it was made.
    #[must_use]
    pub const fn now(&self) -> Timestamp {
        self.now
    }

    /// How many events it would record.
    #[must_use]
    pub fn events(&self) -> usize {
        self.parts.iter().map(|part| part.batch.drafts().len()).sum()
    }
}

/// The acknowledgement of one book's share: it is durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Receipt {
    pub(crate) book: BookId,
    pub(crate) first_seq: u64,
    pub(crate) count: u32,
    pub(crate) recorded_at: Timestamp,
    #[serde(serialize_with = "hexadecimal")]
    pub(crate) root: Hash,
    pub(crate) repeated: bool,
}

pub(crate) fn hexadecimal<S: serde::Serializer>(
    hash: &Hash,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_str(hash)
}

impl Receipt {
    /// The receipt of a commit that a store has kept.
    ///
    /// # Errors
    /// [`Fault`] where the frame is not readable.
    pub fn of_stored(book: BookId, frame: &[u8], root: Hash) -> Result<Self, Fault> {
        let frame =
            Frame::parse(frame).map_err(|error| Fault::new(FaultKind::Damaged, book, error))?;
        if frame.book() != book.digest() {
            return Err(Fault::new(FaultKind::Damaged, book, "the frame is of another book"));
        }
        Ok(Self {
            book,
            first_seq: frame.first_seq(),
            count: frame.count(),
            recorded_at: frame.recorded_at(),
            root,
            repeated: true,
        })
    }

    /// The book.
    #[must_use]
    pub const fn book(&self) -> BookId {
        self.book
    }

    /// The sequence number of the first event.
    #[must_use]
    pub const fn first_seq(&self) -> u64 {
        self.first_seq
    }

    /// The sequence number of the last event.
    #[must_use]
    pub fn last_seq(&self) -> u64 {
        self.first_seq + u64::from(self.count) - 1
    }

    /// How many events were recorded.
    #[must_use]
    pub const fn count(&self) -> u32 {
        self.count
    }

    /// When they were recorded.
    #[must_use]
    pub const fn recorded_at(&self) -> Timestamp {
        self.recorded_at
    }

    /// The root of the book's tree after the commit.
    #[must_use]
    pub const fn root(&self) -> Hash {
        self.root
    }

    /// Whether the commit was recorded by an earlier call under the same key.
    #[must_use]
    pub const fn repeated(&self) -> bool {
        self.repeated
    }
}

/// A commit decided, encoded and hashed, ready for a store to write. Nothing is durable yet.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Prepared {
    /// The events, for projections kept in the same transaction.
    pub events: Vec<Recorded>,
    /// The bytes of the commit.
    pub frame: Vec<u8>,
    /// The idempotency key.
    pub key: Key,
    /// Where the book stands after it.
    pub head: Head,
    /// Texts registered by it, with their numbers.
    pub texts: Vec<(u32, Box<str>)>,
    /// Events taken back by it, and by how many minor units more (or, negative, less).
    pub corrected: Vec<(u64, i64)>,
    /// The subtrees of the book's tree that it completes, of the levels that are kept: 4, 8, 12 …. Within a
    /// level in the order of their numbers, which go on from those of the commit before.
    pub subtrees: Vec<CompleteSubtree>,
    /// The acknowledgement to give once the commit is durable.
    pub receipt: Receipt,
}

/// Decides on one book's share of a proposal and prepares its bytes. Every store records through
/// this function, so that no store can skip a rule.
///
/// # Errors
/// [`Error::Rejected`] where a rule says no, [`Error::Conflict`] where the book is not where the
/// caller expects it, [`Error::Fault`] where the past cannot be read. The head is unchanged.
pub fn prepare(
    head: &Head,
    part: &Part,
    now: Moment,
    settings: &Settings,
    past: &impl Past,
) -> Result<Prepared, Error> {
    let book = part.book;
    let state = head.state;
    if let Some(expected) = part.expected_seq
        && expected != state.seq()
    {
        return Err(Conflict { book, expected, found: state.seq() }.into());
    }
    // INVARIANT(INV-01): commands of one fund are not recorded in a book of another.
    if part.batch.fund() != book.fund() {
        let reason = format!("the commands are of the fund `{}`", part.batch.fund().code());
        return Err(Rejected::new(Rule::SameBook, book, reason).into());
    }
    let drafts = part.batch.drafts();
    if drafts.is_empty() || drafts.len() > MAX_COMMIT_EVENTS {
        return Err(too_large(book, drafts.len()).into());
    }
    let mut decision = Decision::new(state, head.rules.clone(), now);
    let recorded_at = now.at.max(state.recorded_at());
    let first_seq = state.seq() + 1;
    let mut frame = FrameWriter::new(book.digest(), first_seq, recorded_at, part.key, drafts.len());
    let mut frontier = head.frontier.clone();
    // INVARIANT(INV-17): INVARIANT(INV-18): each record, with the nonce of its place, is the next leaf.
    let mut nonces = settings.secret.nonces(book);
    let mut texts = Vec::new();
    let mut subtrees = Vec::new();
    let mut events = Vec::with_capacity(drafts.len());
    for (index, draft) in drafts.iter().enumerate() {
        // Numbers of texts mean something else in another ledger.
        if !draft.origin.ledger.is_only(settings.id) {
            let reason = "its voucher or texts are of another ledger";
            return Err(Rejected::new(Rule::SameBook, book, reason).at(index).into());
        }
        let event = decision.admit(draft, past)?;
        // INVARIANT(INV-42): the ledger derives the salt; the decision has no secret.
        if let Detail::Roll(roll) = event.fact().detail()
            && roll.salt() != settings.secret.roll_salt(book, roll.closing())
        {
            let reason =
                "the salt of the roll is not the one that the ledger derives for its closing";
            return Err(Rejected::new(Rule::RollFits, book, reason).at(index).into());
        }
        let record = frame.push(&event, &nonces.nonce(event.seq()));
        let kept = |level, index, hash| subtrees.extend(CompleteSubtree::kept(level, index, hash));
        frontier
            .push_with(leaf_hash(record), kept)
            .map_err(|error| Rejected::new(Rule::Range, book, error.to_string()))?;
        if let Detail::Text { number, text } = event.fact().detail() {
            texts.push((*number, text.clone()));
        }
        events.push(Recorded::new(book, event));
    }
    if frame.len() > MAX_FRAME_BYTES {
        return Err(too_large(book, drafts.len()).into());
    }
    let receipt = Receipt {
        book,
        first_seq,
        count: u32::try_from(drafts.len()).unwrap_or(u32::MAX),
        recorded_at,
        root: frontier.root(),
        repeated: false,
    };
    Ok(Prepared {
        events,
        frame: frame.finish(),
        key: part.key,
        head: Head { state: *decision.state(), frontier, rules: decision.rules().cloned() },
        texts,
        corrected: decision.corrected().iter().map(|(seq, amount)| (*seq, *amount)).collect(),
        subtrees,
        receipt,
    })
}

fn too_large(book: BookId, events: usize) -> Rejected {
    Rejected::new(
        Rule::CommitSize,
        book,
        format!(
            "the commit has {events} events; a commit has 1 to {MAX_COMMIT_EVENTS} events in at \
             most {MAX_FRAME_BYTES} bytes"
        ),
    )
}

/// Answers a proposal whose key was used before: the first receipt where the content is the same.
///
/// INVARIANT(INV-07): a key stands for one content.
///
/// # Errors
/// [`Error::Rejected`] where the content differs, [`Error::Fault`] where the stored commit cannot be
/// read.
pub fn repeat(part: &Part, stored: &[u8], root: Hash) -> Result<Receipt, Error> {
    let book = part.book;
    let receipt = Receipt::of_stored(book, stored, root)?;
    let damaged = |error: RecordError| Fault::new(FaultKind::Damaged, book, error);
    let frame =
        Frame::parse(stored).map_err(|error| Fault::new(FaultKind::Damaged, book, error))?;
    let drafts = part.batch.drafts();
    let mut same = drafts.len() == usize::try_from(frame.count()).unwrap_or(usize::MAX);
    for ((record, seq), draft) in frame.records().zip(frame.first_seq()..).zip(drafts) {
        let event = record.and_then(|record| record.decode(book.fund(), seq)).map_err(damaged)?;
        same &= event.fact == draft.fact && event.voucher == draft.voucher;
    }
    if same {
        return Ok(receipt);
    }
    Err(Rejected::new(
        Rule::KeyFresh,
        book,
        format!(
            "key {} was used at {} for other content: {} {}",
            part.key,
            receipt.recorded_at,
            if receipt.count == 1 { "event" } else { "events" },
            if receipt.count == 1 {
                receipt.first_seq.to_string()
            } else {
                format!("{} to {}", receipt.first_seq, receipt.last_seq())
            }
        ),
    )
    .into())
}

/// The refusal of a proposal of which some books have recorded the key and others have not.
#[must_use]
pub fn half_repeated(book: BookId) -> Rejected {
    let reason = "the key was used before in some books of this commit and not in others";
    Rejected::new(Rule::KeyFresh, book, reason)
}
