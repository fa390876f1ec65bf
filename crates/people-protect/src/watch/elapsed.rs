//! How long a watch has run, by a clock that may be set.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::Clock;

/// Two readings of one moment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment {
    /// Since the watch began; never goes back.
    pub(crate) elapsed: Duration,
    /// The time of day, for people.
    pub(crate) time: Timestamp,
}

/// The time since a watch began.
///
/// A computer's time of day is set now and then. Put back by an hour, it must not silence a watch
/// for an hour, so only its steps forward count, and a sleep that is over counts as slept.
pub(crate) struct Elapsed {
    clock: Arc<dyn Clock>,
    last: Timestamp,
    elapsed: Duration,
}

impl Elapsed {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            last: clock.now(),
            elapsed: Duration::ZERO,
            clock,
        }
    }

    pub(crate) fn now(&mut self) -> Moment {
        let time = self.clock.now();
        // Negative steps do not convert.
        let step = Duration::try_from(time.duration_since(self.last)).unwrap_or_default();
        self.last = time;
        self.elapsed = self.elapsed.saturating_add(step);
        Moment {
            elapsed: self.elapsed,
            time,
        }
    }

    /// A sleep until then is over.
    pub(crate) fn reached(&mut self, elapsed: Duration) {
        self.now();
        self.elapsed = self.elapsed.max(elapsed);
    }

    pub(crate) fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }
}

impl fmt::Debug for Elapsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Elapsed").field(&self.elapsed).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::clock::BoxFuture;

    /// Somebody sets it.
    #[derive(Debug, Clone)]
    struct Wall(Arc<Mutex<Timestamp>>);

    impl Clock for Wall {
        fn now(&self) -> Timestamp {
            *self.0.lock().unwrap()
        }

        fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
            Box::pin(std::future::pending())
        }
    }

    #[test]
    fn a_clock_put_back_does_not_stop_the_time_of_a_watch() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let wall = Wall(Arc::new(Mutex::new(at(10_000))));
        let set = |second| *wall.0.lock().unwrap() = at(second);
        let mut elapsed = Elapsed::new(Arc::new(wall.clone()));
        set(10_007);
        assert_eq!(elapsed.now().elapsed, Duration::from_secs(7));
        // Put back by an hour: time stands still for a moment, and goes on from there.
        set(6_407);
        assert_eq!(elapsed.now().elapsed, Duration::from_secs(7));
        assert_eq!(elapsed.now().time, at(6_407));
        set(6_410);
        assert_eq!(elapsed.now().elapsed, Duration::from_secs(10));
        // A sleep that is over was slept, whatever the clock says.
        elapsed.reached(Duration::from_secs(20));
        assert_eq!(elapsed.now().elapsed, Duration::from_secs(20));
        elapsed.reached(Duration::from_secs(15));
        assert_eq!(elapsed.now().elapsed, Duration::from_secs(20));
    }
}
