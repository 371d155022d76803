//! Replays one book from its first byte: decoding, hashing and deciding again, commit after commit.
//!
//! [`verify`](mod@crate::verify) replays what a store keeps. Whoever holds the commits of a book elsewhere, an
//! auditor or a mirror, replays them in the same way, without the ledger's secret.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;

use earmark_tlog::{Hash, leaf_hash};

use crate::codec::{Frame, Record};
use crate::command::{Draft, Origin};
use crate::commit::Head;
use crate::decide::{Decision, Past};
use crate::error::{Fault, FaultKind};
use crate::event::{Detail, Event, PurposeList, Recorded};
use crate::id::{BookId, LeafNonces, LedgerSecret};
use crate::projection::{AnyProjection, Attached, Projection, TotalKey, Totals};
use crate::register::Registers;
use crate::report::{Balances, Statement};
use crate::roll::{AttestedRoll, RollFold, closed_by};
use crate::store::{decode_total, find_event};
use crate::time::{Day, Moment, Period, UtcOffset};

/// What was recorded before, from whoever holds it. Only what takes an event back and what attests a roll asks.
pub trait Earlier {
    /// The event of an earlier commit by its sequence number; none where there is none.
    ///
    /// # Errors
    /// [`Fault`] where it cannot be read.
    fn event(&self, seq: u64) -> Result<Option<Event>, Fault>;

    /// Gives the stored bytes of the events of earlier commits from `first` to `last`, both included, in their
    /// order.
    ///
    /// # Errors
    /// [`Fault`] where they cannot be read, or as `each` says.
    fn records(
        &self,
        first: u64,
        last: u64,
        each: &mut dyn FnMut(&[u8]) -> Result<(), Fault>,
    ) -> Result<(), Fault>;
}

/// One book, played again from its first event as far as it was given.
///
/// It keeps what decisions look up (texts, what was taken back, registers and totals) and no event.
///
/// ```
/// use std::ops::ControlFlow;
///
/// use earmark_core::replay::Replay;
/// use earmark_core::store::{MemoryStore, Settings, Store, StorePast};
/// # use earmark_core::account::SpecialAccount;
/// # use earmark_core::command::BringForward;
/// # use earmark_core::command::OpenAccount;
/// # use earmark_core::fund::WorkInjury;
/// # use earmark_core::id::{LedgerId, LedgerSecret, area, key};
/// # use earmark_core::ledger::{Ledger, Papers};
/// # use earmark_core::money::yuan;
/// # use earmark_core::time::{Timestamp, UtcOffset, day};
/// # let settings = Settings {
/// #     id: LedgerId(*b"a ledger's names"),
/// #     secret: LedgerSecret::from_bytes([7; 32]),
/// #     utc_offset: UtcOffset::CHINA,
/// # };
/// # let now = Timestamp::start_of(day("2021-06-30")?, UtcOffset::CHINA);
/// # let ledger = Ledger::new(MemoryStore::new(settings), now);
/// # let book = ledger.book::<WorkInjury>(area("320100")?)?;
/// # let papers = Papers { register: "r", document: 1, basis: "b", actor: "a" };
/// # let voucher = book.voucher(day("2021-06-29")?, papers)?;
/// # let forward = BringForward { into: SpecialAccount, amount: yuan("12.00")? };
/// # book.record(key("open"), &voucher, (OpenAccount(SpecialAccount), forward))?;
/// let mut replay = Replay::new(book.id(), UtcOffset::CHINA);
/// ledger.store().commits(book.id(), 1, &mut |commit| {
///     replay.take(&commit.open(book.id())?, &StorePast::new(ledger.store(), book.id()))?;
///     Ok(ControlFlow::Continue(()))
/// })?;
/// assert_eq!(replay.head(), &book.head()?);
/// assert_eq!(replay.balances(), book.balances()?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Replay {
    book: BookId,
    digest: [u8; 16],
    utc_offset: UtcOffset,
    secret: Option<LedgerSecret>,
    nonces: Option<LeafNonces>,
    pub(crate) head: Head,
    pub(crate) purposes: BTreeSet<(PurposeList, u16)>,
    commits: u64,
    pub(crate) texts: HashMap<String, u32>,
    names: HashMap<u32, String>,
    pub(crate) corrected: BTreeMap<u64, u64>,
    pub(crate) projections: Vec<Box<dyn AnyProjection>>,
    /// The first event of each civil day on which something was recorded.
    days: BTreeMap<Day, u64>,
    false_rolls: Vec<(u64, String)>,
}

