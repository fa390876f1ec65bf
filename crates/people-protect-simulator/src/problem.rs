//! A refusal, as an API caller sees it.

use axum::http::StatusCode;
use serde_json::json;

use crate::answer::Answer;
use crate::settings::Settings;
use crate::switch::Switch;
use crate::switch::people::ERROR_KEY;

/// A status and the text for people that goes with it (R55: documented earlier for all errors).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) status: StatusCode,
    pub(crate) message: String,
    /// The switch that holds the status, where it is not known; it replaces `status`.
    decided_by: Option<&'static Switch>,
    /// Seconds after which the same request may pass.
    retry_after_s: Option<u64>,
    /// The rule that the refusal rests on, where one is known.
    pub(crate) rule: Option<&'static str>,
}

impl Problem {
    fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            decided_by: None,
            retry_after_s: None,
            rule: None,
        }
    }

    /// Names the rule that the refusal rests on; the front page shows it beside the request.
    pub(crate) fn by(mut self, rule: &'static str) -> Self {
        self.rule = Some(rule);
        self
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

    /// 503: not now, as when the state file cannot be written and nothing may be acknowledged.
    pub(crate) fn unavailable(message: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, message)
    }

    /// 429: too many of these (R21).
    pub(crate) fn too_many(message: impl Into<String>, retry_after_s: Option<u64>) -> Self {
        Self {
            retry_after_s,
            ..Self::new(StatusCode::TOO_MANY_REQUESTS, message)
        }
    }

    /// The same with the status that a switch holds.
    pub(crate) fn decided_by(mut self, switch: &'static Switch) -> Self {
        self.decided_by = Some(switch);
        self
    }

    /// What a caller of the API gets to see.
    pub(crate) fn answer(self, settings: &Settings) -> Answer {
        let decided = self
            .decided_by
            .and_then(|switch| StatusCode::from_bytes(settings.value(switch).as_bytes()).ok());
        // R55: `message` (documented earlier). C09: `error` stands in one SDK.
        let key = match settings.value(&ERROR_KEY) {
            _ if !settings.keeps("R55") => "problem",
            key => key,
        };
        let body = serde_json::to_vec(&json!({ key: self.message })).unwrap_or_default();
        let mut answer = Answer::text("application/json", body);
        answer.status = decided.unwrap_or(self.status);
        answer.retry_after_s = self.retry_after_s;
        answer
    }

    /// 500: a defect of the simulator.
    pub(crate) fn defect() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "the simulator failed to answer: this is a defect of the simulator, not of the request",
        )
    }
}
