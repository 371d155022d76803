//! Commits that fail: nobody suffers for another's fault, and nobody is left without an answer.

use std::sync::Arc;

use earmark_core::FaultKind;
use earmark_core::id::BookId;
use earmark_core::store::Store;
use earmark_sqlite::SqliteStore;
use earmark_sqlite::schedule::{End, plan};
use earmark_testkit::acknowledged::{Attempt, Outcome, amounts};
use shuttle::thread;

use crate::orders::try_orders;
use crate::place::{Place, proposal, refused, template};

/// Several record at once; each hands two over before it waits.
fn side_by_side(place: &Arc<Place>, store: &Arc<SqliteStore>, recorders: usize) {
    let recorders: Vec<_> = (0..recorders)
        .map(|who| {
            let (place, store) = (place.clone(), store.clone());
            thread::spawn(move || {
                let submit = |number: u64| {
                    let name = format!("{who}/{number}");
                    place.submit(&store, &who.to_string(), &name, &[0], &[1 + number])
                };
                let under_way = [submit(0), submit(1)];
                under_way.into_iter().for_each(|it| {
                    place.wait(it);
                });
            })
        })
        .collect();
    recorders.into_iter().for_each(|it| it.join().unwrap());
}

fn outcomes(place: &Place) -> Vec<Outcome> {
    let answer = |attempt: Attempt| attempt.answer.expect("everyone is answered").outcome;
    place.record.attempts().unwrap().into_iter().map(answer).collect()
}

/// How many say that nothing was recorded, and how many that it is not known. All others are recorded.
fn faults(outcomes: &[Outcome], kind: FaultKind) -> (usize, usize) {
    let refused = format!("fault-{kind:?}");
    let count = |outcome: &Outcome| outcomes.iter().filter(|it| *it == outcome).count();
    let recorded = outcomes.iter().filter(|it| matches!(it, Outcome::Recorded(_))).count();
    let found = (count(&Outcome::Refused(refused)), count(&Outcome::Unknown));
    assert_eq!(recorded + found.0 + found.1, outcomes.len(), "nothing else: {outcomes:?}");
    found
}

/// A group for which there is no room is tried one by one. Only one that is alone can fail by it.
#[test]
fn a_group_that_fails_is_tried_one_by_one() {
    template();
    try_orders("failing group", 250, || {
        let (place, store) = Place::new();
        plan([End::Full]);
        side_by_side(&place, &store, 2);
        let outcomes = outcomes(&place);
        let (full, unknown) = faults(&outcomes, FaultKind::Full);
        assert!(full <= 1 && unknown == 0, "{outcomes:?}");
        plan([]);
        place.check_in(&store);
    });
}

/// In a group that is tried one by one, the one that fails again is answered so, and it alone.
#[test]
fn the_one_that_fails_alone_fails_alone() {
    template();
    try_orders("failing twice", 250, || {
        let (place, store) = Place::new();
        plan([End::Full, End::Durable, End::Full]);
        side_by_side(&place, &store, 2);
        let outcomes = outcomes(&place);
        let (full, unknown) = faults(&outcomes, FaultKind::Full);
        assert!((0..=2).contains(&full) && unknown == 0, "{outcomes:?}");
        plan([]);
        place.check_in(&store);
        drop(store);
        place.check();
    });
}

/// What the rules refuse leaves its group alone.
#[test]
fn a_refusal_leaves_its_group_alone() {
    template();
    try_orders("refusal in a group", 200, || {
        let (place, store) = Place::new();
        plan([]);
        let refusing = {
            let (place, store) = (place.clone(), store.clone());
            thread::spawn(move || {
                let content = amounts([0]);
                let it = place.submit_proposal(&store, "refused", refused("again"), content);
                assert!(!place.wait(it));
            })
        };
        side_by_side(&place, &store, 2);
        refusing.join().unwrap();
        let refused = Outcome::Refused("open-once".to_owned());
        let outcomes = outcomes(&place);
        let recorded = outcomes.iter().filter(|it| matches!(it, Outcome::Recorded(_))).count();
        assert_eq!((recorded, outcomes.len()), (4, 5), "{outcomes:?}");
        assert!(outcomes.contains(&refused), "{outcomes:?}");
        place.check_in(&store);
    });
}

/// A sync fails, and may or may not have reached the disk: the writer stops, everyone is told, and the file
/// says what is true.
fn stopped(end: End, before: usize) {
    let (place, store) = Place::new();
    plan(std::iter::repeat_n(End::Durable, before).chain([end]));
    side_by_side(&place, &store, 2);
    let late = place.submit(&store, "late", "late", &[0], &[1]);
    let late = place.wait(late);
    let book = BookId::new(earmark_core::id::area("320700").unwrap(), template().books[0].fund());
    let task = store.create_book(book).map_err(|fault| fault.kind());
    let outcomes = outcomes(&place);
    let (refused, unknown) = faults(&outcomes, FaultKind::Stopped);
    plan([]);
    if unknown == 0 {
        // So many groups there were not in this order.
        assert!(late && refused == 0 && task == Ok(()), "{outcomes:?}");
    } else {
        assert!(!late && task == Err(FaultKind::Stopped), "after it nothing is recorded");
    }
    drop(store);
    let store = place.check();
    // A retry with the same key tells.
    let attempts = place.record.attempts().unwrap();
    let unknown: Vec<_> = attempts
        .iter()
        .filter(|it| it.answer.as_ref().unwrap().outcome == Outcome::Unknown)
        .collect();
    for attempt in &unknown {
        let part = &attempt.parts[0];
        let number = (1..=2).find(|minor| amounts([*minor]) == part.content).unwrap();
        let name = format!("{}/{}", attempt.who, number - 1);
        let again = proposal(&name, &[0], &[number]);
        let again = place.submit_proposal(&store, "again", again, part.content);
        assert!(place.wait(again));
    }
    let attempts = place.record.attempts().unwrap();
    let again = attempts.iter().filter(|it| it.who == "again");
    let there =
        again.filter(|it| it.promise(&it.parts[0].book).is_some_and(|it| it.repeated)).count();
    match end {
        End::SyncFailedAfter => assert_eq!(there, unknown.len(), "all of the group is there"),
        _ => assert_eq!(there, 0, "nothing of the group is there"),
    }
    place.check_in(&store);
}

#[test]
fn after_a_sync_that_failed_everyone_is_told() {
    template();
    try_orders("lost sync", 150, || stopped(End::SyncFailedBefore, 0));
    try_orders("lost sync, later", 100, || stopped(End::SyncFailedBefore, 1));
}

#[test]
fn after_a_sync_that_failed_but_reached_the_disk_everyone_is_told() {
    template();
    try_orders("late sync", 150, || stopped(End::SyncFailedAfter, 0));
    try_orders("late sync, later", 100, || stopped(End::SyncFailedAfter, 1));
}
