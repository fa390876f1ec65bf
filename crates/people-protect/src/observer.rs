//! Told about every attempt.

use std::fmt::Debug;
use std::time::Duration;

use http::StatusCode;

use crate::{Attempt, Error};

/// Is told about every attempt: for metrics, and for tests that count.
///
/// It sees no request, no answer and no token, and cannot change anything; a
/// [`Middleware`](crate::Middleware) can. Called on the way of the call, so it must not block; if it panics,
/// the call goes on.
///
/// ```
/// use std::time::Duration;
/// use people_protect::{Attempt, Error, Observer};
///
/// #[derive(Debug)]
/// struct Repeats(std::sync::atomic::AtomicU64);
///
/// impl Observer for Repeats {
///     fn will_repeat(&self, _: &Attempt, _: &Error, _: Duration) {
///         self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
///     }
/// }
/// ```
pub trait Observer: Debug + Send + Sync {
    /// A request is about to be sent.
    fn attempt_started(&self, attempt: &Attempt) {
        let _ = attempt;
    }

    /// An answer came, with this status, or none; after this time.
    fn attempt_ended(&self, attempt: &Attempt, status: Option<StatusCode>, took: Duration) {
        let _ = (attempt, status, took);
    }

    /// The call failed and goes out again after this wait.
    fn will_repeat(&self, attempt: &Attempt, error: &Error, wait: Duration) {
        let _ = (attempt, error, wait);
    }
}
