//! See `tests/suite/outside/acceptance.rs`.
#![no_main]

#[path = "../../tests/suite/outside/acceptance.rs"]
mod acceptance;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = acceptance::acceptance(bytes);
});
