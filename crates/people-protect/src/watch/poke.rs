//! Telling a watch that there is news.

use std::sync::Arc;

use tokio::sync::Notify;

/// Makes a [`Watch`](crate::Watch) read now instead of at its next turn; clones do the same.
///
/// For a webhook receiver: AURA asks to use webhooks first and polling as a fallback (R38). A poke
/// is only a hint. The state comes from the read, and without pokes the watch goes on at its pace.
/// Pokes do not read more often than every 5 seconds (R61), nor sooner than a `Retry-After` asks;
/// until then they wait, many as one.
#[derive(Debug, Clone, Default)]
pub struct Poke(Arc<Notify>);

impl Poke {
    /// Reads as soon as allowed. Does nothing once the watch has ended.
    pub fn poke(&self) {
        self.0.notify_one();
    }

    pub(crate) async fn poked(&self) {
        self.0.notified().await;
    }
}
