//! The promise that finds out each store that breaks one.
//!
//! Every promise of the contract has at least one store that breaks it: a promise that nobody can break would
//! promise nothing.

use std::panic::{AssertUnwindSafe, catch_unwind};

use earmark_testkit::contract::{PROMISES, Place};

use super::Memory;
use super::journal::{Defect, Folder};
use super::liars::{Den, Lie};

/// A store in which something is wrong.
#[derive(Clone, Copy, Debug)]
enum Broken {
    Lies(Lie),
    Has(Defect),
    /// It forgets everything when it is closed.
    Volatile,
}

impl Broken {
    fn place(self) -> Box<dyn Place> {
        match self {
            Self::Lies(lie) => Box::new(Den(lie)),
            Self::Has(defect) => Box::new(Folder::with(defect)),
            Self::Volatile => Box::new(Memory),
        }
    }

    /// What a promise says of it; none where the promise is kept.
    fn breaks(self, name: &str) -> Option<String> {
        let promise = PROMISES.iter().find(|promise| promise.name == name).unwrap();
        let tried = AssertUnwindSafe(|| (promise.holds)(&*self.place()));
        catch_unwind(tried).err().map(|panic| {
            let text = panic.downcast_ref::<String>().cloned();
            text.or_else(|| panic.downcast_ref().map(|text: &&str| (*text).to_owned()))
                .unwrap_or_default()
        })
    }
}

use Broken::{Has, Lies, Volatile};

/// Which promise finds out which store.
const FOUND_OUT: &[(&str, &[Broken])] = &[
    (
        "events_are_numbered_without_gaps",
        &[Lies(Lie::StaleHead), Lies(Lie::AcknowledgesWithoutRecording)],
    ),
    ("a_commit_is_recorded_whole_or_not_at_all", &[Lies(Lie::RemembersRefusals)]),
    (
        "a_joint_commit_is_recorded_whole_or_not_at_all",
        &[Lies(Lie::TearsJointCommits), Lies(Lie::LeavesOutRefusedParts)],
    ),
    ("a_key_stands_for_one_content", &[Lies(Lie::NewReceipts), Lies(Lie::AcceptsUsedKeys)]),
    ("who_expects_another_event_is_in_conflict", &[Lies(Lie::ForgetsConflicts)]),
    (
        "proposals_are_decided_in_the_order_handed_over",
        &[Lies(Lie::Reorders), Lies(Lie::CrossesAnswers)],
    ),
    ("a_refused_commit_leaves_its_neighbours_alone", &[Lies(Lie::RefusesTheNeighbour)]),
    ("many_submissions_are_answered_in_any_order", &[Lies(Lie::CrossesAnswers)]),
    ("a_submission_is_a_future_and_needs_nobody", &[Lies(Lie::AcknowledgesWithoutRecording)]),
    ("recording_times_never_go_back", &[Lies(Lie::OwnClock)]),
    ("a_book_of_another_ledger_is_not_there", &[Lies(Lie::MakesBooks)]),
    ("a_code_stands_for_one_fund", &[Lies(Lie::TakesAnyFund)]),
    ("an_empty_commit_leaves_no_trace", &[Lies(Lie::SwallowsRefusals)]),
    ("a_commit_is_as_large_as_the_format_allows", &[Lies(Lie::SmallCommits)]),
    ("everything_submitted_is_answered", &[Lies(Lie::NeverAnswers)]),
    ("a_busy_store_makes_recorders_wait", &[Lies(Lie::QueuesWithoutBound)]),
    ("many_recorders_share_a_book", &[Lies(Lie::AcknowledgesWithoutRecording)]),
    ("many_recorders_have_a_book_each", &[Lies(Lie::AcknowledgesWithoutRecording)]),
    ("one_key_from_many_recorders_is_recorded_once", &[Lies(Lie::LooksUpKeysTooEarly)]),
    ("one_key_for_many_contents_takes_one", &[Lies(Lie::AcceptsUsedKeys)]),
    ("one_text_from_many_recorders_has_one_number", &[Lies(Lie::NumbersTextsAnew)]),
    ("of_many_who_expect_the_same_one_records", &[Lies(Lie::ForgetsConflicts)]),
    ("no_recorder_overdraws_what_another_has_paid", &[Lies(Lie::SwallowsRefusals)]),
    ("joint_commits_across_each_other_all_end", &[Lies(Lie::ReversesReceipts)]),
    ("readers_see_one_moment", &[Lies(Lie::LeavesOutRefusedParts)]),
    ("all_doors_are_open_at_once", &[Lies(Lie::CountsTwice)]),
    ("texts_have_one_number_each", &[Lies(Lie::NumbersTextsAnew), Lies(Lie::LosesTexts)]),
    ("corrections_add_up_and_are_given_in_order", &[Lies(Lie::ForgetsCorrections)]),
    ("the_past_is_answered_as_it_was_known", &[Lies(Lie::OwnClock)]),
    ("commits_are_given_from_the_one_that_holds_an_event", &[Lies(Lie::CommitsFromTheNext)]),
    ("a_reading_ends_where_the_reader_says", &[Lies(Lie::DeafToTheReader)]),
    ("a_reader_may_ask_while_it_reads", &[Lies(Lie::LocksWhileReading)]),
    ("a_moment_stands_still", &[Lies(Lie::MovingMoments)]),
    ("a_moment_stands_still_within_a_reading", &[Lies(Lie::MovingMoments)]),
    ("books_are_listed_by_area_and_fund", &[Lies(Lie::UnsortedBooks)]),
    ("a_new_book_is_empty", &[Lies(Lie::InventsBooks)]),
    ("a_large_commit_is_read_back", &[Lies(Lie::SmallCommits)]),
    ("columns_say_what_the_bytes_say", &[Lies(Lie::OtherColumns)]),
    ("the_head_is_what_the_events_give", &[Lies(Lie::AnotherBooksHead), Lies(Lie::StaleHead)]),
    ("subtrees_are_those_of_the_records", &[Lies(Lie::LateSubtrees), Lies(Lie::FirstSubtrees)]),
    ("every_event_has_a_proof", &[Lies(Lie::LeavesFromTheNext), Lies(Lie::FirstSubtrees)]),
    (
        "the_same_commits_leave_the_same_bytes",
        &[
            Lies(Lie::OwnClock),
            Lies(Lie::OtherColumns),
            Lies(Lie::LosesTexts),
            Lies(Lie::ForgetsCorrections),
        ],
    ),
    ("projections_move_with_their_events", &[Lies(Lie::CountsTwice)]),
    ("a_projection_sees_every_event_once", &[Lies(Lie::CountsTwice), Lies(Lie::SkipsEvents)]),
    ("a_projection_is_attached_once", &[Lies(Lie::TakesAnyVersion)]),
    ("a_projection_that_is_not_attached_is_not_kept", &[Lies(Lie::KeepsEverything)]),
    ("rebuilt_cells_are_the_same", &[Lies(Lie::RebuildsNothing)]),
    ("cells_are_given_in_the_order_of_their_keys", &[Lies(Lie::UnsortedCells)]),
    ("a_projection_that_panics_takes_only_its_commit", &[Lies(Lie::PassesOverPanics)]),
    (
        "a_projection_that_panics_spares_the_neighbours",
        &[Lies(Lie::RefusesTheNeighbour), Lies(Lie::PassesOverPanics)],
    ),
    ("a_catching_up_that_panics_leaves_no_half_count", &[Lies(Lie::PassesOverPanics)]),
    ("matters_bind_what_comes_after", &[Lies(Lie::EmptyRegisters)]),
    ("what_was_recorded_is_there_after_reopening", &[Has(Defect::LosesTheLastCommit), Volatile]),
    ("what_was_acknowledged_is_there_after_a_crash", &[Has(Defect::WritesLate)]),
    ("what_was_under_way_is_there_whole_or_not_at_all", &[Has(Defect::ReadsHalfOfAJointCommit)]),
    ("a_key_stands_for_one_content_after_reopening", &[Has(Defect::ForgetsKeys)]),
    (
        "the_head_after_reopening_is_what_the_events_give",
        &[Has(Defect::ForgetsTheTree), Has(Defect::ForgetsTheTime)],
    ),
    (
        "subtrees_are_those_of_the_records_after_reopening",
        &[Has(Defect::ForgetsSubtrees), Has(Defect::LosesTheLastCommit)],
    ),
    ("texts_keep_their_numbers_after_reopening", &[Has(Defect::ForgetsTexts)]),
    ("corrections_count_after_reopening", &[Has(Defect::ForgetsCorrections)]),
    ("recording_times_never_go_back_after_reopening", &[Has(Defect::ForgetsTheTime)]),
    (
        "a_projection_goes_on_after_reopening",
        &[Has(Defect::CountsTheEndTwice), Has(Defect::SkipsWhenCatchingUp)],
    ),
    ("totals_count_once_after_reopening", &[Has(Defect::CountsTheEndTwice)]),
    ("a_later_version_is_built_anew", &[Has(Defect::SkipsWhenCatchingUp)]),
    ("settings_are_kept", &[Has(Defect::MakesASecretEachTime)]),
    ("a_fund_may_grow_and_never_shrinks", &[Has(Defect::KeepsTheFirstLists), Volatile]),
    ("books_are_listed_after_reopening", &[Has(Defect::ListsOnlyBooksWithEvents)]),
    ("a_large_commit_is_there_after_reopening", &[Has(Defect::LosesTheLastCommit)]),
    (
        "matters_bind_after_reopening",
        &[Has(Defect::ForgetsTheRules), Has(Defect::ForgetsRegisters)],
    ),
];

