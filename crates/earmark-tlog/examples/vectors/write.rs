//! Cases for others.

use std::fmt::Write as _;

use earmark_tlog::checkpoint::{Checkpoint, cosign, sign};
use earmark_tlog::note::{Algorithm, KeyName, SignedNote, Signer};
use earmark_tlog::proof::{ConsistencyProof, InclusionProof, LeafHashes, Subtrees};
use earmark_tlog::tile::{TILE_WIDTH, Tile, top};
use earmark_tlog::{Hash, leaf_hash};

use super::{hex, leaves};

const ORIGIN: &str = "funds.example/320100";

/// Sizes around the edges of a tree, and some between.
const SIZES: [u64; 14] = [1, 2, 3, 4, 5, 7, 8, 9, 16, 33, 64, 100, 127, 130];

pub(super) fn cases() -> String {
    let mut text = String::new();
    let all = leaves(130);
    let tree = LeafHashes(&all);
    for size in 1..=130 {
        writeln!(text, "root {size} {}", tree.root(size).unwrap()).unwrap();
    }
    for size in SIZES {
        for index in 0..size {
            inclusion(&mut text, &tree, index, size);
        }
        for old in 1..=size {
            consistency(&mut text, &tree, old, size);
        }
    }
    for size in [1, 255, 256, 257, 1_000, 66_000] {
        tiles(&mut text, size);
    }
    for (level, index, width) in [(0, 0, 256), (0, 999, 1), (0, 1_000, 255), (0, 1_234_067, 256)]
        .into_iter()
        .chain([(1, 17, 3), (3, 1_000_000, 256), (2, 123_456_789, 100)])
    {
        let size = (index * TILE_WIDTH + width) << (8 * level);
        let tile = Tile::of(size, level, index).unwrap();
        writeln!(text, "path {level} {index} {width} {tile}").unwrap();
    }
    notes(&mut text, &tree);
    text
}

fn list(hashes: &[Hash]) -> String {
    let words: Vec<_> = hashes.iter().map(Hash::to_string).collect();
    if words.is_empty() { "-".to_owned() } else { words.join(",") }
}

fn inclusion(text: &mut String, tree: &LeafHashes<'_>, index: u64, size: u64) {
    let proof = InclusionProof::new(tree, index, size).unwrap().unwrap();
    let (leaf, root) = (leaf_hash(index.to_string().as_bytes()), tree.root(size).unwrap());
    let mut line = |word, index: u64, leaf: Hash, root: Hash, hashes: &[Hash]| {
        writeln!(text, "inclusion {word} {index} {size} {leaf} {root} {}", list(hashes)).unwrap();
    };
    line("ok", index, leaf, root, proof.hashes());
    line("bad", index, leaf_hash(b"another"), root, proof.hashes());
    line("bad", index, leaf, leaf_hash(b"another"), proof.hashes());
    line("bad", size, leaf, root, proof.hashes());
    line("bad", index, leaf, root, &[proof.hashes(), &[leaf]].concat());
    for (place, hash) in proof.hashes().iter().enumerate() {
        let mut changed = proof.hashes().to_vec();
        changed[place].0[place % 32] ^= 1;
        line("bad", index, leaf, root, &changed);
        changed[place] = *hash;
        changed.remove(place);
        line("bad", index, leaf, root, &changed);
    }
}

fn consistency(text: &mut String, tree: &LeafHashes<'_>, old: u64, new: u64) {
    let proof = ConsistencyProof::new(tree, old, new).unwrap().unwrap();
    let (before, after) = (tree.root(old).unwrap(), tree.root(new).unwrap());
    let mut line = |word, before: Hash, after: Hash, hashes: &[Hash]| {
        let hashes = list(hashes);
        writeln!(text, "consistency {word} {old} {new} {before} {after} {hashes}").unwrap();
    };
    line("ok", before, after, proof.hashes());
    line("bad", leaf_hash(b"another"), after, proof.hashes());
    line("bad", before, leaf_hash(b"another"), proof.hashes());
    line("bad", before, after, &[proof.hashes(), &[before]].concat());
    for (place, hash) in proof.hashes().iter().enumerate() {
        let mut changed = proof.hashes().to_vec();
        changed[place].0[31 - place % 32] ^= 0x80;
        line("bad", before, after, &changed);
        changed[place] = *hash;
        changed.remove(place);
        line("bad", before, after, &changed);
    }
}

