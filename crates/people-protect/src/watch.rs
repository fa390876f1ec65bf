//! Following a callout to its end.

mod elapsed;
mod handle;
mod many;
mod not_reached;
mod poke;
mod table;
mod track;
mod until;
mod update;

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_core::Stream;

pub use handle::WatchHandle;
pub use many::WatchMany;
pub use not_reached::NotReached;
pub use poke::Poke;
pub(crate) use track::BELIEVED;
pub use update::{Ended, Freshness, Stale, Update, WatchEvent};

use elapsed::{Elapsed, Moment};
use track::{Outcome, Policy, Track};

use crate::clock::BoxFuture;
use crate::{Callout, CalloutView, Error, ErrorKind, Pace, Position};

/// How long failures in a row are borne before a watch gives up.
const PATIENCE: Duration = Duration::from_secs(15 * 60);

/// The changes of a callout, as a stream.
///
/// The first read is at once, the next ones at the [`Pace`]: 8 to 12 seconds apart unless told
/// otherwise (R61). An [`Update`] comes when the callout differs from the one before; the last one
/// is its closed or cancelled state, and [`ended`](Watch::ended) tells which.
///
/// **Failures.** When reads begin to fail, one update says so: the last known state, marked
/// [`Stale`]. When one succeeds again, the next update is fresh, changed or not. Failures that
/// pass (no network, 5xx, 429, no answer in time, a proxy's page) are borne for the patience, 15
/// minutes by default, with longer waits up to 20 seconds. Refusals (401, 403, 404, ...) are
/// believed when there are three in a row. `Retry-After` is obeyed up to a minute. A watch that
/// ends without having seen the end of the callout says so by a last item that is an error.
///
/// **Between the items.** [`last`](Watch::last) tells when the state was confirmed last; to have a
/// read now, because a webhook came, use [`poke`](Watch::poke).
///
/// Dropping a watch stops it; nothing runs in the background, and nothing is read while it is not
/// polled. For many callouts take [`watch_all`](crate::PeopleProtect::watch_all).
///
/// It is a [`Stream`]; [`try_next`](Watch::try_next) reads it without further crates and may be
/// dropped between items without losing one.
#[must_use = "a watch reads nothing until it is polled"]
pub struct Watch {
    callout: Callout,
    position: Option<Position>,
    pace: Pace,
    policy: Policy,
    elapsed: Elapsed,
    track: Track,
    work: Work,
    poke: Poke,
    last: Option<Update>,
    reads: u32,
    ended: Option<Ended>,
}

