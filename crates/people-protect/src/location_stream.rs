//! Sending where the customer is, for as long as the callout takes it.

use std::fmt;
use std::future::IntoFuture;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::clock::BoxFuture;
use crate::location_feeder::Fix;
use crate::watch::BELIEVED;
use crate::{
    Callout, CalloutView, Error, ErrorKind, LocationFeeder, LocationMonitor, LocationStatus, Pace,
    Position,
};

/// How long the last position is tried once nobody feeds any more.
const PATIENCE: Duration = Duration::from_secs(2 * 60);
/// How old a position that could not be sent may get before it is dropped.
const LONGEST_AGE: Duration = Duration::from_secs(2 * 60);
/// The longest `Retry-After` that is obeyed; a position is not held back for longer.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

impl Callout {
    /// Sends the customer's positions as they come: a feeder to hand them to, and the stream that
    /// sends them when it is awaited (P18).
    ///
    /// ```no_run
    /// # use people_protect::{CalloutId, PeopleProtect, Position};
    /// # async fn example(aura: PeopleProtect, id: CalloutId) -> Result<(), people_protect::Error> {
    /// let (feeder, stream) = aura.callout(id).stream_locations();
    /// std::thread::spawn(move || {
    ///     // Wherever positions come from.
    ///     while let Some(position) = next_fix() {
    ///         if !feeder.feed(position) {
    ///             break;
    ///         }
    ///     }
    /// });
    /// let ended = stream.await?;
    /// println!("over: {}", ended.is_callout_over());
    /// # Ok(())
    /// # }
    /// # fn next_fix() -> Option<Position> { None }
    /// ```
    pub fn stream_locations(&self) -> (LocationFeeder, LocationStream) {
        let clock = Arc::clone(&self.aura().core().clock);
        let (feeder, fixes) = LocationFeeder::new(clock);
        let (status, seen) = watch::channel(LocationStatus::default());
        let stream = LocationStream {
            driver: Driver {
                callout: self.sent_once(),
                pace: Pace::default(),
                patience: PATIENCE,
                longest_age: LONGEST_AGE,
                fixes,
                status,
            },
            seen,
        };
        (feeder, stream)
    }
}

/// Sends the positions it is fed to the callout, until the callout is over.
///
/// - The first position goes at once. Between an answer and the next position it waits for the
///   [`Pace`] (R61), so that there is never more than one request under way.
/// - The newest position wins; those it replaces are not sent.
/// - Without a new position nothing is sent. A position has no time, so one that is sent again
///   would look new: feed it again if you know that the customer is still there, and
///   [watch](Callout::watch) the callout if its state matters while nobody moves.
/// - A sending that fails in a way that passes (no network, 5xx, 429, an answer that cannot be
///   read) is made up for at the next turn with the newest position, as long as somebody feeds.
///   A position that AURA refuses is dropped, and the next one tried.
/// - A position that could not be sent within the longest age, 2 minutes by default, is dropped,
///   since it would arrive as current; the [status](LocationStatus::expired) counts it. Sending
///   goes on with the next one that is fed.
/// - Other refusals (401, 403, 404, ...) are believed when there are three in a row; until then
///   they are made up for, too.
/// - 285 is the end: nothing is sent after it, ever (R33). A status text is not taken for the
///   end, since its wording is not documented publicly.
/// - When the last feeder is dropped, the last position is sent, and the stream ends. If that
///   fails, it is tried again for the patience, 2 minutes by default, or until it is too old.
///
/// It does nothing until it is awaited or [spawned](Self::spawn), and dropping it stops it.
///
/// # Errors
///
/// [`NotFound`](ErrorKind::NotFound) (R63), a refused token, and what else does not pass end the
/// stream, at the third refusal in a row. The callout may well be active: then somebody should know
/// that its position is no longer sent. If the last feeder is gone and the last position did not
/// arrive, it ends with what that failed with.
#[must_use = "a location stream sends nothing until it is awaited"]
pub struct LocationStream {
    driver: Driver,
    seen: watch::Receiver<LocationStatus>,
}

impl LocationStream {
    /// Sends at another pace.
    pub fn with_pace(mut self, pace: Pace) -> Self {
        self.driver.pace = pace;
        self
    }

    /// How long the last position is tried once nobody feeds any more.
    pub fn with_patience(mut self, patience: Duration) -> Self {
        self.driver.patience = patience;
        self
    }

    /// How long after it was fed a position that could not be sent is still tried.
    ///
    /// A position carries no time, so AURA takes one that arrives late for the current one. Every
    /// position that has its turn is tried once, however old. The time is measured with
    /// [`Clock::monotonic`](crate::Clock::monotonic).
    pub fn with_longest_age(mut self, longest_age: Duration) -> Self {
        self.driver.longest_age = longest_age;
        self
    }

    /// A handle that shows how the stream is getting on, such as the latest state of the callout.
    #[must_use]
    pub fn monitor(&self) -> LocationMonitor {
        LocationMonitor::new(self.seen.clone())
    }

    /// Runs it as a task of its own. Aborting the task stops it; dropping the handle does not.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub fn spawn(self) -> JoinHandle<Result<LocationsEnded, Error>> {
        tokio::spawn(self.into_future())
    }
}

impl IntoFuture for LocationStream {
    type Output = Result<LocationsEnded, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.driver.run())
    }
}

impl fmt::Debug for LocationStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocationStream")
            .field("callout", &self.driver.callout.id())
            .field("pace", &self.driver.pace)
            .finish_non_exhaustive()
    }
}

/// How a location stream ended.
#[derive(Debug, Clone, PartialEq)]
pub struct LocationsEnded {
    over: bool,
    status: LocationStatus,
}

