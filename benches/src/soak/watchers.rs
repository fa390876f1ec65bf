//! Many callouts in one watch: a task reads it, stories wait for the ends.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use people_protect::{CalloutId, Ended, PeopleProtect, WatchEvent, WatchHandle};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A machine that stands still for a moment is no reason to give up: two hours of the run's time are
/// two minutes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(7200);

type Waiting = Mutex<HashMap<CalloutId, oneshot::Sender<Ended>>>;

/// The watch of one customer source.
#[derive(Debug)]
pub(crate) struct Watchers {
    handle: WatchHandle,
    waiting: Arc<Waiting>,
}

impl Watchers {
    /// Begins to read. The task ends when the watchers are gone.
    pub(crate) fn start(aura: &PeopleProtect) -> (Arc<Self>, JoinHandle<()>) {
        let mut watch = aura
            .watch_all()
            .with_patience(PATIENCE)
            .with_concurrency(64);
        let waiting = Arc::<Waiting>::default();
        let watchers = Self {
            handle: watch.handle(),
            waiting: Arc::clone(&waiting),
        };
        let reading = tokio::spawn(async move {
            while let Some((callout, event)) = watch.next().await {
                if let WatchEvent::Ended { reason, .. } = event
                    && let Some(waits) = lock(&waiting).remove(&callout)
                {
                    // A story that waits no longer has said why.
                    let _ = waits.send(reason);
                }
            }
        });
        (Arc::new(watchers), reading)
    }

    /// Watches a callout; what comes is how it ended.
    pub(crate) fn follow(&self, callout: CalloutId) -> oneshot::Receiver<Ended> {
        let (sender, receiver) = oneshot::channel();
        lock(&self.waiting).insert(callout, sender);
        self.handle.add(callout);
        receiver
    }

    /// Watches it no more.
    pub(crate) fn leave(&self, callout: CalloutId) {
        lock(&self.waiting).remove(&callout);
        self.handle.remove(callout);
    }

    /// A delivery told of it (R38).
    pub(crate) fn poke(&self, callout: CalloutId) {
        self.handle.poke(callout);
    }
}

fn lock(waiting: &Waiting) -> MutexGuard<'_, HashMap<CalloutId, oneshot::Sender<Ended>>> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner)
}
