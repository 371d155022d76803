//! What decoders of outside bytes allocate: at most a constant times what they are given, whatever that
//! claims to hold. One test in a binary of its own, whose allocator counts.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that fails should stop at once and say where"
)]

use std::path::Path;

use earmark_core::codec::{Frame, MAX_FRAME_BYTES, Record};
use earmark_core::command::AnyCommand;
use earmark_core::fund::{BUILT_IN, Fund, WorkInjury};
use earmark_core::id::{BookId, area};
use earmark_core::money::Amount;
use earmark_core::projection::{CellPart, Snapshot, fingerprint};
use earmark_core::register::Entry;
use earmark_core::report::AsOf;
use earmark_core::rules::{MAX_BUNDLE_BYTES, Profile, Rate};
use earmark_core::store::check_vocabulary;
use earmark_core::time::{Day, Timestamp};
use peak_alloc::PeakAlloc;

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

/// What any call may allocate, however little it is given: a message, a table, a page.
const SMALL: usize = 64 << 10;

/// The most bytes that are held at once while `work` runs, beyond those held before.
fn peak(work: impl FnOnce()) -> usize {
    ALLOCATED.reset_peak_usage();
    let before = ALLOCATED.current_usage();
    work();
    ALLOCATED.peak_usage().saturating_sub(before)
}

/// A family of decoders and how many times its input it may hold at once.
struct Decoder {
    name: &'static str,
    times: usize,
    read: fn(&[u8]),
}

fn book() -> BookId {
    BookId::new(area("320100").unwrap(), WorkInjury::SPEC)
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_default()
}

const DECODERS: [Decoder; 9] = [
    // Records are read one at a time: what is held is one event and its bytes.
    Decoder {
        name: "frame",
        times: 3,
        read: |bytes| {
            let Ok(frame) = Frame::parse(bytes) else { return };
            let mut buffer = Vec::new();
            for (seq, record) in (frame.first_seq()..=frame.last_seq()).zip(frame.records()) {
                let Ok(record) = record else { return };
                for fund in BUILT_IN {
                    let _ = record.decode_with(fund, seq, &mut buffer);
                }
            }
        },
    },
    Decoder {
        name: "record",
        times: 4,
        read: |bytes| {
            let Ok((record, _)) = Record::split(bytes) else { return };
            for fund in BUILT_IN {
                let _ = record.decode(fund, 1);
            }
        },
    },
    Decoder {
        name: "cell",
        times: 4,
        read: |bytes| {
            let _ = (String::decode(bytes), Entry::decode(bytes), <(String, u64)>::decode(bytes));
        },
    },
    Decoder {
        name: "snapshot",
        times: 16,
        read: |bytes| {
            let _ = Snapshot::from_bytes(book(), bytes);
        },
    },
    Decoder {
        name: "profile",
        // The reader of TOML notes every mistake of a text before the first is told: 26 MB for 30,000 lines
        // that are none. A bundle has 60,000 bytes at most.
        times: 512,
        read: |bytes| {
            let _ = Profile::parse(text(bytes));
        },
    },
    Decoder {
        name: "command",
        times: 64,
        read: |bytes| {
            let _ = serde_json::from_slice::<AnyCommand>(bytes);
        },
    },
    Decoder {
        name: "json",
        times: 4,
        read: |bytes| {
            let _ = serde_json::from_slice::<Amount<WorkInjury>>(bytes);
            let _ = serde_json::from_slice::<AsOf>(bytes);
            let _ = serde_json::from_slice::<Timestamp>(bytes);
        },
    },
    Decoder {
        name: "text",
        times: 4,
        read: |bytes| {
            let text = text(bytes);
            let _ = (text.parse::<Amount<WorkInjury>>(), text.parse::<Rate>(), text.parse::<Day>());
        },
    },
    Decoder {
        name: "vocabulary",
        times: 4,
        read: |bytes| {
            let _ = check_vocabulary(book(), text(bytes));
        },
    },
];

/// A frame with a checksum that fits, which claims to have so many events in so many bytes.
fn frame(count: u32, length: u32, records: &[u8]) -> Vec<u8> {
    let mut frame = b"EMKC\x01\0\0\0".to_vec();
    frame.extend(book().digest());
    frame.extend(1_u64.to_le_bytes());
    frame.extend(0_i64.to_le_bytes());
    frame.extend([9; 16]);
    frame.extend(count.to_le_bytes());
    frame.extend(length.to_le_bytes());
    frame.extend(records);
    let sum = crc32fast::hash(&frame);
    frame.extend(sum.to_le_bytes());
    frame
}

fn parts(parts: &[&[u8]]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for part in parts {
        bytes.extend(u64::try_from(part.len()).unwrap().to_be_bytes());
        bytes.extend(*part);
    }
    bytes
}

fn snapshot(cells: &[([u8; 3], [u8; 0])]) -> Vec<u8> {
    let cells: Vec<(&[u8], &[u8])> =
        cells.iter().map(|(key, value)| (key.as_slice(), value.as_slice())).collect();
    let mut bytes = b"EMKSNAP1".to_vec();
    bytes.extend(fingerprint("p", 1, 1, cells.iter().copied()).0);
    bytes.extend(book().digest());
    bytes.extend(parts(&[b"p", &1_u32.to_be_bytes(), &1_u64.to_be_bytes()]));
    let cells: Vec<_> = cells.into_iter().flat_map(|(key, value)| [key, value]).collect();
    bytes.extend(parts(&cells));
    bytes
}

