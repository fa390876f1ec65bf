//! What a watch tells of a callout.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::{CalloutView, Error, ErrorKind};

/// Why a watch ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Ended {
    /// The callout was seen closed.
    Closed,
    /// The callout was seen cancelled.
    Cancelled,
    /// The callout is not there, or no more: three reads in a row answered 404 (R63).
    Gone,
    /// It could not be read: for too long, or in a way that does not pass. The callout may well
    /// be active.
    GaveUp,
}

/// A state of a callout, when it was read, and whether it can be relied on still.
///
/// It reads like the [`CalloutView`] it holds: `update.stage()`.
///
/// ```
/// # use people_protect::Update;
/// use jiff::Timestamp;
///
/// fn line(update: &Update, now: Timestamp) -> String {
///     match (update.is_stale(), update.age(now)) {
///         (false, _) => update.stage().to_string(),
///         (true, Some(age)) => format!("{}, as of {} s ago", update.stage(), age.as_secs()),
///         (true, None) => String::from("not known yet"),
///     }
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Update {
    view: Arc<CalloutView>,
    read_at: Option<Timestamp>,
    freshness: Freshness,
}

impl Update {
    pub(crate) fn fresh(view: CalloutView, read_at: Timestamp) -> Self {
        Self {
            // A watch keeps it until the next change.
            view: Arc::new(view.without_spare_room()),
            read_at: Some(read_at),
            freshness: Freshness::Fresh,
        }
    }

    /// The last known state, or an empty one where none is known.
    pub(crate) fn stale(last: Option<&Self>, stale: Stale) -> Self {
        Self {
            view: last.map(|last| Arc::clone(&last.view)).unwrap_or_default(),
            read_at: stale.read_at,
            freshness: Freshness::Stale(stale),
        }
    }

    /// The same state was read again.
    pub(crate) fn confirm(&mut self, read_at: Timestamp) {
        self.read_at = Some(read_at);
        self.freshness = Freshness::Fresh;
    }

    /// The callout. If it was never read, the view is empty and its stage shows as `unknown`.
    #[must_use]
    pub fn view(&self) -> &CalloutView {
        &self.view
    }

    /// The callout, by move.
    #[must_use]
    pub fn into_view(self) -> CalloutView {
        Arc::unwrap_or_clone(self.view)
    }

    /// When the read that brought this state began; absent if the callout was never read.
    #[must_use]
    pub fn read_at(&self) -> Option<Timestamp> {
        self.read_at
    }

    /// How old the state is at most; absent if the callout was never read.
    #[must_use]
    pub fn age(&self, now: Timestamp) -> Option<Duration> {
        let age = now.duration_since(self.read_at?);
        Some(Duration::try_from(age).unwrap_or_default())
    }

    /// Whether it was read just now, or is the last known state because reads fail.
    #[must_use]
    pub fn freshness(&self) -> &Freshness {
        &self.freshness
    }

    /// Whether reads fail, so that the callout may stand differently by now.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        matches!(self.freshness, Freshness::Stale(_))
    }
}

impl Deref for Update {
    type Target = CalloutView;

    fn deref(&self) -> &CalloutView {
        &self.view
    }
}

/// Whether a state can be relied on.
#[derive(Debug, Clone)]
pub enum Freshness {
    /// Read just now.
    Fresh,
    /// The last known state: reads fail.
    Stale(Stale),
}

/// That reads of a callout fail, since when, and why.
#[derive(Debug, Clone)]
pub struct Stale {
    pub(crate) since: Timestamp,
    pub(crate) read_at: Option<Timestamp>,
    pub(crate) error: Arc<Error>,
}

impl Stale {
    /// When the first of the failing reads failed.
    #[must_use]
    pub fn since(&self) -> Timestamp {
        self.since
    }

    /// When the last good read began; absent if there was none.
    #[must_use]
    pub fn read_at(&self) -> Option<Timestamp> {
        self.read_at
    }

    /// What the first of the failing reads failed with.
    #[must_use]
    pub fn error(&self) -> &Error {
        &self.error
    }

    /// The kind of that error.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.error.kind()
    }
}

/// What [`WatchMany`](crate::WatchMany) tells of one of its callouts.
#[derive(Debug)]
#[non_exhaustive]
pub enum WatchEvent {
    /// Read just now: the first state, a change, or readable again after
    /// [`Stale`](WatchEvent::Stale).
    Read(Update),
    /// Reads fail: what came last is the last known state. Told once, until it is readable again.
    Stale(Stale),
    /// The last event of this callout; it is not read any more.
    Ended {
        /// Why.
        reason: Ended,
        /// The last failure, if it ended without the end of the callout having been seen.
        error: Option<Error>,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_that_is_kept_has_no_room_to_spare() {
        let json = r#"{"id":1,"incidentInformation":[{}]}"#;
        let raw: people_protect_api::types::CalloutView = serde_json::from_str(json).unwrap();
        let room = |view: &CalloutView| {
            let incidents = view.raw().incident_information.as_ref().unwrap();
            (incidents.len(), incidents.capacity())
        };
        let update = Update::fresh(raw.into(), Timestamp::UNIX_EPOCH);
        assert_eq!(room(update.view()), (1, 1));
    }
}
