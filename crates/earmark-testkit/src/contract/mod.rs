//! What every store promises, as a suite that runs over any of them.
//!
//! A store of your own is tested by one line. You say where it lives, with a [`Place`], and
//! [`store_contract!`](crate::store_contract) makes a test of each promise, every one in a new place:
//!
//! ```
//! use std::sync::Arc;
//!
//! use earmark_core::ledger::Ledger;
//! use earmark_testkit::clock::HandClock;
//! use earmark_testkit::contract::Place;
//!
//! # use earmark_core::store::MemoryStore as MyStore;
//! /// A folder for one test. It is removed with the place.
//! struct MyPlace {
//!     # /*
//!     folder: tempfile::TempDir,
//!     # */
//! }
//!
//! impl MyPlace {
//!     fn new() -> Self {
//!         # /*
//!         Self { folder: tempfile::tempdir().unwrap() }
//!         # */
//!         # Self {}
//!     }
//! }
//!
//! impl Place for MyPlace {
//!     fn open(&self, clock: HandClock) -> Ledger {
//!         # /*
//!         let store = MyStore::open(self.folder.path().join("ledger")).unwrap();
//!         # */
//!         # let store = MyStore::new(earmark_testkit::given::settings());
//!         Ledger::new(store, clock)
//!     }
//! }
//!
//! earmark_testkit::store_contract!(my_store: MyPlace::new);
//! # fn main() {}
//! ```
//!
//! `cargo test my_store` then runs `my_store::a_key_stands_for_one_content` and all the others; what a promise says
//! stands in the documentation of the function of its name. A store that forgets everything when it is dropped is
//! tested by `store_contract!(volatile my_store: MyPlace::new)`, without the promises about
//! [opening it again](durability).
//!
//! Every promise is also a plain function of a place. [`PROMISES`] lists them, for a runner of your own or for a
//! test that a broken store is found out:
//!
//! ```
//! use earmark_core::ledger::Ledger;
//! use earmark_core::store::MemoryStore;
//! use earmark_testkit::clock::HandClock;
//! use earmark_testkit::contract::{self, Place};
//! use earmark_testkit::given::settings;
//!
//! /// It forgets everything when it is closed.
//! struct Forgetful;
//!
//! impl Place for Forgetful {
//!     fn open(&self, clock: HandClock) -> Ledger {
//!         Ledger::new(MemoryStore::new(settings()), clock)
//!     }
//! }
//!
//! contract::writing::a_key_stands_for_one_content(&Forgetful);
//! let broken = std::panic::catch_unwind(|| {
//!     contract::durability::what_was_recorded_is_there_after_reopening(&Forgetful);
//! });
//! assert!(broken.is_err());
//! assert!(contract::PROMISES.iter().any(|promise| promise.name == "a_key_stands_for_one_content"));
//! ```
//!
//! Promises about races are worth trying for longer: `EARMARK_LONG=100 cargo test my_store` tries each a hundred times.
//!
//! The promises go through the handles of the core and the [`Store`] trait alone, and lean on nothing inside a store.
//! They do not replace tests of what only one store has: its files, its locks, what it does when its disk is full.
//!
//! [`Store`]: earmark_core::store::Store

pub mod concurrency;
pub mod durability;
pub mod matters;
pub mod projecting;
pub mod queue;
pub mod reading;
pub mod writing;

mod desk;
mod evidence;
mod funds;

use std::time::Duration;

use earmark_core::ledger::Ledger;

use crate::clock::HandClock;

/// Where one ledger lives: a folder, a schema of a database, a name in a table of your own.
///
/// Each promise is tried in a place of its own, which is empty at first.
pub trait Place {
    /// Opens the ledger of this place for writing, timed by the clock; makes it where there is none yet.
    ///
    /// It is called again after the ledger opened before has been dropped. What its settings are is for the place to
    /// say, as long as the day turns somewhere in the world.
    fn open(&self, clock: HandClock) -> Ledger;

    /// Ends a ledger as a crash of the program would end it. Nothing is under way then.
    ///
    /// By default it is dropped, which tries less: dropping may still write. Where you can, keep aside what would
    /// survive (a copy of the files as they are, a connection cut), drop the ledger, and put that in its place.
    fn crash(&self, ledger: Ledger) {
        drop(ledger);
    }

    /// How long an answer may take before it counts as never given.
    fn patience(&self) -> Duration {
        Duration::from_secs(120)
    }
}

/// How often a test of [`store_contract!`](crate::store_contract) tries its promise, each time in a new place: once,
/// or, where the environment variable `EARMARK_LONG` is set, as often as it says (`1` stands for ten times). Races
/// need it.
#[must_use]
pub fn rounds() -> u32 {
    match std::env::var("EARMARK_LONG").ok().map(|text| text.parse()) {
        None => 1,
        Some(Ok(rounds)) if rounds > 1 => rounds,
        Some(_) => 10,
    }
}

/// One promise of the contract.
#[derive(Clone, Copy, Debug)]
pub struct Promise {
    /// Its name, which is also that of its function and of the test that [`store_contract!`](crate::store_contract)
    /// makes.
    pub name: &'static str,
    /// Whether it opens the place more than once, so that a store in memory alone cannot keep it.
    pub reopens: bool,
    /// Tries it.
    ///
    /// # Panics
    /// Where the store does not keep it; the message says what was found.
    pub holds: fn(&dyn Place),
}

