//! Promises about reading.

use std::ops::ControlFlow;
use std::thread;

use earmark_core::account::{Account, SpecialAccount};
use earmark_core::command::{Batch, ReceivePremium, ReturnPayment, Reverse};
use earmark_core::commit::{Part, Proposal};
use earmark_core::error::{Error, Fault, FaultKind};
use earmark_core::event::{Kind, Recorded};
use earmark_core::fund::{EmployeeMedical, Maternity, WorkInjury, WorkInjuryPremium};
use earmark_core::id::BookId;
use earmark_core::ledger::Ledger;
use earmark_core::money::yuan;
use earmark_core::projection::{Projection, Totals};
use earmark_core::register::Registers;
use earmark_core::report::{AsOf, TrailFilter};
use earmark_core::store::{MemoryStore, Store};
use earmark_core::time::Clock;
use earmark_tlog::leaf_hash;

use super::Place;
use super::desk::{Desk, key, nanjing, on, party, payment, wuxi};
use super::evidence::{Evidence, assert_subtrees, cells, commits, grow_to, leaves, replayed};
use crate::clock::{HandClock, MINUTE_MICROS};
use crate::given::rule_of;

/// A text has one number in a book for ever, however often it is registered, and the number gives the text back.
pub fn texts_have_one_number_each(place: &dyn Place) {
    let desk = Desk::open(place);
    let book = &desk.book;
    let longest = "法".repeat(1365) + "x";
    let numbers: Vec<_> = ["a", "", "b", "a", &longest, "A", "b\0c"]
        .iter()
        .map(|text| book.register(text).ok().map(|it| it.number()))
        .collect();
    assert_eq!(numbers, [Some(4), None, Some(5), Some(4), Some(6), Some(7), Some(8)]);
    assert_eq!(rule_of(book.register(&(longest.clone() + "y"))), "text-fits");
    for (number, text) in [(4, "a"), (5, "b"), (6, longest.as_str()), (7, "A"), (8, "b\0c")] {
        assert_eq!(book.text(number).unwrap().as_deref(), Some(text));
        assert_eq!(book.text_number(text).unwrap(), Some(number));
    }
    assert_eq!((book.text(0).unwrap(), book.text(9).unwrap()), (None, None));
    assert_eq!((book.text(u32::MAX).unwrap(), book.text_number("c").unwrap()), (None, None));
    let there = desk.ledger.book::<WorkInjury>(wuxi()).unwrap();
    assert_eq!((there.text(1).unwrap(), there.text_number("a").unwrap()), (None, None));
    desk.assert_sound();
}

/// What was taken back of each event adds up, and is given in the order of events; nothing taken back is not given.
pub fn corrections_add_up_and_are_given_in_order(place: &dyn Place) {
    let desk = Desk::open(place);
    let reason = desk.book.register("paid twice").unwrap();
    let [first, second] = ["1", "2"].map(|name| desk.recorded(name, payment(7, "100.00")));
    let corrections = || {
        let mut found = Vec::new();
        let mut note = |seq, taken| {
            found.push((seq, taken));
            Ok(())
        };
        desk.store().corrections(desk.book.id(), &mut note).unwrap();
        found
    };
    let back = |of: &Recorded<WorkInjury>, name: &str, amount: &str| {
        desk.recorded(name, ReturnPayment { of, amount: yuan(amount).unwrap() })
    };
    back(&second, "3", "60.00");
    let returned = back(&first, "4", "25.00");
    back(&second, "5", "40.00");
    assert_eq!(corrections(), [(first.seq(), 2_500), (second.seq(), 10_000)]);
    // A return that is reversed was none.
    desk.record("6", Reverse { of: &returned, reason }).unwrap();
    assert_eq!(corrections(), [(second.seq(), 10_000), (returned.seq(), 2_500)]);
    desk.record("7", Reverse { of: &first, reason }).unwrap();
    let all = [(first.seq(), 10_000), (second.seq(), 10_000), (returned.seq(), 2_500)];
    assert_eq!(corrections(), all);
    for (seq, taken) in all {
        assert_eq!(desk.store().corrected_minor(desk.book.id(), seq).unwrap(), taken);
    }
    assert_eq!(desk.store().corrected_minor(desk.book.id(), u64::MAX).unwrap(), 0);
    assert_eq!(rule_of(desk.record("8", Reverse { of: &second, reason })), "corrected-once");
    desk.assert_sound();
}

