//! The conformance suite as a program.

use std::process::ExitCode;

use clap::Parser;
use people_protect_conformance::program::{self, Command};

// Quicker than the system's, and keeps what belongs together closer.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Where does a server hold to the documented rules of the People Protect API, where not, and which
/// side of each contradiction does it take?
#[derive(Parser)]
#[command(name = "people-protect-conformance", version, after_help = program::EXAMPLES)]
struct Program {
    #[command(subcommand)]
    command: Command,
}

#[tokio::main]
async fn main() -> ExitCode {
    program::main(Program::parse().command).await
}
