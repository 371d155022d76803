//! What is stored, described from the code: `docs/schema/events.txt`.
//!
//! The page is generated and committed. A line that stands in it is never changed or removed: stored bytes
//! keep their meaning, and what is new has a new version, kind, code or format and so lines of its own.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use super::record::{Layout, Record, RecordError, layout_of};
use super::{FRAME_HEADER_BYTES, FRAME_VERSION, MAX_COMMIT_EVENTS, MAX_FRAME_BYTES};
use crate::account::Account;
use crate::event::{Kind, OtherIncome, PurposeList};
use crate::flow::{Direction, FLOWS};
use crate::fund::{BUILT_IN, Fund, WorkInjury};
use crate::projection::{CellPart, Projection, Totals};
use crate::register::{BudgetLine, DueKey, RegisterKey, Registers};
use crate::time::{Day, Month};

const WIRE: &str = include_str!("wire.rs");
const ENTRIES: &str = include_str!("../register/entry.rs");

/// The tables of the file store, whose package stands beside this one.
fn file_store() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../earmark-sqlite/src/schema.rs");
    std::fs::read_to_string(path).expect("the packages of the workspace stand side by side")
}

/// The struct of a layout's body in a version, by its name in `wire.rs`, and its letter in the format page.
const fn body_of(layout: Layout, version: u8) -> Option<(&'static str, &'static str)> {
    match (layout, version) {
        (Layout::Text, 1) => Some(("TextV1", "T")),
        (Layout::Account, 1) => Some(("AccountV1", "A")),
        (Layout::Plain, 1) => Some(("PlainV1", "P")),
        (Layout::Purpose, 1) => Some(("PurposeV1", "Q")),
        (Layout::Purpose, 2) => Some(("PurposeV2", "Q2")),
        (Layout::Level, 1) => Some(("LevelV1", "L")),
        (Layout::Place, 1) => Some(("PlaceV1", "M")),
        (Layout::Release, 1) => Some(("ReleaseV1", "R")),
        (Layout::Original, 1) => Some(("OriginalV1", "O")),
        (Layout::Reversal, 1) => Some(("ReversalV1", "V")),
        (Layout::Under, 1) => Some(("UnderV1", "U")),
        (Layout::Document, 1) => Some(("DocumentV1", "D")),
        (Layout::Matter, 1) => Some(("MatterV1", "C")),
        (Layout::Roll, 1) => Some(("RollV1", "N")),
        (Layout::Bound, 1) => Some(("BoundV1", "W")),
        _ => None,
    }
}

/// What a field of a body means.
fn meaning(field: &str) -> &'static str {
    match field {
        "recorded_at" => "microseconds since 1970-01-01T00:00:00Z",
        "effective_on" => "the day it counts for, in days since 1970-01-01",
        "register" => "document register, as the number of a text",
        "document" => "number in the register",
        "basis" => "legal basis, as the number of a text",
        "actor" => "who acts, as the number of a text",
        "correlation" => "the business case, or none",
        "causation" => "what led to it, or none",
        "amount" => "minor units",
        "account" => "code of an account",
        "purpose" => "code in the purpose list, 0 for none",
        "party" => "who pays or is paid",
        "area" => "administrative division code",
        "plan" => "month of the use plan, yyyymm",
        "original" => "sequence number of what is taken back",
        "original_kind" => "kind of what is taken back",
        "first" => "sequence number of the first event in the chain, 0 for none",
        "first_kind" => "kind of the first event in the chain, 0 for none",
        "reason" => "reason, as the number of a text",
        "number" => "number of the text; of a matter, a count or number of its kind",
        "month" => "month for which it is due, yyyymm",
        "under" => "sequence number of the authorisation",
        "base" => "a second amount in minor units",
        "other" => "a second party, or none",
        "from" => "first day, in days since 1970-01-01, -2147483648 for none",
        "until" => "last day, in days since 1970-01-01, -2147483648 for none",
        "text" => "reason or designation, as the number of a text, 0 for none",
        "closing" => "sequence number of the event that closed the period",
        "parties" => "how many lines the roll has",
        "salt" => "from which the keys of the lines follow",
        "root" => "root of the tree over the lines",
        "last" => "last day, in days since 1970-01-01",
        "event" => "sequence number of the event to which it belongs, 0 for none",
        "commitment" => "SHA-256 over salt and detail",
        other => panic!("say what the field `{other}` means"),
    }
}

