//! Where the corpora begin: what golden histories, shipped profiles and old files hold. With
//! `EARMARK_GOLDEN=write` a seed that is missing is written; none is ever overwritten or removed here.

use std::ops::ControlFlow;
use std::path::PathBuf;

use earmark_audit::mirror::MirrorStatement;
use earmark_core::account::Account;
use earmark_core::codec::Frame;
use earmark_core::commit::Head;
use earmark_core::ledger::Ledger;
use earmark_core::projection::{CellPart, Totals};
use earmark_core::register::{RegisterKey, Registers};
use earmark_core::rules::Profile;
use earmark_core::time::{Day, Period, day};
use earmark_testkit::outside::{funds, log_seeds};
use earmark_tlog::EMPTY_ROOT;

use super::corpus;
use crate::codec::{OLD_FILES, golden_frames, golden_ledgers};
use crate::law::{loans, pooled};

/// The commands of the dynamic door, one a line.
const COMMANDS: &str = include_str!("commands.jsonl");

/// Texts that parsers read, and some that they just do not.
const TEXTS: &[&str] = &[
    "0",
    "0.01",
    "1200",
    "1200.5",
    "1200.50",
    "999999999999999.99",
    "1000000000000000",
    "007",
    "-1",
    "--1",
    "1.000",
    "15.",
    ".5",
    "1e3",
    "1,200",
    "0.16",
    "0.0005",
    "1000",
    "1000.000001",
    "2021-01-31",
    "2024-02-29",
    "2021-02-29",
    "1900-01-01",
    "9999-12-31",
    "1899-12-31",
    "2021-1-1",
    "320100",
    "000000",
    "999999",
    "1000000",
    "income_premium",
    "expenditure_benefit",
    "expenditure_administration",
    "２０２１-01-01",
    "\u{0}",
];

/// JSON of every type, and some that is just not.
const JSON: &[&str] = &[
    "\"2021-01-31\"",
    "\"2021-01\"",
    "\"2021-13\"",
    "\"320100\"",
    "\"1200.50\"",
    "\"0\"",
    "\"1200.505\"",
    "1200.5",
    "\"Unit\"",
    "\"Disability\"",
    "\"CriticalIllnessInsurance\"",
    "\"Insurance\"",
    "\"special\"",
    "{\"special\":null}",
    "\"premium_received\"",
    "\"late_fee\"",
    "\"benefit\"",
    "{\"income\":\"premium\"}",
    "{\"expenditure\":\"administration\"}",
    "\"8e4b3f0a-7c1d-4a55-9b1e-0f6d2c3a4b5c\"",
    "\"8e4b3f0a7c1d4a559b1e0f6d2c3a4b5c\"",
    "\"urn:uuid:8e4b3f0a-7c1d-4a55-9b1e-0f6d2c3a4b5c\"",
    "\"2021-01-31T08:15:00.000000Z\"",
    "\"2021-01-31T08:15:00.123456789+08:00\"",
    "\"1969-12-31T23:59:60.9999999Z\"",
    "\"9999-12-31T23:59:59.9999999Z\"",
    "\"1900-01-01T00:00:00+00:01\"",
    "{\"day\":\"2021-01-31\",\"known_at\":null}",
    "{\"day\":null,\"known_at\":\"2021-01-31T08:15:00.000000Z\"}",
    "{}",
];

/// A promise to record two events.
const ACCEPTANCE: &str = "earmark.acceptance/v1
origin ledger.funds.example/320100/WORK_INJURY
key 8e4b3f0a-7c1d-4a55-9b1e-0f6d2c3a4b5c
accepted 2021-06-15T01:00:00.000000Z
record-by 2021-06-16T16:00:00.000000Z
after 41
salt AAECAwQFBgcICQoLDA0ODw==
content 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
content bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=
";

