//! A reader in another language comes to the same roots and balances.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use earmark_core::account::Account;
use tempfile::tempdir;

use crate::dishonest::{commits, first_of, forge, record};
use crate::given::{Desk, write};
use crate::rolls::{ROLL_ATTESTED, ROOT, attested};

const READER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/reader/read_package.py");

/// What the reader says; none where there is no Python here. `.ci/run` runs the reader in any case.
fn read(folder: &Path) -> Option<Output> {
    Command::new("python3").arg(READER).arg("--json").arg(folder).output().ok()
}

#[test]
fn inv_46_a_reader_in_python_gets_the_same_balances() {
    let mut desk = attested(Desk::new());
    desk.premiums("2022-01-01", 300);
    let folder = tempdir().unwrap();
    write(&desk.ledger, folder.path()).unwrap();
    let Some(output) = read(folder.path()) else { return };
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    let head = desk.book.head().unwrap();
    let mut expected = vec![format!("\"root\": \"{}\"", head.frontier.root())];
    expected.push(format!("\"events\": {}", head.state.seq()));
    for account in Account::ALL {
        let held = head.state.balance_minor(account);
        expected.push(format!("\"{}\": {held}", account.word()));
    }
    for line in expected {
        assert!(said.contains(&line), "{line} in {said}");
    }
    // It can fail, too.
    for file in ["tile/entries/000", "tile/1/000.p/2", "commits/000", "book"] {
        let path = folder.path().join(desk.id().to_string()).join(file);
        let bytes = fs::read(&path).unwrap();
        let mut changed = bytes.clone();
        changed[bytes.len() / 2] ^= 1;
        fs::write(&path, changed).unwrap();
        let output = read(folder.path()).unwrap();
        assert_eq!(output.status.code(), Some(1), "{file}");
        fs::write(&path, bytes).unwrap();
    }
}

#[test]
fn inv_42_a_reader_in_python_finds_a_false_roll_without_the_secret() {
    let desk = attested(Desk::new());
    let lawful = commits(&desk.book, &desk);
    let first = first_of(&lawful, ROLL_ATTESTED, 1);
    for seq in [first, first_of(&lawful, ROLL_ATTESTED, first + 8)] {
        let mut events = lawful.clone();
        record(&mut events, seq)[ROOT + 5] ^= 1;
        let folder = tempdir().unwrap();
        forge(folder.path(), desk.id(), &events);
        let Some(output) = read(folder.path()) else { return };
        assert_eq!(output.status.code(), Some(1));
        let said = String::from_utf8_lossy(&output.stdout);
        let found = format!("event {seq}: the root of its roll is ");
        assert!(said.contains(&found) && said.contains(", the events give "), "{said}");
    }
    let folder = tempdir().unwrap();
    forge(folder.path(), desk.id(), &lawful);
    let output = read(folder.path()).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}
