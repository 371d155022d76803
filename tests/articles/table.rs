//! `docs/articles.md` says which article has which home, rule and test. It cannot go stale unnoticed.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use earmark_core::Rule;

const PAGE: &str = include_str!("../../docs/articles.md");

/// The articles of the core (class L) in the regulation's own numbering.
const CORE: [&str; 19] = [
    "1-2", "3", "8", "9", "10", "16", "19", "21", "24", "25", "26", "28", "39", "43", "52", "53",
    "54", "55", "56",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The cells of every row of a table with four columns after the first.
fn rows() -> Vec<Vec<&'static str>> {
    PAGE.lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("|---"))
        .map(|line| line.trim_matches('|').split(" | ").map(str::trim).collect())
        .collect()
}

/// What stands between backticks.
fn code(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
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

fn tests() -> BTreeSet<String> {
    let mut text = String::new();
    for folder in ["tests", "crates", "examples"] {
        sources(&root().join(folder), &mut text);
    }
    let names = text.lines().filter_map(|line| {
        let name = line.trim_start().strip_prefix("fn ")?;
        Some(name.split(['(', '<']).next()?.to_owned())
    });
    names.collect()
}

#[test]
fn every_home_rule_and_test_of_the_page_exists() {
    let tests = tests();
    let mut wrong = Vec::new();
    for row in rows() {
        let (article, cells) = row.split_first().unwrap();
        for word in cells.iter().flat_map(|cell| code(cell)) {
            let exists = if word.contains('/') {
                root().join("crates").join(word).exists()
            } else if word.contains('_') {
                tests.contains(word)
            } else {
                word == "verify" || Rule::ALL.iter().any(|rule| rule.code() == word)
            };
            if !exists {
                wrong.push(format!("{article}: `{word}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "not there: {}", wrong.join(", "));
}

#[test]
fn every_article_of_the_core_has_a_home_or_says_that_it_has_none() {
    let rows = rows();
    for article in CORE.iter().chain(&["57-58", "63", "64", "65"]) {
        let row = rows.iter().find(|row| row.first() == Some(article));
        let row = row.unwrap_or_else(|| panic!("article {article} has no row"));
        let home = row.get(2).is_some_and(|home| home.contains('`') || home.contains("No home"));
        assert!(home, "article {article} has neither a home nor a word that it has none");
    }
}

#[test]
fn every_test_named_after_an_article_or_a_flow_stands_on_the_page() {
    let shown: BTreeSet<&str> = code(PAGE).collect();
    let number = |byte: u8| byte.is_ascii_digit();
    for test in tests() {
        let bytes = test.as_bytes();
        let article = test.starts_with("art_") && bytes.get(4).copied().is_some_and(number);
        let flow = matches!(bytes, [b'x', n, b'_', ..] if number(*n));
        assert!(!(article || flow) || shown.contains(test.as_str()), "`{test}` is not on the page");
    }
}
