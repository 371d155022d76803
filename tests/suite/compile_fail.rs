//! What the law forbids does not compile: one program for each forbidden thing, with the words in
//! which the compiler refuses it.

/// To write the words anew after a change of the traits: `TRYBUILD=overwrite cargo test compile_fail`,
/// then read them.
#[test]
fn inv_25_forbidden_programs_do_not_compile() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("compile_fail/*.rs");
}

/// The frame around every forbidden program is lawful: with the lawful words it compiles.
#[test]
fn the_lawful_program_compiles() {
    trybuild::TestCases::new().pass("compile_pass/*.rs");
}