fn tiles(text: &mut String, size: u64) {
    let mut hashes = leaves(size);
    for level in 0..8 {
        for (index, part) in (0..).zip(hashes.chunks(256)) {
            let tile = Tile::of(size, level, index).unwrap();
            let bytes: Vec<_> = part.iter().flat_map(|hash| hash.0).collect();
            writeln!(text, "tile {size} {tile} {}", hex(&bytes)).unwrap();
        }
        hashes = hashes.as_chunks::<256>().0.iter().map(top).collect();
    }
}

fn signer(name: &str, algorithm: Algorithm, seed: u8) -> Signer {
    Signer::new(KeyName::new(name).unwrap(), algorithm, [seed; 32]).unwrap()
}

/// Checkpoints that keys of every algorithm signed, each alone and all together, and what is no longer right.
fn notes(text: &mut String, tree: &LeafHashes<'_>) {
    let mut signers = Vec::new();
    for (seed, algorithm) in (1..).zip(Algorithm::ALL.iter().copied()) {
        let name = if algorithm.signs_texts() { ORIGIN } else { "audit.example/witness" };
        signers.push(signer(name, algorithm, seed));
    }
    for size in [0, 1, 7, 130] {
        let checkpoint = Checkpoint::new(ORIGIN, size, tree.root(size).unwrap()).unwrap();
        let mut together = SignedNote::unsigned(checkpoint.to_string()).unwrap();
        for signer in &signers {
            let mut alone = SignedNote::unsigned(checkpoint.to_string()).unwrap();
            for note in [&mut alone, &mut together] {
                if signer.verifier().algorithm().signs_texts() {
                    sign(note, signer).unwrap();
                } else {
                    cosign(note, signer, 1_700_000_000 + size).unwrap();
                }
            }
            of_key(text, signer, &alone);
        }
        for signer in &signers {
            of_key(text, signer, &together);
        }
    }
}

fn of_key(text: &mut String, signer: &Signer, note: &SignedNote) {
    let key = signer.verifier();
    let what = if key.algorithm().signs_texts() { "note" } else { "cosigned" };
    let mut line = |word, key: &str, note: &str| {
        writeln!(text, "{what} {word} {key} {}", hex(note.as_bytes())).unwrap();
    };
    let (own, whole) = (key.to_string(), note.to_string());
    line("ok", &own, &whole);
    // Another key of the same name; the key of another name; another log; another root; no signature.
    let other = self::signer(key.name().as_str(), key.algorithm(), 99);
    line("bad", &other.verifier().to_string(), &whole);
    let other = self::signer("other.example", key.algorithm(), 99);
    line("bad", &other.verifier().to_string(), &whole);
    line("bad", &own, &whole.replacen("320100", "320200", 1));
    let (log, rest) = whole.split_once('\n').unwrap();
    line("bad", &own, &format!("{log}\n1{rest}"));
    line("bad", &own, note.text_unverified());
    // A digit of the key's own signature, and its end.
    let own_line = note.signatures().iter().find(|it| it.is_of(key)).unwrap().to_string();
    let (name, encoded) = own_line.rsplit_once(' ').unwrap();
    for place in [7, encoded.len() / 2, encoded.len() - 6] {
        let digit = if &encoded[place..=place] == "A" { "B" } else { "A" };
        let changed = format!("{name} {}{digit}{}", &encoded[..place], &encoded[place + 1..]);
        line("bad", &own, &whole.replacen(&own_line, &changed, 1));
    }
    let cut = &own_line[..own_line.len() - 4];
    line("bad", &own, &whole.replacen(&own_line, cut, 1));
}
