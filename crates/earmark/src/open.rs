use std::path::Path;
#[cfg(feature = "audit")]
use std::path::PathBuf;

#[cfg(feature = "audit")]
use earmark_audit::archive::{self, Archive};
use earmark_sqlite::{NewLedger, OpenOptions};

use crate::Fault;
use crate::clock::SystemClock;
use crate::fund::Fund;
use crate::id::{LedgerId, LedgerSecret};
use crate::ledger::Ledger;
use crate::time::{Clock, UtcOffset};
#[cfg(feature = "audit")]
use crate::tlog::note::VerifierKey;

/// Opens the ledger in a file for writing, and makes the file if it does not exist.
///
/// # Errors
/// A [`Fault`] that names the file and what is wrong with it; the file is then unchanged.
pub fn open(path: impl AsRef<Path>) -> Result<Ledger, Fault> {
    Options::new().open(path)
}

/// Opens the ledger in a file for reading only. Works while another process writes.
///
/// # Errors
/// As [`open`]; and [`FaultKind::Missing`](crate::FaultKind::Missing) where there is no such file.
pub fn open_read_only(path: impl AsRef<Path>) -> Result<Ledger, Fault> {
    Options::new().read_only().open(path)
}

/// How a ledger file is opened.
///
/// ```
/// use earmark::time::{Timestamp, UtcOffset};
///
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("import.earmark");
/// let end_of_2021 = Timestamp::start_of(earmark::time::day("2022-01-01")?, UtcOffset::CHINA);
/// let ledger = earmark::Options::new().clock(end_of_2021).open(path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Options {
    clock: Box<dyn Clock>,
    open: OpenOptions,
    new: NewLedger,
    /// Each makes one fund known.
    funds: Vec<MakeKnown>,
    #[cfg(feature = "audit")]
    checkpoints: Option<(PathBuf, Vec<VerifierKey>)>,
}

type MakeKnown = fn(&Ledger) -> Result<(), Fault>;

impl Options {
    /// The default: for writing, made if it does not exist, timed by the system's clock.
    #[must_use]
    pub fn new() -> Self {
        Self {
            clock: Box::new(SystemClock),
            open: OpenOptions::new(),
            new: NewLedger::default(),
            funds: Vec::new(),
            #[cfg(feature = "audit")]
            checkpoints: None,
        }
    }

    /// Times the ledger by another clock, such as one that an import sets.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Box::new(clock);
        self
    }

    /// For reading only.
    #[must_use]
    pub fn read_only(mut self) -> Self {
        self.open = self.open.read_only();
        self
    }

    /// Refuses to make a new ledger.
    #[must_use]
    pub fn existing_only(mut self) -> Self {
        self.open = self.open.existing_only();
        self
    }

    /// The size that the file may reach. A commit that would pass it is refused as
    /// [`FaultKind::Full`](crate::FaultKind::Full), as if the disk were full.
    #[must_use]
    pub fn limit_bytes(mut self, bytes: u64) -> Self {
        self.open = self.open.limit_bytes(bytes);
        self
    }

    /// The id of a new ledger; random by default. No effect on one that exists.
    #[must_use]
    pub fn id(mut self, id: [u8; 16]) -> Self {
        self.new.id = Some(LedgerId(id));
        self
    }

    /// The secret of a new ledger; random by default. No effect on one that exists. Give one only to
    /// make a run repeatable: who can guess it can guess leaves.
    #[must_use]
    pub fn secret(mut self, secret: [u8; 32]) -> Self {
        self.new.secret = Some(LedgerSecret::from_bytes(secret));
        self
    }

    /// Where the civil day of a new ledger turns; China Standard Time by default. No effect on one
    /// that exists.
    #[must_use]
    pub fn utc_offset(mut self, offset: UtcOffset) -> Self {
        self.new.utc_offset = Some(offset);
        self
    }

    /// Makes a user's own fund known from the start, as [`Ledger::know`] does later.
    #[must_use]
    pub fn know<F: Fund>(mut self) -> Self {
        self.funds.push(Ledger::know::<F>);
        self
    }

    /// Holds the ledger against the checkpoints that were signed of it, which an
    /// [archive](crate::audit::archive) keeps where the file is not. An older copy of the file, or another
    /// history, is found, and the ledger is not opened. `trusted` are keys that sign checkpoints of its books. An
    /// archive that has a checkpoint is of a ledger that exists: none is made.
    ///
    /// Books of funds that are not built in are checked too: name them with [`know`](Self::know).
    ///
    /// ```
    /// use earmark::audit::archive::Archive;
    ///
    /// # let folder = tempfile::tempdir()?;
    /// # let (path, elsewhere) = (folder.path().join("nanjing.earmark"), folder.path().join("archive"));
    /// # Archive::open(&elsewhere)?;
    /// let key: earmark::tlog::note::VerifierKey =
    ///     "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k".parse()?;
    /// let ledger = earmark::Options::new().checkpoints(&elsewhere, [key]).open(path)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[cfg(feature = "audit")]
    #[must_use]
    pub fn checkpoints(
        mut self,
        archive: impl AsRef<Path>,
        trusted: impl IntoIterator<Item = VerifierKey>,
    ) -> Self {
        self.checkpoints = Some((archive.as_ref().to_owned(), trusted.into_iter().collect()));
        self
    }

    /// Opens the ledger.
    ///
    /// # Errors
    /// A [`Fault`] that names the file and what is wrong with it; the file is then unchanged.
    /// [`FaultKind::RolledBack`](crate::FaultKind::RolledBack) where it does not extend a signed checkpoint, and
    /// [`FaultKind::Damaged`](crate::FaultKind::Damaged) or [`FaultKind::Missing`](crate::FaultKind::Missing)
    /// where the archive is not to be believed or is not there.
    pub fn open(self, path: impl AsRef<Path>) -> Result<Ledger, Fault> {
        #[cfg(feature = "audit")]
        let (open, checkpoints) = match self.checkpoints {
            None => (self.open, None),
            Some((folder, trusted)) => {
                let archive = Archive::open_read_only(folder).map_err(archive::fault_of)?;
                let empty = archive.origins().map_err(archive::fault_of)?.is_empty();
                let open = if empty { self.open } else { self.open.existing_only() };
                (open, Some((archive, trusted)))
            }
        };
        #[cfg(not(feature = "audit"))]
        let open = self.open;
        let ledger = Ledger::new(open.new_ledger(self.new).open(path)?, self.clock);
        self.funds.iter().try_for_each(|know| know(&ledger))?;
        #[cfg(feature = "audit")]
        if let Some((archive, trusted)) = checkpoints {
            archive::check(&archive, &ledger, &trusted)?;
        }
        Ok(ledger)
    }
}

