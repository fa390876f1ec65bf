//! A clock on which waits between attempts pass at once, and deadlines do not.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use people_protect::{BoxFuture, Clock, Random};

use crate::server::DEADLINE;

/// The default time for an attempt.
const ATTEMPT: Duration = Duration::from_secs(10);

/// The clock; clones share the time and the list of waits.
#[derive(Debug, Clone)]
pub(crate) struct HurriedClock(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    now: Timestamp,
    waits: Vec<Duration>,
}

impl HurriedClock {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Mutex::new(State {
            now: "2026-06-10T00:00:00Z".parse().unwrap(),
            waits: Vec::new(),
        })))
    }

    pub(crate) fn advance(&self, by: Duration) {
        let mut state = self.0.lock().unwrap();
        state.now = state.now.checked_add(by).unwrap();
    }

    /// Every wait so far, in milliseconds.
    pub(crate) fn waits(&self) -> Vec<u128> {
        let state = self.0.lock().unwrap();
        state.waits.iter().map(Duration::as_millis).collect()
    }
}

impl Clock for HurriedClock {
    fn now(&self) -> Timestamp {
        self.0.lock().unwrap().now
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        if time == DEADLINE || time == ATTEMPT {
            return Box::pin(std::future::pending());
        }
        self.advance(time);
        self.0.lock().unwrap().waits.push(time);
        Box::pin(std::future::ready(()))
    }
}

/// Always draws the same.
#[derive(Debug)]
pub(crate) struct Fixed(pub(crate) f64);

impl Random for Fixed {
    fn unit(&self) -> f64 {
        self.0
    }
}
