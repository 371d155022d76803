//! The bounded queue alone: nothing is taken that is not done, nobody sleeps on, and the bound holds.

use std::sync::Arc;

use earmark_core::submission::Submission;
use earmark_sqlite::schedule::{Line, WAITING_EVENTS_MAX};
use shuttle::thread;

use crate::orders::{try_every_order, try_orders};
use crate::place::{proposal, template};

const MOST: usize = 3_000_000;

/// One larger than all may wait, but alone.
fn assert_bound(line: &Line) {
    let sizes = line.sizes();
    let sum: usize = sizes.iter().sum();
    assert!(sum <= WAITING_EVENTS_MAX || sizes.len() == 1, "{sizes:?} wait");
}

fn push(line: &Line, name: &str, events: usize) -> Option<Submission> {
    line.push(proposal(name, &[0], &vec![1; events]))
}

/// Takes and answers what comes, until the queue is closed and empty.
fn serve(line: &Line) -> usize {
    let mut served = 0;
    while let Some((_, ticket)) = line.pop() {
        assert_bound(line);
        ticket.resolve(Ok(Vec::new()));
        served += 1;
    }
    served
}

/// Several hand over, one takes, and all are answered.
fn answered(sizes: &'static [&'static [usize]]) {
    let line = Arc::new(Line::default());
    let serving = {
        let line = line.clone();
        thread::spawn(move || serve(&line))
    };
    let pushing: Vec<_> = (0..sizes.len())
        .map(|who| {
            let line = line.clone();
            thread::spawn(move || {
                let push = |events: &usize| push(&line, &who.to_string(), *events).unwrap();
                let submissions: Vec<_> = sizes[who].iter().map(push).collect();
                submissions.into_iter().for_each(|it| assert_eq!(it.wait().unwrap(), []));
            })
        })
        .collect();
    pushing.into_iter().for_each(|it| it.join().unwrap());
    line.close();
    assert_eq!(serving.join().unwrap(), sizes.iter().map(|it| it.len()).sum::<usize>());
}

/// The second does not fit beside the first.
#[test]
fn one_that_waits_for_room_gets_it_in_every_order() {
    template();
    try_every_order("room", MOST, || {
        let line = Arc::new(Line::default());
        let pushing = {
            let line = line.clone();
            thread::spawn(move || [3, 2].map(|events| push(&line, "it", events).unwrap()))
        };
        let tickets = [line.pop().unwrap().1, line.pop().unwrap().1];
        assert_eq!(line.sizes(), [0_usize; 0]);
        let submissions = pushing.join().unwrap();
        tickets.into_iter().for_each(|ticket| ticket.resolve(Ok(Vec::new())));
        submissions.into_iter().for_each(|it| assert_eq!(it.wait().unwrap(), []));
    });
}

#[test]
fn all_that_wait_for_room_get_it() {
    template();
    try_orders("room for many", 3_000, || answered(&[&[3, 1], &[4], &[2, 2], &[9]]));
}

/// Closing races with handing over: what was taken is answered, what was not is given back.
fn closed(sizes: &'static [usize]) {
    let line = Arc::new(Line::default());
    let serving = {
        let line = line.clone();
        thread::spawn(move || serve(&line))
    };
    let pushing: Vec<_> = sizes
        .iter()
        .map(|events| {
            let line = line.clone();
            thread::spawn(move || push(&line, "it", *events))
        })
        .collect();
    line.close();
    let taken: Vec<_> = pushing.into_iter().filter_map(|it| it.join().unwrap()).collect();
    let count = taken.len();
    assert!(push(&line, "late", 1).is_none(), "a closed queue takes nothing");
    taken.into_iter().for_each(|it| assert_eq!(it.wait().unwrap(), []));
    assert_eq!(serving.join().unwrap(), count);
}

/// One that waits for room while nobody makes any.
#[test]
fn closing_wakes_who_waits_for_room_in_every_order() {
    template();
    try_every_order("closing on one that waits for room", MOST, || {
        let line = Arc::new(Line::default());
        let pushing = {
            let line = line.clone();
            thread::spawn(move || [3, 2].map(|events| push(&line, "it", events)))
        };
        line.close();
        let [first, second] = pushing.join().unwrap();
        assert!(second.is_none(), "there was no room for it");
        assert_eq!(line.sizes().len(), usize::from(first.is_some()));
        assert_eq!(serve(&line), usize::from(first.is_some()));
        first.into_iter().for_each(|it| assert_eq!(it.wait().unwrap(), []));
    });
}

/// The writer waits for a job when the queue is closed, with a last job or without one.
#[test]
fn closing_wakes_the_writer_in_every_order() {
    template();
    for last in [false, true] {
        try_every_order("closing on the writer", MOST, move || {
            let line = Arc::new(Line::default());
            let serving = {
                let line = line.clone();
                thread::spawn(move || serve(&line))
            };
            let submission = last.then(|| push(&line, "it", 1).unwrap());
            line.close();
            assert_eq!(serving.join().unwrap(), usize::from(last));
            submission.into_iter().for_each(|it| assert_eq!(it.wait().unwrap(), []));
        });
    }
}

#[test]
fn closing_leaves_nobody_waiting() {
    template();
    try_orders("closing among many", 3_000, || closed(&[4, 3, 2, 9]));
}

/// Somebody looks at the queue all the while.
#[test]
fn the_bound_holds_at_every_look() {
    template();
    try_orders("bound", 2_000, || {
        let line = Arc::new(Line::default());
        let pushing: Vec<_> = [2, 3, 1, 4]
            .map(|events| {
                let line = line.clone();
                thread::spawn(move || push(&line, "it", events).unwrap())
            })
            .into();
        let looking = {
            let line = line.clone();
            thread::spawn(move || (0..8).for_each(|_| assert_bound(&line)))
        };
        let serving = {
            let line = line.clone();
            thread::spawn(move || serve(&line))
        };
        pushing.into_iter().for_each(|it| it.join().unwrap().wait().map(drop).unwrap());
        looking.join().unwrap();
        line.close();
        assert_eq!(serving.join().unwrap(), 4);
    });
}
