//! A ledger file of each format, kept for ever: opened read-only and for writing, they say what they said.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use earmark_core::account::{SpecialAccount, TreasuryDeposit};
use earmark_core::command::{
    BringForward, OpenAccount, ReceiveLowerRemittance, ReceivePremium, RemitToSuperior,
};
use earmark_core::event::{Kind, Recorded};
use earmark_core::fund::{WorkInjury, WorkInjuryPremium};
use earmark_core::id::{Party, area, key};
use earmark_core::ledger::{AnyBook, Ledger, Papers};
use earmark_core::projection::{AnyProjection, Attached, Cells, Projection, Totals};
use earmark_core::report::{AsOf, TrailFilter};
use earmark_core::store::Settings;
use earmark_core::time::{Period, Timestamp, UtcOffset, day};
use earmark_core::verify::verify;
use earmark_sqlite::{FORMAT, NewLedger, OpenOptions};

use super::golden::summary;
use super::{matters, rolls};
use crate::given::{HandClock, PAPERS, nanjing, party, settings};
use crate::law::Trust;

/// A file, what it is expected to say, and its format.
struct Old {
    format: i32,
    file: &'static [u8],
    says: &'static str,
}

const FORMAT_1: &[u8] = include_bytes!("../../../crates/earmark-sqlite/tests/data/format-1.ledger");
const FORMAT_2: &[u8] = include_bytes!("../../../crates/earmark-sqlite/tests/data/format-2.ledger");
const FORMAT_3: &[u8] = include_bytes!("../../../crates/earmark-sqlite/tests/data/format-3.ledger");

/// Every file that is kept, by its name.
pub(crate) const OLD_FILES: [(&str, &[u8]); 3] =
    [("format-1", FORMAT_1), ("format-2", FORMAT_2), ("format-3", FORMAT_3)];

const OLD: [Old; 3] = [
    Old { format: 1, file: FORMAT_1, says: include_str!("../../data/files/format-1.txt") },
    Old { format: 2, file: FORMAT_2, says: include_str!("../../data/files/format-2.txt") },
    Old { format: 3, file: FORMAT_3, says: include_str!("../../data/files/format-3.txt") },
];

/// The projection that all files keep for their user.
struct PaidTo;

impl Projection for PaidTo {
    const NAME: &'static str = "paid_to";
    const VERSION: u32 = 1;
    type Key = Party;
    type Value = u64;

    fn apply(&self, recorded: &Recorded, cells: &mut Cells<'_, Party, u64>) {
        let amount = recorded.event().fact().amount_minor();
        match (recorded.party(), recorded.kind()) {
            (Some(party), Kind::BenefitPaid | Kind::PremiumReceived) => {
                cells.update(party, |sum| *sum += amount);
            }
            (Some(party), Kind::PaymentReturned) => cells.update(party, |sum| *sum -= amount),
            _ => {}
        }
    }
}

fn write_of_env() -> bool {
    std::env::var("EARMARK_GOLDEN").as_deref() == Ok("write")
}

fn beside(relative: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(relative)
}

/// Makes the file of today's format: every matter, loans, a reorganisation, closings and a reopening,
/// corrections, profiles, a commit over two books, attested rolls and bound detail, a book without events, and
/// a projection of a user's own.
fn write(path: &Path) {
    let Settings { id, secret, utc_offset } = settings();
    let new = NewLedger { id: Some(id), secret: Some(secret), utc_offset: Some(utc_offset) };
    let clock = HandClock::new();
    let store = OpenOptions::new().new_ledger(new).open(path).unwrap();
    let ledger = Ledger::new(store, clock.clone());
    ledger.attach(PaidTo).unwrap();
    matters::write(&ledger, clock.clone());
    let town = ledger.book::<WorkInjury>(area("320102").unwrap()).unwrap();
    let of_town = town.voucher(day("2021-06-15").unwrap(), PAPERS).unwrap();
    let open = OpenAccount(SpecialAccount);
    town.record(key("open"), &of_town, open).unwrap();
    let forward = BringForward { into: SpecialAccount, amount: "900.00".parse().unwrap() };
    town.record(key("forward"), &of_town, forward).unwrap();
    let city = ledger.book::<WorkInjury>(nanjing()).unwrap();
    let of_city = city.voucher(day("2021-06-15").unwrap(), PAPERS).unwrap();
    let amount = "123.45".parse().unwrap();
    let up = RemitToSuperior { from: SpecialAccount, to: nanjing(), amount };
    let up_there =
        ReceiveLowerRemittance { into: SpecialAccount, from: area("320102").unwrap(), amount };
    ledger
        .joint(key("adjustment"))
        .with(&town, &of_town, up)
        .with(&city, &of_city, up_there)
        .record()
        .unwrap();
    // In Wuxi, with rolls and bound detail. A book of another area stays without events.
    rolls::write(&ledger, clock);
    ledger.book::<WorkInjury>(area("320400").unwrap()).unwrap();
}

