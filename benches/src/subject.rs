//! One thing done many times, to be counted from outside.

use std::hint::black_box;

use clap::ValueEnum;
use http::{HeaderMap, HeaderValue};
use people_protect::webhooks::Receiver;
use people_protect::{Credentials, CustomerId, Environment, PeopleProtect, Position};
use serde_json::Value;

use crate::by_hand::{self, Failed, Location};
use crate::canned;

/// Who does it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Who {
    /// This workspace.
    Ours,
    /// What a user would write instead.
    ByHand,
}

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum What {
    /// A callout is raised.
    Raise,
    /// A callout is read.
    Get,
    /// A delivery of a webhook is checked and read.
    Webhook,
}

const HEADER: &str = "x-webhook-secret";
const SECRET: &str = "a secret of a sensible length";

/// A delivery as it comes from the simulator, shortened to what both sides read.
const DELIVERY: &[u8] = br#"{"message":"RESPONDER_ACKNOWLEDGED_CALLOUT","callout":{"id":7,"customerId":5,"status":"dispatched","createdAt":"2026-01-01T10:00:00.000Z","incidentInformation":[{"responseType":{"value":"SECURITY"},"calloutCurrentLocation":{"latitude":-26.12345,"longitude":28.12345},"typeOfEmergency":{"description":"Panic"}}]}}"#;

/// Does it so many times against a server at this address.
///
/// # Errors
///
/// If one of the times fails.
pub async fn run(who: Who, what: What, times: u32, address: &str) -> Result<(), Failed> {
    match (who, what) {
        (Who::Ours, What::Webhook) => {
            let receiver = Receiver::new(HEADER, SECRET)?;
            let headers = headers();
            for _ in 0..times {
                let delivery = receiver.receive(black_box(&headers), black_box(DELIVERY))?;
                black_box((delivery.event(), delivery.callout_id()));
            }
        }
        (Who::ByHand, What::Webhook) => {
            let headers = headers();
            for _ in 0..times {
                let given = black_box(&headers).get(HEADER).ok_or("no header")?;
                if !equal(given.as_bytes(), SECRET.as_bytes()) {
                    return Err("another secret".into());
                }
                let body: Value = serde_json::from_slice(black_box(DELIVERY))?;
                let event = body["message"].as_str().ok_or("no event")?;
                let id = body["callout"]["id"].as_i64().ok_or("no id")?;
                black_box((event, id));
            }
        }
        (Who::Ours, call) => {
            let environment = Environment::custom(&format!("http://{address}"))?;
            let aura =
                PeopleProtect::builder(environment, Credentials::new("id", "secret")?).build()?;
            let here = Position::new(-26.12345, 28.12345)?;
            for _ in 0..times {
                if call == What::Raise {
                    let customer = aura.customer(CustomerId::from(5));
                    black_box(customer.raise(here, 1.into()).live().await?);
                } else {
                    black_box(aura.callout(7).get().await?);
                }
            }
        }
        (Who::ByHand, call) => {
            // The address that the wrapper makes of its own.
            let client = by_hand::Client::new(&format!("http://{address}/panic-api/v2"))?;
            for _ in 0..times {
                if call == What::Raise {
                    let here = Location {
                        latitude: -26.12345,
                        longitude: 28.12345,
                    };
                    black_box(client.raise(5, here).await?);
                } else {
                    black_box(client.get(7).await?);
                }
            }
        }
    }
    // So that neither is taken for unused.
    black_box((canned::TOKEN, canned::RAISED));
    Ok(())
}

/// In constant time, as everybody is told to compare secrets, but for the length.
fn equal(given: &[u8], secret: &[u8]) -> bool {
    let differ = given
        .iter()
        .zip(secret)
        .fold(0, |all, (a, b)| all | (a ^ b));
    given.len() == secret.len() && differ == 0
}

fn headers() -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(HEADER, HeaderValue::from_static(SECRET));
    headers.insert("content-type", HeaderValue::from_static("application/json"));
    headers
}
