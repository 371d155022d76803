//! What other people's verifiers are given, and what they give.
//!
//! ```text
//! vectors write FILE     writes proofs, tiles and notes, right ones and wrong ones
//! vectors check FILE     checks those that somebody else wrote
//! ```
//!
//! A line is a case, its words separated by one space; bytes are hexadecimal, lists have commas, and `-` is
//! nothing. `ok` has to be accepted and `bad` refused. Entry `n` of every log, counted from zero, is the
//! decimal number `n`.
//!
//! ```text
//! root <size> <root>
//! inclusion ok|bad <index> <size> <leaf hash> <root> <hashes>
//! consistency ok|bad <old size> <new size> <old root> <new root> <hashes>
//! tile <size> <path> <bytes>
//! path <level> <index> <width> <path>
//! note ok|bad <verifier key> <note>
//! cosigned ok|bad <verifier key> <note>
//! ```
//!
//! `tests/others/run` runs it with the verifiers that it finds.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a program for tests, which stops at once and says where"
)]

mod check;
mod write;

use std::process::ExitCode;

use earmark_tlog::{Hash, leaf_hash};

fn main() -> ExitCode {
    let words: Vec<_> = std::env::args().skip(1).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["write", file] => {
            std::fs::write(file, write::cases()).unwrap();
            ExitCode::SUCCESS
        }
        ["check", file] => check::cases(file, &std::fs::read_to_string(file).unwrap()),
        _ => {
            eprintln!("usage: vectors write|check FILE");
            ExitCode::from(2)
        }
    }
}

/// The leaves of a log of so many entries.
fn leaves(count: u64) -> Vec<Hash> {
    (0..count).map(|number| leaf_hash(number.to_string().as_bytes())).collect()
}

fn hex(bytes: &[u8]) -> String {
    if bytes.is_empty() {
        return "-".to_owned();
    }
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
