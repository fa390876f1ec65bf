//! Time as a parameter.

use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use jiff::Timestamp;

/// A boxed future, as [`Clock`] returns it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Where the client takes the time from and how it waits.
///
/// Deadlines, token lifetimes, the pace of [`watch`](crate::Callout::watch): everything that
/// depends on time goes through here, so that a test can hold it still. The default is
/// [`SystemClock`].
pub trait Clock: Debug + Send + Sync {
    /// The time of day.
    fn now(&self) -> Timestamp;

    /// The time since some fixed moment, which setting the computer's clock does not move. How
    /// much of a deadline is left, and how long an attempt took, are read from it.
    ///
    /// By default it follows [`now`](Self::now), which is right for a clock that a test moves.
    fn monotonic(&self) -> Duration {
        Duration::try_from(self.now().duration_since(Timestamp::UNIX_EPOCH)).unwrap_or_default()
    }

    /// A future that is ready after `duration`.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;
}

/// The computer's clock, and tokio's timer.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "the crate's one real clock")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    #[allow(clippy::disallowed_methods, reason = "the crate's one real stop watch")]
    fn monotonic(&self) -> Duration {
        static STARTED: OnceLock<Instant> = OnceLock::new();
        STARTED.get_or_init(Instant::now).elapsed()
    }

    #[allow(clippy::disallowed_methods, reason = "the crate's one real timer")]
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}