/// Inputs that claim much, or whose every byte asks for something.
fn hostile() -> Vec<(&'static str, Vec<u8>)> {
    let full = u32::try_from(MAX_FRAME_BYTES - 68).unwrap();
    let room = usize::try_from(full).unwrap();
    let smallest: Vec<u8> = [&[20_u8, 0, 16, 1][..], &[0; 16]].concat();
    let longest = {
        let mut record = 60_086_u16.to_le_bytes().to_vec();
        record.extend([5, 1]);
        record.resize(60_086, b'a');
        record
    };
    let many = 300_000_u32;
    let cells: Vec<_> =
        (0..many).map(|it| (it.to_be_bytes()[1..].try_into().unwrap(), [])).collect();
    let mut lying = snapshot(&[]);
    lying.extend([0xff; 8]);
    let profile = |line: &str| {
        let mut text = String::from(
            "[profile]\nid = \"t\"\nname = \"t\"\nedition = \"1\"\njurisdiction = \"China\"\n",
        );
        while text.len() + line.len() <= MAX_BUNDLE_BYTES {
            text.push_str(line);
        }
        text.into_bytes()
    };
    let rule = "[[authority]]\nfund = [\"ENT_PENSION\", \"RES_PENSION\", \"GOV_PENSION\", \"EMP_MEDICAL\"]\n\
                act = [\"close_period\", \"reopen_period\"]\nwho = [\"a\", \"b\"]\nfrom = 2021-01-01\nsource = \"s\"\n";
    vec![
        ("frame", frame(65_536, full, &vec![0; room])),
        ("frame", frame(65_536, full, &smallest.repeat(room / 20 + 1)[..room])),
        ("frame", frame(65_536, full, &longest.repeat(room / 60_086 + 1)[..room])),
        // Well-formed up to its records, of which there is none.
        ("frame", frame(65_536, 0, &[])),
        ("frame", frame(65_536, u32::MAX, &[])),
        ("frame", frame(u32::MAX, 0, &[])),
        ("record", longest),
        ("record", vec![0xff; 70_000]),
        ("cell", [vec![b'a'; 1 << 20], vec![0, 0]].concat()),
        ("cell", [[0, 0xff].repeat(1 << 19), vec![0, 0]].concat()),
        ("snapshot", snapshot(&cells)),
        ("snapshot", lying),
        ("profile", profile("[[rate]]\n")),
        ("profile", profile("[")),
        ("profile", profile("a.")),
        ("profile", profile("[[\n")),
        ("profile", profile("=\n")),
        ("profile", profile("=== earmark profile ===\n")),
        ("profile", profile(rule)),
        ("profile", format!("a = {}", "[".repeat(59_000)).into_bytes()),
        ("profile", format!("a = [{}]", "{},".repeat(19_000)).into_bytes()),
        ("profile", vec![b'a'; 1 << 20]),
        (
            "command",
            format!(r#"{{"x":[{}0],"command":"open_account"}}"#, "0,".repeat(1 << 19)).into_bytes(),
        ),
        ("command", format!(r#"{{"x":{}"#, "[".repeat(1 << 20)).into_bytes()),
        ("command", format!(r#"{{"x":[{}0],"command":"a"}}"#, "{},".repeat(1 << 18)).into_bytes()),
        ("command", format!(r#"{{"command":"{}"}}"#, "a".repeat(1 << 20)).into_bytes()),
        ("json", format!("\"{}\"", "9".repeat(1 << 20)).into_bytes()),
        ("json", format!("\"{}\"", "\\u0031".repeat(1 << 18)).into_bytes()),
        ("text", "9".repeat(1 << 20).into_bytes()),
        ("text", "-".repeat(1 << 20).into_bytes()),
        ("text", format!("0.{}", "0".repeat(1 << 20)).into_bytes()),
        ("vocabulary", "fund\n".repeat(1 << 18).into_bytes()),
        (
            "vocabulary",
            format!("{}{}", WorkInjury::SPEC.vocabulary(), "a".repeat(1 << 20)).into_bytes(),
        ),
    ]
}

fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(target);
    let entries = std::fs::read_dir(folder).unwrap();
    entries.map(|entry| std::fs::read(entry.unwrap().path()).unwrap()).collect()
}

#[test]
fn what_is_allocated_is_bounded_by_what_is_given() {
    // What is read once and kept for the whole process is not counted.
    let _ = (Profile::national(), Profile::jiangsu(), Profile::us_oasdi());
    let held = vec![0_u8; 1 << 20];
    assert!(peak(|| drop(held.clone())) >= 1 << 20, "the allocator counts");
    let hostile = hostile();
    for Decoder { name, times, read } in DECODERS {
        let own = hostile.iter().filter(|(of, _)| *of == name).map(|(_, bytes)| bytes.clone());
        let inputs: Vec<_> = own.chain(corpus(name)).collect();
        let mut most = (0, 0);
        for bytes in inputs {
            let held = peak(|| read(&bytes));
            let bound = times * bytes.len() + SMALL;
            let start = bytes.get(..80.min(bytes.len())).unwrap_or_default().escape_ascii();
            assert!(held <= bound, "{name}: {held} bytes held for {} given: {start}", bytes.len());
            most = most.max((held, bytes.len()));
        }
        println!("{name}: at most {} bytes held, for {} given", most.0, most.1);
    }
}
