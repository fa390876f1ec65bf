//! Streams of server-sent events for pages that follow the state.
//!
//! A stream looks at the state when something changed, and says something only when what its page
//! shows changed. It looks a few times a second at most, so that a simulator under load does not
//! spend its time on pages.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, RETRY_AFTER};
use axum::http::{HeaderValue, Response, StatusCode};
use axum::response::IntoResponse as _;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream::unfold;
use tokio::sync::watch;

use crate::app::App;
use crate::clock::at_most;

/// How many streams may be open at once.
pub(crate) const MOST: usize = 256;

/// The least time between two looks at the state.
const PAUSE: Duration = Duration::from_millis(200);

/// How often a stream says that it is still there. A page that hears nothing for longer knows that
/// the connection is gone, and a connection that is gone gives up its place.
const SIGN_OF_LIFE: Duration = Duration::from_secs(10);

/// The open streams of a simulator.
#[derive(Debug)]
pub(crate) struct Streams {
    open: AtomicUsize,
    ended: watch::Sender<bool>,
}

impl Default for Streams {
    fn default() -> Self {
        Self {
            open: AtomicUsize::new(0),
            ended: watch::Sender::new(false),
        }
    }
}

impl Streams {
    /// Ends every stream, now and from now on: an open one would keep the server from ending.
    pub(crate) fn end(&self) {
        self.ended.send_replace(true);
    }
}

/// What a stream found when it looked.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// What the page is to show. It is sent if `key` is not that of what was sent last: what only
    /// the time changes is not in the key, as a page counts the seconds by itself.
    Shown { key: String, view: String },
    /// There is nothing to follow any more.
    Gone,
}

/// One open stream; gives up its place when it is dropped.
struct Following<F> {
    app: Arc<App>,
    look: F,
    changes: watch::Receiver<u64>,
    ended: watch::Receiver<bool>,
    sent: Option<String>,
    over: bool,
}

impl<F> Drop for Following<F> {
    fn drop(&mut self) {
        self.app.streams.open.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Opens a stream of events named `view`; its data is what `look` finds, at once and whenever it
/// changed. One named `gone` is the last.
pub(crate) fn follow<F>(app: &Arc<App>, look: F) -> Response<Body>
where
    F: Fn(&App) -> Look + Send + 'static,
{
    let streams = &app.streams;
    if streams.open.fetch_add(1, Ordering::Relaxed) >= MOST {
        streams.open.fetch_sub(1, Ordering::Relaxed);
        let mut response = Response::new(Body::from("too many pages follow this simulator"));
        *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
        let headers = response.headers_mut();
        headers.insert(RETRY_AFTER, HeaderValue::from_static("10"));
        return response;
    }
    let following = Following {
        app: Arc::clone(app),
        look,
        changes: app.follow(),
        ended: streams.ended.subscribe(),
        sent: None,
        over: false,
    };
    let events = unfold(following, |mut following| async {
        let event = following.next().await?;
        Some((Ok::<_, Infallible>(event), following))
    });
    let mut response = Sse::new(events)
        .keep_alive(KeepAlive::new().interval(SIGN_OF_LIFE).event(alive()))
        .into_response();
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// An event and no comment: a script hears nothing of a comment, and nothing of an event without
/// any data either.
fn alive() -> Event {
    Event::default().event("alive").data("-")
}

impl<F: Fn(&App) -> Look> Following<F> {
    async fn next(&mut self) -> Option<Event> {
        if self.over {
            return None;
        }
        loop {
            if *self.ended.borrow() {
                return None;
            }
            // What changes from here on wakes the stream again.
            self.changes.mark_unchanged();
            match (self.look)(&self.app) {
                Look::Gone => {
                    self.over = true;
                    return Some(Event::default().event("gone").data("-"));
                }
                Look::Shown { key, view } if self.sent.as_ref() != Some(&key) => {
                    self.sent = Some(key);
                    return Some(Event::default().event("view").data(view));
                }
                Look::Shown { .. } => {}
            }
            let (changes, ended) = (&mut self.changes, &mut self.ended);
            tokio::select! {
                _ = changes.changed() => {}
                _ = ended.changed() => return None,
            }
            if at_most(PAUSE, ended.changed()).await.is_some() {
                return None;
            }
        }
    }
}