/// The least and the largest size of a field of this type, in bytes.
fn width(of: &str) -> (usize, usize) {
    match of {
        "u8" => (1, 1),
        "u16" => (2, 2),
        "u32" | "i32" => (4, 4),
        "u64" | "i64" => (8, 8),
        "[u8; 16]" => (16, 16),
        "[u8; 32]" => (32, 32),
        "Option<[u8; 16]>" => (1, 17),
        other => panic!("say how wide `{other}` is"),
    }
}

/// The fields of a struct in the source of the bodies, in order, with `voucher` and `links` spelt out.
fn fields(name: &str) -> Vec<(String, String)> {
    let head = format!("struct {name} {{\n");
    let (_, body) = WIRE.split_once(&head).unwrap_or_else(|| panic!("no struct {name}"));
    let (body, _) = body.split_once("\n}").unwrap();
    let lines = body.lines().filter_map(|line| line.trim().strip_prefix("pub(super) "));
    lines
        .flat_map(|line| match line.trim_end_matches(',').split_once(": ").unwrap() {
            (_, "VoucherV1") => fields("VoucherV1"),
            (_, "LinksV1") => fields("LinksV1"),
            (field, of) => vec![(field.to_owned(), of.to_owned())],
        })
        .collect()
}

/// What the decoder says of a body of so many zero bytes.
fn tried(kind: Kind, version: u8, zeros: usize) -> Option<RecordError> {
    let length = u16::try_from(20 + zeros).unwrap();
    let mut bytes = length.to_le_bytes().to_vec();
    bytes.extend([kind.code(), version]);
    bytes.extend(vec![0; 16 + zeros]);
    Record::split(&bytes).unwrap().0.decode(WorkInjury::SPEC, 1).err()
}

/// The versions that the decoder knows of a kind.
fn versions(kind: Kind) -> Vec<u8> {
    let unknown =
        |version: &u8| matches!(tried(kind, *version, 0), Some(RecordError::Version { .. }));
    (0..=u8::MAX).filter(|version| !unknown(version)).collect()
}

fn bodies(page: &mut String) {
    page.push_str("# Bodies: offset from the start of the record, or after what is before; bytes; type; field\n");
    let mut seen = BTreeMap::new();
    for kind in Kind::ALL {
        for version in versions(*kind) {
            let Some((name, letter)) = body_of(layout_of(*kind), version) else {
                panic!("version {version} of `{kind}` is decoded and has no layout here")
            };
            seen.insert(name, letter);
        }
    }
    for (name, letter) in seen {
        writeln!(page, "layout {letter} = {name}").unwrap();
        let mut at = Some(20);
        for (field, of) in fields(name) {
            let (least, most) = width(&of);
            let place = at.map_or_else(|| "then".to_owned(), |at| at.to_string());
            let size = if least == most { least.to_string() } else { format!("{least} or {most}") };
            writeln!(page, "  {letter} {place} {size} {of} {field}: {}", meaning(&field)).unwrap();
            at = at.filter(|_| least == most).map(|at| at + least);
        }
        if matches!(letter, "T" | "D") {
            writeln!(page, "  {letter} then the text in UTF-8, to the end of the record").unwrap();
        }
    }
    page.push('\n');
}

fn kinds(page: &mut String) {
    page.push_str("# Kinds\n");
    for kind in Kind::ALL {
        let (code, what) = (
            kind.code(),
            if kind.moves_money() {
                "moves money"
            } else if kind.is_matter() {
                "is a matter"
            } else {
                "moves nothing"
            },
        );
        let list = match kind.purposes() {
            PurposeList::None => "none",
            PurposeList::Premium => "premium",
            PurposeList::Benefit => "benefit",
            PurposeList::StateUse => "state_use",
            PurposeList::OtherIncome => "other_income",
            PurposeList::BudgetLine => "budget_line",
        };
        writeln!(page, "kind {code} {kind}: {what}, purposes {list}").unwrap();
        for version in versions(*kind) {
            let (name, letter) = body_of(layout_of(*kind), version).unwrap();
            let least: usize = fields(name).iter().map(|(_, of)| width(of).0).sum();
            let broken = Some(RecordError::Body { kind: *kind });
            assert_eq!(tried(*kind, version, least - 1), broken, "{kind} is shorter than {name}");
            assert_ne!(tried(*kind, version, least), broken, "{kind} has not the size of {name}");
            writeln!(page, "  kind {code} version {version}: layout {letter}").unwrap();
        }
        for row in FLOWS.iter().filter(|row| row.kind == *kind) {
            let direction = match row.direction {
                Direction::In => "into",
                Direction::Out => "out of",
            };
            let account = row.account;
            writeln!(page, "  kind {code} {direction} account {} ({})", account.code(), row.row)
                .unwrap();
        }
    }
    page.push('\n');
}

