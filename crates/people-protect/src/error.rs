//! The one error type.

mod echo;
mod kind;
mod scrub;
mod status;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use people_protect_api::{Answered, types};

use crate::callout_view::CalloutView;
use crate::middleware::{TransportError, TransportErrorKind};
use crate::retry::Reason;

pub(crate) use echo::leaves;
pub use kind::ErrorKind;
pub(crate) use scrub::scrub;
pub(crate) use status::Refusal;

/// What went wrong, with everything the server sent.
///
/// [`kind`](Error::kind) is for decisions, [`Display`](fmt::Display) for people: one line naming
/// the operation, the status, what AURA said and what to do next. Neither `Display` nor `Debug`
/// shows tokens, header values or the body; [`body`](Error::body) and
/// [`headers`](Error::headers) hand them over on request.
///
/// ```
/// use people_protect::{Error, ErrorKind};
///
/// fn advice(error: &Error) -> &'static str {
///     match error.kind() {
///         ErrorKind::NoActiveSubscription => "offer a subscription",
///         _ if error.is_retryable() => "try again",
///         _ => "tell an engineer",
///     }
/// }
///
/// let error = "0821234567".parse::<people_protect::Mobile>().unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::InvalidRequest);
/// assert!(!error.may_have_reached_server());
/// assert_eq!(advice(&error), "tell an engineer");
/// ```
pub struct Error(Box<Details>);