/// Promises of which a store that is broken in one thing keeps at least one, so that it is that thing which was found.
const MOST_KEEP: [&str; 3] = [
    "recording_times_never_go_back",
    "corrections_add_up_and_are_given_in_order",
    "who_expects_another_event_is_in_conflict",
];

#[test]
fn every_broken_store_is_found_out_by_name() {
    let mut overlooked = Vec::new();
    for (name, stores) in FOUND_OUT {
        for broken in *stores {
            match broken.breaks(name) {
                Some(message) => println!("{name}: {broken:?}: {message}"),
                None => overlooked.push((name, broken)),
            }
        }
    }
    assert!(overlooked.is_empty(), "not found out: {overlooked:?}");
}

#[test]
fn a_broken_store_keeps_other_promises() {
    let broken = FOUND_OUT.iter().flat_map(|(_, stores)| *stores);
    for broken in broken {
        let kept = MOST_KEEP.iter().any(|name| broken.breaks(name).is_none());
        assert!(kept, "{broken:?} keeps none of {MOST_KEEP:?}");
    }
}

#[test]
fn every_promise_finds_somebody_out() {
    let tried: Vec<_> = FOUND_OUT.iter().map(|(name, _)| *name).collect();
    let promises: Vec<_> = PROMISES.iter().map(|promise| promise.name).collect();
    assert_eq!(tried, promises, "each promise, in the order of the contract");
    assert!(FOUND_OUT.iter().all(|(_, stores)| !stores.is_empty()));
}
