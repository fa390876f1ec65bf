//! A clock on which waits pass at once, and an attempt runs out of time when it is stalled.

use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use jiff::Timestamp;
use people_protect::{BoxFuture, Clock, Random};
use people_protect_simulator::Simulator;
use tokio::sync::Notify;

/// In the proportions of the defaults, and unlike any other wait, so that each can be told by its
/// length.
pub(crate) const DEADLINE: Duration = Duration::from_millis(12_001);
pub(crate) const ATTEMPT: Duration = Duration::from_millis(4_001);

/// The clock; clones share the time. The simulator's clock goes along.
#[derive(Debug, Clone)]
pub(crate) struct SweepClock(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    now: Mutex<Timestamp>,
    stalled: Notify,
    simulator: Weak<Simulator>,
}

impl SweepClock {
    pub(crate) fn new(simulator: &Arc<Simulator>) -> Self {
        Self(Arc::new(Shared {
            now: Mutex::new(simulator.now()),
            stalled: Notify::new(),
            simulator: Arc::downgrade(simulator),
        }))
    }

    /// The attempt under way gets nothing more: its time runs out.
    pub(crate) fn stall(&self) {
        self.0.stalled.notify_one();
    }

    /// Lets time pass, for the simulator too.
    pub(crate) fn pass(&self, time: Duration) {
        let mut now = self.0.now.lock().unwrap();
        *now = now.checked_add(time).unwrap();
        if let Some(simulator) = self.0.simulator.upgrade() {
            simulator.advance(time).unwrap();
        }
    }
}

impl Clock for SweepClock {
    fn now(&self) -> Timestamp {
        *self.0.now.lock().unwrap()
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        if time == DEADLINE {
            return Box::pin(std::future::pending());
        }
        let clock = self.clone();
        if time == ATTEMPT {
            return Box::pin(async move {
                clock.0.stalled.notified().await;
                clock.pass(ATTEMPT);
            });
        }
        self.pass(time);
        Box::pin(std::future::ready(()))
    }
}

/// Draws the middle.
#[derive(Debug)]
pub(crate) struct Middle;

impl Random for Middle {
    fn unit(&self) -> f64 {
        0.5
    }
}
