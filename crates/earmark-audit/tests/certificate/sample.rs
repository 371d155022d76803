//! A book, a roll of it that the book attests, and a checkpoint that a log and two of three witnesses signed.
//!
//! A year of work injury is closed and attested by its book. Where a roll is of a span that no book attests (all the
//! time there is, of a random history), the attesting event is written by hand, byte by byte as `docs/format.md` draws
//! it, into a copy of the book.

use std::ops::ControlFlow;

use earmark_audit::certificate::{Certificate, Flow, Statement};
use earmark_core::account::{ExpenditureAccount, SpecialAccount};
use earmark_core::codec::FRAME_HEADER_BYTES;
use earmark_core::command::{
    AttestRoll, ClosePeriod, OpenAccount, PayBenefit, ReceivePremium, Release, ReopenPeriod,
};
use earmark_core::commit::Head;
use earmark_core::error::{Fault, FaultKind};
use earmark_core::fund::{Fund, FundSpec, WorkInjury, WorkInjuryBenefit, WorkInjuryPremium};
use earmark_core::id::{BookId, Key, Party, area, key};
use earmark_core::ledger::{AnyBook, Ledger};
use earmark_core::money::Amount;
use earmark_core::projection::AnyProjection;
use earmark_core::roll::{AttestedRoll, Roll};
use earmark_core::store::{EachCell, Projected, Settings, Store, StoredBook, StoredCommit};
use earmark_core::submission::Submission;
use earmark_core::time::{Day, Month, Period, Timestamp, UtcOffset, day};
use earmark_core::tree::subtrees_of_records;
use earmark_testkit::clock::HandClock;
use earmark_testkit::given::{PAPERS, ledger_in_memory};
use earmark_tlog::checkpoint::{Checkpoint, cosign};
use earmark_tlog::note::{Algorithm, KeyName, SignedNote, Signer, VerifierKey};
use earmark_tlog::policy::Policy;
use earmark_tlog::{Hash, leaf_hash};

pub(crate) const OFFICE: &str = "ledger.funds.example";
pub(crate) const SALT: [u8; 16] = *b"salt of the roll";

/// A book with an attested roll, and what signs its checkpoints.
pub(crate) struct Sample {
    /// The book as its ledger has it.
    pub(crate) source: AnyBook,
    /// That book, or a copy of it with the attesting event.
    pub(crate) book: AnyBook,
    pub(crate) roll: Roll,
    /// The event that attests the roll.
    pub(crate) seq: u64,
    pub(crate) note: SignedNote,
    pub(crate) keys: Keys,
}

/// The keys of a log and of three witnesses.
pub(crate) struct Keys {
    pub(crate) log: Signer,
    pub(crate) witnesses: [Signer; 3],
}

impl Keys {
    pub(crate) fn of(book: BookId) -> Self {
        Self::from_seed(book, 1)
    }

    pub(crate) fn from_seed(book: BookId, seed: u8) -> Self {
        let key = |name: String, algorithm, secret| {
            Signer::new(KeyName::new(name).unwrap(), algorithm, secret).unwrap()
        };
        let witness = |name: &str, number: u8| {
            key(format!("{name}.example"), Algorithm::Cosignature, [seed * 16 + number; 32])
        };
        // Each log has a key of its own.
        let mut secret = [seed; 32];
        secret[..16].copy_from_slice(&book.digest());
        Self {
            log: key(format!("{OFFICE}/{book}"), Algorithm::Ed25519, secret),
            witnesses: [witness("supervision", 2), witness("finance", 3), witness("audit", 4)],
        }
    }

    /// A policy that asks for so many witnesses.
    pub(crate) fn policy_text(&self, quorum: usize) -> String {
        self.policy_of(&[self.log.verifier()], quorum)
    }

