//! Holds what was promised against what is kept.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use earmark_core::id::Key;

use super::attempt::{Attempt, Outcome, Part, Promise};
use super::kept::{Kept, KeptCommit};
use super::violation::Violation;

/// Holds attempts against what a ledger kept before the first of them and after the last, and gives all
/// that is wrong; nothing, where every promise was kept.
///
/// What must hold:
/// - what was kept before is kept still, and sequence numbers have no gap;
/// - what was promised is kept, in the promised place and under the promised root, with the content that was
///   asked for; what was refused is not; what nobody answered is wholly there or wholly absent;
/// - a key is recorded once: one answer at most says that it was new, and one that says that it was not has
///   an earlier attempt to speak of;
/// - each event is of one commit, and each commit was asked for;
/// - what was answered before something else was handed over stands before it, in each book; and so do the
///   commits of one submitter, in the order in which it handed them over.
#[must_use]
pub fn check(attempts: &[Attempt], before: &Kept, after: &Kept) -> Vec<Violation> {
    let mut found = Vec::new();
    history(before, after, &mut found);
    let matters: BTreeSet<&str> = attempts
        .iter()
        .flat_map(|attempt| attempt.parts.iter().map(|part| part.book.as_str()))
        .chain(before.books.keys().chain(after.books.keys()).map(String::as_str))
        .collect();
    for attempt in attempts {
        addresses(attempt, &mut found);
    }
    for book in matters {
        Book::new(book, attempts, before, after).check(&mut found);
    }
    for attempt in attempts {
        halves(attempt, attempts, before, after, &mut found);
    }
    found
}

/// What was there is there, and nothing is missing in between.
fn history(before: &Kept, after: &Kept, found: &mut Vec<Violation>) {
    for (book, commits) in &before.books {
        let now = after.books.get(book).map_or(&[][..], Vec::as_slice);
        for (index, was) in commits.iter().enumerate() {
            if now.get(index) != Some(was) {
                found.push(Violation::Forgotten { book: book.clone(), was: *was });
            }
        }
    }
    for (book, commits) in &after.books {
        let mut expected = 1;
        for commit in commits {
            if commit.first_seq != expected {
                found.push(Violation::Gap {
                    book: book.clone(),
                    expected,
                    found: commit.first_seq,
                });
            }
            expected = commit.first_seq + u64::from(commit.count);
        }
    }
}

/// A receipt speaks of each book that was asked about, once.
fn addresses(attempt: &Attempt, found: &mut Vec<Violation>) {
    let Some(Outcome::Recorded(promises)) = attempt.answer.as_ref().map(|it| &it.outcome) else {
        return;
    };
    let sorted = |mut books: Vec<String>| {
        books.sort();
        books
    };
    let asked = sorted(attempt.parts.iter().map(|part| part.book.clone()).collect());
    if asked != sorted(promises.iter().map(|promise| promise.book.clone()).collect()) {
        found.push(Violation::Misaddressed { attempt: attempt.clone() });
    }
}

/// One book, and the attempts that are about it.
struct Book<'a> {
    name: &'a str,
    tries: Vec<Try<'a>>,
    by_key: HashMap<Key, Vec<usize>>,
    was: HashMap<Key, KeptCommit>,
    kept: HashMap<Key, KeptCommit>,
    commits: &'a [KeptCommit],
}

/// An attempt, and its part for this book.
#[derive(Clone, Copy)]
struct Try<'a> {
    attempt: &'a Attempt,
    part: &'a Part,
    promise: Option<&'a Promise>,
}

