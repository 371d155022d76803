//! Packages: a ledger's books as a folder of static files that anybody can check and replay.
//!
//! A package is a copy of what was recorded, up to a signed checkpoint of each book, in the layout of C2SP tlog-tiles:
//! tiles of hashes, bundles of entries (the exact stored records), the checkpoint. Beside them stands what a
//! replay needs and the tree does not hold: where the commits begin and under which keys, the offset of the
//! civil day, the fund's closed lists. The ledger's secret is not in it.
//!
//! | file | what it is |
//! |---|---|
//! | `contents` | `earmark.package/v1`; a line `paper NAME SHA256` for each of `README`, `format.md`, `policy`; a line `book AREA/FUND` for each book; in order |
//! | `AREA/FUND/checkpoint` | a signed note whose origin ends with `/AREA/FUND` |
//! | `AREA/FUND/tile/L/N`, `tile/entries/N` | as tlog-tiles has them, partial ones too, and exactly those of the checkpoint's size |
//! | `AREA/FUND/commits/N` | for each bundle of entries a file of the same name: `earmark.commits/v1 AREA/FUND FIRST LAST` (the events of the bundle), then a line `FIRST_SEQ COUNT KEY` for each commit that begins in it, the key as 32 hexadecimal digits |
//! | `AREA/FUND/book` | `earmark.book/v1`, `book AREA/FUND`, `offset MINUTES`, and the fund's closed lists as the ledger keeps them |
//! | `AREA/FUND/profiles/SEQ.toml` | the text of the profile that event `SEQ` adopted |
//! | `AREA/FUND/writing` | `earmark.writing/v1` and two sizes: a writing was interrupted, and files of both sizes may stand here |
//!
//! The last line of the first, fourth, fifth and last of these is `sha256` and the checksum of the lines before it.
//! A file `writing.part` means nothing.
//!
//! ```
//! use earmark_audit::package::{Package, PackageReader};
//! # use earmark_core::account::SpecialAccount;
//! # use earmark_core::command::{BringForward, OpenAccount};
//! # use earmark_core::fund::WorkInjury;
//! # use earmark_core::id::{LedgerId, LedgerSecret, area, key};
//! # use earmark_core::ledger::{Ledger, Papers};
//! # use earmark_core::money::yuan;
//! # use earmark_core::store::{MemoryStore, Settings};
//! # use earmark_core::time::{Timestamp, UtcOffset, day};
//! use earmark_tlog::checkpoint::Checkpoint;
//! use earmark_tlog::note::{Algorithm, KeyName, Signer};
//! use earmark_tlog::policy::Policy;
//! # let settings = Settings {
//! #     id: LedgerId(*b"a ledger's names"),
//! #     secret: LedgerSecret::from_bytes([7; 32]),
//! #     utc_offset: UtcOffset::CHINA,
//! # };
//! # let now = Timestamp::start_of(day("2021-06-30")?, UtcOffset::CHINA);
//! # let ledger = Ledger::new(MemoryStore::new(settings), now);
//! # let book = ledger.book::<WorkInjury>(area("320100")?)?;
//! # let papers = Papers { register: "r", document: 1, basis: "b", actor: "a" };
//! # let voucher = book.voucher(day("2021-06-29")?, papers)?;
//! # let forward = BringForward { into: SpecialAccount, amount: yuan("12.00")? };
//! # book.record(key("open"), &voucher, (OpenAccount(SpecialAccount), forward))?;
//! # let folder = tempfile::tempdir()?;
//! # let folder = folder.path().join("package");
//!
//! let origin = KeyName::new("funds.example/320100/WORK_INJURY")?;
//! let signer = Signer::new(origin.clone(), Algorithm::Ed25519, [7; 32])?;
//! let tree = book.tree()?;
//! let note = Checkpoint::new(origin.as_str(), tree.size(), tree.root())?.signed(&signer)?;
//! let policy = format!("log {}\nquorum none\n", signer.verifier());
//!
//! Package::new(policy.as_bytes()).with(book.id(), note).write(&ledger, &folder)?;
//!
//! let read = PackageReader::open(&folder, &Policy::parse(policy.as_bytes())?)?;
//! for part in read.books() {
//!     assert_eq!(part.replay()?.balances(), book.balances()?);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod earlier;
pub(crate) mod edge;
mod error;
pub(crate) mod folder;
mod reader;
pub(crate) mod shelf;
pub(crate) mod text;
mod writer;

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;

