//! Every bit of every layer, flipped: each is refused, and the message says what is wrong.

use std::collections::BTreeMap;

use earmark_tlog::checkpoint::{Checkpoint, cosign};
use earmark_tlog::log_proof::LogProof;
use earmark_tlog::note::{SignedNote, VerifierKey};
use earmark_tlog::policy::Policy;
use earmark_tlog::proof::{ConsistencyProof, InclusionProof, LeafHashes, Subtrees};
use earmark_tlog::tile::{Tile, TileError, Tiles, bundle, top, unbundle};
use earmark_tlog::witness::{Request, answered, witness};
use proptest::prelude::*;

use super::{leaves, log, signed};

/// Each flip of one bit.
fn flipped(bytes: &[u8]) -> impl Iterator<Item = (String, Vec<u8>)> {
    (0..8 * bytes.len()).map(|bit| {
        let mut changed = bytes.to_vec();
        changed[bit / 8] ^= 1 << (bit % 8);
        (format!("bit {} of byte {}", bit % 8, bit / 8), changed)
    })
}

fn policy() -> Policy {
    let text = format!(
        "log {}\nwitness audit {}\nquorum audit\n",
        log().verifier(),
        super::witness(1).verifier()
    );
    Policy::parse(text.as_bytes()).unwrap()
}

fn cosigned(count: u64) -> SignedNote {
    let mut note = signed(&leaves(count));
    cosign(&mut note, &super::witness(1), 1_700_000_000).unwrap();
    note
}

/// What a policy says to a note, as a message.
fn believed(bytes: &[u8]) -> Result<Checkpoint, String> {
    let note = SignedNote::parse(bytes).map_err(|error| error.to_string())?;
    policy().believe(&note).map(|it| it.checkpoint).map_err(|error| error.to_string())
}

fn request() -> Request {
    let all = leaves(20);
    let proof = ConsistencyProof::new(&LeafHashes(&all), 12, 20).unwrap().unwrap();
    Request { old_size: 12, hashes: proof.hashes().to_vec(), note: signed(&all) }
}

/// What a witness says that has seen twelve leaves.
fn asked(bytes: &[u8]) -> Result<Checkpoint, String> {
    let request = Request::parse(bytes).map_err(|error| error.to_string())?;
    let last = Checkpoint::parse(signed(&leaves(12)).text_unverified()).unwrap();
    let logs = [log().verifier().clone()];
    let verdict = witness(&super::witness(1), &logs, Some(&last), &request, 1_700_000_000);
    verdict.map(|(checkpoint, _)| checkpoint).map_err(|error| error.to_string())
}

fn proof() -> LogProof {
    let all = leaves(20);
    let path = InclusionProof::new(&LeafHashes(&all), 13, 20).unwrap().unwrap();
    LogProof::new(path, cosigned(20), None).unwrap()
}

fn proved(bytes: &[u8]) -> Result<Checkpoint, String> {
    let proof = LogProof::parse(bytes).map_err(|error| error.to_string())?;
    let believed = proof.verify(leaves(20)[13], &policy()).map_err(|error| error.to_string())?;
    Ok(believed.checkpoint)
}

#[test]
fn a_checkpoint() {
    let bytes = cosigned(20).to_string().into_bytes();
    believed(&bytes).unwrap();
    for (what, changed) in flipped(&bytes) {
        let refused = believed(&changed).expect_err(&what);
        assert!(refused.len() > 10, "{what}: {refused}");
    }
}

#[test]
fn a_request_for_a_cosignature() {
    let bytes = request().to_string().into_bytes();
    asked(&bytes).unwrap();
    for (what, changed) in flipped(&bytes) {
        let refused = asked(&changed).expect_err(&what);
        assert!(refused.len() > 10, "{what}: {refused}");
    }
}

