//! Which signature lines a mirror keeps under a checkpoint.

use earmark_tlog::checkpoint::cosignatures;
use earmark_tlog::note::{MAX_SIGNATURES, NoteError, Signature, SignedNote, VerifierKey};
use earmark_tlog::policy::Policy;

/// A note that the policy believes with the lines alone that it has judged.
pub(super) fn known(note: &SignedNote, policy: &Policy) -> Result<SignedNote, NoteError> {
    let kept =
        note.signatures().iter().filter(|line| keys(note, policy).any(|key| line.is_of(key)));
    with(note, kept)
}

/// What is held with the lines of one that the policy believes, of keys that it knows and that have not signed what
/// is held; none where there are no more.
pub(super) fn joined(
    held: &SignedNote,
    offered: &SignedNote,
    policy: &Policy,
) -> Option<SignedNote> {
    if held.text_unverified() != offered.text_unverified() {
        // Signatures of one text do not fit the other: there, extension lines differ.
        return None;
    }
    let mut note = held.clone();
    for key in keys(held, policy) {
        if held.signatures().iter().any(|line| line.is_of(key)) {
            continue;
        }
        let line = offered.signatures().iter().find(|line| line.is_of(key));
        // What has no room is left out; the rest is no worse for it.
        if let Some(line) = line
            && let Ok(more) = with(&note, note.signatures().iter().chain([line]))
        {
            note = more;
        }
    }
    (note != *held).then_some(note)
}

/// A note without what is in the way of a key's cosignature; none where the key has cosigned it.
pub(super) fn to_cosign(
    note: &SignedNote,
    key: &VerifierKey,
    policy: &Policy,
) -> Result<Option<SignedNote>, NoteError> {
    let mut bare = note.clone();
    match cosignatures(note, std::slice::from_ref(key)) {
        Ok(found) if !found.is_empty() => return Ok(None),
        Ok(_) => {}
        // Whoever carried the note can write a line of that name under it: it says nothing.
        Err(_) => bare = with(note, note.signatures().iter().filter(|line| !line.is_of(key)))?,
    }
    if bare.signatures().len() >= MAX_SIGNATURES {
        bare = known(&bare, policy)?;
    }
    Ok(Some(bare))
}

/// The keys of the note's log, and the witnesses.
fn keys<'p>(note: &SignedNote, policy: &'p Policy) -> impl Iterator<Item = &'p VerifierKey> {
    let origin = note.text_unverified().lines().next().unwrap_or_default().to_owned();
    let logs = policy.logs().filter(move |key| key.name().as_str() == origin);
    logs.chain(policy.witnesses())
}

/// The same text with these lines.
fn with<'s>(
    note: &SignedNote,
    lines: impl Iterator<Item = &'s Signature>,
) -> Result<SignedNote, NoteError> {
    let mut text = format!("{}\n", note.text_unverified());
    lines.for_each(|line| text.push_str(&format!("{line}\n")));
    SignedNote::parse(text.as_bytes())
}
