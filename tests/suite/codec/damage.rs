//! Bytes that are not as they were written: found out, and never a panic.

use earmark_core::codec::{FRAME_HEADER_BYTES, Frame, FrameError, Record, RecordError};
use earmark_core::event::Kind;
use earmark_core::fund::{
    EmployeeMedical, EnterprisePension, Fund, FundSpec, ResidentsMedical, WorkInjury,
};
use proptest::collection::vec;
use proptest::prelude::*;

use super::history::{all_frames, history};

#[test]
fn every_flip_of_any_byte_of_a_frame_is_found_out() {
    let mut flips = 0;
    for (_, frame) in all_frames(&history()) {
        let mut damaged = frame.clone();
        for at in 0..frame.len() {
            for flip in [1, 2, 4, 8, 16, 32, 64, 128, 255] {
                damaged[at] ^= flip;
                assert!(Frame::parse(&damaged).is_err(), "byte {at} xor {flip}");
                damaged[at] ^= flip;
                flips += 1;
            }
        }
        assert!(Frame::parse(&damaged).is_ok());
    }
    assert!(flips > 50_000);
}

#[test]
fn a_frame_cut_short_or_drawn_out_is_found_out() {
    for (_, frame) in all_frames(&history()) {
        for length in 0..frame.len() {
            assert!(Frame::parse(&frame[..length]).is_err(), "cut to {length}");
        }
        for extra in [0, 1, 0xff] {
            let longer = [frame.as_slice(), &[extra]].concat();
            assert!(Frame::parse(&longer).is_err(), "{extra} added");
        }
    }
}

#[test]
fn a_frame_of_a_later_version_says_so() {
    let (_, mut frame) = all_frames(&history()).swap_remove(0);
    frame[4] = 2;
    let error = Frame::parse(&frame).unwrap_err();
    assert_eq!(error, FrameError::Version { version: 2 });
    assert_eq!(error.to_string(), "frame version 2 is unknown to this program, which knows 1");
}

/// The record of the one event of this kind, and the fund that wrote it.
fn record_of(kind: Kind) -> (&'static FundSpec, Vec<u8>) {
    for (book, frame) in all_frames(&history()) {
        let record = Frame::parse(&frame).unwrap().records().next().unwrap().unwrap();
        if record.bytes()[2] == kind.code() {
            return (book.fund(), record.bytes().to_vec());
        }
    }
    panic!("the history has no {kind}")
}

fn decode(record: &[u8], fund: &FundSpec) -> Result<(), RecordError> {
    let (record, rest) = Record::split(record)?;
    assert!(rest.is_empty());
    record.decode(fund, 1).map(drop)
}

#[test]
fn an_unknown_kind_or_version_stops_with_its_number() {
    let (fund, mut record) = record_of(Kind::BenefitPaid);
    record[2] = 200;
    let error = decode(&record, fund).unwrap_err();
    assert_eq!(error.to_string(), "event kind 200 is unknown to this program");
    record[2] = Kind::BenefitPaid.code();
    record[3] = 2;
    let error = decode(&record, fund).unwrap_err();
    assert_eq!(
        error.to_string(),
        "version 2 of event kind `benefit_paid` is unknown to this program"
    );
}

#[test]
fn an_event_of_one_fund_is_not_one_of_a_fund_that_may_not_do_it() {
    let injury = WorkInjury::SPEC;
    for (kind, other) in [
        (Kind::InvestmentPlaced, injury),
        (Kind::InvestmentRedeemed, injury),
        (Kind::InvestmentReturnReceived, EmployeeMedical::SPEC),
        (Kind::CrossProvinceSettled, injury),
        (Kind::CrossProvinceSettled, EnterprisePension::SPEC),
        (Kind::StateUsePaid, injury),
        (Kind::StateUsePaid, EmployeeMedical::SPEC),
    ] {
        let (own, record) = record_of(kind);
        assert_eq!(decode(&record, own), Ok(()), "{kind}");
        let error = decode(&record, other).unwrap_err();
        assert!(matches!(error, RecordError::Fact(_)), "{kind} as {}: {error}", other.code());
    }
}

