//! See `tests/suite/outside/mirror_statement.rs`.
#![no_main]

#[path = "../../tests/suite/outside/mirror_statement.rs"]
mod mirror_statement;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = mirror_statement::mirror_statement(bytes);
});
