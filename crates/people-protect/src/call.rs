//! One call: the token before each attempt, the whole answer after it, and what was seen between.

mod outcome;
mod renewal;

use std::fmt;
use std::io;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::header::{AUTHORIZATION, USER_AGENT};
use http::{HeaderMap, HeaderValue, StatusCode};
use people_protect_api::{
    Answered, Auth, BoxFuture, Client, Error as RawError, Middleware, Operation, Retry, SecretText,
};
use tracing::Instrument;

pub(crate) use self::renewal::{Renewal, unconfirmed};

use crate::core::Core;
use crate::error::leaves;
use crate::http_client::SILENCE;
use crate::limits::Limits;
use crate::middleware::{Attempt, Next, TransportError, TransportErrorKind};
use crate::retry::Subject;
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
    /// Under way: sent, and no answer is whole yet.
    under_way: bool,
    /// What an attempt before was refused with that may be about its token.
    refusal: Option<Error>,
    /// How many attempts met connections that broke.
    breaks: u32,
    answer: Option<Answered>,
    /// What has come of the answer's body.
    came: Vec<u8>,
    /// When the answer was whole, or given up.
    ended: Duration,
    too_large: bool,
    /// Why there is no answer, or not all of it.
    failure: Option<TransportError>,
}

impl Record {
    /// Gives the answer what has come of its body.
    fn gather(&mut self) {
        let came = std::mem::take(&mut self.came);
        self.answer = self.answer.take().map(|head| head.with_body(came.into()));
    }

    fn attempt(&self) -> Attempt {
        Attempt {
            operation: self.operation.unwrap_or_default(),
            number: self.attempts,
        }
    }
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
            refusal: record.refusal.take(),
            breaks: record.breaks,
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

    /// What there is to repeat; class `never` as long as no operation was called.
    pub(crate) fn subject(&self) -> Subject {
        let operation = self.record().operation.and_then(Operation::find);
        Subject {
            class: operation.map_or(Retry::Never, |known| known.retry),
            brings_help: operation.is_some_and(brings_help),
            connecting: self.core.http.connect_time(),
            deadline: self.limits.deadline,
        }
    }

    /// The error of an answer that was read without success; what was sent is masked in it.
    pub(crate) fn unfit(&self, error: Error) -> Error {
        error.with_sent(leaves(&self.record().body))
    }

    /// What a token for this call must do.
    pub(crate) fn need(&self) -> Need {
        let record = self.record();
        let operation = record.operation.and_then(Operation::find);
        Need {
            // Nobody in danger waits for a renewal while the token at hand is good.
            urgent: self.urgent || operation.is_some_and(brings_help),
            limits: self.limits,
        }
    }

    /// What is left of the deadline.
    pub(crate) fn left(&self) -> Duration {
        let spent = self.core.clock.monotonic().saturating_sub(self.began);
        self.limits.deadline.saturating_sub(spent)
    }

    /// This attempt, for observers.
    pub(crate) fn attempt(&self) -> Attempt {
        self.record().attempt()
    }

    fn record(&self) -> MutexGuard<'_, Record> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The header this attempt goes with.
    async fn authorization(
        &self,
        known: Option<&'static Operation>,
    ) -> Result<Option<HeaderValue>, Error> {
        let auth = known.map_or(Auth::Server, |known| known.auth);
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
        let need = self.need();
        let held = match token::at_hand(&self.core, kind, need) {
            Some(held) => held,
            // On the heap, as fetching is a call of its own: every call would carry it about.
            None => Box::pin(token::held(&self.core, kind, need))
                .await
                // The call that needed the token was not sent.
                .map_err(|error| error.with_reached(false))?,
        };
        let header = held.token.header();
        self.record().token = Some(held);
        Ok(Some(header))
    }

    /// Sends, and reads the whole answer. The request is lent with its place: each of the futures around
    /// this one would keep room for it otherwise.
    async fn exchange(
        &self,
        http: &reqwest::Client,
        request: &mut Option<reqwest::Request>,
        attempt: &Attempt,
    ) -> Result<(), TransportError> {
        let Some(request) = request.take() else {
            return Err(TransportError::not_sent(io::Error::other("no request")));
        };
        let mut response = match self.core.middlewares.as_slice() {
            [] => http.execute(request).await?,
            rest => {
                let next = Next {
                    rest,
                    attempt,
                    http,
                };
                next.run(request).await?
            }
        };
        let status = response.status();
        // By move: nothing reads them from the response any more.
        let headers = std::mem::take(response.headers_mut());
        self.record().answer = Some(Answered::new(status, headers, Bytes::new()));
        while let Some(chunk) = response.chunk().await? {
            let mut record = self.record();
            if record.came.len() + chunk.len() > LARGEST_BODY {
                record.too_large = true;
                break;
            }
            // A copy: what is kept must not hold on to the connection's buffer.
            record.came.extend_from_slice(&chunk);
        }
        Ok(())
    }