/// With `EARMARK_GOLDEN=write` the file is made where it is empty. It is never made again: what the library
/// of today writes proves nothing about what was written before.
#[test]
fn the_file_of_todays_format_is_kept() {
    let path = beside("../crates/earmark-sqlite/tests/data/format-3.ledger");
    if write_of_env() && FORMAT_3.is_empty() {
        let folder = tempfile::tempdir().unwrap();
        let made = folder.path().join("made.earmark");
        write(&made);
        std::fs::copy(made, path).unwrap();
        return;
    }
    assert_eq!(
        OLD.last().map(|old| old.format),
        Some(FORMAT),
        "a new format has a file of its own"
    );
    for Old { format, file, .. } in OLD {
        assert!(file.starts_with(b"SQLite format 3\0"));
        // SQLite keeps the user version in bytes 60 to 63, the application id in 68 to 71.
        assert_eq!(file[60..64], format.to_be_bytes());
        assert_eq!(&file[68..72], b"EMK1");
    }
}

fn now() -> Timestamp {
    Timestamp::start_of(day("2021-07-02").unwrap(), UtcOffset::CHINA)
}

fn opened(options: OpenOptions, path: &Path) -> Ledger {
    let ledger = Ledger::new(options.open(path).unwrap(), now());
    ledger.know::<Trust>().unwrap();
    ledger
}

#[track_caller]
fn proved(ledger: &Ledger) -> String {
    let own: Box<dyn AnyProjection> = Box::new(Attached::new(PaidTo));
    let proved = verify(ledger.store(), &ledger.funds(), &[own], &|_| {}).unwrap();
    assert!(proved.is_sound(), "{:?}", proved.findings());
    let mut text = format!("proved {} books, {} events\n", proved.books().len(), proved.events());
    for book in proved.books() {
        writeln!(text, "root {} {}", book.book, super::hex(&book.root.0)).unwrap();
    }
    text
}

/// All that is asked of an old file, in words.
fn said(ledger: &Ledger) -> String {
    let mut text = proved(ledger);
    for book in ledger.books().unwrap() {
        writeln!(text, "\nbook {}", book.id()).unwrap();
        text.push_str(&of_book(&book));
    }
    text
}

