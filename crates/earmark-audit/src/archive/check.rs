//! Whether a ledger extends what was signed of it: an older copy of a file fits together as well as the file.

use std::collections::BTreeSet;

use earmark_core::error::{Fault, FaultKind};
use earmark_core::id::BookId;
use earmark_core::ledger::Ledger;
use earmark_core::tree::BookTree;
use earmark_tlog::checkpoint::Checkpoint;
use earmark_tlog::note::{KeyName, VerifierKey};

use super::{Archive, ArchiveError, Held};
use crate::origin::parts_of;

/// What a check came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checked {
    /// How many books have a signed checkpoint that they extend.
    pub books: usize,
}

/// Checks that a ledger extends every checkpoint that was signed of it: each book has as many events, and had
/// the same root when it had that many.
///
/// An archive is of one ledger. `trusted` are keys whose name is the origin of a book; a checkpoint that none of
/// them has signed is no reason to believe anything, and is a fault.
///
/// INVARIANT(INV-44): a ledger opened with its checkpoints extends every one of them.
///
/// # Errors
/// [`FaultKind::RolledBack`] where a book is shorter than a checkpoint says, of another history, or missing;
/// [`FaultKind::Damaged`] where the archive cannot be believed; [`FaultKind::Missing`] where there is none;
/// [`FaultKind::UnknownFund`] where the program does not know a book's fund; others where ledger or archive cannot
/// be read. Nothing is changed.
pub fn check(
    archive: &Archive,
    ledger: &Ledger,
    trusted: &[VerifierKey],
) -> Result<Checked, Fault> {
    let funds = ledger.funds();
    let stored: BTreeSet<_> =
        ledger.store().books()?.into_iter().map(|book| (book.area, book.fund)).collect();
    let origins = archive.origins().map_err(fault_of)?;
    for origin in &origins {
        let (area, fund) = parts_of(origin).ok_or_else(|| {
            let what = format!(
                "`{origin}` is not the origin of a book: expected `<office>/<area>/<fund>`"
            );
            Fault::new(FaultKind::Damaged, archive.folder().display(), what)
        })?;
        let signed = archive.newest(origin).map_err(fault_of)?;
        let last = archive.last(origin).map_err(fault_of)?;
        let held: Vec<_> = [signed, last].into_iter().flatten().collect();
        for held in &held {
            believe(archive, origin, held, trusted)?;
        }
        if !stored.contains(&(area, fund.to_owned())) {
            let size = held.iter().map(|held| held.checkpoint.size()).max().unwrap_or_default();
            let what = format!(
                "the ledger does not have this book, of which a checkpoint of {size} events was signed; {UNCHANGED}"
            );
            return Err(Fault::new(FaultKind::RolledBack, format!("book {area}/{fund}"), what));
        }
        let book = BookId::find(area, fund, &funds).ok_or_else(|| {
            let what = "a checkpoint of it was signed, and this program does not know its fund";
            Fault::new(FaultKind::UnknownFund, format!("book {area}/{fund}"), what)
        })?;
        for held in &held {
            extends(ledger, book, &held.checkpoint)?;
        }
    }
    Ok(Checked { books: origins.len() })
}

/// What is true after a check found something.
const UNCHANGED: &str =
    "nothing was changed; find the file that goes on from the checkpoint, or ask those who hold it";

fn believe(
    archive: &Archive,
    origin: &KeyName,
    held: &Held,
    trusted: &[VerifierKey],
) -> Result<(), Fault> {
    let own: Vec<_> = trusted.iter().filter(|key| key.name() == origin).cloned().collect();
    let opened = held.note.open(&own);
    opened.map(drop).map_err(|error| {
        let at = format!("{}, log `{origin}`", archive.folder().display());
        let what = format!("the checkpoint of {} events: {error}", held.checkpoint.size());
        Fault::new(FaultKind::Damaged, at, what)
    })
}

fn extends(ledger: &Ledger, book: BookId, signed: &Checkpoint) -> Result<(), Fault> {
    let rolled_back =
        |what: String| Fault::new(FaultKind::RolledBack, format!("book {book}"), what);
    let tree = BookTree::now(ledger.store(), book)?;
    let size = tree.size();
    let Some(then) = tree.at(signed.size())? else {
        return Err(rolled_back(format!(
            "it has {size} events, and a checkpoint of {} events with the root {} was signed: an older copy, or \
             a shortened one; {UNCHANGED}",
            signed.size(),
            signed.root()
        )));
    };
    if then.root() == signed.root() {
        return Ok(());
    }
    Err(rolled_back(format!(
        "at {} events its root is {}, and a checkpoint with the root {} was signed: another history; {UNCHANGED}",
        signed.size(),
        then.root(),
        signed.root()
    )))
}

/// What an archive that cannot be used means for a ledger that is to be opened with it.
#[must_use]
pub fn fault_of(error: ArchiveError) -> Fault {
    let kind = match error {
        ArchiveError::Missing { .. } => FaultKind::Missing,
        ArchiveError::Folder(_) => FaultKind::Io,
        _ => FaultKind::Damaged,
    };
    Fault::new(kind, "archive of checkpoints", error)
}
