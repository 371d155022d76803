//! The ledger as its users meet it: durable recording, opening, verifying, reading.
//!
//! Question: how many events a second, or how long, with everything on (full durability, all checks,
//! hashing, totals kept in the same transaction). Data: work injury premiums of 50,000 payers, one
//! book unless the row says otherwise. Size: EVENTS (environment, default 1,000,000).

use std::time::{Duration, Instant};

use earmark::prelude::*;
use earmark_benches::{Figure, batch, book, ledger, premium, rate, report};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let events: u64 =
        std::env::var("EVENTS").ok().and_then(|n| n.parse().ok()).unwrap_or(1_000_000);
    let folder = tempfile::tempdir_in(".")?;
    println!("{events} events, synced to {}", folder.path().display());
    bare_append(folder.path())?;
    let path = folder.path().join("bulk.earmark");
    {
        let ledger = ledger(&path)?;
        let (book, voucher) = book(&ledger, 320_200)?;
        bulk(&book, &voucher, events)?;
    }
    let length = std::fs::metadata(&path)?.len();
    report("size on disk, an event", Figure::Bytes(length / events), Some(Figure::Bytes(100)));
    let start = Instant::now();
    let ledger = ledger(&path)?;
    report("open", Figure::Time(start.elapsed()), Some(Figure::Time(Duration::from_millis(100))));
    reading(&ledger, events)?;
    let bulk = ledger.book::<WorkInjury>(area("320200")?)?;
    proofs(&bulk, "8,192 a commit", 5_000)?;
    singles(&ledger)?;
    concurrent(&ledger)?;
    let singles = ledger.book::<WorkInjury>(area("320600")?)?;
    proofs(&singles, "one a commit", 5_000)
}

/// Events taken at random, with the proof that each is in the book's tree; every proof has been checked.
fn proofs(
    book: &Book<WorkInjury>,
    how: &str,
    count: u32,
) -> Result<(), Box<dyn std::error::Error>> {
    let events = book.last_seq()?;
    let budget = Some(Figure::Time(Duration::from_micros(50)));
    let mut random = 0x5eed_u64;
    let mut any_event = || {
        random =
            random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        1 + (random >> 20) % events
    };
    let start = Instant::now();
    for _ in 0..count {
        let seq = any_event();
        assert!(book.tree()?.prove(seq)?.is_some(), "event {seq} has no proof");
    }
    let each = Figure::Time(start.elapsed() / count);
    report(&format!("inclusion proof among {events} events, {how}"), each, budget);
    let tree = book.tree()?;
    let start = Instant::now();
    for _ in 0..count {
        let seq = any_event();
        assert!(tree.prove(seq)?.is_some(), "event {seq} has no proof");
    }
    let each = Figure::Time(start.elapsed() / count);
    report("  the same, one tree for all of them", each, budget);
    let start = Instant::now();
    for _ in 0..count {
        assert!(tree.prove_extends(any_event())?.is_some(), "the tree does not extend itself");
    }
    let each = Figure::Time(start.elapsed() / count);
    report("  proof that the book extends an earlier size", each, None);
    Ok(())
}

/// The yardstick: one fdatasync an append, nothing else.
fn bare_append(folder: &std::path::Path) -> std::io::Result<()> {
    use std::io::Write;
    let mut file = std::fs::File::create(folder.join("bare"))?;
    let start = Instant::now();
    for _ in 0..500 {
        file.write_all(&[0; 84])?;
        file.sync_data()?;
    }
    report("bare file: append 84 bytes, fdatasync", rate(500, start), None);
    Ok(())
}

fn bulk(book: &Book<WorkInjury>, voucher: &Voucher, events: u64) -> Result<(), Error> {
    let start = Instant::now();
    let mut pending = std::collections::VecDeque::new();
    let mut first = 0;
    while first < events {
        let count = 8_192.min(events - first);
        let part = key(&format!("bulk {first}"));
        pending.push_back(book.submit_batch(part, batch(voucher, first, count)));
        first += count;
        if pending.len() > 3
            && let Some(oldest) = pending.pop_front()
        {
            oldest.wait()?;
        }
    }
    for rest in pending {
        rest.wait()?;
    }
    report(
        "durable bulk recording, 8,192 a commit",
        rate(events, start),
        Some(Figure::Rate(2_000_000)),
    );
    Ok(())
}

fn reading(ledger: &Ledger, events: u64) -> Result<(), Box<dyn std::error::Error>> {
    let book = ledger.book::<WorkInjury>(area("320200")?)?;
    let start = Instant::now();
    let proof = ledger.verify()?;
    assert!(proof.is_sound(), "{:?}", proof.findings());
    report(
        "verify: decode, re-hash, re-decide, totals",
        rate(events, start),
        Some(Figure::Rate(3_000_000)),
    );
    let start = Instant::now();
    let found =
        book.trail(&TrailFilter::all().of_party(Party::from_u128(77 << 64 | 0x5eed)))?.len();
    report(&format!("trail of a person ({found} events), by scan"), rate(events, start), None);
    let start = Instant::now();
    book.balances_as_of(AsOf::day(day("2021-06-30")?))?;
    report(
        "balance on a past day",
        Figure::Time(start.elapsed()),
        Some(Figure::Time(Duration::from_millis(1))),
    );
    Ok(())
}

fn singles(ledger: &Ledger) -> Result<(), Box<dyn std::error::Error>> {
    let (book, voucher) = book(ledger, 320_500)?;
    let start = Instant::now();
    for number in 0..500_u64 {
        book.record(key(&format!("single {number}")), &voucher.document(number), premium(number))?;
    }
    report("one recorder, one event a commit, durable", rate(500, start), None);
    Ok(())
}

fn concurrent(ledger: &Ledger) -> Result<(), Box<dyn std::error::Error>> {
    let (book, voucher) = book(ledger, 320_600)?;
    let each = 500_u64;
    let start = Instant::now();
    std::thread::scope(|scope| {
        let recorders: Vec<_> = (0..64_u64)
            .map(|recorder| {
                let (book, voucher) = (book.clone(), voucher);
                scope.spawn(move || -> Result<(), Error> {
                    for number in recorder * each..(recorder + 1) * each {
                        let part = Key::from_parts(&[b"concurrent", &number.to_be_bytes()]);
                        book.record(part, &voucher.document(number), premium(number))?;
                    }
                    Ok(())
                })
            })
            .collect();
        recorders.into_iter().try_for_each(|it| it.join().unwrap_or(Ok(())))
    })?;
    report(
        "64 recorders, one event each, durable",
        rate(64 * each, start),
        Some(Figure::Rate(100_000)),
    );
    Ok(())
}
