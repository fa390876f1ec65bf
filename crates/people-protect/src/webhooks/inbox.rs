//! Answer first, work later.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use http::StatusCode;
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

use super::Delivery;

/// The handler's half of a bounded queue: put a delivery in, answer 200 at once (R47). The worker
/// takes them out of [`Deliveries`].
///
/// The queue is in memory: what waits in it when the process ends is lost, and AURA has been told
/// that it arrived. Keep reading active callouts (R38), or store the delivery before you answer.
///
/// ```
/// use people_protect::webhooks::{Delivery, Inbox};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let (inbox, mut deliveries) = Inbox::new(1000);
/// // In the handler:
/// # let delivery = Delivery::parse(b"{}");
/// let status = match inbox.accept(delivery) {
///     Ok(()) => http::StatusCode::OK,
///     Err(overflow) => overflow.status(),
/// };
/// # drop(inbox);
/// // In the worker:
/// while let Some(delivery) = deliveries.next().await {
///     println!("{delivery:?}");
/// }
/// # }
/// ```
#[derive(Clone)]
pub struct Inbox(mpsc::Sender<Delivery>);

impl Inbox {
    /// A queue for so many deliveries, at least one.
    #[must_use]
    #[allow(clippy::new_ret_no_self, reason = "a queue has two ends")]
    pub fn new(capacity: usize) -> (Inbox, Deliveries) {
        let most = tokio::sync::Semaphore::MAX_PERMITS;
        let (sender, receiver) = mpsc::channel(capacity.clamp(1, most));
        (Inbox(sender), Deliveries(receiver))
    }

    /// Puts a delivery in; never waits.
    ///
    /// # Errors
    ///
    /// [`Overflow`] if the queue is full or nobody works on it any more. It hands the delivery
    /// back: store it, or answer 503 and raise an alarm. Whether AURA sends again after a 503 is
    /// not documented (C49), so never drop it silently.
    pub fn accept(&self, delivery: Delivery) -> Result<(), Overflow> {
        self.0.try_send(delivery).map_err(|error| match error {
            TrySendError::Full(delivery) => Overflow {
                delivery: Box::new(delivery),
                closed: false,
            },
            TrySendError::Closed(delivery) => Overflow {
                delivery: Box::new(delivery),
                closed: true,
            },
        })
    }
}

impl fmt::Debug for Inbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inbox")
            .field("capacity", &self.0.max_capacity())
            .field("free", &self.0.capacity())
            .finish_non_exhaustive()
    }
}

/// The worker's half: a [`Stream`] of deliveries in the order they were put in. It ends when every
/// [`Inbox`] is gone, or after [`close`](Deliveries::close), and only when it is empty.
pub struct Deliveries(mpsc::Receiver<Delivery>);

impl Deliveries {
    /// The next delivery; `None` at the end.
    pub async fn next(&mut self) -> Option<Delivery> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// Lets nothing more in; what waits can still be taken out. For an orderly end.
    pub fn close(&mut self) {
        self.0.close();
    }
}

impl Stream for Deliveries {
    type Item = Delivery;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Delivery>> {
        self.0.poll_recv(context)
    }
}

impl fmt::Debug for Deliveries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deliveries")
            .field("waiting", &self.0.len())
            .finish_non_exhaustive()
    }
}

/// A delivery an [`Inbox`] has no room for. It is not lost yet.
#[derive(Debug)]
#[must_use = "the delivery is lost if nobody takes it"]
pub struct Overflow {
    delivery: Box<Delivery>,
    closed: bool,
}

impl Overflow {
    /// 503.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        StatusCode::SERVICE_UNAVAILABLE
    }

    /// The delivery.
    #[must_use]
    pub fn delivery(&self) -> &Delivery {
        &self.delivery
    }

    /// The delivery, by move.
    #[must_use]
    pub fn into_delivery(self) -> Delivery {
        *self.delivery
    }
}

impl fmt::Display for Overflow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (why, what) = if self.closed {
            (
                "nobody takes deliveries out of the inbox",
                "the worker has ended: start it again",
            )
        } else {
            (
                "the inbox is full",
                "the worker is too slow: give it room or help",
            )
        };
        write!(f, "{why}; {what}, and read the active callouts meanwhile")
    }
}

impl std::error::Error for Overflow {}