/// A target, the name of a seed, and its bytes.
type Seed = (&'static str, String, Vec<u8>);

fn seeds() -> Vec<Seed> {
    let mut seeds: Vec<Seed> = Vec::new();
    for (number, frame) in golden_frames().into_iter().enumerate() {
        let parsed = Frame::parse(&frame).unwrap();
        for record in parsed.records() {
            let record = record.unwrap().bytes();
            // A record of each kind and version is enough, the shortest first of all.
            let name = format!("kind-{:03}-{}", record[2], record[3]);
            if record.len() < 1_000
                && !seeds.iter().any(|(of, known, _)| (*of, known) == ("record", &name))
            {
                seeds.push(("record", name.clone(), record.to_vec()));
                seeds.push(("frame", name.clone(), frame.clone()));
                seeds.push(("commit", format!("{name}-{number:03}"), frame.clone()));
            }
        }
    }
    for (index, ledger) in golden_ledgers().iter().enumerate() {
        of_ledger(index, ledger, &mut seeds);
    }
    for (name, profile) in [
        ("national", Profile::national()),
        ("jiangsu", Profile::jiangsu()),
        ("us-oasdi", Profile::us_oasdi()),
        ("pooled", pooled()),
        ("loans", loans()),
    ] {
        seeds.push(("profile", name.into(), profile.text().as_bytes().to_vec()));
    }
    for table in Profile::national().text().split("\n\n").filter(|table| table.starts_with("[[")) {
        let topic = table.split(['[', ']']).find(|word| !word.is_empty()).unwrap();
        let small = format!(
            "[profile]\nid = \"t\"\nname = \"t\"\njurisdiction = \"China\"\nedition = \"1\"\n\n{table}\n"
        );
        seeds.push(("profile", format!("topic-{topic}"), small.into_bytes()));
    }
    for line in COMMANDS.lines() {
        let name = line.split('"').nth(3).unwrap().to_owned();
        seeds.push(("command", name, line.as_bytes().to_vec()));
    }
    for (target, texts) in [("text", TEXTS), ("json", JSON)] {
        for (number, text) in texts.iter().enumerate() {
            seeds.push((target, format!("seed-{number:02}"), text.as_bytes().to_vec()));
        }
    }
    for fund in funds() {
        seeds.push(("vocabulary", fund.code().to_lowercase(), fund.vocabulary().into_bytes()));
    }
    for (target, name, bytes) in log_seeds() {
        seeds.push((target, name.into(), bytes));
    }
    let page = include_str!("../../../docs/certificate.md");
    let example = page.split("```text\n").nth(1).unwrap().split("```").next().unwrap();
    seeds.push(("certificate", "seed-present".into(), example.as_bytes().to_vec()));
    seeds.push(("acceptance", "seed-two".into(), ACCEPTANCE.as_bytes().to_vec()));
    for (name, size, at_seconds) in [("seed-empty", 0, 0), ("seed-full", u64::MAX, 1 << 62)] {
        let statement = MirrorStatement {
            origin: "funds.example/320100/WORK_INJURY".into(),
            size,
            root: EMPTY_ROOT,
            balances_minor: [0, 1, size, 3, 4],
            at_seconds,
        };
        seeds.push(("mirror_statement", name.into(), statement.to_string().into_bytes()));
    }
    for (name, file) in OLD_FILES {
        seeds.push(("ledger", name.into(), file.to_vec()));
    }
    seeds
}

/// Heads, cells and snapshots of a ledger's books.
fn of_ledger(index: usize, ledger: &Ledger, seeds: &mut Vec<Seed>) {
    for book in ledger.books().unwrap() {
        let name = format!("{index}-{}", book.fund().code().to_lowercase());
        let head = book.head().unwrap();
        let last = book.last_seq().unwrap();
        let mut record = Vec::new();
        let each = &mut |commit: earmark_core::store::StoredCommit<'_>| {
            let frame = commit.open(book.id())?;
            record = frame.records().last().unwrap().unwrap().bytes().to_vec();
            Ok(ControlFlow::Continue(()))
        };
        ledger.store().commits(book.id(), last, each).unwrap();
        seeds.push(("head", name.clone(), head_bytes(&head, &record)));
        for projection in [<Totals as earmark_core::projection::Projection>::NAME, "registers"] {
            let mut cells = 0;
            let each = &mut |key: &[u8], value: &[u8]| {
                cells += 1;
                // A cell of each form: keys and values of registers begin with the byte of theirs.
                for (what, bytes) in [("key", key), ("value", value)] {
                    let name = match projection {
                        "registers" => format!("{projection}-{what}-{:02}", bytes[0]),
                        _ => format!("{projection}-{what}-{:02}", cells % 4),
                    };
                    if !seeds.iter().any(|(of, known, _)| (*of, known) == ("cell", &name)) {
                        seeds.push(("cell", name, bytes.to_vec()));
                    }
                }
                Ok(ControlFlow::Continue(()))
            };
            ledger.store().cells(book.id(), projection, &[], each).unwrap();
        }
        seeds.push((
            "snapshot",
            format!("{name}-totals"),
            book.snapshot::<Totals>().unwrap().to_bytes(),
        ));
        let registers = book.snapshot::<Registers>().unwrap().to_bytes();
        seeds.push(("snapshot", format!("{name}-registers"), registers));
    }
    let mut bytes = Vec::new();
    let period = Period::new(day("2021-01-01").unwrap(), day("2021-03-31").unwrap()).unwrap();
    RegisterKey::Closing { first: period.first(), last: period.last() }.put(&mut bytes);
    seeds.push(("cell", "closing".into(), bytes));
    let mut text = Vec::new();
    ("a text\0 with a zero".to_owned(), 7_u64).put(&mut text);
    seeds.push(("cell", "text".into(), text));
}

