//! The record as lines of text, each with a checksum, so that a line cut off by death is known.

use earmark_core::id::Key;

use super::attempt::{Outcome, Part, Promise};

/// One line of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// An attempt is about to be handed over.
    Submitted {
        /// Names the attempt among those not yet answered.
        id: String,
        who: String,
        parts: Vec<Part>,
    },
    /// An attempt was answered.
    Answered { id: String, outcome: Outcome },
}

impl Line {
    /// As text, with an end of line before it too: what a killed process left half written stays alone.
    pub(super) fn text(&self) -> String {
        let mut words = Vec::new();
        match self {
            Self::Submitted { id, who, parts } => {
                words.extend(["submitted".to_owned(), id.clone(), escaped(who)]);
                for Part { book, key, content } in parts {
                    words.extend([escaped(book), hex(&key.bytes()), format!("{content:016x}")]);
                }
            }
            Self::Answered { id, outcome } => {
                words.extend(["answered".to_owned(), id.clone()]);
                match outcome {
                    Outcome::Recorded(promises) => {
                        words.push("recorded".to_owned());
                        for promise in promises {
                            words.extend([
                                escaped(&promise.book),
                                promise.first_seq.to_string(),
                                promise.count.to_string(),
                                hex(&promise.root),
                                promise.repeated.to_string(),
                            ]);
                        }
                    }
                    Outcome::Refused(why) => words.extend(["refused".to_owned(), escaped(why)]),
                    Outcome::Unknown => words.push("unknown".to_owned()),
                }
            }
        }
        let words = words.join(" ");
        format!("\n{words} {:016x}\n", digest(words.as_bytes()))
    }

    /// Reads a line; none where it is not whole.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (words, sum) = text.rsplit_once(' ')?;
        if u64::from_str_radix(sum, 16) != Ok(digest(words.as_bytes())) {
            return None;
        }
        let words: Vec<&str> = words.split(' ').collect();
        match words.as_slice() {
            ["submitted", id, who, parts @ ..] if parts.len().is_multiple_of(3) => {
                let part = |words: &[&str]| match words {
                    [book, key, content] => Some(Part {
                        book: unescaped(book),
                        key: Key::from_bytes(bytes(key)?),
                        content: u64::from_str_radix(content, 16).ok()?,
                    }),
                    _ => None,
                };
                let parts = parts.chunks(3).map(part).collect::<Option<_>>()?;
                Some(Self::Submitted { id: (*id).to_owned(), who: unescaped(who), parts })
            }
            ["answered", id, outcome @ ..] => {
                Some(Self::Answered { id: (*id).to_owned(), outcome: outcome_of(outcome)? })
            }
            _ => None,
        }
    }
}

fn outcome_of(words: &[&str]) -> Option<Outcome> {
    match words {
        ["unknown"] => Some(Outcome::Unknown),
        ["refused", why] => Some(Outcome::Refused(unescaped(why))),
        ["recorded", promises @ ..] if promises.len().is_multiple_of(5) => {
            let promise = |words: &[&str]| match words {
                [book, first_seq, count, root, repeated] => Some(Promise {
                    book: unescaped(book),
                    first_seq: first_seq.parse().ok()?,
                    count: count.parse().ok()?,
                    root: bytes(root)?,
                    repeated: repeated.parse().ok()?,
                }),
                _ => None,
            };
            promises.chunks(5).map(promise).collect::<Option<_>>().map(Outcome::Recorded)
        }
        _ => None,
    }
}

/// FNV-1a: no secret is kept from anyone, only what is cut off is told from what is whole.
pub(super) fn digest(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |sum, byte| {
        (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes<const N: usize>(hex: &str) -> Option<[u8; N]> {
    if hex.len() != 2 * N || !hex.is_ascii() {
        return None;
    }
    let mut bytes = [0; N];
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(hex.get(2 * index..2 * index + 2)?, 16).ok()?;
    }
    Some(bytes)
}

/// A word of a line has no space and is not empty.
fn escaped(text: &str) -> String {
    let mut word = "'".to_owned();
    for character in text.chars() {
        match character {
            ' ' => word.push_str("%20"),
            '\n' => word.push_str("%0a"),
            '\r' => word.push_str("%0d"),
            '%' => word.push_str("%25"),
            other => word.push(other),
        }
    }
    word
}

fn unescaped(word: &str) -> String {
    let text = word.strip_prefix('\'').unwrap_or(word);
    text.replace("%20", " ").replace("%0a", "\n").replace("%0d", "\r").replace("%25", "%")
}
