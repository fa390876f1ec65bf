//! What becomes of a call that meets a fault.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use hyper::body::{Frame, SizeHint};

use super::{Due, Fault, When};
use crate::app::App;
use crate::wire::Cut;

/// As many bytes as drip; the rest comes at once.
const DRIPPING: usize = 4096;

const MESSAGE: &str = r#"{"message":"a fault that the simulator was told to show"}"#;

/// Runs a call that meets a fault. It goes on even if its caller hangs up, as behind a gateway:
/// what was only delayed still lands.
pub(crate) async fn run(
    app: Arc<App>,
    due: Due,
    method: String,
    operation: &'static str,
    work: impl FnOnce() -> Response<Body> + Send + 'static,
) -> Response<Body> {
    let ended = app.ended();
    let call = tokio::spawn(through(app, due, method, operation, work));
    tokio::select! {
        done = call => done.unwrap_or_else(|_| cut()),
        // Nobody moves the clock any more.
        () = ended => cut(),
    }
}

async fn through(
    app: Arc<App>,
    Due { id, fault }: Due,
    method: String,
    operation: &'static str,
    work: impl FnOnce() -> Response<Body>,
) -> Response<Body> {
    tracing::info!("fault {id} meets {operation}");
    if !wait(&app, fault.delay_ms).await {
        return cut();
    }
    if fault.reset == Some(When::Before) {
        app.note(&method, operation, 0);
        return cut();
    }
    if let Some(status) = fault.status {
        app.note(&method, operation, status);
        let made = fault.made(status);
        return if wait(&app, fault.delay_after_ms).await {
            made
        } else {
            cut()
        };
    }
    let answer = work();
    if !wait(&app, fault.delay_after_ms).await || fault.reset == Some(When::After) {
        return cut();
    }
    if let Some(status) = fault.status_after {
        return fault.made(status);
    }
    let mut answer = answer;
    fault.type_over(&mut answer);
    if fault.truncate.is_none() && fault.drip_ms.is_none() {
        return answer;
    }
    let (parts, body) = answer.into_parts();
    // An operation's answer is whole already: nothing is waited for, and nothing can fail.
    let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let length = bytes.len();
    let body = if let Some(kept) = fault.truncate {
        let kept = usize::try_from(kept).unwrap_or(usize::MAX);
        Body::new(Broken::new(
            bytes.slice(..kept.min(length.saturating_sub(1))),
        ))
    } else {
        dripping(
            app,
            bytes,
            Duration::from_millis(fault.drip_ms.unwrap_or_default()),
        )
    };
    let mut answer = Response::from_parts(parts, body);
    answer
        .headers_mut()
        .insert(CONTENT_LENGTH, HeaderValue::from(length));
    answer
}

/// Waits, unless the simulator ends before.
async fn wait(app: &App, millis: Option<u64>) -> bool {
    let Some(millis) = millis else {
        return true;
    };
    tokio::select! {
        () = app.pause(Duration::from_millis(millis)) => true,
        () = app.ended() => false,
    }
}

/// No answer: the connection is reset.
fn cut() -> Response<Body> {
    let mut response = Response::default();
    response.extensions_mut().insert(Cut);
    response
}

impl Fault {
    /// The answer that a fault makes up.
    fn made(&self, status: u16) -> Response<Body> {
        let text = self.body.clone().unwrap_or_else(|| MESSAGE.to_owned());
        let mut response = Response::new(Body::from(text));
        // Both were checked when the fault was set.
        *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        for (name, value) in &self.headers {
            if let (Ok(name), Ok(value)) = (
                HeaderName::from_bytes(name.as_bytes()),
                HeaderValue::from_str(value),
            ) {
                headers.insert(name, value);
            }
        }
        self.type_over(&mut response);
        response
    }

    fn type_over(&self, response: &mut Response<Body>) {
        let media = self.content_type.as_deref();
        if let Some(media) = media.and_then(|media| HeaderValue::from_str(media).ok()) {
            response.headers_mut().insert(CONTENT_TYPE, media);
        }
    }
}

/// A body that breaks off. What there is of it is sent before.
struct Broken {
    left: Option<Bytes>,
    sent: bool,
}

impl Broken {
    fn new(part: Bytes) -> Self {
        Self {
            left: Some(part),
            sent: false,
        }
    }
}

impl hyper::body::Body for Broken {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        if let Some(part) = self.left.take()
            && !part.is_empty()
        {
            return Poll::Ready(Some(Ok(Frame::data(part))));
        }
        if !self.sent {
            // Lets the connection send what it has.
            self.sent = true;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(Cut)))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::default()
    }
}

/// A body that comes byte by byte.
fn dripping(app: Arc<App>, bytes: Bytes, pause: Duration) -> Body {
    let (drops, falling) = tokio::sync::mpsc::channel(1);
    tokio::spawn(async move {
        let slow = bytes.len().min(DRIPPING);
        for at in 0..slow {
            let fell = tokio::select! {
                () = app.pause(pause) => true,
                () = drops.closed() => false,
                () = app.ended() => false,
            };
            if !fell || drops.send(bytes.slice(at..=at)).await.is_err() {
                return;
            }
        }
        // A caller that has gone misses nothing.
        let _ = drops.send(bytes.slice(slow..)).await;
    });
    Body::new(Dripping(falling))
}

struct Dripping(tokio::sync::mpsc::Receiver<Bytes>);

impl hyper::body::Body for Dripping {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        self.0
            .poll_recv(cx)
            .map(|part| part.map(|part| Ok(Frame::data(part))))
    }
}