/// A fund that never settles across provinces has no such payment that could come back, in part or whole.
#[test]
fn what_the_fund_cannot_have_paid_does_not_come_back_to_it() {
    for (kind, original_at) in [
        (Kind::PaymentReturned, 20 + 32 + 8 + 1 + 2 + 16 + 8),
        (Kind::BenefitRecovered, 20 + 32 + 8 + 1 + 2 + 16 + 8),
        (Kind::LatePaymentReturned, 20 + 32 + 8 + 1 + 2 + 16 + 8),
        (Kind::LateBenefitRecovered, 20 + 32 + 8 + 1 + 2 + 16 + 8),
    ] {
        let (own, mut record) = record_of(kind);
        assert_eq!((own, record[original_at]), (EnterprisePension::SPEC, 48), "{kind}");
        assert_eq!(decode(&record, own), Ok(()), "{kind}");
        record[original_at] = Kind::CrossProvinceSettled.code();
        let error = decode(&record, own).unwrap_err().to_string();
        assert_eq!(error, "`cross_province_settled` is not open to the fund `ENT_PENSION`");
    }
}

#[test]
fn a_purpose_outside_the_funds_list_does_not_decode() {
    // Benefit 7 exists in employees' medical insurance and in no other record here.
    let (own, mut record) = record_of(Kind::BenefitPaid);
    let purpose_at = 20 + 32 + 8 + 1;
    assert_eq!(record[purpose_at..purpose_at + 2], [1, 0]);
    record[purpose_at] = 7;
    assert_eq!(decode(&record, EmployeeMedical::SPEC), Ok(()));
    for fund in [own, WorkInjury::SPEC, ResidentsMedical::SPEC] {
        let error = decode(&record, fund).unwrap_err().to_string();
        let expected =
            format!("purpose 7 is not in the list `Benefit` of the fund `{}`", fund.code());
        assert_eq!(error, expected);
    }
}

/// A body may be changed so that it still decodes (another amount); it must then be the one spelling of
/// what it says. Changes that spell nothing are refused. The hash of the tree finds both: `tampering`.
#[test]
fn every_flip_in_a_record_gives_no_event_or_another_event() {
    for (book, frame) in all_frames(&history()) {
        let parsed = Frame::parse(&frame).unwrap();
        let record = parsed.records().next().unwrap().unwrap();
        let seq = parsed.first_seq();
        let event = record.decode(book.fund(), seq).unwrap();
        let mut damaged = record.bytes().to_vec();
        for at in (0..damaged.len()).filter(|at| !(4..20).contains(at)) {
            for flip in [1, 0x10, 0x80, 0xff] {
                damaged[at] ^= flip;
                if let Ok((record, _)) = Record::split(&damaged)
                    && let Ok(other) = record.decode(book.fund(), seq)
                {
                    assert_ne!(other, event, "byte {at} xor {flip}");
                }
                damaged[at] ^= flip;
            }
        }
    }
}

/// Mends the checksum of a frame, so that what lies behind it is reached.
fn with_checksum(mut body: Vec<u8>) -> Vec<u8> {
    let sum = crate::given::crc32(&body);
    body.extend_from_slice(&sum.to_le_bytes());
    body
}

fn read_all(bytes: &[u8]) {
    if let Ok(frame) = Frame::parse(bytes) {
        let _ = (frame.last_seq(), frame.key(), frame.recorded_at());
        for record in frame.records().flatten() {
            for fund in earmark_core::fund::BUILT_IN {
                let _ = record.decode(fund, u64::MAX);
            }
        }
    }
}

proptest! {
    #[test]
    fn junk_never_panics(junk in vec(any::<u8>(), 0..400)) {
        read_all(&junk);
        let _ = Record::split(&junk).map(|(record, _)| record.decode(WorkInjury::SPEC, 0));
    }

    #[test]
    fn junk_in_a_well_formed_frame_never_panics(
        records in vec(any::<u8>(), 0..300), seq in any::<u64>(), count in 0_u32..5, at in any::<i64>(),
    ) {
        let mut frame = b"EMKC\x01\0\0\0".to_vec();
        frame.extend_from_slice(&[7; 16]);
        frame.extend_from_slice(&seq.to_le_bytes());
        frame.extend_from_slice(&at.to_le_bytes());
        frame.extend_from_slice(&[9; 16]);
        frame.extend_from_slice(&count.to_le_bytes());
        frame.extend_from_slice(&u32::try_from(records.len()).unwrap().to_le_bytes());
        prop_assert_eq!(frame.len(), FRAME_HEADER_BYTES);
        frame.extend_from_slice(&records);
        read_all(&with_checksum(frame));
    }

    #[test]
    fn a_real_record_with_some_bytes_changed_never_panics(
        which in any::<prop::sample::Index>(), changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        thread_local!(static FRAMES: Vec<Vec<u8>> = all_frames(&history()).into_iter().map(|it| it.1).collect());
        let mut frame = FRAMES.with(|frames| which.get(frames).clone());
        frame.truncate(frame.len() - 4);
        for (place, byte) in changes {
            let at = place.index(frame.len());
            frame[at] = byte;
        }
        read_all(&with_checksum(frame));
    }
}
