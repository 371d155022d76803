//! Commit frames, alone and with the columns that stand beside them.

use earmark_core::codec::{FRAME_HEADER_BYTES, Frame, FrameError, MAX_FRAME_BYTES};
use earmark_core::id::{BookId, Key, area};
use earmark_core::store::{StoredCommit, find_event};
use earmark_tlog::Hash;

use super::record::judged;
use super::{Reading, funds};

/// One commit frame. Where nothing but its checksum is wrong, it is read again with the checksum mended:
/// what lies behind it must hold too.
///
/// # Panics
/// Where a promise of the decoder is broken; see the [module](super).
pub fn frame(bytes: &[u8]) -> Reading {
    match Frame::parse(bytes) {
        Ok(frame) => Reading::of(read(&frame, bytes)),
        Err(FrameError::Checksum) => {
            let mended = mended(bytes);
            Frame::parse(&mended).map_or(Reading::Refused, |it| Reading::of(read(&it, &mended)))
        }
        Err(_) => Reading::Refused,
    }
}

/// One commit frame as a store keeps it: whatever the columns beside it say, only those that the frame
/// itself states are taken, and only in its own book.
///
/// # Panics
/// Where a promise of the decoder is broken; see the [module](super).
pub fn commit(bytes: &[u8]) -> Reading {
    let mended = mended(bytes);
    let Ok(frame) = Frame::parse(&mended) else { return Reading::Refused };
    let books: Vec<_> = ["320100", "320200"]
        .into_iter()
        .flat_map(|code| {
            funds().into_iter().map(move |fund| BookId::new(area(code).unwrap(), fund))
        })
        .collect();
    let right = StoredCommit {
        first_seq: frame.first_seq(),
        count: frame.count(),
        recorded_at: frame.recorded_at(),
        key: frame.key(),
        root: Hash([0; 32]),
        frame: &mended,
    };
    let mut wrong_key = frame.key().bytes();
    wrong_key[15] ^= 1;
    let wrong = [
        StoredCommit { first_seq: right.first_seq ^ 1, ..right },
        StoredCommit { count: right.count ^ 1, ..right },
        StoredCommit { key: Key::from_bytes(wrong_key), ..right },
    ];
    let mut own = 0;
    for book in books {
        let opened = right.open(book).is_ok();
        assert_eq!(opened, frame.book() == book.digest(), "{book}");
        assert!(wrong.iter().all(|columns| columns.open(book).is_err()), "{book}");
        own += usize::from(opened);
        if opened {
            found(book, &frame);
        }
    }
    assert!(own <= 1, "a frame is of one book");
    Reading::of(own == 1)
}

/// Every event is found under its own number, and nothing under another.
fn found(book: BookId, frame: &Frame<'_>) {
    let (first, last) = (frame.first_seq(), frame.last_seq());
    assert!(!matches!(find_event(book, frame, first - 1), Ok(Some(_))));
    assert!(!matches!(find_event(book, frame, last + 1), Ok(Some(_))));
    assert!(!matches!(find_event(book, frame, u64::MAX), Ok(Some(_))));
    let last = last.min(first.saturating_add(64));
    for seq in first..=last {
        if let Ok(Some(event)) = find_event(book, frame, seq) {
            assert_eq!(event.seq(), seq);
        }
    }
}

/// Judges a frame that was accepted; gives whether every record of it is an event too.
fn read(frame: &Frame<'_>, bytes: &[u8]) -> bool {
    assert!(bytes.len() <= MAX_FRAME_BYTES);
    assert!((1..=65_536).contains(&frame.count()));
    assert_eq!(frame.last_seq() - frame.first_seq(), u64::from(frame.count()) - 1);
    assert!(frame.records().count() <= bytes.len(), "no more records than bytes");
    let mut written = b"EMKC\x01\0\0\0".to_vec();
    written.extend(frame.book());
    written.extend(frame.first_seq().to_le_bytes());
    written.extend(frame.recorded_at().micros().to_le_bytes());
    written.extend(frame.key().bytes());
    written.extend(frame.count().to_le_bytes());
    let records: Result<Vec<_>, _> = frame.records().collect();
    let Ok(records) = records else { return false };
    assert_eq!(records.len(), usize::try_from(frame.count()).unwrap());
    let length: usize = records.iter().map(|record| record.bytes().len()).sum();
    written.extend(u32::try_from(length).unwrap().to_le_bytes());
    assert_eq!(written.len(), FRAME_HEADER_BYTES);
    written.extend(records.iter().flat_map(|record| record.bytes()));
    written.extend(crc32(&written).to_le_bytes());
    assert_eq!(written, bytes, "the one spelling of a frame");
    let mut events = true;
    for (seq, record) in (frame.first_seq()..=frame.last_seq()).zip(records) {
        events &= judged(record, seq);
    }
    events
}

/// The same with the checksum that fits.
fn mended(bytes: &[u8]) -> Vec<u8> {
    let mut mended = bytes.to_vec();
    if let Some(body) = bytes.len().checked_sub(4) {
        mended.truncate(body);
        mended.extend(crc32(&mended).to_le_bytes());
    }
    mended
}

/// CRC-32 (ISO-HDLC), by nibbles: not the library's own.
fn crc32(bytes: &[u8]) -> u32 {
    const NIBBLES: [u32; 16] = [
        0x0000_0000,
        0x1db7_1064,
        0x3b6e_20c8,
        0x26d9_30ac,
        0x76dc_4190,
        0x6b6b_51f4,
        0x4db2_6158,
        0x5005_713c,
        0xedb8_8320,
        0xf00f_9344,
        0xd6d6_a3e8,
        0xcb61_b38c,
        0x9b64_c2b0,
        0x86d3_d2d4,
        0xa00a_e278,
        0xbdbd_f21c,
    ];
    let mut crc = u32::MAX;
    for byte in bytes {
        for nibble in [byte & 15, byte >> 4] {
            crc = NIBBLES[usize::try_from((crc ^ u32::from(nibble)) & 15).unwrap()] ^ (crc >> 4);
        }
    }
    !crc
}
