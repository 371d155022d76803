//! See `earmark_testkit::outside::ledger`: a whole file, opened read-only and for writing.
#![no_main]

use earmark_core::ledger::Ledger;
use earmark_core::time::Timestamp;
use earmark_sqlite::OpenOptions;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("any.earmark");
    std::fs::write(&path, bytes).unwrap();
    for options in [OpenOptions::new().read_only(), OpenOptions::new()] {
        if let Ok(store) = options.open(&path) {
            let _ = earmark_testkit::outside::ledger(&Ledger::new(store, Timestamp::MAX));
        }
    }
});