#[test]
fn an_answer_of_a_witness() {
    let asked = signed(&leaves(20));
    let keys = [super::witness(1).verifier().clone()];
    let line = format!("{}\n", cosigned(20).signatures()[1]);
    let read = |bytes: &[u8]| answered(&asked, bytes, &keys).map_err(|error| error.to_string());
    assert_eq!(read(line.as_bytes()), Ok(cosigned(20)));
    for (what, changed) in flipped(line.as_bytes()) {
        read(&changed).expect_err(&what);
    }
    // Lines of others are passed over, and one that was there stays as it was.
    let mut both = cosigned(20);
    let other = super::witness(2);
    cosign(&mut both, &other, 1_700_000_001).unwrap();
    let lines = format!("{}\n{line}", both.signatures()[2]);
    assert_eq!(read(lines.as_bytes()), Ok(cosigned(20)));
    let known = [keys[0].clone(), other.verifier().clone()];
    assert_eq!(answered(&cosigned(20), lines.as_bytes(), &known), Ok(both));
    for (bytes, message) in [
        (
            "",
            "not the text of a note: expected UTF-8 that ends in a newline and has no other control characters",
        ),
        ("\n", "line 1 is not a signature: expected a long dash, the name of a key and base64"),
        (&line.repeat(2), "the key `audit.example/1` has signed twice"),
        (&lines[..lines.find('\n').unwrap() + 1], "no trusted key has signed the note"),
        (
            &format!("{line}\n"),
            "line 2 is not a signature: expected a long dash, the name of a key and base64",
        ),
    ] {
        assert_eq!(read(bytes.as_bytes()), Err(message.to_owned()), "{bytes}");
    }
}

#[test]
fn a_proof_that_somebody_holds() {
    let bytes = proof().to_string().into_bytes();
    proved(&bytes).unwrap();
    for (what, changed) in flipped(&bytes) {
        let refused = proved(&changed).expect_err(&what);
        assert!(refused.len() > 10, "{what}: {refused}");
    }
}

#[test]
fn a_verifier_key() {
    let text = log().verifier().to_string();
    for (what, changed) in flipped(text.as_bytes()) {
        let Ok(changed) = String::from_utf8(changed) else { continue };
        changed.parse::<VerifierKey>().expect_err(&what);
    }
}

#[test]
fn a_tile_and_its_entries() {
    let count = 300;
    let all = leaves(count);
    let root = LeafHashes(&all).root(count).unwrap();
    let mut files = BTreeMap::new();
    let mut level = all.clone();
    for number in 0..2 {
        for (index, part) in (0..).zip(level.chunks(256)) {
            let tile = Tile::of(count, number, index).unwrap();
            files.insert(tile, part.iter().flat_map(|hash| hash.0).collect::<Vec<_>>());
        }
        level = level.as_chunks::<256>().0.iter().map(top).collect();
    }
    let at = |files: &BTreeMap<Tile, Vec<u8>>, size| {
        let missing = TileError::Missing { level: 0, index: 0 };
        Tiles::new(count, |tile| files.get(&tile).cloned().ok_or(missing.clone())).root(size)
    };
    assert_eq!(at(&files, count), Ok(root));
    // One bit of every byte: each tile leads to another root, that of its own leaves or that of the tree.
    for (tile, bytes) in files.clone() {
        let size = if tile.level() == 0 && tile.index() == 0 { 255 } else { count };
        let right = at(&files, size).unwrap();
        for place in (0..bytes.len()).step_by(7) {
            files.get_mut(&tile).unwrap()[place] ^= 1 << (place % 8);
            if size == count || place < 255 * 32 {
                assert_ne!(at(&files, size), Ok(right), "byte {place} of {tile}");
            }
            files.insert(tile, bytes.clone());
        }
    }
    let tile = Tile::of(count, 0, 1).unwrap();
    let entries: Vec<_> = (256..count).map(u64::to_le_bytes).collect();
    let bytes = bundle(entries.iter().map(|entry| &entry[..])).unwrap();
    unbundle(tile, &all[256..], &bytes).unwrap();
    for (what, changed) in flipped(&bytes) {
        let refused = unbundle(tile, &all[256..], &changed).expect_err(&what);
        assert!(
            matches!(refused, TileError::Bundle { .. } | TileError::Leaf { .. }),
            "{what}: {refused}"
        );
    }
}

