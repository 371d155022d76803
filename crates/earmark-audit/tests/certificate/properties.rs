use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use earmark_audit::certificate::{Certificate, Statement};
use earmark_core::fund::{BUILT_IN, Fund, FundSpec};
use earmark_core::report::TrailFilter;
use earmark_testkit::strategy::fund::{TownHarvest, TownRelief};
use earmark_testkit::strategy::history::histories;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::histories::{samples, samples_of};
use crate::sample::Sample;

fn funds() -> Vec<&'static FundSpec> {
    BUILT_IN.into_iter().chain([TownRelief::SPEC, TownHarvest::SPEC]).collect()
}

fn said(sample: &Sample, text: &str) -> Option<Statement> {
    let certificate = Certificate::parse(text.as_bytes()).ok()?;
    certificate.verify_for(&funds(), &sample.policy()).ok()
}

/// The records of a certificate's text, and what stands around them.
fn split(text: &str) -> (String, Vec<String>, String) {
    let (mut before, mut records, mut after) = (String::new(), Vec::new(), String::new());
    for line in text.split_inclusive('\n') {
        if line.starts_with("record ") {
            records.push(line.to_owned());
        } else if records.is_empty() && !line.starts_with("attested ") && after.is_empty() {
            before.push_str(line);
        } else {
            after.push_str(line);
        }
    }
    (before, records, after)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// INV-47: of any book and party, the statement is what the book's trail says; whoever drops, adds, repeats,
    /// exchanges or changes a record or a figure is refused.
    #[test]
    fn inv_47_no_event_is_missing_added_or_changed(
        history in histories(60),
        which in any::<Index>(),
        one in any::<Index>(),
        other in any::<Index>(),
        change in 1_u8..=255,
    ) {
        let samples = samples_of(&history);
        prop_assume!(!samples.is_empty());
        let (sample, parties) = &samples[which.index(samples.len())];
        let mut named = 0;
        for party in parties {
            let text = sample.certificate(*party).to_string();
            let statement = said(sample, &text).expect("a certificate as issued");
            prop_assert_eq!(&Certificate::parse(text.as_bytes()).unwrap().to_string(), &text);

            // The trail, read another way.
            let trail = sample.source.trail(&TrailFilter::all().of_party(*party)).unwrap();
            let seqs: BTreeSet<_> = statement.entries().iter().map(|entry| entry.seq).collect();
            for recorded in &trail {
                prop_assert!(seqs.contains(&recorded.seq()), "event {} is missing", recorded.seq());
            }

            let (before, records, after) = split(&text);
            named += records.len();
            if records.is_empty() {
                continue;
            }
            let refused = |records: &[String], what: &str| {
                let changed = format!("{before}{}{after}", records.concat());
                let refused = changed == text || said(sample, &changed).is_none();
                prop_assert!(refused, "{} is accepted", what);
                Ok(())
            };
            let (one, other) = (one.index(records.len()), other.index(records.len()));
            let mut dropped = records.clone();
            let taken = dropped.remove(one);
            refused(&dropped, "a dropped record")?;
            let mut moved = dropped;
            moved.insert(other.min(moved.len()), taken);
            refused(&moved, "a record at another place")?;
            let mut repeated = records.clone();
            repeated.insert(other, records[one].clone());
            refused(&repeated, "a record twice")?;
            let words = |line: &str| {
                line.trim_end().split(' ').map(str::to_owned).collect::<Vec<_>>()
            };
            let mut exchanged = records.clone();
            let (first, second) = (words(&records[one]), words(&records[other]));
            exchanged[one] = format!("record {} {}\n", first[1], second[2]);
            exchanged[other] = format!("record {} {}\n", second[1], first[2]);
            if one != other {
                refused(&exchanged, "exchanged records")?;
            }
            let mut changed = records.clone();
            let mut bytes = STANDARD.decode(&first[2]).unwrap();
            let place = other % bytes.len();
            bytes[place] ^= change;
            changed[one] = format!("record {} {}\n", first[1], STANDARD.encode(bytes));
            refused(&changed, "a changed record")?;
            let mut renumbered = records.clone();
            let seq: u64 = first[1].parse().unwrap();
            renumbered[one] = format!("record {} {}\n", seq ^ u64::from(change), first[2]);
            refused(&renumbered, "another number")?;

            let figures = words(before.lines().find(|line| line.starts_with("present ")).unwrap());
            for place in 1..=4 {
                let mut figures = figures.clone();
                let figure: u128 = figures[place].parse().unwrap();
                figures[place] = (figure + u128::from(change)).to_string();
                let line = before.lines().find(|line| line.starts_with("present ")).unwrap();
                let changed = text.replacen(line, &figures.join(" "), 1);
                prop_assert!(said(sample, &changed).is_none(), "figure {} is accepted", place);
            }
        }
        let lines: u64 = sample.roll.lines().map(|line| line.events).sum();
        prop_assert_eq!(u64::try_from(named).unwrap(), lines);
    }
}

/// The histories of the browser's test have every kind that names a party and that a book can record.
#[test]
fn the_fixed_histories_have_every_kind() {
    let mut kinds = BTreeSet::new();
    for (sample, parties) in samples(0x0eaf_5eed, 12) {
        for party in parties {
            let statement = said(&sample, &sample.certificate(party).to_string()).unwrap();
            kinds.extend(statement.entries().iter().map(|entry| entry.kind));
            assert!(!crate::sample::summary(&statement).is_empty());
        }
    }
    println!("{kinds:?}");
    assert!(!kinds.contains("other"));
    assert!(kinds.len() >= 18, "{} kinds: {kinds:?}", kinds.len());
}
