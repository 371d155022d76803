use std::fmt;

use earmark_tlog::note::VerifierKey;

/// Somebody who cosigns checkpoints: over a network, in this process, or by files. The bytes are those of C2SP
/// tlog-witness.
pub trait Witness: Send + Sync {
    /// The key whose cosignature is expected. Lines of other keys in an answer are ignored.
    fn key(&self) -> &VerifierKey;

    /// Sends the body of a request, and gives back the body of the answer: one or more cosignature lines.
    ///
    /// # Errors
    /// [`Away`] where there is no such answer.
    fn cosign(&self, request: &[u8]) -> Result<Vec<u8>, Away>;
}

impl<W: Witness + ?Sized> Witness for std::sync::Arc<W> {
    fn key(&self) -> &VerifierKey {
        (**self).key()
    }

    fn cosign(&self, request: &[u8]) -> Result<Vec<u8>, Away> {
        (**self).cosign(request)
    }
}

/// Why a witness gives no cosignature.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Away {
    /// It does not answer, or not yet.
    NoAnswer {
        /// Why, in a few words.
        reason: String,
    },
    /// It refuses.
    Refused {
        /// The status code of the protocol: 400, 403, 404, 409, 422.
        status: u16,
        /// The body of its answer; with 409, how many leaves it has seen.
        body: Vec<u8>,
    },
}

impl Away {
    /// How many leaves the witness has seen, where that is why it refuses: the size and a newline, as the protocol
    /// has it.
    pub(crate) fn conflict(&self) -> Option<u64> {
        let Self::Refused { status: 409, body } = self else { return None };
        let digits = std::str::from_utf8(body).ok()?.strip_suffix('\n')?;
        let size: u64 = digits.parse().ok()?;
        (size.to_string() == digits).then_some(size)
    }
}

impl fmt::Display for Away {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoAnswer { reason } => write!(f, "no answer: {reason}"),
            Self::Refused { status, body } => {
                let words: String =
                    String::from_utf8_lossy(body).trim_end().chars().take(200).collect();
                write!(f, "refused with status {status}: {}", words.escape_debug())
            }
        }
    }
}

impl std::error::Error for Away {}
