//! The simulator as a program.

use std::process::ExitCode;

use clap::Parser;
use people_protect_simulator::program::{self, Options};

#[derive(Parser)]
#[command(name = "people-protect-simulator", version)]
struct Program {
    #[command(flatten)]
    options: Options,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    program::main(&Program::parse().options).await
}
