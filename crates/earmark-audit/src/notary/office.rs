use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use earmark_core::time::Clock;
use earmark_tlog::checkpoint::Checkpoint;
use earmark_tlog::note::{MAX_NOTE_BYTES, NoteError, SignedNote, Signer, VerifierKey};
use earmark_tlog::witness::{Refused, Request, witness};

use super::files::{self, Answer};
use super::{Away, Witness, seconds_of};
use crate::archive::ArchiveError;
use crate::folder::{self, FolderError, Lock};

/// A witness: the supervising department, the finance department, the audit office. It cosigns what extends the
/// last checkpoint of a log that it has seen.
///
/// It remembers in a folder of its own, where the agency cannot write: for each log one file, the last checkpoint
/// that it cosigned, as the log signed it. The file is written before the cosignature leaves.
pub struct WitnessOffice {
    folder: PathBuf,
    signer: Signer,
    logs: Vec<VerifierKey>,
    clock: Box<dyn Clock>,
    one_at_a_time: Mutex<()>,
    _lock: Lock,
}

/// What became of a request file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// The name of the request's file.
    pub request: String,
    /// What became of it.
    pub outcome: Outcome,
}

impl fmt::Display for Answered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {}", self.request, self.outcome)
    }
}

/// What becomes of a request file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// It is cosigned.
    Cosigned {
        /// The name of the answer's file.
        answer: String,
    },
    /// It is refused; the answer says so too. It is judged anew as long as it lies there.
    Refused {
        /// The name of the answer's file.
        answer: String,
        /// The status code of the protocol.
        status: u16,
        /// The body of the answer.
        body: Vec<u8>,
    },
    /// It is left without an answer, as it is no request or has another one's name.
    LeftOut {
        /// Why, in a few words.
        reason: String,
    },
    /// The witness cannot answer: its memory is not as it was written, or cannot be written.
    Unable {
        /// Why, in a few words.
        reason: String,
    },
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cosigned { answer } => write!(f, "cosigned in `{answer}`"),
            Self::Refused { status, body, .. } => {
                let (status, body) = (*status, body.clone());
                Away::Refused { status, body }.fmt(f)
            }
            Self::LeftOut { reason } => write!(f, "left out: {reason}"),
            Self::Unable { reason } => write!(f, "the witness cannot answer: {reason}"),
        }
    }
}

/// Why a witness has not answered all requests.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OfficeError {
    /// A folder cannot be read or written.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The witness cannot answer some of the requests. The others are answered.
    #[error("{}; all other requests were gone through", Unable(.outcomes))]
    Unable {
        /// What became of every request.
        outcomes: Vec<Answered>,
    },
}

/// Those of the outcomes that are faults of the witness's own, one after the other.
struct Unable<'a>(&'a [Answered]);

impl fmt::Display for Unable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unable = self.0.iter().filter(|it| matches!(it.outcome, Outcome::Unable { .. }));
        for (place, answered) in unable.enumerate() {
            let comma = if place == 0 { "" } else { ", " };
            write!(f, "{comma}{answered}")?;
        }
        Ok(())
    }
}

impl WitnessOffice {
    /// Opens a witness's folder, and makes it where there is none. `logs` are the keys of the logs it watches.
    ///
    /// # Errors
    /// [`ArchiveError::Locked`] where another process is this witness; [`ArchiveError::Folder`].
    pub fn open(
        folder: impl AsRef<Path>,
        signer: Signer,
        logs: Vec<VerifierKey>,
        clock: impl Clock,
    ) -> Result<Self, ArchiveError> {
        let folder = folder.as_ref().to_owned();
        folder::make(&folder)?;
        let Some(lock) = Lock::take(&folder)? else {
            return Err(ArchiveError::Locked { at: folder });
        };
        folder::sweep(&folder)?;
        let clock = Box::new(clock);
        Ok(Self { folder, signer, logs, clock, one_at_a_time: Mutex::default(), _lock: lock })
    }

    /// The last checkpoint of a log that it cosigned; none where it never did.
    ///
    /// # Errors
    /// In words, where its memory is not as it was written: then it cosigns nothing of this log.
    pub fn last(&self, origin: &str) -> Result<Option<Checkpoint>, String> {
        let at = self.folder.join(folder::name_of(origin).map_err(|error| error.to_string())?);
        let bytes = folder::read(&at, MAX_NOTE_BYTES).map_err(|error| error.to_string())?;
        let Some(bytes) = bytes else { return Ok(None) };
        let broken = |what: &dyn fmt::Display| format!("{}: {what}", at.display());
        let note = SignedNote::parse(&bytes).map_err(|error| broken(&error))?;
        note.open(&self.logs_of(origin)).map_err(|error| match error {
            NoteError::Untrusted => broken(
                &"the last checkpoint cosigned is signed with none of the keys given for its log; while a log \
                  changes its keys, the witness is given the old and the new one",
            ),
            other => broken(&other),
        })?;
        let checkpoint =
            Checkpoint::parse(note.text_unverified()).map_err(|error| broken(&error))?;
        if checkpoint.origin() != origin {
            return Err(broken(&format!("it is of the log `{}`", checkpoint.origin())));
        }
        Ok(Some(checkpoint))
    }

