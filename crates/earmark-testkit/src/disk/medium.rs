//! One file: what of it is safe, and what of it is on its way.

use std::collections::{BTreeMap, BTreeSet};

use super::chance::Chance;

/// What a disk writes whole.
pub(super) const SECTOR: usize = 512;

type Sector = [u8; SECTOR];

/// A file on a disk. Moments are the numbers of steps.
#[derive(Clone, Debug, Default)]
pub(super) struct Medium {
    safe: Vec<u8>,
    now: Vec<u8>,
    /// What each sector that is not safe has been since it was, with the moments.
    pending: BTreeMap<usize, Vec<(usize, Sector)>>,
    lengths: Vec<(usize, usize)>,
    /// Sectors that a failed sync gave up, and that nobody has written since.
    given_up: BTreeSet<usize>,
    length_given_up: bool,
}

/// In which manner a crash treats what is not safe.
#[derive(Clone, Copy, Debug)]
pub(super) enum Manner {
    /// Nothing of it is there.
    Lost,
    /// All of it is there.
    Kept,
    /// All is there that was asked up to a moment, and nothing later.
    Until(usize),
    /// Each unit of so many sectors by itself.
    Each {
        /// How many sectors reach the disk together.
        unit: usize,
        /// What a file grew by, and no write filled.
        garbage: bool,
    },
}

impl Medium {
    pub(super) fn write(&mut self, moment: usize, at: u64, bytes: &[u8]) {
        let at = usize::try_from(at).unwrap();
        let end = at + bytes.len();
        if end > self.now.len() {
            self.resize(moment, end);
        }
        self.now[at..end].copy_from_slice(bytes);
        // A write brings the file's length along, whether or not it changed.
        self.length_given_up = false;
        self.touch(moment, at, end);
    }

    pub(super) fn truncate(&mut self, moment: usize, length: u64) {
        let (before, length) = (self.now.len(), usize::try_from(length).unwrap());
        self.resize(moment, length);
        // What is cut off is zeros when the file grows again.
        self.touch(moment, length, before);
    }

    fn resize(&mut self, moment: usize, length: usize) {
        self.now.resize(length, 0);
        self.lengths.push((moment, length));
        self.length_given_up = false;
    }

    fn touch(&mut self, moment: usize, from: usize, until: usize) {
        if from >= until {
            return;
        }
        for sector in from / SECTOR..until.div_ceil(SECTOR) {
            let bytes = self.sector(sector);
            self.pending.entry(sector).or_default().push((moment, bytes));
            self.given_up.remove(&sector);
        }
    }

    /// A sector as its writer sees it.
    fn sector(&self, sector: usize) -> Sector {
        let mut bytes = [0; SECTOR];
        let start = (sector * SECTOR).min(self.now.len());
        let end = (start + SECTOR).min(self.now.len());
        bytes[..end - start].copy_from_slice(&self.now[start..end]);
        bytes
    }

    pub(super) fn sync(&mut self) {
        if !self.length_given_up {
            self.safe.resize(self.now.len(), 0);
            self.lengths.clear();
        }
        let given_up = std::mem::take(&mut self.given_up);
        let all = std::mem::take(&mut self.pending);
        let (lost, reached): (BTreeMap<_, _>, BTreeMap<_, _>) =
            all.into_iter().partition(|(sector, _)| given_up.contains(sector));
        for sector in reached.into_keys() {
            let start = sector * SECTOR;
            let end = (start + SECTOR).min(self.now.len());
            if start < end {
                if self.safe.len() < end {
                    self.safe.resize(end, 0);
                }
                self.safe[start..end].copy_from_slice(&self.now[start..end]);
            }
        }
        (self.pending, self.given_up) = (lost, given_up);
    }

    pub(super) fn sync_failed(&mut self) {
        self.given_up = self.pending.keys().copied().collect();
        self.length_given_up = !self.lengths.is_empty();
    }

    pub(super) fn as_seen(&self) -> &[u8] {
        &self.now
    }

    /// The bytes after a crash.
    pub(super) fn crash(&self, manner: Manner, chance: &mut Chance) -> Vec<u8> {
        let until = |moment: usize, all: &[(usize, usize)]| {
            let reached = all.iter().rev().find(|(at, _)| *at <= moment);
            reached.map_or(self.safe.len(), |(_, length)| *length)
        };
        let length = match manner {
            Manner::Lost => self.safe.len(),
            Manner::Kept => self.now.len(),
            Manner::Until(moment) => until(moment, &self.lengths),
            Manner::Each { .. } => {
                let mut all = vec![self.safe.len()];
                all.extend(self.lengths.iter().map(|(_, length)| *length));
                // Behind, ahead, or as the last write left it.
                if chance.once_in(2) { self.now.len() } else { chance.pick(&all) }
            }
        };
        let mut bytes = self.safe.clone();
        bytes.resize(length, 0);
        if matches!(manner, Manner::Each { garbage: true, .. }) {
            let grown = bytes.iter_mut().skip(self.safe.len());
            grown.for_each(|byte| *byte = chance.number().to_le_bytes()[0]);
        }
        let unit = if let Manner::Each { unit, .. } = manner { unit } else { 1 };
        let mut cut: Option<(usize, usize)> = None;
        for (sector, versions) in &self.pending {
            let reached = match manner {
                Manner::Lost => None,
                Manner::Kept => versions.last(),
                Manner::Until(moment) => versions.iter().rev().find(|(at, _)| *at <= moment),
                Manner::Each { .. } => {
                    let group = sector / unit;
                    let moment = match cut {
                        Some((of, moment)) if of == group => moment,
                        _ => {
                            let place = chance.below(versions.len() + 1);
                            // Before the first of them: the sector is as it was when it was safe.
                            place.checked_sub(1).map_or(0, |place| versions[place].0)
                        }
                    };
                    cut = Some((group, moment));
                    versions.iter().rev().find(|(at, _)| *at <= moment)
                }
            };
            let Some((_, reached)) = reached else { continue };
            let start = sector * SECTOR;
            let end = (start + SECTOR).min(bytes.len());
            if start >= end {
                continue;
            }
            // A few sectors are torn themselves: the rest of them is as it was before.
            let torn = matches!(manner, Manner::Each { .. }) && chance.once_in(16);
            let whole = if torn { chance.below(SECTOR) } else { SECTOR };
            let written = whole.min(end - start);
            bytes[start..start + written].copy_from_slice(&reached[..written]);
        }
        bytes
    }
}