fn lists(page: &mut String) {
    page.push_str("# Accounts, purposes, funds\n");
    for account in Account::ALL {
        writeln!(page, "account {} {account:?}", account.code()).unwrap();
    }
    for income in OtherIncome::ALL {
        writeln!(page, "other_income {} {}", income.code, income.name).unwrap();
    }
    for line in BudgetLine::all() {
        writeln!(page, "budget_line {} {}", line.code(), line.key()).unwrap();
    }
    for fund in BUILT_IN {
        for (number, line) in fund.vocabulary().lines().enumerate() {
            let of = if number == 0 { String::new() } else { format!("  {} ", fund.code()) };
            writeln!(page, "{of}{line}").unwrap();
        }
    }
    page.push('\n');
}

/// A key of every form with its parts. Adding a form to the type does not compile before it is here.
fn key_parts(key: &RegisterKey) -> &'static str {
    match key {
        RegisterKey::Due(_) => "due: payer 16, purpose 2, month 4",
        RegisterKey::Claim(_) => "claim: correlation 16",
        RegisterKey::Stop { .. } => "stop: person 16, purpose 2",
        RegisterKey::Provider(_) => "provider: provider 16",
        RegisterKey::BudgetYear(_) => "budget year: year 4",
        RegisterKey::BudgetLine { .. } => "budget line: year 4, line 2",
        RegisterKey::Plan(_) => "plan: month 4",
        RegisterKey::Closing { .. } => "closing: first day 4, last day 4",
        RegisterKey::Recovery(_) => "recovery: payment's event 8",
        RegisterKey::Loan(_) => "loan: authorisation's event 8",
        RegisterKey::Ladder(_) => "ladder: year 4",
        RegisterKey::Counted(_) => "counted: event 8",
        RegisterKey::Authorisation(_) => "granted: number of a text 4",
        RegisterKey::Roll { .. } => "roll: first day 4, last day 4",
    }
}

fn keys() -> Vec<RegisterKey> {
    use crate::id::{Link, Party};
    let (party, month, day) = (Party::from_u128(1), Month::new(2021, 1).unwrap(), Day::MIN);
    vec![
        RegisterKey::Due(DueKey { payer: party, kind: 1, month }),
        RegisterKey::Claim(Link::from_u128(1)),
        RegisterKey::Stop { person: party, kind: 1 },
        RegisterKey::Provider(party),
        RegisterKey::BudgetYear(2021),
        RegisterKey::BudgetLine { year: 2021, line: 1 },
        RegisterKey::Plan(month),
        RegisterKey::Closing { first: day, last: day },
        RegisterKey::Recovery(1),
        RegisterKey::Loan(1),
        RegisterKey::Ladder(2021),
        RegisterKey::Counted(1),
        RegisterKey::Authorisation(1),
        RegisterKey::Roll { first: day, last: day },
    ]
}

fn cells(page: &mut String) {
    page.push_str("# Projection cells\n");
    writeln!(page, "projection {} version {}", Totals::NAME, Totals::VERSION).unwrap();
    page.push_str("  totals key: day 4, kind 1, first kind 1, reversed 1, account 1, purpose 2\n");
    page.push_str("  totals value: sum 16, events 8\n");
    writeln!(page, "projection {} version {}", Registers::NAME, Registers::VERSION).unwrap();
    let mut tags = Vec::new();
    for key in keys() {
        let (bytes, parts) = (key.bytes(), key_parts(&key));
        let stated: usize =
            parts.split([' ', ',']).filter_map(|word| word.parse::<usize>().ok()).sum();
        assert_eq!(bytes.len(), 1 + stated, "{parts}");
        assert_eq!(RegisterKey::decode(&bytes), Some(key));
        tags.push(bytes[0]);
        writeln!(page, "  register key {} {parts}", bytes[0]).unwrap();
    }
    assert!(tags.iter().copied().eq(1..=14), "every form has a key above: {tags:?}");
    let (_, entries) = ENTRIES.split_once("\nentries! {").unwrap();
    let (entries, _) = entries.split_once("\n}\n").unwrap();
    let (_, tagged) = ENTRIES.split_once("\nentry! {").unwrap();
    let (tagged, _) = tagged.split_once("\n}\n").unwrap();
    for line in tagged.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (_, name) = line.split_once('(').unwrap();
        let (name, rest) = name.split_once(") = ").unwrap();
        let (tag, _) = rest.split_once(',').unwrap();
        writeln!(page, "  register value {tag} {name}").unwrap();
        let (_, body) = entries.split_once(&format!("\n    {name} {{")).unwrap();
        let (body, _) = body.split_once("\n    }").unwrap();
        let lines = body.lines().map(str::trim).filter(|line| !line.starts_with("///"));
        for field in lines.filter(|line| !line.is_empty()) {
            writeln!(page, "    {name} {}", field.trim_end_matches(',')).unwrap();
        }
    }
    page.push_str("  register value 100 counted: the key of a cell\n\n");
}

