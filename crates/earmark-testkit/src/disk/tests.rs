use std::collections::BTreeSet;

use super::{Disk, Image, Journal};

const SEEDS: u64 = 400;

/// What the crashes at the end of a journal leave of one file.
fn crashes(journal: &Journal, name: &str) -> BTreeSet<Option<Vec<u8>>> {
    let found = |seed| journal.crash(journal.len(), seed).file(name).map(<[u8]>::to_vec);
    (0..SEEDS).map(found).collect()
}

fn filled(byte: u8, sectors: usize) -> Vec<u8> {
    vec![byte; sectors * 512]
}

/// A file of this content, all of it safe.
fn with_file(name: &str, bytes: &[u8]) -> Journal {
    let mut journal = Journal::new();
    journal.adopt(name, bytes);
    journal
}

#[test]
fn what_was_synced_is_there() {
    let mut journal = with_file("a", &filled(1, 3));
    let file = journal.file("a").unwrap();
    journal.write(file, 700, &[2; 100]);
    journal.truncate(file, 1_300);
    journal.sync(file);
    let mut expected = filled(1, 3);
    expected[700..800].fill(2);
    expected.truncate(1_300);
    assert_eq!(crashes(&journal, "a"), BTreeSet::from([Some(expected)]));
}

#[test]
fn what_was_not_synced_is_there_lost_or_torn_sector_by_sector() {
    let mut journal = with_file("a", &filled(1, 3));
    let file = journal.file("a").unwrap();
    journal.write(file, 0, &filled(2, 3));
    let found: BTreeSet<_> = crashes(&journal, "a").into_iter().map(Option::unwrap).collect();
    assert!(found.iter().all(|bytes| bytes.iter().all(|byte| [1, 2].contains(byte))));
    let sectors = |kept: [u8; 3]| kept.iter().flat_map(|byte| filled(*byte, 1)).collect::<Vec<_>>();
    for first in [1, 2] {
        for second in [1, 2] {
            for third in [1, 2] {
                assert!(found.contains(&sectors([first, second, third])));
            }
        }
    }
    let torn = |bytes: &Vec<u8>| bytes.chunks(512).any(|sector| sector[0] != sector[511]);
    assert!(found.iter().any(torn), "a sector itself is torn at times");
}

#[test]
fn later_writes_arrive_without_earlier_ones_or_with_them_alone() {
    let mut journal = with_file("a", &filled(0, 2));
    let file = journal.file("a").unwrap();
    journal.write(file, 0, &[1]);
    journal.write(file, 512, &[2]);
    journal.write(file, 0, &[3]);
    let pairs: BTreeSet<_> = crashes(&journal, "a")
        .into_iter()
        .map(Option::unwrap)
        .map(|bytes| (bytes[0], bytes[512]))
        .collect();
    let all = [(0, 0), (0, 2), (1, 0), (1, 2), (3, 0), (3, 2)];
    assert_eq!(pairs, BTreeSet::from(all));
}

#[test]
fn lengths_run_ahead_and_stay_behind() {
    let mut journal = with_file("a", &filled(1, 1));
    let file = journal.file("a").unwrap();
    journal.write(file, 512, &filled(2, 1));
    journal.write(file, 1_024, &filled(3, 1));
    let found: BTreeSet<_> = crashes(&journal, "a").into_iter().map(Option::unwrap).collect();
    let lengths: BTreeSet<_> = found.iter().map(Vec::len).collect();
    assert_eq!(lengths, BTreeSet::from([512, 1_024, 1_536]));
    assert!(found.iter().all(|bytes| bytes.starts_with(&filled(1, 1))), "what was safe stays");
    let empty = |bytes: &&Vec<u8>| bytes.len() == 1_536 && bytes[1_024..] == filled(0, 1);
    assert!(found.iter().any(|bytes| empty(&bytes)), "grown by zeros");
    let garbage = |byte: &u8| ![1, 2, 3, 0].contains(byte);
    assert!(found.iter().any(|bytes| bytes.iter().any(garbage)), "grown by garbage");
}

#[test]
fn an_entry_is_safe_once_the_folder_is_synced() {
    let mut journal = Journal::new();
    let file = journal.create("a");
    journal.write(file, 0, b"here");
    journal.sync(file);
    assert!(crashes(&journal, "a").contains(&None), "the file is durable, its entry is not");
    journal.sync_folder();
    assert_eq!(crashes(&journal, "a"), BTreeSet::from([Some(b"here".to_vec())]));
    journal.delete("a");
    assert_eq!(crashes(&journal, "a").len(), 2, "it may come back");
    journal.sync_folder();
    assert_eq!(crashes(&journal, "a"), BTreeSet::from([None]));
}

#[test]
fn a_renaming_puts_one_file_or_the_other_under_the_name() {
    let mut journal = with_file("a", b"old");
    let draft = journal.create("draft");
    journal.write(draft, 0, b"new");
    journal.sync(draft);
    journal.rename("draft", "a");
    let both = BTreeSet::from([Some(b"old".to_vec()), Some(b"new".to_vec())]);
    assert_eq!(crashes(&journal, "a"), both);
    assert_eq!(journal.file("a"), Some(draft));
    journal.sync_folder();
    assert_eq!(crashes(&journal, "a"), BTreeSet::from([Some(b"new".to_vec())]));
    assert_eq!(crashes(&journal, "draft"), BTreeSet::from([None]));
}

#[test]
fn a_failed_sync_is_made_good_by_writing_again_alone() {
    let mut journal = with_file("a", &filled(1, 2));
    let file = journal.file("a").unwrap();
    journal.write(file, 0, &filled(2, 1));
    journal.sync_failed(file);
    journal.write(file, 512, &filled(3, 1));
    journal.sync(file);
    let found: BTreeSet<_> = crashes(&journal, "a").into_iter().map(Option::unwrap).collect();
    assert!(found.iter().all(|bytes| bytes[512..] == filled(3, 1)), "that sync was good");
    assert!(found.iter().any(|bytes| bytes[..512] == filled(1, 1)), "what failed stays lost");
    journal.write(file, 0, &filled(2, 1));
    journal.sync(file);
    let expected = [filled(2, 1), filled(3, 1)].concat();
    assert_eq!(crashes(&journal, "a"), BTreeSet::from([Some(expected)]));
}

#[test]
fn the_same_seed_gives_the_same_image() {
    let mut journal = with_file("a", &filled(1, 9));
    let file = journal.file("a").unwrap();
    journal.write(file, 100, &filled(2, 12));
    let images = |seed| journal.crash(journal.len(), seed);
    assert!((0..SEEDS).all(|seed| images(seed) == images(seed)));
    assert!((0..SEEDS).any(|seed| images(seed) != images(seed + 1)));
}

#[test]
fn a_process_sees_all_that_was_asked() {
    let mut journal = with_file("a", b"one");
    let file = journal.file("a").unwrap();
    journal.write(file, 5, b"two");
    journal.rename("a", "b");
    journal.create("c");
    journal.delete("c");
    let mut disk = Disk::new();
    journal.steps().iter().for_each(|step| disk.take(step));
    let mut expected = Image::default();
    expected.put("b", b"one\0\0two".to_vec());
    assert_eq!(disk.as_seen(), expected);
}