impl Replay {
    /// The replay of a book of which nothing was given yet. The offset is that of the ledger: its civil days turn
    /// by it.
    ///
    /// Without the ledger's secret it cannot be said whether the nonces are those derived for their places; the
    /// tree's root binds them all the same.
    #[must_use]
    pub fn new(book: BookId, utc_offset: UtcOffset) -> Self {
        Self {
            book,
            digest: book.digest(),
            utc_offset,
            secret: None,
            nonces: None,
            head: Head::empty(book),
            purposes: BTreeSet::new(),
            commits: 0,
            texts: HashMap::new(),
            names: HashMap::new(),
            corrected: BTreeMap::new(),
            projections: vec![Box::new(Attached::new(Totals)), Box::new(Attached::new(Registers))],
            days: BTreeMap::new(),
            false_rolls: Vec::new(),
        }
    }

    /// Lets it check every nonce too, and the salt of every roll.
    #[must_use]
    pub fn knowing(mut self, secret: &LedgerSecret) -> Self {
        self.nonces = Some(secret.nonces(self.book));
        self.secret = Some(*secret);
        self
    }

    /// Lets it fold further projections.
    #[must_use]
    pub fn folding(mut self, others: impl IntoIterator<Item = Box<dyn AnyProjection>>) -> Self {
        self.projections.extend(others);
        self
    }

    /// Takes the next commit: reads its records strictly, hashes them, decides on every event again, folds totals
    /// and registers, and reads every roll that it attests again.
    ///
    /// # Errors
    /// [`FaultKind::Damaged`] with the first event that is not as it must be, and why. Nothing after it can be
    /// proved, and nothing more is to be given to this replay.
    pub fn take(&mut self, frame: &Frame<'_>, earlier: &dyn Earlier) -> Result<(), Fault> {
        self.take_with(frame, None, &mut |_, _, _| {}, earlier)?;
        match self.take_false_rolls().next() {
            None => Ok(()),
            Some((seq, what)) => Err(self.damaged_event(seq, what)),
        }
    }

    /// The rolls that the events taken attest and do not give, and what is wrong with each.
    pub(crate) fn take_false_rolls(&mut self) -> impl Iterator<Item = (u64, String)> + use<> {
        std::mem::take(&mut self.false_rolls).into_iter()
    }

