//! Following a callout to its end.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_core::Stream;
use jiff::Timestamp;
use people_protect_api::types;

use crate::clock::BoxFuture;
use crate::{Callout, CalloutView, Error, ErrorKind, Pace, Position, Stage};

/// How long failures in a row are borne before a watch gives up.
const PATIENCE: Duration = Duration::from_secs(15 * 60);
/// The longest `Retry-After` that is obeyed; a callout is not left unread for longer.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Why a watch ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Ended {
    /// The callout was seen closed.
    Closed,
    /// The callout was seen cancelled.
    Cancelled,
    /// The callout is not there, or no more (R63). The stream's last item is the error.
    Gone,
    /// It could not be read: for too long, or in a way that does not pass. The stream's last item
    /// is the error. The callout may well be active.
    GaveUp,
}

/// The changes of a callout, as a stream.
///
/// The first read is at once, the next ones at the [`Pace`]. An item comes when the callout
/// differs from the one before; the last one is its closed or cancelled state. Failures that pass
/// (no network, 5xx, 429, a proxy's page) are borne for the patience, 15 minutes by default; a
/// stream that ends without having seen the end of the callout says so by a last item that is an
/// error. [`ended`](Watch::ended) tells why.
///
/// Dropping a watch stops it; nothing runs in the background.
///
/// It is a [`Stream`]; [`try_next`](Watch::try_next) reads it without further crates.
#[must_use = "a watch reads nothing until it is polled"]
pub struct Watch {
    state: State,
    ended: Option<Ended>,
    failures: u32,
}

enum State {
    Idle(Box<Poller>),
    Busy(BoxFuture<'static, (Box<Poller>, Step)>),
    Over,
}

/// What one round of reading came to: at most one item, and possibly the end.
struct Step {
    item: Option<Result<CalloutView, Error>>,
    ended: Option<Ended>,
}

impl Watch {
    pub(crate) fn new(callout: Callout) -> Self {
        Self {
            state: State::Idle(Box::new(Poller {
                callout,
                pace: Pace::default(),
                patience: PATIENCE,
                position: None,
                previous: None,
                begun: false,
                failing_since: None,
                failures: 0,
                asked_to_wait: None,
            })),
            ended: None,
            failures: 0,
        }
    }

    /// Reads at another pace.
    pub fn with_pace(self, pace: Pace) -> Self {
        self.change(|poller| poller.pace = pace)
    }

    /// How long failures in a row are borne before the watch gives up.
    pub fn with_patience(self, patience: Duration) -> Self {
        self.change(|poller| poller.patience = patience)
    }

    /// Sends this position with every read, the way AURA documents for polling an active callout.
    ///
    /// Then the end is told by the status 285 (R33), not only by the status text, whose wording
    /// for a closed callout is not documented publicly.
    pub fn with_position(self, position: Position) -> Self {
        self.change(|poller| poller.position = Some(position))
    }

    /// The next change; `None` after the end of the callout was seen.
    ///
    /// # Errors
    ///
    /// The watch ended without having seen the end of the callout; see [`Ended`].
    pub async fn try_next(&mut self) -> Result<Option<CalloutView>, Error> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context))
            .await
            .transpose()
    }

    /// Why the watch ended; `None` while it goes on.
    #[must_use]
    pub fn ended(&self) -> Option<Ended> {
        self.ended
    }

    /// How many reads in a row have failed up to the last item: above 0, what was shown last may
    /// be out of date.
    #[must_use]
    pub fn failures(&self) -> u32 {
        self.failures
    }

    fn change(mut self, change: impl FnOnce(&mut Poller)) -> Self {
        // Once begun, a watch keeps its options.
        if let State::Idle(poller) = &mut self.state {
            change(poller);
        }
        self
    }
}

impl Stream for Watch {
    type Item = Result<CalloutView, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            match &mut self.state {
                State::Over => return Poll::Ready(None),
                State::Idle(_) => {
                    if let State::Idle(poller) = std::mem::replace(&mut self.state, State::Over) {
                        self.state = State::Busy(Box::pin(poller.round()));
                    }
                }
                State::Busy(round) => {
                    let (poller, step) = ready!(round.as_mut().poll(context));
                    self.failures = poller.failures;
                    self.ended = step.ended;
                    self.state = match step.ended {
                        Some(_) => State::Over,
                        None => State::Idle(poller),
                    };
                    if let Some(item) = step.item {
                        return Poll::Ready(Some(item));
                    }
                }
            }
        }
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch")
            .field("ended", &self.ended)
            .field("failures", &self.failures)
            .finish_non_exhaustive()
    }
}

struct Poller {
    callout: Callout,
    pace: Pace,
    patience: Duration,
    position: Option<Position>,
    previous: Option<types::CalloutView>,
    begun: bool,
    failing_since: Option<Timestamp>,
    failures: u32,
    asked_to_wait: Option<Duration>,
}

impl Poller {
    /// Waits for the next turn and reads once.
    async fn round(mut self: Box<Self>) -> (Box<Self>, Step) {
        if self.begun {
            self.wait().await;
        }
        self.begun = true;
        let step = match self.read().await {
            Ok(view) => self.seen(view),
            Err(error) => self.failed(error),
        };
        (self, step)
    }

    async fn wait(&mut self) {
        let core = self.callout.aura().core();
        let pace = self.pace.towards(core.environment.is_loopback());
        let asked = self.asked_to_wait.take().unwrap_or_default();
        let wait = core.clock.sleep(pace.max(asked.min(LONGEST_WAIT)));
        wait.await;
    }

    async fn read(&self) -> Result<CalloutView, Error> {
        let Some(position) = self.position else {
            return self.callout.get().await;
        };
        match self.callout.update_location(position).await {
            Err(error) if error.kind() == ErrorKind::CalloutClosed => match error.callout() {
                Some(view) => Ok(view),
                // 285 without a state in it: read the state, but the end is certain.
                None => Ok(self.callout.get().await?.known_closed()),
            },
            other => other,
        }
    }

    fn seen(&mut self, view: CalloutView) -> Step {
        self.failing_since = None;
        self.failures = 0;
        let ended = match view.stage() {
            Stage::Closed => Some(Ended::Closed),
            Stage::Cancelled => Some(Ended::Cancelled),
            _ => None,
        };
        let changed = self.previous.as_ref() != Some(view.raw());
        self.previous = Some(view.raw().clone());
        Step {
            item: (changed || ended.is_some()).then_some(Ok(view)),
            ended,
        }
    }

    fn failed(&mut self, error: Error) -> Step {
        self.failures = self.failures.saturating_add(1);
        self.asked_to_wait = error.retry_after();
        let now = self.callout.aura().core().clock.now();
        let since = *self.failing_since.get_or_insert(now);
        let ended = match error.kind() {
            ErrorKind::NotFound => Some(Ended::Gone),
            ErrorKind::RateLimited
            | ErrorKind::ServerFailure
            | ErrorKind::Unreachable
            | ErrorKind::TimedOut
            | ErrorKind::UndecodableAnswer => {
                let failing = Duration::try_from(now.duration_since(since)).unwrap_or_default();
                (failing >= self.patience).then_some(Ended::GaveUp)
            }
            _ => Some(Ended::GaveUp),
        };
        Step {
            item: ended.map(|_| Err(error)),
            ended,
        }
    }
}
