//! Where a book stands, as a store keeps it.

use earmark_core::account::Account;
use earmark_core::codec::Record;
use earmark_core::fund::FundSpec;
use earmark_core::id::{BookId, area};
use earmark_core::money::MAX_MINOR;
use earmark_core::state::{AccountState, AccountStatus, Moved, Standing, State};
use earmark_core::time::{Day, Period, Timestamp};
use earmark_tlog::{Frontier, Hash, leaf_hash};

use super::{Numbers, Reading, funds};

/// The parts of a head, one after the other: `seq` (8), `recorded_at` (8), texts (4), interest held (8); of
/// each account status, what moved (1 each) and balance (8); of the standing `rules_seq` (8), three days (4
/// each), reserve (8), stops and agreements (4 each); how many hashes (1) and the hashes of the tree's edge;
/// then, to the end, the record of the next event. What is missing is zero.
///
/// # Panics
/// Where a promise of a decoder is broken; see the [module](super).
pub fn head(bytes: &[u8]) -> Reading {
    let mut numbers = Numbers(bytes);
    let seq = numbers.number();
    let mut accepted = false;
    let states: Vec<_> = {
        let parts = parts(&mut numbers);
        funds().into_iter().filter_map(|fund| state(fund, seq, &parts?)).collect()
    };
    accepted |= edge(seq, &mut numbers);
    for state in states {
        next(state, numbers.0);
        accepted = true;
    }
    Reading::of(accepted)
}

#[derive(Clone, Copy)]
struct Parts {
    recorded_at: Timestamp,
    texts: u32,
    interest: u64,
    accounts: [AccountState; 5],
    standing: Standing,
}

/// None where a part is none that its type has.
fn parts(numbers: &mut Numbers<'_>) -> Option<Parts> {
    let recorded_at = Timestamp::from_micros(i64::from_le_bytes(numbers.bytes()));
    let texts = u32::from_le_bytes(numbers.bytes());
    let interest = numbers.number();
    let accounts = [(); 5].map(|()| {
        let status = AccountStatus::from_code(numbers.byte());
        let moved = Moved::from_code(numbers.byte());
        (status, moved, numbers.number())
    });
    let rules_seq = numbers.number();
    let days = [(); 3].map(|()| Day::from_days(i32::from_le_bytes(numbers.bytes())).ok());
    let standing = Standing {
        rules_seq,
        closed_until: days[0],
        reopened: days[1].zip(days[2]).and_then(|(first, last)| Period::new(first, last)),
        reserve_minor: numbers.number(),
        stops: u32::from_le_bytes(numbers.bytes()),
        agreements: u32::from_le_bytes(numbers.bytes()),
    };
    let mut states =
        [AccountState { status: AccountStatus::Absent, balance_minor: 0, moved: Moved::Nothing };
            5];
    for (state, (status, moved, balance_minor)) in states.iter_mut().zip(accounts) {
        *state = AccountState { status: status?, balance_minor, moved: moved? };
    }
    Some(Parts { recorded_at: recorded_at?, texts, interest, accounts: states, standing })
}

fn state(fund: &'static FundSpec, seq: u64, parts: &Parts) -> Option<State> {
    let book = BookId::new(area("320100").unwrap(), fund);
    let Parts { recorded_at, texts, interest, accounts, standing } = *parts;
    let state =
        State::from_parts(book, seq, recorded_at, texts, interest, accounts, standing).ok()?;
    assert_eq!(state.seq(), seq);
    assert_eq!((state.book(), state.standing()), (book, standing));
    // INV-04 and INV-30.
    assert!(accounts.iter().all(|account| account.balance_minor <= MAX_MINOR));
    let total: u128 = accounts.iter().map(|account| u128::from(account.balance_minor)).sum();
    assert_eq!(u128::from(state.total_minor()), total);
    assert!(u128::from(standing.reserve_minor) <= total || standing.reserve_minor == 0);
    Some(state)
}

/// The next event either follows and moves exactly its amount, or leaves the state as it was.
fn next(mut state: State, bytes: &[u8]) {
    let Ok((record, _)) = Record::split(bytes) else { return };
    for seq in [state.seq(), state.seq().wrapping_add(1)] {
        let Ok(event) = record.decode(state.book().fund(), seq) else { return };
        let before = state;
        match state.evolve(&event) {
            Err(_) => assert_eq!(state, before, "refused, and unchanged"),
            Ok(()) => {
                assert_eq!(Some(state.seq()), before.seq().checked_add(1));
                assert!(Account::ALL.into_iter().all(|it| state.balance_minor(it) <= MAX_MINOR));
                let moved = before.total_minor().abs_diff(state.total_minor());
                assert!(moved == 0 || moved == event.fact().amount_minor(), "{event:?}");
                let reserve = state.standing().reserve_minor;
                assert!(reserve <= state.total_minor(), "{event:?}");
            }
        }
    }
}

/// The edge of a tree is one where it has as many hashes as its size has one bits.
fn edge(seq: u64, numbers: &mut Numbers<'_>) -> bool {
    let hashes: Vec<_> = (0..numbers.byte() % 65).map(|_| Hash(numbers.bytes())).collect();
    let fits = usize::try_from(seq.count_ones()) == Ok(hashes.len());
    let edge = Frontier::from_parts(seq, hashes.clone());
    assert_eq!(edge.is_ok(), fits);
    let Ok(mut edge) = edge else { return false };
    assert_eq!((edge.size(), edge.peaks()), (seq, hashes.as_slice()));
    let root = edge.root();
    assert!(seq > 0 || root == earmark_tlog::EMPTY_ROOT);
    if edge.push(leaf_hash(b"the next")).is_ok() {
        assert_eq!(edge.peaks().len(), usize::try_from((seq + 1).count_ones()).unwrap());
        assert_ne!(edge.root(), root);
    } else {
        assert_eq!(seq, u64::MAX);
    }
    true
}