#[test]
fn the_message_says_what_is_wrong() {
    let note = cosigned(20).to_string();
    let request = request().to_string();
    let proof = proof().to_string();
    let hash = request.lines().nth(1).unwrap().to_owned();
    let beside = proof.lines().nth(2).unwrap().to_owned();
    let again = |text: &str, line: &str| text.replacen(line, &format!("{line}\n{line}"), 1);
    type Reader = fn(&[u8]) -> Result<Checkpoint, String>;
    let cases: [(Reader, String, &str); 20] = [
        (
            believed,
            note.replacen("320100\n20", "320100\n21", 1),
            "the signature of `funds.example/320100` does not fit the text",
        ),
        (
            believed,
            note.replacen("320100", "320200", 1),
            "the policy knows no log `funds.example/320200`",
        ),
        (
            believed,
            note.replacen("\n20\n", "\n020\n", 1),
            "the size (line 2) is not a number: expected digits without a leading zero, below 2^64",
        ),
        (
            believed,
            note.replacen("=\n", "\n", 1),
            "the root (line 3) is not the base64 of 32 bytes",
        ),
        (
            believed,
            note.replacen("\u{2014} funds", "- funds", 1),
            "line 5 is not a signature: expected a long dash, the name of a key and base64",
        ),
        (
            believed,
            note.replacen("audit.example/1", "audit.example/2", 1),
            "no witness of the policy has cosigned the checkpoint",
        ),
        (
            believed,
            again(&note, note.lines().nth(4).unwrap()),
            "the key `funds.example/320100` has signed twice",
        ),
        (
            asked,
            request.replacen("old 12", "old 012", 1),
            "line 1 of the request is not `old <size>`: expected digits without a leading zero, below 2^64",
        ),
        (
            asked,
            request.replacen("old 12", "old 11", 1),
            "the witness has last seen the log at 12 leaves; prove from there",
        ),
        (
            asked,
            request.replacen("old 12", "old 21", 1),
            "the log had 21 leaves and is said to have 20",
        ),
        (
            asked,
            request.replacen("=\n", "\n", 1),
            "line 2 of the request is not a hash: expected the base64 of 32 bytes",
        ),
        (
            asked,
            again(&request, &hash),
            "the checkpoint does not extend the last one seen: a proof for these sizes has 4 hashes, 5 were given",
        ),
        (
            asked,
            request.replacen("\u{2014} funds", "\u{2014}funds", 1),
            "the note of the request: line 5 is not a signature: expected a long dash, the name of a key and base64",
        ),
        (
            asked,
            request.replacen(&hash, &format!("{hash}\n").repeat(70)[..], 1),
            "the request has more than 63 hashes",
        ),
        (
            proved,
            proof.replacen("@v1", "@v2", 1),
            "not a proof: expected `c2sp.org/tlog-proof@v1`, an optional line `extra <base64>`, `index <number>`, hashes on lines of their own, an empty line and a signed checkpoint",
        ),
        (
            proved,
            proof.replacen("index 13", "index +13", 1),
            "the proof has no line `index <number>` before its hashes: expected digits without a leading zero, below 2^64",
        ),
        (
            proved,
            proof.replacen("index 13", "index 20", 1),
            "a tree of 20 leaves has no leaf 20 (counted from zero)",
        ),
        (proved, again(&proof, &beside), "a proof for these sizes has 5 hashes, 6 were given"),
        (
            proved,
            proof.replacen("index", "extra e\nindex", 1),
            "line 2 of the proof is not `extra <base64>`",
        ),
        (
            proved,
            proof.replacen(&beside, &beside.to_lowercase(), 1),
            "line 3 of the proof is not a hash: expected the base64 of 32 bytes",
        ),
    ];
    for (read, text, message) in cases {
        let refused = read(text.as_bytes()).unwrap_err();
        // A changed letter of base64 may still be base64.
        let other_root =
            refused.starts_with("the proof comes to the root") && message.contains("line 3");
        assert!(refused == message || other_root, "{refused}\nnot\n{message}\nfor\n{text}");
    }
}

#[test]
fn what_is_too_long_is_not_read() {
    let long = vec![b'a'; 3 << 20];
    assert_eq!(
        asked(&long).unwrap_err(),
        "the request has 3145728 bytes; at most 1052672 are read"
    );
    assert_eq!(proved(&long).unwrap_err(), "the proof has 3145728 bytes; at most 2097152 are read");
    assert_eq!(
        believed(&long).unwrap_err(),
        "the note has 3145728 bytes; at most 1048576 are read"
    );
    let origin = "o".repeat(256);
    let text = signed(&leaves(2)).text_unverified().replacen("funds.example/320100", &origin, 1);
    assert_eq!(
        Checkpoint::parse(&text).unwrap_err().to_string(),
        "the origin (line 1) is empty, longer than 255 bytes or not plain text"
    );
    assert!(Checkpoint::parse(&text[1..]).is_ok());
}

