//! Adding to, removing from and hurrying a running watch.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use super::table::Table;
use crate::CalloutId;

/// Steers a [`WatchMany`](crate::WatchMany) from elsewhere while one task reads its stream: from
/// where callouts are raised, or from a webhook receiver. Clones steer the same one.
///
/// While a handle is left, the stream does not end.
pub struct WatchHandle(Arc<Mutex<Table>>);

impl WatchHandle {
    pub(crate) fn new(table: &Arc<Mutex<Table>>) -> Self {
        lock(table).handles += 1;
        Self(Arc::clone(table))
    }

    /// Watches this callout, too. The first read is within one interval of the
    /// [`Pace`](crate::Pace), by chance; [`poke`](Self::poke) makes it at once.
    ///
    /// False if it is watched already; then nothing changes.
    pub fn add(&self, id: impl Into<CalloutId>) -> bool {
        self.change(|table| table.add(id.into()))
    }

    /// Watches this callout no more; no event tells so. False if it was not watched.
    pub fn remove(&self, id: impl Into<CalloutId>) -> bool {
        self.change(|table| table.remove(id.into()))
    }

    /// Reads this callout now instead of at its next turn, because a webhook told of it (R38).
    ///
    /// Not within 5 seconds after the read before (R61), nor sooner than a `Retry-After` asks:
    /// then as soon as that is over, once for many pokes. False if it is not watched.
    pub fn poke(&self, id: impl Into<CalloutId>) -> bool {
        self.change(|table| table.poke(id.into()))
    }

    /// Whether this callout is watched.
    #[must_use]
    pub fn contains(&self, id: impl Into<CalloutId>) -> bool {
        lock(&self.0).contains(id.into())
    }

    /// When the last good read of this callout began: how old its state is, also while nothing
    /// changes. Absent if it is not watched or was never read.
    #[must_use]
    pub fn read_at(&self, id: impl Into<CalloutId>) -> Option<Timestamp> {
        lock(&self.0).read_at(id.into())
    }

    /// How many callouts are watched.
    #[must_use]
    pub fn len(&self) -> usize {
        lock(&self.0).len()
    }

    /// Whether no callout is watched.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn change(&self, change: impl FnOnce(&mut Table) -> bool) -> bool {
        let mut table = lock(&self.0);
        let changed = change(&mut table);
        let waker = table.waker.take();
        drop(table);
        if let Some(waker) = waker {
            waker.wake();
        }
        changed
    }
}

impl Clone for WatchHandle {
    fn clone(&self) -> Self {
        Self::new(&self.0)
    }
}

impl Drop for WatchHandle {
    fn drop(&mut self) {
        // The stream may have waited for this handle only.
        self.change(|table| {
            table.handles -= 1;
            true
        });
    }
}

impl fmt::Debug for WatchHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WatchHandle")
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}

pub(crate) fn lock(table: &Mutex<Table>) -> MutexGuard<'_, Table> {
    table.lock().unwrap_or_else(PoisonError::into_inner)
}
