//! The one hook of the raw client.

use std::fmt::Debug;
use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::Arc;

use progenitor_client::{ClientInfo, Error};

use crate::{Answered, Client};

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
    ) -> BoxFuture<'a, Result<(), Error<()>>> {
        let _ = (client, request, operation);
        Box::pin(ready(Ok(())))
    }

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

    /// All of the way: [`prepare`](Self::prepare), [`execute`](Self::execute), reading the answer
    /// to its end. To do it in one go costs less than to go by way of a `reqwest::Response`.
    ///
    /// # Errors
    ///
    /// What the two report, or that the connection broke within the answer.
    fn answer<'a>(
        &'a self,
        client: &'a Client,
        mut request: reqwest::Request,
        operation: &'static str,
    ) -> BoxFuture<'a, Result<Answered, Error<()>>> {
        Box::pin(async move {
            self.prepare(client, &mut request, operation).await?;
            Answered::whole(self.execute(client, request, operation).await?).await
        })
    }

    /// Is given the answer when the operation has been read from it, or could not be: what the
    /// operation returns has lost a part of it then.
    fn keep(&self, answered: Answered) {
        drop(answered);
    }
}

/// What a [`Client`] carries besides its base address.
#[derive(Debug, Clone, Default)]
pub struct Inner {
    middleware: Option<Arc<dyn Middleware>>,
    /// Shared, as every call of the wrapper has a client of its own.
    csv_base: Option<Arc<str>>,
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
        self.csv_base = Some(base.into().into());
        self
    }

    pub(crate) fn csv_base(&self) -> Option<&str> {
        self.csv_base.as_deref()
    }

    pub(crate) fn keep(&self, answered: Answered) {
        if let Some(middleware) = &self.middleware {
            middleware.keep(answered);
        }
    }
}

impl Client {
    /// The same client with another middleware. They share everything else, so this is cheap.
    #[must_use]
    pub fn with_middleware(&self, middleware: Arc<dyn Middleware>) -> Self {
        Self {
            baseurl: self.baseurl.clone(),
            client: self.client.clone(),
            inner: Inner {
                middleware: Some(middleware),
                csv_base: self.inner.csv_base.clone(),
            },
        }
    }

    /// Sends through the middleware, if there is one.
    pub(crate) fn send<'a>(
        &'a self,
        request: reqwest::Request,
        operation: &'static str,
    ) -> BoxFuture<'a, Result<Answered, Error<()>>> {
        match &self.inner.middleware {
            Some(middleware) => middleware.answer(self, request, operation),
            None => {
                Box::pin(
                    async move { Answered::whole(self.client().execute(request).await?).await },
                )
            }
        }
    }
}
