//! Following many callouts in one stream.

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use futures_core::Stream;
use futures_util::stream::FuturesUnordered;
use jiff::Timestamp;

use super::PATIENCE;
use super::elapsed::Elapsed;
use super::handle::{WatchHandle, lock};
use super::table::{Begun, Table};
use super::track::{Outcome, Policy};
use super::update::{Update, WatchEvent};
use crate::clock::BoxFuture;
use crate::{CalloutId, CalloutView, Clock, Error, Pace, PeopleProtect};

/// How many reads are under way at most.
const CONCURRENCY: usize = 16;

impl PeopleProtect {
    /// Follows many callouts in one stream, thousands if need be. Nothing is sent until callouts
    /// are added and the stream is read.
    ///
    /// ```no_run
    /// use people_protect::{CalloutId, PeopleProtect, WatchEvent};
    ///
    /// # async fn example(aura: PeopleProtect, open: Vec<CalloutId>) {
    /// let mut watch = aura.watch_all();
    /// for id in open {
    ///     watch.add(id);
    /// }
    /// while let Some((id, event)) = watch.next().await {
    ///     match event {
    ///         WatchEvent::Read(update) => println!("{id}: {}", update.stage()),
    ///         WatchEvent::Stale(stale) => println!("{id}: cannot be read since {}", stale.since()),
    ///         WatchEvent::Ended { reason, .. } => println!("{id}: {reason:?}"),
    ///         _ => {}
    ///     }
    /// }
    /// # }
    /// ```
    pub fn watch_all(&self) -> WatchMany {
        // Its own pace is the pace of its repeats (R61).
        WatchMany::new(self.with_retries(crate::Retries::none()))
    }
}

/// The changes of many callouts, as one stream.
///
/// Each callout is watched as a [`Watch`](crate::Watch) would: the same [`Pace`], patience, and
/// ends. The first reads are spread over one interval. What comes of a callout is a
/// [`WatchEvent`]; the last is [`Ended`](WatchEvent::Ended).
///
/// **Load.** One read per callout and interval, at most 16 at once unless
/// [told otherwise](Self::with_concurrency). With reads of 100 ms, 16 places are enough for about
/// 1,500 callouts at the default pace; [`behind`](Self::behind) tells if they are not. Callouts
/// whose reads fail get half of the places at most, so that some that hang cannot stall the
/// others.
///
/// **Cost.** No task and no timer per callout: one sleep in all, and a few hundred bytes of memory
/// per callout, as states are not kept. Whoever shows states keeps the last one of
/// each.
///
/// **Running.** Reads go on only while the stream is polled: hand slow work on an event to another
/// task. Others add, remove and [`poke`](WatchHandle::poke) through a [`handle`](Self::handle).
/// The stream ends when nothing is watched and no handle is left. Dropping it stops everything.
///
/// It is a [`Stream`]; [`next`](Self::next) reads it without further crates and may be dropped
/// between events without losing one.
#[must_use = "a watch reads nothing until it is polled"]
pub struct WatchMany {
    aura: PeopleProtect,
    table: Arc<Mutex<Table>>,
    clock: Arc<dyn Clock>,
    concurrency: usize,
    reading: FuturesUnordered<BoxFuture<'static, (Begun, Result<CalloutView, Error>)>>,
    /// How many of the reads under way are of callouts that fail.
    failing: usize,
    sleep: Option<(Duration, BoxFuture<'static, ()>)>,
    /// Told of one read, but not handed out yet.
    events: VecDeque<(CalloutId, WatchEvent)>,
}

impl WatchMany {
    fn new(aura: PeopleProtect) -> Self {
        let core = aura.core();
        let clock = Arc::clone(&core.clock);
        let policy = Policy {
            rhythm: Pace::default().towards(core.environment.is_loopback()),
            patience: PATIENCE,
        };
        let random = Arc::clone(&core.random);
        let table = Table::new(Elapsed::new(Arc::clone(&clock)), policy, random);
        Self {
            table: Arc::new(Mutex::new(table)),
            clock,
            concurrency: CONCURRENCY,
            reading: FuturesUnordered::new(),
            failing: 0,
            sleep: None,
            events: VecDeque::new(),
            aura,
        }
    }

    /// Reads at another pace.
    pub fn with_pace(self, pace: Pace) -> Self {
        let loopback = self.aura.environment().is_loopback();
        lock(&self.table).policy.rhythm = pace.towards(loopback);
        self
    }

    /// How long failures of a callout in a row are borne before it is given up; three at the
    /// least.
    pub fn with_patience(self, patience: Duration) -> Self {
        lock(&self.table).policy.patience = patience;
        self
    }

    /// How many reads are under way at most; 16 by default, 1 at the least.
    pub fn with_concurrency(mut self, reads: usize) -> Self {
        self.concurrency = reads.max(1);
        self
    }

    /// As [`WatchHandle::add`].
    pub fn add(&self, id: impl Into<CalloutId>) -> bool {
        self.handle().add(id)
    }

