//! The wrapper against servers that answer what a test says.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod answers;
mod board;
mod cancelling;
mod chance;
mod chatting;
mod clock;
mod connections;
#[cfg(feature = "coverage")]
mod coverage;
mod customers;
mod deadline;
mod devices;
mod entitlement;
mod envelopes;
mod every_method;
mod fixed_locations;
#[cfg(feature = "csv")]
mod fixed_locations_sync;
mod gated;
mod hosted_redaction;
mod hurried;
mod leads;
mod mobile;
mod pains;
mod payment;
mod position;
mod raising;
mod recording;
mod redaction;
mod redaction_of_records;
mod registering;
mod repeating;
mod return_url;
mod scene;
mod scheduled_services;
mod server;
mod shared_token;
mod signup;
mod simulated;
mod socket;
mod standing;
mod streaming;
mod subscription_management;
mod subscriptions;
mod token;
mod watching;
mod watching_freshness;
mod watching_many;
mod watching_until;
mod world;
