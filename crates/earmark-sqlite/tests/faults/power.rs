//! The store on a disk that loses power and fails: a scripted history, what was acknowledged and when, and
//! what a crash or a failure at any point may leave of it.
//!
//! Every failure names its point and its seed. `EARMARK_LONG=1` (or more) tries every point with several seeds;
//! `EARMARK_SEED` chooses which points and seeds are tried otherwise.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use earmark_core::Fault;
use earmark_core::ledger::Ledger;
use earmark_sqlite::{Files, OpenOptions, Storage};
use earmark_testkit::disk::{Image, Journal};
use earmark_vfs::{Counts, Drive};
use rusqlite::{Connection, OpenFlags};
use tempfile::TempDir;

use crate::dump::answers;
use crate::formats::{FORMAT_1, FORMAT_2};
use crate::random::Random;
use crate::sample::{beside, now, options, prove, try_open, try_read};

mod crashes;
mod moments;
mod script;
mod troubles;

use script::{Act, Deed};

pub(crate) const NAME: &str = "nanjing.earmark";

/// A folder in memory where there is one: what is tried here is not the speed of this machine's disk.
pub(crate) fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    let place = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
    tempfile::Builder::new().prefix("earmark-power").tempdir_in(place).unwrap()
}

/// Whether everything is to be tried, and not a sample.
fn is_long() -> bool {
    std::env::var_os("EARMARK_LONG").is_some()
}

/// From where the chance of this run begins.
fn start() -> u64 {
    let given = std::env::var("EARMARK_SEED").ok();
    let seed = given.map_or_else(|| u64::from(std::process::id()), |seed| seed.parse().unwrap());
    println!("EARMARK_SEED={seed}");
    seed
}

/// What the store does beside SQLite goes to the drive too.
#[derive(Debug)]
struct OnDrive(Drive);

impl Files for OnDrive {
    fn sync(&self, path: &Path) -> io::Result<()> {
        self.0.sync(path)
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        self.0.sync_folder(folder)
    }

    fn rewrite(&self, path: &Path) -> io::Result<()> {
        self.0.rewrite(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.0.rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.0.remove(path)
    }
}

/// A ledger's place on a drive.
struct Rig {
    _folder: TempDir,
    path: PathBuf,
    drive: Drive,
}

impl Rig {
    /// An empty one, or one where this file lies.
    fn new(before: Option<&[u8]>) -> Self {
        let folder = folder();
        let path = folder.path().join(NAME);
        if let Some(bytes) = before {
            std::fs::write(&path, bytes).unwrap();
        }
        Self { _folder: folder, path, drive: Drive::new() }
    }

    fn options(&self) -> OpenOptions {
        let files = Arc::new(OnDrive(self.drive.clone()));
        options().storage(Storage::of_tests(self.drive.name(), files))
    }

    fn open(&self) -> Result<Ledger, Fault> {
        Ok(Ledger::new(self.options().open(&self.path)?, now()))
    }

    /// Copies the log into the file, as a further process may at any time.
    fn checkpoint(&self, mode: &str) -> rusqlite::Result<()> {
        let flags = OpenFlags::default();
        let connection = Connection::open_with_flags_and_vfs(&self.path, flags, self.drive.name())?;
        let query = format!("PRAGMA wal_checkpoint({mode})");
        connection.query_row(&query, [], |_| Ok(()))
    }
}

/// What an act was told: of commits, where they stand and with which roots.
type Told = Result<String, earmark_core::Error>;

/// A script as it went while nothing failed.
struct Recorded {
    before: Option<&'static [u8]>,
    acts: Vec<Act>,
    journal: Journal,
    /// How many steps brought what lay there before.
    began: usize,
    /// When the ledger was open, in steps of the journal.
    opened: usize,
    /// For each act: when it was acknowledged, and what was told.
    told: Vec<(usize, String)>,
    /// All that the ledger says: before the first act, and after each.
    histories: Vec<Vec<String>>,
    counts: Counts,
}

impl Recorded {
    fn of(before: Option<&'static [u8]>, acts: Vec<Act>) -> Self {
        let rig = Rig::new(before);
        let mut ledger = Some(rig.open().unwrap());
        let opened = rig.drive.position();
        let mut histories = vec![answers(ledger.as_ref().unwrap()).unwrap()];
        let mut told = Vec::new();
        for act in &acts {
            let said = act.perform(&rig, &mut ledger).unwrap();
            told.push((rig.drive.position(), said));
            histories.push(answers(ledger.as_ref().unwrap()).unwrap());
        }
        sound(ledger.as_ref().unwrap(), "as recorded");
        drop(ledger);
        let journal = rig.drive.journal();
        let began = if before.is_some() { 4 } else { 0 };
        let counts = counts(before, &acts);
        Self { before, acts, journal, began, opened, told, histories, counts }
    }

