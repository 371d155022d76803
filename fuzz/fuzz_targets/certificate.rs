//! See `tests/suite/outside/certificate.rs`.
#![no_main]

#[path = "../../tests/suite/outside/certificate.rs"]
mod certificate;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = certificate::certificate(bytes);
});