    /// A policy of several logs.
    pub(crate) fn policy_of(&self, logs: &[&VerifierKey], quorum: usize) -> String {
        let [a, b, c] = &self.witnesses;
        let quorum = match quorum {
            0 => "quorum none\n".to_owned(),
            some => format!("group watch {some} w1 w2 w3\nquorum watch\n"),
        };
        let logs: String = logs.iter().map(|log| format!("log {log}\n")).collect();
        format!(
            "# Who is believed.\n{logs}witness w1 {}\nwitness w2 {}\nwitness w3 {}\n{quorum}",
            a.verifier(),
            b.verifier(),
            c.verifier()
        )
    }

    pub(crate) fn policy(&self, quorum: usize) -> Policy {
        Policy::parse(self.policy_text(quorum).as_bytes()).unwrap()
    }

    /// The checkpoint of a log, signed, and cosigned by these of the three witnesses.
    pub(crate) fn sign(&self, size: u64, root: Hash, by: &[usize]) -> SignedNote {
        let checkpoint = Checkpoint::new(self.log.verifier().name().as_str(), size, root).unwrap();
        let mut note = checkpoint.signed(&self.log).unwrap();
        for (at, place) in (1_700_000_000..).zip(by) {
            cosign(&mut note, &self.witnesses[*place], at).unwrap();
        }
        note
    }
}

impl Sample {
    /// Of a book: the roll of its events up to the last, attested by a further event of a copy.
    pub(crate) fn of(ledger: &Ledger, id: BookId, period: Period) -> Self {
        let source = ledger.any_book(id.area(), id.fund().code()).unwrap();
        let closing = source.last_seq().unwrap();
        let roll = Roll::read(ledger.store(), id, period, closing, SALT).unwrap();
        let recorded_at = source.head().unwrap().state.recorded_at();
        let record = attesting(roll.attested(), recorded_at, [0xA5; 16]);
        let copy = Copied::with(ledger.store(), id, recorded_at, &record);
        let copied = Ledger::new(copy, recorded_at);
        if !earmark_core::fund::BUILT_IN.contains(&id.fund()) {
            know(&copied, id.fund());
        }
        let book = copied.any_book(id.area(), id.fund().code()).unwrap();
        Self::signed(source, book, roll, closing + 1)
    }

    /// Of a book that attests a roll of its own by some event.
    pub(crate) fn attested(book: AnyBook, roll: Roll, seq: u64) -> Self {
        Self::signed(book.clone(), book, roll, seq)
    }

    fn signed(source: AnyBook, book: AnyBook, roll: Roll, seq: u64) -> Self {
        let keys = Keys::of(book.id());
        let tree = book.tree().unwrap();
        let note = keys.sign(tree.size(), tree.root(), &[0, 2]);
        drop(tree);
        Self { source, book, roll, seq, note, keys }
    }

    pub(crate) fn certificate(&self, party: Party) -> Certificate {
        Certificate::issue(&self.book, party, &self.roll, self.seq, &self.note).unwrap()
    }

    pub(crate) fn policy(&self) -> Policy {
        self.keys.policy(2)
    }
}

fn know(ledger: &Ledger, fund: &FundSpec) {
    use earmark_testkit::strategy::fund::{TownHarvest, TownRelief};
    ledger.know::<TownRelief>().unwrap();
    ledger.know::<TownHarvest>().unwrap();
    assert!([TownRelief::SPEC, TownHarvest::SPEC].contains(&fund));
}

pub(crate) const EMPLOYER: Party = Party::from_u128(0x0192_0000_0000_7000_8000_0000_0000_0007);
pub(crate) const WORKER: Party = Party::from_u128(0x0192_0000_0000_7000_8000_0000_0000_0008);
pub(crate) const STRANGER: Party = Party::from_u128(0x0192_0000_0000_7000_8000_0000_0000_ffff);

