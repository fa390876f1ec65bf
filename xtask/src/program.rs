//! Starts another program of the workspace.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Where `.ci/run` says that the programs lie which were built with the tests.
const BUILT: &str = "PEOPLE_PROTECT_PROGRAMS";

/// The program of a package; built first, unless `.ci/run` has built all of them.
pub(crate) fn command(root: &Path, package: &str, program: &str) -> Command {
    let mut command = match std::env::var_os(BUILT) {
        Some(folder) => Command::new(PathBuf::from(folder).join(program)),
        None => {
            let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
            let mut command = Command::new(cargo);
            command.args(["run", "--quiet", "--package", package, "--bin", program]);
            command.arg("--");
            command
        }
    };
    command.current_dir(root);
    command
}
