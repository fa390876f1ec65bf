//! What maintainers run: `cargo xtask --help`.

mod api;
mod bench;
mod catalogue;
mod ci;
mod contracts;
mod difference;
mod document;
mod drift;
mod failure;
mod generate;
mod import;
mod lint;
mod matrix;
mod origin;
mod polish;
mod program;
mod release;
mod requests;
mod rewrite;
mod say;
mod soak;
mod table;
mod tidy;
mod verdict;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::failure::Failure;

// Quicker than the system's, and keeps what belongs together closer.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Maintainers' commands for the People Protect workspace.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask")]
struct Arguments {
    /// The workspace to work on; by default the one around the current folder.
    #[arg(long, global = true)]
    root: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write everything that derives from the contract.
    Generate {
        /// Change nothing; print what is stale as a diff and exit 1.
        #[arg(long)]
        check: bool,
    },
    /// Work on the contract.
    Contract {
        #[command(subcommand)]
        command: ContractCommand,
    },
    /// Write the wrapper's public API to crates/people-protect/public-api.txt.
    Api {
        /// Change nothing; print what differs and exit 1.
        #[arg(long)]
        check: bool,
    },
    /// Measure what calls, servers and tools cost beside what users would pick instead; write
    /// docs/performance.json, docs/performance.md and its charts.
    Bench(bench::Arguments),
    /// Raise, watch, cancel and receive for minutes or a million calls while everything goes wrong, and
    /// reckon up: nothing lost, nothing doubled, memory and descriptors flat, no task left.
    Soak(soak::Arguments),
    /// Write what the conformance suite sees of broken rules to its RULES.md and to README.md.
    Matrix {
        /// Change nothing; exit 1 if one of them is stale.
        #[arg(long)]
        check: bool,
    },
    /// Say what changed in the contract, in the generated public API, and in what a live server shows.
    Drift(drift::Arguments),
    /// Hold what changes are said to mean for Rust against the compiler.
    Verdicts,
    /// Check the architecture's invariants, file heads, licences, ids and gates.
    Tidy,
    /// Run the gates of `.ci/run`: all of them, or those named.
    Ci {
        /// Names of gates.
        gates: Vec<String>,
    },
}

#[derive(Debug, Subcommand)]
enum ContractCommand {
    /// Hold the contract to its conventions and to what the generator gets wrong.
    Lint {
        /// Another document [default: openapi/panic-api.yaml].
        file: Option<PathBuf>,
    },
    /// Say what changed in the contract, and whom that breaks.
    Diff {
        /// The old one: a file or `git:<rev>` [default: the newest in openapi/released, or git:HEAD].
        old: Option<String>,
        /// The new one [default: openapi/panic-api.yaml].
        new: Option<PathBuf>,
        /// Passed on to `people-protect contract diff`, such as `--format json`.
        #[arg(last = true)]
        more: Vec<String>,
    },
    /// File the contract under a version, if that is large enough for what changed since the last one,
    /// and say in CHANGELOG.md what did.
    Release {
        /// Such as 1.2.3.
        version: String,
    },
    /// Lay an upstream document beside ours, per operation.
    Import(import::Arguments),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::from(failure.code())
        }
    }
}

fn run(arguments: Arguments) -> Result<(), Failure> {
    let root = match arguments.root {
        Some(root) => root,
        None => workspace()?,
    };
    match arguments.command {
        Command::Generate { check } => generate::run(&root, check),
        Command::Contract { command } => match command {
            ContractCommand::Lint { file } => {
                lint::run(&file.unwrap_or_else(|| root.join(generate::CONTRACT)))
            }
            ContractCommand::Diff { old, new, more } => difference::run(&root, old, new, &more),
            ContractCommand::Release { version } => release::run(&root, &version),
            ContractCommand::Import(arguments) => import::run(&root, &arguments),
        },
        Command::Api { check } => api::run(&root, check),
        Command::Bench(arguments) => bench::run(&root, &arguments),
        Command::Soak(arguments) => soak::run(&root, &arguments),
        Command::Matrix { check } => matrix::run(&root, check),
        Command::Drift(arguments) => drift::run(&root, &arguments),
        Command::Verdicts => verdict::run(&root),
        Command::Tidy => tidy::run(&root),
        Command::Ci { gates } => ci::run(&root, &gates),
    }
}

/// The nearest folder above the current one that holds the contract.
fn workspace() -> Result<PathBuf, Failure> {
    let here = std::env::current_dir().map_err(|e| Failure::io(".".as_ref(), &e))?;
    here.ancestors()
        .find(|folder| folder.join(generate::CONTRACT).is_file())
        .map(PathBuf::from)
        .ok_or_else(|| {
            Failure::Input(format!(
                "no {} here or above; run this inside the workspace or name it with --root",
                generate::CONTRACT
            ))
        })
}