/// The year 2021 of a work injury fund: an employer's twelve premiums, one of them refunded in part and one reversed; a
/// worker's benefits; and other payers between them.
pub(crate) fn year_of_work_injury() -> Sample {
    let clock = HandClock::new();
    let ledger = ledger_in_memory(&clock);
    let injury = ledger.book::<WorkInjury>(area("320100").unwrap()).unwrap();
    let yuan = |minor| Amount::<WorkInjury>::from_minor(minor).unwrap();
    let on = |day: Day, number: u64| {
        clock.set(Timestamp::start_of(day, UtcOffset::CHINA));
        let papers = earmark_core::ledger::Papers { document: number, ..PAPERS };
        injury.voucher(day, papers).unwrap()
    };
    let premium = |from, amount| ReceivePremium {
        into: SpecialAccount,
        kind: WorkInjuryPremium::Unit,
        from,
        amount: yuan(amount),
    };
    let start = on(day("2021-01-04").unwrap(), 1);
    let opening = (OpenAccount(SpecialAccount), OpenAccount(ExpenditureAccount));
    injury.record(key("open"), &start, opening).unwrap();
    for month in 1..=12_u32 {
        let number = u64::from(month) * 10;
        let voucher = on(Day::new(2021, month, 15).unwrap(), number);
        let amount = 120_000 + u64::from(month);
        let all = [
            premium(Party::from_u128(u128::from(month) << 64 | 1), 50_000),
            premium(EMPLOYER, amount),
            premium(Party::from_u128(2), 70_000),
        ];
        injury.record(key(&format!("premiums of {month}")), &voucher, all).unwrap();
        if month == 6 {
            let plan = Month::new(2021, 6).unwrap();
            let pay = |kind, amount| PayBenefit {
                from: ExpenditureAccount,
                kind,
                to: WORKER,
                amount: yuan(amount),
            };
            let paid = (
                Release { plan, amount: yuan(300_000) },
                pay(WorkInjuryBenefit::Disability, 75_050),
                pay(WorkInjuryBenefit::Medical, 12_345),
            );
            injury.record(key("benefits"), &voucher, paid).unwrap();
        }
    }
    let period = Period::year(2021).unwrap();
    let after = on(day("2022-01-04").unwrap(), 130);
    let month = |number| Period::month(Month::new(2021, number).unwrap());
    let months: Vec<_> = (1..=12).map(|number| ClosePeriod { period: month(number) }).collect();
    for (number, closes) in months.into_iter().chain([ClosePeriod { period }]).enumerate() {
        injury.record(key(&format!("close {number}")), &after, closes).unwrap();
    }
    let roll = injury.roll(period).unwrap().unwrap();
    let attested = injury.record(key("the roll"), &after, AttestRoll::of(&roll)).unwrap();
    let book = ledger.any_book(injury.area(), injury.fund().code()).unwrap();
    Sample::attested(book, Roll::clone(&roll), attested.last_seq())
}

/// A January that was closed and attested, opened again for one premium more, closed and attested again; February closed and
/// attested after it. The sample is of the second roll of January; the first comes with the event that attests it.
pub(crate) fn january_reopened() -> (Sample, Roll, u64) {
    let clock = HandClock::new();
    let ledger = ledger_in_memory(&clock);
    let injury = ledger.book::<WorkInjury>(area("320100").unwrap()).unwrap();
    clock.set(Timestamp::start_of(day("2021-03-03").unwrap(), UtcOffset::CHINA));
    let today = injury.voucher(day("2021-03-03").unwrap(), PAPERS).unwrap();
    let in_january = today.on(day("2021-01-20").unwrap());
    let premium = |minor| ReceivePremium {
        into: SpecialAccount,
        kind: WorkInjuryPremium::Unit,
        from: EMPLOYER,
        amount: Amount::<WorkInjury>::from_minor(minor).unwrap(),
    };
    let month = |number| Period::month(Month::new(2021, number).unwrap());
    let close_and_attest = |name: &str, period| {
        injury.record(key(&format!("close {name}")), &today, ClosePeriod { period }).unwrap();
        let roll = injury.roll(period).unwrap().unwrap();
        let attested = key(&format!("attest {name}"));
        let attested = injury.record(attested, &today, AttestRoll::of(&roll)).unwrap();
        (Roll::clone(&roll), attested.last_seq())
    };
    let opening = (OpenAccount(SpecialAccount), premium(120_000));
    injury.record(key("open"), &in_january, opening).unwrap();
    let (first, first_seq) = close_and_attest("January", month(1));
    let reason = injury.register("a premium left out").unwrap();
    let reopening = ReopenPeriod { period: month(1), reason };
    injury.record(key("reopen"), &today, reopening).unwrap();
    injury.record(key("left out"), &in_january, premium(50_000)).unwrap();
    let (second, second_seq) = close_and_attest("January again", month(1));
    close_and_attest("February", month(2));
    let book = ledger.any_book(injury.area(), injury.fund().code()).unwrap();
    (Sample::attested(book, second, second_seq), first, first_seq)
}

