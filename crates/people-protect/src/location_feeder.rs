//! The two handles of a location stream: one to feed it, one to see how it goes.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::{CalloutView, Clock, ErrorKind, Position};

/// A position and when it was fed, by the clock's [`monotonic`](Clock::monotonic) time.
#[derive(Clone, Copy, PartialEq)]
pub(crate) struct Fix {
    pub(crate) position: Position,
    pub(crate) fed_at: Duration,
}

/// Where a [`LocationStream`](crate::LocationStream) takes its positions from.
///
/// Cloning is cheap, and a clone may be given to any thread. The stream ends when the last clone
/// is dropped, after it has sent the last position.
#[derive(Clone)]
pub struct LocationFeeder {
    fixes: watch::Sender<Option<Fix>>,
    clock: Arc<dyn Clock>,
}

impl LocationFeeder {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> (Self, watch::Receiver<Option<Fix>>) {
        let (fixes, receiver) = watch::channel(None);
        (Self { fixes, clock }, receiver)
    }

    /// Hands over where the customer is now; neither waits nor sends. A position that was not
    /// sent yet is replaced: only the newest counts. Its age counts from here, so feed it when it
    /// is measured, and begin after the stream has.
    ///
    /// `false` if the stream is gone, so that nobody will send it.
    pub fn feed(&self, position: Position) -> bool {
        let fed_at = self.clock.monotonic();
        self.fixes.send(Some(Fix { position, fed_at })).is_ok()
    }

    /// Whether the stream is gone: it has ended or was dropped.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.fixes.is_closed()
    }
}

impl fmt::Debug for LocationFeeder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocationFeeder")
            .field("is_closed", &self.is_closed())
            .finish_non_exhaustive()
    }
}

/// How a location stream is getting on.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LocationStatus {
    pub(crate) callout: Option<CalloutView>,
    pub(crate) sent: u64,
    pub(crate) expired: u64,
    pub(crate) failures: u32,
    pub(crate) failure: Option<ErrorKind>,
}

impl LocationStatus {
    /// The callout as the last answer had it.
    #[must_use]
    pub fn callout(&self) -> Option<&CalloutView> {
        self.callout.as_ref()
    }

    /// How many positions AURA has taken.
    #[must_use]
    pub fn sent(&self) -> u64 {
        self.sent
    }

    /// How many positions were dropped because they could not be sent before they were too old
    /// ([`with_longest_age`](crate::LocationStream::with_longest_age)).
    #[must_use]
    pub fn expired(&self) -> u64 {
        self.expired
    }

    /// How many sendings in a row have failed: above 0, AURA's position of the customer and
    /// [`callout`](Self::callout) may be out of date.
    #[must_use]
    pub fn failures(&self) -> u32 {
        self.failures
    }

    /// Why the last sending failed, if it did.
    #[must_use]
    pub fn failure(&self) -> Option<ErrorKind> {
        self.failure
    }
}

/// Shows how a location stream is getting on, without keeping it alive.
#[derive(Clone)]
pub struct LocationMonitor(watch::Receiver<LocationStatus>);

impl LocationMonitor {
    pub(crate) fn new(receiver: watch::Receiver<LocationStatus>) -> Self {
        Self(receiver)
    }

    /// The status now; after the end, the last one.
    #[must_use]
    pub fn latest(&self) -> LocationStatus {
        self.0.borrow().clone()
    }

    /// Waits for a status this handle has not shown yet; `None` once the stream is gone and has
    /// no further one.
    pub async fn changed(&mut self) -> Option<LocationStatus> {
        self.0.changed().await.ok()?;
        Some(self.0.borrow_and_update().clone())
    }
}

impl fmt::Debug for LocationMonitor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LocationMonitor")
            .field(&self.latest())
            .finish()
    }
}
