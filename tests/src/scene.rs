//! A scene on the simulator, seen as bare HTTP: no client of ours stands between.

use people_protect_simulator::{Clock, Simulator};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

/// A running simulator at a fixed time, and a token for it.
pub struct Scene {
    /// The simulator.
    pub simulator: Simulator,
    client: reqwest::Client,
    token: Option<String>,
}

/// One answer as it came.
#[derive(Debug)]
pub struct Exchange {
    /// The operation's id in the contract.
    pub operation: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// The content type.
    pub content_type: String,
    /// The body.
    pub body: Value,
}

type Failure = Box<dyn std::error::Error>;

impl Scene {
    /// Starts a simulator whose clock stands still.
    ///
    /// # Errors
    ///
    /// If it cannot listen.
    pub async fn start() -> Result<Self, Failure> {
        let simulator = Simulator::builder().clock(Clock::manual()).start().await?;
        Ok(Self {
            simulator,
            client: reqwest::Client::builder().no_proxy().build()?,
            token: None,
        })
    }

    /// Calls an operation of the contract.
    ///
    /// # Errors
    ///
    /// If the exchange fails or the answer is not JSON.
    pub async fn call(
        &self,
        operation: &'static str,
        ids: &[i64],
        body: Option<&Value>,
    ) -> Result<Exchange, Failure> {
        let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
        self.call_as(self.token.as_deref(), operation, &ids, body)
            .await
    }

    /// Calls an operation of the contract whose path holds text.
    ///
    /// # Errors
    ///
    /// As [`call`](Self::call).
    pub async fn call_at(
        &self,
        operation: &'static str,
        segments: &[&str],
        body: Option<&Value>,
    ) -> Result<Exchange, Failure> {
        let segments: Vec<String> = segments.iter().map(ToString::to_string).collect();
        self.call_as(self.token.as_deref(), operation, &segments, body)
            .await
    }

    /// Calls an operation with a token of its own and with ids that may be text.
    ///
    /// # Errors
    ///
    /// If the exchange fails or the answer is not JSON.
    pub async fn call_as(
        &self,
        token: Option<&str>,
        operation: &'static str,
        ids: &[String],
        body: Option<&Value>,
    ) -> Result<Exchange, Failure> {
        let row = people_protect_api::Operation::find(operation)
            .ok_or_else(|| format!("no operation is called {operation}"))?;
        let mut ids = ids.iter();
        let path: Vec<String> = row
            .path
            .split('/')
            .map(|part| match part.strip_prefix('{') {
                Some(_) => ids.next().cloned().unwrap_or_default(),
                None => part.to_owned(),
            })
            .collect();
        let url = format!("{}{}", self.simulator.api_url(), path.join("/"));
        let mut request = self.client.request(row.method.parse::<Method>()?, url);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request.send().await?;
        Ok(Exchange {
            operation,
            status: answer.status().as_u16(),
            content_type: answer
                .headers()
                .get("content-type")
                .and_then(|value| value.to_str().ok())
                .unwrap_or_default()
                .to_owned(),
            body: answer.json().await?,
        })
    }

    /// Calls an operation whose one id is text, with the scene's token and no body.
    ///
    /// # Errors
    ///
    /// As [`call`](Self::call).
    pub async fn call_text(&self, operation: &'static str, id: &str) -> Result<Exchange, Failure> {
        self.call_as(self.token.as_deref(), operation, &[id.to_owned()], None)
            .await
    }

    /// Exchanges the simulator's credentials for a token and uses it from here on.
    ///
    /// # Errors
    ///
    /// If there is no token.
    pub async fn authenticate(&mut self) -> Result<Exchange, Failure> {
        let credentials = self.simulator.credentials();
        let body = json!({
            "clientId": credentials.client_id(),
            "clientSecret": credentials.client_secret().reveal(),
        });
        let exchange = self.call("create_oauth_token", &[], Some(&body)).await?;
        self.token = exchange.body["accessToken"].as_str().map(str::to_owned);
        Ok(exchange)
    }

    /// Registers Jane Doe with a subscription that runs at the scene's time.
    ///
    /// # Errors
    ///
    /// If she is refused.
    pub async fn register(&self) -> Result<Exchange, Failure> {
        let types = self.call("list_subscription_types", &[], None).await?;
        let body = json!({
            "customer": {"name": "Jane", "surname": "Doe", "mobile": "+27821234567"},
            "subscription": {
                "subscriptionTypeId": types.body["subscriptionTypes"][0]["id"],
                "validFrom": "2026-06-10T00:00:00Z",
                "validTo": "2027-06-10T00:00:00Z",
            },
        });
        let exchange = self.call("create_customer", &[], Some(&body)).await?;
        if StatusCode::from_u16(exchange.status)?.is_success() {
            return Ok(exchange);
        }
        Err(format!("registering was answered {}", exchange.status).into())
    }

    /// Raises a callout for a customer at the documentation's example position.
    ///
    /// # Errors
    ///
    /// If the exchange fails.
    pub async fn raise(&self, customer: i64) -> Result<Exchange, Failure> {
        let responses = self.call("list_response_types", &[], None).await?;
        let body = json!({
            "location": {"latitude": -26.12345, "longitude": 28.12345, "accuracy": 10},
            "responseTypeId": responses.body["responseTypes"][0]["id"],
            "calloutClassificationId": 1,
        });
        self.call("create_customer_callout", &[customer], Some(&body))
            .await
    }
}