/// A statement in one line, as the page writes it beside what it shows.
pub(crate) fn summary(statement: &Statement) -> String {
    let mut parts = vec![
        statement.party().to_string(),
        statement.period().first().to_string(),
        statement.period().last().to_string(),
        statement.closing().to_string(),
        statement.entered().minor().to_string(),
        statement.left().minor().to_string(),
    ];
    for entry in statement.entries() {
        let flow = match entry.flow {
            Flow::Entered => 1,
            Flow::Left => -1,
            Flow::None => 0,
        };
        let detail = entry.detail.iter().flatten().map(|byte| format!("{byte:02x}"));
        parts.push(format!(
            "{},{},{},{},{},{flow},{},{}",
            entry.seq,
            entry.day,
            entry.kind,
            entry.purpose.map_or("", |purpose| purpose.label),
            entry.amount.map_or(0, |amount| amount.minor()),
            entry.original.unwrap_or(0),
            detail.collect::<String>()
        ));
    }
    parts.join("|")
}

/// The record of an attested roll.
pub(crate) fn attesting(roll: &AttestedRoll, recorded_at: Timestamp, nonce: [u8; 16]) -> Vec<u8> {
    let on = recorded_at.day(UtcOffset::CHINA);
    let mut record = head_of(9, nonce, recorded_at, on);
    record.extend(roll.period().first().days().to_le_bytes());
    record.extend(roll.period().last().days().to_le_bytes());
    record.extend(roll.closing().to_le_bytes());
    record.extend(roll.parties().to_le_bytes());
    record.extend(roll.salt());
    record.extend(roll.root().0);
    record.extend([0, 0]);
    finish(record)
}

/// Length (later), kind, version, nonce, recording time, day, register, document, basis, actor.
pub(crate) fn head_of(kind: u8, nonce: [u8; 16], recorded_at: Timestamp, on: Day) -> Vec<u8> {
    let mut record = vec![0, 0, kind, 1];
    record.extend(nonce);
    record.extend(recorded_at.micros().to_le_bytes());
    record.extend(on.days().to_le_bytes());
    record.extend(1_u32.to_le_bytes());
    record.extend(77_u64.to_le_bytes());
    record.extend(2_u32.to_le_bytes());
    record.extend(3_u32.to_le_bytes());
    record
}

pub(crate) fn finish(mut record: Vec<u8>) -> Vec<u8> {
    let length = u16::try_from(record.len()).unwrap();
    record[..2].copy_from_slice(&length.to_le_bytes());
    record
}

/// A commit as bytes and columns.
struct Row {
    first_seq: u64,
    count: u32,
    recorded_at: Timestamp,
    key: Key,
    root: Hash,
    frame: Vec<u8>,
}

/// A copy of one book, with one event more.
struct Copied {
    settings: Settings,
    listed: StoredBook,
    head: Head,
    rows: Vec<Row>,
}

