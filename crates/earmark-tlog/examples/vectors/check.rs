//! Cases of others.

use std::collections::{BTreeMap, HashMap};
use std::process::ExitCode;

use earmark_tlog::Hash;
use earmark_tlog::checkpoint::cosignatures;
use earmark_tlog::note::{KeyError, SignedNote, VerifierKey};
use earmark_tlog::proof::{ConsistencyProof, InclusionProof, LeafHashes, Subtrees};
use earmark_tlog::tile::{TILE_WIDTH, Tile, TileError, Tiles};

use super::leaves;

/// Whether a case holds; none where it is of an algorithm that this build does not know.
type Verdict = Option<bool>;

pub(super) fn cases(name: &str, text: &str) -> ExitCode {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut wrong = 0;
    let mut tiles: BTreeMap<u64, HashMap<String, Vec<u8>>> = BTreeMap::new();
    for (number, line) in (1..).zip(text.lines()) {
        let words: Vec<_> = line.split(' ').collect();
        let (kind, expected, verdict) = match words[..] {
            ["root", size, root] => ("root", true, Some(has_root(number_of(size), root))),
            ["inclusion", word, index, size, leaf, root, hashes] => {
                let proof =
                    InclusionProof::from_parts(number_of(index), number_of(size), list(hashes));
                let holds = proof.is_ok_and(|it| it.verify(hash(leaf), hash(root)).is_ok());
                ("inclusion", word == "ok", Some(holds))
            }
            ["consistency", word, old, new, before, after, hashes] => {
                let proof =
                    ConsistencyProof::from_parts(number_of(old), number_of(new), list(hashes));
                let holds = proof.is_ok_and(|it| it.verify(hash(before), hash(after)).is_ok());
                ("consistency", word == "ok", Some(holds))
            }
            ["tile", size, path, data] => {
                tiles.entry(number_of(size)).or_default().insert(path.to_owned(), bytes(data));
                continue;
            }
            ["path", level, index, width, path] => (
                "path",
                true,
                Some(is_path(number_of(level), number_of(index), number_of(width), path)),
            ),
            ["note", word, key, note] => ("note", word == "ok", signed(key, &bytes(note))),
            ["cosigned", word, key, note] => {
                ("cosigned", word == "ok", cosigned(key, &bytes(note)))
            }
            _ => panic!("{name}, line {number}: no case"),
        };
        let Some(verdict) = verdict else { continue };
        *counts.entry(format!("{kind} {}", if expected { "ok" } else { "bad" })).or_default() += 1;
        if verdict != expected {
            wrong += 1;
            println!("{name}, line {number}: {kind} is {verdict}, and {expected} was expected");
        }
    }
    for (size, files) in &tiles {
        *counts.entry("tile ok".to_owned()).or_default() += files.len();
        if !tree(*size, files) {
            wrong += 1;
            println!("{name}: the tiles of {size} leaves have another root");
        }
        // Of a large tree, one tile of each level is enough.
        let few = |path: &&String| *size < 2_000 || path.ends_with("/000");
        for path in files.keys().filter(few) {
            let mut changed = files.clone();
            changed.get_mut(path).unwrap()[31] ^= 1;
            *counts.entry("tile bad".to_owned()).or_default() += 1;
            if tree(*size, &changed) {
                wrong += 1;
                println!("{name}: `{path}` of {size} leaves may be anything");
            }
        }
    }
    let total: usize = counts.values().sum();
    println!("{name}: {total} cases checked by earmark-tlog, {wrong} wrong: {counts:?}");
    if wrong == 0 && total > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn has_root(size: u64, root: &str) -> bool {
    LeafHashes(&leaves(size)).root(size).unwrap() == hash(root)
}

fn is_path(level: u64, index: u64, width: u64, path: &str) -> bool {
    let level = u32::try_from(level).unwrap();
    let tile = Tile::of((index * TILE_WIDTH + width) << (8 * level), level, index).unwrap();
    tile.to_string() == path && path.parse() == Ok(tile)
}

/// Whether every tile is there and leads to the root: of every level, every tile is read as the root is
/// computed from its own level alone.
fn tree(size: u64, files: &HashMap<String, Vec<u8>>) -> bool {
    let all = leaves(size);
    let root = LeafHashes(&all).root(size).unwrap();
    let read = |tile: Tile| {
        let missing = TileError::Missing { level: tile.level(), index: tile.index() };
        files.get(&tile.to_string()).cloned().ok_or(missing)
    };
    let tree = Tiles::new(size, read);
    let mut paths: Vec<_> = Tile::added(0, size).map(|tile| tile.to_string()).collect();
    let mut found: Vec<_> = files.keys().cloned().collect();
    paths.sort();
    found.sort();
    let leaves_fit = (0..).zip(&all).all(|(index, leaf)| tree.subtree(0, index) == Ok(*leaf));
    let above_fit = (1..8_u32).all(|level| {
        let level = 8 * level;
        (0..size >> level).all(|index| {
            let place = usize::try_from(index << level).unwrap();
            let below = LeafHashes(&all[place..place + (1 << level)]);
            tree.subtree(level, index) == Ok(below.root(1 << level).unwrap())
        })
    });
    paths == found && tree.root(size) == Ok(root) && leaves_fit && above_fit
}

fn key(text: &str) -> Option<VerifierKey> {
    match text.parse() {
        Ok(key) => Some(key),
        Err(KeyError::Algorithm { .. }) => None,
        Err(error) => panic!("`{text}`: {error}"),
    }
}

fn signed(text: &str, note: &[u8]) -> Verdict {
    let key = key(text)?;
    Some(SignedNote::parse(note).is_ok_and(|note| note.open(&[key]).is_ok()))
}

fn cosigned(text: &str, note: &[u8]) -> Verdict {
    let key = key(text)?;
    let found = SignedNote::parse(note).ok().and_then(|note| cosignatures(&note, &[key]).ok());
    Some(found.is_some_and(|found| found.len() == 1))
}

fn number_of(text: &str) -> u64 {
    text.parse().unwrap()
}

fn bytes(text: &str) -> Vec<u8> {
    if text == "-" {
        return Vec::new();
    }
    (0..text.len() / 2)
        .map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).unwrap())
        .collect()
}

fn hash(text: &str) -> Hash {
    Hash(bytes(text).try_into().unwrap())
}

fn list(text: &str) -> Vec<Hash> {
    if text == "-" { Vec::new() } else { text.split(',').map(hash).collect() }
}
