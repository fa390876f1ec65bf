//! The same as `by_hand` on what is below reqwest: hyper with hyper-util's pool. No time limits, no
//! redirects, no proxies, no TLS: what nobody would ship, and the least that a call can cost.

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use http::{HeaderValue, Method, Request};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client as Pool;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde::de::DeserializeOwned;
use tokio::sync::Mutex;

use crate::by_hand::{Callout, Credentials, Envelope, Failed, Location, Raise, Raised, Token};

/// The client.
#[derive(Debug)]
pub struct Client {
    http: Pool<HttpConnector, Full<Bytes>>,
    base: String,
    token: Mutex<Option<HeaderValue>>,
}

impl Client {
    /// A client of a server at this address.
    #[must_use]
    pub fn new(base: &str) -> Self {
        let mut connector = HttpConnector::new();
        // As reqwest does.
        connector.set_nodelay(true);
        Self {
            http: Pool::builder(TokioExecutor::new()).build(connector),
            base: base.to_owned(),
            token: Mutex::default(),
        }
    }

    async fn send<T: DeserializeOwned>(
        &self,
        method: Method,
        path: String,
        token: Option<HeaderValue>,
        body: Option<Vec<u8>>,
    ) -> Result<T, Failed> {
        // The same request as by hand and as the wrapper's.
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(USER_AGENT, "by-hyper/1.0")
            .header(ACCEPT, "application/json");
        if let Some(token) = token {
            request = request.header(AUTHORIZATION, token);
        }
        if body.is_some() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        let body = Full::new(Bytes::from(body.unwrap_or_default()));
        let answer = self.http.request(request.body(body)?).await?;
        if !answer.status().is_success() {
            return Err(format!("answered {}", answer.status()).into());
        }
        let body = answer.into_body().collect().await?.to_bytes();
        Ok(serde_json::from_slice(&body)?)
    }

    async fn token(&self) -> Result<HeaderValue, Failed> {
        let mut held = self.token.lock().await;
        if let Some(token) = &*held {
            return Ok(token.clone());
        }
        let credentials = serde_json::to_vec(&Credentials {
            client_id: "id",
            client_secret: "secret",
        })?;
        let path = format!("{}/oauth/token", self.base);
        let token: Token = self
            .send(Method::POST, path, None, Some(credentials))
            .await?;
        let header = HeaderValue::try_from(format!("Bearer {}", token.access_token))?;
        Ok(held.insert(header).clone())
    }

    /// Calls for help.
    ///
    /// # Errors
    ///
    /// Whatever went wrong.
    pub async fn raise(&self, customer: i64, location: Location) -> Result<Raised, Failed> {
        let token = self.token().await?;
        let raise = serde_json::to_vec(&Raise {
            location,
            response_type_id: 1,
        })?;
        let path = format!("{}/customers/{customer}/callouts", self.base);
        let answer: Envelope<Raised> = self
            .send(Method::POST, path, Some(token), Some(raise))
            .await?;
        Ok(answer.callout)
    }

    /// Reads a callout.
    ///
    /// # Errors
    ///
    /// Whatever went wrong.
    pub async fn get(&self, callout: i64) -> Result<Callout, Failed> {
        let token = self.token().await?;
        let path = format!("{}/callouts/{callout}", self.base);
        let answer: Envelope<Callout> = self.send(Method::GET, path, Some(token), None).await?;
        Ok(answer.callout)
    }
}
