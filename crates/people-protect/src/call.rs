//! One call: the token before it, the whole answer after it, and one place that joins both.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::{Bytes, BytesMut};
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_LENGTH, TRANSFER_ENCODING, USER_AGENT};
use http::{HeaderMap, HeaderValue, StatusCode};
use people_protect_api::{
    Auth, BoxFuture, CallError, Client, Error as RawError, Middleware, Operation, ResponseValue,
    Retry, SecretText,
};

use crate::core::Core;
use crate::error::{Refusal, scrub};
use crate::token::{self, Held};
use crate::{Answer, Error, ErrorKind};

/// The largest body read. The portfolio as CSV is the largest answer documented.
const LARGEST_BODY: usize = 8 * 1024 * 1024;

/// The bearer token a call goes with.
#[derive(Debug, Clone)]
pub(crate) enum Bearer {
    /// The server token of the client's credentials.
    Server,
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
    record: Mutex<Record>,
}

#[derive(Default)]
struct Record {
    operation: Option<&'static str>,
    attempts: u32,
    /// The request of this attempt left, or may have.
    sent: bool,
    token: Option<Held>,
    /// Why the request was not sent.
    refused: Option<Error>,
    answer: Option<Received>,
    too_large: bool,
}

struct Received {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Call {
    pub(crate) fn new(core: Arc<Core>, bearer: Bearer) -> Self {
        Self {
            core,
            bearer,
            record: Mutex::default(),
        }
    }

    /// Forgets the attempt before, except that there was one.
    pub(crate) fn begin_attempt(&self) {
        let mut record = self.record();
        *record = Record {
            operation: record.operation,
            attempts: record.attempts + 1,
            ..Record::default()
        };
    }

    /// The token of this attempt, if it is worth replacing: the server refused it, and it was not
    /// fresh.
    pub(crate) fn refused_token(&self, error: &Error) -> Option<Held> {
        if !token::is_refusal(error.status()) {
            return None;
        }
        self.record().token.clone().filter(|held| held.from_cache)
    }

    /// Makes one of the generated code's result and what was seen on the wire.
    pub(crate) fn join<T, E>(
        &self,
        result: Result<ResponseValue<T>, CallError<E>>,
    ) -> Result<Answer<T>, Error> {
        let result = result.map_err(CallError::into_inner);
        let mut record = self.record();
        let attempts = record.attempts;
        if let Some(error) = record.refused.take() {
            return Err(error);
        }
        if record.too_large {
            return Err(self.unreadable(&mut record).with_detail(format!(
                "the body is larger than {} MiB",
                LARGEST_BODY >> 20
            )));
        }
        let error = match (result, record.answer.take()) {
            (Ok(value), Some(answer)) if answer.status.as_u16() != 285 => {
                return Ok(Answer {
                    value: value.into_inner(),
                    status: answer.status,
                    headers: answer.headers,
                    body: answer.body,
                    attempts,
                });
            }
            (Ok(_), Some(answer)) => self.refusal(record.operation, answer),
            (Err(error), Some(answer)) if is_success(answer.status) => {
                record.answer = Some(answer);
                let failed = self.unreadable(&mut record);
                match error {
                    // The text of a JSON error quotes the body; its place is enough.
                    RawError::InvalidResponsePayload(_, error) => failed.with_detail(format!(
                        "{} error at line {}, column {} of the body",
                        match error.classify() {
                            serde_json::error::Category::Eof => "cut-off JSON:",
                            serde_json::error::Category::Data => "JSON of another shape:",
                            _ => "no JSON:",
                        },
                        error.line(),
                        error.column()
                    )),
                    RawError::CommunicationError(error) | RawError::ResponseBodyError(error) => {
                        failed
                            .with_detail("the connection broke within the body")
                            .with_transport(error)
                    }
                    _ => failed,
                }
            }
            (Err(error), Some(answer)) => {
                let failed = self.refusal(record.operation, answer);
                match error {
                    RawError::CommunicationError(error) => failed.with_transport(error),
                    _ => failed,
                }
            }
            (Err(error), None) => self.not_answered(&record, error),
            // A caller's own function gave a value without calling an operation.
            (Ok(_), None) => Error::configuration(
                "the function given to `call` called no operation of its client",
                "call exactly one operation on the client it is given",
            ),
        };
        Err(error.with_attempts(attempts))
    }

    /// The error for a call that ran out of time.
    pub(crate) fn timed_out(&self) -> Error {
        let mut record = self.record();
        let retry = retry_of(record.operation);
        let reached = record.sent;
        let mut error = Error::new(ErrorKind::TimedOut);
        if let Some(answer) = record.answer.take() {
            error = error.with_answer(answer.status, answer.headers, answer.body);
        }
        error
            .with_operation(record.operation)
            .with_attempts(record.attempts)
            .with_reached(reached)
            .with_retryable(!reached || retry != Retry::Never)
            .with_detail(format!("the deadline of {:?} passed", self.core.deadline))
            .with_hint(if reached {
                "the server may have acted on it; read the current state before repeating"
            } else {
                "nothing was sent; try again, and check the network"
            })
    }