use earmark_core::id::BookId;
use earmark_core::ledger::Ledger;
use earmark_core::{Fault, FaultKind};
use earmark_tlog::checkpoint::Checkpoint;
use earmark_tlog::note::SignedNote;
use earmark_tlog::policy::{MAX_POLICY_BYTES, Policy};
use sha2::{Digest, Sha256};

pub(crate) use earlier::FromRecords;
pub use error::PackageError;
pub use reader::{BookReader, PackageReader};
pub use writer::{BookWriter, PackageFolder, Written};

use folder::Folder;
use shelf::{CHECKPOINT_FILE, Shelf, about_of};
use text::{Contents, LIST_BYTES_MAX, hexadecimal};

/// The name of the list of a package.
pub(crate) const CONTENTS_FILE: &str = "contents";

/// The names of the files that are for people.
const FORMAT_FILE: &str = "format.md";
const POLICY_FILE: &str = "policy";
const README_FILE: &str = "README";

/// What every package says about itself.
const README: &str = include_str!("README.txt");
const FORMAT: &str = include_str!("../../format.md");

/// A package to write: whom its readers should believe, and up to which signed checkpoint it has each book.
#[derive(Clone, Debug)]
pub struct Package {
    policy: Vec<u8>,
    checkpoints: BTreeMap<BookId, SignedNote>,
}

impl Package {
    /// A package of no books yet, with the text of a policy.
    #[must_use]
    pub fn new(policy: &[u8]) -> Self {
        Self { policy: policy.to_vec(), checkpoints: BTreeMap::new() }
    }

    /// With a book up to a signed checkpoint, which ends where a commit does.
    #[must_use]
    pub fn with(mut self, book: BookId, checkpoint: SignedNote) -> Self {
        self.checkpoints.insert(book, checkpoint);
        self
    }

    /// Writes the package into a folder, or extends the one that stands there: tiles are added, partial ones
    /// replaced, full ones never touched, and each book's checkpoint comes last. One writer at a time.
    ///
    /// What is in memory at any time is one bundle of entries and one commit. Nothing is written before every checkpoint
    /// is believed and the ledger has as many events as it says.
    ///
    /// # Errors
    /// [`PackageError::Damaged`] where the policy does not believe a checkpoint, or a checkpoint or what stands in
    /// the folder is not of the book as the ledger has it; [`PackageError::Ledger`] where the ledger cannot be read;
    /// [`PackageError::Io`]. A package that stood there still verifies at its old checkpoints.
    pub fn write(
        &self,
        ledger: &Ledger,
        folder: impl AsRef<Path>,
    ) -> Result<Vec<Written>, PackageError> {
        let folder = Folder::new(folder.as_ref());
        let policy = Policy::parse(&self.policy)
            .map_err(|error| PackageError::damaged(POLICY_FILE, error))?;
        for (book, note) in &self.checkpoints {
            let name = Shelf { folder: &folder, book: *book }.name(CHECKPOINT_FILE);
            policy.believe(note).map_err(|error| PackageError::damaged(name, error))?;
        }
        let books = ledger.books().map_err(PackageError::Ledger)?;
        for (id, note) in &self.checkpoints {
            let Some(book) = books.iter().find(|book| book.id() == *id) else {
                let fault = Fault::new(
                    FaultKind::Missing,
                    format!("book {id}"),
                    "the ledger has no such book",
                );
                return Err(PackageError::Ledger(fault));
            };
            let name = Shelf { folder: &folder, book: *id }.name(CHECKPOINT_FILE);
            let checkpoint = Checkpoint::parse(note.text_unverified())
                .map_err(|error| PackageError::damaged(&name, error))?;
            let (size, held) = (checkpoint.size(), book.last_seq().map_err(PackageError::Ledger)?);
            if size > held {
                let what = format!("it has {size} events, the ledger has {held}");
                return Err(PackageError::damaged(name, what));
            }
        }
        let stored = ledger.store().books().map_err(PackageError::Ledger)?;
        let offset = ledger.store().settings().utc_offset;
        let mut written = Vec::new();
        for (id, note) in &self.checkpoints {
            let about = about_of(*id, offset, &stored);
            let writer = BookWriter::extend(&folder, about, note.clone())?;
            match copy(ledger, *id, writer) {
                Ok(done) => written.push(done),
                Err(error) => {
                    // What was written of it is undone; where even that fails, the next writing does it.
                    let _ = Shelf { folder: &folder, book: *id }.undo();
                    return Err(error);
                }
            }
        }
        let ids: Vec<_> = self.checkpoints.keys().copied().collect();
        settle(&folder, &ids, &self.policy)?;
        Ok(written)
    }
}

