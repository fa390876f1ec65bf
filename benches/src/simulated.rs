//! Time that passes when nobody has anything left to do: ten minutes in seconds.

use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use jiff::Timestamp;
use people_protect::{BoxFuture, Clock};

/// The clock; clones share the time. Its sleeps are forgotten when they are dropped, as tokio's are.
#[derive(Debug, Clone, Default)]
pub struct Simulated(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    state: Mutex<State>,
    wake_ups: AtomicU64,
}

#[derive(Debug, Default)]
struct State {
    elapsed: Duration,
    last: u64,
    sleeping: BTreeMap<(Duration, u64), Waker>,
}

impl Simulated {
    /// How long it has run.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.state().elapsed
    }

    /// How often [`counted`](Self::counted) work was woken.
    #[must_use]
    pub fn wake_ups(&self) -> u64 {
        self.0.wake_ups.load(Ordering::Relaxed)
    }

    /// This work, each of its wake-ups counted: everything that runs in simulated time must be.
    pub async fn counted<F: Future>(self, work: impl FnOnce() -> F) -> F::Output {
        // Made here, so that it is not kept twice.
        let mut work = pin!(work());
        poll_fn(|context| {
            self.0.wake_ups.fetch_add(1, Ordering::Relaxed);
            work.as_mut().poll(context)
        })
        .await
    }

    /// Lets time pass. For a runtime of one thread: it comes back to this when nobody else can go on.
    pub async fn pass(&self, time: Duration) {
        let end = self.elapsed() + time;
        loop {
            loop {
                let before = self.wake_ups();
                tokio::task::yield_now().await;
                if self.wake_ups() == before {
                    break;
                }
            }
            if !self.step(end) {
                break;
            }
        }
        self.state().elapsed = end;
    }

    /// Goes to the next moment somebody waits for, if it comes before the end.
    fn step(&self, end: Duration) -> bool {
        let mut state = self.state();
        let Some(due) = state.sleeping.first_key_value().map(|(key, _)| key.0) else {
            return false;
        };
        if due > end {
            return false;
        }
        state.elapsed = due;
        let mut woken = Vec::new();
        while let Some(first) = state.sleeping.first_entry() {
            if first.key().0 > due {
                break;
            }
            woken.push(first.remove());
        }
        drop(state);
        woken.into_iter().for_each(Waker::wake);
        true
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A sleep without a box around it.
    #[must_use]
    pub fn sleeping(&self, duration: Duration) -> Sleep {
        let mut state = self.state();
        state.last += 1;
        Sleep {
            key: (state.elapsed + duration, state.last),
            waits: false,
            clock: self.clone(),
        }
    }
}

impl Clock for Simulated {
    fn now(&self) -> Timestamp {
        let elapsed = self.elapsed();
        Timestamp::UNIX_EPOCH
            .checked_add(elapsed)
            .unwrap_or(Timestamp::MAX)
    }

    fn monotonic(&self) -> Duration {
        self.elapsed()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(self.sleeping(duration))
    }
}

/// Ready when it is time.
#[derive(Debug)]
pub struct Sleep {
    clock: Simulated,
    key: (Duration, u64),
    waits: bool,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let key = self.key;
        {
            let mut state = self.clock.state();
            if state.elapsed < key.0 {
                match state.sleeping.get_mut(&key) {
                    Some(waker) => waker.clone_from(context.waker()),
                    None => drop(state.sleeping.insert(key, context.waker().clone())),
                }
                drop(state);
                self.waits = true;
                return Poll::Pending;
            }
            state.sleeping.remove(&key);
        }
        self.waits = false;
        Poll::Ready(())
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        if self.waits {
            self.clock.state().sleeping.remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn time_passes_in_order_and_no_further_than_told() {
        let clock = Simulated::default();
        let order = Arc::new(Mutex::new(Vec::new()));
        for seconds in [3, 1, 2, 9] {
            let (clock, order) = (clock.clone(), Arc::clone(&order));
            let of = clock.clone();
            tokio::spawn(clock.counted(move || async move {
                let dropped = of.sleeping(Duration::from_secs(1));
                of.sleep(Duration::from_secs(seconds)).await;
                drop(dropped);
                order
                    .lock()
                    .unwrap()
                    .push((seconds, of.elapsed().as_secs()));
            }));
        }
        clock.pass(Duration::from_secs(5)).await;
        assert_eq!(*order.lock().unwrap(), [(1, 1), (2, 2), (3, 3)]);
        assert_eq!(clock.elapsed(), Duration::from_secs(5));
        assert_eq!(clock.wake_ups(), 4 + 3);
        assert_eq!(clock.state().sleeping.len(), 1);
    }
}
