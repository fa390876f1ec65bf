//! `cargo xtask soak`: everything the wrapper does, for minutes or a million calls, with everything going
//! wrong, and a reckoning.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Failure;

/// How long, and how.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// At most so long [default: 2, if no number of calls is given].
    #[arg(long, value_parser = minutes)]
    minutes: Option<f64>,
    /// At most so many answered calls.
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..))]
    calls: Option<u64>,
    /// What chance follows from, as far as the order of calls does.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Writes the outcome as JSON.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Lets the simulator break a rule, such as R27, to see whether that is found.
    #[arg(long = "break", value_name = "RULE")]
    broken: Vec<String>,
    /// Keeps so many bytes of each call, to see whether that is found.
    #[arg(long, value_name = "BYTES")]
    leak: Option<u64>,
    /// Leaves a task behind, to see whether that is found.
    #[arg(long)]
    leave_task: bool,
    /// Leaves connections open, to see whether that is found.
    #[arg(long)]
    leave_connections: bool,
}

/// A week is more than anybody waits for.
fn minutes(text: &str) -> Result<f64, String> {
    const MOST: f64 = 7.0 * 24.0 * 60.0;
    let minutes: f64 = text.parse().map_err(|error| format!("{error}"))?;
    match minutes > 0.0 && minutes <= MOST {
        true => Ok(minutes),
        false => Err(format!("more than 0 and at most {MOST} minutes")),
    }
}

/// Builds the program as it is released, and runs it.
///
/// # Errors
///
/// [`Failure::Check`] if a promise was broken, [`Failure::Input`] if the run could not be made.
pub(crate) fn run(root: &Path, arguments: &Arguments) -> Result<(), Failure> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut soak = Command::new(cargo);
    soak.args(["run", "--quiet", "--release", "--bin", "soak"])
        .args(["-p", "people-protect-benches", "--manifest-path"])
        .arg(root.join("Cargo.toml"))
        .args(["--", "--seed", &arguments.seed.to_string()]);
    if let Some(minutes) = arguments.minutes {
        soak.args(["--minutes", &minutes.to_string()]);
    }
    if let Some(calls) = arguments.calls {
        soak.args(["--calls", &calls.to_string()]);
    }
    if let Some(file) = &arguments.json {
        soak.arg("--json").arg(file);
    }
    for rule in &arguments.broken {
        soak.args(["--break", rule]);
    }
    if let Some(bytes) = arguments.leak {
        soak.args(["--leak", &bytes.to_string()]);
    }
    if arguments.leave_task {
        soak.arg("--leave-task");
    }
    if arguments.leave_connections {
        soak.arg("--leave-connections");
    }
    let status = soak
        .status()
        .map_err(|error| Failure::io(Path::new("cargo"), &error))?;
    match status.code() {
        Some(0) => Ok(()),
        Some(1) => Err(Failure::Check(
            "soak: a promise was broken; the lines that begin with soak: say which".to_owned(),
        )),
        _ => Err(Failure::Input("soak: the run could not be made".to_owned())),
    }
}