    /// As [`WatchHandle::remove`].
    pub fn remove(&self, id: impl Into<CalloutId>) -> bool {
        self.handle().remove(id)
    }

    /// As [`WatchHandle::poke`].
    pub fn poke(&self, id: impl Into<CalloutId>) -> bool {
        self.handle().poke(id)
    }

    /// As [`WatchHandle::read_at`].
    #[must_use]
    pub fn read_at(&self, id: impl Into<CalloutId>) -> Option<Timestamp> {
        lock(&self.table).read_at(id.into())
    }

    /// How many callouts are watched.
    #[must_use]
    pub fn len(&self) -> usize {
        lock(&self.table).len()
    }

    /// Whether no callout is watched.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A handle to steer this watch from elsewhere. While one is left, the stream does not end.
    #[must_use]
    pub fn handle(&self) -> WatchHandle {
        WatchHandle::new(&self.table)
    }

    /// For how long the read that waits longest has been due. More than a few seconds for long:
    /// more [places](Self::with_concurrency) or a slower [`Pace`] are needed, or the stream is not
    /// polled enough.
    #[must_use]
    pub fn behind(&self) -> Duration {
        lock(&self.table).behind()
    }

    /// The next event, with the callout it is of; `None` when nothing is watched and no handle is
    /// left.
    pub async fn next(&mut self) -> Option<(CalloutId, WatchEvent)> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// Begins the reads that are due, as far as there are places.
    fn begin(&mut self, context: &Context<'_>) {
        let mut table = lock(&self.table);
        match &mut table.waker {
            Some(waker) => waker.clone_from(context.waker()),
            none => *none = Some(context.waker().clone()),
        }
        while self.reading.len() < self.concurrency {
            let place = self.failing < (self.concurrency / 2).max(1);
            let Some(begun) = table.begin(place) else {
                break;
            };
            self.failing += usize::from(begun.failing);
            let callout = self.aura.callout(begun.id);
            self.reading
                .push(Box::pin(async move { (begun, callout.get().await) }));
        }
    }

    fn finish(&mut self, begun: Begun, result: Result<CalloutView, Error>) {
        self.failing -= usize::from(begun.failing);
        let Some((outcome, read_at)) = lock(&self.table).finish(begun, result) else {
            return;
        };
        let mut tell = |event| self.events.push_back((begun.id, event));
        let read = |view: Box<CalloutView>| {
            let at = read_at.unwrap_or_else(|| self.clock.now());
            WatchEvent::Read(Update::fresh(*view, at))
        };
        match outcome {
            Outcome::Same => {}
            Outcome::Fresh(view) => tell(read(view)),
            Outcome::Stale(stale) => tell(WatchEvent::Stale(stale)),
            Outcome::Over(reason, view) => {
                tell(read(view));
                tell(WatchEvent::Ended {
                    reason,
                    error: None,
                });
            }
            Outcome::Lost(reason, error) => tell(WatchEvent::Ended {
                reason,
                error: Some(error),
            }),
        }
    }

    /// Waits for the next turn; ready if it has come. One sleep at a time: one that is too early
    /// is slept to its end, one that is too late is replaced.
    fn wait(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let (due, now) = {
            let mut table = lock(&self.table);
            let now = table.elapsed.now().elapsed;
            (table.next_due(), now)
        };
        let Some(due) = due else {
            self.sleep = None;
            return Poll::Pending;
        };
        if self.sleep.as_ref().is_none_or(|(until, _)| due < *until) {
            let sleep = self.clock.sleep(due.saturating_sub(now));
            self.sleep = Some((due, sleep));
        }
        if let Some((until, sleep)) = &mut self.sleep
            && sleep.as_mut().poll(context).is_ready()
        {
            lock(&self.table).elapsed.reached(*until);
            self.sleep = None;
            return Poll::Ready(());
        }
        Poll::Pending
    }
}

impl Stream for WatchMany {
    type Item = (CalloutId, WatchEvent);

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Poll::Ready(Some(event));
            }
            self.begin(context);
            if let Poll::Ready(Some((begun, result))) =
                Pin::new(&mut self.reading).poll_next(context)
            {
                self.finish(begun, result);
                continue;
            }
            let over = {
                let table = lock(&self.table);
                table.len() == 0 && table.handles == 0
            };
            if over {
                // What is still under way is of callouts that were removed.
                self.reading.clear();
                self.failing = 0;
                return Poll::Ready(None);
            }
            // Without a free place, the next read begins when one ends.
            if self.reading.len() < self.concurrency && self.wait(context).is_ready() {
                continue;
            }
            return Poll::Pending;
        }
    }
}

impl fmt::Debug for WatchMany {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WatchMany")
            .field("len", &self.len())
            .field("reading", &self.reading.len())
            .field("concurrency", &self.concurrency)
            .finish_non_exhaustive()
    }
}
