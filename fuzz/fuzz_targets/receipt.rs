//! See `tests/suite/outside/receipt.rs`.
#![no_main]

#[path = "../../tests/suite/outside/receipt.rs"]
mod receipt;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = receipt::receipt(bytes);
});