impl<'a> Book<'a> {
    fn new(name: &'a str, attempts: &'a [Attempt], before: &Kept, after: &'a Kept) -> Self {
        let mut tries = Vec::new();
        let mut by_key: HashMap<Key, Vec<usize>> = HashMap::new();
        for attempt in attempts {
            for part in attempt.parts.iter().filter(|part| part.book == name) {
                by_key.entry(part.key).or_default().push(tries.len());
                tries.push(Try { attempt, part, promise: attempt.promise(name) });
            }
        }
        let commits = after.books.get(name).map_or(&[][..], Vec::as_slice);
        let was = before.books.get(name).map_or(&[][..], Vec::as_slice);
        let map = |commits: &[KeptCommit]| commits.iter().map(|it| (it.key, *it)).collect();
        Self { name, tries, by_key, was: map(was), kept: map(commits), commits }
    }

    fn of_key(&self, key: Key) -> impl Iterator<Item = &Try<'a>> {
        self.by_key.get(&key).into_iter().flatten().map(|index| &self.tries[*index])
    }

    fn check(&self, found: &mut Vec<Violation>) {
        for one in &self.tries {
            self.kept_as_promised(one, found);
            self.refused(one, found);
            self.repeated(one, found);
        }
        self.doubled(found);
        self.shared(found);
        self.invented(found);
        self.real_time(found);
        self.submitters(found);
    }

    fn kept_as_promised(&self, one: &Try<'_>, found: &mut Vec<Violation>) {
        let Some(promise) = one.promise else { return };
        let Some(kept) = self.kept.get(&one.part.key) else {
            let (attempt, book) = (one.attempt.clone(), self.name.to_owned());
            found.push(Violation::Lost { attempt, book });
            return;
        };
        let same = (promise.first_seq, promise.count, promise.root, one.part.content)
            == (kept.first_seq, kept.count, kept.root, kept.content);
        if !same {
            found.push(Violation::Changed { attempt: one.attempt.clone(), kept: *kept });
        }
    }

    /// What was refused is there only if somebody else asked for the same and was not refused.
    fn refused(&self, one: &Try<'_>, found: &mut Vec<Violation>) {
        let Some(kept) = self.kept.get(&one.part.key) else { return };
        let here = kept.content == one.part.content && !self.was.contains_key(&one.part.key);
        if one.attempt.was_refused()
            && here
            && self
                .of_key(kept.key)
                .all(|other| other.attempt.was_refused() || other.part.content != kept.content)
        {
            found.push(Violation::Refused { attempt: one.attempt.clone(), kept: *kept });
        }
    }

    /// An earlier call must have been handed over before the answer that speaks of it.
    fn repeated(&self, one: &Try<'_>, found: &mut Vec<Violation>) {
        let (Some(promise), Some(answered)) = (one.promise, one.attempt.promised_at()) else {
            return;
        };
        let earlier = self.was.contains_key(&one.part.key)
            || self.of_key(one.part.key).any(|other| {
                !std::ptr::eq(other.attempt, one.attempt)
                    && !other.attempt.was_refused()
                    && other.attempt.submitted < answered
            });
        if promise.repeated && !earlier {
            found.push(Violation::NotRepeated { attempt: one.attempt.clone() });
        }
    }

    fn doubled(&self, found: &mut Vec<Violation>) {
        let mut times: BTreeMap<Key, usize> = BTreeMap::new();
        for commit in self.commits {
            *times.entry(commit.key).or_default() += 1;
        }
        let mut new: BTreeMap<Key, usize> = BTreeMap::new();
        for one in &self.tries {
            if one.promise.is_some_and(|promise| !promise.repeated) {
                *new.entry(one.part.key).or_default() += 1;
            }
        }
        let more = |(key, times): (Key, usize)| {
            let earlier = usize::from(self.was.contains_key(&key));
            (times + earlier > 1).then_some(key)
        };
        let twice = times.into_iter().filter_map(|(key, times)| (times > 1).then_some(key));
        let keys: BTreeSet<Key> = twice.chain(new.into_iter().filter_map(more)).collect();
        found.extend(
            keys.into_iter().map(|key| Violation::Doubled { book: self.name.to_owned(), key }),
        );
    }

    fn shared(&self, found: &mut Vec<Violation>) {
        let promised = |one: &Try<'_>| Some((one.part.key, one.promise?.clone()));
        let mut promises: Vec<_> = self.tries.iter().filter_map(promised).collect();
        promises.sort_by_key(|(key, promise)| (promise.first_seq, *key));
        promises.dedup_by_key(|(key, promise)| (promise.first_seq, *key));
        for pair in promises.windows(2) {
            let [one, other] = pair else { continue };
            if one.0 != other.0 && other.1.first_seq < one.1.first_seq + u64::from(one.1.count) {
                found.push(Violation::Shared {
                    book: self.name.to_owned(),
                    one: one.clone(),
                    other: other.clone(),
                });
            }
        }
    }

    fn invented(&self, found: &mut Vec<Violation>) {
        for commit in self.commits {
            let asked = self.of_key(commit.key).any(|one| one.part.content == commit.content);
            // One that was promised otherwise is called changed already.
            let promised = self.of_key(commit.key).any(|one| one.promise.is_some());
            if !asked && !promised && !self.was.contains_key(&commit.key) {
                found.push(Violation::Invented { book: self.name.to_owned(), kept: *commit });
            }
        }
    }

    /// From the last commit to the first: none of those behind was promised before this one was first
    /// handed over.
    fn real_time(&self, found: &mut Vec<Violation>) {
        let mut earliest: Option<(u64, Key)> = None;
        for commit in self.commits.iter().rev() {
            if self.was.contains_key(&commit.key) {
                continue;
            }
            let tries = || self.of_key(commit.key).filter(|one| !one.attempt.was_refused());
            let Some(submitted) = tries().map(|one| one.attempt.submitted).min() else { continue };
            if let Some((promised, first)) = earliest
                && promised < submitted
            {
                let (book, second) = (self.name.to_owned(), commit.key);
                found.push(Violation::Reordered { book, first, second });
            }
            let promised = tries().filter_map(|one| one.attempt.promised_at()).min();
            let this = promised.map(|promised| (promised, commit.key));
            earliest = match (earliest, this) {
                (Some(one), Some(other)) => Some(one.min(other)),
                (one, other) => one.or(other),
            };
        }
    }

    /// The commits of each submitter stand in the order in which it handed them over.
    fn submitters(&self, found: &mut Vec<Violation>) {
        let mut last: HashMap<&str, (u64, Key)> = HashMap::new();
        for one in &self.tries {
            let Some(promise) = one.promise.filter(|promise| !promise.repeated) else { continue };
            let this = (promise.first_seq, one.part.key);
            if let Some((seq, first)) = last.insert(&one.attempt.who, this)
                && promise.first_seq < seq
            {
                let (book, second) = (self.name.to_owned(), one.part.key);
                found.push(Violation::Reordered { book, first, second });
            }
        }
    }
}

/// A commit of several books is in all of them or in none.
fn halves(
    attempt: &Attempt,
    attempts: &[Attempt],
    before: &Kept,
    after: &Kept,
    found: &mut Vec<Violation>,
) {
    if attempt.parts.len() < 2 || attempt.was_refused() {
        return;
    }
    let is_in = |kept: &Kept, part: &Part| {
        let commits = kept.books.get(&part.book);
        commits.into_iter().flatten().any(|it| it.key == part.key && it.content == part.content)
    };
    // A part that somebody asked for by itself proves nothing.
    let alone = |part: &Part| {
        is_in(before, part)
            || attempts.iter().any(|other| {
                other.parts.contains(part)
                    && sorted(&other.parts) != sorted(&attempt.parts)
                    && !other.was_refused()
            })
    };
    let telling: Vec<_> = attempt.parts.iter().filter(|part| !alone(part)).collect();
    let there = telling.iter().filter(|part| is_in(after, part)).count();
    if there != 0 && there != telling.len() {
        found.push(Violation::Halved { attempt: attempt.clone() });
    }
}

fn sorted(parts: &[Part]) -> Vec<Part> {
    let mut parts = parts.to_vec();
    parts.sort();
    parts
}
