//! A caller that never waits does not fill the memory: handing over blocks instead.

use std::path::Path;

use earmark_core::id::key;

use crate::child::{Role, say};
use crate::sample::{NANJING, Place, open, premium, ready};

/// Commits of ten events each.
fn commits() -> u64 {
    std::env::var("EARMARK_FLOOD").map_or(100_000, |commits| commits.parse().unwrap())
}

/// Resident memory of this process, in KiB.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

/// The role: hands over without waiting, and says how much memory it held before and at most.
pub(crate) fn flood(path: &Path) {
    let ledger = open(path);
    let (book, voucher) = ready(&ledger, NANJING);
    let (before, mut most) = (resident(), 0);
    for number in 0..commits() {
        let premiums: Vec<_> = (0..10).map(|unit| premium(unit, 1)).collect();
        drop(book.submit(key(&number.to_string()), &voucher, premiums));
        if number % 256 == 0 {
            most = resident().max(most);
        }
    }
    // Proposals are taken in order: when this one is durable, all are.
    let last = book.record(key("last"), &voucher, premium(1, 1)).unwrap();
    say(&format!("{before} {most} {}", last.last_seq()));
}

#[cfg(target_os = "linux")]
#[test]
fn submissions_without_waiting_do_not_pile_up() {
    let place = Place::new();
    let mut role = Role::start("flood", &place.path, 0);
    let said = role.hear().unwrap();
    let numbers: Vec<u64> = said.split(' ').map(|word| word.parse().unwrap()).collect();
    let [before, most, last] = numbers[..] else { panic!("{said}") };
    println!("{} commits of 10 events: {before} KiB before, {most} KiB at most", commits());
    assert_eq!(last, 3 + 1 + commits() * 10 + 1, "texts, account, premiums, the last one");
    assert!(most < before + 64 * 1024, "{before} KiB before, {most} KiB at most");
}
