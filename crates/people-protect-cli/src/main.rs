//! The command line for people: what a changed contract breaks.
//!
//! Exit codes: 0 nothing at or above the threshold, 1 something, 2 the documents cannot be compared.

mod contract;

use std::io::Write as _;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};
use clap_complete::Shell;

/// Tools for the People Protect API and for any other OpenAPI contract.
#[derive(Parser)]
#[command(name = "people-protect", version)]
struct Program {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
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
    /// Prints the manual page.
    Man,
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
        Command::Man => {
            let mut page = Vec::new();
            let rendered = clap_mangen::Man::new(Program::command()).render(&mut page);
            out(&page);
            rendered.map(|()| 0).map_err(|error| error.to_string())
        }
    };
    match ended {
        Ok(code) => ExitCode::from(code),
        Err(why) => {
            // Where nobody reads stderr, the exit code still says it.
            let _ = writeln!(std::io::stderr(), "error: {why}");
            ExitCode::from(2)
        }
    }
}
