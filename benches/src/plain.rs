//! A server of one thread that answers the same bytes to the same request always, fit for a thousand
//! connections at once; `canned` has a thread for each.

use std::io;
use std::net::Ipv4Addr;

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::serve::ListenerExt;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method, StatusCode};
use tokio::net::TcpListener;

use crate::canned::{RAISED, TOKEN};

/// No request is longer.
const LONGEST: usize = 64 * 1024;

/// Serves on a free port of this machine for as long as it is polled, and tells its address first.
///
/// # Errors
///
/// If no port can be had.
pub async fn serve(body: Bytes, tell: impl FnOnce(std::net::SocketAddr)) -> io::Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    tell(listener.local_addr()?);
    // As the servers do that such a client meets.
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    axum::serve(listener, Router::new().fallback(answer).with_state(body)).await
}

async fn answer(State(body): State<Bytes>, request: Request) -> Response {
    let (head, sent) = request.into_parts();
    let (status, body) = match &head.method {
        &Method::GET => (StatusCode::OK, body),
        _ => {
            if to_bytes(sent, LONGEST).await.is_err() {
                return StatusCode::BAD_REQUEST.into_response();
            }
            match head.uri.path().ends_with("/oauth/token") {
                true => (StatusCode::OK, Bytes::from_static(TOKEN.as_bytes())),
                false => (StatusCode::CREATED, Bytes::from_static(RAISED.as_bytes())),
            }
        }
    };
    let json = HeaderValue::from_static("application/json");
    (status, [(CONTENT_TYPE, json)], body).into_response()
}
