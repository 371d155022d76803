//! See `earmark_testkit::outside::verifier_key`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = earmark_testkit::outside::verifier_key(bytes);
});
