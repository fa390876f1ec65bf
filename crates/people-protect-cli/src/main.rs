//! The command line for people: the main flow, the simulator, the conformance suite, and what a changed
//! contract breaks. Each command says what its exit codes mean.

mod contract;
mod man;
#[cfg(feature = "api")]
mod quickstart;

use std::io::Write as _;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};
use clap_complete::Shell;
#[cfg(feature = "api")]
use people_protect_conformance::program as conformance;
#[cfg(feature = "api")]
use people_protect_simulator::program as simulator;

// Quicker than the system's, and keeps what belongs together closer.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Tools for the People Protect API and for any other OpenAPI contract.
#[derive(Parser)]
#[command(name = "people-protect", version)]
struct Program {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Walks through a whole emergency: on a simulator, or on staging with credentials.
    #[cfg(feature = "api")]
    Quickstart(quickstart::Arguments),
    /// Serves a stand-in for the staging service.
    #[cfg(feature = "api")]
    Simulator(simulator::Options),
    /// Says where a server keeps the documented rules, and where not.
    #[cfg(feature = "api")]
    #[command(after_help = conformance::EXAMPLES.replace("people-protect-conformance", "people-protect conformance"))]
    Conformance {
        #[command(subcommand)]
        command: Box<conformance::Command>,
    },
    /// Work on contracts: OpenAPI 3.0 or 3.1 documents.
    Contract {
        #[command(subcommand)]
        command: Contract,
    },
    /// Prints what completes the commands in a shell.
    Completions {
        /// The shell.
        shell: Shell,
    },
    /// Prints the manual page of the program or of a command, or writes all of them.
    Man(man::Asked),
}

#[derive(Subcommand)]
enum Contract {
    /// Says what changed between two documents, and whom that breaks.
    Diff(contract::Diff),
}

/// A reader that has gone away is no reason to fail.
fn out(bytes: &[u8]) {
    let mut stdout = std::io::stdout();
    let _ = stdout.write_all(bytes).and_then(|()| stdout.flush());
}

/// What talks to servers waits for them.
#[cfg(feature = "api")]
fn wait(work: impl Future<Output = ExitCode>) -> ExitCode {
    match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime.block_on(work),
        Err(error) => failed(&error.to_string()),
    }
}

fn failed(why: &str) -> ExitCode {
    // Where nobody reads stderr, the exit code still says it.
    let _ = writeln!(std::io::stderr(), "error: {why}");
    ExitCode::from(2)
}

fn main() -> ExitCode {
    let ended = match Program::parse().command {
        Command::Contract {
            command: Contract::Diff(asked),
        } => asked.run(),
        Command::Completions { shell } => {
            let mut text = Vec::new();
            let mut program = Program::command();
            clap_complete::generate(shell, &mut program, "people-protect", &mut text);
            out(&text);
            Ok(0)
        }
        Command::Man(asked) => asked.run(Program::command()).map(|()| 0),
        #[cfg(feature = "api")]
        Command::Quickstart(asked) => return wait(quickstart::quickstart(&asked)),
        #[cfg(feature = "api")]
        Command::Simulator(options) => return wait(simulator::main(&options)),
        #[cfg(feature = "api")]
        Command::Conformance { command } => return wait(conformance::main(*command)),
    };
    match ended {
        Ok(code) => ExitCode::from(code),
        Err(why) => failed(&why),
    }
}
