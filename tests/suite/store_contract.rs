//! What every store must do, written once and run for each: in memory, and in an SQLite file.

mod answers;
mod concurrency;
mod file;
mod writing;

use std::sync::Arc;

use earmark_core::account::ExpenditureAccount;
use earmark_core::command::{BringForward, PayBenefit};
use earmark_core::fund::{WorkInjury, WorkInjuryBenefit};
use earmark_core::id::Area;
use earmark_core::ledger::Ledger;
use earmark_core::money::yuan;
use earmark_sqlite::{NewLedger, OpenOptions};
use tempfile::TempDir;

use crate::given::{Desk, HandClock, ledger_in_memory, nanjing, party, settings};

/// A ledger in some store. The folder of its file, where it has one, lives as long as it does.
struct Opened {
    ledger: Ledger,
    clock: HandClock,
    _folder: Option<Arc<TempDir>>,
}

type Open = fn() -> Opened;

fn in_memory() -> Opened {
    let clock = HandClock::new();
    Opened { ledger: ledger_in_memory(&clock), clock, _folder: None }
}

fn in_sqlite() -> Opened {
    let clock = HandClock::new();
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let ledger = file::ledger_at(&folder.path().join("book.earmark"), &clock);
    Opened { ledger, clock, _folder: Some(folder) }
}

/// The settings of the tests, for a new file.
fn new_ledger() -> OpenOptions {
    let settings = settings();
    OpenOptions::new().new_ledger(NewLedger {
        id: Some(settings.id),
        secret: Some(settings.secret),
        utc_offset: Some(settings.utc_offset),
    })
}

macro_rules! for_every_store {
    ($($module:ident: $($promise:ident)+;)+) => {
        mod memory {
            $($(#[test] fn $promise() { super::$module::$promise(super::in_memory); })+)+
        }
        mod sqlite {
            $($(#[test] fn $promise() { super::$module::$promise(super::in_sqlite); })+)+
        }
    };
}

for_every_store! {
    writing:
        events_are_numbered_without_gaps
        a_commit_is_recorded_whole_or_not_at_all
        a_joint_commit_is_recorded_whole_or_not_at_all
        a_key_stands_for_one_content
        who_expects_another_event_is_in_conflict
        many_submissions_are_answered_in_any_order
        recording_times_never_go_back
        a_book_of_another_ledger_is_not_there
        a_code_stands_for_one_fund;
    concurrency:
        many_recorders_share_a_book
        many_recorders_have_a_book_each
        one_key_from_many_recorders_is_recorded_once
        one_text_from_many_recorders_has_one_number
        no_recorder_overdraws_what_another_has_paid
        joint_commits_across_each_other_all_end
        readers_see_one_moment;
    answers:
        texts_have_one_number_each
        corrections_add_up_and_are_given_in_order
        projections_move_with_their_events
        the_past_is_answered_as_it_was_known
        commits_are_given_from_the_one_that_holds_an_event
        books_are_listed_by_area_and_fund
        a_large_commit_is_read_back;
}

/// An injury book with 1,000.00 in its expenditure account.
fn desk(opened: &Opened, area: Area) -> Desk<WorkInjury> {
    let desk = Desk::new(opened.ledger.clone(), opened.clock.clone(), area).with_accounts();
    let forward = BringForward { into: ExpenditureAccount, amount: yuan("1000.00").unwrap() };
    desk.record("forward", forward).unwrap();
    desk
}

fn injury(opened: &Opened) -> Desk<WorkInjury> {
    desk(opened, nanjing())
}

fn payment(to: u128, amount: &str) -> PayBenefit<WorkInjury, ExpenditureAccount> {
    PayBenefit {
        from: ExpenditureAccount,
        kind: WorkInjuryBenefit::Medical,
        to: party(to),
        amount: yuan(amount).unwrap(),
    }
}
