//! Webhooks: what is delivered, what is made of it, and what is registered.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod bodies;
mod extracting;
mod fixtures;
mod inbox;
mod liveness;
mod reading;
mod receiving;
mod redaction;
mod registering;
mod repeats;
mod simulated;

#[path = "../behaviour/clock.rs"]
#[allow(dead_code, reason = "shared; a part of it is used here")]
mod clock;
#[path = "../behaviour/server.rs"]
#[allow(dead_code, reason = "shared; a part of it is used here")]
mod server;
