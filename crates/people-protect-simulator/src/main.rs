//! The simulator as a program.

use std::process::ExitCode;

use clap::Parser;
use people_protect_simulator::program::{self, Options};

// Quicker than the system's, and keeps what belongs together closer.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

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