fn tables(page: &mut String) {
    page.push_str("# Tables of a file\n");
    let source = file_store();
    for (format, named) in [("1", "TABLES"), ("2", "STANDINGS"), ("3", "SUBTREES")] {
        let head = format!("const {named}: &str = \"\n");
        let (_, sql) = source.split_once(&head).unwrap();
        let (sql, _) = sql.split_once("\";").unwrap();
        writeln!(page, "-- from format {format} on").unwrap();
        page.push_str(sql);
    }
}

fn page() -> String {
    let mut page = String::from(
        "# What is stored, field by field. Generated from the code; docs/format.md explains it.\n\
         # A line here is never changed or removed. What is new has a new version, kind, code or format.\n\n",
    );
    writeln!(page, "frame version {FRAME_VERSION}: header {FRAME_HEADER_BYTES} bytes, checksum 4")
        .unwrap();
    writeln!(page, "frame at most {MAX_FRAME_BYTES} bytes, {MAX_COMMIT_EVENTS} events").unwrap();
    page.push_str("record: length 2, kind 1, version 1, nonce 16, body\n\n");
    kinds(&mut page);
    bodies(&mut page);
    lists(&mut page);
    cells(&mut page);
    tables(&mut page);
    page
}

/// The first line of the committed page that the generated one has not, in this order.
fn lost<'a>(committed: &'a str, generated: &str) -> Option<&'a str> {
    let mut lines = generated.lines();
    committed.lines().find(|line| !lines.any(|generated| generated == *line))
}

/// The page without the cells of projections: those are made from the events, and a new version of a
/// projection takes the place of the one before.
fn stored(page: &str) -> String {
    let Some((before, cells)) = page.split_once("# Projection cells\n") else {
        return page.to_owned();
    };
    let (_, after) = cells.split_once("# Tables of a file\n").unwrap_or_default();
    format!("{before}{after}")
}

#[test]
fn the_committed_description_is_that_of_the_code() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schema/events.txt");
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    let generated = page();
    if let Some(line) = lost(&stored(&committed), &stored(&generated)) {
        panic!(
            "the stored form that `docs/schema/events.txt` describes has changed; this line stood in it and \
             does not follow from the code any more:\n    {line}\nWhat is stored is read for ever. Put it back, \
             and give the new form a new version of its kind (a new kind, code or format). Writing the page \
             again is refused while a line is lost."
        );
    }
    if std::env::var("EARMARK_GOLDEN").as_deref() == Ok("write") {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &generated).unwrap();
        return;
    }
    let differs = committed.lines().zip(generated.lines()).find(|(kept, new)| kept != new);
    assert!(
        committed == generated,
        "the code stores what `docs/schema/events.txt` does not describe, first at {differs:?}. Lines are only \
         added, but for the cells of a projection in a new version: run this test with EARMARK_GOLDEN=write, \
         and commit the page, a golden vector and the change of docs/format.md together"
    );
}

/// A change or a removal is told from an addition.
#[test]
fn a_line_that_is_lost_is_found() {
    assert_eq!(lost("a\nb\nc\n", "a\nnew\nb\nc\nnew\n"), None);
    assert_eq!(lost("a\nb\nc\n", "a\nB\nc\n"), Some("b"));
    assert_eq!(lost("a\nb\nc\n", "a\nc\n"), Some("b"));
    assert_eq!(lost("a\nb\n", "b\na\n"), Some("b"));
}