    /// As [`take`](Self::take); the root after the commit must be the one given, complete subtrees are shown, and a
    /// false roll is kept for [`take_false_rolls`](Self::take_false_rolls).
    pub(crate) fn take_with(
        &mut self,
        frame: &Frame<'_>,
        root: Option<Hash>,
        completed: &mut dyn FnMut(u32, u64, Hash),
        earlier: &dyn Earlier,
    ) -> Result<(), Fault> {
        let at = format!("commit at event {}", frame.first_seq());
        if frame.book() != self.digest {
            return Err(self.damaged(at, "it is a commit of another book"));
        }
        let expected = self.head.state.seq() + 1;
        if frame.first_seq() != expected {
            return Err(
                self.damaged(at, format!("event {expected} comes next; events are missing"))
            );
        }
        let now = Moment::new(frame.recorded_at(), self.utc_offset);
        let mut decision = Decision::new(self.head.state, self.head.rules.clone(), now);
        let mut new_texts = Vec::new();
        let mut events = Vec::new();
        let mut buffer = Vec::new();
        for (record, seq) in frame.records().zip(frame.first_seq()..) {
            let record: Record<'_> = record.map_err(|error| self.damaged_event(seq, error))?;
            let event = record
                .decode_with(self.book.fund(), seq, &mut buffer)
                .map_err(|error| self.damaged_event(seq, error))?;
            if let Some(nonces) = &mut self.nonces
                && record.nonce() != Ok(nonces.nonce(seq))
            {
                let what = "its nonce is not the one derived for its place";
                return Err(self.damaged_event(seq, what));
            }
            let pushed = self.head.frontier.push_with(leaf_hash(record.bytes()), &mut *completed);
            pushed.map_err(|error| self.damaged_event(seq, error))?;
            if event.recorded_at() != frame.recorded_at() {
                return Err(self.damaged_event(seq, "its recording time is not its commit's"));
            }
            let draft = Draft {
                fact: event.fact.clone(),
                voucher: event.voucher,
                origin: Origin::book(self.book),
            };
            let past = ReplayPast { replay: self, frame, earlier };
            match decision.admit(&draft, &past) {
                Ok(again) if again == event => {}
                Ok(_) => {
                    return Err(self.damaged_event(seq, "deciding again gives another event"));
                }
                Err(error) => {
                    return Err(self.damaged_event(seq, format!("deciding again: {error}")));
                }
            }
            if let Detail::Text { number, text } = event.fact().detail() {
                new_texts.push((text.to_string(), *number));
            }
            if event.fact().purpose_code() != 0 {
                self.purposes.insert((event.fact().purpose_list(), event.fact().purpose_code()));
            }
            if let Detail::Roll(roll) = event.fact().detail()
                && let Some(what) = self.difference(roll, earlier)?
            {
                self.false_rolls.push((seq, what));
            }
            events.push(Recorded::new(self.book, event));
        }
        // Applied once all are decided: a decision sees the registers as they were before its commit.
        for recorded in &events {
            for projection in &mut self.projections {
                projection.apply(recorded, &|_, _| Ok(None))?;
            }
        }
        if decision.state().seq() != frame.last_seq() {
            return Err(self.damaged(at, "it has another number of events than it states"));
        }
        if let Some(root) = root
            && self.head.frontier.root() != root
        {
            return Err(self.damaged(
                at,
                format!("the stored root is {root}, its events give {}", self.head.frontier.root()),
            ));
        }
        self.head.state = *decision.state();
        self.head.rules = decision.rules().cloned();
        for (seq, amount) in decision.corrected() {
            let taken = self.corrected.entry(*seq).or_default();
            *taken = taken.saturating_add_signed(*amount);
            if *taken == 0 {
                self.corrected.remove(seq);
            }
        }
        self.names.extend(new_texts.iter().map(|(text, number)| (*number, text.clone())));
        self.texts.extend(new_texts);
        self.commits += 1;
        self.days.entry(now.today).or_insert(frame.first_seq());
        Ok(())
    }

    /// The book.
    #[must_use]
    pub const fn book(&self) -> BookId {
        self.book
    }

    /// Where the book stands after the last commit taken: its state, the edge of its tree, its rules.
    #[must_use]
    pub const fn head(&self) -> &Head {
        &self.head
    }

    /// How many commits were taken.
    #[must_use]
    pub const fn commits(&self) -> u64 {
        self.commits
    }

    /// What the book holds after the last commit taken, account by account.
    #[must_use]
    pub fn balances(&self) -> Balances {
        Balances::of_state(&self.head.state)
    }

    /// Every total after the last commit taken, in no order.
    ///
    /// # Errors
    /// [`FaultKind::Projection`] where a total does not decode, which would be a mistake of this library.
    pub fn totals(&self, each: &mut dyn FnMut(TotalKey, u128)) -> Result<(), Fault> {
        let mut read = Ok(());
        if let Some(totals) = self.projection(Totals::NAME) {
            totals.each_held(self.book, &mut |key, value| {
                let Some(value) = value else { return };
                match decode_total(self.book, key, value) {
                    Ok((key, sum)) => each(key, sum),
                    Err(fault) => read = Err(fault),
                }
            });
        }
        read
    }

    /// Income and expenditure over a period, as known after the last commit taken.
    ///
    /// # Errors
    /// As [`totals`](Self::totals).
    pub fn statement(&self, period: Period) -> Result<Statement, Fault> {
        let mut totals = Vec::new();
        self.totals(&mut |key, sum| totals.push((key, sum)))?;
        Ok(Statement::of_totals(self.book, period, totals))
    }

