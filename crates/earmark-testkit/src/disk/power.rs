//! The disk itself, and what a power failure leaves of it.

use std::collections::BTreeMap;

use super::chance::Chance;
use super::image::Image;
use super::journal::{FileId, Step};
use super::medium::{Manner, Medium};

/// A disk with one folder, as it is after the steps that it took.
#[derive(Clone, Debug, Default)]
pub struct Disk {
    files: BTreeMap<FileId, Medium>,
    entries: BTreeMap<String, FileId>,
    /// Changes of the entries that are not safe, with their moments.
    pending: Vec<(usize, Step)>,
    /// The number of the step taken last; the first is 1.
    moment: usize,
}

impl Disk {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next step of a journal.
    pub fn take(&mut self, step: &Step) {
        self.moment += 1;
        let moment = self.moment;
        match step {
            Step::Create { file, .. } => {
                self.files.entry(*file).or_default();
                self.pending.push((moment, step.clone()));
            }
            Step::Delete { .. } | Step::Rename { .. } => self.pending.push((moment, step.clone())),
            Step::Write { file, at, bytes } => self.medium(*file).write(moment, *at, bytes),
            Step::Truncate { file, length } => self.medium(*file).truncate(moment, *length),
            Step::Sync { file } => self.medium(*file).sync(),
            Step::SyncFailed { file } => self.medium(*file).sync_failed(),
            Step::SyncFolder => {
                for (moment, step) in std::mem::take(&mut self.pending) {
                    let moved = self.moved_by(moment, &step);
                    enter(&mut self.entries, moved, &step);
                }
            }
        }
    }

    fn medium(&mut self, file: FileId) -> &mut Medium {
        self.files.entry(file).or_default()
    }

    /// Which file a renaming moves, whether or not the earlier changes of its entry reached the disk.
    fn moved_by(&self, moment: usize, step: &Step) -> Option<FileId> {
        let Step::Rename { from, .. } = step else { return None };
        let mut now = self.entries.clone();
        for (_, earlier) in self.pending.iter().take_while(|(at, _)| *at < moment) {
            let moved = match earlier {
                Step::Rename { from, .. } => now.get(from).copied(),
                _ => None,
            };
            enter(&mut now, moved, earlier);
        }
        now.get(from).copied()
    }

    /// What a process sees on it now, whatever of it is safe.
    #[must_use]
    pub fn as_seen(&self) -> Image {
        let mut entries = self.entries.clone();
        for (moment, step) in &self.pending {
            enter(&mut entries, self.moved_by(*moment, step), step);
        }
        let bytes = |file: &FileId| self.files[file].as_seen().to_vec();
        Image::of(entries.iter().map(|(name, file)| (name.clone(), bytes(file))).collect())
    }

    /// What may lie on it when the power fails now. The same seed gives the same image.
    #[must_use]
    pub fn crash(&self, seed: u64) -> Image {
        let mut chance = Chance::new(seed);
        let manner = match chance.below(8) {
            0 => Manner::Lost,
            1 => Manner::Kept,
            2 | 3 => Manner::Until(chance.below(self.moment + 1)),
            _ => Manner::Each { unit: chance.pick(&[1, 1, 8]), garbage: chance.once_in(2) },
        };
        let mut entries = self.entries.clone();
        // Most file systems keep the order of these changes; none has to.
        let in_order = chance.once_in(2);
        let enough = chance.below(self.pending.len() + 1);
        for (place, (moment, step)) in self.pending.iter().enumerate() {
            let reached = match manner {
                Manner::Lost => false,
                Manner::Kept => true,
                Manner::Until(until) => *moment <= until,
                Manner::Each { .. } if in_order => place < enough,
                Manner::Each { .. } => chance.once_in(2),
            };
            if reached {
                enter(&mut entries, self.moved_by(*moment, step), step);
            }
        }
        let bytes = |file: &FileId, chance: &mut Chance| self.files[file].crash(manner, chance);
        let files = entries.iter().map(|(name, file)| (name.clone(), bytes(file, &mut chance)));
        Image::of(files.collect())
    }
}

/// Makes a change to the entries of the folder.
fn enter(entries: &mut BTreeMap<String, FileId>, moved: Option<FileId>, step: &Step) {
    match step {
        Step::Create { name, file } => {
            entries.insert(name.clone(), *file);
        }
        Step::Delete { name } => {
            entries.remove(name);
        }
        Step::Rename { from, to } => {
            if let Some(file) = moved {
                // Only where the name still is this file's: another may have got it meanwhile.
                if entries.get(from) == Some(&file) {
                    entries.remove(from);
                }
                entries.insert(to.clone(), file);
            }
        }
        _ => {}
    }
}
