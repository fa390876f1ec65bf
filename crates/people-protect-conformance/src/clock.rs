//! The one place that waits and that asks the machine for the time.

use std::future::Future;
use std::time::Duration;

/// Waits for real: a server that is not ours has its own clock.
#[allow(
    clippy::disallowed_methods,
    reason = "the server under judgement is waited for here only"
)]
pub(crate) async fn wait(time: Duration) {
    tokio::time::sleep(time).await;
}

/// What comes of it within that time, if anything does.
#[allow(
    clippy::disallowed_methods,
    reason = "the server under judgement is waited for here only"
)]
pub(crate) async fn within<T>(time: Duration, what: impl Future<Output = T>) -> Option<T> {
    tokio::time::timeout(time, what).await.ok()
}
