//! A third history, of what format 3 added: rolls that are attested, and personal detail that is bound.

use earmark_core::account::SpecialAccount;
use earmark_core::codec::{Frame, Record};
use earmark_core::command::*;
use earmark_core::fund::{Fund, WorkInjury, WorkInjuryBenefit, WorkInjuryPremium};
use earmark_core::id::Link;
use earmark_core::ledger::Ledger;
use earmark_core::store::Settings;
use earmark_core::time::{Month, Period};
use earmark_sqlite::{NewLedger, OpenOptions};

use super::golden_frames;
use super::history::{Scribe, all_frames, money};
use crate::given::{Desk, HandClock, ledger_in_memory, on, party, settings, wuxi};

/// A work injury book with a roll without lines, one with three, and that one again after a reopening.
pub(super) fn rolls() -> Ledger {
    let clock = HandClock::new();
    let ledger = ledger_in_memory(&clock);
    write(&ledger, clock);
    ledger
}

/// In Wuxi: no other golden history has a book there.
pub(super) fn write(ledger: &Ledger, clock: HandClock) {
    let mut scribe = Scribe::at(Desk::<WorkInjury>::new(ledger.clone(), clock, wuxi()));
    let today = scribe.desk.voucher;
    let premium = |from, text| ReceivePremium {
        into: SpecialAccount,
        kind: WorkInjuryPremium::Unit,
        from: party(from),
        amount: money(text),
    };
    scribe.desk.voucher = today.on(on("2021-05-20"));
    let came = scribe.writes(premium(1, "300.00"));
    let claimed = scribe.writes(FileClaim {
        case: Link::from_u128(20),
        person: party(2),
        kind: WorkInjuryBenefit::Medical,
        occurred_on: on("2021-05-01"),
        liable: Some(party(3)),
        amount: money("5000.00"),
    });
    let claimed = Some(claimed.seq());
    scribe.desk.voucher = today;
    scribe.writes(BindDetail { party: Some(party(2)), event: None, commitment: [1; 32] });
    scribe.writes(BindDetail { party: None, event: Some(came.seq()), commitment: [0; 32] });
    scribe.writes(BindDetail { party: Some(party(3)), event: claimed, commitment: [255; 32] });
    for month in [4, 5] {
        attests(&mut scribe, month);
    }
    let may = Period::month(Month::new(2021, 5).unwrap());
    let reason = scribe.desk.book.register("a bank advice came late").unwrap();
    scribe.writes(ReopenPeriod { period: may, reason });
    scribe.desk.voucher = today.on(on("2021-05-31")).caused_by(Link::from_u128(9));
    scribe.writes(premium(4, "0.01"));
    scribe.desk.voucher = today.correlated(Link::from_u128(8));
    attests(&mut scribe, 5);
}

/// Both stores keep the same bytes and prove them, and give the same rolls.
#[test]
fn a_file_keeps_rolls_as_memory_does() {
    let memory = rolls();
    let proved = memory.verify().unwrap();
    assert!(proved.is_sound(), "{:?}", proved.findings());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rolls.earmark");
    let Settings { id, secret, utc_offset } = settings();
    let new = NewLedger { id: Some(id), secret: Some(secret), utc_offset: Some(utc_offset) };
    let clock = HandClock::new();
    let file = Ledger::new(OpenOptions::new().new_ledger(new).open(&path).unwrap(), clock.clone());
    write(&file, clock.clone());
    assert_eq!(all_frames(&file), all_frames(&memory));
    drop(file);
    let file = Ledger::new(OpenOptions::new().read_only().open(&path).unwrap(), clock);
    assert!(file.verify().unwrap().is_sound());
    let may = Period::month(Month::new(2021, 5).unwrap());
    let [kept, held] = [&file, &memory].map(|it| it.books().unwrap().remove(0));
    let (roll, (_, attested)) =
        (kept.roll(may).unwrap().unwrap(), held.attested_roll(may).unwrap().unwrap());
    assert_eq!((roll.attested(), held.roll(may).unwrap().unwrap()), (&attested, roll.clone()));
}

