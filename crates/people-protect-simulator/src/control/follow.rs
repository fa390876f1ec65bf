//! A stream of server-sent events that says that something has changed, for the pages.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, Response};
use axum::response::IntoResponse as _;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::routing::get;
use tokio::sync::{OwnedSemaphorePermit, watch};

use super::routes::Routes;
use crate::app::App;
use crate::clock::at_most;
use crate::problem::Problem;
use crate::server::respond;

/// The least time between two events: a page that follows a load test reads a few times a second,
/// not thousands of times.
const BREATH: Duration = Duration::from_millis(150);

/// How soon a browser is asked to come back.
const RETRY: Duration = Duration::from_secs(1);

pub(super) fn routes() -> Routes {
    Routes::new().route("/_simulator/follow", get(follow))
}

/// The first event comes at once, so that whoever connects again knows to look again.
async fn follow(State(app): State<Arc<App>>) -> Response<Body> {
    let Ok(seat) = Arc::clone(&app.seats).try_acquire_owned() else {
        let problem = Problem::unavailable("too many streams follow the simulator: close a page");
        let mut response = respond(problem.into());
        let headers = response.headers_mut();
        headers.insert(RETRY_AFTER, HeaderValue::from_static("5"));
        return response;
    };
    let follower = Follower {
        changes: app.follow(),
        app,
        first: true,
        _seat: seat,
    };
    let events = futures_util::stream::unfold(follower, |mut follower| async {
        let count = follower.next().await?;
        let event = Event::default()
            .event("change")
            .retry(RETRY)
            .data(count.to_string());
        Some((Ok::<_, Infallible>(event), follower))
    });
    Sse::new(events)
        .keep_alive(KeepAlive::default())
        .into_response()
}

/// One stream. Its seat is free again when it is dropped, which is when the connection ends.
struct Follower {
    app: Arc<App>,
    changes: watch::Receiver<u64>,
    first: bool,
    _seat: OwnedSemaphorePermit,
}

impl Follower {
    /// How many changes there have been, when there are new ones; none when the simulator ends, so
    /// that an open page does not keep the program from ending.
    async fn next(&mut self) -> Option<u64> {
        if self.first {
            self.first = false;
            return Some(*self.changes.borrow_and_update());
        }
        let changes = &mut self.changes;
        let changed = async {
            at_most(BREATH, std::future::pending::<()>()).await;
            changes.changed().await.ok()?;
            Some(*changes.borrow_and_update())
        };
        tokio::select! {
            () = self.app.ended() => None,
            count = changed => count,
        }
    }
}
