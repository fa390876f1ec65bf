//! The one place of the benchmarks that reads the machine's clock and waits by it.

use std::future::Future;
use std::time::{Duration, Instant};

/// Runs from its start on.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts one.
    #[must_use]
    pub fn start() -> Self {
        Self(now())
    }

    /// How long it has run.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    /// The same in seconds.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        self.elapsed().as_secs_f64()
    }
}

/// The time on the machine's clock, to measure from.
#[allow(
    clippy::disallowed_methods,
    reason = "what is measured here is real time"
)]
#[must_use]
pub fn now() -> Instant {
    Instant::now()
}

/// Waits for so much of real time.
#[allow(
    clippy::disallowed_methods,
    reason = "what is measured here takes real time"
)]
pub async fn pause(wait: Duration) {
    tokio::time::sleep(wait).await;
}

/// Holds the thread while another process gets ready.
#[allow(
    clippy::disallowed_methods,
    reason = "another process is waited for, and it has no clock of ours"
)]
pub fn hold(wait: Duration) {
    std::thread::sleep(wait);
}

/// What `work` comes to; nothing if it takes longer than `limit` of real time.
#[allow(
    clippy::disallowed_methods,
    reason = "a measurement that hangs has to end"
)]
pub async fn at_most<T>(limit: Duration, work: impl Future<Output = T>) -> Option<T> {
    tokio::time::timeout(limit, work).await.ok()
}

/// The processor time this process has used so far, in the system too.
#[cfg(unix)]
#[must_use]
pub fn processor() -> Duration {
    let spent = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    let seconds = u64::try_from(spent.tv_sec).unwrap_or_default();
    Duration::from_secs(seconds)
        + Duration::from_nanos(u64::try_from(spent.tv_nsec).unwrap_or_default())
}

/// The same where no such clock is read: nothing. What costs are measured on has one.
#[cfg(not(unix))]
#[must_use]
pub fn processor() -> Duration {
    Duration::ZERO
}
