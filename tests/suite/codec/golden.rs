//! Golden vectors: the bytes of one event of every kind and version, committed, and pinned both ways.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

use earmark_core::codec::Frame;
use earmark_core::event::{Event, Kind};
use earmark_core::fund::BUILT_IN;
use earmark_core::id::{BookId, area};

use super::history::{all_frames, history};
use super::{bytes, hex};

const VERSION_1: &str = include_str!("../../data/golden/v1.txt");

/// What an event says, in words that do not depend on how it is laid out in memory.
fn summary(event: &Event) -> String {
    let fact = event.fact();
    let mut words = format!(
        "seq={} kind={} recorded_at={} effective_on={} register={} document={} basis={} actor={}",
        event.seq(),
        event.kind(),
        event.recorded_at(),
        event.effective_on(),
        event.register(),
        event.document(),
        event.basis(),
        event.actor(),
    );
    let mut word = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            write!(words, " {name}={value}").unwrap();
        }
    };
    word("account", fact.account().map(|it| it.code().to_string()));
    word("purpose", (fact.purpose_code() != 0).then(|| fact.purpose_code().to_string()));
    word("minor", (fact.amount_minor() != 0).then(|| fact.amount_minor().to_string()));
    word("party", fact.party().map(|it| it.to_string()));
    word("correlation", event.correlation().map(|it| it.to_string()));
    word("causation", event.causation().map(|it| it.to_string()));
    word("detail", Some(format!("{:?}", fact.detail())).filter(|it| it != "None"));
    words
}

/// The vectors of the history: a book, what its event says, the bytes of its frame.
fn vectors() -> String {
    let mut text = String::new();
    for (book, frame) in all_frames(&history()) {
        let parsed = Frame::parse(&frame).unwrap();
        writeln!(text, "book {book}").unwrap();
        for (seq, record) in (parsed.first_seq()..).zip(parsed.records()) {
            let event = record.unwrap().decode(book.fund(), seq).unwrap();
            writeln!(text, "event {}", summary(&event)).unwrap();
        }
        writeln!(text, "frame {}\n", hex(&frame)).unwrap();
    }
    text
}

/// With `EARMARK_GOLDEN=write` the file is written where it does not exist. It is never overwritten:
/// a new version of a body gets a file of its own.
#[test]
fn what_is_written_today_is_what_was_always_written() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/golden/v1.txt");
    let today = vectors();
    if std::env::var("EARMARK_GOLDEN").as_deref() == Ok("write") && VERSION_1.is_empty() {
        std::fs::write(path, &today).unwrap();
        return;
    }
    for (line, (found, golden)) in today.lines().zip(VERSION_1.lines()).enumerate() {
        assert_eq!(found, golden, "line {} of the golden vectors", line + 1);
    }
    assert_eq!(today.lines().count(), VERSION_1.lines().count());
}

#[test]
fn what_was_written_once_still_reads_as_it_did() {
    let mut kinds = BTreeSet::new();
    let mut checked = 0;
    let mut book = None;
    let mut said = Vec::new();
    for line in VERSION_1.lines() {
        match line.split_once(' ') {
            Some(("book", name)) => {
                let (code, fund) = name.split_once('/').unwrap();
                book = BookId::find(area(code).unwrap(), fund, &BUILT_IN);
                said.clear();
            }
            Some(("event", words)) => said.push(words),
            Some(("frame", digits)) => {
                let (book, stored) = (book.unwrap(), bytes(digits));
                let frame = Frame::parse(&stored).unwrap();
                assert_eq!(frame.book(), book.digest());
                let events: Vec<_> = (frame.first_seq()..)
                    .zip(frame.records())
                    .map(|(seq, record)| record.unwrap().decode(book.fund(), seq).unwrap())
                    .collect();
                assert_eq!(events.iter().map(summary).collect::<Vec<_>>(), said);
                kinds.extend(events.iter().map(Event::kind));
                checked += events.len();
            }
            _ => assert!(line.is_empty(), "{line}"),
        }
    }
    let missing: Vec<_> = Kind::ALL.iter().filter(|kind| !kinds.contains(kind)).collect();
    assert!(missing.is_empty(), "no golden vector of {missing:?}");
    assert_eq!(checked, 49);
}
