//! A whole answer, and what an operation makes of it.

use std::fmt;

use bytes::Bytes;
use progenitor_client::{Error, ResponseValue};
use reqwest::header::HeaderMap;
use reqwest::{Response, StatusCode};
use serde::de::DeserializeOwned;

use crate::{CallError, Client};

/// An answer that was read to its end: status, headers and the body as received.
///
/// `Debug` shows the status and the size of the body only.
#[derive(Clone)]
pub struct Answered {
    /// On the heap, as it goes through many hands and would be copied by each.
    parts: Box<Parts>,
    empty_is_object: bool,
}

#[derive(Clone)]
struct Parts {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Answered {
    /// An answer.
    #[must_use]
    pub fn new(status: StatusCode, headers: HeaderMap, body: Bytes) -> Self {
        let parts = Box::new(Parts {
            status,
            headers,
            body,
        });
        Self {
            parts,
            empty_is_object: false,
        }
    }

    /// The same status and headers with this body.
    #[must_use]
    pub fn with_body(mut self, body: Bytes) -> Self {
        self.parts.body = body;
        self
    }

    /// Reads an empty body as `{}` where JSON is expected. The body itself stays empty.
    #[must_use]
    pub fn with_empty_as_object(mut self) -> Self {
        self.empty_is_object = true;
        self
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.parts.status
    }

    /// The headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.parts.headers
    }

    /// The body as received.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.parts.body
    }

    /// All of it, by move.
    #[must_use]
    pub fn into_parts(self) -> (StatusCode, HeaderMap, Bytes) {
        let Parts {
            status,
            headers,
            body,
        } = *self.parts;
        (status, headers, body)
    }

    /// Reads an answer to its end.
    pub(crate) async fn whole(mut response: Response) -> Result<Self, Error<()>> {
        let status = response.status();
        let headers = std::mem::take(response.headers_mut());
        let body = response.bytes().await.map_err(Error::ResponseBodyError)?;
        Ok(Self::new(status, headers, body))
    }

    fn json<T: DeserializeOwned, E>(&self) -> Result<T, CallError<E>> {
        let body = self.body();
        let text = match body.is_empty() && self.empty_is_object {
            true => b"{}",
            false => body.as_ref(),
        };
        serde_json::from_slice(text)
            .map_err(|error| Error::InvalidResponsePayload(body.clone(), error).into())
    }

    fn value<T>(&self, inner: T) -> ResponseValue<T> {
        ResponseValue::new(inner, self.status(), self.headers().clone())
    }
}

impl fmt::Debug for Answered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answered")
            .field("status", &self.status().as_u16())
            .field("body_bytes", &self.body().len())
            .finish_non_exhaustive()
    }
}

/// The result of an operation whose answer is JSON.
pub(crate) fn json<T, E>(
    client: &Client,
    answered: Result<Answered, Error<()>>,
) -> Result<ResponseValue<T>, CallError<E>>
where
    T: DeserializeOwned,
    E: DeserializeOwned,
{
    read(client, answered, Answered::json)
}

/// The result of an operation whose answer is something else.
pub(crate) fn bytes<E: DeserializeOwned>(
    client: &Client,
    answered: Result<Answered, Error<()>>,
) -> Result<ResponseValue<Bytes>, CallError<E>> {
    read(client, answered, |answered| Ok(answered.body().clone()))
}

fn read<T, E: DeserializeOwned>(
    client: &Client,
    answered: Result<Answered, Error<()>>,
    success: impl FnOnce(&Answered) -> Result<T, CallError<E>>,
) -> Result<ResponseValue<T>, CallError<E>> {
    let answered = answered.map_err(carry)?;
    let result = match answered.status().as_u16() {
        200..=299 => success(&answered).map(|inner| answered.value(inner)),
        400..=599 => Err(match answered.json() {
            Ok(inner) => Error::ErrorResponse(answered.value(inner)).into(),
            Err(error) => error,
        }),
        _ => Err(Error::UnexpectedResponse(response(&answered)).into()),
    };
    client.inner.keep(answered);
    result
}

fn response(answered: &Answered) -> Response {
    let mut response = http::Response::new(answered.body().clone());
    *response.status_mut() = answered.status();
    *response.headers_mut() = answered.headers().clone();
    response.into()
}

/// Moves a middleware's error to the operation's error type.
fn carry<E>(error: Error<()>) -> Error<E> {
    match error {
        Error::InvalidRequest(text) => Error::InvalidRequest(text),
        Error::CommunicationError(error) => Error::CommunicationError(error),
        Error::InvalidUpgrade(error) => Error::InvalidUpgrade(error),
        Error::ResponseBodyError(error) => Error::ResponseBodyError(error),
        Error::InvalidResponsePayload(body, error) => Error::InvalidResponsePayload(body, error),
        Error::UnexpectedResponse(response) => Error::UnexpectedResponse(response),
        Error::Custom(text) => Error::Custom(text),
        // A middleware has no typed error body to give.
        Error::ErrorResponse(response) => {
            Error::Custom(format!("the middleware answered {}", response.status()))
        }
    }
}