fn of_book(book: &AnyBook) -> String {
    let mut text = String::new();
    let standing = book.standing().unwrap();
    let day_or_none = |day: Option<earmark_core::time::Day>| {
        day.map_or_else(|| "none".to_owned(), |day| day.to_string())
    };
    writeln!(
        text,
        "standing rules {} closed until {} reopened {} to {} reserve {} stops {} agreements {}",
        standing.rules_seq,
        day_or_none(standing.closed_until),
        day_or_none(standing.reopened.map(Period::first)),
        day_or_none(standing.reopened.map(Period::last)),
        standing.reserve_minor,
        standing.stops,
        standing.agreements,
    )
    .unwrap();
    let trail = book.trail(&TrailFilter::all()).unwrap();
    let middle = trail.get(trail.len() / 2).map(|it| it.event().recorded_at());
    let mut moments = vec![("now", AsOf::NOW), ("May", AsOf::day(day("2021-05-31").unwrap()))];
    moments.extend(middle.map(|at| ("half way", AsOf::NOW.known_at(at))));
    for (name, as_of) in moments {
        write!(text, "balances {name}").unwrap();
        for (account, sum) in book.balances_as_of(as_of).unwrap().iter() {
            write!(text, " {}={}", account.code(), sum.minor()).unwrap();
        }
        text.push('\n');
    }
    let year = Period::year(2021).unwrap();
    for (name, known_at) in [("now", None), ("half way", middle)] {
        let statement = book.statement(year, known_at).unwrap();
        write!(
            text,
            "statement {name} opening={} forward={} reorganised={} lent={} closing={}",
            statement.opening().minor(),
            statement.brought_forward().minor(),
            statement.reorganised().minor(),
            statement.lent().minor(),
            statement.closing().minor()
        )
        .unwrap();
        for line in statement.income() {
            write!(text, " {}={}", line.item.name(), line.sum.minor()).unwrap();
        }
        for line in statement.expenditure() {
            write!(text, " {}={}", line.item.name(), line.sum.minor()).unwrap();
        }
        text.push('\n');
    }
    let totals = book.snapshot::<Totals>().unwrap().fingerprint();
    writeln!(text, "totals {}", super::hex(&totals.0)).unwrap();
    let summaries = trail.iter().map(|recorded| summary(recorded.event()));
    for line in summaries {
        writeln!(text, "event {line}").unwrap();
    }
    text
}

fn same(said: &str, expected: &str, what: &str) {
    for (line, (found, kept)) in said.lines().zip(expected.lines()).enumerate() {
        assert_eq!(found, kept, "{what}, line {}", line + 1);
    }
    assert_eq!(said.lines().count(), expected.lines().count(), "{what}");
}

/// With `EARMARK_GOLDEN=write` an expectation is written where it is empty.
#[test]
fn an_old_file_says_what_it_said() {
    for Old { format, file, says } in OLD {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("old.earmark");
        std::fs::write(&path, file).unwrap();
        let read_only = said(&opened(OpenOptions::new().read_only(), &path));
        if write_of_env() && says.is_empty() {
            let expected = beside(&format!("data/files/format-{format}.txt"));
            std::fs::write(expected, &read_only).unwrap();
            continue;
        }
        same(&read_only, says, &format!("format {format}, read-only"));
        assert_eq!(std::fs::read(&path).unwrap(), file, "reading changes nothing");
        let ledger = opened(OpenOptions::new(), &path);
        ledger.attach(PaidTo).unwrap();
        same(&said(&ledger), says, &format!("format {format}, for writing"));
        goes_on(&ledger);
        drop(ledger);
        let after = opened(OpenOptions::new().read_only(), &path);
        proved(&after);
        let events = |text: &str| -> Vec<String> {
            text.lines().filter(|line| line.starts_with("event ")).map(str::to_owned).collect()
        };
        let kept = events(&said(&after));
        assert!(events(says).iter().all(|event| kept.contains(event)), "nothing recorded is lost");
        assert_eq!(kept.len(), events(says).len() + 1);
    }
}

/// One event more, in a book that the old file has.
fn goes_on(ledger: &Ledger) {
    let book = ledger.book::<WorkInjury>(nanjing()).unwrap();
    // Texts that the book has: nothing is registered anew.
    let [register, basis, actor] = [1, 2, 3].map(|number| book.text(number).unwrap().unwrap());
    let papers = Papers { register: &register, document: 1, basis: &basis, actor: &actor };
    let voucher = book.voucher(day("2021-06-20").unwrap(), papers).unwrap();
    let premium = ReceivePremium {
        into: TreasuryDeposit,
        kind: WorkInjuryPremium::Unit,
        from: party(77),
        amount: "0.01".parse().unwrap(),
    };
    let before = book.last_seq().unwrap();
    book.record(key("one more"), &voucher, premium).unwrap();
    assert_eq!(book.last_seq().unwrap(), before + 1);
}