/// The past is answered as it was known at any moment, however late something about it was recorded.
pub fn the_past_is_answered_as_it_was_known(place: &dyn Place) {
    let desk = Desk::open(place);
    let mut moments = Vec::new();
    for (name, day) in [("1", "2021-06-01"), ("2", "2021-05-01"), ("3", "2021-06-20")] {
        desk.clock.go(MINUTE_MICROS);
        desk.book.record(key(name), &desk.voucher.on(on(day)), payment(7, "1.00")).unwrap();
        moments.push(desk.clock.now());
    }
    let paid = |day: &str, known_at| {
        let filter = TrailFilter::all().of_kind(Kind::BenefitPaid);
        let as_of = AsOf { day: Some(on(day)), known_at };
        let trail = desk.book.trail(&filter.as_of(as_of)).unwrap().len();
        let balances = desk.book.balances_as_of(as_of).unwrap();
        (trail, balances.of(Account::Expenditure).minor())
    };
    // The 1,000.00 were brought forward on 2021-06-15.
    assert_eq!(paid("2021-06-10", Some(moments[0])), (1, -100));
    assert_eq!(paid("2021-06-10", Some(moments[1])), (2, -200));
    assert_eq!(paid("2021-05-31", Some(moments[0])), (0, 0));
    assert_eq!(paid("2021-05-31", Some(moments[2])), (1, -100));
    assert_eq!(paid("2021-06-30", Some(moments[1])), (2, 99_800));
    assert_eq!(paid("2021-06-30", None), (3, 99_700));
    assert_eq!(paid("2021-06-10", None), (2, -200));
}

/// Commits are given in order from the one that holds an event, or the first after it, on.
pub fn commits_are_given_from_the_one_that_holds_an_event(place: &dyn Place) {
    let desk = Desk::open(place);
    let five = desk.record("five", [payment(7, "1.00"); 5]).unwrap();
    let one = desk.record("one", payment(7, "1.00")).unwrap();
    let starts = |from_seq: u64| {
        let mut found = Vec::new();
        desk.store()
            .commits(desk.book.id(), from_seq, &mut |commit| {
                commit.open(desk.book.id())?;
                found.push(commit.first_seq);
                Ok(ControlFlow::Continue(()))
            })
            .unwrap();
        found
    };
    for seq in five.first_seq()..=five.last_seq() {
        assert_eq!(starts(seq), [five.first_seq(), one.first_seq()], "from {seq}");
    }
    assert_eq!(starts(one.first_seq()), [one.first_seq()]);
    assert!(starts(one.first_seq() + 1).is_empty());
    assert!(starts(u64::MAX).is_empty());
    assert_eq!(starts(0), starts(1));
    assert_eq!(desk.book.event(five.last_seq()).unwrap().unwrap().seq(), five.last_seq());
    assert_eq!(desk.book.event(one.last_seq() + 1).unwrap(), None);
    assert_eq!(desk.book.event(0).unwrap(), None);
}

