//! What another writer does between a look and a write: made to happen, where a race would take luck.

use earmark_core::fund::WorkInjury;
use earmark_core::ledger::{Book, Ledger};

use crate::given::{HandClock, MINUTE_MICROS, PAPERS, nanjing, on};
use crate::liar::{Liar, Lie};

/// A book in which another writer registers the legal basis just after someone looked for it and did
/// not find it.
fn overtaken(another: fn(&Book<WorkInjury>, &HandClock)) -> Book<WorkInjury> {
    let (store, prompter) = Liar::new();
    let clock = HandClock::new();
    let book = Ledger::new(store, clock.clone()).book::<WorkInjury>(nanjing()).unwrap();
    let other = book.clone();
    prompter.tell(Lie::Meanwhile(PAPERS.basis, Box::new(move || another(&other, &clock))));
    book
}

fn is_found(book: &Book<WorkInjury>, texts: u32) {
    let text = book.register(PAPERS.basis).unwrap();
    assert_eq!(book.text(text.number()).unwrap().as_deref(), Some(PAPERS.basis));
    assert!(book.voucher(on("2021-06-15"), PAPERS).is_ok());
    assert_eq!(book.head().unwrap().state.texts(), texts);
}

#[test]
fn a_text_that_another_registers_meanwhile_is_found() {
    let book = overtaken(|other, _| {
        let _ = other.register(PAPERS.basis).unwrap();
    });
    is_found(&book, 3);
}

#[test]
fn a_text_that_another_registers_meanwhile_under_another_number_is_found() {
    let book = overtaken(|other, _| {
        other.register("something else").unwrap();
        other.register(PAPERS.basis).unwrap();
    });
    is_found(&book, 4);
}

#[test]
fn a_text_that_another_registers_after_midnight_is_found() {
    let book = overtaken(|other, clock| {
        clock.go(24 * 60 * MINUTE_MICROS);
        other.register(PAPERS.basis).unwrap();
    });
    is_found(&book, 3);
}

#[test]
fn a_voucher_whose_texts_another_registers_meanwhile_is_made() {
    let book = overtaken(|other, _| {
        let _ = other.voucher(on("2021-06-15"), PAPERS).unwrap();
    });
    assert!(book.voucher(on("2021-06-15"), PAPERS).is_ok());
    is_found(&book, 3);
}
