//! Spans and events, with OpenTelemetry's names where it has one.
//!
//! Paths appear as the contract's templates only, so that no id and no token can show.

use std::time::Duration;

use http::StatusCode;
use tracing::field::{Empty, display};
use tracing::{Span, debug, debug_span, info_span, warn};

use crate::middleware::{Attempt, TransportError, TransportErrorKind};
use crate::{Environment, Error};

/// What every span says about the server.
#[derive(Debug)]
pub(crate) struct Telemetry {
    address: String,
    port: Option<u16>,
}

impl Telemetry {
    pub(crate) fn new(environment: &Environment) -> Self {
        let url = reqwest::Url::parse(environment.api_base()).ok();
        Self {
            address: url
                .as_ref()
                .and_then(|url| url.host_str())
                .unwrap_or_default()
                .to_owned(),
            port: url.and_then(|url| url.port_or_known_default()),
        }
    }

    /// The span of one call with all its attempts. The operation is known once it is called.
    pub(crate) fn call() -> Span {
        info_span!(
            target: "people_protect",
            "people_protect.call",
            operation = Empty,
            attempts = Empty,
            http.response.status_code = Empty,
            error.type = Empty,
        )
    }

    /// Fills in how a call went.
    pub(crate) fn call_ended(span: &Span, attempt: &Attempt, outcome: Result<StatusCode, &Error>) {
        span.record("operation", attempt.operation);
        span.record("attempts", attempt.number);
        let status = match outcome {
            Ok(status) => Some(status),
            Err(error) => {
                span.record("error.type", display(error.kind()));
                error.status()
            }
        };
        if let Some(status) = status {
            span.record("http.response.status_code", status.as_u16());
        }
    }

    /// The span of one attempt.
    pub(crate) fn attempt(&self, attempt: &Attempt) -> Span {
        // Looked up within: without a subscriber nobody asks.
        let known = || attempt.contract();
        debug_span!(
            target: "people_protect",
            "people_protect.attempt",
            otel.kind = "client",
            otel.name = known().map(|operation| display(Named(operation))),
            operation = attempt.operation,
            http.request.method = known().map(|operation| operation.method),
            url.template = known().map(|operation| operation.path),
            http.request.resend_count = attempt.number.saturating_sub(1),
            server.address = self.address,
            server.port = self.port,
            http.response.status_code = Empty,
            error.type = Empty,
        )
    }

    /// Fills in how an attempt went, and tells it.
    pub(crate) fn attempt_ended(
        &self,
        span: &Span,
        attempt: &Attempt,
        status: Option<StatusCode>,
        failure: Option<&TransportError>,
        took: Duration,
    ) {
        if let Some(status) = status {
            span.record("http.response.status_code", status.as_u16());
        }
        let failed = failure.map(|failure| match failure.kind {
            TransportErrorKind::Builder => "invalid_request",
            TransportErrorKind::NotSent => "not_sent",
            TransportErrorKind::Broken => "broken",
            TransportErrorKind::NotHttp => "not_http",
            TransportErrorKind::TimedOut => "timeout",
        });
        if let Some(failed) = failed {
            span.record("error.type", failed);
        }
        debug!(
            target: "people_protect",
            operation = attempt.operation,
            attempt = attempt.number,
            status = status.map(|status| status.as_u16()),
            failed,
            duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
            "attempt ended"
        );
    }

    /// A call goes out again.
    pub(crate) fn will_repeat(attempt: &Attempt, error: &Error, wait: Duration) {
        warn!(
            target: "people_protect",
            operation = attempt.operation,
            attempt = attempt.number,
            error.type = %error.kind(),
            status = error.status().map(|status| status.as_u16()),
            may_have_reached_server = error.may_have_reached_server(),
            wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX),
            "will be repeated"
        );
    }
}

/// An operation as OpenTelemetry names a client's span: method and template.
struct Named(&'static people_protect_api::Operation);

impl std::fmt::Display for Named {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.0.method, self.0.path)
    }
}
