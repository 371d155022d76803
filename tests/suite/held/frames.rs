//! Frames whose checksum fits and whose header does not.

use std::ops::ControlFlow;

use earmark_core::FaultKind;
use earmark_core::account::SpecialAccount;
use earmark_core::codec::{FRAME_HEADER_BYTES, Frame};
use earmark_core::command::{OpenAccount, ReceiveInterest};
use earmark_core::fund::WorkInjury;
use earmark_core::ledger::Ledger;
use earmark_core::money::yuan;
use earmark_core::report::TrailFilter;

use crate::given::{Desk, HandClock, crc32, nanjing};
use crate::liar::{Liar, Lie};

const FIRST_SEQ: usize = 24;
const COUNT: usize = FRAME_HEADER_BYTES - 8;

/// The frame of a commit of three events.
fn frame() -> Vec<u8> {
    let desk = Desk::<WorkInjury>::in_memory();
    let interest = ReceiveInterest { into: SpecialAccount, amount: yuan("1").unwrap() };
    desk.record("it", (OpenAccount(SpecialAccount), interest, interest)).unwrap();
    let mut last = Vec::new();
    let book = desk.book.id();
    let mut keep = |frame: &[u8]| last = frame.to_vec();
    desk.ledger
        .store()
        .commits(book, 1, &mut |commit| {
            keep(commit.frame);
            Ok(ControlFlow::Continue(()))
        })
        .unwrap();
    last
}

/// The frame with other bytes at a place, and the checksum mended.
fn with(at: usize, bytes: &[u8]) -> Vec<u8> {
    let mut frame = frame();
    let end = frame.len() - 4;
    frame[at..at + bytes.len()].copy_from_slice(bytes);
    let sum = crc32(&frame[..end]);
    frame[end..].copy_from_slice(&sum.to_le_bytes());
    frame
}

#[test]
fn a_frame_has_a_first_event_and_a_number_of_them() {
    let bytes = frame();
    let honest = Frame::parse(&bytes).unwrap();
    assert_eq!(honest.count(), 3);
    let first = honest.first_seq();
    // The places are those of the format.
    let same = with(FIRST_SEQ, &first.to_le_bytes());
    assert_eq!(same, bytes);
    assert_eq!(with(COUNT, &3_u32.to_le_bytes()), bytes);
    let header = |at, bytes: &[u8]| {
        let frame = with(at, bytes);
        Frame::parse(&frame).map(|_| ()).unwrap_err().to_string()
    };
    let no_first = header(FIRST_SEQ, &0_u64.to_le_bytes());
    for wrong in [
        header(FIRST_SEQ, &u64::MAX.to_le_bytes()),
        header(FIRST_SEQ, &(u64::MAX - 2).to_le_bytes()),
        header(COUNT, &0_u32.to_le_bytes()),
        header(COUNT, &65_537_u32.to_le_bytes()),
        header(COUNT, &u32::MAX.to_le_bytes()),
    ] {
        assert_eq!(wrong, no_first);
    }
    let most = with(FIRST_SEQ, &(u64::MAX - 3).to_le_bytes());
    assert_eq!(Frame::parse(&most).unwrap().last_seq(), u64::MAX - 1);
}

#[test]
fn a_frame_of_another_number_of_records_than_it_states_says_so() {
    for (count, records, errors) in [(1_u32, 1, 1), (2, 2, 1), (3, 3, 0), (4, 3, 1), (9, 3, 1)] {
        let bytes = with(COUNT, &count.to_le_bytes());
        let frame = Frame::parse(&bytes).unwrap();
        let read: Vec<_> = frame.records().collect();
        assert_eq!(read.iter().filter(|it| it.is_ok()).count(), records, "{count}");
        assert_eq!(read.iter().filter(|it| it.is_err()).count(), errors, "{count}");
        assert_eq!(read.last().unwrap().is_err(), errors > 0, "the error comes last");
    }
}

#[test]
fn a_frame_shorter_than_header_and_checksum_is_too_short() {
    let bytes = frame();
    let too_short = Frame::parse(&[]).unwrap_err().to_string().replace('0', "");
    for length in 1..FRAME_HEADER_BYTES + 4 {
        let error = Frame::parse(&bytes[..length]).unwrap_err().to_string();
        let says = error.replace(&length.to_string(), "").replace('0', "");
        assert_eq!(says, too_short, "{length}: {error}");
    }
}

#[test]
fn a_frame_of_a_later_version_is_another_format_and_no_damage() {
    let (store, liar) = Liar::new();
    let clock = HandClock::new();
    let ledger = Ledger::new(store, clock.clone());
    let desk = Desk::<WorkInjury>::new(ledger, clock, nanjing());
    let receipt = desk.record("open", OpenAccount(SpecialAccount)).unwrap();
    let told = |at: usize| {
        let forge = move |frame: &[u8]| {
            let mut frame = frame.to_vec();
            frame[at] = frame[at].wrapping_add(1);
            Some(frame)
        };
        liar.tell(Lie::Frame(receipt.first_seq(), Box::new(forge)));
        desk.book.trail(&TrailFilter::all()).unwrap_err().kind()
    };
    assert_eq!(told(4), FaultKind::Format, "the version");
    assert_eq!(told(0), FaultKind::Damaged, "the magic");
    assert_eq!(told(FIRST_SEQ), FaultKind::Damaged, "the checksum no longer fits");
}