/// A reading ends where the reader says so, and its fault is given back as it was.
pub fn a_reading_ends_where_the_reader_says(place: &dyn Place) {
    let desk = Desk::open(place);
    let (store, book) = (desk.store(), desk.book.id());
    desk.recorded("1", payment(7, "1.00"));
    let (mut seen, mut held) = (0, 0);
    store
        .commits(book, 1, &mut |_| {
            seen += 1;
            Ok(if seen == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        })
        .unwrap();
    store
        .cells(book, Totals::NAME, &[], &mut |_, _| {
            held += 1;
            Ok(ControlFlow::Break(()))
        })
        .unwrap();
    assert_eq!((seen, held), (2, 1));
    let fault = || Fault::new(FaultKind::Damaged, "the reader", "of its own making");
    assert_eq!(store.commits(book, 1, &mut |_| Err(fault())), Err(fault()));
    assert_eq!(store.cells(book, Totals::NAME, &[], &mut |_, _| Err(fault())), Err(fault()));
    assert_eq!(store.at_one_moment(&mut |_| Err(fault())), Err(fault()));
    let payment_seq = desk.last_seq();
    let of = desk.book.event(payment_seq).unwrap().unwrap();
    desk.record("2", ReturnPayment { of: &of, amount: yuan("0.50").unwrap() }).unwrap();
    assert_eq!(store.corrections(book, &mut |_, _| Err(fault())), Err(fault()));
}

/// A reader may ask the store for more, and record, while it is being given commits or cells.
pub fn a_reader_may_ask_while_it_reads(place: &dyn Place) {
    let desk = Desk::open(place);
    let book = desk.book.id();
    let (mut commits, mut held) = (0, 0);
    desk.store()
        .commits(book, 1, &mut |commit| {
            assert!(desk.store().head(book)?.is_some_and(|it| it.state.seq() >= commit.first_seq));
            assert!(desk.store().text(book, 1)?.is_some());
            if commits < 3 {
                desk.record(&format!("{commits}"), payment(7, "1.00")).unwrap();
            }
            commits += 1;
            Ok(ControlFlow::Continue(()))
        })
        .unwrap();
    assert!(commits >= 6, "{commits} commits were given");
    desk.store()
        .cells(book, Totals::NAME, &[], &mut |key, value| {
            assert_eq!(desk.store().cell(book, Totals::NAME, key)?.as_deref(), Some(value));
            held += 1;
            Ok(ControlFlow::Continue(()))
        })
        .unwrap();
    assert_eq!(held, 2);
    desk.assert_sound();
}

/// A reading at one moment takes no commit, no book and no projection, and sees nothing that came later.
pub fn a_moment_stands_still(place: &dyn Place) {
    let desk = Desk::open(place);
    let book = desk.book.id();
    let before = desk.last_seq();
    let mut read = false;
    desk.store()
        .at_one_moment(&mut |moment| {
            desk.record("meanwhile", payment(7, "1.00")).unwrap();
            desk.book.register("meanwhile").unwrap();
            desk.ledger.book::<Maternity>(wuxi()).unwrap();
            let seq = moment.head(book)?.unwrap().state.seq();
            assert_eq!(seq, before, "a later commit is seen");
            assert_eq!(
                commits(moment, book).iter().map(|it| u64::from(it.count)).sum::<u64>(),
                seq
            );
            assert_eq!(moment.text_number(book, "meanwhile")?, None);
            assert_eq!(moment.books()?.len(), 1);
            let projected = moment.projected_to(book, Totals::NAME)?.unwrap();
            assert_eq!(projected.seq, before);
            let part = Part {
                book,
                key: key("within"),
                expected_seq: None,
                batch: desk.batch(7, "1.00").into_any(),
            };
            match moment.submit(Proposal::new(part, desk.clock.now())).wait() {
                Err(Error::Fault(_)) => {}
                other => panic!("a moment has recorded: {other:?}"),
            }
            let another = BookId::new(wuxi(), book.fund());
            assert!(moment.create_book(another).is_err(), "a moment has made a book");
            assert!(moment.rebuild(Totals::NAME, &[book.fund()]).is_err(), "a moment has rebuilt");
            read = true;
            Ok(())
        })
        .unwrap();
    assert!(read);
    assert_eq!(desk.last_seq(), before + 2);
    assert!(!desk.record("within", payment(7, "1.00")).unwrap().repeated());
    desk.assert_sound();
}

/// A moment stands still also for a reading within another one, for one in a further thread meanwhile, and for a
/// moment asked for within it.
pub fn a_moment_stands_still_within_a_reading(place: &dyn Place) {
    let desk = Desk::open(place);
    let book = desk.book.id();
    let paid = desk.recorded("paid", payment(7, "1.00"));
    let back = || ReturnPayment { of: &paid, amount: yuan("0.01").unwrap() };
    desk.record("back", back()).unwrap();
    let before = View::of(desk.store(), book);
    let mut within = Vec::new();
    desk.store()
        .at_one_moment(&mut |moment| {
            let mut look = |reading: &'static str| {
                let name = format!("{reading} {}", within.len());
                desk.record(&name, payment(7, "1.00")).unwrap();
                desk.record(&format!("{name} back"), back()).unwrap();
                desk.book.register(&name).unwrap();
                assert_eq!(View::of(moment, book), before, "within {reading}");
                let beside = thread::scope(|threads| {
                    threads.spawn(|| View::of(moment, book)).join().unwrap()
                });
                assert_eq!(beside, before, "in a thread beside {reading}");
                moment.at_one_moment(&mut |again| {
                    assert_eq!(View::of(again, book), before, "a moment within {reading}");
                    Ok(())
                })?;
                within.push(reading);
                Ok(ControlFlow::Continue(()))
            };
            moment.commits(book, 1, &mut |_| look("commits"))?;
            moment.cells(book, Totals::NAME, &[], &mut |_, _| look("cells"))?;
            moment.corrections(book, &mut |_, _| look("corrections").map(|_| ()))
        })
        .unwrap();
    let given = |reading| within.iter().filter(|it| **it == reading).count();
    assert_eq!(given("commits"), before.commits.len());
    assert_eq!(given("cells"), before.cells.len());
    assert_eq!(given("corrections"), before.corrections.len());
    let after = View::of(desk.store(), book);
    assert_eq!(after.seq, before.seq + 3 * within.len() as u64, "what was recorded meanwhile");
    desk.assert_sound();
}

