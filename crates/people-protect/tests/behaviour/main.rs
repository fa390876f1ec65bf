//! The wrapper against servers that answer what a test says.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod answers;
mod clock;
mod deadline;
mod raising;
mod redaction;
mod registering;
mod server;
mod simulated;
mod token;
mod watching;
