use std::path::{Path, PathBuf};

use earmark_tlog::checkpoint::Checkpoint;
use earmark_tlog::note::{KeyName, MAX_NOTE_BYTES, VerifierKey};
use earmark_tlog::witness::Request;
use sha2::{Digest, Sha256};

use super::{Away, Span, Witness, cosigned, cosigned_at};
use crate::folder::{self, FolderError};

/// What the names of files end with.
pub(super) const REQUEST: &str = ".request";
const COSIGNATURE: &str = ".cosignature";
const REFUSED: &str = ".refused";

/// The longest request that is read: a note, and 63 hashes before it.
pub(super) const MAX_REQUEST_BYTES: usize = MAX_NOTE_BYTES + 4_096;

/// A witness that has no network: requests are files in one folder, answers are files in another. Somebody carries
/// them.
///
/// A request is `<log>.<old>-<new>.<digest>.request`: the name of the log as an
/// [archive](crate::archive) writes it, how many leaves the witness has seen and how many there are, and the first
/// 16 hexadecimal digits of SHA-256 of the checkpoint's text. It holds the body of the request, byte for byte. The
/// answer has the same name, and ends in `.cosignature`, with the body of the answer, or in `.refused`, with the
/// status code on the first line and the body of the answer after it.
///
/// A refusal is not the last word. Asked again, the witness gives it as its answer and puts the request into the
/// outbox once more, and the office judges it anew
/// ([`WitnessOffice::answer_files`](super::WitnessOffice::answer_files)). Once the reason is gone, its cosignature
/// stands before the refusal, which need not be removed.
#[derive(Clone, Debug)]
pub struct FileWitness {
    key: VerifierKey,
    outbox: PathBuf,
    inbox: PathBuf,
}

/// A cosignature that arrived as a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrived {
    /// The origin of the log.
    pub origin: KeyName,
    /// How many leaves it had.
    pub size: u64,
    /// The cosignature lines.
    pub lines: Vec<u8>,
}

impl FileWitness {
    /// A witness with this key, whose requests go to `outbox` and whose answers come to `inbox`.
    ///
    /// # Errors
    /// [`FolderError`] where the folders cannot be made.
    pub fn new(
        key: VerifierKey,
        outbox: impl AsRef<Path>,
        inbox: impl AsRef<Path>,
    ) -> Result<Self, FolderError> {
        let (outbox, inbox) = (outbox.as_ref().to_owned(), inbox.as_ref().to_owned());
        folder::make(&outbox)?;
        folder::make(&inbox)?;
        Ok(Self { key, outbox, inbox })
    }

    /// The cosignatures that have arrived for requests of this witness, for
    /// [`Notary::join`](super::Notary::join). An answer to a request that was never sent is left out. Those of one
    /// log stand together, sorted by its size, and of one size by their time.
    ///
    /// # Errors
    /// [`FolderError`].
    pub fn arrived(&self) -> Result<Vec<Arrived>, FolderError> {
        let mut arrived = Vec::new();
        for name in folder::names(&self.inbox)? {
            let Some(stem) = name.strip_suffix(COSIGNATURE) else { continue };
            let sent = self.outbox.join(format!("{stem}{REQUEST}"));
            let Some(request) = folder::read(&sent, MAX_REQUEST_BYTES)? else { continue };
            let Ok(request) = Request::parse(&request) else { continue };
            let Ok(checkpoint) = Checkpoint::parse(request.note.text_unverified()) else {
                continue;
            };
            let (Ok(origin), Some(Answer::Cosignature(lines))) =
                (KeyName::new(checkpoint.origin()), answer(&self.inbox, stem)?)
            else {
                continue;
            };
            // What does not fit its text is not left out: joining it says what is wrong.
            let note = cosigned(&request.note, &self.key, &lines, Span::EVER).ok();
            let at = note.and_then(|note| cosigned_at(&note, &self.key));
            arrived.push((at, Arrived { origin, size: checkpoint.size(), lines }));
        }
        arrived.sort_by(|(at, one), (other_at, other)| {
            (&one.origin, one.size, at).cmp(&(&other.origin, other.size, other_at))
        });
        Ok(arrived.into_iter().map(|(_, arrived)| arrived).collect())
    }
}

impl Witness for FileWitness {
    fn key(&self) -> &VerifierKey {
        &self.key
    }

    fn cosign(&self, request: &[u8]) -> Result<Vec<u8>, Away> {
        let no_answer = |reason: String| Away::NoAnswer { reason };
        let parsed = Request::parse(request).map_err(|error| no_answer(error.to_string()))?;
        let stem = stem(&parsed).map_err(|error| no_answer(error.to_string()))?;
        let file = format!("{stem}{REQUEST}");
        let answer = answer(&self.inbox, &stem).map_err(|error| no_answer(error.to_string()))?;
        if let Some(Answer::Cosignature(lines)) = answer {
            return Ok(lines);
        }
        folder::put(&self.outbox.join(&file), request)
            .map_err(|error| no_answer(error.to_string()))?;
        Err(match answer {
            Some(Answer::Refused { status, body }) => Away::Refused { status, body },
            _ => no_answer(format!("nobody has answered `{file}` yet")),
        })
    }
}

/// What an answering file holds.
pub(super) enum Answer {
    Cosignature(Vec<u8>),
    Refused { status: u16, body: Vec<u8> },
}

/// The name of a request without its end.
pub(super) fn stem(request: &Request) -> Result<String, FolderError> {
    let text = request.note.text_unverified();
    let mut lines = text.lines();
    let (origin, new) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    let digest = Sha256::digest(text.as_bytes());
    let digits: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let new: u64 = new.parse().unwrap_or_default();
    Ok(format!("{}.{}-{new}.{digits}", folder::name_of(origin)?, request.old_size))
}

/// The answer in a folder; none where there is none yet. A refusal that cannot be read is one without a status.
pub(super) fn answer(folder: &Path, stem: &str) -> Result<Option<Answer>, FolderError> {
    let cosignature = folder.join(format!("{stem}{COSIGNATURE}"));
    if let Some(lines) = folder::read(&cosignature, MAX_NOTE_BYTES)? {
        return Ok(Some(Answer::Cosignature(lines)));
    }
    let Some(bytes) = folder::read(&folder.join(format!("{stem}{REFUSED}")), MAX_NOTE_BYTES)?
    else {
        return Ok(None);
    };
    let text = String::from_utf8_lossy(&bytes);
    let (status, body) = text.split_once('\n').unwrap_or_default();
    let status = status.parse().unwrap_or_default();
    Ok(Some(Answer::Refused { status, body: body.as_bytes().to_vec() }))
}

/// Writes an answer, and gives the name of its file. A cosignature takes the place of a refusal.
pub(super) fn write(folder: &Path, stem: &str, answer: &Answer) -> Result<String, FolderError> {
    let (end, bytes) = match answer {
        Answer::Cosignature(lines) => (COSIGNATURE, lines.clone()),
        Answer::Refused { status, body } => {
            (REFUSED, [format!("{status}\n").as_bytes(), body].concat())
        }
    };
    let name = format!("{stem}{end}");
    folder::put(&folder.join(&name), &bytes)?;
    if matches!(answer, Answer::Cosignature(_)) {
        folder::remove(&folder.join(format!("{stem}{REFUSED}")))?;
    }
    Ok(name)
}
