//! What another writer does between a look and a write: made to happen, where a race would take luck.

use earmark_core::event::Text;
use earmark_core::fund::WorkInjury;
use earmark_core::ledger::{Book, Ledger};

use crate::given::{HandClock, PAPERS, nanjing, on};
use crate::liar::{Liar, Lie};

/// A book in which `basis` is registered after two other texts, and a ledger that, asked once more, has
/// not seen it yet.
fn overtaken() -> (Book<WorkInjury>, Text) {
    let (store, prompter) = Liar::new();
    let book = Ledger::new(store, HandClock::new()).book::<WorkInjury>(nanjing()).unwrap();
    book.register("register").unwrap();
    book.register("actor").unwrap();
    let text = book.register(PAPERS.basis).unwrap();
    prompter.tell(Lie::NotYet(PAPERS.basis));
    (book, text)
}

#[test]
fn a_text_that_another_registers_meanwhile_is_found() {
    let (book, text) = overtaken();
    assert_eq!(book.register(PAPERS.basis), Ok(text));
}

#[test]
fn a_voucher_whose_text_another_registers_meanwhile_is_made() {
    let (book, text) = overtaken();
    assert!(book.voucher(on("2021-06-15"), PAPERS).is_ok());
    assert_eq!(book.register(PAPERS.basis), Ok(text));
    assert_eq!(book.head().unwrap().state.texts(), 5);
}
