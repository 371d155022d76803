//! A file cut short, anywhere, is found.

use earmark_core::FaultKind;

use crate::flips::{Said, Verdict};
use crate::random::Random;
use crate::sample::{Place, try_open};

#[test]
fn a_file_cut_short_is_found() {
    let place = Place::with_sample();
    let bytes = std::fs::read(&place.path).unwrap();
    let said = Said::by(&place.path);
    let mut random = Random::new(2);
    let pages = (0..bytes.len()).step_by(8192);
    let edges = [1, 15, 16, 99, 100, 511, 512, 4096, bytes.len() - 1];
    let anywhere = (0..150).map(|_| random.below(bytes.len() as u64) as usize);
    for length in pages.chain(edges).chain(anywhere) {
        std::fs::write(&place.path, &bytes[..length]).unwrap();
        for ending in ["-wal", "-shm"] {
            let _ = std::fs::remove_file(place.beside(ending));
        }
        let verdict = said.judge(&place.path);
        assert!(matches!(verdict, Verdict::Refused | Verdict::Found), "{length}: {verdict:?}");
        let fault = try_open(&place.path).map(drop).unwrap_err();
        assert!(matches!(fault.kind(), FaultKind::NotALedger | FaultKind::Damaged), "{fault:?}");
        assert_eq!(std::fs::read(&place.path).unwrap(), bytes[..length], "it is not touched");
    }
}

/// What stands behind the last page belongs to nobody and is not read.
#[test]
fn bytes_after_the_end_do_no_harm() {
    let place = Place::with_sample();
    let said = Said::by(&place.path);
    for extra in [1, 100, 8192, 20_000] {
        let mut bytes = std::fs::read(&place.path).unwrap();
        bytes.resize(bytes.len() + extra, 0xa5);
        std::fs::write(&place.path, &bytes).unwrap();
        assert_eq!(said.judge(&place.path), Verdict::Harmless);
    }
}
