//! Which connections are in use, so that an idle one can make room.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use tokio::sync::Notify;

/// The marks of a seat that is in use, and of one that has been asked to leave.
const BUSY: u64 = 0;
const ASKED: u64 = u64::MAX;

/// All connections that are open.
#[derive(Default)]
pub(crate) struct Seats {
    taken: Vec<Arc<Seat>>,
    row: Arc<Row>,
}

/// What the seats have in common.
#[derive(Default)]
struct Row {
    /// Counts how often a connection fell idle: whoever did so first has the lowest number.
    turns: AtomicU64,
    /// Wakes whoever waits for an idle one.
    idle: Notify,
}

/// One connection.
pub(crate) struct Seat {
    /// [`BUSY`], [`ASKED`], or since which turn nothing has been asked on it.
    since: AtomicU64,
    /// Whether a request ever came whole.
    used: AtomicBool,
    leave: Notify,
    row: Arc<Row>,
}

impl Seats {
    /// A seat for a new connection, idle until its first request is there.
    pub(crate) fn take(&mut self) -> Arc<Seat> {
        self.taken.retain(|seat| Arc::strong_count(seat) > 1);
        let seat = Arc::new(Seat {
            since: AtomicU64::new(BUSY),
            used: AtomicBool::new(false),
            leave: Notify::new(),
            row: Arc::clone(&self.row),
        });
        seat.rest();
        self.taken.push(Arc::clone(&seat));
        seat
    }

    /// Asks the one that has been idle longest to leave, if any is idle and none is leaving.
    pub(crate) fn make_room(&self) {
        let leaves = |seat: &&Arc<Seat>| {
            seat.since.load(Ordering::Acquire) == ASKED && Arc::strong_count(seat) > 1
        };
        if self.taken.iter().any(|seat| leaves(&seat)) {
            return;
        }
        let idle = self.taken.iter().filter_map(|seat| {
            let since = seat.since.load(Ordering::Acquire);
            let still_there = Arc::strong_count(seat) > 1;
            (still_there && since != BUSY && since != ASKED).then_some((since, seat))
        });
        if let Some((since, seat)) = idle.min_by_key(|(since, _)| *since)
            && seat
                .since
                .compare_exchange(since, ASKED, Ordering::AcqRel, Ordering::Acquire)
                .is_ok()
        {
            seat.leave.notify_one();
        }
    }

    /// Comes back when a connection has fallen idle.
    pub(crate) fn idle(&self) -> impl Future<Output = ()> + use<> {
        let row = Arc::clone(&self.row);
        async move { row.idle.notified().await }
    }
}

impl Seat {
    fn rest(&self) {
        let turn = self.row.turns.fetch_add(1, Ordering::AcqRel) + 1;
        self.since.store(turn, Ordering::Release);
        self.row.idle.notify_one();
    }

    /// In use until what is returned is dropped.
    pub(crate) fn busy(self: &Arc<Self>) -> Busy {
        self.used.store(true, Ordering::Release);
        self.since.store(BUSY, Ordering::Release);
        Busy(Arc::clone(self))
    }

    /// Whether a request ever came whole.
    pub(crate) fn is_used(&self) -> bool {
        self.used.load(Ordering::Acquire)
    }

    /// Whether a request is under way.
    pub(crate) fn is_busy(&self) -> bool {
        self.since.load(Ordering::Acquire) == BUSY
    }

    /// Comes back when somebody else needs the place.
    pub(crate) async fn asked_to_leave(&self) {
        self.leave.notified().await;
    }
}

/// A request that is under way.
pub(crate) struct Busy(Arc<Seat>);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.rest();
    }
}

/// The body of an answer, which keeps its connection in use until it is sent.
pub(crate) struct Watched {
    body: Body,
    _busy: Busy,
}

impl Watched {
    pub(crate) fn new(body: Body, busy: Busy) -> Self {
        Self { body, _busy: busy }
    }
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use futures_util::FutureExt as _;

    use super::Seats;

    #[test]
    fn the_longest_idle_leaves_first_and_whoever_is_in_use_stays() {
        let mut seats = Seats::default();
        let (first, second, third) = (seats.take(), seats.take(), seats.take());
        let busy = first.busy();
        seats.make_room();
        assert!(second.asked_to_leave().now_or_never().is_some());
        drop(busy);
        seats.make_room();
        assert!(
            third.asked_to_leave().now_or_never().is_none(),
            "one at a time"
        );
        drop(second);
        seats.make_room();
        assert!(third.asked_to_leave().now_or_never().is_some());
        drop(third);
        assert!(first.asked_to_leave().now_or_never().is_none());
        seats.make_room();
        assert!(first.asked_to_leave().now_or_never().is_some());
    }

    #[test]
    fn a_connection_that_has_ended_is_not_asked() {
        let mut seats = Seats::default();
        let (first, second) = (seats.take(), seats.take());
        let gone = Arc::downgrade(&first);
        drop(first);
        seats.make_room();
        assert!(second.asked_to_leave().now_or_never().is_some());
        seats.take();
        assert!(gone.upgrade().is_none(), "and is forgotten");
    }
}
