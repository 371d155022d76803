use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use earmark_core::account::Account;
use earmark_tlog::Hash;
use earmark_tlog::note::{NoteError, Opened, SignedNote, Signer, VerifierKey};

use crate::package::text::number;

const DOMAIN: &str = "earmark.mirror/v1";

const CLAIM: &str = "I hold every event of this book to the size above, in order, and have replayed them: the root is \
                     the one above, every invariant holds, and the accounts hold what stands above.";

/// The latest time of a statement, in seconds: that of a cosignature.
const SECONDS_MAX: u64 = i64::MAX.unsigned_abs();

/// What a mirror signs: that it holds a whole book, has replayed it, and what its accounts then hold.
///
/// The text has a line for each: `earmark.mirror/v1`, the book's origin, its size, its root in base64, then
/// `treasury`, `revenue`, `special`, `expenditure` and `investment`, each with its balance in minor units, `time` with
/// seconds since 1970-01-01 00:00 UTC, and the claim in words.
///
/// ```
/// use earmark_audit::mirror::MirrorStatement;
/// use earmark_tlog::note::{Algorithm, KeyName, Signer};
///
/// let statement = MirrorStatement {
///     origin: "funds.example/320100/WORK_INJURY".into(),
///     size: 0,
///     root: earmark_tlog::EMPTY_ROOT,
///     balances_minor: [0; 5],
///     at_seconds: 1_700_000_000,
/// };
/// let key = Signer::new(KeyName::new("supervisor.example")?, Algorithm::Ed25519, [3; 32])?;
/// let note = statement.signed(&key)?;
/// let (read, by) = MirrorStatement::open(&note, &[key.verifier().clone()])?;
/// assert_eq!((read, by.len()), (statement, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MirrorStatement {
    /// The origin of the book's log.
    pub origin: String,
    /// How many events were replayed.
    pub size: u64,
    /// The root of their tree.
    pub root: Hash,
    /// What the accounts hold, in minor units, in the order of account codes.
    pub balances_minor: [u64; 5],
    /// When it was stated, in seconds since 1970-01-01 00:00 UTC; at most 2^63 - 1.
    pub at_seconds: u64,
}

impl MirrorStatement {
    /// Reads the text of a statement, strictly: there is one text for each.
    ///
    /// # Errors
    /// [`StatementError`], naming the line.
    pub fn parse(text: &str) -> Result<Self, StatementError> {
        let mut lines = text.split('\n');
        let mut line = 0;
        let mut next = || {
            line += 1;
            lines.next().map(|text| (text, line)).ok_or(StatementError { line })
        };
        let (domain, line) = next()?;
        if domain != DOMAIN {
            return Err(StatementError { line });
        }
        let (origin, line) = next()?;
        if origin.is_empty() || origin.chars().any(|it| it < ' ') {
            return Err(StatementError { line });
        }
        let (size, line) = next()?;
        let size = number(size).ok_or(StatementError { line })?;
        let (root, line) = next()?;
        let root = STANDARD.decode(root).ok().and_then(|bytes| bytes.try_into().ok());
        let root = Hash(root.ok_or(StatementError { line })?);
        let mut balances_minor = [0; 5];
        for (account, minor) in Account::ALL.into_iter().zip(&mut balances_minor) {
            let (text, line) = next()?;
            let held = text.strip_prefix(account.word()).and_then(|it| it.strip_prefix(' '));
            *minor = held.and_then(number).ok_or(StatementError { line })?;
        }
        let (time, line) = next()?;
        let at_seconds = time.strip_prefix("time ").and_then(number);
        let at_seconds =
            at_seconds.filter(|it| *it <= SECONDS_MAX).ok_or(StatementError { line })?;
        let statement = Self { origin: origin.to_owned(), size, root, balances_minor, at_seconds };
        // The claim and the end.
        if statement.to_string() == text {
            Ok(statement)
        } else {
            Err(StatementError { line: line + 1 })
        }
    }

    /// The statement as a signed note.
    ///
    /// # Errors
    /// [`NoteError::OtherAlgorithm`] where the key signs something else than texts; [`NoteError::Text`] where the
    /// origin is not one line.
    pub fn signed(&self, signer: &Signer) -> Result<SignedNote, NoteError> {
        let text = self.to_string();
        if Self::parse(&text).as_ref() != Ok(self) {
            return Err(NoteError::Text);
        }
        let mut note = SignedNote::unsigned(text)?;
        note.sign(signer)?;
        Ok(note)
    }

    /// The statement of a note that trusted keys have signed, and which of them.
    ///
    /// # Errors
    /// [`StatementNoteError`] where none of them has signed it, or it is no statement.
    pub fn open(
        note: &SignedNote,
        trusted: &[VerifierKey],
    ) -> Result<(Self, Vec<VerifierKey>), StatementNoteError> {
        let opened: Opened<'_> = note.open(trusted)?;
        Ok((Self::parse(opened.text())?, opened.by().to_vec()))
    }
}

/// The text.
impl fmt::Display for MirrorStatement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{DOMAIN}\n{}\n{}\n{}", self.origin, self.size, STANDARD.encode(self.root.0))?;
        for (account, minor) in Account::ALL.into_iter().zip(self.balances_minor) {
            writeln!(f, "{} {minor}", account.word())?;
        }
        writeln!(f, "time {}\n{CLAIM}", self.at_seconds)
    }
}

/// Which line of a text is not that of a mirror's statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} is not that of a mirror's statement")]
pub struct StatementError {
    /// The line, counted from one.
    pub line: usize,
}

/// Why a note is not a mirror's statement to be believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StatementNoteError {
    /// The signatures.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The text.
    #[error(transparent)]
    Text(#[from] StatementError),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statement() -> MirrorStatement {
        MirrorStatement {
            origin: "funds.example/320100/WORK_INJURY".into(),
            size: 12,
            root: Hash([9; 32]),
            balances_minor: [0, 1, 99_999_999_999_999_999, 3, 4],
            at_seconds: SECONDS_MAX,
        }
    }

    #[test]
    fn one_text_for_each_statement() {
        let text = statement().to_string();
        assert_eq!(MirrorStatement::parse(&text), Ok(statement()));
        assert!(text.starts_with("earmark.mirror/v1\nfunds.example/320100/WORK_INJURY\n12\nCQkJ"));
        assert!(text.contains("\ntreasury 0\nrevenue 1\nspecial 99999999999999999\n"), "{text}");
        for end in 0..text.len() {
            assert!(MirrorStatement::parse(&text[..end]).is_err(), "{end}");
        }
        for (from, to, line) in [
            ("/v1", "/v2", 1),
            ("funds.example/320100/WORK_INJURY", "", 2),
            ("\n12\n", "\n012\n", 3),
            ("CQkJ", "CQk!", 4),
            ("special 9", "special +9", 7),
            ("revenue 1", "revenue 1 ", 6),
            ("time 9", "time 09", 10),
            ("every invariant", "no invariant", 11),
            ("stands above.\n", "stands above.\n\n", 11),
        ] {
            let other = text.replacen(from, to, 1);
            assert_ne!(other, text, "{from}");
            assert_eq!(MirrorStatement::parse(&other), Err(StatementError { line }), "{from}");
        }
        let beyond = MirrorStatement { at_seconds: SECONDS_MAX + 1, ..statement() };
        assert!(MirrorStatement::parse(&beyond.to_string()).is_err());
    }
}
