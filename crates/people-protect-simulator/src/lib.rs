//! A stateful stand-in for the staging service of AURA's People Protect API ("Panic API").
//!
//! Real HTTP on a real port, with real state behind it: customers, subscriptions over time,
//! callouts that go through their stages, signed tokens that expire. It is made from public
//! documentation only, and nothing of it has been compared with the live service: what rests on
//! assumptions is marked so in the code, with the rule it belongs to (`R27`) or the contradiction
//! it decides (`C16`).
//!
//! # In a test
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use std::time::Duration;
//! use people_protect_simulator::{Clock, Simulator};
//!
//! let simulator = Simulator::builder().clock(Clock::manual()).start().await?;
//! let client = reqwest::Client::new();
//! let token: serde_json::Value = client
//!     .post(format!("{}/oauth/token", simulator.api_url()))
//!     .json(&serde_json::json!({
//!         "clientId": simulator.credentials().client_id(),
//!         "clientSecret": simulator.credentials().client_secret().reveal(),
//!     }))
//!     .send()
//!     .await?
//!     .json()
//!     .await?;
//! assert_eq!(token["expiresIn"], 3600);
//!
//! simulator.advance(Duration::from_secs(3600))?;
//! let late = client
//!     .get(format!("{}/responseTypes", simulator.api_url()))
//!     .bearer_auth(token["accessToken"].as_str().ok_or("no token")?)
//!     .send()
//!     .await?;
//! assert_eq!(late.status(), 401);
//! simulator.shutdown().await?;
//! # Ok(())
//! # }
//! ```
//!
//! # As a program
//!
//! `people-protect-simulator --port 4010` prints one JSON line with its addresses and credentials
//! on stdout and logs to stderr. The crate's README walks through it with curl.
//!
//! # What is served
//!
//! Every operation of the contract; everything else is answered 404. Beside it the control surface,
//! the pages (tracking, Responder Simulator, sign-up, subscription management, front page) and the
//! deliveries to webhooks. Where nobody knows what AURA does, a switch decides.

// The documentation site says which feature an item needs.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod answer;
mod app;
mod body;
mod call;
mod callout;
mod clock;
mod consistency;
mod control;
mod coverage;
mod customer;
mod delivery;
mod described;
mod device;
mod document;
mod drift;
mod error;
mod event;
mod exception;
mod fault;
mod fixed_location;
mod follow;
mod front;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod gate;
mod happening;
mod index;
mod journal;
mod lead;
mod limit;
mod limits;
mod listen;
mod log;
mod management;
mod nulls;
mod operations;
mod pages;
mod position;
mod problem;
#[cfg(feature = "cli")]
#[cfg_attr(docsrs, doc(cfg(feature = "cli")))]
pub mod program;
mod rating;
mod ready;
mod route;
mod rule;
mod run;
mod scheduled;
mod seat;
mod seed;
mod segment;
mod server;
mod settings;
mod signup;
mod simulator;
mod snapshot;
mod source;
mod sources;
mod stage;
mod state;
mod step;
mod store;
mod subscription;
mod switch;
mod table;
mod token;
mod webhook;
mod wire;

pub use callout::{Callout, Cancellation};
pub use clock::Clock;
pub use customer::Customer;
pub use delivery::{DeliveryError, DeliveryOutcome, DeliveryRecord};
pub use device::Device;
pub use drift::{Drift, JsonType};
pub use error::{Error, ErrorKind};
pub use event::Event;
pub use exception::ExceptionReason;
pub use fault::Fault;
pub use fixed_location::{FixedLocation, FixedLocationsUpload};
pub use happening::About;
pub use journal::RequestRecord;
pub use lead::Lead;
pub use limits::Limits;
pub use management::ManagementSession;
pub use people_protect_api::{OpenObject, PersonalNumber, PersonalText, SecretText};
pub use position::Position;
pub use rating::{RatedItem, Rating};
pub use run::Run;
pub use scheduled::ScheduledRequest;
pub use signup::{SignupOutcome, SignupSession};
pub use simulator::{Builder, Simulator};
pub use snapshot::Snapshot;
pub use source::Credentials;
pub use stage::Stage;
pub use step::{Dispatch, Step};
pub use subscription::Subscription;
pub use webhook::Webhook;
