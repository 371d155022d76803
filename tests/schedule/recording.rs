//! Many recorders of one ledger.

use std::sync::Arc;

use earmark_sqlite::schedule::{WAITING_EVENTS_MAX, waiting};
use shuttle::thread;

use crate::orders::try_orders;
use crate::place::{Place, template};

/// Each hands over several before it waits for the first.
#[test]
fn recorders_get_their_places_in_their_order() {
    template();
    try_orders("recorders", 250, || {
        let (place, store) = Place::new();
        let recorders: Vec<_> = [[&[1][..], &[2, 3, 4]], [&[5, 6], &[7]], [&[1, 2, 3, 4, 5], &[8]]]
            .into_iter()
            .enumerate()
            .map(|(who, pieces)| {
                let (place, store) = (place.clone(), store.clone());
                thread::spawn(move || {
                    let submit = |(number, minor): (usize, &[u64])| {
                        let name = format!("{who}/{number}");
                        place.submit(&store, &who.to_string(), &name, &[who % 2], minor)
                    };
                    let under_way: Vec<_> = pieces.into_iter().enumerate().map(submit).collect();
                    under_way.into_iter().for_each(|it| assert!(place.wait(it)));
                })
            })
            .collect();
        recorders.into_iter().for_each(|it| it.join().unwrap());
        place.check_in(&store);
    });
}

/// The same commit from several at once, and joint ones across each other.
#[test]
fn one_key_is_recorded_once_and_joint_commits_whole() {
    template();
    try_orders("one key", 250, || {
        let (place, store) = Place::new();
        let attempts = [("same", [0, 1]), ("same", [0, 1]), ("other", [1, 0])];
        let recorders: Vec<_> = attempts
            .into_iter()
            .enumerate()
            .map(|(who, (name, books))| {
                let (place, store) = (place.clone(), store.clone());
                thread::spawn(move || {
                    let it = place.submit(&store, &who.to_string(), name, &books, &[9]);
                    assert!(place.wait(it));
                })
            })
            .collect();
        recorders.into_iter().for_each(|it| it.join().unwrap());
        place.check_in(&store);
    });
}

/// More than the queue takes, while somebody looks at it.
#[test]
fn a_full_queue_makes_recorders_wait() {
    template();
    try_orders("full queue", 200, || {
        let (place, store) = Place::new();
        let looking = {
            let store = store.clone();
            thread::spawn(move || {
                for _ in 0..6 {
                    let sizes = waiting(&store);
                    let sum: usize = sizes.iter().sum();
                    assert!(sum <= WAITING_EVENTS_MAX || sizes.len() == 1, "{sizes:?} wait");
                }
            })
        };
        let recorders: Vec<_> = [&[3, 2][..], &[9], &[4, 1]]
            .into_iter()
            .enumerate()
            .map(|(who, pieces)| {
                let (place, store) = (place.clone(), store.clone());
                thread::spawn(move || {
                    let submit = |(number, events): (usize, &usize)| {
                        let name = format!("{who}/{number}");
                        let minor = vec![1; *events];
                        place.submit(&store, &who.to_string(), &name, &[0], &minor)
                    };
                    let under_way: Vec<_> = pieces.iter().enumerate().map(submit).collect();
                    under_way.into_iter().for_each(|it| assert!(place.wait(it)));
                })
            })
            .collect();
        looking.join().unwrap();
        recorders.into_iter().for_each(|it| it.join().unwrap());
        assert_eq!(waiting(&store), [0_usize; 0]);
        place.check_in(&store);
        drop(Arc::into_inner(store).expect("all others are done"));
    });
}
