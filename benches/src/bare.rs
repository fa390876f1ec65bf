//! The least that a server made with axum can do: it answers each route with bytes that the simulator
//! answered a moment before. It reads no token, no body and no state.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Method, Response, StatusCode};
use axum::routing::{MethodFilter, on};
use serde::{Deserialize, Serialize};

use crate::by_hand::Failed;

/// What was answered on one route.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    /// The method.
    pub method: String,
    /// The path, with `{id}` for what differs from call to call.
    pub route: String,
    /// The status.
    pub status: u16,
    /// What the body is.
    pub media: String,
    /// The body.
    pub body: String,
}

/// The routes.
///
/// # Errors
///
/// If something that was recorded is no HTTP.
pub fn router(recorded: Vec<Recorded>) -> Result<Router, Failed> {
    let mut router = Router::new();
    for one in recorded {
        let method = Method::from_bytes(one.method.as_bytes())?;
        let filter = MethodFilter::try_from(method)?;
        let status = StatusCode::from_u16(one.status)?;
        let media = HeaderValue::from_str(&one.media)?;
        let body = Bytes::from(one.body);
        let answer = async move || {
            let mut response = Response::new(Body::from(body.clone()));
            *response.status_mut() = status;
            response.headers_mut().insert(CONTENT_TYPE, media.clone());
            response
        };
        router = router.route(&one.route, on(filter, answer));
    }
    Ok(router)
}
