//! One call: the token before each attempt, the whole answer after it, and what was seen between.

mod outcome;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_LENGTH, TRANSFER_ENCODING, USER_AGENT};
use http::{HeaderMap, HeaderValue, StatusCode};
use people_protect_api::{
    Auth, BoxFuture, Client, Error as RawError, Middleware, Operation, Retry, SecretText,
};
use tracing::Instrument;

use crate::core::Core;
use crate::limits::Limits;
use crate::middleware::{Attempt, Next, TransportError};
use crate::token::{self, Held, Need, TokenKind};
use crate::{CustomerId, Error, ErrorKind};

/// The largest body read. The portfolio as CSV is the largest answer documented.
const LARGEST_BODY: usize = 8 * 1024 * 1024;

/// The bearer token a call goes with.
#[derive(Debug, Clone)]
pub(crate) enum Bearer {
    /// The server token of the client's credentials.
    Server,
    /// A token that reaches one customer's callouts only.
    Callout(CustomerId),
    /// A token the caller brought.
    Given(SecretText),
    /// None: the call that fetches the server token.
    None,
}

/// The middleware of one call, and the record of what it saw.
///
/// The generated code drops the status and headers of an answer it cannot decode; here they are
/// kept, so that an error never says less than the server did.
pub(crate) struct Call {
    core: Arc<Core>,
    bearer: Bearer,
    limits: Limits,
    began: Duration,
    urgent: bool,
    record: Mutex<Record>,
}

#[derive(Default)]
struct Record {
    operation: Option<&'static str>,
    attempts: u32,
    /// An attempt before this one may have reached the server.
    reached_before: bool,
    /// The request of this attempt left, or may have.
    sent: bool,
    token: Option<Held>,
    /// Why the request was not sent.
    refused: Option<Error>,
    /// The body that was sent.
    body: Bytes,
    answer: Option<Received>,
    too_large: bool,
    /// Why there is no answer, or not all of it.
    failure: Option<TransportError>,
}

struct Received {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Call {
    pub(crate) fn new(core: Arc<Core>, bearer: Bearer, limits: Limits) -> Self {
        Self {
            began: core.clock.monotonic(),
            core,
            bearer,
            limits,
            urgent: false,
            record: Mutex::default(),
        }
    }

    /// A call that another one waits for, on which somebody's help may depend.
    pub(crate) fn for_somebody_in_danger(mut self, urgent: bool) -> Self {
        self.urgent = urgent;
        self
    }

    /// Names the operation before anything is sent.
    pub(crate) fn is_for(&self, operation: &'static str) {
        self.record().operation = Some(operation);
    }

    /// Forgets the attempt before, except that there was one and what it may have done.
    pub(crate) fn begin_attempt(&self) {
        let mut record = self.record();
        *record = Record {
            operation: record.operation,
            attempts: record.attempts + 1,
            reached_before: record.reached_before,
            ..Record::default()
        };
    }

    /// The attempt has failed; what it may have done counts for the whole call.
    pub(crate) fn settle(&self, error: Error) -> Error {
        let mut record = self.record();
        // A refused token and a refusal for being too many were not acted on; everything else the
        // server has seen may have been.
        let acted_on = error.may_have_reached_server()
            && !matches!(error.status().map(|s| s.as_u16()), Some(401 | 429));
        let before = record.reached_before;
        record.reached_before |= acted_on;
        let reached = error.may_have_reached_server() || before;
        error.with_reached(reached).with_earlier(before)
    }

    /// The token of this attempt, if the server refused it.
    pub(crate) fn refused_token(&self, error: &Error) -> Option<Held> {
        if !token::is_refusal(error.status()) {
            return None;
        }
        self.record().token.clone()
    }

    /// The retry class of the operation; `never` as long as none was called.
    pub(crate) fn retry_class(&self) -> Retry {
        retry_of(self.record().operation)
    }

    /// What is left of the deadline.
    pub(crate) fn left(&self) -> Duration {
        let spent = self.core.clock.monotonic().saturating_sub(self.began);
        self.limits.deadline.saturating_sub(spent)
    }

    /// This attempt, for observers.
    pub(crate) fn attempt(&self) -> Attempt {
        let record = self.record();
        Attempt {
            operation: record.operation.unwrap_or_default(),
            number: record.attempts,
        }
    }

    fn record(&self) -> MutexGuard<'_, Record> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The header this attempt goes with.
    async fn authorization(
        &self,
        auth: Auth,
        operation: &'static str,
    ) -> Result<Option<HeaderValue>, Error> {
        let kind = match (&self.bearer, auth) {
            (Bearer::None, _) | (_, Auth::None) => return Ok(None),
            (Bearer::Given(token), _) => {
                return token::bearer(token).map(Some).ok_or_else(|| {
                    Error::configuration(
                        "the bearer token has characters no header can carry",
                        "pass the token alone, without line breaks",
                    )
                });
            }
            // R07: a server token is refused there, so none is sent.
            (Bearer::Server | Bearer::Callout(_), Auth::Customer) => {
                return Err(Error::new(ErrorKind::WrongTokenScope)
                    .with_detail(
                        "the operation takes a token of the customer, not of the server (R07)",
                    )
                    .with_hint("pass the customer's token with `with_bearer_token`"));
            }
            (Bearer::Server, _) => TokenKind::Server,
            (Bearer::Callout(customer), Auth::ServerOrCallout) => TokenKind::Callout(*customer),
            // R06: the types do not let it come to this; should they, nothing is sent.
            (Bearer::Callout(_), _) => {
                return Err(Error::new(ErrorKind::WrongTokenScope)
                    .with_detail("a callout token does not permit this operation (R06)")
                    .with_hint("use a client with credentials"));
            }
        };
        // Nobody in danger waits for a renewal while the token at hand is good.
        let need = Need {
            urgent: self.urgent || retry_of(Some(operation)) == Retry::Deduplicated,
            limits: self.limits,
        };
        let held = token::held(&self.core, kind, need)
            .await
            // The call that needed the token was not sent.
            .map_err(|error| error.with_reached(false))?;
        let header = held.token.header();
        self.record().token = Some(held);
        Ok(Some(header))
    }

