//! A whole emergency, from the token to the closed callout.
//!
//! ```text
//! cargo run --example quickstart
//! ```
//!
//! starts a simulator in this process, plays the responder and needs nothing else. With
//! `AURA_CLIENT_ID` and `AURA_CLIENT_SECRET` set it runs against AURA's staging instead, asks
//! before it raises a callout, and waits for somebody to drive the portal's Responder Simulator.
//!
//! It ends with exit code 0 only if the callout was seen closed.

mod arguments;
mod flow;
mod progress;
mod target;

use std::process::ExitCode;

use clap::Parser;

#[tokio::main]
async fn main() -> ExitCode {
    flow::quickstart(&arguments::Arguments::parse()).await
}
