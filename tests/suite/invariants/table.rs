//! `docs/invariants.md` says which invariant is tried by which test. It cannot go stale unnoticed.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use earmark_core::Rule;

const PAGE: &str = include_str!("../../../docs/invariants.md");

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// What stands between backticks.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// A part of the page, from one heading to the next of its level.
fn part(heading: &str) -> &'static str {
    let (_, after) = PAGE.split_once(heading).unwrap_or_else(|| panic!("no part `{heading}`"));
    after.split("\n## ").next().unwrap()
}

/// The rows of a table that begin with an id.
fn rows(text: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    text.lines()
        .filter_map(|line| line.strip_prefix("| ")?.split_once(" | "))
        .filter(|(id, _)| id.starts_with("INV-"))
}

/// Every file of Rust below a folder, as text.
fn sources(folder: &Path, into: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("target") {
            sources(&path, into);
        } else if path.extension().is_some_and(|it| it == "rs") {
            into.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
}

/// The names of all functions, and of the programs that must not compile.
fn names() -> BTreeSet<String> {
    let mut text = String::new();
    for folder in ["tests", "crates"] {
        sources(&root().join(folder), &mut text);
    }
    let functions = text.lines().filter_map(|line| {
        let line = line.trim_start();
        let line = line.strip_prefix("pub(super) ").or(line.strip_prefix("pub ")).unwrap_or(line);
        Some(line.strip_prefix("fn ")?.split(['(', '<']).next()?.to_owned())
    });
    let programs = fs::read_dir(root().join("tests/compile_fail")).unwrap().filter_map(|entry| {
        let path = entry.unwrap().path();
        path.extension().is_some_and(|it| it == "rs").then_some(path)
    });
    let programs = programs.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned());
    functions.chain(programs).collect()
}

/// The number in the name of a property: `inv_04_…` is 4.
fn number(name: &str) -> Option<u32> {
    let digits = name.strip_prefix("inv_")?.get(..2)?;
    digits.parse().ok().filter(|_| name.as_bytes().get(6) == Some(&b'_'))
}

#[test]
fn every_invariant_has_a_test_named_after_it() {
    let numbers: BTreeSet<u32> = names().iter().filter_map(|name| number(name)).collect();
    let ids = rows(part("## Upheld in code")).map(|(id, _)| id);
    let ids: BTreeSet<u32> = ids.map(|id| id["INV-".len()..].parse().unwrap()).collect();
    assert!(ids.len() >= 40, "{ids:?}");
    let without: Vec<_> = ids.difference(&numbers).collect();
    assert!(without.is_empty(), "no test is named after {without:?}");
    let unknown: Vec<_> = numbers.difference(&ids).collect();
    assert!(unknown.is_empty(), "no invariant has the number of {unknown:?}");
}

#[test]
fn every_test_named_after_an_invariant_stands_in_its_row() {
    let tests: Vec<_> = rows(part("## Tests")).collect();
    for name in names() {
        let Some(number) = number(&name) else { continue };
        let id = format!("INV-{number:02}");
        let shown = tests.iter().filter(|(of, _)| *of == id).flat_map(|(_, cell)| code(cell));
        let shown = shown.map(|it| it.rsplit("::").next().unwrap_or(it));
        assert!(shown.into_iter().any(|it| it == name), "`{name}` is not in the row of {id}");
    }
}

#[test]
fn every_name_in_the_tables_of_tests_exists() {
    let names = names();
    let mut wrong = Vec::new();
    for (id, cell) in rows(part("## Tests")) {
        for word in code(cell) {
            let exists = if word.contains('/') {
                let path = word.replacen("core/", "earmark-core/src/", 1);
                let path = path.replacen("tlog/", "earmark-tlog/src/", 1);
                root().join("crates").join(path).exists() || root().join(word).exists()
            } else if word.contains('_') {
                names.contains(word.rsplit("::").next().unwrap())
            } else {
                Rule::ALL.iter().any(|rule| rule.code() == word)
            };
            if !exists {
                wrong.push(format!("{id}: `{word}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "not there: {}", wrong.join(", "));
}
