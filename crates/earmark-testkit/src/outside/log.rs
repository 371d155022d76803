//! Files of transparent logs: what auditors, witnesses and the insured hand in and take home.

use std::str::FromStr;
use std::sync::LazyLock;

use earmark_tlog::checkpoint::{Checkpoint, CheckpointError, cosign, cosignatures, signed_by};
use earmark_tlog::log_proof::LogProof;
use earmark_tlog::note::{Algorithm, KeyName, SignedNote, Signer, VerifierKey};
use earmark_tlog::policy::Policy;
use earmark_tlog::proof::{ConsistencyProof, InclusionProof, LeafHashes, Subtrees};
use earmark_tlog::tile::{self, Tile, TileError};
use earmark_tlog::witness::{Request, answered, witness};
use earmark_tlog::{Hash, leaf_hash};

use super::Reading;

/// The log whose keys are known here. They sign the one note of [`KNOWN`] and nothing else, anywhere: a corpus
/// that holds another note by one of them would count as a forgery.
const ORIGIN: &str = "funds.example/320100";

/// When the witness that is known here signs.
const AT_SECONDS: u64 = 1_700_000_000;

/// How many leaves the log has when it signs; another size it never had.
const SIZE: u64 = 11;

fn signer(name: &str, algorithm: Algorithm, seed: u8) -> Signer {
    let name = KeyName::new(name).expect("a name of a key");
    Signer::new(name, algorithm, [seed; 32]).expect("a key")
}

/// The log and its witness, and what the log has signed: made once, since fuzzers ask often.
static KNOWN: LazyLock<Known> = LazyLock::new(|| {
    let log = signer(ORIGIN, Algorithm::Ed25519, 1);
    let witness = signer("audit.example/witness", Algorithm::Cosignature, 2);
    let asked = checkpoint_of(SIZE).signed(&log).expect("a log's key");
    let mut signed = asked.clone();
    cosign(&mut signed, &witness, AT_SECONDS).expect("a witness's key");
    let (log_key, witness_key) = (log.verifier(), witness.verifier());
    let policy = format!("log {log_key}\nwitness audit {witness_key}\nquorum audit\n");
    let policy = Policy::parse(policy.as_bytes()).expect("a policy");
    Known { log, witness, asked, signed, policy, text: checkpoint_of(SIZE).to_string() }
});

struct Known {
    log: Signer,
    witness: Signer,
    /// With the log's signature alone.
    asked: SignedNote,
    /// With the witness's too.
    signed: SignedNote,
    policy: Policy,
    text: String,
}

fn leaves(count: u64) -> Vec<Hash> {
    (0..count).map(|number| leaf_hash(&number.to_be_bytes())).collect()
}

fn checkpoint_of(size: u64) -> Checkpoint {
    let all = leaves(size);
    let root = LeafHashes(&all).root(size).expect("all leaves are there");
    Checkpoint::new(ORIGIN, size, root).expect("a name of a log")
}

/// Seeds for the corpora: a target, a name, and bytes that it accepts.
#[must_use]
pub fn log_seeds() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let Known { log, witness, signed: note, .. } = &*KNOWN;
    let all = leaves(SIZE);
    let tree = LeafHashes(&all);
    let path = InclusionProof::new(&tree, 4, SIZE).expect("a tree").expect("a leaf");
    let proof = LogProof::new(path, note.clone(), Some(b"a premium".to_vec())).expect("a proof");
    let grown = ConsistencyProof::new(&tree, 7, SIZE).expect("a tree").expect("a growth");
    let request = Request { old_size: 7, hashes: grown.hashes().to_vec(), note: note.clone() };
    let (log, witness) = (log.verifier(), witness.verifier());
    let policy = format!(
        "# whom to believe\nlog {log} https://funds.example/\nwitness audit {witness}\n\
         group all all audit\nquorum all\n"
    );
    let tiles: Vec<u8> =
        b"tile/0/000.p/11\n".iter().copied().chain(all.iter().flat_map(|hash| hash.0)).collect();
    let entries: Vec<_> = (0..3_u64).map(u64::to_be_bytes).collect();
    let entries = tile::bundle(entries.iter().map(|entry| &entry[..])).expect("short entries");
    let text = note.to_string();
    let (_, answer) = text.trim_end().rsplit_once('\n').expect("more than a line");
    let seeds = [
        ("note", "seed-cosigned", text.clone()),
        ("note", "seed-answer", format!("{answer}\n")),
        ("checkpoint", "seed-plain", note.text_unverified().to_owned()),
        ("checkpoint", "seed-extended", format!("{}an extension\n", checkpoint_of(0))),
        ("verifier_key", "seed-log", log.to_string()),
        ("verifier_key", "seed-witness", witness.to_string()),
        ("witness_request", "seed-grown", request.to_string()),
        ("witness_request", "seed-first", format!("old 0\n\n{note}")),
        ("policy", "seed-grouped", policy),
        ("policy", "seed-none", "quorum none\n".to_owned()),
        ("log_proof", "seed-extra", proof.to_string()),
        ("tile", "seed-far", "tile/3/x001/x000/000\n".to_owned()),
    ];
    let bundle = [b"tile/entries/000.p/3\n", &entries[..]].concat();
    let tiles = [("tile", "seed-hashes", tiles), ("tile", "seed-entries", bundle)];
    let texts = seeds.into_iter().map(|(target, name, text)| (target, name, text.into_bytes()));
    texts.chain(tiles).collect()
}

