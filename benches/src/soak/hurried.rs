//! Time that passes faster than the machine's, for the client and for the server alike.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use people_protect::{BoxFuture, Clock};

use crate::stopwatch::{now, pause};

/// How many times faster: a poll each ten seconds (R61) is one each sixth of a second, a token lives
/// a minute.
pub(crate) const FASTER: u32 = 60;

/// So much of the run's time in real time.
pub(crate) fn real(time: Duration) -> Duration {
    time / FASTER
}

/// The client's clock: it began with the server's and keeps its speed.
#[derive(Debug, Clone)]
pub(crate) struct HurriedClock {
    began: Instant,
    at: Timestamp,
}

impl HurriedClock {
    /// It is `at` now.
    pub(crate) fn new(at: Timestamp) -> Self {
        Self { began: now(), at }
    }

    /// How much of the run's time has passed.
    pub(crate) fn passed(&self) -> Duration {
        self.began.elapsed() * FASTER
    }
}

impl Clock for HurriedClock {
    fn now(&self) -> Timestamp {
        let passed = SignedDuration::try_from(self.passed()).unwrap_or(SignedDuration::MAX);
        self.at.saturating_add(passed).unwrap_or(Timestamp::MAX)
    }

    fn monotonic(&self) -> Duration {
        self.passed()
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        Box::pin(pause(real(time)))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jiff::Timestamp;
    use people_protect::Clock as _;

    use super::{FASTER, HurriedClock};
    use crate::stopwatch::now;

    #[tokio::test]
    async fn a_minute_passes_in_a_second() {
        let (clock, began) = (HurriedClock::new(Timestamp::UNIX_EPOCH), now());
        clock.sleep(Duration::from_secs(6)).await;
        assert!(clock.passed() >= Duration::from_secs(6));
        assert!(clock.now() >= Timestamp::from_second(6).unwrap());
        assert!(clock.monotonic() <= began.elapsed() * FASTER + Duration::from_millis(1));
    }
}
