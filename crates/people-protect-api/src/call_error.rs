//! Why a call failed, in words that give nothing away.

use std::fmt;

use progenitor_client::Error;
use reqwest::StatusCode;

/// Why a call of the raw [`Client`](crate::Client) failed.
///
/// `Debug` and `Display` say what kind of failure it is and the status, and nothing of the body,
/// the headers or the address, which may hold tokens, links or names. [`inner`](Self::inner) and
/// [`into_inner`](Self::into_inner) give all of it to code that handles it with care.
///
/// Whether the request may have reached the server: not for `InvalidRequest` and `Custom`; for
/// `CommunicationError` only reqwest's error tells; in every other case it did.
///
/// ```
/// use people_protect_api::{CallError, Error};
///
/// let error: CallError = Error::Custom("no token".to_owned()).into();
/// assert_eq!(error.to_string(), "not sent: no token");
/// assert_eq!(error.status(), None);
/// ```
pub struct CallError<E = ()>(Box<Error<E>>);

impl<E> CallError<E> {
    /// The status of the answer, if there was one and it is known. An answer that did not parse
    /// has lost it; a [`Middleware`](crate::Middleware) sees it.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.0.status()
    }

    /// The whole error. Its own `Debug` and `Display` show bodies, headers and addresses: do not
    /// log them.
    #[must_use]
    pub fn inner(&self) -> &Error<E> {
        &self.0
    }

    /// The whole error, by move. As for [`inner`](Self::inner), do not log it.
    #[must_use]
    pub fn into_inner(self) -> Error<E> {
        *self.0
    }
}

impl<E> From<Error<E>> for CallError<E> {
    fn from(error: Error<E>) -> Self {
        Self(Box::new(error))
    }
}

impl<E> From<reqwest::Error> for CallError<E> {
    fn from(error: reqwest::Error) -> Self {
        Error::from(error).into()
    }
}

impl<E> fmt::Display for CallError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Error::InvalidRequest(text) => write!(f, "invalid request, not sent: {text}"),
            Error::Custom(text) => write!(f, "not sent: {text}"),
            Error::CommunicationError(error) => f.write_str(if error.is_timeout() {
                "the time for the answer ran out"
            } else if error.is_connect() {
                "cannot connect to the server"
            } else {
                "the connection failed"
            }),
            Error::InvalidUpgrade(_) => f.write_str("the connection could not be upgraded"),
            Error::ErrorResponse(answer) => write!(f, "the server answered {}", answer.status()),
            Error::ResponseBodyError(_) => f.write_str("the connection broke within the answer"),
            Error::InvalidResponsePayload(body, error) => write!(
                f,
                "the answer of {} bytes is not the documented JSON (line {}, column {})",
                body.len(),
                error.line(),
                error.column()
            ),
            Error::UnexpectedResponse(answer) => {
                write!(
                    f,
                    "the server answered {}, which nothing documents",
                    answer.status()
                )
            }
        }
    }
}

impl<E> fmt::Debug for CallError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CallError({self})")
    }
}

// No source: the errors below name the address, and with it ids and session tokens.
impl<E> std::error::Error for CallError<E> {}