/// A signed note, or signature lines that travel without one.
///
/// # Panics
/// Where a promise of the parser is broken; see the [module](super).
pub fn note(bytes: &[u8]) -> Reading {
    answer(bytes).and(SignedNote::parse(bytes).map_or(Reading::Refused, |note| {
        assert_eq!(note.to_string().as_bytes(), bytes, "the one spelling");
        let rest = note.text_unverified().len() + 1;
        assert!(rest < bytes.len() && !note.signatures().is_empty());
        judge(&note);
        Reading::Accepted
    }))
}

/// What known keys signed is what they signed: nobody makes their signatures of another text.
fn judge(note: &SignedNote) {
    let Known { log, witness, text, .. } = &*KNOWN;
    let logs = [log.verifier().clone()];
    let by_log = note.open(&logs);
    assert_eq!(by_log.is_ok(), signed_by(note, &logs).is_ok());
    if let Ok(opened) = by_log {
        assert_eq!(opened.text(), text.as_str(), "a forged note");
    }
    let seen = cosignatures(note, &[witness.verifier().clone()]).unwrap_or_default();
    for cosignature in seen {
        assert_eq!((note.text_unverified(), cosignature.at_seconds), (text.as_str(), AT_SECONDS));
    }
}

/// What a witness answers goes under the note that it was asked for, or nowhere.
fn answer(bytes: &[u8]) -> Reading {
    let Known { witness, asked, signed, .. } = &*KNOWN;
    let Ok(both) = answered(asked, bytes, &[witness.verifier().clone()]) else {
        return Reading::Refused;
    };
    assert_eq!(&both, signed, "a forged answer");
    Reading::Accepted
}

/// The text of a checkpoint.
///
/// # Panics
/// Where a promise of the parser is broken; see the [module](super).
pub fn checkpoint(bytes: &[u8]) -> Reading {
    let Ok(text) = std::str::from_utf8(bytes) else { return Reading::Refused };
    match Checkpoint::parse(text) {
        Ok(checkpoint) => {
            assert_eq!(checkpoint.to_string(), text, "the one spelling");
            assert!((1..=Checkpoint::MAX_ORIGIN_BYTES).contains(&checkpoint.origin().len()));
            assert_eq!(text.lines().count(), 3 + checkpoint.extensions().len());
            SignedNote::unsigned(text).expect("a checkpoint can be signed");
            Reading::Accepted
        }
        Err(error) => {
            let lines = text.matches('\n').count();
            assert!(lines >= 3 || error == CheckpointError::Lines, "{error}");
            Reading::Refused
        }
    }
}

/// The text of a verifier key.
///
/// # Panics
/// Where a promise of the parser is broken; see the [module](super).
pub fn verifier_key(bytes: &[u8]) -> Reading {
    let Ok(text) = std::str::from_utf8(bytes) else { return Reading::Refused };
    let Ok(key) = VerifierKey::from_str(text) else { return Reading::Refused };
    assert_eq!(key.to_string(), text, "the one spelling");
    assert_eq!(key.public().len(), key.algorithm().public_bytes());
    let again = VerifierKey::new(key.name().clone(), key.algorithm(), key.public());
    assert_eq!(again, Ok(key.clone()));
    assert!(KNOWN.signed.open(std::slice::from_ref(&key)).is_err() || KNOWN.log.verifier() == &key);
    Reading::Accepted
}

/// A request for a cosignature, and what a witness says to it that has seen seven leaves, or none.
///
/// # Panics
/// Where a promise of the parser is broken, or a witness signs what it should not; see the
/// [module](super).
pub fn witness_request(bytes: &[u8]) -> Reading {
    let Ok(request) = Request::parse(bytes) else { return Reading::Refused };
    assert_eq!(request.to_string().as_bytes(), bytes, "the one spelling");
    assert!(request.hashes.len() <= 63);
    judge(&request.note);
    let Known { log, witness: by, .. } = &*KNOWN;
    let seen = checkpoint_of(7);
    for last in [None, Some(&seen)] {
        let verdict = witness(by, &[log.verifier().clone()], last, &request, AT_SECONDS);
        if let Ok((checkpoint, signature)) = verdict {
            assert_eq!(checkpoint, checkpoint_of(SIZE), "a forged checkpoint");
            assert_eq!(request.old_size, last.map_or(0, Checkpoint::size));
            assert!(signature.is_of(by.verifier()));
        }
    }
    Reading::Accepted
}

