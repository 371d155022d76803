//! See `tests/suite/outside/package_text.rs`.
#![no_main]

#[path = "../../tests/suite/outside/package_text.rs"]
mod package_text;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = package_text::package_text(bytes);
});
