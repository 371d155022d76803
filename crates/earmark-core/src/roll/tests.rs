use std::collections::BTreeSet;
use std::time::Instant;

use earmark_tlog::proof::InclusionProof;
use earmark_tlog::{Hash, leaf_hash};
use proptest::prelude::*;

use super::*;
use crate::time::day;

const SALT: [u8; 16] = [9; 16];
const CLOSING: u64 = 1 << 40;

fn period() -> Period {
    Period::new(day("2021-01-01").unwrap(), day("2021-12-31").unwrap()).unwrap()
}

fn line(party: u128, events: u64) -> RollLine {
    RollLine {
        party: Party::from_u128(party),
        events,
        last_seq: events * 3,
        entered_minor: u128::from(events) * 1_000,
        left_minor: u128::from(events) * 10,
        trail: leaf_hash(&party.to_be_bytes()),
    }
}

fn roll(parties: impl IntoIterator<Item = u128>) -> Roll {
    let parties: BTreeSet<_> = parties.into_iter().collect();
    let lines = parties.into_iter().map(|party| line(party, (party % 50) as u64 + 1));
    Roll::of_lines(period(), lines, CLOSING, SALT)
}

#[test]
fn every_party_has_its_line_and_nobody_else_has() {
    for size in 0..=40 {
        let roll = roll((0..size).map(|party| party * 2));
        for party in 0..size * 2 + 2 {
            let party = Party::from_u128(party);
            let found = roll.prove(party).check(roll.attested(), party).unwrap();
            let expected = roll.lines().find(|line| line.party == party).copied();
            assert_eq!(found, expected, "{party} in a roll of {size}");
        }
    }
}

#[test]
fn the_roll_of_nobody_proves_everybody_absent() {
    let roll = roll([]);
    assert_eq!((roll.attested().parties(), roll.attested().root()), (0, earmark_tlog::EMPTY_ROOT));
    let party = Party::from_u128(1);
    let proof = roll.prove(party);
    assert_eq!(proof, RollProof::Absent { before: None, after: None });
    assert_eq!(proof.check(roll.attested(), party), Ok(None));
}

#[test]
fn a_proof_is_looked_up_and_not_hashed_again() {
    let roll = roll(0..100_000);
    let start = Instant::now();
    for party in 0..100_000 {
        assert!(matches!(roll.prove(Party::from_u128(party)), RollProof::Present { .. }));
    }
    // A path that is hashed again takes milliseconds; one that is looked up, about a microsecond.
    let each = start.elapsed() / 100_000;
    assert!(each.as_micros() < 100, "{each:?} a proof");
}

fn refusal(proof: &RollProof, roll: &Roll, party: Party) -> String {
    proof.check(roll.attested(), party).unwrap_err().to_string()
}

fn other_path(path: &InclusionProof, index: u64) -> InclusionProof {
    InclusionProof::from_parts(index, path.size(), path.hashes().to_vec()).unwrap()
}

#[test]
fn a_changed_line_is_not_in_the_roll() {
    let roll = roll(0..8);
    let party = Party::from_u128(3);
    let RollProof::Present { line, path } = roll.prove(party) else {
        panic!("a party of the roll")
    };
    let present = |line, path: &InclusionProof| RollProof::Present { line, path: path.clone() };
    assert_eq!(present(line, &path).check(roll.attested(), party), Ok(Some(line)));

    let moved = other_path(&path, path.index() ^ 1);
    let not_in = "the line is not in the roll: ";
    for (changed, path) in [
        (RollLine { events: line.events + 1, ..line }, &path),
        (RollLine { last_seq: line.last_seq + 1, ..line }, &path),
        (RollLine { entered_minor: line.entered_minor + 1, ..line }, &path),
        (RollLine { left_minor: line.left_minor - 1, ..line }, &path),
        (RollLine { trail: leaf_hash(b"other"), ..line }, &path),
        (line, &moved),
    ] {
        let refused = refusal(&present(changed, path), &roll, party);
        assert!(refused.starts_with(not_in), "{refused}");
    }
    let mut hashes = path.hashes().to_vec();
    hashes[1] = Hash([0; 32]);
    let forged = InclusionProof::from_parts(path.index(), path.size(), hashes).unwrap();
    assert!(refusal(&present(line, &forged), &roll, party).starts_with(not_in));

    assert_eq!(
        refusal(&present(line, &path), &roll, Party::from_u128(4)),
        "the line is of party 00000000-0000-0000-0000-000000000003, not of \
         00000000-0000-0000-0000-000000000004"
    );
    let empty = RollLine { events: 0, ..line };
    assert_eq!(
        refusal(&present(empty, &path), &roll, party),
        "the line counts no event, and such a line stands in no roll"
    );
    let late = RollLine { last_seq: CLOSING + 1, ..line };
    assert_eq!(
        refusal(&present(late, &path), &roll, party),
        "the line counts event 1099511627777, and the roll is of the events up to 1099511627776"
    );
    let bigger = self::roll(0..9);
    let RollProof::Present { path: of_nine, .. } = bigger.prove(party) else { panic!("of nine") };
    assert_eq!(
        refusal(&present(line, &of_nine), &roll, party),
        "the proof is of a roll of 9 lines, the attested one has 8"
    );
}