/// In the form that `outside::head` reads.
fn head_bytes(head: &Head, record: &[u8]) -> Vec<u8> {
    let state = &head.state;
    let standing = state.standing();
    let mut bytes = state.seq().to_le_bytes().to_vec();
    bytes.extend(state.recorded_at().micros().to_le_bytes());
    bytes.extend(state.texts().to_le_bytes());
    bytes.extend(state.interest_held_minor().to_le_bytes());
    for account in Account::ALL {
        let account = state.account(account);
        bytes.extend([account.status as u8, account.moved as u8]);
        bytes.extend(account.balance_minor.to_le_bytes());
    }
    bytes.extend(standing.rules_seq.to_le_bytes());
    let days = [
        standing.closed_until,
        standing.reopened.map(|period| period.first()),
        standing.reopened.map(|period| period.last()),
    ];
    bytes.extend(days.iter().flat_map(|day| day.map_or(i32::MIN, Day::days).to_le_bytes()));
    bytes.extend(standing.reserve_minor.to_le_bytes());
    bytes.extend(standing.stops.to_le_bytes());
    bytes.extend(standing.agreements.to_le_bytes());
    let peaks = head.frontier.peaks();
    bytes.push(u8::try_from(peaks.len()).unwrap());
    bytes.extend(peaks.iter().flat_map(|peak| peak.0));
    bytes.extend(record);
    bytes
}

/// Every seed lies in its corpus. A new kind, version, command or fund has no seed at first: run once with
/// `EARMARK_GOLDEN=write` and commit what is written.
#[test]
fn every_seed_is_in_its_corpus() {
    let write = std::env::var("EARMARK_GOLDEN").as_deref() == Ok("write");
    let mut missing = Vec::new();
    for (target, name, bytes) in seeds() {
        let path: PathBuf = corpus().join(target).join(name);
        if path.exists() {
            continue;
        }
        if write {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, bytes).unwrap();
        } else {
            missing.push(path);
        }
    }
    assert!(missing.is_empty(), "run this test with EARMARK_GOLDEN=write to make {missing:?}");
}

/// Every command of the dynamic door has a seed, and each says what it is said to say.
#[test]
fn every_command_has_a_seed() {
    let source = include_str!("../../../crates/earmark-core/src/command/any/mod.rs");
    let list = source.split_once("pub enum AnyCommand {").unwrap().1.split_once("\n}\n").unwrap().0;
    let named = list.lines().filter(|line| line.starts_with("    ") && line.ends_with(" {"));
    assert_eq!(named.count(), COMMANDS.lines().count());
    for line in COMMANDS.lines() {
        let command: Result<earmark_core::command::AnyCommand, _> = serde_json::from_str(line);
        assert!(command.is_ok(), "{line}: {command:?}");
    }
}
