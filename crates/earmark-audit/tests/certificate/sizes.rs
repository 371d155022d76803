//! How long certificates get: computed from the lengths of paths, and compared with one that is made.

use earmark_core::roll::RollProof;

use crate::sample::{EMPLOYER, STRANGER, year_of_work_injury};

/// Characters of so many bytes in base64.
fn encoded(bytes: usize) -> usize {
    bytes.div_ceil(3) * 4
}

/// Hashes of the longest path in a tree of so many leaves.
fn height(leaves: u64) -> usize {
    usize::try_from(leaves.next_power_of_two().ilog2()).unwrap()
}

/// How many bytes a certificate has beyond the sample's, where its paths are as long as these.
fn with_paths(text: &str, shown: (usize, usize), wanted: (usize, usize)) -> usize {
    let (roll, log) = (encoded(32) + "hash \n".len(), encoded(32) + "\n".len());
    text.len() + (wanted.0 - shown.0) * roll + (wanted.1 - shown.1) * log
}

#[test]
fn twelve_premiums_among_millions_take_a_few_kilobytes() {
    let sample = year_of_work_injury();
    let (parties, events) = (1_000_000, 10_000_000);
    let hashes = |text: &str| {
        let roll = text.lines().filter(|line| line.starts_with("hash ")).count();
        let log = text.split("tlog-proof@v1\n").nth(1).unwrap();
        (roll, log.lines().take_while(|line| !line.is_empty()).count() - 1)
    };

    let present = sample.certificate(EMPLOYER).to_string();
    let size = with_paths(&present, hashes(&present), (height(parties), height(events)));
    // Numbers that grow with the book: about six digits each, of twelve records, a line and two places.
    let digits = 6 * 15;
    println!("12 premiums among {events} events, {parties} parties: {} bytes", size + digits);
    assert!((4_000..6_000).contains(&(size + digits)), "{size}");

    let absent = sample.certificate(STRANGER).to_string();
    let size = with_paths(&absent, hashes(&absent), (2 * height(parties), height(events)));
    println!("absence among as many: {} bytes", size + 6 * 4);
    assert!((3_000..5_000).contains(&(size + 6 * 4)), "{size}");
    assert!(matches!(sample.roll.prove(STRANGER), RollProof::Absent { .. }));
}
