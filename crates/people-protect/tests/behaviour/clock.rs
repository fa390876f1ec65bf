//! A clock that stands still until a test moves it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use people_protect::{BoxFuture, Clock};
use tokio::sync::{Notify, oneshot};

/// The clock; clones share the time.
#[derive(Debug, Clone)]
pub(crate) struct ManualClock(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug)]
struct State {
    now: Timestamp,
    /// How far somebody has set the time of day back.
    behind: Duration,
    sleepers: Vec<Sleeper>,
}

#[derive(Debug)]
struct Sleeper {
    length: Duration,
    due: Timestamp,
    wake: oneshot::Sender<()>,
}

impl ManualClock {
    pub(crate) fn at(now: &str) -> Self {
        Self(Arc::new(Inner {
            state: Mutex::new(State {
                now: now.parse().unwrap(),
                behind: Duration::ZERO,
                sleepers: Vec::new(),
            }),
            changed: Notify::new(),
        }))
    }

    /// Lets time pass, waking whoever is due.
    pub(crate) fn advance(&self, by: Duration) {
        let mut state = self.0.state.lock().unwrap();
        state.now = state.now.checked_add(by).unwrap();
        let now = state.now;
        let (due, rest) = std::mem::take(&mut state.sleepers)
            .into_iter()
            .partition(|sleeper| sleeper.due <= now);
        state.sleepers = rest;
        let due: Vec<Sleeper> = due;
        drop(state);
        for sleeper in due {
            let _ = sleeper.wake.send(());
        }
    }

    /// Sets the time of day back; no time passes.
    pub(crate) fn set_back(&self, by: Duration) {
        self.0.state.lock().unwrap().behind += by;
    }

    /// Waits until somebody sleeps for something else than a call's deadline; says for how long.
    pub(crate) async fn next_sleep(&self, deadline: Duration) -> Duration {
        self.next_sleep_but(&[deadline]).await
    }

    /// Waits until somebody sleeps for something else than these; says for how long.
    pub(crate) async fn next_sleep_but(&self, known: &[Duration]) -> Duration {
        loop {
            let changed = self.0.changed.notified();
            {
                let mut state = self.0.state.lock().unwrap();
                // A sleep that was dropped is none.
                state.sleepers.retain(|sleeper| !sleeper.wake.is_closed());
                let found = state
                    .sleepers
                    .iter()
                    .find(|sleeper| !known.contains(&sleeper.length));
                if let Some(sleeper) = found {
                    return sleeper.length;
                }
            }
            changed.await;
        }
    }

    /// The time to the next moment somebody waits for, while no calls are under way but those that
    /// hang: a call is known by the sleep for its deadline.
    pub(crate) fn quiet_for(&self, deadline: Duration, hanging: usize) -> Option<Duration> {
        let mut state = self.0.state.lock().unwrap();
        state.sleepers.retain(|sleeper| !sleeper.wake.is_closed());
        let calls = state.sleepers.iter().filter(|one| one.length == deadline);
        if calls.count() > hanging {
            return None;
        }
        let next = state.sleepers.iter().map(|sleeper| sleeper.due).min()?;
        Some(Duration::try_from(next.duration_since(state.now)).unwrap())
    }

    /// How many sleep for something else than a call's deadline.
    pub(crate) fn sleepers(&self, deadline: Duration) -> usize {
        let mut state = self.0.state.lock().unwrap();
        state.sleepers.retain(|sleeper| !sleeper.wake.is_closed());
        let others = state.sleepers.iter().filter(|one| one.length != deadline);
        others.count()
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        let state = self.0.state.lock().unwrap();
        state.now.checked_sub(state.behind).unwrap()
    }

    fn monotonic(&self) -> Duration {
        let passed = self
            .0
            .state
            .lock()
            .unwrap()
            .now
            .duration_since(Timestamp::UNIX_EPOCH);
        Duration::try_from(passed).unwrap()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let (wake, woken) = oneshot::channel();
        let mut state = self.0.state.lock().unwrap();
        let due = state.now.checked_add(duration).unwrap();
        state.sleepers.push(Sleeper {
            length: duration,
            due,
            wake,
        });
        drop(state);
        self.0.changed.notify_one();
        Box::pin(async move {
            let _ = woken.await;
        })
    }
}