enum Work {
    /// Nothing yet, or between a wait and a read.
    Idle,
    /// Until it is time (false), or somebody poked (true).
    Waiting(BoxFuture<'static, bool>),
    Reading(BoxFuture<'static, Result<CalloutView, Error>>),
    Over,
}

impl Watch {
    pub(crate) fn new(callout: Callout) -> Self {
        let core = callout.aura().core();
        let pace = Pace::default();
        Self {
            policy: Policy {
                rhythm: pace.towards(core.environment.is_loopback()),
                patience: PATIENCE,
            },
            pace,
            elapsed: Elapsed::new(Arc::clone(&core.clock)),
            track: Track::new(Duration::ZERO),
            work: Work::Idle,
            poke: Poke::default(),
            position: None,
            last: None,
            reads: 0,
            ended: None,
            callout,
        }
    }

    /// Reads at another pace.
    pub fn with_pace(mut self, pace: Pace) -> Self {
        let core = self.callout.aura().core();
        self.policy.rhythm = pace.towards(core.environment.is_loopback());
        self.pace = pace;
        self
    }

    /// How long failures in a row are borne before the watch gives up; three at the least.
    pub fn with_patience(mut self, patience: Duration) -> Self {
        self.policy.patience = patience;
        self
    }

    /// Sends this position with every read, the way AURA documents for polling an active callout.
    ///
    /// Then the end is told by the status 285 (R33), not only by the status text, whose wording
    /// for a closed callout is not documented publicly. If a 285 has no state in it and none can
    /// be read, the last item is the last known state, marked as closed; if there was none, an
    /// empty one.
    ///
    /// **The position does not move.** It has no time, so AURA takes it for new at every read, and
    /// a responder may be led to where the customer was when the watch began. Use it for somebody
    /// who stays there. For somebody who moves, send positions with
    /// [`stream_locations`](Callout::stream_locations), whose end a 285 tells as well, and watch
    /// without a position: beside such a stream, this one would overwrite the true one.
    pub fn with_position(mut self, position: Position) -> Self {
        self.position = Some(position);
        self
    }

    /// The next change; `None` after the end of the callout was seen.
    ///
    /// # Errors
    ///
    /// The watch ended without having seen the end of the callout; see [`Ended`].
    pub async fn try_next(&mut self) -> Result<Option<Update>, Error> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context))
            .await
            .transpose()
    }

    /// A handle that makes this watch read now, for a webhook receiver (R38).
    #[must_use]
    pub fn poke(&self) -> Poke {
        self.poke.clone()
    }

    /// The last known state, with the time it was read last: also while nothing changes, or while
    /// reads fail. Absent until the first read is over.
    #[must_use]
    pub fn last(&self) -> Option<&Update> {
        self.last.as_ref()
    }

    /// Why the watch ended; `None` while it goes on.
    #[must_use]
    pub fn ended(&self) -> Option<Ended> {
        self.ended
    }

    /// How many reads in a row have failed: above 0, the last known state may be out of date.
    #[must_use]
    pub fn failures(&self) -> u32 {
        self.track.failures()
    }

    /// The next wait, or the next read if it is time.
    fn next_work(&mut self) -> Work {
        let now = self.elapsed.now();
        let wait = self.track.due().saturating_sub(now.elapsed);
        if wait.is_zero() {
            self.track.begin(now);
            let callout = self.callout.clone();
            return Work::Reading(match self.position {
                Some(position) => Box::pin(tell(callout, position, self.last.clone())),
                None => Box::pin(async move { callout.get().await }),
            });
        }
        let sleep = self.elapsed.clock().sleep(wait);
        let poke = self.poke.clone();
        Work::Waiting(Box::pin(async move {
            tokio::select! {
                biased;
                () = sleep => false,
                () = poke.poked() => true,
            }
        }))
    }

    /// What a read that is over has to tell, if anything.
    fn outcome(&mut self, result: Result<CalloutView, Error>) -> Option<Result<Update, Error>> {
        let now: Moment = self.elapsed.now();
        let chance = self.callout.aura().core().random.unit();
        self.reads = self.reads.saturating_add(1);
        let outcome = self.track.finish(result, now, &self.policy, chance);
        let read_at = self.track.read_at().unwrap_or(now.time);
        let update = match outcome {
            Outcome::Same => {
                if self.track.failures() == 0
                    && let Some(last) = &mut self.last
                {
                    last.confirm(read_at);
                }
                return None;
            }
            Outcome::Fresh(view) => Update::fresh(*view, read_at),
            Outcome::Stale(stale) => Update::stale(self.last.as_ref(), stale),
            Outcome::Over(ended, view) => {
                self.ended = Some(ended);
                Update::fresh(*view, read_at)
            }
            Outcome::Lost(ended, error) => {
                self.ended = Some(ended);
                return Some(Err(error));
            }
        };
        self.last = Some(update.clone());
        Some(Ok(update))
    }
}

impl Stream for Watch {
    type Item = Result<Update, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            match &mut self.work {
                Work::Over => return Poll::Ready(None),
                Work::Idle => self.work = self.next_work(),
                Work::Waiting(wait) => {
                    let poked = ready!(wait.as_mut().poll(context));
                    if poked {
                        let now = self.elapsed.now();
                        let policy = self.policy;
                        self.track.poke(now, &policy);
                    } else {
                        let due = self.track.due();
                        self.elapsed.reached(due);
                    }
                    self.work = Work::Idle;
                }
                Work::Reading(read) => {
                    let result = ready!(read.as_mut().poll(context));
                    let item = self.outcome(result);
                    self.work = match self.ended {
                        Some(_) => Work::Over,
                        None => Work::Idle,
                    };
                    if item.is_some() {
                        return Poll::Ready(item);
                    }
                }
            }
        }
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch")
            .field("callout", &self.callout.id())
            .field("pace", &self.pace.interval())
            .field("ended", &self.ended)
            .field("failures", &self.failures())
            .field("reads", &self.reads)
            .finish_non_exhaustive()
    }
}

/// Reads a callout by telling its position.
async fn tell(
    callout: Callout,
    position: Position,
    last: Option<Update>,
) -> Result<CalloutView, Error> {
    let error = match callout.update_location(position).await {
        Err(error) if error.kind() == ErrorKind::CalloutClosed => error,
        result => return result,
    };
    if let Some(view) = callout.closed_state(&error) {
        return Ok(view);
    }
    // 285 without a state in it: read the state. The end is certain (R33), so if that fails, the
    // last known state is the final one.
    let state = match callout.get().await {
        Ok(view) => view,
        Err(_) => last.map(Update::into_view).unwrap_or_default(),
    };
    Ok(state.known_closed())
}
