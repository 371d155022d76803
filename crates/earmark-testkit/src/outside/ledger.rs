//! A whole ledger that a store was able to open, and the closed lists beside its books.

use std::ops::ControlFlow;

use earmark_core::account::Account;
use earmark_core::fund::{FundSpec, Jurisdiction};
use earmark_core::id::{BookId, area};
use earmark_core::ledger::{AnyBook, Ledger};
use earmark_core::money::MAX_MINOR;
use earmark_core::report::{AsOf, TrailFilter};
use earmark_core::store::check_vocabulary;

use super::{Reading, funds};

/// Everything that can be read of a ledger. It is accepted where verification finds nothing wrong; then its
/// heads, its trails and its balances agree.
///
/// # Panics
/// Where reading panics, or where a ledger that verification found sound contradicts itself.
pub fn ledger(ledger: &Ledger) -> Reading {
    let sound = ledger.verify().is_ok_and(|proved| proved.is_sound());
    let Ok(books) = ledger.books() else { return Reading::Refused };
    for book in &books {
        let read = read(ledger, book);
        assert!(read.is_some() || !sound, "sound, and yet not to be read: {}", book.id());
    }
    Reading::of(sound)
}

/// None where a part cannot be read.
fn read(ledger: &Ledger, book: &AnyBook) -> Option<()> {
    let head = book.head().ok();
    let balances = book.balances().ok();
    let trail = book.trail(&TrailFilter::all()).ok();
    let entries = book.entries_as_of(AsOf::NOW).ok();
    let mut commits = 0_u64;
    let read = ledger.store().commits(book.id(), 1, &mut |commit| {
        commits += u64::from(commit.count);
        Ok(ControlFlow::Continue(()))
    });
    for seq in [0, 1, 2, u64::MAX] {
        let _ = (book.event(seq), book.why(seq), book.rules_at(seq));
    }
    read.ok()?;
    let (head, balances, trail) = (head?, balances?, trail?);
    entries?;
    let mut held = [0_i128; 5];
    for recorded in &trail {
        let Some(movement) = recorded.event().fact().movement() else { continue };
        for (account, sum) in Account::ALL.into_iter().zip(&mut held) {
            *sum += i128::from(movement.amount_minor)
                * (i128::from(movement.to == Some(account))
                    - i128::from(movement.from == Some(account)));
        }
    }
    let events = u64::try_from(trail.len()).unwrap();
    if ledger.verify().is_ok_and(|proved| proved.is_sound()) {
        assert_eq!((head.state.seq(), commits), (events, events), "{}", book.id());
        for (account, sum) in Account::ALL.into_iter().zip(held) {
            assert_eq!(i128::from(head.state.balance_minor(account)), sum, "{account}");
            assert_eq!(balances.of(account).minor(), sum, "{account}");
            assert!((0..=i128::from(MAX_MINOR)).contains(&sum), "{account}");
        }
    }
    Some(())
}

/// The closed lists that a ledger keeps beside a book, compared with those of a program.
///
/// # Panics
/// Where a list is taken in which a purpose has another meaning.
pub fn vocabulary(bytes: &[u8]) -> Reading {
    let Ok(text) = std::str::from_utf8(bytes) else { return Reading::Refused };
    let fits = |fund: &'static FundSpec| {
        let book = BookId::new(area("320100").unwrap(), fund);
        let fits = check_vocabulary(book, text).is_ok();
        let known: Vec<_> = lines(fund);
        let mut stored = text.lines();
        let expected = stored.next() == known.first().map(String::as_str)
            && stored.all(|line| known.iter().any(|known| known == line));
        assert_eq!(fits, expected, "{}", fund.code());
        fits
    };
    let fitting: Vec<_> = funds().into_iter().filter(|fund| fits(fund)).collect();
    assert!(fitting.len() <= 1, "a list is of one fund");
    Reading::of(!fitting.is_empty())
}

/// The lines as the format page has them.
fn lines(fund: &FundSpec) -> Vec<String> {
    let law = match fund.jurisdiction() {
        Jurisdiction::China => "China",
        _ => "Other",
    };
    let mut first = format!(
        "fund {} {} {} {law} invests={} settles_across_provinces={} transfers={} settles_directly={}",
        fund.code(),
        fund.currency().code(),
        fund.currency().exponent(),
        fund.invests(),
        fund.settles_across_provinces(),
        fund.transfers(),
        fund.settles_directly(),
    );
    if fund.borrows() {
        first.push_str(" borrows=true");
    }
    let mut lines = vec![first];
    lines.extend(
        fund.premiums()
            .iter()
            .map(|it| format!("premium {} {}: {}", it.code, it.name, it.item.name())),
    );
    for (list, purposes) in [("benefit", fund.benefits()), ("state_use", fund.state_uses())] {
        lines.extend(
            purposes.iter().map(|it| format!("{list} {} {}: {}", it.code, it.name, it.item.name())),
        );
    }
    lines
}
