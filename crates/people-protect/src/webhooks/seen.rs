//! The deliveries of late.

use std::fmt;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use lru::LruCache;

use super::{DedupKey, Delivery};
use crate::{Clock, SystemClock};

/// How many keys are kept unless told otherwise.
const CAPACITY: usize = 10_000;
/// How long a key is kept unless told otherwise. How long repeats can come is not documented.
const WINDOW: Duration = Duration::from_secs(24 * 60 * 60);

/// The keys of late, to tell repeats by (R47). Bounded in number and in time; the oldest go first.
///
/// It knows **this process** only and forgets with it. Where several processes receive, or where
/// handling twice does harm, keep the [`DedupKey`] in a shared store under a unique constraint.
///
/// A key counts as seen before the work on it is done: if the work fails,
/// [`forget`](Seen::forget) it, or a repeat of the delivery is dropped.
///
/// ```
/// use people_protect::webhooks::{Delivery, Seen};
///
/// let seen = Seen::new();
/// let created = Delivery::parse(br#"{"message": "NEW_CALLOUT", "callout": {"id": 992011}}"#);
/// assert!(seen.lets_through(&created));
/// assert!(!seen.lets_through(&created));
/// seen.forget(&created.dedup_key());
/// assert!(seen.lets_through(&created));
/// ```
pub struct Seen {
    keys: Mutex<LruCache<DedupKey, Timestamp>>,
    capacity: usize,
    window: Duration,
    clock: Arc<dyn Clock>,
}

impl Seen {
    /// An empty set: 10,000 keys, 24 hours, the computer's clock.
    #[must_use]
    pub fn new() -> Self {
        Self {
            keys: Mutex::new(LruCache::unbounded()),
            capacity: CAPACITY,
            window: WINDOW,
            clock: Arc::new(SystemClock),
        }
    }

    /// Keeps at most so many keys. Choose more than can come within the window: a key pushed out
    /// is forgotten, and its repeat handled again.
    #[must_use]
    pub fn with_capacity(mut self, keys: NonZeroUsize) -> Self {
        self.capacity = keys.get();
        self
    }

    /// Keeps a key for so long after it was first seen.
    #[must_use]
    pub fn with_window(mut self, window: Duration) -> Self {
        self.window = window;
        self
    }

    /// Takes the time from another clock.
    #[must_use]
    pub fn with_clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Whether to work on this delivery: it [asks for a read](Delivery::asks_for_a_read), which is
    /// due each time (P08), or its key is new within the window.
    #[must_use = "a repeat is to be dropped"]
    pub fn lets_through(&self, delivery: &Delivery) -> bool {
        let first = self.first_time(&delivery.dedup_key());
        first || delivery.asks_for_a_read()
    }

    /// Whether this key is new within the window; from now on it is not. Of many callers at once
    /// with the same key, one is told yes.
    #[must_use = "a repeat is to be dropped"]
    pub fn first_time(&self, key: &DedupKey) -> bool {
        let now = self.clock.now();
        let window = SignedDuration::try_from(self.window).unwrap_or(SignedDuration::MAX);
        let mut keys = self.keys();
        // Keys are never moved up, so the order is that of time.
        while let Some((_, first)) = keys.peek_lru() {
            if now.duration_since(*first) <= window {
                break;
            }
            keys.pop_lru();
        }
        if keys.peek(key).is_some() {
            return false;
        }
        while keys.len() >= self.capacity {
            keys.pop_lru();
        }
        keys.put(key.clone(), now);
        true
    }

    /// Forgets a key, so that a repeat counts as new: for when the work has failed. Says whether
    /// it was there.
    pub fn forget(&self, key: &DedupKey) -> bool {
        self.keys().pop(key).is_some()
    }

    /// How many keys are kept.
    #[must_use]
    pub fn len(&self) -> usize {
        self.keys().len()
    }

    /// Whether none is kept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn keys(&self) -> MutexGuard<'_, LruCache<DedupKey, Timestamp>> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Seen {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seen")
            .field("keys", &self.len())
            .field("capacity", &self.capacity)
            .field("window", &self.window)
            .finish_non_exhaustive()
    }
}