impl LocationsEnded {
    /// Whether the callout takes no more positions (285, R33). Otherwise the last feeder was
    /// dropped, and what it fed was sent.
    #[must_use]
    pub fn is_callout_over(&self) -> bool {
        self.over
    }

    /// The callout as the last answer had it: its final state if it is over.
    ///
    /// If a 285 comes without a state, this is the last one known, marked as over; nothing is
    /// read any more.
    #[must_use]
    pub fn callout(&self) -> Option<&CalloutView> {
        self.status.callout()
    }

    /// How many positions AURA has taken.
    #[must_use]
    pub fn sent(&self) -> u64 {
        self.status.sent()
    }
}

/// What sending one position came to.
enum Turn {
    Sent,
    Over,
    /// To be made up for, unless it is a refusal that is said again and again.
    Failed {
        error: Error,
        refusal: bool,
    },
    /// Not this position; another one may do.
    Refused(Error),
    /// Nothing was sent, and nothing will be.
    Permanent(Error),
}

/// A position that has yet to arrive, and what it failed with.
struct Owed {
    fix: Fix,
    error: Error,
}

struct Driver {
    callout: Callout,
    pace: Pace,
    patience: Duration,
    longest_age: Duration,
    fixes: watch::Receiver<Option<Fix>>,
    status: watch::Sender<LocationStatus>,
}

impl Driver {
    async fn run(mut self) -> Result<LocationsEnded, Error> {
        let mut turn: Option<BoxFuture<'static, ()>> = None;
        let mut owed: Option<Owed> = None;
        let mut alone_since: Option<Duration> = None;
        // Why the last position was dropped.
        let mut dropped: Option<Error> = None;
        let mut refusals = 0;
        loop {
            // What was fed last before the last feeder went is new here, and not gone.
            if owed.is_none() && self.fixes.changed().await.is_err() {
                return match dropped {
                    Some(error) => Err(error),
                    None => Ok(self.ended(false)),
                };
            }
            if let Some(turn) = turn.take() {
                turn.await;
            }
            let Some(fix) = *self.fixes.borrow_and_update() else {
                continue;
            };
            if let Some(owed) = owed.take_if(|owed| owed.fix == fix && self.is_too_old(fix)) {
                self.status.send_modify(|status| status.expired += 1);
                dropped = Some(owed.error);
                continue;
            }
            let mut asked = Duration::ZERO;
            (owed, dropped) = match self.send(fix.position).await {
                Turn::Sent => {
                    refusals = 0;
                    (None, None)
                }
                Turn::Over => return Ok(self.ended(true)),
                Turn::Permanent(error) => return Err(error),
                Turn::Refused(error) => {
                    refusals = 0;
                    (None, Some(error))
                }
                Turn::Failed { error, refusal } => {
                    refusals = if refusal { refusals + 1 } else { 0 };
                    if refusals >= BELIEVED || self.is_out_of_patience(&mut alone_since) {
                        return Err(error);
                    }
                    asked = error.retry_after().unwrap_or_default();
                    (Some(Owed { fix, error }), None)
                }
            };
            let core = self.callout.aura().core();
            // One stream has nobody to be spread from, so the pace is kept without chance.
            let pace = self.pace.towards(core.environment.is_loopback()).interval();
            turn = Some(core.clock.sleep(pace.max(asked.min(LONGEST_WAIT))));
        }
    }

    /// Whether a position would arrive too late to pass for a current one.
    fn is_too_old(&self, fix: Fix) -> bool {
        let now = self.callout.aura().core().clock.monotonic();
        now.saturating_sub(fix.fed_at) > self.longest_age
    }

    async fn send(&self, position: Position) -> Turn {
        let error = match self.callout.update_location(position).await {
            Ok(view) => {
                self.status.send_modify(|status| {
                    *status = LocationStatus {
                        callout: Some(view),
                        sent: status.sent + 1,
                        expired: status.expired,
                        ..LocationStatus::default()
                    };
                });
                return Turn::Sent;
            }
            Err(error) => error,
        };
        let kind = error.kind();
        if kind == ErrorKind::CalloutClosed {
            self.status.send_modify(|status| {
                let last = status.callout.take().map(CalloutView::known_closed);
                *status = LocationStatus {
                    callout: self.callout.closed_state(&error).or(last),
                    sent: status.sent,
                    expired: status.expired,
                    ..LocationStatus::default()
                };
            });
            return Turn::Over;
        }
        self.status.send_modify(|status| {
            status.failures = status.failures.saturating_add(1);
            status.failure = Some(kind);
        });
        let refusal = match kind {
            ErrorKind::InvalidRequest | ErrorKind::Conflict => return Turn::Refused(error),
            ErrorKind::Configuration => return Turn::Permanent(error),
            ErrorKind::RateLimited
            | ErrorKind::ServerFailure
            | ErrorKind::Unreachable
            | ErrorKind::TimedOut
            | ErrorKind::UndecodableAnswer => false,
            _ => !error.is_retryable(),
        };
        Turn::Failed { error, refusal }
    }

    /// Whether the last position was tried for long enough since the last feeder went.
    fn is_out_of_patience(&self, alone_since: &mut Option<Duration>) -> bool {
        if !self.is_alone() {
            return false;
        }
        let now = self.callout.aura().core().clock.monotonic();
        let since = *alone_since.get_or_insert(now);
        now.saturating_sub(since) >= self.patience
    }

    /// Whether the last feeder is gone.
    fn is_alone(&self) -> bool {
        self.fixes.has_changed().is_err()
    }

    fn ended(&self, over: bool) -> LocationsEnded {
        LocationsEnded {
            over,
            status: self.status.borrow().clone(),
        }
    }
}
