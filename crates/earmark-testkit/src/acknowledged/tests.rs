//! Each kind of violation is planted and found; nothing is found where nothing is wrong.

use earmark_core::error::{Error, Fault, FaultKind};
use earmark_core::id::key;

use super::attempt::{Answer, Attempt, Outcome, Part, Promise};
use super::kept::{Kept, KeptCommit, amounts};
use super::line::Line;
use super::{Asked, Record, Violation, check, read};

const BOOK: &str = "320100/WORK_INJURY";
const OTHER: &str = "320500/WORK_INJURY";

fn root(name: &str) -> [u8; 32] {
    let mut root = [0; 32];
    root[..16].copy_from_slice(&key(name).bytes());
    root
}

fn part(book: &str, name: &str) -> Part {
    Part { book: book.to_owned(), key: key(name), content: amounts([name.len() as u64]) }
}

fn promise(book: &str, name: &str, first_seq: u64) -> Promise {
    Promise { book: book.to_owned(), first_seq, count: 1, root: root(name), repeated: false }
}

fn kept(name: &str, first_seq: u64) -> KeptCommit {
    let content = amounts([name.len() as u64]);
    KeptCommit { first_seq, count: 1, key: key(name), root: root(name), content }
}

fn ledger(names: &[&str]) -> Kept {
    let commits = (1..).zip(names).map(|(seq, name)| kept(name, seq)).collect();
    Kept { books: [(BOOK.to_owned(), commits)].into() }
}

/// Handed over at `from`, promised place `seq` at `to`.
fn told(who: &str, name: &str, from: u64, to: u64, seq: u64) -> Attempt {
    let outcome = Outcome::Recorded(vec![promise(BOOK, name, seq)]);
    let answer = Some(Answer { at: to, outcome });
    Attempt { who: who.to_owned(), submitted: from, parts: vec![part(BOOK, name)], answer }
}

fn refused(name: &str, from: u64, to: u64) -> Attempt {
    let outcome = Outcome::Refused("no-overdraft".to_owned());
    Attempt { answer: Some(Answer { at: to, outcome }), ..told("a", name, from, to, 1) }
}

fn repeated(mut attempt: Attempt) -> Attempt {
    if let Some(Answer { outcome: Outcome::Recorded(promises), .. }) = &mut attempt.answer {
        promises.iter_mut().for_each(|promise| promise.repeated = true);
    }
    attempt
}

fn unanswered(attempt: Attempt) -> Attempt {
    Attempt { answer: None, ..attempt }
}

/// What is found where nothing was there before.
fn found(attempts: &[Attempt], after: &Kept) -> Vec<Violation> {
    check(attempts, &Kept::default(), after)
}

#[test]
fn nothing_is_found_where_nothing_is_wrong() {
    let attempts = [
        told("a", "one", 0, 3, 1),
        told("b", "three", 1, 4, 2),
        // Side by side with both, placed last, asked again and answered again.
        unanswered(told("c", "seven", 2, 9, 3)),
        repeated(told("c", "seven", 5, 6, 3)),
        refused("refused", 7, 8),
        unanswered(told("a", "nothing", 9, 10, 4)),
    ];
    assert_eq!(found(&attempts, &ledger(&["one", "three", "seven"])), []);
    assert_eq!(check(&[], &ledger(&["one"]), &ledger(&["one"])), []);
    let again = [repeated(told("a", "one", 0, 1, 1))];
    assert_eq!(check(&again, &ledger(&["one"]), &ledger(&["one"])), []);
}

#[test]
fn a_lost_commit_is_found() {
    let attempts = [told("a", "one", 0, 1, 1), told("a", "three", 2, 3, 2)];
    let found = found(&attempts, &ledger(&["one"]));
    assert!(matches!(&found[..], [Violation::Lost { book, .. }] if book == BOOK), "{found:?}");
    let found = check(&[], &ledger(&["one", "three"]), &ledger(&["one"]));
    assert!(matches!(&found[..], [Violation::Forgotten { .. }]), "{found:?}");
}