    /// The first purpose that events used and that is not in these closed lists (the text that stands beside a
    /// book, [`StoredBook::vocabulary`](crate::store::StoredBook::vocabulary)), as it would stand there.
    ///
    /// INVARIANT(INV-12), from the other side: every purpose used is in the stored lists.
    #[must_use]
    pub fn missing_from(&self, vocabulary: &str) -> Option<String> {
        self.all_missing_from(vocabulary).next()
    }

    pub(crate) fn all_missing_from(&self, vocabulary: &str) -> impl Iterator<Item = String> {
        self.purposes.iter().filter_map(move |(list, code)| {
            let list = match list {
                PurposeList::Premium => "premium",
                PurposeList::Benefit => "benefit",
                PurposeList::StateUse => "state_use",
                PurposeList::OtherIncome | PurposeList::BudgetLine | PurposeList::None => {
                    return None;
                }
            };
            let line = format!("{list} {code} ");
            let there = vocabulary.lines().any(|stored| stored.starts_with(&line));
            (!there).then(|| format!("{list} {code}"))
        })
    }

    /// INVARIANT(INV-42): the roll is made again from the book's records. What is wrong with the one attested; none
    /// where it is the roll of those events.
    fn difference(
        &self,
        attested: &AttestedRoll,
        earlier: &dyn Earlier,
    ) -> Result<Option<String>, Fault> {
        let closing = attested.closing();
        let Some(period) = earlier.event(closing)?.as_ref().and_then(closed_by) else {
            return Ok(Some(format!("event {closing} closes no period")));
        };
        let salt = match &self.secret {
            Some(secret) => secret.roll_salt(self.book, closing),
            None => attested.salt(),
        };
        // Nothing is recorded before the day for which it counts.
        let first = self.days.range(period.first()..).next().map_or(closing, |(_, seq)| *seq);
        let mut fold = RollFold::new(period);
        let mut buffer = Vec::new();
        let mut seq = first;
        earlier.records(first, closing, &mut |record| {
            let event = Record::split(record)
                .and_then(|(read, _)| read.decode_with(self.book.fund(), seq, &mut buffer))
                .map_err(|error| self.damaged_event(seq, error))?;
            fold.count(&event, record)?;
            seq += 1;
            Ok(())
        })?;
        Ok(attested.difference_from(fold.finish(closing, salt).attested()))
    }

    fn projection(&self, name: &str) -> Option<&dyn AnyProjection> {
        self.projections.iter().find(|held| held.name() == name).map(|held| &**held)
    }

    fn damaged(&self, at: impl fmt::Display, what: impl fmt::Display) -> Fault {
        Fault::new(FaultKind::Damaged, format!("book {}, {at}", self.book), what)
    }

    fn damaged_event(&self, seq: u64, what: impl fmt::Display) -> Fault {
        self.damaged(format_args!("event {seq}"), what)
    }
}

impl fmt::Debug for Replay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Replay({}, to event {})", self.book, self.head.state.seq())
    }
}

/// The past as the replay has it: corrections and texts of its own, events looked up.
struct ReplayPast<'r> {
    replay: &'r Replay,
    frame: &'r Frame<'r>,
    earlier: &'r dyn Earlier,
}

impl Past for ReplayPast<'_> {
    fn event(&self, seq: u64) -> Result<Option<Event>, Fault> {
        if seq >= self.frame.first_seq() {
            return find_event(self.replay.book, self.frame, seq);
        }
        self.earlier.event(seq)
    }

    fn corrected_minor(&self, seq: u64) -> Result<u64, Fault> {
        Ok(self.replay.corrected.get(&seq).copied().unwrap_or(0))
    }

    fn text_number(&self, text: &str) -> Result<Option<u32>, Fault> {
        Ok(self.replay.texts.get(text).copied())
    }

    fn text(&self, number: u32) -> Result<Option<String>, Fault> {
        Ok(self.replay.names.get(&number).cloned())
    }

    fn register(&self, key: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
        let registers = self.replay.projection(Registers::NAME);
        Ok(registers.and_then(|held| held.held(self.replay.book, key)).flatten())
    }

    fn totals(&self, each: &mut dyn FnMut(TotalKey, u128)) -> Result<(), Fault> {
        self.replay.totals(each)
    }
}