/// Cuts, pieces twice, pieces of other places.
fn mutated(bytes: &[u8], at: usize, from: usize, length: usize, how: u8) -> Vec<u8> {
    let piece: Vec<_> = bytes.iter().skip(from).take(length).copied().collect();
    let mut changed = bytes.to_vec();
    match how {
        0 => changed.truncate(at),
        1 => drop(changed.splice(at..at, piece)),
        2 => drop(changed.splice(at..(at + length).min(bytes.len()), [])),
        _ => drop(changed.splice(at..(at + piece.len()).min(bytes.len()), piece)),
    }
    changed
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Whatever becomes of a signed text, it is refused, or says what was signed.
    #[test]
    fn a_mutation_is_refused_or_says_the_same(
        at in any::<prop::sample::Index>(),
        from in any::<prop::sample::Index>(),
        length in 1..120_usize,
        how in 0..4_u8,
    ) {
        type Reader = fn(&[u8]) -> Result<Checkpoint, String>;
        let cases: [(Reader, String); 3] = [
            (believed, cosigned(20).to_string()),
            (asked, request().to_string()),
            (proved, proof().to_string()),
        ];
        for (read, text) in cases {
            let bytes = text.as_bytes();
            let changed = mutated(bytes, at.index(bytes.len()), from.index(bytes.len()), length, how);
            if let Ok(checkpoint) = read(&changed) {
                prop_assert_eq!(checkpoint, read(bytes).unwrap());
            }
        }
    }

    #[test]
    fn a_path_of_a_tile_is_the_one_text_of_it(level in 0..8_u32, index in any::<u64>(), width in 1..=256_u64, few in 0..64_u32) {
        let index = index >> few;
        let end = index.checked_mul(256).and_then(|first| first.checked_add(width));
        let shift = 8 * level;
        let size = end.and_then(|end| end.checked_shl(shift).filter(|size| size >> shift == end));
        if let Some(tile) = size.and_then(|size| Tile::of(size, level, index)) {
            prop_assert_eq!(tile.to_string().parse(), Ok(tile));
            if level == 0 {
                prop_assert_eq!(Tile::of_entries(&tile.entries_path()), Ok(tile));
            }
        }
    }

    #[test]
    fn no_text_makes_the_parser_of_paths_panic(path in "tile/([0-9]{1,2}|entries)(/x?[0-9]{1,4}){1,9}(\\.p/[0-9]{1,3})?") {
        if let Ok(tile) = path.parse::<Tile>() {
            prop_assert_eq!(tile.to_string(), path.clone());
        }
        if let Ok(tile) = Tile::of_entries(&path) {
            prop_assert_eq!(tile.entries_path(), path);
        }
    }
}

#[test]
fn what_is_not_the_path_of_a_tile() {
    for path in [
        "",
        "tile",
        "tile/",
        "tile/0",
        "tile/0/",
        "tile/0/0",
        "tile/0/00",
        "tile/0/0000",
        "tile/00/000",
        "tile/8/000",
        "tile/-1/000",
        "tile/+1/000",
        "tile/0/x000",
        "tile/0/x000/000",
        "tile/0/000/000",
        "tile/0/x001/x000",
        "tile/0/000.p",
        "tile/0/000.p/",
        "tile/0/000.p/0",
        "tile/0/000.p/00",
        "tile/0/000.p/01",
        "tile/0/000.p/256",
        "tile/0/000.p/1.p/1",
        "/tile/0/000",
        "tile/0/000/",
        "tile//000",
        "tile/entries/000",
        "tile/0/ 00",
        "tile/7/001",
        "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
        "tile/0/00\u{661}",
        "tile/7/000",
    ] {
        let refused = path.parse::<Tile>().unwrap_err();
        assert_eq!(refused, TileError::Path { found: path.to_owned() });
    }
    assert_eq!(
        "tile/0/1".parse::<Tile>().unwrap_err().to_string(),
        "`tile/0/1` is not the path of a tile: expected `tile/<level>/<index>` or \
         `tile/<level>/<index>.p/<width>` (`entries` in the place of the level for a bundle), such as \
         `tile/0/x001/234.p/8`"
    );
    // The whole tree of the largest log: its last tiles exist, and none beyond them.
    let last = Tile::of(u64::MAX, 7, 0).unwrap();
    assert_eq!(
        (last.to_string().as_str(), last.to_string().parse()),
        ("tile/7/000.p/255", Ok(last))
    );
    assert!(Tile::of_entries("tile/0/000").is_err());
}