impl Copied {
    fn with(store: &dyn Store, book: BookId, recorded_at: Timestamp, record: &[u8]) -> Self {
        let mut rows = Vec::new();
        let copy = |commit: StoredCommit<'_>| {
            rows.push(Row {
                first_seq: commit.first_seq,
                count: commit.count,
                recorded_at: commit.recorded_at,
                key: commit.key,
                root: commit.root,
                frame: commit.frame.to_vec(),
            });
            Ok(ControlFlow::Continue(()))
        };
        store.commits(book, 1, &mut { copy }).unwrap();
        let mut head = store.head(book).unwrap().unwrap_or_else(|| Head::empty(book));
        head.frontier.push(leaf_hash(record)).unwrap();
        let (first_seq, key) = (head.frontier.size(), key("the roll"));
        let mut frame = Vec::with_capacity(FRAME_HEADER_BYTES);
        frame.extend(b"EMKC\x01\0\0\0");
        frame.extend(book.digest());
        frame.extend(first_seq.to_le_bytes());
        frame.extend(recorded_at.micros().to_le_bytes());
        frame.extend(key.bytes());
        frame.extend(1_u32.to_le_bytes());
        frame.extend(u32::try_from(record.len()).unwrap().to_le_bytes());
        frame.extend(record);
        frame.extend(crc32fast::hash(&frame).to_le_bytes());
        rows.push(Row { first_seq, count: 1, recorded_at, key, root: head.frontier.root(), frame });
        let listed = store.books().unwrap().into_iter();
        let mut listed =
            listed.filter(|it| it.area == book.area() && it.fund == book.fund().code());
        Self { settings: store.settings(), listed: listed.next().unwrap(), head, rows }
    }
}

fn unused<T>() -> Result<T, Fault> {
    Err(Fault::new(FaultKind::Projection, "a copied book", "is read by its commits alone"))
}

impl Store for Copied {
    fn settings(&self) -> Settings {
        self.settings
    }

    fn books(&self) -> Result<Vec<StoredBook>, Fault> {
        Ok(vec![self.listed.clone()])
    }

    fn create_book(&self, _: BookId) -> Result<(), Fault> {
        Ok(())
    }

    fn head(&self, _: BookId) -> Result<Option<Head>, Fault> {
        Ok(Some(self.head.clone()))
    }

    fn submit(&self, _: earmark_core::commit::Proposal) -> Submission {
        unreachable!("nothing is recorded in a copied book")
    }

    fn commits(
        &self,
        _: BookId,
        from_seq: u64,
        each: &mut dyn FnMut(StoredCommit<'_>) -> Result<ControlFlow<()>, Fault>,
    ) -> Result<(), Fault> {
        let wanted = |row: &&Row| row.first_seq + u64::from(row.count) > from_seq;
        for Row { first_seq, count, recorded_at, key, root, frame } in
            self.rows.iter().filter(wanted)
        {
            let stored = StoredCommit {
                first_seq: *first_seq,
                count: *count,
                recorded_at: *recorded_at,
                key: *key,
                root: *root,
                frame,
            };
            if each(stored)?.is_break() {
                break;
            }
        }
        Ok(())
    }

    fn subtrees(&self, book: BookId, level: u32, group: u64) -> Result<Vec<Hash>, Fault> {
        subtrees_of_records(self, book, level, group)
    }

    fn text(&self, _: BookId, _: u32) -> Result<Option<String>, Fault> {
        unused()
    }

    fn text_number(&self, _: BookId, _: &str) -> Result<Option<u32>, Fault> {
        unused()
    }

    fn corrections(
        &self,
        _: BookId,
        _: &mut dyn FnMut(u64, u64) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        unused()
    }

    fn corrected_minor(&self, _: BookId, _: u64) -> Result<u64, Fault> {
        unused()
    }

    fn attach(&self, _: Box<dyn AnyProjection>, _: &[&'static FundSpec]) -> Result<(), Fault> {
        unused()
    }

    fn rebuild(&self, _: &str, _: &[&'static FundSpec]) -> Result<(), Fault> {
        unused()
    }

    fn projected_to(&self, _: BookId, _: &str) -> Result<Option<Projected>, Fault> {
        unused()
    }

    fn cell(&self, _: BookId, _: &str, _: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
        unused()
    }

    fn cells(&self, _: BookId, _: &str, _: &[u8], _: &mut EachCell<'_>) -> Result<(), Fault> {
        unused()
    }

    fn at_one_moment(
        &self,
        read: &mut dyn FnMut(&dyn Store) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        read(self)
    }

    fn check_storage(&self) -> Result<Vec<String>, Fault> {
        Ok(Vec::new())
    }
}