    /// Adds what every request has.
    async fn prepare(
        &self,
        request: &mut reqwest::Request,
        operation: &'static str,
    ) -> Result<(), Error> {
        self.record().operation = Some(operation);
        let headers = request.headers_mut();
        headers.insert(USER_AGENT, self.core.user_agent.clone());
        if let Some(header) = self.authorization(Operation::find(operation)).await? {
            headers.insert(AUTHORIZATION, header);
        }
        Ok(())
    }

    /// One attempt, from the request to the whole answer.
    async fn attempt_with(&self, request: &mut Option<reqwest::Request>) -> Answered {
        let body = request
            .as_ref()
            .and_then(|request| request.body()?.as_bytes());
        let pool = self.core.http.current();
        let attempt = {
            let mut record = self.record();
            record.sent = true;
            record.under_way = true;
            record.refusal = None;
            record.body = Bytes::copy_from_slice(body.unwrap_or_default());
            record.attempt()
        };
        let span = self.core.telemetry.attempt(&attempt);
        let began = self.core.clock.monotonic();
        self.core
            .observe(|observer| observer.attempt_started(&attempt));
        let mut waiting = Waiting {
            call: self,
            pool: pool.number,
            began,
            at_least: self.limits.attempt.min(SILENCE),
            is_over: false,
        };
        let exchanged = {
            // In place: a future of this size is not moved into its span.
            let exchange = pin!(self.exchange(&pool.http, request, &attempt));
            tokio::select! {
                biased;
                done = exchange.instrument(span.clone()) => done,
                () = self.core.clock.sleep(self.limits.attempt) => Err(TransportError::out_of_time()),
            }
        };
        let ended = self.core.clock.monotonic();
        let took = ended.saturating_sub(began);
        let mut record = self.record();
        record.ended = ended;
        record.failure = exchanged.err();
        record.gather();
        record.under_way = false;
        match record.failure.as_ref().map(|failure| failure.kind) {
            Some(TransportErrorKind::TimedOut) => {}
            // The first one is repeated at once. Where that breaks as well, more may.
            Some(TransportErrorKind::Broken) if record.answer.is_none() => {
                record.breaks += 1;
                waiting.is_over = record.breaks < 2;
                waiting.at_least = Duration::ZERO;
            }
            Some(_) => waiting.is_over = true,
            None => {
                self.core.http.has_answered();
                waiting.is_over = true;
            }
        }
        let status = record.answer.as_ref().map(Answered::status);
        span.in_scope(|| {
            self.core.telemetry.attempt_ended(
                &span,
                &attempt,
                status,
                record.failure.as_ref(),
                took,
            );
        });
        let answer = match record.failure {
            // `keep` brings it back.
            None => record.answer.take(),
            Some(_) => None,
        };
        drop(record);
        self.core
            .observe(|observer| observer.attempt_ended(&attempt, status, took));
        match answer {
            // An empty success is one: the generated code wants JSON, so it gets the emptiest.
            Some(answered) if is_success(answered.status()) => answered.with_empty_as_object(),
            Some(answered) => answered,
            // Without a whole answer this empty one is not looked at: the record says why.
            None => Answered::new(StatusCode::OK, HeaderMap::new(), Bytes::new()),
        }
    }
}

/// An attempt that waits for its answer, until that is over or nobody waits for it any more.
struct Waiting<'a> {
    call: &'a Call,
    pool: u64,
    began: Duration,
    /// With less it says nothing about the connection.
    at_least: Duration,
    is_over: bool,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if self.is_over {
            return;
        }
        let core = &self.call.core;
        let now = core.clock.monotonic();
        let waited = now.saturating_sub(self.began);
        if waited >= self.at_least || core.http.is_silent_for(waited) {
            core.http.is_dead(self.pool, &core.environment, now);
        }
    }
}

impl Middleware for Call {
    fn answer<'a>(
        &'a self,
        _client: &'a Client,
        request: reqwest::Request,
        operation: &'static str,
    ) -> BoxFuture<'a, Result<Answered, RawError<()>>> {
        let mut request = Some(request);
        Box::pin(async move {
            if let Some(request) = &mut request
                && let Err(error) = self.prepare(request, operation).await
            {
                let error = match error.operation() {
                    Some(_) => error,
                    None => error.with_operation(Some(operation)),
                };
                self.record().refused = Some(error);
                return Err(RawError::Custom("not sent".to_owned()));
            }
            Ok(self.attempt_with(&mut request).await)
        })
    }

    fn keep(&self, answered: Answered) {
        let mut record = self.record();
        // After a failure the answer given out was made up.
        if record.failure.is_none() {
            record.answer = Some(answered);
        }
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

/// Whether somebody may be in danger who waits for this operation. Two of these must not be repeated, and are no
/// less urgent for that; that a device's event raises a callout is an assumption (R26).
fn brings_help(operation: &Operation) -> bool {
    operation.retry == Retry::Deduplicated
        || matches!(
            operation.id,
            "create_fixed_location_callout" | "create_device_event"
        )
}

fn retry_of(operation: Option<&'static str>) -> Retry {
    operation
        .and_then(Operation::find)
        .map_or(Retry::Never, |known| known.retry)
}
