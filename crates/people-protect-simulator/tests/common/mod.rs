//! A simulator and a plain HTTP client that is signed in to it.
#![allow(dead_code, reason = "each test file uses a part of it")]
#![allow(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

pub(crate) mod receiver;

use std::time::Duration;

use people_protect_simulator::{Builder, Clock, Credentials, Simulator};
use reqwest::Method;
use serde_json::{Value, json};

pub(crate) const JANE: &str = "+27821234567";

/// A simulator with a standing clock, and the token of its first source.
pub(crate) struct Bench {
    pub(crate) simulator: Simulator,
    pub(crate) client: reqwest::Client,
    pub(crate) token: String,
}

/// A status and a JSON body.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl Reply {
    /// The body, if the status is the expected one.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        self.body
    }

    /// The message of a refusal with that status (R55).
    #[track_caller]
    pub(crate) fn refused(self, status: u16) -> String {
        let body = self.expect(status);
        let message = body["message"].as_str().unwrap_or_default();
        assert!(!message.is_empty(), "a refusal without message: {body}");
        message.to_owned()
    }

    /// The names of the body's members.
    pub(crate) fn keys(&self) -> Vec<&str> {
        let mut keys: Vec<_> = self
            .body
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        keys.sort_unstable();
        keys
    }
}

impl Bench {
    pub(crate) async fn new() -> Self {
        Self::with(
            Simulator::builder()
                .clock(Clock::manual())
                .start()
                .await
                .unwrap(),
        )
        .await
    }

    pub(crate) async fn with(simulator: Simulator) -> Self {
        let mut bench = Self {
            simulator,
            // Nothing here is TLS, and reading the machine's certificates takes time.
            client: reqwest::Client::builder()
                .no_proxy()
                .tls_certs_only([])
                .build()
                .unwrap(),
            token: String::new(),
        };
        bench.token = bench.sign_in(bench.simulator.credentials()).await;
        bench
    }

    /// One that was told how to start.
    pub(crate) async fn of(builder: Builder) -> Self {
        Self::with(builder.start().await.unwrap()).await
    }

    /// What a control route shows.
    pub(crate) async fn control_get(&self, path: &str) -> Value {
        let url = format!("{}/{path}", self.simulator.control_url());
        self.send_to(&url, Method::GET, None, None)
            .await
            .expect(200)
    }

    pub(crate) async fn sign_in(&self, credentials: &Credentials) -> String {
        let body = json!({
            "clientId": credentials.client_id(),
            "clientSecret": credentials.client_secret().reveal(),
        });
        let token = self
            .send(Method::POST, "/oauth/token", None, Some(body))
            .await
            .expect(200);
        // A switch may have the earlier spelling.
        let token = token.get("accessToken").or(token.get("access_token"));
        token.and_then(Value::as_str).unwrap().to_owned()
    }

    /// Moves the clock and signs in again, as a token does not last that long.
    pub(crate) async fn later(&mut self, days: u32) {
        self.simulator
            .advance(Duration::from_secs(24 * 3600) * days)
            .unwrap();
        self.token = self.sign_in(self.simulator.credentials()).await;
    }

    /// The token of the second source.
    pub(crate) async fn other_source(&self) -> String {
        self.sign_in(self.simulator.sources().nth(1).unwrap()).await
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Option<Value>,
    ) -> Reply {
        let url = format!("{}{path}", self.simulator.api_url());
        self.send_to(&url, method, token, body).await
    }

    pub(crate) async fn send_to(
        &self,
        url: &str,
        method: Method,
        token: Option<&str>,
        body: Option<Value>,
    ) -> Reply {
        let mut request = self.client.request(method, url);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let kind = response.headers()["content-type"]
            .to_str()
            .unwrap()
            .to_owned();
        assert_eq!(kind, "application/json", "{url} answered {status}");
        Reply {
            status,
            body: response.json().await.unwrap(),
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, Some(&self.token), None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Reply {
        self.send(Method::POST, path, Some(&self.token), Some(body))
            .await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Reply {
        self.send(Method::PUT, path, Some(&self.token), Some(body))
            .await
    }

    pub(crate) async fn delete(&self, path: &str, body: Option<Value>) -> Reply {
        self.send(Method::DELETE, path, Some(&self.token), body)
            .await
    }

    pub(crate) async fn control(&self, path: &str, body: Value) -> Reply {
        let url = format!("{}{path}", self.simulator.control_url());
        self.send_to(&url, Method::POST, None, Some(body)).await
    }

    /// A customer without any subscription.
    pub(crate) async fn uncovered(&self, mobile: &str) -> i64 {
        let customer = self
            .post("/customers", json!({ "customer": person(mobile) }))
            .await
            .expect(201);
        customer["customer"]["id"].as_i64().unwrap()
    }

    /// A customer with a subscription that is active for 30 days.
    pub(crate) async fn covered(&self, mobile: &str) -> i64 {
        let body = json!({
            "customer": person(mobile),
            "subscription": {
                "subscriptionTypeId": 4,
                "validFrom": "2026-06-10T00:00:00Z",
                "validTo": "2026-07-10T00:00:00Z",
            },
        });
        let created = self.post("/customers", body.clone()).await.expect(201);
        let customer = created["customer"]["id"].as_i64().unwrap();
        // While R71 is broken, it takes a second call.
        let snapshot = self.simulator.snapshot();
        if snapshot
            .customer(customer)
            .unwrap()
            .subscriptions
            .is_empty()
        {
            let mut body = body["subscription"].clone();
            body["customerId"] = customer.into();
            self.post("/subscriptions", body).await.expect(201);
        }
        customer
    }

    /// A callout of a new covered customer: customer and callout.
    pub(crate) async fn raised(&self) -> (i64, i64) {
        let customer = self.covered(JANE).await;
        let created = self.raise(customer).await.expect(201);
        (customer, created["callout"]["id"].as_i64().unwrap())
    }

    pub(crate) async fn raise(&self, customer: i64) -> Reply {
        self.post(&format!("/customers/{customer}/callouts"), cry())
            .await
    }

    pub(crate) async fn callout_token(&self, customer: i64) -> String {
        let body = json!({ "customerId": customer });
        let token = self.post("/oauth/calloutToken", body).await.expect(200);
        token["accessToken"].as_str().unwrap().to_owned()
    }
}

pub(crate) fn person(mobile: &str) -> Value {
    json!({ "name": "Jane", "surname": "Doe", "mobile": mobile })
}

/// The body of the documentation's example (R24).
pub(crate) fn cry() -> Value {
    json!({
        "location": { "latitude": -26.12345, "longitude": 28.12345, "accuracy": 10 },
        "responseTypeId": 1,
        "calloutClassificationId": 1,
    })
}