    /// Sends, and reads the whole answer.
    async fn exchange(
        &self,
        http: &reqwest::Client,
        request: reqwest::Request,
        attempt: &Attempt,
    ) -> Result<(), TransportError> {
        let next = Next {
            rest: &self.core.middlewares,
            attempt,
            http,
        };
        let mut response = next.run(request).await?;
        self.record().answer = Some(Received {
            status: response.status(),
            headers: response.headers().clone(),
            body: Bytes::new(),
        });
        let mut body = BytesMut::new();
        let read = loop {
            match response.chunk().await {
                Ok(None) => break Ok(()),
                Ok(Some(chunk)) if body.len() + chunk.len() <= LARGEST_BODY => {
                    body.extend_from_slice(&chunk);
                }
                Ok(Some(_)) => {
                    self.record().too_large = true;
                    break Ok(());
                }
                Err(error) => break Err(error.into()),
            }
        };
        if let Some(answer) = &mut self.record().answer {
            answer.body = body.freeze();
        }
        read
    }
}

impl Middleware for Call {
    fn prepare<'a>(
        &'a self,
        _client: &'a Client,
        request: &'a mut reqwest::Request,
        operation: &'static str,
    ) -> BoxFuture<'a, Result<(), RawError<()>>> {
        Box::pin(async move {
            self.record().operation = Some(operation);
            let auth = Operation::find(operation).map_or(Auth::Server, |known| known.auth);
            let headers = request.headers_mut();
            headers.insert(USER_AGENT, self.core.user_agent.clone());
            match self.authorization(auth, operation).await {
                Ok(header) => {
                    if let Some(header) = header {
                        headers.insert(AUTHORIZATION, header);
                    }
                    Ok(())
                }
                Err(error) => {
                    let error = match error.operation() {
                        Some(_) => error,
                        None => error.with_operation(Some(operation)),
                    };
                    self.record().refused = Some(error);
                    Err(RawError::Custom("not sent".to_owned()))
                }
            }
        })
    }

    fn execute<'a>(
        &'a self,
        client: &'a Client,
        request: reqwest::Request,
        _operation: &'static str,
    ) -> BoxFuture<'a, reqwest::Result<reqwest::Response>> {
        Box::pin(async move {
            let json = request
                .headers()
                .get(ACCEPT)
                .is_none_or(|accept| accept.as_bytes().starts_with(b"application/json"));
            let body = request.body().and_then(reqwest::Body::as_bytes);
            {
                let mut record = self.record();
                record.sent = true;
                record.body = Bytes::copy_from_slice(body.unwrap_or_default());
            }
            let attempt = self.attempt();
            let http = people_protect_api::ClientInfo::client(client);
            let span = self.core.telemetry.attempt(&attempt);
            let began = self.core.clock.monotonic();
            self.core
                .observe(|observer| observer.attempt_started(&attempt));
            let exchange = self
                .exchange(http, request, &attempt)
                .instrument(span.clone());
            let exchanged = tokio::select! {
                biased;
                done = exchange => done,
                () = self.core.clock.sleep(self.limits.attempt) => Err(TransportError::out_of_time()),
            };
            let took = self.core.clock.monotonic().saturating_sub(began);
            let mut record = self.record();
            record.failure = exchanged.err();
            let status = record.answer.as_ref().map(|answer| answer.status);
            span.in_scope(|| {
                self.core.telemetry.attempt_ended(
                    &span,
                    &attempt,
                    status,
                    record.failure.as_ref(),
                    took,
                );
            });
            let answered = record.failure.is_none().then(|| {
                record
                    .answer
                    .as_ref()
                    .map(|answer| (answer.status, answer.headers.clone(), answer.body.clone()))
            });
            drop(record);
            self.core
                .observe(|observer| observer.attempt_ended(&attempt, status, took));
            let mut parts = http::Response::new(Bytes::new());
            // Without a whole answer this empty one is not looked at: the record says why.
            if let Some((status, mut headers, body)) = answered.flatten() {
                // An empty success is one: the generated code wants JSON, so it gets the emptiest.
                *parts.body_mut() = if json && body.is_empty() && is_success(status) {
                    Bytes::from_static(b"{}")
                } else {
                    body
                };
                headers.remove(CONTENT_LENGTH);
                headers.remove(TRANSFER_ENCODING);
                *parts.status_mut() = status;
                *parts.headers_mut() = headers;
            }
            Ok(parts.into())
        })
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let record = self.record();
        f.debug_struct("Call")
            .field("operation", &record.operation)
            .field("attempts", &record.attempts)
            .field("sent", &record.sent)
            .finish_non_exhaustive()
    }
}

fn is_success(status: StatusCode) -> bool {
    status.is_success() && status.as_u16() != 285
}

fn retry_of(operation: Option<&'static str>) -> Retry {
    operation
        .and_then(Operation::find)
        .map_or(Retry::Never, |known| known.retry)
}
