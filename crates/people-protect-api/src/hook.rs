//! The one hook of the raw client.

use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use progenitor_client::{ClientHooks, ClientInfo, Error, OperationInfo};

use crate::Client;

/// A boxed future, as [`Middleware`] returns it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Sees every request of a [`Client`] before it is sent, and sends it.
///
/// `operation` is the operation's id; [`Operation::find`](crate::Operation::find) tells what the
/// contract says about it.
pub trait Middleware: Debug + Send + Sync {
    /// Changes the request before it is sent: a token, a header.
    ///
    /// # Errors
    ///
    /// An error ends the call; nothing was sent then.
    fn prepare<'a>(
        &'a self,
        client: &'a Client,
        request: &'a mut reqwest::Request,
        operation: &'static str,
    ) -> BoxFuture<'a, Result<(), Error<()>>>;

    /// Sends the request. The plain form is `client.client().execute(request)`.
    ///
    /// # Errors
    ///
    /// Only what reqwest itself reports. To report something else, answer with a response made
    /// from an [`http::Response`](reqwest::Response) and keep the reason aside.
    fn execute<'a>(
        &'a self,
        client: &'a Client,
        request: reqwest::Request,
        operation: &'static str,
    ) -> BoxFuture<'a, reqwest::Result<reqwest::Response>> {
        let _ = operation;
        Box::pin(client.client().execute(request))
    }
}

/// What a [`Client`] carries besides its base address.
#[derive(Debug, Clone, Default)]
pub struct Inner {
    middleware: Option<Arc<dyn Middleware>>,
    csv_base: Option<String>,
}

impl Inner {
    /// Carries a middleware.
    #[must_use]
    pub fn new(middleware: Arc<dyn Middleware>) -> Self {
        Self {
            middleware: Some(middleware),
            csv_base: None,
        }
    }

    /// Sets the base of the two CSV routes, which live outside the API's prefix (R50).
    ///
    /// By default it is `/v1` on the host of the client's base address.
    #[must_use]
    pub fn with_csv_base(mut self, base: impl Into<String>) -> Self {
        self.csv_base = Some(base.into());
        self
    }

    pub(crate) fn csv_base(&self) -> Option<&str> {
        self.csv_base.as_deref()
    }
}

impl ClientHooks<Inner> for Client {
    async fn pre<E>(
        &self,
        request: &mut reqwest::Request,
        info: &OperationInfo,
    ) -> Result<(), Error<E>> {
        // The generator sends the contract's version; AURA documents no such header.
        request.headers_mut().remove("api-version");
        match &self.inner().middleware {
            Some(middleware) => middleware
                .prepare(self, request, info.operation_id)
                .await
                .map_err(carry),
            None => Ok(()),
        }
    }

    async fn exec(
        &self,
        request: reqwest::Request,
        info: &OperationInfo,
    ) -> reqwest::Result<reqwest::Response> {
        match &self.inner().middleware {
            Some(middleware) => middleware.execute(self, request, info.operation_id).await,
            None => self.client().execute(request).await,
        }
    }
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
