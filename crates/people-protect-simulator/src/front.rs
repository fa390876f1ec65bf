//! What every request goes through before it is routed, and every answer on its way out.

use std::future::poll_fn;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::header::{CONNECTION, CONTENT_LENGTH, DATE};
use axum::http::{HeaderMap, HeaderValue, Request, Response};
use hyper::body::{Body as _, Incoming};
use hyper::service::Service as _;
use hyper_util::service::TowerToHyperService;
use jiff::fmt::rfc2822::DateTimePrinter;

use crate::app::App;
use crate::body::{LIMIT, UPLOAD_LIMIT};
use crate::clock::at_most;
use crate::control::state::{LIMIT as STATE_LIMIT, PATH as STATE};
use crate::gate;
use crate::limits::{Limits, URL};
use crate::problem::Problem;
use crate::server::{CSV, respond, router};

/// What is still read of a body that is too large, so that its sender hears the answer: one whose
/// sending fails half-way often does not look for an answer.
const DISCARDED: usize = 16 * LIMIT;

pub(crate) struct Front {
    pub(crate) app: Arc<App>,
    routes: TowerToHyperService<Router>,
    limits: Limits,
    control_from_anywhere: bool,
    /// The second that was written last, and what was written.
    date: Mutex<(i64, HeaderValue)>,
}

impl Front {
    pub(crate) fn new(app: Arc<App>, limits: Limits, control_from_anywhere: bool) -> Self {
        Self {
            routes: TowerToHyperService::new(router(Arc::clone(&app))),
            app,
            limits,
            control_from_anywhere,
            date: Mutex::new((i64::MIN, HeaderValue::from_static(""))),
        }
    }

    pub(crate) async fn answer(&self, request: Request<Incoming>, peer: IpAddr) -> Response<Body> {
        let mut response = self.routed(request, peer).await;
        if let Some(date) = self.date() {
            response.headers_mut().insert(DATE, date);
        }
        response
    }

    async fn routed(&self, request: Request<Incoming>, peer: IpAddr) -> Response<Body> {
        let (parts, incoming) = request.into_parts();
        let (method, uri, headers) = (&parts.method, &parts.uri, &parts.headers);
        if uri
            .path_and_query()
            .is_some_and(|url| url.as_str().len() > URL)
        {
            return self.refuse(method.as_str(), Problem::url_too_long(URL));
        }
        let anywhere = self.control_from_anywhere;
        if let Err(problem) = gate::check(method, uri, parts.version, headers, peer, anywhere) {
            return self.refuse(method.as_str(), problem);
        }
        let body = if incoming.is_end_stream() {
            Bytes::new()
        } else {
            let reading = whole(incoming, headers, limit_of(uri.path()));
            let read = at_most(self.limits.body_read, reading).await;
            match read.unwrap_or_else(|| Err(Problem::too_slow())) {
                Ok(body) => body,
                Err(problem) => return self.refuse(method.as_str(), problem),
            }
        };
        let request = Request::from_parts(parts, Body::from(body));
        match self.routes.call(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        }
    }

    /// Refuses what was not routed. The connection ends with it: what else is on it is not known.
    fn refuse(&self, method: &str, problem: Problem) -> Response<Body> {
        let mut response = respond(self.app.refuse(method, problem));
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(CONNECTION, close);
        response
    }

    /// The simulator's time, so that what a caller reckons from it agrees with tokens.
    fn date(&self) -> Option<HeaderValue> {
        let now = self.app.lock().now();
        let mut written = self.date.lock().unwrap_or_else(PoisonError::into_inner);
        if written.0 != now.as_second() {
            let text = DateTimePrinter::new()
                .timestamp_to_rfc9110_string(&now)
                .ok()?;
            *written = (now.as_second(), HeaderValue::from_str(&text).ok()?);
        }
        Some(written.1.clone())
    }
}

/// The largest body that a path takes.
fn limit_of(path: &str) -> usize {
    match path {
        STATE => STATE_LIMIT,
        path if path.starts_with(CSV) => UPLOAD_LIMIT,
        _ => LIMIT,
    }
}

/// Reads a body to its end.
async fn whole(
    mut incoming: Incoming,
    headers: &HeaderMap,
    limit: usize,
) -> Result<Bytes, Problem> {
    let discarded = limit.max(DISCARDED);
    let announced = headers
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > discarded as u64) {
        return Err(Problem::body_too_large(limit));
    }
    let mut read = 0;
    let mut kept = Vec::new();
    while let Some(frame) = poll_fn(|cx| Pin::new(&mut incoming).poll_frame(cx)).await {
        let frame = frame.map_err(|_| Problem::bad_request("the body did not arrive whole"))?;
        let Ok(data) = frame.into_data() else {
            continue;
        };
        read += data.len();
        if read > discarded {
            break;
        }
        if read <= limit {
            if kept.is_empty() && incoming.is_end_stream() {
                return Ok(data);
            }
            kept.extend_from_slice(&data);
        } else {
            kept = Vec::new();
        }
    }
    if read > limit {
        return Err(Problem::body_too_large(limit));
    }
    Ok(kept.into())
}
