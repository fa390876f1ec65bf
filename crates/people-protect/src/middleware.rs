//! Code of the caller's around each attempt.

use std::error::Error as StdError;
use std::fmt::{self, Debug};
use std::io;
use std::sync::Arc;

use people_protect_api::Operation;

use crate::BoxFuture;

/// Wraps every attempt of every call, below the retries: it sees each request as it goes out and
/// each answer as it comes in.
///
/// It may add headers, measure, hold back, or answer itself. The request carries the token: log
/// it with care.
///
/// ```
/// use people_protect::{Attempt, BoxFuture, Middleware, Next, TransportError};
///
/// #[derive(Debug)]
/// struct Tenant(http::HeaderValue);
///
/// impl Middleware for Tenant {
///     fn handle<'a>(
///         &'a self,
///         mut request: reqwest::Request,
///         _attempt: &'a Attempt,
///         next: Next<'a>,
///     ) -> BoxFuture<'a, Result<reqwest::Response, TransportError>> {
///         request.headers_mut().insert("x-tenant", self.0.clone());
///         next.run(request)
///     }
/// }
/// ```
pub trait Middleware: Debug + Send + Sync {
    /// Handles one attempt; `next.run(request)` sends it.
    ///
    /// # Errors
    ///
    /// What `next` reports, or a [`TransportError`] of its own, which must be honest about whether
    /// the request may have reached the server: repeats are decided by it.
    fn handle<'a>(
        &'a self,
        request: reqwest::Request,
        attempt: &'a Attempt,
        next: Next<'a>,
    ) -> BoxFuture<'a, Result<reqwest::Response, TransportError>>;
}

/// One sending of one call.
#[derive(Debug, Clone, Copy)]
pub struct Attempt {
    pub(crate) operation: &'static str,
    pub(crate) number: u32,
}

impl Attempt {
    /// The operation's id in the contract.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// Which attempt of its call this is, from 1.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.number
    }

    /// What the contract says about the operation.
    #[must_use]
    pub fn contract(&self) -> Option<&'static Operation> {
        Operation::find(self.operation)
    }
}

/// The rest of the way to the server.
#[derive(Debug, Clone, Copy)]
pub struct Next<'a> {
    pub(crate) rest: &'a [Arc<dyn Middleware>],
    pub(crate) attempt: &'a Attempt,
    pub(crate) http: &'a reqwest::Client,
}

impl<'a> Next<'a> {
    /// Sends the request through what comes next. A middleware may do so more than once.
    ///
    /// # Errors
    ///
    /// [`TransportError`] if no answer came; any answer, 5xx too, is no error here.
    pub fn run(
        self,
        request: reqwest::Request,
    ) -> BoxFuture<'a, Result<reqwest::Response, TransportError>> {
        match self.rest.split_first() {
            Some((first, rest)) => first.handle(request, self.attempt, Next { rest, ..self }),
            None => Box::pin(async move { Ok(self.http.execute(request).await?) }),
        }
    }
}

/// Why no answer came.
///
/// ```
/// use people_protect::TransportError;
///
/// let refused = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
/// assert!(!TransportError::not_sent(refused).may_have_reached_server());
/// ```
#[derive(Clone)]
pub struct TransportError {
    pub(crate) kind: TransportErrorKind,
    pub(crate) source: Arc<dyn StdError + Send + Sync>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TransportErrorKind {
    /// The request could not be built.
    Builder,
    NotSent,
    Broken,
    /// What came back is no HTTP, or has a head that is too large.
    NotHttp,
    TimedOut,
}

impl TransportError {
    /// Nothing left: the server cannot have seen the request.
    pub fn not_sent(source: impl StdError + Send + Sync + 'static) -> Self {
        Self::of(TransportErrorKind::NotSent, source)
    }

    /// The connection broke after sending began.
    pub fn broken(source: impl StdError + Send + Sync + 'static) -> Self {
        Self::of(TransportErrorKind::Broken, source)
    }

    /// No answer in time, after sending began.
    pub fn timed_out(source: impl StdError + Send + Sync + 'static) -> Self {
        Self::of(TransportErrorKind::TimedOut, source)
    }

    fn of(kind: TransportErrorKind, source: impl StdError + Send + Sync + 'static) -> Self {
        Self {
            kind,
            source: Arc::new(source),
        }
    }

    /// An attempt that took too long.
    pub(crate) fn out_of_time() -> Self {
        Self::timed_out(io::Error::from(io::ErrorKind::TimedOut))
    }

    /// Whether the server may have seen the request.
    #[must_use]
    pub fn may_have_reached_server(&self) -> bool {
        matches!(
            self.kind,
            TransportErrorKind::Broken | TransportErrorKind::NotHttp | TransportErrorKind::TimedOut
        )
    }
}

impl From<reqwest::Error> for TransportError {
    /// Only a connection that was never made counts as not sent.
    fn from(error: reqwest::Error) -> Self {
        let kind = if error.is_builder() {
            TransportErrorKind::Builder
        } else if error.is_connect() {
            TransportErrorKind::NotSent
        } else if error.is_timeout() {
            TransportErrorKind::TimedOut
        } else if is_no_http(&error) {
            TransportErrorKind::NotHttp
        } else {
            TransportErrorKind::Broken
        };
        // The address may carry ids and session tokens.
        Self::of(kind, error.without_url())
    }
}

/// Whether something answered that cannot be read as HTTP: another service, or a head without end.
fn is_no_http(error: &reqwest::Error) -> bool {
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<hyper::Error>() {
            return error.is_parse();
        }
        cause = error.source();
    }
    false
}

impl Debug for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransportError")
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            TransportErrorKind::Builder => "the request could not be built",
            TransportErrorKind::NotSent => "no connection to the server",
            TransportErrorKind::Broken => "the connection broke before the answer was complete",
            TransportErrorKind::NotHttp => "what answered does not speak HTTP",
            TransportErrorKind::TimedOut => "no complete answer in time",
        })
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.source)
    }
}
