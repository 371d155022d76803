//! Commands of the dynamic door.

use earmark_core::command::AnyCommand;
use earmark_core::error::Error;
use earmark_core::id::{area, key};
use earmark_core::ledger::AnyBook;
use earmark_core::time::day;
use serde_json::{Map, Value, json};

use super::{Reading, Town, funds};
use crate::clock::HandClock;
use crate::given::{PAPERS, Picture, ledger_in_memory};

/// The JSON of one command. What is read is recorded in a small book of every fund, where it is refused and
/// leaves no trace, or changes the book to one that verification proves.
///
/// # Panics
/// Where a promise of the decoder is broken; see the [module](super).
pub fn command(bytes: &[u8]) -> Reading {
    let Some(command) = super::json::normal::<AnyCommand>(bytes) else { return Reading::Refused };
    let said: Value = serde_json::from_slice(bytes).expect("it was read as JSON just now");
    let Value::Object(said) = said else { panic!("a command names its fields: {said}") };
    no_more_than_said(&command, &said);
    let clock = HandClock::new();
    let ledger = ledger_in_memory(&clock);
    ledger.know::<Town>().unwrap();
    for fund in funds() {
        let book = ledger.any_book(area("320100").unwrap(), fund.code()).unwrap();
        prepare(&book);
        offer(&book, &command);
    }
    let proved = ledger.verify().unwrap();
    assert!(proved.is_sound(), "{command:?}: {:?}", proved.findings());
    Reading::Accepted
}

/// Every field of the command was named in the JSON, or is one that may be left out; and every field that was
/// named is one of the command.
fn no_more_than_said(command: &AnyCommand, said: &Map<String, Value>) {
    let written = serde_json::to_value(command).unwrap();
    for (field, value) in written.as_object().unwrap() {
        assert!(said.contains_key(field) || value.is_null(), "`{field}` was not said");
    }
    for field in said.keys() {
        assert!(written.get(field).is_some(), "`{field}` was said and is not kept");
    }
}

/// Some accounts with some money, a premium to take back, and a closed month.
fn prepare(book: &AnyBook) {
    let voucher = book.voucher(day("2021-06-15").unwrap(), PAPERS).unwrap();
    let party = "00000000-0000-0000-0000-000000000001";
    let premium = book.fund().premiums()[0].name;
    let mut wanted = vec![
        json!({"command": "open_account", "account": "special"}),
        json!({"command": "open_account", "account": "expenditure"}),
        json!({"command": "bring_forward", "into": "special", "amount": "500.00"}),
        json!({"command": "receive_premium", "into": "special", "kind": premium, "from": party,
               "amount": "20.00"}),
        json!({"command": "release", "plan": "2021-06", "amount": "90.00"}),
    ];
    if book.fund().invests() {
        wanted.push(json!({"command": "open_account", "account": "investment"}));
    }
    let commands: Vec<_> =
        wanted.into_iter().map(|it| (voucher, serde_json::from_value(it).unwrap())).collect();
    book.record_any(key("prepared"), &commands).unwrap();
    let close = json!({"command": "close_period", "first": "2021-05-01", "last": "2021-05-31"});
    let close = (voucher, serde_json::from_value(close).unwrap());
    book.record_any(key("closed"), &[close]).unwrap();
}

fn offer(book: &AnyBook, command: &AnyCommand) {
    let voucher = book.voucher(day("2021-06-16").unwrap(), PAPERS).unwrap();
    let before = Picture::of(book);
    let offered = [(voucher, command.clone())];
    match book.record_any(key("offered"), &offered) {
        Ok(receipt) => {
            let event = book.event(receipt.last_seq()).unwrap();
            assert!(event.is_some(), "what was acknowledged is there");
            let again = book.record_any(key("offered"), &offered).unwrap();
            assert!(again.repeated(), "the same key and content once more");
            assert_eq!((again.first_seq(), again.root()), (receipt.first_seq(), receipt.root()));
        }
        Err(Error::Rejected(rejected)) => {
            assert!(!rejected.to_string().is_empty());
            assert_eq!(Picture::of(book), before, "refused, and no trace");
        }
        Err(other) => panic!("{command:?}: {other}"),
    }
}
