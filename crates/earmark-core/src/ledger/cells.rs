//! Reading a projection's cells.

use std::ops::ControlFlow;

use super::AnyBook;
use crate::error::{Fault, FaultKind};
use crate::projection::{CellPart, Projection, Snapshot};
use crate::store::Projected;

impl AnyBook {
    /// One cell of a projection; its default value where there is none.
    ///
    /// # Errors
    /// [`Fault`] where the store cannot be read, or the cell does not decode.
    pub fn cell<P: Projection>(&self, key: &P::Key) -> Result<P::Value, Fault> {
        self.projected_to::<P>()?.ok_or_else(|| self.not_kept::<P>())?;
        let mut bytes = Vec::new();
        key.put(&mut bytes);
        match self.ledger.store().cell(self.id, P::NAME, &bytes)? {
            None => Ok(P::Value::default()),
            Some(stored) => P::Value::decode(&stored).ok_or_else(|| self.undecodable::<P>()),
        }
    }

    /// Gives every cell of a projection in the order of their keys.
    ///
    /// # Errors
    /// [`Fault`] where the store cannot be read, or a cell does not decode.
    pub fn each_cell<P: Projection>(
        &self,
        mut each: impl FnMut(P::Key, P::Value),
    ) -> Result<(), Fault> {
        self.projected_to::<P>()?.ok_or_else(|| self.not_kept::<P>())?;
        self.ledger.store().cells(self.id, P::NAME, &[], &mut |key, value| {
            match (P::Key::decode(key), P::Value::decode(value)) {
                (Some(key), Some(value)) => each(key, value),
                _ => return Err(self.undecodable::<P>()),
            }
            Ok(ControlFlow::Continue(()))
        })
    }

    /// Up to which event a projection is kept; none where it is not kept for this book.
    ///
    /// # Errors
    /// [`FaultKind::Projection`] where it is kept in another version; other [`Fault`]s where the store
    /// cannot be read.
    pub fn projected_to<P: Projection>(&self) -> Result<Option<u64>, Fault> {
        let projected = self.ledger.store().projected_to(self.id, P::NAME)?;
        projected.map(|projected| self.same_version::<P>(projected)).transpose()
    }

    fn same_version<P: Projection>(&self, projected: Projected) -> Result<u64, Fault> {
        if projected.version == P::VERSION {
            return Ok(projected.seq);
        }
        Err(Fault::new(
            FaultKind::Projection,
            format!("book {}, projection `{}`", self.id, P::NAME),
            format!(
                "it is kept in version {}, this program has version {}; attach it to rebuild it",
                projected.version,
                P::VERSION
            ),
        ))
    }

    /// All cells of a projection with their fingerprint.
    ///
    /// # Errors
    /// [`FaultKind::Projection`] where it is not kept for this book; other [`Fault`]s where the store
    /// cannot be read.
    pub fn snapshot<P: Projection>(&self) -> Result<Snapshot, Fault> {
        let missing = || self.not_kept::<P>();
        let mut taken = None;
        self.ledger.store().at_one_moment(&mut |store| {
            let projected = store.projected_to(self.id, P::NAME)?.ok_or_else(missing)?;
            let position = self.same_version::<P>(projected)?;
            let mut cells = Vec::new();
            store.cells(self.id, P::NAME, &[], &mut |key, value| {
                cells.push((key.to_vec(), value.to_vec()));
                Ok(ControlFlow::Continue(()))
            })?;
            taken = Some(Snapshot::new(self.id, P::NAME, P::VERSION, position, cells));
            Ok(())
        })?;
        taken.ok_or_else(missing)
    }

    fn not_kept<P: Projection>(&self) -> Fault {
        let at = format!("book {}, projection `{}`", self.id, P::NAME);
        Fault::new(FaultKind::Projection, at, "it is not kept for this book; attach it first")
    }

    pub(super) fn undecodable<P: Projection>(&self) -> Fault {
        Fault::new(
            FaultKind::Projection,
            format!("book {}, projection `{}`", self.id, P::NAME),
            "a stored cell does not decode; rebuild the projection",
        )
    }
}
