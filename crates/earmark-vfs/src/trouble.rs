//! What can go wrong with a disk, by plan.

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A write fails (`SQLITE_IOERR_WRITE`), and nothing of it is there.
    WriteFails,
    /// A write fails when a part of it is there.
    WriteShort,
    /// No room is left (`SQLITE_FULL`).
    DiskFull,
    /// A sync fails (`SQLITE_IOERR_FSYNC`). No later sync makes good what this one was to make good.
    SyncFails,
    /// A sync says that it was done, and does nothing.
    SyncLies,
    /// What is read has one flipped bit; which one follows from this seed.
    ReadFlips(u64),
    /// A read fails (`SQLITE_IOERR_READ`).
    ReadFails,
}

impl Kind {
    pub(crate) const fn is_of_writes(self) -> bool {
        matches!(self, Self::WriteFails | Self::WriteShort | Self::DiskFull)
    }

    pub(crate) const fn is_of_syncs(self) -> bool {
        matches!(self, Self::SyncFails | Self::SyncLies)
    }

    pub(crate) const fn is_of_reads(self) -> bool {
        matches!(self, Self::ReadFlips(_) | Self::ReadFails)
    }
}

/// A plan: what goes wrong, and with which operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// What.
    pub kind: Kind,
    /// With which operation of its kind it begins, counted as [`Counts`] counts: with 0, the first that the
    /// drive ever sees.
    pub first: u64,
    /// With how many operations on end.
    pub times: u64,
}

impl Trouble {
    pub(crate) const fn strikes(&self, number: u64) -> bool {
        number >= self.first && number - self.first < self.times
    }
}

/// How many operations there were, those that went wrong included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Reads.
    pub reads: u64,
    /// Writes.
    pub writes: u64,
    /// Syncs: of files, and of the folder where it is asked for by itself.
    pub syncs: u64,
    /// How many of all these went wrong.
    pub struck: u64,
}
