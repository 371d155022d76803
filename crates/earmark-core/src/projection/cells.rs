use std::collections::HashMap;
use std::hash::Hash;

use super::CellPart;
use crate::error::{Fault, FaultKind};

/// The cells of a projection in one book, as `apply` sees them.
pub struct Cells<'a, K, V> {
    pub(super) held: &'a mut HashMap<K, Slot<V>, Hasher>,
    pub(super) read: &'a ReadCell<'a>,
    pub(super) fault: &'a mut Option<Fault>,
}

/// Reads the stored value of a cell by the stored form of its key.
pub(super) type ReadCell<'a> = dyn Fn(&[u8]) -> Result<Option<Vec<u8>>, Fault> + 'a;

pub(super) struct Slot<V> {
    pub(super) value: V,
    pub(super) dirty: bool,
}

/// Keys come from events and not from an adversary's choice of table slots, but a fixed seed would
/// let one choose parties that collide; the standard hasher is seeded at random.
pub(super) type Hasher = std::hash::RandomState;

impl<K: CellPart + Ord + Hash, V: CellPart + Default + PartialEq> Cells<'_, K, V> {
    /// Changes the value under a key; a key that has none starts from the default value.
    pub fn update(&mut self, key: K, change: impl FnOnce(&mut V)) {
        if let Some(slot) = self.held.get_mut(&key) {
            change(&mut slot.value);
            slot.dirty = true;
            return;
        }
        let mut value = self.stored(&key);
        change(&mut value);
        self.held.insert(key, Slot { value, dirty: true });
    }

    /// The value under a key; the default value where there is none.
    #[must_use]
    pub fn value(&mut self, key: &K) -> V {
        match self.held.get(key) {
            Some(slot) => slot.value.clone(),
            None => self.stored(key),
        }
    }

    fn stored(&mut self, key: &K) -> V {
        let mut bytes = Vec::new();
        key.put(&mut bytes);
        match (self.read)(&bytes) {
            Ok(None) => V::default(),
            Ok(Some(stored)) => V::decode(&stored).unwrap_or_else(|| {
                self.fault.get_or_insert_with(|| {
                    Fault::new(
                        FaultKind::Projection,
                        "projection",
                        "a stored cell does not decode; rebuild the projection",
                    )
                });
                V::default()
            }),
            Err(fault) => {
                self.fault.get_or_insert(fault);
                V::default()
            }
        }
    }
}

impl<K, V> std::fmt::Debug for Cells<'_, K, V> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Cells({} held)", self.held.len())
    }
}