#[derive(Clone)]
struct Details {
    kind: ErrorKind,
    operation: Option<&'static str>,
    status: Option<StatusCode>,
    headers: HeaderMap,
    body: Bytes,
    message: Option<String>,
    /// What the call itself sent, which the server's words may repeat.
    sent: Vec<String>,
    detail: Option<Cow<'static, str>>,
    hint: Option<Cow<'static, str>>,
    own_hint: bool,
    attempts: u32,
    reached: bool,
    earlier: bool,
    retryable: bool,
    broken: bool,
    retry_after: Option<Duration>,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind) -> Self {
        Self(Box::new(Details {
            kind,
            operation: None,
            status: None,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            message: None,
            sent: Vec::new(),
            detail: None,
            hint: None,
            own_hint: false,
            attempts: 0,
            reached: false,
            earlier: false,
            retryable: false,
            broken: false,
            retry_after: None,
            source: None,
        }))
    }

    /// A mistake in what the caller passed, found before anything was sent.
    pub(crate) fn invalid(
        detail: impl Into<Cow<'static, str>>,
        hint: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::new(ErrorKind::InvalidRequest)
            .with_detail(detail)
            .with_hint(hint)
    }

    /// A mistake in how the client was set up, found before anything was sent.
    pub(crate) fn configuration(
        detail: impl Into<Cow<'static, str>>,
        hint: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::new(ErrorKind::Configuration)
            .with_detail(detail)
            .with_hint(hint)
    }

    pub(crate) fn with_kind(mut self, kind: ErrorKind) -> Self {
        self.0.kind = kind;
        self
    }

    pub(crate) fn with_operation(mut self, operation: Option<&'static str>) -> Self {
        self.0.operation = operation;
        self
    }

    /// Keeps what the server sent, and reads its message out of it (C09).
    pub(crate) fn with_answer(mut self, answered: Answered) -> Self {
        let (status, headers, body) = answered.into_parts();
        self.0.message = message_of(&body);
        self.0.status = Some(status);
        self.0.headers = headers;
        self.0.body = body;
        self
    }

    /// Masks what the call itself sent wherever the server's words repeat it.
    pub(crate) fn with_sent(mut self, sent: Vec<String>) -> Self {
        self.0.sent = sent;
        self
    }

    /// What AURA said, fit for a log.
    fn shown_message(&self) -> Option<String> {
        let message = self.0.message.as_deref()?;
        Some(scrub(&echo::mask(message, &self.0.sent)))
    }

    pub(crate) fn with_detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.0.detail = Some(detail.into());
        self
    }

    pub(crate) fn with_hint(mut self, hint: impl Into<Cow<'static, str>>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    pub(crate) fn with_attempts(mut self, attempts: u32) -> Self {
        self.0.attempts = attempts;
        self
    }

    pub(crate) fn with_reached(mut self, reached: bool) -> Self {
        self.0.reached = reached;
        self
    }

    pub(crate) fn with_earlier(mut self, earlier: bool) -> Self {
        self.0.earlier = earlier;
        self
    }

    pub(crate) fn with_retryable(mut self, retryable: bool) -> Self {
        self.0.retryable = retryable;
        self
    }

    pub(crate) fn with_retry_after(mut self, after: Option<Duration>) -> Self {
        self.0.retry_after = after;
        self
    }

    /// Keeps the transport's error as the source.
    pub(crate) fn with_transport(mut self, error: impl Into<TransportError>) -> Self {
        let error = error.into();
        self.0.broken = error.kind == TransportErrorKind::Broken && self.0.status.is_none();
        self.0.source = Some(error.source);
        self
    }

    /// Marks a connection that broke before any answer.
    #[cfg(test)]
    pub(crate) fn with_broken(mut self) -> Self {
        self.0.broken = true;
        self
    }

    /// Whether the connection broke before any answer, as a kept one does that the server closed.
    pub(crate) fn broke_without_an_answer(&self) -> bool {
        self.0.broken
    }

    /// Says why a failure that may be repeated was not repeated further.
    pub(crate) fn with_stop(mut self, reason: Reason) -> Self {
        let said = match reason {
            Reason::NotRepeatable => return self,
            Reason::Attempts if self.0.attempts > 1 => {
                format!("after {} attempts", self.0.attempts)
            }
            Reason::Attempts => return self,
            Reason::Budget => "not repeated, as too many calls fail".to_owned(),
            Reason::RetryAfter => "not repeated, as the server asks for a longer wait".to_owned(),
            Reason::Deadline => format!("{} attempts until the deadline", self.0.attempts),
        };
        self.0.detail = Some(match self.0.detail.take() {
            Some(detail) => format!("{detail} ({said})").into(),
            None => said.into(),
        });
        self
    }

    /// The same failure for somebody else who waited for the same thing.
    pub(crate) fn shared(&self) -> Self {
        Self(self.0.clone())
    }

    /// What kind of failure this is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The operation that failed, by its id in the contract; absent if no call was made.
    ///
    /// If no token could be had, this is `create_oauth_token` and not the operation that needed
    /// the token: that one was never sent.
    #[must_use]
    pub fn operation(&self) -> Option<&'static str> {
        self.0.operation
    }

    /// The status of the answer, if there was one. 285 is possible (R33).
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// What AURA said: the body's `message`, or its `error` (C09).
    ///
    /// Unlike in `Display`, nothing is masked: the text may name a person's number.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.0.message.as_deref()
    }

    /// The body of the answer as received; empty if there was none. It may hold personal data.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.0.body
    }

    /// The headers of the answer; empty if there was none.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// How often the operation was sent or tried to be sent; 0 if it never came to that.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Whether the server may have seen, and acted on, the call this error ends.
    ///
    /// False means: nothing happened at AURA. True for every answer, and for a failure after
    /// sending began. A raise that ended so may have raised a callout; raise again, the answer is
    /// the active callout if there is one (R27).
    #[must_use]
    pub fn may_have_reached_server(&self) -> bool {
        self.0.reached
    }

    /// Whether nobody knows if the server acted: the call may have arrived, and no clear answer
    /// came back.
    ///
    /// For an operation that the contract calls `never`, look before you repeat: a second one may
    /// do harm.
    #[must_use]
    pub fn outcome_is_unknown(&self) -> bool {
        let unclear = matches!(
            self.0.kind,
            ErrorKind::Unreachable
                | ErrorKind::TimedOut
                | ErrorKind::ServerFailure
                | ErrorKind::UndecodableAnswer
                | ErrorKind::RegistrationUnknown
                | ErrorKind::NoCallout
        );
        self.0.reached && unclear
    }

    /// What it says to do is about this very failure, and better than what is said of its kind.
    pub(crate) fn with_own_hint(mut self) -> Self {
        self.0.own_hint = true;
        self
    }

    /// Says what to do if nobody knows whether the server acted.
    pub(crate) fn with_hint_if_unknown(self, hint: &'static str) -> Self {
        if self.outcome_is_unknown() && !self.0.own_hint {
            self.with_hint(hint)
        } else {
            self
        }
    }

    /// Whether an attempt before the last one may have been acted on, whatever the last one was
    /// answered with.
    ///
    /// A raise whose answer was lost and whose repeat was refused ends with the refusal, and yet a
    /// callout may be active.
    #[must_use]
    pub fn earlier_attempt_may_have_succeeded(&self) -> bool {
        self.0.earlier
    }

    /// Whether the same call may succeed later and repeating it does no harm.
    ///
    /// It follows from the failure and from the contract's retry class of the operation: 5xx, 429
    /// and transport failures pass (R56; that 429 does is an assumption), but an operation the
    /// contract calls `never` only if it cannot have reached the server or was refused by 429.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.0.retryable
    }

    /// How long the server asked to wait, from `Retry-After`.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }

    /// The final state of the callout, if this is a [`CalloutClosed`](ErrorKind::CalloutClosed)
    /// error whose body carried it (R33).
    #[must_use]
    pub fn callout(&self) -> Option<CalloutView> {
        if self.0.kind != ErrorKind::CalloutClosed {
            return None;
        }
        CalloutView::from_body(&self.0.body)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let details = &self.0;
        if let Some(operation) = details.operation {
            write!(f, "{operation}: ")?;
        }
        write!(f, "{}", details.kind)?;
        if let Some(status) = details.status {
            write!(f, " (HTTP {})", status.as_u16())?;
        }
        if let Some(detail) = &details.detail {
            write!(f, ": {detail}")?;
        }
        if let Some(message) = self.shown_message() {
            write!(f, ": AURA says \"{message}\"")?;
        }
        if let Some(hint) = &details.hint {
            write!(f, "; {hint}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let details = &self.0;
        // An allow list: what is not named here does not show.
        f.debug_struct("Error")
            .field("kind", &details.kind)
            .field("operation", &details.operation)
            .field("status", &details.status.map(|status| status.as_u16()))
            .field("message", &self.shown_message())
            .field("detail", &details.detail)
            .field("hint", &details.hint)
            .field("attempts", &details.attempts)
            .field("may_have_reached_server", &details.reached)
            .field("earlier_attempt_may_have_succeeded", &details.earlier)
            .field("is_retryable", &details.retryable)
            .field("retry_after", &details.retry_after)
            .field("body_bytes", &details.body.len())
            .field(
                "source",
                &details.source.as_deref().map(ToString::to_string),
            )
            .finish_non_exhaustive()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0
            .source
            .as_deref()
            .map(|source| source as &(dyn std::error::Error + 'static))
    }
}

/// `message`, or `error` where an answer has no `message` (C09).
fn message_of(body: &[u8]) -> Option<String> {
    let body: types::ErrorBody = serde_json::from_slice(body).ok()?;
    [body.message, body.error]
        .into_iter()
        .flatten()
        .find(|text| !text.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_one_word_wide() {
        assert_eq!(size_of::<Error>(), size_of::<usize>());
        assert_eq!(size_of::<Result<(), Error>>(), size_of::<usize>());
    }

    #[test]
    fn c09_the_error_key_is_read_when_there_is_no_message() {
        assert_eq!(
            message_of(br#"{"message":"a","error":"b"}"#).as_deref(),
            Some("a")
        );
        assert_eq!(message_of(br#"{"error":"b"}"#).as_deref(), Some("b"));
        assert_eq!(
            message_of(br#"{"message":" ","error":"b"}"#).as_deref(),
            Some("b")
        );
        assert_eq!(message_of(b"<html>"), None);
        assert_eq!(message_of(b"[]"), None);
    }

    #[test]
    fn display_is_one_line_with_operation_status_message_and_hint() {
        let error = Error::new(ErrorKind::NotFound)
            .with_operation(Some("get_callout"))
            .with_answer(Answered::new(
                StatusCode::NOT_FOUND,
                HeaderMap::new(),
                Bytes::from_static(b"{\"message\":\"no such\\ncallout\"}"),
            ))
            .with_hint("check the id");
        assert_eq!(
            error.to_string(),
            "get_callout: not found (HTTP 404): AURA says \"no such callout\"; check the id"
        );
    }
}
