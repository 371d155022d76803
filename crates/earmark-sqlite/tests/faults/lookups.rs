//! A damaged index does not let a text or a commit be recorded twice.

use earmark_core::id::key;

use crate::sample::{NANJING, Place, book, copy, open, premium, ready, try_open};

const TEXT: &str = "finance department of the province";

#[test]
fn a_damaged_index_lets_nothing_be_recorded_twice() {
    let sound = Place::new();
    let (number, last_seq) = {
        let ledger = open(&sound.path);
        let (nanjing, voucher) = ready(&ledger, NANJING);
        let number = nanjing.register(TEXT).unwrap().number();
        nanjing.record(key("once"), &voucher, premium(1, 500)).unwrap();
        (number, nanjing.last_seq().unwrap())
    };
    let bytes = std::fs::read(&sound.path).unwrap();
    let mut refused_to_write = 0;
    for wanted in [TEXT.as_bytes(), &key("once").bytes()] {
        let places: Vec<_> =
            (0..bytes.len() - wanted.len()).filter(|at| bytes[*at..].starts_with(wanted)).collect();
        // In the commit's frame, in the row, and in the index.
        assert!(places.len() >= 3, "{places:?}");
        for at in places {
            let place = Place::new();
            copy(&sound.path, &place.path);
            let mut damaged = bytes.clone();
            damaged[at + wanted.len() / 2] ^= 4;
            std::fs::write(&place.path, damaged).unwrap();
            let Ok(ledger) = try_open(&place.path) else { continue };
            let nanjing = book(&ledger, NANJING);
            if let Ok(text) = nanjing.register(TEXT) {
                assert_eq!(text.number(), number, "byte {at}: registered twice");
            } else {
                refused_to_write += 1;
            }
            // The voucher is made of texts, which may be the damaged ones.
            let voucher = crate::sample::voucher(&nanjing);
            match nanjing.record(key("once"), &voucher, premium(1, 500)) {
                Ok(receipt) => assert!(receipt.repeated(), "byte {at}: recorded twice"),
                Err(_) => refused_to_write += 1,
            }
            assert_eq!(nanjing.last_seq().unwrap(), last_seq, "byte {at}");
        }
    }
    assert!(refused_to_write > 0);
}