#[test]
fn a_changed_commit_is_found() {
    let attempts = [told("a", "one", 0, 1, 1)];
    let mut after = ledger(&["one"]);
    let change = |change: fn(&mut KeptCommit)| {
        let mut after = after.clone();
        change(&mut after.books.get_mut(BOOK).unwrap()[0]);
        found(&attempts, &after)
    };
    let changes: [fn(&mut KeptCommit); 3] =
        [|it| it.root[31] ^= 1, |it| it.content ^= 1, |it| it.count = 2];
    for it in changes {
        let found = change(it);
        assert!(matches!(&found[..], [Violation::Changed { .. }]), "{found:?}");
    }
    after.books.get_mut(BOOK).unwrap().insert(0, kept("before", 1));
    after.books.get_mut(BOOK).unwrap()[1].first_seq = 2;
    let found = check(&attempts, &ledger(&["before"]), &after);
    assert!(matches!(&found[..], [Violation::Changed { .. }]), "{found:?}");
}

#[test]
fn a_doubled_commit_is_found() {
    // Two answers, each of which says that it is the one.
    let attempts = [told("a", "one", 0, 2, 1), told("b", "one", 1, 3, 1)];
    let doubled = Violation::Doubled { book: BOOK.to_owned(), key: key("one") };
    assert_eq!(found(&attempts, &ledger(&["one"])), std::slice::from_ref(&doubled));
    // One that was there before.
    let again = [told("a", "one", 0, 1, 1)];
    assert_eq!(check(&again, &ledger(&["one"]), &ledger(&["one"])), std::slice::from_ref(&doubled));
    // Two commits of one key.
    let again = [unanswered(told("a", "one", 0, 1, 1))];
    assert_eq!(found(&again, &ledger(&["one", "one"])), [doubled]);
}

#[test]
fn two_keys_in_one_place_are_found() {
    let attempts = [told("a", "one", 0, 2, 1), told("b", "three", 1, 3, 1)];
    let found = found(&attempts, &ledger(&["one"]));
    assert!(found.iter().any(|it| matches!(it, Violation::Shared { .. })), "{found:?}");
    assert!(found.iter().any(|it| matches!(it, Violation::Lost { .. })), "{found:?}");
}

#[test]
fn an_order_against_time_is_found() {
    let after = ledger(&["three", "one"]);
    let reordered =
        Violation::Reordered { book: BOOK.to_owned(), first: key("one"), second: key("three") };
    // The one was promised before the other was handed over.
    let attempts = [told("a", "one", 0, 1, 2), told("b", "three", 2, 3, 1)];
    assert_eq!(found(&attempts, &after), std::slice::from_ref(&reordered));
    // So was it where the other never was answered.
    let attempts = [told("a", "one", 0, 1, 2), unanswered(told("b", "three", 2, 3, 1))];
    assert_eq!(found(&attempts, &after), std::slice::from_ref(&reordered));
    // Side by side any order is right, but for one submitter it is that of handing over.
    let attempts = |who| [told("a", "one", 0, 2, 2), told(who, "three", 1, 3, 1)];
    assert_eq!(found(&attempts("b"), &after), []);
    assert_eq!(found(&attempts("a"), &after), [reordered]);
    // What is between the two does not hide it.
    let after = ledger(&["three", "between", "one"]);
    let attempts = [
        told("a", "one", 0, 1, 3),
        told("b", "three", 2, 9, 1),
        unanswered(told("c", "between", 0, 9, 2)),
    ];
    assert!(matches!(&found(&attempts, &after)[..], [Violation::Reordered { .. }]));
}

#[test]
fn an_earlier_call_that_never_was_is_found() {
    let found = |attempts: &[Attempt]| found(attempts, &ledger(&["one"]));
    let alone = found(&[repeated(told("a", "one", 0, 1, 1))]);
    assert!(matches!(&alone[..], [Violation::NotRepeated { .. }]), "{alone:?}");
    let later = [repeated(told("a", "one", 0, 1, 1)), unanswered(told("a", "one", 2, 3, 1))];
    assert!(matches!(&found(&later)[..], [Violation::NotRepeated { .. }]));
}

#[test]
fn a_commit_that_was_refused_is_found() {
    let found = found(&[refused("one", 0, 1)], &ledger(&["one"]));
    assert!(matches!(&found[..], [Violation::Refused { .. }]), "{found:?}");
}

#[test]
fn an_invented_commit_is_found() {
    let nobody = found(&[], &ledger(&["one"]));
    assert!(matches!(&nobody[..], [Violation::Invented { .. }]), "{nobody:?}");
    // Nobody was answered, and something else is there than what was asked for.
    let mut after = ledger(&["one"]);
    after.books.get_mut(BOOK).unwrap()[0].content ^= 1;
    let other = found(&[unanswered(told("a", "one", 0, 1, 1))], &after);
    assert!(matches!(&other[..], [Violation::Invented { .. }]), "{other:?}");
}

