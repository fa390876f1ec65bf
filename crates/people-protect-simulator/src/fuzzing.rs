//! Operations without a network, for the target in `tests/fuzz` and for nobody else.

use serde_json::{Value, json};

use crate::app::{App, Arrived};
use crate::call::Setup;
use crate::clock::Clock;
use crate::operations::{Served, served};
use crate::seed::Seed;
use crate::settings::Settings;
use crate::source::Source;
use crate::token::Signer;

/// A simulator without a port, with a covered customer, an active callout and one of most other
/// things. What it is given stays: it is made anew for each input.
pub struct Bench {
    app: App,
    served: Vec<Served>,
    token: String,
    customer_token: String,
}

/// What an operation answered.
#[derive(Debug)]
pub struct Reply {
    /// The operation's id in the contract.
    pub operation: &'static str,
    /// The status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

impl Bench {
    /// One with the documentation's Jane Doe in it.
    #[must_use]
    pub fn new() -> Self {
        let seed = Seed(0);
        let setup = Setup {
            sources: Source::built_in(),
            seed,
            signer: Signer::new(seed),
            origin: "http://127.0.0.1:4010".to_owned(),
        };
        let credentials = setup.sources[0].credentials.clone();
        let mut bench = Self {
            app: App::new(setup, Clock::manual(), Settings::default()),
            served: served().collect(),
            token: String::new(),
            customer_token: String::new(),
        };
        let asked = json!({
            "clientId": credentials.client_id(),
            "clientSecret": credentials.client_secret().reveal(),
        });
        let token = bench.named("create_oauth_token", &asked);
        bench.token = bearer(token["accessToken"].as_str());
        bench.named(
            "create_customer",
            &json!({
                "customer": { "name": "Jane", "surname": "Doe", "mobile": "+27821234567" },
                "subscription": { "subscriptionTypeId": 4 },
            }),
        );
        bench.named(
            "create_customer_callout",
            &json!({
                "location": { "latitude": -26.12345, "longitude": 28.12345, "accuracy": 10 },
                "responseTypeId": 1,
                "calloutClassificationId": 1,
            }),
        );
        let token = bench.app.customer_token(178_921).ok();
        bench.customer_token = bearer(token.as_ref().map(|token| token.reveal()));
        bench
    }

    /// How many operations there are.
    #[must_use]
    pub fn operations(&self) -> usize {
        self.served.len()
    }

    /// Calls one of them with what it needs but for the body; none if there is no such.
    #[must_use]
    pub fn call(&self, index: usize, content_type: &str, body: &[u8]) -> Option<Reply> {
        let served = self.served.get(index)?;
        let path: Vec<(String, String)> = names(served.operation.path)
            .map(|name| (name.to_owned(), known(name).to_owned()))
            .collect();
        let token = match served.operation.auth {
            people_protect_api::Auth::Customer => &self.customer_token,
            _ => &self.token,
        };
        let answer = self.app.run(
            served,
            &Arrived {
                method: served.operation.method,
                authorization: Some(token),
                content_type: Some(content_type),
                path: &path,
                body,
            },
        );
        Some(Reply {
            operation: served.operation.id,
            status: answer.status.as_u16(),
            body: answer.body,
        })
    }

    fn named(&self, id: &str, body: &Value) -> Value {
        let index = self
            .served
            .iter()
            .position(|served| served.operation.id == id);
        index
            .and_then(|index| self.call(index, "application/json", body.to_string().as_bytes()))
            .and_then(|reply| serde_json::from_slice(&reply.body).ok())
            .unwrap_or_default()
    }
}

impl Default for Bench {
    fn default() -> Self {
        Self::new()
    }
}

fn bearer(token: Option<&str>) -> String {
    format!("Bearer {}", token.unwrap_or_default())
}

/// The parameters of a path.
fn names(path: &str) -> impl Iterator<Item = &str> {
    path.split('{')
        .skip(1)
        .filter_map(|rest| rest.split('}').next())
}

/// A value under which there is something.
fn known(name: &str) -> &'static str {
    match name {
        "customerId" => "178921",
        "subscriptionId" => "8811",
        "calloutId" => "992011",
        _ => "1",
    }
}

#[cfg(test)]
mod tests {
    use super::Bench;

    #[test]
    fn every_operation_is_reached_with_a_token_that_is_taken() {
        let bench = Bench::new();
        for index in 0..bench.operations() {
            let reply = bench.call(index, "application/json", b"{}").unwrap();
            let by_credentials = reply.operation == "create_oauth_token";
            assert!(by_credentials || reply.status != 401, "{}", reply.operation);
            assert_ne!(reply.status, 500, "{}", reply.operation);
        }
    }

    #[test]
    fn there_is_a_customer_with_a_callout() {
        let bench = Bench::new();
        let read = bench.named("get_callout", &serde_json::json!({}));
        assert_eq!(read["callout"]["id"], 992_011);
    }
}