/// A policy, and whether it believes what the log has signed.
///
/// # Panics
/// Where a promise of the parser is broken; see the [module](super).
pub fn policy(bytes: &[u8]) -> Reading {
    let policy = match Policy::parse(bytes) {
        Ok(policy) => policy,
        Err(error) => {
            let lines = bytes.split(|byte| *byte == b'\n').count();
            assert!(error.line <= lines, "{error}");
            return Reading::Refused;
        }
    };
    assert!(policy.logs().all(|key| key.algorithm().signs_checkpoints()));
    assert!(policy.witnesses().all(|key| key.algorithm().cosigns()));
    let known = policy.logs().any(|key| key == KNOWN.log.verifier());
    if let Ok(believed) = policy.believe(&KNOWN.signed) {
        assert!(known, "a policy without the log believes it");
        assert_eq!(believed.checkpoint, checkpoint_of(SIZE));
    }
    // Lines that say nothing change nothing.
    let more = [b"# nothing\n \t\n", bytes].concat();
    assert!(Policy::parse(&more).is_ok_and(|more| more == policy) || more.len() > 1 << 16);
    Reading::Accepted
}

/// A proof that somebody holds.
///
/// # Panics
/// Where a promise of the parser is broken, or something is proved that is not there; see the
/// [module](super).
pub fn log_proof(bytes: &[u8]) -> Reading {
    let Ok(proof) = LogProof::parse(bytes) else { return Reading::Refused };
    assert_eq!(proof.to_string().as_bytes(), bytes, "the one spelling");
    let mut proved = Vec::new();
    for (index, leaf) in (0..).zip(leaves(SIZE)) {
        if let Ok(believed) = proof.verify(leaf, &KNOWN.policy) {
            assert_eq!(believed.checkpoint, checkpoint_of(SIZE), "a forged checkpoint");
            proved.push(index);
        }
    }
    assert!(proved.is_empty() || proved == [proof.index()], "{proved:?}");
    Reading::Accepted
}

/// The path of a tile and, after a newline, its bytes: hashes, or the entries of a bundle.
///
/// # Panics
/// Where a promise of the parsers is broken; see the [module](super).
pub fn tile(bytes: &[u8]) -> Reading {
    let at = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    let (path, rest) = bytes.split_at(at);
    let rest = rest.get(1..).unwrap_or_default();
    let Ok(path) = std::str::from_utf8(path) else { return Reading::Refused };
    let mut accepted = false;
    if let Ok(tile) = path.parse::<Tile>() {
        accepted = true;
        assert_eq!(tile.to_string(), path, "the one spelling");
        assert!(tile.level() < 8 && (1..=256).contains(&tile.width()));
        let fits = u64::try_from(rest.len()) == Ok(32 * tile.width());
        match tile::hashes(tile, rest) {
            Ok(hashes) => {
                assert!(fits);
                assert_eq!(hashes.iter().flat_map(|hash| hash.0).collect::<Vec<_>>(), rest);
            }
            Err(error) => {
                assert!(!fits);
                assert_eq!(error, TileError::Length { tile, found: rest.len() });
            }
        }
    }
    if let Ok(tile) = Tile::of_entries(path) {
        accepted = true;
        assert_eq!(tile.entries_path(), path, "the one spelling");
        assert_eq!(tile.level(), 0);
        entries(tile, rest);
    }
    Reading::of(accepted)
}

/// A bundle is read as the entries of which it is made, and of no other leaves.
fn entries(tile: Tile, bundle: &[u8]) {
    let mut entries = Vec::new();
    let mut rest = bundle;
    while let [high, low, after @ ..] = rest {
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        let Some((entry, after)) = after.split_at_checked(length) else { break };
        entries.push(entry);
        rest = after;
    }
    let whole = rest.is_empty() && u64::try_from(entries.len()) == Ok(tile.width());
    let mut leaves: Vec<_> = entries.iter().map(|entry| leaf_hash(entry)).collect();
    let read = tile::unbundle(tile, &leaves, bundle);
    if whole {
        assert_eq!(read.as_ref(), Ok(&entries));
        assert_eq!(tile::bundle(entries.iter().copied()).as_deref(), Ok(bundle));
        if let Some(last) = leaves.last_mut() {
            *last = leaf_hash(b"not the last entry of any bundle, with all certainty");
        }
        let index = tile.index() * 256 + tile.width() - 1;
        assert_eq!(tile::unbundle(tile, &leaves, bundle), Err(TileError::Leaf { index }));
    } else {
        assert_eq!(read, Err(TileError::Bundle { tile }));
    }
}