/// What a store says of a book, as far as recording changes it.
#[derive(Debug, PartialEq)]
struct View {
    seq: u64,
    commits: Vec<u64>,
    text: Option<String>,
    corrections: Vec<(u64, u64)>,
    projected: Option<u64>,
    cells: Vec<(Vec<u8>, Vec<u8>)>,
}

impl View {
    fn of(store: &dyn Store, book: BookId) -> Self {
        let head = store.head(book).unwrap().unwrap();
        let mut corrections = Vec::new();
        store
            .corrections(book, &mut |seq, taken| {
                corrections.push((seq, taken));
                Ok(())
            })
            .unwrap();
        Self {
            seq: head.state.seq(),
            commits: commits(store, book).iter().map(|commit| commit.first_seq).collect(),
            text: store.text(book, 4).unwrap(),
            corrections,
            projected: store.projected_to(book, Totals::NAME).unwrap().map(|it| it.seq),
            cells: cells(store, book, Totals::NAME),
        }
    }
}

/// Books are listed by area and fund code, each once.
pub fn books_are_listed_by_area_and_fund(place: &dyn Place) {
    let ledger = place.open(HandClock::new());
    assert!(ledger.books().unwrap().is_empty());
    ledger.book::<WorkInjury>(wuxi()).unwrap();
    ledger.book::<WorkInjury>(nanjing()).unwrap();
    ledger.book::<Maternity>(nanjing()).unwrap();
    ledger.book::<EmployeeMedical>(wuxi()).unwrap();
    ledger.book::<WorkInjury>(nanjing()).unwrap();
    let names: Vec<_> = ledger.books().unwrap().iter().map(|book| book.id().to_string()).collect();
    let expected =
        ["320100/MATERNITY", "320100/WORK_INJURY", "320200/EMP_MEDICAL", "320200/WORK_INJURY"];
    assert_eq!(names, expected);
    for (listed, book) in ledger.store().books().unwrap().iter().zip(ledger.books().unwrap()) {
        assert_eq!(listed.vocabulary, book.fund().vocabulary());
    }
}

