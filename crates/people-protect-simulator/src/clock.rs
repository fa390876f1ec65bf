//! Where the simulator takes the time from.

use std::future::Future;
use std::time::Duration;

use jiff::Timestamp;

/// 2026-06-10T08:00:00Z, in the weeks that the documentation's examples are dated.
const MANUAL_START: Timestamp = Timestamp::constant(1_781_078_400, 0);

/// The simulator's clock.
///
/// Either follows the machine's clock or stands still until it is moved. Both can be advanced, by
/// [`Simulator::advance`](crate::Simulator::advance) or `POST /_simulator/clock`.
///
/// ```
/// use people_protect_simulator::Clock;
///
/// assert_eq!(Clock::manual().start().unwrap().to_string(), "2026-06-10T08:00:00Z");
/// assert_eq!(Clock::system().start(), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock(Option<Timestamp>);

impl Clock {
    /// Follows the machine's clock.
    #[must_use]
    pub const fn system() -> Self {
        Self(None)
    }

    /// Stands at 2026-06-10T08:00:00Z until it is advanced, so that a run can be repeated exactly.
    #[must_use]
    pub const fn manual() -> Self {
        Self(Some(MANUAL_START))
    }

    /// Stands at `start` until it is advanced.
    #[must_use]
    pub const fn manual_at(start: Timestamp) -> Self {
        Self(Some(start))
    }

    /// Where a manual clock starts; none for the system's clock.
    #[must_use]
    pub const fn start(&self) -> Option<Timestamp> {
        self.0
    }

    /// The time before anything was advanced.
    pub(crate) fn base(&self) -> Timestamp {
        self.0.unwrap_or_else(machine)
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::system()
    }
}

#[allow(
    clippy::disallowed_methods,
    reason = "the one place that reads the machine's clock"
)]
fn machine() -> Timestamp {
    Timestamp::now()
}

/// Waits for `work` for at most `limit` of real time. For what no test clock can move: a client that
/// sends half a request and no more must neither keep its place for ever nor the program from ending;
/// the machine's clock reaches the next step of a callout in its own time; and a page that follows the
/// state looks at it only so often.
#[allow(
    clippy::disallowed_methods,
    reason = "bounds what real connections and the machine's clock do, which no test clock can move"
)]
pub(crate) async fn at_most<T>(limit: Duration, work: impl Future<Output = T>) -> Option<T> {
    tokio::time::timeout(limit, work).await.ok()
}

/// Waits for so much of real time: for the system's clock, and for what no clock can hurry.
#[allow(
    clippy::disallowed_methods,
    reason = "the one place that waits by the machine's clock"
)]
pub(crate) async fn pause(wait: Duration) {
    tokio::time::sleep(wait).await;
}

#[cfg(test)]
mod tests {
    use super::Clock;

    #[test]
    fn a_manual_clock_stands_still() {
        let clock = Clock::manual();
        assert_eq!(clock.base(), clock.base());
    }

    #[test]
    fn the_default_follows_the_machine() {
        assert_eq!(Clock::default(), Clock::system());
        assert!(Clock::system().base() <= Clock::system().base());
    }
}