    /// Answers the request files in a folder with files in another, for offices without a network
    /// ([`FileWitness`](super::FileWitness) says how they are named). Says what became of each.
    ///
    /// A request that was cosigned is passed over, and so are files of other names. One that was refused is judged
    /// anew: the reason may be gone. A file that is no request, or has another one's name, gets no answer, because
    /// the name of an answer follows from the content of its request; it is [`Outcome::LeftOut`].
    ///
    /// # Errors
    /// [`OfficeError::Unable`] where the witness's memory of a log cannot be read or written, or is signed with none
    /// of the keys that it was given; all other requests are answered before. [`OfficeError::Folder`].
    pub fn answer_files(
        &self,
        requests: impl AsRef<Path>,
        answers: impl AsRef<Path>,
    ) -> Result<Vec<Answered>, OfficeError> {
        let (requests, answers) = (requests.as_ref(), answers.as_ref());
        folder::make(answers)?;
        let mut outcomes = Vec::new();
        for request in folder::names(requests)? {
            let Some(stem) = request.strip_suffix(files::REQUEST) else { continue };
            let outcome = match read(&requests.join(&request), stem) {
                Ok(Some(bytes)) => self.answer(&bytes, answers, stem)?,
                Ok(None) => None,
                Err(reason) => Some(Outcome::LeftOut { reason }),
            };
            outcomes.extend(outcome.map(|outcome| Answered { request, outcome }));
        }
        if outcomes.iter().any(|it| matches!(it.outcome, Outcome::Unable { .. })) {
            return Err(OfficeError::Unable { outcomes });
        }
        Ok(outcomes)
    }

    /// Answers a request with a file; nothing where it has a cosignature already.
    fn answer(
        &self,
        request: &[u8],
        answers: &Path,
        stem: &str,
    ) -> Result<Option<Outcome>, FolderError> {
        if let Some(Answer::Cosignature(_)) = files::answer(answers, stem)? {
            return Ok(None);
        }
        let write = |answer| files::write(answers, stem, &answer);
        Ok(Some(match self.cosign(request) {
            Ok(lines) => Outcome::Cosigned { answer: write(Answer::Cosignature(lines))? },
            Err(Away::Refused { status, body }) => {
                let answer = write(Answer::Refused { status, body: body.clone() })?;
                Outcome::Refused { answer, status, body }
            }
            Err(Away::NoAnswer { reason }) => Outcome::Unable { reason },
        }))
    }

    fn logs_of(&self, origin: &str) -> Vec<VerifierKey> {
        self.logs.iter().filter(|key| key.name().as_str() == origin).cloned().collect()
    }
}

impl Witness for WitnessOffice {
    fn key(&self) -> &VerifierKey {
        self.signer.verifier()
    }

    fn cosign(&self, request: &[u8]) -> Result<Vec<u8>, Away> {
        let _one = self.one_at_a_time.lock().unwrap_or_else(PoisonError::into_inner);
        let bad = |error: &dyn fmt::Display| {
            let body = format!("{error}\n").into_bytes();
            Away::Refused { status: 400, body }
        };
        let no_answer = |reason: String| Away::NoAnswer { reason };
        let request = Request::parse(request).map_err(|error| bad(&error))?;
        let asked =
            Checkpoint::parse(request.note.text_unverified()).map_err(|error| bad(&error))?;
        if self.logs_of(asked.origin()).is_empty() {
            return Err(refused(&Refused::UnknownLog));
        }
        let last = self.last(asked.origin()).map_err(no_answer)?;
        let now = seconds_of(self.clock.now());
        let (checkpoint, signature) =
            witness(&self.signer, &self.logs, last.as_ref(), &request, now)
                .map_err(|error| refused(&error))?;
        // Durable before the cosignature leaves: a witness that forgot could be shown a fork.
        let written = folder::name_of(checkpoint.origin()).and_then(|name| {
            folder::put(&self.folder.join(name), request.note.to_string().as_bytes())
        });
        written.map_err(|error| no_answer(error.to_string()))?;
        Ok(format!("{signature}\n").into_bytes())
    }
}

impl fmt::Debug for WitnessOffice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WitnessOffice({}, {})", self.signer.verifier().name(), self.folder.display())
    }
}

/// The request in a file, if the file is there; or why it is left out.
fn read(at: &Path, stem: &str) -> Result<Option<Vec<u8>>, String> {
    let bytes = folder::read(at, files::MAX_REQUEST_BYTES).map_err(|error| error.to_string())?;
    let Some(bytes) = bytes else { return Ok(None) };
    let request = Request::parse(&bytes).map_err(|error| error.to_string())?;
    // The name follows from the content, so that an answer cannot stand beside another request.
    let expected = files::stem(&request).map_err(|error| error.to_string())?;
    if expected == stem {
        return Ok(Some(bytes));
    }
    Err(format!("by its content its name is `{expected}{}`", files::REQUEST))
}

fn refused(why: &Refused) -> Away {
    let body = match why {
        Refused::Conflict { size } => format!("{size}\n"),
        other => format!("{other}\n"),
    };
    Away::Refused { status: why.status(), body: body.into_bytes() }
}