/// A book that was made and not written to is empty; one that was never made is not there.
pub fn a_new_book_is_empty(place: &dyn Place) {
    let ledger = place.open(HandClock::new());
    let book = ledger.book::<WorkInjury>(nanjing()).unwrap();
    let store = ledger.store();
    let head = store.head(book.id()).unwrap().expect("the book was made");
    assert_eq!(head, earmark_core::commit::Head::empty(book.id()));
    assert!(commits(store, book.id()).is_empty());
    for name in [Totals::NAME, Registers::NAME] {
        assert_eq!(store.projected_to(book.id(), name).unwrap().map(|it| it.seq), Some(0));
        assert!(cells(store, book.id(), name).is_empty());
    }
    let absent = BookId::new(wuxi(), book.fund());
    assert_eq!(store.head(absent).unwrap(), None);
    assert!(commits(store, absent).is_empty());
    assert_eq!(store.projected_to(absent, Totals::NAME).unwrap(), None);
    assert_eq!(store.text_number(absent, "a").unwrap(), None);
    assert_eq!(store.books().unwrap().len(), 1);
    assert!(ledger.verify().unwrap().is_sound());
}

/// A commit of 20,000 events is read back event by event.
pub fn a_large_commit_is_read_back(place: &dyn Place) {
    let desk = Desk::open(place);
    let mut batch = Batch::with_capacity(20_000);
    for number in 1..=20_000 {
        let premium = ReceivePremium {
            into: SpecialAccount,
            kind: WorkInjuryPremium::Unit,
            from: party(u128::from(number)),
            amount: yuan("0.03").unwrap(),
        };
        batch.push(&desk.voucher.document(number), premium);
    }
    let receipt = desk.book.record_batch(key("month"), batch).unwrap();
    assert_eq!(receipt.count(), 20_000);
    assert_eq!(desk.balance(Account::Special), 60_000);
    let last = desk.book.event(receipt.last_seq()).unwrap().unwrap();
    assert_eq!((last.party(), last.event().document()), (Some(party(20_000)), 20_000));
    let of_one = TrailFilter::all().of_party(party(12_345));
    assert_eq!(desk.book.trail(&of_one).unwrap().len(), 1);
    desk.assert_sound();
}

/// The columns beside each commit say what its bytes say, and its receipt said the same.
pub fn columns_say_what_the_bytes_say(place: &dyn Place) {
    let desk = Desk::open(place);
    let receipts: Vec<_> = (1..=5)
        .map(|number| {
            desk.clock.go(MINUTE_MICROS);
            let what = vec![payment(7, "1.00"); number];
            (key(&format!("{number}")), desk.record(&format!("{number}"), what).unwrap())
        })
        .collect();
    desk.store()
        .commits(desk.book.id(), 1, &mut |commit| {
            let frame = commit.open(desk.book.id())?;
            assert_eq!(frame.records().count(), usize::try_from(commit.count).unwrap());
            Ok(ControlFlow::Continue(()))
        })
        .unwrap();
    let commits = commits(desk.store(), desk.book.id());
    for (commit, (key, receipt)) in commits[commits.len() - 5..].iter().zip(receipts) {
        assert_eq!((commit.first_seq, commit.count), (receipt.first_seq(), receipt.count()));
        assert_eq!((commit.recorded_at, commit.root), (receipt.recorded_at(), receipt.root()));
        assert_eq!(commit.key, key);
    }
}

/// The head of each book, and its tree, are what its own events give.
pub fn the_head_is_what_the_events_give(place: &dyn Place) {
    let here = Desk::open(place);
    let there = here.elsewhere(wuxi());
    here.record("here", payment(7, "1.00")).unwrap();
    there.record("there", [payment(7, "2.00"); 2]).unwrap();
    for desk in [&here, &there] {
        let head = desk.store().head(desk.book.id()).unwrap().unwrap();
        assert_eq!((head.state, head.frontier), replayed(desk.store(), desk.book.id()));
    }
    assert_eq!(
        (here.balance(Account::Expenditure), there.balance(Account::Expenditure)),
        (99_900, 99_600)
    );
}

