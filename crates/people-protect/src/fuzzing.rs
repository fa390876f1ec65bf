//! Readers of foreign bytes, for the targets in `tests/fuzz` and for nobody else.

use std::time::Duration;

use bytes::Bytes;
use http::header::RETRY_AFTER;
use http::{HeaderMap, HeaderValue, StatusCode};
use people_protect_api::Answered;

use crate::Error;
use crate::callout_view::CalloutView;
use crate::error::Refusal;

/// Makes text of a server fit for a log.
#[must_use]
pub fn scrub(text: &str) -> String {
    crate::error::scrub(text)
}

/// Reads the claims of a token.
#[must_use]
pub fn jwt_claims(token: &str) -> Option<serde_json::Map<String, serde_json::Value>> {
    crate::jwt::claims(token)
}

/// Whether a text can be a header at all.
#[must_use]
pub fn is_header(text: &str) -> bool {
    HeaderValue::from_str(text).is_ok_and(|value| value.to_str().is_ok())
}

/// Reads a `Retry-After`; a text that can be no header has none.
#[must_use]
pub fn retry_after(text: &str) -> Option<Duration> {
    let mut headers = HeaderMap::new();
    headers.insert(RETRY_AFTER, HeaderValue::from_str(text).ok()?);
    refusal(headers, Bytes::new()).retry_after()
}

/// Reads the body of a refusal and shows what is made of it.
#[must_use]
pub fn error_of(body: &[u8]) -> String {
    let error = refusal(HeaderMap::new(), Bytes::copy_from_slice(body));
    format!("{error} {error:?}")
}

/// Reads a callout out of a body and shows it.
#[must_use]
pub fn callout_view(body: &[u8]) -> String {
    let view = CalloutView::from_body(&Bytes::copy_from_slice(body));
    format!("{view:?}")
}

fn refusal(headers: HeaderMap, body: Bytes) -> Error {
    Refusal {
        whole: true,
        operation: Some("get_callout"),
        environment: "staging",
        answered: Answered::new(StatusCode::SERVICE_UNAVAILABLE, headers, body),
        now: jiff::Timestamp::UNIX_EPOCH,
    }
    .into_error()
}