/// Closes a month and attests its roll.
fn attests(scribe: &mut Scribe<WorkInjury>, month: u32) {
    let period = Period::month(Month::new(2021, month).unwrap());
    scribe.writes(ClosePeriod { period });
    let roll = scribe.desk.book.roll(period).unwrap().unwrap();
    scribe.writes(AttestRoll::of(&roll));
}

/// The last record of a kind among the golden ones.
fn record_of(kind: u8) -> Vec<u8> {
    let frames = golden_frames();
    let mut records = frames.iter().flat_map(|frame| {
        let frame = Frame::parse(frame).unwrap();
        frame.records().map(|record| record.unwrap().bytes().to_vec()).collect::<Vec<_>>()
    });
    records.rfind(|record| record[2] == kind).unwrap()
}

/// What the decoder says of a record with other bytes in one place of its body, behind `H`.
fn said(kind: u8, at: usize, bytes: &[u8]) -> String {
    let mut record = record_of(kind);
    record[52 + at..][..bytes.len()].copy_from_slice(bytes);
    let (record, _) = Record::split(&record).unwrap();
    match record.decode(WorkInjury::SPEC, 7) {
        Ok(event) => format!("{:?}", event.fact().detail()),
        Err(error) => error.to_string(),
    }
}

#[test]
fn every_field_of_a_roll_is_held_to_what_it_can_be() {
    let detail = "the field `detail` does not fit an event of kind `roll_attested`";
    let none = |field: &str| format!("the field `{field}` holds a value that does not exist");
    assert_eq!(said(9, 0, &i32::MIN.to_le_bytes()), none("first"));
    assert_eq!(said(9, 0, &i32::MAX.to_le_bytes()), none("first"));
    assert_eq!(said(9, 4, &i32::MIN.to_le_bytes()), none("last"));
    // 2021-06-01 is after the last day.
    assert_eq!(said(9, 0, &18_779_i32.to_le_bytes()), none("last"));
    assert_eq!(said(9, 8, &[0; 8]), detail);
    assert_eq!(said(9, 16, &[0; 8]), detail);
    assert_eq!(said(9, 16, &41_u64.to_le_bytes()), detail);
    assert_eq!(said(9, 40, &earmark_tlog::EMPTY_ROOT.0), detail);
    // Of these nobody can tell without the book.
    assert!(said(9, 16, &40_u64.to_le_bytes()).contains("parties: 40"));
    assert!(said(9, 24, &[7; 16]).contains("salt: [7, 7"));
    assert!(said(9, 40, &[0; 32]).contains("root: Hash(0000"));
    assert_eq!(said(9, 72, &[2]), "the bytes are not those of an event of kind `roll_attested`");
}

#[test]
fn every_field_of_bound_detail_is_held_to_what_it_can_be() {
    let body = "the bytes are not those of an event of kind `detail_bound`";
    assert_eq!(said(10, 0, &[2]), body);
    assert!(said(10, 17, &[0; 8]).contains("event: None"));
    assert!(said(10, 25, &[0; 32]).contains("commitment: [0, 0"));
    // Without its party the body is shorter.
    let mut record = record_of(10);
    record.drain(53..69);
    record[52] = 0;
    record[0] -= 16;
    let decoded = |record: &[u8]| Record::split(record).unwrap().0.decode(WorkInjury::SPEC, 7);
    assert_eq!(decoded(&record).unwrap().fact().party(), None);
    record[53..61].fill(0);
    assert_eq!(
        decoded(&record).unwrap_err().to_string(),
        "bound detail names neither a party nor an event; it belongs to at least one"
    );
    record.push(0);
    record[0] += 1;
    assert_eq!(decoded(&record).unwrap_err().to_string(), body);
}

/// A program of format 2 does not know these kinds, and says so of every kind that it does not know.
#[test]
fn a_version_of_a_roll_that_nobody_wrote_is_unknown() {
    for kind in [9, 10] {
        let mut record = record_of(kind);
        record[3] = 2;
        let error = Record::split(&record).unwrap().0.decode(WorkInjury::SPEC, 7).unwrap_err();
        assert!(error.to_string().starts_with("version 2 of event kind"), "{error}");
    }
}