/// Gives a writer the commits of a ledger that it lacks, up to its checkpoint.
fn copy(
    ledger: &Ledger,
    book: BookId,
    mut writer: BookWriter<'_>,
) -> Result<Written, PackageError> {
    let mut failed = None;
    if !writer.is_whole() {
        let read = ledger.store().commits(book, writer.next_seq(), &mut |commit| {
            match writer.commit(&commit.open(book)?) {
                Ok(()) if !writer.is_whole() => return Ok(ControlFlow::Continue(())),
                Ok(()) => {}
                Err(error) => failed = Some(error),
            }
            Ok(ControlFlow::Break(()))
        });
        read.map_err(PackageError::Ledger)?;
    }
    failed.map_or_else(|| writer.finish(), Err)
}

/// Puts papers and contents in their places, and says that nothing is left to do.
pub(crate) fn settle(folder: &Folder, added: &[BookId], policy: &[u8]) -> Result<(), PackageError> {
    let mut contents = match folder.read_if(CONTENTS_FILE, LIST_BYTES_MAX)? {
        Some(bytes) => Contents::parse(CONTENTS_FILE, &bytes)?,
        None => Contents::default(),
    };
    contents.books.extend(added.iter().map(ToString::to_string));
    contents.books.sort();
    contents.books.dedup();
    let papers: [(&str, &[u8]); 3] =
        [(README_FILE, README.as_bytes()), (FORMAT_FILE, FORMAT.as_bytes()), (POLICY_FILE, policy)];
    contents.papers = papers
        .iter()
        .map(|(name, text)| ((*name).to_owned(), hexadecimal(&Sha256::digest(text))))
        .collect();
    for (name, text) in papers {
        let bytes_max = u64::try_from(MAX_POLICY_BYTES.max(text.len())).unwrap_or(u64::MAX);
        // A paper of another length, damaged or of another version, is replaced like any other.
        if folder.read_if(name, bytes_max).ok().flatten().as_deref() != Some(text) {
            folder.put(name, text)?;
        }
    }
    folder.put(CONTENTS_FILE, contents.to_text().as_bytes())?;
    folder.sync()?;
    added.iter().try_for_each(|book| BookWriter::settle(folder, *book))
}

/// What the fuzz target `package_text` tries: lines, with the checksum that fits them, as each of a package's own
/// texts. Whether one of them accepts them, and then as the one text for what they say. Not part of the API.
///
/// # Panics
/// Where an accepted text is not the one that would be written.
#[doc(hidden)]
#[must_use]
pub fn __is_a_text(book: BookId, lines: &str) -> bool {
    let sealed = text::sealed(lines.to_owned());
    let bytes = sealed.as_bytes();
    let same = |text: String| assert!(text == sealed, "another text says the same");
    let contents = Contents::parse("contents", bytes).map(|it| same(it.to_text()));
    let about = text::About::parse(book, "book", bytes).map(|it| same(it.to_text()));
    let writing = text::Writing::parse("writing", bytes).map(|it| same(it.to_text()));
    let tiles = [256, 3].into_iter().filter_map(|size| earmark_tlog::tile::Tile::of(size, 0, 0));
    let boundaries = tiles.map(|tile| {
        let read = text::Boundaries::parse(book, tile, "commits", bytes);
        read.map(|it| same(text::Boundaries::to_text(book, tile, &it))).is_ok()
    });
    boundaries.fold(false, |any, accepted| any | accepted)
        | contents.is_ok()
        | about.is_ok()
        | writing.is_ok()
}