    /// How many acts had been acknowledged at a point of the journal.
    fn acknowledged(&self, at: usize) -> usize {
        self.told.iter().filter(|(since, _)| *since <= at).count()
    }

    /// Judges what a crash left: it opens, it is one of the histories allowed, it verifies, and it goes on
    /// to the same end. Gives how many acts were found there.
    fn judge(&self, image: &Image, least: usize, most: usize, what: &str) -> usize {
        let read_first = !what.ends_with('0');
        let place = folder();
        image.write_to(place.path()).unwrap();
        let path = place.path().join(NAME);
        // Mostly a reader comes first; there may be nothing to read yet.
        if read_first && path.exists() {
            let reader = try_read(&path).unwrap_or_else(|fault| panic!("{what}: {fault}"));
            sound(&reader, what);
        }
        let ledger = try_open(&path).unwrap_or_else(|fault| panic!("{what}: {fault}"));
        let reached = self.stands(&ledger, least, most, what);
        self.finish(ledger, what);
        reached
    }

    /// That a ledger is in one of the histories allowed, and sound.
    fn stands(&self, ledger: &Ledger, least: usize, most: usize, what: &str) -> usize {
        sound(ledger, what);
        let said = answers(ledger).unwrap_or_else(|fault| panic!("{what}: {fault}"));
        let most = most.min(self.histories.len() - 1);
        let reached = (least..=most).rev().find(|place| self.histories[*place] == said);
        reached.unwrap_or_else(|| {
            let elsewhere = self.histories.iter().position(|history| *history == said);
            panic!(
                "{what}: acts up to {least} were acknowledged, up to {most} may be there; found: \
                 {elsewhere:?}"
            )
        })
    }

    /// Tries every act again, under its key: each is told the truth, and the end is the same.
    fn finish(&self, ledger: Ledger, what: &str) {
        for (act, (_, told)) in self.acts.iter().zip(&self.told) {
            if let Deed::Record(_) | Deed::Attach = act.deed {
                let again = act.record(&ledger);
                let again = again.unwrap_or_else(|error| panic!("{what}, {}: {error}", act.name));
                assert_eq!(again, *told, "{what}, {}", act.name);
            }
        }
        let end = answers(&ledger).unwrap();
        assert!(Some(&end) == self.histories.last(), "{what}: another end");
        sound(&ledger, what);
    }
}

#[track_caller]
fn sound(ledger: &Ledger, what: &str) {
    let proved = prove(ledger).unwrap_or_else(|fault| panic!("{what}: {fault}"));
    assert!(proved.is_sound(), "{what}: {:?}", proved.findings());
}

/// How often a script reads, writes and syncs, where nobody looks on.
fn counts(before: Option<&[u8]>, acts: &[Act]) -> Counts {
    let rig = Rig::new(before);
    let mut ledger = Some(rig.open().unwrap());
    for act in acts {
        act.perform(&rig, &mut ledger).unwrap();
    }
    rig.drive.counts()
}

/// What a journal does not know: shared memory that a dead process left.
fn with_litter(mut image: Image, random: &mut Random) -> Image {
    if random.below(3) == 0 {
        let shared = beside(Path::new(NAME), "-shm");
        let bytes = (0..32_768).map(|_| random.number() as u8).collect();
        image.put(shared.to_str().unwrap(), bytes);
    }
    image
}