impl Default for Options {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for Options {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Options").field("open", &self.open).finish_non_exhaustive()
    }
}

#[cfg(feature = "audit")]
#[cfg(test)]
mod tests {
    use earmark_audit::notary::{Notary, OfficeKey, WhenAway, policy_text};

    use super::*;
    use crate::FaultKind;
    use crate::fund::WorkInjury;
    use crate::id::area;
    use crate::ledger::Book;
    use crate::time::{Timestamp, day};
    use crate::tlog::note::KeyName;
    use crate::tlog::policy::Policy;

    fn moment() -> Timestamp {
        Timestamp::start_of(day("2022-01-01").unwrap(), UtcOffset::CHINA)
    }

    fn key(book: &Book<WorkInjury>) -> VerifierKey {
        let office = KeyName::new("ledger.funds.example").unwrap();
        OfficeKey::from_secret([7; 32]).verifier(&office, book.id()).unwrap()
    }

    fn sign(folder: &Path, book: &Book<WorkInjury>) {
        let policy = policy_text(&[key(book)], &[], 0).unwrap();
        let policy = Policy::parse(policy.as_bytes()).unwrap();
        let office = KeyName::new("ledger.funds.example").unwrap();
        let keys = vec![OfficeKey::from_secret([7; 32])];
        let archive = Archive::open(folder).unwrap();
        let notary = Notary::new(office, keys, policy, archive, WhenAway::Refuse);
        notary.checkpoint(book, moment()).unwrap();
    }

    #[test]
    fn inv_44_an_older_copy_is_not_opened() {
        let folder = tempfile::tempdir().unwrap();
        let [path, aside, archive] =
            ["ledger", "aside", "archive"].map(|name| folder.path().join(name));
        let options = || Options::new().clock(moment());
        let book = |ledger: &Ledger| ledger.book::<WorkInjury>(area("320100").unwrap()).unwrap();

        let ledger = options().open(&path).unwrap();
        let trusted = key(&book(&ledger));
        book(&ledger).register("first").unwrap();
        sign(&archive, &book(&ledger));
        drop(ledger);
        std::fs::copy(&path, &aside).unwrap();

        let checked = || options().checkpoints(&archive, [trusted.clone()]);
        let ledger = checked().open(&path).unwrap();
        book(&ledger).register("second").unwrap();
        sign(&archive, &book(&ledger));
        drop(ledger);
        checked().open(&path).unwrap();
        checked().read_only().open(&path).unwrap();

        std::fs::copy(&aside, &path).unwrap();
        for options in [checked(), checked().read_only()] {
            let fault = options.open(&path).unwrap_err();
            assert_eq!(fault.kind(), FaultKind::RolledBack, "{fault}");
            assert_eq!(fault.at(), "book 320100/WORK_INJURY");
        }
        assert_eq!(std::fs::read(&path).unwrap(), std::fs::read(&aside).unwrap());
        // Nobody who is trusted has signed.
        let none = options().checkpoints(&archive, []).open(&path).unwrap_err();
        assert_eq!(none.kind(), FaultKind::Damaged);
        // There is no new ledger in the place of one of which something was signed.
        let gone = folder.path().join("gone");
        assert_eq!(checked().open(&gone).unwrap_err().kind(), FaultKind::Missing);
        assert!(!gone.exists());
        let no_archive = options().checkpoints(folder.path().join("no archive"), []);
        assert_eq!(no_archive.open(&path).unwrap_err().kind(), FaultKind::Missing);
        // Who does not ask is not told: the copy fits together.
        options().open(&path).unwrap();
    }
}