/// The hashes of complete subtrees that a store gives are those of its records, at every size: as many as there are,
/// group by group, none for a book that is not there, also at one moment.
pub fn subtrees_are_those_of_the_records(place: &dyn Place) {
    let desk = Desk::open(place);
    let absent = BookId::new(wuxi(), desk.book.fund());
    // Up to a size and one more, where subtrees become complete.
    for size in [15, 16, 17, 255, 256, 257, 271, 272, 4_095, 4_096, 4_097, 4_400] {
        grow_to(&desk, size);
        assert_subtrees(desk.store(), desk.book.id());
        assert_eq!(desk.store().subtrees(absent, 4, 0).unwrap(), [], "a book that is not there");
    }
    desk.store()
        .at_one_moment(&mut |moment| {
            assert_subtrees(moment, desk.book.id());
            grow_to(&desk, 4_416);
            // What is complete never changes, and what comes later is not of this moment.
            assert_subtrees(moment, desk.book.id());
            Ok(())
        })
        .unwrap();
    assert_subtrees(desk.store(), desk.book.id());
    assert!(desk.store().subtrees(desk.book.id(), 5, 0).is_err(), "a level that is not kept");
    desk.assert_sound();
}

/// Any event, of a small commit or a large one, is given with the proof that it is in the book's tree.
pub fn every_event_has_a_proof(place: &dyn Place) {
    let desk = Desk::open(place);
    for size in [40, 41, 42, 300, 2_000] {
        grow_to(&desk, size);
    }
    let (head, tree) =
        (desk.store().head(desk.book.id()).unwrap().unwrap(), desk.book.tree().unwrap());
    assert_eq!((tree.size(), tree.root()), (head.frontier.size(), head.frontier.root()));
    let leaves = leaves(desk.store(), desk.book.id());
    for (seq, leaf) in (1..=tree.size()).zip(&leaves).filter(|(seq, _)| *seq < 60 || seq % 23 == 0)
    {
        let proved = tree.prove(seq).unwrap().expect("it is in the tree");
        assert_eq!(leaf_hash(&proved.record), *leaf, "event {seq}");
        proved.proof.verify(*leaf, head.frontier.root()).unwrap();
    }
    assert_eq!(tree.prove(tree.size() + 1).unwrap(), None);
    for (first, count) in [(1, 16), (33, 16), (250, 3), (299, 16), (1_990, 16), (2_001, 16)] {
        let given = desk.store().leaves(desk.book.id(), first, count).unwrap();
        let expected = leaves.iter().skip(first as usize - 1).take(count as usize);
        assert!(
            given.iter().map(|leaf| leaf_hash(leaf)).eq(expected.copied()),
            "events from {first} on"
        );
    }
}

/// What a store keeps of the same commits is, to the last byte, what any store of the same settings keeps.
pub fn the_same_commits_leave_the_same_bytes(place: &dyn Place) {
    let here = Desk::open(place);
    let clock = HandClock::new();
    let memory = Ledger::new(MemoryStore::new(here.store().settings()), clock.clone());
    let there = Desk::over(memory, clock, nanjing()).stocked();
    for desk in [&here, &there] {
        let other = desk.elsewhere(wuxi());
        let reason = desk.book.register("paid twice").unwrap();
        desk.book.register("a text of its own").unwrap();
        let first = desk.recorded("1", payment(7, "1.00"));
        desk.clock.go(MINUTE_MICROS);
        desk.record("2", [payment(8, "2.00"); 3]).unwrap();
        desk.record("3", ReturnPayment { of: &first, amount: yuan("0.40").unwrap() }).unwrap();
        assert!(desk.record("4", payment(8, "2000.00")).is_err());
        let second = desk.recorded("5", payment(9, "9.00"));
        desk.record("6", Reverse { of: &second, reason }).unwrap();
        let joint = desk.ledger.joint(key("7"));
        let joint = joint.with(&other.book, &other.voucher, payment(7, "1.00"));
        joint.with(&desk.book, &desk.voucher, payment(7, "1.00")).record().unwrap();
    }
    Evidence::of(&here.ledger).assert_same(&Evidence::of(&there.ledger), "beside one in memory");
}