crate::__promises! { __promise_list () }

/// Makes a test of each promise for the store in a place.
///
/// `store_contract!(name: make)` puts the tests into a module of this name; `make` is called without arguments for
/// each of them and gives a new, empty [`Place`](crate::contract::Place).
/// `store_contract!(volatile name: make)` leaves out what opens the place more than once. See
/// [the contract](crate::contract) for an example.
#[macro_export]
macro_rules! store_contract {
    (volatile $name:ident: $make:expr) => {
        mod $name {
            #[allow(unused_imports, reason = "the maker of the place may need them")]
            use super::*;
            $crate::__promises! { __promise_tests (volatile $make) }
        }
    };
    ($name:ident: $make:expr) => {
        mod $name {
            #[allow(unused_imports, reason = "the maker of the place may need them")]
            use super::*;
            $crate::__promises! { __promise_tests (lasting $make) }
        }
    };
}

/// The one list of promises, handed to another macro: first those that open a place once.
#[doc(hidden)]
#[macro_export]
macro_rules! __promises {
    ($then:ident ($($arguments:tt)*)) => {
        $crate::$then! {
            ($($arguments)*)
            (false
                writing:
                    events_are_numbered_without_gaps
                    a_commit_is_recorded_whole_or_not_at_all
                    a_joint_commit_is_recorded_whole_or_not_at_all
                    a_key_stands_for_one_content
                    who_expects_another_event_is_in_conflict
                    proposals_are_decided_in_the_order_handed_over
                    a_refused_commit_leaves_its_neighbours_alone
                    many_submissions_are_answered_in_any_order
                    a_submission_is_a_future_and_needs_nobody
                    recording_times_never_go_back
                    a_book_of_another_ledger_is_not_there
                    a_code_stands_for_one_fund
                    an_empty_commit_leaves_no_trace
                    a_commit_is_as_large_as_the_format_allows;
                queue:
                    everything_submitted_is_answered
                    a_busy_store_makes_recorders_wait;
                concurrency:
                    many_recorders_share_a_book
                    many_recorders_have_a_book_each
                    one_key_from_many_recorders_is_recorded_once
                    one_key_for_many_contents_takes_one
                    one_text_from_many_recorders_has_one_number
                    of_many_who_expect_the_same_one_records
                    no_recorder_overdraws_what_another_has_paid
                    joint_commits_across_each_other_all_end
                    readers_see_one_moment
                    all_doors_are_open_at_once;
                reading:
                    texts_have_one_number_each
                    corrections_add_up_and_are_given_in_order
                    the_past_is_answered_as_it_was_known
                    commits_are_given_from_the_one_that_holds_an_event
                    a_reading_ends_where_the_reader_says
                    a_reader_may_ask_while_it_reads
                    a_moment_stands_still
                    a_moment_stands_still_within_a_reading
                    books_are_listed_by_area_and_fund
                    a_new_book_is_empty
                    a_large_commit_is_read_back
                    columns_say_what_the_bytes_say
                    the_head_is_what_the_events_give
                    subtrees_are_those_of_the_records
                    every_event_has_a_proof
                    the_same_commits_leave_the_same_bytes;
                projecting:
                    projections_move_with_their_events
                    a_projection_sees_every_event_once
                    a_projection_is_attached_once
                    a_projection_that_is_not_attached_is_not_kept
                    rebuilt_cells_are_the_same
                    cells_are_given_in_the_order_of_their_keys
                    a_projection_that_panics_takes_only_its_commit
                    a_projection_that_panics_spares_the_neighbours
                    a_catching_up_that_panics_leaves_no_half_count;
                matters:
                    matters_bind_what_comes_after;
            )
            (true
                durability:
                    what_was_recorded_is_there_after_reopening
                    what_was_acknowledged_is_there_after_a_crash
                    what_was_under_way_is_there_whole_or_not_at_all
                    a_key_stands_for_one_content_after_reopening
                    the_head_after_reopening_is_what_the_events_give
                    subtrees_are_those_of_the_records_after_reopening
                    texts_keep_their_numbers_after_reopening
                    corrections_count_after_reopening
                    recording_times_never_go_back_after_reopening
                    a_projection_goes_on_after_reopening
                    totals_count_once_after_reopening
                    a_later_version_is_built_anew
                    settings_are_kept
                    a_fund_may_grow_and_never_shrinks
                    books_are_listed_after_reopening
                    a_large_commit_is_there_after_reopening;
                matters:
                    matters_bind_after_reopening;
            )
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __promise_list {
    (() $(($reopens:literal $($module:ident: $($promise:ident)+;)+))+) => {
        /// Every promise, in the order in which one may want to read them.
        pub const PROMISES: &[Promise] = &[$($($(Promise {
            name: stringify!($promise),
            reopens: $reopens,
            holds: $module::$promise,
        },)+)+)+];
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __promise_tests {
    (($which:ident $make:expr) $($group:tt)+) => {
        $($crate::__promise_group! { $which $make; $group })+
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __promise_group {
    (volatile $make:expr; (true $($rest:tt)*)) => {};
    ($which:ident $make:expr; ($reopens:literal $($module:ident: $($promise:ident)+;)+)) => {
        $($(
            #[test]
            fn $promise() {
                for _ in 0..$crate::contract::rounds() {
                    $crate::contract::$module::$promise(&($make)());
                }
            }
        )+)+
    };
}
