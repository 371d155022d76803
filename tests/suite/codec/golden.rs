//! Golden vectors: the bytes of one event of every kind and version, committed, and pinned both ways.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

use earmark_core::codec::{Frame, Record, RecordError};
use earmark_core::event::{Event, Kind};
use earmark_core::fund::{BUILT_IN, Fund, WorkInjury};
use earmark_core::id::{BookId, area};
use earmark_core::ledger::Ledger;

use super::history::{all_frames, history};
use super::matters::matters;
use super::rolls::rolls;
use super::{bytes, hex};
use crate::law::Trust;

/// A file of vectors, the history that it is of, and how many events it has.
struct Golden {
    file: &'static str,
    text: &'static str,
    history: fn() -> Ledger,
    events: usize,
}

const GOLDEN: [Golden; 3] = [
    Golden { file: "v1.txt", text: include_str!("../../data/golden/v1.txt"), history, events: 49 },
    Golden {
        file: "v2.txt",
        text: include_str!("../../data/golden/v2.txt"),
        history: matters,
        events: 82,
    },
    Golden {
        file: "v3.txt",
        text: include_str!("../../data/golden/v3.txt"),
        history: rolls,
        events: 21,
    },
];

/// What an event says, in words that do not depend on how it is laid out in memory.
pub(super) fn summary(event: &Event) -> String {
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
fn vectors(ledger: &Ledger) -> String {
    let mut text = String::new();
    for (book, frame) in all_frames(ledger) {
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

/// With `EARMARK_GOLDEN=write` a file is written where it is empty. It is never overwritten: a new version
/// of a body gets a file of its own.
#[test]
fn what_is_written_today_is_what_was_always_written() {
    for Golden { file, text, history, .. } in GOLDEN {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/golden").join(file);
        let today = vectors(&history());
        if std::env::var("EARMARK_GOLDEN").as_deref() == Ok("write") && text.is_empty() {
            std::fs::write(path, &today).unwrap();
            continue;
        }
        for (line, (found, golden)) in today.lines().zip(text.lines()).enumerate() {
            assert_eq!(found, golden, "line {} of the golden vectors {file}", line + 1);
        }
        assert_eq!(today.lines().count(), text.lines().count(), "{file}");
    }
}

#[test]
fn what_was_written_once_still_reads_as_it_did() {
    let mut kinds = BTreeSet::new();
    for Golden { file, text, events, .. } in GOLDEN {
        assert_eq!(read_again(text, &mut kinds), events, "{file}");
    }
    let missing: Vec<_> = Kind::ALL.iter().filter(|kind| !kinds.contains(kind)).collect();
    assert!(missing.is_empty(), "no golden vector of {missing:?}");
}

/// Every committed frame.
pub(crate) fn golden_frames() -> Vec<Vec<u8>> {
    let lines = GOLDEN.iter().flat_map(|golden| golden.text.lines());
    lines.filter_map(|line| line.strip_prefix("frame ")).map(bytes).collect()
}

/// Whether the decoder knows a version of a kind: it says so of an empty body.
fn is_known(kind: Kind, version: u8) -> bool {
    let mut record = vec![20, 0, kind.code(), version];
    record.extend([0; 16]);
    let (record, _) = Record::split(&record).unwrap();
    let error = record.decode(WorkInjury::SPEC, 1).unwrap_err();
    !matches!(error, RecordError::Version { .. } | RecordError::Kind { .. })
}

/// What can be decoded has a vector, so that nobody changes what it means without noticing.
#[test]
fn every_version_of_every_kind_has_a_vector() {
    let mut kept = BTreeSet::new();
    for frame in golden_frames() {
        for record in Frame::parse(&frame).unwrap().records() {
            let record = record.unwrap();
            kept.insert((record.bytes()[2], record.bytes()[3]));
        }
    }
    let versions = Kind::ALL.iter().flat_map(|kind| (0..=u8::MAX).map(|it| (*kind, it)));
    let known: BTreeSet<_> = versions
        .filter(|(kind, version)| is_known(*kind, *version))
        .map(|(kind, version)| (kind.code(), version))
        .collect();
    let missing: Vec<_> = known.difference(&kept).collect();
    assert!(missing.is_empty(), "no golden vector of these kinds and versions: {missing:?}");
    assert_eq!(known, kept, "what was written once is known for ever");
    assert_eq!(known.len(), Kind::ALL.len() + 1);
}

/// Reads every frame of a file; gives how many events there are, and which kinds.
fn read_again(text: &str, kinds: &mut BTreeSet<Kind>) -> usize {
    let funds: Vec<_> = BUILT_IN.into_iter().chain([Trust::SPEC]).collect();
    let mut checked = 0;
    let mut book = None;
    let mut said = Vec::new();
    for line in text.lines() {
        match line.split_once(' ') {
            Some(("book", name)) => {
                let (code, fund) = name.split_once('/').unwrap();
                book = BookId::find(area(code).unwrap(), fund, &funds);
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
    checked
}