#[test]
fn a_changed_absence_proves_nothing() {
    let roll = roll((0..9).map(|party| party * 2));
    // A party that has a neighbour on both sides.
    let (party, before, after) = (0..100)
        .map(|number| Party::from_u128(number * 2 + 1))
        .find_map(|party| match roll.prove(party) {
            RollProof::Absent { before: Some(before), after: Some(after) } => {
                Some((party, before, after))
            }
            _ => None,
        })
        .unwrap();
    let at = |index: u64| {
        let index = usize::try_from(index).unwrap();
        roll.standing(index).map(neighbour)
    };
    let absent = |before: &Option<Neighbour>, after: &Option<Neighbour>| {
        let proof = RollProof::Absent { before: before.clone(), after: after.clone() };
        refusal(&proof, &roll, party)
    };
    let (first, next) = (Some(before.clone()), Some(after.clone()));
    let index = after.path.index();
    let room = |expected: u64, found: u64| {
        format!(
            "between the neighbouring lines there is room: line {expected} comes next, {found} was shown"
        )
    };
    // A gap: the neighbour one further on either side, or none at all.
    if let Some(further) = at(index + 1) {
        assert_eq!(absent(&first, &Some(further)), room(index, index + 1));
    }
    assert_eq!(absent(&first, &None), room(index, 9));
    assert_eq!(absent(&None, &next), room(0, index));
    assert_eq!(absent(&None, &None), room(0, 9));
    let order = "a neighbouring line is not on its side of the party's place";
    assert_eq!(absent(&next, &next), order);
    assert_eq!(absent(&first, &first), order);
    let not_in = "the line is not in the roll: ";
    for changed in [
        Neighbour { key: LineKey([0; 32]), ..before.clone() },
        Neighbour { sealed: [0; 32], ..before.clone() },
    ] {
        assert!(absent(&Some(changed), &next).starts_with(not_in));
    }
    for changed in [
        Neighbour { key: LineKey([0xff; 32]), ..after.clone() },
        Neighbour { sealed: [0; 32], ..after.clone() },
        Neighbour { path: other_path(&after.path, index ^ 1), ..after.clone() },
    ] {
        assert!(absent(&first, &Some(changed)).starts_with(not_in));
    }
    // An absence says nothing of another party than the one between the two.
    let here = RollProof::Absent { before: first, after: next };
    assert_eq!(here.check(roll.attested(), party), Ok(None));
    let elsewhere = (0..18).map(Party::from_u128).find(|other| {
        let key = LineKey::of(&SALT, *other);
        key < before.key || key > after.key
    });
    assert_eq!(refusal(&here, &roll, elsewhere.unwrap()), order);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whoever is asked for, of whatever roll: the truth is proved, and nothing else can be.
    #[test]
    fn a_proof_says_what_the_roll_says(
        parties in prop::collection::btree_set(0_u128..200, 0..60),
        asked in 0_u128..200,
        other in 0_u128..200,
    ) {
        let roll = roll(parties.iter().copied());
        let party = Party::from_u128(asked);
        let proof = roll.prove(party);
        let found = proof.check(roll.attested(), party);
        prop_assert_eq!(found, Ok(roll.lines().find(|line| line.party == party).copied()));
        // Another's proof proves the truth of this party or nothing.
        let borrowed = roll.prove(Party::from_u128(other)).check(roll.attested(), party);
        if let Ok(said) = borrowed {
            prop_assert_eq!(said.is_some(), parties.contains(&asked));
        }
        // Nor does any proof hold against the root of another roll.
        let mut others = parties;
        if !others.remove(&asked) {
            others.insert(asked);
        }
        let changed = self::roll(others);
        prop_assert!(proof.check(changed.attested(), party).is_err());
    }
}
