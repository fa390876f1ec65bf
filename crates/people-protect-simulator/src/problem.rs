//! A refusal, as an API caller sees it.

use axum::http::StatusCode;

/// A status and the text for people that goes with it (R55: documented earlier for all errors).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) status: StatusCode,
    pub(crate) message: String,
}

impl Problem {
    fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
        }
    }

    /// 400: the request is malformed, or asks for what cannot be.
    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// 401: no token, a bad one, or one whose scope does not reach here (R02, R06, R09, R57).
    pub(crate) fn unauthorised(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, message)
    }

    /// 403: no active subscription (R26, C06).
    pub(crate) fn forbidden(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, message)
    }

    /// 404: absent, or another source's (R16).
    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, message)
    }

    /// 405: the route exists, the method does not.
    pub(crate) fn wrong_method(message: impl Into<String>) -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, message)
    }

    /// 409: it is there already (R11, R23, C11).
    pub(crate) fn conflict(message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, message)
    }

    /// 413: more body than any operation takes.
    pub(crate) fn body_too_large(limit: usize) -> Self {
        let text = format!("the body is larger than {limit} bytes");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, text)
    }

    /// 414: more path and query than any route has.
    pub(crate) fn url_too_long(limit: usize) -> Self {
        let text = format!("path and query are longer than {limit} bytes");
        Self::new(StatusCode::URI_TOO_LONG, text)
    }

    /// 408: a body that takes too long to arrive.
    pub(crate) fn too_slow() -> Self {
        let text = "the body took too long to arrive";
        Self::new(StatusCode::REQUEST_TIMEOUT, text)
    }

    /// 500: a defect of the simulator.
    pub(crate) fn defect() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "the simulator failed to answer: this is a defect of the simulator, not of the request",
        )
    }
}