    fn refusal(&self, operation: Option<&'static str>, answer: Received) -> Error {
        Refusal {
            operation,
            environment: &self.core.environment.to_string(),
            status: answer.status,
            headers: answer.headers,
            body: answer.body,
            now: self.core.clock.now(),
        }
        .into_error()
    }

    /// A success status whose body is not what the contract describes.
    fn unreadable(&self, record: &mut Record) -> Error {
        let retry = retry_of(record.operation);
        let mut error = Error::new(ErrorKind::UndecodableAnswer);
        if let Some(answer) = record.answer.take() {
            error = error.with_answer(answer.status, answer.headers, answer.body);
        }
        error
            .with_operation(record.operation)
            .with_attempts(record.attempts)
            .with_reached(true)
            .with_retryable(retry != Retry::Never)
            .with_hint("check the address and any proxy between; `body()` has what was sent")
    }

    fn not_answered<E>(&self, record: &Record, error: RawError<E>) -> Error {
        let retry = retry_of(record.operation);
        match error {
            RawError::CommunicationError(error) if error.is_builder() => Error::invalid(
                "the request could not be built",
                "check the ids and texts passed in",
            )
            .with_operation(record.operation)
            .with_transport(error),
            RawError::CommunicationError(error)
            | RawError::ResponseBodyError(error)
            | RawError::InvalidUpgrade(error) => {
                let reached = record.sent && !error.is_connect();
                let kind = if error.is_timeout() {
                    ErrorKind::TimedOut
                } else {
                    ErrorKind::Unreachable
                };
                Error::new(kind)
                    .with_operation(record.operation)
                    .with_reached(reached)
                    .with_retryable(!reached || retry != Retry::Never)
                    .with_detail(if reached {
                        "the connection broke before the answer"
                    } else {
                        "no connection"
                    })
                    .with_hint(if reached {
                        "the server may have acted on it; read the current state before repeating"
                    } else {
                        "nothing was sent; check the network, the address and any firewall"
                    })
                    .with_transport(error)
            }
            RawError::InvalidRequest(text) => {
                // The text quotes the argument.
                Error::invalid(scrub(&text), "nothing was sent; mend the argument")
                    .with_operation(record.operation)
            }
            // Without an answer the generated code has nothing else to report.
            _ => Error::new(ErrorKind::InvalidRequest).with_operation(record.operation),
        }
    }

    fn record(&self) -> MutexGuard<'_, Record> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The header this attempt goes with.
    async fn authorization(&self, auth: Auth) -> Result<Option<HeaderValue>, Error> {
        match (&self.bearer, auth) {
            (Bearer::None, _) | (_, Auth::None) => Ok(None),
            (Bearer::Given(token), _) => token::bearer(token).map(Some).ok_or_else(|| {
                Error::configuration(
                    "the bearer token has characters no header can carry",
                    "pass the token alone, without line breaks",
                )
            }),
            // R07: a server token is refused there, so none is sent.
            (Bearer::Server, Auth::Customer) => Err(Error::new(ErrorKind::WrongTokenScope)
                .with_detail("the operation takes a token of the customer, not of the server (R07)")
                .with_hint("pass the customer's token with `with_bearer_token`")),
            (Bearer::Server, _) => {
                let held = self
                    .core
                    .tokens
                    .get(&self.core)
                    .await
                    // The call that needed the token was not sent.
                    .map_err(|error| error.with_reached(false))?;
                let header = held.token.header.clone();
                self.record().token = Some(held);
                Ok(Some(header))
            }
        }
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
            match self.authorization(auth).await {
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
            self.record().sent = true;
            let http = people_protect_api::ClientInfo::client(client);
            let mut response = http.execute(request).await?;
            let status = response.status();
            let mut headers = response.headers().clone();
            self.record().answer = Some(Received {
                status,
                headers: headers.clone(),
                body: Bytes::new(),
            });
            let mut body = BytesMut::new();
            let mut failure = None;
            loop {
                match response.chunk().await {
                    Ok(None) => break,
                    Ok(Some(chunk)) if body.len() + chunk.len() <= LARGEST_BODY => {
                        body.extend_from_slice(&chunk);
                    }
                    Ok(Some(_)) => {
                        self.record().too_large = true;
                        break;
                    }
                    Err(error) => {
                        failure = Some(error);
                        break;
                    }
                }
            }
            let body = body.freeze();
            if let Some(answer) = &mut self.record().answer {
                answer.body = body.clone();
            }
            if let Some(error) = failure {
                return Err(error);
            }
            // An empty success is one: the generated code wants JSON, so it gets the emptiest.
            let seen = if json && body.is_empty() && is_success(status) {
                Bytes::from_static(b"{}")
            } else {
                body
            };
            headers.remove(CONTENT_LENGTH);
            headers.remove(TRANSFER_ENCODING);
            let mut parts = http::Response::new(seen);
            *parts.status_mut() = status;
            *parts.headers_mut() = headers;
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
