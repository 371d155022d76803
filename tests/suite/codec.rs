//! Stored bytes: what was written once reads back for ever, and nothing else reads at all.

mod damage;
mod files;
mod golden;
mod history;
mod matters;
mod rolls;

pub(crate) use files::OLD_FILES;
pub(crate) use golden::golden_frames;

use earmark_core::ledger::Ledger;

/// The histories of which there are golden vectors.
pub(crate) fn golden_ledgers() -> [Ledger; 3] {
    [history::history(), matters::matters(), rolls::rolls()]
}

/// Lower-case hexadecimal.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(hex: &str) -> Vec<u8> {
    assert_eq!(hex.len() % 2, 0, "two digits a byte");
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}