#[test]
fn a_gap_is_found() {
    let mut after = ledger(&["one"]);
    after.books.get_mut(BOOK).unwrap()[0].first_seq = 2;
    let found = found(&[told("a", "one", 0, 1, 2)], &after);
    assert!(matches!(&found[..], [Violation::Gap { expected: 1, found: 2, .. }]), "{found:?}");
}

#[test]
fn half_a_joint_commit_is_found() {
    let parts = vec![part(BOOK, "one"), part(OTHER, "one")];
    let joint = Attempt { who: "a".to_owned(), submitted: 0, parts, answer: None };
    let halved = found(std::slice::from_ref(&joint), &ledger(&["one"]));
    assert!(matches!(&halved[..], [Violation::Halved { .. }]), "{halved:?}");
    // Where somebody asked for the one part alone it proves nothing.
    assert_eq!(found(&[joint.clone(), told("b", "one", 1, 2, 1)], &ledger(&["one"])), []);
    // A receipt that leaves one of the books out.
    let answer = Some(Answer { at: 1, outcome: Outcome::Recorded(vec![promise(BOOK, "one", 1)]) });
    let mut whole = ledger(&["one"]);
    whole.books.insert(OTHER.to_owned(), vec![kept("one", 1)]);
    let found = found(&[Attempt { answer, ..joint }], &whole);
    assert!(matches!(&found[..], [Violation::Misaddressed { .. }]), "{found:?}");
}

#[test]
fn lines_are_read_as_they_were_written() {
    let submitted = Line::Submitted {
        id: "7.1".to_owned(),
        who: "desk 1 %20\nof Nanjing".to_owned(),
        parts: vec![part(BOOK, "one"), part(OTHER, "")],
    };
    let outcomes = [
        Outcome::Recorded(vec![promise(BOOK, "one", u64::MAX), promise(OTHER, "two", 1)]),
        Outcome::Recorded(Vec::new()),
        Outcome::Refused(String::new()),
        Outcome::Unknown,
    ];
    let answered = outcomes.map(|outcome| Line::Answered { id: "7.1".to_owned(), outcome });
    for line in std::iter::once(submitted).chain(answered) {
        let text = line.text();
        assert_eq!(Line::read(text.trim_matches('\n')), Some(line));
        // Cut off anywhere, it is no line.
        let whole = text.trim_matches('\n');
        assert!((0..whole.len()).all(|end| Line::read(&whole[..end]).is_none()), "{whole}");
    }
}

#[test]
fn a_file_is_gone_on_with_after_a_torn_line() {
    let folder = std::env::temp_dir().join(format!("earmark-record-{}", std::process::id()));
    let _ = std::fs::remove_file(&folder);
    let book = earmark_core::id::BookId::new(
        earmark_core::id::area("320100").unwrap(),
        earmark_core::fund::BUILT_IN[0],
    );
    let asked = |name| Asked { book, key: key(name), content: 1 };
    let first = Record::in_file(&folder).unwrap();
    let one = first.submitted("a", &[asked("one")]).unwrap();
    let two = first.submitted("b", &[asked("two")]).unwrap();
    first.answered(two, &Err(Fault::new(FaultKind::Full, "here", "no room").into())).unwrap();
    drop(one);
    // What a process that is killed while it writes leaves behind.
    let mut torn = std::fs::read(&folder).unwrap();
    torn.extend_from_slice(b"\nanswered 1.1 recor");
    std::fs::write(&folder, torn).unwrap();
    let second = Record::in_file(&folder).unwrap();
    let three = second.submitted("c", &[asked("three")]).unwrap();
    let unknown = Fault::new(FaultKind::Unknown, "here", "who knows");
    second.answered(three, &Err(Error::from(unknown))).unwrap();
    let attempts = second.attempts().unwrap();
    assert_eq!(attempts, read(&folder).unwrap());
    std::fs::remove_file(&folder).unwrap();
    let seen: Vec<_> = attempts
        .iter()
        .map(|it| {
            let answer = it.answer.clone().map(|answer| (answer.at, answer.outcome));
            (it.who.as_str(), it.submitted, it.parts[0].key, answer)
        })
        .collect();
    assert_eq!(
        seen,
        [
            ("a", 0, key("one"), None),
            ("b", 1, key("two"), Some((2, Outcome::Refused("fault-Full".to_owned())))),
            ("c", 3, key("three"), Some((4, Outcome::Unknown))),
        ]
    );
}
